// The context reader against annotated sentences: NegEx and ConText's sets and the gold red-flag sentences.
// Prints its figures. The two sets hold the same sentences, split differently: neither confirms the other.
#include <gtest/gtest.h>
#include <rapidjson/document.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <algorithm>
#include <functional>
#include <iostream>
#include <sstream>

#include "plugin/knowledge.h"
#include "plugin/read.h"
#include "rules/text/reader.h"
#include "tests/corpus/corpus.h"

namespace plumbline::corpus {
namespace {

const rules::Pack& pack() {
  static const rules::Pack loaded = [] {
    std::vector<fhir::Problem> problems;
    return loadContent(defaultConfig().pack, problems).value();
  }();
  return loaded;
}

struct Meant {
  std::string state, time, who;
};

/// What `plumbline read` makes of the concept; nothing where it does not find it.
Meant read(const std::string& sentence, const std::string& concept_) {
  rapidjson::StringBuffer buffer;
  rapidjson::Writer<rapidjson::StringBuffer> out(buffer);
  out.StartObject();
  out.Key("text");
  out.String(sentence.c_str(), static_cast<rapidjson::SizeType>(sentence.size()));
  out.Key("concept");
  out.String(concept_.c_str(), static_cast<rapidjson::SizeType>(concept_.size()));
  out.EndObject();
  rapidjson::Document answer;
  answer.Parse(readLine(pack(), {buffer.GetString(), buffer.GetSize()}).c_str());
  if (!answer.HasMember("mentions") || answer["mentions"].Empty()) return {};
  const auto& mention = answer["mentions"][0];
  return {mention["state"].GetString(), mention["time"].GetString(), mention["who"].GetString()};
}

/// Latin-1 as UTF-8, without the quotation marks that a spreadsheet put around.
std::string utf8(std::string_view latin1) {
  std::string all;
  for (const char c : latin1) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x80U) {
      if (c != '"') all += c;
    } else {
      all += static_cast<char>(0xC0U | (byte >> 6U));
      all += static_cast<char>(0x80U | (byte & 0x3FU));
    }
  }
  return all;
}

using Row = std::vector<std::string>;

/// The rows of a tab-separated set, without its heading.
std::vector<Row> rows(std::string_view name) {
  std::vector<Row> all;
  for (const File& file : files("negation")) {
    if (file.name.find(name) == std::string::npos) continue;
    std::istringstream lines(file.text);
    for (std::string line; std::getline(lines, line);) {
      if (!line.empty() && line.back() == '\r') line.pop_back();
      Row row;
      std::istringstream cells(line);
      for (std::string cell; std::getline(cells, cell, '\t');) row.push_back(utf8(cell));
      all.push_back(row);
    }
  }
  if (!all.empty()) all.erase(all.begin());
  return all;
}

/// F1 of what `isSo` says against what `labelled` says.
double f1(const char* what, const std::vector<Row>& all, const std::function<bool(const Row&)>& labelled,
          const std::function<bool(const Meant&)>& isSo) {
  double hits = 0, wrong = 0, missed = 0;
  for (const Row& row : all) {
    if (row.size() < 4) continue;
    const bool want = labelled(row);
    const bool got = isSo(read(row[2], row[1]));
    hits += want && got ? 1 : 0;
    wrong += !want && got ? 1 : 0;
    missed += want && !got ? 1 : 0;
  }
  const double figure = 2 * hits / (2 * hits + wrong + missed);
  std::cout << what << ": precision " << hits / (hits + wrong) << ", recall " << hits / (hits + missed)
            << ", F1 " << figure << " (" << hits << " right, " << wrong << " wrong, " << missed
            << " missed)\n";
  return figure;
}

class Reading : public testing::Test {
 protected:
  void SetUp() override {
    if (!directory()) GTEST_SKIP() << "no corpus: set PLUMBLINE_CORPUS";
  }
};

TEST_F(Reading, NegationOnTheNegExSentences) {
  const auto all = rows("negex");
  ASSERT_EQ(all.size(), 1492U);
  EXPECT_GE(f1(
                "negation", all, [](const Row& row) { return row[3] == "Negated"; },
                [](const Meant& meant) { return meant.state == "negated"; }),
            0.975);
}

TEST_F(Reading, TimeAndPersonOnTheConTextSentences) {
  const auto all = rows("rsAnnotations");
  ASSERT_EQ(all.size(), 1584U);
  EXPECT_GE(f1(
                "historical", all, [](const Row& row) { return row.size() > 4 && row[4] == "Historical"; },
                [](const Meant& meant) { return meant.time == "historical"; }),
            0.72);
  // Two of the four are in one fragment that begins in the middle of a name; who it speaks of stood in what
  // was cut off.
  std::size_t missed = 0;
  for (const Row& row : all) {
    const bool other = row.size() > 5 && row[5].substr(0, 7) != "Patient";
    const bool got = read(row[2], row[1]).who == "other";
    EXPECT_FALSE(got && !other) << row[1] << " | " << row[2];
    missed += other && !got ? 1 : 0;
  }
  std::cout << "other person: " << missed << " missed\n";
  EXPECT_LE(missed, 2U);
}

/// Whether some red flag is read as there, today and in the patient.
bool raises(const std::string& sentence) {
  using rules::text::Mention;
  const auto mentions = rules::text::read(*pack().text, sentence).mentions;
  return std::any_of(mentions.begin(), mentions.end(), [](const Mention& each) {
    return pack().findings[each.finding].kind == rules::Kind::RedFlag &&
           each.says == Mention::Says::Present && each.context.time == rules::text::Time::Current &&
           each.context.who == rules::text::Who::Patient;
  });
}

TEST_F(Reading, TheGoldSentencesAndNoAffirmedOneAsNegated) {
  std::size_t differ = 0, all = 0;
  for (const File& file : files("notes")) {
    if (file.name.find("gold") == std::string::npos) continue;
    std::istringstream lines(file.text);
    for (std::string line; std::getline(lines, line);) {
      rapidjson::Document row;
      row.Parse(line.c_str());
      const std::string label = row["label"].GetString();
      const Meant meant = read(row["sentence"].GetString(), row["term"].GetString());
      // Whether it is one at all is no matter of context but of what phrases find in it.
      const bool none = label == "not_a_red_flag_mention" && !raises(row["sentence"].GetString());
      const std::string got = none                         ? label
                              : meant.who == "other"       ? "family"
                              : meant.state == "negated"   ? "negated"
                              : meant.time == "historical" ? "historical_or_resolved"
                                                           : meant.state;
      ++all;
      EXPECT_FALSE(label == "affirmed" && got == "negated") << row["sentence"].GetString();
      if (label == got) continue;
      ++differ;
      std::cout << "gold " << label << ", read " << got << ": " << row["term"].GetString() << "\n";
    }
  }
  ASSERT_EQ(all, 70U);
  EXPECT_LE(differ, 3U);
}

}  // namespace
}  // namespace plumbline::corpus
