#include "rules/criteria.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <map>

namespace plumbline::rules {
namespace {

constexpr std::array kAll{Tri::No, Tri::Unknown, Tri::Yes};

/// Three findings whose truth a test sets: present, absent or unknown.
class Truth : public testing::Test {
 protected:
  Truth() : facts_{pack_, record_, {}, {pack_, record_}, {}, {}, {}, std::vector<FindingState>(3)} {
    pack_.findings.resize(3);
    for (std::size_t i = 0; i < 3; ++i) facts_.states[i].finding = i;
  }

  void set(std::size_t finding, Tri truth, Grade grade = Grade::Active) {
    FindingState& state = facts_.states[finding];
    state.state = truth == Tri::Yes ? State::Present : truth == Tri::No ? State::Absent : State::Unknown;
    state.grade = truth == Tri::Yes ? grade : Grade::None;
  }

  static Criterion present(std::size_t finding) {
    Criterion criterion;
    criterion.kind = Criterion::Kind::Present;
    criterion.finding = finding;
    return criterion;
  }
  static Criterion group(Criterion::Kind kind, std::size_t parts, std::size_t count = 0) {
    Criterion criterion;
    criterion.kind = kind;
    criterion.count = count;
    for (std::size_t i = 0; i < parts; ++i) criterion.of.push_back(present(i));
    return criterion;
  }
  Verdict weigh(const Criterion& criterion) const { return evaluate(criterion, Tier::Emergency, facts_); }

  static FindingSet only(std::size_t finding) {
    FindingSet set;
    set.insert(finding);
    return set;
  }

  Pack pack_;
  fhir::PatientRecord record_;
  Facts facts_;
};

TEST_F(Truth, AnyIsTheBestOfItsParts) {
  for (const Tri a : kAll) {
    for (const Tri b : kAll) {
      set(0, a);
      set(1, b);
      EXPECT_EQ(weigh(group(Criterion::Kind::Any, 2)).holds, std::max(a, b));
    }
  }
}

TEST_F(Truth, AllIsTheWorstOfItsParts) {
  for (const Tri a : kAll) {
    for (const Tri b : kAll) {
      set(0, a);
      set(1, b);
      EXPECT_EQ(weigh(group(Criterion::Kind::All, 2)).holds, std::min(a, b));
    }
  }
}

TEST_F(Truth, AtLeastTwoOfThreeIsTheSecondBestOfItsParts) {
  for (const Tri a : kAll) {
    for (const Tri b : kAll) {
      for (const Tri c : kAll) {
        set(0, a);
        set(1, b);
        set(2, c);
        std::array parts{a, b, c};
        std::sort(parts.begin(), parts.end());
        EXPECT_EQ(weigh(group(Criterion::Kind::AtLeast, 3, 2)).holds, parts[1]);
      }
    }
  }
}

TEST_F(Truth, UnlessHoldsWhileTheOtherIsNotKnownToHold) {
  const std::map<Tri, Tri> expected{{Tri::No, Tri::Yes}, {Tri::Unknown, Tri::Yes}, {Tri::Yes, Tri::No}};
  for (const auto& [part, whole] : expected) {
    set(0, part);
    EXPECT_EQ(weigh(group(Criterion::Kind::Unless, 1)).holds, whole);
  }
}

TEST_F(Truth, AVerdictNamesWhatItRestsOnAndAnUnknownWhatIsMissing) {
  set(0, Tri::Yes);
  set(1, Tri::Unknown);
  set(2, Tri::No);
  EXPECT_EQ(weigh(group(Criterion::Kind::Any, 3)).because, only(0));
  EXPECT_EQ(weigh(group(Criterion::Kind::All, 2)).missing, only(1));
  EXPECT_TRUE(weigh(group(Criterion::Kind::Any, 3)).missing.empty());
}

TEST_F(Truth, OfPartsThatMustAllHoldTheLowestTierCountsAndOfAlternativesTheHighest) {
  set(0, Tri::Yes);
  set(1, Tri::Yes, Grade::Stale);
  EXPECT_EQ(weigh(group(Criterion::Kind::All, 2)).tier, Tier::Urgent);
  EXPECT_EQ(weigh(group(Criterion::Kind::Any, 2)).tier, Tier::Emergency);
}

TEST_F(Truth, AStaleFindingHoldsAtUrgentThoughItsStateIsUnknown) {
  set(0, Tri::Unknown);
  facts_.states[0].grade = Grade::Stale;
  const Verdict verdict = weigh(present(0));
  EXPECT_EQ(verdict.holds, Tri::Yes);
  EXPECT_EQ(verdict.tier, Tier::Urgent);
}

TEST_F(Truth, ActiveOnlyLeavesOutStaleAndBaseline) {
  Criterion active = present(0);
  active.activeOnly = true;
  for (const auto& [grade, holds] :
       {std::pair{Grade::Active, true}, {Grade::Stale, false}, {Grade::Baseline, false}}) {
    set(0, Tri::Yes, grade);
    EXPECT_EQ(weigh(active).holds == Tri::Yes, holds);
  }
}

TEST_F(Truth, AnUncertainAgeIsReadTheDangerousWayRound) {
  Criterion old;
  old.kind = Criterion::Kind::Age;
  old.ageFrom = 50;
  facts_.age = fhir::AgeRange{49, 50};
  EXPECT_EQ(weigh(old).holds, Tri::Yes);
  facts_.age = fhir::AgeRange{48, 49};
  EXPECT_EQ(weigh(old).holds, Tri::No);
  facts_.age.reset();
  EXPECT_EQ(weigh(old).holds, Tri::Unknown);
}

TEST_F(Truth, ADeficitIsPresentAndNeitherBaselineNorOfAWeakCodeAlone) {
  Criterion deficit;
  deficit.kind = Criterion::Kind::Deficit;
  pack_.findings[0].deficit = true;
  set(1, Tri::Yes);
  EXPECT_EQ(weigh(deficit).holds, Tri::No) << "the present finding is no deficit";
  set(0, Tri::Yes);
  EXPECT_EQ(weigh(deficit).holds, Tri::Yes);
  facts_.states[0].weakOnly = true;
  EXPECT_EQ(weigh(deficit).holds, Tri::No);
  facts_.states[0].weakOnly = false;
  facts_.states[0].grade = Grade::Baseline;
  EXPECT_EQ(weigh(deficit).holds, Tri::No);
}

TEST(Cap, LowersATierByHowMuchTheEvidenceCounts) {
  EXPECT_EQ(cap(Tier::Emergency, Grade::Active), Tier::Emergency);
  EXPECT_EQ(cap(Tier::Emergency, Grade::Stale), Tier::Urgent);
  EXPECT_EQ(cap(Tier::Soon, Grade::Stale), Tier::Soon);
  EXPECT_EQ(cap(Tier::Emergency, Grade::UndatedLower), Tier::Urgent);
  EXPECT_EQ(cap(Tier::Urgent, Grade::UndatedLower), Tier::Soon);
  EXPECT_EQ(cap(Tier::Soon, Grade::UndatedLower), Tier::Soon);
  EXPECT_EQ(cap(Tier::Emergency, Grade::UndatedSoon), Tier::Soon);
  EXPECT_EQ(cap(Tier::Emergency, Grade::Baseline), Tier::Soon);
  EXPECT_EQ(cap(Tier::Emergency, Grade::History), Tier::None);
  EXPECT_EQ(cap(Tier::Emergency, Grade::None), Tier::None);
}

}  // namespace
}  // namespace plumbline::rules
