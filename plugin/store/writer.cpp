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

void makeDirectory(const std::string& directory) {
  namespace fs = std::filesystem;
  std::error_code error;
  if (fs::create_directories(directory, error)) fs::permissions(directory, fs::perms::owner_all, error);
  if (error) throw StoreError("the data directory cannot be made");
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

std::vector<Writer::Job> Writer::take() {
  std::unique_lock lock(mutex_);
  more_.wait(lock, [this] { return ending_ || !waiting_.empty(); });
  more_.wait_for(lock, kGather, [this] { return ending_ || hasFeedback_ || waiting_.size() >= kMostAtOnce; });
  const auto count = static_cast<std::ptrdiff_t>(std::min(waiting_.size(), kMostAtOnce));
  std::vector<Job> jobs(std::make_move_iterator(waiting_.begin()),
                        std::make_move_iterator(waiting_.begin() + count));
  waiting_.erase(waiting_.begin(), waiting_.begin() + count);
  hasFeedback_ = hasFeedback_ && std::any_of(waiting_.begin(), waiting_.end(),
                                             [](const Job& each) { return each.written.has_value(); });
  return jobs;
}

void Writer::run() {
  for (auto jobs = take(); !jobs.empty(); jobs = take()) {
    const bool written = write(jobs);
    for (Job& job : jobs) {
      if (job.call) {
        ++(written ? counters_.calls : counters_.callsLost);
      } else {
        job.written->set_value(written);
      }
    }
  }
}

void Writer::open() {
  if (!place_.shared()) makeDirectory(place_.directory);
  file_.emplace(File{Key::of(place_, true), Database(place_, Database::Mode::ReadWrite)});
  bringUp(file_->database);
  if (file_->database.number("SELECT count(*) FROM seal") == 0) commit({});
  if (!key_.load()) {
    learn(learned(file_->database, since_));
    firstKey_.emplace(file_->key);
    key_.store(&*firstKey_);
  }
  counters_.writable = true;
}

bool Writer::write(const std::vector<Job>& jobs) {
  try {
    if (!file_) open();
    commit(jobs);
  } catch (const StoreError& error) {
    failed(error.what());
    return false;
  }
  if (saidFailed_) log_("the store is written again");
  saidFailed_ = false;
  counters_.writable = true;
  return true;
}

void Writer::commit(const std::vector<Job>& jobs) {
  std::uint64_t kept[3] = {0, 0, 0};
  Transaction all(file_->database);
  Tables tables(file_->database, file_->key);
  for (const Job& job : jobs) {
    if (job.call) tables.add(*job.call);
    if (job.screened) tables.add(*job.screened);
    for (const Feedback& each : job.feedback) ++kept[static_cast<std::size_t>(tables.add(each))];
  }
  tables.done();
  all.commit();
  learn(tables.learnt());
  counters_.feedback += kept[static_cast<std::size_t>(Kept::New)];
  counters_.repeated += kept[static_cast<std::size_t>(Kept::Known)];
  counters_.quarantined += kept[static_cast<std::size_t>(Kept::Quarantined)];
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
  file_.reset();
  ++counters_.failures;
  counters_.writable = false;
  if (!saidFailed_)
    log_("the store cannot be written: " + why + "; feedback is refused, cards are still answered");
  saidFailed_ = true;
}

}  // namespace plumbline::store
