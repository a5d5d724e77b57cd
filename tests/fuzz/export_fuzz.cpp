// Whatever lines an export holds, each comes to lines of JSON without a name of a patient, and while one of
// them cannot be read nobody whose resources came one by one is cleared.
#include <simdjson.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <map>
#include <string>
#include <string_view>

#include "plugin/bulk/pieces.h"
#include "plugin/lines.h"
#include "tests/fuzz/content.h"

namespace {

using namespace plumbline;

void check(const bulk::Piece& piece) {
  simdjson::dom::parser parser;
  simdjson::dom::element read;
  std::uint64_t lines = 0;
  forEachLine(piece.results, 1, [&](std::string_view line, std::size_t) {
    require(parser.parse(line.data(), line.size()).get(read) == simdjson::SUCCESS);
    ++lines;
  });
  require(lines == piece.tally.refused + piece.tally.assessed());
  for (const std::string_view canary : {"Zanzibarica", "Quetzalina"})
    require(piece.results.find(canary) == std::string::npos);
}

/// As `evaluate` puts the lines of one block together.
void group(const bulk::BlockPiece& block, const Assessing& by) {
  std::map<std::string_view, bulk::Lines> patients;
  bulk::Medications medications;
  for (const auto& line : block.lines) {
    if (line.kind == Document::Kind::Medication) {
      medications[line.id].push_back(line.text);
    } else {
      bulk::Lines& lines = patients[line.id];
      (line.kind == Document::Kind::Patient ? lines.patients : lines.resources).push_back(line.text);
    }
  }
  for (const auto& [id, lines] : patients) {
    bulk::Piece piece;
    bulk::assessPatient(id, lines, medications, block.lost, by, [&](const Chart& chart) {
      require(!block.lost || !chart.issues.empty() || chart.assessment.tier != rules::Tier::Cleared);
      piece.add(chart, by.pack);
    });
    check(piece);
  }
}

}  // namespace

extern "C" const char* const* fuzzSeeds(std::size_t* count) {
  static const char* const seeds[] = {
      R"({"resourceType":"Patient","id":"p1","birthDate":"1980-02-03","name":[{"family":"Zanzibarica"}]})"
      "\n"
      R"({"resourceType":"Condition","id":"c","subject":{"reference":"Patient/p1","display":"Zanzibarica"},)"
      R"("code":{"coding":[{"system":"http://hl7.org/fhir/sid/icd-10-cm","code":"M54.50"}]},)"
      R"("onsetDateTime":"2026-11-18"})"
      "\r\n"
      R"({"resourceType":"MedicationRequest","id":"m","status":"active","intent":"order","subject":{"reference":)"
      R"("Patient/p1"},"medicationReference":{"reference":"Medication/d"}})"
      "\n"
      R"({"resourceType":"Medication","id":"d","code":{"coding":[{"system":)"
      R"("http://www.nlm.nih.gov/research/umls/rxnorm","code":"11289"}]}})",
      R"({"resourceType":"Observation","id":"o","status":"final","subject":{"reference":"Patient/p2"},"code":)"
      R"({"coding":[{"system":"http://loinc.org","code":"8310-5"}]},"valueQuantity":{"value":39,"code":"Cel"}})"
      "\n{broken\n"
      R"({"resourceType":"Patient","id":"p2"})",
      R"({"resourceType":"Bundle","type":"collection","entry":[{"resource":{"resourceType":"Patient","id":"b"}}]})"
      "\n"
      R"({"resourceType":"DocumentReference","id":"n","status":"current","subject":{"reference":"Patient/b"},)"
      R"("date":"2026-11-22T10:00:00Z","content":[{"attachment":{"contentType":"text/plain","data":)"
      R"("TG93IGJhY2sgcGFpbi4gU2FkZGxlIG51bWJuZXNzLg=="}}]})"
      "\n"
      R"({"resourceType":"Condition","code":{"text":"Quetzalina"}})"};
  *count = std::size(seeds);
  return seeds;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const fhir::Instant now = fhir::parseDate("2026-11-23T10:00:00Z")->earliest;
  const Assessing by{pack(), now, rules::Depth::Answer};
  bulk::Block block;
  block.text.assign(reinterpret_cast<const char*>(data), size);
  const bulk::BlockPiece piece = bulk::readBlock(block, "x.ndjson", {}, by);
  check(piece);
  group(piece, by);
  return 0;
}
