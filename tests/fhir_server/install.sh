#!/usr/bin/env bash
# Installs the FHIR server of tests/e2e into build/fhir_server, once for each package-lock.json. Without npm, or
# where it cannot be had, it says so and its tests skip.
set -euo pipefail
cd "$(dirname "$0")"
into=../../build/fhir_server
mkdir -p "$into"
if ! command -v npm >/dev/null; then
  echo "FHIR server tests: SKIPPED (no npm)"
elif cmp -s package-lock.json "$into/installed.json"; then
  echo "FHIR server tests: run"
elif cp package.json package-lock.json "$into" && npm ci --prefix "$into" --no-audit --no-fund --loglevel=error; then
  cp package-lock.json "$into/installed.json"
  echo "FHIR server tests: run"
else
  echo "FHIR server tests: SKIPPED (npm could not install it)"
fi
cp server.mjs "$into"
