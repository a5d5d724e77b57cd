#include "certs/json.h"

#include <set>

namespace plumbline::certs {
namespace {

std::string_view viewOf(const rapidjson::Value& string) {
  return {string.GetString(), string.GetStringLength()};
}

}  // namespace

std::optional<rapidjson::Document> readObject(std::string_view json) {
  if (json.find('\0') != std::string_view::npos) return std::nullopt;  // RapidJSON would stop there, content
  rapidjson::Document document;
  document.Parse<rapidjson::kParseIterativeFlag | rapidjson::kParseValidateEncodingFlag>(json.data(),
                                                                                         json.size());
  if (document.HasParseError() || !document.IsObject() || hasKeyTwice(document)) return std::nullopt;
  return document;
}

const rapidjson::Value* member(const rapidjson::Value& object, std::string_view key) {
  for (const auto& each : object.GetObject()) {
    if (viewOf(each.name) == key) return &each.value;
  }
  return nullptr;
}

std::optional<std::string> text(const rapidjson::Value& object, std::string_view key) {
  const auto* found = member(object, key);
  if (!found || !found->IsString()) return std::nullopt;
  return std::string(viewOf(*found));
}

std::optional<std::int64_t> seconds(const rapidjson::Value& object, std::string_view key) {
  const auto* found = member(object, key);
  if (!found || !found->IsInt64() || found->GetInt64() < 0) return std::nullopt;
  return found->GetInt64();
}

bool hasKeyTwice(const rapidjson::Value& object) {
  std::set<std::string_view> seen;
  for (const auto& each : object.GetObject()) {
    if (!seen.insert(viewOf(each.name)).second) return true;
  }
  return false;
}

}  // namespace plumbline::certs
