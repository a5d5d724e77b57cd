#include "rules/orders.h"

#include <algorithm>

#include "rules/imaged.h"
#include "rules/words.h"

namespace plumbline::rules {
namespace {

template <class Order>
bool isMeant(const Order& order) {
  return order.selected && !order.doNotPerform && order.status != "entered-in-error";
}

bool isDrug(const OrderClass& cls, std::size_t use, const Facts& facts) {
  if (!cls.medications || !facts.medications.isOf(*cls.medications, use)) return false;
  if (cls.ingredients.empty()) return true;
  const auto held = ingredients(facts.pack.medications[*cls.medications], facts.record.medications[use]);
  return std::any_of(cls.ingredients.begin(), cls.ingredients.end(),
                     [&](const std::string& each) { return held.contains(each); });
}

bool isExamination(const OrderClass& cls, const fhir::CodeableConcept& ordered, const Pack& pack) {
  return isAny(cls.codes, ordered) ||
         std::any_of(cls.words.begin(), cls.words.end(),
                     [&](const std::string& words) { return names(ordered, words); }) ||
         std::any_of(cls.imaging.begin(), cls.imaging.end(),
                     [&](std::size_t each) { return isImaging(pack.imaging[each], ordered); });
}

}  // namespace

std::vector<std::size_t> selectedClasses(const Facts& facts) {
  std::vector<std::size_t> classes;
  const auto& drugs = facts.record.medications;
  const auto& orders = facts.record.orders;
  for (std::size_t i = 0; i < facts.pack.orders.size(); ++i) {
    const OrderClass& cls = facts.pack.orders[i];
    bool found = std::any_of(orders.begin(), orders.end(), [&](const fhir::ServiceRequest& order) {
      return isMeant(order) && isExamination(cls, order.code, facts.pack);
    });
    for (std::size_t use = 0; use < drugs.size() && !found; ++use)
      found = isMeant(drugs[use]) && isDrug(cls, use, facts);
    if (found) classes.push_back(i);
  }
  return classes;
}

}  // namespace plumbline::rules
