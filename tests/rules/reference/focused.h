#pragma once

#include "tests/rules/reference/content.h"
#include "tests/support/generate.h"

namespace plumbline::tests::reference {

/// A generated chart with more of what one rule asks for, so that every rule holds in some: evidence of its
/// findings, its drugs, the patient's age; in every fifth chart instead its codes as billed at several
/// visits, with imaging between; and in every third several signs of stress, some of them in one response.
/// The same seed and content give the same chart.
Generated focused(const rules::Pack& pack, const Content& content, std::uint64_t seed);

}  // namespace plumbline::tests::reference
