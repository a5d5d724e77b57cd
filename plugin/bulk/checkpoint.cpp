#include "plugin/bulk/checkpoint.h"

#include <filesystem>
#include <fstream>
#include <stdexcept>

namespace plumbline::bulk {
namespace {

constexpr int kFormat = 1;

}  // namespace

void save(const Checkpoint& it, const std::string& file) {
  const std::string fresh = file + ".new";
  {
    std::ofstream out(fresh, std::ios::trunc);
    out << kFormat << '\n'
        << it.run << '\n'
        << it.now << ' ' << it.input << ' ' << it.end << ' ' << it.line << ' ' << it.out << ' ' << it.lines
        << ' ' << it.lost << ' ' << it.isRead << ' ' << it.partitions << ' ' << it.medications << ' '
        << it.tally.refused << ' ' << it.tally.bytes << '\n'
        << it.sizes.size();
    for (const std::uint64_t size : it.sizes) out << ' ' << size;
    out << '\n' << it.tally.tiers.size();
    for (const auto& [tier, count] : it.tally.tiers) out << ' ' << static_cast<int>(tier) << ' ' << count;
    out << '\n';
    if (!out.flush()) throw std::runtime_error(fresh + " cannot be written");
  }
  std::filesystem::rename(fresh, file);
}

std::optional<Checkpoint> load(const std::string& file, const std::string& run) {
  std::ifstream in(file);
  Checkpoint it;
  int format = 0;
  if (!(in >> format) || format != kFormat || in.get() != '\n' || !std::getline(in, it.run) || it.run != run)
    return std::nullopt;
  in >> it.now >> it.input >> it.end >> it.line >> it.out >> it.lines >> it.lost >> it.isRead >>
      it.partitions >> it.medications >> it.tally.refused >> it.tally.bytes;
  std::size_t count = 0;
  constexpr std::size_t kMost = 1 << 20;
  if (!(in >> count) || count > kMost) return std::nullopt;
  it.sizes.resize(count);
  for (std::uint64_t& size : it.sizes) in >> size;
  if (!(in >> count) || count > kMost) return std::nullopt;
  for (; count > 0; --count) {
    int tier = 0;
    std::uint64_t number = 0;
    in >> tier >> number;
    it.tally.tiers[static_cast<rules::Tier>(tier)] = number;
  }
  return in ? std::optional(it) : std::nullopt;
}

}  // namespace plumbline::bulk
