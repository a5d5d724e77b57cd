#pragma once

#include <array>
#include <bitset>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "rules/text/phrase_index.h"
#include "rules/text/tokens.h"

namespace plumbline::rules::text {

/// What words around a phrase do to it. rules/content/context/ has a file for each.
enum class Cue : std::uint8_t {
  Negation,
  Uncertainty,   ///< possible, suspected: counts, as suspected
  Unlikely,      ///< shown, counts for nothing
  History,       ///< once, and over
  Hypothetical,  ///< "return if": said of nobody
  Family,        ///< another person
  Baseline,      ///< longstanding, unchanged
  Change,        ///< new or worse: takes Baseline back
  NotPerformed,  ///< nobody looked
  OtherDay,      ///< a no beside it is of that day
  TakesBack,     ///< looks back and takes away what it `stops`
  Ends,          ///< the scope of all before it ends here
  Pseudo,        ///< looks like another cue and is none
};
constexpr std::size_t kCues = 13;

/// How many tokens a cue behind its phrase looks back, unless it says otherwise.
constexpr std::size_t kLooksBack = 6;
/// How many one that speaks of a whole list does.
constexpr std::size_t kListBack = 24;

struct CueRule {
  Cue cue = Cue::Ends;
  bool forward = false;
  bool backward = false;         ///< with `forward`: which of the two, the place decides (context.cpp)
  bool phrase = false;           ///< reaches to the next comma or colon only
  bool told = false;             ///< the patient said so, nobody examined: "denies"
  bool over = false;             ///< of History: it ended ("resolved"), perhaps only just now
  bool course = false;           ///< of History: may also tell how something began, "h/o fever for 2 days"
  bool list = false;             ///< looks back over all of its list, or sentence, not only over its item
  bool determiner = false;       ///< stands before a noun: "no"; not before one that is called new
  std::optional<int> maxTokens;  ///< how far it reaches; none: to the end of its clause
  /// Of Ends: the kinds whose scope ends; none: all but Hypothetical. Of TakesBack: those it takes away.
  std::bitset<kCues> stops;

  /// In tokens; of one that looks back.
  [[nodiscard]] std::size_t reachesBack() const {
    return list ? kListBack : maxTokens ? static_cast<std::size_t>(*maxTokens) : kLooksBack;
  }
};

/// What a heading makes of all below it until the next heading.
struct SectionRule {
  bool historical = false, hypothetical = false, other = false, told = false;
};

/// Cues and headings; content. Meanings of `index` are places in `rules`, then in `sections`.
struct ContextContent {
  PhraseIndex index;
  std::vector<CueRule> rules;
  std::vector<SectionRule> sections;
  std::size_t looksBack = kLooksBack;  ///< how far any cue does
  WordId start = kUnknownWord;         ///< stands for the start of a sentence in a cue

  [[nodiscard]] bool isSection(std::uint32_t meaning) const { return meaning >= rules.size(); }
};

enum class State : std::uint8_t { Affirmed, Negated, Uncertain, NotPerformed };
enum class Time : std::uint8_t { Current, Historical, Hypothetical };
enum class Who : std::uint8_t { Patient, Other };

/// How a phrase is meant where it stands.
struct Context {
  State state = State::Affirmed;
  Time time = Time::Current;
  Who who = Who::Patient;
  bool unlikely = false;
  bool longstanding = false;
  bool changed = false;
  bool over = false;  ///< of Historical: by words of an end alone, so that it may have been there today
  bool told = false;  ///< denied or affirmed by the patient, not examined
  /// Of Negated: the negation stands right beside the phrase ("not intact"), or at least in the same item of
  /// a list.
  bool adjacent = false, sameItem = false;
  bool otherDay = false;  ///< a no is of another day
  bool vague = false;     ///< of Negated: the words leave open whether the no was meant here
};

/// A phrase whose context is asked for. Begin and end are tokens; where other words stand between its parts,
/// `head` is where the first stretch of words ends and `last` where the last one begins.
struct Span {
  std::size_t begin = 0, last = 0, end = 0;
  std::size_t head = 0;
  /// Cues inside a phrase say nothing of other phrases ("no urge to void, leg weakness"), save in one that
  /// says that something is not there ("no injury or fall").
  bool open = false;
};

/// The tokens from `begin` to `end`, and the last colon among them; `begin` where there is none.
struct Sentence {
  std::size_t begin = 0, end = 0;
  std::size_t colon = 0;
};

/// Goes through a text from its first sentence to its last and tells how given phrases are meant. One pass
/// over the tokens; every cue looks back a bounded number of phrases.
class ContextReader {
 public:
  ContextReader(const ContextContent& content, const std::vector<Token>& tokens)
      : content_(content), tokens_(tokens) {}

  /// Reads a sentence and gives the context of each span, which lie
  /// within it and are in order of `last`. None where a span is cut in two by the end of a clause. Call it
  /// for every sentence in turn, those without a span too: they may hold a heading. What it gives stands
  /// until the next call.
  const std::vector<std::optional<Context>>& read(const Sentence& sentence, const std::vector<Span>& spans);

 private:
  /// From where a cue of one kind reaches forward.
  struct Reach {
    std::size_t from = 0;
    std::optional<int> most;
    bool phrase = false, told = false, determiner = false, over = false, course = false;
  };
  struct Active {
    std::bitset<kCues> cues;           ///< those that reach the place at hand
    std::array<Reach, kCues> reach{};  ///< of those
  };
  struct Heard {
    std::bitset<kCues> cues;
    std::array<std::size_t, kCues> from{};
    bool told = false;
    bool cut = false;
    bool over = true;    ///< every History that reaches it is of an end
    bool course = true;  ///< … may tell how it began
    bool determiner = false;
    bool loose = false;    ///< denied, if at all, by a "no" before the item before it
    std::size_t item = 0;  ///< where its item of a list began
    SectionRule section;
  };
  /// What held before a bracket holds behind it again.
  struct Bracket {
    std::size_t clause, item;
    Active active;
  };
  /// A cue or heading whose words begin at the place at hand, and end before token `end`.
  struct Found {
    std::size_t end = 0;
    std::uint32_t meaning = 0;
  };
  /// Those of the same words: all of them hold.
  using Same = std::span<const Found>;

  static constexpr std::size_t kNowhere = std::numeric_limits<std::size_t>::max();

  void start(std::size_t begin, std::size_t end, const std::vector<Span>& spans);
  void findPlaces(std::size_t stop);
  void hear(std::size_t at, const std::vector<Span>& spans);
  std::size_t step(std::size_t at, const std::vector<Span>& spans);
  void findCues(std::size_t at);
  [[nodiscard]] Same sameAs(std::size_t last) const;
  [[nodiscard]] bool denies(Same same) const;
  bool startsWithNo(std::size_t at);
  [[nodiscard]] bool isShared(std::size_t at, const std::vector<Span>& spans) const;
  void runsInto(Same same, std::size_t at);
  void mark(std::size_t at);
  void reachForward(Cue cue, const Reach& reach);
  bool heading(Same same);
  void apply(Same same, std::size_t end, std::size_t at, const std::vector<Span>& spans);
  bool looksBack(const CueRule& rule, std::size_t end, std::size_t at) const;
  void reachBack(const CueRule& rule, std::size_t at, const std::vector<Span>& spans);
  void takeBack(const CueRule& rule, std::size_t at, const std::vector<Span>& spans);
  [[nodiscard]] bool saysSinceWhen(std::size_t at) const;
  [[nodiscard]] bool namesAList(const CueRule& rule, std::size_t at) const;
  [[nodiscard]] bool namesADayOf(std::size_t at, const std::vector<Span>& spans) const;
  [[nodiscard]] bool anyIs(Traits any, std::size_t from, std::size_t to) const;
  void semicolon(std::size_t at);
  void end(const CueRule& rule, std::size_t next);
  void newItem(std::size_t comma);
  void carry();
  [[nodiscard]] bool isSaidAnew() const;
  [[nodiscard]] bool isLastOfTwo() const;
  [[nodiscard]] bool isOfList(std::size_t begin) const;
  [[nodiscard]] bool ends(std::size_t at, bool joins) const;
  std::optional<Context> contextOf(const Heard& heard, const Span& span);
  bool saysNow();

  const ContextContent& content_;
  const std::vector<Token>& tokens_;
  SectionRule section_;
  bool onOneLine_ = false;           ///< words of the section stand on the line of its heading
  std::size_t begin_ = 0, end_ = 0;  ///< of the sentence
  Active active_{};
  std::size_t clause_ = 0;         ///< where the current clause began
  std::size_t item_ = 0;           ///< where the current item of a list began: behind the last comma
  std::size_t nos_ = 0;            ///< how many items of the clause begin with a "no" of their own
  bool loose_ = false;             ///< the current item is the second and last behind a single "no"
  std::optional<bool> now_;        ///< saysNow(), once asked
  bool fromList_ = false;          ///< the sentence is of that list
  std::optional<Active> carried_;  ///< what a line that ended in a colon says of the list below it
  std::size_t nextSpan_ = 0;       ///< the first span not yet come to
  std::vector<Bracket> brackets_;
  std::vector<std::size_t> places_;  ///< tokens of the sentence at which something may begin
  std::vector<char> inside_;         ///< by token of the sentence: whether it belongs to a phrase
  std::vector<Heard> heard_;
  std::vector<std::optional<Context>> contexts_;
  std::vector<Found> found_;  ///< of the token `foundAt_`, shortest first
  std::size_t foundAt_ = kNowhere;
};

}  // namespace plumbline::rules::text
