#pragma once

#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

#include "plugin/store/audit.h"
#include "plugin/store/schema.h"
#include "plugin/store/writer.h"
#include "plugin/uuid.h"
#include "tests/plugin/store/postgres.h"

/// Stores in a directory of their own, and rows to put into them.
namespace plumbline::store::testing {

inline std::string read(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

inline Call call(const std::string& card, const std::string& patient = "elm-204") {
  Call call;
  call.at = "2026-11-23T10:00:00Z";
  call.service = "plumbline-patient-view";
  call.hook = "patient-view";
  call.patient = patient;
  call.user = "Practitioner/quince";
  call.tier = card.empty() ? "none" : "emergency";
  call.pathways = card.empty() ? "" : "cauda-equina";
  call.pack = "sha256:1";
  call.microseconds = 1500;
  if (!card.empty()) {
    call.unknown = {"reduced-anal-tone"};
    call.cards = {{card, "topic-1", "critical", call.tier, call.pathways}};
  }
  return call;
}

inline Feedback feedback(const std::string& card, const std::string& moment = "2026-11-23T10:00:05Z",
                         const std::string& outcome = "overridden") {
  Feedback feedback;
  feedback.card = card;
  feedback.outcome = outcome;
  feedback.stamp = feedback.moment = moment;
  feedback.received = "2026-11-23T10:00:06Z";
  feedback.service = "plumbline-patient-view";
  feedback.reasonSystem = "http://example.org/reasons";
  feedback.reasonCode = "assessed";
  return feedback;
}

/// A store that is gone after the test, and what the writer logged. Its directory holds its key, and its file
/// where it is not PostgreSQL's.
class Directory {
 public:
  Directory() : path_(std::filesystem::temp_directory_path() / ("plumbline-store-" + randomUuid())) {
    place_.directory = path();
    if (!onPostgresql()) return;
    std::filesystem::create_directory(path_);
    place_ = {"", Postgres::one().newSchema(), "", path() + "/key"};
    std::ofstream(place_.keyFile) << std::string(32, 'k');
    std::filesystem::permissions(place_.keyFile, std::filesystem::perms(0600));
  }
  Directory(const Directory&) = delete;
  Directory& operator=(const Directory&) = delete;
  ~Directory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }

  [[nodiscard]] std::string path() const { return path_.string(); }
  [[nodiscard]] const Place& place() const { return place_; }
  [[nodiscard]] Database open() const { return {place(), Database::Mode::ReadWrite}; }
  [[nodiscard]] std::int64_t number(std::string_view sql) const { return open().number(sql); }
  std::unique_ptr<Writer> writer() {
    return std::make_unique<Writer>(place(), [this](const std::string& words) { log.push_back(words); });
  }
  [[nodiscard]] AuditVerdict verify() const {
    Database database = open();
    return verifyAudit(database, Key::of(place(), false));
  }

  std::vector<std::string> log;

 private:
  std::filesystem::path path_;
  Place place_;
};

}  // namespace plumbline::store::testing
