#!/usr/bin/env bash
# The compose file, as docker-compose reads it, and the configuration beside it: tests/deploy/compose.sh PROGRAM
set -euo pipefail
program=$(realpath "$1")
cd "$(dirname "$0")/../.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
certs/dev-certs.sh "$work" >/dev/null
sed -e '0,/^{/s//{"development": {"allowLoopback": true},/' -e "s#/run/secrets/tls.pem#$work/server.pem#; s#/run/secrets/tls.key#$work/server.key#" deploy/compose/plumbline.jsonc >"$work/plumbline.jsonc"
"$program" check --config "$work/plumbline.jsonc"
if ! command -v docker-compose >/dev/null; then
  echo "SKIPPED: there is no docker-compose (Debian package docker-compose)"
  exit 0
fi
docker-compose -f deploy/compose/compose.yaml --profile demo config >"$work/read"
for promise in 'read_only: true' 'no-new-privileges:true' 'stop_grace_period: 20s'; do
  grep -q -- "$promise" "$work/read" || { echo "FAILED: compose does not read $promise"; exit 1; }
done
