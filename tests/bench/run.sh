#!/usr/bin/env bash
# What a call costs, beside Poco's own HTTPServer with an empty handler: both are loaded in turn, round by
# round, with the same 6 KB request, each on one core with the load on another, so that what else the machine
# does falls on both. Prints a Markdown table; the ratio is what counts, microseconds depend on the machine.
#   tests/bench/run.sh [ROUNDS [SECONDS]]      default: 5 rounds of 4 seconds each
# Needs two cores and Debian's wrk and libbenchmark-dev.
set -euo pipefail
cd "$(dirname "$0")/../.."

rounds=${1:-5}
seconds=${2:-4}
connections=16
build=build/bench
body=tests/bench/sample-6k.json

for tool in wrk taskset; do
  command -v "$tool" >/dev/null || { echo "missing: apt-get install -y wrk libbenchmark-dev util-linux" >&2; exit 2; }
done
cmake --preset release -B "$build" -DPLUMBLINE_BENCH=ON -DBUILD_TESTING=OFF >/dev/null
cmake --build "$build" --target plumbline poco_empty_server >/dev/null

work=$(mktemp -d)
pids=()
stop() {
  for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done
  rm -rf "$work"
}
trap stop EXIT

# start NAME COMMAND…: on core 0, until it says where it listens.
start() {
  local name=$1
  shift
  taskset -c 0 "$@" >"$work/$name" 2>/dev/null &
  pids+=($!)
  for _ in $(seq 100); do
    grep -q '^ready ' "$work/$name" && return
    sleep 0.1
  done
  echo "$name does not start" >&2
  exit 1
}
address() { sed -n 's/^ready //p' "$work/$1"; }
# User and system time of a process in clock ticks. The name in parentheses may hold blanks.
ticks() { sed 's/.*) //' "/proc/$1/stat" | awk '{print $12 + $13}'; }

start poco "$build/poco_empty_server" 0
start plumbline "$build/plumbline" serve --demo --port 0
poco=${pids[0]}
plumbline=${pids[1]}

# load NAME PID SECONDS: appends "µs-per-request requests-per-second p50 p99" to NAME.rounds.
load() {
  local before after report
  before=$(ticks "$2")
  report=$(taskset -c 1 wrk -t1 -c"$connections" -d"${3}s" -s tests/bench/patient_view.lua "$(address "$1")" -- "$body" | grep '^{')
  after=$(ticks "$2")
  REPORT=$report TICKS=$((after - before)) HZ=$(getconf CLK_TCK) awk 'BEGIN {
    report = ENVIRON["REPORT"]
    split(report, field, /[:,}]/)
    if (field[2] == 0 || field[4] != 0) { print "refused answers: " report > "/dev/stderr"; exit 1 }
    printf "%.2f %d %s %s\n", ENVIRON["TICKS"] / ENVIRON["HZ"] * 1e6 / field[2], field[6], field[8], field[10]
  }' >>"$work/$1.rounds"
}

load poco "$poco" 1
load plumbline "$plumbline" 1
rm "$work"/*.rounds
for _ in $(seq "$rounds"); do
  load poco "$poco" "$seconds"
  load plumbline "$plumbline" "$seconds"
done

# median FILE COLUMN
median() { awk -v c="$2" '{print $c}' "$1" | sort -n | awk '{v[NR] = $1} END {print (v[int((NR + 1) / 2)] + v[int(NR / 2) + 1]) / 2}'; }
row() { printf '| %s | %s | %s | %s | %s |' "$2" "$(median "$work/$1.rounds" 1)" "$(median "$work/$1.rounds" 2)" "$(median "$work/$1.rounds" 3)" "$(median "$work/$1.rounds" 4)"; }
paste -d' ' "$work/poco.rounds" "$work/plumbline.rounds" | awk '{print $5 / $1}' >"$work/ratio"

echo "$(wc -c <"$body") bytes in, $connections connections, $rounds rounds of $seconds s, medians"
echo
echo '| server | CPU µs a request | requests/s on one core | p50 ms | p99 ms |'
echo '|---|---|---|---|---|'
row poco "Poco HTTPServer, empty handler"; echo
row plumbline "plumbline, sample chart"; echo
echo
echo "CPU ratio plumbline / Poco: $(median "$work/ratio" 1) (rounds: $(sort -n "$work/ratio" | awk '{printf "%s%.2f", (NR > 1 ? ", " : ""), $1}'))"
