#pragma once

#include <string>
#include <string_view>

namespace plumbline::fhir {

/// The FHIR URI of a code system, whichever of its names the EHR sent: the URI itself (a trailing slash or
/// letter case aside), `urn:oid:…`, or the bare OID. A system not known here comes back unchanged.
/// Source: FHIR R4 "Known Code Systems" and the HL7 OID registry.
std::string_view canonicalSystem(std::string_view system);

/// A code as it is compared: ICD-10-CM loses its dot and lower case, since billing systems send "G834"; other
/// systems only lose surrounding blanks.
std::string canonicalCode(std::string_view canonicalSystem, std::string_view code);

inline constexpr std::string_view kSnomed = "http://snomed.info/sct";
inline constexpr std::string_view kLoinc = "http://loinc.org";
inline constexpr std::string_view kIcd10cm = "http://hl7.org/fhir/sid/icd-10-cm";
inline constexpr std::string_view kRxNorm = "http://www.nlm.nih.gov/research/umls/rxnorm";
inline constexpr std::string_view kUcum = "http://unitsofmeasure.org";
inline constexpr std::string_view kCpt = "http://www.ama-assn.org/go/cpt";

}  // namespace plumbline::fhir
