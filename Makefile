PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
SUPPORTED := sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))
LOCKING := $(BIN)/uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header --quiet

.DEFAULT_GOAL := help
.PHONY: help install run demo-stays demo-recovery chat test check evals bench proof lock

help: ## Show what can be done here
	@awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "  make %-13s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.venv/run: requirements.lock pyproject.toml
	@$(BIN)/python -c 'import pip, $(SUPPORTED)' 2>/dev/null || rm -rf .venv
	@test -d .venv || $(PYTHON) -c 'import $(SUPPORTED)' 2>/dev/null || { echo "Jirani needs Python 3.11, 3.12 or 3.13, and $(PYTHON) is none of them. Try: make PYTHON=python3.12"; exit 1; }
	@test -d .venv || $(PYTHON) -m venv .venv || { rm -rf .venv; echo "Python's venv module is missing. On Debian and Ubuntu: apt install python3-venv"; exit 1; }
	@echo "Installing what Jirani runs on ..."
	@$(PIP) install --require-hashes -r requirements.lock
	@$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@

.venv/dev: .venv/run requirements-dev.lock
	@echo "Installing the development tools ..."
	@$(PIP) install --require-hashes -r requirements-dev.lock
	@touch $@

install: .venv/dev ## Make or update .venv with everything, at the versions of the lock

run: .venv/run ## Start Jirani with the demo salon and open its chat page
	@$(BIN)/jirani serve --open

demo-stays: .venv/run ## A stay from booking to fee over a stand-in for each PMS, told while it happens
	@$(BIN)/jirani simulate stay

demo-recovery: .venv/run ## A cancelled slot that finds its next customer, told while it happens
	@$(BIN)/jirani simulate recovery

chat: .venv/run ## Chat with the demo salon in this terminal
	@$(BIN)/jirani chat

test: .venv/dev ## Run every test, on SQLite and PostgreSQL, with a real Redis
	@$(BIN)/python -m pytest -n 2 -q --dist worksteal

check: .venv/dev ## What CI checks beside the tests: style, types, imports, prompts, dependencies
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/jirani prompts check
	@$(BIN)/jirani eval coverage --check >/dev/null
	@$(BIN)/python -m tests.audit

evals: .venv/dev ## Run every scripted conversation three times, and say which rules they protect
	@$(BIN)/jirani eval coverage --check
	@$(BIN)/jirani eval run --repeat 3

bench: .venv/dev ## Measure, as ratios within one run
	@$(BIN)/jirani bench

proof: .venv/dev ## The long proofs: races, kills, histories, a hostile model, fuzzing, mutants
	@$(BIN)/python -m pytest -q -m proof -n 2 --timeout=0
	@$(BIN)/jirani eval simulate --runs 20
	@$(BIN)/jirani eval mutate --check

lock: .venv/dev ## Bring the lock files in step with pyproject.toml (uv comes into .venv)
	@$(PIP) install uv
	@$(LOCKING) --group build -o requirements.lock
	@$(LOCKING) --group build --group dev -c requirements.lock -o requirements-dev.lock
