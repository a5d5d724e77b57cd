#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

/// A second reading of architecture §5, kept apart from the engine: it shares no code with rules/ and reads
/// the content files again. Slow and plain on purpose; where the two differ, one of them misreads the text.
///
/// This header is all it is told about a patient. Where the values come from is in border.h alone.
namespace plumbline::tests::reference {

using Seconds = std::int64_t;  ///< since 1970-01-01T00:00:00Z

constexpr Seconds kHour = 3'600;
constexpr Seconds kDay = 24 * kHour;

/// Some moment between two, both included. `to` < `from` never occurs.
struct Span {
  Seconds from = 0;
  Seconds to = 0;
};

enum class State { Present, Absent, Unknown };
enum class Age { None, History, Baseline, UndatedSoon, UndatedLower, Stale, Active };

/// What is known of a finding, or of one of its parts. Ages as the words of §5 rules 4 to 6.
struct Standing {
  State state = State::Unknown;
  Age age = Age::None;
  Age weakAge = Age::None;
  bool weakOnly = false;
  bool resolved = false;
  bool unreadable = false;  ///< unknown because a value could not be read
  bool current = false;
  std::size_t times = 0;
  std::optional<Span> last;  ///< when it was last there
  std::optional<Span> when;
  std::optional<Span> began;
};

/// One piece of evidence, as far as this reading needs it.
struct Trace {
  bool present = false;
  bool written = false;     ///< in a sentence
  bool listedOnly = false;  ///< by a code whose need is not met: speaks for nothing
  bool resolved = false;
  bool current = false;        ///< an entry that is active now
  bool changed = false;        ///< recurrence, relapse or worsening
  std::optional<Span> when;    ///< as it stands on its own, whatever came before
  std::optional<Span> onset;   ///< as an entry of the problem list gives it
  std::string type, resource;  ///< of the resource: its type; type and id
  std::string code;
};

struct Finding {
  Standing whole;
  std::map<std::string, Standing> parts;
  std::vector<Trace> traces;
};

/// A code and the words beside it.
struct Named {
  std::set<std::pair<std::string, std::string>> codes;  ///< system, code, both canonical
  std::vector<std::string> words;                       ///< text and displays, in lower case
};

struct Value {
  Named of;
  bool final = false;
  bool given = false;
  std::optional<Span> at;
};

/// A report of imaging, or an order for it.
struct Imaging {
  Named of;
  bool report = false;
  bool final = false;   ///< of a report
  bool active = false;  ///< of an order: active, to be carried out, no proposal and no draft
  std::string priority;
  std::optional<Span> at;
};

enum class Supplied { Whole, Missing, Partly, Failed };

/// A response to the project's own red-flag form.
struct Form {
  bool finished = false;
  std::optional<Span> at;
  std::set<std::string> answered;  ///< findings, whatever the answer
};

struct Pain {
  bool inPlay = false;
  std::set<std::string> regions;
  std::optional<Span> start;
};

struct Chart {
  Seconds now = 0;
  bool deceased = false;
  bool emergencyDepartment = false;
  std::optional<std::pair<int, int>> years;  ///< youngest and oldest possible age
  std::string sex;
  Pain pain;
  std::string act;              ///< that attributes the pain to stress; empty for none
  std::set<std::string> takes;  ///< medication classes
  std::map<std::string, Finding> findings;
  std::vector<Value> values;
  std::vector<Imaging> imaging;
  std::map<std::string, Supplied> keys;  ///< every published prefetch key
  std::vector<Form> forms;
  bool attestationAsked = false;  ///< the site's choice
  bool somethingUnreadable = false;
  bool someNoteUnread = false;
};

}  // namespace plumbline::tests::reference
