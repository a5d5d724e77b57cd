#!/usr/bin/env bash
# The bill of materials of a program: tests/deploy/sbom.sh PROGRAM. Its schema comes from npm into a copy of this folder
# below build/. Prints SKIPPED and why where npm is not to be had.
set -euo pipefail
program=$(realpath "$1")
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
work=$(dirname "$program")/deploy
. "$here/node.sh"
for out in one two; do
  cmake -DROOT="$root" -DPROGRAM="$program" -DVERSION=0.1.0 -DOUT="$work/$out.json" -P "$root/deploy/sbom.cmake"
done
cmp "$work/one.json" "$work/two.json"
"$node" "$work/sbom.mjs" "$work/one.json" libssl3 libsqlite3-0 libpoconet80 libsimdjson14 libprometheus-cpp-core1.0 rapidjson-dev
