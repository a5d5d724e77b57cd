#include "rules/evidence.h"

#include <algorithm>
#include <tuple>

#include "rules/age.h"
#include "rules/derived.h"
#include "rules/measurement.h"
#include "rules/medications.h"
#include "rules/questionnaire.h"
#include "rules/words.h"

namespace plumbline::rules {
namespace {

using fhir::CodeableConcept;
using Says = Evidence::Says;

auto rank(const Evidence& e) {
  const auto back = [](fhir::Instant when) { return -when.time_since_epoch().count(); };
  return std::tuple(!e.when, e.when ? back(e.when->latest) : 0, e.when ? back(e.when->earliest) : 0, e.says,
                    e.type, e.id, e.code, e.label, e.value, e.quantity, e.part, e.side, e.suspected,
                    e.resolved, e.current, e.changed, e.refuted, e.weak, e.listedOnly, e.fromContext,
                    e.subjective, e.recorded, e.ended, e.site);
}

/// What a resource gives to every finding its codes speak for.
struct Statement {
  Evidence base;
  const CodeableConcept& code;
  std::vector<const CodeableConcept*> sites;
  bool examination = false;  ///< a dated Observation
  bool answered = false;     ///< with a yes or no, by an Observation or a questionnaire
};

class Collector {
 public:
  Collector(const Pack& pack, const fhir::PatientRecord& record, fhir::Instant now)
      : pack_(pack), record_(record), now_(now), table_(pack.findings.size()) {
    age_ = ageOf(record, now);
  }

  EvidenceTable run() {
    for (const auto& each : record_.conditions) condition(each);
    for (const auto& each : record_.observations) observation(each);
    scoredTogether();
    for (const auto& each : record_.encounters) encounter(each);
    for (const auto& each : record_.procedures) procedure(each);
    for (const auto& each : record_.responses) response(each);
    for (const auto& each : record_.medications)
      reasons(each.reasons, each.authored, each.source, each.draft);
    for (const auto& each : record_.orders) reasons(each.reasons, each.authored, each.source, each.draft);
    addDerived(pack_, record_, now_, table_);
    for (std::size_t f = 0; f < table_.size(); ++f) {
      putInOrder(table_[f]);
      const Finding& finding = pack_.findings[f];
      if (finding.undated == Undated::Active || finding.undated == Undated::Soon) keepFirstDates(table_[f]);
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
    if (needs.examination && statement.examination && statement.base.when) return true;
    if (needs.ageBelow && age_ && age_->youngest < *needs.ageBelow) return true;
    if (needs.medication && takes(pack_.medications[*needs.medication], record_)) return true;
    return needs.procedureWithinDays && recentProcedure(*needs.procedureWithinDays);
  }

  bool recentProcedure(int days) const {
    return std::any_of(record_.procedures.begin(), record_.procedures.end(),
                       [&](const fhir::Procedure& each) {
                         return each.status == "completed" && each.performed &&
                                fhir::maybeWithin(*each.performed, now_, std::chrono::days(days));
                       });
  }

  void state(const Statement& statement) {
    for (const auto& coding : statement.code.coding) {
      pack_.match(coding.system, coding.code, [&](std::size_t finding, const Code& code) {
        if (code.answerOnly && !statement.answered) return;
        Evidence evidence = statement.base;
        if (code.negative) {  // what is only suspected rules nothing out
          const bool rulesOut = evidence.says == Says::Present && !evidence.suspected;
          evidence.says = rulesOut ? Says::Absent : Says::NotDocumented;
        }
        evidence.code = coding.code;
        evidence.label = code.display;
        evidence.side = code.side;
        evidence.region = code.region;
        evidence.part = code.part;
        evidence.weak = code.weak;
        evidence.current = evidence.current && !code.history;
        evidence.listedOnly = code.needs && evidence.says == Says::Present && !met(*code.needs, statement);
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
    base.suspected = each.verificationStatus == "provisional" || each.verificationStatus == "differential" ||
                     each.verificationStatus == "unconfirmed";
    base.changed = clinical == "recurrence" || clinical == "relapse";
    // Refuted or back again since it was recorded so; the onset is that of the first time.
    if ((base.refuted || base.changed) && base.recorded) base.when = base.recorded;
    base.current = clinical == "active" || base.changed;
    base.ended = believable(each.abatement);
    base.resolved = !base.current && (clinical == "resolved" || clinical == "inactive" ||
                                      clinical == "remission" || base.ended.has_value());
    Statement statement{base, each.code, {}, false};
    for (const auto& site : each.bodySites) statement.sites.push_back(&site);
    state(statement);
  }

  /// Yes or no by boolean or by a code of answers.json; nothing when there is no value at all.
  std::optional<Says> answer(const fhir::Value& value) const {
    if (value.boolean) return *value.boolean ? Says::Present : Says::Absent;
    if (isAny(pack_.answers.present, value.concept_)) return Says::Present;
    if (isAny(pack_.answers.absent, value.concept_)) return Says::Absent;
    if (isAny(pack_.answers.notPerformed, value.concept_)) return Says::NotPerformed;
    if (value.empty()) return std::nullopt;
    return Says::Unreadable;
  }

  std::optional<Says> answer(const fhir::Measurement& measured) const {
    if (auto said = answer(measured.value)) return said;
    for (const auto& each : measured.interpretation) {
      if (isAny(pack_.answers.present, each)) return Says::Present;
      if (isAny(pack_.answers.absent, each)) return Says::Absent;
    }
    if (measured.dataAbsentReason.empty()) return std::nullopt;
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
    if (const auto said = answer(each)) {
      base.says = *said == Says::Absent && !final ? Says::NotDocumented : *said;
      state({base, each.code, {&whole.bodySite}, true, true});
    }
    if (!each.value.concept_.empty()) {
      base.says = Says::Present;
      state({base, each.value.concept_, {&whole.bodySite, &each.code}, true, true});
    }
    base.site = siteOf(whole.bodySite);
    const auto scored = pack_.instruments.scored(each);
    if (weighCoded(scored ? *scored : each, base, final)) return;
    for (const CodeTable::Use& use : pack_.wordedMeasurements()) {
      const auto& words = pack_.findings[use.finding].measurements[use.index].words;
      if (std::any_of(words.begin(), words.end(), [&](const auto& word) { return names(each.code, word); })) {
        weigh(each, use, base, final);
      }
    }
  }

  /// Holds a value against one threshold. What is not final rules nothing out.
  void weigh(const fhir::Measurement& each, CodeTable::Use use, const Evidence& base, bool final) {
    const Threshold& threshold = pack_.findings[use.finding].measurements[use.index];
    auto found = test(threshold, each);
    if (!found || (found->says == Says::Absent && !final)) return;
    Evidence evidence = base;
    evidence.says = found->says;
    evidence.value = std::move(found->label);
    evidence.quantity = use.index;
    evidence.part = threshold.part;
    table_[use.finding].push_back(std::move(evidence));
  }

  /// Holds a value against every threshold of its code; whether there was one.
  bool weighCoded(const fhir::Measurement& each, const Evidence& base, bool final) {
    bool coded = false;
    for (const auto& coding : each.code.coding) {
      pack_.matchMeasurement(coding.system, coding.code, [&](std::size_t finding, std::size_t index) {
        weigh(each, {finding, index}, base, final);
        coded = true;
      });
    }
    return coded;
  }

  /// Items of an instrument observed at one moment add up like those of one questionnaire.
  void scoredTogether() {
    std::map<fhir::DateRange, std::vector<fhir::Answer>> moments;
    std::map<fhir::DateRange, const fhir::Source*> sources;
    for (const fhir::Observation& each : record_.observations) {
      if (!isFinal(each.status) || !each.effective) continue;
      const auto take = [&](const fhir::Measurement& item) {
        if (item.value.empty() || !pack_.instruments.knows(item.code)) return;
        moments[*each.effective].push_back({{}, {}, item.code, {item.value}});
        const fhir::Source*& source = sources[*each.effective];
        if (!source || each.source.id < source->id) source = &each.source;
      };
      take(each.main);
      std::for_each(each.components.begin(), each.components.end(), take);
    }
    for (const auto& [when, answers] : moments) {
      for (const fhir::Measurement& sum : pack_.instruments.scores(answers).sums)
        weighCoded(sum, from(*sources[when], when), true);
    }
  }

  void encounter(const fhir::Encounter& each) {
    if (each.status == "entered-in-error" || each.status == "cancelled" || each.status == "planned") return;
    Evidence base = from(each.source, each.start);
    base.current = each.status != "finished" && each.status != "unknown" && !each.status.empty();
    for (const auto& reason : each.reasons) state({base, reason, {}, false});
  }

  void procedure(const fhir::Procedure& each) {
    if (each.status != "completed" && each.status != "in-progress") return;
    Statement statement{from(each.source, each.performed), each.code, {}, false};
    for (const auto& site : each.bodySites) statement.sites.push_back(&site);
    state(statement);
  }

  /// Why a drug or test is ordered says that the patient has it; a draft says so at this moment.
  void reasons(const std::vector<CodeableConcept>& all, const std::optional<fhir::DateRange>& when,
               const fhir::Source& source, bool draft) {
    for (const auto& reason : all) {
      Evidence base = from(source, draft ? std::optional(fhir::DateRange{now_, now_}) : when);
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

  /// What a questionnaire says of findings and of scores. One that is still being filled in or was given up
  /// can raise a finding, as suspected; a no in it may yet be changed and rules nothing out.
  void response(const fhir::QuestionnaireResponse& each) {
    if (each.status == "entered-in-error") return;
    const bool final = isComplete(each);
    Evidence base = from(each.source, each.authored);
    base.subjective = true;
    base.suspected = !final;
    for (const auto& item : each.answers) {
      const auto asked = findingAsked(pack_, item);
      CodeableConcept words;  // the question may say what its code leaves open
      words.text = item.text;
      for (const auto& value : item.values) {
        const auto said = answer(value);
        if (!said) continue;
        const bool denies = final && (!asked || asked->whole);
        base.says = *said == Says::Absent && !denies ? Says::NotDocumented : *said;
        if (asked) {
          told(asked->finding, base);
        } else {
          state({base, item.code, {&words}, false, true});
        }
      }
    }
    const Scores scores = pack_.instruments.scores(each.answers);
    for (const auto* list : {&scores.items, &scores.written, &scores.sums}) {
      for (const fhir::Measurement& score : *list) weighCoded(score, base, final);
    }
  }

  /// An answer to a question that asks for the finding as such.
  void told(std::size_t finding, Evidence evidence) {
    evidence.label = pack_.findings[finding].name;
    // A yes to the question as such is read as a yes to the part the file names first.
    if (evidence.says == Says::Present && !pack_.findings[finding].parts.empty()) evidence.part = 0;
    table_[finding].push_back(std::move(evidence));
  }

  /// Billing repeats a code at every visit; that is no new finding. Each Condition takes the first date of
  /// its code's run, which recurrence, relapse or an end before it breaks.
  static void keepFirstDates(std::vector<Evidence>& list) {
    std::map<std::string_view, std::optional<fhir::DateRange>> first;
    for (auto each = list.rbegin(); each != list.rend(); ++each) {
      if (each->type != "Condition" || each->says != Says::Present || !each->when || each->code.empty())
        continue;
      auto& run = first[each->code];
      if (!run || each->changed) run = each->when;
      each->when = run;
      if (each->resolved) run.reset();
    }
    putInOrder(list);
  }

  const Pack& pack_;
  const fhir::PatientRecord& record_;
  fhir::Instant now_;
  std::optional<fhir::AgeRange> age_;
  EvidenceTable table_;
};

}  // namespace

void putInOrder(std::vector<Evidence>& list) {
  if (list.size() < 2) return;
  std::sort(list.begin(), list.end(), [](const Evidence& a, const Evidence& b) { return rank(a) < rank(b); });
  list.erase(std::unique(list.begin(), list.end(),
                         [](const Evidence& a, const Evidence& b) { return rank(a) == rank(b); }),
             list.end());
}

EvidenceTable collectEvidence(const Pack& pack, const fhir::PatientRecord& record, fhir::Instant now) {
  return Collector(pack, record, now).run();
}

}  // namespace plumbline::rules
