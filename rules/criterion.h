#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "rules/code.h"

namespace plumbline::rules {

/// One node of a condition written in a content file. The grammar, with the JSON of each kind:
///   Present     "finding-id" or {"present": id} with any of these beside it, all of which must hold:
///                 "part": name        only evidence by codes, values or phrases of that part of the finding
///                 "withinDays": n     recorded at most n days ago, or a Condition that is active now
///                 "beganWithinDays": n  first recorded at most n days ago, or undated
///                 "dated": true       beside withinDays: undated evidence does not count
///                 "times": n          by at least n pieces of evidence in its active window
///                 "activeOnly": true  neither baseline nor stale nor resolved
///   Weak        {"weak": id, "part"?: name}  recorded by codes marked weak
///   Any, All    {"any": […]}, {"all": […]}
///   AtLeast     {"atLeast": n, "of": […]}
///   Unless      {"unless": criterion}  holds while the other is not known to hold
///   Pain        {"pain": "neck" | "thoracic" | "lumbar"}; an unknown region counts as each
///   PainNew     {"painNew": true}      the episode began at most pain.newWithinDays ago, or is undated
///   PainWithin  {"painWithinDays": n}  the same with its own limit
///   Age         {"age": {"from"?: years, "below"?: years}}
///   Sex         {"sex": "female" | "male"}
///   Medication  {"medication": class}  an active order or statement of a drug of that class
///   Measured    {"measured": [code, …], "withinHours"?: n}  a value of one of these codes is on record that
///   is
///               no older than that; without it, none from before the episode of pain
///   Deficit     {"deficit": true}      any finding marked as a deficit, present and not baseline
struct Criterion {
  enum class Kind {
    Present,
    Weak,
    Any,
    All,
    AtLeast,
    Unless,
    Pain,
    PainNew,
    PainWithin,
    Age,
    Sex,
    Medication,
    Measured,
    Deficit
  };

  Kind kind = Kind::All;
  std::size_t finding = 0;          ///< index into Pack::findings
  std::optional<std::size_t> part;  ///< index into Finding::parts
  std::optional<int> days;
  std::optional<int> beganDays;
  bool dated = false;  ///< undated evidence is not recent
  std::size_t times = 1;
  bool activeOnly = false;  ///< neither baseline nor stale nor resolved
  std::size_t count = 0;
  std::optional<int> ageFrom;
  std::optional<int> ageBelow;
  Region region = Region::Lumbar;
  std::string sex;
  std::size_t medication = 0;  ///< index into Pack::medications
  std::vector<Code> codes;     ///< Measured
  std::optional<int> hours;
  std::vector<Criterion> of;
};

}  // namespace plumbline::rules
