# Everything is made from the files of this repository and by package name; `make help` lists what there is to do.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help setup demo test lint check test-fast test-postgres bench lock dev browser clean

PORT ?= 8000
DATA ?= ./var/demo
PYTHON ?= python3

VENV := .venv
BIN := $(VENV)/bin
# Inside .venv, so that deleting it also forgets what was done in it.
DONE := $(VENV)/.done
PIP := $(BIN)/pip --disable-pip-version-check -qq --no-input
# node_modules is only needed until the assets are laid out; a machine without Node.js borrows one from requirements-node.lock.
NPM := PATH="$(PATH):$(CURDIR)/$(BIN)" npm

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

setup: $(DONE)/runtime $(DONE)/assets $(DONE)/messages ## install what Luyue needs to run, into .venv (fast when nothing changed)

demo: setup ## serve a demonstration: make demo PORT=8000 DATA=./var/demo
	@exec $(BIN)/luyue demo --port $(PORT) --data $(DATA)

dev: setup $(DONE)/dev ## also install what the tests and linters need

test: dev browser lint ## linters, then every test on SQLite and on PostgreSQL
	@$(BIN)/python tools/test.py

check: dev lint ## the linters only

lint:
	@tools/lint

test-fast: dev ## the tests on SQLite that need no browser
	@$(BIN)/pytest -q -n 2 -m "not browser and not serial"

bench: dev ## measure: every script in tests/bench
	@set -e; for script in tests/bench/bench_*.py; do echo "== $$script"; $(BIN)/python $$script; done

lock: $(DONE)/dev ## resolve the requirements-*.in lists anew into hashed lock files
	@tools/lock

clean: ## remove what set-up made (not your data in var/)
	rm -rf $(VENV) node_modules luyue/site/static/vendor

$(DONE)/venv:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Luyue needs Python 3.11 or newer; name one with make PYTHON=/path/to/python3.11")'
	@$(PYTHON) -m venv $(VENV)
	@mkdir -p $(DONE) && touch $@

$(DONE)/runtime: requirements.lock pyproject.toml | $(DONE)/venv
	@echo "setup: Python packages" && $(PIP) install --require-hashes -r requirements.lock
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(DONE)/dev: requirements-dev.lock | $(DONE)/runtime
	@echo "setup: packages for tests and linters" && $(PIP) install --require-hashes -r requirements-dev.lock
	@touch $@

$(DONE)/node: | $(DONE)/venv
	@command -v npm >/dev/null || { echo "setup: Node.js from its Python package" && $(PIP) install --require-hashes -r requirements-node.lock; }
	@touch $@

$(DONE)/packages: package.json package-lock.json .npmrc | $(DONE)/node
	@echo "setup: icons and scripts" && $(NPM) ci --ignore-scripts --silent
	@touch $@

$(DONE)/assets: $(DONE)/packages luyue/site/static_src/icons.txt tools/assets.py | $(DONE)/runtime
	@$(BIN)/python tools/assets.py
	@touch $@

$(DONE)/messages: $(wildcard luyue/site/locale/*/LC_MESSAGES/*.po) tools/messages.py | $(DONE)/runtime
	@$(BIN)/python tools/messages.py
	@touch $@

# Chromium drives the pages in tests; the font draws their Chinese in screenshots; Dovecot holds the mail that comes in.
browser:
	@tools/browser
