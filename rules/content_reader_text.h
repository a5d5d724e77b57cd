#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "rules/content_reader.h"
#include "rules/text/content.h"

namespace plumbline::rules::content {

/// Builds Pack::text out of the files of text/, context/ and phrases/: one step a kind of file, in the order
/// of the methods, finish() last. Needs the medication classes and the findings of the pack.
class TextReader {
 public:
  explicit TextReader(Pack& pack);

  void reading(const Value& document);
  void spelling(const Value& document);
  void fillers(const Value& document);
  void classes(const Value& document, const File& file);
  /// `kind` is the file's name; reported when it is no kind of cue.
  void cues(const std::string& kind, const Value& document, const File& file);
  void sections(const Value& document, const File& file);
  void form(const Value& document, const File& file);
  void sides(const Value& document);
  void time(const Value& document);
  void quantities(const Value& document, const File& file);
  void phrases(const Value& document, const File& file);
  void finish();

 private:
  struct Owner {
    std::size_t finding;
    std::optional<std::size_t> part;
    std::optional<Region> region;
    std::optional<std::size_t> aspect;
  };
  using Words = std::vector<std::string>;
  using Views = std::vector<std::string_view>;

  void filler(const std::string& word);
  void group(const std::string& name, const Words& phrases, const File& file);
  std::vector<text::WordId> wordIds(const Views& words, const File& file);
  std::vector<text::Symbol> symbolsOf(const Views& words, const File& file);
  text::Segment segment(const std::string& pattern, const std::string& where, const File& file);
  void lists(const Value& object, const Owner& owner, const std::string& at, const File& file);
  void phrase(const std::string& words, text::Phrase::Role role, const Words& with, const Owner& owner,
              const std::string& where, const File& file);
  void cue(const std::string& pattern, std::uint32_t meaning, const std::string& where, const File& file);
  void name(const Words& names, std::size_t quantity, bool needsUnit, const std::string& where,
            const File& file);

  Pack& pack_;
  std::shared_ptr<text::TextContent> made_ = std::make_shared<text::TextContent>();  ///< Pack::text at last
  text::TextContent& text_ = *made_;
  std::map<std::string, text::Group, std::less<>> groups_;   ///< by name
  std::vector<fhir::Problem> problemsOfDrugs_;               ///< none: names of drugs are words
  std::unordered_map<std::string, text::Segment> segments_;  ///< by pattern
};

}  // namespace plumbline::rules::content
