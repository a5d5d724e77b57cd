#pragma once

#include "fhir/record.h"
#include "rules/assessment.h"
#include "rules/pack.h"

namespace plumbline::rules {

/// What of the assessment is filled. Everything but PathwayOutcome::rules is the same either way; a rule that
/// cannot hold is weighed only where somebody wants to read why.
enum class Depth { Answer, EveryRule };

/// Weighs one patient's record against the pack at the moment `now`. Pure: the same three give the same
/// answer, whatever the order of the record. Never refuses: what cannot be read is part of the answer.
/// Source: architecture §5.
Assessment assess(const Pack& pack, const fhir::PatientRecord& record, fhir::Instant now,
                  Depth depth = Depth::Answer);

}  // namespace plumbline::rules
