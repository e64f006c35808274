#!/usr/bin/env bash
# make test-thirty: the races and the crash sweep thirty times in a row, on SQLite and on PostgreSQL.
#
#   tools/thirty.sh                             tests/races and tests/faults
#   TIMES=5 tools/thirty.sh tests/races -k pay  fewer times, other tests, with pytest's own arguments
#
# What goes wrong once in twenty times shows here. The first failure ends it and is printed.
set -uo pipefail
cd "$(dirname "$0")/.."

times=${TIMES:-30}
work=

tidy_up() {
    [ -n "$work" ] || return
    KORA_POSTGRES_DIR=$work/postgres tools/postgres.sh stop
    rm -rf "$work"
}

prepare() { # everything that the tests leave behind goes below $work
    trap tidy_up EXIT
    trap 'exit 130' INT TERM HUP
    work=$(mktemp -d "${TMPDIR:-/tmp}/kora-XXXXXX") && chmod 711 "$work" || exit 1
    export TMPDIR=$work
    unset DATABASE_URL VAR_DIR
    unset PYTHONDONTWRITEBYTECODE
}

workers() { # two at least, so that the runs disturb each other a little
    local count
    count=$(nproc 2>/dev/null || echo 2)
    echo $((count < 2 ? 2 : count))
}

run() { # DATABASE ARGUMENT…: all the runs on one database; the first failure ends the script
    local database=$1 number
    shift
    for ((number = 1; number <= times; number++)); do
        if ! .venv/bin/python -m pytest -p no:cacheprovider -n "$(workers)" "$@" >"$work/output" 2>&1; then
            cat "$work/output"
            echo "FAILED: run $number of $times on $database"
            exit 1
        fi
        echo "$database, run $number of $times: $(tail -n 1 "$work/output")"
    done
}

tools/bootstrap.sh dev || exit 1
prepare
[ $# -gt 0 ] || set -- tests/races tests/faults
run SQLite "$@"
export KORA_POSTGRES_DIR=$work/postgres
tools/postgres.sh install && url=$(tools/postgres.sh start) || exit 1
DATABASE_URL=$url run PostgreSQL "$@"
echo "$times runs in a row passed on both databases."
