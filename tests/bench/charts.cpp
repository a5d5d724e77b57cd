#include "tests/bench/charts.h"

#include <fstream>
#include <iterator>
#include <stdexcept>

#include "fhir/json.h"

namespace plumbline::bench {
namespace {

constexpr std::size_t kLargeBytes = 100'000;

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

}  // namespace

std::string smallRequest() {
  std::ifstream in(PLUMBLINE_SAMPLE, std::ios::binary);
  std::string text(std::istreambuf_iterator<char>(in), {});
  if (text.empty()) throw std::runtime_error("cannot read " PLUMBLINE_SAMPLE);
  return text;
}

std::string largeRequest() {
  const std::string small = smallRequest();
  const auto document = fhir::JsonDocument::parse(small);
  const auto prefetch = fhir::member(document->root(), "prefetch");
  const std::size_t times = kLargeBytes / small.size();
  std::string keys;
  for (const auto& field : simdjson::dom::object(*prefetch)) {
    const bool bundle = fhir::text(field.value, "resourceType") == "Bundle";
    keys += (keys.empty() ? "\"" : ",\"") + std::string(field.key) + "\":";
    keys += bundle ? lengthened(field.value, times) : std::string(simdjson::minify(field.value));
  }
  const auto context = fhir::member(document->root(), "context");
  return R"({"hook":"patient-view","hookInstance":"large","context":)" + simdjson::minify(*context) +
         R"(,"prefetch":{)" + keys + "}}";
}

}  // namespace plumbline::bench
