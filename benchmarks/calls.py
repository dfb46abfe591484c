"""The same calls through pytest-ood, bare litellm, bare aiohttp, inspect_ai and lm-eval, each answered in 200 ms."""

import contextlib
import dataclasses
import functools
import math
import operator
import shutil
import sqlite3
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from common import (
    PEERS_PYTHON,
    ROOT,
    WORKERS,
    Figure,
    Ran,
    Scale,
    at_most,
    in_turn,
    paired,
    probes,
    python,
    range_of,
    run,
    totals,
)

PART = "calls"
DELAY_S = 0.2
IN_FLIGHT = (32, 128)
MODEL = "openai/bench"
ARMS = 20
# They ask and score the same questions. They judge no gap, and we write none of their logs.
PEERS = {"inspect_ai": "ask_inspect.py", "lm-eval": "ask_lm_eval.py"}


def measure(scale: Scale) -> list[Figure]:
    figures = []
    with tempfile.TemporaryDirectory() as name, server() as url:
        folder = Path(name)
        conversations = folder / "conversations.json"
        run(python(WORKERS / "questions.py", str(scale.calls // ARMS), conversations), folder)
        for in_flight in IN_FLIGHT:
            figures += race(folder, conversations, url, in_flight, scale)
    return figures


@contextlib.contextmanager
def server() -> Iterator[str]:
    """Run a server in a process of its own."""
    command = python(ROOT / "tests/server.py", "--delay", str(DELAY_S))
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        yield process.stdout.readline().strip()
    finally:
        process.communicate()


@dataclasses.dataclass(frozen=True)
class Asked(Ran):
    """A run, with the time from its first call to its last answer in seconds, where it tells it."""

    stage_s: float | None


def asked(folder: Path, url: str, in_flight: int, calls: int, *options: str) -> Asked:
    """Make so many calls through pytest-ood, with an empty store."""
    store = folder / "ood/store.db"
    shutil.rmtree(store.parent, ignore_errors=True)
    store.parent.mkdir()
    how = ["--ood-api-base", url, "--ood-concurrency", str(in_flight), *options]
    # The server's answer is not a row of cells, so that all probes are undecided.
    ran = run(probes(store, MODEL, calls // ARMS, *how), folder)
    assert (totals(store)["calls"], totals(store)["from_store"]) == (calls, 0), totals(store)
    with contextlib.closing(sqlite3.connect(store)) as db:
        ((stage, errors),) = db.execute(
            "SELECT max(created_at) - min(created_at - latency_s), count(error) FROM answers"
        )
    assert not errors, f"{errors} calls failed"
    return Asked(**vars(ran), stage_s=stage)


def bare(worker: str, folder: Path, conversations: Path, url: str, in_flight: int) -> Asked:
    """Make the same calls without pytest-ood."""
    ran = run(python(WORKERS / worker, conversations, MODEL, url, str(in_flight)), folder)
    return Asked(**vars(ran), stage_s=float(ran.output.splitlines()[-1]))


def peer(worker: str, folder: Path, conversations: Path, url: str, in_flight: int) -> Asked:
    """Make the same calls through another tool, in its environment."""
    ran = run([PEERS_PYTHON, WORKERS / worker, conversations, MODEL, url, str(in_flight)], folder)
    return Asked(**vars(ran), stage_s=None)


def race(folder: Path, conversations: Path, url: str, in_flight: int, scale: Scale) -> list[Figure]:
    contestants = {
        "pytest-ood": lambda: asked(folder, url, in_flight, scale.calls),
        "bare litellm": lambda: bare("ask_litellm.py", folder, conversations, url, in_flight),
        "bare aiohttp": lambda: bare("ask_aiohttp.py", folder, conversations, url, in_flight),
    }
    if PEERS_PYTHON.exists():
        contestants |= {
            name: functools.partial(peer, worker, folder, conversations, url, in_flight)
            for name, worker in PEERS.items()
        }
    ran = in_turn(contestants, scale.rounds)
    mine, litellm = ran["pytest-ood"], ran["bare litellm"]
    what = f"{scale.calls:,} calls, {in_flight} in flight"
    wall = paired(mine, litellm, lambda one: one.wall_s, operator.truediv)
    stage = paired(mine, litellm, lambda one: one.stage_s or math.nan, operator.truediv)
    cpu = paired(mine, litellm, lambda one: 1000 * one.cpu_s / scale.calls, operator.sub)
    return [
        at_most(PART, f"{what}: whole process, times bare litellm's", wall, 1.15, "{:.2f}x"),
        at_most(PART, f"{what}: CPU per call beyond bare litellm's", cpu, 0.7, "{:.2f} ms"),
        Figure(PART, f"{what}: calls stage, times bare litellm's", f"{stage:.2f}x"),
        *(
            Figure(
                PART,
                f"{what}: {name}",
                f"{took(runs)} CPU per call {range_of([1000 * one.cpu_s / scale.calls for one in runs], '{:.2f}')} ms",
            )
            for name, runs in ran.items()
        ),
    ]


def took(runs: Sequence[Asked]) -> str:
    """Return how long some runs took, and their calls where they tell it."""
    told = [one.stage_s for one in runs if one.stage_s is not None]
    stage = f" stage {range_of(told, '{:.2f}')} s," if told else ""
    return f"process {range_of([one.wall_s for one in runs], '{:.2f}')} s,{stage}"
