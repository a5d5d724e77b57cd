#include "fhir/quantity.h"

#include <algorithm>
#include <array>

namespace plumbline::fhir {
namespace {

enum class Dimension {
  Temperature,
  Concentration,
  Volume,
  Mass,
  Fraction,
  Count,
  Rate,
  Fall,
  Pressure,
  Score
};

/// A spelling, and how to get from it to the dimension's base unit: base = value * factor + offset.
struct Unit {
  std::string_view spelling;  // lower case
  Dimension dimension;
  double factor;
  double offset = 0;
};

using enum Dimension;

constexpr double kCelsiusPerFahrenheit = 5.0 / 9.0;
constexpr double kFahrenheitOffset = -32.0 * 5.0 / 9.0;
constexpr double kKilogramsPerPound = 0.45359237;

constexpr std::array kUnits{
    Unit{"cel", Temperature, 1},
    Unit{"c", Temperature, 1},
    Unit{"degc", Temperature, 1},
    Unit{"deg c", Temperature, 1},
    Unit{"°c", Temperature, 1},
    Unit{"celsius", Temperature, 1},
    Unit{"[degf]", Temperature, kCelsiusPerFahrenheit, kFahrenheitOffset},
    Unit{"degf", Temperature, kCelsiusPerFahrenheit, kFahrenheitOffset},
    Unit{"deg f", Temperature, kCelsiusPerFahrenheit, kFahrenheitOffset},
    Unit{"f", Temperature, kCelsiusPerFahrenheit, kFahrenheitOffset},
    Unit{"°f", Temperature, kCelsiusPerFahrenheit, kFahrenheitOffset},
    Unit{"fahrenheit", Temperature, kCelsiusPerFahrenheit, kFahrenheitOffset},
    Unit{"mg/l", Concentration, 1},
    Unit{"ug/ml", Concentration, 1},
    Unit{"mg/dl", Concentration, 10},
    Unit{"g/l", Concentration, 1000},
    Unit{"ug/l", Concentration, 0.001},
    Unit{"ng/ml", Concentration, 0.001},
    Unit{"ml", Volume, 1},
    Unit{"mls", Volume, 1},
    Unit{"cc", Volume, 1},
    Unit{"dl", Volume, 100},
    Unit{"l", Volume, 1000},
    Unit{"kg", Mass, 1},
    Unit{"g", Mass, 0.001},
    Unit{"[lb_av]", Mass, kKilogramsPerPound},
    Unit{"lb", Mass, kKilogramsPerPound},
    Unit{"lbs", Mass, kKilogramsPerPound},
    Unit{"%", Fraction, 1},
    Unit{"percent", Fraction, 1},
    Unit{"10*9/l", Count, 1},
    Unit{"10^9/l", Count, 1},
    Unit{"x10^9/l", Count, 1},
    Unit{"x10*9/l", Count, 1},
    Unit{"10*3/ul", Count, 1},
    Unit{"10^3/ul", Count, 1},
    Unit{"x10^3/ul", Count, 1},
    Unit{"10*3/mm3", Count, 1},
    Unit{"k/ul", Count, 1},
    Unit{"10*6/l", Count, 0.001},
    Unit{"/ul", Count, 0.001},
    Unit{"{cells}/ul", Count, 0.001},
    Unit{"/min", Rate, 1},
    Unit{"{beats}/min", Rate, 1},
    Unit{"{breaths}/min", Rate, 1},
    Unit{"beats/min", Rate, 1},
    Unit{"beats/minute", Rate, 1},
    Unit{"breaths/min", Rate, 1},
    Unit{"breaths/minute", Rate, 1},
    Unit{"bpm", Rate, 1},
    Unit{"mm/h", Fall, 1},
    Unit{"mm/hr", Fall, 1},
    Unit{"mm[hg]", Pressure, 1},
    Unit{"mmhg", Pressure, 1},
    Unit{"mm hg", Pressure, 1},
    Unit{"{score}", Score, 1},
    Unit{"score", Score, 1},
    Unit{"grade", Score, 1},
    Unit{"{grade}", Score, 1},
    Unit{"/5", Score, 1},
    Unit{"1", Score, 1},
};

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

const Unit* find(std::string_view spelling) {
  const auto* unit = std::find_if(kUnits.begin(), kUnits.end(), [&](const Unit& candidate) {
    return candidate.spelling.size() == spelling.size() &&
           std::equal(spelling.begin(), spelling.end(), candidate.spelling.begin(),
                      [](char sent, char known) { return lower(sent) == known; });
  });
  return unit == kUnits.end() ? nullptr : unit;
}

/// UCUM lets letter case carry meaning: "Mg/L" is megagrams, and nobody measures CRP in those.
bool caseChangesTheMeaning(std::string_view unit) {
  return unit.starts_with("Mg");
}

}  // namespace

std::optional<double> convert(double value, std::string_view unit, std::string_view target) {
  if (caseChangesTheMeaning(unit)) return std::nullopt;
  const Unit* from = find(unit);
  const Unit* to = find(target);
  if (from == nullptr || to == nullptr || from->dimension != to->dimension) return std::nullopt;
  if (from->factor == to->factor) return value;  // exact: no rounding across a threshold
  return (value * from->factor + from->offset - to->offset) / to->factor;
}

}  // namespace plumbline::fhir
