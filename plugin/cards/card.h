#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "rules/tier.h"

namespace plumbline::cards {

enum class Indicator { Info, Warning, Critical };

/// A Coding as CDS Hooks writes it: no version, no userSelected. Of the pack.
struct Coding {
  std::string_view code, system, display;
};

/// What the card is about; the code is made for the chart's picture.
struct Topic {
  std::string code;
  std::string_view system, display;
};

/// One option as one action the clinician may accept: a draft ServiceRequest, or, with a questionnaire, a
/// Task to complete it.
struct Suggestion {
  std::string uuid;
  std::string_view label;
  std::string_view logicalOrder;  ///< what is ordered, whatever code a site has for it
  Coding order;
  std::string_view priority;
  std::string reason;
  std::string questionnaire;  ///< its canonical
  std::string patientId;
  std::string encounterId;
};

struct Link {
  enum Type { Absolute, Smart, Explanation };  ///< Explanation: of this card; absolute on the wire

  std::string_view label, url;
  Type type = Absolute;
  std::string behind{};  ///< the query and fragment that follow `url`
};

/// A CDS Hooks card, without the assessment that plugin/wire adds. Its views are of the pack and of the site,
/// which must outlive it.
/// Source: CDS Hooks 2.0 "Card Attributes".
struct Card {
  std::string uuid;
  std::string summary;
  Indicator indicator = Indicator::Info;
  rules::Tier tier = rules::Tier::None;  ///< of what it is about; with `pathways` not sent, but kept
  std::string pathways;                  ///< ids with a blank between, the lead first
  std::string detail;
  std::string sourceLabel, sourceUrl;
  Topic topic;
  std::vector<Suggestion> suggestions;
  std::vector<Coding> overrideReasons;
  std::vector<Link> links;
};

}  // namespace plumbline::cards
