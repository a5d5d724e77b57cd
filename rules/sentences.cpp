#include "rules/sentences.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "rules/measurement.h"
#include "rules/text/markup.h"
#include "rules/words.h"

namespace plumbline::rules {
namespace {

using Says = Evidence::Says;
using text::Mention;

bool isPain(const Pack& pack, std::size_t finding) {
  const auto& pain = pack.pain.findings;
  return std::find(pain.begin(), pain.end(), finding) != pain.end();
}

/// Whether once having had it is what the finding is about.
bool lastsForever(const Finding& finding) {
  return finding.conflict == Conflict::Ever || (finding.kind == Kind::RiskFactor && !finding.activeDays);
}

/// Whether "longstanding" makes it less pressing. A risk or a diagnosis stays what it is.
bool canBeBaseline(const Finding& finding) {
  return finding.kind == Kind::RedFlag &&
         (finding.conflict == Conflict::Symptom || finding.conflict == Conflict::Sign);
}

Says saysOf(const Mention& mention) {
  switch (mention.says) {
    case Mention::Says::Present: return Says::Present;
    case Mention::Says::Absent: return Says::Absent;
    case Mention::Says::NotPerformed: return Says::NotPerformed;
    case Mention::Says::NotDocumented: break;
  }
  return Says::NotDocumented;
}

/// Why a mention that is there speaks for nothing; empty when it speaks.
std::string_view asideOf(const Mention& mention, const Finding& finding, bool pain) {
  if (mention.context.who == text::Who::Other) return "another person";
  if (mention.context.unlikely) return "called unlikely";
  const bool past = mention.context.time == text::Time::Historical && mention.says == Mention::Says::Present;
  const bool chronic = pain && finding.kind == Kind::Context;  // pain that was there may still be
  return past && !mention.context.over && !chronic && !lastsForever(finding) ? "in the past" : "";
}

/// A sentence as it is compared with the same one in another note.
std::string plain(std::string_view sentence) {
  std::string all;
  for (const char c : sentence) {
    const bool kept = isLetter(c) || (c >= '0' && c <= '9') || static_cast<unsigned char>(c) >= 0x80U;
    if (kept) all += lower(c);
  }
  return all;
}

}  // namespace

void Sentences::read(const Evidence& base, std::string_view words, std::string_view kind, bool copies) {
  if (words.empty()) return;
  // Some EHRs write comments in RTF; its control words are no words of the clinician.
  std::string stripped;
  if (words.starts_with("{\\rtf")) words = stripped = text::fromRtf(words);
  const text::ReadText found = text::read(*pack_.text, words);
  for (const Mention& each : found.mentions) mentioned(each, base, kind, copies);
  for (const text::Reading& each : found.readings) measured(each, base, kind);
}

void Sentences::mentioned(const Mention& mention, const Evidence& base, std::string_view kind, bool copies) {
  if (mention.context.time == text::Time::Hypothetical) return;
  const Finding& finding = pack_.findings[mention.finding];
  const bool pain = isPain(pack_, mention.finding);
  Evidence evidence = base;
  evidence.fromText = true;
  evidence.copied = copies;
  evidence.kind = kind;
  evidence.snippet = mention.snippet;
  evidence.aside = asideOf(mention, finding, pain);
  evidence.says = evidence.aside.empty() ? saysOf(mention) : Says::NotDocumented;
  // A problem that was refuted takes back what its words name.
  if (base.says == Says::Absent)
    evidence.says = evidence.says == Says::Present ? Says::Absent : Says::NotDocumented;
  // What is only suspected, or may yet be changed, rules nothing out.
  if (evidence.says == Says::Absent && base.suspected) evidence.says = Says::NotDocumented;
  evidence.suspected = base.suspected || mention.context.state == text::State::Uncertain;
  evidence.subjective = base.subjective || mention.context.told;
  evidence.longstanding = mention.context.longstanding && canBeBaseline(finding) && !mention.sinceDays;
  if (mention.context.over && evidence.says == Says::Present && !lastsForever(finding)) {
    evidence.resolved = true;
    evidence.ended = evidence.when;
  }
  evidence.changed = base.changed || mention.context.changed;
  evidence.whole = mention.whole;
  evidence.code = mention.phrase;
  evidence.part = mention.part;
  // A no to one side of what is about both, or of what has no sides, is a no.
  const bool sided =
      finding.kind == Kind::RedFlag && !(finding.derived && !finding.derived->bothSidesOf.empty());
  evidence.side = evidence.says == Says::Absent && !sided ? Side::None : mention.side;
  evidence.region = mention.region;
  evidence.aspect = mention.aspect;
  evidence.sentence = mention.sentence;
  if (mention.aspect) evidence.whole = false;
  if (pain) {
    dateOfPain(mention, evidence);
  } else if (mention.context.longstanding && mention.sinceDays && canBeBaseline(finding) && evidence.when) {
    // "Stable for 2/52": as old as it says.
    evidence.when->earliest -= std::chrono::days(*mention.sinceDays);
    evidence.when->latest -= std::chrono::days(*mention.sinceDays);
  }
  table_[mention.finding].push_back(std::move(evidence));
  told_.insert(mention.finding);
}

/// Pain began as long before the note as its words say; longstanding pain before any that could be new.
void Sentences::dateOfPain(const Mention& mention, Evidence& evidence) const {
  if (!evidence.when || evidence.says != Says::Present) return;
  std::optional<int> days = mention.sinceDays;
  if (!days && mention.context.longstanding) days = pack_.pain.gapDays;
  if (!days) return;
  evidence.recorded = evidence.when;
  evidence.when->earliest -= std::chrono::days(*days);
  evidence.when->latest -= std::chrono::days(*days);
}

void Sentences::measured(const text::Reading& reading, const Evidence& base, std::string_view kind) {
  const text::Context& context = reading.context;
  if (context.time != text::Time::Current || context.who != text::Who::Patient) return;
  fhir::Quantity quantity;
  quantity.value = reading.value;
  quantity.unit = reading.unit;
  quantity.comparator = reading.comparator;
  fhir::Measurement measured;
  measured.value.quantity = quantity;
  const std::string& name = pack_.text->quantities[reading.quantity].name;
  for (std::size_t f = 0; f < pack_.findings.size(); ++f) {
    const auto& thresholds = pack_.findings[f].measurements;
    for (std::size_t i = 0; i < thresholds.size(); ++i) {
      if (thresholds[i].quantity != name || !thresholds[i].interpretation.empty()) continue;
      // A number that cannot be this quantity was meant for something else.
      if (!valueOf(thresholds[i], quantity)) continue;
      auto result = test(thresholds[i], measured);
      if (!result || (result->says == Says::Absent && base.suspected)) continue;
      Evidence evidence = base;
      evidence.fromText = true;
      evidence.kind = kind;
      evidence.snippet = reading.snippet;
      evidence.says = result->says;
      evidence.suspected = base.suspected || context.state == text::State::Uncertain;
      evidence.value = std::move(result->label);
      evidence.quantity = i;
      evidence.part = thresholds[i].part;
      evidence.side = reading.side;
      evidence.code = reading.name;
      evidence.whole = pack_.findings[f].conflict == Conflict::Measurement;
      table_[f].push_back(std::move(evidence));
      told_.insert(f);
    }
  }
}

void Sentences::finish() {
  told_.forEach([&](std::size_t finding) {
    std::vector<Evidence>& list = table_[finding];
    std::map<std::string, fhir::DateRange> first;
    std::set<std::tuple<std::string_view, std::string_view, Says>> coded;
    for (const Evidence& each : list) {
      if (!each.fromText) coded.emplace(each.type, each.id, each.says);
      if (!each.copied || !each.when) continue;
      const auto [known, isNew] = first.emplace(plain(each.snippet), *each.when);
      if (!isNew) known->second = std::min(known->second, *each.when);
    }
    list.erase(std::remove_if(list.begin(), list.end(),
                              [&](const Evidence& each) {
                                return each.fromText && coded.contains({each.type, each.id, each.says});
                              }),
               list.end());
    for (Evidence& each : list) {
      if (each.copied && each.when) each.when = first.at(plain(each.snippet));
    }
    denyByAspects(finding);
  });
}

/// A finding of several aspects is denied where each of them is, since the oldest of these denials.
void Sentences::denyByAspects(std::size_t finding) {
  const std::size_t count = pack_.text->aspects[finding];
  if (count == 0) return;
  std::vector<Evidence>& list = table_[finding];
  const Evidence* oldest = nullptr;
  for (std::size_t aspect = 0; aspect < count; ++aspect) {
    const Evidence* newest = nullptr;
    for (const Evidence& each : list) {
      const bool denies = each.says == Says::Absent && each.aspect == aspect && each.when &&
                          (sideOf(each) == Side::None || sideOf(each) == Side::Both);
      if (denies && (!newest || newest->when->earliest < each.when->earliest)) newest = &each;
    }
    if (!newest) return;
    if (!oldest || newest->when->earliest < oldest->when->earliest) oldest = newest;
  }
  Evidence whole = *oldest;
  whole.whole = true;
  whole.aspect.reset();
  list.push_back(std::move(whole));
}

}  // namespace plumbline::rules
