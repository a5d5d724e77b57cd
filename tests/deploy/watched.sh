#!/usr/bin/env bash
# What operators watch: every metric that an alert or the dashboard names is one that the running program has, and the
# alerts come when they should (promtool).
#   tests/deploy/watched.sh PROGRAM
set -euo pipefail
program=$(realpath "$1")
cd "$(dirname "$0")/../.."
work=$(mktemp -d)
services=()
finish() {
  ((${#services[@]} == 0)) || kill "${services[@]}" 2>/dev/null || true
  wait
  rm -rf "$work"
}
trap finish EXIT

# start NAME ARGUMENTS…: sets `url`.
start() {
  local name=$1
  shift
  : >"$work/$name"
  "$program" serve --port 0 --data "$work/$name.data" "$@" >"$work/$name" 2>"$work/$name.log" &
  services+=($!)
  for _ in {1..200}; do
    read -r _ url <"$work/$name" && return
    sleep 0.1
  done
  cat "$work/$name.log" >&2
  exit 1
}
ask() { curl -sS --noproxy '*' -H 'Content-Type: application/json' "$@"; }

# Some metrics are there once there was something to count: a call with data and one that was stripped of all of it,
# and one without a token.
start demo --demo
ask --data-binary @tests/bench/sample-6k.json "$url/cds-services/plumbline-patient-view" >/dev/null
ask --data-binary '{"hook": "order-sign", "hookInstance": "d1577c69-dfbe-44ad-ba6d-3e05e953b2ea",
  "context": {"userId": "Practitioner/1", "patientId": "1", "draftOrders": {"resourceType": "Bundle"}}}' \
  "$url/cds-services/plumbline-order-sign" >/dev/null
ask "$url/metrics" >"$work/metrics"
echo '{"setup": true, "replay": {"type": "redis", "address": "127.0.0.1:1"}}' >"$work/setup.jsonc"
start setup --config "$work/setup.jsonc"
ask --data '{}' "$url/cds-services/plumbline-patient-view" >/dev/null
ask "$url/metrics" >>"$work/metrics"

grep -oE '^# TYPE plumbline_[a-z_]+' "$work/metrics" | cut -d' ' -f3 | sort -u >"$work/there"
grep -ohE 'plumbline_[a-z_]+' deploy/prometheus/plumbline.rules.yml deploy/grafana/plumbline.json |
  sed -E 's/_(bucket|sum|count)$//' | sort -u >"$work/named"
echo "$(wc -l <"$work/named") metrics are watched of $(wc -l <"$work/there") that the program has"
missing=$(comm -23 "$work/named" "$work/there")
if [[ -n $missing ]]; then
  echo "watched, and not there: $missing"
  exit 1
fi

if ! command -v promtool >/dev/null; then
  echo "SKIPPED: there is no promtool (Debian package prometheus)"
  exit 0
fi
promtool check rules deploy/prometheus/plumbline.rules.yml
promtool test rules deploy/prometheus/plumbline*.test.yml
alerts=$(grep -oE 'alert: [A-Za-z]+' deploy/prometheus/plumbline.rules.yml | cut -d' ' -f2)
for alert in $alerts; do
  grep -q "alertname: $alert\b" deploy/prometheus/*.test.yml || { echo "no test of $alert"; exit 1; }
done
