# `make` lists what there is. Everything lives in .venv; nothing else on the machine is changed, save by setup-ci
# (and on a machine without Python's venv module, which every target then asks the system's packages for).

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/.ready
ROOMS  := values language compiler runtime machine
OTHER_PYTHONS := 3.12 3.13
# Real parts that the tests run: package=command
SERVICES := redis-server=redis-server openssl=openssl nginx-light=nginx haproxy=haproxy chromium=chromium

.DEFAULT_GOAL := help
.PHONY: help setup setup-ci run prompt test test-cluster quick check format bench bench-web bench-cluster clean python services other-pythons

help: ## list the targets
	@sed -n 's/^\([a-z][a-z-]*\):.*## \(.*\)/  make \1|\2/p' $(MAKEFILE_LIST) | \
	    while IFS='|' read -r target what; do printf '%-18s %s\n' "$$target" "$$what"; done

setup: $(READY) ## make .venv with everything that running, testing and checking need

setup-ci: python setup services other-pythons ## the same on a bare Debian machine, with what apt must add

run: $(READY) ## serve MBASIC's page at http://127.0.0.1:8080 (make run ARGS='--port 8081')
	@$(BIN)/python -m mbasic --ui web $(ARGS)

prompt: $(READY) ## start MBASIC in this terminal; make prompt ARGS='prog.bas' runs a program
	@$(BIN)/python -m mbasic $(ARGS)

test: $(READY) services ## run all tests; each of the five core rooms must be covered to 90 %
	$(BIN)/python -m pytest --cov --cov-report= $(ARGS)
	@for room in $(ROOMS); do \
	    echo "Branch coverage of $$room:"; \
	    $(BIN)/python -m coverage report --include="mbasic/$$room/*" --fail-under=90 || exit 1; \
	done

test-cluster: $(READY) services ## run the tests of clusters as often as the promises say (half an hour)
	MBASIC_TEST_CLUSTER=whole $(BIN)/python -m pytest tests/cluster -q -s $(ARGS)

quick: $(READY) ## run the tests that take a minute together
	$(BIN)/python -m pytest -q -m 'not slow' $(ARGS)

check: $(READY) ## format, lint, types and import contracts; changes nothing
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/pyright
	$(BIN)/lint-imports --no-logo

format: $(READY) ## let ruff format and mend the code
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: $(READY) ## time MBASIC against C on the programs of bench/ (needs a C compiler)
	$(BIN)/python -m bench.run bench/engines.toml $(ARGS)
	$(BIN)/python -m bench.startup
	$(BIN)/python -m bench.settings

bench-web: $(READY) ## time the page in a real browser: echoes, a flood of lines, the first page, memory
	$(BIN)/python -m bench.web $(ARGS)

bench-cluster: $(READY) services ## time commits, keys to echoes, and what sessions cost an instance
	$(BIN)/python -m bench.store
	$(BIN)/python -m bench.cluster $(ARGS)

clean: ## remove .venv and all that was made
	rm -rf $(VENV) .coverage htmlcov dist build
	rm -rf .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	find mbasic tests bench -name __pycache__ -type d -prune -exec rm -rf {} +

# ---- how the tools come to be ------------------------------------------------------

$(READY): pyproject.toml
	@$(call has_venv) || $(MAKE) --no-print-directory python
	@echo 'Setting up $(VENV) (once) ...'
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@

has_venv = $(PYTHON) -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null

# Python with its venv module, from the system's packages where it is missing
python:
	@$(call has_venv) && exit 0; \
	if ! command -v apt-get >/dev/null; then \
	    echo 'Install Python 3.11 or newer with its venv module, then try again (make PYTHON=... names one).' >&2; \
	    exit 1; \
	fi; \
	root=; [ "$$(id -u)" = 0 ] || root=sudo; \
	$$root apt-get update -qq && $$root apt-get install -y -qq --no-install-recommends python3 python3-venv; \
	$(call has_venv) || { echo '$(PYTHON) is older than 3.11; make PYTHON=... names a newer one.' >&2; exit 1; }

# What the tests run beside Python, from the system's packages where it is missing
services:
	@missing=; \
	for service in $(SERVICES); do \
	    PATH="$$PATH:/usr/sbin" command -v "$${service#*=}" >/dev/null || missing="$$missing $${service%%=*}"; \
	done; \
	[ -z "$$missing" ] && exit 0; \
	if ! command -v apt-get >/dev/null; then \
	    echo "The tests need programs that are not here; install:$$missing" >&2; \
	    exit 1; \
	fi; \
	echo "Installing for the tests:$$missing"; \
	root=; [ "$$(id -u)" = 0 ] || root=sudo; \
	$$root apt-get update -qq && \
	    DEBIAN_FRONTEND=noninteractive $$root apt-get install -y -qq --no-install-recommends $$missing >/dev/null

# Snapshots are also restored by these versions where the machine has them (tests/machine/test_snapshots.py)
other-pythons: $(READY)
	@for version in $(OTHER_PYTHONS); do \
	    folder=$(VENV)/python$$version; \
	    [ -x $$folder/bin/python ] && continue; \
	    python=$$(PYENV_VERSION=$$version python$$version -c 'import sys; print(sys.executable)' 2>/dev/null) || continue; \
	    echo "Setting up $$folder (once) ..."; \
	    "$$python" -m venv $$folder && \
	        $$folder/bin/python -m pip install --quiet --disable-pip-version-check --requirement requirements.txt || \
	        rm -rf $$folder; \
	done
