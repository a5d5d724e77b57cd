#!/usr/bin/env bash
# Kills the service at random moments under feedback load, 200 times or as often as said, and counts what it had
# acknowledged; then replays a day of 5,000 calls and counts the report again. Needs the ci build (tests/run.sh).
#   tests/kill_store.sh [KILLS] [CALLS]
set -euo pipefail
cd "$(dirname "$0")/.."
PLUMBLINE_KILLS=${1:-200} build/ci/keep_test --gtest_filter='*WhenKilled'
PLUMBLINE_REPLAY=${2:-5000} build/ci/day_test
