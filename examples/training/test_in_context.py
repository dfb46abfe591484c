"""Experiment e's own tests, in the laboratory's environment. Where there is no JAX, nothing is collected."""

import numpy as np
import pytest

jax = pytest.importorskip("jax")

import composing  # noqa: E402 -- needs JAX, as the next ones do
import decoder  # noqa: E402
import in_context  # noqa: E402

from pytest_ood.answers import read  # noqa: E402


def test_rules_of_the_training_and_new_ones_are_apart():
    """Each of the 35 is one or the other."""
    assert not set(in_context.RULES["trained"]) & set(in_context.RULES["new"])
    assert len(in_context.RULES["trained"]) + len(in_context.RULES["new"]) == 35


def test_a_label_is_what_most_of_three_places_have():
    """Wherever they are."""
    assert in_context.label((0, 3, 6), "abbbabb") == "b"
    assert in_context.label((0, 3, 6), "abbaaab") == "a"


def test_the_best_guess_knows_what_the_examples_settle():
    """With every string shown it is always right, and with one it is right more often than by chance."""
    for examples, least in ((64, 1.0), (1, 0.6)):
        cases = [in_context.labelled.draw({"examples": examples}, 1, draw) for draw in range(100)]
        given = [read(in_context.best_guess([{"role": "user", "content": case.prompt}])) for case in cases]
        assert np.mean([case.check(answer).correct for case, answer in zip(cases, given, strict=True)]) >= least


def test_the_loss_is_that_of_the_labels():
    """One label after each string, the first without any example."""
    weights = decoder.init(jax.random.key(0), tokens=len(in_context.VOCABULARY), width=16, layers=1)
    experiment = in_context.InContext()
    rows, labels = experiment.batch_at(0)
    assert rows.shape == (experiment.batch, 2 * in_context.MOST + 1)
    assert labels.shape == (experiment.batch, in_context.MOST + 1)
    for row, given in zip(rows[:, :-1], labels[:, :-1], strict=True):
        words = [in_context.VOCABULARY[number] for number in row]
        assert words[1::2] == [word + "ab"[one] for word, one in zip(words[::2], given, strict=True)]
    logits = np.asarray(decoder.logits(weights, rows))[:, :, :2]
    shares = np.exp(logits) / np.exp(logits).sum(axis=-1, keepdims=True)
    losses = [
        -np.log(shares[row, 2 * place, labels[row, place]])
        for row in range(len(rows))
        for place in range(labels.shape[1])
    ]
    assert float(experiment.loss(weights, rows, labels)) == pytest.approx(np.mean(losses), rel=1e-4)


def test_held_out_pairs_are_of_rules_that_are_composed():
    """Each rule is the first of a trained pair, and the last of another; two rules are in none."""
    trained, held_out = (composing.APPLIED[kind] for kind in ("trained pair", "held-out pair"))
    assert not set(trained) & set(held_out)
    for place in (0, 1):
        assert {pair[place] for pair in trained} == {pair[place] for pair in held_out} == set(composing.COMPOSED)
    assert len(composing.ALONE) == 2


@pytest.mark.parametrize("written_out", [False, True])
def test_trained_compositions_are_those_that_are_said(written_out):
    """No held-out pair, no rule that is to be seen alone, and no probed question; answers stand where they are due."""
    for step in range(20):
        rows, due = composing.Composing(written_out).batch_at(step)
        for row, mask in zip(rows.tolist(), due, strict=True):
            asked = row[: row.index(composing.NUMBERS["="])]
            names = [composing.VOCABULARY[number] for number in asked if number >= composing.NUMBERS["z"] + 1]
            word = "".join(composing.VOCABULARY[number] for number in asked[len(names) :])
            assert tuple(names) in composing.APPLIED["trained pair" if len(names) == 2 else "one rule"]
            words = [word]
            for name in names:
                words.append(composing.LIBRARY[name](words[-1]))
            expected = ",".join(words[1:]) if written_out else words[-1]
            said = [composing.VOCABULARY[number] for number, is_due in zip(row, mask, strict=True) if is_due]
            assert said == [*expected, "end"]
            question = f"Apply {', then '.join(names)} to the word {word}. Give the resulting word."
            assert not any(question in questions for questions in composing.PROBED.values())
            assert composing.tokens(question) == row[: row.index(composing.NUMBERS["="]) + 1]
