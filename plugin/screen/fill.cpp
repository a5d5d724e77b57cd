#include "plugin/screen/fill.h"

#include <algorithm>
#include <set>
#include <utility>
#include <variant>

#include "fhir/json.h"
#include "fhir/reference.h"
#include "plugin/screen/form.h"
#include "rules/engine.h"

namespace plumbline::screen {
namespace {

using Kind = fhir::Error::Kind;

/// The record of a chart, or why there is none.
struct Read {
  hooks::HookRequest request;
  fhir::PatientRecord record;
};
std::variant<Read, http::Reply> readChart(const Chart& chart, const Terms& terms) {
  const auto request = hooks::readRequest(chart.request.root(), hooks::service("plumbline-patient-view"),
                                          *terms.audience.client);
  if (!request) return refusal(request.error());
  auto gathered = hooks::gather(*request, chart.supplement, terms.now);
  if (const auto* error = std::get_if<fhir::Error>(&gathered)) return refusal(*error);
  if (const auto* lacking = std::get_if<hooks::Lacking>(&gathered))
    return outcome(412, lackingIssues(*lacking));
  return Read{*request, std::get<fhir::PatientRecord>(std::move(gathered))};
}

/// The Patient resource of the chart, for its name; null JSON where there is none.
fhir::Json patientResource(const Chart& chart) {
  const auto prefetch = fhir::member(chart.request.root(), "prefetch");
  if (const auto sent = prefetch ? fhir::member(*prefetch, "patient") : std::nullopt) return *sent;
  const auto* fetched = chart.supplement.of("patient");
  return fetched && !fetched->pages.empty() ? fetched->pages.front().root() : chart.request.root();
}

bool asks(const rules::Pack& pack, std::string_view question) {
  return std::any_of(pack.form.asks.begin(), pack.form.asks.end(),
                     [&](std::size_t finding) { return pack.findings[finding].id == question; });
}

template <class Write>
http::Reply json(Write write) {
  http::Reply reply;
  reply.body = jsonObject(write);
  return reply;
}

/// The note of the form with the tier of the cards of `told`, {"cards": […]}. Not with their words: what a
/// card names as possible would be read in the note as a diagnosis, by this service too.
std::string noteWith(const rules::Pack& pack, const Filled& filled, fhir::Json told) {
  std::string tier = pack.texts.at("screen.note.none");
  fhir::forEach(told, "cards", [&](fhir::Json card) {
    const auto extension = fhir::member(card, "extension");
    const auto assessment = extension ? fhir::member(*extension, "org.plumbline.assessment") : std::nullopt;
    if (assessment) tier = fhir::text(*assessment, "tier").value_or(tier);
  });
  return noteText(pack, filled) + "\n" + pack.texts.at("screen.note.advice") + " " + tier + "\n";
}

}  // namespace

std::string_view patientOf(const Chart& chart) {
  const auto context = fhir::member(chart.request.root(), "context");
  return context ? fhir::text(*context, "patientId").value_or("") : std::string_view{};
}

fhir::Result<Submitted> readSubmitted(fhir::Json root, const rules::Pack& pack) {
  const auto submission = fhir::requiredText(root, "submission", "");
  if (!submission) return submission.error();
  Submitted read;
  read.submission = *submission;
  if (read.submission.size() > 64 || !fhir::isId(read.submission))
    return fhir::Error{Kind::WrongValue, "submission", "is not one that this service gave out"};
  std::optional<fhir::Error> wrong;
  std::set<std::string_view> told;
  std::size_t index = 0;
  fhir::forEach(root, "answers", [&](fhir::Json each) {
    const std::string where = "answers[" + std::to_string(index++) + "]";
    const auto question = fhir::text(each, "question").value_or("");
    const auto answer = fhir::text(each, "answer").value_or("");
    if (wrong) return;
    if (!asks(pack, question) || !offered(pack.form, answer)) {
      wrong = fhir::Error{Kind::WrongValue, where, "is no question of the form with one of its answers"};
    } else if (!told.insert(question).second) {
      wrong = fhir::Error{Kind::WrongValue, where, "answers a question for the second time"};
    } else {
      read.answers.push_back({std::string(question), std::string(answer)});
    }
  });
  if (wrong) return *wrong;
  if (read.answers.empty())
    return fhir::Error{Kind::Missing, "answers", "at least one question must be answered"};
  return read;
}

http::Reply formReply(const Chart& chart, const Terms& terms, std::string_view submission,
                      std::string_view csrf) {
  auto read = readChart(chart, terms);
  if (auto* refused = std::get_if<http::Reply>(&read)) return std::move(*refused);
  const fhir::PatientRecord& record = std::get<Read>(read).record;
  const rules::Assessment assessment = rules::assess(terms.pack, record, terms.now);
  return json([&](JsonWriter& out) {
    out.member("submission", submission);
    out.member("csrf", csrf);
    writeForm(out, assessment, record, patientResource(chart));
  });
}

http::Reply adviceReply(const Chart& chart, const Terms& terms, const Filled& filled, const Fate& fate,
                        std::string_view next) {
  auto read = readChart(chart, terms);
  if (auto* refused = std::get_if<http::Reply>(&read)) return std::move(*refused);
  const Read& whole = std::get<Read>(read);
  const Answered answered =
      answer(whole.request, whole.record, terms, [](std::string_view) { return randomUuid(); });
  const auto told = fhir::JsonDocument::parse(answered.reply.body);
  if (!told) return refusal(told.error());
  const std::string note = noteWith(terms.pack, filled, told->root());
  return json([&](JsonWriter& out) {
    out.flag("kept", fate.kept);
    if (!fate.writtenAs.empty()) out.member("writtenAs", fate.writtenAs);
    if (!fate.why.empty()) out.member("why", fate.why);
    out.member("submission", next);
    out.member("note", note);
    const auto list = fhir::member(told->root(), "cards");
    out.key("cards");
    out.raw({list ? std::string_view(simdjson::minify(*list)) : std::string_view("[]")});
  });
}

}  // namespace plumbline::screen
