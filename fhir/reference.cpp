#include "fhir/reference.h"

#include <algorithm>
#include <utility>

namespace plumbline::fhir {
namespace {

bool isLetter(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}
bool isDigit(char c) {
  return c >= '0' && c <= '9';
}

bool isResourceType(std::string_view text) {
  return !text.empty() && text.front() >= 'A' && text.front() <= 'Z' &&
         std::all_of(text.begin(), text.end(), isLetter);
}

/// Cuts the last path segment off `path` and returns it.
std::string_view popSegment(std::string_view& path) {
  const auto slash = path.rfind('/');
  if (slash == std::string_view::npos) return std::exchange(path, {});
  const auto segment = path.substr(slash + 1);
  path = path.substr(0, slash);
  return segment;
}

}  // namespace

bool isId(std::string_view text) {
  return !text.empty() && text.size() <= 64 && std::all_of(text.begin(), text.end(), [](char c) {
    return isLetter(c) || isDigit(c) || c == '-' || c == '.';
  });
}

std::optional<Reference> parseReference(std::string_view text) {
  if (const auto history = text.find("/_history/"); history != std::string_view::npos) {
    text = text.substr(0, history);
  }
  const auto id = popSegment(text);
  const auto type = popSegment(text);
  if (!isResourceType(type) || !isId(id)) return std::nullopt;
  return Reference{type, id};
}

}  // namespace plumbline::fhir
