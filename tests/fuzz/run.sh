#!/usr/bin/env bash
# Runs fuzz targets one after the other under AddressSanitizer and UndefinedBehaviorSanitizer, each for so many
# executions or seconds, whichever is over first, and prints a row of tests/fuzz/README.md for each. What a
# target has found worth keeping stays in build/fuzz-corpus/, and the next run goes on from there; what broke
# it is build/fuzz-corpus/<target>-*, and the exit code is 1.
#   tests/fuzz/run.sh [TARGET…]     such as json_fuzz; without any, all
# FUZZ_EXECUTIONS (2000000) and FUZZ_SECONDS (600) are the limits of each. PLUMBLINE_CORPUS names a folder of
# real input from which some targets start as well.
set -euo pipefail
cd "$(dirname "$0")/../.."

executions=${FUZZ_EXECUTIONS:-2000000} seconds=${FUZZ_SECONDS:-600}
corpus=${PLUMBLINE_CORPUS:-/nonexistent}
kept=build/fuzz-corpus

# The folders of real input that a target reads besides its own seeds.
real() {
  case $1 in
    json_fuzz) echo "$corpus/malformed" "$corpus/fhir_examples_r4" ;;
    hook_request_fuzz) echo "$corpus/hooks" "$corpus/malformed/fhir_invalid" ;;
    feedback_fuzz) echo "$corpus/hooks" ;;
    export_fuzz) echo "$corpus/us_core_examples" "$corpus/fhir_examples_r4" ;;
    jwt_fuzz) echo "$corpus/jose" ;;
  esac
}

figure() { sed -n "s/^stat::$1: *//p" "$2"; }

run() {
  local target=$1 log=$kept/$1.log folder folders=("$kept/$1") verdict=none started=$SECONDS
  mkdir -p "$kept/$target"
  for folder in $(real "$target"); do
    [[ ! -d $folder ]] || folders+=("$folder")
  done
  FUZZ_SEEDS="$kept/$target" "build/fuzz/$target" -runs="$executions" -max_total_time="$seconds" -max_len=8192 \
    -timeout=10 -print_final_stats=1 -artifact_prefix="$kept/$target-" "${folders[@]}" >"$log" 2>&1 || verdict="see $log"
  printf '| `%s` | %s | %s | %s |\n' "$target" "$(figure number_of_executed_units "$log")" \
    "$(((SECONDS - started + 30) / 60))" "$verdict"
  [[ $verdict == none ]]
}

targets=("$@")
((${#targets[@]})) || mapfile -t targets < <(cd build/fuzz && ls -d -- *_fuzz)
failed=0
echo '| target | executions | minutes | findings |'
echo '|---|---|---|---|'
for target in "${targets[@]}"; do
  run "$target" || failed=1
done
exit "$failed"
