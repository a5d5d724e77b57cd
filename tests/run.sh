#!/usr/bin/env bash
# Installs what is missing, builds with warnings as errors, and runs every test. Debian 12, root or sudo.
set -euo pipefail
cd "$(dirname "$0")/.."

packages=(g++ cmake ninja-build libsimdjson-dev rapidjson-dev libssl-dev libpoco-dev prometheus-cpp-dev libgtest-dev libgmock-dev zlib1g-dev)
missing=()
for package in "${packages[@]}"; do
  dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'install ok installed' || missing+=("$package")
done
if ((${#missing[@]})); then
  as_root=()
  if ((EUID != 0)); then
    if ! command -v sudo >/dev/null; then
      echo "run this as root, then try again: apt-get install -y ${missing[*]}" >&2
      exit 2
    fi
    as_root=(sudo)
  fi
  "${as_root[@]}" apt-get update -qq
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}"
fi

corpus=${PLUMBLINE_CORPUS:-../shared/corpus}
if [[ -d $corpus ]]; then
  PLUMBLINE_CORPUS=$(realpath "$corpus")
  export PLUMBLINE_CORPUS
  echo "corpus tests: run"
else
  unset PLUMBLINE_CORPUS
  echo "corpus tests: SKIPPED (no corpus at $corpus; set PLUMBLINE_CORPUS)"
fi

cmake --workflow --preset ci
