#pragma once

#include <string>

namespace plumbline::e2e {

/// A field of an answer's head; empty where it is missing.
inline std::string fieldOf(const std::string& answer, const std::string& name) {
  const auto at = answer.find("\r\n" + name + ": ");
  if (at == std::string::npos || at > answer.find("\r\n\r\n")) return "";
  const auto from = at + name.size() + 4;
  return answer.substr(from, answer.find("\r\n", from) - from);
}

/// A browser of somebody: the cookies it was given.
struct Browser {
  std::string launch, session;

  void take(const std::string& answer) {
    for (auto at = answer.find("Set-Cookie: "); at != std::string::npos;
         at = answer.find("Set-Cookie: ", at + 1)) {
      const std::string pair = answer.substr(at + 12, answer.find(';', at) - at - 12);
      (pair.starts_with("__Host-plumbline-launch") ? launch : session) = pair;
    }
  }
  [[nodiscard]] std::string cookies() const {
    return launch.empty() && session.empty() ? "" : "Cookie: " + launch + "; " + session + "\r\n";
  }
};

}  // namespace plumbline::e2e
