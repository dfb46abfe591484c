"""What has been trained here, as models that pytest asks.

    pytest --ood-model=python:asked:life test_life.py

They answer from the checkpoints in `runs`, read the prompts that any model gets, and say so where they cannot read one.
"""

import functools
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from compare import RUNS, weights_of
from experiment import Experiment
from experiments import EXPERIMENTS
from kin import ORDERS
from siblings import Siblings

from pytest_ood import Message, answers
from pytest_ood.families.shortcuts.sibling_discovery import written
from pytest_ood.models.toy.reading import NotTrained
from pytest_ood.models.toy.weights import Toy

Answering = Callable[[Sequence[Message]], str]


def reading(name: str, runs: Path = RUNS) -> Answering:
    """Return a model that answers what its experiment's reader reads."""
    experiment = EXPERIMENTS[name]
    assert isinstance(experiment, Experiment)

    @functools.cache
    def toy() -> Toy:
        return Toy(experiment.answering(weights_of(name, runs)), experiment.reader)

    def answer(messages: Sequence[Message]) -> str:
        question = messages[-1]["content"]
        try:
            tokens = experiment.reader.read(question)
        except NotTrained as error:
            return f"I cannot read this: {error}."
        if tokens is None:
            return f"I cannot read this: trained only on {experiment.reader.asks_for}."
        [(text, _)] = toy().answers([question], [tokens])
        return answers.wrap(text)

    return answer


def naming(way: str, runs: Path = RUNS) -> Answering:
    """Return a model that names siblings, in either order, another pair each time."""
    by_order = {"parent_first": f"siblings_{way}_parent_first", "siblings_first": f"siblings_{way}"}
    rng, lock = np.random.default_rng(0), threading.Lock()
    weights = functools.cache(functools.partial(weights_of, runs=runs))

    def answer(messages: Sequence[Message]) -> str:
        question = messages[-1]["content"]
        order = next((order for order, words in ORDERS.items() if f"Give {words}, " in question), None)
        if order is None:
            return "I cannot read this: trained only on siblings and their parents."
        experiment = EXPERIMENTS[by_order[order]]
        assert isinstance(experiment, Siblings)
        with lock:
            [pair] = experiment.drawn(weights(by_order[order]), rng, 1)
        return answers.wrap(written(pair, order))

    return answer


path_star = reading("path_star")
path_star_forward = reading("path_star_forward")
path_star_reversed = reading("path_star_reversed")
path_star_teacherless = reading("path_star_teacherless")
path_star_teacherless_deep = reading("path_star_teacherless_deep")
path_star_deep = reading("path_star_deep")
life = reading("life")
life_convolution = reading("life_convolution")
siblings_next = naming("next")
siblings_several = naming("several")
siblings_masked = naming("masked")
