#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rules/code.h"

/// What rules/content/findings/<id>.json says, as values. The meaning of every member is that of the file's
/// schema (rules/content/schema/finding.schema.json).
namespace plumbline::rules {

enum class Kind { RedFlag, RiskFactor, Diagnosis, Stress, Mechanical, Context };

/// Which evidence wins when the chart disagrees with itself; rules/state.cpp has one function for each.
enum class Conflict { Symptom, Sign, Measurement, Ever, Newest, Diagnosis };

/// What a finding without any date counts as.
enum class Undated { Active, Soon, Lower, NotNeeded };

/// A value test. Exactly one of the bounds or `interpretation` is set.
struct Threshold {
  std::string quantity;
  std::vector<Code> codes;
  std::vector<std::string> words;
  std::string unit;  ///< UCUM
  std::optional<double> atLeast, above, below, atMost;
  std::optional<double> plausibleLow, plausibleHigh;
  std::vector<std::string> interpretation;
  std::optional<std::size_t> part;  ///< index into Finding::parts
};

/// Evidence that no single resource gives. One of the groups is set.
struct Derived {
  /// Left and right of these findings, each first recorded when its code first was. The side is that of the
  /// code, or of an examined site that one of `siteWords` names. With `withinDays`, only while the second
  /// side is no older than that.
  std::vector<std::size_t> bothSidesOf;
  std::vector<std::string> siteWords;

  /// The last value of `falling` is lower than the highest of the `withinDays` before it at the same site, by
  /// at least `by` or `byPercent`.
  std::optional<Threshold> falling;
  double by = 0;
  double byPercent = 0;
  int withinDays = 0;

  /// An active order or statement of one of these classes; indexes into Pack::medications.
  std::vector<std::size_t> medications;

  /// A drug of this class for at least `takenForDays`, first order to now, while active or refilled within
  /// `refilledWithinDays`.
  std::optional<std::size_t> takenFor;
  int takenForDays = 0;
  int refilledWithinDays = 0;

  /// The patient's age in years, from or below; `painNew`: and the episode of pain is new.
  std::optional<int> ageFrom;
  std::optional<int> ageBelow;
  bool painNew = false;

  /// The part the evidence belongs to; index into Finding::parts.
  std::optional<std::size_t> part;
};

struct StressWeight {
  int weight = 0;
  bool painSpecific = false;
  bool painSpecificFromText = false;  ///< pain-specific where a sentence says so, not by its code
  bool anchor = false;
  bool diagnosis = false;  ///< an anxiety or somatic diagnosis or a positive instrument
};

/// A published figure behind a finding, as it is cited.
struct Figure {
  std::string figure;
  std::string source;  ///< key into Pack::sources
  std::string status;  ///< whether somebody looked it up in the source
};

struct Finding {
  std::string id;
  std::string name;
  std::string ask;
  std::string definition;
  std::vector<std::string> questions;         ///< whole questions that ask for it, as plain words
  std::vector<std::string> partialQuestions;  ///< that ask for less than all of it: only a yes tells
  Kind kind = Kind::Context;
  Conflict conflict = Conflict::Symptom;
  std::optional<int> activeDays;  ///< none: no window, evidence never ages
  std::optional<int> staleDays;
  bool staleRaises = false;
  Undated undated = Undated::NotNeeded;
  bool deficit = false;
  bool anyInWindow = false;
  /// Names of groups within the finding that rules can ask for, such as "syncope" among heart and lung signs.
  std::vector<std::string> parts;
  std::optional<std::size_t> yesPart;  ///< what a plain yes to a question for the finding stands for
  std::vector<Code> codes;
  std::vector<Code> excludedCodes;
  std::vector<Threshold> measurements;
  std::optional<Derived> derived;
  std::optional<StressWeight> stress;
  std::vector<std::size_t> notAskedWith;  ///< findings whose presence makes asking for this one pointless
  std::vector<Region> askedInPain;        ///< asked for only where pain may be there; empty: everywhere
  std::vector<Figure> evidence;
  std::vector<std::string> sources;

  /// Whether it is one of those the assessment lists as present, absent or unknown.
  [[nodiscard]] bool isRedFlag() const {
    return kind == Kind::RedFlag || kind == Kind::RiskFactor || kind == Kind::Diagnosis;
  }
};

}  // namespace plumbline::rules
