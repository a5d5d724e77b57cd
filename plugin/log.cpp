#include "plugin/log.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <ctime>

namespace plumbline::log {
namespace {

constexpr std::array<std::string_view, 3> kLevels{"info", "warning", "error"};
constexpr std::size_t kMaxId = 64;
constexpr std::size_t kTraceId = 32;

/// RFC 3339, milliseconds, UTC: the machine's clock, not the one that --now sets.
std::string timestamp() {
  const auto now = std::chrono::system_clock::now();
  const std::time_t seconds = std::chrono::system_clock::to_time_t(now);
  const auto milliseconds =
      std::chrono::duration_cast<std::chrono::milliseconds>(now.time_since_epoch()).count() % 1000;
  std::tm parts{};
  ::gmtime_r(&seconds, &parts);
  char text[40];
  const std::size_t size = std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &parts);
  std::snprintf(text + size, sizeof text - size, ".%03dZ", static_cast<int>(milliseconds));
  return text;
}

/// Bytes outside ASCII are left as they are but for U+2028, U+2029 and U+0085, at which some readers break.
void appendText(std::string& out, std::string_view text) {
  out.push_back('"');
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    const std::string_view rest = text.substr(i);
    if (byte == '"' || byte == '\\') {
      out.append(1, '\\').append(1, text[i]);
    } else if (byte < 0x20 || byte == 0x7f) {
      char escape[8];
      std::snprintf(escape, sizeof escape, "\\u%04x", byte);
      out += escape;
    } else if (rest.starts_with("\xe2\x80\xa8") || rest.starts_with("\xe2\x80\xa9")) {
      out += rest[2] == '\xa8' ? "\\u2028" : "\\u2029";
      i += 2;
    } else if (rest.starts_with("\xc2\x85")) {
      out += "\\u0085";
      i += 1;
    } else {
      out.push_back(text[i]);
    }
  }
  out.push_back('"');
}

bool isTokenByte(char c) {
  constexpr std::string_view kOthers = "!#$%&'*+-.^_`|~";
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
         kOthers.find(c) != std::string_view::npos;
}

}  // namespace

Field number(Words key, std::int64_t value) {
  return {key, value};
}

Field ours(Words key, std::string_view value) {
  return {key, std::string(value)};
}

Field requestId(std::string_view id) {
  const bool sound = !id.empty() && id.size() <= kMaxId && std::all_of(id.begin(), id.end(), isTokenByte);
  return {"request", std::string(sound ? id : "-")};
}

Field traceId(std::string_view id) {
  const bool sound = id.size() == kTraceId && id.find_first_not_of("0123456789abcdef") == id.npos;
  return {"trace", std::string(sound ? id : "-")};
}

std::string line(Level level, Words event, std::initializer_list<Field> fields) {
  std::string text = R"({"time":")" + timestamp() + R"(","level":")";
  text.append(kLevels.at(static_cast<std::size_t>(level))).append(R"(","event":)");
  appendText(text, event.text);
  for (const Field& field : fields) {
    text.push_back(',');
    appendText(text, field.key());
    text.push_back(':');
    if (const auto* value = std::get_if<std::string>(&field.value())) {
      appendText(text, *value);
    } else {
      text += std::to_string(std::get<std::int64_t>(field.value()));
    }
  }
  return text + "}\n";
}

void say(Level level, Words event, std::initializer_list<Field> fields) {
  std::string text = line(level, event, fields);
  std::string_view left = text;
  while (!left.empty()) {
    const auto written = ::write(STDERR_FILENO, left.data(), left.size());
    if (written <= 0) return;  // nobody is left to be told
    left.remove_prefix(static_cast<std::size_t>(written));
  }
}

}  // namespace plumbline::log
