#include "plugin/fetch/authorization.h"

#include <string.h>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <optional>
#include <utility>

#include "plugin/http/message.h"

namespace plumbline::fetch {
namespace {

/// Seconds a token has to live, sent as a number or, against the standard, as one in quotes.
std::optional<std::int64_t> lifetime(fhir::Json authorization) {
  const auto found = fhir::member(authorization, "expires_in");
  std::int64_t seconds = 0;
  if (found && found->get(seconds) == simdjson::SUCCESS) return seconds;
  const auto text = fhir::text(authorization, "expires_in");
  if (!text) return std::nullopt;
  const auto read = std::from_chars(text->data(), text->data() + text->size(), seconds);
  const bool whole = read.ec == std::errc() && read.ptr == text->data() + text->size();
  return whole ? std::optional(seconds) : std::nullopt;
}

}  // namespace

bool isBearer(std::string_view text) {
  return !text.empty() && text.size() <= 16 * 1024 && std::all_of(text.begin(), text.end(), [](char c) {
    const bool alphanumeric = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    return alphanumeric || std::string_view("-._~+/=").find(c) != std::string_view::npos;
  });
}

void wipe(std::string& text) {
  text.resize(text.capacity());
  ::explicit_bzero(text.data(), text.size());
  text.clear();
}

BearerToken::BearerToken(BearerToken&& other) noexcept : text_(other.text_) {
  wipe(other.text_);
}

BearerToken::~BearerToken() {
  wipe(text_);
}

void BearerToken::appendField(std::string& head) const {
  head.reserve(head.size() + text_.size() + 64);  // growing later would leave a copy behind
  head.append("Authorization: Bearer ").append(text_).append("\r\n");
}

std::variant<Grant, Why> grantOf(fhir::Json request, std::span<const Base> listed) {
  const auto server = fhir::text(request, "fhirServer");
  const auto authorization = fhir::member(request, "fhirAuthorization");
  if (!server) return Why::NotOffered;
  auto base = parseBase(*server);
  if (!base || std::find(listed.begin(), listed.end(), *base) == listed.end()) return Why::NotListed;
  if (!authorization) return Why::NotOffered;
  for (const std::string_view required : {"scope", "subject"}) {
    if (fhir::text(*authorization, required).value_or(std::string_view{}).empty()) return Why::Unsound;
  }
  const std::string_view type = fhir::text(*authorization, "token_type").value_or(std::string_view{});
  const std::string_view token = fhir::text(*authorization, "access_token").value_or(std::string_view{});
  const auto seconds = lifetime(*authorization);
  if (!http::equalsIgnoringCase(type, "Bearer") || !isBearer(token) || !seconds) return Why::Unsound;
  if (*seconds <= 0) return Why::Expired;
  return Grant{*std::move(base), BearerToken(token)};
}

}  // namespace plumbline::fetch
