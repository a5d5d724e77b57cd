#pragma once

#include <vector>

#include "rules/criteria.h"

namespace plumbline::rules {

/// Which classes of the pack (Pack::orders, by index and in its order) the orders that the hook is about are
/// of: drugs by the medication class, examinations by imaging, code or words. Drafts that are not selected,
/// that say not to do it or that were entered in error are of none.
std::vector<std::size_t> selectedClasses(const Facts& facts);

}  // namespace plumbline::rules
