#pragma once

#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "plugin/store/rows.h"

namespace plumbline::store {

/// A screen that is kept, without whose it is.
struct KeptScreen {
  std::string at, until, submission;
  std::vector<ScreenAnswer> answers;

  friend bool operator==(const KeptScreen&, const KeptScreen&) = default;
};

/// The answers of a screen as one text of the tables, "fever=no trauma=yes", and back. Neither linkIds nor
/// codes hold blanks; what is no pair is passed over.
std::string written(const std::vector<ScreenAnswer>& answers);
std::vector<ScreenAnswer> readAnswers(std::string_view text);

/// The screens that later answers depend on, held in memory so that no answer waits for a disk. All of a
/// patient's count until their time is over: a yes of yesterday is not taken back by a form of today that
/// does not ask again. Any thread.
class Screens {
 public:
  /// Keeps it once, however often it comes. `patient` is the keyed hash. What was over before it came is
  /// forgotten.
  void add(const std::string& client, const std::string& patient, KeptScreen screen);

  /// Those whose time is not over at `now`, a moment as the store writes it, in the order they came.
  [[nodiscard]] std::vector<KeptScreen> of(const std::string& client, const std::string& patient,
                                           std::string_view now) const;

 private:
  mutable std::mutex mutex_;
  std::map<std::string, std::vector<KeptScreen>, std::less<>> byPatient_;
};

}  // namespace plumbline::store
