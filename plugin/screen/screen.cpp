#include "plugin/screen/screen.h"

#include <array>
#include <memory>
#include <mutex>
#include <utility>
#include <variant>

#include "plugin/json_writer.h"
#include "plugin/outcome.h"
#include "plugin/screen/fill.h"
#include "plugin/screen/kept.h"
#include "plugin/screen/launch.h"
#include "plugin/screen/write_back.h"
#include "plugin/secret.h"
#include "plugin/store/moment.h"

namespace plumbline::screen {
namespace {

using http::Reply;
using http::Request;

/// What every step needs.
struct Asked {
  Context& context;
  const InForce& inForce;
  const Request& request;
  fhir::Instant now;
};

void addKept(Chart& chart, const Asked& asked, const std::string& client, std::string_view patient) {
  if (asked.context.store)
    chart.supplement.screens =
        readScreens(keptFor(*asked.context.store, asked.inForce.pack, client, patient, asked.now));
}

/// Hands a filled-in form to the store; whether it is on disk.
bool keep(const Asked& asked, const Filled& filled, std::string_view client, std::string_view issuer) {
  if (!asked.context.store) return false;
  store::Screened screened;
  screened.at = filled.at;
  screened.until = store::written(asked.now + asked.inForce.pack.screen.kept);
  screened.submission = filled.submission;
  screened.client = client;
  screened.issuer = issuer;
  screened.patient = filled.patient;
  screened.user = filled.author;
  screened.pack = asked.inForce.pack.digest;
  screened.answers = filled.answers;
  return asked.context.store->keep(std::move(screened));
}

/// The chart that a demo's page sent along.
fhir::Result<Chart> chartSent(fhir::Json root) {
  const auto sent = fhir::requiredObject(root, "chart", "");
  if (!sent) return sent.error();
  auto document = fhir::JsonDocument::parse(simdjson::minify(*sent));
  if (!document) return document.error();
  return Chart{*std::move(document)};
}

/// By whom a form is filled in, and for whose chart.
struct Seat {
  Chart chart;
  std::shared_ptr<Session> session;  ///< null: a demo's, without one
  std::string patient;

  [[nodiscard]] std::string client() const { return session ? session->app.client : ""; }
};

Terms termsFor(const Asked& asked, const Seat& seat, const std::string& client) {
  Terms terms{.pack = asked.inForce.pack,
              .now = asked.now,
              .grouping = asked.inForce.grouping,
              .client = client,
              .rollout = &asked.inForce.rollout};
  if (const auto* profile = seat.session ? hooks::profile(seat.session->app.profile) : nullptr)
    terms.audience.client = profile;
  return terms;
}

/// What a session's chart would be asked about with: a hook without prefetch.
std::string requestOf(const Session& session) {
  return jsonObject([&](JsonWriter& out) {
    out.member("hook", "patient-view");
    out.member("hookInstance", randomUuid());
    out.object("context", [&] {
      out.member("userId", session.user.empty() ? std::string_view("Practitioner/unknown") : session.user);
      out.member("patientId", session.patient);
      if (!session.encounter.empty()) out.member("encounterId", session.encounter);
    });
  });
}

/// The chart of a session's patient, read from its EHR now.
Chart chartOf(const Asked& asked, const Session& session) {
  Chart chart{*fhir::JsonDocument::parse(requestOf(session))};
  const auto* profile = hooks::profile(session.app.profile);
  const hooks::Profile& client = profile ? *profile : hooks::standardProfile();
  const auto request =
      hooks::readRequest(chart.request.root(), hooks::service("plumbline-patient-view"), client);
  if (request) chart.supplement = asked.inForce.screen->read(session, *request, client);
  return chart;
}

Reply noSession() {
  return outcome(401, {{"login", "the screen has to be opened from a chart", ""}});
}

/// The session of the browser that asks, while its EHR is configured still.
std::shared_ptr<Session> sessionOf(const Asked& asked) {
  if (!asked.inForce.screen) return nullptr;
  auto session = asked.context.sessions.find(cookie(asked.request, kSessionCookie), Clock::now());
  const App* app = session ? asked.inForce.screen->appOf(session->app.issuer) : nullptr;
  return app && *app == session->app ? session : nullptr;
}

/// Where the form is filled in, without the session's chart; or why it is not.
std::variant<Seat, Reply> seatOf(const Asked& asked, fhir::Json root) {
  if (asked.context.demo && fhir::has(root, "chart")) {
    auto chart = chartSent(root);
    if (!chart) return refusal(chart.error());
    Seat seat{*std::move(chart), nullptr, {}};
    seat.patient = patientOf(seat.chart);
    return seat;
  }
  auto session = sessionOf(asked);
  if (!session) return noSession();
  const std::string patient = session->patient;
  return Seat{Chart{*fhir::JsonDocument::parse("{}")}, std::move(session), patient};
}

/// The name of the next submission; empty where a session has had too many.
std::string next(const Seat& seat) {
  return seat.session ? seat.session->nextSubmission() : randomUuid();
}

Reply form(const Asked& asked, fhir::Json root) {
  auto found = seatOf(asked, root);
  if (auto* refused = std::get_if<Reply>(&found)) return std::move(*refused);
  Seat& seat = std::get<Seat>(found);
  if (seat.session) seat.chart = chartOf(asked, *seat.session);
  addKept(seat.chart, asked, seat.client(), seat.patient);
  const std::string client = seat.client(), submission = next(seat);
  if (submission.empty()) return outcome(429, {{"throttled", "open the screen from the chart again", ""}});
  return formReply(seat.chart, termsFor(asked, seat, client), submission,
                   seat.session ? seat.session->csrf : "");
}

/// The submission of this name, to which these answers belong; null where the session gave out none of the
/// name or other answers were sent as it before. With `saving` held.
Submission* submissionOf(Session& session, const Submitted& submitted, fhir::Instant now) {
  const auto found = session.submissions.find(submitted.submission);
  if (found == session.submissions.end()) return nullptr;
  Submission& state = found->second;
  const std::string answers = store::written(submitted.answers);
  if (state.at.empty()) state = {store::written(now), answers, {}, 0};
  return state.answers == answers ? &state : nullptr;
}

/// The advice after `filled`, which was kept or not.
Reply advise(const Asked& asked, Seat& seat, const Filled& filled, const Fate& fate) {
  const std::string client = seat.client();
  addKept(seat.chart, asked, client, seat.patient);
  if (!fate.kept) {  // the advice is about what was answered, whatever became of it
    for (auto& each : readScreens({questionnaireResponse(asked.inForce.pack, filled)}))
      seat.chart.supplement.screens.push_back(std::move(each));
  }
  return adviceReply(seat.chart, termsFor(asked, seat, client), filled, fate, next(seat));
}

Reply saveInSession(const Asked& asked, Seat& seat, const Submitted& submitted) {
  Session& session = *seat.session;
  if (!isSameSecret(asked.request.header("X-Plumbline-Screen").value_or(""), session.csrf))
    return outcome(403, {{"forbidden", "this page is of another session", ""}});
  std::unique_lock one(session.saving);
  Submission* state = submissionOf(session, submitted, asked.now);
  if (!state)
    return outcome(400, {{"business-rule", "is none of this session's, or had other answers", "submission"}});
  const std::string at = state->at;
  const Filled filled{session.patient,      session.encounter, session.user, at,
                      submitted.submission, submitted.answers};
  const bool kept = keep(asked, filled, session.app.client, session.app.issuer);
  Fate fate =
      writeBack(asked.inForce.pack, filled, *state, [&](std::string_view type, const std::string& made) {
        return asked.inForce.screen->write(session, type, made, submitted.submission);
      });
  one.unlock();
  fate.kept = kept;
  seat.chart = chartOf(asked, session);
  return advise(asked, seat, filled, fate);
}

Reply save(const Asked& asked, fhir::Json root) {
  auto found = seatOf(asked, root);
  if (auto* refused = std::get_if<Reply>(&found)) return std::move(*refused);
  Seat& seat = std::get<Seat>(found);
  const auto submitted = readSubmitted(root, asked.inForce.pack);
  if (!submitted) return refusal(submitted.error());
  if (seat.session) return saveInSession(asked, seat, *submitted);
  const std::string at = store::written(asked.now);
  const Filled filled{seat.patient, "", "", at, submitted->submission, submitted->answers};
  return advise(asked, seat, filled, {.kept = keep(asked, filled, "", "")});
}

template <Reply (*handle)(const Asked&, fhir::Json)>
Reply withJson(const Asked& asked) {
  const std::string_view type = asked.request.header("Content-Type").value_or("");
  if (!http::equalsIgnoringCase(type.substr(0, type.find(';')), "application/json"))
    return outcome(415, {{"not-supported", "Content-Type must be application/json", ""}});
  const auto document = fhir::JsonDocument::parse(asked.request.body);
  return document ? handle(asked, document->root()) : refusal(document.error());
}

template <Reply (*handle)(const LaunchSite&, const Request&, Clock::time_point)>
Reply withEhrs(const Asked& asked) {
  if (!asked.inForce.screen) return outcome(404, {{"not-found", "no EHR is configured for the screen", ""}});
  const pages::Shown shown{asked.context.files, asked.inForce.pack, asked.now, asked.context.demo};
  return handle({*asked.inForce.screen, asked.context.launches, asked.context.sessions, shown}, asked.request,
                Clock::now());
}

Reply keys(const Asked& asked) {
  if (!asked.inForce.screen) return outcome(404, {{"not-found", "there are no keys", ""}});
  Reply reply;
  reply.body = asked.inForce.screen->jwks();
  reply.headers = {{"Cache-Control", "public, max-age=300"}};
  return reply;
}

struct Step {
  std::string_view method, path;
  Reply (*handle)(const Asked&);
};

constexpr std::array<Step, 5> kSteps{{
    {"GET", "/screen/launch", withEhrs<beginLaunch>},
    {"GET", "/screen/callback", withEhrs<endLaunch>},
    {"GET", "/screen/jwks.json", keys},
    {"POST", "/screen/form", withJson<form>},
    {"POST", "/screen/save", withJson<save>},
}};

}  // namespace

bool isServed(const Context& context, const InForce& inForce) {
  return context.demo || inForce.screen;
}

std::optional<Reply> answer(Context& context, const InForce& inForce, const Request& request) {
  if (!isServed(context, inForce)) return std::nullopt;
  for (const Step& step : kSteps) {
    if (step.path != request.path) continue;
    if (step.method == request.method) return step.handle({context, inForce, request, context.now()});
    return useInstead(step.method);
  }
  return std::nullopt;
}

}  // namespace plumbline::screen
