#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace plumbline::store {

/// What kept a card from the clinician; the numbers are those of the tables.
enum class Held {
  No,       ///< it was sent
  Silent,   ///< its answer is not brought out yet
  Snoozed,  ///< a clinician has overridden it
  Told      ///< it was sent not long ago, and is of a kind that is not repeated
};

/// The tier of cards that are not repeated.
inline constexpr std::string_view kToldOnce = "not-assessable";

/// One card of a call.
struct Card {
  std::string uuid{};
  std::string topic{};
  std::string indicator{};
  std::string tier{};
  std::string pathways{};  ///< ids with a blank between, the lead first
  Held held = Held::No;
};

/// One evaluated call as it is handed over to be kept. Patient and user are ids of the chart: they become
/// keyed hashes before anything is written.
struct Call {
  std::string at;  ///< "2026-11-23T10:00:00Z"
  std::string service, hook;
  std::string client, issuer, jti;
  std::string hookInstance;
  std::string patient, user;
  std::string tier;
  std::string pathways;  ///< all that were raised, the lead first
  std::string unknown;   ///< ids of findings with a blank between; of a call with an answer only
  std::string pack;      ///< digest
  std::int64_t microseconds = 0;
  std::vector<Card> cards;
};

/// What a clinician did about one card. The comment is patient data.
struct Feedback {
  std::string card;
  std::string outcome;
  std::string stamp;   ///< outcomeTimestamp as it was sent
  std::string moment;  ///< the same moment always in the same words
  std::string received;
  std::string service, client;
  std::string issuer, jti;  ///< of the token it came with
  std::vector<std::string> suggestions;
  std::string reasonSystem, reasonCode;
  std::string comment;
};

/// One answer of a red-flag screen, by the linkId of its question and the code of the form.
struct ScreenAnswer {
  std::string question, answer;

  friend bool operator==(const ScreenAnswer&, const ScreenAnswer&) = default;
};

/// A red-flag screen that somebody filled in at /screen/. Patient and user are ids of the chart: they become
/// keyed hashes before anything is written. Sent again, `submission` is the same.
struct Screened {
  std::string at, until;  ///< when it was filled in; how long it counts
  std::string submission;
  std::string client, issuer;
  std::string patient, user;
  std::string pack;  ///< digest
  std::vector<ScreenAnswer> answers;
};

}  // namespace plumbline::store
