#!/usr/bin/env bash
# Prints where the HTML checker (the Nu checker's vnu.jar) is; installs what is missing when that is possible.
#
#   VNU_JAR=$(tools/html_checker.sh)
#
# Java comes from Debian when this is root, the checker from its npm package, once, into ~/.cache/kora.
set -euo pipefail

version=26.9.27
folder=${XDG_CACHE_HOME:-$HOME/.cache}/kora/vnu-$version
jar=$folder/node_modules/vnu-jar/build/dist/vnu.jar

need() { # COMMAND PACKAGE: installs Debian's package unless the command is there
    ! command -v "$1" >/dev/null || return 0
    [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null || return 1
    echo "Installing Debian's $2" >&2
    export DEBIAN_FRONTEND=noninteractive
    { apt-get update -q && apt-get install -q -y --no-install-recommends "$2"; } >/dev/null 2>&1
}

fetch() { # without the package's scripts, which would look for a Java of their own
    echo "Fetching the HTML checker" >&2
    mkdir -p "$folder"
    npm install --silent --ignore-scripts --no-audit --no-fund --prefix "$folder" "vnu-jar@$version" >&2
}

need java default-jre-headless
[ -s "$jar" ] || { need npm npm && fetch; }
[ -s "$jar" ]
echo "$jar"
