/// Who may call, as the configuration says it, and what it may not say.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "plugin/config.h"
#include "tests/plugin/config_fixture.h"

namespace plumbline {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class Trust : public Configuration {
 protected:
  /// A configuration with one client that has these members beside name, issuer and keys.
  static std::string client(const std::string& members) {
    return R"({"clients": [{"name": "a", "issuer": "https://a.example", "jwksFile": "a.json")" +
           (members.empty() ? "" : ", " + members) + "}]}";
  }

  /// Pointers of what keeps `text`, which is sound, from starting outside a demo.
  std::vector<std::string> exposed(const std::string& text) {
    const auto config = load(text);
    for (const auto& each : problems_) ADD_FAILURE() << each.pointer << ": " << each.message;
    if (config) checkExposed(*config, file_, problems_);
    std::vector<std::string> found;
    for (const auto& each : problems_) found.push_back(each.pointer);
    return found;
  }
};

TEST_F(Trust, ReadsEveryOptionOfAClient) {
  const auto config = load(R"({
    "listen": {"address": "0.0.0.0", "port": 1,
               "tls": {"certificate": "s.pem", "key": "/etc/s.key", "clientAuthority": "c.pem"}},
    "baseUrl": "https://p.example/", "auth": {"discovery": "required"},
    "cors": {"origins": ["https://ehr.example:8443"]}, "outgoing": {"authority": "ca.pem"},
    "development": {"allowPlainHttp": true, "allowLoopback": true},
    "limits": {"clientRequestsPerSecond": 0, "refusalsPerSecond": 7},
    "clients": [
      {"name": "a", "issuer": "https://a.example", "jwksUrl": "https://a.example/keys", "audiences": ["x", "y"],
       "algorithms": ["RS256"], "fhirServers": ["https://a.example/fhir/"], "tenants": ["t"], "profile": "epic",
       "replay": "log"},
      {"name": "b", "issuer": "b", "jwksFile": "keys/b.json"},
      {"name": "c", "issuer": "c", "jkuListUrl": "https://c.example/jkus"}]})");
  for (const auto& each : problems_) ADD_FAILURE() << each.pointer << ": " << each.message;
  ASSERT_TRUE(config);
  EXPECT_EQ(config->listen.address, "0.0.0.0");
  EXPECT_EQ(config->listen.tls, (TlsFiles{directory_ / "s.pem", "/etc/s.key", directory_ / "c.pem"}));
  EXPECT_EQ(config->baseUrl, "https://p.example");
  EXPECT_EQ(config->discovery, Discovery::Required);
  EXPECT_THAT(config->corsOrigins, ElementsAre("https://ehr.example:8443"));
  EXPECT_EQ(config->authority, directory_ / "ca.pem");
  EXPECT_EQ(config->development, (Development{true, true}));
  EXPECT_EQ(config->rates, (Rates{0, 7}));
  ASSERT_EQ(config->clients.size(), 3U);
  EXPECT_EQ(config->clients[0], (Client{"a",
                                        "https://a.example",
                                        {KeySource::Kind::Url, "https://a.example/keys"},
                                        {"x", "y"},
                                        {certs::Algorithm::RS256},
                                        {"https://a.example/fhir"},
                                        {"t"},
                                        "epic",
                                        Client::Replay::Log}));
  EXPECT_EQ(config->clients[1].keys, (KeySource{KeySource::Kind::File, directory_ / "keys/b.json"}));
  EXPECT_EQ(config->clients[2].keys, (KeySource{KeySource::Kind::JkuList, "https://c.example/jkus"}));
}

TEST_F(Trust, GivesAClientTheRecommendedAlgorithmsAndOneUseOfATokenUnlessItSaysOtherwise) {
  const auto config = load(client(""));
  ASSERT_TRUE(config);
  const Client& only = config->clients.front();
  EXPECT_THAT(only.algorithms, ElementsAre(certs::Algorithm::ES384, certs::Algorithm::RS384));
  EXPECT_EQ(only.replay, Client::Replay::Reject);
  EXPECT_EQ(only.profile, "spec");
  EXPECT_THAT(only.fhirServers, IsEmpty());
}

TEST_F(Trust, NamesWhatIsWrongWithAClient) {
  const struct {
    std::string text, pointer;
  } mistakes[] = {
      {client(R"("algorithms": ["ES384", "HS256"])"), "/clients/0/algorithms/1"},
      {client(R"("algorithms": ["none"])"), "/clients/0/algorithms/0"},
      {client(R"("algorithms": ["es384"])"), "/clients/0/algorithms/0"},
      {client(R"("algorithms": [])"), "/clients/0/algorithms"},
      {client(R"("profile": "cerner")"), "/clients/0/profile"},
      {client(R"("replay": "allow")"), "/clients/0/replay"},
      {client(R"("secret": "x")"), "/clients/0/secret"},
      {client(R"("jwksUrl": "https://a.example/keys")"), "/clients/0"},
      {R"({"clients": [{"name": "a", "issuer": "a"}]})", "/clients/0"},
      {R"({"clients": [{"name": "a", "issuer": "i", "jwksFile": "k"},
                       {"name": "b", "issuer": "i", "jwksFile": "k"}]})",
       "/clients/1/issuer"},
      {R"({"clients": [{"name": "a", "issuer": "i", "jwksFile": "k"},
                       {"name": "a", "issuer": "j", "jwksFile": "k"}]})",
       "/clients/1/name"},
      {R"({"auth": {"discovery": "closed"}})", "/auth/discovery"},
      {R"({"development": {"allowEverything": true}})", "/development/allowEverything"},
      {R"({"cors": {"origins": ["*"]}})", "/cors/origins/0"},
      {R"({"cors": {"origins": ["https://a.example/"]}})", "/cors/origins/0"},
      {R"({"cors": {"origins": ["https://*.example"]}})", "/cors/origins/0"},
  };
  for (const auto& each : mistakes) EXPECT_THAT(pointers(each.text), ElementsAre(each.pointer)) << each.text;
}

constexpr const char* kSound =
    R"({"listen": {"port": 1, "tls": {"certificate": "s", "key": "k"}}, "baseUrl": "https://p.example",
        "clients": [{"name": "a", "issuer": "a", "jwksUrl": "https://a.example/keys",
                     "fhirServers": ["https://a.example/fhir"]}]})";

TEST_F(Trust, LetsASoundConfigurationServe) {
  EXPECT_THAT(exposed(kSound), IsEmpty());
}

TEST_F(Trust, RefusesToServeNobody) {
  EXPECT_THAT(exposed(R"({"listen": {"port": 1, "tls": {"certificate": "s", "key": "k"}}})"),
              ElementsAre("/clients"));
}

TEST_F(Trust, LetsAFirstStartServeNobodyWhereOnlyThisMachineCanReachIt) {
  EXPECT_THAT(exposed(R"({"setup": true, "listen": {"port": 1}})"), IsEmpty());
  EXPECT_THAT(exposed(R"({"setup": true, "listen": {"address": "0.0.0.0", "port": 1},
                          "admin": {"address": "10.0.0.1", "port": 2}})"),
              ElementsAre("/listen/address", "/admin/address"));
  EXPECT_THAT(exposed(R"({"setup": true, "listen": {"port": 1}, "baseUrl": "https://p.example",
                          "clients": [{"name": "a", "issuer": "a", "jwksFile": "a"}]})"),
              ElementsAre("/setup"));
  EXPECT_THAT(exposed(R"({"setup": false, "listen": {"port": 1}})"), ElementsAre("/clients", "/listen"));
}

TEST_F(Trust, RefusesPlainHttpAndLoopbackUnlessDevelopmentPermitsThem) {
  const std::string unsafe = R"("listen": {"port": 1}, "baseUrl": "http://127.0.0.1:1",
    "cors": {"origins": ["http://localhost:5173"]},
    "clients": [{"name": "a", "issuer": "a", "jwksUrl": "http://127.0.0.1:2/keys",
                 "fhirServers": ["https://localhost/fhir", "http://ehr.example/fhir"]},
                {"name": "b", "issuer": "b", "jkuListUrl": "https://[::1]/jkus"}])";
  EXPECT_THAT(exposed("{" + unsafe + "}"),
              ElementsAre("/listen", "/baseUrl", "/clients/0/jwksUrl", "/clients/0/fhirServers/0",
                          "/clients/0/fhirServers/1", "/clients/1/jkuListUrl", "/cors/origins/0"));
  EXPECT_THAT(exposed(R"({"development": {"allowPlainHttp": true}, )" + unsafe + "}"),
              ElementsAre("/clients/0/jwksUrl", "/clients/0/fhirServers/0", "/clients/1/jkuListUrl"));
  EXPECT_THAT(exposed(R"({"development": {"allowPlainHttp": true, "allowLoopback": true}, )" + unsafe + "}"),
              IsEmpty());
}

TEST_F(Trust, RefusesAClientWhoseTokensCouldBeMeantForNobody) {
  EXPECT_THAT(exposed(R"({"listen": {"port": 1, "tls": {"certificate": "s", "key": "k"}},
      "clients": [{"name": "a", "issuer": "a", "jwksFile": "a"},
                  {"name": "b", "issuer": "b", "jwksFile": "b", "audiences": ["typed-by-hand"]}]})"),
              ElementsAre("/clients/0/audiences"));
}

TEST(Urls, AreRefusedForWhatCouldMeanAnotherPlace) {
  for (const char* each :
       {"ftp://a.example", "a.example/keys", "https://", "https:///keys", "https://u:p@a.example/",
        "https://a.example/?x=1", "https://a.example/?", "https://a.example/#f", "https://@a.example/",
        "https://a.example:port/", "https://a.example/a b", "https://a.example/\r\nX: y",
        "https://a.example\\@b.example/", "https://a.example/\xc3\xa4", " https://a.example", ""})
    EXPECT_FALSE(problemOfUrl(each, {true, true}).empty()) << each;
  for (const char* each :
       {"https://a.example", "https://a.example:8443/api/FHIR/R4", "HTTPS://A.example/keys"})
    EXPECT_EQ(problemOfUrl(each, {}), "") << each;
  EXPECT_THAT(problemOfUrl("http://a.example", {false, true}), HasSubstr("allowPlainHttp"));
  EXPECT_THAT(problemOfUrl("https://127.0.0.1", {true, false}), HasSubstr("allowLoopback"));
}

TEST(Urls, KnowThisMachineByEachOfItsNames) {
  for (const char* each :
       {"localhost", "LocalHost.", "a.localhost", "127.0.0.1", "127.9.9.9", "127.1", "0x7f000001",
        "2130706433", "017700000001", "0.0.0.0", "0", "::1", "::", "::ffff:127.0.0.1"})
    EXPECT_TRUE(isLoopback(each)) << each;
  for (const char* each :
       {"localhost.example", "128.0.0.1", "10.0.0.1", "::2", "::ffff:10.0.0.1", "a.example"})
    EXPECT_FALSE(isLoopback(each)) << each;
}

TEST_F(Trust, ReadsWhereReplicasRemember) {
  const auto named =
      load(R"({"replay": {"type": "redis", "address": "redis.example:6379", "passwordFile": "p"}})");
  ASSERT_TRUE(named);
  EXPECT_EQ(named->replayStore, (ReplayStore{"redis.example", 6379, directory_ / "p"}));
  EXPECT_EQ(load(R"({"replay": {"type": "redis", "address": "[::1]:1"}})")->replayStore,
            (ReplayStore{"::1", 1, ""}));
  EXPECT_FALSE(load(R"({"replay": {"type": "memory"}})")->replayStore);
  for (const std::string address : {"redis", "redis:", ":6379", "redis:0", "redis:65536", "redis:1x",
                                    "redis:-1", "redis://h:1", "u@h:1"}) {
    EXPECT_THAT(pointers(R"({"replay": {"type": "redis", "address": ")" + address + "\"}}"),
                ElementsAre("/replay/address"));
  }
  EXPECT_THAT(pointers(R"({"replay": {"type": "redis"}})"), ElementsAre("/replay/address"));
  EXPECT_THAT(pointers(R"({"replay": {"type": "memory", "address": "h:1"}})"),
              ElementsAre("/replay/address"));
  EXPECT_THAT(pointers(R"({"replay": {"type": "memcached"}})"), ElementsAre("/replay/type"));
}

}  // namespace
}  // namespace plumbline
