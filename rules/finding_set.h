#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

namespace plumbline::rules {

/// How many findings a pack may hold; the loader refuses more.
inline constexpr std::size_t kMaxFindings = 256;

/// Findings by their index in Pack::findings. A value of 32 bytes that is joined in a few instructions, since
/// every node of every criterion makes one.
class FindingSet {
 public:
  void insert(std::size_t finding) { words_[finding / kBits] |= bit(finding); }
  void insert(const FindingSet& others) {
    for (std::size_t w = 0; w < kWords; ++w) words_[w] |= others.words_[w];
  }
  void clear() { words_ = {}; }

  [[nodiscard]] bool contains(std::size_t finding) const {
    return (words_[finding / kBits] & bit(finding)) != 0;
  }
  [[nodiscard]] bool meets(const FindingSet& others) const {
    std::uint64_t common = 0;
    for (std::size_t w = 0; w < kWords; ++w) common |= words_[w] & others.words_[w];
    return common != 0;
  }
  [[nodiscard]] bool empty() const { return *this == FindingSet{}; }
  friend bool operator==(const FindingSet&, const FindingSet&) = default;

  /// Calls `visit(index)` for each, in the pack's order.
  template <class Visit>
  void forEach(Visit visit) const {
    for (std::size_t w = 0; w < kWords; ++w) {
      for (std::uint64_t left = words_[w]; left != 0; left &= left - 1)
        visit(w * kBits + static_cast<std::size_t>(std::countr_zero(left)));
    }
  }

 private:
  static constexpr std::size_t kBits = 64;
  static constexpr std::size_t kWords = kMaxFindings / kBits;
  static constexpr std::uint64_t bit(std::size_t finding) { return std::uint64_t{1} << (finding % kBits); }

  std::array<std::uint64_t, kWords> words_{};
};

}  // namespace plumbline::rules
