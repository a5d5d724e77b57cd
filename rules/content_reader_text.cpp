#include "rules/content_reader_text.h"

#include <algorithm>
#include <array>
#include <numeric>

#include "rules/content_patterns.h"

namespace plumbline::rules::content {
namespace {

using text::Cue;
using text::Phrase;
using text::WordId;
using Words = std::vector<std::string>;

struct KindOfCue {
  const char* file;
  Cue cue;
};
constexpr std::array<KindOfCue, text::kCues> kCueFiles{{{"negation", Cue::Negation},
                                                        {"uncertainty", Cue::Uncertainty},
                                                        {"unlikely", Cue::Unlikely},
                                                        {"history", Cue::History},
                                                        {"hypothetical", Cue::Hypothetical},
                                                        {"family", Cue::Family},
                                                        {"baseline", Cue::Baseline},
                                                        {"change", Cue::Change},
                                                        {"not-performed", Cue::NotPerformed},
                                                        {"other-day", Cue::OtherDay},
                                                        {"takes-back", Cue::TakesBack},
                                                        {"ends", Cue::Ends},
                                                        {"pseudo", Cue::Pseudo}}};

text::CueRule cueRule(Cue cue, const Value& value) {
  const std::string direction = text(value, "direction");
  text::CueRule rule;
  rule.cue = cue;
  rule.forward = direction == "forward" || direction == "either";
  rule.backward = direction == "backward" || direction == "either";
  rule.phrase = text(value, "reach") == "phrase";
  rule.told = flag(value, "told");
  rule.list = text(value, "reach") == "list";
  rule.over = flag(value, "over");
  rule.course = flag(value, "course");
  rule.determiner = flag(value, "determiner");
  rule.maxTokens = integer(value, "maxTokens");
  for (const std::string& stopped : texts(value, "stops")) {
    for (const KindOfCue& each : kCueFiles) {
      if (stopped == each.file) rule.stops.set(static_cast<std::size_t>(each.cue));
    }
  }
  return rule;
}

/// The row of a word in a table that grows to hold it.
template <class T>
typename std::vector<T>::reference at(std::vector<T>& table, WordId word) {
  if (table.size() <= word) table.resize(word + 1);
  return table[word];
}

}  // namespace

TextReader::TextReader(Pack& pack) : pack_(pack) {
  const File none{"", problemsOfDrugs_};
  for (const MedicationClass& each : pack.medications) {
    Words names = each.names;
    for (const auto& [brand, ingredient] : each.brands) names.push_back(brand);
    for (std::string& name : names) std::replace(name.begin(), name.end(), '-', ' ');
    group(each.id, names, none);
  }
}

/// `phrases` are of the group `name` from now on.
void TextReader::group(const std::string& name, const Words& phrases, const File& file) {
  const auto number = static_cast<text::Group>(groups_.size());
  const std::string at = "/classes/" + name;
  const Patterns patterns(groups_, [&](const Views& words) { return symbolsOf(words, file); });
  for (const std::string& phrase : phrases) {
    if (phrase.find('{') != std::string::npos) file.problem(at, "names another class");
    patterns.expand(phrase, at, file, [&](const Symbols& symbols) { text_.groups.add(symbols, number); });
  }
  if (!groups_.emplace(name, number).second) file.problem(at, "is a class of drugs already");
}

void TextReader::reading(const Value& document) {
  text_.gap = static_cast<std::size_t>(integer(document, "gapWords").value_or(0));
  text_.snippet = static_cast<std::size_t>(integer(document, "snippetBytes").value_or(0));
  text_.largest = static_cast<std::size_t>(integer(document, "largestBytes").value_or(0));
  for (const char* mark : {",", ".", "?", ":", "(", "#n", "#year", "#date"}) text_.vocabulary.add(mark);
  filler(":");
  text_.context.index.setNumber(text_.vocabulary.add("#n"));
  text_.context.start = text_.vocabulary.add("^");
  const Value& grammar = document["grammar"];
  for (const auto& [key, bit] :
       {std::pair("be", text::kBe), std::pair("after", text::kAfter), std::pair("joins", text::kJoins),
        std::pair("or", text::kOr), std::pair("now", text::kNow), std::pair("except", text::kExcept),
        std::pair("governs", text::kGoverns), std::pair("describes", text::kDescribes),
        std::pair("tells", text::kTells)}) {
    for (const std::string& word : texts(grammar, key))
      text_.vocabulary.mark(text_.vocabulary.add(word), bit);
  }
}

void TextReader::filler(const std::string& word) {
  text_.vocabulary.mark(text_.vocabulary.add(word), text::kFiller);
}

void TextReader::spelling(const Value& document) {
  for (const auto& each : document["spellings"].GetObject())
    text_.vocabulary.addSpelling(each.name.GetString(), each.value.GetString());
  for (const auto& [key, trait] :
       {std::pair("abbreviations", text::kAbbreviation), std::pair("leadsOn", text::kLeadsOn)}) {
    for (const std::string& word : texts(document, key))
      text_.vocabulary.mark(text_.vocabulary.add(word), trait);
  }
}

void TextReader::fillers(const Value& document) {
  for (const std::string& word : texts(document, "words")) filler(word);
}

void TextReader::classes(const Value& document, const File& file) {
  const Value& all = document["classes"];
  for (const auto& each : all.GetObject())
    group(each.name.GetString(), text_.classes[each.name.GetString()] = texts(all, each.name.GetString()),
          file);
}

void TextReader::phrases(const Value& document, const File& file) {
  const auto finding = findingOf(pack_, text(document, "id"), "/id", file);
  if (!finding) return;
  lists(document, {*finding, std::nullopt, std::nullopt, std::nullopt}, "", file);
  if (const Value* parts = find(document, "parts")) {
    for (const auto& each : parts->GetObject()) {
      const auto& names = pack_.findings[*finding].parts;
      const auto found = std::find(names.begin(), names.end(), each.name.GetString());
      const std::string at = std::string("/parts/") + each.name.GetString();
      if (found == names.end()) {
        file.problem(at, "the finding has no such part");
      } else {
        lists(each.value,
              {*finding, static_cast<std::size_t>(found - names.begin()), std::nullopt, std::nullopt}, at,
              file);
      }
    }
  }
  if (const Value* aspects = find(document, "aspects")) {
    std::size_t number = 0;
    for (const auto& each : aspects->GetObject())
      lists(each.value, {*finding, std::nullopt, std::nullopt, number++},
            std::string("/aspects/") + each.name.GetString(), file);
    at(text_.aspects, static_cast<WordId>(*finding)) = number;
  }
  if (const Value* regions = find(document, "regions")) {
    for (const auto& each : regions->GetObject())
      lists(each.value, {*finding, std::nullopt, regionOf(each.name.GetString()), std::nullopt},
            std::string("/regions/") + each.name.GetString(), file);
  }
}

void TextReader::cues(const std::string& kind, const Value& document, const File& file) {
  const auto known = std::find_if(kCueFiles.begin(), kCueFiles.end(),
                                  [&](const KindOfCue& each) { return kind == each.file; });
  if (known == kCueFiles.end()) {
    file.problem("", "is no kind of cue that the reader knows");
    return;
  }
  const Value& list = document["cues"];
  for (rapidjson::SizeType i = 0; i < list.Size(); ++i) {
    text_.context.rules.push_back(cueRule(known->cue, list[i]));
    if (const text::CueRule& rule = text_.context.rules.back(); rule.backward)
      text_.context.looksBack = std::max(text_.context.looksBack, rule.reachesBack());
    const auto meaning = static_cast<std::uint32_t>(text_.context.rules.size() - 1);
    cue(text(list[i], "words"), meaning, "/cues/" + std::to_string(i) + "/words", file);
  }
}

/// After every kind of cue: their meanings come first.
void TextReader::sections(const Value& document, const File& file) {
  const Value& list = document["sections"];
  for (rapidjson::SizeType i = 0; i < list.Size(); ++i) {
    const std::string time = text(list[i], "time");
    const text::SectionRule rule{time == "historical" || time == "standing", time == "hypothetical",
                                 text(list[i], "who") == "other", flag(list[i], "told")};
    const auto meaning =
        static_cast<std::uint32_t>(text_.context.rules.size() + text_.context.sections.size());
    text_.context.sections.push_back(rule);
    for (const std::string& header : texts(list[i], "headers"))
      cue(header, meaning, "/sections/" + std::to_string(i), file);
  }
}

void TextReader::form(const Value& document, const File& file) {
  const auto take = [&](text::PhraseIndex& index, const char* key, auto meaning) {
    for (const std::string& words : texts(document, key))
      index.add(wordIds(wordsOf(words), file), static_cast<std::uint32_t>(meaning));
  };
  take(text_.answers, "yes", text::FormAnswer::Yes);
  take(text_.answers, "no", text::FormAnswer::No);
  take(text_.answers, "notPerformed", text::FormAnswer::NotPerformed);
  take(text_.labels, "passed", text::LabelWord::Passed);
  take(text_.labels, "outcomes", text::LabelWord::Outcome);
  text_.unanswered = text_.vocabulary.add(text(document, "unanswered"));
  for (const std::string& word : texts(document, "questions"))
    text_.vocabulary.mark(text_.vocabulary.add(word), text::kAsks);
}

void TextReader::sides(const Value& document) {
  for (const auto& [key, side] :
       {std::pair("left", Side::Left), std::pair("right", Side::Right), std::pair("both", Side::Both)}) {
    for (const std::string& word : texts(document, key)) {
      const WordId number = text_.vocabulary.add(word);
      at(text_.sides, number) = side;
      text_.vocabulary.mark(number, text::kSided);
    }
  }
}

void TextReader::time(const Value& document) {
  for (const auto& each : document["days"].GetObject())
    at(text_.days, text_.vocabulary.add(each.name.GetString())) = each.value.GetInt();
  for (const std::string& word : texts(document, "age")) at(text_.days, text_.vocabulary.add(word)) = -1;
  for (const auto& each : document["numbers"].GetObject()) {
    const WordId number = text_.vocabulary.add(each.name.GetString());
    at(text_.numbers, number) = each.value.GetInt();
    text_.vocabulary.mark(number, text::kCounts);
  }
}

void TextReader::quantities(const Value& document, const File& file) {
  const Value& list = document["quantities"];
  for (rapidjson::SizeType i = 0; i < list.Size(); ++i) {
    text::Quantity quantity;
    quantity.name = text(list[i], "name");
    quantity.unit = text(list[i], "unit");
    quantity.first = flag(list[i], "first");
    quantity.outOf = integer(list[i], "outOf");
    for (const std::string& word : texts(list[i], "notBehind"))
      quantity.notBehind.push_back(text_.vocabulary.add(word));
    for (const auto& unit : list[i]["units"].GetObject()) {
      for (const auto& printed : unit.value.GetArray())
        quantity.units.push_back({wordIds(wordsOf(printed.GetString()), file), unit.name.GetString()});
    }
    // The longest first, so that "mg l" is not read as something else that begins like it.
    std::stable_sort(quantity.units.begin(), quantity.units.end(),
                     [](const auto& a, const auto& b) { return a.words.size() > b.words.size(); });
    if (const Value* other = find(list[i], "otherUnit")) {
      quantity.otherFrom = (*other)["from"].GetDouble();
      quantity.otherUnit = text(*other, "unit");
    }
    const std::string at = "/quantities/" + std::to_string(i);
    name(texts(list[i], "names"), text_.quantities.size(), false, at, file);
    name(texts(list[i], "namesWithUnit"), text_.quantities.size(), true, at, file);
    text_.quantities.push_back(std::move(quantity));
  }
}

void TextReader::finish() {
  text_.namingOf.resize(segments_.size());
  text_.endingsFrom.assign(segments_.size() + 1, 0);
  for (const Phrase& each : text_.phrases) ++text_.endingsFrom[each.segments.back() + 1];
  std::partial_sum(text_.endingsFrom.begin(), text_.endingsFrom.end(), text_.endingsFrom.begin());
  text_.endings.resize(text_.phrases.size());
  std::vector<std::uint32_t> next = text_.endingsFrom;
  for (std::uint32_t i = 0; i < text_.phrases.size(); ++i) {
    const Phrase& phrase = text_.phrases[i];
    text_.endings[next[phrase.segments.back()]++] = {i, phrase.segments.size() == 1, phrase.with.empty()};
  }
  text_.roles.resize(segments_.size());
  for (text::Segment each = 0; each < segments_.size(); ++each) {
    if (!text_.endingIn(each).empty()) text_.roles[each] |= text::TextContent::kEndsPhrase;
    if (text_.naming(each)) text_.roles[each] |= text::TextContent::kNamesQuantity;
  }
  text_.aspects.resize(pack_.findings.size());
  text_.groups.finish(text_.vocabulary, groups_.size(), text::kBeginsGroup);
  text_.index.finish(text_.vocabulary, groups_.size(), text::kBeginsPhrase);
  text_.context.index.finish(text_.vocabulary, groups_.size(), text::kBeginsCue);
  text_.answers.finish(text_.vocabulary, groups_.size(), text::kBeginsAnswer);
  text_.labels.finish(text_.vocabulary, groups_.size(), text::kBeginsAnswer);
  text_.vocabulary.finish();
  pack_.text = std::move(made_);
}

std::vector<WordId> TextReader::wordIds(const Views& words, const File& file) {
  std::vector<WordId> ids;
  for (const std::string_view word : words) {
    if (std::any_of(word.begin(), word.end(), [](char c) { return c >= 'A' && c <= 'Z'; }))
      file.problem("", "\"" + std::string(word) + "\": phrases are in lower case");
    ids.push_back(text_.vocabulary.add(word));
  }
  return ids;
}

/// As phrases of findings are kept: groups by number, words in the singular.
std::vector<text::Symbol> TextReader::symbolsOf(const Views& words, const File& file) {
  std::vector<text::Symbol> symbols;
  for (const std::string_view word : words) {
    const auto known = word.front() == '{' ? groups_.find(word.substr(1, word.size() - 2)) : groups_.end();
    symbols.push_back(known == groups_.end() ? wordIds({text::Vocabulary::singular(word)}, file).front()
                                             : text::symbolOf(known->second));
  }
  return symbols;
}

text::Segment TextReader::segment(const std::string& pattern, const std::string& where, const File& file) {
  const auto entry = segments_.emplace(pattern, static_cast<text::Segment>(segments_.size()));
  const text::Segment segment = entry.first->second;
  if (entry.second) {
    const Patterns patterns(groups_, [&](const Views& words) { return symbolsOf(words, file); });
    patterns.expand(pattern, where, file, [&](const Symbols& symbols) { text_.index.add(symbols, segment); });
  }
  return segment;
}

void TextReader::lists(const Value& object, const Owner& owner, const std::string& at, const File& file) {
  using Role = Phrase::Role;
  for (const auto& [key, role] :
       {std::pair("whole", Role::Whole), std::pair("ways", Role::Way), std::pair("absent", Role::Absent),
        std::pair("wholeNegatedOnly", Role::WholeIfDenied), std::pair("examined", Role::Examined),
        std::pair("unlike", Role::Unlike)}) {
    const Words all = texts(object, key);
    for (std::size_t i = 0; i < all.size(); ++i)
      phrase(all[i], role, {}, owner, at + "/" + key + "/" + std::to_string(i), file);
  }
  if (const Value* ambiguous = find(object, "onlyWith")) {
    for (const auto& each : ambiguous->GetArray())
      phrase(text(each, "phrase"), Role::Way, texts(each, "with"), owner, at + "/onlyWith", file);
  }
}

void TextReader::phrase(const std::string& words, Phrase::Role role, const Words& with, const Owner& owner,
                        const std::string& where, const File& file) {
  Phrase phrase{owner.finding, role, owner.part, owner.region, owner.aspect, words, {}, {}};
  std::string pattern;
  const auto take = [&] {
    if (pattern.empty()) file.problem(where, "a gap has words on both sides");
    phrase.segments.push_back(segment(pattern, where, file));
    pattern.clear();
  };
  for (const std::string_view element : elementsOf(words)) {
    if (element == "...") {
      take();
    } else {
      if (!pattern.empty()) pattern += ' ';
      pattern += element;
    }
  }
  take();
  for (const std::string& each : with) phrase.with.push_back(segment(each, where, file));
  text_.phrases.push_back(std::move(phrase));
}

void TextReader::cue(const std::string& pattern, std::uint32_t meaning, const std::string& where,
                     const File& file) {
  const Patterns patterns(groups_, [&](const Views& words) { return wordIds(words, file); });
  patterns.expand(pattern, where, file,
                  [&](const Symbols& symbols) { text_.context.index.add(symbols, meaning); });
}

void TextReader::name(const Words& names, std::size_t quantity, bool needsUnit, const std::string& where,
                      const File& file) {
  for (const std::string& each : names) {
    const text::Segment named = segment(each, where, file);
    text_.namings.push_back({quantity, each, needsUnit});
    at(text_.namingOf, named) = static_cast<std::uint32_t>(text_.namings.size());
  }
}

}  // namespace plumbline::rules::content
