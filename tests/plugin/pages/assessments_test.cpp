#include "plugin/pages/assessments.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

#include "plugin/router.h"
#include "tests/plugin/situations.h"

namespace plumbline::pages {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::Contains;
using testing::HasSubstr;
using testing::Not;
using testing::Pair;
using Why = Assessments::Why;

const fhir::Instant kNow = situations::now();

/// A key of its own for each name.
store::Key key(const std::string& name = "a") {
  const auto directory = std::filesystem::temp_directory_path() /
                         ("plumbline-assessments-" + name + "-" + std::to_string(::getpid()));
  std::filesystem::create_directories(directory);
  auto made = store::Key::of({directory.string()}, true);
  std::filesystem::remove_all(directory);
  return made;
}

std::string shown(const Assessments& kept, std::string_view token, fhir::Instant now = kNow) {
  const auto found = kept.find(token, now);
  if (const auto* explanation = std::get_if<0>(&found)) return **explanation;
  const Why why = std::get<Why>(found);
  return why == Why::Forged ? "forged" : why == Why::Expired ? "expired" : "gone";
}

TEST(Assessment, IsFoundByItsLinkUntilThatExpires) {
  Assessments kept(key());
  const std::string one = kept.keep("one", kNow, kNow + 8h), two = kept.keep("two", kNow, kNow + 8h);
  EXPECT_NE(one, two);
  EXPECT_EQ(shown(kept, one), "one");
  EXPECT_EQ(shown(kept, two), "two");
  EXPECT_EQ(shown(kept, one, kNow + 8h - 1s), "one") << "as often as it is opened";
  EXPECT_EQ(shown(kept, one, kNow + 8h), "expired");
}

TEST(Assessment, IsFoundByNoLinkThatIsAnotherInOneSign) {
  Assessments kept(key());
  const std::string token = kept.keep("one", kNow, kNow + 8h);
  for (std::size_t i = 0; i < token.size(); ++i) {
    std::string other = token;
    other[i] = other[i] == '1' ? '2' : '1';
    EXPECT_EQ(shown(kept, other), "forged") << i;
  }
  for (const std::string& other : {std::string(), std::string("."), std::string(".."), token + "x",
                                   token.substr(1), "9" + token, token.substr(token.find('.') + 1)})
    EXPECT_EQ(shown(kept, other), "forged") << other;
}

TEST(Assessment, IsOfTheProcessThatMadeIt) {
  Assessments kept(key());
  const auto same = key("same");
  Assessments before(same), after(same);
  EXPECT_EQ(shown(after, before.keep("one", kNow, kNow + 8h)), "gone");
  EXPECT_EQ(shown(kept, before.keep("one", kNow, kNow + 8h)), "forged") << "under another key";
  const std::string cleared = kept.keep("one", kNow, kNow + 8h);
  kept.clear();
  EXPECT_EQ(shown(kept, cleared), "gone");
}

TEST(Assessment, OfTooManyTheOldestGoes) {
  Assessments kept(key());
  const std::string large(Assessments::kMostBytes / 4, 'x');
  std::vector<std::string> tokens;
  for (int i = 0; i < 5; ++i) tokens.push_back(kept.keep(large, kNow, kNow + 8h));
  EXPECT_EQ(shown(kept, tokens[0]), "gone");
  for (std::size_t i = 1; i < 5; ++i) EXPECT_EQ(shown(kept, tokens[i]), large);
}

/// A service whose cards lead to what was found.
class Explained : public testing::Test {
 protected:
  Explained() {
    std::vector<fhir::Problem> problems;
    context.files = loadFiles(PLUMBLINE_WEB, problems);
    EXPECT_TRUE(problems.empty());
    context.fixedNow = kNow;
    context.assessments = std::make_unique<Assessments>(key());
    show(8h);
  }

  void show(std::chrono::hours life, const Rollout& rollout = {}) {
    InForce inForce{situations::pack(), cards::Grouping::Single};
    inForce.site.explanationUrl = "https://p.example/knowledge";
    inForce.site.explanationLife = life;
    inForce.rollout = rollout;
    context.inForce.store(std::make_shared<const InForce>(std::move(inForce)));
  }

  std::string linkOf(const situations::Request& request) {
    const std::string text = request.text(), padded = text + std::string(http::kBodyPadding, ' ');
    http::Request call{"POST", "/cds-services/plumbline-patient-view",          "",
                       {},     std::string_view(padded).substr(0, text.size()), "id"};
    call.headers.push_back({"content-type", "application/json"});
    const auto body = situations::bodyOf(route(context, Side::Everything, call));
    for (const auto& link : body["cards"][0]["links"].GetArray()) {
      const std::string url = link["url"].GetString();
      if (url.starts_with("https://p.example/")) return url;
    }
    return "";
  }

  /// What a browser gets that follows the link.
  http::Reply open(const std::string& link, Side side = Side::Everything) {
    const auto from = link.find('?') + 1;
    const std::string query = link.substr(from, link.find('#') - from);
    return route(context, side, {"GET", "/knowledge", query, {}, "", "id"});
  }

  Context context;
};

TEST_F(Explained, LeadsFromTheCardToTheEntriesItWasDecidedBy) {
  const std::string link = linkOf(situations::emergency());
  EXPECT_THAT(link, testing::MatchesRegex("https://p\\.example/knowledge\\?assessment=[0-9]+\\."
                                          "[A-Za-z0-9_-]+\\.[0-9a-f]+#pathway-cauda-equina"));
  const auto reply = open(link);
  EXPECT_EQ(reply.status, 200);
  EXPECT_THAT(reply.body,
              AllOf(HasSubstr("How this was decided"), HasSubstr("&quot;tier&quot;:&quot;emergency&quot;"),
                    HasSubstr("&quot;verdict&quot;:&quot;holds&quot;"),
                    HasSubstr("&quot;source&quot;:&quot;Condition/")));
  EXPECT_THAT(reply.headers, AllOf(Contains(Pair("Cache-Control", "no-store")),
                                   Contains(Pair("Referrer-Policy", "no-referrer")),
                                   Not(Contains(Pair("ETag", testing::_)))));
  EXPECT_NE(linkOf(situations::emergency()), link) << "each call has its own";
}

TEST_F(Explained, SaysWhyAnAssessmentIsNotShownAndShowsWhatPlumblineKnows) {
  const std::string link = linkOf(situations::emergency());
  const auto isKnowledge = [](const http::Reply& reply, const std::string& why) {
    EXPECT_THAT(reply.headers, Contains(Pair("Cache-Control", "no-store")));
    EXPECT_THAT(reply.body, AllOf(HasSubstr("is not shown: " + why), HasSubstr("id=\"pathway-cauda-equina\""),
                                  Not(HasSubstr("Condition/"))));
  };
  isKnowledge(open("?assessment=made-up"), "its link is damaged");
  context.fixedNow = kNow + 8h;
  isKnowledge(open(link), "its link has expired");
  context.fixedNow = kNow;
  context.assessments->clear();
  isKnowledge(open(link), "this service no longer has it");
  const std::string again = linkOf(situations::emergency());
  show(0h);
  isKnowledge(open(again), "this service does not show");
}

TEST_F(Explained, SaysNothingOfWhatIsNotBroughtOut) {
  Rollout rollout;
  rollout.answers["spinal-infection"] = Mode::Silent;
  show(8h, rollout);
  EXPECT_THAT(open(linkOf(situations::emergency())).body,
              AllOf(HasSubstr("&quot;id&quot;:&quot;cord-compression&quot;"),
                    Not(HasSubstr("&quot;id&quot;:&quot;spinal-infection&quot;"))));
}

TEST_F(Explained, NeedsToBeSwitchedOnAndIsWhereServicesAre) {
  const std::string link = linkOf(situations::emergency());
  EXPECT_EQ(open(link, Side::Services).status, 200);
  EXPECT_EQ(open(link, Side::Admin).status, 404);
  show(0h);
  EXPECT_EQ(linkOf(situations::emergency()), "https://p.example/knowledge#pathway-cauda-equina");
}

}  // namespace
}  // namespace plumbline::pages
