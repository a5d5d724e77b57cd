#include "rules/measurement.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <utility>

#include "fhir/quantity.h"
#include "rules/words.h"

namespace plumbline::rules {
namespace {

using Says = Evidence::Says;

bool fires(const Threshold& t, double value) {
  return (t.atLeast && value >= *t.atLeast) || (t.above && value > *t.above) ||
         (t.below && value < *t.below) || (t.atMost && value <= *t.atMost);
}

/// UCUM writes some units as nobody reads them.
std::string_view printedUnit(std::string_view unit) {
  if (unit == "Cel") return "°C";
  if (unit == "mm[Hg]") return "mmHg";
  if (unit == "10*9/L") return "×10⁹/L";
  if (unit == "{score}" || unit == "grade") return "";
  return unit;
}

constexpr std::size_t kValueBytes = 32;  ///< of a usual number with its comparator

void putValue(std::string& text, const Threshold& threshold, std::string_view comparator, double value) {
  char digits[kValueBytes];
  const auto* end = std::to_chars(digits, digits + sizeof digits, value, std::chars_format::general, 6).ptr;
  text.append(comparator).append(digits, static_cast<std::size_t>(end - digits));
  if (const auto unit = printedUnit(threshold.unit); !unit.empty()) text.append(" ").append(unit);
}

MeasurementResult byQuantity(const Threshold& threshold, const fhir::Quantity& quantity) {
  const auto value = valueOf(threshold, quantity);
  if (!value) return {Says::Unreadable, threshold.quantity + ", value not usable"};
  std::string label = printed(threshold, quantity.comparator, *value);
  const double infinity = std::numeric_limits<double>::infinity();
  const double low = quantity.comparator.starts_with('<') ? -infinity : *value;
  const double high = quantity.comparator.starts_with('>') ? infinity : *value;
  // "<5" of a threshold "at least 5" is surely below it: the end itself is not part of an open comparator.
  const double inner = quantity.comparator == "<"   ? std::nextafter(*value, -infinity)
                       : quantity.comparator == ">" ? std::nextafter(*value, infinity)
                                                    : *value;
  const bool atLow = fires(threshold, quantity.comparator == ">" ? inner : low);
  const bool atHigh = fires(threshold, quantity.comparator == "<" ? inner : high);
  if (atLow != atHigh) return {Says::Unreadable, std::move(label)};
  return {atLow ? Says::Present : Says::Absent, std::move(label)};
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

bool isFinal(std::string_view status) {
  return status == "final" || status == "amended" || status == "corrected";
}

bool isOf(const Threshold& threshold, const fhir::CodeableConcept& code) {
  return isAny(threshold.codes, code) ||
         std::any_of(threshold.words.begin(), threshold.words.end(),
                     [&](const std::string& words) { return names(code, words); });
}

std::optional<double> valueOf(const Threshold& threshold, const fhir::Quantity& quantity) {
  auto value = fhir::convert(quantity.value, quantity.unit, threshold.unit);
  if (!value) value = fhir::convert(quantity.value, quantity.printedUnit, threshold.unit);
  const bool plausible = value && (!threshold.plausibleLow || *value >= *threshold.plausibleLow) &&
                         (!threshold.plausibleHigh || *value <= *threshold.plausibleHigh);
  return plausible ? value : std::nullopt;
}

std::string printedValue(const Threshold& threshold, std::string_view comparator, double value) {
  std::string text;
  putValue(text, threshold, comparator, value);
  return text;
}

std::string printed(const Threshold& threshold, std::string_view comparator, double value) {
  std::string text;
  text.reserve(threshold.quantity.size() + kValueBytes + threshold.unit.size());
  text.append(threshold.quantity).append(" ");
  putValue(text, threshold, comparator, value);
  return text;
}

std::optional<MeasurementResult> test(const Threshold& threshold, const fhir::Measurement& measured) {
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
