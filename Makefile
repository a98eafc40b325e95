# Lüxuetang: `make help` lists what can be done.
PYTHON ?= python3
BIN := .venv/bin
.DEFAULT_GOAL := help
.PHONY: help setup run test test-quick test-full check bench bench-scale lock messages image-check clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: ## prepare everything that the site needs (packages, front end, database, demonstration data)
	@$(PYTHON) scripts/setup.py

run: ## set up what is missing, start the site and its workers; PORT=8000 DATA_DIR=var
	@$(PYTHON) scripts/setup.py && exec $(BIN)/python scripts/run.py

test: ## set up what the tests need, run the checks and all tests (15 minutes)
	@$(PYTHON) scripts/setup.py tests && $(BIN)/python scripts/run_tests.py

test-quick: ## the tests that need neither server nor browser (a minute)
	@$(PYTHON) scripts/setup.py check && $(BIN)/python scripts/run_tests.py --quick

test-full: ## all tests, the long ones too (kills, whole corpora)
	@$(PYTHON) scripts/setup.py tests && $(BIN)/python scripts/run_tests.py --full

check: ## linters, types, import contracts, migrations, messages
	@$(PYTHON) scripts/setup.py check && $(BIN)/python scripts/check.py

bench: ## measure what has a bar, and write docs/bench.md
	@$(PYTHON) scripts/setup.py tests && $(BIN)/python -m tests.bench

bench-scale: ## make and measure 15,000 and 100,000 lawyers and the country (an hour); RUNS="15000 100000" some of them
	@$(PYTHON) scripts/setup.py tests && $(BIN)/python -m tests.bench.scale $(RUNS)

lock: ## resolve requirements/*.in into hash-locked files; UPGRADE=1 takes the newest versions
	@$(BIN)/python scripts/lock.py $(if $(UPGRADE),--upgrade)

messages: ## extract the messages to translate into the catalogue and compile it
	@$(BIN)/python scripts/messages.py

image-check: ## build the image without a Docker engine and run the site and a worker out of it (root, Debian)
	@$(PYTHON) scripts/setup.py check && $(BIN)/python docker/check_image.py

clean: ## remove what was built (.venv, node_modules, build); var/ stays
	@rm -rf .venv node_modules build test-results .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
