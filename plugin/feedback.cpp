#include "plugin/feedback.h"

#include <utility>

#include "fhir/json.h"
#include "plugin/store/moment.h"

namespace plumbline {
namespace {

using fhir::Error;
using fhir::Json;
using store::Feedback;
using Problem = std::optional<Error>;

constexpr std::chrono::minutes kTolerance{5};
constexpr std::size_t kMaxFraction = 9;
/// Longer than any identifier or code in use; a longer one is refused, not cut.
constexpr std::size_t kMaxId = 255;

Problem wrong(std::string where, std::string detail) {
  return Error{Error::Kind::WrongValue, std::move(where), std::move(detail)};
}

/// A text that must be there and may be kept whole.
Problem readId(Json object, std::string_view key, const std::string& where, std::string& into) {
  const auto found = fhir::requiredText(object, key, where);
  if (!found) return found.error();
  if (found->size() > kMaxId) return wrong(where + "." + std::string(key), "is too long");
  into = *found;
  return std::nullopt;
}

/// The moment in one way of writing, so that 10:00:00.50Z and 10:00:00.5+00:00 are the same.
Problem readMoment(const std::string& where, fhir::Instant now, Feedback& into) {
  const std::string at = where + ".outcomeTimestamp";
  const auto parsed = fhir::parseDate(into.stamp);
  const bool whole = parsed && parsed->earliest == parsed->latest;
  if (!whole) return wrong(at, "must be a moment like 2026-11-23T10:00:00Z");
  if (parsed->earliest > now + kTolerance) return wrong(at, "is in the future");
  std::string fraction;
  if (const auto point = into.stamp.find('.'); point != std::string::npos) {
    const auto end = into.stamp.find_first_not_of("0123456789", point + 1);
    fraction = into.stamp.substr(point, end - point);
    if (fraction.size() > kMaxFraction + 1) return wrong(at, "has more than nine digits of a second");
    fraction.resize(fraction.find_last_not_of(".0") + 1);
  }
  into.moment = store::written(parsed->earliest).insert(sizeof("2026-11-23T10:00:00") - 1, fraction);
  return std::nullopt;
}

Problem readSuggestions(Json entry, const std::string& where, Feedback& into) {
  const std::string at = where + ".acceptedSuggestions";
  const auto found = fhir::member(entry, "acceptedSuggestions");
  if (!found) {
    if (into.outcome == "accepted") return Error{Error::Kind::Missing, at, "required"};
    return std::nullopt;
  }
  if (!found->is_array()) return Error{Error::Kind::WrongType, at, "must be an array"};
  Problem problem;
  std::size_t index = 0;
  fhir::forEach(entry, "acceptedSuggestions", [&](Json each) {
    const std::string place = at + "[" + std::to_string(index++) + "]";
    std::string id;
    if (!problem && !each.is_object()) problem = Error{Error::Kind::WrongType, place, "must be an object"};
    if (!problem) problem = readId(each, "id", place, id);
    if (!problem && id.find(' ') != std::string::npos)
      problem = wrong(place + ".id", "must be an identifier");
    into.suggestions.push_back(std::move(id));
  });
  return problem;
}

/// At most `most` bytes, and no half of a character.
std::string_view cut(std::string_view text, std::size_t most) {
  if (text.size() <= most) return text;
  std::size_t end = most;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
  return text.substr(0, end);
}

/// A site's own reason, as Epic sends it where no reason of the card was chosen.
void readNativeReason(Json reason, Feedback& into) {
  constexpr std::string_view kName = "com.epic.cdshooks.feedback.overrideReason.";
  const auto extension = fhir::member(reason, "extension");
  if (!extension) return;
  for (const std::string_view part : {"reasonTitle", "reasonDisplay", "reasonCategory"}) {
    const auto text = fhir::text(*extension, std::string(kName) + std::string(part));
    if (!text || text->empty()) continue;
    into.reasonSystem = kName.substr(0, kName.size() - 1);
    into.reasonCode = cut(*text, kMaxId);
    return;
  }
}

Problem readReason(Json given, const std::string& where, Feedback& into) {
  if (!given.is_object()) return Error{Error::Kind::WrongType, where, "must be an object"};
  if (const auto comment = fhir::member(given, "userComment")) {
    if (!comment->is_string())
      return Error{Error::Kind::WrongType, where + ".userComment", "must be a string"};
    into.comment = cut(*fhir::text(given, "userComment"), kMaxComment);
  }
  const auto reason = fhir::member(given, "reason");
  if (!reason) {
    readNativeReason(given, into);
    return std::nullopt;
  }
  const std::string at = where + ".reason";
  if (!reason->is_object()) return Error{Error::Kind::WrongType, at, "must be an object"};
  if (auto problem = readId(*reason, "code", at, into.reasonCode)) return problem;
  if (!fhir::has(*reason, "system")) return std::nullopt;
  return readId(*reason, "system", at, into.reasonSystem);
}

Problem readReasons(Json entry, const std::string& where, Feedback& into) {
  for (const std::string_view key : {"overrideReason", "overrideReasons"}) {
    if (!fhir::member(entry, key)) continue;
    Problem problem;
    bool first = true;
    fhir::forEach(entry, key, [&](Json each) {
      if (std::exchange(first, false)) problem = readReason(each, where + "." + std::string(key), into);
    });
    return problem;
  }
  return std::nullopt;
}

Problem readEntry(Json entry, const std::string& where, fhir::Instant now, Feedback& into) {
  if (!entry.is_object()) return Error{Error::Kind::WrongType, where, "must be an object"};
  if (fhir::duplicateKey(entry)) return Error{Error::Kind::DuplicateKey, where, "an element occurs twice"};
  if (auto problem = readId(entry, "card", where, into.card)) return problem;
  if (into.card.find(' ') != std::string::npos) return wrong(where + ".card", "must be an identifier");
  if (auto problem = readId(entry, "outcome", where, into.outcome)) return problem;
  if (into.outcome != "accepted" && into.outcome != "overridden")
    return wrong(where + ".outcome", "must be accepted or overridden");
  if (auto problem = readId(entry, "outcomeTimestamp", where, into.stamp)) return problem;
  if (auto problem = readMoment(where, now, into)) return problem;
  if (auto problem = readSuggestions(entry, where, into)) return problem;
  return readReasons(entry, where, into);
}

}  // namespace

fhir::Result<std::vector<Feedback>> readFeedback(std::string_view body, std::string_view service,
                                                 fhir::Instant now) {
  const auto document = fhir::JsonDocument::parse(body);
  if (!document) return document.error();
  const Json root = document->root();
  if (!root.is_object()) return Error{Error::Kind::WrongType, "", "must be an object"};
  if (fhir::duplicateKey(root)) return Error{Error::Kind::DuplicateKey, "", "an element occurs twice"};
  const auto list = fhir::member(root, "feedback");
  if (!list) return Error{Error::Kind::Missing, "feedback", "required"};
  if (!list->is_array()) return Error{Error::Kind::WrongType, "feedback", "must be an array"};
  std::vector<Feedback> all;
  Problem problem;
  fhir::forEach(root, "feedback", [&](Json entry) {
    if (problem) return;
    const std::string where = "feedback[" + std::to_string(all.size()) + "]";
    if (all.size() == kMaxFeedback) {
      problem = wrong("feedback", "has too many entries");
      return;
    }
    Feedback each;
    each.received = store::written(now);
    each.service = service;
    problem = readEntry(entry, where, now, each);
    all.push_back(std::move(each));
  });
  if (problem) return *problem;
  return all;
}

}  // namespace plumbline
