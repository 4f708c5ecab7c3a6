# The house's everyday commands. `make demo` and `make test` are all a newcomer needs.
#
#   make demo    build the environment, then record, verify and explain a year
#   make test    everything: format, lint, contracts, types, the whole suite
#   make check   the same with the fast tests only, for every day
#   make bench   the numbers we publish, measured beside their baselines, into docs/performance.md
#                (MILLION=1: at a million events too)
#   make cover   the whole suite with branch coverage
#   make docs    regenerate docs/cli.md, docs/glossary.md and the matrix in docs/threats.md
#   make lock    lock the dependencies again (needs uv)
#   make wheel   build dist/*.whl

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
# One more than processors: tests wait for disks, servers and processes of their own.
WORKERS ?= $(shell expr $$(getconf _NPROCESSORS_ONLN) + 1)
PYTEST := $(BIN)/python -m pytest
# Shares begin with what is slow; who has nothing left takes over what another has not begun.
SHARED := -n $(WORKERS) --dist worksteal
COMPILE := uv pip compile pyproject.toml --group build --quiet --generate-hashes --universal \
	--python-version 3.11 --no-emit-index-url --no-header

# Who may not keep bytecode compiles the whole house anew at every start of a process.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: demo test check bench cover docs lock wheel format lint types contracts clean
.DELETE_ON_ERROR:

demo: $(VENV)/.runtime
	$(BIN)/qifeng demo

test: lint contracts types
	$(PYTEST) $(SHARED)

check: lint contracts types
	$(PYTEST) $(SHARED) -m "not slow"

bench: $(VENV)/.test
	$(PYTEST) benchmarks -p no:randomly --benchmark-only --benchmark-columns=median,iqr,rounds \
		--page docs/performance.md $(if $(MILLION),--million)

cover: $(VENV)/.test
	$(PYTEST) $(SHARED) --cov --cov-report=
	$(BIN)/coverage report
	$(BIN)/coverage report --include='ledger/*' --fail-under=100

docs: $(VENV)/.test
	$(BIN)/python -m tests.cli_reference > $(VENV)/cli.md
	mv $(VENV)/cli.md docs/cli.md
	$(BIN)/python -m tests.glossary
	$(BIN)/python -m tests.faults.attacks --into docs/threats.md

wheel: $(VENV)/.runtime
	$(PIP) wheel --no-deps --no-build-isolation --wheel-dir dist .

lint: $(VENV)/.test
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/codespell
	$(BIN)/vulture
	$(BIN)/deptry .

contracts: $(VENV)/.test
	$(BIN)/lint-imports --no-logo

types: $(VENV)/.test
	$(BIN)/mypy

format: $(VENV)/.test
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

lock:
	$(COMPILE) --output-file requirements.lock
	$(COMPILE) --group test --constraints requirements.lock --output-file requirements-test.lock

# Everything is installed from the locks, by hash; ourselves last, with nothing fetched. The locks are
# complete, so nothing is resolved: a release made after them cannot come in, nor stop the set-up.
$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; v = sys.version_info; (3, 11) <= v < (3, 14) or sys.exit("qifeng needs Python 3.11, 3.12 or 3.13; this is %d.%d: call make PYTHON=python3.11" % v[:2])'
	$(PYTHON) -m venv $(VENV)

$(VENV)/.runtime: requirements.lock pyproject.toml | $(VENV)/bin/python
	$(PIP) install --no-deps --require-hashes -r requirements.lock
	$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.test: requirements-test.lock $(VENV)/.runtime
	$(PIP) install --no-deps --require-hashes -r requirements-test.lock
	$(PIP) check
	@touch $@

clean:
	rm -rf $(VENV) build dist *.egg-info .coverage* .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
