#include "plugin/fetch/response.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace plumbline::fetch {
namespace {

using State = ResponseReader::State;
using std::string;

const string kOk = "HTTP/1.1 200 OK\r\n";

struct Read {
  State state;
  int status;
  string body;
  bool reusable;
};

Read read(const string& bytes, bool close = false, std::size_t most = 1000) {
  ResponseReader reader(most);
  State state = reader.add(bytes);
  if (close && state == State::NeedMore) state = reader.closed();
  return {state, reader.status(), reader.body(), reader.reusable()};
}

State stateOf(const string& bytes, bool close = false) {
  return read(bytes, close).state;
}

TEST(Response, EndsWhereItsLengthOrItsChunksSayAndMayThenBeFollowedByAnother) {
  for (const string& whole :
       {kOk + "Content-Length: 5\r\nContent-Encoding: identity\r\n\r\nhello",
        kOk + "Transfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n003;a=b\r\nllo\r\n0\r\n\r\n",
        kOk + "Transfer-Encoding: Chunked\r\n\r\n5 \r\nhello\r\n0\r\nExpires: x\r\n\r\n",
        string("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early\r\nLink: x\r\n\r\n") + kOk +
            "Content-Length: 5\r\n\r\nhello",
        string("HTTP/1.0 200 OK\r\nConnection: Keep-Alive\r\nContent-Length: 5\r\n\r\nhello")}) {
    const Read got = read(whole);
    EXPECT_EQ(got.state, State::Whole) << whole;
    EXPECT_EQ(got.body, "hello") << whole;
    EXPECT_EQ(got.status, 200);
    EXPECT_TRUE(got.reusable) << whole;
  }
}

TEST(Response, IsTheSameHoweverItsBytesAreCut) {
  const string whole =
      "HTTP/1.1 100 Continue\r\n\r\n" + kOk +
      "X: y\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n003;a=b\r\nllo\r\n0\r\nT: u\r\n\r\n";
  for (std::size_t cut = 1; cut < whole.size(); ++cut) {
    ResponseReader reader(1000);
    EXPECT_EQ(reader.add(whole.substr(0, cut)), State::NeedMore) << cut;
    EXPECT_EQ(reader.add(whole.substr(cut)), State::Whole) << cut;
    EXPECT_EQ(reader.body(), "hello") << cut;
  }
  ResponseReader drip(1000);
  for (std::size_t i = 0; i < whole.size(); ++i)
    EXPECT_EQ(drip.add(whole.substr(i, 1)), i + 1 < whole.size() ? State::NeedMore : State::Whole) << i;
  EXPECT_EQ(drip.body(), "hello");
}

TEST(Response, IsFollowedByNoOtherWhereTheServerClosesOrSaidTooMuch) {
  for (const string& last : {kOk + "Connection: x, close\r\nContent-Length: 2\r\n\r\nhi",
                             string("HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nhi"),
                             kOk + "Content-Length: 2\r\n\r\nhiHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
                             kOk + "Transfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\nx"}) {
    EXPECT_EQ(read(last).state, State::Whole) << last;
    EXPECT_FALSE(read(last).reusable) << last;
  }
  const Read open = read(kOk + "\r\nhi", true);
  EXPECT_EQ(open.state, State::Whole);
  EXPECT_EQ(open.body, "hi");
  EXPECT_FALSE(open.reusable);
}

TEST(Response, IsBrokenWhereTwoReadersCouldSeeTwo) {
  for (const string fields : {"Content-Length: 2\r\nContent-Length: 2\r\n",
                              "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n",
                              "Transfer-Encoding: gzip, chunked\r\n",
                              "Transfer-Encoding: identity\r\n",
                              "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
                              "Content-Length: 0x2\r\n",
                              "Content-Length: -2\r\n",
                              "Content-Length: +2\r\n",
                              "Content-Length: 2, 2\r\n",
                              "Content-Length:\r\n",
                              "Content-Length: 99999999999999999999\r\n",
                              "Content-Length : 2\r\n",
                              " Content-Length: 2\r\n",
                              "X: a\r\n b\r\n",
                              "No colon\r\n",
                              ": x\r\n",
                              "X: \x01\r\n",
                              "X: a\rb\r\n",
                              "X: a\nContent-Length: 2\r\n",
                              "X: a\x7f\r\n"}) {
    EXPECT_EQ(stateOf(kOk + fields + "\r\nhi", true), State::Broken) << fields;
  }
  for (const string line : {"HTTP/2 200 OK", "HTTP/1.2 200 OK", "HTTP/1.1 20 OK", "HTTP/1.1 2000 OK",
                            "HTTP/1.1 -20 OK", "HTTP/1.1  200 OK", "http/1.1 200 OK", "ICY 200 OK",
                            "HTTP/1.1 099 OK", "SSH-2.0-OpenSSH", "", "HTTP/1.1 101 Switching Protocols"}) {
    EXPECT_EQ(stateOf(line + "\r\nContent-Length: 2\r\n\r\nhi"), State::Broken) << line;
  }
  for (const string chunks : {"-1\r\n", "g\r\n", "\r\n", "2\r\nhix", "0x2\r\nhi\r\n", "2\nhi\r\n0\r\n\r\n",
                              "123456789\r\n", "+2\r\nhi\r\n"}) {
    EXPECT_EQ(stateOf(kOk + "Transfer-Encoding: chunked\r\n\r\n" + chunks, true), State::Broken) << chunks;
  }
}

TEST(Response, IsBrokenWhereItStopsEarly) {
  const string whole = kOk + "Content-Length: 5\r\n\r\nhello";
  for (std::size_t cut = 0; cut < whole.size(); ++cut)
    EXPECT_EQ(stateOf(whole.substr(0, cut), true), State::Broken) << cut;
  const string chunked = kOk + "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n";
  for (std::size_t cut = 0; cut < chunked.size(); ++cut)
    EXPECT_EQ(stateOf(chunked.substr(0, cut), true), State::Broken) << cut;
}

TEST(Response, IsRefusedCompressed) {
  for (const string encoding : {"gzip", "br", "deflate", "identity, gzip", "zstd", "x-gzip"}) {
    EXPECT_EQ(stateOf(kOk + "Content-Encoding: " + encoding + "\r\nContent-Length: 2\r\n\r\nhi"),
              State::Compressed)
        << encoding;
  }
}

TEST(Response, HoldsNoMoreThanItMay) {
  EXPECT_EQ(read(kOk + "Content-Length: 1000\r\n\r\n").state, State::NeedMore);
  EXPECT_EQ(read(kOk + "Content-Length: 1001\r\n\r\n").state, State::TooLarge) << "as soon as it says so";
  EXPECT_EQ(read(kOk + "Content-Length: 18446744073709551615\r\n\r\n").state, State::TooLarge);
  EXPECT_EQ(read(kOk + "\r\n" + string(1001, 'x')).state, State::TooLarge);
  EXPECT_EQ(read(kOk + "Transfer-Encoding: chunked\r\n\r\nffffffff\r\n").state, State::TooLarge);
  EXPECT_EQ(read(kOk + "X: " + string(17000, 'x')).state, State::Broken) << "a head without an end";
  string fields, interim;
  for (int i = 0; i < 101; ++i) fields += "X: y\r\n";
  for (int i = 0; i < 5; ++i) interim += "HTTP/1.1 102 Processing\r\n\r\n";
  EXPECT_EQ(stateOf(kOk + fields + "Content-Length: 0\r\n\r\n"), State::Broken);
  EXPECT_EQ(stateOf(interim), State::Broken);
  const string chunked = kOk + "Transfer-Encoding: chunked\r\n\r\n";
  EXPECT_EQ(stateOf(chunked + "1;" + string(300, 'x')), State::Broken) << "a chunk line without an end";
  EXPECT_EQ(stateOf(chunked + "0\r\n" + string(5000, 'x')), State::Broken) << "a trailer without an end";
  ResponseReader reader(1'000'000);
  reader.add(kOk + "Content-Length: 1000000\r\n\r\n");
  EXPECT_LT(reader.held(), 1000U) << "memory is taken for what came, not for what was said to come";
}

TEST(Response, WithoutABodyIsWholeAtItsHead) {
  for (const string& whole :
       {string("HTTP/1.1 204 No Content\r\n\r\n"), string("HTTP/1.1 304\r\n\r\n"),
        string("HTTP/1.1 302 Found\r\nLocation: http://x/\r\nContent-Length: 0\r\n\r\n")}) {
    EXPECT_EQ(read(whole).state, State::Whole) << whole;
    EXPECT_TRUE(read(whole).reusable);
  }
}

}  // namespace
}  // namespace plumbline::fetch
