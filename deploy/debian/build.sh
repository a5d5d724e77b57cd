#!/usr/bin/env bash
# Makes the Debian package and prints its path as the last line. Dates inside are those of the last commit (or of
# SOURCE_DATE_EPOCH), so that the same source gives the same bytes.
set -euo pipefail
cd "$(dirname "$0")/../.."
. deploy/packages.sh
install_missing "${build_packages[@]}" dpkg-dev >&2
use_ccache
export SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct)}
cmake --preset package >&2
cmake --build --preset package >&2
ls "$PWD"/build/package/plumbline_*.deb
