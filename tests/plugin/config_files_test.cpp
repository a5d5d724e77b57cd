#include "plugin/config_files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <filesystem>
#include <fstream>
#include <memory>

#include "certs/certificate.h"
#include "certs/freed.h"
#include "tests/certs/made_certs.h"
#include "tests/certs/signer.h"
#include "tests/plugin/config_fixture.h"

namespace plumbline {
namespace {

using certs::Algorithm;
using certs::Freed;
using certs::MadeCerts;
using certs::Signer;
using std::string;
using std::chrono::days;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

/// A certificate that signs itself, good from a year ago until so many days from now, and its key.
void make(const string& name, long daysLeft) {
  constexpr long kDay = 24 * 60 * 60;
  const std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY_free>> key(EVP_EC_gen("P-256"));
  const std::unique_ptr<X509, Freed<X509_free>> made(X509_new());
  X509_set_version(made.get(), X509_VERSION_3);
  ASN1_INTEGER_set(X509_get_serialNumber(made.get()), 1);
  X509_gmtime_adj(X509_getm_notBefore(made.get()), -365 * kDay);
  X509_gmtime_adj(X509_getm_notAfter(made.get()), daysLeft * kDay);
  X509_set_pubkey(made.get(), key.get());
  X509_NAME_add_entry_by_txt(X509_get_subject_name(made.get()), "CN", MBSTRING_ASC,
                             reinterpret_cast<const unsigned char*>("plumbline.example"), -1, -1, 0);
  X509_set_issuer_name(made.get(), X509_get_subject_name(made.get()));
  X509_sign(made.get(), key.get(), EVP_sha256());
  const std::unique_ptr<BIO, Freed<BIO_free_all>> pem(BIO_new_file((name + ".pem").c_str(), "w")),
      locked(BIO_new_file((name + ".key").c_str(), "w"));
  PEM_write_bio_X509(pem.get(), made.get());
  PEM_write_bio_PrivateKey(locked.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr);
  std::filesystem::permissions(name + ".key", std::filesystem::perms::owner_read);
}

class Files : public Configuration {
 protected:
  void SetUp() override {
    Configuration::SetUp();
    file_ = at("plumbline.jsonc");
    make(at("good"), 400);
    make(at("soon"), 20);
    make(at("old"), -1);
    write("keys.json", Signer(Algorithm::ES384, "k").jwks());
    write("nothing.pem", "nothing\n");
  }

  [[nodiscard]] string at(const string& name) const { return directory_ / name; }
  void write(const string& name, const string& text) const { std::ofstream(at(name)) << text; }
  [[nodiscard]] string contents(const string& name) const {
    std::ifstream in(at(name));
    return {std::istreambuf_iterator<char>(in), {}};
  }

  /// Everything that is said of a configuration with these files, a line each; notes with a word in front.
  std::vector<string> said(const string& certificate, const string& key, const string& more = "") {
    const auto config = load(R"({"listen": {"port": 0, "tls": {"certificate": ")" + certificate +
                             R"(", "key": ")" + key + "\"}}" + more + "}");
    for (const auto& each : problems_) ADD_FAILURE() << each.message;
    std::vector<fhir::Problem> notes;
    if (config) checkEverything(*config, now(), problems_, notes);
    std::vector<string> lines;
    for (const auto& each : problems_) lines.push_back(printed(each));
    for (const auto& each : notes) lines.push_back("note " + printed(each));
    return lines;
  }
  static std::chrono::sys_seconds now() {
    return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  }
};

TEST_F(Files, ThatAreSoundHaveNothingSaidOfThem) {
  EXPECT_THAT(said("good.pem", "good.key",
                   R"(, "outgoing": {"authority": "good.pem"}, "clients": [{"name": "a", "issuer": "a",
                      "jwksFile": "keys.json"}])"),
              IsEmpty());
}

TEST_F(Files, AreReportedAtTheOptionThatNamesThem) {
  const auto only = [&](const string& pointer, const string& words) {
    return ElementsAre(AllOf(StartsWith(file_ + ":" + pointer + ": "), HasSubstr(words)));
  };
  EXPECT_THAT(said("none.pem", "good.key"), only("/listen/tls/certificate", "holds no certificate"));
  EXPECT_THAT(said("nothing.pem", "good.key"),
              only("/listen/tls/certificate", "nothing.pem holds no certificate"));
  EXPECT_THAT(said("old.pem", "old.key"), only("/listen/tls/certificate", "old.pem is out of date"));
  EXPECT_THAT(said("good.pem", "none.key"), only("/listen/tls/key", "none.key "));
  EXPECT_THAT(said("good.pem", "soon.key"),
              only("/listen/tls/key", "is not the private key of the certificate"));
  EXPECT_THAT(
      said("good.pem", "good.key", R"(, "outgoing": {"authority": "none.pem"})"),
      only("/outgoing/authority", "none.pem holds no certificate of an authority that is good today"));
  EXPECT_THAT(said("good.pem", "good.key", R"(, "outgoing": {"authority": "old.pem"})"),
              only("/outgoing/authority", "good today"));
}

TEST_F(Files, OfKeysMustHoldOneThatMayVerify) {
  const auto saidOf = [&](const string& keys) {
    return said("good.pem", "good.key",
                R"(, "clients": [{"name": "a", "issuer": "a", "jwksFile": ")" + keys + "\"}]");
  };
  const string front = file_ + ":/clients/0/jwksFile: " + directory_.string() + "/";
  EXPECT_THAT(saidOf("none.json"), ElementsAre(front + "none.json cannot be read"));
  EXPECT_THAT(saidOf("nothing.pem"), ElementsAre(front + "nothing.pem is no key set"));
  write("shared.json", R"({"keys": [{"kid": "s", "kty": "oct", "k": "AAAA"}]})");
  EXPECT_THAT(saidOf("shared.json"), ElementsAre(front + "shared.json holds no key that may verify",
                                                 AllOf(StartsWith("note "), HasSubstr("left out key 0"))));
  write("both.json", R"({"keys": [{"kid": "s", "kty": "oct", "k": "AAAA"}, )" +
                         Signer(Algorithm::ES384, "k").jwk() + "]}");
  EXPECT_THAT(saidOf("both.json"), ElementsAre(AllOf(StartsWith("note "), HasSubstr("left out key 0"))));
}

TEST_F(Files, ThatExpireWithinAMonthAreNoted) {
  EXPECT_THAT(said("soon.pem", "soon.key"),
              ElementsAre(AllOf(StartsWith("note " + file_ + ":/listen/tls/certificate: "),
                                HasSubstr("certificate 1 expires at 20"))));
  const auto config =
      load(R"({"listen": {"port": 0, "tls": {"certificate": "good.pem", "key": "good.key"}}})");
  std::vector<fhir::Problem> notes;
  checkFiles(*config, now() + days(369), problems_, notes);
  EXPECT_THAT(notes, IsEmpty());
  checkFiles(*config, now() + days(371), problems_, notes);
  EXPECT_EQ(notes.size(), 1U);
}

/// T23: an intermediate certificate that has expired fails every client.
TEST_F(Files, OfAChainMustAllBeGoodButOfAuthoritiesOnlyOne) {
  write("chain.pem", contents("good.pem") + contents("old.pem"));
  EXPECT_THAT(said("chain.pem", "good.key"), ElementsAre(AllOf(HasSubstr("/listen/tls/certificate: "),
                                                               HasSubstr("certificate 2 has expired"))));
  EXPECT_THAT(said("good.pem", "good.key", R"(, "outgoing": {"authority": "chain.pem"})"),
              ElementsAre(AllOf(StartsWith("note "), HasSubstr("certificate 2 has expired"))));
}

TEST_F(Files, OfAPrivateKeyThatEverybodyMayReadAreNoted) {
  std::filesystem::permissions(at("good.key"), std::filesystem::perms(0644));
  EXPECT_THAT(
      said("good.pem", "good.key"),
      ElementsAre(AllOf(StartsWith("note " + file_ + ":/listen/tls/key: "), HasSubstr("by everybody"))));
}

TEST_F(Files, OfADevelopmentAuthorityAreRefusedUnlessPermitted) {
  const MadeCerts made("files");
  const string pem = made.file("server.pem"), key = made.file("server.key");
  EXPECT_THAT(said(pem, key), testing::Contains(AllOf(HasSubstr("is for development only"),
                                                      HasSubstr("a certificate of your authority"),
                                                      HasSubstr("development.allowLoopback"))));
  EXPECT_THAT(said(pem, key, R"(, "development": {"allowLoopback": true})"),
              testing::Each(testing::StartsWith("note ")));
}

TEST_F(Files, OfSeveralCertificatesTellWhenEachExpires) {
  write("two.pem", "words in front\n" + contents("soon.pem") + "between\n" + contents("good.pem"));
  const auto until = certs::expiries(at("two.pem"));
  ASSERT_EQ(until.size(), 2U);
  EXPECT_LT(until[0], now() + days(21));
  EXPECT_GT(until[1], now() + days(399));
  EXPECT_THAT(certs::expiries(at("nothing.pem")), IsEmpty());
  EXPECT_THAT(certs::expiries(at("nowhere.pem")), IsEmpty());
}

}  // namespace
}  // namespace plumbline
