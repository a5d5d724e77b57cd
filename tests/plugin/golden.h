#pragma once

#include <rapidjson/document.h>

#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>

namespace plumbline::golden {

/// A file of tests/golden.
inline std::string contents(const std::string& name) {
  std::ifstream in(std::string(PLUMBLINE_GOLDEN) + "/" + name, std::ios::binary);
  if (!in) throw std::runtime_error("no " + name + " in tests/golden");
  return std::string(std::istreambuf_iterator<char>(in), {});
}

/// Empties every `uuid` and `digest` below `value`: the one is made anew for each answer, the other changes
/// with every edit of the content.
inline void leaveOutIdentifiers(rapidjson::Value& value) {
  if (value.IsArray()) {
    for (auto& each : value.GetArray()) leaveOutIdentifiers(each);
  }
  if (!value.IsObject()) return;
  for (auto& member : value.GetObject()) {
    const std::string name = member.name.GetString();
    if (name == "uuid" || name == "digest") {
      member.value.SetString("");
    } else {
      leaveOutIdentifiers(member.value);
    }
  }
}

}  // namespace plumbline::golden
