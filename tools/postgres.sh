#!/usr/bin/env bash
# A throw-away PostgreSQL for tests and trials: no system service, nothing kept.
#
#   tools/postgres.sh start     starts it (or finds it running) and prints its DATABASE_URL
#   tools/postgres.sh stop      stops it and removes its data
#   tools/postgres.sh halt      stops it as a crash does and keeps its data; resume starts it again
#   tools/postgres.sh install   as root on Debian: installs the binaries if they are missing
#
# Data and socket live in $KORA_POSTGRES_DIR (default: <temporary folder>/kora-postgres-<user id>).
# It listens on a unix socket in that folder alone, so only its owner and root can reach it.
set -euo pipefail

folder=${KORA_POSTGRES_DIR:-${TMPDIR:-/tmp}/kora-postgres-$(id -u)}
url="postgres://kora@/kora?host=$folder"

say() { printf 'postgres: %s\n' "$*" >&2; }

find_binaries() { # prints the folder of the newest initdb
    local newest
    newest=$(find /usr/lib/postgresql/*/bin/initdb 2>/dev/null | sort -V | tail -n 1)
    [ -n "$newest" ] || newest=$(command -v initdb || true)
    [ -n "$newest" ] && dirname "$newest"
}

as_server_user() { # PostgreSQL refuses to run as root
    if [ "$(id -u)" -ne 0 ]; then
        "$@"
    else
        (cd / && setpriv --reuid "$server_user" --regid "$(id -g "$server_user")" --clear-groups \
            env HOME="$folder" "$@")
    fi
}

install_binaries() {
    find_binaries >/dev/null && return
    if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null; then
        say "no PostgreSQL found. Install it with: sudo apt-get install postgresql"
        return 1
    fi
    say "installing Debian's package (without a system cluster)"
    export DEBIAN_FRONTEND=noninteractive
    mkdir -p /etc/postgresql-common/createcluster.d
    echo "create_main_cluster = false" >/etc/postgresql-common/createcluster.d/no-main-cluster.conf
    apt-get update -q >&2
    apt-get install -q -y --no-install-recommends postgresql >&2
}

start() {
    bin=$(find_binaries) || { say "no PostgreSQL found. Install it with: sudo apt-get install postgresql"; exit 1; }
    if [ -f "$folder/data/postmaster.pid" ] && as_server_user "$bin/pg_ctl" -D "$folder/data" status >/dev/null; then
        echo "$url"
        return
    fi
    remove
    mkdir -m 700 "$folder"
    [ "$(id -u)" -ne 0 ] || chown "$server_user" "$folder"
    as_server_user "$bin/initdb" -D "$folder/data" -U kora --auth=trust -E UTF8 --locale=C.UTF-8 --no-sync \
        >"$folder/initdb.log" 2>&1 || { cat "$folder/initdb.log" >&2; exit 1; }
    cat >>"$folder/data/postgresql.conf" <<CONF
listen_addresses = ''
unix_socket_directories = '$folder'
max_connections = 200
fsync = off
synchronous_commit = off
full_page_writes = off
CONF
    resume
    as_server_user "$bin/createdb" -h "$folder" -U kora kora
    echo "$url"
}

resume() {
    bin=$(find_binaries)
    as_server_user "$bin/pg_ctl" -D "$folder/data" -l "$folder/server.log" -w -t 30 start >/dev/null </dev/null \
        || { cat "$folder/server.log" >&2; exit 1; }
}

halt() {
    bin=$(find_binaries)
    as_server_user "$bin/pg_ctl" -D "$folder/data" -m immediate -w stop >/dev/null
}

remove() {
    if [ -f "$folder/data/postmaster.pid" ] && bin=$(find_binaries); then
        as_server_user "$bin/pg_ctl" -D "$folder/data" -m immediate -w stop >/dev/null 2>&1 || true
    fi
    rm -rf "$folder"
}

server_user=postgres
id -u "$server_user" >/dev/null 2>&1 || server_user=nobody

case "${1:-}" in
    start) start ;;
    stop) remove ;;
    halt) halt ;;
    resume) resume ;;
    install) install_binaries ;;
    *) sed -n '2,11s/^# \{0,1\}//p' "$0" >&2; exit 2 ;;
esac
