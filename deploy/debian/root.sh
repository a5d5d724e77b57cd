# A clean Debian 12 in a directory, for tests that install into one; sourced. Made by debootstrap once and kept as
# build/bookworm.tar.
# shellcheck shell=bash

# Says why it cannot be made here, and nothing where it can.
no_root_here() {
  if ((EUID != 0)); then
    echo "not root"
  elif ! command -v debootstrap >/dev/null; then
    echo "there is no debootstrap (Debian package debootstrap)"
  fi
}

# make_root DIR; fails where the Debian archive cannot be reached.
make_root() {
  local kept=build/bookworm.tar made
  if [[ ! -f $kept ]]; then
    mkdir -p build
    made=$(mktemp -d)
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
