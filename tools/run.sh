#!/usr/bin/env bash
# make run: packages, .env on the first run, then `manage.py start` in place of this script.
#
# PORT (8000), HOST (127.0.0.1) and VAR_DIR (var) may come from the environment.
set -euo pipefail
cd "$(dirname "$0")/.."

export PORT=${PORT:-8000} HOST=${HOST:-127.0.0.1}

tools/bootstrap.sh python
python3 config/port.py "$HOST" "$PORT"
tools/bootstrap.sh
.venv/bin/python tools/first_env.py
if ! grep -qs '^SITE_URL=' .env; then
    export SITE_URL=${SITE_URL:-http://127.0.0.1:$PORT} # follows the port, so it is never stored
fi
umask 077 # orders and addresses in var/ are for this user alone
start=(.venv/bin/python manage.py start --host "$HOST" --port "$PORT")
if [ -n "${MAKELEVEL:-}" ] && command -v setpriv >/dev/null; then
    start=(setpriv --pdeathsig TERM "${start[@]}") # make killed alone still ends the shop
fi
exec "${start[@]}"
