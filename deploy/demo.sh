#!/usr/bin/env bash
# From a bare Debian 12 to a card on the screen: installs what is missing (root or sudo), builds, starts the
# demo service on a free port, posts tests/bench/sample-6k.json and prints the card. Then the service stays
# until Ctrl-C; with --once it stops at once.
set -euo pipefail
cd "$(dirname "$0")/.."
. deploy/packages.sh

once=false
case "${1-}" in
  "") ;;
  --once) once=true ;;
  *)
    echo "usage: deploy/demo.sh [--once]" >&2
    exit 2
    ;;
esac

# The sample chart was written at this moment; on a later one its findings would be old.
now=2026-11-25T09:00:00Z
chart=tests/bench/sample-6k.json

install_missing "${build_packages[@]}" "${demo_packages[@]}"
use_ccache
echo "building (a few minutes the first time) ..."
scratch=$(mktemp -d)
service=
finish() {
  trap - EXIT INT TERM HUP
  [[ -z $service ]] || kill "$service" 2>/dev/null || true
  [[ -z $service ]] || wait "$service" 2>/dev/null || true
  rm -rf "$scratch"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
trap 'exit 129' HUP # the service itself takes a hang-up for the wish to reload

if ! { cmake --preset release && cmake --build --preset release --target plumbline print_card; } \
  >"$scratch/build" 2>&1; then
  tail -n 40 "$scratch/build"
  echo "demo: the build failed" >&2
  exit 1
fi

: >"$scratch/ready"
build/release/plumbline serve --demo --port 0 --now "$now" >"$scratch/ready" 2>"$scratch/log" &
service=$!
url=
for _ in {1..100}; do
  read -r _ url <"$scratch/ready" && break || kill -0 "$service" 2>/dev/null || break
  sleep 0.1
done
if [[ -z $url ]]; then
  cat "$scratch/log" >&2
  echo "demo: the service did not start" >&2
  exit 1
fi

post() {
  curl -sS --noproxy '*' -H 'Content-Type: application/json' --data-binary "@$chart" \
    "$url/cds-services/plumbline-patient-view"
}
echo
echo "An EHR opens the chart in $chart. The service answers:"
echo
post >"$scratch/answer"
build/release/print_card <"$scratch/answer"

cat <<NEXT

What to try next
  Change the chart (take "c-saddle" and "c-retention" out, say) and see what the card makes of it:
    build/release/plumbline explain --now $now $chart
  Where this card comes from: the rule and its words in rules/content/pathways/cauda-equina.json,
  how each finding is seen in a chart in rules/content/findings/, the map of everything in README.md.
NEXT
if $once; then exit 0; fi
cat <<NEXT
  The same call by hand, while this runs (its clock stands at $now):
    curl --noproxy '*' -H 'Content-Type: application/json' --data-binary @$chart \\
      $url/cds-services/plumbline-patient-view
    curl --noproxy '*' $url/cds-services

Open $url/demo/ in a browser: a small EHR with made-up patients, its cards, and why each
came out as it did. $url/knowledge is what Plumbline knows, for people. Ctrl-C stops the service.
NEXT
wait "$service"
