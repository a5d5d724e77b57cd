#!/usr/bin/env bash
# Three replicas behind the haproxy of deploy/proxies, with PostgreSQL and Redis, each on a machine of its own as far as
# the network can tell (network namespaces), under load: one is killed, one cut off, PostgreSQL and Redis are killed and
# come back, and replica by replica is rolled to other content. Says what each costs, and that no promise was broken:
# README.md.
#   tests/ha/run.sh PROGRAM TOKENS [SECONDS [PATIENCE]]     SECONDS (4): the time between two steps; PATIENCE (2): the
#                                                           seconds after which an EHR no longer waits
# Prints SKIPPED and why where it cannot be tried: it needs root, network namespaces, haproxy, PostgreSQL and Redis.
set -euo pipefail
program=$(realpath "$1")
tokens=$(realpath "$2")
pause=${3:-4}
patience=${4:-2}
cd "$(dirname "$0")/../.."
skip() {
  echo "SKIPPED: $1"
  exit 0
}
((EUID == 0)) || skip "network namespaces need root"
for each in ip haproxy redis-server redis-cli openssl python3; do
  command -v "$each" >/dev/null || skip "there is no $each"
done
postgresql=$(compgen -G '/usr/lib/postgresql/*/bin' | sort -V | tail -n 1) || skip "there is no PostgreSQL"
tag=plha$$
ip netns add "$tag-hub" 2>/dev/null || skip "network namespaces are not to be had here"

work=$(mktemp -d)
chmod 755 "$work"
declare -A pids
finish() {
  touch "$work/stop"
  kill -KILL "${pids[@]}" 2>/dev/null || true
  wait 2>/dev/null || true
  for each in hub lb ehr store redis one two three; do ip netns del "$tag-$each" 2>/dev/null || true; done
  rm -rf "$work"
}
trap finish EXIT
trap 'echo "FAILED: at line $LINENO"' ERR

fail() {
  echo "FAILED: $1"
  tail -n 20 "$work"/*.log
  exit 1
}

# machine NAME ADDRESS…: a namespace on the one network there is.
ip -n "$tag-hub" link add br0 type bridge
ip -n "$tag-hub" link set br0 up
machine() {
  local name=$tag-$1
  ip netns add "$name"
  ip link add "$1" netns "$tag-hub" type veth peer name eth0 netns "$name"
  ip -n "$tag-hub" link set "$1" master br0 up
  ip -n "$name" link set lo up
  ip -n "$name" link set eth0 up
  shift
  for each in "$@"; do ip -n "$name" address add "$each/16" dev eth0; done
}
on() { ip netns exec "$tag-$1" "${@:2}"; }
# run MACHINE NAME COMMAND…: in the background, as ${pids[NAME]}.
run() {
  (exec ip netns exec "$tag-$1" "${@:3}") >>"$work/$2.log" 2>&1 </dev/null &
  pids[$2]=$!
}
replicas=(one two three)
declare -A address=([one]=10.20.1.11 [two]=10.20.1.12 [three]=10.20.1.13)
ehrs=(10.20.{2,37,91,140}.{5,66,201})
machine lb 10.20.1.2
machine redis 10.20.1.21
machine store 10.20.1.31
machine ehr "${ehrs[@]}"
for each in "${replicas[@]}"; do machine "$each" "${address[$each]}"; done

certs/dev-certs.sh "$work/certs" >/dev/null
certs/sign-pack.sh --new-key "$work/content-key"
for each in redis.password store.password; do (umask 077 && openssl rand -hex 32 >"$work/$each"); done
(umask 077 && openssl rand 32 >"$work/store.key")

# Content of now, and of the next version: each golden card differs by its version and a sentence.
cp -r rules/content "$work/content-1"
cp -r rules/content "$work/content-2"
version=$(sed -n 's/.*"version": "\(.*\)",/\1/p' rules/content/pack.json)
next=$version-next
sed -i "s/\"version\": \"$version\"/\"version\": \"$next\"/" "$work/content-2/pack.json"
grep -rlF "from the record as read now" "$work/content-2" | xargs sed -i 's/from the record as read now/by the record as it was now/'
for each in 1 2; do certs/sign-pack.sh "$work/content-$each" "$work/content-key" >/dev/null; done
cat >"$work/versions.json" <<JSON
{"$version": [],
 "$next": [["from the record as read now", "by the record as it was now"],
           ["\"version\": \"$version\"", "\"version\": \"$next\""]]}
JSON

# configure NAME CONTENT
configure() {
  cat >"$work/$1.jsonc" <<CONFIG
{"listen": {"address": "${address[$1]}", "port": 8443,
            "tls": {"certificate": "certs/server.pem", "key": "certs/server.key"}},
 "admin": {"address": "${address[$1]}", "port": 9443},
 "baseUrl": "https://cds.hospital.example", "development": {"allowPlainHttp": true},
 "knowledge": {"pack": "content-$2", "publicKey": "content-key.pub"},
 "replay": {"type": "redis", "address": "10.20.1.21:6379", "passwordFile": "redis.password"},
 "store": {"type": "postgresql", "connection": "host=10.20.1.31 user=plumbline dbname=postgres",
           "passwordFile": "store.password", "keyFile": "store.key"},
 "rollout": {"default": "on"},
 "clients": [{"name": "ehr", "issuer": "https://ehr.example", "jwksFile": "keys.json"}]}
CONFIG
}
# start NAME: the replica is ready when this returns.
start() {
  run "$1" "$1" "$program" serve --config "$work/$1.jsonc" --now 2026-11-23T10:00:00Z
  for _ in {1..300}; do
    on "$1" "$program" alive --config "$work/$1.jsonc" 2>/dev/null && return
    sleep 0.1
  done
  fail "replica $1 does not start"
}
# end NAME SIGNAL: it is gone when this returns.
end() {
  kill "-$2" "${pids[$1]}"
  wait "${pids[$1]}" 2>/dev/null || true
}
start_redis() {
  run redis redis redis-server --bind 10.20.1.21 --requirepass "$(cat "$work/redis.password")" --dir "$work" \
    --maxmemory-policy noeviction --appendonly yes --appendfsync always
  for _ in {1..100}; do
    redis PING 2>/dev/null | grep -q PONG && return
    sleep 0.1
  done
  fail "Redis does not start"
}
# as_postgres COMMAND…: PostgreSQL does not run as root.
as_postgres() { setpriv --reuid=postgres --regid=postgres --clear-groups "$@"; }
start_store() {
  run store store setpriv --reuid=postgres --regid=postgres --clear-groups "$postgresql/postgres" -D "$work/store/data" \
    -c listen_addresses=10.20.1.31 -c unix_socket_directories="$work/store"
  for _ in {1..200}; do
    on store "$postgresql/pg_isready" -q -h 10.20.1.31 && return
    sleep 0.1
  done
  fail "PostgreSQL does not start"
}
redis() { REDISCLI_AUTH=$(cat "$work/redis.password") on redis redis-cli -h 10.20.1.21 "$@"; }

run ehr load python3 tests/ha/load.py "$work" tests/golden "$tokens" 10.20.1.2:443 \
  "$(printf '%s:8443,' "${address[@]}" | sed 's/,$//')" "$(IFS=,; echo "${ehrs[*]}")" "$patience"
install -d -o postgres "$work/store"
install -o postgres -m 600 "$work/store.password" "$work/store/password"
as_postgres "$postgresql/initdb" -D "$work/store/data" -U plumbline --pwfile="$work/store/password" -A scram-sha-256 \
  --encoding=UTF8 --locale=C.UTF-8 >"$work/initdb.log" 2>&1
echo "host all all 10.20.0.0/16 scram-sha-256" >>"$work/store/data/pg_hba.conf"
start_store
start_redis
redis SET plumbline:since 1700000000 >/dev/null # not the first minute of a new Redis
for _ in {1..100}; do [[ -e $work/keys.json ]] && break || sleep 0.1; done
for each in "${replicas[@]}"; do
  configure "$each" 1
  start "$each"
done
sed -e "s#/etc/haproxy/plumbline-ca.pem#$work/certs/ca.pem#; s#verifyhost cds.hospital.example#verifyhost localhost#" \
  -e '$a\  server three 10.20.1.13:8443' deploy/proxies/haproxy.cfg >"$work/haproxy.cfg"
run lb haproxy haproxy -f "$work/haproxy.cfg"
sleep 1

event() { printf '%s\t%s\n' "$(date +%s.%N)" "$1" >>"$work/events"; }
event "nothing, before"
touch "$work/go"
sleep "$pause"

# The replica that haproxy has most connections to.
most=$(on lb ss -Htn state established | grep -oE '10\.20\.1\.1[123]:8443' | sort | uniq -c | sort -n | tail -n 1)
for each in "${replicas[@]}"; do [[ $most == *"${address[$each]}:"* ]] && killed=$each; done

event "a replica is killed and comes back"
end "$killed" KILL
sleep "$pause"
start "$killed"
sleep "$pause"

event "a replica is cut off from the network and comes back"
ip -n "$tag-hub" link set "$killed" down
sleep "$pause"
ip -n "$tag-hub" link set "$killed" up
sleep "$pause"

event "PostgreSQL is killed and comes back"
end store QUIT
sleep "$pause"
start_store
sleep "$pause"

event "Redis is killed and comes back"
end redis KILL
sleep "$pause"
start_redis
sleep "$pause"

event "replica by replica is rolled to other content"
for each in "${replicas[@]}"; do
  configure "$each" 2
  end "$each" TERM
  start "$each"
  sleep "$pause"
done

event "nothing, after"
sleep "$pause"
event "end"
touch "$work/stop"
wait "${pids[load]}" || fail "the load ended badly"
for each in "${replicas[@]}"; do end "$each" TERM; done
for rows in feedback cards; do
  on one "$program" report --config "$work/one.jsonc" --export $rows --format ndjson >"$work/$rows"
done
on one "$program" audit verify --config "$work/one.jsonc" || fail "the audit chain is broken"
if grep -h 'an exception was thrown' "$work"/{one,two,three}.log; then fail "a replica threw"; fi
python3 tests/ha/check.py "$work"
