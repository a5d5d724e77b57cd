/// W3C Trace Context, level 1: what is taken up, what is begun anew, and what is passed on.
#include "plugin/http/trace.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "plugin/http/message.h"

namespace plumbline::http {
namespace {

using std::string;
using testing::MatchesRegex;
using testing::Ne;
using testing::StartsWith;

const string kId = "0af7651916cd43dd8448eb211c80319c";
const string kParent = "b7ad6b7169203331";

string parent(const string& flags = "01", const string& version = "00", const string& behind = "") {
  return version + "-" + kId + "-" + kParent + "-" + flags + behind;
}

Trace traceOf(const std::vector<std::pair<string, string>>& fields) {
  std::vector<Header> headers;
  for (const auto& [name, value] : fields) headers.push_back({name, value});
  return http::traceOf(headers);
}

Trace traceBy(const string& traceparent) {
  return traceOf({{"traceparent", traceparent}});
}

string stateOf(const std::vector<string>& states) {
  std::vector<std::pair<string, string>> fields{{"traceparent", parent()}};
  for (const string& each : states) fields.emplace_back("tracestate", each);
  return traceOf(fields).state;
}

TEST(Trace, IsTheCallersWhereItsParentIsSound) {
  for (const string name : {"traceparent", "Traceparent", "TRACEPARENT"}) {
    const Trace trace = traceOf({{"Host", "a"}, {name, parent()}});
    EXPECT_EQ(trace.id, kId) << name;
    EXPECT_TRUE(trace.sampled);
  }
  EXPECT_FALSE(traceBy(parent("00")).sampled);
}

TEST(Trace, KnowsOneFlagAndPassesNoOtherOn) {
  EXPECT_TRUE(traceBy(parent("ff")).sampled);
  EXPECT_FALSE(traceBy(parent("fe")).sampled);
  EXPECT_THAT(fieldsOf(traceBy(parent("ff"))), testing::EndsWith("-01\r\n"));
  EXPECT_THAT(fieldsOf(traceBy(parent("0a"))), testing::EndsWith("-00\r\n"));
}

TEST(Trace, BeginsAnewWhereTheParentIsNotSound) {
  const string zeros(32, '0');
  for (const string& bad : {string(),
                            string("00"),
                            parent("01", "ff"),
                            parent("01", "0F"),
                            parent("01", "0"),
                            parent("01", "0-"),
                            "00-" + zeros + "-" + kParent + "-01",
                            "00-" + kId + "-0000000000000000-01",
                            "00-0AF7651916CD43DD8448EB211C80319C-" + kParent + "-01",
                            "00-" + kId + "-B7AD6B7169203331-01",
                            "00-" + kId.substr(1) + "-" + kParent + "-01",
                            "00-" + kId + "-" + kParent.substr(1) + "-01",
                            "00-" + kId + "0-" + kParent + "-01",
                            "00_" + kId + "-" + kParent + "-01",
                            "00-" + kId + "_" + kParent + "-01",
                            "00-" + kId + "-" + kParent + "_01",
                            parent("0"),
                            parent("0x"),
                            parent("AB"),
                            parent("01", "00", "-"),
                            parent("01", "00", "-extra"),
                            parent("01", "00", "0"),
                            parent("01", "01", "extra"),
                            parent("01", "01", "1"),
                            parent("01", "cc", string(512, '-')),
                            parent("01", "00", ", " + parent()),
                            " " + parent(),
                            parent("01", "00", " ")}) {
    const Trace trace = traceBy(bad);
    EXPECT_THAT(trace.id, MatchesRegex("[0-9a-f]{32}")) << bad;
    EXPECT_THAT(trace.id, Ne(kId)) << bad;
    EXPECT_FALSE(trace.sampled) << bad;
  }
  EXPECT_NE(traceBy("").id, traceBy("").id);
  EXPECT_NE(traceOf({{"traceparent", parent()}, {"traceparent", parent()}}).id, kId);
  EXPECT_NE(traceOf({}).id, traceOf({}).id);
}

TEST(Trace, ReadsOfALaterVersionWhatItKnowsAndSpeaksItsOwn) {
  for (const string& later : {parent("01", "01"), parent("01", "cc"), parent("01", "fe"),
                              parent("01", "cc", "-"), parent("01", "cc", "-what-the-future-will-be-like")}) {
    const Trace trace = traceBy(later);
    EXPECT_EQ(trace.id, kId) << later;
    EXPECT_TRUE(trace.sampled) << later;
    EXPECT_THAT(fieldsOf(trace), MatchesRegex("traceparent: 00-" + kId + "-[0-9a-f]{16}-01\r\n")) << later;
  }
}

TEST(Trace, GivesEachRequestAParentOfItsOwn) {
  const Trace trace = traceBy(parent());
  const string first = fieldsOf(trace), second = fieldsOf(trace);
  EXPECT_THAT(first, StartsWith("traceparent: 00-" + kId + "-"));
  EXPECT_NE(first, second);
  EXPECT_EQ(first.find(kParent), string::npos);
}

TEST(TraceState, IsPassedOnAsOneFieldInItsOrder) {
  EXPECT_EQ(stateOf({"foo=1,bar=2"}), "foo=1,bar=2");
  EXPECT_EQ(stateOf({"foo=1", "bar=2", "rojo=00f067aa0ba902b7"}), "foo=1,bar=2,rojo=00f067aa0ba902b7");
  EXPECT_EQ(stateOf({"foo=1 \t , \t bar=2,,", "", "baz=3"}), "foo=1,bar=2,baz=3");
  EXPECT_EQ(stateOf({"fw529a3039@dt=x!y ~,0a-_*/@s=1"}), "fw529a3039@dt=x!y ~,0a-_*/@s=1");
  EXPECT_THAT(fieldsOf({kId, true, "foo=1"}), testing::EndsWith("-01\r\ntracestate: foo=1\r\n"));
}

TEST(TraceState, IsDroppedWholeWhereItBreaksItsGrammarAndTheTraceStays) {
  for (const string& bad :
       {string("foo"), string("=1"), string("foo="), string("foo =1"), string("FOO=1"), string("foo.bar=1"),
        string("1foo=1"), string("foo@=1"), string("@dt=1"), string("foo@bar@baz=1"), string("foo@1x=1"),
        string("foo@" + string(15, 's') + "=1"), string(242, 't') + "@s=1", string(257, 'k') + "=1",
        "foo=" + string(257, 'v'), string("foo=1=2"), string("foo=1,foo=1"), string("foo=1,bar")}) {
    EXPECT_EQ(stateOf({bad}), "") << bad;
    EXPECT_EQ(traceOf({{"traceparent", parent()}, {"tracestate", bad}}).id, kId) << bad;
  }
  EXPECT_EQ(stateOf({"foo=1", "foo=2"}), "");
}

TEST(TraceState, CountsOnlyBesideASoundParent) {
  EXPECT_EQ(traceOf({{"tracestate", "foo=1"}}).state, "");
  EXPECT_EQ(traceOf({{"traceparent", parent("01", "ff")}, {"tracestate", "foo=1"}}).state, "");
}

TEST(TraceState, HasAtMost32MembersAnd512Characters) {
  string members;
  for (int i = 0; i < 32; ++i) members += (i == 0 ? "k" : ",k") + std::to_string(i) + "=1";
  EXPECT_EQ(stateOf({members}), members);
  EXPECT_EQ(stateOf({members + ",k32=1"}), "");
  const string longest = "a=" + string(254, 'v') + ",b=" + string(253, 'v');
  ASSERT_EQ(longest.size(), 512U);
  EXPECT_EQ(stateOf({longest}), longest);
  EXPECT_EQ(stateOf({longest + "v"}), "a=" + string(254, 'v'));
  EXPECT_EQ(stateOf({longest + "v,c=1"}), "a=" + string(254, 'v'));
}

}  // namespace
}  // namespace plumbline::http
