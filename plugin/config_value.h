#pragma once

#include <rapidjson/document.h>

#include <filesystem>
#include <string>
#include <vector>

/// Access to the values of a configuration that keeps its schema.
namespace plumbline::config {

using rapidjson::Value;

/// The member of this key, or null.
inline const Value* find(const Value& object, const char* key) {
  const auto found = object.FindMember(key);
  return found == object.MemberEnd() ? nullptr : &found->value;
}

/// The string of this key; empty where there is none.
inline std::string text(const Value& object, const char* key) {
  const Value* found = find(object, key);
  return found ? found->GetString() : std::string();
}

/// The strings of the list of this key; none where there is none.
inline std::vector<std::string> texts(const Value& object, const char* key) {
  std::vector<std::string> all;
  if (const Value* list = find(object, key)) {
    for (const auto& each : list->GetArray()) all.emplace_back(each.GetString());
  }
  return all;
}

/// The path `name`, which begins beside the file at `path` where it is relative.
inline std::string besideFile(const std::string& path, const std::string& name) {
  return (std::filesystem::path(path).parent_path() / name).string();
}
inline std::string besideFile(const std::string& path, const Value& name) {
  return besideFile(path, std::string(name.GetString()));
}

/// An address without the slashes at its end.
inline std::string withoutSlash(std::string url) {
  while (url.ends_with('/')) url.pop_back();
  return url;
}

}  // namespace plumbline::config
