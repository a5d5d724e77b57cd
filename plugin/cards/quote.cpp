#include "plugin/cards/quote.h"

#include <algorithm>

#include "plugin/cards/detail.h"
#include "rules/words.h"

namespace plumbline::cards {
namespace {

/// Whether a card of this tier may hold the words.
bool maySay(const rules::Assessment& assessment, std::string_view words) {
  const rules::Pack& pack = *assessment.pack;
  std::string lower(words);
  std::transform(lower.begin(), lower.end(), lower.begin(), rules::lower);
  const bool never = std::any_of(pack.neverPhrases.begin(), pack.neverPhrases.end(),
                                 [&](const auto& phrase) { return lower.find(phrase) != std::string::npos; });
  const bool pressing = assessment.tier == rules::Tier::Emergency || assessment.tier == rules::Tier::Urgent;
  return !never &&
         !(pressing && std::any_of(pack.stressWords.begin(), pack.stressWords.end(),
                                   [&](const auto& stem) { return rules::holdsWord(words, stem); }));
}

}  // namespace

std::string quoted(const rules::Assessment& assessment, const rules::Evidence& evidence) {
  if (!evidence.fromText || evidence.snippet.empty() || !maySay(assessment, evidence.snippet)) return {};
  constexpr std::string_view kMarkup = "\\`*_{}[]()<>#+-!|~&:/@$^=";
  std::string text = say(assessment, "common.freeText") + ": \u201c";
  for (const char c : evidence.snippet) {
    if (static_cast<unsigned char>(c) < ' ') {
      text += ' ';
      continue;
    }
    const bool address = c == '.' && text.size() >= 3 &&
                         rules::beginsWith(std::string_view(text).substr(text.size() - 3), "www");
    if (address || kMarkup.find(c) != std::string_view::npos) text += '\\';
    text += c;
  }
  return text + "\u201d";
}

}  // namespace plumbline::cards
