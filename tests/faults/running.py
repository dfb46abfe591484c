"""Runs against a provider with faults, and what they must come to."""

import contextlib
import sqlite3
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pytest_ood import Case, ModelError, Outcome, measure, task
from tests.faults.faults import Spoil, Spoilt, always
from tests.faults.hostile import Hostile
from tests.faults.provider import Call, Provider

MODEL = "openai/some-model"
# Enough for a verdict.
DRAWS = 17
# US dollars for a token of the prompt and of the response.
PRICED, PROMPT_USD, RESPONSE_USD = "openai/gpt-4o", 2.5e-6, 1e-5
OUTPUT, IN_FLIGHT, BUDGET = 12, 4, 0.02


@task(control={"mark": "."}, family="spelling", name="faults.spell")
def spell(rng: np.random.Generator, mark: str) -> Case:
    """Spell a word backward."""
    word = "".join(rng.choice(list("abcdefgh"), 12))
    return Case(f"Spell {word} backward{mark}", word[::-1])


def ask(provider: Provider, store: Path, samples: int = DRAWS, **options: Any) -> Outcome:
    """Ask so many draws of both arms, with little patience and so with short pauses."""
    args = {"api_key": "sk-test", "timeout": 20.0}
    usual: dict[str, Any] = {"samples": samples, "store": store, "model_args": args, "patience": 6.0}
    return measure(spell, MODEL, mark="!", api_base=provider.url, **{**usual, **options})


def counts(outcome: Outcome) -> dict[str, int]:
    """How many draws of both arms have each outcome."""
    found: Counter[str] = Counter()
    for _, arm in outcome.arms:
        found.update(arm.counts)
    return dict(found)


def check(spoilt: Spoilt, store: Path) -> None:
    """Run with a fault that hits every third question, or every call if it ends the model."""
    if spoilt.effect == "dead":
        with Provider(always(spoilt)) as provider:
            with pytest.raises(ModelError, match=f"^{MODEL}: "):
                ask(provider, store)
            assert provider.received.total() <= 1 + 20
            provider.faults = ()
            assert counts(ask(provider, store)) == {"correct": 2 * DRAWS}
        assert set(provider.answered.values()) == {1}
        return
    hits = Spoil(spoilt.spoil)
    with Provider(hits) as provider:
        outcome = ask(provider, store, model_args={"api_key": "sk-test", "timeout": spoilt.timeout})
    hit = len(range(1, 2 * DRAWS, 3))
    lost: dict[str, int] = {} if spoilt.effect == "none" else {spoilt.effect: hit}
    assert counts(outcome) == {"correct": 2 * DRAWS - sum(lost.values()), **lost}
    assert provider.received.total() == 2 * DRAWS + (hit if spoilt.effect == "none" else 0)
    if spoilt.effect == "none":
        assert (outcome.verdict.value, set(provider.answered.values())) == ("robust", {1})


def check_budget(hostile: Hostile, store: Path) -> None:
    """Ask a hostile provider far more than the budget allows, and add up what it may bill."""
    bills: list[float] = []

    def spoil(call: Call) -> Any:
        # A token is a byte or more.
        prompt = sum(len(message["content"].encode()) for message in call.body["messages"])
        bills.append(hostile.bill or prompt * PROMPT_USD + OUTPUT * RESPONSE_USD)
        # One good answer, and the model is not taken for dead.
        return hostile.spoil(call) if hostile.answers or call.number else None

    args = {"api_key": "sk-test", "timeout": 0.5, "max_tokens": OUTPUT, "max_response_mb": 1}
    limits: dict[str, Any] = {"budget": BUDGET, "concurrency": IN_FLIGHT, "patience": 3.0, "samples": 40}
    with Provider(spoil) as provider, contextlib.suppress(ModelError):
        measure(spell, PRICED, mark="!", api_base=provider.url, store=store, model_args=args, **limits)
    assert 0 < sum(bills) <= BUDGET + IN_FLIGHT * max(bills)
    with contextlib.closing(sqlite3.connect(store)) as db:
        stored = db.execute("SELECT cost_usd, charged FROM answers WHERE error IS NULL").fetchall()
    assert len(stored) == (len(bills) if hostile.answers else 1)
    assert all(cost is None or 0 < cost == charged for cost, charged in stored)
