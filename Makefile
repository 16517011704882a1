# Everything from python3 (3.11 or later) with its venv module, make and git. `make help` lists the targets.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

VENV := .venv
BIN := $(VENV)/bin
UV := UV_PYTHON_DOWNLOADS=never $(BIN)/uv
DISTRIBUTIONS := core plugins/erp_sap plugins/wms_manhattan plugins/fulfillment_3pl
PYPROJECTS := pyproject.toml $(DISTRIBUTIONS:%=%/pyproject.toml)

.PHONY: help venv
help: ## this list
	@sed -n 's/^\([a-z]*\):[^#]*## /  make \1 - /p' $(MAKEFILE_LIST)

venv: $(VENV)/.installed ## the development environment in .venv: the four distributions, editable, and the tools

$(BIN)/uv:
	python3 -m venv $(VENV)
	$(BIN)/python -m pip install --quiet uv

$(VENV)/.installed: $(BIN)/uv $(PYPROJECTS)
	$(UV) pip install --quiet --python $(BIN)/python --group dev $(DISTRIBUTIONS:%=--editable ./%)
	touch $@
