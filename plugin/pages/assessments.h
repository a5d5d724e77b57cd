#pragma once

#include <chrono>
#include <cstddef>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "fhir/date.h"
#include "plugin/http/message.h"
#include "plugin/pages/pages.h"
#include "plugin/store/identity.h"

/// How one assessment came out, for whoever holds the link on its card. It quotes a chart, so it is kept in
/// the memory of this process alone, for some hours, and never written anywhere.
namespace plumbline::pages {

/// Explanations by what the link on the card holds: 256 random bits and the moment until which they are
/// good, signed with the key of the store. Any thread.
class Assessments {
 public:
  static constexpr std::size_t kMostBytes = 64 * 1024 * 1024;

  explicit Assessments(store::Key key) : key_(std::move(key)) {}

  /// Keeps an explanation, as asJson() writes it, until `until`; what its link holds. Of too many, the oldest
  /// goes.
  std::string keep(std::string explanation, fhir::Instant now, fhir::Instant until);

  /// Why there is none to show. Gone: this process does not have it (any more).
  enum class Why { Forged, Expired, Gone };
  [[nodiscard]] std::variant<std::shared_ptr<const std::string>, Why> find(std::string_view token,
                                                                           fhir::Instant now) const;

  /// Forgets all of them.
  void clear();

 private:
  struct Kept {
    std::string id;
    fhir::Instant until;
  };
  /// "UNTIL.ID" with its signature behind it.
  [[nodiscard]] std::string withSignature(const std::string& name) const;
  void forgetOldest();

  const store::Key key_;
  mutable std::mutex mutex_;
  std::deque<Kept> inOrder_;
  std::map<std::string, std::shared_ptr<const std::string>, std::less<>> byId_;
  std::size_t bytes_ = 0;
};

/// GET /knowledge?assessment=…: that assessment, found by rules and pieces of the chart; else the knowledge,
/// and in one sentence why not the assessment. Never cached. `kept`: null where none is shown. Nothing for
/// any other request.
std::optional<http::Reply> answerAssessment(const Shown& shown, const Assessments* kept,
                                            const http::Request& request);

}  // namespace plumbline::pages
