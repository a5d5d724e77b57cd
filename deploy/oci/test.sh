#!/usr/bin/env bash
# Makes the image on a clean Debian 12 and runs it as deploy/kubernetes does: no rights, a root that is read-only.
#   deploy/oci/test.sh [PACKAGE.deb]
# With buildah, and podman with runc; where podman cannot run a container, the image's root file system is run in a
# chroot as its user and the output says so. Prints SKIPPED and why where it cannot be made.
set -euo pipefail
package=${1:+$(realpath "$1")}
cd "$(dirname "$0")/../.."
. deploy/debian/root.sh

skip_without_root
command -v buildah >/dev/null || skip "there is no buildah (Debian package buildah)"
work=$(mktemp -d)
# Nothing of what is made here stays in the machine's own storage.
export BUILDAH_GLOBAL="--storage-driver vfs --root $work/storage --runroot $work/run"
# shellcheck disable=SC2086
own_buildah() { buildah $BUILDAH_GLOBAL "$@"; }
finish() {
  own_buildah umount -a >/dev/null 2>&1 || true
  own_buildah rm -a >/dev/null 2>&1 || true
  rm -rf "$work"
}
trap finish EXIT

[[ -n $package ]] || package=$(deploy/debian/build.sh | tail -n 1)
make_root "$work/root" || skip "the Debian archive cannot be reached"
cp /etc/resolv.conf "$work/root/etc/" 2>/dev/null || true
base=$(own_buildah from scratch)
own_buildah add -q "$base" "$work/root" / >/dev/null
own_buildah commit -q "$base" localhost/base >/dev/null
own_buildah rm "$base" >/dev/null
rm -rf "$work/root"
BUILDAH_ISOLATION=chroot PACKAGE=$package BASE=localhost/base deploy/oci/build.sh localhost/plumbline >"$work/bud" 2>&1 ||
  { tail -n 20 "$work/bud"; fail "the image cannot be made"; }
own_buildah inspect --type image localhost/plumbline >"$work/image.json"
for promise in '"User": "10001:10001"' '"StopSignal": "SIGTERM"' '"alive"'; do
  grep -q "$promise" "$work/image.json" || fail "the image does not say $promise"
done

mkdir -p "$work/etc" "$work/data"
certs/dev-certs.sh "$work/etc/certs" >/dev/null
cat >"$work/etc/plumbline.jsonc" <<'CONFIG'
{"listen": {"address": "0.0.0.0", "port": 18443, "tls": {"certificate": "certs/server.pem", "key": "certs/server.key"}},
 "baseUrl": "https://cds.hospital.example", "development": {"allowPlainHttp": true},
 "clients": [{"name": "ehr", "issuer": "https://ehr.example", "jwksFile": "certs/ehr-jwks.json"}]}
CONFIG
chown -R 10001:10001 "$work/etc" "$work/data"

# shellcheck disable=SC2206
podman=(podman $BUILDAH_GLOBAL --runtime runc --cgroup-manager cgroupfs)
run=(run --rm --read-only --cap-drop=ALL --security-opt=no-new-privileges --network=host --tmpfs /tmp
  --ulimit nofile=8192:8192 --ulimit nproc=2048:2048 -v "$work/etc:/etc/plumbline:ro" -v "$work/data:/var/lib/plumbline")
serve=(serve --config /etc/plumbline/plumbline.jsonc --data /var/lib/plumbline)
if command -v podman >/dev/null && command -v runc >/dev/null && "${podman[@]}" "${run[@]}" localhost/plumbline --version >"$work/version" 2>"$work/why"; then
  echo "run by podman with runc: $(cat "$work/version")"
  "${podman[@]}" "${run[@]}" --entrypoint sh localhost/plumbline -c 'touch /x || touch /etc/x || touch /usr/x' 2>/dev/null &&
    fail "the root can be written to"
  "${podman[@]}" "${run[@]}" --name plumbline-test localhost/plumbline "${serve[@]}" >"$work/ready" 2>"$work/log" &
  inside() { "${podman[@]}" exec plumbline-test "$@"; }
  stop() { "${podman[@]}" stop -t 15 plumbline-test >/dev/null; }
else
  echo "run in a chroot, since podman cannot run here: $(tail -n 1 "$work/why" 2>/dev/null || echo 'no podman or runc')"
  root=$(own_buildah mount "$(own_buildah from --pull-never localhost/plumbline)")
  mkdir -p "$root/proc" && cp -a "$work/etc/." "$root/etc/plumbline/"
  inside() { chroot --userspec=10001:10001 "$root" "$@"; }
  inside touch /x 2>/dev/null && fail "its user may write to the root"
  inside plumbline "${serve[@]}" >"$work/ready" 2>"$work/log" &
  stop() { pkill -TERM -P "$served" 2>/dev/null || kill -TERM "$served"; }
fi
served=$!
for _ in {1..100}; do
  grep -q '^ready ' "$work/ready" && break
  sleep 0.1
done
inside plumbline alive --config /etc/plumbline/plumbline.jsonc || { cat "$work/log"; fail "it is not ready"; }
code=$(curl -sS --noproxy '*' --cacert "$work/etc/certs/ca.pem" -o /dev/null -w '%{http_code}' --json '{}' \
  https://localhost:18443/cds-services/plumbline-patient-view)
[[ $code == 401 ]] || fail "a call without a token is answered $code"
stop
wait "$served" && ended=0 || ended=$?
((ended == 0)) || fail "SIGTERM ends it with $ended"
[[ -n $(find "$work/data" -type f) ]] || fail "nothing is kept in /var/lib/plumbline"
echo "image: ready by its own health check, 401 without a token, root read-only, SIGTERM ends it with 0"
own_buildah images --format '{{.Name}} {{.Size}}' | grep plumbline
