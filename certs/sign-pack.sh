#!/usr/bin/env bash
# Signs clinical content, or makes the keys for it:
#   certs/sign-pack.sh --new-key KEY        KEY, an Ed25519 private key (keep it away from servers), and KEY.pub
#   certs/sign-pack.sh CONTENT KEY [FILE]   the signature of the content in the directory CONTENT, to FILE
#                                           (CONTENT.sig), which `knowledge.publicKey` checks against KEY.pub
# What is signed is the digest of the content, as `plumbline check` prints it.
set -euo pipefail
umask 077
if [[ ${1:-} == --new-key && $# == 2 ]]; then
  [[ ! -e $2 ]] || { echo "$2 is there already" >&2; exit 1; }
  openssl genpkey -algorithm ed25519 -out "$2"
  openssl pkey -in "$2" -pubout -out "$2.pub"
  chmod 644 "$2.pub"
  exit 0
fi
[[ $# == 2 || $# == 3 ]] && [[ -d $1 && -f $2 ]] || { sed -n '2,6s/^# \{0,1\}//p' "$0" >&2; exit 2; }
content=${1%/}
signature=${3:-$content.sig}

digest=$(cd "$content" && find . -name '*.json' -type f -printf '%P\n' | LC_ALL=C sort | while IFS= read -r file; do
  printf '%s\0' "$file"
  cat "$file"
  printf '\0'
done | sha256sum | cut -d' ' -f1)

text=$(mktemp)
trap 'rm -f "$text"' EXIT
printf 'sha256:%s' "$digest" >"$text"
openssl pkeyutl -sign -rawin -inkey "$2" -in "$text" | base64 -w0 >"$signature"
chmod 644 "$signature"
echo "sha256:$digest signed: $signature"
