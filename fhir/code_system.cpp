#include "fhir/code_system.h"

#include <algorithm>
#include <array>

namespace plumbline::fhir {
namespace {

struct Alias {
  std::string_view name;
  std::string_view uri;
};

constexpr std::array kAliases{
    Alias{"2.16.840.1.113883.6.96", kSnomed},
    Alias{"2.16.840.1.113883.6.1", kLoinc},
    Alias{"2.16.840.1.113883.6.90", kIcd10cm},
    Alias{"2.16.840.1.113883.6.88", kRxNorm},
    Alias{"2.16.840.1.113883.6.12", kCpt},
    Alias{"http://snomed.info/sct", kSnomed},
    Alias{"http://loinc.org", kLoinc},
    Alias{"http://hl7.org/fhir/sid/icd-10-cm", kIcd10cm},
    Alias{"http://www.nlm.nih.gov/research/umls/rxnorm", kRxNorm},
    Alias{"http://www.ama-assn.org/go/cpt", kCpt},
    Alias{"2.16.840.1.113883.6.8", kUcum},
    Alias{"http://unitsofmeasure.org", kUcum},
};

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}
char upper(char c) {
  return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
}

bool sameIgnoringCase(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return lower(x) == lower(y); });
}

}  // namespace

std::string_view canonicalSystem(std::string_view system) {
  for (const Alias& alias : kAliases) {
    if (alias.uri == system) return alias.uri;
  }
  constexpr std::string_view kOid = "urn:oid:";
  std::string_view name = system;
  if (name.size() > kOid.size() && sameIgnoringCase(name.substr(0, kOid.size()), kOid)) {
    name.remove_prefix(kOid.size());
  }
  if (name.ends_with('/')) name.remove_suffix(1);
  for (const Alias& alias : kAliases) {
    if (sameIgnoringCase(alias.name, name)) return alias.uri;
  }
  return system;
}

std::string canonicalCode(std::string_view canonicalSystem, std::string_view code) {
  const auto first = code.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  code = code.substr(first, code.find_last_not_of(" \t") - first + 1);
  std::string canonical(code);
  if (canonicalSystem == kIcd10cm) {
    std::erase(canonical, '.');
    std::transform(canonical.begin(), canonical.end(), canonical.begin(), upper);
  }
  return canonical;
}

}  // namespace plumbline::fhir
