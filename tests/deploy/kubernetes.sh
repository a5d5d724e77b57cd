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
# What a site lays beside its overlay: the content's signature, and the key it is known by.
rm -rf "$work/kubernetes" "$work/content-key"*
cp -r "$root/deploy/kubernetes" "$work/kubernetes"
"$root/certs/sign-pack.sh" --new-key "$work/content-key"
"$root/certs/sign-pack.sh" "$root/rules/content" "$work/content-key" "$work/content.sig" >/dev/null
cp "$work/content-key.pub" "$work/content.sig" "$work/kubernetes/overlays/hospital/"
"${render[@]}" "$work/kubernetes/overlays/hospital" >"$work/service.yaml"
"${render[@]}" "$root/deploy/kubernetes/evaluate" >"$work/job.yaml"
"$node" "$work/manifests.mjs" "$work/service.yaml" "$work/job.yaml" "$work/plumbline.jsonc"

# The configuration inside, with files of a test in place of the Secrets, a database that is not there, and no Redis,
# which would have to be there.
mkdir -p "$work/certs"
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 90 -subj /CN=cds.hospital.example \
  -keyout "$work/certs/server.key" -out "$work/certs/server.pem" 2>/dev/null
sed -i -e "s#/etc/plumbline-tls/tls.crt#$work/certs/server.pem#; s#/etc/plumbline-tls/tls.key#$work/certs/server.key#" "$work/plumbline.jsonc"
head -c 32 /dev/urandom >"$work/key"
echo secret >"$work/password"
chmod 600 "$work/key" "$work/password"
sed -i -e "s#/etc/plumbline-store/key#$work/key#; s#/etc/plumbline-store/password#$work/password#; s#host=db.hospital.example#host=/nowhere#" "$work/plumbline.jsonc"
sed -i '/"replay": {"type": "redis"/d' "$work/plumbline.jsonc"
"$program" check --config "$work/plumbline.jsonc"
