#!/usr/bin/env bash
# Installs what is missing, builds with warnings as errors, and runs every test. Debian 12, root or sudo.
# What takes longer is in tests/full.sh.
set -euo pipefail
cd "$(dirname "$0")/.."
. deploy/packages.sh

install_missing "${build_packages[@]}" "${demo_packages[@]}" "${test_packages[@]}"
command -v npm >/dev/null || page_packages+=(npm)
(install_missing "${page_packages[@]}") || echo "page tests: SKIPPED (no browser or no npm)"
# Some of these start services where there is a service manager, so that only CI is given them.
if [[ -n ${CI:-} ]]; then
  for each in haproxy:haproxy nginx:nginx-light promtool:prometheus docker-compose:docker-compose sqlite3:sqlite3; do
    command -v "${each%%:*}" >/dev/null || deploy_packages+=("${each#*:}")
  done
  compgen -G '/usr/lib/postgresql/*/bin/postgres' >/dev/null || deploy_packages+=(postgresql)
  (install_missing "${deploy_packages[@]}") || echo "deploy tests: some are SKIPPED"
fi
use_ccache

corpus=${PLUMBLINE_CORPUS:-../shared/corpus}
if [[ -d $corpus ]]; then
  PLUMBLINE_CORPUS=$(realpath "$corpus")
  export PLUMBLINE_CORPUS
  echo "corpus tests: run"
else
  unset PLUMBLINE_CORPUS
  echo "corpus tests: SKIPPED (no corpus at $corpus; set PLUMBLINE_CORPUS)"
fi

tests/fhir_server/install.sh

exec cmake --workflow --preset ci
