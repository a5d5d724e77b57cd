#!/usr/bin/env bash
# The examples of deploy/proxies before two running services: each is taken by its own program, hands calls on over
# TLS, and haproxy stays up for callers while one service stops or is killed.
#   tests/deploy/proxies.sh PROGRAM
# Prints SKIPPED for a proxy that is not installed.
set -euo pipefail
program=$(realpath "$1")
cd "$(dirname "$0")/../.."
work=$(mktemp -d)
pids=()
finish() {
  kill "${pids[@]}" 2>/dev/null || true
  wait 2>/dev/null
  rm -rf "$work"
}
trap finish EXIT
fail() {
  echo "FAILED: $1"
  tail -n 20 "$work"/*.log
  exit 1
}
# A port nobody has at the moment.
port() {
  local candidate
  for _ in {1..200}; do
    candidate=$((20000 + RANDOM % 12000)) # below those that the system gives to clients
    (exec 3<>/dev/tcp/127.0.0.1/$candidate) 2>/dev/null || { echo $candidate; return; }
  done
}
certs/dev-certs.sh "$work/certs" >/dev/null
https() { curl -sS --noproxy '*' --max-time 5 --cacert "$work/certs/ca.pem" -o /dev/null -w '%{http_code}' "$@"; }

# start I: the service of $work/I.jsonc, which is well when this returns.
start() {
  "$program" serve --config "$work/$1.jsonc" --data "$work/$1" >"$work/$1.ready" 2>"$work/$1.log" &
  pids[$1]=$!
  for _ in {1..200}; do
    "$program" alive --config "$work/$1.jsonc" 2>/dev/null && return
    sleep 0.1
  done
  fail "service $1 does not start"
}
for i in 1 2; do
  service[i]=$(port) admin[i]=$(port)
  cat >"$work/$i.jsonc" <<CONFIG
{"listen": {"port": ${service[i]}, "tls": {"certificate": "certs/server.pem", "key": "certs/server.key"}},
 "admin": {"port": ${admin[i]}}, "baseUrl": "https://cds.hospital.example", "development": {"allowPlainHttp": true},
 "clients": [{"name": "ehr", "issuer": "https://ehr.example", "jwksFile": "certs/ehr-jwks.json"}]}
CONFIG
  start $i
done

# behind URL: both replicas are used as the example says, and one that stops is not missed.
behind() {
  for _ in {1..50}; do
    [[ $(https "$1/cds-services" 2>/dev/null || true) == 200 ]] && break
    sleep 0.1
  done
  [[ $(https "$1/cds-services") == 200 ]] || fail "no discovery through $2"
  [[ $(https --json '{}' "$1/cds-services/plumbline-patient-view") == 401 ]] || fail "a call without a token through $2"
  head -c 17000000 /dev/zero >"$work/large"
  [[ $(https --json "@$work/large" "$1/cds-services/plumbline-patient-view") == 413 ]] || fail "a body over the limit through $2"
  echo "$2: takes the example, hands on discovery, 401 and 413"
}

if command -v haproxy >/dev/null; then
  front=$(port)
  sed -e "s#0.0.0.0:443#127.0.0.1:$front#; s#/etc/haproxy/plumbline-ca.pem#$work/certs/ca.pem#" \
    -e "s#verifyhost cds.hospital.example#verifyhost localhost#; s# port 9443##" \
    -e "s#10.20.1.11:8443#127.0.0.1:${service[1]} port ${admin[1]}#; s#10.20.1.12:8443#127.0.0.1:${service[2]} port ${admin[2]}#" \
    deploy/proxies/haproxy.cfg >"$work/haproxy.cfg"
  haproxy -c -q -f "$work/haproxy.cfg" || fail "haproxy does not take the example"
  haproxy -f "$work/haproxy.cfg" >"$work/haproxy.log" 2>&1 &
  pids+=($!)
  behind "https://localhost:$front" haproxy
else
  echo "haproxy: SKIPPED: it is not installed (Debian package haproxy)"
fi

if command -v nginx >/dev/null; then
  front_nginx=$(port)
  mkdir -p "$work/body"
  sed -e "s#listen 443#listen 127.0.0.1:$front_nginx#; s#/run/nginx.pid#$work/nginx.pid#; s#/var/lib/nginx/body#$work/body#" \
    -e "s#/etc/nginx/plumbline.pem#$work/certs/server.pem#; s#/etc/nginx/plumbline.key#$work/certs/server.key#" \
    -e "s#/etc/nginx/plumbline-ca.pem#$work/certs/ca.pem#; s#cds.hospital.example#localhost#" \
    -e "s#10.20.1.11:8443#127.0.0.1:${service[1]}#; s#10.20.1.12:8443#127.0.0.1:${service[2]}#" \
    deploy/proxies/nginx.conf >"$work/nginx.conf"
  nginx -t -q -e "$work/nginx.log" -c "$work/nginx.conf" || fail "nginx does not take the example"
  nginx -e "$work/nginx.log" -c "$work/nginx.conf" -g "daemon off;" >"$work/nginx.out.log" 2>&1 &
  pids+=($!)
  behind "https://localhost:$front_nginx" nginx
  [[ $(https "https://localhost:$front_nginx/metrics") == 404 ]] || fail "nginx hands on metrics"
else
  echo "nginx: SKIPPED: it is not installed (Debian package nginx-light)"
fi

# lose SIGNAL WORDS: the service that answers ends by it; how many of 60 calls that follow at once fail, each a new
# connection. Who comes through haproxy is answered by the other.
lose() {
  local used failed=0
  used=$(grep -oE 'plumbline/(one|two)' "$work/haproxy.log" | tail -n 1)
  [[ -n $used ]] || fail "haproxy does not say whom it asked"
  [[ $used == plumbline/one ]] && lost=1 || lost=2
  kill "-$1" "${pids[lost]}"
  for _ in {1..60}; do
    [[ $(https "https://localhost:$front/cds-services" 2>/dev/null || true) == 200 ]] || failed=$((failed + 1))
    sleep 0.1
  done
  echo "haproxy: $failed of 60 calls failed while the service that answered them $2"
  ((failed <= 1)) || fail "callers miss a service that $2"
}
if [[ -n ${front:-} ]]; then
  lose TERM stopped
  start "$lost"
  for _ in {1..50}; do
    grep -q "Server plumbline/.* is UP" "$work/haproxy.log" && break
    sleep 0.2
  done
  lose KILL "was killed"
fi
