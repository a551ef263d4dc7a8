# Each target makes what it needs: the virtual environment, the locked packages, a browser.
# PYTHON chooses the interpreter of a new virtual environment; it must be 3.11 or newer.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes

.PHONY: demo test lint soak browser clean
.DEFAULT_GOAL := demo

demo: browser  ## walk every journey through the embedded stand-in once
	@$(BIN)/python runner.py demo

test: lint browser  ## everything CI holds the project to
	@$(BIN)/python -m pytest -n 2 --dist worksteal

lint: $(VENV)/.dev  ## style, types, direction of imports
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo

soak: $(VENV)/.dev browser  ## the longer proofs; PART=service or PART=repeat runs one of them
	@$(BIN)/python -m pytest tests/soak tests/service --soak -rA $(if $(PART),-k $(PART))

browser: $(VENV)/.runtime
	@$(BIN)/python runner.py doctor --install-browser

clean:  ## remove what the targets above made, the storage included
	rm -rf $(VENV) var .cache

$(VENV)/.runtime: requirements.txt
	@echo "Installing the packages of the runtime (once)."
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=...")'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(INSTALL) -r requirements.txt
	@touch $@

$(VENV)/.dev: requirements-dev.txt $(VENV)/.runtime
	@echo "Installing the packages of tests and checks (once)."
	@$(INSTALL) -r requirements-dev.txt
	@touch $@
