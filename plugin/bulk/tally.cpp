#include "plugin/bulk/tally.h"

#include <algorithm>
#include <array>
#include <cstdio>

namespace plumbline::bulk {
namespace {

using Clock = std::chrono::steady_clock;
using Seconds = std::chrono::duration<double>;

template <class... Values>
std::string format(const char* pattern, Values... values) {
  std::array<char, 160> text{};
  std::snprintf(text.data(), text.size(), pattern, values...);
  return text.data();
}

double mega(std::uint64_t bytes) {
  return static_cast<double>(bytes) / 1e6;
}

/// "12,345"
std::string grouped(std::uint64_t number) {
  std::string text = std::to_string(number);
  for (std::size_t at = text.size(); at > 3;) text.insert(at -= 3, 1, ',');
  return text;
}

std::string lasting(double seconds) {
  const auto whole = static_cast<unsigned long>(seconds + 0.5);
  if (whole < 60) return format("%lu s", whole);
  return whole < 3600 ? format("%lu min %lu s", whole / 60, whole % 60)
                      : format("%lu h %lu min", whole / 3600, whole / 60 % 60);
}

}  // namespace

Tally& Tally::operator+=(const Tally& other) {
  for (const auto& [tier, count] : other.tiers) tiers[tier] += count;
  refused += other.refused;
  bytes += other.bytes;
  return *this;
}

std::uint64_t Tally::assessed() const {
  std::uint64_t all = 0;
  for (const auto& [tier, count] : tiers) all += count;
  return all;
}

std::string summary(const Tally& tally, double seconds) {
  std::string text =
      grouped(tally.assessed()) + " assessed in " + lasting(seconds) +
      format(" (%.1f MB, %.1f MB/s)", mega(tally.bytes), mega(tally.bytes) / std::max(seconds, 1e-9)) + ", " +
      grouped(tally.refused) + " refused\n";
  for (auto each = tally.tiers.rbegin(); each != tally.tiers.rend(); ++each) {
    constexpr std::size_t kColumn = 20;
    const std::string_view name = rules::name(each->first);
    text.append(2, ' ').append(name).append(kColumn - name.size(), ' ').append(grouped(each->second)) += '\n';
  }
  return text;
}

Progress::~Progress() {
  if (watched_ && length_ > 0) *watched_ << '\r' << std::string(length_, ' ') << '\r' << std::flush;
}

bool Progress::isDue() {
  constexpr std::chrono::milliseconds kEvery(500);
  if (!watched_ || Clock::now() - said_ < kEvery) return false;
  said_ = Clock::now();
  return true;
}

void Progress::say(const std::string& words) {
  *watched_ << '\r' << words << std::string(length_ > words.size() ? length_ - words.size() : 0, ' ')
            << std::flush;
  length_ = words.size();
}

void Progress::read(const Tally& tally) {
  if (!isDue()) return;
  const double rate = mega(tally.bytes) / Seconds(Clock::now() - began_).count();
  std::string words = bytes_ ? format("reading: %.0f of %.0f MB", mega(tally.bytes), mega(*bytes_))
                             : format("reading: %.0f MB", mega(tally.bytes));
  words += format(", %.0f MB/s", rate);
  if (bytes_ && rate > 0 && *bytes_ > tally.bytes)
    words += ", " + lasting(mega(*bytes_ - tally.bytes) / rate) + " left";
  say(words);
}

void Progress::assessed(const Tally& tally, std::size_t partition, std::size_t partitions) {
  if (!assessing_) assessing_ = Clock::now();
  if (!isDue()) return;
  const double took = Seconds(Clock::now() - *assessing_).count();
  std::string words = "assessing: " + grouped(tally.assessed()) + " patients, part " +
                      std::to_string(partition) + " of " + std::to_string(partitions);
  if (partition > 1)
    words +=
        ", " +
        lasting(took / static_cast<double>(partition - 1) * static_cast<double>(partitions - partition + 1)) +
        " left";
  say(words);
}

}  // namespace plumbline::bulk
