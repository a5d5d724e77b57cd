#pragma once

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "plugin/store/audit.h"
#include "plugin/store/database.h"
#include "plugin/store/identity.h"
#include "plugin/store/recall.h"
#include "plugin/store/rows.h"
#include "plugin/store/screens.h"

namespace plumbline::store {

struct Learned;

/// What became of what was handed over, since the start.
struct StoreCounters {
  std::atomic<std::uint64_t> calls{0};        ///< on disk
  std::atomic<std::uint64_t> callsLost{0};    ///< the queue was full or the disk refused
  std::atomic<std::uint64_t> feedback{0};     ///< on disk, each once
  std::atomic<std::uint64_t> repeated{0};     ///< known already
  std::atomic<std::uint64_t> quarantined{0};  ///< on a card nobody was shown
  std::atomic<std::uint64_t> failures{0};     ///< transactions that could not be written
  std::atomic<bool> writable{false};
};

/// The one thread that writes. What waits is written in one transaction, so that one wait for the disk serves
/// all of it: feedback, which a client waits for, at once with all that came before it; calls alone, which
/// nobody waits for, when a tenth of a second has gathered some. A transaction that cannot be written is
/// rolled back: its feedback is refused, its calls are lost and counted, and the next one tries again,
/// opening the store anew. Where it is a database that is away (StoreAway), its calls go on waiting instead;
/// when nobody knows whether it was committed, the next one finds out by the chain, so that no call is kept
/// twice. Feedback that was refused and is kept all the same adds nothing when it comes again.
///
/// Of a store that others write too it looks twice a second, and before each transaction, at what they wrote
/// that later answers depend on.
class Writer {
 public:
  using Log = std::function<void(const std::string&)>;

  /// Opens the store, making a directory, its key and its file where there are none; when that fails it says
  /// so and goes on trying. `log` is called once when writing stops being possible and once when it is again.
  /// What was written before `since`, a moment as the store writes it, is not recalled.
  Writer(Place place, Log log, std::string since = {});
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;
  /// Writes what waits, then ends.
  ~Writer();

  /// Hands a call over and returns at once; it is lost when too many wait already. Any thread.
  void keep(Call call);

  /// Returns when all of it is on disk, or with false when nothing of it is. Any thread.
  bool keep(std::vector<Feedback> feedback);

  /// The same for a screen.
  bool keep(Screened screened);

  /// The last override of what `card` is about, for a patient by the id of the chart, as far as it is on
  /// disk; and when it was
  /// last told, as far as it was handed over. Asks no disk. Any thread.
  [[nodiscard]] std::optional<Override> lastOverride(const std::string& client, std::string_view patient,
                                                     const Card& card) const;
  [[nodiscard]] std::optional<fhir::Instant> lastTold(const std::string& client, std::string_view patient,
                                                      const Card& card) const;

  /// The screens of a patient, by the id of the chart, that count at `now`. Asks no disk. Any thread.
  [[nodiscard]] std::vector<KeptScreen> screens(const std::string& client, std::string_view patient,
                                                fhir::Instant now) const;

  [[nodiscard]] const StoreCounters& counters() const { return counters_; }
  /// For those that only read.
  [[nodiscard]] const Place& place() const { return place_; }

 private:
  struct Job {
    std::optional<Call> call;
    std::vector<Feedback> feedback;
    std::optional<Screened> screened{};
    std::optional<std::promise<bool>> written{};  ///< for all but a call
    bool unheard = false;                         ///< of a call: its commit was not answered
  };
  struct Opened {
    Key key;
    Database database;
    Schema schema{};
  };
  enum class Outcome { Written, Refused, Away };

  void push(Job job);
  bool pushAndWait(Job job);
  /// Nothing when it is to end. Of a store that is shared also without any job, when it is time to look.
  std::optional<std::vector<Job>> take();
  void run();
  void open();
  Outcome write(std::vector<Job>& jobs);
  void commit(std::vector<Job>& jobs);
  /// Of jobs whose commit was not answered: takes out those that are in the chain.
  void hear(std::vector<Job>& jobs);
  /// Tells those that wait, and lets calls wait on where the database is away.
  void settle(std::vector<Job> jobs, Outcome outcome);
  void failed(const std::string& why);
  /// What others have written since it was looked at last.
  void look();
  void learn(const Learned& learned);
  [[nodiscard]] std::optional<Picture> pictureOf(const std::string& client, std::string_view patient,
                                                 const Card& card) const;

  Place place_;
  Log log_;
  std::string since_;
  Recall recall_;
  Screens screens_;
  std::optional<const Key> firstKey_;      ///< of the writing thread, until it is in key_
  std::atomic<const Key*> key_ = nullptr;  ///< none: the store has never been opened
  StoreCounters counters_;

  // Of the writing thread:
  std::optional<Opened> opened_;
  std::optional<ChainEnd> unheard_;  ///< where the chain ends if a commit was done that was not answered
  std::int64_t seen_ = 0;            ///< number of the last audit row that answers know of
  bool isAway_ = false;
  bool saidFailed_ = false;

  std::mutex mutex_;
  std::condition_variable more_;
  std::deque<Job> waiting_;
  bool hasFeedback_ = false;  ///< among what waits
  bool ending_ = false;
  std::thread thread_;
};

}  // namespace plumbline::store
