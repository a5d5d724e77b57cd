#!/usr/bin/env bash
# Makes the image, with buildah: deploy/oci/build.sh [NAME]   (plumbline:VERSION)
# PACKAGE: a .deb that is there already. BASE: another Debian 12 to start from; without one it is fetched by name.
set -euo pipefail
cd "$(dirname "$0")/../.."
package=${PACKAGE:-$(deploy/debian/build.sh | tail -n 1)}
name=${1:-plumbline:$(dpkg-deb -f "$package" Version)}
context=$(mktemp -d)
trap 'rm -rf "$context"' EXIT
cp "$package" "$context/plumbline.deb"
options=(--format docker --build-arg PACKAGE=plumbline.deb --timestamp "$(git log -1 --format=%ct)")
[[ -z ${BASE:-} ]] || options+=(--build-arg BASE="$BASE" --pull-never)
# shellcheck disable=SC2086
buildah ${BUILDAH_GLOBAL:-} bud "${options[@]}" -t "$name" -f deploy/oci/Containerfile "$context"
echo "$name"
