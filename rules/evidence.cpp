#include "rules/evidence.h"

#include <algorithm>
#include <tuple>

#include "rules/age.h"
#include "rules/derived.h"
#include "rules/measurement.h"
#include "rules/medications.h"
#include "rules/words.h"

namespace plumbline::rules {
namespace {

using fhir::CodeableConcept;
using Says = Evidence::Says;

/// All of it but the date, in the order that decides between pieces of one date.
auto rest(const Evidence& e) {
  return std::tie(e.says, e.type, e.id, e.code, e.label, e.value, e.quantity, e.part, e.side, e.suspected,
                  e.resolved, e.current, e.changed, e.refuted, e.weak, e.listedOnly, e.fromContext,
                  e.subjective, e.whole, e.recorded, e.onset, e.ended, e.site);
}

/// Newest first, undated last.
bool comesBefore(const Evidence& a, const Evidence& b) {
  if (a.when == b.when) return rest(a) < rest(b);
  if (!a.when || !b.when) return a.when.has_value();
  return std::tie(a.when->latest, a.when->earliest) > std::tie(b.when->latest, b.when->earliest);
}

bool same(const Evidence& a, const Evidence& b) {
  return a.when == b.when && rest(a) == rest(b);
}

/// What a resource gives to every finding its codes speak for.
struct Statement {
  Evidence base;
  const CodeableConcept& code;
  std::vector<const CodeableConcept*> sites;
  /// Of an Observation: the code of the whole.
  const CodeableConcept* observed = nullptr;
};

class Collector {
 public:
  Collector(const Pack& pack, const fhir::PatientRecord& record, const MedicationClasses& medications,
            fhir::Instant now)
      : pack_(pack), record_(record), uses_(medications), now_(now), table_(pack.findings.size()) {
    age_ = ageOf(record, now);
  }

  EvidenceTable run() {
    for (const auto& each : record_.conditions) condition(each);
    for (const auto& each : record_.observations) observation(each);
    for (const auto& each : record_.encounters) encounter(each);
    for (const auto& each : record_.procedures) procedure(each);
    for (const auto& each : record_.responses) response(each);
    for (const auto& each : record_.medications) reasons(each);
    for (const auto& each : record_.orders) reasons(each);
    addDerived(pack_, record_, uses_, now_, table_);
    for (std::size_t f = 0; f < table_.size(); ++f) {
      putInOrder(table_[f]);
      const Finding& finding = pack_.findings[f];
      if (finding.undated == Undated::Active || finding.undated == Undated::Soon)
        keepFirstDates(table_[f], finding);
    }
    return std::move(table_);
  }

 private:
  /// A date further ahead than the pack tolerates is a typing error: the finding is there, when is unknown.
  std::optional<fhir::DateRange> believable(const std::optional<fhir::DateRange>& when) const {
    if (!when || when->earliest > now_ + pack_.limits.futureTolerance) return std::nullopt;
    return when;
  }

  Evidence from(const fhir::Source& source, const std::optional<fhir::DateRange>& when) const {
    Evidence evidence;
    evidence.type = source.type;
    evidence.id = source.id;
    evidence.when = believable(when);
    evidence.fromContext = source.key == "context";
    return evidence;
  }

  bool met(const Needs& needs, const Statement& statement) const {
    const auto said = [&](const std::string& word) {
      return names(statement.code, word) ||
             std::any_of(statement.sites.begin(), statement.sites.end(),
                         [&](const CodeableConcept* site) { return names(*site, word); });
    };
    if (std::any_of(needs.words.begin(), needs.words.end(), said)) return true;
    if (needs.examination && statement.observed && statement.base.when) return true;
    if (needs.ageBelow && age_ && age_->youngest < *needs.ageBelow) return true;
    if (needs.medication && uses_.takes(*needs.medication)) return true;
    return needs.procedureWithinDays && recentProcedure(*needs.procedureWithinDays);
  }

  bool recentProcedure(int days) const {
    return std::any_of(record_.procedures.begin(), record_.procedures.end(),
                       [&](const fhir::Procedure& each) {
                         return each.status == "completed" && each.performed &&
                                fhir::maybeWithin(*each.performed, now_, std::chrono::days(days));
                       });
  }

  bool namesFamily(const CodeableConcept& code) const {
    return isAny(pack_.family.codes, code) ||
           std::any_of(pack_.family.words.begin(), pack_.family.words.end(),
                       [&](const std::string& stem) { return names(code, stem); });
  }

  /// Whether an Observation is about a relative. Asked only where its codes speak for a finding.
  bool aboutFamily(const Statement& statement) const {
    return statement.observed &&
           (namesFamily(*statement.observed) || namesFamily(statement.code) ||
            std::any_of(statement.sites.begin(), statement.sites.end(),
                        [&](const CodeableConcept* site) { return namesFamily(*site); }));
  }

  void state(const Statement& statement) {
    for (const auto& coding : statement.code.coding) {
      pack_.match(coding.system, coding.code, [&](std::size_t finding, const Code& code) {
        if (code.answerOnly && !statement.observed) return;
        if (aboutFamily(statement)) return;
        Evidence evidence = statement.base;
        if (code.negative) {
          evidence.says = evidence.says == Says::Present ? Says::Absent : Says::NotDocumented;
        }
        evidence.code = coding.code;
        evidence.label = code.display;
        evidence.side = code.side;
        evidence.region = code.region;
        evidence.part = code.part;
        evidence.whole = code.whole || code.negative;
        evidence.weak = code.weak;
        evidence.current = evidence.current && !code.history;
        evidence.listedOnly = code.needs && !met(*code.needs, statement);
        table_[finding].push_back(std::move(evidence));
      });
    }
  }

  void condition(const fhir::Condition& each) {
    if (each.verificationStatus == "entered-in-error") return;
    Evidence base = from(each.source, each.onset ? each.onset : each.recorded);
    const auto& clinical = each.clinicalStatus;
    base.refuted = each.verificationStatus == "refuted";
    base.says = base.refuted ? Says::Absent : Says::Present;
    base.recorded = believable(each.recorded);
    base.onset = believable(each.onset);
    if (!each.bodySites.empty()) base.site = siteOf(each.bodySites.front());
    base.suspected = each.verificationStatus == "provisional" || each.verificationStatus == "differential" ||
                     each.verificationStatus == "unconfirmed";
    base.changed = clinical == "recurrence" || clinical == "relapse";
    // Back again since it was recorded so; the onset is that of the first time. When it was refuted only the
    // record can say.
    if (base.refuted || (base.changed && base.recorded)) base.when = base.recorded;
    base.current = clinical == "active" || base.changed;
    base.ended = believable(each.abatement);
    base.resolved = !base.current && (clinical == "resolved" || clinical == "inactive" ||
                                      clinical == "remission" || base.ended.has_value());
    Statement statement{base, each.code, {}, nullptr};
    for (const auto& site : each.bodySites) statement.sites.push_back(&site);
    state(statement);
  }

  /// Yes or no where one of these words is all that was written.
  Says spoken(const fhir::Value& value) const {
    const auto said = [&](const std::vector<std::string>& words) {
      const auto& codes = value.concept_.coding;
      return isOneOf(words, value.text) || isOneOf(words, value.concept_.text) ||
             std::any_of(codes.begin(), codes.end(),
                         [&](const fhir::Coding& each) { return isOneOf(words, each.display); });
    };
    if (said(pack_.answers.presentWords)) return Says::Present;
    return said(pack_.answers.absentWords) ? Says::Absent : Says::Unreadable;
  }

  /// Yes or no by boolean, by a code of answers.json or by a word of it that is the whole answer; nothing
  /// when there is no value at all.
  std::optional<Says> answer(const fhir::Value& value) const {
    if (value.boolean) return *value.boolean ? Says::Present : Says::Absent;
    if (isAny(pack_.answers.present, value.concept_)) return Says::Present;
    if (isAny(pack_.answers.absent, value.concept_)) return Says::Absent;
    if (value.empty()) return std::nullopt;
    return value.quantity ? Says::Unreadable : spoken(value);
  }

  std::optional<Says> answer(const fhir::Measurement& measured) const {
    const auto said = answer(measured.value);
    if (said && said != Says::Unreadable) return said;
    // Words that are not read yet may come with a verdict that is.
    for (const auto& each : measured.interpretation) {
      if (isAny(pack_.answers.present, each)) return Says::Present;
      if (isAny(pack_.answers.absent, each)) return Says::Absent;
    }
    if (said || measured.dataAbsentReason.empty()) return said;
    const auto& codes = measured.dataAbsentReason.coding;
    const bool notDone = std::any_of(codes.begin(), codes.end(),
                                     [](const fhir::Coding& c) { return c.code == "not-performed"; });
    return notDone ? Says::NotPerformed : Says::NotDocumented;
  }

  void observation(const fhir::Observation& each) {
    if (each.status == "entered-in-error" || each.status == "cancelled") return;
    Evidence base = from(each.source, each.effective);
    base.suspected = each.status == "preliminary" || each.status == "registered";
    measured(each.main, each, base);
    for (const auto& component : each.components) measured(component, each, base);
  }

  void measured(const fhir::Measurement& each, const fhir::Observation& whole, Evidence base) {
    const bool final = isFinal(whole.status);
    base.site = siteOf(whole.bodySite);
    if (const auto said = answer(each)) {
      base.says = *said == Says::Absent && !final ? Says::NotDocumented : *said;
      state({base, each.code, {&whole.bodySite}, &whole.main.code});
    }
    if (!each.value.concept_.empty()) {
      base.says = Says::Present;
      state({base, each.value.concept_, {&whole.bodySite, &each.code}, &whole.main.code});
    }
    const auto weigh = [&](std::size_t finding, std::size_t index) {
      const Threshold& threshold = pack_.findings[finding].measurements[index];
      auto found = test(threshold, each);
      if (!found || (found->says == Says::Absent && !final)) return;
      // Asked of what raises only: most values are nothing, and words are slow to look through.
      const bool raises = found->says == Says::Present;
      if (raises && (namesFamily(whole.main.code) || namesFamily(each.code))) return;
      Evidence evidence = base;
      evidence.says = found->says;
      evidence.value = std::move(found->label);
      evidence.quantity = index;
      evidence.part = threshold.part;
      evidence.whole = pack_.findings[finding].conflict == Conflict::Measurement;
      table_[finding].push_back(std::move(evidence));
    };
    bool coded = false;
    for (const auto& coding : each.code.coding) {
      pack_.matchMeasurement(coding.system, coding.code, [&](std::size_t finding, std::size_t index) {
        weigh(finding, index);
        coded = true;
      });
    }
    if (coded) return;
    for (const CodeTable::Use& use : pack_.wordedMeasurements()) {
      const auto& words = pack_.findings[use.finding].measurements[use.index].words;
      if (std::any_of(words.begin(), words.end(), [&](const auto& word) { return names(each.code, word); })) {
        weigh(use.finding, use.index);
      }
    }
  }

  void encounter(const fhir::Encounter& each) {
    if (each.status == "entered-in-error" || each.status == "cancelled" || each.status == "planned") return;
    Evidence base = from(each.source, each.start);
    base.current = each.status != "finished" && each.status != "unknown" && !each.status.empty();
    for (const auto& reason : each.reasons) state({base, reason, {}, nullptr});
  }

  void procedure(const fhir::Procedure& each) {
    if (each.status != "completed" && each.status != "in-progress") return;
    Statement statement{from(each.source, each.performed), each.code, {}, nullptr};
    for (const auto& site : each.bodySites) statement.sites.push_back(&site);
    state(statement);
  }

  /// Why a drug or test is ordered says that the patient has it; a draft says so at this moment.
  template <class Order>
  void reasons(const Order& order) {
    if (order.status == "entered-in-error") return;
    for (const auto& reason : order.reasons) {
      Evidence base =
          from(order.source, order.draft ? std::optional(fhir::DateRange{now_, now_}) : order.authored);
      for (const auto& coding : reason.coding) {
        pack_.match(coding.system, coding.code, [&](std::size_t finding, const Code& code) {
          const auto& pain = pack_.pain.findings;
          if (std::find(pain.begin(), pain.end(), finding) == pain.end()) return;
          base.region = code.region;
          base.code = coding.code;
          base.label = code.display;
          table_[finding].push_back(base);
        });
      }
    }
  }

  /// Answers whose question is a finding, by its code or by a linkId that is the finding's id.
  void response(const fhir::QuestionnaireResponse& each) {
    if (each.status != "completed" && each.status != "amended") return;
    Evidence base = from(each.source, each.authored);
    base.subjective = true;
    for (const auto& item : each.answers) {
      for (const auto& value : item.values) {
        const auto said = answer(value);
        if (!said) continue;
        base.says = *said;
        if (const auto finding = pack_.find(item.linkId)) {
          table_[*finding].push_back(base);
          table_[*finding].back().label = pack_.findings[*finding].name;
          table_[*finding].back().whole = true;
          // A yes to the question as such is read as a yes to the part the file names first.
          const bool yes = *said == Says::Present && !pack_.findings[*finding].parts.empty();
          if (yes) table_[*finding].back().part = 0;
        } else {
          state({base, item.code, {}, nullptr});
        }
      }
    }
  }

  /// Billing repeats a code at every visit; that is no new finding. Each Condition takes the first date of
  /// its code's run. Recurrence, relapse or an end break a run, and so does a silence longer than the finding
  /// stays stale after an entry that is not active any more.
  static void keepFirstDates(std::vector<Evidence>& list, const Finding& finding) {
    struct Run {
      fhir::DateRange first, last;
      bool current;
    };
    std::map<std::string_view, std::optional<Run>> runs;
    const auto& days = finding.staleDays ? finding.staleDays : finding.activeDays;
    for (auto each = list.rbegin(); each != list.rend(); ++each) {
      if (each->type != "Condition" || each->says != Says::Present || !each->when || each->code.empty())
        continue;
      auto& run = runs[each->code];
      const bool silence =
          run && !run->current && days && each->when->earliest - run->last.latest > std::chrono::days(*days);
      if (!run || each->changed || silence) run = Run{*each->when, *each->when, false};
      run->last = *each->when;
      run->current = run->current || each->current;
      each->when = run->first;
      if (each->resolved) run.reset();
    }
    putInOrder(list);
  }

  const Pack& pack_;
  const fhir::PatientRecord& record_;
  const MedicationClasses& uses_;
  fhir::Instant now_;
  std::optional<fhir::AgeRange> age_;
  EvidenceTable table_;
};

}  // namespace

Side sideOf(const Evidence& evidence) {
  if (evidence.side != Side::None) return evidence.side;
  const bool left = holdsWord(evidence.site, "left");
  const bool right = holdsWord(evidence.site, "right");
  return left && right ? Side::Both : left ? Side::Left : right ? Side::Right : Side::None;
}

bool concerns(const Evidence& absent, const Evidence& present) {
  const Side side = sideOf(absent);
  if ((side == Side::Left || side == Side::Right) && side != sideOf(present)) return false;
  // A diagnosis that is taken back is that diagnosis, not everything like it.
  if (absent.whole && !absent.refuted) return !absent.part || absent.part == present.part;
  if (absent.quantity) return absent.quantity == present.quantity;
  return !absent.code.empty() && absent.code == present.code;
}

void putInOrder(std::vector<Evidence>& list) {
  if (list.size() < 2) return;
  std::sort(list.begin(), list.end(), comesBefore);
  list.erase(std::unique(list.begin(), list.end(), same), list.end());
}

EvidenceTable collectEvidence(const Pack& pack, const fhir::PatientRecord& record,
                              const MedicationClasses& medications, fhir::Instant now) {
  return Collector(pack, record, medications, now).run();
}

}  // namespace plumbline::rules
