// Whatever becomes of a hook request on its way, it is answered 200 with cards or 4xx with an
// OperationOutcome, and the patient's name is in neither.
#include <simdjson.h>

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "plugin/answer.h"
#include "tests/fuzz/content.h"

namespace {

using namespace plumbline;

void check(const http::Reply& reply) {
  require(reply.status == 200 || (reply.status >= 400 && reply.status < 500));
  simdjson::dom::parser parser;
  simdjson::dom::element body;
  require(parser.parse(reply.body).get(body) == simdjson::SUCCESS);
  simdjson::dom::array list;
  const bool found = body[reply.status == 200 ? "cards" : "issue"].get(list) == simdjson::SUCCESS;
  require(found && (reply.status == 200 || list.size() > 0));
  for (const std::string_view canary : {"Zanzibarica", "Quetzalina", "MRN-778812"})
    require(reply.body.find(canary) == std::string::npos);
}

}  // namespace

extern "C" const char* const* fuzzSeeds(std::size_t* count) {
  static const char* const seeds[] = {
      R"({"hook":"patient-view","hookInstance":"i","context":{"userId":"Practitioner/d","patientId":"p1"},"prefetch":{)"
      R"("patient":{"resourceType":"Patient","id":"p1","birthDate":"1980-02-03","identifier":[{"value":"MRN-778812"}],)"
      R"("name":[{"family":"Zanzibarica","given":["Quetzalina"]}]},"conditions":{"resourceType":"Bundle","entry":[)"
      R"({"resource":{"resourceType":"Condition","id":"a","subject":{"reference":"Patient/p1","display":"Zanzibarica"},)"
      R"("code":{"coding":[{"system":"http://hl7.org/fhir/sid/icd-10-cm","code":"M54.50"}]},"onsetDateTime":"2026-11-18"}},)"
      R"({"resource":{"resourceType":"Condition","id":"b","subject":{"reference":"Patient/p1"},"onsetDateTime":"2026-11",)"
      R"("code":{"coding":[{"system":"http://snomed.info/sct","code":"449813001"}],"text":"Quetzalina is numb"}}}]}}})",
      R"({"hook":"problem-list-item-create","hookInstance":"i","context":{"userId":"Practitioner/d","patientId":"Patient/p1",)"
      R"("conditions":{"resourceType":"Bundle","entry":[{"resource":{"resourceType":"Condition","code":{"coding":[)"
      R"({"system":"http://hl7.org/fhir/sid/icd-10-cm","code":"F45.41"}],"text":"Zanzibarica"}}}]}},"prefetch":{)"
      R"("patient":null,"conditions":[{"resourceType":"Condition","code":{"coding":[{"system":)"
      R"("http://snomed.info/sct","code":"81680005"}]},"recordedDate":"2026-11-20"}],"vitals":{"resourceType":)"
      R"("Observation","status":"final","code":{"coding":[{"system":"http://loinc.org","code":"8310-5"}]},)"
      R"("effectiveDateTime":"2026-11-22T10:00:00Z","valueQuantity":{"value":39.1,"code":"Cel"}},"labs":)"
      R"({"resourceType":"OperationOutcome","issue":[{"severity":"error","diagnostics":"Zanzibarica"}]}}})",
      R"({"hook":"order-select","hookInstance":"i","context":{"userId":"Practitioner/d","patientId":"p1","selections":[],)"
      R"("draftOrders":{"resourceType":"Bundle","entry":[{"resource":{"resourceType":"MedicationRequest","status":"draft",)"
      R"("medicationCodeableConcept":{"coding":[{"system":"http://www.nlm.nih.gov/research/umls/rxnorm","code":"3322"}],)"
      R"("text":"for Quetzalina"}}}]}},"prefetch":{"patient":{"resourceType":"Patient","id":"p1"},"conditions":{)"
      R"("resourceType":"Condition","code":{"coding":[{"system":"http://snomed.info/sct","code":"161891005"}]},)"
      R"("subject":{"reference":"Patient/p2","display":"Zanzibarica"}}}})"};
  *count = std::size(seeds);
  return seeds;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view body(reinterpret_cast<const char*>(data), size);
  const fhir::Instant now = fhir::parseDate("2026-11-23T10:00:00Z")->earliest;
  for (const auto& service : hooks::services())
    check(answer(service, body, {pack(), now, cards::Grouping::PerPathway}, namedUuid).reply);
  return 0;
}
