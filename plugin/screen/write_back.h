#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "plugin/screen/documents.h"
#include "plugin/screen/ehrs.h"
#include "plugin/screen/fill.h"

namespace plumbline::screen {

/// Offers one resource to the EHR.
using Offer = std::function<Offered(std::string_view type, const std::string& resource)>;

/// Offers the EHR the form as a QuestionnaireResponse; where it refuses that, as one Observation; where it
/// refuses that too, as a DocumentReference. What nobody knows is not followed by another kind, so that the
/// EHR does not get both: the next attempt offers the same again. `state` remembers how far it came; one that
/// was taken is not offered again.
Fate writeBack(const rules::Pack& pack, const Filled& filled, Submission& state, const Offer& offer);

}  // namespace plumbline::screen
