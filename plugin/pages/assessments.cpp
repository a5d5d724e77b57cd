#include "plugin/pages/assessments.h"

#include <charconv>
#include <utility>

#include "plugin/pages/frame.h"
#include "plugin/pages/knowledge.h"
#include "plugin/secret.h"

namespace plumbline::pages {
namespace {

using http::Reply;
using http::Request;
using Found = std::variant<std::shared_ptr<const std::string>, Assessments::Why>;

constexpr std::string_view kAsked = "assessment=";

/// Why the assessment of a link is not shown, for a person.
std::string_view sentence(const std::optional<Assessments::Why>& why) {
  if (!why) return "this service does not show what was found in a chart";
  switch (*why) {
    case Assessments::Why::Expired: return "its link has expired";
    case Assessments::Why::Forged: return "its link is damaged or was not made by this service";
    case Assessments::Why::Gone: break;
  }
  return "this service no longer has it: it was started again since, or another one made the card";
}

Reply neverKept(std::string body) {
  Reply reply;
  reply.contentType = typeOf(".html");
  reply.body = std::move(body);
  reply.headers = securityHeaders({});  // no-referrer among them: the address is what opens the page
  reply.headers.emplace_back("Cache-Control", "no-store");
  return reply;
}

std::string assessmentPage(const Shown& shown, const std::string& explanation) {
  Html main;
  main << R"(<h1>How this was decided</h1>
<p class="lead">What a card said of one patient, and the entries of the chart it was decided by. The page gives
the chart's own ids and no name: it belongs to the chart in which you opened it. Entries made since are not in it.</p>
<noscript><p class="panel">This page needs JavaScript. <a href="/knowledge">The knowledge pages</a> do without.</p></noscript>
<div id="assessment" data-why=")"
       << explanation << R"("></div>
<p><a href="/knowledge">All that Plumbline knows</a>: every pathway, finding and threshold.</p>
)";
  return frame(shown,
               {.path = "/knowledge",
                .title = "How this was decided",
                .script = "/pages/assessment.js",
                .styles = {"/pages/why.css"}},
               main)
      .take();
}

}  // namespace

std::string Assessments::withSignature(const std::string& name) const {
  return name + "." + key_.mac("assessment " + name);
}

std::string Assessments::keep(std::string explanation, fhir::Instant now, fhir::Instant until) {
  const std::string id = randomSecret(), end = std::to_string(until.time_since_epoch().count());
  auto kept = std::make_shared<const std::string>(std::move(explanation));
  const std::lock_guard lock(mutex_);
  while (!inOrder_.empty() && (inOrder_.front().until <= now || bytes_ + kept->size() > kMostBytes))
    forgetOldest();
  bytes_ += kept->size();
  inOrder_.push_back({id, until});
  byId_[id] = std::move(kept);
  return withSignature(end + "." + id);
}

Found Assessments::find(std::string_view token, fhir::Instant now) const {
  const std::string name(token.substr(0, token.rfind('.')));
  if (!isSameSecret(withSignature(name), token)) return Why::Forged;
  const std::string_view until = std::string_view(name).substr(0, name.find('.'));
  const std::string_view id = std::string_view(name).substr(until.size() + 1);
  fhir::Instant::rep seconds = 0;
  std::from_chars(until.data(), until.data() + until.size(), seconds);
  if (fhir::Instant(fhir::Instant::duration(seconds)) <= now) return Why::Expired;
  const std::lock_guard lock(mutex_);
  const auto found = byId_.find(id);
  if (found == byId_.end()) return Why::Gone;
  return found->second;
}

void Assessments::clear() {
  const std::lock_guard lock(mutex_);
  inOrder_.clear();
  byId_.clear();
  bytes_ = 0;
}

void Assessments::forgetOldest() {
  const auto oldest = byId_.find(inOrder_.front().id);
  bytes_ -= oldest->second->size();
  byId_.erase(oldest);
  inOrder_.pop_front();
}

std::optional<Reply> answerAssessment(const Shown& shown, const Assessments* kept, const Request& request) {
  if (request.path != "/knowledge" || request.method != "GET" || !request.query.starts_with(kAsked))
    return std::nullopt;
  std::optional<Assessments::Why> why;
  if (kept) {
    const Found found = kept->find(request.query.substr(kAsked.size()), shown.now);
    if (const auto* explanation = std::get_if<0>(&found))
      return neverKept(assessmentPage(shown, **explanation));
    why = std::get<1>(found);
  }
  return neverKept(knowledgeInstead(shown, sentence(why)));
}

}  // namespace plumbline::pages
