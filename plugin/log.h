#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>

namespace plumbline::log {

enum class Level { Info, Warning, Error };

/// Text that stands in the source. Nothing that came from outside can be made one, so that an event's name
/// and a field's key say the same in every line.
struct Words {
  // NOLINTNEXTLINE(google-explicit-constructor): a literal is the only thing it can be made of
  consteval Words(const char* literal) : text(literal) {}
  std::string_view text;
};

/// One thing a line says beside its event. There is no way to make one of a request, a chart, a token or an
/// address that was called: only of what the functions below are named for.
class Field {
 public:
  friend Field number(Words key, std::int64_t value);
  friend Field ours(Words key, std::string_view value);
  friend Field requestId(std::string_view id);
  friend Field traceId(std::string_view id);

  [[nodiscard]] std::string_view key() const { return key_.text; }
  [[nodiscard]] const std::variant<std::int64_t, std::string>& value() const { return value_; }

 private:
  Field(Words key, std::variant<std::int64_t, std::string> value) : key_(key), value_(std::move(value)) {}

  Words key_;
  std::variant<std::int64_t, std::string> value_;
};

template <class Value>
concept NotText = !std::is_same_v<Value, std::string> && !std::is_same_v<Value, std::string_view> &&
                  !std::is_array_v<Value> && !std::is_pointer_v<Value>;

/// A count, a time, a status.
Field number(Words key, std::int64_t value);
/// What a site or this project wrote: an option, a file's name, a problem of content, a type of C++.
Field ours(Words key, std::string_view value);
/// JSON of others turns into text by itself; not here.
template <NotText Other>
Field ours(Words key, const Other& value) = delete;
/// What names one call to both sides; "-" unless it is at most 64 letters, digits and other token characters.
Field requestId(std::string_view id);
/// What names the trace a call belongs to (http/trace.h); "-" unless it is 32 hexadecimal digits.
Field traceId(std::string_view id);

/// One line of JSON: time, level, event, then the fields in their order. Control characters, and those that
/// some readers take for the end of a line, are escaped.
std::string line(Level level, Words event, std::initializer_list<Field> fields);

/// Writes the line to stderr in one piece. Any thread.
void say(Level level, Words event, std::initializer_list<Field> fields = {});

}  // namespace plumbline::log
