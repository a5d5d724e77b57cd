#pragma once

#include "rules/assessment.h"
#include "tests/rules/reference/answer.h"
#include "tests/rules/reference/chart.h"

/// The only place that knows both the engine's types and the reference's. Nothing is judged here.
namespace plumbline::tests::reference {

/// What the reference is told of a patient: the record, and of the engine's work the states of the findings,
/// the pain, the act and which drugs are taken.
Chart chartOf(const rules::Assessment& assessment, const fhir::PatientRecord& record);

/// What the engine answered, in the reference's words.
Answer answerOf(const rules::Assessment& assessment);

}  // namespace plumbline::tests::reference
