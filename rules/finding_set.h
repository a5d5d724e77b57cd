#pragma once

#include <bitset>
#include <cstddef>

namespace plumbline::rules {

/// How many findings a pack may hold; the loader refuses more.
inline constexpr std::size_t kMaxFindings = 256;

/// Findings by their index in Pack::findings. A value of 32 bytes that is joined in a few instructions, since
/// every node of every criterion makes one.
class FindingSet {
 public:
  void insert(std::size_t finding) { bits_.set(finding); }
  void insert(const FindingSet& others) { bits_ |= others.bits_; }
  void clear() { bits_.reset(); }

  [[nodiscard]] bool contains(std::size_t finding) const { return bits_.test(finding); }
  [[nodiscard]] bool empty() const { return bits_.none(); }
  friend bool operator==(const FindingSet&, const FindingSet&) = default;

  /// Calls `visit(index)` for each, in the pack's order.
  template <class Visit>
  void forEach(Visit visit) const {
    for (std::size_t finding = 0; finding < kMaxFindings; ++finding) {
      if (bits_.test(finding)) visit(finding);
    }
  }

 private:
  std::bitset<kMaxFindings> bits_;
};

}  // namespace plumbline::rules
