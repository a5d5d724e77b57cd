#!/usr/bin/env bash
# Runs tests that keep stores, with PostgreSQL in place of SQLite: on_postgresql.sh TEST [OPTION]…
# Each process starts a PostgreSQL of its own. Prints SKIPPED where none is installed.
set -euo pipefail
if ! compgen -G '/usr/lib/postgresql/*/bin/postgres' >/dev/null; then
  echo "SKIPPED: there is no PostgreSQL (Debian package postgresql)"
  exit 0
fi
PLUMBLINE_TEST_STORE=postgresql exec "$@" --gtest_brief=1
