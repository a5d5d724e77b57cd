#include "plugin/fetch/url.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace plumbline::fetch {
namespace {

const Base kBase{true, "ehr.example", 443, "/fhir/r4"};

TEST(BaseUrl, IsTheSameHoweverSchemeHostPortAndLastSlashAreWritten) {
  for (const std::string same : {"https://ehr.example/fhir/r4", "https://ehr.example/fhir/r4/",
                                 "HTTPS://EHR.Example/fhir/r4", "https://ehr.example:443/fhir/r4"}) {
    EXPECT_EQ(parseBase(same), kBase) << same;
  }
  for (const std::string other :
       {"http://ehr.example/fhir/r4", "https://ehr.example:8443/fhir/r4", "https://ehr.example/fhir/R4",
        "https://ehr.example/fhir", "https://ehr.example/fhir/r4/x", "https://ehr.example"}) {
    ASSERT_TRUE(parseBase(other)) << other;
    EXPECT_NE(parseBase(other), kBase) << other;
  }
}

TEST(BaseUrl, TakesAddressesOnlyInTheirPlainForm) {
  EXPECT_EQ(parseBase("http://10.1.2.3:8080"), (Base{false, "10.1.2.3", 8080, ""}));
  EXPECT_EQ(parseBase("https://[2001:DB8::1]:8443/fhir"), (Base{true, "2001:db8::1", 8443, "/fhir"}));
  EXPECT_EQ(hostField(*parseBase("https://[2001:db8::1]:8443/x")), "[2001:db8::1]:8443");
  EXPECT_EQ(hostField(kBase), "ehr.example");
}

/// T1: none of these is a base, so none can be listed, and none can look like one that is.
TEST(BaseUrl, IsNothingThatUrlReadersDisagreeOn) {
  for (const std::string hostile : {"",
                                    "ehr.example/fhir/r4",
                                    "//ehr.example/fhir/r4",
                                    "ftp://ehr.example/fhir/r4",
                                    "file:///etc/passwd",
                                    "gopher://ehr.example/",
                                    "javascript://ehr.example/",
                                    "https:/ehr.example/fhir",
                                    "https:ehr.example",
                                    "http",
                                    "HTTPS",
                                    "http:",
                                    "https://",
                                    "https:///fhir",
                                    " https://ehr.example",
                                    "https://ehr.example/fhir ",
                                    "https://ehr.example\t/fhir",
                                    "https://ehr.example/fhir\r\nX: y",
                                    "https://ehr.example@evil.example/fhir/r4",
                                    "https://user:pass@ehr.example/fhir/r4",
                                    "https://evil.example#@ehr.example/fhir/r4",
                                    "https://evil.example?@ehr.example/fhir/r4",
                                    "https://ehr.example\\@evil.example/",
                                    "https://ehr.example\\.evil.example/",
                                    "https://ehr.example./fhir/r4",
                                    "https://.ehr.example/fhir/r4",
                                    "https://ehr..example/fhir/r4",
                                    "https://ehr.example:/fhir/r4",
                                    "https://ehr.example:0/fhir/r4",
                                    "https://ehr.example:00443/fhir/r4",
                                    "https://ehr.example:65536/fhir/r4",
                                    "https://ehr.example:443:443/fhir/r4",
                                    "https://ehr.example:+443/fhir/r4",
                                    "https://ehr.example:4 43/fhir/r4",
                                    "https://ehr.example/fhir/../r4",
                                    "https://ehr.example/fhir/./r4",
                                    "https://ehr.example/fhir//r4",
                                    "https://ehr.example//fhir/r4",
                                    "https://ehr.example/fhir/r4//",
                                    "https://ehr.example/fhir/%2e%2e/r4",
                                    "https://ehr.example/fhir%2fr4",
                                    "https://ehr%2eexample/fhir/r4",
                                    "https://ehr.example/fhir/r4?x=1",
                                    "https://ehr.example/fhir/r4#x",
                                    "https://ehr.example/fhir/r4;\"",
                                    "https://ehr.ex\xc3\xa4"
                                    "mple/",
                                    "https://ehr.example\xe3\x80\x82"
                                    "evil/",
                                    "https://127.1/",
                                    "https://127.0.1/",
                                    "https://2130706433/",
                                    "https://0x7f000001/",
                                    "https://0x7f.0.0.1/",
                                    "https://0177.0.0.1/",
                                    "https://127.0.0.01/",
                                    "https://169.254.169.254.5/",
                                    "https://256.1.1.1/",
                                    "https://[::1/",
                                    "https://::1/",
                                    "https://[::1]x/",
                                    "https://[127.0.0.1]/",
                                    "https://[fe80::1%25eth0]/",
                                    "https://[fe80::1%eth0]/",
                                    "https://ehr_example/",
                                    "https://*.example/"}) {
    EXPECT_FALSE(parseBase(hostile)) << hostile;
  }
  EXPECT_FALSE(parseBase(std::string("https://ehr.example\0.evil/", 26)));
  EXPECT_FALSE(parseBase("https://ehr.example/" + std::string(5000, 'a')));
}

TEST(NextPage, IsAskedForWhereItIsBelowTheBase) {
  const std::string whole = "https://ehr.example/fhir/r4";
  for (const auto& [url, target] :
       {std::pair<std::string, std::string>{whole + "?_getpages=7&_offset=20",
                                            "/fhir/r4?_getpages=7&_offset=20"},
        {whole + "/?page=2", "/fhir/r4/?page=2"},
        {whole + "/Condition?patient=1&page=2", "/fhir/r4/Condition?patient=1&page=2"},
        {"HTTPS://EHR.example:443/fhir/r4/Condition?x=a%2Fb|c", "/fhir/r4/Condition?x=a%2Fb|c"},
        {"/fhir/r4/Condition?page=2", "/fhir/r4/Condition?page=2"},
        {"Condition?page=2", "/fhir/r4/Condition?page=2"},
        {"Condition?code=http://x.example/y:z", "/fhir/r4/Condition?code=http://x.example/y:z"},
        {"?page=2", "/fhir/r4?page=2"}}) {
    EXPECT_EQ(targetWithin(kBase, url), target) << url;
  }
  const Base bare{false, "ehr.example", 80, ""};
  EXPECT_EQ(targetWithin(bare, "http://ehr.example?page=2"), "/?page=2");
  EXPECT_EQ(targetWithin(bare, "?page=2"), "/?page=2");
}

/// Annex A: HAPI's further pages are not below the type that was searched, but below the base.
TEST(AnnexFetch, HAPI_01_PagesByGetpagesAreFollowedBelowTheBaseOnly) {
  const std::string pages = "?_getpages=0c2d&_getpagesoffset=50&_count=50&_bundletype=searchset";
  EXPECT_EQ(targetWithin(kBase, "https://ehr.example/fhir/r4" + pages), "/fhir/r4" + pages);
  EXPECT_FALSE(targetWithin(kBase, "https://ehr.example/fhir" + pages));
  EXPECT_FALSE(targetWithin(kBase, "https://hapi.example/fhir/r4" + pages));
}

/// R097, T1, T8: the token goes with the request, so that a page elsewhere would be given the token.
TEST(NextPage, IsNeverAskedForElsewhere) {
  for (const std::string url : {"",
                                "https://evil.example/fhir/r4/Condition?page=2",
                                "https:",
                                "http:x",
                                "http://ehr.example/fhir/r4/Condition?page=2",
                                "https://ehr.example:8443/fhir/r4/Condition",
                                "https://ehr.example.evil.example/fhir/r4/Condition",
                                "https://ehr.example@evil.example/fhir/r4/Condition",
                                "https://ehr.example:443@evil.example/fhir/r4/Condition",
                                "https://evil.example\\@ehr.example/fhir/r4/Condition",
                                "https://ehr.example/fhir/r5/Condition",
                                "https://ehr.example/fhir/r4x/Condition",
                                "https://ehr.example/admin",
                                "https://ehr.example/fhir/r4/../../admin",
                                "https://ehr.example/fhir/r4/%2e%2e/%2E%2e/admin",
                                "https://ehr.example/fhir/r4/..%2f..%2fadmin",
                                "https://ehr.example/fhir/r4/%252e%252e/admin",
                                "https://ehr.example/fhir/r4/.%2e/admin",
                                "https://ehr.example/fhir/r4//Condition",
                                "https://ehr.example/fhir/r4/x#y",
                                "https://ehr.example/fhir/r4/x y",
                                "https://ehr.example/fhir/r4/x\r\nX-Evil: 1",
                                "//evil.example/fhir/r4/Condition",
                                "/\\evil.example/fhir/r4",
                                "/admin",
                                "../admin",
                                "x/../../../admin",
                                "javascript:alert(1)",
                                "data:,x",
                                "https:evil",
                                "urn:uuid:1"}) {
    EXPECT_FALSE(targetWithin(kBase, url)) << url;
  }
  EXPECT_FALSE(targetWithin(kBase, "?" + std::string(9000, 'a')));
}

}  // namespace
}  // namespace plumbline::fetch
