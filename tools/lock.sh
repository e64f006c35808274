#!/usr/bin/env bash
# make lock: renews requirements*.txt from requirements*.in. Any arguments go to uv (--upgrade-package django).
set -euo pipefail
cd "$(dirname "$0")/.."
command -v uv >/dev/null || { echo "make lock needs uv: python3 -m pip install uv" >&2; exit 1; }
for name in requirements requirements-dev; do
    uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
        --no-strip-extras --no-annotate --no-header --no-emit-index-url --no-emit-find-links \
        "$@" --output-file "$name.txt" "$name.in"
done
