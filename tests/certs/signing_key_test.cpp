#include "certs/signing_key.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "certs/jwt.h"
#include "certs/key_set.h"
#include "tests/certs/made_certs.h"

namespace plumbline::certs {
namespace {

using testing::HasSubstr;

const MadeCerts& made() {
  static const MadeCerts once("signing");
  return once;
}

SigningKey keyOf(const std::string& name) {
  return std::get<SigningKey>(SigningKey::ofFile(made().file(name)));
}

std::string refusalOf(const std::string& file) {
  const auto read = SigningKey::ofFile(file);
  return std::holds_alternative<std::string>(read) ? std::get<std::string>(read) : "";
}

/// A key of openssl's making.
std::string generated(const std::string& name, const std::string& options) {
  const std::string file = made().file(name);
  const std::string command = "openssl genpkey " + options + " -out " + file + " 2>/dev/null";
  EXPECT_EQ(std::system(command.c_str()), 0);  // NOLINT
  return file;
}

TEST(SigningKeys, SignWhatTheirPublishedHalfVerifiesAndNoOtherDoes) {
  for (const auto& [name, algorithm] :
       {std::pair{"ehr-es384.key", Algorithm::ES384}, {"ehr-rs384.key", Algorithm::RS384}}) {
    const SigningKey key = keyOf(name);
    EXPECT_EQ(key.algorithm(), algorithm);
    const auto set = KeySet::parse(R"({"keys": [)" + key.jwk() + "]}");
    ASSERT_TRUE(set && set->find(key.kid())) << key.jwk();
    EXPECT_EQ(set->find(key.kid())->thumbprint, key.kid());
    const std::string token = key.token(R"({"iss":"plumbline"})");
    const auto parts = splitCompact(token);
    ASSERT_TRUE(parts);
    EXPECT_EQ(parts->payload, R"({"iss":"plumbline"})");
    EXPECT_THAT(parts->header, HasSubstr(R"("kid":")" + key.kid() + '"'));
    EXPECT_TRUE(verify(algorithm, *set->find(key.kid()), parts->signedPart, parts->signature));
    EXPECT_FALSE(
        verify(algorithm, *set->find(key.kid()), std::string(parts->signedPart) + "x", parts->signature));
  }
}

TEST(SigningKeys, PublishNothingOfTheirPrivateHalf) {
  EXPECT_THAT(keyOf("ehr-es384.key").jwk(), testing::Not(HasSubstr("\"d\"")));
  EXPECT_THAT(keyOf("ehr-rs384.key").jwk(), testing::Not(testing::ContainsRegex("\"(d|p|q|dp|dq|qi)\"")));
}

TEST(SigningKeys, AreRefusedWhereAServerWouldNotTakeThem) {
  EXPECT_THAT(refusalOf("/nowhere/key"), HasSubstr("cannot be read"));
  EXPECT_THAT(refusalOf(made().file("ca.pem")), HasSubstr("holds no private key"));
  EXPECT_THAT(refusalOf(made().file("server.key")), HasSubstr("neither EC on P-384 nor RSA"));
  EXPECT_THAT(refusalOf(generated("ed.key", "-algorithm ED25519")), HasSubstr("neither EC on P-384 nor RSA"));
  EXPECT_THAT(refusalOf(generated("small.key", "-algorithm RSA -pkeyopt rsa_keygen_bits:1024")),
              HasSubstr("less than 2048"));
  EXPECT_THAT(refusalOf(generated("locked.key",
                                  "-algorithm EC -pkeyopt ec_paramgen_curve:P-384 -aes256 -pass "
                                  "pass:secret")),
              HasSubstr("without a password"));
}

}  // namespace
}  // namespace plumbline::certs
