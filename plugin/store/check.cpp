#include "plugin/store/check.h"

#include <filesystem>

#include "plugin/file.h"
#include "plugin/store/database.h"
#include "plugin/store/identity.h"

namespace plumbline::store {

std::string keyFileOf(const Place& place) {
  return place.shared() ? place.keyFile : place.directory + "/key";
}

std::string problemOfKey(const Place& place) {
  namespace fs = std::filesystem;
  const std::string file = keyFileOf(place);
  std::error_code failed;
  if (fs::status(file, failed).type() == fs::file_type::not_found) {
    if (place.shared())
      return "the key " + file + " is missing; once, for all replicas: head -c 32 /dev/urandom > " + file;
    // Another key would make another patient of each who is in the tables.
    return fs::exists(place.directory + "/plumbline.db", failed)
               ? "the key " + file + " is missing beside plumbline.db: restore it from the backup"
               : "";
  }
  const auto bytes = contentsOf(file);
  if (!bytes) return "the key " + file + " cannot be read";
  if (bytes->size() == kKeyBytes) return {};
  return "the key " + file + " is damaged: it has " + std::to_string(bytes->size()) +
         " bytes and not 32; restore it from the backup, or for a new store: head -c 32 /dev/urandom > " +
         file;
}

bool isOfAnotherKey(const Database& database, const Key& key) {
  Statement known = database.prepare("SELECT mac FROM identity");
  return known.next() && known.text(0) != key.mac("identity");
}

}  // namespace plumbline::store
