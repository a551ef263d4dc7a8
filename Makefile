# Each target makes what it needs: the virtual environment, the locked packages, a browser.
# PYTHON chooses the interpreter of a new virtual environment; it must be 3.11 or newer.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes

.PHONY: demo test lint soak chaos prove bench bench-peers browser clean
.DEFAULT_GOAL := demo

demo: browser  ## walk every journey through the embedded stand-in once
	@$(BIN)/python runner.py demo

# More test processes than two cores, since many tests wait for a browser or a deadline; a whole file to each of them,
# since what a file starts for all its tests is then started once.
test: lint browser  ## everything CI holds the project to
	@$(BIN)/python -m pytest -n 3 --dist loadfile --no-loadscope-reorder

lint: $(VENV)/.dev  ## style, types, direction of imports
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo

soak: $(VENV)/.dev browser  ## the longer proofs; PART=service or PART=repeat runs one of them
	@$(BIN)/python -m pytest tests/soak tests/service --soak -rA $(if $(PART),-k $(PART))

chaos: $(VENV)/.dev browser  ## maltreat the service, three seeds, and write docs/chaos.md; SEED=N does one seed again
	@$(BIN)/python -m pytest tests/chaos --chaos -rA $(if $(SEED),--chaos-seed $(SEED) -k all_acts)

prove: $(VENV)/.dev browser  ## every journey against every fault that can touch it; writes docs/prove.md
	@$(BIN)/python -m tests.proof.whole

bench: $(VENV)/.dev browser  ## what a run costs against bare scripts and cold pytest, and the rest; PART=cost runs one part
	@PART=$(PART) $(BIN)/python -m benchmarks bench

bench-peers: $(VENV)/.dev browser  ## the same journey in other tools, which come from npm and PyPI
	@$(BIN)/python -m benchmarks bench-peers

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
