#!/usr/bin/env bash
# Drives the pages in a browser: tests/pages/run.sh PROGRAM [FILE...], with the program that was built; all tests of the
# pages, or those files here. Node 22 and playwright come from npm into a copy of this folder below build/; the browser
# is Debian's Chromium. Prints SKIPPED and why where one of them is not to be had.
set -euo pipefail
program=$(realpath "$1")
here=$(cd "$(dirname "$0")" && pwd)
work=$(dirname "$program")/pages

skip() {
  echo "SKIPPED: $1"
  exit 0
}
browser=$(command -v chromium) || skip "there is no chromium (Debian package chromium)"
command -v npm >/dev/null || skip "there is no npm (Debian package npm)"

mkdir -p "$work"
if ! cmp -s "$here/package-lock.json" "$work/installed-lock.json"; then
  rm -rf "$work/node_modules"
  cp "$here"/package*.json "$work/"
  (cd "$work" && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error) || skip "npm could not install"
  cp "$here/package-lock.json" "$work/installed-lock.json"
fi
cp "$here"/*.mjs "$here/package.json" "$work/"
shift
[[ $# -gt 0 ]] || set -- "$here"/*.test.mjs

node=$(echo "$work"/node_modules/node-linux-*/bin/node)
cd "$work"
PLUMBLINE_PROGRAM=$program PLUMBLINE_BROWSER=$browser PLUMBLINE_REPOSITORY=$here/../.. \
  exec "$node" --test --test-concurrency=1 --test-timeout=300000 "${@##*/}"
