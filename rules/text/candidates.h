#pragma once

#include <vector>

#include "rules/text/content.h"

namespace plumbline::rules::text {

/// A segment at its place; `begin` and `end` are tokens.
struct Hit {
  Segment segment = 0;
  std::size_t begin = 0, end = 0;
};

/// A phrase at its place.
struct Candidate {
  const Phrase* phrase = nullptr;
  Span span;
};

/// Every segment of content in `tokens`, in order of their beginning.
std::vector<Hit> findHits(const TextContent& content, const std::vector<Token>& tokens);

/// Puts into `candidates`, which is emptied first so that a caller can use one vector for many sentences, the
/// phrases that the hits of one sentence make up, in order of their last segment. Where phrases of one
/// finding overlap only the best stands: one without a gap before one with, the longer before the shorter,
/// and what only looks like the finding goes with all it covers. `present(segment)` tells whether a segment
/// is anywhere in the text.
void findCandidates(const TextContent& content, const std::vector<Token>& tokens, const Hit* begin,
                    const Hit* end, const std::vector<bool>& present, std::vector<Candidate>& candidates);

}  // namespace plumbline::rules::text
