#include "plugin/bulk/blocks.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace plumbline::bulk {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class BlocksOf : public testing::Test {
 protected:
  std::string file(const std::string& name, const std::string& text) {
    const std::string path = testing::TempDir() + "blocks-" + name;
    std::ofstream(path, std::ios::binary) << text;
    return path;
  }

  /// Every block as "INPUT/FIRST LINE:text".
  std::vector<std::string> all(std::vector<std::string> inputs, std::size_t size, std::size_t most = 1000) {
    Blocks blocks(std::move(inputs), size, most);
    std::vector<std::string> read;
    while (auto block = blocks.next(problems))
      read.push_back(std::to_string(block->input) + "/" + std::to_string(block->firstLine) + ":" +
                     block->text);
    return read;
  }

  std::vector<std::string> problems;
};

TEST_F(BlocksOf, EndWithALineAndNumberTheirLines) {
  const auto path = file("lines", "{1}\n{22}\n{333}\n{4}\n");
  EXPECT_THAT(all({path}, 8), ElementsAre("0/1:{1}\n", "0/2:{22}\n", "0/3:{333}\n", "0/4:{4}\n"));
  EXPECT_THAT(all({path}, 9), ElementsAre("0/1:{1}\n{22}\n", "0/3:{333}\n", "0/4:{4}\n"));
  EXPECT_THAT(all({path}, 100), ElementsAre("0/1:{1}\n{22}\n{333}\n{4}\n"));
  EXPECT_THAT(problems, IsEmpty());
}

TEST_F(BlocksOf, ComeToTheSameTextWhateverTheirSize) {
  std::string text;
  for (int i = 0; i < 60; ++i) text += "{" + std::string(static_cast<std::size_t>(i * 7 % 23), 'x') + "}\n";
  text += "{last}";
  const auto path = file("sizes", text);
  for (std::size_t size = 1; size < 90; ++size) {
    std::string together;
    for (const std::string& each : all({path}, size)) together += each.substr(each.find(':') + 1);
    EXPECT_EQ(together, text) << size;
  }
}

TEST_F(BlocksOf, AnswerALineLongerThanABlockWhole) {
  const std::string line = "{" + std::string(50, 'x') + "}\n";
  EXPECT_THAT(all({file("long", "{1}\n" + line + "{2}")}, 8),
              ElementsAre("0/1:{1}\n", "0/2:" + line + "{2}"));
}

TEST_F(BlocksOf, TakeAFileOfOneDocumentWhole) {
  const std::string document = "{\n  \"a\": [\n    {}\n  ]\n}\n";
  EXPECT_THAT(all({file("document", document), file("next", "{1}\n")}, 4),
              ElementsAre("0/0:" + document, "1/1:{1}\n"));
  EXPECT_THAT(all({file("minified", R"({"a":1})")}, 4), ElementsAre(R"(0/1:{"a":1})")) << "a line like any";
}

TEST_F(BlocksOf, KnowLinesThatAreLongerThanABlock) {
  const std::string line = "{" + std::string(50, 'x') + "}\n";
  EXPECT_THAT(all({file("two", line + line)}, 8, 60), ElementsAre("0/1:" + line, "0/2:" + line));
}

TEST_F(BlocksOf, TakeAnExportForLinesAlthoughItsFirstIsBroken) {
  EXPECT_THAT(all({file("broken", "{\"a\": \n{1}\n")}, 100), ElementsAre("0/1:{\"a\": \n{1}\n"));
}

TEST_F(BlocksOf, SkipAByteOrderMark) {
  EXPECT_THAT(all({file("mark", "\xEF\xBB\xBF{1}\n")}, 100), ElementsAre("0/1:{1}\n"));
}

TEST_F(BlocksOf, SayWhatCannotBeReadAndGoOn) {
  const auto good = file("good", "{1}\n");
  EXPECT_THAT(all({"/nowhere/at/all", testing::TempDir(), good}, 100), ElementsAre("2/1:{1}\n"));
  EXPECT_THAT(problems, ElementsAre(HasSubstr("cannot be read"), HasSubstr("is a directory")));
  problems.clear();
  EXPECT_THAT(all({file("large", "{" + std::string(200, 'x') + "}\n{2}\n"), good}, 8, 40),
              ElementsAre("1/1:{1}\n"));
  EXPECT_THAT(problems, ElementsAre(HasSubstr("longer than the memory allowed")));
}

TEST_F(BlocksOf, GoOnBehindABlock) {
  const auto path = file("resumed", "\xEF\xBB\xBF{1}\n{22}\n{333}\n");
  Blocks before({file("other", "{0}\n"), path}, 4, 100);
  before.next(problems);
  const auto last = before.next(problems);
  ASSERT_TRUE(last);
  EXPECT_EQ(last->text, "{1}\n");
  Blocks after({file("other", "{0}\n"), path}, 4, 100);
  after.resume(last->input, last->end, 2);
  const auto next = after.next(problems);
  ASSERT_TRUE(next);
  EXPECT_EQ(next->text, "{22}\n");
  EXPECT_EQ(next->firstLine, 2U);
  EXPECT_EQ(next->input, 1U);
}

TEST_F(BlocksOf, KnowTheBytesOfFilesOnly) {
  const auto path = file("bytes", "{1}\n");
  EXPECT_EQ(Blocks({path, path}, 4, 100).bytes(), 8U);
  EXPECT_FALSE(Blocks({path, "-"}, 4, 100).bytes());
}

}  // namespace
}  // namespace plumbline::bulk
