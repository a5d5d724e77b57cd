#pragma once

#include "rules/pack.h"

namespace plumbline::tests {

/// The content that is tested, loaded once. PLUMBLINE_CONTENT in the environment names other content than
/// rules/content: tests/mutate_content.py asks whether the cases notice what is missing there.
const rules::Pack& pack();

/// The same at a site that asks for a completed form.
const rules::Pack& strictPack();

/// Whether the environment names other content.
bool isOtherContent();

}  // namespace plumbline::tests
