#!/usr/bin/env bash
# make check: everything that can be said about the code without running the shop.
#
#   tools/check.sh                  all checks; goes on after a failure and ends with 1
#   tools/check.sh lint types …     some of them, by name
#   tools/check.sh --fix            repairs format, imports and old Django idioms
set -uo pipefail
cd "$(dirname "$0")/.."

code=(blog comments config foundation shop)
all=(format lint types templates imports security migrations deployment guards)

format() { .venv/bin/ruff format --check --output-format concise .; }
lint() { .venv/bin/ruff check --quiet --output-format concise .; }
types() { .venv/bin/mypy --no-error-summary; }
templates() { .venv/bin/djlint --lint --quiet templates; }
imports() { .venv/bin/lint-imports --no-logo; }
security() { .venv/bin/bandit --quiet --recursive --configfile pyproject.toml "${code[@]}"; }
migrations() { DJANGO_SETTINGS_MODULE=tests.settings .venv/bin/python manage.py makemigrations --check --dry-run; }
guards() { .venv/bin/python -m pytest -p no:cacheprovider tests/guards; }

deployment() { # Django's own list for production, with the settings of a shop that sells
    local folder code
    folder=$(mktemp -d)
    env DJANGO_SETTINGS_MODULE=config.settings VAR_DIR="$folder" DATABASE_URL= CACHE_URL= DEBUG=false \
        SHOP_MODE=live SHOP_CURRENCY=EUR SITE_URL=https://shop.example EMAIL_URL=smtp+tls://u:p@localhost:587 \
        SECRET_KEY=checked-for-its-length-only-0123456789-abcdefghijklmnopqrstuvwxyz \
        STRIPE_SECRET_KEY=sk_live_x STRIPE_WEBHOOK_SECRET=whsec_x STAFF_EMAILS=owner@shop.example \
        .venv/bin/python manage.py check --deploy --fail-level WARNING
    code=$?
    rm -rf "$folder"
    return $code
}

fix() {
    git ls-files -z '*.py' | xargs -0 .venv/bin/django-upgrade --target-version 5.2
    .venv/bin/ruff check --fix --quiet --output-format concise .
    .venv/bin/ruff format .
}

check() { # NAME: one line when it passes, the first 60 lines of its output when it does not
    local output
    if output=$("$1" 2>&1); then
        printf '  ok      %s\n' "$1"
    else
        printf '  FAILED  %s\n' "$1"
        head -n 60 <<<"$output" | sed 's/^/          /'
        return 1
    fi
}

tools/bootstrap.sh dev || exit 1
if [ "${1:-}" = --fix ]; then
    fix
    exit
fi
[ $# -gt 0 ] || set -- "${all[@]}"
failed=()
for name in "$@"; do
    [[ " ${all[*]} " == *" $name "* ]] || { echo "No check is called $name: ${all[*]}" >&2; exit 2; }
    check "$name" || failed+=("$name")
done
if [ ${#failed[@]} -gt 0 ]; then
    printf '\nFailed: %s. make fix repairs what it can.\n' "${failed[*]}"
    exit 1
fi
