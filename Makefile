# The whole of what one must know: make serve | make test | make check | make bench
# Each makes .venv from the locked requirements first; uv is used when present, else venv and pip.
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
RIVALS := .venv-rivals
UV := $(shell command -v uv 2>/dev/null)
PORT ?= 7860
HOST ?= 127.0.0.1
PACKAGES := bot scenarios rubrics retrieval ui

.PHONY: serve test check bench lock browser format clean

$(VENV)/.ready: requirements-dev.lock pyproject.toml
ifneq ($(UV),)
	$(UV) venv --quiet --allow-existing --python $(PYTHON) $(VENV)
	$(UV) pip install --quiet --python $(BIN)/python -r requirements-dev.lock
	$(UV) pip install --quiet --python $(BIN)/python --no-build-isolation --no-deps -e .
else
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps -e .
endif
	@touch $@

serve: $(VENV)/.ready
	$(BIN)/koushi serve --host $(HOST) --port $(PORT)

check: $(VENV)/.ready
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/koushi check

test: check browser
	$(BIN)/pytest -n 2 --dist loadfile

# A real Chromium for the browser tests: the one there is, else Debian's, else Playwright's.
browser: $(VENV)/.ready
	@tools/chromium $(BIN)

# What is measured against, and nothing else needs.
$(VENV)/.bench: $(VENV)/.ready requirements-bench.lock
ifneq ($(UV),)
	$(UV) pip install --quiet --python $(BIN)/python -r requirements-bench.lock
else
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-bench.lock
endif
	@touch $@

# Rival markers ask for other versions than we do: they live apart.
$(RIVALS)/.ready: requirements-rivals.lock
ifneq ($(UV),)
	$(UV) venv --quiet --allow-existing --python $(PYTHON) $(RIVALS)
	$(UV) pip install --quiet --python $(RIVALS)/bin/python -r requirements-rivals.lock
else
	$(PYTHON) -m venv $(RIVALS)
	$(RIVALS)/bin/python -m pip install --quiet --disable-pip-version-check -r requirements-rivals.lock
endif
	@touch $@

bench: $(VENV)/.bench $(RIVALS)/.ready
	$(BIN)/python -m benchmarks $(if $(ROW),--row $(ROW))

format: $(VENV)/.ready
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

# Needs uv. No index lines: the registry is the machine's business.
lock:
	uv pip compile pyproject.toml --universal --python-version 3.11 --no-header --no-emit-index-url -q -o requirements.lock
	uv pip compile pyproject.toml --group dev -c requirements.lock --universal --python-version 3.11 --no-header --no-emit-index-url -q -o requirements-dev.lock
	uv pip compile pyproject.toml --group bench -c requirements-dev.lock --universal --python-version 3.11 --no-header --no-emit-index-url -q -o requirements-bench.lock
	uv pip compile --group rivals --universal --python-version 3.11 --no-header --no-emit-index-url -q -o requirements-rivals.lock

clean:
	rm -rf $(VENV) $(RIVALS) .mypy_cache .ruff_cache .pytest_cache .hypothesis dist build
