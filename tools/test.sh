#!/usr/bin/env bash
# make test: everything on SQLite, the database tests again on PostgreSQL, the journeys in a browser.
#
#   tools/test.sh                   all three parts
#   tools/test.sh fast [ARGUMENT…]  the first part alone, with pytest's own arguments
#
# What is missing is installed when that is possible (Debian, as root). What cannot run is named in
# the end with the line that would install it; with CI=true that is a failure.
set -uo pipefail
cd "$(dirname "$0")/.."

failures=()
missing=()
work=

heading() { printf '\n=== %s ===\n' "$*"; }

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
    unset PYTHONDONTWRITEBYTECODE # compiling every module again costs each process of the run four seconds
}

run_part() { # TITLE ARGUMENT…: one run of pytest; one that finds no test has failed too
    local title=$1 code
    shift
    heading "$title"
    .venv/bin/python -m pytest -p no:cacheprovider "$@"
    code=$?
    [ "$code" -ne 5 ] || echo "No test was found."
    [ "$code" -eq 0 ] || failures+=("$title")
}

workers() { # two at least, so that tests never lean on their neighbours
    local count
    count=$(nproc 2>/dev/null || echo 2)
    echo $((count < 2 ? 2 : count > 8 ? 8 : count))
}

find_chromium() {
    local name path
    for name in "${CHROMIUM:-}" chromium chromium-browser google-chrome; do
        path=$(command -v "${name:-none}") && [ -x "$path" ] && echo "$path" && return
    done
    return 1
}

install_chromium() {
    [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null || return 1
    echo "Installing Debian's Chromium"
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -q >"$work/apt.log" 2>&1 \
        && apt-get install -q -y --no-install-recommends chromium >>"$work/apt.log" 2>&1 \
        || { tail -n 5 "$work/apt.log"; return 1; }
}

on_sqlite() {
    run_part "Part 1: everything but the browser, on SQLite" -m "not journey and not postgres" -n "$(workers)" "$@"
}

on_postgres() {
    local title="Part 2: the database tests on PostgreSQL" url
    export KORA_POSTGRES_DIR=$work/postgres
    if tools/postgres.sh install && url=$(tools/postgres.sh start); then
        DATABASE_URL=$url run_part "$title" --database-only -m "not journey" -n "$(workers)"
        tools/postgres.sh stop
    else
        missing+=("$title needs PostgreSQL: sudo apt-get install postgresql")
    fi
}

in_a_browser() {
    local title="Part 3: journeys in a browser"
    VNU_JAR=$(tools/html_checker.sh) && export VNU_JAR \
        || missing+=("The check of the HTML in part 3 needs Java and npm: sudo apt-get install default-jre-headless npm")
    if find_chromium >/dev/null || install_chromium; then
        CHROMIUM=$(find_chromium) DJANGO_ALLOW_ASYNC_UNSAFE=true run_part "$title" -m journey
    else
        missing+=("$title needs Chromium: sudo apt-get install chromium")
    fi
}

report() {
    heading "Result"
    local line
    for line in "${missing[@]}"; do echo "NOT RUN: $line"; done
    for line in "${failures[@]}"; do echo "FAILED: $line"; done
    if [ ${#failures[@]} -gt 0 ] || { [ ${#missing[@]} -gt 0 ] && [ "${CI:-}" = true ]; }; then
        exit 1
    fi
    [ ${#missing[@]} -gt 0 ] || echo "All parts passed."
}

tools/bootstrap.sh dev || exit 1
prepare
if [ "${1:-}" = fast ]; then
    shift
    on_sqlite "$@"
else
    on_sqlite
    on_postgres
    in_a_browser
fi
report
