# A clean Debian 12 in a directory, for tests that install into one; sourced. Made by debootstrap once and kept as
# build/bookworm.tar.
# shellcheck shell=bash

skip() {
  echo "SKIPPED: $1"
  exit 0
}
fail() {
  echo "FAILED: $1"
  exit 1
}

# Ends the test, saying why, where no clean root can be made.
skip_without_root() {
  ((EUID == 0)) || skip "not root"
  command -v debootstrap >/dev/null || skip "there is no debootstrap (Debian package debootstrap)"
}

# make_root DIR; fails where the Debian archive cannot be reached.
make_root() {
  local kept=build/bookworm.tar made
  if [[ ! -f $kept ]]; then
    mkdir -p build
    made=$(mktemp -d)
    chmod 755 "$made"  # the / of users other than root
    if ! debootstrap --variant=minbase bookworm "$made" >"$kept.log" 2>&1; then
      tail -n 5 "$kept.log" >&2
      rm -rf "$made"
      return 1
    fi
    cp /etc/apt/sources.list.d/debian.sources "$made/etc/apt/sources.list.d/" 2>/dev/null || true
    [[ ! -f $made/etc/apt/sources.list.d/debian.sources ]] || rm -f "$made/etc/apt/sources.list"
    tar -C "$made" -cf "$kept.new" . && mv "$kept.new" "$kept"
    rm -rf "$made"
  fi
  mkdir -p "$1" && tar -C "$1" -xf "$kept"
}
