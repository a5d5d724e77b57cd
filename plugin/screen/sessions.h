#pragma once

#include <chrono>
#include <cstddef>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "plugin/auth/rate.h"
#include "plugin/fetch/authorization.h"
#include "plugin/fetch/breaker.h"
#include "plugin/screen/smart.h"

/// Who is at the screen: launches that are under way and sessions with an EHR. Held in memory alone and
/// bounded; a restart ends them all. What a browser holds is random, and is known here by its hash only.
namespace plumbline::screen {

using fetch::Clock;

inline constexpr std::chrono::minutes kLaunchTime{10};  ///< from the card's link to the EHR's answer
inline constexpr std::chrono::minutes kIdleTime{15};
inline constexpr std::chrono::minutes kLongestTime{60};
inline constexpr std::size_t kMostLaunches = 2000;
inline constexpr int kLaunchesOfAddress = 10;  ///< in a second
inline constexpr int kLaunchesOfAll = 100;     ///< in a second
inline constexpr std::size_t kMostSessions = 2000;
inline constexpr std::size_t kMostSubmissions = 100;  ///< of one session

/// A browser that was sent to an EHR and has not come back.
struct Launch {
  App app;
  Endpoints endpoints;
  std::string verifier;
  std::string redirect;
  std::string address;  ///< of the browser; empty: not known
};

/// Launches by their state. Any thread.
class Launches {
 public:
  /// Whether one more may begin; counts it. TooOften: kLaunchesOfAddress of its address have begun within a
  /// second; Busy: kLaunchesOfAll of all have.
  enum class Turn { Given, TooOften, Busy };
  Turn turn(const std::string& address, Clock::time_point now);

  /// `browser`: what the browser that was sent away is known by. Of too many, the oldest of the address that
  /// has the most goes, so that who floods pushes out nobody else.
  void add(const std::string& state, std::string_view browser, Launch launch, Clock::time_point now);

  /// The launch of this state, which is over with that: a state is good for one answer, whoever brings it.
  /// Nothing where it is unknown, its time is over, or another browser brings it.
  std::optional<Launch> take(const std::string& state, std::string_view browser, Clock::time_point now);

  [[nodiscard]] std::size_t size() const;

 private:
  struct Waiting {
    Launch launch;
    std::string browser;  ///< hash
    Clock::time_point until;
  };
  void makeRoom(Clock::time_point now);

  auth::Buckets ofAddress_{kLaunchesOfAddress};
  auth::Bucket ofAll_{kLaunchesOfAll};
  mutable std::mutex mutex_;
  std::map<std::string, Waiting> byState_;
};

/// What became of a form that was submitted in a session, so that the same one is never written twice.
struct Submission {
  std::string at;           ///< when it first came
  std::string answers;      ///< as the store writes them
  std::string writtenAs;    ///< the type of resource that the EHR took; empty: none yet
  std::size_t refused = 0;  ///< how many kinds of resource it refused
};

/// One person at one patient's screen.
struct Session {
  Session(App itsApp, Granted granted, fetch::Base server, Clock::time_point now);

  const App app;
  const std::string patient, encounter, user;
  const fetch::Grant grant;
  const std::string csrf;
  Clock::time_point ends;
  std::mutex saving;                              ///< one submission at a time
  std::map<std::string, Submission> submissions;  ///< saving; those that were given out

  /// Gives out a name for the next submission; empty when too many were.
  std::string nextSubmission();
};

/// Sessions by what the browser holds. Any thread.
class Sessions {
 public:
  /// Begins one, and gives what the browser is to hold: new for every session, so that nobody can have
  /// another use one he knows. Of too many, the one that was idle longest goes.
  std::string begin(std::shared_ptr<Session> session, Clock::time_point now);

  /// The session that is held; nothing where there is none, it was idle too long or its time is over.
  std::shared_ptr<Session> find(std::string_view held, Clock::time_point now);

  void end(std::string_view held);
  [[nodiscard]] std::size_t size() const;

 private:
  struct Open {
    std::shared_ptr<Session> session;
    Clock::time_point lastUsed;
  };
  mutable std::mutex mutex_;
  std::map<std::string, Open> byHash_;
};

}  // namespace plumbline::screen
