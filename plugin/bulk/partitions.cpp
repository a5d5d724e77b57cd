#include "plugin/bulk/partitions.h"

#include <filesystem>
#include <fstream>
#include <numeric>
#include <stdexcept>
#include <utility>

namespace plumbline::bulk {

std::uint64_t hashOf(std::string_view patientId) {
  std::uint64_t hash = 0xCBF29CE484222325U;
  for (const char c : patientId) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3U;
  return hash;
}

Partitions::Partitions(std::string directory, std::size_t count, std::size_t memory)
    : directory_(std::move(directory)), memory_(memory), waiting_(count), written_(count) {}

std::string Partitions::fileOf(std::size_t partition) const {
  return directory_ + "/" + std::to_string(partition);
}

void Partitions::add(const Line& line) {
  // The high bits: the low ones may have chosen the shard.
  std::string& own = waiting_[(hashOf(line.patientId) >> 32U) % waiting_.size()];
  const Head head{line.number, line.text.size(), static_cast<std::uint32_t>(line.patientId.size()),
                  line.isPatient ? 1U : 0U};
  own.append(reinterpret_cast<const char*>(&head), sizeof head);
  own.append(line.patientId);
  own.append(line.text);
  const std::size_t size = sizeof head + line.patientId.size() + line.text.size();
  held_ += size;
  bytes_ += size;
  if (held_ > memory_) write();
}

const std::vector<std::uint64_t>& Partitions::write() {
  std::filesystem::create_directories(directory_);
  std::filesystem::permissions(directory_, std::filesystem::perms::owner_all);
  onDisk_ = true;
  for (std::size_t i = 0; i < waiting_.size(); ++i) {
    if (waiting_[i].empty()) continue;
    std::ofstream file(fileOf(i), std::ios::binary | std::ios::app);
    file.write(waiting_[i].data(), static_cast<std::streamsize>(waiting_[i].size()));
    if (!file.flush()) throw std::runtime_error(directory_ + " cannot be written");
    written_[i] += waiting_[i].size();
    waiting_[i].clear();  // its memory is for the next lines
  }
  held_ = 0;
  return written_;
}

void Partitions::cutTo(const std::vector<std::uint64_t>& sizes) {
  written_ = sizes;
  bytes_ = std::accumulate(sizes.begin(), sizes.end(), std::uint64_t{0});
  onDisk_ = true;
  for (std::size_t i = 0; i < sizes.size(); ++i) {
    const std::string file = fileOf(i);
    if (sizes[i] > 0 && (!std::filesystem::exists(file) || std::filesystem::file_size(file) < sizes[i]))
      throw std::runtime_error(file + " is not as the run before left it");
    if (std::filesystem::exists(file)) std::filesystem::resize_file(file, sizes[i]);
  }
}

std::string Partitions::take(std::size_t partition) {
  std::string all(written_[partition], '\0');
  if (!all.empty()) {
    std::ifstream file(fileOf(partition), std::ios::binary);
    if (!file.read(all.data(), static_cast<std::streamsize>(all.size())))
      throw std::runtime_error(fileOf(partition) + " cannot be read");
  }
  all += std::exchange(waiting_[partition], {});
  return all;
}

}  // namespace plumbline::bulk
