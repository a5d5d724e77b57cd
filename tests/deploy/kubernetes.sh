#!/usr/bin/env bash
# The Kubernetes manifests, rendered and checked: tests/deploy/kubernetes.sh PROGRAM. Their schemas come from npm into a
# copy of this folder below build/. Prints SKIPPED and why where kubectl or npm is not to be had.
set -euo pipefail
program=$(realpath "$1")
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
work=$(dirname "$program")/deploy
. "$here/node.sh"

if command -v kubectl >/dev/null; then
  render=(kubectl kustomize)
elif command -v kustomize >/dev/null; then
  render=(kustomize build)
else
  skip "there is neither kubectl nor kustomize"
fi
"${render[@]}" "$root/deploy/kubernetes/overlays/hospital" >"$work/service.yaml"
"${render[@]}" "$root/deploy/kubernetes/evaluate" >"$work/job.yaml"
"$node" "$work/manifests.mjs" "$work/service.yaml" "$work/job.yaml" "$work/plumbline.jsonc"

# The configuration inside, with files of a test in place of the Secrets, a database that is not there, and no Redis,
# which would have to be there.
"$root/certs/dev-certs.sh" "$work/certs" >/dev/null
sed -i -e '0,/^{/s//{"development": {"allowLoopback": true},/' -e "s#/etc/plumbline-tls/tls.crt#$work/certs/server.pem#; s#/etc/plumbline-tls/tls.key#$work/certs/server.key#" "$work/plumbline.jsonc"
head -c 32 /dev/urandom >"$work/key"
sed -i -e "s#/etc/plumbline-store/key#$work/key#; s#host=db.hospital.example#host=/nowhere#" "$work/plumbline.jsonc"
sed -i '/"replay": {"type": "redis"/d' "$work/plumbline.jsonc"
"$program" check --config "$work/plumbline.jsonc"
