#pragma once

#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <cstdint>
#include <cstring>
#include <initializer_list>
#include <string>
#include <string_view>

namespace plumbline {

inline bool isSpecial(char c) {
  return static_cast<unsigned char>(c) < ' ' || c == '"' || c == '\\';
}

/// Whether one of eight bytes needs an escape: in a word that holds none of them, no byte is zero after each
/// is taken away.
inline bool holdsSpecial(const char* eight) {
  constexpr std::uint64_t kOnes = ~std::uint64_t{0} / 255;
  constexpr std::uint64_t kHighs = kOnes * 0x80;
  const auto below = [](std::uint64_t word, std::uint64_t least) {
    return (word - kOnes * least) & ~word & kHighs;
  };
  std::uint64_t word = 0;
  std::memcpy(&word, eight, sizeof word);
  return (below(word, ' ') | below(word ^ (kOnes * '"'), 1) | below(word ^ (kOnes * '\\'), 1)) != 0;
}

/// How many bytes at the start of `text` need no escape.
inline std::size_t plainBytes(std::string_view text) {
  constexpr std::size_t kWord = 8;
  std::size_t at = 0;
  while (at + kWord <= text.size() && !holdsSpecial(text.data() + at)) at += kWord;
  const bool lastWord = text.size() > kWord && at + kWord > text.size();
  if (lastWord && !holdsSpecial(text.data() + text.size() - kWord)) return text.size();
  while (at < text.size() && !isSpecial(text[at])) ++at;
  return at;
}

/// RapidJSON's writer, with strings copied in runs; its own way is byte by byte.
class JsonWriter final : public rapidjson::Writer<rapidjson::StringBuffer> {
 public:
  explicit JsonWriter(rapidjson::StringBuffer& buffer) : rapidjson::Writer<rapidjson::StringBuffer>(buffer) {}

  /// A string or a key; JSON writes both alike.
  void text(std::string_view text) {
    Prefix(rapidjson::kStringType);  // commas and colons
    std::size_t plain = plainBytes(text);
    if (plain == text.size()) {
      char* to = os_->Push(text.size() + 2);
      to[0] = '"';
      text.copy(to + 1, text.size());
      to[text.size() + 1] = '"';
      return;
    }
    os_->Put('"');
    for (; plain != text.size(); plain = plainBytes(text)) {
      push(text.substr(0, plain));
      escaped(text[plain]);
      text.remove_prefix(plain + 1);
    }
    push(text);
    os_->Put('"');
  }

  /// A key of this program's, which holds nothing that would be escaped.
  void key(std::string_view name) {
    Prefix(rapidjson::kStringType);
    char* to = os_->Push(name.size() + 2);
    to[0] = '"';
    name.copy(to + 1, name.size());
    to[name.size() + 1] = '"';
  }

  void member(std::string_view name, std::string_view value) {
    key(name);
    text(value);
  }
  void member(std::string_view name, std::int64_t value) {
    key(name);
    Int64(value);
  }

  /// A member that is true or false.
  void flag(std::string_view name, bool value) {
    key(name);
    Bool(value);
  }

  /// A member that is an object, of what `write()` writes.
  template <class Write>
  void object(std::string_view name, Write write) {
    key(name);
    StartObject();
    write();
    EndObject();
  }

  /// A member that is an array, of what `write(each)` writes for each of `list`.
  template <class List, class Write>
  void array(std::string_view name, const List& list, Write write) {
    key(name);
    StartArray();
    for (const auto& each : list) write(each);
    EndArray();
  }

  /// A value of pieces that are JSON already.
  void raw(std::initializer_list<std::string_view> pieces) {
    Prefix(rapidjson::kStringType);
    for (const std::string_view piece : pieces) push(piece);
  }

 private:
  void push(std::string_view bytes) {
    if (!bytes.empty()) std::memcpy(os_->Push(bytes.size()), bytes.data(), bytes.size());
  }

  void escaped(char c) {
    constexpr std::string_view kHex = "0123456789abcdef";
    os_->Put('\\');
    if (c == '"' || c == '\\') return os_->Put(c);
    if (c == '\n') return os_->Put('n');
    const auto byte = static_cast<unsigned char>(c);
    for (const char each : {'u', '0', '0', kHex[byte >> 4U], kHex[byte & 15U]}) os_->Put(each);
  }
};

/// The text of an object, of what `write(out)` writes.
template <class Write>
std::string jsonObject(Write write) {
  rapidjson::StringBuffer buffer;
  JsonWriter out(buffer);
  out.StartObject();
  write(out);
  out.EndObject();
  return {buffer.GetString(), buffer.GetSize()};
}

}  // namespace plumbline
