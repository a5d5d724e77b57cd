// Whatever a request and a server's page say, a token goes to a listed server only and is one header line;
// the pages of a search come to an end below the server's base; and of the addresses in a list of key sets
// none that would be asked is plain, of this machine or two things to two readers.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <variant>

#include "plugin/auth/client_keys.h"
#include "plugin/clients.h"
#include "plugin/fetch/authorization.h"
#include "plugin/fetch/search.h"
#include "plugin/http/message.h"
#include "tests/fuzz/require.h"

namespace {

using namespace plumbline;

const fetch::Base kListed[] = {{true, "ehr.example", 443, "/r4"}, {false, "10.0.0.7", 8080, ""}};

void asRequest(fhir::Json document) {
  const auto grant = fetch::grantOf(document, kListed);
  const auto* given = std::get_if<fetch::Grant>(&grant);
  if (!given) return;
  require(given->server == kListed[0] || given->server == kListed[1]);
  std::string head;
  given->token.appendField(head);
  require(head.starts_with("Authorization: Bearer ") && head.find("\r\n") == head.size() - 2);
  for (const char c : std::string_view(head).substr(0, head.size() - 2)) require(c >= ' ' && c < 0x7f);
}

/// A server that answers every search with the same page.
void asPage(fhir::Json document) {
  constexpr fetch::PageLimits kLimits;
  fetch::Paging paging(kListed[0], kLimits);
  std::size_t pages = 1;
  paging.ask("/r4/Condition?patient=p1");
  for (auto target = paging.next(document); target; target = paging.next(document)) {
    require(target->starts_with("/r4") && ++pages <= kLimits.pages);
    paging.ask(*target);
  }
}

void asKeyList(std::string_view text) {
  for (const auto& address : auth::addressesIn(text)) {
    require(address.find("://") != std::string::npos);
    if (!problemOfUrl(address, {}).empty()) continue;
    require(http::equalsIgnoringCase(address.substr(0, 8), "https://"));
    require(address.find_first_of("@?#\\ \r\n\t") == std::string::npos);
  }
}

}  // namespace

extern "C" const char* const* fuzzSeeds(std::size_t* count) {
  static const char* const seeds[] = {
      R"({"fhirServer":"https://EHR.example:443/r4/","fhirAuthorization":{"access_token":"abc.D-_~+/=",)"
      R"("token_type":"Bearer","expires_in":300,"scope":"user/*.read","subject":"plumbline"}})",
      R"({"fhirServer":"http://10.0.0.7:8080","fhirAuthorization":{"access_token":"a","token_type":"bearer",)"
      R"("expires_in":"60","scope":"patient/Condition.rs","subject":"s","patient":"p1"}})",
      R"({"resourceType":"Bundle","link":[{"relation":"self","url":"x"},{"relation":"next",)"
      R"("url":"https://ehr.example/r4/Condition?patient=p1&page=2"}],"entry":[{},{}]})",
      R"({"resourceType":"Bundle","link":[{"relation":"next","url":"https://ehr.example/r4/../admin"}]})",
      R"({"regions":[{"jku":"https://keys.example/v1/jwks"},"https://localhost/x",["http://127.0.0.1/k"]]})"};
  *count = std::size(seeds);
  return seeds;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  asKeyList(text);
  const auto document = fhir::JsonDocument::parse(text);
  if (!document) return 0;
  asRequest(document->root());
  asPage(document->root());
  return 0;
}
