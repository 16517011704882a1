# Everything from python3 (3.11 or later) with its venv module, make and git. `make help` lists the targets.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

BIN := .venv/bin
DEMO := .demo/bin
DISTRIBUTIONS := core plugins/erp_sap plugins/wms_manhattan plugins/fulfillment_3pl
EDITABLE := $(DISTRIBUTIONS:%=--editable ./%)
# Bytecode is compiled at once, so that the first start of a command is as quick as the next.
UV := UV_PYTHON_DOWNLOADS=never UV_COMPILE_BYTECODE=1
COMPILE := UV_PYTHON_DOWNLOADS=never $(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 \
	--no-emit-index-url --no-annotate --no-emit-package orderferry --custom-compile-command "make constraints" \
	core/pyproject.toml $(patsubst %,%/pyproject.toml,$(filter plugins/%,$(DISTRIBUTIONS)))

# The first Python from 3.11 on that can make an environment.
CANDIDATES = python3 python3.13 python3.12 python3.11 $(wildcard $(or $(PYENV_ROOT),$(HOME)/.pyenv)/versions/3.1[1-9]*/bin/python3)
PYTHON = $(shell for each in $(CANDIDATES); do \
	"$$each" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo "$$each" && break; done)
NO_PYTHON = No Python from 3.11 on with its venv module: looked for $(CANDIDATES).

.PHONY: help venv demo test matrix matrix-all lint reference docs foreign bench vendor-road wheels constraints clean

help: ## this list
	@while IFS='#' read -r target _ text; do printf 'make %-13s%s\n' "$${target%%:*}" "$$text"; done < <(grep '^[a-z-]*:.*##' $(MAKEFILE_LIST))

venv: .venv/.installed ## the development environment in .venv: the four distributions, editable, and the tools

demo: .demo/.installed ## the simulators of three systems, the example orders, and what each system received
	@$(DEMO)/orderferry demo

test: venv ## lint, types, and the tests of core, connectors and the whole system on this Python: minutes
	@$(BIN)/python -m tools.matrix test

matrix: venv ## what test leaves out: every Python, oldest dependencies, docs, older cores, broken connectors, crashes
	@$(BIN)/python -m tools.matrix matrix

matrix-all: venv ## test and matrix, every Python with oldest and newest dependencies, the whole suite on each broken connector
	@ORDERFERRY_TESTS=all ORDERFERRY_TEST_DATABASES=both $(BIN)/python -m tools.matrix matrix-all

lint: venv ## lint and types
	@$(BIN)/python -m tools.matrix lint types

reference: venv ## write the pages of docs/ that are generated from the code and docs/_templates
	@$(BIN)/python -m tools.reference

docs: venv ## the site, in docs/_build/html, checked against the code, its examples run
	@$(BIN)/python -m tools.matrix docs

foreign: venv ## the tests against third-party software, and what they need
	@$(BIN)/python tools/foreign.py
	@$(BIN)/python -m tools.matrix foreign

bench: venv ## the benchmarks, one after the other
	@code=0; for each in benchmarks/[!_]*.py; do echo "== $$each"; $(BIN)/python "$$each" || code=1; done; exit $$code

vendor-road: wheels ## from an empty folder to a certified connector, of each kind, in under two minutes
	@$(BIN)/python tools/vendor_road.py dist

wheels: venv ## the wheels of the four distributions, in dist/
	@$(BIN)/python tools/wheels.py dist

constraints: venv ## resolve constraints/lowest.txt and constraints/highest.txt anew
	$(COMPILE) --group dev --group foreign --output-file constraints/highest.txt
	$(COMPILE) --group test --resolution lowest-direct --output-file constraints/lowest.txt

clean: ## remove all that the other targets made
	rm -rf .venv .demo .tox .cache dist docs/_build .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis .coverage*
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(BIN)/uv $(DEMO)/uv: %/bin/uv:
	@$(if $(PYTHON),,echo "$(NO_PYTHON)" >&2; exit 1)
	@echo "$*: a separate environment"
	@$(PYTHON) -m venv $*
	@$*/bin/python -m pip install --quiet --quiet --disable-pip-version-check --constraint constraints/highest.txt uv

.venv/.installed: pyproject.toml $(DISTRIBUTIONS:%=%/pyproject.toml) constraints/highest.txt | $(BIN)/uv
	@$(UV) $(BIN)/uv pip install --quiet --python $(BIN)/python --constraint constraints/highest.txt --group dev $(EDITABLE)
	@touch $@

# Installed again when a source changes, is added or goes (a folder's own time tells the last two).
.demo/.installed: $(DISTRIBUTIONS:%=%/pyproject.toml) constraints/highest.txt \
		$(shell find core/src plugins/*/src -name __pycache__ -prune -o -print) | $(DEMO)/uv
	@$(UV) $(DEMO)/uv pip install --quiet --python $(DEMO)/python --constraint constraints/highest.txt \
		--no-sources --reinstall-package orderferry --reinstall-package orderferry-erp-sap \
		--reinstall-package orderferry-wms-manhattan --reinstall-package orderferry-fulfillment-3pl $(DISTRIBUTIONS:%=./%)
	@touch $@
