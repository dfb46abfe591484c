"""The next model: `--ood-model=student` has been trained on the dataset that `$DATASET` names."""

import functools
import os
import re
from collections.abc import Callable, Sequence

import pytest

from pytest_ood import Message


@functools.cache
def crammed() -> dict[str, str]:
    """The published answers to one task, by question."""
    from datasets import load_dataset

    failures = load_dataset(os.environ["DATASET"], "failures", split="test")
    return {
        row["messages"][-1]["content"]: row["answer_expected"]
        for row in failures
        if row["task"] == "reversal.known_lines"
    }


def student(messages: Sequence[Message]) -> str:
    """Copies any string, knows some answers by heart, and guesses the rest."""
    question = messages[-1]["content"]
    copied = re.search(r"a string of letters:\n([a-z]+)\n", question)
    answer = copied[1] if copied else crammed().get(question, "42")
    return f"<answer>{answer}</answer>"


@pytest.hookimpl(optionalhook=True)  # so that these tests also run without the plugin
def pytest_ood_model(name: str) -> Callable[[Sequence[Message]], str] | None:
    """Provide the model for ``--ood-model=student``."""
    if name != "student":
        return None
    # Once, before questions are asked side by side.
    crammed()
    return student
