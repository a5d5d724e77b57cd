#include <gtest/gtest-spi.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>

#include "plugin/cards/compose.h"
#include "plugin/offline.h"
#include "plugin/uuid.h"
#include "plugin/wire.h"
#include "tests/support/case.h"
#include "tests/support/generate.h"
#include "tests/support/pack.h"

/// The invariants at the end of architecture §5, over generated charts. A failure prints the chart as a case.
namespace plumbline::tests {
namespace {

using rules::Tier;

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr std::uint64_t kCharts = 1'000;
#else
constexpr std::uint64_t kCharts = 20'000;
#endif

/// What is compared of an assessment after its documents are gone.
struct Picture {
  Tier tier = Tier::None;
  std::map<std::string, Tier> pathways;
  std::string line;  ///< as `evaluate` prints it: assessment and cards

  Tier tierOf(const std::string& pathway) const {
    const auto found = pathways.find(pathway);
    return found == pathways.end() ? Tier::None : found->second;
  }
};

template <class Use>
void withChart(const EhrCall& call, fhir::Instant now, Use use) {
  const std::string request = call.request();
  forEachChart(request, {pack(), now}, [&](const plumbline::Chart& chart) {
    ASSERT_TRUE(chart.issues.empty()) << chart.issues.front().diagnostics;
    use(chart);
  });
}

Picture look(const EhrCall& call, fhir::Instant now = kUsualNow) {
  Picture seen;
  withChart(call, now, [&](const plumbline::Chart& chart) {
    seen.tier = chart.assessment.tier;
    for (const std::size_t index : chart.assessment.raised) {
      const auto& outcome = chart.assessment.considered[index];
      seen.pathways[outcome.pathway->id] = outcome.tier;
    }
    seen.line = wire::evaluation(chart.patientId, cards::compose(chart.assessment, chart.call, namedUuid),
                                 chart.assessment);
  });
  return seen;
}

Picture look(const Generated& chart, fhir::Instant now = kUsualNow) {
  return look(chart.call(kUsualNow), now);
}

/// Calls `check(chart)` for every generated chart until one breaks it.
template <class Check>
void forEachGenerated(Check check) {
  for (std::uint64_t seed = 1; seed <= kCharts; ++seed) {
    const Generated chart = generate(pack(), seed);
    testing::TestPartResultArray breaches;
    {
      testing::ScopedFakeTestPartResultReporter reporter(
          testing::ScopedFakeTestPartResultReporter::INTERCEPT_ONLY_CURRENT_THREAD, &breaches);
      check(chart);
    }
    if (breaches.size() == 0) continue;
    ADD_FAILURE() << breaches.GetTestPartResult(0).message() << "with this chart:\n" << chart.shorthand();
    return;
  }
}

TEST(GeneratedCharts, ReachEveryTier) {
  std::map<Tier, std::size_t> reached;
  forEachGenerated([&](const Generated& chart) { ++reached[look(chart).tier]; });
  for (const Tier tier : {Tier::None, Tier::NotAssessable, Tier::Cleared, Tier::Soon, Tier::StructuralFirst,
                          Tier::Urgent, Tier::Emergency}) {
    EXPECT_GT(reached[tier], kCharts / 500) << name(tier);
  }
}

TEST(GeneratedCharts, AreTheSameForTheSameSeed) {
  EXPECT_EQ(generate(pack(), 7).shorthand(), generate(pack(), 7).shorthand());
  EXPECT_NE(generate(pack(), 7).shorthand(), generate(pack(), 8).shorthand());
}

TEST(Invariants, AddingStressEvidenceNeverLowersATierOrRemovesAPathway) {
  forEachGenerated([](const Generated& chart) {
    const Picture before = look(chart);
    Generated more = chart;
    for (std::uint64_t i = 0; i < 1 + chart.seed % 3; ++i)
      more.chart.push_back(stressEntry(pack(), chart.seed * 31 + i));
    const Picture after = look(more);
    EXPECT_GE(after.tier, before.tier) << more.chart.back();
    for (const auto& [pathway, tier] : before.pathways)
      EXPECT_GE(after.tierOf(pathway), tier) << pathway << " with " << more.chart.back();
  });
}

TEST(Invariants, RemovingAnAbsenceNeverClears) {
  forEachGenerated([](const Generated& chart) {
    if (look(chart).tier == Tier::Cleared) return;
    for (std::size_t i = 0; i < chart.chart.size(); ++i) {
      const std::string& entry = chart.chart[i];
      const bool absence =
          entry.find(R"("value":false)") != std::string::npos ||
          entry.find(R"("verification":"refuted")") != std::string::npos ||
          (entry.find(R"("answers")") != std::string::npos && entry.find(R"(:"no")") != std::string::npos);
      if (!absence) continue;
      Generated less = chart;
      less.chart.erase(less.chart.begin() + static_cast<std::ptrdiff_t>(i));
      EXPECT_NE(look(less).tier, Tier::Cleared) << "without " << entry;
    }
  });
}

TEST(Invariants, NothingIsClearedWhileAKeyIsMissingOrUnread) {
  forEachGenerated([](const Generated& chart) {
    for (const Supply how : {Supply::Without, Supply::Failed, Supply::Partial}) {
      EhrCall call = chart.call(kUsualNow);
      const auto& needed = pack().screen.readWhole;
      const std::string& key = needed[chart.seed % needed.size()];
      if (key == "patient" || (key == "conditions" && how != Supply::Partial)) continue;
      call.supply(key) = how;
      // A part of the problem list that holds none is refused, which clears nothing either.
      forEachChart(call.request(), {pack(), kUsualNow}, [&](const plumbline::Chart& read) {
        EXPECT_TRUE(key == "conditions" || read.issues.empty());
        EXPECT_NE(read.assessment.tier, Tier::Cleared) << key;
      });
    }
  });
}

TEST(Invariants, NothingIsClearedWhileAResourceCannotBeRead) {
  forEachGenerated([](const Generated& chart) {
    EhrCall call = chart.call(kUsualNow);
    call.resources.push_back({"conditions", R"({"resourceType":"Condition","id":"broken"})"});
    EXPECT_NE(look(call).tier, Tier::Cleared);
  });
}

TEST(Invariants, TheOrderOfResourcesKeysAndPlacesChangesNothing) {
  forEachGenerated([](const Generated& chart) {
    EhrCall call = chart.call(kUsualNow);
    const Picture before = look(call);
    std::mt19937_64 draw(chart.seed);
    const auto shuffle = [&](auto& list) {
      for (std::size_t i = list.size(); i > 1; --i) std::swap(list[i - 1], list[draw() % i]);
    };
    shuffle(call.resources);
    shuffle(call.keys);
    for (auto& each : call.resources) {
      if (each.key == "procedures" || each.key == "orders" || each.key == "conditions") each.key = "reports";
    }
    EXPECT_EQ(look(call).line, before.line);
  });
}

TEST(Invariants, TheOrderOfResourcesOfOneIdChangesNothing) {
  forEachGenerated([](const Generated& chart) {
    EhrCall call = chart.call(kUsualNow);
    // The generated charts have Patient "p1" already; these say other things under its id, and under one id.
    for (const char* json :
         {R"({"resourceType":"Patient","id":"p1","gender":"male","birthDate":"2021-03-04"})",
          R"({"resourceType":"Patient","id":"p1","birthDate":"1941","deceasedBoolean":true})",
          R"({"resourceType":"Medication","id":"m","code":{"text":"apixaban 5 mg"}})",
          R"({"resourceType":"Medication","id":"m","code":{"text":"prednisolone 5 mg"}})",
          R"({"resourceType":"Medication","id":"m","code":{"text":"paracetamol"}})",
          R"({"resourceType":"MedicationRequest","id":"x","status":"active","authoredOn":"2026-01-01",)"
          R"("medicationReference":{"reference":"Medication/m"}})"}) {
      call.resources.push_back({"reports", json});
    }
    const Picture before = look(call);
    EXPECT_NE(before.tier, Tier::Cleared);
    std::mt19937_64 draw(chart.seed);
    auto& all = call.resources;
    for (std::size_t i = all.size(); i > 1; --i) std::swap(all[i - 1], all[draw() % i]);
    // Only one resource can stand under the key "patient".
    for (auto& each : all) {
      if (each.key == "patient" && draw() % 2 == 0) each.key = "reports";
    }
    EXPECT_EQ(look(call).line, before.line);
  });
}

TEST(Invariants, AnEnteredInErrorCopyChangesNothing) {
  forEachGenerated([](const Generated& chart) {
    if (chart.chart.empty()) return;
    const Picture before = look(chart);
    Generated more = chart;
    std::string copy = chart.chart[chart.seed % chart.chart.size()];
    rapidjson::Document entry;
    entry.Parse(copy.data(), copy.size());
    for (const char* status : {"status", "clinical", "verification"}) entry.RemoveMember(status);
    auto& memory = entry.GetAllocator();
    entry["id"].SetString("copy");
    const char* const name = entry.HasMember("condition")   ? "verification"
                             : entry.HasMember("encounter") ? "encounter"
                                                            : "status";
    if (entry.HasMember(name)) entry.RemoveMember(name);
    entry.AddMember(rapidjson::StringRef(name), "entered-in-error", memory);
    EhrCall call = more.call(kUsualNow);
    addEntry(call, entry, Place::Chart, kUsualNow);
    EXPECT_EQ(look(call).line, before.line) << copy;
  });
}

/// Whether anything in the chart may raise with time by rule: dates ahead, and requests that run out.
bool mayRaiseByRule(const Generated& chart) {
  return std::any_of(chart.chart.begin(), chart.chart.end(), [](const std::string& entry) {
    return entry.find("\"+") != std::string::npos || entry.find("\"order\"") != std::string::npos;
  });
}

TEST(Invariants, TimeOnlyAgesEvidence) {
  forEachGenerated([](const Generated& chart) {
    if (mayRaiseByRule(chart)) return;
    const Picture before = look(chart);
    for (const int days : {1, 15, 80}) {
      const Picture after = look(chart, kUsualNow + std::chrono::days(days));
      for (const auto& [pathway, tier] : after.pathways)
        EXPECT_LE(tier, before.tierOf(pathway)) << pathway << " after " << days << " days";
    }
  });
}

TEST(Invariants, TheTierIsTheLeadsWheneverAPathwayIsAboveSoonAndOnlyAnEmergencyIsCritical) {
  forEachGenerated([](const Generated& chart) {
    withChart(chart.call(kUsualNow), kUsualNow, [](const plumbline::Chart& seen) {
      const auto& assessment = seen.assessment;
      Tier top = Tier::None;
      for (const auto& outcome : assessment.considered) top = std::max(top, outcome.tier);
      const Tier lead = assessment.lead() ? assessment.lead()->tier : Tier::None;
      EXPECT_EQ(lead, top);
      if (top > Tier::Soon) {
        EXPECT_EQ(assessment.tier, top);
      }
      for (const auto& card : cards::compose(assessment, seen.call, namedUuid)) {
        if (card.indicator == cards::Indicator::Critical) {
          EXPECT_EQ(top, Tier::Emergency);
        }
      }
    });
  });
}

TEST(Invariants, UnknownIsNeverCountedAsAbsent) {
  forEachGenerated([](const Generated& chart) {
    withChart(chart.call(kUsualNow), kUsualNow, [](const plumbline::Chart& seen) {
      const auto& assessment = seen.assessment;
      for (const auto& state : assessment.findings) {
        if (state.state != rules::State::Absent) continue;
        EXPECT_TRUE(std::any_of(state.evidence.begin(), state.evidence.end(), [](const auto& each) {
          return each.says == rules::Evidence::Says::Absent && each.when;
        })) << pack().findings[state.finding].id;
      }
      if (assessment.tier != Tier::Cleared) return;
      for (const auto& [region, items] : pack().screen.items) {
        if (!assessment.pain.in(region)) continue;
        for (const auto& item : items) {
          if (item.ageFrom) continue;
          for (const std::size_t finding : item.all)
            EXPECT_EQ(assessment.findings[finding].state, rules::State::Absent) << item.id;
        }
      }
    });
  });
}

}  // namespace
}  // namespace plumbline::tests
