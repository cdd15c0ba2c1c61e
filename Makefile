# Every target works on a machine where nothing was done before: it needs Python 3.11 or newer (with venv) and make.
PYTHON ?= python3
BIN := .venv/bin
TESTS ?=
NIGHTLY := tests/walls/test_everybody_sees_the_model.py tests/walls/test_many_worlds.py tests/browser/test_every_deed.py tests/browser/test_every_page.py
# One more than there are processors: the worker with the browser mostly waits for it.
WORKERS ?= $(shell echo $$(( $$(getconf _NPROCESSORS_ONLN) + 1 )))

.PHONY: help install install-dev demo test nightly lint bench pictures lock clean

help:
	@echo "make demo      start Schakel with a fictional north of the Netherlands (RESET=1 begins anew)"
	@echo "make test      the whole suite; TESTS=tests/rules for a part of it"
	@echo "make nightly   histories and worlds by chance, many times as many as in a run by day, and everybody on every page (more than an hour)"
	@echo "make lint      ruff and mypy"
	@echo "make bench     what is fast and how we know (SMALL=1 within 40 seconds, JSON=1 for a program)"
	@echo "make install   only prepare .venv; then .venv/bin/schakel is the command"

install: .venv/.installed

install-dev: .venv/.installed-dev

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Schakel needs Python 3.11 or newer; name it with make PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -m venv .venv || { rm -rf .venv; echo "Python's venv is missing; on Debian and Ubuntu: apt-get install python3-venv"; exit 1; }

.venv/.installed: $(BIN)/python requirements.lock pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

.venv/.installed-dev: .venv/.installed requirements-dev.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements-dev.lock
	$(BIN)/python -m pip check --disable-pip-version-check > /dev/null
	@touch $@

demo: install
	@exec $(BIN)/schakel demo $(if $(RESET),--reset)

test: install-dev
ifeq ($(TESTS),)
	@$(BIN)/python tests/browser/provide.py
endif
	$(BIN)/pytest -n $(WORKERS) --dist loadfile $(TESTS)

nightly: install-dev
	HYPOTHESIS_PROFILE=nightly $(BIN)/pytest -n $(WORKERS) --dist worksteal $(or $(TESTS),$(NIGHTLY))

lint: install-dev
	$(BIN)/ruff check .
	$(BIN)/mypy

bench: install-dev
	@$(BIN)/python -m bench $(if $(SMALL),--small) $(if $(JSON),--json)

pictures: install-dev
	$(BIN)/python -m tests.browser.pictures

lock: install-dev
	@command -v uv > /dev/null || { echo "The lock is made with uv: pip install uv"; exit 1; }
	uv pip compile pyproject.toml --group build --universal --python-version 3.11 --generate-hashes --no-annotate --no-header --quiet -o requirements.lock
	uv pip compile pyproject.toml --group dev -c requirements.lock --universal --python-version 3.11 --generate-hashes --no-annotate --no-header --quiet -o requirements-dev.lock

clean:
	rm -rf .venv build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis .coverage
