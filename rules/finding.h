#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rules/criterion.h"

/// What rules/content/findings/<id>.json says, as values. The meaning of every member is that of the file's
/// schema (rules/content/schema/finding.schema.json).
namespace plumbline::rules {

enum class Kind { RedFlag, RiskFactor, Diagnosis, Stress, Mechanical, Context };

/// Which evidence wins when the chart disagrees with itself; rules/state.cpp has one function for each.
enum class Conflict { Symptom, Sign, Measurement, Ever, Newest, Diagnosis };

/// What a finding without any date counts as.
enum class Undated { Active, Soon, Lower, NotNeeded };

enum class Side { None, Left, Right, Both };

/// What a weak code needs beside it before it is evidence; any one of them will do.
struct Needs {
  std::vector<std::string> words;  ///< lower case; in the code's text, a display or the body site
  std::string medication;          ///< class with an active order
  std::optional<int> ageBelow;
  std::optional<int> procedureWithinDays;
  bool examination = false;  ///< a dated Observation
};

struct Code {
  std::string system;  ///< URI
  std::string code;    ///< as fhir::canonicalCode makes it
  std::string display;
  bool prefix = false;
  bool answerOnly = false;  ///< speaks only through an Observation's yes or no
  bool negative = false;    ///< its presence documents the absence of the finding
  bool weak = false;        ///< evidence, but the pathway decides what it is worth
  std::optional<Needs> needs;
  Side side = Side::None;
  std::optional<Region> region;
};

/// A value test. Exactly one of the bounds or `interpretation` is set.
struct Threshold {
  std::string quantity;
  std::vector<Code> codes;
  std::vector<std::string> words;
  std::string unit;  ///< UCUM
  std::optional<double> atLeast, above, below, atMost;
  std::optional<double> plausibleLow, plausibleHigh;
  std::vector<std::string> interpretation;
};

struct StressWeight {
  int weight = 0;
  bool painSpecific = false;
  bool anchor = false;
  bool diagnosis = false;  ///< an anxiety or somatic diagnosis or a positive instrument
};

struct Finding {
  std::string id;
  std::string name;
  std::string ask;
  std::string definition;
  Kind kind = Kind::Context;
  Conflict conflict = Conflict::Symptom;
  std::optional<int> activeDays;  ///< none: no window, evidence never ages
  std::optional<int> staleDays;
  bool staleRaises = false;
  Undated undated = Undated::NotNeeded;
  bool deficit = false;
  bool anyInWindow = false;
  std::vector<Code> codes;
  std::vector<Code> excludedCodes;
  std::vector<Threshold> measurements;
  std::optional<std::string> bothSidesOf;  ///< derived: left and right of this other finding
  std::optional<StressWeight> stress;
  std::vector<std::string> sources;

  /// Whether it is one of those the assessment lists as present, absent or unknown.
  [[nodiscard]] bool isRedFlag() const {
    return kind == Kind::RedFlag || kind == Kind::RiskFactor || kind == Kind::Diagnosis;
  }
};

}  // namespace plumbline::rules
