"""Experiment g's own tests, in the laboratory's environment. Where there is no JAX, nothing is collected."""

import numpy as np
import pytest

jax = pytest.importorskip("jax")

import memory  # noqa: E402 -- needs JAX, as the next ones do
import recurrent  # noqa: E402
from languages import CONTROL, LANGUAGES, LONGEST, copying, parity, reversing, sorting  # noqa: E402
from training import Training  # noqa: E402

from pytest_ood.answers import read  # noqa: E402


def test_the_stack_is_a_stack():
    """With one action at a time it does what a list does."""
    random = np.random.default_rng(1)
    depth, plain = 12, []
    stack = np.zeros((1, depth, recurrent.CELL))
    for action in random.integers(0, 3, 60):
        pushed = random.normal(size=recurrent.CELL)
        stack = recurrent.moved(stack, np.eye(3)[[action]], pushed[None])
        if action == 0:
            plain.append(pushed)
        elif action == 1 and plain:
            plain.pop()
        expected = [*plain[::-1], *[np.zeros(recurrent.CELL)] * depth][:depth]
        np.testing.assert_allclose(stack[0], expected, atol=1e-5)


def test_a_mixed_action_is_the_mean_of_three_stacks():
    """Each weighs as much as its action."""
    random = np.random.default_rng(1)
    stack, pushed = random.normal(size=(2, 5, recurrent.CELL)), random.normal(size=(2, recurrent.CELL))
    shares = np.array([[0.5, 0.25, 0.25], [0.1, 0.2, 0.7]])
    single = [recurrent.moved(stack, np.eye(3)[[action, action]], pushed) for action in range(3)]
    expected = sum(shares[:, action, None, None] * single[action] for action in range(3))
    np.testing.assert_allclose(recurrent.moved(stack, shares, pushed), expected, atol=1e-6)


def test_an_lstm_is_that_of_the_textbook():
    """Gate by gate, with a loop over the places."""
    weights = recurrent.init(jax.random.key(1), kind="lstm", tokens=5, width=3)
    row = np.array([0, 3, 1, 4])
    output, total, outputs = np.zeros(3), np.zeros(3), []
    for token in row:
        sums = weights["embedding"][token] + weights["bias"] + output @ weights["recurrent"]
        keep, write, show = (1 / (1 + np.exp(-gate)) for gate in (sums[:3] + 1, sums[3:6], sums[6:9]))
        total = keep * total + write * np.tanh(sums[9:])
        output = show * np.tanh(total)
        outputs.append(output)
    expected = np.array(outputs) @ weights["unembedding"]
    np.testing.assert_allclose(recurrent.logits(weights, row[None], "lstm")[0], expected, atol=1e-5)


@pytest.mark.parametrize("network", memory.STEPS)
def test_nothing_looks_ahead(network):
    """What stands at a place changes what is said there, and nothing before."""
    experiment = memory.Memory("copying", network)
    weights = experiment.init(jax.random.key(0))
    row = np.array([[2, 3, 2, 2, 1, 0, 0, 0]])
    other = row.copy()
    other[0, 4] = 3
    one, two = (np.asarray(experiment.logits(weights, rows)) for rows in (row, other))
    np.testing.assert_allclose(one[:, :4], two[:, :4], atol=1e-5)
    assert (np.abs(one - two)[:, 4] > 1e-4).any()


@pytest.mark.parametrize(
    ("task", "due"), [(reversing, "...bba.."), (copying, "...abb.."), (sorting, "...abb.."), (parity, "...e....")]
)
def test_an_answer_is_due_from_the_equals_sign_on(task, due):
    """The string, "=", and blanks; the first token of the answer where the "=" stands."""
    case = next(case for draw in range(100) if "abb" in (case := task.draw({"length": 3}, 1, draw)).prompt.split("\n"))
    names = {"blank": ".", "even": "e"}
    read_, due_ = (
        "".join(names.get(memory.VOCABULARY[number], memory.VOCABULARY[number]) for number in row)
        for row in memory.laid_out(case, 8)
    )
    assert read_ == "abb=...."
    assert due_ == due


def test_the_loss_is_that_of_the_answers():
    """Where no token is due, nothing counts."""
    experiment = memory.Memory("copying", "rnn")
    weights = experiment.init(jax.random.key(0))
    rows, due = np.array([[2, 3, 1, 0, 0]]), np.array([[0, 0, 3, 2, 0]])
    logits = np.asarray(experiment.logits(weights, rows))[0]
    shares = np.exp(logits) / np.exp(logits).sum(axis=-1, keepdims=True)
    expected = -np.log([shares[2, 3], shares[3, 2]]).mean()
    assert float(experiment.loss(weights, rows, due)) == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize("name", LANGUAGES)
def test_no_probed_string_is_trained(name):
    """All lengths are trained, and of those that probes ask other strings than theirs."""
    task = LANGUAGES[name]
    rows = np.vstack([memory.Memory(name, "rnn").batch_at(step)[0] for step in range(40)])
    trained = {"".join(memory.VOCABULARY[number] for number in row if number) for row in rows}
    assert {len(one) - 1 for one in trained} == set(range(1, LONGEST + 1))
    for length in (CONTROL["length"], LONGEST):
        asked = {task.draw({"length": length}, 0, draw).prompt.split("\n")[1] + "=" for draw in range(200)}
        assert not asked & trained


def test_a_tiny_training_makes_a_model(tmp_path):
    """Its loss falls below that of guessing a token, and what it says is what a probe reads."""
    training = Training(memory.Memory("parity", "rnn"), tmp_path, steps=60)
    training.run()
    assert training.log[-1]["loss"] < 0.95 * np.log(len(memory.VOCABULARY))
    case = parity.draw({"length": 30}, 0, 0)
    model = training.experiment.model(training.weights)
    assert read(model([{"role": "user", "content": case.prompt}])) in ("even", "odd")
