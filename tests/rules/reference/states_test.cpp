#include "tests/rules/reference/states.h"

#include <gtest/gtest.h>

#include <array>
#include <random>
#include <sstream>
#include <stdexcept>

#include "rules/state.h"
#include "tests/rules/reference/content.h"
#include "tests/rules/reference/known_differences.h"
#include "tests/support/case.h"

/// rules::decide against a second reading of §5 rules 1 to 6, over made-up lists of evidence.
namespace plumbline::tests::reference {
namespace {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr std::uint64_t kLists = 20'000;
#else
constexpr std::uint64_t kLists = 500'000;
#endif

using Says = rules::Evidence::Says;

fhir::DateRange rangeOf(const Span& span) {
  return {fhir::Instant(std::chrono::seconds(span.from)), fhir::Instant(std::chrono::seconds(span.to))};
}

class Maker {
 public:
  Maker(std::uint64_t seed, const Weighing& finding, std::size_t quantities, std::size_t parts, Seconds now)
      : draw_(seed), finding_(finding), quantities_(quantities), parts_(parts), now_(now) {}

  Said said() {
    Said each;
    each.what = static_cast<Said::What>(std::array{0, 0, 0, 0, 1, 1, 1, 2, 3, 4}[below(10)]);
    if (!chance(8)) each.when = span();
    if (quantities_ > 0 && chance(60)) each.quantity = below(quantities_);
    if (parts_ > 0 && chance(40)) each.part = below(parts_);
    each.told = !each.quantity && chance(30);
    each.listedOnly = chance(10);
    about(each);
    if (each.what == Said::What::Absent) each.refuted = !each.quantity && !each.told && chance(40);
    if (each.what != Said::What::Present) return each;
    each.weak = chance(15);
    if (each.quantity || each.told) return each;
    each.current = chance(50);
    each.resolved = !each.current && chance(50);
    if (each.resolved && chance(50)) each.ended = span();
    return each;
  }

  /// By which code and on which side it is said.
  void about(Said& each) {
    const std::array<const char*, 3> codes{"", "one", "two"};
    const std::array<const char*, 6> sites{"",           "left lower limb",    "Right lower limb",
                                           "leg, right", "left and right leg", "lower back"};
    if (!each.quantity) each.code = codes[below(codes.size())];
    each.whole = each.quantity ? finding_.conflict == "measurement" : each.code.empty() || chance(50);
    if (chance(20)) each.hand = static_cast<Hand>(below(4));
    if (chance(30)) each.site = sites[below(sites.size())];
  }

  /// About the edges of the finding's windows, a second, a day or a month wide.
  Span span() {
    const std::array<Seconds, 6> abouts{
        0,         kDay,      finding_.active.value_or(10 * kDay), finding_.stale.value_or(100 * kDay),
        30 * kDay, 400 * kDay};
    const std::array<Seconds, 6> offs{0, 1, -1, kHour, -kDay, 3 * kDay};
    const std::array<Seconds, 3> wides{0, kDay - 1, 30 * kDay};
    const Seconds to = now_ - abouts[below(abouts.size())] + offs[below(offs.size())];
    return {to - wides[below(wides.size())], to};
  }

  bool chance(unsigned percent) { return below(100) < percent; }
  std::size_t below(std::size_t limit) { return static_cast<std::size_t>(draw_() % limit); }

 private:
  std::mt19937_64 draw_;
  const Weighing& finding_;
  std::size_t quantities_, parts_;
  Seconds now_;
};

Weighing weighingOf(const Json& file) {
  Weighing weighing{
      file["kind"].GetString(),  file["conflict"].GetString(), file["undated"].GetString(), {}, {},
      flag(file, "staleRaises"), flag(file, "anyInWindow")};
  if (!file.HasMember("window")) return weighing;
  weighing.active = file["window"]["activeDays"].GetInt64() * kDay;
  if (file["window"].HasMember("staleDays")) weighing.stale = file["window"]["staleDays"].GetInt64() * kDay;
  return weighing;
}

rules::Evidence evidenceOf(const Said& said, const std::string& id) {
  rules::Evidence evidence;
  evidence.says = static_cast<Says>(said.what);
  if (said.when) evidence.when = rangeOf(*said.when);
  if (said.ended) evidence.ended = rangeOf(*said.ended);
  evidence.resolved = said.resolved;
  evidence.current = said.current;
  evidence.refuted = said.refuted;
  evidence.subjective = said.told;
  evidence.weak = said.weak;
  evidence.listedOnly = said.listedOnly;
  evidence.whole = said.whole;
  evidence.part = said.part;
  evidence.quantity = said.quantity;
  evidence.code = said.code;
  evidence.site = said.site;
  evidence.side = static_cast<rules::Side>(said.hand);
  evidence.id = id;
  return evidence;
}

std::string shown(const Judged& judged) {
  std::ostringstream out;
  out << (judged.state == State::Present  ? "present"
          : judged.state == State::Absent ? "absent"
                                          : "unknown")
      << " " << judged.reason << " age " << static_cast<int>(judged.age) << (judged.weakOnly ? " weak" : "")
      << (judged.contradicted ? " contradicted" : "") << (judged.current ? " current" : "");
  const bool dated = judged.state == State::Absent || judged.age > Age::History;
  if (dated && judged.when) out << " when " << judged.when->from << ".." << judged.when->to;
  if (judged.last) out << " last " << judged.last->from << ".." << judged.last->to;
  return out.str();
}

std::optional<Span> spanOf(const std::optional<fhir::DateRange>& when) {
  if (!when) return std::nullopt;
  return Span{when->earliest.time_since_epoch().count(), when->latest.time_since_epoch().count()};
}

Judged decided(const rules::Standing& state) {
  Judged judged;
  judged.state = static_cast<State>(state.state);
  judged.reason = name(state.reason);
  judged.age = static_cast<Age>(state.grade);
  judged.weakOnly = state.weakOnly;
  judged.contradicted = state.contradicted;
  judged.current = state.current;
  judged.when = spanOf(state.when);
  judged.last = spanOf(state.last);
  return judged;
}

std::string shown(const std::vector<Said>& list, Seconds now) {
  std::ostringstream out;
  for (const Said& each : list) {
    out << "\n  " << static_cast<int>(each.what);
    if (each.when) out << " " << each.when->from - now << ".." << each.when->to - now;
    if (each.ended) out << " ended " << each.ended->from - now << ".." << each.ended->to - now;
    for (const auto& [flagged, word] : {std::pair{each.resolved, "resolved"},
                                        {each.current, "current"},
                                        {each.refuted, "refuted"},
                                        {each.told, "told"},
                                        {each.weak, "weak"},
                                        {each.listedOnly, "listed"},
                                        {each.whole, "whole"}})
      out << (flagged ? std::string(" ") + word : "");
    if (each.part) out << " part " << *each.part;
    if (each.quantity) out << " value " << *each.quantity;
    out << " code \"" << each.code << "\" side " << static_cast<int>(each.hand) << " \"" << each.site << "\"";
  }
  return out.str();
}

TEST(States, AreDecidedAlikeByReferenceAndEngine) {
  std::vector<fhir::Problem> problems;
  const auto pack = rules::loadPack(PLUMBLINE_CONTENT, problems);
  ASSERT_TRUE(pack);
  const Content content(PLUMBLINE_CONTENT);
  const Seconds now = kUsualNow.time_since_epoch().count();
  const auto contradiction = pack->limits.contradiction;
  for (std::uint64_t seed = 1; seed <= kLists; ++seed) {
    const std::size_t index = seed % pack->findings.size();
    const rules::Finding& finding = pack->findings[index];
    const Weighing weighing = weighingOf(content.finding(finding.id));
    Maker maker(seed, weighing, finding.measurements.size(), finding.parts.size(), now);
    Moment moment{now, {}, contradiction.count()};
    if (maker.chance(80)) moment.episode = maker.span();
    std::vector<Said> list(1 + maker.below(4));
    for (Said& each : list) each = maker.said();
    const std::array<std::string, 4> ids{"a", "b", "c", "d"};
    std::vector<rules::Evidence> evidence;
    for (std::size_t i = 0; i < list.size(); ++i) evidence.push_back(evidenceOf(list[i], ids[i]));
    rules::putInOrder(evidence);
    const rules::Timeline time{kUsualNow,
                               moment.episode ? rules::EpisodeStart(rangeOf(*moment.episode)) : std::nullopt,
                               contradiction};
    const auto state = rules::decide(finding, index, evidence, time);
    ASSERT_EQ(shown(judge(weighing, list, moment)), shown(decided(state)))
        << finding.id << " (" << weighing.conflict << ", seed " << seed << ")" << shown(list, now);
    for (std::size_t part = 0; part < state.parts.size(); ++part) {
      ASSERT_EQ(shown(judge(weighing, list, moment, part)), shown(decided(state.parts[part])))
          << finding.id << ", part " << part << " (" << weighing.conflict << ", seed " << seed << ")"
          << shown(list, now);
    }
  }
}

}  // namespace
}  // namespace plumbline::tests::reference
