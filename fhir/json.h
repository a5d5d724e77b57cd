#pragma once

#include <simdjson.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "fhir/result.h"

namespace plumbline::fhir {

/// One JSON value of a JsonDocument: a view, valid as long as the document lives and is not moved from.
using Json = simdjson::dom::element;

/// Nesting a request may have. FHIR needs fewer than 30 levels; every walker over a document may recurse
/// safely because nothing deeper gets in. An empty array or object at the very bottom is not counted.
inline constexpr std::size_t kMaxJsonDepth = 64;

/// The only door for JSON that others wrote.
///
/// parse() refuses, with the kind in brackets: text that is not exactly one JSON value [Syntax], more than
/// kMaxJsonDepth levels [TooDeep], and bytes that are not UTF-8 or escapes that name half a surrogate pair
/// [Encoding]. The caller limits the size before it hands the text over. Strings of the document are
/// unescaped views into memory the document owns; `text` need not outlive the call.
class JsonDocument {
 public:
  static Result<JsonDocument> parse(std::string_view text);

  [[nodiscard]] Json root() const { return root_; }

 private:
  JsonDocument() = default;

  /// Keeps the memory of a parser for the next document.
  struct GiveBack {
    void operator()(simdjson::dom::parser* parser) const;
  };
  std::unique_ptr<simdjson::dom::parser, GiveBack> parser_;
  Json root_;
};

/// An object that is asked for many of its members: they are listed once, since the document finds each by
/// walking over all. Made from any value; one that is no object has no members.
class Object {
 public:
  // NOLINTNEXTLINE(google-explicit-constructor): the same questions are asked of either
  Object(Json value);

  /// The value at `key`, null included; of a key that occurs twice the first.
  [[nodiscard]] std::optional<Json> at(std::string_view key) const;

  /// Calls `visit(value)` for every value at `key` but null: a key that occurs twice has two.
  template <class Visit>
  void forEachAt(std::string_view key, Visit visit) const {
    if (!mayHave(key)) return;
    const auto look = [&](std::string_view name, Json value) {
      if (name == key && !value.is_null()) visit(value);
    };
    if (longer_) {
      for (const auto& field : *longer_) look(field.key, field.value);
    } else {
      for (std::size_t i = 0; i < count_; ++i) look(listed_[i].member.key, listed_[i].member.value);
    }
  }

 private:
  /// One of 64 bits for each key: most of what is asked for is not there, and this alone tells.
  static std::uint64_t bit(std::string_view key) {
    constexpr std::size_t kSizes = 8, kBits = 64;
    return std::uint64_t{1} << ((key.size() * kSizes + static_cast<unsigned char>(key.front())) % kBits);
  }
  [[nodiscard]] bool mayHave(std::string_view key) const {
    return !key.empty() && (longer_ || (bits_ & bit(key)) != 0);
  }

  /// FHIR resources seldom have more; what is beyond is looked up in the document.
  static constexpr std::size_t kListed = 24;
  struct Member {
    std::string_view key;
    Json value;
  };
  /// Left as it is until a member comes: most of the room is never needed.
  union Place {
    Place() {}
    Member member;
  };
  std::array<Place, kListed> listed_;
  std::size_t count_ = 0;
  std::uint64_t bits_ = 0;  ///< of all keys that are listed
  std::optional<simdjson::dom::object> longer_;
};

/// Member `key` of `object`, if `object` is an object and has it. JSON null counts as not there: FHIR has no
/// nulls, and CDS Hooks gives null its own meaning only in `prefetch`, which asks with `has`.
std::optional<Json> member(Json object, std::string_view key);
std::optional<Json> member(const Object& object, std::string_view key);

/// Whether `object` has `key` at all, null included.
bool has(Json object, std::string_view key);
bool has(const Object& object, std::string_view key);

/// The string at `key`; nothing when it is absent or of another type. For chart data, where a bad element is
/// skipped and the rest is read.
std::optional<std::string_view> text(Json object, std::string_view key);
std::optional<std::string_view> text(const Object& object, std::string_view key);

/// The string at `key`, for envelopes, where absence is the caller's fault.
/// Refusals: [Missing] when absent, null or empty; [WrongType] when not a string. `where` is the path of
/// `object` ("" for the root).
Result<std::string_view> requiredText(Json object, std::string_view key, std::string_view where);

/// The object at `key`; [Missing] or [WrongType] as above.
Result<Json> requiredObject(Json object, std::string_view key, std::string_view where);

/// The first key that occurs twice in `object`. A reader in front of us may have decided on the other value,
/// so envelopes with such a key are refused.
std::optional<std::string_view> duplicateKey(Json object);

/// `value` written so that two values have one text exactly when they say the same, in whatever order their
/// members come. For telling apart, not for reading.
std::string canonicalText(Json value);

/// Calls `visit(element)` for each element of the array at `key`, or once for a single value standing where
/// FHIR wants an array (some EHRs send `category` so).
template <class From, class Visit>
void forEach(const From& object, std::string_view key, Visit visit) {
  const auto found = member(object, key);
  if (!found) return;
  simdjson::dom::array items;
  if (found->get(items) == simdjson::SUCCESS) {
    for (Json item : items) visit(item);
  } else {
    visit(*found);
  }
}

}  // namespace plumbline::fhir
