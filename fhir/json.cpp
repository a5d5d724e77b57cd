#include "fhir/json.h"

#include <algorithm>
#include <mutex>
#include <new>
#include <utility>
#include <vector>

namespace plumbline::fhir {
namespace {

int hexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

/// The code unit of a `\uXXXX` escape at `at`, or -1.
int unicodeEscape(std::string_view text, std::size_t at) {
  if (at + 6 > text.size() || text[at] != '\\' || text[at + 1] != 'u') return -1;
  int unit = 0;
  for (std::size_t i = at + 2; i < at + 6; ++i) {
    const int digit = hexDigit(text[i]);
    if (digit < 0) return -1;
    unit = unit * 16 + digit;
  }
  return unit;
}

bool isHighSurrogate(int unit) {
  return unit >= 0xD800 && unit <= 0xDBFF;
}
bool isLowSurrogate(int unit) {
  return unit >= 0xDC00 && unit <= 0xDFFF;
}

/// simdjson lets a lone low surrogate through and would hand out bytes that are not UTF-8.
bool hasHalfSurrogatePair(std::string_view text) {
  for (std::size_t at = text.find('\\'); at != std::string_view::npos; at = text.find('\\', at)) {
    const int unit = unicodeEscape(text, at);
    if (isLowSurrogate(unit)) return true;
    if (isHighSurrogate(unit)) {
      if (!isLowSurrogate(unicodeEscape(text, at + 6))) return true;
      at += 12;
    } else {
      at += unit < 0 ? 2 : 6;
    }
  }
  return false;
}

Error refusal(simdjson::error_code code) {
  switch (code) {
    case simdjson::DEPTH_ERROR:
      return {Error::Kind::TooDeep, "", "more than " + std::to_string(kMaxJsonDepth) + " levels of nesting"};
    case simdjson::UTF8_ERROR: return {Error::Kind::Encoding, "", "not UTF-8"};
    default: return {Error::Kind::Syntax, "", simdjson::error_message(code)};
  }
}

std::string pathOf(std::string_view where, std::string_view key) {
  return where.empty() ? std::string(key) : std::string(where) + "." + std::string(key);
}

/// Parsers that are not in use. A parser's memory is 14 times the text, and fresh memory costs more than the
/// parsing, so it is kept; in one place and not by thread, so that a thousand idle threads hold none of it.
class SpareParsers {
 public:
  std::unique_ptr<simdjson::dom::parser> take() {
    {
      const std::lock_guard lock(mutex_);
      if (!spare_.empty()) {
        auto parser = std::move(spare_.back());
        spare_.pop_back();
        return parser;
      }
    }
    return std::make_unique<simdjson::dom::parser>();
  }

  void giveBack(std::unique_ptr<simdjson::dom::parser> parser) {
    if (parser->capacity() > kMostBytes) return;
    const std::lock_guard lock(mutex_);
    if (spare_.size() < kMostParsers) spare_.push_back(std::move(parser));
  }

  static SpareParsers& instance() {
    static SpareParsers spares;
    return spares;
  }

 private:
  static constexpr std::size_t kMostParsers = 8;
  static constexpr std::size_t kMostBytes = 512 * 1024;  // of text; 57 MB for all

  std::mutex mutex_;
  std::vector<std::unique_ptr<simdjson::dom::parser>> spare_;
};

}  // namespace

void JsonDocument::GiveBack::operator()(simdjson::dom::parser* parser) const {
  try {
    SpareParsers::instance().giveBack(std::unique_ptr<simdjson::dom::parser>(parser));
  } catch (const std::bad_alloc&) {
    // Nowhere to keep it: it has been freed.
  }
}

Result<JsonDocument> JsonDocument::parse(std::string_view text) {
  if (hasHalfSurrogatePair(text)) return Error{Error::Kind::Encoding, "", "half a surrogate pair"};
  JsonDocument document;
  document.parser_.reset(SpareParsers::instance().take().release());
  const std::size_t capacity = std::max<std::size_t>(text.size(), 1);
  if (document.parser_->capacity() < capacity || document.parser_->max_depth() != kMaxJsonDepth + 1) {
    if (const auto code = document.parser_->allocate(capacity, kMaxJsonDepth + 1)) return refusal(code);
  }
  if (const auto code = document.parser_->parse(text.data(), text.size()).get(document.root_)) {
    return refusal(code);
  }
  return document;
}

Object::Object(Json value) {
  simdjson::dom::object object;
  if (value.get(object) != simdjson::SUCCESS) return;
  for (const auto& field : object) {
    if (count_ == kListed) {
      longer_ = object;
      return;
    }
    const std::string_view key = field.key;
    if (!key.empty()) bits_ |= bit(key);
    ::new (&listed_[count_++].member) Member{key, field.value};
  }
}

std::optional<Json> Object::at(std::string_view key) const {
  if (!mayHave(key)) return std::nullopt;
  for (std::size_t i = 0; i < count_; ++i) {
    const auto& [own, value] = listed_[i].member;
    if (own.size() == key.size() && own.front() == key.front() && own == key) return value;
  }
  Json value;
  if (!longer_ || longer_->at_key(key).get(value) != simdjson::SUCCESS) return std::nullopt;
  return value;
}

bool has(const Object& object, std::string_view key) {
  return object.at(key).has_value();
}

std::optional<Json> member(const Object& object, std::string_view key) {
  const auto value = object.at(key);
  return value && value->is_null() ? std::nullopt : value;
}

std::optional<std::string_view> text(const Object& object, std::string_view key) {
  const auto value = object.at(key);
  std::string_view found;
  if (!value || value->get(found) != simdjson::SUCCESS) return std::nullopt;
  return found;
}

bool has(Json object, std::string_view key) {
  Json value;
  return object.is_object() && object.at_key(key).get(value) == simdjson::SUCCESS;
}

std::optional<Json> member(Json object, std::string_view key) {
  Json value;
  if (!object.is_object() || object.at_key(key).get(value) != simdjson::SUCCESS || value.is_null()) {
    return std::nullopt;
  }
  return value;
}

std::optional<std::string_view> text(Json object, std::string_view key) {
  const auto value = member(object, key);
  std::string_view found;
  if (!value || value->get(found) != simdjson::SUCCESS) return std::nullopt;
  return found;
}

Result<std::string_view> requiredText(Json object, std::string_view key, std::string_view where) {
  const auto value = member(object, key);
  if (!value) return Error{Error::Kind::Missing, pathOf(where, key), "required"};
  std::string_view found;
  if (value->get(found) != simdjson::SUCCESS) {
    return Error{Error::Kind::WrongType, pathOf(where, key), "must be a string"};
  }
  if (found.empty()) return Error{Error::Kind::Missing, pathOf(where, key), "must not be empty"};
  return found;
}

Result<Json> requiredObject(Json object, std::string_view key, std::string_view where) {
  const auto value = member(object, key);
  if (!value) return Error{Error::Kind::Missing, pathOf(where, key), "required"};
  if (!value->is_object()) return Error{Error::Kind::WrongType, pathOf(where, key), "must be an object"};
  return *value;
}

std::string canonicalText(Json value) {
  std::vector<std::string> parts;
  if (simdjson::dom::object members; value.get(members) == simdjson::SUCCESS) {
    for (const auto& field : members) {
      parts.push_back(std::to_string(field.key.size()) + ':' + std::string(field.key) +
                      canonicalText(field.value));
    }
    std::sort(parts.begin(), parts.end());
    parts.insert(parts.begin(), "{");
  } else if (simdjson::dom::array items; value.get(items) == simdjson::SUCCESS) {
    parts.emplace_back("[");
    for (const Json item : items) parts.push_back(canonicalText(item));
  } else {
    return simdjson::minify(value) + ",";
  }
  std::string text;
  for (const std::string& part : parts) text += part;
  return text + "]";
}

std::optional<std::string_view> duplicateKey(Json object) {
  simdjson::dom::object members;
  if (object.get(members) != simdjson::SUCCESS) return std::nullopt;
  std::vector<std::string_view> keys;
  keys.reserve(members.size());
  for (const auto& field : members) keys.push_back(field.key);
  constexpr std::size_t kFew = 16;
  if (keys.size() <= kFew) {  // as in every real envelope: comparing all is quicker than sorting
    for (std::size_t i = 1; i < keys.size(); ++i) {
      for (std::size_t j = 0; j < i; ++j) {
        if (keys[i].size() == keys[j].size() && keys[i] == keys[j]) return keys[i];
      }
    }
    return std::nullopt;
  }
  std::sort(keys.begin(), keys.end());
  const auto twice = std::adjacent_find(keys.begin(), keys.end());
  if (twice == keys.end()) return std::nullopt;
  return *twice;
}

}  // namespace plumbline::fhir
