/// The red-flag screen as a SMART app: the program outside a demo, launched from an EHR over real sockets,
/// and what attackers try.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <optional>
#include <thread>

#include "tests/certs/signer.h"
#include "tests/e2e/browser.h"
#include "tests/e2e/running.h"
#include "tests/e2e/smart_ehr.h"

namespace plumbline::e2e {
namespace {

using http::get;
using http::post;
using std::string;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;
using testing::StartsWith;

const string kBase = "https://p.example";

class Screen : public Running {
 protected:
  Screen() : Running("screen") {}

  void SetUp() override {
    Running::SetUp();
    start();
  }

  void start(const string& frames = "") {
    std::ofstream(directory / "keys.json") << signer_.jwks();
    std::ofstream(config) << R"({"listen": {"port": 0}, "baseUrl": ")" << kBase
                          << R"(", "store": {"path": "data"},
      "development": {"allowPlainHttp": true, "allowLoopback": true}, "rollout": {"default": "on"},
      "clients": [{"name": "hospital", "issuer": "https://ehr.example", "jwksFile": "keys.json", "fhirServers": [")"
                          << ehr_.url() << R"("]}],
      "screen": {"frameAncestors": [)"
                          << frames << R"(], "apps": [{"client": "hospital", "issuer": ")" << ehr_.url()
                          << R"(", "clientId": "plumbline"}]}})";
    serve({"--config", config, "--now", "2026-11-23T10:00:00Z"});
  }

  string open(Browser& browser, const string& path) const {
    const string answer = ask(get(path, browser.cookies()));
    browser.take(answer);
    return answer;
  }

  /// Follows the card's link; the address the browser is sent to.
  [[nodiscard]] string launch(Browser& browser) const {
    return fieldOf(open(browser, "/screen/launch?launch=l1&iss=" + screen::escaped(ehr_.url())), "Location");
  }
  [[nodiscard]] static string callback(const string& code, const string& authorizationUrl) {
    return "/screen/callback?code=" + code + "&state=" + *screen::parameter(authorizationUrl, "state");
  }
  Browser signedIn() {
    Browser browser;
    const string url = launch(browser);
    EXPECT_THAT(open(browser, callback(ehr_.allow(url), url)),
                AllOf(StartsWith("HTTP/1.1 303 "), HasSubstr("\r\nLocation: /screen/\r\n")));
    return browser;
  }

  [[nodiscard]] string send(const Browser& browser, const string& path, const string& body,
                            const string& csrf = "") const {
    return ask(post(path, body,
                    "Content-Type: application/json\r\n" + browser.cookies() +
                        (csrf.empty() ? "" : "X-Plumbline-Screen: " + csrf + "\r\n")));
  }

  /// The form as a page opens it.
  struct Form {
    string csrf, submission;
  };
  Form form(const Browser& browser) const {
    const string answer = send(browser, "/screen/form", "{}");
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 200 "));
    const auto document = fhir::JsonDocument::parse(bodyOf(answer));
    return {string(*fhir::text(document->root(), "csrf")),
            string(*fhir::text(document->root(), "submission"))};
  }
  static string answers(const Form& form, const string& saddle = "yes") {
    return R"({"submission": ")" + form.submission +
           R"(", "answers": [{"question": "saddle-anaesthesia", "answer": ")" + saddle +
           R"("}, {"question": "fever", "answer": "no"}]})";
  }
  string save(const Browser& browser, const Form& form) const {
    return send(browser, "/screen/save", answers(form), form.csrf);
  }

  /// What the client's next call is answered.
  string nextCall() {
    const string path = "/cds-services/plumbline-patient-view";
    const string token = signer_.token(R"({"iss": "https://ehr.example", "aud": ")" + kBase + path +
                                       R"(", "iat": 1795428000, "exp": 1795428300, "jti": "j)" +
                                       std::to_string(++calls_) + "\"}");
    const Split chart = infection();
    const string call =
        R"({"hook": "patient-view", "hookInstance": "i", "context": {"userId": "Practitioner/u1",
      "patientId": "p1"}, "prefetch": {"patient": )" +
        chart.held.at("patient") + R"(, "conditions": )" +
        bundle({R"({"resourceType": "Condition", "id": "c1", "clinicalStatus": {"coding":
      [{"code": "active"}]}, "onsetDateTime": "2026-11-20", "subject": {"reference": "Patient/p1"}, "code": {"coding":
      [{"system": "http://snomed.info/sct", "code": "279039007"}]}})"}) +
        "}}";
    return ask(post(path, call, "Content-Type: application/json\r\nAuthorization: Bearer " + token + "\r\n"));
  }

  const certs::Signer signer_{certs::Algorithm::ES384};
  SmartEhr ehr_;
  int calls_ = 0;
};

TEST_F(Screen, GoesFromTheCardToTheFormToTheAdviceAndIntoTheNextCall) {
  EXPECT_THAT(nextCall(), HasSubstr(R"({"cards":[]})"));
  const Browser browser = signedIn();
  const string shown = send(browser, "/screen/form", "{}");
  EXPECT_THAT(shown, AllOf(StartsWith("HTTP/1.1 200 "), HasSubstr("Cache-Control: no-store"),
                           HasSubstr(R"("patient":"Cana Ry, 1980-05-01")"), Not(HasSubstr("token-canary"))));
  const string saved = save(browser, form(browser));
  EXPECT_THAT(saved,
              AllOf(StartsWith("HTTP/1.1 200 "), HasSubstr(R"("kept":true)"),
                    HasSubstr(R"("writtenAs":"QuestionnaireResponse")"), HasSubstr(R"("tier":"emergency")"),
                    HasSubstr("Yes: Altered saddle or genital sensation"),
                    HasSubstr("Advice shown: emergency"), Not(HasSubstr("token-canary"))));
  ASSERT_THAT(ehr_.written(), SizeIs(1));
  EXPECT_THAT(ehr_.written().begin()->second, AllOf(HasSubstr(R"("status":"completed")"),
                                                    HasSubstr(R"("subject":{"reference":"Patient/p1"})")));
  EXPECT_THAT(nextCall(), HasSubstr(R"("tier":"emergency")"));
}

TEST_F(Screen, SendsTheBrowserWithStateChallengeAndAudience) {
  Browser browser;
  const string url = launch(browser);
  EXPECT_THAT(url, StartsWith(ehr_.root() + "/authorize?"));
  EXPECT_EQ(screen::parameter(url, "aud"), ehr_.url());
  EXPECT_EQ(screen::parameter(url, "redirect_uri"), kBase + "/screen/callback");
  EXPECT_EQ(screen::parameter(url, "code_challenge_method"), "S256");
  EXPECT_EQ(screen::parameter(url, "state")->size(), 43U);
  Browser other;
  EXPECT_NE(screen::parameter(launch(other), "state"), screen::parameter(url, "state"));
}

// ---- attacks on the launch ----

TEST_F(Screen, NeverAsksAnIssuerThatIsNotConfigured) {
  SmartEhr foreign;
  Browser browser;
  for (const string& issuer :
       {foreign.url(), ehr_.url() + ".evil.example", ehr_.root(), string("http://169.254.169.254/"),
        string("file:///etc/passwd"), ehr_.url() + "/../x", string()}) {
    const string answer = open(browser, "/screen/launch?launch=l1&iss=" + screen::escaped(issuer));
    EXPECT_THAT(answer, AllOf(StartsWith("HTTP/1.1 403 "), Not(HasSubstr("Location")))) << issuer;
  }
  EXPECT_EQ(foreign.connections(), 0);
  EXPECT_EQ(ehr_.connections(), 0);
  EXPECT_THAT(open(browser, "/screen/launch?launch=l1"), StartsWith("HTTP/1.1 400 "));
}

TEST_F(Screen, RefusesAFloodOfLaunchesAndThenBeginsThemAgain) {
  Browser browser;
  string refused;
  for (int i = 0; i < 200 && refused.empty(); ++i) {
    const string answer = open(browser, "/screen/launch?launch=l1&iss=" + screen::escaped(ehr_.url()));
    if (!answer.starts_with("HTTP/1.1 303 ")) refused = answer;
  }
  EXPECT_THAT(refused, AllOf(StartsWith("HTTP/1.1 429 "), HasSubstr("\r\nRetry-After: 1\r\n"),
                             HasSubstr("opened too often"), Not(HasSubstr("Location"))));
  std::this_thread::sleep_for(std::chrono::seconds(1));
  signedIn();
}

TEST_F(Screen, SendsNobodyToAServerThatIsNotTheIssuers) {
  SmartEhr foreign;
  ehr_.configuration(R"({"authorization_endpoint": ")" + ehr_.root() + R"(/authorize", "token_endpoint": ")" +
                     foreign.root() + R"(/token"})");
  Browser browser;
  EXPECT_EQ(launch(browser), "");
  EXPECT_EQ(foreign.connections(), 0);
}

TEST_F(Screen, TakesNoAnswerWithoutTheStateOfThisBrowsersLaunch) {
  Browser mine, attacker;
  const string url = launch(mine), theirs = launch(attacker);
  const string code = ehr_.allow(url);
  for (const string& path :
       {"/screen/callback?code=" + code + "&state=wrong", "/screen/callback?code=" + code,
        "/screen/callback?code=" + code + "&state=a&state=b", string("/screen/callback"),
        callback(code, theirs)}) {
    EXPECT_THAT(open(mine, path), StartsWith("HTTP/1.1 400 ")) << path;
  }
  EXPECT_EQ(mine.session, "");
  EXPECT_THAT(ehr_.asked(), Not(testing::Contains(testing::Field(&FhirServer::Asked::target, "/token"))));
}

TEST_F(Screen, TakesAnAnswerOnceAndFromTheBrowserThatWasSentAlone) {
  Browser mine, thief;
  const string url = launch(mine);
  const string answer = callback(ehr_.allow(url), url);
  EXPECT_THAT(open(thief, answer), StartsWith("HTTP/1.1 400 "));
  EXPECT_EQ(thief.session, "");
  EXPECT_THAT(open(mine, answer), StartsWith("HTTP/1.1 400 ")) << "the state was used up by the thief";
  const string again = launch(mine), second = callback(ehr_.allow(again), again);
  EXPECT_THAT(open(mine, second), StartsWith("HTTP/1.1 303 "));
  EXPECT_THAT(open(mine, second), StartsWith("HTTP/1.1 400 "));
}

TEST_F(Screen, OpensNothingForACodeThatWasUsedOrIsOfAnotherLaunch) {
  Browser first, second;
  const string one = launch(first), two = launch(second);
  const string code = ehr_.allow(one);
  // The challenge of the code is that of the first launch: the second's verifier does not fit.
  EXPECT_THAT(open(second, callback(code, two)), StartsWith("HTTP/1.1 502 "));
  EXPECT_THAT(open(first, callback(code, one)), StartsWith("HTTP/1.1 502 ")) << "the code was used";
  EXPECT_EQ(first.session + second.session, "");
}

TEST_F(Screen, GivesEverySignInASessionThatNobodyKnewBefore) {
  Browser victim;
  victim.session = "__Host-plumbline-screen=known-to-the-attacker";
  const string url = launch(victim);
  open(victim, callback(ehr_.allow(url), url));
  EXPECT_THAT(victim.session, Not(HasSubstr("known-to-the-attacker")));
  Browser attacker;
  attacker.session = "__Host-plumbline-screen=known-to-the-attacker";
  EXPECT_THAT(send(attacker, "/screen/form", "{}"), StartsWith("HTTP/1.1 401 "));
  const Browser before = victim;
  const string again = launch(victim);
  open(victim, callback(ehr_.allow(again), again));
  EXPECT_THAT(send(before, "/screen/form", "{}"), StartsWith("HTTP/1.1 401 "))
      << "the session before is over";
}

// ---- attacks on the session ----

TEST_F(Screen, SavesNothingWithoutSessionTokenOrJson) {
  const Browser browser = signedIn();
  const Form mine = form(browser), theirs = form(signedIn());
  EXPECT_THAT(send(browser, "/screen/save", answers(mine)), StartsWith("HTTP/1.1 403 "));
  EXPECT_THAT(send(browser, "/screen/save", answers(mine), theirs.csrf), StartsWith("HTTP/1.1 403 "));
  EXPECT_THAT(send({}, "/screen/save", answers(mine), mine.csrf), StartsWith("HTTP/1.1 401 "));
  EXPECT_THAT(
      ask(post("/screen/save", answers(mine),
               "Content-Type: text/plain\r\nX-Plumbline-Screen: " + mine.csrf + "\r\n" + browser.cookies())),
      StartsWith("HTTP/1.1 415 "));
  EXPECT_THAT(ask(get("/screen/save", browser.cookies())), StartsWith("HTTP/1.1 405 "));
  EXPECT_THAT(ehr_.offered(), IsEmpty());
  EXPECT_THAT(nextCall(), HasSubstr(R"({"cards":[]})"));
}

TEST_F(Screen, OfOnePatientSavesNothingToTheNext) {
  Browser browser = signedIn();
  const Form first = form(browser);
  const string url = launch(browser);  // in another tab, for the next patient
  open(browser, callback(ehr_.allow(url), url));
  EXPECT_THAT(send(browser, "/screen/save", answers(first), first.csrf), StartsWith("HTTP/1.1 403 "));
  const Form second = form(browser);
  EXPECT_THAT(send(browser, "/screen/save", answers(first), second.csrf), StartsWith("HTTP/1.1 400 "));
  EXPECT_THAT(ehr_.offered(), IsEmpty());
}

TEST_F(Screen, ShowsNoChartThatIsNotTheTokensPatients) {
  ehr_.patient("p2");
  EXPECT_THAT(send(signedIn(), "/screen/form", "{}"),
              AnyOf(StartsWith("HTTP/1.1 412 "), StartsWith("HTTP/1.1 400 ")));
}

TEST_F(Screen, TakesNoChartFromAPageOutsideOfADemo) {
  EXPECT_THAT(send({}, "/screen/form", R"({"chart": {"hook": "patient-view"}})"),
              StartsWith("HTTP/1.1 401 "));
  EXPECT_THAT(ask(get("/demo/")), StartsWith("HTTP/1.1 404 "));
}

TEST_F(Screen, LetsOnlyListedPagesFrameIt) {
  EXPECT_THAT(ask(get("/screen/")),
              AllOf(StartsWith("HTTP/1.1 200 "), HasSubstr("frame-ancestors 'none'\r\n"),
                    HasSubstr("script-src 'self'"), HasSubstr("Referrer-Policy: no-referrer")));
  program.reset();
  start("\"https://ehr.example\"");
  EXPECT_THAT(ask(get("/screen/")), HasSubstr("frame-ancestors https://ehr.example\r\n"));
  EXPECT_THAT(ask(get("/knowledge")), HasSubstr("frame-ancestors 'none'\r\n"));
  Browser browser;
  EXPECT_THAT(open(browser, "/screen/launch?launch=l1&iss=" + screen::escaped(ehr_.url())),
              HasSubstr("; Path=/; Secure; HttpOnly; SameSite=None; Partitioned\r\n"));
  EXPECT_THAT(open(browser, "/screen/launch?launch=l1&iss=x"),
              HasSubstr("frame-ancestors https://ehr.example\r\n"));
}

// ---- writing back ----

TEST_F(Screen, WritesTheNextKindWhereOneIsRefused) {
  ehr_.on("QuestionnaireResponse", "422 Unprocessable Entity");
  ehr_.on("Observation", "403 Forbidden");
  const Browser browser = signedIn();
  EXPECT_THAT(save(browser, form(browser)), HasSubstr(R"("writtenAs":"DocumentReference")"));
  EXPECT_THAT(ehr_.offered(), ElementsAre("QuestionnaireResponse", "Observation", "DocumentReference"));
  EXPECT_THAT(ehr_.written(), SizeIs(1));
}

TEST_F(Screen, TellsThatTheEhrTookNothingAndKeepsTheAnswersAllTheSame) {
  for (const char* type : {"QuestionnaireResponse", "Observation", "DocumentReference"})
    ehr_.on(type, "405 No");
  const Browser browser = signedIn();
  EXPECT_THAT(save(browser, form(browser)),
              AllOf(HasSubstr(R"("kept":true)"), Not(HasSubstr("writtenAs")), HasSubstr("none of the forms"),
                    HasSubstr(R"("tier":"emergency")")));
  EXPECT_THAT(nextCall(), HasSubstr(R"("tier":"emergency")"));
}

TEST_F(Screen, WritesOnceWhereTheAnswerWasLostAndItIsSentAgain) {
  ehr_.on("QuestionnaireResponse", "hang up");
  const Browser browser = signedIn();
  const Form once = form(browser);
  EXPECT_THAT(save(browser, once), AllOf(HasSubstr("it did not answer"), Not(HasSubstr("writtenAs"))));
  ehr_.on("QuestionnaireResponse", "200 OK");
  EXPECT_THAT(save(browser, once), HasSubstr(R"("writtenAs":"QuestionnaireResponse")"));
  EXPECT_THAT(save(browser, once), HasSubstr(R"("writtenAs":"QuestionnaireResponse")"));
  EXPECT_THAT(ehr_.offered(), ElementsAre("QuestionnaireResponse", "QuestionnaireResponse"));
  EXPECT_THAT(ehr_.written(), SizeIs(1)) << "created on the condition that there is none of this submission";
}

TEST_F(Screen, WritesOnceWhereTwoClicksComeAtTheSameTime) {
  const Browser browser = signedIn();
  const Form once = form(browser);
  std::vector<std::thread> clicks;
  for (int i = 0; i < 6; ++i)
    clicks.emplace_back(
        [&] { EXPECT_THAT(save(browser, once), HasSubstr(R"("writtenAs":"QuestionnaireResponse")")); });
  for (auto& each : clicks) each.join();
  EXPECT_THAT(ehr_.offered(), ElementsAre("QuestionnaireResponse"));
  EXPECT_THAT(send(browser, "/screen/save", answers(once, "no"), once.csrf), StartsWith("HTTP/1.1 400 "))
      << "other answers under the same name";
}

TEST_F(Screen, SaysNothingOfPatientOrTokenInLogStoreOrMetrics) {
  const Browser browser = signedIn();
  save(browser, form(browser));
  const string metrics = ask(get("/metrics"));
  program->signal(SIGTERM);
  EXPECT_EQ(program->ended(), 0);
  std::vector<string> all{metrics, read(errors)};
  for (const auto& file : std::filesystem::directory_iterator(directory / "data"))
    all.push_back(read(file.path()));
  for (const string& each : all) {
    EXPECT_THAT(each, Not(AnyOf(HasSubstr("canary"), HasSubstr("Cana"), HasSubstr("Patient/p1"),
                                HasSubstr(browser.session.substr(browser.session.find('=') + 1)))));
  }
}

}  // namespace
}  // namespace plumbline::e2e
