#pragma once

#include <rapidjson/document.h>

#include <optional>
#include <string>
#include <string_view>

namespace plumbline::certs {

/// The only door for JSON in this room: what a token or a key set says before anybody vouches for it.

/// Reads one object. Refused: what is not JSON or not UTF-8, anything before or behind it, and an object that
/// has a key twice, since two readers could then read two different tokens.
std::optional<rapidjson::Document> readObject(std::string_view json);

/// The member of this name, or null.
const rapidjson::Value* member(const rapidjson::Value& object, std::string_view key);

/// The string of this name; nothing where it is missing or no string.
std::optional<std::string> text(const rapidjson::Value& object, std::string_view key);

/// The non-negative integer of this name, written as one; nothing where it is missing or anything else.
std::optional<std::int64_t> seconds(const rapidjson::Value& object, std::string_view key);

/// Whether a key occurs twice in this object; those inside it are not asked.
bool hasKeyTwice(const rapidjson::Value& object);

}  // namespace plumbline::certs
