// Whatever the JSON door lets in can be walked to its leaves, is no deeper than promised, and holds only
// UTF-8.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "fhir/json.h"

namespace {

using plumbline::fhir::Json;
using plumbline::fhir::JsonDocument;

void requireUtf8(std::string_view text) {
  if (!simdjson::validate_utf8(text.data(), text.size())) std::abort();
}

void walk(Json value, std::size_t level) {
  if (level > plumbline::fhir::kMaxJsonDepth) std::abort();
  simdjson::dom::array items;
  simdjson::dom::object members;
  std::string_view text;
  if (value.get(items) == simdjson::SUCCESS) {
    for (Json item : items) walk(item, level + 1);
  } else if (value.get(members) == simdjson::SUCCESS) {
    for (const auto& field : members) {
      requireUtf8(field.key);
      walk(field.value, level + 1);
    }
  } else if (value.get(text) == simdjson::SUCCESS) {
    requireUtf8(text);
  }
}

}  // namespace

extern "C" const char* const* fuzzSeeds(std::size_t* count) {
  static const char* const seeds[] = {
      R"({"hook":"patient-view","context":{"patientId":"7"},"prefetch":{"patient":null}})",
      R"({"resourceType":"Observation","valueQuantity":{"value":38.0,"unit":"Cel"},"category":[{"x":[[[[]]]]}]})",
      R"(["\ud83d\ude00","\u00e9","\\udc00",-1.5e300,true,false,null])"};
  *count = std::size(seeds);
  return seeds;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto document = JsonDocument::parse({reinterpret_cast<const char*>(data), size});
  if (document) walk(document->root(), 0);
  return 0;
}
