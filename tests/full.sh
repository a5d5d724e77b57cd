#!/usr/bin/env bash
# What is too slow for tests/run.sh: sanitizers, longer fuzzing, coverage, clang-tidy, and whether the tests
# notice what is taken out of the content or broken in the engine; and whether the store keeps its promises when
# the service is killed 200 times, and its report the count of a day of 5,000 calls; and what three replicas lose
# while one is killed, what they share is restarted and their content is changed. Prints each step with its
# time; the output of a step is in build/full/. Exit code 1 when any step failed.
#   tests/full.sh [STEP…]     steps: asan tsan fuzz coverage tidy content engine keep ha package image
#                             reproducible; without any, all
# FUZZ_SECONDS (60) is the time each fuzz target gets.
set -euo pipefail
cd "$(dirname "$0")/.."
. deploy/packages.sh

install_missing "${build_packages[@]}" "${demo_packages[@]}" "${test_packages[@]}" "${full_packages[@]}"
use_ccache

corpus=${PLUMBLINE_CORPUS:-../shared/corpus}
if [[ -d $corpus ]]; then
  PLUMBLINE_CORPUS=$(realpath "$corpus")
  export PLUMBLINE_CORPUS
fi

asan() { cmake --workflow --preset asan; }
tsan() { cmake --workflow --preset tsan; }

fuzz() {
  cmake --preset fuzz && cmake --build --preset fuzz && FUZZ_SECONDS=${FUZZ_SECONDS:-60} tests/fuzz/run.sh
}

coverage() {
  cmake --workflow --preset coverage || return 1
  gcovr --root . --filter fhir/ --filter rules/ --filter plugin/ build/coverage
}

tidy() {
  cmake --preset dev || return 1
  git ls-files '*.cpp' | grep -E '^(fhir|rules|plugin|deploy)/' |
    xargs -P "$(nproc)" -n 1 clang-tidy --quiet -p build/dev
}

content() {
  cmake --preset ci && cmake --build --preset ci --target cases_test && tests/mutate_content.py
}

engine() { tests/mutate_engine.py; }

keep() {
  cmake --preset ci && cmake --build --preset ci --target plumbline keep_test day_test && tests/kill_store.sh
}

ha() {
  cmake --preset ci && cmake --build --preset ci --target plumbline ha_tokens &&
    tests/ha/run.sh build/ci/plumbline build/ci/ha_tokens
}

package() { deploy/debian/test.sh; }

image() { deploy/oci/test.sh; }

reproducible() { tests/reproducible.sh; }

known=(asan tsan fuzz coverage tidy content engine keep ha package image reproducible)
steps=("$@")
((${#steps[@]})) || steps=("${known[@]}")
mkdir -p build/full
failed=0
for step in "${steps[@]}"; do
  if [[ " ${known[*]} " != *" $step "* ]]; then
    echo "no such step: $step" >&2
    exit 2
  fi
  SECONDS=0
  verdict=passed
  "$step" >"build/full/$step.log" 2>&1 || verdict=FAILED failed=1
  echo "$step: $verdict in $SECONDS s (build/full/$step.log)"
  grep -h '^SKIPPED: ' "build/full/$step.log" || true
  [[ $step != coverage || $verdict != passed ]] || grep '^TOTAL' build/full/coverage.log
done
exit "$failed"
