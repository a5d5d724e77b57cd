#!/usr/bin/env bash
# Installs the package into a clean Debian 12 and takes it off again:
#   deploy/debian/test.sh [PACKAGE.deb]      without a package it makes one first
# The dependencies come from the Debian archive; everything after that is done without any network. Fails when the
# package does not install, the unit is more exposed than 2.0, the shipped configuration does not pass `check`, the
# service does not start or answers a call with it, or when taking it off leaves more than data. Prints SKIPPED and
# why where there can be no clean root.
set -euo pipefail
package=${1:+$(realpath "$1")}
cd "$(dirname "$0")/../.."
. deploy/debian/root.sh

skip_without_root
[[ -n $package ]] || package=$(deploy/debian/build.sh | tail -n 1)

work=$(mktemp -d)
root=$work/root
trap 'rm -rf "$work"' EXIT
make_root "$root" || skip "the Debian archive cannot be reached"

# In the root, without network; its own processes end with it.
inside() {
  unshare --mount --net --pid --fork --kill-child sh -c \
    'ip link set lo up 2>/dev/null; mount --make-rprivate /; mount -t proc proc "$0/proc"; mount --bind /dev "$0/dev"; exec chroot "$0" "$@"' \
    "$root" "$@"
}
# Every file that may stay behind, but for those of apt, dpkg and logs.
files() {
  (cd "$root" && find . -xdev \( -path ./proc -o -path ./dev -o -path ./tmp -o -path ./var/lib/dpkg -o -path ./var/lib/apt \
    -o -path ./var/cache -o -path ./var/log \) -prune -o -print | sort)
}

cp "$package" "$root/tmp/plumbline.deb"
cp /etc/resolv.conf "$root/etc/" 2>/dev/null || true
dependencies=$(dpkg-deb -f "$package" Depends | sed 's/([^)]*)//g; s/,/ /g')
# shellcheck disable=SC2086
{ chroot "$root" apt-get update -qq && chroot "$root" env DEBIAN_FRONTEND=noninteractive \
  apt-get install -y -qq --no-install-recommends $dependencies; } >"$work/apt" 2>&1 || { tail -n 5 "$work/apt"; skip "dependencies cannot be had"; }
# What adduser itself writes when it is first asked for a user.
chroot "$root" adduser --quiet --system --group --no-create-home somebody
chroot "$root" deluser --quiet somebody 2>/dev/null
files >"$work/before"

inside dpkg -i /tmp/plumbline.deb >"$work/install" 2>&1 || { cat "$work/install"; fail "it does not install"; }
echo "installed: $(dpkg-deb -f "$package" Package Version | paste -sd' '), $(stat -c %s "$package") bytes"
if command -v systemd-analyze >/dev/null; then
  score=$(systemd-analyze security --offline=true "$root/lib/systemd/system/plumbline.service" 2>/dev/null | grep -oE 'plumbline.service: [0-9.]+' | grep -oE '[0-9.]+$')
  echo "systemd-analyze security: $score"
  awk -v s="$score" 'BEGIN { exit !(s != "" && s <= 2.0) }' || fail "the unit is more exposed than 2.0"
else
  echo "systemd-analyze security: SKIPPED (no systemd-analyze)"
fi
inside plumbline check --config /etc/plumbline/plumbline.jsonc || fail "the shipped configuration does not pass"
for vendor in epic oracle athena; do
  inside plumbline sheet --for "$vendor" --config /etc/plumbline/plumbline.jsonc >"$work/sheet" || fail "no build sheet for $vendor"
done

# As the unit would start it: its user, its data directory.
cat >"$root/tmp/first.sh" <<'FIRST'
set -e
install -d -o plumbline -g plumbline -m 700 /var/lib/plumbline
setpriv --reuid plumbline --regid plumbline --clear-groups \
  plumbline serve --config /etc/plumbline/plumbline.jsonc >/tmp/ready 2>/tmp/log &
for i in 1 2 3 4 5 6 7 8 9 10; do
  plumbline alive --config /etc/plumbline/plumbline.jsonc 2>/dev/null && break
  sleep 0.3
done
plumbline alive --config /etc/plumbline/plumbline.jsonc
exec 3<>/dev/tcp/127.0.0.1/8080
printf 'POST /cds-services/plumbline-patient-view HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}' >&3
head -n 1 <&3
kill -TERM $!
wait $!
FIRST
first=$(inside bash /tmp/first.sh) || { cat "$root/tmp/log"; fail "the service does not start and stop"; }
[[ $first == "HTTP/1.1 401 "* ]] || fail "a first start answers a call: $first"
echo "first start: ready, answers a call with ${first%$'\r'}"
ls "$root/usr/share/doc/plumbline"

inside dpkg -r plumbline >/dev/null 2>&1 || fail "it cannot be removed"
files >"$work/removed"
echo "left after removal:"
comm -13 "$work/before" "$work/removed"
inside dpkg -P plumbline >"$work/purge" 2>&1 || fail "it cannot be purged"
tail -n 1 "$work/purge"
files >"$work/purged"
echo "left after purge:"
comm -13 "$work/before" "$work/purged" | tee "$work/left"
if grep -vE '^\./var/lib/plumbline(/|$)' "$work/left"; then fail "more than data is left"; fi
echo "package: passed; the user plumbline stays with its data"
