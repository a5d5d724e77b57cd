// Wherever a further page is said to be, what is asked for is below the server's base; and a base that is
// taken has one form.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "plugin/fetch/url.h"
#include "tests/fuzz/require.h"

namespace {

using namespace plumbline::fetch;

std::string written(const Base& base) {
  return std::string(base.tls ? "https://" : "http://") + hostField(base) + base.path;
}

}  // namespace

extern "C" const char* const* fuzzSeeds(std::size_t* count) {
  static const char* const seeds[] = {"https://ehr.example/fhir/r4/Condition?patient=1&page=2",
                                      "HTTPS://EHR.example:443/fhir/r4?_getpages=a%2Fb|c",
                                      "https://ehr.example@evil.example/fhir/r4/../%2e%2e/admin#x",
                                      "/fhir/r4/Condition?page=2",
                                      "Condition?code=http://x/y",
                                      "?page=2",
                                      "http://[2001:db8::1]:8080/fhir/",
                                      "//evil.example\\fhir/r4"};
  *count = sizeof seeds / sizeof *seeds;
  return seeds;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view url(reinterpret_cast<const char*>(data), size);
  static const Base base{true, "ehr.example", 443, "/fhir/r4"};
  if (const auto target = targetWithin(base, url)) {
    require(target->starts_with("/fhir/r4") &&
            (target->size() == 8 || (*target)[8] == '/' || (*target)[8] == '?'));
    const std::string path = target->substr(0, target->find('?')) + "/";
    for (const char* segment : {"/../", "/./"}) require(path.find(segment) == path.npos);
    require(path.substr(0, path.size() - 1).find("//") == path.npos);
    for (const char c : *target) require(c > ' ' && c < 0x7f && c != '#' && c != '\\');
    require(targetWithin(base, *target) == target);
  }
  if (const auto read = parseBase(url)) {
    require(parseBase(written(*read)) == read);
    require(!read->host.empty() && read->port != 0 && !read->path.ends_with('/'));
  }
  return 0;
}
