#include "rules/measurement.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

#include "fhir/quantity.h"

namespace plumbline::rules {
namespace {

using Says = Evidence::Says;

bool isOf(const Threshold& threshold, const fhir::CodeableConcept& code) {
  for (const auto& coding : code.coding) {
    if (contains(threshold.codes, coding.system, coding.code)) return true;
  }
  const auto said = [&](const std::string& words) {
    return holdsWord(code.text, words) ||
           std::any_of(code.coding.begin(), code.coding.end(),
                       [&](const auto& coding) { return holdsWord(coding.display, words); });
  };
  return std::any_of(threshold.words.begin(), threshold.words.end(), said);
}

bool fires(const Threshold& t, double value) {
  return (t.atLeast && value >= *t.atLeast) || (t.above && value > *t.above) ||
         (t.below && value < *t.below) || (t.atMost && value <= *t.atMost);
}

std::string figure(double value) {
  char digits[32];
  const auto end = std::to_chars(digits, digits + sizeof digits, value, std::chars_format::general, 6).ptr;
  return {digits, end};
}

/// UCUM writes some units as nobody reads them.
std::string printed(const std::string& unit) {
  if (unit == "Cel") return "°C";
  if (unit == "mm[Hg]") return "mmHg";
  if (unit == "10*9/L") return "×10⁹/L";
  if (unit == "{score}" || unit == "grade") return "";
  return unit;
}

MeasurementResult byQuantity(const Threshold& threshold, const fhir::Quantity& quantity) {
  const auto value = fhir::convert(quantity.value, quantity.unit, threshold.unit);
  const bool plausible = value && (!threshold.plausibleLow || *value >= *threshold.plausibleLow) &&
                         (!threshold.plausibleHigh || *value <= *threshold.plausibleHigh);
  if (!plausible) return {Says::Unreadable, threshold.quantity + ", value not usable"};
  const std::string unit = printed(threshold.unit);
  std::string label = threshold.quantity + " " + std::string(quantity.comparator) + figure(*value);
  if (!unit.empty()) label += " " + unit;
  const double infinity = std::numeric_limits<double>::infinity();
  const double low = quantity.comparator.starts_with('<') ? -infinity : *value;
  const double high = quantity.comparator.starts_with('>') ? infinity : *value;
  // "<5" of a threshold "at least 5" is surely below it: the end itself is not part of an open comparator.
  const double inner = quantity.comparator == "<"   ? std::nextafter(*value, -infinity)
                       : quantity.comparator == ">" ? std::nextafter(*value, infinity)
                                                    : *value;
  const bool atLow = fires(threshold, quantity.comparator == ">" ? inner : low);
  const bool atHigh = fires(threshold, quantity.comparator == "<" ? inner : high);
  if (atLow != atHigh) return {Says::Unreadable, label};
  return {atLow ? Says::Present : Says::Absent, label};
}

MeasurementResult byInterpretation(const Threshold& threshold, const fhir::Measurement& measured) {
  for (const auto& each : measured.interpretation) {
    for (const auto& coding : each.coding) {
      const auto& wanted = threshold.interpretation;
      if (std::find(wanted.begin(), wanted.end(), coding.code) != wanted.end()) {
        return {Says::Present, threshold.quantity + " flagged " + coding.code};
      }
    }
  }
  return {measured.interpretation.empty() ? Says::NotDocumented : Says::Absent, threshold.quantity};
}

}  // namespace

std::optional<MeasurementResult> test(const Threshold& threshold, const fhir::Measurement& measured) {
  if (!isOf(threshold, measured.code)) return std::nullopt;
  if (!threshold.interpretation.empty()) return byInterpretation(threshold, measured);
  if (measured.value.quantity) return byQuantity(threshold, *measured.value.quantity);
  if (!measured.value.empty()) return MeasurementResult{Says::Unreadable, threshold.quantity};
  if (measured.dataAbsentReason.empty()) return std::nullopt;
  for (const auto& coding : measured.dataAbsentReason.coding) {
    if (coding.code == "not-performed") return MeasurementResult{Says::NotPerformed, threshold.quantity};
  }
  return MeasurementResult{Says::NotDocumented, threshold.quantity};
}

}  // namespace plumbline::rules
