#include "plugin/config_files.h"

#include <algorithm>
#include <filesystem>
#include <string>

#include "certs/certificate.h"
#include "plugin/auth/authenticator.h"
#include "plugin/config_screen.h"
#include "plugin/pages/console.h"
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

/// A shared store is looked at as this service would see it. That it cannot be reached from here, or is of
/// another version, may be right where this is asked.
void checkStore(const Config& config, Problems& problems, Problems& notes) {
  if (!config.store.shared()) return;
  try {
    store::Key::of(config.store, false);
  } catch (const store::StoreError& error) {
    problems.push_back({config.file, "/store/keyFile", error.what()});
  }
  try {
    const store::Database database(config.store, store::Database::Mode::ReadOnly);
    store::requireSchema(database);
  } catch (const store::StoreError& error) {
    notes.push_back({config.file, "/store", error.what()});
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
