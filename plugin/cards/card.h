#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace plumbline::cards {

enum class Indicator { Info, Warning, Critical };

/// A Coding as CDS Hooks writes it: no version, no userSelected.
struct Coding {
  std::string code, system, display;
};

/// One option as an action: a draft ServiceRequest the clinician may accept.
struct Suggestion {
  std::string uuid;
  std::string label;
  Coding order;
  std::string priority;
  std::string patientId;
  std::string encounterId;
};

struct Link {
  std::string label, url;
};

/// A CDS Hooks card, without the assessment that plugin/wire adds.
/// Source: CDS Hooks 2.0 "Card Attributes".
struct Card {
  std::string uuid;
  std::string summary;
  Indicator indicator = Indicator::Info;
  std::string detail;
  std::string sourceLabel, sourceUrl;
  Coding topic;
  std::vector<Suggestion> suggestions;
  std::vector<Coding> overrideReasons;
  std::vector<Link> links;
};

}  // namespace plumbline::cards
