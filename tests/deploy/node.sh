# Sets `node` and fills `work` with this folder and what its package-lock.json names; sourced with `here` and `work` set.
# shellcheck shell=bash disable=SC2154
skip() {
  echo "SKIPPED: $1"
  exit 0
}
command -v npm >/dev/null || skip "there is no npm (Debian package npm)"
mkdir -p "$work"
exec 9>"$work/lock"
flock 9
if ! cmp -s "$here/package-lock.json" "$work/installed-lock.json"; then
  rm -rf "$work/node_modules"
  cp "$here"/package*.json "$work/"
  (cd "$work" && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error) || skip "npm could not install"
  cp "$here/package-lock.json" "$work/installed-lock.json"
fi
cp "$here"/*.mjs "$here/package.json" "$work/"
exec 9>&-
node=$(echo "$work"/node_modules/node-linux-*/bin/node)
