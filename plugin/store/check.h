#pragma once

#include <cstddef>
#include <string>

#include "plugin/store/place.h"

/// What can be said of a store before anything is written to it.
namespace plumbline::store {

class Database;
class Key;

constexpr std::size_t kKeyBytes = 32;

/// The file that holds the key.
std::string keyFileOf(const Place& place);

/// Why the key of a store cannot be used, and what to do: it is missing where one has to be, cannot be read
/// or is not kKeyBytes long. Empty where nothing is wrong, and of a directory without database, where it will
/// be made: hashes under two keys would make two patients of one.
std::string problemOfKey(const Place& place);

/// Whether the tables, of this program's schema, were made with another key than this. Changes nothing.
bool isOfAnotherKey(const Database& database, const Key& key);

/// Of a shared store: whether a server answers there, whomever it lets in, and is neither starting nor
/// stopping. Sends no password.
bool answers(const Place& place);

}  // namespace plumbline::store
