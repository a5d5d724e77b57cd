#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "plugin/terminology/wanted.h"

namespace plumbline::terminology {

/// A release that was read.
struct Release {
  std::string_view system;  ///< its URI
  std::string_view name;    ///< "SNOMED CT"
  std::string file;         ///< the one that lists the codes
  std::size_t rows = 0;     ///< it has, of which a code may have several
};

/// Reads what the releases beneath `directory` say of the codes in `systems`, line by line: memory is what
/// `systems` holds, whatever the size of a release. Read are
///   SNOMED CT   RF2 snapshot: …_Concept_Snapshot…txt, …_Description_Snapshot…txt, …AssociationSnapshot…txt
///               or AssociationReferenceSnapshot. Of several editions the row with the latest effectiveTime
///               counts
///   LOINC       Loinc.csv, MapTo.csv
///   ICD-10-CM   icd10cm…order….txt
///   RxNorm      RXNCONSO.RRF, RXNATOMARCHIVE.RRF; only what has SAB=RXNORM
/// each by the columns its publisher documents. Problems: a directory that cannot be read or holds none of
/// these; a file without those columns, which is left out; a list without codes.
std::vector<Release> readReleases(const std::string& directory, Systems& systems,
                                  std::vector<fhir::Problem>& problems);

}  // namespace plumbline::terminology
