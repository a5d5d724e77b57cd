#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace plumbline::rules {

/// A region of the spine. Sciatica and other pain of the leg count as lumbar.
enum class Region { Neck, Thoracic, Lumbar };

/// One node of a condition written in a content file. The grammar, with the JSON of each kind:
///   Present     "finding-id" or {"present": id, "withinDays"?: n, "activeOnly"?: true}
///   Weak        {"weak": id}           recorded, but only by codes marked weak
///   Any, All    {"any": […]}, {"all": […]}
///   AtLeast     {"atLeast": n, "of": […]}
///   Unless      {"unless": criterion}  holds while the other is not known to hold
///   Pain        {"pain": "neck" | "thoracic" | "lumbar"}; an unknown region counts as each
///   PainNew     {"painNew": true}      the episode began at most pain.newWithinDays ago, or is undated
///   PainWithin  {"painWithinDays": n}  the same with its own limit
///   Age         {"age": {"from"?: years, "below"?: years}}
///   Sex         {"sex": "female" | "male"}
///   Medication  {"medication": class}  an active order or statement of a drug of that class
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
    Deficit
  };

  Kind kind = Kind::All;
  std::size_t finding = 0;  ///< index into Pack::findings
  std::optional<int> days;
  bool activeOnly = false;  ///< neither baseline nor stale nor resolved
  std::size_t count = 0;
  std::optional<int> ageFrom;
  std::optional<int> ageBelow;
  Region region = Region::Lumbar;
  std::string name;  ///< sex or medication class
  std::vector<Criterion> of;
};

}  // namespace plumbline::rules
