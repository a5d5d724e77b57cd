#include "plugin/http/trace.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <random>
#include <set>

#include "plugin/http/message.h"

namespace plumbline::http {
namespace {

constexpr std::size_t kLongest = 512;
constexpr std::size_t kMembers = 32;
constexpr std::size_t kVersion00 = 55;  // of a traceparent without anything behind its flags

bool isHex(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

bool isZero(std::string_view text) {
  return text.find_first_not_of('0') == text.npos;
}

/// `version "-" trace-id "-" parent-id "-" flags`, and behind it whatever a later version has.
std::optional<Trace> readParent(std::string_view text) {
  if (text.size() < kVersion00 || text.size() > kLongest) return std::nullopt;
  const std::string_view version = text.substr(0, 2), id = text.substr(3, 32), parent = text.substr(36, 16),
                         flags = text.substr(53, 2);
  if (text[2] != '-' || text[35] != '-' || text[52] != '-') return std::nullopt;
  if (!isHex(version) || !isHex(id) || !isHex(parent) || !isHex(flags)) return std::nullopt;
  if (version == "ff" || isZero(id) || isZero(parent)) return std::nullopt;
  if (text.size() > kVersion00 && (version == "00" || text[kVersion00] != '-')) return std::nullopt;
  const bool sampled = std::string_view("13579bdf").find(flags[1]) != std::string_view::npos;
  return Trace{std::string(id), sampled};
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

bool isLetter(char c) {
  return c >= 'a' && c <= 'z';
}

/// A part of a key: what it begins with is told by who calls.
bool isKeyText(std::string_view text, std::size_t longest) {
  return !text.empty() && text.size() <= longest && std::all_of(text.begin(), text.end(), [](char c) {
    return isLetter(c) || (c >= '0' && c <= '9') ||
           std::string_view("_-*/").find(c) != std::string_view::npos;
  });
}

bool isKey(std::string_view key) {
  const auto at = key.find('@');
  if (at == key.npos) return isKeyText(key, 256) && isLetter(key.front());
  const std::string_view tenant = key.substr(0, at), system = key.substr(at + 1);
  const bool begins = !tenant.empty() && (isLetter(tenant.front()) || isHex(tenant.substr(0, 1)));
  return begins && isKeyText(tenant, 241) && isKeyText(system, 14) && isLetter(system.front());
}

bool isValue(std::string_view value) {
  return !value.empty() && value.size() <= 256 && std::all_of(value.begin(), value.end(), [](char c) {
    return c >= ' ' && c <= '~' && c != ',' && c != '=';
  });
}

/// The members of all `tracestate` fields as one; empty where one of them breaks the grammar.
std::string readState(std::span<const Header> headers) {
  std::string state;
  std::set<std::string_view> keys;
  bool full = false;
  for (const auto& [name, value] : headers) {
    if (!equalsIgnoringCase(name, "tracestate")) continue;
    for (std::string_view rest = value; !rest.empty();) {
      const auto comma = std::min(rest.find(','), rest.size());
      const std::string_view member = trimmed(rest.substr(0, comma));
      rest.remove_prefix(std::min(comma + 1, rest.size()));
      if (member.empty()) continue;
      const auto equals = member.find('=');
      if (equals == member.npos || !isKey(member.substr(0, equals)) || !isValue(member.substr(equals + 1)))
        return {};
      if (!keys.insert(member.substr(0, equals)).second || keys.size() > kMembers) return {};
      full = full || state.size() + member.size() + 1 > kLongest;
      if (!full) state.append(state.empty() ? "" : ",").append(member);
    }
  }
  return state;
}

}  // namespace

Trace traceOf(std::span<const Header> headers) {
  std::optional<Trace> trace;
  int parents = 0;
  for (const auto& [name, value] : headers) {
    if (!equalsIgnoringCase(name, "traceparent")) continue;
    ++parents;
    trace = readParent(value);
  }
  if (parents != 1 || !trace) return {randomHex(32)};
  trace->state = readState(headers);
  return *std::move(trace);
}

std::string fieldsOf(const Trace& trace) {
  std::string fields =
      "traceparent: 00-" + trace.id + "-" + randomHex(16) + (trace.sampled ? "-01\r\n" : "-00\r\n");
  if (!trace.state.empty()) fields.append("tracestate: ").append(trace.state).append("\r\n");
  return fields;
}

std::string randomHex(std::size_t digits) {
  thread_local std::mt19937_64 random{std::random_device{}()};
  std::string text;
  text.reserve(digits);
  std::uint64_t left = 0;
  for (std::size_t i = 0; i < digits; ++i, left >>= 4U) {
    if (i % 16 == 0) left = random();
    text += "0123456789abcdef"[left & 15U];
  }
  return text;
}

}  // namespace plumbline::http
