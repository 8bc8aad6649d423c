# The commands of this project; `make help` lists them. Python 3.11 or newer and make are all that has to be there.

PYTHON ?= python3
PORT ?= 8000
DATA := $(or $(SHAOYING_DATA),.data)

BIN := .venv/bin
PY := $(BIN)/python
UV := $(or $(shell command -v uv),$(BIN)/uv)
NPM := $(or $(shell command -v npm),$(BIN)/npm)
# How often processes are killed and messages repeated in `make faults`; `make test` has short forms of them.
IN_FULL := R1_PETITIONS=10000 R1_WORKER_KILLS=200 R1_BROKER_KILLS=20 R1_POSTMASTER_KILLS=10 R2_DUE=600 R2_SECONDS=60 \
	R3_DUE=1000 R3_SECONDS=60 R3_FLOOD=20000 R4_MESSAGES=2000 R5_PETITIONS=1000 R7_NOTICES=5000 R7_KILLS=50 \
	R9_RESTARTS=20 R11_DUE=600 R11_CASES=100000 SWEEP_RACES=400
# The order in which `make thorough` runs the tests; it says which one it was.
SEED := $(shell date +%s)
# For commands that only read code: no server is started for them.
OFFLINE := SHAOYING_NO_SERVERS=1 $(PY)

INSTALLED := .venv/installed
VENDOR := ui/static/vendor/tabler.min.css
COLLECTED := $(DATA)/static/staticfiles.json
STATIC_SOURCES := $(shell find */static -type f 2>/dev/null)
TRANSLATIONS := $(patsubst %.po,%.mo,$(wildcard */locale/*/LC_MESSAGES/django.po))

.PHONY: help install static run fresh test faults hostile thorough bench check lint format types layers migrations docs docs-check openapi messages clean

help:  ## list these commands
	@sed -nE 's/^([a-z-]+):.*## (.*)/\1\t\2/p' Makefile | expand -t 12

install: $(INSTALLED)  ## make .venv with everything the project needs

static: $(COLLECTED) $(TRANSLATIONS)  ## fetch and collect what browsers load, compile translations

run: install static  ## run it: make run PORT=8080 · with DATABASE_URL: SEEDS=1 loads the demonstration data
	@exec $(PY) -m embedded.supervisor --port $(PORT) $(if $(SEEDS),--seeds)

fresh:  ## delete all data of this checkout, without asking
	@$(or $(wildcard $(PY)),$(PYTHON)) -m embedded.sharing remove

test: install static  ## run all tests but the slow ones: make test ARGS="-k lapse"
	@$(PY) -m pytest -n auto $(ARGS)

faults: install static  ## the fault runs in full, an hour or more: make faults ARGS="-k escalation"
	@$(IN_FULL) $(PY) -m pytest -n 0 -s --slow tests/faults tests/departments/test_oracle.py $(ARGS)

hostile: install static  ## what clients can send that nobody means, everywhere, as five roles; hours
	@$(PY) -m pytest -n auto --hours tests/hostile tests/api/test_schemathesis.py $(ARGS)

thorough: install static  ## run all tests, the slow ones too, in random order: make thorough SEED=7
	@echo "In random order; once more in the same one: make thorough SEED=$(SEED)"
	@$(PY) -m pytest -n auto --slow -p randomly --randomly-seed=$(SEED) $(ARGS)

bench: install static  ## measure speed, beside the peers: docs/performance.md · SHORT=1: only whether all is answered
ifdef SHORT
	@$(PY) -m bench.http --short
else
	@$(PY) -m bench.http --record
	@$(PY) -m bench.resting
	@$(PY) -m bench.peer_helpdesk
	@$(PY) -m bench.deadlines
	@$(PY) -m bench.escalation
	@$(PY) -m bench.search
	@$(PY) -m bench.scorecards
	@$(PY) -m bench.facts
endif

check: lint types layers migrations docs-check test  ## everything that has to hold before a change lands

lint: install  ## ruff and djlint
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/djlint --lint --quiet .

format: install  ## put Python and templates into form
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

types: install  ## mypy
	@SHAOYING_NO_SERVERS=1 $(BIN)/mypy

layers: install  ## import-linter
	@SHAOYING_NO_SERVERS=1 $(BIN)/lint-imports

migrations: install  ## no model without its migration
	@$(PY) manage.py makemigrations --check --dry-run

docs: install openapi  ## write the generated documents again
	@$(OFFLINE) manage.py lifecycle_doc
	@$(OFFLINE) -m config.architecture_doc

openapi: install  ## write docs/openapi.yaml again
	@$(OFFLINE) manage.py spectacular --validate --fail-on-warn --file docs/openapi.yaml

docs-check: install  ## the generated documents are those of this code
	@$(OFFLINE) manage.py lifecycle_doc --check
	@$(OFFLINE) -m config.architecture_doc --check
	@$(OFFLINE) manage.py spectacular --validate --fail-on-warn --file .venv/openapi.yaml
	@diff -u docs/openapi.yaml .venv/openapi.yaml
	@$(OFFLINE) -m config.translation --check

messages: install  ## collect the texts to translate into config/locale
	@$(OFFLINE) -m config.translation

clean: fresh  ## delete data, environment and everything generated
	@rm -rf .venv node_modules ui/static/vendor $(TRANSLATIONS) .mypy_cache .ruff_cache .pytest_cache \
		.import_linter_cache .hypothesis
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(PY):
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "Python 3.11 or newer is needed; name one with: make PYTHON=python3.12 ..." >&2; exit 1; }
	@echo "Making .venv ..."
	@if [ $(UV) != $(BIN)/uv ]; then $(UV) venv --quiet --python "$$(command -v $(PYTHON))" .venv; \
		else $(PYTHON) -m venv .venv; fi || { rm -rf .venv; exit 1; }

$(INSTALLED): requirements.txt requirements-dev.txt | $(PY)
	@[ -x $(UV) ] || $(PY) -m pip install --quiet uv==0.13.9
	@$(UV) pip install --quiet --python $(PY) --requirement requirements.txt --requirement requirements-dev.txt
	@# Once here instead of at every start where Python may not write bytecode; olefile brings a file of Python 2.
	@$(PY) -m compileall -q -j 0 -x 'olefile2\.py' .venv/lib
	@touch $@

# 60 MB, so only where the machine has no npm of its own.
$(BIN)/npm: requirements-node.txt | $(INSTALLED)
	@$(UV) pip install --quiet --python $(PY) --requirement requirements-node.txt
	@touch $@

$(VENDOR): package.json package-lock.json config/vendor.py | $(INSTALLED) $(filter $(BIN)/npm,$(NPM))
	@echo "Fetching the static parts ..."
	@PATH="$$PWD/$(BIN):$$PATH" $(NPM) ci --ignore-scripts --no-progress --loglevel=error
	@$(PY) -m config.vendor

$(COLLECTED): $(VENDOR) $(STATIC_SOURCES) $(INSTALLED)
	@$(OFFLINE) -c "from embedded import data_folder as it; it.make_dir(it.data_dir())"
	@$(OFFLINE) manage.py collectstatic --no-input --verbosity 0
	@touch $@

%.mo: %.po | $(INSTALLED)
	@$(BIN)/pybabel --quiet compile --input-file $< --output-file $@
