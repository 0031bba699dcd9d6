# MWork needs Python 3.11 or newer and make; everything else is fetched into .venv.

PYTHON ?= python3
UV = uv==0.13.9
ARGS ?=
SECONDS ?= 180

# A machine with a certificate authority of its own has it in the system's store, where uv does not look by itself.
export UV_SYSTEM_CERTS = 1

# Through `python -m`: a console script's first line holds a path that a moved checkout no longer has.
VENV = .venv/bin/python
READY = .venv/installed
COMPILE = uv pip compile --quiet --generate-hashes --universal --python-version 3.11 --no-annotate \
	--custom-compile-command "make lock"

# For what reads the settings but opens no connection.
OFFLINE = DEBUG=true DATABASE_URL=postgresql://nobody@127.0.0.1:1/none REDIS_URL=redis://127.0.0.1:1/0

.DEFAULT_GOAL = help
.PHONY: help run cluster test lint check demo worker lock messages format bench docs pictures

help:
	@echo "make run      the whole system on http://127.0.0.1:8000 (PORT=8001 make run); Ctrl-C stops it"
	@echo "make cluster  production's layout on this machine: started, tried, restarted under load, stopped (needs nginx)"
	@echo "make test     the test suite, on all cores (ARGS='-k castings -x' goes to pytest)"
	@echo "make lint     style, import layers, migrations missing or harmful, the OpenAPI schema"
	@echo "make format   put the code into shape"
	@echo "make check    Django's system checks, then schemathesis as every role for 3 minutes (SECONDS=30 make check)"
	@echo "make demo     a walk through the API of the running system"
	@echo "make docs     run every command of README.md, CONTRIBUTING.md and docs/ in a clean clone"
	@echo "make pictures take the README's pictures anew from the running system"
	@echo "make worker   one more background worker for the running system"
	@echo "make bench    lists, writing, sockets and signing in, beside their limits and peers (needs wrk; SIZE=1m for a million)"
	@echo "make lock     pin anew what requirements*.txt ask for"
	@echo "make messages collect new texts into locale/ and compile them (needs GNU gettext; the result is committed)"

run: $(READY)
	@$(VENV) -m mwork.run

cluster: $(READY)
	@$(VENV) -m mwork.cluster

test: $(READY)
	@$(VENV) -m pytest -n auto --dist worksteal $(ARGS)

lint: $(READY)
	$(VENV) -m ruff check .
	$(VENV) -m ruff format --check .
	$(VENV) .venv/bin/lint-imports
	$(OFFLINE) $(VENV) -m mwork.embedded sh -c \
		'$(VENV) manage.py makemigrations --check --dry-run && $(VENV) deploy/lint_migrations.py'
	$(OFFLINE) $(VENV) manage.py spectacular --validate --fail-on-warn --file /dev/null

format: $(READY)
	$(VENV) -m ruff check --fix .
	$(VENV) -m ruff format .

check: $(READY)
	$(OFFLINE) $(VENV) manage.py check
	$(VENV) -m tests.conformance --seconds $(SECONDS) $(ARGS)

demo: $(READY)
	@$(VENV) -m mwork.demo $(ARGS)

docs:
	@$(PYTHON) tests/docs/run.py

pictures: $(READY)
	@PYTHONPATH=. $(VENV) docs/pictures/take.py

worker: $(READY)
	@$(VENV) -m celery -A mwork.celery worker --concurrency 2 --loglevel info --hostname extra@%h

bench: $(READY)
	@$(VENV) -m uv pip install --quiet --python $(VENV) -r requirements-bench.txt
	@$(VENV) -m benchmarks.lists
	@test "$$SIZE" != 1m || $(VENV) -m benchmarks.growth
	@$(VENV) -m benchmarks.writes
	@$(VENV) -m benchmarks.sockets
	@$(VENV) -m benchmarks.logins

lock: $(READY)
	$(VENV) -m $(COMPILE) requirements.txt -o requirements.lock
	$(VENV) -m $(COMPILE) requirements-dev.txt -o requirements-dev.lock

messages: $(READY)
	$(OFFLINE) $(VENV) manage.py makemessages -l ru -l kk --no-location --no-obsolete -i .venv -i var -i tests
	$(OFFLINE) $(VENV) manage.py compilemessages -i .venv

# uv takes a third of pip's time; pip does the same where uv cannot run or reach its index.
$(READY): requirements-dev.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || \
		{ echo "MWork needs Python 3.11 or newer; name it if it is not $(PYTHON): make PYTHON=python3.12 ..."; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || \
		{ echo "$(PYTHON) cannot make virtual environments; on Debian and Ubuntu: apt install python3-venv"; exit 1; }
	@echo "Installing the pinned packages into .venv; the first time takes a minute or two ..."
	@$(PYTHON) -m venv .venv
	@$(VENV) -m pip install --quiet --disable-pip-version-check $(UV) || true
	@$(VENV) -m uv pip sync --quiet --require-hashes --python $(VENV) requirements-dev.lock || \
		{ echo "uv cannot; pip tries ..."; \
		$(VENV) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock; }
	@touch $(READY)
