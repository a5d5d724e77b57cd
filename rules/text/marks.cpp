#include "rules/text/marks.h"

#include <array>

namespace plumbline::rules::text {
namespace {

constexpr std::array<Mark, 46> kMarks{{{"\xC2\xA0", ' '},
                                       {"\xE2\x80\x98", '\''},
                                       {"\xE2\x80\x99", '\''},
                                       {"\xE2\x80\x90", '-'},
                                       {"\xE2\x80\x91", '-'},
                                       {"\xE2\x80\x92", '-'},
                                       {"\xE2\x80\x93", '-'},
                                       {"\xE2\x80\x94", '-'},
                                       {"\xE2\x80\x95", '-'},
                                       {"\xE2\x88\x92", '-'},
                                       {"\xE2\x80\x9C", '"'},
                                       {"\xE2\x80\x9D", '"'},
                                       {"\xE2\x80\xA2", '*'},
                                       {"\xE2\x80\xA6", '.'},
                                       {"\xC2\xB7", '*'},
                                       {"\xC2\xB0", ' '},
                                       {"\xE2\x98\x90", '\2'},
                                       {"\xE2\x98\x91", '\1'},
                                       {"\xE2\x98\x92", '\1'},
                                       {"\xE2\x9C\x93", '\1'},
                                       {"\xE2\x9C\x94", '\1'},
                                       {"\xE2\x89\xA5", '>'},
                                       {"\xE2\x80\x80", ' '},
                                       {"\xE2\x80\x81", ' '},
                                       {"\xE2\x80\x82", ' '},
                                       {"\xE2\x80\x83", ' '},
                                       {"\xE2\x80\x84", ' '},
                                       {"\xE2\x80\x85", ' '},
                                       {"\xE2\x80\x86", ' '},
                                       {"\xE2\x80\x87", ' '},
                                       {"\xE2\x80\x88", ' '},
                                       {"\xE2\x80\x89", ' '},
                                       {"\xE2\x80\x8A", ' '},
                                       {"\xE2\x80\x8B", kInvisible},
                                       {"\xE2\x80\x8C", kInvisible},
                                       {"\xE2\x80\x8D", kInvisible},
                                       {"\xE2\x80\x8E", kInvisible},
                                       {"\xE2\x80\x8F", kInvisible},
                                       {"\xC2\xAD", kInvisible},
                                       {"\xEF\xBB\xBF", kInvisible},
                                       {"\xE2\x81\xA6", kInvisible},
                                       {"\xE2\x81\xA9", kInvisible},
                                       {"\xE3\x80\x80", ' '},
                                       {"\xE2\x80\xAF", ' '},
                                       {"\xC2\xB4", '\''},
                                       {"\xCA\xBC", '\''}}};

}  // namespace

const Mark* findMark(std::string_view text, std::size_t at) {
  for (const Mark& mark : kMarks) {
    if (text.compare(at, mark.bytes.size(), mark.bytes) == 0) return &mark;
  }
  return nullptr;
}

}  // namespace plumbline::rules::text
