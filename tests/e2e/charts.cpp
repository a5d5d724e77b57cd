#include "tests/e2e/charts.h"

#include "plugin/hooks/services.h"
#include "tests/plugin/golden.h"

namespace plumbline::e2e {
namespace {

std::string condition(const std::string& code, const std::string& onset) {
  return R"({"resourceType":"Condition","id":"c)" + code + R"(","subject":{"reference":"Patient/p1"},)" +
         R"("clinicalStatus":{"coding":[{"code":"active"}]},"code":{"coding":[{"system":"http://snomed.info/sct",)"
         R"("code":")" +
         code + R"("}]},"onsetDateTime":")" + onset + "\"}";
}

const std::string kFever =
    R"({"resourceType":"Observation","id":"o1","status":"final","subject":{"reference":"Patient/p1"},)"
    R"("category":[{"coding":[{"code":"vital-signs"}]}],"code":{"coding":[{"system":"http://loinc.org",)"
    R"("code":"8310-5"}]},"effectiveDateTime":"2026-11-23T08:00:00Z",)"
    R"("valueQuantity":{"value":38.9,"system":"http://unitsofmeasure.org","code":"Cel","unit":"C"}})";

}  // namespace

const fhir::Instant kNow = fhir::parseDate("2026-11-23T10:00:00Z")->earliest;

std::string bundle(const std::vector<std::string>& resources, const std::string& more) {
  std::string text = R"({"resourceType":"Bundle","type":"searchset","entry":[)";
  for (const auto& each : resources)
    text += (text.ends_with('[') ? "{\"resource\":" : ",{\"resource\":") + each + "}";
  return text + "]" + more + "}";
}

Split infection() {
  std::string prefetch =
      R"("patient":{"resourceType":"Patient","id":"p1","gender":"male","birthDate":"1980-05-01"},"conditions":)" +
      bundle({condition("279039007", "2026-10-20"), condition("228388006", "2026-09-01")}) +
      ",\"vitals\":" + bundle({kFever});
  for (const auto& each : hooks::prefetch()) {
    const std::string key(each.key);
    if (prefetch.find("\"" + key + "\":") == std::string::npos && key != "encounter")
      prefetch += ",\"" + key + "\":" + bundle({});
  }
  return split(R"({"hook":"patient-view","hookInstance":"i1","context":{"userId":"Practitioner/u1",)"
               R"("patientId":"p1"},"prefetch":{)" +
               prefetch + "}}");
}

Split cleared() {
  return split(golden::contents("cleared.request.json"));
}

}  // namespace plumbline::e2e
