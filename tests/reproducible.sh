#!/usr/bin/env bash
# Whether the same source gives the same bytes: makes the package twice, in two folders of different names, without
# ccache, and compares. Takes as long as two builds. What is committed is built, not what lies in the folder.
set -euo pipefail
cd "$(dirname "$0")/.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export CCACHE_DISABLE=1 SOURCE_DATE_EPOCH
SOURCE_DATE_EPOCH=$(git log -1 --format=%ct)
for folder in "$work/one" "$work/another/of/a/longer/name"; do
  mkdir -p "$folder"
  git archive HEAD | tar -x -C "$folder"
  (cd "$folder" && cmake --preset package && cmake --build --preset package) >"$work/log" 2>&1 ||
    { tail -n 20 "$work/log"; exit 1; }
  sha256sum "$folder"/build/package/plumbline_*.deb | sed "s#$work/##"
done
packages=("$work"/one/build/package/*.deb "$work"/another/of/a/longer/name/build/package/*.deb)
if ! cmp "${packages[@]}"; then
  for i in 0 1; do dpkg-deb -R "${packages[i]}" "$work/content$i"; done
  diff -rq "$work/content0" "$work/content1" || true
  echo "reproducible: FAILED"
  exit 1
fi
echo "reproducible: passed"
