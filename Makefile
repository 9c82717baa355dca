# `make demo` and `make test` are each whole: they need nothing but make and Python 3.11 or newer with venv.
# Another Python than `python3`: make demo PYTHON=python3.12

PYTHON ?= python3
UV ?= uv
VENV := .venv
BIN := $(VENV)/bin

.PHONY: backup-drill sbom next demo test fuzz browser lint format lock help

demo: export DEMO = true
demo: $(VENV)/requirements.installed ## the portal with made-up people on http://127.0.0.1:8000
	$(BIN)/python manage.py demo

test: $(VENV)/requirements-dev.installed browser ## the whole suite; on PostgreSQL where DATABASE_URL says so
	$(BIN)/python -m pytest -n auto

fuzz: export HYPOTHESIS_PROFILE = deep
fuzz: $(VENV)/requirements-dev.installed ## tests with generated input only, at random and for long; part of them: make fuzz PART=tests/champions
	$(BIN)/python -m pytest -m hypothesis -n auto $(PART)

lint: export DEMO = true
lint: $(VENV)/requirements-dev.installed ## what CI looks at without running tests: style, types, templates, imports, migrations
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/djlint templates --lint --quiet
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m tests.lint_migrations

format: $(VENV)/requirements-dev.installed ## mends what can be mended by itself
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

backup-drill: $(VENV)/requirements.installed ## restores a backup into an empty database and checks it; of a file: FILE=…
	PYTHON=$(BIN)/python deploy/backup-drill.sh $(FILE)

sbom: $(VENV)/requirements.installed ## a bill of materials (CycloneDX) in var/sbom.cdx.json, and each package's licence
	$(BIN)/python deploy/sbom.py var/sbom.cdx.json

next: NEXT ?= django>=6
next: ## the tests without a browser against the next Django, in an environment of its own; the next Python: make next PYTHON=…
	rm -rf var/next && $(PYTHON) -m venv var/next
	var/next/bin/pip install --quiet --require-hashes -r requirements-dev.txt
	var/next/bin/pip install --quiet --upgrade --pre "$(NEXT)"
	var/next/bin/python -W default -m pytest -m "not browser" -n auto -o filterwarnings=default

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | sort | expand -t 14

lock: COMPILE = $(UV) pip compile pyproject.toml --quiet --universal --generate-hashes --no-annotate \
	--no-emit-index-url --no-emit-find-links --custom-compile-command "make lock"
lock: ## pins what pyproject.toml asks for; newer releases: make lock UPGRADE=--upgrade
	$(COMPILE) $(UPGRADE) --output-file requirements.txt
	$(COMPILE) $(UPGRADE) --group dev --output-file requirements-dev.txt

# Installed once, and again when the lock changes.
$(VENV)/%.installed: %.txt | $(BIN)/pip
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r $<
	touch $@

$(BIN)/pip:
	@$(PYTHON) -c "import sys; sys.exit(sys.version_info < (3, 11))" \
		|| { echo "The portal needs Python 3.11 or newer: say which with PYTHON=…" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)

browser:
	@{ command -v chromium || command -v chromium-browser || command -v google-chrome; } >/dev/null \
		|| { [ "$$(id -u)" = 0 ] && apt-get update -qq \
			&& apt-get install -yqq --no-install-recommends chromium fonts-dejavu-core; } \
		|| { echo "The journeys in a browser need Chromium: install the package chromium, then run this again." >&2; exit 1; }
