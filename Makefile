# Every command of Marquee's working day. Needs Python 3.11 or newer, and nothing else.
#
#   make demo        set up, fill with invented viewing data, do one nightly run, serve, open the TV page
#   make test        every test on this machine
#   make test-fast   the quick tests without servers
#   make check       format, lint, types, imports, schema drift
#   make bench       figures: what a page costs, beside plain Strawberry, Node and static bytes
#   make generate    write schema.graphql and the files generated from the shipped layout
#   make lock        resolve the dependencies anew     make clean       remove everything that make has made
#
# Options of the demo: make demo ARGS="--port 9000 --no-browser --reset"

SHELL := /bin/sh
BIN := .venv/bin
ARGS ?=

# The first Python that is new enough (3.14 late: not every wheel is built for it yet);
# `make demo PYTHON=/path/to/python3.13` chooses another.
NEW_ENOUGH = import sys; sys.exit(sys.version_info < (3, 11))
PYTHON ?= $(shell for each in python3.13 python3.12 python3.11 python3 python3.14 python; do \
	"$$each" -c '$(NEW_ENOUGH)' >/dev/null 2>&1 && echo "$$each" && break; done)

ALL := spark local browser dev
SET_UP = $(PYTHON) -I bff/bootstrap.py
# Images often forbid bytecode files. Without them each of the tests' many processes would compile every package anew.
PYTEST = env -u PYTHONDONTWRITEBYTECODE $(BIN)/python -m pytest

.DEFAULT_GOAL := help
.PHONY: help demo test test-fast check generate bench lock clean python

help:
	@sed -n 's/^# \{0,1\}//p' Makefile | sed -n '1,11p'

python:
	@"$(PYTHON)" -c '$(NEW_ENOUGH)' >/dev/null 2>&1 || { echo "Python 3.11 or newer is needed and none was found: install one, or name it with PYTHON=/path/to/python3."; exit 1; }

demo: python
	@$(SET_UP) spark local
	@exec $(BIN)/marquee demo $(ARGS)

test: python
	@$(SET_UP) $(ALL) --chromium
	@$(PYTEST) --fuzz-pairs 2000 --withheld-questions 2000 $(ARGS)

test-fast: python
	@$(SET_UP) $(ALL)
	@$(PYTEST) -m "not (stores or spark or browser or realdata or demo or slow)" --hypothesis-profile quick \
		-n auto --dist loadfile $(ARGS)

check: python
	@$(SET_UP) $(ALL)
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/marquee schema check
	@$(BIN)/python -m bff.layout_files.generated --check
	@$(BIN)/python tests/house/comment_words.py

generate: python
	@$(SET_UP) $(ALL)
	@$(BIN)/python -m bff.layout_files.generated
	@$(BIN)/marquee schema print > schema.graphql

bench: python
	@$(SET_UP) $(ALL)
	@$(BIN)/python tests/bench/run.py $(ARGS)

# SecantusDB's pre-releases disappear once a newer one is out: pyproject.toml names a range, no lock holds it.
lock: python
	@$(SET_UP) $(ALL)
	@$(BIN)/uv pip compile --quiet --upgrade --universal --all-extras --python-version 3.11 \
		--no-header --no-annotate --no-emit-package secantusdb pyproject.toml --output-file requirements.lock
	@echo "requirements.lock: $$(grep -c == requirements.lock) packages."

clean:
	@if [ -x $(BIN)/marquee ] && [ -f .marquee/stack.json ]; then $(BIN)/marquee stack down; fi
	@rm -rf .marquee .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache build dist
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
	@echo "Removed .marquee (data), .venv (packages) and caches."
