#!/usr/bin/env bash
# The compose files, as docker-compose reads them, and the configurations beside them: tests/deploy/compose.sh PROGRAM
set -euo pipefail
program=$(realpath "$1")
cd "$(dirname "$0")/../.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 90 -subj /CN=cds.hospital.example \
  -keyout "$work/server.key" -out "$work/server.pem" 2>/dev/null
certs/sign-pack.sh --new-key "$work/content-key"
certs/sign-pack.sh rules/content "$work/content-key" "$work/content.sig" >/dev/null
head -c 32 /dev/urandom >"$work/key"
echo secret >"$work/db.password"
chmod 600 "$work/key" "$work/db.password"
for each in plumbline shared; do
  sed -e "s#/run/secrets/tls.pem#$work/server.pem#; s#/run/secrets/tls.key#$work/server.key#; s#/run/secrets/key#$work/key#; s#/run/secrets/db.password#$work/db.password#" "deploy/compose/$each.jsonc" >"$work/$each.jsonc"
  "$program" check --config "$work/$each.jsonc"
done
if ! command -v docker-compose >/dev/null; then
  echo "SKIPPED: there is no docker-compose (Debian package docker-compose)"
  exit 0
fi
docker-compose -f deploy/compose/compose.yaml --profile demo config >"$work/read"
for promise in /etc/plumbline/content-key.pub /etc/plumbline/content.sig 'read_only: true' 'no-new-privileges:true' 'stop_grace_period: 20s'; do
  grep -q -- "$promise" "$work/read" || { echo "FAILED: compose does not read $promise"; exit 1; }
done
docker-compose -f deploy/compose/compose.yaml -f deploy/compose/shared.yaml config >"$work/shared"
grep -q 'image: postgres:15' "$work/shared" || { echo "FAILED: compose reads no database"; exit 1; }
if grep -q -- --data "$work/shared"; then
  echo "FAILED: a store in a directory would take the place of the database"
  exit 1
fi
