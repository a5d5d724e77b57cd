#!/usr/bin/env bash
# What Plumbline costs beside what a site would use instead, in one run: builds release, then measure.py starts
# the service and its yardsticks, loads them in turn, round by round, and prints Markdown tables of ratios.
#   tests/bench/run.sh [--rounds N] [--seconds S] [--export GB] [PART…]
# parts: calls tokens tls bodies connections steady memory evaluate notes; without any, all.
# --export adds a run over a generated export of so many GB (in $TMPDIR, which must have three times the room).
# On a quiet machine of two cores or more; a full run takes about 15 minutes.
set -euo pipefail
cd "$(dirname "$0")/../.."
. deploy/packages.sh
install_missing "${build_packages[@]}" "${test_packages[@]}" "${bench_packages[@]}"
use_ccache
cmake --preset release -B build/bench -DPLUMBLINE_BENCH=ON -DBUILD_TESTING=OFF >/dev/null
cmake --build build/bench >/dev/null
exec python3 tests/bench/measure.py "$@"
