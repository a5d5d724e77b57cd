#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "rules/assessment.h"

namespace plumbline {

/// Why an assessment came out as it did, in ids and words, for whoever prints it. Views are of the
/// assessment, its pack and its record, which must outlive it.
struct Explanation {
  struct Named {
    std::string_view id, name;
  };

  /// One piece of the chart that speaks to a finding.
  struct Piece {
    std::string_view says;                ///< "present", "absent", "not performed", …
    std::string when;                     ///< empty: undated
    std::string source;                   ///< "Condition/c1"
    std::string words;                    ///< of the code, or the value
    std::vector<std::string_view> marks;  ///< "suspected", "longstanding or unchanged", …
    std::string_view aside;               ///< why it is not counted, or empty
    bool fromText = false;
    std::string_view kind;   ///< of text: what it stands in
    std::string_view quote;  ///< of text: as written; untrusted
  };

  struct Found {
    Named finding;
    std::string_view kind;           ///< as finding files call it: "red-flag", "stress", …
    std::string_view state, reason;  ///< the reason is empty where there is none
    std::string_view grade;
    std::vector<std::string_view> marks;
    std::vector<Piece> evidence;
  };

  struct Weighed {
    std::string_view id, tier, because;
    std::string_view verdict;     ///< "holds", "open" or "does not hold"
    std::string_view at;          ///< the tier it holds at
    std::vector<Named> findings;  ///< that it holds for, or that would be needed
  };

  struct Considered {
    std::string_view id, title;
    std::string_view tier;  ///< empty: not raised
    std::string acted;      ///< what was done about it already, or empty
    std::vector<Weighed> rules;
  };

  struct OpenItem {
    std::string_view id, label;
    std::vector<Named> findings;
  };

  struct Unreadable {
    std::string_view what, where;
  };

  std::string asOf;
  std::string_view version, digest, tier;
  bool deceased = false;
  std::string_view act;
  bool painInPlay = false;
  std::string painSince;  ///< empty: an unknown date
  std::vector<std::string_view> painRegions;
  std::string_view stress;
  int stressWeight = 0;
  std::vector<Considered> pathways;
  std::vector<Found> findings;      ///< those with evidence
  std::vector<Named> undocumented;  ///< red flags without any
  std::vector<OpenItem> screen;     ///< of the structural screen: what is not complete
  std::vector<std::string_view> unread, missing;
  std::vector<Unreadable> unreadable;
};

/// `told`: which pathways may be spoken of, by id; without it, all. Others are left out, raised or not.
Explanation explanationOf(const rules::Assessment& assessment,
                          const std::function<bool(std::string_view pathway)>& told = {});

/// As one JSON object; members as above, lists always there.
std::string asJson(const Explanation& explanation);

}  // namespace plumbline
