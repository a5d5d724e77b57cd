#include <gtest/gtest.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <random>
#include <vector>

#include "fhir/json.h"
#include "plugin/config.h"
#include "plugin/offline.h"
#include "plugin/wire.h"
#include "tests/corpus/chart_request.h"
#include "tests/corpus/corpus.h"

namespace plumbline {
namespace {

using fhir::Json;
using Writer = rapidjson::Writer<rapidjson::StringBuffer>;

constexpr int kCharts = 20;
constexpr int kShuffles = 10;

/// Writes the same chart with keys of objects and entries of Bundles in another order. Other arrays keep
/// theirs: FHIR gives it a meaning.
class Shuffler {
 public:
  explicit Shuffler(unsigned seed) : random_(seed) {}

  std::string operator()(Json root) {
    rapidjson::StringBuffer buffer;
    Writer out(buffer);
    write(out, root);
    return {buffer.GetString(), buffer.GetSize()};
  }

 private:
  void write(Writer& out, Json value) {
    if (simdjson::dom::object members; value.get(members) == simdjson::SUCCESS) {
      std::vector<simdjson::dom::key_value_pair> fields(members.begin(), members.end());
      std::shuffle(fields.begin(), fields.end(), random_);
      out.StartObject();
      for (const auto& field : fields) {
        out.Key(field.key.data(), static_cast<rapidjson::SizeType>(field.key.size()));
        simdjson::dom::array entries;
        if (field.key == "entry" && field.value.get(entries) == simdjson::SUCCESS) {
          list(out, entries, true);
        } else {
          write(out, field.value);
        }
      }
      out.EndObject();
    } else if (simdjson::dom::array items; value.get(items) == simdjson::SUCCESS) {
      list(out, items, false);
    } else {
      const std::string text = simdjson::minify(value);
      out.RawValue(text.data(), text.size(), rapidjson::kStringType);
    }
  }

  void list(Writer& out, simdjson::dom::array items, bool shuffled) {
    std::vector<Json> all(items.begin(), items.end());
    if (shuffled) std::shuffle(all.begin(), all.end(), random_);
    out.StartArray();
    for (const Json item : all) write(out, item);
    out.EndArray();
  }

  std::mt19937 random_;
};

class EvaluateOrder : public testing::Test {
 protected:
  void SetUp() override {
    std::vector<fhir::Problem> problems;
    pack_ = rules::loadPack(defaultConfig().pack, problems);
    ASSERT_TRUE(pack_ && problems.empty());
  }

  std::string evaluated(const std::string& text) const {
    std::string lines;
    const auto now = fhir::parseDate("2026-11-25T12:00:00Z")->earliest;
    forEachChart(text, {*pack_, now}, [&](const Chart& chart) {
      ASSERT_TRUE(chart.issues.empty());
      const auto uuids = [](std::string_view what) { return namedUuid(what); };
      lines += wire::evaluation(chart.patientId, cards::compose(chart.assessment, chart.call, uuids),
                                chart.assessment);
    });
    return lines;
  }

  void expectSameInAnyOrder(const std::string& text) const {
    const auto document = fhir::JsonDocument::parse(text);
    ASSERT_TRUE(document);
    const std::string expected = evaluated(text);
    ASSERT_FALSE(expected.empty());
    for (unsigned seed = 1; seed <= kShuffles; ++seed) {
      const std::string other = Shuffler(seed)(document->root());
      ASSERT_NE(other, text);
      ASSERT_EQ(evaluated(other), expected) << "seed " << seed;
    }
  }

  std::optional<rules::Pack> pack_;
};

TEST_F(EvaluateOrder, ChangesNothingInTheSampleRequest) {
  std::ifstream in(PLUMBLINE_SAMPLE);
  expectSameInAnyOrder(std::string(std::istreambuf_iterator<char>(in), {}));
}

TEST_F(EvaluateOrder, ChangesNothingInRealChartsWithPain) {
  if (!corpus::directory()) GTEST_SKIP() << "no corpus: PLUMBLINE_CORPUS names no directory";
  const auto files = corpus::files("patients");
  for (std::size_t i = 0; i < kCharts; ++i) {
    const auto& file = files[i * files.size() / kCharts];
    SCOPED_TRACE(file.name);
    const auto bundle = fhir::JsonDocument::parse(file.text);
    ASSERT_TRUE(bundle);
    const auto request = corpus::requestOf(bundle->root(), corpus::Pain::Added);
    ASSERT_TRUE(request);
    expectSameInAnyOrder(*request);
    expectSameInAnyOrder(file.text);
  }
}

}  // namespace
}  // namespace plumbline
