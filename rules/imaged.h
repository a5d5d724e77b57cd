#pragma once

#include <string>
#include <vector>

#include "fhir/record.h"
#include "rules/criteria.h"
#include "rules/pack.h"

namespace plumbline::rules {

/// What has been done about a pathway already.
enum class Acted { No, Requested, Imaged };

/// A pathway's tier after imaging and orders that cover it, and which of them lowered it.
struct ActedTier {
  Tier tier;
  Acted acted = Acted::No;
};

/// Lowers `tier` where every finding in `because` is dated and was surely recorded before imaging that covers
/// the pathway was done: a final report makes it Soon (its words are never read as normal; one whose name
/// says that nothing was done is none); an active order marked urgent, asap or stat makes an Emergency Urgent
/// for as long as the pack says. A coded diagnosis, a draft, a routine order, a proposal or plan and an order
/// not to perform lower nothing. Architecture §5 rule 15.
ActedTier afterImaging(const Pathway& pathway, Tier tier, const FindingSet& because, const Facts& facts);

/// Whether `concept_` is this imaging, by code or by words.
bool isImaging(const Imaging& imaging, const fhir::CodeableConcept& concept_);

/// Whether an MRI is among the draft orders of the hook.
bool mriInDraft(const Pack& pack, const fhir::PatientRecord& record);

}  // namespace plumbline::rules
