#include "rules/derived.h"

#include <algorithm>
#include <map>

#include "rules/age.h"
#include "rules/measurement.h"
#include "rules/medications.h"
#include "rules/words.h"

namespace plumbline::rules {
namespace {

using Says = Evidence::Says;

/// Adds the evidence one kind of derivation gives to the finding at `finding_`.
class Deriver {
 public:
  Deriver(const Pack& pack, const fhir::PatientRecord& record, const MedicationClasses& medications,
          fhir::Instant now, EvidenceTable& table)
      : pack_(pack), record_(record), medications_(medications), now_(now), table_(table) {}

  void derive(std::size_t finding) {
    const Derived& derived = *pack_.findings[finding].derived;
    for (const std::size_t of : derived.bothSidesOf) bothSides(finding, of);
    if (derived.falling) fallen(finding);
    for (const std::size_t cls : derived.medications) medication(finding, cls);
    if (derived.takenFor) takenFor(finding);
  }

 private:
  void add(std::size_t finding, Evidence evidence) {
    evidence.part = pack_.findings[finding].derived->part;
    table_[finding].push_back(std::move(evidence));
  }

  /// The side of one-sided evidence: of its code, else of the site examined or written of.
  static Side sideOf(const Evidence& each, const Derived& derived) {
    if (each.side != Side::None && !each.fromText) return each.side;
    const std::string_view site = each.fromText ? std::string_view(each.snippet) : each.site;
    const bool here = std::any_of(derived.siteWords.begin(), derived.siteWords.end(),
                                  [&](const auto& word) { return holdsWord(site, word); });
    return here ? rules::sideOf(each) : Side::None;
  }

  /// Whether `a` was first recorded surely before `b`; undated evidence may be of today.
  static bool began(const Evidence& a, const Evidence& b) { return a.when && (!b.when || *a.when < *b.when); }

  /// Left and right of the same finding, each first recorded when its code first was: together the derived
  /// finding, since the day the second side came. Where the file sets a limit, an older second side is no
  /// news.
  void bothSides(std::size_t finding, std::size_t of) {
    const auto& kept = pack_.findings[of].staleDays;
    std::map<Side, const Evidence*> first;
    std::map<Side, bool> lasts;
    for (const Evidence& each : table_[of]) {
      const Side side = sideOf(each, *pack_.findings[finding].derived);
      if (each.says != Says::Present || each.resolved || each.listedOnly) continue;
      for (const Side one : {Side::Left, Side::Right}) {
        if (side != one && side != Side::Both) continue;
        const Evidence*& earliest = first[one];
        if (!earliest || began(each, *earliest)) earliest = &each;
        lasts[one] = lasts[one] || each.current || !kept || !each.when ||
                     fhir::maybeWithin(*each.when, now_, std::chrono::days(*kept));
      }
    }
    if (!lasts[Side::Left] || !lasts[Side::Right]) return;
    const Evidence* left = first[Side::Left];
    const Evidence* right = first[Side::Right];
    Evidence both = began(*left, *right) ? *right : *left;
    const int days = pack_.findings[finding].derived->withinDays;
    if (days > 0 && both.when && !fhir::maybeWithin(*both.when, now_, std::chrono::days(days))) return;
    both.side = Side::Both;
    both.quantity.reset();
    both.value.clear();
    add(finding, std::move(both));
  }

  struct Reading {
    fhir::DateRange when;
    double figure;
    const fhir::Observation* from;
  };

  /// Values by the site they were taken at, oldest first.
  std::map<std::string_view, std::vector<Reading>> readings(const Threshold& threshold) const {
    std::map<std::string_view, std::vector<Reading>> bySite;
    for (const fhir::Observation& each : record_.observations) {
      const bool final = isFinal(each.status);
      const bool past = each.effective && each.effective->earliest <= now_;
      if (!final || !past || !each.main.value.quantity || !isOf(threshold, each.main.code)) continue;
      const auto value = valueOf(threshold, *each.main.value.quantity);
      if (value && each.main.value.quantity->comparator.empty()) {
        bySite[siteOf(each.bodySite)].push_back({*each.effective, *value, &each});
      }
    }
    for (auto& [site, all] : bySite) {
      std::sort(all.begin(), all.end(), [](const Reading& a, const Reading& b) {
        return std::tuple(a.when.latest, a.when.earliest, a.figure, a.from->source.id) <
               std::tuple(b.when.latest, b.when.earliest, b.figure, b.from->source.id);
      });
    }
    return bySite;
  }

  void fallen(std::size_t finding) {
    const Derived& derived = *pack_.findings[finding].derived;
    for (const auto& [site, all] : readings(*derived.falling)) {
      const Reading& last = all.back();
      double highest = last.figure;
      for (const Reading& each : all) {
        const bool counts =
            each.when.latest < last.when.earliest &&
            fhir::maybeWithin(each.when, last.when.latest, std::chrono::days(derived.withinDays));
        if (counts) highest = std::max(highest, each.figure);
      }
      const double fall = highest - last.figure;
      if (fall <= 0 || fall < derived.by || fall * 100 < derived.byPercent * highest) continue;
      Evidence evidence;
      evidence.when = last.when;
      evidence.value =
          printed(*derived.falling, "", highest) + " to " + printedValue(*derived.falling, "", last.figure);
      evidence.type = last.from->source.type;
      evidence.id = last.from->source.id;
      evidence.site = site;
      add(finding, std::move(evidence));
    }
  }

  void medication(std::size_t finding, std::size_t cls) {
    for (std::size_t i = 0; i < record_.medications.size(); ++i) {
      const fhir::MedicationUse& use = record_.medications[i];
      if (!isCurrent(use) || !medications_.isOf(cls, i)) continue;
      Evidence evidence;
      evidence.when = use.authored && use.authored->earliest <= now_ ? use.authored : std::nullopt;
      evidence.current = true;
      const auto drugs = ingredients(pack_.medications[cls], use);
      evidence.label = drugs.empty() ? std::string_view(pack_.medications[cls].name) : *drugs.rbegin();
      evidence.type = use.source.type;
      evidence.id = use.source.id;
      add(finding, std::move(evidence));
    }
  }

  void takenFor(std::size_t finding) {
    const Derived& derived = *pack_.findings[finding].derived;
    const auto since = medications_.takenSince(*derived.takenFor, now_, derived.refilledWithinDays);
    if (!since || since->earliest > now_ - std::chrono::days(derived.takenForDays)) return;
    Evidence evidence;
    evidence.when = since;
    evidence.current = true;
    evidence.label = pack_.medications[*derived.takenFor].name;
    evidence.type = "MedicationRequest";
    add(finding, std::move(evidence));
  }

  const Pack& pack_;
  const fhir::PatientRecord& record_;
  const MedicationClasses& medications_;
  fhir::Instant now_;
  EvidenceTable& table_;
};

}  // namespace

void addDerived(const Pack& pack, const fhir::PatientRecord& record, const MedicationClasses& medications,
                fhir::Instant now, EvidenceTable& table) {
  Deriver deriver(pack, record, medications, now, table);
  for (std::size_t f = 0; f < pack.findings.size(); ++f) {
    if (pack.findings[f].derived) deriver.derive(f);
  }
}

void addAge(const Pack& pack, const fhir::PatientRecord& record, const Pain& pain, fhir::Instant now,
            EvidenceTable& table) {
  const auto age = ageOf(record, now);
  if (!age) return;
  for (std::size_t f = 0; f < pack.findings.size(); ++f) {
    const auto& derived = pack.findings[f].derived;
    if (!derived || !(derived->ageFrom || derived->ageBelow)) continue;
    const bool fits = (!derived->ageFrom || age->oldest >= *derived->ageFrom) &&
                      (!derived->ageBelow || age->youngest < *derived->ageBelow);
    const bool news = !derived->painNew || (pain.inPlay && pain.beganWithin(now, pack.pain.newWithinDays));
    Evidence evidence;
    evidence.says = fits && news ? Says::Present : Says::Absent;
    evidence.whole = true;
    evidence.when = fhir::DateRange{now, now};
    evidence.type = record.patient->source.type;
    evidence.id = record.patient->source.id;
    evidence.label = pack.findings[f].name;
    table[f].push_back(std::move(evidence));
  }
}

}  // namespace plumbline::rules
