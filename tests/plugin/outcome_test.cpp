#include "plugin/outcome.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/plugin/situations.h"

namespace plumbline {
namespace {

using fhir::Error;
using Kind = fhir::Error::Kind;

TEST(Outcome, IsAnOperationOutcomeWithOneErrorForEachIssue) {
  const http::Reply reply =
      outcome(412, {{"incomplete", "first", "prefetch.patient"}, {"invalid", "second", ""}});
  EXPECT_EQ(reply.status, 412);
  EXPECT_EQ(reply.contentType, "application/fhir+json");
  EXPECT_EQ(reply.body,
            R"({"resourceType":"OperationOutcome","issue":[{"severity":"error","code":"incomplete",)"
            R"("diagnostics":"first","expression":["prefetch.patient"]},)"
            R"({"severity":"error","code":"invalid","diagnostics":"second"}]})");
}

TEST(Outcome, MapsEveryKindOfRefusalTo400AndAnIssueTypeOfFhir) {
  const struct {
    Kind kind;
    const char* code;
  } cases[] = {
      {Kind::Syntax, "structure"},   {Kind::TooDeep, "structure"},
      {Kind::Encoding, "structure"}, {Kind::DuplicateKey, "structure"},
      {Kind::Missing, "required"},   {Kind::WrongType, "structure"},
      {Kind::WrongValue, "value"},   {Kind::OtherPatient, "business-rule"},
  };
  for (const auto& each : cases) {
    const http::Reply reply = refusal(Error{each.kind, "context.patientId", "is not well"});
    EXPECT_EQ(reply.status, 400);
    const auto body = situations::bodyOf(reply);
    EXPECT_STREQ(body["issue"][0]["code"].GetString(), each.code);
    EXPECT_STREQ(body["issue"][0]["diagnostics"].GetString(), "context.patientId: is not well");
    EXPECT_STREQ(body["issue"][0]["expression"][0].GetString(), "context.patientId");
  }
}

TEST(Outcome, CallsTheWholeBodyByNameAndGivesItNoExpression) {
  const auto body = situations::bodyOf(refusal(Error{Kind::Syntax, "", "not JSON"}));
  EXPECT_STREQ(body["issue"][0]["diagnostics"].GetString(), "request body: not JSON");
  EXPECT_FALSE(body["issue"][0].HasMember("expression"));
}

TEST(Outcome, NeverComesWithCards) {
  const auto body =
      situations::bodyOf(situations::ask(situations::emergency().dropContext("patientId")).reply);
  EXPECT_FALSE(body.HasMember("cards"));
}

}  // namespace
}  // namespace plumbline
