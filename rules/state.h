#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "fhir/date.h"
#include "rules/evidence.h"
#include "rules/finding.h"
#include "rules/tier.h"

namespace plumbline::rules {

enum class State { Present, Absent, Unknown };
enum class Reason { None, NotDocumented, NotPerformed, Stale, Unreadable };

/// How strongly the best evidence of presence counts, weakest first.
///   History     too old to count
///   Baseline    longstanding: first recorded before the pain episode and outside the stale window
///   UndatedSoon, UndatedLower  present, nobody wrote when
///   Stale       past its active window and not reassessed, or recorded as resolved within it
///   Active      within its active window, or of a kind that does not age
enum class Grade { None, History, Baseline, UndatedSoon, UndatedLower, Stale, Active };

/// What the chart says about one finding, or about one part of it.
struct Standing {
  State state = State::Unknown;
  Reason reason = Reason::NotDocumented;
  Grade grade = Grade::None;
  Grade weakGrade = Grade::None;  ///< the same over evidence by weak codes alone
  bool weakOnly = false;          ///< grade comes from weak codes alone
  bool suspected = false;
  bool contradicted = false;            ///< also recorded absent within a day
  bool resolved = false;                ///< recorded as resolved within the active window
  bool current = false;                 ///< a standing risk or diagnosis that is active now
  std::size_t times = 0;                ///< pieces of evidence of presence in the active window
  std::optional<fhir::DateRange> when;  ///< of the evidence that decided
  std::optional<fhir::DateRange> last;  ///< the latest it was there: `when`, or the end of what ended later
  /// Of the earliest evidence of presence that still counts and that no word of change came after; none:
  /// nobody wrote when, for some of it at least.
  std::optional<fhir::DateRange> began;

  [[nodiscard]] bool present() const { return state == State::Present; }
};

/// What the chart says about one finding, and from what.
struct FindingState : Standing {
  std::size_t finding = 0;
  std::vector<Evidence> evidence;
  std::vector<Standing> parts;  ///< indexed like Finding::parts; empty while there is no evidence at all

  [[nodiscard]] const Standing& of(const std::optional<std::size_t>& part) const {
    return part && !parts.empty() ? parts[*part] : *this;
  }
};

/// The tier a rule of tier `rule` ends at when this grade is all it stands on; Tier::None when it does not
/// hold at all. Architecture §5 rules 4 to 6.
Tier cap(Tier rule, Grade grade);

/// When the current episode of pain began; none: unknown.
using EpisodeStart = std::optional<fhir::DateRange>;

struct Timeline {
  fhir::Instant now;
  EpisodeStart episode;
  /// Present and absent this close together are one visit at odds with itself.
  std::chrono::seconds contradiction;
};

/// Weighs the evidence of one finding by its conflict class and windows. Edges of windows are inside; a date
/// that straddles an edge takes the more cautious reading: presence while it may be recent, absence while it
/// surely is.
FindingState decide(const Finding& finding, std::size_t index, std::vector<Evidence> evidence,
                    const Timeline& time);
/// The same into a state that knows nothing yet but which finding it is of.
void decide(const Finding& finding, std::vector<Evidence> evidence, const Timeline& time,
            FindingState& state);

std::string_view name(State state);
std::string_view name(Reason reason);

}  // namespace plumbline::rules
