#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "fhir/record.h"
#include "rules/medications.h"
#include "rules/pack.h"

namespace plumbline::rules {

/// One piece of the chart that speaks to a finding. Views point into the record's documents.
struct Evidence {
  enum class Says { Present, Absent, NotPerformed, NotDocumented, Unreadable };

  Says says = Says::Present;
  std::optional<fhir::DateRange> when;      ///< onset or effective, else recorded; none: undated
  std::optional<fhir::DateRange> recorded;  ///< when somebody wrote it down, where that is another date
  std::optional<fhir::DateRange> onset;  ///< as the entry itself gives it, before runs take their first date
  std::optional<fhir::DateRange> ended;  ///< abatement
  bool suspected = false;                ///< provisional, unconfirmed, preliminary
  bool resolved = false;                 ///< resolved, inactive, in remission or abated
  bool current = false;                  ///< a Condition with an active clinicalStatus, a visit under way
  bool changed = false;                  ///< recurrence, relapse or worsening
  bool refuted = false;
  bool whole = false;         ///< speaks of the finding (or its part) itself, not of one way of having it
  bool subjective = false;    ///< told by the patient: never overrides an examination
  bool weak = false;          ///< by a code marked weak
  bool listedOnly = false;    ///< by a code whose need is not met: shown, speaks for nothing
  bool fromContext = false;   ///< of the hook's context: being written now
  bool fromText = false;      ///< read in a sentence: completes a screen, but takes back no coded presence
  bool copied = false;        ///< of a note, whose sentences may be taken over from an earlier one
  bool longstanding = false;  ///< called longstanding, known or unchanged
  Side side = Side::None;
  std::optional<Region> region;
  std::optional<std::size_t> part;      ///< index into Finding::parts
  std::optional<std::size_t> quantity;  ///< index into Finding::measurements
  std::string_view code;                ///< canonical code that matched, or empty
  std::string_view label;               ///< the code's display in the pack
  std::string value;                    ///< a measured value with its unit, "CRP 64 mg/L"
  std::string_view site;                ///< the body site's words
  std::string_view type, id;            ///< of the resource
  std::optional<std::size_t> aspect;    ///< of text: what of the finding it speaks of (rules/text/content.h)
  std::size_t sentence = 0;             ///< of text: which one
  std::string snippet;                  ///< of text: the words, as written; untrusted
  std::string_view kind;                ///< of text: what it is written in, "Progress note"
  std::string_view aside;               ///< of text: why it speaks for nothing, though it is there; or empty
};

/// Left or right, where the code or the body site says so.
Side sideOf(const Evidence& evidence);

/// Whether what `absent` denies is what `present` states: a no takes back the finding it names, or the way of
/// having it that it names, on the side and for the part it names, and nothing else. Architecture §5 rule 2.
bool concerns(const Evidence& absent, const Evidence& present);

/// The evidence of every finding, indexed like Pack::findings; each list in one total order without doubles,
/// so that the order of resources in the request changes nothing.
using EvidenceTable = std::vector<std::vector<Evidence>>;

/// A date further ahead than the pack tolerates is a typing error: the thing is there, when is unknown.
std::optional<fhir::DateRange> believableDate(const Pack& pack, fhir::Instant now,
                                              const std::optional<fhir::DateRange>& when);

/// Evidence of presence from `source`, as far as every kind of resource tells it.
Evidence evidenceFrom(const Pack& pack, fhir::Instant now, const fhir::Source& source,
                      const std::optional<fhir::DateRange>& when);

struct Collected {
  EvidenceTable evidence;
  std::vector<fhir::Unreadable> unread;  ///< notes that are there and could not be read
};

/// Reads every resource of `record`, codes and sentences. Nothing is judged here: windows and conflicts come
/// later. Sources: FHIR R4 status elements; which status means what is architecture §5 rule 1.
Collected collectEvidence(const Pack& pack, const fhir::PatientRecord& record,
                          const MedicationClasses& medications, fhir::Instant now);

/// Puts a list into the one total order, without doubles.
void putInOrder(std::vector<Evidence>& list);

/// Billing repeats a code at every visit; that is no new finding. Each Condition of an ordered list takes the
/// first date of its code's run. Recurrence, relapse or an end break a run, and so does a silence longer than
/// the finding stays stale after an entry that is not active any more. Architecture §5 rule 5.
void keepFirstDates(std::vector<Evidence>& list, const Finding& finding);

}  // namespace plumbline::rules
