#!/usr/bin/env bash
# Run, publish, load, replay: ./loop.sh ORG/NAME. PLAIN_PYTHON may name a Python that has datasets and no pytest-ood.
set -euo pipefail
cd "$(dirname "$0")"
export DATASET=$1

# A model that falls for the first shortcut. pytest exits with 1 because probes fail, which is the point.
pytest --ood-model=fake/lured --ood-push="$DATASET" --tb=no -rN || test $? -eq 1

# Anyone can load the failures.
${PLAIN_PYTHON:-python} - <<'PYTHON'
import os
from collections import Counter

from datasets import load_dataset

failures = load_dataset(os.environ["DATASET"], "failures", split="test")
print(len(failures), "failures:", dict(Counter(failures["task"])))
PYTHON

# What has the next model fixed, and did it learn or memorise?
pytest --ood-model=student --ood-replay="$DATASET" --tb=no -rN || test $? -eq 1
