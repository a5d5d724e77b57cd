#pragma once

#include <optional>
#include <string_view>

namespace plumbline::fhir {

/// `value`, given in `unit`, expressed in the UCUM unit `target`.
///
/// Units are read as EHRs send them: UCUM codes and the common spellings of their names ("degF", "[degF]",
/// "°F"), letter case ignored except where UCUM needs it. Conversions cover what the findings measure:
/// temperature (Cel, degF), mass concentration (mg/L, mg/dL, ug/mL …), volume (mL, L), mass (kg, g, lb),
/// per cent, counts in blood (10*9/L, 10*3/uL …), rate (/min), rate of fall (mm/h), pressure (mm[Hg]), score.
/// Nothing when either unit is unknown or the two measure different things: such a value is unreadable, never
/// guessed. No unit at all is unknown too.
/// Source: The Unified Code for Units of Measure (UCUM) 2.1.
std::optional<double> convert(double value, std::string_view unit, std::string_view target);

}  // namespace plumbline::fhir
