#pragma once

#include <rapidjson/document.h>

#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "fhir/json.h"
#include "plugin/answer.h"
#include "plugin/cards/compose.h"
#include "plugin/hooks/request.h"
#include "plugin/outcome.h"
#include "rules/assessment.h"
#include "rules/pack.h"

/// CDS Hooks requests as an EHR would send them, all about Patient/p1 at one fixed moment, and what becomes
/// of them. Every request of the plugin's tests starts here and is then changed in the one thing the test is
/// about.
namespace plumbline::situations {

/// 2026-11-23 10:00 UTC.
fhir::Instant now();

/// rules/content, loaded once.
const rules::Pack& pack();

/// A request whose members can be set, dropped and doubled. It begins with everything its hook requires and
/// with every published prefetch key supplied: a patient of 34 and empty Bundles.
class Request {
 public:
  explicit Request(std::string_view hook = "patient-view");

  /// Sets a member to a JSON text; in the envelope, in `context`, in `prefetch`.
  Request& envelope(const std::string& key, const std::string& json);
  Request& context(const std::string& key, const std::string& json);
  Request& prefetch(const std::string& key, const std::string& json);
  Request& dropEnvelope(const std::string& key);
  Request& dropContext(const std::string& key);
  Request& dropPrefetch(const std::string& key);
  /// One more resource in the Bundle of `conditions`, `observations`, …
  Request& with(const std::string& key, const std::string& resource);

  [[nodiscard]] std::string text() const;
  [[nodiscard]] const hooks::Service& service() const { return *service_; }

 private:
  using Members = std::vector<std::pair<std::string, std::string>>;

  const hooks::Service* service_ = nullptr;
  Members envelope_, context_, prefetch_;
  std::set<std::string> dropped_;
  std::vector<std::pair<std::string, std::vector<std::string>>> resources_;
};

/// A Bundle of these resources; `more` are further members, with a leading comma.
std::string bundle(const std::vector<std::string>& resources, const std::string& more = "");

/// An active Condition of Patient/p1. `code` is "snomed|…" or "icd10|…"; no onset when `onset` is empty.
std::string condition(const std::string& code, const std::string& onset, const std::string& more = "");

/// A completed QuestionnaireResponse of today that answers no to every item of the structural screen, except
/// the findings of `leftOut`.
std::string negativeScreen(const std::vector<std::string>& leftOut = {});

/// An OperationOutcome in place of what was searched for.
std::string failedSearch();

/// One request for each tier.
Request emergency(std::string_view hook = "patient-view");
Request urgent(std::string_view hook = "patient-view");
Request soon(std::string_view hook = "patient-view");
Request structuralFirst(std::string_view hook = "patient-view");
Request cleared(std::string_view hook = "patient-view");
Request notAssessable(std::string_view hook = "patient-view");
Request silent(std::string_view hook = "patient-view");

/// A request about somebody with low back pain of a fortnight, and nothing else.
inline Request painful(std::string_view hook = "patient-view") {
  return Request(hook).with("conditions", condition("icd10|M54.50", "2026-11-10"));
}

/// An assessed request. Its parts hold views into each other, so it is neither copied nor moved apart.
struct Chart {
  fhir::JsonDocument document;
  hooks::HookRequest request;
  fhir::PatientRecord record;
  rules::Assessment assessment;
  cards::Call call;
};

/// The assessment of a request that must be sound; throws std::runtime_error naming the refusal.
std::unique_ptr<Chart> chartOf(const Request& request,
                               const hooks::Profile& client = hooks::standardProfile());

/// Its cards, with identifiers that are the names they were asked for by.
std::vector<cards::Card> cardsOf(const Request& request, cards::Grouping grouping = cards::Grouping::Single);

/// The answer of its service, and the body of an answer as JSON.
Answered ask(const Request& request, cards::Grouping grouping = cards::Grouping::Single);
/// The same for a client of a profile and its site.
Answered askAs(std::string_view profile, const Request& request, const cards::Site& site = cards::noSite());
std::vector<cards::Card> cardsFor(std::string_view profile, const Request& request,
                                  const cards::Site& site = cards::noSite());
rapidjson::Document bodyOf(const http::Reply& reply);

}  // namespace plumbline::situations
