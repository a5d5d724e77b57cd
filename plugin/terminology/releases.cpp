#include "plugin/terminology/releases.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <optional>

#include "fhir/code_system.h"
#include "plugin/terminology/rows.h"

namespace plumbline::terminology {
namespace {

/// Reads a file from its first line on; returns how many codes it lists, nothing where its columns are
/// others.
using Read = std::optional<std::size_t> (*)(Rows& rows, Codes& codes);

Wanted* find(Codes& codes, std::string_view code) {
  const auto found = codes.find(code);
  return found == codes.end() ? nullptr : &found->second;
}

void call(Wanted& wanted, std::string_view name) {
  const auto found = wanted.names.find(plainName(name));
  if (found != wanted.names.end()) found->second = true;
}

/// A release may say the same twice: of two atoms of one concept, say.
void replaceBy(Wanted& wanted, std::string_view code, std::string_view word) {
  std::string instead = std::string(code) + " (" + std::string(word) + ")";
  auto& all = wanted.instead;
  if (std::find(all.begin(), all.end(), instead) == all.end()) all.push_back(std::move(instead));
}

bool begins(const std::vector<std::string_view>& columns, std::initializer_list<std::string_view> header) {
  return columns.size() >= header.size() && std::equal(header.begin(), header.end(), columns.begin());
}

/// What inactive SNOMED CT concepts are replaced by, by reference set of historical associations.
constexpr std::array<std::pair<std::string_view, std::string_view>, 8> kAssociations{{
    {"900000000000526001", "replaced by"},
    {"900000000000527005", "same as"},
    {"900000000000523009", "possibly equivalent to"},
    {"900000000000524003", "moved to"},
    {"900000000000528000", "was a"},
    {"900000000000530003", "alternative"},
    {"1186921001", "possibly replaced by"},
    {"1186924009", "partially equivalent to"},
}};
constexpr std::string_view kFullName = "900000000000003001";

std::optional<std::size_t> readConcepts(Rows& rows, Codes& codes) {
  if (!rows.next() ||
      !begins(rows.columns('\t'), {"id", "effectiveTime", "active", "moduleId", "definitionStatusId"}))
    return std::nullopt;
  std::size_t count = 0;
  while (rows.next()) {
    const auto& row = rows.columns('\t');
    if (row.size() < 5) continue;
    ++count;
    Wanted* wanted = find(codes, row[0]);
    if (!wanted || (wanted->known && wanted->since > row[1])) continue;
    wanted->known = true;
    wanted->since = row[1];
    wanted->active = row[2] == "1";
    wanted->status = wanted->active ? "" : "inactive";
  }
  return count;
}

std::optional<std::size_t> readDescriptions(Rows& rows, Codes& codes) {
  if (!rows.next() || !begins(rows.columns('\t'), {"id", "effectiveTime", "active", "moduleId", "conceptId",
                                                   "languageCode", "typeId", "term"}))
    return std::nullopt;
  while (rows.next()) {
    const auto& row = rows.columns('\t');
    Wanted* wanted = row.size() < 8 || row[2] != "1" ? nullptr : find(codes, row[4]);
    if (!wanted) continue;
    if (row[6] == kFullName || wanted->name.empty()) wanted->name = row[7];
    call(*wanted, row[7]);
  }
  return 0;
}

std::optional<std::size_t> readAssociations(Rows& rows, Codes& codes) {
  if (!rows.next() || !begins(rows.columns('\t'), {"id", "effectiveTime", "active", "moduleId", "refsetId",
                                                   "referencedComponentId", "targetComponentId"}))
    return std::nullopt;
  while (rows.next()) {
    const auto& row = rows.columns('\t');
    Wanted* wanted = row.size() < 7 || row[2] != "1" ? nullptr : find(codes, row[5]);
    if (!wanted) continue;
    for (const auto& [refset, word] : kAssociations) {
      if (refset == row[4]) replaceBy(*wanted, row[6], word);
    }
  }
  return 0;
}

std::optional<std::size_t> readLoinc(Rows& rows, Codes& codes) {
  if (!rows.next()) return std::nullopt;
  const auto header = rows.csv();
  const auto code = columnOf(header, "LOINC_NUM"), status = columnOf(header, "STATUS"),
             name = columnOf(header, "LONG_COMMON_NAME");
  if (!code || !status || !name) return std::nullopt;
  std::size_t count = 0;
  while (rows.next()) {
    const auto& row = rows.csv();
    if (row.size() <= std::max({*code, *status, *name})) continue;
    ++count;
    Wanted* wanted = find(codes, row[*code]);
    if (!wanted) continue;
    wanted->known = true;
    wanted->active = row[*status] != "DEPRECATED";
    wanted->status = row[*status] == "ACTIVE" ? "" : row[*status];
    wanted->name = row[*name];
    for (const std::string_view each : {"LONG_COMMON_NAME", "SHORTNAME", "DisplayName", "CONSUMER_NAME"}) {
      if (const auto at = columnOf(header, each); at && *at < row.size()) call(*wanted, row[*at]);
    }
  }
  return count;
}

std::optional<std::size_t> readLoincMap(Rows& rows, Codes& codes) {
  if (!rows.next()) return std::nullopt;
  const auto header = rows.csv();
  const auto code = columnOf(header, "LOINC"), to = columnOf(header, "MAP_TO");
  if (!code || !to) return std::nullopt;
  while (rows.next()) {
    const auto& row = rows.csv();
    Wanted* wanted = row.size() <= std::max(*code, *to) ? nullptr : find(codes, row[*code]);
    if (wanted) replaceBy(*wanted, row[*to], "replaced by");
  }
  return 0;
}

/// Fixed columns: number, code from the 7th, 0 or 1 (may be billed) in the 15th, names from the 17th (60
/// wide) and the 78th.
std::optional<std::size_t> readIcd(Rows& rows, Codes& codes) {
  constexpr std::size_t kCode = 6, kCodeWidth = 7, kBilled = 14, kShort = 16, kShortWidth = 60, kLong = 77;
  std::size_t count = 0;
  while (rows.next()) {
    const std::string_view line = rows.line();
    if (line.empty()) continue;
    if (line.size() <= kShort || line[kCode - 1] != ' ' || (line[kBilled] != '0' && line[kBilled] != '1'))
      return std::nullopt;
    ++count;
    const std::string code = fhir::canonicalCode(fhir::kIcd10cm, line.substr(kCode, kCodeWidth));
    for (std::size_t size = 1; size <= code.size(); ++size) {
      Wanted* wanted = find(codes, std::string_view(code).substr(0, size));
      if (!wanted || (size < code.size() && !wanted->prefix)) continue;
      wanted->known = wanted->active = true;
      if (size < code.size()) continue;
      wanted->name = line.substr(std::min(kLong, line.size()));
      call(*wanted, wanted->name);
      call(*wanted, line.substr(kShort, kShortWidth));
    }
  }
  return count;
}

std::optional<std::size_t> readRxNorm(Rows& rows, Codes& codes) {
  std::size_t count = 0;
  while (rows.next()) {
    const auto& row = rows.columns('|');
    if (row.size() < 18) return std::nullopt;
    if (row[11] != "RXNORM") continue;
    ++count;
    Wanted* wanted = find(codes, row[0]);
    if (!wanted) continue;
    const bool obsolete = row[16] == "O";
    wanted->known = true;
    wanted->active = wanted->active || !obsolete;
    wanted->status = wanted->active ? "" : "obsolete";
    if (wanted->name.empty() || row[12] == "IN") wanted->name = row[14];
    call(*wanted, row[14]);
  }
  return count;
}

std::optional<std::size_t> readRxNormArchive(Rows& rows, Codes& codes) {
  while (rows.next()) {
    const auto& row = rows.columns('|');
    if (row.size() < 16) return std::nullopt;
    Wanted* wanted = row[13] == "RXNORM" ? find(codes, row[12]) : nullptr;
    if (!wanted || wanted->active) continue;
    wanted->known = true;
    wanted->status = "retired";
    if (wanted->name.empty()) wanted->name = row[2];
    if (!row[15].empty() && row[15] != row[12]) replaceBy(*wanted, row[15], "merged into");
  }
  return 0;
}

/// A kind of file of a release; `parts` must all stand in its name, letter case aside.
struct Kind {
  std::string_view system, name;
  std::array<std::string_view, 3> parts;
  Read read;
  bool lists = false;  ///< the codes: without it there is no release
};

constexpr std::array<Kind, 8> kKinds{{
    {fhir::kSnomed, "SNOMED CT", {"_concept_snapshot", ".txt"}, readConcepts, true},
    {fhir::kSnomed, "SNOMED CT", {"_description_snapshot", ".txt"}, readDescriptions},
    {fhir::kSnomed, "SNOMED CT", {"_crefset_association", "snapshot", ".txt"}, readAssociations},
    {fhir::kLoinc, "LOINC", {"loinc.csv"}, readLoinc, true},
    {fhir::kLoinc, "LOINC", {"mapto.csv"}, readLoincMap},
    {fhir::kIcd10cm, "ICD-10-CM", {"icd10cm", "order", ".txt"}, readIcd, true},
    {fhir::kRxNorm, "RxNorm", {"rxnconso.rrf"}, readRxNorm, true},
    {fhir::kRxNorm, "RxNorm", {"rxnatomarchive.rrf"}, readRxNormArchive},
}};

bool isOf(const Kind& kind, std::string name) {
  std::transform(name.begin(), name.end(), name.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; });
  // A name of one part is the whole name: a release of LOINC has other tables beside Loinc.csv.
  if (kind.parts[1].empty()) return name == kind.parts[0];
  return std::all_of(kind.parts.begin(), kind.parts.end(),
                     [&](std::string_view part) { return name.find(part) != name.npos; });
}

std::vector<std::filesystem::path> filesIn(const std::string& directory, std::error_code& failed) {
  namespace fs = std::filesystem;
  std::vector<fs::path> files;
  for (auto each = fs::recursive_directory_iterator(directory, failed);
       !failed && each != fs::recursive_directory_iterator(); each.increment(failed)) {
    if (std::error_code ignored; each->is_regular_file(ignored)) files.push_back(each->path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace

std::vector<Release> readReleases(const std::string& directory, Systems& systems,
                                  std::vector<fhir::Problem>& problems) {
  std::vector<Release> releases;
  std::error_code failed;
  const auto files = filesIn(directory, failed);
  if (failed) problems.push_back({directory, "", "cannot be read: " + failed.message()});
  bool any = false;
  for (const Kind& kind : kKinds) {
    for (const auto& file : files) {
      if (!isOf(kind, file.filename())) continue;
      any = true;
      std::ifstream in(file, std::ios::binary);
      Rows rows(in);
      const auto count = kind.read(rows, systems[std::string(kind.system)]);
      if (!count) {
        problems.push_back({file, "", "does not have the columns of " + std::string(kind.name)});
      } else if (kind.lists && *count == 0) {
        problems.push_back({file, "", "lists no code"});
      } else if (kind.lists) {
        releases.push_back({kind.system, kind.name, file.filename(), *count});
      }
    }
  }
  if (!any && !failed)
    problems.push_back({directory, "", "holds no release of SNOMED CT, LOINC, ICD-10-CM or RxNorm"});
  return releases;
}

}  // namespace plumbline::terminology
