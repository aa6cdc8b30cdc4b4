# make help lists what there is. What is up to date is not done again.

PY := .venv/bin/python
PYTHON3 ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do command -v $$p && break; done)
STEP = $(or $(PYTHON3),$(error Python 3.11 or later is needed: apt-get install python3)) scripts/setup
INSTANCES := dev demo test test-gw0 test-gw1 test-gw2 test-gw3

.DEFAULT_GOAL := help
.PHONY: help setup setup-test demo run test lint format audit bench bench-desk bench-engine bench-letters bench-run bench-web engine-equal torture torture-letters torture-workers letters-read-back letters-approve register-year manual pictures screenshots stop clean lock translations

help: ## List the targets
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

setup: .venv/.system node_modules/.installed .venv/.translations ## Get everything needed for make demo and make run

setup-test: setup .venv/.system-test ## Get what tests need besides: a browser, poppler

demo: setup ## Show the product with a made-up municipality (ARGS=--no-serve: only make it)
	@$(PY) manage.py demo $(ARGS)

run: setup ## Start the development server (ARGS=0.0.0.0:8000)
	@$(PY) manage.py runserver $(ARGS)

test: setup-test ## Run the tests (ARGS="tests/letters -k window")
	@$(PY) -m pytest $(or $(ARGS),--numprocesses=logical --maxprocesses=4 --dist=loadfile)

lint: setup ## Check style, types, templates, imports, migrations, translations
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy
	.venv/bin/djlint templates --check --lint --quiet
	.venv/bin/lint-imports
	$(PY) manage.py makemigrations --check --dry-run
	$(PY) scripts/compile_translations.py --check

format: setup ## Put code and templates in order
	.venv/bin/ruff check --fix .
	.venv/bin/ruff format .
	.venv/bin/djlint templates --reformat --quiet || true

bench: setup ## Measure speed and fairness at full size (ARGS passed on)
	@$(PY) -m benchmarks $(ARGS)

bench-desk: setup ## Measure every page of the desk (ARGS="--sizes 1500 100000")
	@$(PY) -m benchmarks.desk $(ARGS)

bench-web: setup ## Measure 200 people who choose at once (ARGS="--choosers 200 --people 1500")
	@$(PY) -m benchmarks.web $(ARGS)

bench-engine: .venv-bench/.installed ## Measure the engine against others, to 1,000,000 people (ARGS="--sizes 1000 10000")
	@.venv-bench/bin/python -m benchmarks.engine $(ARGS)

engine-equal: setup ## Compare the engine with the plain one (ARGS="--small 1000000 --middle 20000")
	@$(PY) -m tests.allocation.engine.equal $(ARGS)

bench-letters: setup .venv-bench/.installed ## Measure letters: workers, other ways to set them (ARGS="--memory 10000")
	@.venv-bench/bin/python -m benchmarks.letters $(ARGS)

torture-letters: setup ## Kill a mailing at 50 random moments: the same manifest (ARGS="--letters 300 --kills 20")
	@$(PY) -m benchmarks.torture_letters $(ARGS)

letters-read-back: setup-test ## Read back every letter of a round of 1,500 people
	@LETTERS=1500 $(PY) -m pytest tests/letters/test_round_read_back.py

register-year: setup-test ## Follow a year of the population register, killed 50 times and read twice
	@REGISTER_YEAR=1 $(PY) -m pytest -q -s tests/choices/registers/test_folder.py -k "killed or invisibility"

letters-approve: setup-test ## Take the pictures that letters are held to anew, and say which changed
	@DJANGO_SETTINGS_MODULE=botkyrka_hemtjanst.settings.test $(PY) -m tests.letters.pictures

bench-run: setup ## Measure whole nights on PostgreSQL (ARGS="--sizes 1500 10000 100000")
	@$(PY) -m benchmarks.run $(ARGS)

torture: setup ## Kill the worker, PostgreSQL and Valkey 200 times, and find all as if nothing had happened
	@$(PY) -m tests.torture $(ARGS)

torture-workers: setup ## The same with real workers and beats, two of each, every task twice (ARGS="--trials 2")
	@$(PY) -m tests.torture.with_celery $(ARGS)

manual: setup-test ## Take the pictures of the manuals anew
	@MANUAL_PICTURES=1 $(PY) -m pytest -q tests/desk/test_manual.py tests/administration/test_admin_manual.py

pictures: setup ## Draw the rooms and the data model anew, from the code
	@$(PY) scripts/pictures.py

screenshots: setup-test ## Take the pictures for the documentation (ARGS passed on)
	@$(PY) scripts/screenshots.py $(ARGS)

translations: setup ## Bring the catalogues in locale/ in step with the words in code and templates
	@$(PY) scripts/update_translations.py

audit: setup ## Ask whether a known fault is in what is locked here (needs the internet)
	.venv/bin/python -m pip install --quiet --disable-pip-version-check uv
	.venv/bin/uv tool run pip-audit --require-hashes --disable-pip --strict -r requirements/production.txt
	PATH="$(CURDIR)/.venv/bin:$$PATH" npm audit --omit=dev

stop: ## Stop the embedded databases
	@test ! -x $(PY) || for instance in $(INSTANCES); do $(PY) -m devservers stop $$instance; done

clean: ## Remove all that was made here: databases, letters, .venv, node_modules
	@test ! -x $(PY) || for instance in $(INSTANCES); do $(PY) -m devservers destroy $$instance; done
	@rm -rf .venv .venv-bench node_modules var .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis .coverage htmlcov test-results
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
	@find locale -name '*.mo' -delete

lock: .venv/.installed ## Choose newer versions of Python packages, and lock them
	@$(PY) -m pip install --quiet --disable-pip-version-check uv
	$(COMPILE) pyproject.toml -o requirements/production.txt
	$(COMPILE) pyproject.toml --extra dev -c requirements/production.txt -o requirements/dev.txt
	$(COMPILE) pyproject.toml --extra dev --extra bench -c requirements/dev.txt -o requirements/bench.txt
	$(COMPILE) requirements/build.in -o requirements/build.txt
	$(COMPILE) requirements/node.in -o requirements/node.txt

COMPILE = .venv/bin/uv pip compile --quiet --upgrade --universal --python-version 3.11 \
	--generate-hashes --no-emit-index-url --no-header

# --- What is up to date -----------------------------------------------------------------------------------------

.venv/.installed: requirements/dev.txt
	@$(STEP) python

.venv-bench/.installed: requirements/bench.txt
	@$(STEP) bench

.venv/.system: .venv/.installed
	@$(STEP) system

.venv/.system-test: .venv/.installed
	@$(STEP) system-test

node_modules/.installed: package-lock.json | .venv/.installed
	@$(STEP) frontend

.venv/.translations: .venv/.installed $(wildcard locale/*/LC_MESSAGES/*.po)
	@$(STEP) translations
