#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <ostream>
#include <string>

#include "rules/tier.h"

namespace plumbline::bulk {

/// What a run came to.
struct Tally {
  std::map<rules::Tier, std::uint64_t> tiers;  ///< of patients and requests
  std::uint64_t refused = 0;                   ///< lines out that tell why something was not assessed
  std::uint64_t bytes = 0;                     ///< read

  Tally& operator+=(const Tally& other);
  [[nodiscard]] std::uint64_t assessed() const;
};

/// For a person: how many patients in how long, by tier. Several lines.
std::string summary(const Tally& tally, double seconds);

/// A line that is written over and over, twice a second at most; nothing where nobody watches.
class Progress {
 public:
  Progress(std::ostream* watched, std::optional<std::uint64_t> bytes) : watched_(watched), bytes_(bytes) {}
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;
  ~Progress();

  /// While inputs are read.
  void read(const Tally& tally);
  /// While patients are assessed, so many of all partitions done.
  void assessed(const Tally& tally, std::size_t partition, std::size_t partitions);

 private:
  bool isDue();
  void say(const std::string& words);

  std::ostream* watched_;
  std::optional<std::uint64_t> bytes_;
  std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now(), said_{};
  std::optional<std::chrono::steady_clock::time_point> assessing_;
  std::size_t length_ = 0;  ///< of the line that stands there
};

}  // namespace plumbline::bulk
