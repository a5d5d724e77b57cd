#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "fhir/result.h"
#include "plugin/answer.h"
#include "plugin/screen/documents.h"
#include "plugin/store/rows.h"

namespace plumbline::screen {

/// A chart that a form is shown for: the request of an opened chart, what was fetched beside it, and by what
/// it is answered. Moved only before it is read.
struct Chart {
  fhir::JsonDocument request;
  hooks::Supplement supplement{};
};

/// What a person sent from the form.
struct Submitted {
  std::string submission;
  std::vector<store::ScreenAnswer> answers;  ///< at least one
};

/// Reads {"submission", "answers": [{"question", "answer"}]}. Refused: a member missing or of the wrong type,
/// no answer at all, a question or an answer that the form does not have, a question answered twice.
fhir::Result<Submitted> readSubmitted(fhir::Json root, const rules::Pack& pack);

/// {"submission", "csrf", …form.h}: the form for the chart, to be sent back as `submission` with `csrf`; or a
/// refusal of the chart, as answer.h has it.
http::Reply formReply(const Chart& chart, const Terms& terms, std::string_view submission,
                      std::string_view csrf);

/// What became of a submission outside of the answer.
struct Fate {
  bool kept = false;             ///< by this service
  std::string_view writtenAs{};  ///< the type of resource that the EHR took; empty: none
  std::string_view why{};        ///< fixed words: why the EHR has nothing; empty where there is no EHR
};

/// The advice on the chart, whose supplement holds what was submitted, and a text for a note: {"kept",
/// "writtenAs"?, "why"?, "submission", "note", "cards"}. `next` is for what is submitted after it.
http::Reply adviceReply(const Chart& chart, const Terms& terms, const Filled& filled, const Fate& fate,
                        std::string_view next);

/// The patient's id in the chart's request; empty where the request is none.
std::string_view patientOf(const Chart& chart);

}  // namespace plumbline::screen
