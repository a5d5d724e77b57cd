#include "plugin/screen/cookies.h"

#include <algorithm>

namespace plumbline::screen {
namespace {

std::string attributes(Place place) {
  return std::string("; Path=/; Secure; HttpOnly; SameSite=") +
         (place == Place::Frame ? "None; Partitioned" : "Lax");
}

}  // namespace

std::string_view cookie(const http::Request& request, std::string_view name) {
  std::string_view found;
  int times = 0;
  for (const http::Header& field : request.headers) {
    if (!http::equalsIgnoringCase(field.name, "Cookie")) continue;
    std::string_view rest = field.value;
    while (!rest.empty()) {
      std::string_view pair = rest.substr(0, rest.find(';'));
      rest.remove_prefix(std::min(pair.size() + 1, rest.size()));
      while (pair.starts_with(' ')) pair.remove_prefix(1);
      const auto middle = std::min(pair.find('='), pair.size());
      if (pair.substr(0, middle) != name) continue;
      found = pair.substr(std::min(middle + 1, pair.size()));
      ++times;
    }
  }
  return times == 1 ? found : std::string_view{};
}

std::pair<std::string, std::string> setCookie(std::string_view name, std::string_view value, Place place) {
  return {"Set-Cookie", std::string(name).append("=").append(value) + attributes(place)};
}

std::pair<std::string, std::string> dropCookie(std::string_view name, Place place) {
  return {"Set-Cookie", std::string(name) + "=; Max-Age=0" + attributes(place)};
}

}  // namespace plumbline::screen
