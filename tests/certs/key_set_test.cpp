#include "certs/key_set.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/certs/signer.h"

namespace plumbline::certs {
namespace {

using std::string;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const Signer& ec() {
  static const Signer made(Algorithm::ES384, "ec/+=");
  return made;
}

const Signer& rsa() {
  static const Signer made(Algorithm::RS384, "rsa");
  return made;
}

string set(const string& keys) {
  return R"({"keys": [)" + keys + "]}";
}

/// Why the only key is left out; empty when it is taken.
string refusal(const string& jwk) {
  const auto parsed = KeySet::parse(set(jwk));
  if (!parsed) return "no set";
  EXPECT_EQ(parsed->size() + parsed->refusals().size(), 1U) << jwk;
  return parsed->refusals().empty() ? "" : parsed->refusals().front();
}

string with(string text, const string& from, const string& to) {
  EXPECT_NE(text.find(from), string::npos) << from;
  return text.replace(text.find(from), from.size(), to);
}

TEST(KeySets, HoldKeysByKidAndKnowWhatTheyAreFor) {
  const auto parsed = KeySet::parse(set(ec().jwk() + "," + rsa().jwk(R"(, "alg": "RS384", "use": "sig")")));
  ASSERT_TRUE(parsed);
  EXPECT_THAT(parsed->refusals(), IsEmpty());
  const Key* first = parsed->find("ec/+=");
  const Key* second = parsed->find("rsa");
  ASSERT_TRUE(first && second);
  EXPECT_TRUE(first->fits(Algorithm::ES384));
  EXPECT_FALSE(first->fits(Algorithm::ES256) || first->fits(Algorithm::RS384));
  EXPECT_TRUE(second->fits(Algorithm::RS384));
  EXPECT_FALSE(second->fits(Algorithm::RS256) || second->fits(Algorithm::PS384)) << "its alg is RS384";
  EXPECT_EQ(parsed->find("EC/+="), nullptr);
  EXPECT_EQ(parsed->find("ec"), nullptr);
}

TEST(KeySets, LeaveOutWhatMayNotVerifyAndSayWhy) {
  const string good = ec().jwk();
  const string n = rsa().jwk().substr(rsa().jwk().find("\"n\""));
  const struct {
    string jwk, why;
  } refused[] = {
      {with(good, R"("kid": "ec/+=", )", ""), "no kid"},
      {with(good, R"("kid": "ec/+=")", R"("kid": "")"), "no kid"},
      {with(good, R"("kid": "ec/+=")", R"("kid": 7)"), "no kid"},
      {ec().jwk(R"(, "use": "enc")"), "not for verifying"},
      {ec().jwk(R"(, "use": null)"), "not for verifying"},
      {ec().jwk(R"(, "key_ops": ["sign"])"), "not for verifying"},
      {ec().jwk(R"(, "key_ops": "verify")"), "not for verifying"},
      {R"({"kid": "s", "kty": "oct", "k": "c2VjcmV0"})", "symmetric"},
      {ec().jwk(R"(, "k": "c2VjcmV0")"), "symmetric"},
      {ec().jwk(R"(, "d": "AAAA")"), "private half"},
      {rsa().jwk(R"(, "p": "AAAA")"), "private half"},
      {with(good, "P-384", "P-256"), "length of its curve"},
      {with(good, "P-384", "secp256k1"), "its curve"},
      {with(good, "\"EC\"", "\"OKP\""), "kty"},
      {with(good, R"("x": ")", R"("x": "AAAA)"), "length of its curve"},
      {with(good, R"("x": ")", R"("x": "=)"), "length of its curve"},
      {Signer(Algorithm::RS256, "small", 1024).jwk(), "less than 2048"},
      {with(rsa().jwk(), "AQAB", "AQ"), "exponent"},
      {with(rsa().jwk(), "AQAB", "AQAA"), "exponent"},
      {with(rsa().jwk(), "AQAB", "AQAAAAAAAAAAAQ"), "exponent"},
      {ec().jwk(R"(, "alg": "ES256")"), "alg does not fit"},
      {ec().jwk(R"(, "alg": "HS256")"), "alg does not fit"},
      {rsa().jwk(R"(, "alg": "RSA-OAEP")"), "alg does not fit"},
      {ec().jwk(R"(, "kid": "twice")"), "twice"},
      {"null", "no object"},
      {Signer(Algorithm::ES384, "plumbline-development-1").jwk(), "development"},
  };
  for (const auto& each : refused) EXPECT_THAT(refusal(each.jwk), HasSubstr(each.why)) << each.jwk;
  for (const string& jwk : {ec().jwk(R"(, "key_ops": ["sign", "verify"], "x5c": [], "ext": true)"),
                            rsa().jwk(R"(, "alg": "PS512")"), Signer(Algorithm::ES256).jwk(),
                            Signer(Algorithm::ES512).jwk(R"(, "alg": "ES512")")})
    EXPECT_EQ(refusal(jwk), "") << jwk;
}

TEST(KeySets, LeaveOutAPointThatIsNotOnTheCurve) {
  string jwk = ec().jwk();
  const auto at = jwk.find(R"("y": ")") + 10;
  jwk[at] = jwk[at] == 'A' ? 'B' : 'A';
  EXPECT_THAT(refusal(jwk), HasSubstr("not a point"));
}

TEST(KeySets, TrustNeitherOfTwoKeysOfOneKidButTakeOneThatIsSaidTwice) {
  const Signer other(Algorithm::ES384, "ec/+=");
  const auto ambiguous = KeySet::parse(set(ec().jwk() + "," + other.jwk() + "," + rsa().jwk()));
  ASSERT_TRUE(ambiguous);
  EXPECT_EQ(ambiguous->find("ec/+="), nullptr);
  EXPECT_NE(ambiguous->find("rsa"), nullptr);
  EXPECT_EQ(ambiguous->refusals().size(), 2U);
  const auto repeated = KeySet::parse(set(ec().jwk() + "," + ec().jwk()));
  ASSERT_TRUE(repeated);
  EXPECT_NE(repeated->find("ec/+="), nullptr);
}

TEST(KeySets, AreNotMadeOfAnythingElse) {
  const string many = [] {
    string keys = "null";
    for (std::size_t i = 0; i < KeySet::kMaxKeys; ++i) keys += ",null";
    return set(keys);
  }();
  for (const string& text :
       {string(), string("[]"), string("{}"), string(R"({"keys": {}})"), ec().jwk(), set(ec().jwk()) + "x",
        set(ec().jwk()) + string(1, '\0') + "{}", string(R"({"keys": [], "keys": []})"), many,
        string(KeySet::kMaxBytes, ' ') + set(ec().jwk()), string("\xff")})
    EXPECT_FALSE(KeySet::parse(text)) << text.substr(0, 60);
  const auto empty = KeySet::parse(R"({"keys": []})");
  ASSERT_TRUE(empty);
  EXPECT_EQ(empty->size(), 0U);
}

/// The thumbprint of RFC 7638, 3.1, and with it the refusal of the key that RFC 7517 prints with its private
/// half.
TEST(KeySets, KnowPublishedKeysByTheirThumbprint) {
  const string published = R"({"kid": "2011-04-29", "kty": "RSA", "e": "AQAB", "n": ")"
                           "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L"
                           "6tSoc_BJECPebWKRXjBZCiFV"
                           "4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_"
                           "FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7"
                           "d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-"
                           "bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF"
                           "44-csFCur-kEgU8awapJzKnqDKgw\"}";
  EXPECT_THAT(refusal(published), HasSubstr("published"));
  const auto anyway = KeySet::parse(set(published), [](const Key&) { return false; });
  ASSERT_TRUE(anyway && anyway->size() == 1);
  EXPECT_EQ(anyway->find("2011-04-29")->thumbprint, "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs");
}

}  // namespace
}  // namespace plumbline::certs
