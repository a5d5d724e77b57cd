#include <algorithm>
#include <span>

#include "rules/age.h"
#include "rules/derived.h"
#include "rules/evidence.h"
#include "rules/measurement.h"
#include "rules/medications.h"
#include "rules/notes.h"
#include "rules/questionnaire.h"
#include "rules/words.h"

namespace plumbline::rules {
namespace {

using fhir::CodeableConcept;
using Says = Evidence::Says;

/// What a resource gives to every finding its codes speak for.
struct Statement {
  Evidence base;
  const CodeableConcept& code;
  std::span<const CodeableConcept> sites{};
  const CodeableConcept* beside = nullptr;    ///< what else says where or what it is
  const CodeableConcept* observed = nullptr;  ///< of an Observation: the code of the whole
  bool answered = false;                      ///< with a yes or no, by an Observation or a questionnaire

  /// Whether `is` holds of one of the places it is about, or of what stands beside them.
  template <class Is>
  [[nodiscard]] bool anySite(Is is) const {
    return std::any_of(sites.begin(), sites.end(), is) || (beside && is(*beside));
  }
};

class Collector {
 public:
  Collector(const Pack& pack, const fhir::PatientRecord& record, const MedicationClasses& medications,
            fhir::Instant now)
      : pack_(pack),
        record_(record),
        uses_(medications),
        now_(now),
        table_(pack.findings.size()),
        sentences_(pack, table_) {
    age_ = ageOf(record, now);
  }

  Collected run() {
    for (const auto& each : record_.conditions) condition(each);
    for (const auto& each : record_.observations) observation(each);
    scoredTogether();
    for (const auto& each : record_.encounters) encounter(each);
    for (const auto& each : record_.procedures) procedure(each);
    for (const auto& each : record_.responses) response(each);
    for (const auto& each : record_.medications) reasons(each);
    for (const auto& each : record_.orders) reasons(each);
    Collected collected;
    readNotes(pack_, record_, now_, sentences_, collected.unread);
    sentences_.finish();
    addDerived(pack_, record_, uses_, now_, table_);
    for (std::size_t f = 0; f < table_.size(); ++f) {
      putInOrder(table_[f]);
      const Finding& finding = pack_.findings[f];
      if (finding.undated == Undated::Active || finding.undated == Undated::Soon)
        keepFirstDates(table_[f], finding);
    }
    collected.evidence = std::move(table_);
    return collected;
  }

 private:
  [[nodiscard]] Evidence from(const fhir::Source& source, const std::optional<fhir::DateRange>& when) const {
    return evidenceFrom(pack_, now_, source, when);
  }

  bool met(const Needs& needs, const Statement& statement) const {
    const auto said = [&](const std::string& word) {
      return names(statement.code, word) ||
             statement.anySite([&](const CodeableConcept& site) { return names(site, word); });
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
            statement.anySite([&](const CodeableConcept& site) { return namesFamily(site); }));
  }

  void state(const Statement& statement) {
    for (const auto& coding : statement.code.coding) {
      pack_.match(coding.system, coding.code, [&](std::size_t finding, const Code& code) {
        if (code.answerOnly && !statement.answered) return;
        if (aboutFamily(statement)) return;
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
    base.recorded = believableDate(pack_, now_, each.recorded);
    base.onset = believableDate(pack_, now_, each.onset);
    if (!each.bodySites.empty()) base.site = siteOf(each.bodySites.front());
    base.suspected = each.verificationStatus == "provisional" || each.verificationStatus == "differential" ||
                     each.verificationStatus == "unconfirmed";
    base.changed = clinical == "recurrence" || clinical == "relapse";
    // Back again since it was recorded so; the onset is that of the first time. When it was refuted only the
    // record can say.
    if (base.refuted || (base.changed && base.recorded)) base.when = base.recorded;
    base.current = clinical == "active" || base.changed;
    base.ended = believableDate(pack_, now_, each.abatement);
    base.resolved = !base.current && (clinical == "resolved" || clinical == "inactive" ||
                                      clinical == "remission" || base.ended.has_value());
    state({base, each.code, each.bodySites});
    sentences_.read(base, wordsOf(pack_, each.code), "Condition.code");
    for (const std::string_view note : each.notes) sentences_.read(base, note, "Condition.note");
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
    if (isAny(pack_.answers.notPerformed, value.concept_)) return Says::NotPerformed;
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
    for (const std::string_view note : each.notes) sentences_.read(base, note, "Observation.note");
  }

  /// An observation whose value is words, or whose name is and the value a yes or no, as the line of a form
  /// that a reader sees.
  void worded(const Statement& statement, const fhir::Value& value, std::optional<Says> said) {
    const std::string_view name = wordsOf(pack_, statement.code);
    std::string_view words = value.text.empty() ? wordsOf(pack_, value.concept_) : value.text;
    const bool plain = said == Says::Present || said == Says::Absent;
    if (plain)
      words = (said == Says::Present ? pack_.answers.presentWords : pack_.answers.absentWords).front();
    if (words.empty() || name.empty() || aboutFamily(statement)) return;
    Evidence base = statement.base;
    base.says = Says::Present;
    sentences_.read(base, std::string(name) + ": " + std::string(words), "Observation");
  }

  void measured(const fhir::Measurement& each, const fhir::Observation& whole, Evidence base) {
    const bool final = isFinal(whole.status);
    base.site = siteOf(whole.bodySite);
    const auto said = answer(each);
    Statement statement{base, each.code, {&whole.bodySite, 1}, nullptr, &whole.main.code, true};
    Says& says = statement.base.says;
    says = said == Says::Absent && !final ? Says::NotDocumented : said.value_or(Says::NotDocumented);
    if (const auto question = questionOfForm(pack_, each.code)) return told(*question, statement.base);
    if (said) state(statement);
    worded(statement, each.value, said);
    if (!each.value.concept_.empty()) {
      base.says = Says::Present;
      state({base, each.value.concept_, {&whole.bodySite, 1}, &each.code, &whole.main.code, true});
    }
    const auto scored = pack_.instruments.scored(each);
    if (weighCoded(scored ? *scored : each, base, final, &whole.main.code)) return;
    pack_.matchMeasurementWords(each.code, [&](std::size_t finding, std::size_t index) {
      weigh(each, {finding, index}, base, final, &whole.main.code);
    });
  }

  /// Holds a value against one threshold. What is not final rules nothing out. `observed` is the code of the
  /// whole Observation, if it is of one.
  void weigh(const fhir::Measurement& each, CodeTable::Use use, const Evidence& base, bool final,
             const CodeableConcept* observed) {
    const Threshold& threshold = pack_.findings[use.owner].measurements[use.index];
    auto found = test(threshold, each);
    if (!found || (found->says == Says::Absent && !final)) return;
    // Asked of what raises only: most values are nothing, and words are slow to look through.
    if (found->says == Says::Present && (namesFamily(each.code) || (observed && namesFamily(*observed))))
      return;
    Evidence evidence = base;
    evidence.says = found->says;
    evidence.value = std::move(found->label);
    evidence.quantity = use.index;
    evidence.part = threshold.part;
    evidence.whole = pack_.findings[use.owner].conflict == Conflict::Measurement;
    table_[use.owner].push_back(std::move(evidence));
  }

  /// Holds a value against every threshold of its code; whether there was one.
  bool weighCoded(const fhir::Measurement& each, const Evidence& base, bool final,
                  const CodeableConcept* observed = nullptr) {
    bool coded = false;
    for (const auto& coding : each.code.coding) {
      pack_.matchMeasurement(coding.system, coding.code, [&](std::size_t finding, std::size_t index) {
        weigh(each, {finding, index}, base, final, observed);
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
    for (const auto& reason : each.reasons) {
      state({base, reason});
      sentences_.read(base, wordsOf(pack_, reason), "Encounter.reasonCode");
    }
  }

  void procedure(const fhir::Procedure& each) {
    if (each.status != "completed" && each.status != "in-progress") return;
    state({from(each.source, each.performed), each.code, each.bodySites});
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
          state({base, item.code, {}, &words, nullptr, true});
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
    evidence.whole = evidence.subjective = true;
    if (evidence.says == Says::Present) evidence.part = pack_.findings[finding].yesPart;
    table_[finding].push_back(std::move(evidence));
  }

  const Pack& pack_;
  const fhir::PatientRecord& record_;
  const MedicationClasses& uses_;
  fhir::Instant now_;
  std::optional<fhir::AgeRange> age_;
  EvidenceTable table_;
  Sentences sentences_;
};

}  // namespace

std::optional<fhir::DateRange> believableDate(const Pack& pack, fhir::Instant now,
                                              const std::optional<fhir::DateRange>& when) {
  if (!when || when->earliest > now + pack.limits.futureTolerance) return std::nullopt;
  return when;
}

Evidence evidenceFrom(const Pack& pack, fhir::Instant now, const fhir::Source& source,
                      const std::optional<fhir::DateRange>& when) {
  Evidence evidence;
  evidence.type = source.type;
  evidence.id = source.id;
  evidence.when = believableDate(pack, now, when);
  evidence.fromContext = source.key == "context";
  return evidence;
}

Collected collectEvidence(const Pack& pack, const fhir::PatientRecord& record,
                          const MedicationClasses& medications, fhir::Instant now) {
  return Collector(pack, record, medications, now).run();
}

}  // namespace plumbline::rules
