#include "plugin/http/reader.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace plumbline::http {
namespace {

using std::string;
using namespace std::string_literals;

HeadResult read(const string& received) {
  return readHead(received, HeadLimits{});
}

/// 0 for an accepted head, -1 for one that is not whole.
int statusOf(const string& received) {
  const auto result = read(received);
  if (const auto* refusal = std::get_if<Refusal>(&result)) return refusal->status;
  return std::holds_alternative<Head>(result) ? 0 : -1;
}

string get(const string& fields) {
  return "GET /a HTTP/1.1\r\nHost: x\r\n" + fields + "\r\n";
}
string post(const string& fields) {
  return "POST /a HTTP/1.1\r\nHost: x\r\n" + fields + "\r\n";
}

TEST(RequestHead, IsReadIntoItsParts) {
  const string received =
      "POST /cds-services/a?b=c?d HTTP/1.1\r\nHost: ehr.example:8443\r\nX-A: \t v w\t \r\n"
      "Empty:\r\ncontent-length:12\r\n\r\n{}";
  const auto result = read(received);
  const auto& head = std::get<Head>(result);
  EXPECT_EQ(head.method, "POST");
  EXPECT_EQ(head.path, "/cds-services/a");
  EXPECT_EQ(head.query, "b=c?d");
  ASSERT_EQ(head.headers.size(), 4u);
  EXPECT_EQ(head.headers[1].name, "X-A");
  EXPECT_EQ(head.headers[1].value, "v w");
  EXPECT_EQ(head.headers[2].value, "");
  EXPECT_EQ(head.contentLength, 12u);
  EXPECT_EQ(head.size, received.size() - 2);
  EXPECT_TRUE(head.keepAlive);
  EXPECT_FALSE(head.expectContinue);
}

TEST(RequestHead, LeavesPathsAsTheyAre) {
  for (const string path : {"/a/../b", "//a", "/%2e%2E/%zz", "/a;b=1", "/%00"}) {
    const string received = "GET " + path + " HTTP/1.1\r\nHost: x\r\n\r\n";
    const auto result = read(received);
    ASSERT_TRUE(std::holds_alternative<Head>(result)) << path;
    EXPECT_EQ(std::get<Head>(result).path, path);
  }
}

TEST(RequestHead, AnswersTheSameHoweverItIsCut) {
  for (const string& whole :
       {post("Content-Length: 3\r\n"), get("Bad Name: x\r\n"), post("Transfer-Encoding: chunked\r\n"),
        "GET /a HTTP/1.1\nHost: x\n\n"s, get("A: \x01\r\n"), "GET /a HTTP/3.0\r\n"s}) {
    const int expected = statusOf(whole);
    EXPECT_NE(expected, -1);
    for (std::size_t cut = 0; cut < whole.size(); ++cut) {
      const int part = statusOf(whole.substr(0, cut));
      EXPECT_TRUE(part == -1 || (part == expected && expected > 0)) << whole << " cut at " << cut;
    }
  }
}

TEST(RequestHead, KeepsTheConnectionByVersionAndOption) {
  const auto keeps = [](const string& version, const string& fields) {
    return std::get<Head>(read("GET / HTTP/" + version + "\r\nHost: x\r\n" + fields + "\r\n")).keepAlive;
  };
  EXPECT_TRUE(keeps("1.1", ""));
  EXPECT_TRUE(keeps("1.1", "Connection: closed\r\n"));
  EXPECT_FALSE(keeps("1.1", "Connection: x , CLOSE\r\n"));
  EXPECT_FALSE(keeps("1.1", "Connection: keep-alive\r\nConnection: close\r\n"));
  EXPECT_FALSE(keeps("1.0", ""));
  EXPECT_TRUE(keeps("1.0", "Connection: Keep-Alive\r\n"));
  EXPECT_EQ(statusOf("GET / HTTP/1.0\r\n\r\n"), 0) << "1.0 may do without Host";
}

TEST(RequestHead, WaitsOutAnExpectationOnlyFor11) {
  const string fields = "Expect: 100-Continue\r\nContent-Length: 1\r\n";
  EXPECT_TRUE(std::get<Head>(read(post(fields))).expectContinue);
  EXPECT_FALSE(std::get<Head>(read("POST / HTTP/1.0\r\n" + fields + "\r\n")).expectContinue);
  EXPECT_EQ(statusOf(post("Expect: a-pony\r\nContent-Length: 1\r\n")), 417);
  EXPECT_EQ(statusOf(post("Expect: 100-continue\r\nExpect: x\r\nContent-Length: 1\r\n")), 417);
}

TEST(RequestHead, RefusesRequestLinesThatCouldBeReadTwoWays) {
  for (const string line : {"",
                            " ",
                            "GET",
                            "GET /",
                            "GET  / HTTP/1.1",
                            "GET /a b HTTP/1.1",
                            "GET / HTTP/1.1 ",
                            " GET / HTTP/1.1",
                            "GET\t/\tHTTP/1.1",
                            "G(T / HTTP/1.1",
                            "GET / http/1.1",
                            "GET / HTTP/1.11",
                            "GET / HTTP/11",
                            "GET a HTTP/1.1",
                            "GET * HTTP/1.1",
                            "GET http://x/ HTTP/1.1",
                            "CONNECT x:443 HTTP/1.1",
                            "GET /a#b HTTP/1.1",
                            "GET /\xc3\xa9 HTTP/1.1",
                            "GET ?a HTTP/1.1"}) {
    EXPECT_EQ(statusOf(line + "\r\nHost: x\r\n\r\n"), 400) << line;
  }
  EXPECT_EQ(statusOf("GET / HTTP/1.2\r\nHost: x\r\n\r\n"), 505);
  EXPECT_EQ(statusOf("GET / HTTP/2.0\r\nHost: x\r\n\r\n"), 505);
}

TEST(RequestHead, RefusesFieldsThatCouldBeReadTwoWays) {
  for (const string& field :
       {"Name : v\r\n"s, "Name\t: v\r\n"s, ": v\r\n"s, "no colon\r\n"s, "A: b\r\n folded\r\n"s,
        "A: b\r\n\tfolded\r\n"s, "A:b\nB: c\r\n"s, "A: b\rB: c\r\n"s, "A: b\r\r\n"s, "A: \0\r\n"s,
        "A: \x7f\r\n"s, "A: \xff\r\n"s, "A: \x1b[0m\r\n"s, "\xc3\xa4: b\r\n"s, "A(B): c\r\n"s}) {
    EXPECT_EQ(statusOf(get(field)), 400) << field;
  }
  EXPECT_EQ(statusOf("GET / HTTP/1.1\r\n Host: x\r\n\r\n"), 400) << "folded onto the request line";
  EXPECT_EQ(statusOf(get("A: b\tc\r\n")), 0);
}

TEST(RequestHead, RefusesBareLineEndsWithoutWaitingForMore) {
  EXPECT_EQ(statusOf("GET / HTTP/1.1\n"), 400);
  EXPECT_EQ(statusOf("GET / HTTP/1.1\rH"), 400);
  EXPECT_EQ(statusOf("GET / HTTP/1.1\r"), -1);
  EXPECT_EQ(statusOf("\r\n"), 400);
}

TEST(RequestHead, WantsHostExactlyOnce) {
  EXPECT_EQ(statusOf("GET / HTTP/1.1\r\n\r\n"), 400);
  EXPECT_EQ(statusOf("GET / HTTP/1.1\r\nHost: x\r\nHOST: x\r\n\r\n"), 400);
  EXPECT_EQ(statusOf("GET / HTTP/1.0\r\nHost: x\r\nHost: y\r\n\r\n"), 400);
  for (const string host : {"", "a b", "a,b", "a/b", "u@h"}) {
    EXPECT_EQ(statusOf("GET / HTTP/1.1\r\nHost: " + host + "\r\n\r\n"), 400) << host;
  }
  EXPECT_EQ(statusOf("GET / HTTP/1.1\r\nHost: [::1]:80\r\n\r\n"), 0);
}

TEST(RequestHead, RefusesTwoContentTypesOfWhichReadersCouldTakeEither) {
  const string length = "Content-Length: 2\r\n";
  EXPECT_EQ(statusOf(post(length + "Content-Type: application/json\r\n")), 0);
  EXPECT_EQ(statusOf(post(length + "Content-Type: application/json\r\ncontent-type: text/plain\r\n")), 400);
}

TEST(RequestHead, TakesOneLengthOfDigitsOnly) {
  for (const string length : {"", "+2", "-2", "2.", "0x2", "2, 2", "2,2", "2 2", "=?us-ascii?Q?2?="}) {
    EXPECT_EQ(statusOf(post("Content-Length: " + length + "\r\n")), 400) << length;
  }
  EXPECT_EQ(statusOf(post("Content-Length: 2\r\nContent-Length: 2\r\n")), 400);
  EXPECT_EQ(statusOf(post("Content-Length: 2\r\ncontent-length: 40\r\n")), 400);
  EXPECT_EQ(statusOf(post("Content-Length: 16777216\r\n")), 0);
  EXPECT_EQ(statusOf(post("Content-Length: 16777217\r\n")), 413);
  EXPECT_EQ(statusOf(post("Content-Length: 99999999999999999999999\r\n")), 413);
  EXPECT_EQ(statusOf(post("")), 411);
  EXPECT_EQ(statusOf("PUT / HTTP/1.0\r\n\r\n"), 411);
  EXPECT_EQ(statusOf(get("Content-Length: 2\r\n")), 0);
}

TEST(RequestHead, TakesNoTransferEncoding) {
  EXPECT_EQ(statusOf(post("Transfer-Encoding: chunked\r\n")), 411);
  EXPECT_EQ(statusOf(get("transfer-encoding: Chunked\r\n")), 411);
  for (const string coding : {"gzip, chunked", "chunked, chunked", "identity", "", "xchunked",
                              "=?us-ascii?Q?chunked?=", "chunked;q=1"}) {
    EXPECT_EQ(statusOf(post("Transfer-Encoding: " + coding + "\r\n")), 501) << coding;
    EXPECT_EQ(statusOf(post("Content-Length: 5\r\nTransfer-Encoding: " + coding + "\r\n")), 400) << coding;
  }
  EXPECT_EQ(statusOf(post("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n")), 501);
  EXPECT_EQ(statusOf(post("Transfer-Encoding : chunked\r\n")), 400);
}

TEST(RequestHead, KeepsToItsLimitsAtTheVeryByte) {
  const auto sized = [](std::size_t size) {
    const string start = "GET / HTTP/1.1\r\nHost: x\r\nA: ";
    return start + string(size - start.size() - 4, 'a') + "\r\n\r\n";
  };
  EXPECT_EQ(statusOf(sized(32 * 1024)), 0);
  EXPECT_EQ(statusOf(sized(32 * 1024 + 1)), 431);
  EXPECT_EQ(statusOf(sized(32 * 1024 + 1).substr(0, 32 * 1024 - 1)), -1);
  for (std::size_t size : {4091u, 4092u, 4093u}) {
    EXPECT_EQ(statusOf(get("A: " + string(size - 3, 'a') + "\r\n")), 0) << "no line length is special";
  }

  const auto many = [](int fields) {
    string text;
    for (int i = 1; i < fields; ++i) text += "A: b\r\n";
    return get(text);
  };
  EXPECT_EQ(statusOf(many(100)), 0);
  EXPECT_EQ(statusOf(many(101)), 431);

  const auto target = [](std::size_t size) {
    return "GET /" + string(size - 1, 'a') + " HTTP/1.1\r\nHost: x\r\n\r\n";
  };
  EXPECT_EQ(statusOf(target(8 * 1024)), 0);
  EXPECT_EQ(statusOf(target(8 * 1024 + 1)), 414);
  EXPECT_EQ(statusOf(target(64 * 1024)), 414);
}

TEST(RequestHead, FindsHeadersWhateverTheirCase) {
  Request request;
  request.headers = {{"Authorization", "a"}, {"AUTHORIZATION", "b"}};
  EXPECT_EQ(request.header("authorization"), "a");
  EXPECT_EQ(request.header("author"), std::nullopt);
}

}  // namespace
}  // namespace plumbline::http
