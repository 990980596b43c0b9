# Tongxing. Needs GNU make, a POSIX shell and Python 3.11 or newer.
# Everything is installed into .venv; nothing outside this folder is changed.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
INSTALL := $(PIP) install --require-hashes --no-deps --only-binary=:all:
# One package of the tests is published as source alone: it holds weights, and nothing is compiled.
SOURCES := --no-binary=face-recognition-models --no-build-isolation
INTEROP := tests/interop
PEER := bench/peer
WORDS := $(patsubst %.po,%.mo,$(wildcard idp/web/translations/*/LC_MESSAGES/*.po))
STOPPED := { echo "The set-up stopped: see above. \"make setup\" goes on from there." >&2; exit 1; }

# A .venv that was moved here, or whose Python is gone, is made again.
ifneq ($(shell test -x $(BIN)/python && cat $(VENV)/.place 2>/dev/null),$(CURDIR))
.PHONY: $(VENV)/.place
endif

.DEFAULT_GOAL := help
.PHONY: argon2-native help screenshots tables models run test bench interop node-packages lint lock setup clean
.DELETE_ON_ERROR:

screenshots: setup $(VENV)/.test
	@$(BIN)/python -m docs.take_screenshots

tables: setup
	@$(BIN)/python -m docs.make_tables

help:
	@echo "make run     start a demonstration on this machine (Ctrl-C stops it)"
	@echo "make test    run every test; make test ARGS=\"-k name\" runs some"
	@echo "make interop run stock clients against it: needs Node.js, Chromium and Apache"
	@echo "make bench   measure CPU time per operation; make bench ARGS=--help says how"
	@echo "make lint    check style, types, imports and dependencies"
	@echo "make models  fetch the models that judge faces; run, test and bench do it when needed"
	@echo "make screenshots  take those of docs/screenshots anew"
	@echo "make tables  write the tables of docs/ anew"
	@echo "make lock    renew requirements/*.lock"
	@echo "make argon2-native  compile password hashing for this machine: twice as fast; needs a C compiler"
	@echo "make setup   install into .venv; the other targets do it when needed"
	@echo "make clean   remove .venv, caches and compiled files"

# exec: Ctrl-C and a termination reach the program itself.
run: setup models
	@exec $(BIN)/idp demo

test: setup models $(VENV)/.test
	@$(BIN)/python -m pytest -n 2 $(ARGS)

# Beside oidc-provider, where there is an npm to fetch it with; the command says when it is left out.
bench: setup models $(VENV)/.test
	@! command -v npm >/dev/null || $(MAKE) --no-print-directory $(PEER)/node_modules/.package-lock.json
	@$(BIN)/python -m bench $(ARGS) && $(BIN)/python -m bench.faces

# Here nothing may be missing; make test skips what this machine cannot run.
interop: setup $(VENV)/.test node-packages
	@NO_SKIPS=1 $(BIN)/python -m pytest -n 2 tests/interop $(ARGS)

node-packages: $(INTEROP)/node_modules/.package-lock.json
	@:

# npm writes this file last; its own warnings are about the user's set-up, not about ours.
%/node_modules/.package-lock.json: %/package.json %/package-lock.json
	@command -v npm >/dev/null || { echo "npm was not found: install Node.js 18 or newer (Debian and Ubuntu: apt install nodejs npm)." >&2; exit 1; }
	@cd $* && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error >/dev/null || { echo "npm stopped: see above." >&2; exit 1; }
	@touch $@

lint: setup $(VENV)/.test
	@failed=; for tool in "ruff check --quiet" "ruff format --check --quiet --diff" \
	  mypy "lint-imports --no-logo" "deptry ."; do $(BIN)/$$tool || failed="$$failed $${tool%% *}"; done; \
	if [ -n "$$failed" ]; then echo "Complaints from:$$failed." >&2; exit 1; fi

# Without a network the rest runs; the command says what is off.
models: setup
	@$(BIN)/liveness models verify >/dev/null 2>&1 || { echo "Fetching the models that judge faces (first time only) …"; \
	  $(BIN)/liveness models fetch >/dev/null || true; }

# Compiled for the cores of this machine a password costs about half.
argon2-native: setup
	@command -v cc >/dev/null || { echo "There is no C compiler: install one (Debian and Ubuntu: apt install gcc libc6-dev)." >&2; exit 1; }
	@$(INSTALL) -r requirements/native.lock || $(STOPPED)
	@sed -n '/^argon2-cffi-bindings==/,/[^\\]$$/p' requirements/run.lock > $(VENV)/argon2.txt
	@echo "Compiling …"; PATH="$(CURDIR)/$(BIN):$$PATH" CFLAGS="-O3 -march=native" $(PIP) --no-cache-dir install \
	  --require-hashes --no-deps --no-build-isolation --no-binary=argon2-cffi-bindings --force-reinstall \
	  -r $(VENV)/argon2.txt || $(STOPPED)
	@$(BIN)/idp settings tune

setup: $(VENV)/.project $(WORDS)
	@:

$(VENV)/.place:
	@test -w . || { echo "This folder cannot be written to: copy it to one of your own." >&2; exit 1; }
	@for python in "$(PYTHON)" python3.13 python3.12 python3.11 python3.14; do \
	  if "$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; \
	    then found="$$python"; break; fi; \
	done; \
	if [ -z "$$found" ]; then \
	  echo "Python 3.11 or newer was not found: install it, or name it with make PYTHON=/path/to/python3." >&2; exit 1; fi; \
	if ! "$$found" -c 'import ensurepip, venv' >/dev/null 2>&1; then \
	  echo "Python's venv module is missing: install it (Debian and Ubuntu: apt install python3-venv)." >&2; exit 1; fi; \
	echo "Making .venv …"; rm -rf $(VENV) && "$$found" -m venv $(VENV) || $(STOPPED)
	@echo "$(CURDIR)" > $@

$(VENV)/.run: requirements/run.lock $(VENV)/.place
	@echo "Installing packages (first time only, about a minute) …"
	@$(INSTALL) -r requirements/run.lock || $(STOPPED)
	@touch $@

$(VENV)/.project: pyproject.toml $(VENV)/.run
	@$(PIP) install --no-deps --no-build-isolation --no-index --editable . || $(STOPPED)
	@touch $@

$(VENV)/.test: requirements/test.lock $(VENV)/.run
	@echo "Installing test tools (first time only) …"
	@$(INSTALL) $(SOURCES) -r requirements/test.lock || $(STOPPED)
	@touch $@

%.mo: %.po $(VENV)/.run
	@$(BIN)/pybabel --quiet compile --input-file $< --output-file $@ || $(STOPPED)

# The lock files hold names, versions and hashes, never an address.
UV := $(VENV)-lock/bin/uv pip compile pyproject.toml --universal --generate-hashes --quiet \
  --no-header --no-annotate --python-version 3.11 $(UPGRADE)

# make lock UPGRADE= keeps the versions that are there.
UPGRADE ?= --upgrade

lock: $(VENV)/.place
	@rm -rf $(VENV)-lock && $(BIN)/python -m venv $(VENV)-lock
	@$(VENV)-lock/bin/python -m pip --disable-pip-version-check --quiet install uv
	@$(UV) --group build --output-file requirements/run.lock
	@$(UV) --group build --group test --extra second-matcher --constraint requirements/run.lock --output-file requirements/test.lock
	@$(VENV)-lock/bin/uv pip compile --group native --universal --generate-hashes --quiet --no-header --no-annotate \
	  --python-version 3.11 $(UPGRADE) --constraint requirements/run.lock --output-file requirements/native.lock
	@rm -rf $(VENV)-lock
	@! grep -n '://' requirements/*.lock || { echo "A lock file names an address." >&2; exit 1; }

clean:
	@rm -rf $(VENV) $(VENV)-lock $(INTEROP)/node_modules *.egg-info build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	@rm -f idp/web/translations/*/LC_MESSAGES/*.mo
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
