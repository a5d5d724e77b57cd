#!/usr/bin/env bash
# Makes what a development machine needs to try TLS and tokens, into DIR (certs/dev, which git ignores):
#   ca.pem ca.key           an authority of its own
#   server.pem server.key   for localhost, 127.0.0.1 and ::1
#   client.pem client.key   for mutual TLS
#   ehr-es384.key ehr-rs384.key ehr-jwks.json   keys an EHR signs its tokens with, and their key set
# Everything is marked as for development only, and the service refuses it unless `development` permits it.
set -euo pipefail
dir=${1:-$(dirname "$0")/dev}
mkdir -p "$dir"
cd "$dir"
umask 077
days=30
organisation="Plumbline development only"

key() {
  openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:"$2" -out "$1" 2>/dev/null
}

# signed NAME COMMON-NAME EXTENSIONS: a key and a certificate of our authority.
signed() {
  key "$1.key" P-256
  openssl req -new -key "$1.key" -subj "/O=$organisation/CN=$2" -out "$1.csr"
  openssl x509 -req -in "$1.csr" -CA ca.pem -CAkey ca.key -CAcreateserial -days "$days" -sha256 \
    -extfile <(printf 'basicConstraints=critical,CA:FALSE\nkeyUsage=critical,digitalSignature\n%s\n' "$3") \
    -out "$1.pem" 2>/dev/null
  rm "$1.csr"
}

base64url() {
  basenc --base64url -w0 | tr -d '='
}

# The two coordinates of an EC key are the last bytes of its public half.
ec_jwk() {
  local point
  point=$(mktemp)
  openssl pkey -in "$1" -pubout -outform DER | tail -c 96 >"$point"
  printf '{"kid": "%s", "kty": "EC", "crv": "P-384", "alg": "ES384", "use": "sig", "x": "%s", "y": "%s"}' "$2" \
    "$(head -c 48 "$point" | base64url)" "$(tail -c 48 "$point" | base64url)"
  rm "$point"
}

rsa_jwk() {
  printf '{"kid": "%s", "kty": "RSA", "alg": "RS384", "use": "sig", "e": "AQAB", "n": "%s"}' "$2" \
    "$(openssl rsa -in "$1" -noout -modulus | cut -d= -f2 | basenc -d --base16 | base64url)"
}

key ca.key P-256
openssl req -x509 -new -key ca.key -days "$days" -sha256 -subj "/O=$organisation/CN=development authority" \
  -addext "basicConstraints=critical,CA:TRUE" -addext "keyUsage=critical,keyCertSign,cRLSign" -out ca.pem
signed server localhost $'extendedKeyUsage=serverAuth\nsubjectAltName=DNS:localhost,IP:127.0.0.1,IP:::1'
signed client development-client 'extendedKeyUsage=clientAuth'
rm -f ca.srl
key ehr-es384.key P-384
openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:3072 -out ehr-rs384.key 2>/dev/null
printf '{"keys": [%s,\n  %s]}\n' "$(ec_jwk ehr-es384.key plumbline-development-es384)" \
  "$(rsa_jwk ehr-rs384.key plumbline-development-rs384)" >ehr-jwks.json
echo "made in $PWD, good for $days days"
