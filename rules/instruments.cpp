#include "rules/instruments.h"

#include <algorithm>
#include <set>

#include "fhir/code_system.h"
#include "rules/question.h"
#include "rules/words.h"

namespace plumbline::rules {
namespace {

constexpr std::string_view kScoreUnit = "{score}";

fhir::Measurement measurement(const Code& code, fhir::Value value) {
  fhir::Measurement made;
  made.code.coding.push_back({code.system, code.code, code.display});
  made.value = std::move(value);
  return made;
}

fhir::Value number(double figure) {
  fhir::Value value;
  value.quantity = fhir::Quantity{figure, kScoreUnit, "", ""};
  return value;
}

bool hasWords(const std::vector<std::string>& words, std::string_view text) {
  return !text.empty() && std::find(words.begin(), words.end(), plainWords(text)) != words.end();
}

bool saysInWords(const ScoredAnswer& answer, const fhir::Value& value) {
  const auto& codings = value.concept_.coding;
  return hasWords(answer.words, value.text) || hasWords(answer.words, value.concept_.text) ||
         std::any_of(codings.begin(), codings.end(),
                     [&](const fhir::Coding& each) { return hasWords(answer.words, each.display); });
}

/// What `value` scores as an answer to `item`: by its number, boolean or code, else by the ordinal it
/// carries, else by its words.
std::optional<double> scoreOf(const InstrumentItem& item, const fhir::Value& value) {
  const auto first = [&](auto fits) -> std::optional<double> {
    const auto found = std::find_if(item.answers.begin(), item.answers.end(), fits);
    return found == item.answers.end() ? std::nullopt : std::optional(found->score);
  };
  const auto scoring = [&](double figure) {
    return first([&](const ScoredAnswer& each) { return each.score == figure; });
  };
  if (value.quantity)
    return value.quantity->comparator.empty() ? scoring(value.quantity->value) : std::nullopt;
  if (value.boolean) return first([&](const ScoredAnswer& each) { return each.boolean == value.boolean; });
  if (auto coded = first([&](const ScoredAnswer& each) { return isAny(each.codes, value.concept_); }))
    return coded;
  if (value.ordinal) return scoring(*value.ordinal);
  return first([&](const ScoredAnswer& each) { return saysInWords(each, value); });
}

}  // namespace

/// What a set of answers holds of one instrument.
struct Instruments::Tally {
  std::vector<std::set<double>> scores;  ///< of each item, every score it was given
  std::set<std::size_t> unclear;         ///< items with an answer that scores nothing
  bool written = false;                  ///< somebody wrote the total
  bool ofLonger = false;                 ///< there are items only a longer instrument has

  /// The sum, where there is one to make.
  [[nodiscard]] std::optional<double> sum() const {
    double total = 0;
    for (const auto& each : scores) {
      if (each.size() != 1) return std::nullopt;
      total += *each.begin();
    }
    return unclear.empty() && !written && !ofLonger ? std::optional(total) : std::nullopt;
  }
};

void Instruments::add(Instrument instrument) {
  const std::size_t place = all_.size();
  const auto call = [&](const std::string& name, std::size_t item) {
    if (!name.empty()) uses_[name].push_back({place, item});
  };
  for (std::size_t item = 0; item < instrument.items.size(); ++item) {
    call(instrument.items[item].code.code, item);
    for (const auto& name : instrument.items[item].linkIds) call(name, item);
    for (const auto& name : instrument.items[item].questions) call(name, item);
  }
  call(instrument.total.code, instrument.items.size());
  all_.push_back(std::move(instrument));
}

const std::vector<Instruments::Use>* Instruments::named(std::string_view name) const {
  const auto found = uses_.find(name);
  return found == uses_.end() ? nullptr : &found->second;
}

const std::vector<Instruments::Use>* Instruments::named(const fhir::CodeableConcept& code) const {
  for (const auto& coding : code.coding) {
    const auto* uses = coding.system == fhir::kLoinc ? named(coding.code) : nullptr;
    if (uses) return uses;
  }
  return nullptr;
}

const std::vector<Instruments::Use>* Instruments::askedBy(const fhir::Answer& answer) const {
  if (const auto* uses = named(answer.code)) return uses;
  if (const auto* uses = named(ownLinkId(answer.linkId))) return uses;
  return answer.text.empty() ? nullptr : named(plainWords(answer.text));
}

const InstrumentItem* Instruments::itemAt(const Use& use) const {
  const auto& items = all_[use.instrument].items;
  return use.item < items.size() ? &items[use.item] : nullptr;
}

bool Instruments::knows(const fhir::CodeableConcept& code) const {
  return named(code) != nullptr;
}

void Instruments::count(const fhir::Answer& answer, const std::vector<Use>& uses, std::vector<Tally>& tallies,
                        Scores& scores) const {
  std::set<std::size_t> of;
  for (const Use& use : uses) {
    Tally& tally = tallies[use.instrument];
    const InstrumentItem* item = itemAt(use);
    if (item) of.insert(use.instrument);
    for (const fhir::Value& value : answer.values) {
      if (!item) {
        tally.written = true;
        scores.written.push_back(measurement(all_[use.instrument].total, value));
        continue;
      }
      const auto score = scoreOf(*item, value);
      if (score) tally.scores[use.item].insert(*score);
      if (!score) tally.unclear.insert(use.item);
      const bool first = &use == &uses.front();
      if (first && !item->code.code.empty())
        scores.items.push_back(measurement(item->code, score ? number(*score) : value));
    }
  }
  for (std::size_t i = 0; i < all_.size(); ++i) {
    const auto& longer = all_[i].shortOf;
    const bool foreign = !of.contains(i) && std::any_of(longer.begin(), longer.end(),
                                                        [&](std::size_t each) { return of.contains(each); });
    tallies[i].ofLonger = tallies[i].ofLonger || foreign;
  }
}

Scores Instruments::scores(const std::vector<fhir::Answer>& answers) const {
  Scores scores;
  std::vector<Tally> tallies;
  for (const fhir::Answer& answer : answers) {
    const auto* uses = askedBy(answer);
    if (!uses) continue;
    if (tallies.empty()) {
      tallies.resize(all_.size());
      for (std::size_t i = 0; i < all_.size(); ++i) tallies[i].scores.resize(all_[i].items.size());
    }
    count(answer, *uses, tallies, scores);
  }
  for (std::size_t i = 0; i < tallies.size(); ++i) {
    if (const auto sum = tallies[i].sum()) scores.sums.push_back(measurement(all_[i].total, number(*sum)));
  }
  return scores;
}

std::optional<fhir::Measurement> Instruments::scored(const fhir::Measurement& measured) const {
  if (measured.value.quantity || measured.value.empty()) return std::nullopt;
  const auto* uses = named(measured.code);
  const InstrumentItem* item = uses ? itemAt(uses->front()) : nullptr;
  const auto score = item ? scoreOf(*item, measured.value) : std::nullopt;
  return score ? std::optional(measurement(item->code, number(*score))) : std::nullopt;
}

}  // namespace plumbline::rules
