#include "plugin/store/writer.h"

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <utility>

#include "plugin/store/moment.h"
#include "plugin/store/schema.h"
#include "plugin/store/tables.h"

namespace plumbline::store {
namespace {

/// Calls that may wait; about half a kilobyte each. At the speed of a slow disk some seconds' worth.
constexpr std::size_t kMostWaiting = 20'000;
/// Of one transaction: enough that the wait for the disk is shared, few enough that feedback is not kept
/// waiting.
constexpr std::size_t kMostAtOnce = 1000;
/// How long calls gather before they are written: what a crash may cost of those that were answered.
constexpr std::chrono::milliseconds kGather{100};
/// How often what others wrote to a shared store is looked at where nothing is to be written.
constexpr std::chrono::milliseconds kLook{500};
/// How long calls wait where the database is away. Feedback, for which somebody waits, tries at once.
constexpr std::chrono::milliseconds kTryAgain{1000};

void makeDirectory(const std::string& directory) {
  namespace fs = std::filesystem;
  std::error_code error;
  if (fs::create_directories(directory, error)) fs::permissions(directory, fs::perms::owner_all, error);
  if (error) throw StoreError("the data directory cannot be made");
}

std::int64_t lastNumber(const Database& database) {
  return database.number("SELECT max(number) FROM audit");
}

}  // namespace

Writer::Writer(Place place, Log log, std::string since)
    : place_(std::move(place)), log_(std::move(log)), since_(std::move(since)) {
  try {
    open();
  } catch (const StoreError& error) {
    failed(error.what());
  }
  thread_ = std::thread([this] { run(); });
}

Writer::~Writer() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
  }
  more_.notify_one();
  thread_.join();
}

void Writer::push(Job job) {
  bool wake = false;
  {
    const std::lock_guard lock(mutex_);
    wake = waiting_.empty() || job.written || waiting_.size() + 1 == kMostAtOnce;
    hasFeedback_ = hasFeedback_ || job.written;
    waiting_.push_back(std::move(job));
  }
  if (wake) more_.notify_one();
}

void Writer::keep(Call call) {
  {
    const std::lock_guard lock(mutex_);
    if (waiting_.size() >= kMostWaiting) {
      ++counters_.callsLost;
      return;
    }
  }
  for (const Card& card : call.cards) {
    if (card.held != Held::No || card.tier != kToldOnce) continue;
    const auto at = fhir::parseDate(call.at);
    const auto picture = pictureOf(call.client, call.patient, card);
    if (at && picture) recall_.told(*picture, at->earliest);
  }
  push({std::move(call), {}});
}

bool Writer::pushAndWait(Job job) {
  job.written.emplace();
  std::future<bool> written = job.written->get_future();
  push(std::move(job));
  return written.get();
}

bool Writer::keep(std::vector<Feedback> feedback) {
  Job job;
  job.feedback = std::move(feedback);
  return pushAndWait(std::move(job));
}

bool Writer::keep(Screened screened) {
  Job job;
  job.screened = std::move(screened);
  return pushAndWait(std::move(job));
}

std::optional<std::vector<Writer::Job>> Writer::take() {
  std::unique_lock lock(mutex_);
  const auto any = [this] { return ending_ || !waiting_.empty(); };
  if (place_.shared()) {
    more_.wait_for(lock, kLook, any);
  } else {
    more_.wait(lock, any);
  }
  if (!waiting_.empty())
    more_.wait_for(lock, isAway_ ? kTryAgain : kGather, [this] {
      return ending_ || hasFeedback_ || (!isAway_ && waiting_.size() >= kMostAtOnce);
    });
  if (ending_ && waiting_.empty()) return std::nullopt;
  const auto count = static_cast<std::ptrdiff_t>(std::min(waiting_.size(), kMostAtOnce));
  std::vector<Job> jobs(std::make_move_iterator(waiting_.begin()),
                        std::make_move_iterator(waiting_.begin() + count));
  waiting_.erase(waiting_.begin(), waiting_.begin() + count);
  hasFeedback_ = hasFeedback_ && std::any_of(waiting_.begin(), waiting_.end(),
                                             [](const Job& each) { return each.written.has_value(); });
  return jobs;
}

void Writer::run() {
  while (auto jobs = take()) {
    const Outcome outcome = write(*jobs);
    settle(*std::move(jobs), outcome);
  }
}

void Writer::settle(std::vector<Job> jobs, Outcome outcome) {
  std::vector<Job> again;
  for (Job& job : jobs) {
    if (!job.call) {
      job.written->set_value(outcome == Outcome::Written);
    } else if (outcome == Outcome::Away) {
      again.push_back(std::move(job));
    } else {
      ++(outcome == Outcome::Written ? counters_.calls : counters_.callsLost);
    }
  }
  const std::lock_guard lock(mutex_);
  if (!ending_) {
    waiting_.insert(waiting_.begin(), std::make_move_iterator(again.begin()),
                    std::make_move_iterator(again.end()));
    return;
  }
  // Nobody hands anything over any more, and what is away now would be waited for again and again.
  counters_.callsLost += again.size();
  if (outcome == Outcome::Away) counters_.callsLost += std::exchange(waiting_, {}).size();
}

void Writer::open() {
  if (!place_.shared()) makeDirectory(place_.directory);
  opened_.emplace(Opened{Key::of(place_, true), Database(place_, Database::Mode::ReadWrite)});
  bringUp(opened_->database);
  requireKey(opened_->database, opened_->key);
  opened_->schema = opened_->database.schema();
  if (opened_->database.number("SELECT count(*) FROM seal") == 0) {
    std::vector<Job> none;
    commit(none);
  }
  if (!key_.load()) {
    const Snapshot one(opened_->database);
    seen_ = lastNumber(opened_->database);
    learn(learned(opened_->database, since_));
    firstKey_.emplace(opened_->key);
    key_.store(&*firstKey_);
  }
  counters_.writable = true;
}

Writer::Outcome Writer::write(std::vector<Job>& jobs) {
  try {
    if (!opened_) open();
    if (jobs.empty()) {
      look();
    } else {
      commit(jobs);
    }
  } catch (const StoreAway& error) {
    isAway_ = true;
    failed(error.what());
    return Outcome::Away;
  } catch (const StoreError& error) {
    failed(error.what());
    return Outcome::Refused;
  }
  if (saidFailed_) log_("the store is written again");
  saidFailed_ = isAway_ = false;
  counters_.writable = true;
  return Outcome::Written;
}

void Writer::commit(std::vector<Job>& jobs) {
  std::uint64_t kept[3] = {0, 0, 0};
  Transaction all(opened_->database);
  if (place_.shared()) look();
  hear(jobs);
  Tables tables(opened_->database, opened_->key);
  for (const Job& job : jobs) {
    if (job.call) tables.add(*job.call);
    if (job.screened) tables.add(*job.screened);
    for (const Feedback& each : job.feedback) ++kept[static_cast<std::size_t>(tables.add(each))];
  }
  tables.done();
  for (Job& job : jobs) job.unheard = true;
  unheard_ = tables.end();
  all.commit();
  unheard_.reset();
  learn(tables.learnt());
  seen_ = tables.end().number;
  counters_.feedback += kept[static_cast<std::size_t>(Kept::New)];
  counters_.repeated += kept[static_cast<std::size_t>(Kept::Known)];
  counters_.quarantined += kept[static_cast<std::size_t>(Kept::Quarantined)];
}

void Writer::hear(std::vector<Job>& jobs) {
  const bool done = unheard_ && chainHolds(opened_->database, *unheard_);
  if (done)
    counters_.calls += std::erase_if(jobs, [](const Job& each) { return each.unheard; });
  else
    for (Job& each : jobs) each.unheard = false;
  unheard_.reset();
}

void Writer::look() {
  if (opened_->database.schema() != opened_->schema)
    throw StoreAway("another program has changed the tables");
  const std::int64_t last = lastNumber(opened_->database);
  if (last > seen_) learn(learnedBehind(opened_->database, seen_));
  seen_ = last;
}

void Writer::learn(const Learned& learned) {
  for (const auto& [picture, last] : learned.overridden) recall_.overridden(picture, last);
  for (const auto& [picture, when] : learned.told) recall_.told(picture, when);
  for (const auto& each : learned.screens) screens_.add(each.client, each.patient, each.screen);
}

std::optional<Picture> Writer::pictureOf(const std::string& client, std::string_view patient,
                                         const Card& card) const {
  const Key* const key = key_.load();
  if (!key) return std::nullopt;
  return Picture{client, key->hash("patient", client, patient), card.topic, card.pathways};
}

std::optional<Override> Writer::lastOverride(const std::string& client, std::string_view patient,
                                             const Card& card) const {
  const auto picture = pictureOf(client, patient, card);
  return picture ? recall_.lastOverride(*picture) : std::nullopt;
}

std::optional<fhir::Instant> Writer::lastTold(const std::string& client, std::string_view patient,
                                              const Card& card) const {
  const auto picture = pictureOf(client, patient, card);
  return picture ? recall_.lastTold(*picture) : std::nullopt;
}

std::vector<KeptScreen> Writer::screens(const std::string& client, std::string_view patient,
                                        fhir::Instant now) const {
  const auto key = key_.load();
  if (!key) return {};
  return screens_.of(client, key->hash("patient", client, patient), written(now));
}

void Writer::failed(const std::string& why) {
  // The next attempt begins with a fresh connection: some failures leave one that never recovers.
  opened_.reset();
  ++counters_.failures;
  counters_.writable = false;
  if (!saidFailed_)
    log_("the store cannot be written: " + why + "; feedback is refused, cards are still answered");
  saidFailed_ = true;
}

}  // namespace plumbline::store
