"""The laboratory's own tests, in its own environment: `make test`. Where there is no JAX, nothing is collected."""

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

jax = pytest.importorskip("jax")

import decoder  # noqa: E402 -- needs JAX, as the next ones do
from decoder import HEADS  # noqa: E402
from experiment import PROBED_DRAWS, Experiment  # noqa: E402
from experiments import EXPERIMENTS, automata  # noqa: E402
from export import export  # noqa: E402
from training import Training  # noqa: E402

from pytest_ood.models.toy.convolution import Convolution  # noqa: E402
from pytest_ood.models.toy.decoder import Decoder  # noqa: E402
from pytest_ood.models.toy.model import DATA  # noqa: E402
from pytest_ood.models.toy.weights import Card  # noqa: E402

HERE = Path(__file__).parent
TINY = replace(automata(widths=(10,)), watched={"10": {"width": 10}}, sizes={"width": 16, "layers": 1})


@pytest.mark.parametrize("positions", [None, 40])
def test_numpy_gives_the_logits_of_jax(positions):
    """To 1e-4, with either kind of positions."""
    weights = decoder.init(jax.random.key(1), tokens=9, positions=positions)
    tokens = np.random.default_rng(2).integers(0, 9, (5, 40))
    expected = decoder.logits(weights, tokens, HEADS)
    found = Decoder({name: np.asarray(value) for name, value in weights.items()}, HEADS).logits(tokens)
    np.testing.assert_allclose(found, expected, atol=1e-4)


@pytest.mark.parametrize("name", [path.stem for path in sorted(DATA.glob("*.json"))])
def test_the_shipped_weights_give_the_logits_of_jax(name):
    """On a hundred questions of every kind that is watched."""
    network = Card.read(DATA / f"{name}.json").load()
    experiment = EXPERIMENTS[name]
    weights = {one: jax.numpy.asarray(value) for one, value in network._weights.items()}
    for params in experiment.watched.values():
        questions, _ = experiment.probes(params)
        found = network.logits(questions)
        first = found[:, 0] if isinstance(network, Convolution) else found[:, -1]
        np.testing.assert_allclose(first, experiment.first_logits(weights, questions), atol=1e-4)


@pytest.mark.parametrize(
    "name", [name for name, one in EXPERIMENTS.items() if isinstance(one, Experiment) and one.leaves_out]
)
def test_no_probed_question_is_trained(name):
    """The seeds of the two differ, and questions that both happen to draw are left out of the training."""
    experiment = EXPERIMENTS[name]
    for place, kind in enumerate(experiment.trained):
        probed = {experiment.row(kind, 0, draw)[0] for draw in range(PROBED_DRAWS)}
        steps = range(place, 40 * len(experiment.trained), len(experiment.trained))
        trained = {tuple(question) for step in steps for question in experiment.batch_at(step)[0].tolist()}
        assert trained
        assert not trained & probed


def test_a_training_with_nothing_left_is_an_error():
    """Of the 14 rows of 4 cells that live on, seed 0 asks every one."""
    with pytest.raises(ValueError, match="nothing is left"):
        automata(widths=(4,)).batch_at(0)


def test_a_tiny_training_learns(tmp_path):
    """The loss falls, and the same seed gives the same weights."""
    trainings = [Training(TINY, tmp_path / name, steps=200) for name in ("one", "other")]
    for training in trainings:
        training.run()
    losses = [row["loss"] for row in trainings[0].log]
    assert losses[-1] < 0.95 * losses[0]
    for name, value in trainings[0].weights.items():
        np.testing.assert_array_equal(value, trainings[1].weights[name])


def test_a_killed_training_goes_on_to_the_same_loss(tmp_path):
    """kill -9 at three moments; the log is that of a training that was never interrupted."""
    command = [sys.executable, "train.py", "convolution", "--steps", "300", "--out"]
    subprocess.run([*command, tmp_path / "whole"], cwd=HERE, check=True, capture_output=True)
    for checkpoints in (1, 2):
        training = subprocess.Popen([*command, tmp_path / "killed"], cwd=HERE, stdout=subprocess.DEVNULL)
        while len(_losses(tmp_path / "killed")) < checkpoints and training.poll() is None:
            time.sleep(0.02)
        os.kill(training.pid, signal.SIGKILL)
        assert training.wait() == -signal.SIGKILL
    subprocess.run([*command, tmp_path / "killed"], cwd=HERE, check=True, capture_output=True)
    assert _losses(tmp_path / "killed") == _losses(tmp_path / "whole")
    assert [step for step, _ in _losses(tmp_path / "whole")] == [100, 200, 300]


def test_a_toy_is_exported_when_it_is_trained(tmp_path):
    """Its card is read by the package, its weights answer as those that were trained."""
    training = Training(TINY, tmp_path, steps=100)
    with pytest.raises(SystemExit, match="0 of 100 steps"):
        export(training, tmp_path / "tiny.npz")
    training.run()
    before = training.accuracy()
    export(training, tmp_path / "tiny.npz")
    network = Card.read(tmp_path / "tiny.json").load()
    questions, right = TINY.probes({"width": 10})
    given = network.continued(questions, end=0, most=40)
    assert sum(map(list.__eq__, given, right)) / len(right) == pytest.approx(before["10"], abs=0.05)


def _losses(folder):
    """The steps and losses of a log, without its times."""
    log = folder / "log.jsonl"
    lines = log.read_text(encoding="utf-8").splitlines() if log.exists() else []
    return [(row["step"], row["loss"]) for row in map(json.loads, lines)]
