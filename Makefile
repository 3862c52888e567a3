# `make help` lists what there is.
SHELL := /bin/sh
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do command -v $$p >/dev/null 2>&1 && $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
BIN := .venv/bin
RUN := $(BIN)/python -m
WORKERS ?= 2

.PHONY: help setup run test test-fast test-peers peers check bench truth format lock

help:  ## List what there is
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 14

.venv/runtime: requirements.lock pyproject.toml
	@[ -n "$(PYTHON)" ] || { echo "Python 3.11 or newer is missing. Install it with: apt-get install -y python3 python3-venv"; exit 1; }
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || scripts/system_packages.sh no-ensurepip:python3-venv
	@[ -x $(BIN)/python ] || $(PYTHON) -m venv .venv
	@echo "Setting up (about a minute, once)"
	@$(RUN) pip install -q --disable-pip-version-check --require-hashes -r requirements.lock
	@$(RUN) pip install -q --disable-pip-version-check --no-deps -e .
	@touch $@

.venv/dev: .venv/runtime requirements-dev.lock
	@echo "Setting up what the tests need"
	@$(RUN) pip install -q --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@

setup: .venv/dev  ## Make the environment only

run: .venv/runtime  ## Set up and open the demo on http://127.0.0.1:8000
	@$(BIN)/livingroom demo

check: .venv/dev  ## Lint, format, types, import arrows
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

test: .venv/dev  ## Checks and all tests, on SQLite and PostgreSQL and in a real Chromium
	@scripts/system_packages.sh chromium:chromium initdb:postgresql
	$(MAKE) check
	$(RUN) pytest -n $(WORKERS) -q
	$(RUN) tests.support.postgres -- $(RUN) pytest -n $(WORKERS) -q -m "not one_database and not browser"

test-fast: .venv/dev  ## All tests but the browser's, on SQLite
	$(RUN) pytest -n $(WORKERS) -q -m "not browser"

peers: .venv/dev  ## Install the heavy real peers once, outside this folder
	@scripts/system_packages.sh initdb:postgresql redis-server:redis-server node:nodejs npm:npm chromium:chromium g++:g++ java:openjdk-17-jre-headless
	@scripts/system_packages.sh php:php-cli php:php-sqlite3 php:php-mbstring php:php-xml php:php-curl php:php-intl php:php-gd
	scripts/peers/install.sh

test-peers: peers  ## The same job against real network software
	$(RUN) pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder -q tests_peers

bench: .venv/dev  ## Every speed we claim, as ratios
	@scripts/system_packages.sh initdb:postgresql wrk:wrk
	@for file in benchmarks/*.py; do echo "== $$file"; $(BIN)/python "$$file" || exit 1; done

truth: .venv/dev  ## Try every way of measuring in worlds whose truth is known, and write what holds (15 minutes)
	$(RUN) livingroom.world.honesty --write docs/methods/truth.md

format: .venv/dev  ## Format the code
	$(BIN)/ruff check --fix -q . || true
	$(BIN)/ruff format .

lock: .venv/dev  ## Pin the newest allowed versions again
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --upgrade pyproject.toml -o requirements.lock
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --extra dev -c requirements.lock pyproject.toml -o requirements-dev.lock
