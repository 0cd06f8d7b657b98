# Two commands do all the set-up: `make studio` and `make test`. Each makes its environment in .venv first.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
FRONTEND := $(shell find inkstone/studio/canvas/frontend/src -type f) $(wildcard inkstone/studio/canvas/frontend/*.json inkstone/studio/canvas/frontend/*.js)

.PHONY: studio test lint unit clean
.DEFAULT_GOAL := studio

# Environment, installation, database, sample project, start; prints the address. Ctrl-C ends everything it started.
studio: $(VENV)/.installed
	@exec $(BIN)/inkstone up

# Environment, installation, style, types, layers and every test.
test: $(VENV)/.installed-dev lint unit

lint: $(VENV)/.installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

unit: $(VENV)/.installed-dev
	OMP_NUM_THREADS=1 $(BIN)/pytest -n 2 --dist loadfile

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Inkstone needs Python 3.11 or newer: make PYTHON=/path/to/python3.11")'
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: $(VENV)/bin/python pyproject.toml $(wildcard hatch_build.py) $(FRONTEND)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e .
	@touch $@

$(VENV)/.installed-dev: $(VENV)/.installed
	@sh scripts/system_packages.sh
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[dev]'
	@touch $@

clean:
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache
