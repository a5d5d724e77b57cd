#include "plugin/bulk/evaluate.h"

#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <limits>
#include <memory>
#include <stdexcept>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "plugin/bulk/blocks.h"
#include "plugin/bulk/checkpoint.h"
#include "plugin/bulk/parallel.h"
#include "plugin/bulk/partitions.h"
#include "plugin/bulk/pieces.h"
#include "plugin/uuid.h"

namespace plumbline::bulk {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;
using Kind = Document::Kind;

constexpr std::size_t kMega = 1 << 20;
constexpr std::size_t kPartitions = 256;
constexpr std::chrono::seconds kBetweenCheckpoints(2);

/// Where a run puts what does not fit in memory, and what it knows of itself.
class WorkFolder {
 public:
  explicit WorkFolder(const std::string& out)
      : path_(out.empty() ? (fs::temp_directory_path() / ("plumbline-" + randomUuid())).string()
                          : out + ".work"),
        temporary_(out.empty()) {}
  WorkFolder(const WorkFolder&) = delete;
  WorkFolder& operator=(const WorkFolder&) = delete;
  ~WorkFolder() {
    if (temporary_) remove();
  }

  [[nodiscard]] const std::string& path() const { return path_; }
  void remove() const {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }

 private:
  const std::string path_;
  const bool temporary_;
};

/// What must be the same for a run to go on where another was cut short.
std::string nameOf(const Options& options, const rules::Pack& pack) {
  std::string all = pack.digest + " " + PLUMBLINE_VERSION + " " + std::to_string(options.share.shard) + "/" +
                    std::to_string(options.share.shards);
  if (options.now) all += " " + std::to_string(options.now->time_since_epoch().count());
  for (const std::string& input : options.inputs) {
    std::error_code error;
    const auto size = fs::file_size(input, error);
    const auto written = fs::last_write_time(input, error);
    all += "\n" + input + " " + std::to_string(error ? 0 : size) + " " +
           std::to_string(error ? 0 : written.time_since_epoch().count());
  }
  return sha256Prefix(all, 64);
}

class Run {
 public:
  Run(const Options& options, const Assessing& by, std::ostream& results, std::ostream& log)
      : options_(options),
        work_(options.out),
        state_(begun(by)),
        by_{by.pack, fhir::Instant(std::chrono::seconds(state_.now)), by.depth},
        log_(log),
        memory_(std::max<std::size_t>(options.memory, 1) * kMega / 4),
        blocks_(options.inputs,
                std::clamp(memory_ / 4 / std::max<std::size_t>(options.jobs, 1), kMega, 8 * kMega), memory_),
        partitions_(work_.path() + "/patients", kPartitions, memory_),
        medications_(work_.path() + "/medications", 1, memory_),
        progress_(options.progress ? &log : nullptr, blocks_.bytes()),
        results_(&results) {
    if (options_.out.empty()) return;
    file_.open(options_.out, std::ios::binary | std::ios::in | std::ios::out | std::ios::app);
    if (!file_) throw std::runtime_error(options_.out + " cannot be written");
    results_ = &file_;
    if (!resumed_) {
      work_.remove();
      fs::resize_file(options_.out, 0);
      return;
    }
    if (fs::file_size(options_.out) < state_.out)
      throw std::runtime_error(options_.out + " is shorter than the run before left it");
    fs::resize_file(options_.out, state_.out);
    partitions_.cutTo(state_.sizes);
    medications_.cutTo({state_.medications});
    blocks_.resume(state_.input, state_.end, state_.line);
    log_ << "going on where the run before was cut short, " << state_.out << " bytes of results in\n";
  }

  Tally run() {
    if (!state_.isRead) readInputs();
    assessPatients();
    if (!results_->flush()) throw std::runtime_error("the results cannot be written");
    if (!options_.out.empty()) work_.remove();
    return state_.tally;
  }

 private:
  [[nodiscard]] std::string stateFile() const { return work_.path() + "/state"; }

  /// What the run before knew, or the beginning.
  Checkpoint begun(const Assessing& by) {
    const std::string name = nameOf(options_, by.pack);
    const bool files =
        std::find(options_.inputs.begin(), options_.inputs.end(), "-") == options_.inputs.end();
    if (!options_.out.empty() && files) {
      if (auto known = load(stateFile(), name)) {
        resumed_ = true;
        return *std::move(known);
      }
    }
    Checkpoint fresh;
    fresh.run = name;
    fresh.now = by.now.time_since_epoch().count();
    return fresh;
  }

  void write(const Piece& piece) {
    results_->write(piece.results.data(), static_cast<std::streamsize>(piece.results.size()));
    state_.out += piece.results.size();
    state_.tally += piece.tally;
  }

  void readInputs() {
    const std::size_t most = std::max<std::size_t>(options_.jobs, 1) * 4;
    for (;;) {
      std::vector<std::string> problems;
      std::vector<Block> blocks;
      while (blocks.size() < most) {
        auto block = blocks_.next(problems);
        if (!block) break;
        blocks.push_back(*std::move(block));
      }
      for (const std::string& each : problems) unreadable(each);
      if (blocks.empty()) break;
      std::vector<BlockPiece> pieces(blocks.size());
      inParallel(options_.jobs, blocks.size(), [&](std::size_t i) {
        const bool several = options_.inputs.size() > 1;
        pieces[i] =
            readBlock(blocks[i], several ? options_.inputs[blocks[i].input] : "", options_.share, by_);
      });
      for (const BlockPiece& piece : pieces) putAside(piece);
      const Block& last = blocks.back();
      state_.input = last.input;
      state_.end = last.end;
      state_.line =
          last.firstLine + static_cast<std::size_t>(std::count(last.text.begin(), last.text.end(), '\n'));
      progress_.read(state_.tally);
      checkpoint(false);
    }
    state_.isRead = true;
    checkpoint(true);
  }

  /// A file that could not be read may have held anything of anybody.
  void unreadable(const std::string& problem) {
    log_ << problem << '\n';
    state_.lost = true;
    ++state_.tally.refused;
  }

  void putAside(const BlockPiece& piece) {
    write(piece);
    state_.lost = state_.lost || piece.lost;
    for (const BlockPiece::Line& each : piece.lines) {
      (each.kind == Kind::Medication ? medications_ : partitions_)
          .add({state_.lines++, each.kind == Kind::Patient, each.id, each.text});
    }
  }

  void checkpoint(bool now) {
    const bool due = Clock::now() - saved_ > kBetweenCheckpoints;
    if (options_.out.empty() || !(due || (now && partitions_.onDisk()))) return;
    saved_ = Clock::now();
    if (state_.partitions == 0) {
      state_.sizes = partitions_.write();
      state_.medications = medications_.write().front();
    }
    if (!results_->flush()) throw std::runtime_error(options_.out + " cannot be written");
    save(state_, stateFile());
  }

  void assessPatients() {
    drugs_ = medications_.take(0);
    Partitions::forEachLine(
        drugs_, [&](const Partitions::Line& each) { byId_[each.patientId].push_back(each.text); });
    if (partitions_.bytes() <= memory_) {
      std::string all;
      for (std::size_t i = 0; i < partitions_.count(); ++i) all += partitions_.take(i);
      return assessTogether(all);
    }
    for (; state_.partitions < partitions_.count();) {
      progress_.assessed(state_.tally, state_.partitions + 1, partitions_.count());
      assessTogether(partitions_.take(state_.partitions));
      ++state_.partitions;
      checkpoint(false);
    }
  }

  /// Assesses the patients whose lines are in `bytes`: those who are in it in the order they came, then those
  /// who are only spoken of.
  void assessTogether(std::string_view bytes) {
    std::unordered_map<std::string_view, Lines> byPatient;
    Partitions::forEachLine(bytes, [&](const Partitions::Line& each) {
      Lines& own = byPatient[each.patientId];
      (each.isPatient ? own.patients : own.resources).push_back(each.text);
      if (each.isPatient) own.first = std::min(own.first, each.number);
    });
    std::vector<const std::pair<const std::string_view, Lines>*> order;
    for (const auto& each : byPatient) order.push_back(&each);
    std::sort(order.begin(), order.end(), [](const auto* a, const auto* b) {
      return std::tie(a->second.first, a->first) < std::tie(b->second.first, b->first);
    });
    constexpr std::size_t kAtOnce = 16;
    std::vector<Piece> pieces((order.size() + kAtOnce - 1) / kAtOnce);
    inParallel(options_.jobs, pieces.size(), [&](std::size_t i) {
      const auto use = [&](const Chart& chart) { pieces[i].add(chart, by_.pack); };
      for (std::size_t at = i * kAtOnce; at < std::min(order.size(), (i + 1) * kAtOnce); ++at)
        assessPatient(order[at]->first, order[at]->second, byId_, state_.lost, by_, use);
    });
    for (const Piece& piece : pieces) write(piece);
  }

  const Options& options_;
  bool resumed_ = false;
  WorkFolder work_;
  Checkpoint state_;
  const Assessing by_;
  std::ostream& log_;
  const std::size_t memory_;  ///< a quarter of what may be held
  Blocks blocks_;
  Partitions partitions_;
  Partitions medications_;
  std::string drugs_;  ///< what `byId_` points into
  Medications byId_;
  Progress progress_;
  std::ostream* results_;
  std::fstream file_;
  Clock::time_point saved_ = Clock::now();
};

}  // namespace

Tally evaluate(const Options& options, const Assessing& by, std::ostream& results, std::ostream& log) {
  return Run(options, by, results, log).run();
}

}  // namespace plumbline::bulk
