#include "plugin/hooks/request.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/plugin/situations.h"

namespace plumbline::hooks {
namespace {

using situations::bundle;
using situations::Request;
using testing::HasSubstr;
using testing::Not;
using Kind = fhir::Error::Kind;

/// Reads a request's text; what a test looks at is copied out, since the document ends here.
struct Read {
  bool accepted = false;
  std::string patientId, encounterId;
  std::string hook;
  fhir::Error error{};
};

Read readText(const std::string& text, const Service* service) {
  const auto document = fhir::JsonDocument::parse(text);
  if (!document) return {false, "", "", "", document.error()};
  const auto request = readRequest(document->root(), service);
  if (!request) return {false, "", "", "", request.error()};
  return {true,
          std::string(request->patientId),
          std::string(request->encounterId),
          std::string(request->service->hookName),
          {}};
}

Read read(const Request& request) {
  return readText(request.text(), &request.service());
}

struct Required {
  std::string hook;
  std::vector<std::string> context;
};

const std::vector<Required>& requiredByHook() {
  static const std::vector<Required> all{
      {"patient-view", {"userId", "patientId"}},
      {"encounter-start", {"userId", "patientId", "encounterId"}},
      {"order-select", {"userId", "patientId", "selections", "draftOrders"}},
      {"order-sign", {"userId", "patientId", "draftOrders"}},
      {"problem-list-item-create", {"userId", "patientId", "conditions"}},
      {"encounter-discharge", {"userId", "patientId", "encounterId"}},
  };
  return all;
}

TEST(HookRequest, IsAcceptedForEveryHookWithWhatTheHookRequires) {
  ASSERT_EQ(requiredByHook().size(), services().size());
  for (const auto& [hook, fields] : requiredByHook()) {
    const Read whole = read(Request(hook));
    EXPECT_TRUE(whole.accepted) << hook << ": " << whole.error.where;
    EXPECT_EQ(whole.patientId, "p1");
  }
}

TEST(HookRequest, WithoutAnyOneRequiredFieldOfItsContextIsRefusedNamingIt) {
  for (const auto& [hook, fields] : requiredByHook()) {
    for (const auto& field : fields) {
      for (const bool null : {false, true}) {
        Request request(hook);
        null ? request.context(field, "null") : request.dropContext(field);
        const Read refused = read(request);
        EXPECT_FALSE(refused.accepted) << hook << " " << field;
        EXPECT_EQ(refused.error.kind, Kind::Missing) << hook << " " << field;
        EXPECT_EQ(refused.error.where, "context." + field) << hook;
        const http::Reply reply = situations::ask(request).reply;
        EXPECT_EQ(reply.status, 400) << hook << " " << field;
        EXPECT_THAT(reply.body, HasSubstr("\"expression\":[\"context." + field + "\"]"));
      }
    }
  }
}

TEST(HookRequest, WithAnyOneRequiredFieldOfAnotherTypeIsRefusedNamingIt) {
  for (const auto& [hook, fields] : requiredByHook()) {
    for (const auto& field : fields) {
      for (const std::string wrong : {"7", "true", R"([["a"]])", R"({"a":1})", R"("")"}) {
        if (field == "selections" && wrong.starts_with('[')) continue;
        Request request(hook);
        request.context(field, wrong);
        const Read refused = read(request);
        EXPECT_FALSE(refused.accepted) << hook << " " << field << " " << wrong;
        EXPECT_EQ(refused.error.where, "context." + field) << hook << " " << wrong;
      }
    }
  }
}

TEST(HookRequest, WithoutHookInstanceOrContextIsRefusedNamingIt) {
  for (const std::string field : {"hook", "hookInstance", "context"}) {
    EXPECT_EQ(read(Request().dropEnvelope(field)).error.where, field);
    EXPECT_EQ(read(Request().envelope(field, "null")).error.kind, Kind::Missing) << field;
    EXPECT_EQ(read(Request().envelope(field, "3")).error.kind, Kind::WrongType) << field;
    EXPECT_EQ(read(Request().envelope(field, "3")).error.where, field);
  }
}

TEST(HookRequest, ThatIsNoObjectIsRefused) {
  for (const std::string text : {"[]", "null", "7", "\"patient-view\""}) {
    const Read refused = readText(text, service("plumbline-patient-view"));
    EXPECT_FALSE(refused.accepted) << text;
    EXPECT_EQ(refused.error.kind, Kind::WrongType) << text;
  }
}

TEST(HookRequest, WithAKeyTwiceInItsEnvelopeContextOrPrefetchIsRefused) {
  const std::string text = Request().text();
  const auto doubled = [&](const std::string& after, const std::string& member) {
    std::string twice = text;
    return twice.insert(twice.find(after) + after.size(), member + ",");
  };
  const struct {
    std::string text, where;
  } cases[] = {
      {doubled("{", R"("hook":"order-sign")"), "hook"},
      {doubled(R"("context":{)", R"("patientId":"p2")"), "context.patientId"},
      {doubled(R"("prefetch":{)", R"("conditions":null)"), "prefetch.conditions"},
      {doubled("{", R"("Jane":1,"Jane":2)"), ""},
      {doubled(R"("context":{)", R"("Jane":1,"Jane":2)"), "context"},
      {doubled(R"("prefetch":{)", R"("Jane":null,"Jane":null)"), "prefetch"},
  };
  for (const auto& each : cases) {
    const Read refused = readText(each.text, service("plumbline-patient-view"));
    EXPECT_FALSE(refused.accepted) << each.where;
    EXPECT_EQ(refused.error.kind, Kind::DuplicateKey) << each.where;
    EXPECT_EQ(refused.error.where, each.where);
    EXPECT_EQ(refused.error.detail.find("Jane"), std::string::npos) << "the caller's text";
  }
}

TEST(HookRequest, OfAnotherHookThanTheServicesIsRefused) {
  for (const auto& each : services()) {
    for (const auto& [hook, fields] : requiredByHook()) {
      EXPECT_EQ(readText(Request(hook).text(), &each).accepted, hook == each.hookName);
    }
    const Read made = readText(Request().envelope("hook", "\"com.example.own\"").text(), &each);
    EXPECT_EQ(made.error.where, "hook");
    EXPECT_EQ(made.error.kind, Kind::WrongValue);
  }
}

TEST(HookRequest, FindsItsServiceByTheHookWhereNoneIsGiven) {
  EXPECT_EQ(readText(Request("encounter-discharge").text(), nullptr).hook, "encounter-discharge");
  EXPECT_EQ(readText(Request().envelope("hook", "\"appointment-book\"").text(), nullptr).error.where, "hook");
}

TEST(HookRequest, TakesABareIdAndATypedOne) {
  EXPECT_EQ(read(Request().context("patientId", "\"Patient/p1\"")).patientId, "p1");
  EXPECT_EQ(read(Request("encounter-start").context("encounterId", "\"Encounter/e.2\"")).encounterId, "e.2");
}

TEST(HookRequest, RefusesWhatIsNoFhirIdAndDoesNotRepeatIt) {
  for (const std::string bad : {"../x", "Patient/../x", "Patient/", "Observation/p1", "p 1", "p1?x=1", "p1/",
                                "https://ehr/Patient/p1", "p_1", "p1%2f", "pätient", "Patient/Patient/p1"}) {
    for (const std::string field : {"patientId", "encounterId"}) {
      const Request request = Request("encounter-start").context(field, '"' + bad + '"');
      const Read refused = read(request);
      EXPECT_FALSE(refused.accepted) << field << " " << bad;
      EXPECT_EQ(refused.error.where, "context." + field) << bad;
      EXPECT_EQ(refused.error.kind, Kind::WrongValue) << bad;
      EXPECT_THAT(situations::ask(request).reply.body, Not(HasSubstr(bad)));
    }
  }
  EXPECT_TRUE(read(Request().context("patientId", '"' + std::string(64, 'a') + '"')).accepted);
  EXPECT_FALSE(read(Request().context("patientId", '"' + std::string(65, 'a') + '"')).accepted);
}

TEST(HookRequest, WithATokenForAnotherPatientIsRefused) {
  const auto token = [](const std::string& patient) {
    return R"({"access_token":"t","token_type":"Bearer","expires_in":300,"scope":"s","subject":"x","patient":)" +
           patient + "}";
  };
  for (const std::string other : {"\"p2\"", "\"Patient/p2\"", "\"Group/p1\""}) {
    const Read refused = read(Request().envelope("fhirAuthorization", token(other)));
    EXPECT_FALSE(refused.accepted) << other;
    EXPECT_EQ(refused.error.where, "fhirAuthorization.patient");
  }
  for (const std::string same : {"\"p1\"", "\"Patient/p1\"", "null", "\"\""}) {
    EXPECT_TRUE(read(Request().envelope("fhirAuthorization", token(same))).accepted) << same;
  }
}

TEST(HookRequest, IgnoresMembersItDoesNotKnow) {
  EXPECT_TRUE(read(Request()
                       .envelope("extension", R"({"com.example":{"a":[1]}})")
                       .context("departmentId", "7")
                       .context("extension", "null")
                       .prefetch("allergies", bundle({})))
                  .accepted);
}

TEST(HookRequest, TakesNullInOptionalMembersAsLeftOut) {
  const Read bare = read(Request()
                             .envelope("prefetch", "null")
                             .envelope("fhirServer", "null")
                             .envelope("fhirAuthorization", "null")
                             .context("encounterId", "null"));
  EXPECT_TRUE(bare.accepted) << bare.error.where;
  EXPECT_EQ(bare.encounterId, "");
  EXPECT_TRUE(read(Request().dropEnvelope("prefetch")).accepted);
}

TEST(HookRequest, RefusesAPrefetchThatIsNoObjectAndContextBundlesThatAreNone) {
  EXPECT_EQ(read(Request().envelope("prefetch", "[]")).error.where, "prefetch");
  EXPECT_EQ(read(Request("order-sign").context("draftOrders", R"({"resourceType":"List"})")).error.where,
            "context.draftOrders");
  EXPECT_EQ(read(Request("problem-list-item-create").context("conditions", R"({"resourceType":"Condition"})"))
                .error.where,
            "context.conditions");
}

}  // namespace
}  // namespace plumbline::hooks
