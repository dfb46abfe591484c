"""How long a claim under a budget takes, in a store with many answers of the same run."""

import tempfile
import time
from pathlib import Path

from common import Figure, Scale, at_most, median

from pytest_ood import Answer
from pytest_ood.asking.store import Store
from pytest_ood.models.request import Request

PART = "claims"
AT_ONCE = 1000
CLAIMS = 200
BUDGET_USD = 1e9


def measure(scale: Scale) -> list[Figure]:
    answers = 2 * scale.draws
    with tempfile.TemporaryDirectory() as name, Store(Path(name) / "store.db") as store:
        for start in range(0, answers, AT_ONCE):
            batch = [_ask(number) for number in range(start, start + AT_ONCE)]
            store.save([(one, Answer("x", run_id="run", cost_usd=0.001), 0.001) for one in batch])
        seconds = [_claim(store, _ask(answers + number)) for number in range(CLAIMS)]
    return [at_most(PART, f"claim under a budget, {answers:,} answers", 1000 * median(seconds), 2, "{:.2f} ms")]


def _ask(number: int) -> Request:
    return Request("openai/bench", [{"role": "user", "content": f"question {number}"}])


def _claim(store: Store, request: Request) -> float:
    key = request.key
    began = time.perf_counter()
    assert store.claim(key, "run", reserve=0.01, budget=BUDGET_USD) == "mine"
    return time.perf_counter() - began
