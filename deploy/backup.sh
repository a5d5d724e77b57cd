#!/bin/sh
# Copies a store while the service runs or not, and proves the copy: deploy/backup.sh DATA TARGET
# TARGET is a new directory with the same two files, `plumbline.db` and `key`. The copy is one moment of the database,
# taken by SQLite itself (Debian package sqlite3). Without its `key` a store cannot be used: keep both, and keep them
# as you keep charts. To restore: stop the service, put both files in place, owned by its user, start it.
set -eu
if [ $# -ne 2 ] || [ ! -f "$1/plumbline.db" ] || [ -e "$2" ]; then
  echo "usage: backup.sh DATA TARGET; TARGET must not be there yet. A store in PostgreSQL: pg_dump, see README.md" >&2
  exit 2
fi
umask 077
mkdir "$2"
sqlite3 -cmd '.timeout 10000' "$1/plumbline.db" ".backup '$2/plumbline.db'"
cp "$1/key" "$2/key"
"${PLUMBLINE:-plumbline}" audit verify --data "$2"
