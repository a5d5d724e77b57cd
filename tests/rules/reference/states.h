#pragma once

#include <optional>
#include <string>
#include <vector>

#include "tests/rules/reference/chart.h"

/// Architecture §5 rules 1 to 6 read a second time: from pieces of evidence to the state of a finding.
namespace plumbline::tests::reference {

enum class Hand { Unsaid, Left, Right, Both };

struct Said {
  enum class What { Present, Absent, NotPerformed, NotDocumented, Unreadable };
  What what = What::Present;
  std::optional<Span> when, ended;
  bool resolved = false, current = false, refuted = false;
  bool told = false;  ///< by the patient, not seen by an examiner
  bool weak = false, listedOnly = false;
  bool whole = false;                   ///< of the finding or its part, not of one way of having it
  std::optional<std::size_t> part;      ///< which of the finding's parts
  std::optional<std::size_t> quantity;  ///< which of the finding's measurements
  std::string code, site;
  Hand hand = Hand::Unsaid;  ///< of the code; the site's words may say it too
};

/// What a finding's file says about how its evidence is weighed.
struct Weighing {
  std::string kind, conflict, undated;
  std::optional<Seconds> active, stale;
  bool staleRaises = false, anyInWindow = false;
};

struct Moment {
  Seconds now = 0;
  std::optional<Span> episode;  ///< the start of the pain
  Seconds contradiction = 0;
};

struct Judged {
  State state = State::Unknown;
  std::string reason = "not-documented";  ///< empty unless unknown
  Age age = Age::None;
  bool weakOnly = false;
  bool contradicted = false;
  bool current = false;
  std::optional<Span> when;  ///< of what decided
  std::optional<Span> last;  ///< when it was last there
};

/// Of the finding as a whole, or of one of its parts.
Judged judge(const Weighing& finding, const std::vector<Said>& evidence, const Moment& moment,
             std::optional<std::size_t> part = std::nullopt);

}  // namespace plumbline::tests::reference
