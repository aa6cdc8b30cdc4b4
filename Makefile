# make help lists the targets. Targets that are up to date are not made again.

PY := .venv/bin/python
PYTHON3 ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do command -v $$p && break; done)
STEP = $(or $(PYTHON3),$(error Python 3.11 or later is needed: apt-get install python3)) scripts/setup
ON_ALL_CORES := --numprocesses=logical --maxprocesses=4 --dist=loadfile --no-loadscope-reorder
INSTANCES := dev demo year kill-points drills torture torture-celery test test-gw0 test-gw1 test-gw2 test-gw3

.DEFAULT_GOAL := help
.PHONY: help pin-images release setup setup-test demo run test test-wide test-assertions test-long lint format audit bench bench-desk bench-engine bench-letters bench-payment bench-run bench-upgrade bench-web engine-equal facts-states kill-points torture torture-letters torture-workers drills letters-read-back letters-approve payment-year register-year year manual pictures screenshots stop clean lock translations try-image

help: ## List the targets
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

setup: .venv/.system node_modules/.installed .venv/.translations ## Install everything for make demo and make run

setup-test: setup .venv/.system-test ## Install the test dependencies: a browser, Poppler

demo: setup ## Run the demo with an invented municipality (ARGS=--no-serve: generate only)
	@$(PY) manage.py demo $(ARGS)

run: setup ## Start the development server (ARGS=0.0.0.0:8000)
	@$(PY) manage.py runserver $(ARGS)

test: setup-test ## Run the tests of rules, services, pages and letters (ARGS="tests/letters -k window": any tests)
	@$(PY) -m pytest $(or $(ARGS),-m "not wide" $(ON_ALL_CORES))

test-wide: setup-test ## Run the tests with a browser, with crawls as every role, and with processes that are killed
	@$(PY) -m pytest -m wide $(ON_ALL_CORES) $(ARGS)

test-assertions: setup-test ## Run the tests in one process, count the asserts that pass, and list those never reached
	@PYTHONPYCACHEPREFIX=var/asserts $(PY) -m pytest -p tests.assertions -o enable_assertion_pass_hook=true -q $(ARGS)

test-long: setup-test ## Run the long forms: crash tests, a year, new draws, every page; within an hour (ARGS="--only year")
	@$(PY) -m tests.long_forms $(ARGS)

lint: setup ## Check style, types, templates, imports, migrations, translations
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy
	.venv/bin/djlint templates --check --lint --quiet
	.venv/bin/lint-imports
	EMBEDDED_AS_MIGRATOR=true $(PY) manage.py makemigrations --check --dry-run
	EMBEDDED_AS_MIGRATOR=true $(PY) manage.py lintmigrations --quiet ok ignore
	$(PY) scripts/compile_translations.py --check

format: setup ## Format code and templates
	.venv/bin/ruff check --fix .
	.venv/bin/ruff format .
	.venv/bin/djlint templates --reformat --quiet || true

bench: setup ## Benchmark speed and fairness at full size (ARGS passed on)
	@$(PY) -m benchmarks $(ARGS)

bench-desk: setup ## Benchmark every page of the desk (ARGS="--sizes 1500 100000")
	@$(PY) -m benchmarks.desk $(ARGS)

bench-web: setup ## Load test: 200 people choose at once (ARGS="--choosers 200 --people 1500")
	@$(PY) -m benchmarks.web $(ARGS)

bench-engine: .venv-bench/.installed ## Benchmark the engine against other programs, up to 1,000,000 people (ARGS="--sizes 1000 10000")
	@.venv-bench/bin/python -m benchmarks.engine $(ARGS)

engine-equal: setup ## Compare the engine with the plain engine on random problems (ARGS="--small 1000000 --middle 20000")
	@$(PY) -m tests.allocation.engine.equal $(ARGS)

facts-states: setup-test ## Compare the facts with plain Python, the engine and the pages in random states (ARGS="--states 2000 --first 0")
	@$(PY) -m tests.allocation.facts $(ARGS)

bench-letters: setup .venv-bench/.installed ## Benchmark letters: workers, other typesetters (ARGS="--memory 10000")
	@.venv-bench/bin/python -m benchmarks.letters $(ARGS)

torture-letters: setup ## Crash test of a mailing: 50 kills, same manifest (ARGS="--letters 300 --kills 20")
	@$(PY) -m benchmarks.torture_letters $(ARGS)

letters-read-back: setup-test ## Parse and check every letter of a round of 1,500 people
	@LETTERS=1500 $(PY) -m pytest tests/letters/test_round_read_back.py

register-year: setup-test ## Crash test of the population register: a year of files, 50 kills, read twice
	@REGISTER_YEAR=1 $(PY) -m pytest -q -s tests/choices/registers/test_folder.py -k "killed or invisibility"

letters-approve: setup-test ## Update the reference pictures of letters, and list changes
	@DJANGO_SETTINGS_MODULE=botkyrka_hemtjanst.settings.test $(PY) -m tests.letters.pictures

payment-year: setup ## Close 24 months of payment for 1,500 people with late changes, and recompute each amount independently
	@PAYMENT_YEAR=1500x24 $(PY) -m pytest -q -s tests/reimbursement/engine/test_payment_year.py tests/reimbursement/closing/test_stored_year.py

bench-payment: setup ## Benchmark a month of payment, up to 100,000 people (ARGS="--sizes 1500 10000")
	@$(PY) -m benchmarks.payment $(ARGS)
	@$(PY) -m benchmarks.payment_stored

bench-run: setup ## Benchmark whole nights on PostgreSQL (ARGS="--sizes 1500 10000 100000")
	@$(PY) -m benchmarks.run $(ARGS)

bench-upgrade: setup ## Benchmark the upgrade of a kept release with many people, and its locks (ARGS="--version 0.1.0 --people 100000")
	@$(PY) -m benchmarks.upgrade $(ARGS)

torture: setup ## Crash test: kill worker, PostgreSQL and Valkey 200 times; the state must be the same
	@$(PY) -m tests.torture $(ARGS)

kill-points: setup ## Crash test of import, round, night, letters and restore: 1,000 kills in pieces (ARGS="--minutes 15 --seed 1")
	@$(PY) -m tests.torture.kill_points $(ARGS)

torture-workers: setup ## Crash test with two real workers and two beats, every task twice (ARGS="--trials 2")
	@$(PY) -m tests.torture.with_celery $(ARGS)

drills: setup-test ## Drills of the operations manual: recovery, full disks, certificates, replica, several hosts, last release (ARGS="--only NAME")
	@$(PY) -m tests.drills $(ARGS)

year: setup-test ## Compare a simulated year with an independent bookkeeper (ARGS="--seed N --people 400 --days 150")
	@$(PY) -m tests.year $(ARGS)

manual: setup-test ## Update the screenshots of the manuals
	@MANUAL_PICTURES=1 $(PY) -m pytest -q tests/desk/test_manual.py tests/administration/test_admin_manual.py

pictures: setup ## Update the diagrams of rooms and data model
	@$(PY) scripts/pictures.py

screenshots: setup-test ## Take screenshots of every page (ARGS passed on)
	@$(PY) scripts/screenshots.py $(ARGS)

translations: setup ## Update the translation catalogues in locale/
	@$(PY) scripts/update_translations.py

audit: setup ## Check locked packages for known vulnerabilities (needs the internet)
	.venv/bin/python -m pip install --quiet --disable-pip-version-check uv
	.venv/bin/uv tool run pip-audit --require-hashes --disable-pip --strict -r requirements/production.txt
	PATH="$(CURDIR)/.venv/bin:$$PATH" npm audit --omit=dev

pin-images: ## Pin the base images to what the registry has now (needs docker and the registry)
	@$(PYTHON3) scripts/pin_images.py pin

release: ## Build the production image; refuses images that are not pinned by digest (VERSION=1.2.3)
	@$(PYTHON3) scripts/pin_images.py check
	docker build --tag hemtjanstvalet:$(or $(VERSION),$(error Say which: make release VERSION=1.2.3)) .

try-image: setup ## Try Dockerfile and compose file without Docker, as root: build, services, night, letters, restore (ARGS=--built)
	@$(PY) -m scripts.image $(ARGS)

stop: ## Stop the embedded databases
	@test ! -x $(PY) || for instance in $(INSTANCES); do $(PY) -m devservers stop $$instance; done

clean: ## Remove all generated files: databases, letters, .venv, node_modules
	@test ! -x $(PY) || for instance in $(INSTANCES); do $(PY) -m devservers destroy $$instance; done
	@rm -rf .venv .venv-bench node_modules var .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis .coverage htmlcov test-results
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
	@find locale -name '*.mo' -delete

lock: .venv/.installed ## Upgrade and lock Python packages
	@$(PY) -m pip install --quiet --disable-pip-version-check uv
	$(COMPILE) pyproject.toml -o requirements/production.txt
	$(COMPILE) pyproject.toml --extra dev -c requirements/production.txt -o requirements/dev.txt
	$(COMPILE) pyproject.toml --extra dev --extra bench -c requirements/dev.txt -o requirements/bench.txt
	$(COMPILE) requirements/build.in -o requirements/build.txt
	$(COMPILE) requirements/node.in -o requirements/node.txt

COMPILE = .venv/bin/uv pip compile --quiet --upgrade --universal --python-version 3.11 \
	--generate-hashes --no-emit-index-url --no-header

# --- Installed state -----------------------------------------------------------------------------------------

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
