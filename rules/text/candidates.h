#pragma once

#include <vector>

#include "rules/text/content.h"

namespace plumbline::rules::text {

/// A segment at its place; `begin` and `end` are tokens.
struct Hit {
  Segment segment = 0;
  std::uint32_t begin = 0, end = 0;
  std::uint8_t roles = 0;  ///< TextContent::SegmentRole bits
};

/// A phrase at its place.
struct Candidate {
  const Phrase* phrase = nullptr;
  Span span;
};

/// The hits of a text, and what is worked out on the way to them; one for many texts.
struct Search {
  PhraseIndex::Room room;
  GroupHits groups;
  std::vector<Hit> hits;
};

/// Puts every segment of content in `tokens` into `search.hits`, in order of their beginning.
void findHits(const TextContent& content, const std::vector<Token>& tokens, Search& search);

/// Which segments are anywhere in a text; worked out when it is first asked for.
class Present {
 public:
  Present(const TextContent& content, const std::vector<Hit>& hits) : content_(content), hits_(hits) {}
  [[nodiscard]] bool has(Segment segment);

 private:
  const TextContent& content_;
  const std::vector<Hit>& hits_;
  std::vector<bool> all_;
};

/// Puts into `candidates`, which is emptied first so that a caller can use one vector for many sentences, the
/// phrases that the hits of one sentence make up, in order of their last segment. Where phrases of one
/// finding overlap only the best stands: one without a gap before one with, the longer before the shorter,
/// and what only looks like the finding goes with all it covers. `present` is of the whole text.
void findCandidates(const TextContent& content, const std::vector<Token>& tokens, const Hit* begin,
                    const Hit* end, Present& present, std::vector<Candidate>& candidates);

}  // namespace plumbline::rules::text
