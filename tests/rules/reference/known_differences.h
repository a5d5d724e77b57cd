#pragma once

#include "tests/rules/reference/criteria.h"

/// Where the engine departs from the text today. Each is set to what the engine does, so that everything else
/// is still compared, and says what to set it to once the engine follows. Only ties in runs and refutations
/// that do not stand alone can lower a pathway.
namespace plumbline::tests::reference {

/// A criterion on which the record is silent is unknown (§1 rule 2). The engine calls a deficit, a weak code
/// and "below an age" without a birth date not met, which `explain` prints as "does not hold". Tri::Unknown.
constexpr Tri kSilentDeficit = Tri::No;
constexpr Tri kSilentWeakCode = Tri::No;
constexpr Tri kBelowAnAgeNobodyKnows = Tri::No;

/// Rule 18 counts a missing key wherever a stress finding is recorded; the engine does not for a child, whose
/// stress pattern it does not compute. True.
constexpr bool kMissingKeysCountForChildren = false;

/// Rule 17 clears only with nothing unreadable; the engine looks at red flags alone, so that an unreadable
/// score of anxiety, depression or self-harm does not withhold it. True.
constexpr bool kAnyUnreadableFindingWithholds = false;

/// Where resources can be assigned to stress indicators in several ways of the same total weight, rule 16 (a)
/// holds when one of them shows it; the engine looks at one way only, which the order of the content picks.
/// Such charts are compared but for what follows from stress. True.
constexpr bool kEveryAssignmentIsLookedAt = false;

/// Rule 5: a code recorded again keeps its first date. The engine does so for findings that count as active
/// or soon without a date; a risk factor billed again after imaging is a later finding to it. True.
constexpr bool kEveryCodeKeepsItsFirstDate = false;

/// Of entries of one code and one date, which came first is unknown: one that is resolved may be the last of
/// its run and one that came back the first, so that what follows is news (rule 5, and the cautious reading
/// of dates). The engine goes by the ids of the resources. True.
constexpr bool kTiesInRunsAreReadCautiously = false;

}  // namespace plumbline::tests::reference
