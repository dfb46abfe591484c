"""reasoning-gym takes the questions for one of its datasets."""

import json

import reasoning_gym
from reasoning_gym.dataset import ReseedingDataset

from pytest_ood.dataset.formats.reasoning_gym import register
from pytest_ood.evidence.trace import Trace
from tests.interop.conftest import Convert
from tests.interop.rewards import expected_scores


def test_its_factory_makes_the_dataset_and_scores_are_the_verifiers(converted: Convert, traces: list[Trace]) -> None:
    """For each answer of the run; the answer is passed as reasoning-gym reads it from a response."""
    register()
    dataset = reasoning_gym.create_dataset("pytest_ood", path=str(converted("reasoning-gym")))
    scores = expected_scores(traces, [{**entry["metadata"], "entry": entry} for entry in dataset])
    assert len(scores) > 500
    for row, trace, score in scores:
        entry = row["entry"]
        assert entry["answer"] == trace.answer_expected
        assert dataset.score_answer(reasoning_gym.utils.extract_answer(trace.response), entry) == score


def test_each_oracle_answer_scores_one(converted: Convert) -> None:
    """As reasoning-gym tests its own datasets."""
    dataset = reasoning_gym.create_dataset("pytest_ood", path=str(converted("reasoning-gym")))
    assert len(dataset) > 100
    for place in range(len(dataset)):
        entry = dataset[place]
        assert dataset.score_answer(entry["answer"], entry) == 1.0
        assert dataset.score_answer(None, entry) == 0.0
        json.dumps(entry["metadata"])
    assert next(iter(ReseedingDataset(dataset, chunk_size=10))) == dataset[0]
