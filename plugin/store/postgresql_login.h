#pragma once

#include <libpq-fe.h>

#include <memory>

#include "plugin/store/place.h"

namespace plumbline::store {

struct LogOut {
  void operator()(PGconn* connection) const { PQfinish(connection); }
};
using Login = std::unique_ptr<PGconn, LogOut>;

/// A connection, to a server that may be written where several are named and `writes` says so; after 3
/// seconds of each address it gives up. Throws StoreAway when there is none, StoreError for what problemOf()
/// tells.
Login logIn(const Place& place, bool writes);

}  // namespace plumbline::store
