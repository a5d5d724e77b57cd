#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

namespace plumbline::bulk {

/// A number from the id of a patient that is the same on every machine: FNV-1a, 64 bits.
std::uint64_t hashOf(std::string_view patientId);

/// Resources of patients, one a line, put aside until all input is read; those of one patient are in one
/// partition. They stay in memory while they fit, then go to a directory. Throws std::runtime_error when that
/// cannot be written or read.
class Partitions {
 public:
  struct Line {
    std::uint64_t number = 0;  ///< among all that were added
    bool isPatient = false;
    std::string_view patientId, text;
  };

  /// `memory`: bytes that may wait in memory. The directory is made when it is needed; it holds charts, and
  /// only its owner can read it.
  Partitions(std::string directory, std::size_t count, std::size_t memory);

  void add(const Line& line);

  /// Everything to the directory; the bytes of each partition there.
  const std::vector<std::uint64_t>& write();
  /// Only so much of each counts: what a run before this one had written when it said so.
  void cutTo(const std::vector<std::uint64_t>& sizes);

  [[nodiscard]] bool onDisk() const { return onDisk_; }
  /// Of all partitions, wherever they are.
  [[nodiscard]] std::uint64_t bytes() const { return bytes_; }
  [[nodiscard]] std::size_t count() const { return waiting_.size(); }
  /// All of a partition, which is then forgotten.
  std::string take(std::size_t partition);

  template <class Visit>
  static void forEachLine(std::string_view bytes, Visit visit) {
    while (!bytes.empty()) {
      Head head;
      std::memcpy(&head, bytes.data(), sizeof head);
      bytes.remove_prefix(sizeof head);
      visit(Line{head.number, head.isPatient != 0, bytes.substr(0, head.idSize),
                 bytes.substr(head.idSize, head.textSize)});
      bytes.remove_prefix(head.idSize + head.textSize);
    }
  }

 private:
  struct Head {
    std::uint64_t number = 0, textSize = 0;
    std::uint32_t idSize = 0, isPatient = 0;
  };

  [[nodiscard]] std::string fileOf(std::size_t partition) const;

  const std::string directory_;
  const std::size_t memory_;
  std::size_t held_ = 0;     ///< bytes of `waiting_`
  std::uint64_t bytes_ = 0;  ///< added
  bool onDisk_ = false;
  std::vector<std::string> waiting_;
  std::vector<std::uint64_t> written_;
};

}  // namespace plumbline::bulk
