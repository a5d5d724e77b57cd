#include "rules/content_reader.h"

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "fhir/date.h"
#include "rules/content_reader_overlay.h"
#include "rules/content_reader_text.h"

namespace plumbline::rules {
namespace content {

std::string text(const Value& object, const char* key) {
  const Value* found = find(object, key);
  return found && found->IsString() ? std::string(found->GetString(), found->GetStringLength())
                                    : std::string();
}

std::vector<std::string> texts(const Value& object, const char* key) {
  std::vector<std::string> all;
  if (const Value* list = find(object, key)) {
    for (const auto& each : list->GetArray()) all.emplace_back(each.GetString());
  }
  return all;
}

const Value* find(const Value& object, const char* key) {
  const auto found = object.FindMember(key);
  return found == object.MemberEnd() ? nullptr : &found->value;
}

std::optional<int> integer(const Value& object, const char* key) {
  const Value* found = find(object, key);
  return found ? std::optional(found->GetInt()) : std::nullopt;
}

bool flag(const Value& object, const char* key) {
  const Value* found = find(object, key);
  return found && found->GetBool();
}

std::optional<std::size_t> findingOf(const Pack& pack, const std::string& id, const std::string& pointer,
                                     const File& file) {
  auto found = pack.find(id);
  if (!found) file.problem(pointer, "no finding \"" + id + "\"");
  return found;
}

std::vector<std::size_t> findingsOf(const Pack& pack, const Value& object, const char* key,
                                    const std::string& at, const File& file) {
  std::vector<std::size_t> all;
  const auto ids = texts(object, key);
  for (std::size_t i = 0; i < ids.size(); ++i) {
    if (auto found = findingOf(pack, ids[i], at + "/" + key + "/" + std::to_string(i), file))
      all.push_back(*found);
  }
  return all;
}

std::optional<std::size_t> medicationOf(const Pack& pack, const std::string& id, const std::string& pointer,
                                        const File& file) {
  auto found = pack.findMedication(id);
  if (!found) file.problem(pointer, "no medication class \"" + id + "\"");
  return found;
}

}  // namespace content

namespace {

using content::File;
using content::Value;

/// Reads the files of one content directory, each against the schema of its kind.
class Loader {
 public:
  Loader(const std::string& directory, content::Overlaying& overlaying, std::vector<fhir::Problem>& problems)
      : root_(directory), overlaying_(overlaying), problems_(problems) {}

  /// Calls `use(document, file)` when the file is there and fits `schema`.
  template <class Use>
  void one(const std::string& name, const std::string& schema, Use use) {
    const std::size_t before = problems_.size();
    auto document = fhir::readAuthored((root_ / name).string(), name, problems_);
    if (problems_.size() == before) overlaying_.apply(name, document);
    const Value& form = formOf(schema);
    const Value& shared = formOf("common");
    if (problems_.size() == before && fhir::checkSchema(document, form, name, problems_, shared)) {
      use(document, File{name, problems_});
    }
  }

  /// The same for every file of `folder`, in order of name; `id` must be the file's name.
  template <class Use>
  void each(const std::string& folder, const std::string& schema, Use use) {
    for (const std::string& name : namesIn(folder)) {
      one(folder + "/" + name, schema, [&](const Value& document, const File& file) {
        const std::string id = content::text(document, "id");
        if (id + ".json" != name) file.problem("/id", "must be the file's name");
        if (id.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") != std::string::npos)
          file.problem("/id", "may hold small letters, digits and hyphens only");
        use(document, file);
      });
    }
  }

  /// The head of an overlay, which stands in none of the content's folders.
  fhir::Authored head(const std::string& overlay) {
    const std::string name = "overlay/overlay.json";
    const std::size_t before = problems_.size();
    auto document = fhir::readAuthored(overlay + "/overlay.json", name, problems_);
    if (problems_.size() != before || !fhir::checkSchema(document, formOf("overlay"), name, problems_))
      document.SetNull();
    return document;
  }

  std::vector<std::string> namesIn(const std::string& folder) {
    std::vector<std::string> names;
    std::error_code ignored;
    for (const auto& entry : std::filesystem::directory_iterator(root_ / folder, ignored)) {
      if (entry.path().extension() == ".json") names.push_back(entry.path().filename().string());
    }
    std::sort(names.begin(), names.end());
    if (names.empty()) problems_.push_back({folder, "", "holds no content"});
    return names;
  }

 private:
  const Value& formOf(const std::string& kind) {
    const auto known = forms_.find(kind);
    if (known != forms_.end()) return known->second;
    const std::string name = "schema/" + kind + ".schema.json";
    return forms_.emplace(kind, fhir::readAuthored((root_ / name).string(), name, problems_)).first->second;
  }

  std::filesystem::path root_;
  content::Overlaying& overlaying_;
  std::vector<fhir::Problem>& problems_;
  std::map<std::string, fhir::Authored> forms_;
};

void loadTexts(Loader& loader, Pack& pack) {
  for (const std::string& name : loader.namesIn("cards")) {
    loader.one("cards/" + name, "cards", [&](const Value& document, const File&) {
      for (const auto& each : document.GetObject()) {
        pack.texts[name.substr(0, name.size() - 4) + each.name.GetString()] = each.value.GetString();
      }
    });
  }
}

void readLimits(Pack& pack, const Value& document, const File& file) {
  const Value& limits = document["limits"];
  const auto hours = [&](const char* key) {
    return std::chrono::hours(content::integer(limits, key).value_or(0));
  };
  pack.limits = {hours("contradictionHours"), hours("futureToleranceHours"),
                 content::integer(limits, "adultFromYears").value_or(0), hours("urgentRequestHoldsHours")};
  const Value& roles = document["roles"];
  pack.roles.comfortCare =
      content::findingOf(pack, content::text(roles, "comfortCare"), "/roles/comfortCare", file).value_or(0);
  pack.roles.selfHarm =
      content::findingOf(pack, content::text(roles, "selfHarm"), "/roles/selfHarm", file).value_or(0);
}

void loadInstruments(Loader& loader, Pack& pack) {
  std::vector<Instrument> read;
  std::vector<std::pair<File, std::vector<std::string>>> longer;
  loader.each("instruments", "instrument", [&](const Value& document, const File& file) {
    read.push_back(content::readInstrument(document, file));
    longer.emplace_back(file, content::texts(document, "shortOf"));
  });
  for (std::size_t i = 0; i < read.size(); ++i) {
    for (const std::string& id : longer[i].second) {
      const auto at = std::find_if(read.begin(), read.end(), [&](const auto& each) { return each.id == id; });
      if (at == read.end()) longer[i].first.problem("/shortOf", "no instrument \"" + id + "\"");
      read[i].shortOf.push_back(static_cast<std::size_t>(at - read.begin()));
    }
  }
  for (Instrument& instrument : read) pack.instruments.add(std::move(instrument));
}

/// How notes are read: after the drugs and the findings.
void loadText(Loader& loader, Pack& pack) {
  content::TextReader reader(pack);
  const auto one = [&](const std::string& name, const std::string& schema, auto use) {
    loader.one("text/" + name + ".json", schema, use);
  };
  one("reading", "text-reading", [&](const Value& document, const File&) { reader.reading(document); });
  one("spelling", "text-spelling", [&](const Value& document, const File&) { reader.spelling(document); });
  one("fillers", "text-fillers", [&](const Value& document, const File&) { reader.fillers(document); });
  one("classes", "text-classes",
      [&](const Value& document, const File& file) { reader.classes(document, file); });
  for (const std::string& name : loader.namesIn("context")) {
    if (name == "sections.json") continue;
    loader.one("context/" + name, "context", [&](const Value& document, const File& file) {
      reader.cues(name.substr(0, name.size() - 5), document, file);
    });
  }
  loader.one("context/sections.json", "context-sections",
             [&](const Value& document, const File& file) { reader.sections(document, file); });
  one("form", "text-form", [&](const Value& document, const File& file) { reader.form(document, file); });
  one("sides", "text-sides", [&](const Value& document, const File&) { reader.sides(document); });
  one("time", "text-time", [&](const Value& document, const File&) { reader.time(document); });
  one("quantities", "text-quantities",
      [&](const Value& document, const File& file) { reader.quantities(document, file); });
  loader.each("phrases", "phrases",
              [&](const Value& document, const File& file) { reader.phrases(document, file); });
  reader.finish();
}

/// Why cards are set aside, and for how long.
void readOverrides(const Value& document, Pack& pack) {
  const auto hours = [](const Value& object, const char* key) {
    return std::chrono::hours(content::integer(object, key).value_or(0));
  };
  for (const auto& each : document["reasons"].GetArray()) {
    pack.overrides.push_back({content::text(each, "code"), content::text(each, "system"),
                              content::text(each, "display"), hours(each, "snoozeHours")});
  }
  pack.snoozing.other = hours(document, "otherSnoozeHours");
  pack.snoozing.notAssessableEvery = hours(document, "notAssessableEveryHours");
  for (const auto& each : document["snoozeAtMostHours"].GetObject()) {
    const std::string tier = each.name.GetString();
    pack.snoozing.atMost[tier == "structural-first" ? Tier::StructuralFirst : content::tierOf(tier)] =
        std::chrono::hours(each.value.GetInt());
  }
}

void loadMedicine(Loader& loader, Pack& pack, std::vector<fhir::Problem>& problems) {
  loader.each("medications", "medication", [&](const Value& document, const File& file) {
    pack.medications.push_back(content::readMedication(document, file));
  });
  std::vector<std::string> ids = loader.namesIn("findings");
  if (ids.size() > kMaxFindings) {
    problems.push_back({"findings", "", "holds more than " + std::to_string(kMaxFindings) + " findings"});
    return;
  }
  for (std::string& id : ids) id.resize(id.size() - std::string_view(".json").size());
  pack.nameFindings(ids);
  loader.each("findings", "finding", [&](const Value& document, const File& file) {
    Finding finding = content::readFinding(pack, document, file);
    if (const auto place = pack.find(finding.id)) pack.findings[*place] = std::move(finding);
  });
  loader.each("imaging", "imaging", [&](const Value& document, const File&) {
    pack.imaging.push_back(content::readImaging(document));
  });
  loader.one("answers.json", "answers",
             [&](const Value& document, const File&) { pack.answers = content::readAnswers(document); });
  loader.one("family.json", "family", [&](const Value& document, const File&) {
    pack.family = {content::readCodes(document, "codes"), content::texts(document, "words")};
  });
  content::checkQuestions(pack, problems);
  loadInstruments(loader, pack);
  loadText(loader, pack);
  loader.one("sources.json", "sources", [&](const Value& document, const File&) {
    for (const auto& each : document.GetObject()) {
      pack.sources[each.name.GetString()] = {
          content::text(each.value, "title"), content::text(each.value, "body"),
          content::text(each.value, "url"), content::integer(each.value, "year").value_or(0),
          content::text(each.value, "worth")};
    }
  });
  loader.one("words.json", "words", [&](const Value& document, const File&) {
    pack.stressWords = content::texts(document, "stress");
    pack.neverPhrases = content::texts(document, "never");
    pack.notDone = content::texts(document, "notDone");
  });
  loader.one("orders.json", "orders", [&](const Value& document, const File& file) {
    pack.orders = content::readOrders(pack, document, file);
  });
  loader.one("overrides.json", "overrides",
             [&](const Value& document, const File&) { readOverrides(document, pack); });
  loadTexts(loader, pack);
}

/// `overlay` has the changes; what its head says comes to it.
void loadOverlay(Loader& loader, const std::string& directory, Overlay overlay, Pack& pack,
                 std::vector<fhir::Problem>& problems) {
  const auto head = loader.head(directory);
  if (head.IsNull()) return;
  const File file{"overlay/overlay.json", problems};
  const auto named = [&](const std::string& id, const std::string& pointer) {
    if (!pack.pathway(id)) file.problem(pointer, "no pathway \"" + id + "\"");
  };
  overlay.version = content::text(head, "version");
  overlay.site = content::text(head, "site");
  constexpr std::string_view kSigns = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.-";
  if (overlay.version.find_first_not_of(kSigns) != std::string::npos)
    file.problem("/version", "may hold letters, digits, dots and hyphens only");
  overlay.disabled = content::texts(head, "disabled");
  for (std::size_t i = 0; i < overlay.disabled.size(); ++i)
    named(overlay.disabled[i], "/disabled/" + std::to_string(i));
  if (const Value* signedOff = content::find(head, "signedOff")) {
    for (const Value& each : signedOff->GetArray()) {
      const std::string at = "/signedOff/" + std::to_string(overlay.signedOff.size());
      overlay.signedOff.push_back(
          {content::text(each, "pathway"), content::text(each, "role"), content::text(each, "date")});
      named(overlay.signedOff.back().pathway, at + "/pathway");
      if (!fhir::parseDate(overlay.signedOff.back().date)) file.problem(at + "/date", "must be a date");
    }
  }
  pack.overlay = std::move(overlay);
}

}  // namespace

std::string contentDigest(const std::string& directory) {
  std::vector<std::string> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(directory)) {
    if (entry.path().extension() == ".json")
      files.push_back(entry.path().lexically_relative(directory).generic_string());
  }
  std::sort(files.begin(), files.end());
  std::string all;
  for (const auto& file : files) {
    std::ifstream in(std::filesystem::path(directory) / file, std::ios::binary);
    std::ostringstream bytes;
    bytes << in.rdbuf();
    all += file + '\0' + bytes.str() + '\0';
  }
  std::array<unsigned char, EVP_MAX_MD_SIZE> hash{};
  unsigned int size = 0;
  EVP_Digest(all.data(), all.size(), hash.data(), &size, EVP_sha256(), nullptr);
  std::string hex = "sha256:";
  for (unsigned int i = 0; i < size; ++i) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    hex += kDigits[hash[i] >> 4U];
    hex += kDigits[hash[i] & 15U];
  }
  return hex;
}

std::optional<Pack> loadPack(const std::string& directory, std::vector<fhir::Problem>& problems,
                             const std::string& overlay) {
  if (!std::filesystem::is_directory(directory)) {
    problems.push_back({directory, "", "is not a directory with clinical content"});
    return std::nullopt;
  }
  const std::size_t before = problems.size();
  Pack pack;
  content::Overlaying overlaying(overlay, problems);
  Loader loader(directory, overlaying, problems);
  loadMedicine(loader, pack, problems);
  if (problems.size() != before) return std::nullopt;
  loader.one("pack.json", "pack", [&](const Value& document, const File& file) {
    pack.version = content::text(document, "version");
    pack.status = content::text(document, "status");
    pack.title = content::text(document, "title");
    readLimits(pack, document, file);
    for (const auto& id : content::texts(document, "pathways")) {
      loader.one("pathways/" + id + ".json", "pathway", [&](const Value& pathway, const File& its) {
        pack.pathways.push_back(content::readPathway(pack, pathway, its));
      });
    }
    if (loader.namesIn("pathways").size() != document["pathways"].Size()) {
      problems.push_back({"pack.json", "/pathways", "must list every file of pathways/ once"});
    }
  });
  loader.one("screen.json", "screen", [&](const Value& document, const File& file) {
    pack.screen = content::readScreen(pack, document, file);
  });
  loader.one(
      "questionnaires/red-flag-screen.json", "questionnaire",
      [&](const Value& document, const File& file) { pack.form = content::readForm(pack, document, file); });
  loader.one("stress.json", "stress", [&](const Value& document, const File& file) {
    pack.stress = content::readStress(pack, document, file);
  });
  loader.one("pain.json", "pain", [&](const Value& document, const File& file) {
    pack.pain = content::readPain(pack, document, file);
  });
  if (!overlaying.none()) loadOverlay(loader, overlay, overlaying.finish(), pack, problems);
  content::checkReferences(pack, problems);
  content::checkTexts(pack, problems);
  if (problems.size() != before) return std::nullopt;
  pack.digest = contentDigest(directory);
  if (pack.overlay) {
    pack.version += "+" + pack.overlay->version;
    pack.digest += "+" + contentDigest(overlay);
  }
  pack.index();
  return pack;
}

}  // namespace plumbline::rules
