#include "plugin/bulk/pieces.h"

#include <algorithm>
#include <functional>
#include <initializer_list>
#include <utility>

#include "fhir/reference.h"
#include "plugin/bulk/partitions.h"
#include "plugin/lines.h"
#include "plugin/uuid.h"
#include "plugin/wire.h"

namespace plumbline::bulk {
namespace {

using fhir::Json;
using Kind = Document::Kind;

/// Reads blocks: assesses the charts in them and finds whose the other lines are.
class BlockReader {
 public:
  BlockReader(const std::string& name, const Share& share, const Assessing& by)
      : name_(name), share_(share), by_(by) {}

  BlockPiece read(const Block& block) const {
    BlockPiece piece;
    piece.tally.bytes = block.text.size();
    if (block.firstLine == 0) {
      document(block.text, 0, piece);
      return piece;
    }
    forEachLine(block.text, block.firstLine,
                [&](std::string_view line, std::size_t number) { document(line, number, piece); });
    return piece;
  }

 private:
  void document(std::string_view text, std::size_t line, BlockPiece& piece) const {
    const auto use = [&](const Chart& chart) { piece.add(chart, by_.pack); };
    const auto refused = [&](Issue issue) {
      if (share_.shard == 1) refuse({std::move(issue)}, use);
    };
    const auto parsed = fhir::JsonDocument::parse(text);
    if (!parsed) {
      piece.lost = true;
      return refused(issueOfLine(parsed.error(), at(line)));
    }
    const Document document = documentOf(parsed->root());
    switch (document.kind) {
      case Kind::Chart:
        if (share_.holds(document.id)) assessDocument(parsed->root(), by_, use);
        break;
      case Kind::Patient:
      case Kind::OfPatient:
        if (share_.holds(document.id)) piece.lines.push_back({std::string(document.id), document.kind, text});
        break;
      case Kind::Medication: piece.lines.push_back({std::string(document.id), document.kind, text}); break;
      case Kind::Nameless: piece.lost = true; return refused(issueOfDocument(document.kind, at(line)));
      case Kind::Unknown: return refused(issueOfDocument(document.kind, at(line)));
      case Kind::Other: break;
    }
  }

  [[nodiscard]] std::string at(std::size_t line) const {
    const std::string number = line == 0 ? "" : "line " + std::to_string(line);
    if (name_.empty()) return number.empty() ? "" : number + ": ";
    return name_ + (number.empty() ? "" : " ") + number + ": ";
  }

  const std::string& name_;
  const Share& share_;
  const Assessing& by_;
};

/// "[line,line]": one document of many that are documents each.
std::string listOf(std::initializer_list<const std::vector<std::string_view>*> parts) {
  std::string list = "[";
  for (const auto* part : parts) {
    for (const std::string_view line : *part) {
      if (list.size() > 1) list += ',';
      list += line;
    }
  }
  return list += ']';
}

/// The Medications that resources refer to.
std::vector<std::string_view> referredTo(const std::vector<Json>& resources, const Medications& medications) {
  std::vector<std::string_view> lines, seen;
  if (medications.empty()) return lines;
  for (const Json& each : resources) {
    const auto reference = fhir::member(each, "medicationReference");
    const auto text = reference ? fhir::text(*reference, "reference") : std::nullopt;
    const auto to = text ? fhir::parseReference(*text) : std::nullopt;
    if (!to || to->type != "Medication" || std::find(seen.begin(), seen.end(), to->id) != seen.end())
      continue;
    seen.push_back(to->id);
    if (const auto found = medications.find(to->id); found != medications.end())
      lines.insert(lines.end(), found->second.begin(), found->second.end());
  }
  return lines;
}

void eachOf(const fhir::JsonDocument& list, const std::function<void(Json)>& use) {
  simdjson::dom::array all;
  if (list.root().get(all) != simdjson::SUCCESS) return;
  for (const Json each : all) use(each);
}

}  // namespace

void Piece::add(const Chart& chart, const rules::Pack& pack) {
  if (!chart.issues.empty()) {
    results += wire::refusedEvaluation(chart.patientId, chart.issues);
    ++tally.refused;
    return;
  }
  const auto uuids = [&](std::string_view what) {
    return namedUuid(std::string(chart.patientId) + "/" + pack.digest + "/" + std::string(what));
  };
  results += wire::evaluation(chart.patientId, cards::compose(chart.assessment, chart.call, uuids),
                              chart.assessment);
  ++tally.tiers[chart.assessment.tier];
}

bool Share::holds(std::string_view patientId) const {
  return shards == 1 || hashOf(patientId) % shards == shard - 1;
}

BlockPiece readBlock(const Block& block, const std::string& name, const Share& share, const Assessing& by) {
  return BlockReader(name, share, by).read(block);
}

void assessPatient(std::string_view id, const Lines& lines, const Medications& medications, bool lost,
                   const Assessing& by, const UseChart& use) {
  const auto own = fhir::JsonDocument::parse(listOf({&lines.patients, &lines.resources}));
  if (!own) return refuse({issueOf(own.error())}, use, id);
  Gathered gathered;
  gathered.incomplete = lost;
  eachOf(*own, [&](Json each) {
    auto& list = gathered.patients.size() < lines.patients.size() ? gathered.patients : gathered.resources;
    list.push_back(each);
  });
  const std::vector<std::string_view> drugs = referredTo(gathered.resources, medications);
  const auto referred = fhir::JsonDocument::parse(listOf({&drugs}));
  if (!referred) return refuse({issueOf(referred.error())}, use, id);
  eachOf(*referred, [&](Json each) { gathered.resources.push_back(each); });
  assessGathered(id, gathered, by, use);
}
}  // namespace plumbline::bulk
