#include "tests/bench/charts.h"

#include <fstream>
#include <iterator>
#include <stdexcept>

#include "fhir/json.h"

namespace plumbline::bench {
namespace {

std::string repeated(fhir::Json entry, std::size_t times) {
  const std::string text = simdjson::minify(entry);
  const auto resource = fhir::member(entry, "resource");
  const std::string id(fhir::text(resource.value(), "id").value());
  const std::size_t at = text.find("\"" + id + "\"") + 1 + id.size();
  std::string all = text;
  for (std::size_t i = 1; i < times; ++i) {
    all += "," + text.substr(0, at) + "-" + std::to_string(i) + text.substr(at);
  }
  return all;
}

std::string lengthened(fhir::Json bundle, std::size_t times) {
  std::string entries;
  fhir::forEach(bundle, "entry",
                [&](fhir::Json entry) { entries += (entries.empty() ? "" : ",") + repeated(entry, times); });
  return R"({"resourceType":"Bundle","type":"searchset","entry":[)" + entries + "]}";
}

std::string repeatedRequest(const fhir::JsonDocument& document, std::size_t times) {
  const auto prefetch = fhir::member(document.root(), "prefetch");
  std::string keys;
  for (const auto& field : simdjson::dom::object(*prefetch)) {
    const bool bundle = fhir::text(field.value, "resourceType") == "Bundle";
    keys += (keys.empty() ? "\"" : ",\"") + std::string(field.key) + "\":";
    keys += bundle ? lengthened(field.value, times) : std::string(simdjson::minify(field.value));
  }
  const auto context = fhir::member(document.root(), "context");
  return R"({"hook":"patient-view","hookInstance":"large","context":)" + simdjson::minify(*context) +
         R"(,"prefetch":{)" + keys + "}}";
}

}  // namespace

std::string smallRequest() {
  std::ifstream in(PLUMBLINE_SAMPLE, std::ios::binary);
  std::string text(std::istreambuf_iterator<char>(in), {});
  if (text.empty()) throw std::runtime_error("cannot read " PLUMBLINE_SAMPLE);
  return text;
}

std::string longRequest(std::size_t bytes) {
  const std::string small = smallRequest();
  const auto document = fhir::JsonDocument::parse(small);
  const std::size_t once = repeatedRequest(*document, 1).size();
  const std::size_t more = repeatedRequest(*document, 2).size() - once;
  return repeatedRequest(*document, 1 + (bytes - once) / more);
}

std::string note(std::size_t bytes) {
  constexpr std::string_view kNote =
      "HPC: 3 week history of low back pain after lifting, radiating to the left leg. Denies saddle "
      "numbness, bladder "
      "or bowel disturbance. No fever, weight loss or night sweats. PMH: hypertension, breast cancer 2015. "
      "O/E: walks "
      "with a limp, power 4/5 left EHL, otherwise 5/5. Reflexes normal, plantars down. Perianal sensation "
      "intact. "
      "Temp 36.8, HR 78, BP 132/80. Impression: sciatica, no red flags. Plan: naproxen, physio, return if "
      "numbness "
      "between the legs or leaking urine. Mother had ankylosing spondylitis.\n";
  std::string text;
  while (text.size() < bytes) text += kNote;
  return text;
}

}  // namespace plumbline::bench
