#!/usr/bin/env bash
# A store that is copied while calls come in, and restored: tests/deploy/backup.sh PROGRAM
# The copy is whole and reports what the store did at that moment; put back, the service goes on with it, and a store
# that was damaged after the copy is as it was before. Prints SKIPPED where there is no sqlite3.
set -euo pipefail
program=$(realpath "$1")
cd "$(dirname "$0")/../.."
if ! command -v sqlite3 >/dev/null; then
  echo "SKIPPED: there is no sqlite3 (Debian package sqlite3)"
  exit 0
fi
work=$(mktemp -d)
service=
finish() {
  [[ -z $service ]] || kill "$service" 2>/dev/null || true
  wait 2>/dev/null
  rm -rf "$work"
}
trap finish EXIT
fail() {
  echo "FAILED: $1"
  exit 1
}
start() {
  : >"$work/ready"
  "$program" serve --demo --port 0 --data "$1" --now 2026-11-25T09:00:00Z >"$work/ready" 2>"$work/log" &
  service=$!
  for _ in {1..200}; do
    read -r _ url <"$work/ready" && return
    sleep 0.1
  done
  cat "$work/log"
  fail "the service does not start on $1"
}
stop() {
  kill -TERM "$service"
  wait "$service" || fail "the service ends with $?"
  service=
}
ask() { curl -sS --noproxy '*' -H 'Content-Type: application/json' --data-binary "$@"; }
view() { ask @tests/bench/sample-6k.json "$url/cds-services/plumbline-patient-view"; }
report() { "$program" report --data "$1" --format json; }

start "$work/store"
card=$(view | grep -oE '"uuid":"[^"]+"' | head -n 1 | cut -d'"' -f4)
ask '{"feedback": [{"card": "'"$card"'", "outcome": "overridden", "overrideReasons": [{"reason": {"code": "already-assessed"}}],
  "outcomeTimestamp": "2026-11-25T08:59:00Z"}]}' "$url/cds-services/plumbline-patient-view/feedback" >/dev/null
[[ $(view) == '{"cards":[]}' ]] || fail "an override does not keep its card away"
for _ in {1..300}; do view >/dev/null; done &
calls=$!
sleep 0.2
PLUMBLINE=$program deploy/backup.sh "$work/store" "$work/copy" || fail "the copy is not whole"
wait "$calls"
report "$work/copy" >"$work/at-copy"
[[ $(stat -c %a "$work/copy" "$work/copy/key" "$work/copy/plumbline.db" | paste -sd' ') == "700 600 600" ]] ||
  fail "others may read the copy"
stop
"$program" audit verify --data "$work/store"

# Damaged, and restored from the copy.
printf 'not a database' >"$work/store/plumbline.db"
"$program" audit verify --data "$work/store" 2>/dev/null && fail "a damaged store is taken for whole"
rm -rf "$work/store"
cp -a "$work/copy" "$work/store"
report "$work/store" | cmp - "$work/at-copy" || fail "the restored store reports something else"
start "$work/store"
[[ $(view) == '{"cards":[]}' ]] || fail "an override from before the copy is forgotten"
stop
"$program" audit verify --data "$work/store" || fail "the chain does not go on after a restore"
calls_then=$(grep -oE '"calls":[0-9]+' "$work/at-copy" | head -n 1)
echo "backup: passed; the copy, taken under load, has ${calls_then#*:} of 302 calls"
