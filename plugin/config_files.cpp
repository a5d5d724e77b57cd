#include "plugin/config_files.h"

#include <stdlib.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <string>
#include <system_error>

#include "certs/certificate.h"
#include "plugin/auth/authenticator.h"
#include "plugin/config_screen.h"
#include "plugin/pages/console.h"
#include "plugin/store/check.h"
#include "plugin/store/identity.h"
#include "plugin/store/moment.h"
#include "plugin/store/schema.h"

namespace plumbline {
namespace {

using Problems = std::vector<fhir::Problem>;

constexpr std::chrono::days kSoon{30};

constexpr const char* kCertificate = "/listen/tls/certificate";
constexpr const char* kKey = "/listen/tls/key";
constexpr const char* kClientAuthority = "/listen/tls/clientAuthority";

const char* pointerOf(certs::TlsError::About about) {
  using About = certs::TlsError::About;
  return about == About::Certificate ? kCertificate : about == About::Key ? kKey : kClientAuthority;
}

/// Looks at the dates of the certificates in files, at one moment.
class Dates {
 public:
  Dates(const Config& config, std::chrono::sys_seconds now, Problems& problems, Problems& notes)
      : file_(config.file), now_(now), problems_(problems), notes_(notes) {}

  /// A certificate and those between it and its authority, all of which clients need.
  void chain(const char* pointer, const std::string& file) {
    const auto until = certs::expiries(file);
    for (std::size_t i = 0; i < until.size(); ++i) {
      if (until[i] > now_) {
        noteWhenSoon(pointer, file, i, until[i]);
      } else if (i > 0) {
        problems_.push_back({file_, pointer, words(file, i) + " has expired"});
      }
    }
  }

  /// Authorities, of which one or another may have expired.
  void authorities(const char* pointer, const std::string& file) {
    const auto until = certs::expiries(file);
    const auto good = std::count_if(until.begin(), until.end(), [&](auto each) { return each > now_; });
    if (good == 0) {
      problems_.push_back(
          {file_, pointer, file + " holds no certificate of an authority that is good today"});
      return;
    }
    for (std::size_t i = 0; i < until.size(); ++i) {
      if (until[i] <= now_) notes_.push_back({file_, pointer, words(file, i) + " has expired"});
      if (until[i] > now_) noteWhenSoon(pointer, file, i, until[i]);
    }
  }

 private:
  static std::string words(const std::string& file, std::size_t index) {
    return file + ": certificate " + std::to_string(index + 1);
  }
  void noteWhenSoon(const char* pointer, const std::string& file, std::size_t index,
                    std::chrono::sys_seconds until) {
    if (until <= now_ + kSoon)
      notes_.push_back({file_, pointer, words(file, index) + " expires at " + store::written(until)});
  }

  const std::string& file_;
  const std::chrono::sys_seconds now_;
  Problems& problems_;
  Problems& notes_;
};

}  // namespace

TlsContexts readTls(const Config& config, std::vector<fhir::Problem>& problems) {
  TlsContexts contexts;
  if (!config.listen.tls) return contexts;
  const TlsFiles& files = *config.listen.tls;
  try {
    contexts.services = certs::serverContext(files.certificate, files.key, files.clientAuthority);
    contexts.admin = certs::serverContext(files.certificate, files.key, "");
  } catch (const certs::TlsError& error) {
    problems.push_back({config.file, pointerOf(error.about), error.what()});
  }
  return contexts;
}

void checkNotForDevelopment(const TlsContexts& tls, const Config& config,
                            std::vector<fhir::Problem>& problems) {
  if (tls.services && !config.development.any() && certs::isDevelopment(tls.services))
    problems.push_back({config.file, kCertificate,
                        config.listen.tls->certificate +
                            " is for development only: take a certificate of your authority, " +
                            "or permit this one by development.allowLoopback"});
}

void checkFiles(const Config& config, std::chrono::sys_seconds now, Problems& problems, Problems& notes) {
  namespace fs = std::filesystem;
  Dates dates(config, now, problems, notes);
  const auto checkSecret = [&](const char* pointer, const std::string& file) {
    std::error_code failed;
    if ((fs::status(file, failed).permissions() & fs::perms::others_read) != fs::perms::none && !failed)
      notes.push_back({config.file, pointer, file + " may be read by everybody on this machine"});
  };
  if (const auto& tls = config.listen.tls) {
    dates.chain(kCertificate, tls->certificate);
    if (!tls->clientAuthority.empty()) dates.authorities(kClientAuthority, tls->clientAuthority);
    checkSecret(kKey, tls->key);
  }
  for (std::size_t i = 0; i < config.screen.keyFiles.size(); ++i)
    checkSecret(("/screen/keyFiles/" + std::to_string(i)).c_str(), config.screen.keyFiles[i]);
  if (config.replayStore && !config.replayStore->passwordFile.empty())
    checkSecret("/replay/passwordFile", config.replayStore->passwordFile);
  if (!config.consoleToken.empty()) checkSecret("/console/tokenFile", config.consoleToken);
  if (!config.store.keyFile.empty()) checkSecret("/store/keyFile", config.store.keyFile);
  if (!config.store.passwordFile.empty()) checkSecret("/store/passwordFile", config.store.passwordFile);
  if (!config.authority.empty()) dates.authorities("/outgoing/authority", config.authority);
}

namespace {

/// Tables that the first start makes or brings up are as they should be; those of a later program are not.
void checkTables(const store::Database& database, const Config& config, Problems& problems, Problems& notes) {
  const int version = database.schema().version, ours = store::schemaVersion();
  if (version == 0) {
    notes.push_back({config.file, "/store", "is empty; the first start makes the tables"});
  } else if (version < ours) {
    notes.push_back(
        {config.file, "/store",
         "has schema " + std::to_string(version) + "; the first start brings it to " + std::to_string(ours)});
  } else {
    store::requireSchema(database);
    if (store::problemOfKey(config.store).empty() &&
        store::isOfAnotherKey(database, store::Key::of(config.store, false)))
      problems.push_back({config.file, config.store.shared() ? "/store/keyFile" : "/store/path",
                          store::keyFileOf(config.store) + " is not the key this store was made with"});
  }
}

/// Why no file can be made where the store is to be; looked for by making a folder, which is gone again.
/// Empty where one can.
std::string whyNotWritable(const std::string& directory) {
  namespace fs = std::filesystem;
  fs::path there = directory;
  std::error_code failed;
  while (there.has_relative_path() && fs::status(there, failed).type() == fs::file_type::not_found)
    there = there.parent_path();
  std::string probe = (there / ".plumbline-XXXXXX").string();
  if (::mkdtemp(probe.data()) == nullptr)
    return directory + " cannot be written: " + std::generic_category().message(errno);
  fs::remove(probe, failed);
  return {};
}

/// A store is looked at as this service would see it. That a database cannot be reached from here, or not
/// now, may be right where this is asked; nothing else is.
void checkStore(const Config& config, Problems& problems, Problems& notes) {
  const store::Place& place = config.store;
  const auto problem = [&](const char* pointer, const std::string& words) {
    problems.push_back({config.file, pointer, words});
  };
  if (place.none()) return;
  if (const std::string key = store::problemOfKey(place); !key.empty())
    problem(place.shared() ? "/store/keyFile" : "/store/path", key);
  std::error_code failed;
  if (!place.shared()) {
    if (const std::string why = whyNotWritable(place.directory); !why.empty())
      return problem("/store/path", why);
    if (!std::filesystem::exists(place.directory + "/plumbline.db", failed)) return;
  }
  if (!place.passwordFile.empty() && !std::ifstream(place.passwordFile))
    return problem("/store/passwordFile", place.passwordFile + " cannot be read");
  try {
    checkTables(store::Database(place, store::Database::Mode::ReadOnly), config, problems, notes);
  } catch (const store::StoreAway& error) {
    (store::answers(place) ? problems : notes).push_back({config.file, "/store", error.what()});
  } catch (const store::StoreError& error) {
    problem("/store", error.what());
  }
}

}  // namespace

void checkEverything(const Config& config, std::chrono::sys_seconds now, Problems& problems,
                     Problems& notes) {
  checkFiles(config, now, problems, notes);
  checkNotForDevelopment(readTls(config, problems), config, problems);
  const auto note = [&](const std::string& words) { notes.push_back({config.file, "/clients", words}); };
  readScreenKeys(config, problems);
  std::string whyNoConsole;
  pages::consoleOf(config, whyNoConsole, problems);
  const auth::Authenticator reads(config, note, nullptr, problems);
  if (auto* replays = reads.sharedReplays()) {
    std::string weakness;
    if (const auto why = replays->whyNot(weakness); !why.empty())
      problems.push_back({config.file, "/replay/address", "the Redis there " + why});
    if (!weakness.empty()) notes.push_back({config.file, "/replay/address", "the Redis there " + weakness});
  }
  checkStore(config, problems, notes);
}

}  // namespace plumbline
