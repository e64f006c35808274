#!/usr/bin/env bash
# Makes .venv and installs the hash-locked packages into it; does nothing when that is done already.
#
#   tools/bootstrap.sh         what the shop needs   (requirements.txt)
#   tools/bootstrap.sh dev     and the tools         (requirements-dev.txt)
#   tools/bootstrap.sh python  nothing: only looks for a Python that is new enough
#
# A stamp beside the packages says what was installed. It is written after success only, so an
# interrupted installation is repeated.
set -euo pipefail
cd "$(dirname "$0")/.."

venv=.venv
python=$venv/bin/python

die() { printf '\nkora: %s\n' "$*" >&2; exit 1; }

require_python() {
    command -v python3 >/dev/null || die "python3 is missing. Install it with: sudo apt-get install python3 python3-pip"
    python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
        || die "Python 3.11 or newer is needed, this is $(python3 --version)."
}

make_venv() {
    if [ -x "$python" ] && "$python" -c '' 2>/dev/null; then
        return
    fi
    echo "Making $venv"
    rm -rf "$venv"
    if python3 -m venv "$venv" >/dev/null 2>&1; then
        return
    fi
    rm -rf "$venv" # without ensurepip (Debian's python3-venv) a half-made folder is left
    python3 -m venv --without-pip "$venv" || die "python3 cannot make a virtual environment here."
}

install_with_uv() {
    command -v uv >/dev/null && uv --version >/dev/null 2>&1 \
        && uv pip install --quiet --compile-bytecode --python "$python" --require-hashes "$@" 2>/dev/null
}

install_with_pip() {
    if "$python" -m pip --version >/dev/null 2>&1; then
        "$python" -m pip install --quiet --disable-pip-version-check --no-input --require-hashes "$@"
    else
        python3 -m pip --version >/dev/null 2>&1 \
            || die "pip is missing. Install it with: sudo apt-get install python3-pip"
        python3 -m pip --python "$python" install --quiet --disable-pip-version-check --no-input \
            --require-hashes "$@"
    fi
}

fingerprint() { # of a requirements file and the Python that it was installed for
    { "$python" -VV; cat "$@"; } | sha256sum | cut -d ' ' -f 1
}

install() { # NAME FILE...: installs the files together unless the stamp says so already
    local stamp=$venv/$1.stamp wanted options=() file
    shift
    wanted=$(fingerprint "$@")
    [ "$(cat "$stamp" 2>/dev/null)" != "$wanted" ] || return 0
    for file in "$@"; do options+=(-r "$file"); done
    echo "Installing the packages of $*"
    install_with_uv "${options[@]}" || install_with_pip "${options[@]}" \
        || die "The packages could not be installed; the lines above say why."
    echo "$wanted" >"$stamp"
}

require_python
case "${1:-runtime}" in
    python) ;;
    runtime) make_venv; install runtime requirements.txt ;;
    dev) make_venv; install runtime requirements.txt; install dev requirements.txt requirements-dev.txt ;;
    *) die "usage: tools/bootstrap.sh [python|runtime|dev]" ;;
esac
