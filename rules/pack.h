#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "fhir/authored_json.h"
#include "rules/code_table.h"
#include "rules/criterion.h"
#include "rules/finding.h"
#include "rules/finding_set.h"
#include "rules/instruments.h"
#include "rules/overlay.h"
#include "rules/tier.h"
#include "rules/words.h"

namespace plumbline::rules {

namespace text {
struct TextContent;
}

/// A rule of a pathway: while `when` holds, the pathway is raised at `tier`, or lower where the evidence is
/// old, longstanding or undated (rules/criteria.h).
struct Rule {
  std::string id;
  Tier tier;
  Criterion when;
  std::string because;
  /// Findings of which at least one must be on record for the rule to hold; none: it can hold without any.
  /// Follows from `when`; lets a chart that records little be weighed quickly.
  std::optional<FindingSet> needs;
};

/// An option a clinician can take; becomes a suggestion of the card.
struct Option {
  std::string label;
  std::string order;                  ///< the logical order, whatever code a site has for it
  std::string imaging;                ///< id of the imaging it orders, or empty
  std::string code, system, display;  ///< a code that is safe to order by anywhere; or all empty
  std::string priority;
  Tier from = Tier::Urgent;     ///< the least tier it is offered at
  Tier upTo = Tier::Emergency;  ///< the highest
  std::vector<Region> regions;  ///< offered only where pain may be there; empty: everywhere
};

struct Pathway {
  std::string id;
  std::string version;
  std::string title;
  std::vector<Rule> rules;
  std::vector<std::size_t> asks;            ///< findings to document, most dangerous first
  std::vector<std::size_t> alsoDocumented;  ///< confounders: shown, never an explanation
  std::map<Tier, std::string> summary;
  std::map<Tier, std::vector<std::string>> consider;
  std::string onOtherCards;  ///< while it is an emergency, an option for the card of another; may be empty
  std::string why;
  std::vector<Option> options;
  std::vector<std::string> sources;
};

struct MedicationClass {
  std::string id;
  std::string name;
  std::vector<Code> codes;
  std::vector<std::string> names;             ///< ingredient names, lower case, for orders without a code
  std::map<std::string, std::string> brands;  ///< of these ingredients, by brand name, lower case
  std::vector<std::string> notWords;          ///< of forms that do not act on the whole body, such as "cream"
  std::vector<std::string>
      onlyWithReason;  ///< codes and names that need an anxiety reason to count as an act
};

struct Imaging {
  std::string id;
  std::string name;
  std::vector<Code> codes;
  std::vector<std::string> words;
  std::vector<std::string> covers;                  ///< pathway ids
  std::vector<std::string> coversOnlyWithContrast;  ///< of these, the ones that need contrast medium
  std::vector<std::string> contrastWords;
  std::vector<std::string> plans;  ///< pathway ids that an order of it, too, is a plan for
  bool mri = false;
};

/// A class of orders before which the red flags are worth a look, and what a card says of such an order while
/// it is being made. What it says of one at a tier is all it says: no word for a lesser tier reaches a card
/// of a greater one.
struct OrderClass {
  std::string id;
  std::optional<std::size_t> medications;  ///< index into Pack::medications
  std::vector<std::string> ingredients;    ///< of that class, by the names it gives them; empty: all
  std::vector<std::size_t> imaging;        ///< indexes into Pack::imaging
  std::vector<Code> codes;
  std::vector<std::string> words;
  std::map<Tier, std::string> notes;
};

struct Answers {
  std::vector<Code> present;
  std::vector<Code> absent;
  std::vector<Code> notPerformed;
  std::vector<std::string> presentWords;  ///< whole answers, lower case
  std::vector<std::string> absentWords;
  std::vector<std::string> leadIns;  ///< of questions, as plain words (rules/question.h)
};

/// How an observation says that it is about the family and not about the patient.
struct Family {
  std::vector<Code> codes;
  std::vector<std::string> words;  ///< stems, lower case
};

/// The red-flag screen the project publishes as a FHIR Questionnaire.
struct ScreenForm {
  struct Question {
    std::size_t finding;
    std::vector<Code> codes;  ///< of the question; each stands for the finding alone
  };
  struct Group {
    std::string title;
    std::vector<Question> questions;
  };

  std::string url;  ///< canonical, without version
  std::string version;
  std::string title;
  std::vector<std::size_t> asks;  ///< findings, in order; the linkId of each question is its id
  std::vector<Group> groups;      ///< the same, as the form arranges them
  Code yes, no, notExamined;      ///< the answers it offers
};

/// One line of the structural screen: complete when each of `all` is absent and each of `measured` has a
/// value, in date.
struct ScreenItem {
  std::string id;
  std::string label;
  std::vector<std::size_t> all;
  std::vector<std::vector<Code>> measured;
  std::optional<int> ageFrom;
  std::optional<std::chrono::seconds> maxAge;
  std::map<std::size_t, std::chrono::seconds> maxAgeOf;
};

struct Screen {
  std::chrono::seconds maxAge{};
  std::chrono::seconds maxAgeEmergency{};
  std::map<Region, std::vector<ScreenItem>> items;  ///< expanded, most dangerous first
  std::vector<std::size_t> notBlocking;
  std::vector<std::string> readWhole;  ///< prefetch keys that must be whole before anything is cleared
  std::chrono::seconds kept{};         ///< how long a form that was filled in here counts beside the chart
  /// The site's choice, not content: nothing is cleared without a completed screen form (screen.h).
  bool requireAttestation = false;
};

struct StressContent {
  int patternWeight = 0;
  std::size_t patternIndicators = 0;
  std::vector<std::size_t> actsAlways;
  std::vector<std::size_t> actsWithRecentPain;
  std::size_t actMedication = 0;          ///< index into Pack::medications
  std::vector<std::string> problemWords;  ///< in the name of a problem that attributes pain to the mind
  std::vector<std::string> anxietyWords;  ///< in an order's reason
  std::vector<std::size_t> reasonFindings;
};

struct PainContent {
  std::vector<std::size_t> findings;
  int withinDays = 0;
  int gapDays = 0;
  int newWithinDays = 0;
  std::vector<Criterion> standAlone;
};

struct SourceText {
  std::string title;
  std::string body;
  std::string url;
  int year = 0;
  std::string worth;  ///< what kind of evidence it is, and how far it was read
};

/// Sentences of rules/content/cards/*.json by "file.key", e.g. "common.limits".
using CardTexts = std::map<std::string, std::string, std::less<>>;

struct OverrideReason {
  std::string code, system, display;
  std::chrono::hours snooze{};  ///< how long it keeps the same card away
};

/// What keeps a card from being shown again.
struct Snoozing {
  std::chrono::hours other{};                 ///< after an override with a reason of the EHR's own, or none
  std::map<Tier, std::chrono::hours> atMost;  ///< whatever the reason; a tier that is not here: any time
  std::chrono::hours notAssessableEvery{};    ///< between two cards on what could not be read
};

/// Limits on dates and the findings the whole assessment looks at by role.
struct Limits {
  std::chrono::seconds contradiction{};
  std::chrono::seconds futureTolerance{};
  int adultFrom = 0;                    ///< years
  std::chrono::seconds requestHolds{};  ///< how long an urgent imaging request lowers a pathway
};

struct Roles {
  std::size_t comfortCare = 0;
  std::size_t selfHarm = 0;
};

/// What a question asks for.
struct AskedFor {
  std::size_t finding;
  bool whole;  ///< so that a no denies it; else only a yes tells
};

/// Clinical content, whole and checked. Immutable once loaded; shared by every request thread.
struct Pack {
  std::string version;
  std::string status;
  std::string title;
  std::string digest;  ///< contentDigest of the content, and "+" that of the overlay where there is one
  std::optional<Overlay> overlay;
  Limits limits;
  Roles roles;
  std::vector<Finding> findings;
  std::vector<Pathway> pathways;  ///< in the order of danger that breaks ties
  std::vector<MedicationClass> medications;
  std::vector<Imaging> imaging;
  std::vector<OrderClass> orders;  ///< the one to speak of first, first
  Answers answers;
  Family family;
  Instruments instruments;
  std::shared_ptr<const text::TextContent> text;  ///< how notes are read
  Screen screen;
  ScreenForm form;
  StressContent stress;
  PainContent pain;
  std::map<std::string, SourceText, std::less<>> sources;
  CardTexts texts;
  std::vector<OverrideReason> overrides;
  Snoozing snoozing;
  std::vector<std::string> stressWords;   ///< stems no emergency or urgent card may hold
  std::vector<std::string> neverPhrases;  ///< no card may hold these
  std::vector<std::string> notDone;       ///< stems in a report's name: nothing was examined

  [[nodiscard]] std::optional<std::size_t> find(std::string_view findingId) const;
  [[nodiscard]] std::optional<std::size_t> findMedication(std::string_view classId) const;
  [[nodiscard]] const Pathway* pathway(std::string_view id) const;

  /// Calls `visit(finding, code)` with index and Code of every finding that a code of a record speaks for:
  /// the most specific code of each. `system` and `code` are canonical (fhir/code_system.h). Codes a finding
  /// excludes speak for nothing in it.
  template <class Visit>
  void match(std::string_view system, std::string_view code, Visit visit) const {
    FindingSet told;
    codes_.find(system, code, [&](CodeTable::Use use) {
      const Finding& finding = findings[use.owner];
      if (told.contains(use.owner) || contains(finding.excludedCodes, system, code)) return;
      told.insert(use.owner);
      visit(use.owner, finding.codes[use.index]);
    });
  }

  /// Calls `visit(finding, index)` for every threshold that measures what `code` names.
  template <class Visit>
  void matchMeasurement(std::string_view system, std::string_view code, Visit visit) const {
    measured_.find(system, code, [&](CodeTable::Use use) { visit(use.owner, use.index); });
  }

  /// What a question asks for: by its whole words, a lead-in aside, which must be the finding's name or one
  /// of its questions. A negated, compound or longer question is none of these.
  [[nodiscard]] std::optional<AskedFor> asked(std::string_view question) const;

  /// Calls `visit(finding, index)` for every measurement that the words of an observation's name stand for;
  /// more than once where they do so twice.
  template <class Visit>
  void matchMeasurementWords(const fhir::CodeableConcept& name, Visit visit) const {
    measuredWords_.find(name, [&](std::size_t use) { visit(worded_[use].owner, worded_[use].index); });
  }

  /// Calls `visit(class)` for every medication class that names the code.
  template <class Visit>
  void matchMedication(std::string_view system, std::string_view code, Visit visit) const {
    drugs_.find(system, code, [&](CodeTable::Use use) { visit(use.owner); });
  }

  /// The ingredient names of the classes, and the words for forms that are not meant; each means its class.
  [[nodiscard]] const StemIndex& medicationNames() const { return drugNames_; }
  [[nodiscard]] const StemIndex& medicationNotWords() const { return drugNotWords_; }

  /// Makes room for findings of these ids, in order, so that content can name any before all are read.
  void nameFindings(const std::vector<std::string>& ids);

  /// Fills what follows from the rest; the loader calls it once.
  void index();

 private:
  std::unordered_map<std::string, std::size_t> places_;
  std::unordered_map<std::string, AskedFor> questions_;
  CodeTable codes_;
  CodeTable measured_;
  std::vector<CodeTable::Use> worded_;  ///< the meanings of measuredWords_
  StemIndex measuredWords_;
  CodeTable drugs_;
  StemIndex drugNames_;
  StemIndex drugNotWords_;
};

/// "sha256:…" over every .json file below `directory`, in order of path as bytes: path, NUL, bytes, NUL.
/// certs/sign-pack.sh computes the same.
std::string contentDigest(const std::string& directory);

/// Reads and checks the content under `directory` (a copy of rules/content) with what the site changed of it
/// in the directory `overlay` (rules/overlay.h; empty: nothing). Every problem is appended, not only the
/// first, those of the overlay under "overlay/"; a pack is returned only when there was none. With an overlay
/// the version is "0.1.0+" and the overlay's.
std::optional<Pack> loadPack(const std::string& directory, std::vector<fhir::Problem>& problems,
                             const std::string& overlay = {});

}  // namespace plumbline::rules
