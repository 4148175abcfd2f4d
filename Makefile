# Everything works on a machine with Python 3.11 or newer, pip and make; the virtual environment is made here.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
UV_VERSION := 0.13.9
# The virtual environment's own uv must not be removed by the sync that it runs.
SYNC := $(BIN)/uv sync --frozen --inexact --quiet
STAMP := $(VENV)/.run
STAMP_DEV := $(VENV)/.dev
GATE := tests/fhir_gate

.DEFAULT_GOAL := help
.PHONY: help demo test test-all lint types layers fast gate docs bench clean

help: ## list what can be made
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  make %-10s %s\n", $$1, $$2}'

$(BIN)/uv:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Equipoise needs Python 3.11 or newer; this is $$($(PYTHON) --version). Try: make PYTHON=python3.11 demo"; exit 1; }
	@echo "making the virtual environment in $(VENV)"
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)

$(STAMP): $(BIN)/uv uv.lock pyproject.toml
	@echo "installing Equipoise from the lock"
	@$(SYNC) --no-dev --no-editable --compile-bytecode
	@touch $@

$(STAMP_DEV): $(BIN)/uv uv.lock pyproject.toml
	@echo "installing Equipoise and its tools from the lock"
	@$(SYNC) --all-extras --compile-bytecode
	@touch $@ $(STAMP)

demo: $(STAMP) ## screen a synthetic chart, plan, draw and analyse a trial; the files land in equipoise-demo/
	@$(BIN)/equipoise demo equipoise-demo

test: lint types layers fast ## lint, types, import layers and the fast tests

test-all: lint types layers gate ## the same with the slow tests and the FHIR gate
	@EQUIPOISE_REQUIRE_GATE=1 $(BIN)/pytest -n auto

lint: $(STAMP_DEV)
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

types: $(STAMP_DEV)
	@$(BIN)/pyright --warnings

layers: $(STAMP_DEV)
	@$(BIN)/lint-imports

fast: $(STAMP_DEV)
	@$(BIN)/pytest -n auto -m "not slow"

gate: $(STAMP_DEV) ## install the packages of the FHIR gate (needs node and npm)
	@npm ci --silent --prefix $(GATE)

docs: $(STAMP_DEV) ## write the generated reference anew
	@$(BIN)/python docs/generate.py

bench: $(STAMP_DEV) ## run the benchmarks and print their figures
	@for file in benchmarks/*.py; do echo "== $$file"; $(BIN)/python $$file || exit 1; done

clean: ## remove what was made
	@rm -rf $(VENV) $(GATE)/node_modules equipoise-demo .pytest_cache .ruff_cache .hypothesis
