# Everything a newcomer, a developer or CI does here, one word each. `make run` and `make test` need nothing done before.
SHELL := /bin/sh
PYTHON ?= python3
PORT ?= 8000
HOST ?= 127.0.0.1
BIN := .venv/bin
MANAGE := $(BIN)/python manage.py
# The content that comes with the software: folders, each imported over those before it.
OWN_CONTENT = $(addprefix fixtures/,$(shell cat fixtures/opened.txt 2>/dev/null))
# The folder of another chronicle: make run CONTENT=…, make test CONTENT=…. A path may have spaces.
ifdef CONTENT
export CONTENT
endif
# Some machines forbid bytecode files. Each of the hundreds of processes of the tests would compile all of the code then,
# which is half of what a short one costs.
unexport PYTHONDONTWRITEBYTECODE

# Said before pytest starts, which would add a traceback.
CHECK_CONTENT = [ -z "$$CONTENT" ] || [ -d "$$CONTENT" ] || { echo "CONTENT：没有文件夹$$CONTENT。There is no such folder."; exit 2; }

.DEFAULT_GOAL := help
.PHONY: help run install test test-content test-all test-postgres check fix lock messages documents bench bench-exchange bench-search bench-pages bench-scale bench-snapshot bench-serving bench-faults audit soak screenshots clean

help:  ## list these commands
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "make %-14s %s\n", $$1, $$2}'

# On one's own machine there is no https; a server in public sets HTTPS itself or leaves it at its default, on.
run: export HTTPS ?= 0
run: install  ## set up what is missing and serve the site; CONTENT=DIR: that folder's
	@$(MANAGE) open_site $(if $(CONTENT),"$$CONTENT",$(OWN_CONTENT)) --host $(HOST) --port $(PORT)
	@exec $(MANAGE) serve --host $(HOST) --port $(PORT)

install: .venv/.runtime .env  ## set up .venv and .env, start nothing

test: .venv/.dev  ## run the test suite on SQLite, the main journeys in a browser too where there is a Chromium; CONTENT=DIR: and that folder's content
	@$(CHECK_CONTENT)
	@TEST_CONTENT="$$CONTENT" CONTENT= $(BIN)/python -m pytest -n auto -m "not long"

# Folders have Chinese names, which pytest would escape; other tests have bytes in their names, so that it does.
test-content: .venv/.dev  ## test the content alone; CONTENT=DIR: that of this folder, faults by file, row and column
	@$(CHECK_CONTENT)
	@TEST_CONTENT="$$CONTENT" CONTENT= $(BIN)/python -m pytest -q -n 0 --show-capture=no -o disable_test_id_escaping_and_forfeit_all_rights_to_community_support=true tests/content

test-all: .venv/.dev  ## run what `make test` leaves out: the long tests, PostgreSQL, the audit
	$(BIN)/python -m pytest -n auto -m long
	$(MAKE) --no-print-directory test-postgres
	$(MAKE) --no-print-directory audit

# Databases are made anew at the beginning and not dropped at the end, where a last connection may still be open. A browser
# sees the same on either database, and so do the tests marked `any_database`, those of pages and forms among them (tests/conftest.py).
test-postgres: .venv/.dev  ## run the suite, but for the browser, on DATABASE_URL or on a private PostgreSQL
	$(BIN)/python -m tests.postgres $(BIN)/python -m pytest -n auto --create-db --reuse-db -m "not browser and not any_database"

check: .venv/.dev  ## lint, types, templates, import directions, migrations, deployment settings
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	git ls-files -co --exclude-standard 'templates/*.html' | xargs $(BIN)/djade --target-version 5.2 --check
	$(BIN)/lint-imports --no-cache
	DJANGO_SETTINGS_MODULE=tests.settings $(MANAGE) makemigrations --check --dry-run
	DEBUG=0 HTTPS=1 ALLOWED_HOSTS=chronicle.example SECRET_KEY=$$($(BIN)/python -c 'import secrets; print(secrets.token_urlsafe(50))') \
		$(MANAGE) check --deploy --fail-level WARNING

fix: .venv/.dev  ## mend what ruff and djade can mend
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	-git ls-files -co --exclude-standard 'templates/*.html' | xargs $(BIN)/djade --target-version 5.2

messages: .venv/.dev  ## bring the message catalogues up to date (needs gettext)
	$(MANAGE) makemessages --locale zh_Hans --no-location --no-obsolete --no-wrap --ignore .venv --ignore tests
	$(MANAGE) derive_messages
	$(MANAGE) compilemessages --locale zh_Hans --locale zh_Hant --ignore .venv

documents: .venv/.dev  ## write anew what is generated in docs/: the table of permissions, those of file formats
	$(BIN)/python -m pytest -q tests/write_documents.py

bench-exchange: .venv/.dev  ## measure import beside loaddata and a default resource
	$(BIN)/python -m bench.exchange

bench-search: .venv/.dev  ## measure search among 100,000 entries beside LIKE
	$(BIN)/python -m bench.search

bench-pages: .venv/.dev  ## measure what public pages weigh, ask and take
	$(BIN)/python -m bench.pages

# An hour on both databases; FOLDER=… keeps them for the next run.
bench-scale: .venv/.dev  ## measure each page and the import among 1,000, 10,000 and 100,000 made entries
	$(BIN)/python -m bench.scale $(if $(FOLDER),--folder $(FOLDER))
	$(BIN)/python -m bench.scale --database postgresql $(if $(FOLDER),--folder $(FOLDER))

# An hour; FOLDER=… keeps the database for the next run.
bench-snapshot: .venv/.dev  ## export the site of 10,000 made entries as files, and measure each kind of file
	$(BIN)/python -m bench.snapshot $(if $(FOLDER),--folder $(FOLDER))

bench-serving: .venv/.dev var/bench-wagtail/.installed  ## measure pages, and a server on one core, beside nginx, Varnish, Wagtail and an earlier commit (needs wrk)
	$(BIN)/python -m bench.serving
	$(BIN)/python -m bench.load

# As root: a full disk is a file system of its own. NAMES="worker server" takes some of them.
bench-faults: .venv/.dev  ## kill workers, server and database, fill the disk … under load (needs wrk, faketime, postgresql, redis-server)
	$(BIN)/python -m bench.faults $(NAMES)

audit: .venv/.dev bench/audit/node_modules/.package-lock.json  ## Nu HTML checker and Lighthouse (needs node, java and chromium)
	$(BIN)/python -m bench.audit

soak: .venv/.dev  ## many more examples, damaged files, killed and cut off imports than the suite has time for
	EXAMPLES=all $(BIN)/python -m pytest -n auto -m hypothesis
	DAMAGED_FILES=5000 KILLS=50 $(BIN)/python -m pytest tests/exchange/test_database_errors.py tests/exchange/test_reading_damage.py
	KILLS=50 $(BIN)/python -m tests.postgres $(BIN)/python -m pytest --create-db --reuse-db tests/exchange/test_database_errors.py
	$(BIN)/python -m bench.faults --kills 50

bench: .venv/.dev  ## measure what the documents quote
	$(BIN)/python -m bench.partial_dates
	$(BIN)/python -m bench.exporting

screenshots: .venv/.dev  ## take the pictures of README and docs anew (needs chromium and fonts-noto-cjk)
	$(BIN)/python -m tests.browser.pictures docs/images

lock:  ## resolve the versions anew (needs uv)
	uv pip compile pyproject.toml --universal --python-version 3.11 --extra postgres --extra redis --generate-hashes --no-header --quiet -o requirements.lock
	uv pip compile pyproject.toml --universal --python-version 3.11 --extra postgres --extra redis --group dev -c requirements.lock --generate-hashes --no-header --quiet -o requirements-dev.lock

clean:  ## remove what install made; the data stays
	rm -rf .venv var/static bench/audit/node_modules var/bench-wagtail

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed; this is " + sys.version.split()[0] + ". Try: make PYTHON=python3.12 …" if sys.version_info < (3, 11) else 0)'
	@$(PYTHON) -m venv .venv || { rm -rf .venv; echo "Debian and Ubuntu: apt install python3-venv"; exit 1; }

.venv/.runtime: .venv/bin/python requirements.lock
	@echo "正在安装（只需一次，约需几分钟）… Installing (once; this takes some minutes)…"
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@touch $@

.venv/.dev: .venv/bin/python requirements-dev.lock
	@echo "正在安装测试工具（只需一次，约需几分钟）… Installing the test tools (once; this takes some minutes)…"
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@ .venv/.runtime

# Nothing is run while it installs: no browser is downloaded, the system's is used.
bench/audit/node_modules/.package-lock.json: bench/audit/package-lock.json
	@cd bench/audit && npm ci --ignore-scripts --no-audit --no-fund --silent
	@touch $@

var/bench-wagtail/.installed: bench/peers/wagtail/requirements.txt bench/peers/wagtail/requirements-serving.txt
	@$(BIN)/python -m venv var/bench-wagtail
	@var/bench-wagtail/bin/pip install --quiet --disable-pip-version-check --no-deps -r $< -r $(lastword $^)
	@touch $@

.env:
	@umask 077; { echo "# Made by make install for this machine. Every setting: see .env.example."; \
		echo "SECRET_KEY=$$($(BIN)/python -c 'import secrets; print(secrets.token_urlsafe(50))')"; \
		echo "ALLOWED_HOSTS=localhost,127.0.0.1,[::1]"; } > $@
