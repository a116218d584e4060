# printshop: `make demo` and `make test` do all their set-up by themselves.
# Everything is idempotent; nothing is done twice that has been done before.

VENV := .venv
PY := $(VENV)/bin/python
STAMPS := $(VENV)/.stamps
PYTHON ?= python3
DEMO ?= demo

RUN_PACKAGES := libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fontconfig \
	fonts-noto-cjk fonts-lxgw-wenkai fonts-hanazono libzbar0 \
	cups cups-client cups-ipp-utils libcups2-dev dbus-daemon \
	gcc libc6-dev python3-venv python3-dev
TEST_PACKAGES := postgresql chromium chromium-driver poppler-utils qpdf strace \
	default-jre-headless libpdfbox2-java libactivation-java libjaxb-api-java \
	libcommons-logging-java libfontbox2-java

.DEFAULT_GOAL := help
.PHONY: help migration setup setup-test demo test check format bench lock clean

help: ## What can be made
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 14

demo: setup ## Spreadsheet to printed, verified certificates in ./demo
	$(VENV)/bin/printshop --home $(DEMO) demo

test: setup-test ## The whole suite, with coverage
	$(VENV)/bin/pytest -n auto --dist loadgroup --cov --cov-report=term:skip-covered $(ARGS)

check: setup-test ## Format, lint, types, import contracts
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/ruff check .
	$(VENV)/bin/mypy
	$(VENV)/bin/lint-imports

format: setup-test ## Format the code and mend what can be mended
	$(VENV)/bin/ruff format .
	$(VENV)/bin/ruff check --fix .

bench: setup-test ## Benchmarks, side by side, in ratios
	$(PY) -m tests.bench

lock: setup ## Pin all dependencies anew
	$(VENV)/bin/pip install -q uv
	$(VENV)/bin/uv pip compile -q --universal --python-version 3.11 --generate-hashes \
		--no-emit-index-url --extra dev --custom-compile-command "make lock" \
		-o requirements.lock pyproject.toml

setup: $(STAMPS)/run-packages $(STAMPS)/python $(STAMPS)/fonts ## All that running needs

setup-test: setup $(STAMPS)/test-packages ## All that testing needs

migration: setup-test ## A migration from what changed in the tables: NAME="…"
	$(PY) .ci/migration.py "$(NAME)"

clean: ## Forget the demo and all caches (keeps the environment)
	rm -rf $(DEMO) .mypy_cache .ruff_cache .pytest_cache .hypothesis .coverage*

$(STAMPS):
	@mkdir -p $@

$(STAMPS)/run-packages: Makefile | $(STAMPS)
	.ci/packages $(RUN_PACKAGES)
	@touch $@

$(STAMPS)/test-packages: Makefile $(STAMPS)/run-packages
	.ci/packages $(TEST_PACKAGES)
	@touch $@

$(STAMPS)/python: requirements.lock pyproject.toml $(STAMPS)/run-packages
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "printshop needs Python 3.11 or newer: make PYTHON=python3.11 …"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(VENV)/bin/pip install -q --require-hashes -r requirements.lock
	$(VENV)/bin/pip install -q --no-deps --no-build-isolation -e .
	@touch $@

$(STAMPS)/fonts: fonts/manifest.toml $(wildcard printshop/render/fontset_*.py) $(STAMPS)/python
	$(PY) -m printshop.render.fonts fill
	@touch $@
