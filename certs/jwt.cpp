#include "certs/jwt.h"

#include <algorithm>
#include <array>

#include "certs/base64url.h"
#include "certs/json.h"

namespace plumbline::certs {
namespace {

using rapidjson::Value;
using std::chrono::sys_seconds;

/// In the order of the enumeration.
constexpr std::array<std::string_view, kRefusals> kNames{
    "form",      "algorithm",  "critical", "type",   "key-id",  "issuer", "audience", "expiry",
    "issued-at", "not-before", "id",       "tenant", "expired", "future", "lifetime", "signature"};

constexpr std::size_t kMaxText = 1'024;  ///< bytes of any one claim that is kept
/// 9999-12-31T23:59:59Z: sums of moments stay far from overflow.
constexpr std::int64_t kLastMoment = 253'402'300'799;

std::optional<std::string> claim(const Value& object, std::string_view key) {
  auto found = text(object, key);
  return found && !found->empty() && found->size() <= kMaxText ? found : std::nullopt;
}

std::optional<sys_seconds> moment(const Value& object, std::string_view key) {
  const auto found = seconds(object, key);
  if (!found || *found > kLastMoment) return std::nullopt;
  return sys_seconds(std::chrono::seconds(*found));
}

bool isJwt(std::string_view type) {
  constexpr std::string_view kType = "jwt";
  return type.size() == kType.size() &&
         std::equal(type.begin(), type.end(), kType.begin(),
                    [](char a, char b) { return a == b || a == b - ('a' - 'A'); });
}

std::optional<Refusal> readHeader(const Value& header, Token& token) {
  if (member(header, "crit") || member(header, "b64")) return Refusal::Critical;
  const auto named = text(header, "alg");
  const auto known = named ? algorithm(*named) : std::nullopt;
  if (!known) return Refusal::Algorithm;
  token.algorithm = *known;
  if (member(header, "typ")) {
    const auto type = text(header, "typ");
    if (!type || !isJwt(*type)) return Refusal::Type;
  }
  auto kid = claim(header, "kid");
  if (!kid) return Refusal::KeyId;
  token.kid = *std::move(kid);
  if (!member(header, "jku")) return std::nullopt;
  token.jku = claim(header, "jku");
  return token.jku ? std::nullopt : std::optional(Refusal::KeyId);
}

/// One text or an array of them.
bool readAudiences(const Value& claims, Token& token) {
  const Value* found = member(claims, "aud");
  if (!found) return false;
  const auto take = [&](const Value& each) {
    if (!each.IsString()) return false;
    token.audiences.emplace_back(each.GetString(), each.GetStringLength());
    return true;
  };
  if (!found->IsArray()) return take(*found);
  return !found->Empty() && std::all_of(found->Begin(), found->End(), take);
}

std::optional<Refusal> readClaims(const Value& claims, Token& token) {
  auto issuer = claim(claims, "iss");
  if (!issuer) return Refusal::Issuer;
  token.issuer = *std::move(issuer);
  if (!readAudiences(claims, token)) return Refusal::Audience;
  const auto expires = moment(claims, "exp"), issuedAt = moment(claims, "iat");
  if (!expires) return Refusal::Expiry;
  if (!issuedAt) return Refusal::IssuedAt;
  token.expires = *expires;
  token.issuedAt = *issuedAt;
  if (member(claims, "nbf")) {
    token.notBefore = moment(claims, "nbf");
    if (!token.notBefore) return Refusal::NotBefore;
  }
  auto id = claim(claims, "jti");
  if (!id) return Refusal::Id;
  token.id = *std::move(id);
  if (!member(claims, "tenant")) return std::nullopt;
  token.tenant = claim(claims, "tenant");
  return token.tenant ? std::nullopt : std::optional(Refusal::Tenant);
}

template <class List, class Value>
bool holds(const List& list, const Value& value) {
  return std::find(list.begin(), list.end(), value) != list.end();
}

}  // namespace

std::string_view name(Refusal refusal) {
  return kNames.at(static_cast<std::size_t>(refusal));
}

std::optional<Parts> splitCompact(std::string_view text) {
  const auto first = text.find('.');
  const auto second = first == text.npos ? text.npos : text.find('.', first + 1);
  if (second == text.npos || text.size() > kMaxToken) return std::nullopt;
  const auto header = fromBase64url(text.substr(0, first));
  const auto payload = fromBase64url(text.substr(first + 1, second - first - 1));
  const auto signature = fromBase64url(text.substr(second + 1));  // a third dot is no base64url
  if (!header || !payload || !signature || header->empty() || signature->empty()) return std::nullopt;
  return Parts{*header, *payload, *signature, text.substr(0, second)};
}

std::variant<Token, Refusal> readToken(std::string_view text) {
  auto parts = splitCompact(text);
  if (!parts) return Refusal::Form;
  const auto header = readObject(parts->header), claims = readObject(parts->payload);
  if (!header || !claims) return Refusal::Form;
  Token token;
  if (const auto refused = readHeader(*header, token)) return *refused;
  if (const auto refused = readClaims(*claims, token)) return *refused;
  token.signedPart = parts->signedPart;
  token.signature = std::move(parts->signature);
  return token;
}

std::optional<Refusal> check(const Token& token, const Expected& expected) {
  if (!holds(expected.algorithms, token.algorithm)) return Refusal::Algorithm;
  const auto meant = [&](const std::string& each) { return holds(expected.audiences, each); };
  if (std::none_of(token.audiences.begin(), token.audiences.end(), meant)) return Refusal::Audience;
  if (token.expires <= expected.now - expected.skew) return Refusal::Expired;
  const auto latest = expected.now + expected.skew;
  if (token.issuedAt > latest || (token.notBefore && *token.notBefore > latest)) return Refusal::Future;
  const auto lifetime = token.expires - token.issuedAt;
  if (lifetime > expected.longestLifetime || lifetime <= std::chrono::seconds(0)) return Refusal::Lifetime;
  if (!expected.tenants.empty() && !(token.tenant && holds(expected.tenants, *token.tenant)))
    return Refusal::Tenant;
  return std::nullopt;
}

}  // namespace plumbline::certs
