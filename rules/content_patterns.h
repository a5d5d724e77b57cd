#pragma once

#include <algorithm>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "rules/content_reader.h"
#include "rules/text/phrase_index.h"

namespace plumbline::rules::content {

using Groups = std::map<std::string, text::Group, std::less<>>;
using Symbols = std::vector<text::Symbol>;
using Views = std::vector<std::string_view>;

inline Views split(std::string_view all, char at) {
  Views parts;
  for (std::size_t end = all.find(at); end != std::string_view::npos; end = all.find(at)) {
    parts.push_back(all.substr(0, end));
    all.remove_prefix(end + 1);
  }
  parts.push_back(all);
  return parts;
}

inline Views wordsOf(std::string_view phrase) {
  Views words = split(phrase, ' ');
  words.erase(std::remove(words.begin(), words.end(), ""), words.end());
  return words;
}

/// The elements of a pattern: blanks separate them, save inside brackets.
inline Views elementsOf(std::string_view pattern) {
  Views elements;
  bool bracket = false;
  std::size_t begin = 0;
  for (std::size_t at = 0; at <= pattern.size(); ++at) {
    const char c = at < pattern.size() ? pattern[at] : ' ';
    bracket = at < pattern.size() && (c == '[' || (bracket && c != ']'));
    if (c != ' ' || bracket) continue;
    if (at > begin) elements.push_back(pattern.substr(begin, at - begin));
    begin = at + 1;
  }
  return elements;
}

/// Turns patterns of content into sequences of words. The grammar is that of phrases.schema.json.
class Patterns {
 public:
  /// `read` makes symbols of the words of a choice.
  using Read = std::function<Symbols(const Views&)>;

  Patterns(const Groups& groups, Read read) : groups_(groups), read_(std::move(read)) {}

  /// Calls `use(symbols)` for every sequence that `pattern`, which has no gap, stands for; reports what is
  /// none.
  template <class Use>
  void expand(std::string_view pattern, const std::string& at, const File& file, Use use) const {
    constexpr std::size_t kMost = 5000;
    std::vector<std::vector<Symbols>> elements;
    std::size_t count = 1;
    for (const std::string_view element : elementsOf(pattern)) {
      elements.push_back(choicesOf(element, at, file));
      count *= elements.back().size();
      if (count > kMost)
        return file.problem(at,
                            "stands for more than " + std::to_string(kMost) + " phrases: make it shorter");
    }
    Symbols begun;
    combine(elements, 0, begun, use);
  }

 private:
  template <class Use>
  static void combine(const std::vector<std::vector<Symbols>>& elements, std::size_t next, Symbols& begun,
                      const Use& use) {
    if (next == elements.size()) return use(begun);
    const std::size_t size = begun.size();
    for (const Symbols& choice : elements[next]) {
      begun.insert(begun.end(), choice.begin(), choice.end());
      combine(elements, next + 1, begun, use);
      begun.resize(size);
    }
  }

  std::vector<Symbols> choicesOf(std::string_view element, const std::string& at, const File& file) const {
    std::vector<Symbols> choices;
    if (element.front() == '{') {
      if (element.back() != '}' || !groups_.contains(element.substr(1, element.size() - 2)))
        file.problem(at, "no class \"" + std::string(element) + "\"");
      return {read_({element})};
    }
    const bool optional = element.front() == '[' && element.back() == ']' && element.size() > 2;
    if (optional) choices.emplace_back();
    const std::string_view inside = optional ? element.substr(1, element.size() - 2) : element;
    for (const std::string_view choice : split(inside, '|')) choices.push_back(read_(wordsOf(choice)));
    return choices;
  }

  const Groups& groups_;
  Read read_;
};

}  // namespace plumbline::rules::content
