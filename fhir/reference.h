#pragma once

#include <optional>
#include <string_view>

namespace plumbline::fhir {

/// Whom a FHIR reference points at: resource type and logical id, whatever server it was written for.
struct Reference {
  std::string_view type;
  std::string_view id;

  friend bool operator==(const Reference&, const Reference&) = default;
};

/// Reads "Patient/7", "https://ehr/fhir/Patient/7", both also with "/_history/3".
/// Nothing for "#contained", "urn:…", a bare id, a type that does not start with a capital, or an id that is
/// no FHIR id: what such a string names can only be found in its own document. Source: FHIR R4 "References
/// between Resources".
std::optional<Reference> parseReference(std::string_view text);

/// A FHIR id: 1 to 64 of A–Z a–z 0–9 - and `.`. Anything else never reaches a URL.
bool isId(std::string_view text);

}  // namespace plumbline::fhir
