# Kora. `make help` lists what there is; the README explains the first two.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help run test test-fast test-thirty check fix lock bench bench-lighthouse bench-orders screenshots audit clean

help: ## list these commands
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' $(firstword $(MAKEFILE_LIST)) | expand -t 20

run: ## install, prepare and start the shop: PORT=9000 make run moves it, Ctrl-C ends it
	@tools/run.sh

test: ## all tests: SQLite, PostgreSQL, browser
	@tools/test.sh

test-fast: ## the tests on SQLite without the browser; ARGS="tests/shop -k stock" picks some
	@tools/test.sh fast $(ARGS)

test-thirty: ## races and crashes thirty times in a row on both databases; TIMES=5 for fewer
	@tools/thirty.sh $(ARGS)

check: ## format, lint, types, templates, imports, migrations, deployment, docs
	@tools/check.sh

fix: ## repair format, imports and old Django idioms
	@tools/check.sh --fix

lock: ## renew requirements*.txt from requirements*.in (needs uv)
	@tools/lock.sh

bench: ## measure pages, totals, papers and the start, as docs/measurements.md tells
	@tools/bootstrap.sh dev
	@.venv/bin/python benchmarks/pages.py
	@.venv/bin/python benchmarks/totals.py
	@.venv/bin/python benchmarks/papers.py
	@.venv/bin/python benchmarks/run.py

bench-lighthouse: ## measure pages as a phone shows them, into docs/measurements.md (needs Node and Chromium, a quiet machine)
	@tools/bootstrap.sh dev
	@.venv/bin/python benchmarks/lighthouse.py

bench-orders: ## measure orders, the last units and uses, lost webhooks and backups on both databases (half an hour)
	@tools/bootstrap.sh dev
	@.venv/bin/python benchmarks/orders.py
	@.venv/bin/python benchmarks/last_units.py
	@.venv/bin/python benchmarks/last_use.py
	@.venv/bin/python benchmarks/lost_webhook.py
	@.venv/bin/python benchmarks/backup.py

screenshots: ## pictures of every page at 390, 768 and 1440 px, light and dark, into var/screenshots
	@tools/bootstrap.sh dev
	@.venv/bin/python -m tools.screenshots $(ARGS)

audit: ## ask for known vulnerabilities of the pinned packages (needs the internet and uv)
	@uv tool run pip-audit --require-hashes --disable-pip -r requirements.txt

clean: ## remove caches; state stays (rm -r var .env is a full reset, rm -r .venv reinstalls)
	@find . -name __pycache__ -not -path './.venv/*' -prune -exec rm -rf {} +
	@rm -rf .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis htmlcov .coverage
