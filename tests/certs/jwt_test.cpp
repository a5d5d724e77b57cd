#include "certs/jwt.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "certs/base64url.h"
#include "tests/certs/signer.h"

namespace plumbline::certs {
namespace {

using std::string;
using std::chrono::seconds;
using std::chrono::sys_seconds;

const string kHeader = R"({"alg": "ES384", "typ": "JWT", "kid": "k1"})";
constexpr const char* kAudience = "https://p.example/cds-services/s";
const sys_seconds kNow{seconds(1'800'000'000)};

/// A sound set of claims, with one of them replaced, or left out where `value` is empty.
string claims(const string& key = "", const string& value = "") {
  const std::pair<string, string> sound[] = {{"iss", R"("https://ehr.example")"},
                                             {"aud", R"("https://p.example/cds-services/s")"},
                                             {"exp", "1800000300"},
                                             {"iat", "1800000000"},
                                             {"jti", R"("id-1")"}};
  string text;
  bool replaced = false;
  for (const auto& [name, given] : sound) {
    const bool is = name == key;
    replaced = replaced || is;
    if (!is || !value.empty())
      text += (text.empty() ? "" : ", ") + ('"' + name + "\": " + (is ? value : given));
  }
  if (!replaced && !key.empty()) text += ", \"" + key + "\": " + value;
  return "{" + text + "}";
}

/// A compact text of these parts; the signature is of no matter.
string compact(const string& header, const string& payload) {
  return toBase64url(header) + "." + toBase64url(payload) + ".AAAA";
}

string refusal(const string& header, const string& payload) {
  const auto read = readToken(compact(header, payload));
  const auto* refused = std::get_if<Refusal>(&read);
  return refused ? string(name(*refused)) : "";
}

Expected expected() {
  return {kNow, {kAudience}, {Algorithm::ES384, Algorithm::RS384}, {}};
}

string checked(const string& payload, const Expected& wanted = expected()) {
  const auto read = readToken(compact(kHeader, payload));
  const auto* token = std::get_if<Token>(&read);
  if (!token) return "read: " + string(name(std::get<Refusal>(read)));
  const auto refused = check(*token, wanted);
  return refused ? string(name(*refused)) : "";
}

TEST(Tokens, SayWhatTheyHold) {
  const string text = compact(
      R"({"alg": "ES384", "typ": "jwt", "kid": "a+/=", "jku": "https://ehr.example/keys", "jwk": {}, "x5c": []})",
      claims("tenant", R"("t-1")"));
  const auto read = readToken(text);
  const auto* token = std::get_if<Token>(&read);
  ASSERT_TRUE(token);
  EXPECT_EQ(token->algorithm, Algorithm::ES384);
  EXPECT_EQ(token->kid, "a+/=");
  EXPECT_EQ(token->jku, "https://ehr.example/keys");
  EXPECT_EQ(token->issuer, "https://ehr.example");
  EXPECT_THAT(token->audiences, testing::ElementsAre(kAudience));
  EXPECT_EQ(token->expires - token->issuedAt, seconds(300));
  EXPECT_EQ(token->id, "id-1");
  EXPECT_EQ(token->tenant, "t-1");
  EXPECT_FALSE(token->notBefore);
  EXPECT_EQ(string(token->signedPart) + ".AAAA", text);
}

TEST(Tokens, AreRefusedForTheirHeaderByName) {
  const struct {
    string header, why;
  } wrong[] = {
      {R"({"typ": "JWT", "kid": "k"})", "algorithm"},
      {R"({"alg": "none", "kid": "k"})", "algorithm"},
      {R"({"alg": "nOnE", "kid": "k"})", "algorithm"},
      {R"({"alg": "HS256", "kid": "k"})", "algorithm"},
      {R"({"alg": "HS384", "kid": "k"})", "algorithm"},
      {R"({"alg": "es384", "kid": "k"})", "algorithm"},
      {R"({"alg": ["ES384"], "kid": "k"})", "algorithm"},
      {R"({"alg": "ES384", "kid": "k", "crit": []})", "critical"},
      {R"({"alg": "ES384", "kid": "k", "b64": true})", "critical"},
      {R"({"alg": "ES384", "kid": "k", "typ": "at+jwt"})", "type"},
      {R"({"alg": "ES384", "kid": "k", "typ": null})", "type"},
      {R"({"alg": "ES384"})", "key-id"},
      {R"({"alg": "ES384", "kid": ""})", "key-id"},
      {R"({"alg": "ES384", "kid": 1})", "key-id"},
      {R"({"alg": "ES384", "kid": "k", "jku": {}})", "key-id"},
      {R"({"alg": "ES384", "alg": "none", "kid": "k"})", "form"},
      {R"(["ES384"])", "form"},
      {R"({"alg": "ES384", "kid": "k"} )" + string(1, '\0'), "form"},
      {"{\"alg\": \"ES384\", \"kid\": \"\xc3\"}", "form"},
  };
  for (const auto& each : wrong) EXPECT_EQ(refusal(each.header, claims()), each.why) << each.header;
  EXPECT_EQ(refusal(R"({"alg": "RS384", "kid": "k"})", claims()), "") << "typ may be left out";
}

TEST(Tokens, AreRefusedForEachClaimThatIsMissingOrMalformed) {
  const struct {
    string key, value, why;
  } wrong[] = {
      {"iss", "", "issuer"},
      {"iss", "\"\"", "issuer"},
      {"iss", "[]", "issuer"},
      {"aud", "", "audience"},
      {"aud", "[]", "audience"},
      {"aud", "[1]", "audience"},
      {"aud", "{}", "audience"},
      {"exp", "", "expiry"},
      {"exp", "\"1800000300\"", "expiry"},
      {"exp", "1800000300.5", "expiry"},
      {"exp", "-1", "expiry"},
      {"exp", "1e300", "expiry"},
      {"exp", "18000003e2", "expiry"},
      {"exp", "99999999999999999999", "expiry"},
      {"exp", "9223372036854775807", "expiry"},
      {"exp", "null", "expiry"},
      {"iat", "", "issued-at"},
      {"iat", "1.0", "issued-at"},
      {"nbf", "\"x\"", "not-before"},
      {"jti", "", "id"},
      {"jti", "5", "id"},
      {"jti", "\"\"", "id"},
      {"tenant", "7", "tenant"},
  };
  for (const auto& each : wrong)
    EXPECT_EQ(refusal(kHeader, claims(each.key, each.value)), each.why) << each.key << " " << each.value;
  EXPECT_EQ(refusal(kHeader, R"({"iss": "a", "iss": "b"})"), "form");
  EXPECT_EQ(refusal(kHeader, claims("jti", '"' + string(1025, 'j') + '"')), "id");
  EXPECT_EQ(refusal(kHeader, claims("sub", "[{}]")), "") << "sub means nothing";
}

TEST(Tokens, AreRefusedUnlessTheyAreThreePartsOfStrictBase64url) {
  const string good = compact(kHeader, claims());
  ASSERT_TRUE(std::holds_alternative<Token>(readToken(good)));
  const string header = toBase64url(kHeader), payload = toBase64url(claims());
  for (const string& text :
       {string(), string("."), string(".."), header + "." + payload, header + "." + payload + ".",
        "." + payload + ".AAAA", good + ".", good + ".AAAA", good + "=", " " + good, good + "\n",
        header + "=." + payload + ".AAAA", header + "." + payload + ".AA+A", string(kMaxToken, 'A') + good})
    EXPECT_EQ(std::get<Refusal>(readToken(text)), Refusal::Form) << text.substr(0, 80);
}

TEST(Tokens, AreGoodForTheirTimeAndAMinuteAroundIt) {
  Expected wanted = expected();
  const auto at = [&](int after) {
    wanted.now = kNow + seconds(after);
    return checked(claims(), wanted);
  };
  EXPECT_EQ(at(-61), "future");
  EXPECT_EQ(at(-60), "");
  EXPECT_EQ(at(359), "");
  EXPECT_EQ(at(360), "expired");
  EXPECT_EQ(checked(claims("exp", "1800003600")), "");
  EXPECT_EQ(checked(claims("exp", "1800003601")), "lifetime");
  EXPECT_EQ(checked(claims("exp", "1800000000")), "lifetime");
  EXPECT_EQ(checked(claims("nbf", "1799999700")), "");
  EXPECT_EQ(checked(claims("nbf", "1800000060")), "");
  EXPECT_EQ(checked(claims("nbf", "1800000061")), "future");
}

TEST(Tokens, AreForWhoTheyAreMeantFor) {
  EXPECT_EQ(checked(claims("aud", R"(["https://other.example", "https://p.example/cds-services/s"])")), "");
  for (const char* each : {R"("https://p.example/cds-services/s/")", R"("https://p.example/cds-services/S")",
                           R"("https://p.example/cds-services")", R"("http://p.example/cds-services/s")",
                           R"(["https://p.example/cds-services/s?"])", R"("")"})
    EXPECT_EQ(checked(claims("aud", each)), "audience") << each;
}

TEST(Tokens, AreSignedAndSentAsTheClientMay) {
  Expected wanted = expected();
  wanted.algorithms = {Algorithm::RS384};
  EXPECT_EQ(checked(claims(), wanted), "algorithm");
  wanted = expected();
  wanted.tenants = {"t-1", "t-2"};
  EXPECT_EQ(checked(claims(), wanted), "tenant");
  EXPECT_EQ(checked(claims("tenant", R"("t-3")"), wanted), "tenant");
  EXPECT_EQ(checked(claims("tenant", R"("t-2")"), wanted), "");
}

TEST(Signatures, VerifyWithTheirKeyAndAlgorithmAndNoOther) {
  for (const auto algorithm :
       {Algorithm::ES256, Algorithm::ES384, Algorithm::ES512, Algorithm::RS256, Algorithm::RS384,
        Algorithm::RS512, Algorithm::PS256, Algorithm::PS384, Algorithm::PS512}) {
    const Signer signer(algorithm), other(algorithm);
    const auto keys = KeySet::parse(signer.jwks()), others = KeySet::parse(other.jwks());
    ASSERT_TRUE(keys && others);
    const Key &key = *keys->find("k1"), &wrong = *others->find("k1");
    const string signature = signer.signature("bytes");
    EXPECT_TRUE(verify(algorithm, key, "bytes", signature)) << name(algorithm);
    EXPECT_FALSE(verify(algorithm, key, "byte", signature));
    EXPECT_FALSE(verify(algorithm, wrong, "bytes", signature));
    EXPECT_FALSE(verify(algorithm, key, "bytes", signature + '\0'));
    EXPECT_FALSE(verify(algorithm, key, "bytes", ""));
    EXPECT_FALSE(verify(algorithm, key, "bytes", string(signature.size(), '\0')));
    for (const auto another : {Algorithm::ES384, Algorithm::RS256, Algorithm::RS384, Algorithm::PS384}) {
      if (another == algorithm) continue;
      EXPECT_FALSE(verify(another, key, "bytes", signature)) << name(another);
    }
  }
}

/// The key and the token printed in CDS Hooks 2.0, "Trusting CDS Clients"; expired in 2015, good for three
/// years.
TEST(Signatures, VerifyTheTokenOfTheSpecification) {
  const string text =
      "eyJhbGciOiJFUzM4NCIsInR5cCI6IkpXVCIsImtpZCI6ImV4YW1wbGUta2lkIiwiamt1IjoiaHR0cHM6Ly9maGlyLWVoci5leGFtcG"
      "xl"
      "LmNvbS9qd2tfdXJpIn0."
      "eyJpc3MiOiJodHRwczovL2ZoaXItZWhyLmV4YW1wbGUuY29tLyIsImF1ZCI6Imh0dHBzOi8vY2RzLmV4YW1w"
      "bGUub3JnL2Nkcy1zZXJ2aWNlcy9zb21lLXNlcnZpY2UiLCJleHAiOjE0MjI1Njg4NjAsImlhdCI6MTMxMTI4MDk3MCwianRpIjoiZW"
      "Uy"
      "MmIwMjEtZTFiNy00NjExLWJhNWItOGVlYzZhMzNhYzFlIiwidGVuYW50IjoiMmRkZDZjM2EtOGU5YS00NGM2LWEzMDUtNTIxMTFhZD"
      "Mw"
      "MmEyIn0."
      "d1WfLjGRKlcWB94l9do4cM8REXeYJLL6SGUBO8VHZhfM8mwKYP70EMxJ67War4TQblEpaQrp11wx5p7oPFm2ETYgCicS84vX"
      "WEIYTdjooZdooCSDf2L8-i4awdoUwiEb";
  const string jwks = R"({"keys": [{"kty": "EC", "use": "sig", "crv": "P-384", "kid": "example-kid",
      "x": "46SDH7Znh821wblCBglA61sNE9ZrHYKKt3qRtRTmSXyOI_FIGBLWrWa0GPUkDCEk",
      "y": "XMcRuuoGW7CXjQdy-F5i3FeBE0x9hPLdeFdSoDd3ELmx404tLX0VRRcqzAsPhXcI", "alg": "ES384"}]})";
  const auto read = readToken(text);
  const auto* token = std::get_if<Token>(&read);
  ASSERT_TRUE(token);
  const auto keys = KeySet::parse(jwks, [](const Key&) { return false; });
  ASSERT_TRUE(keys && keys->find(token->kid));
  EXPECT_TRUE(verify(token->algorithm, *keys->find(token->kid), token->signedPart, token->signature));
  Expected wanted{sys_seconds(seconds(1'422'568'800)),
                  {"https://cds.example.org/cds-services/some-service"},
                  {Algorithm::ES384},
                  {"2ddd6c3a-8e9a-44c6-a305-52111ad302a2"}};
  EXPECT_EQ(check(*token, wanted), Refusal::Lifetime);
  wanted.longestLifetime = std::chrono::hours(24 * 365 * 4);
  EXPECT_EQ(check(*token, wanted), std::nullopt);
  EXPECT_EQ(KeySet::parse(jwks)->size(), 0U) << "anybody can look its private half up";
}

string mutated(string text, std::mt19937& random) {
  const auto below = [&](std::size_t end) {
    return std::uniform_int_distribution<std::size_t>(0, end - 1)(random);
  };
  constexpr std::string_view kChars = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.=+/ ";
  const std::size_t at = below(text.size());
  switch (below(5)) {
    case 0: text[at] = kChars[below(kChars.size())]; break;
    case 1: text.erase(at, 1 + below(4)); break;
    case 2: text.insert(at, 1, kChars[below(kChars.size())]); break;
    case 3: std::swap(text[at], text[below(text.size())]); break;
    default: text[at] = static_cast<char>(text[at] ^ (1 << below(8))); break;
  }
  return text;
}

/// Whether a token is taken: all the way, as the authenticator does it.
bool accepted(const string& text, const KeySet& keys) {
  const auto read = readToken(text);
  const auto* token = std::get_if<Token>(&read);
  if (!token || check(*token, expected())) return false;
  const Key* key = keys.find(token->kid);
  return key && verify(token->algorithm, *key, token->signedPart, token->signature);
}

TEST(Signatures, TakeNoneOfAHundredThousandMutatedTokens) {
  std::mt19937 random(20'261'123);
  for (const auto algorithm : {Algorithm::RS384, Algorithm::ES384}) {
    const Signer signer(algorithm);
    const auto keys = KeySet::parse(signer.jwks());
    const string good = signer.token(claims());
    ASSERT_TRUE(accepted(good, *keys));
    // What is changed in the signature alone costs a verification, which is slow for ES384.
    for (int left = algorithm == Algorithm::RS384 ? 90'000 : 10'000; left > 0;) {
      const string text = mutated(good, random);
      if (text == good) continue;
      --left;
      ASSERT_FALSE(accepted(text, *keys)) << text;
    }
  }
}

}  // namespace
}  // namespace plumbline::certs
