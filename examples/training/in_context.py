"""Experiment e, first part: how much is one more example worth? `python in_context.py`.

A decoder reads strings of seven letters with their labels and has to label one more. The rule behind the labels is
another one in every question: the letter that most of three places have. As Garg et al. 2022, "What Can Transformers
Learn In-Context?" (2208.01066), do for linear functions, it is trained on some of the rules and asked about rules of
the family that it never met, and compared with the best that any learner could do. What it gains from an example is
fitted as the package fits curves over `--ood-shots`: the error as a line over the logarithm of their number.
"""

import argparse
import functools
import itertools
import re
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import decoder
import jax
import jax.numpy as jnp
import numpy as np
import optax
from experiment import PROBED_SEED, TRAINED_SEED, Weights
from training import Training, spent

from pytest_ood import Arm, Case, Message, answers, measure_curve, task
from pytest_ood.drawing import bits, choice
from pytest_ood.evidence.family import LINE
from pytest_ood.evidence.ladder import Counts, Ladder, SizePoint
from pytest_ood.evidence.log_law import log_law
from pytest_ood.evidence.misfit import misfit
from pytest_ood.evidence.sampling import Sampling

Answering = Callable[[Sequence[Message]], str]
HERE = Path(__file__).parent
LENGTH = 7
STRINGS = ["".join(letters) for letters in itertools.product("ab", repeat=LENGTH)]
# The labels, which are only ever predicted, the strings, and the strings with their labels.
LABELS = ("a", "b")
VOCABULARY = (*LABELS, *STRINGS, *(letters + label for letters in STRINGS for label in LABELS))
NUMBERS = {token: number for number, token in enumerate(VOCABULARY)}
# A rule is three places. Every fifth is never part of the training.
TRIPLES = list(itertools.combinations(range(LENGTH), 3))
RULES = {
    "trained": [rule for place, rule in enumerate(TRIPLES) if place % 5],
    "new": [rule for place, rule in enumerate(TRIPLES) if place % 5 == 0],
}
EXAMPLE = re.compile(r"^([ab]{7}) -> ([ab])$", re.MULTILINE)
QUESTION = re.compile(r"^([ab]{7}) -> \?$", re.MULTILINE)
MOST = 16  # examples in the training
ASKED = (1, 2, 4, 8, 16, 32)
DRAWS = 200


def label(rule: tuple[int, ...], letters: str) -> str:
    """Return the letter that most of the rule's places have."""
    return "b" if sum(letters[place] == "b" for place in rule) >= 2 else "a"


@task(control={"rules": "trained"}, name="laboratory.in_context", family="examples", size="examples", chance=0.5)
def labelled(rng: np.random.Generator, *, rules: str = "new", examples: int = 4) -> Case:
    """The label of a string, by a rule that is shown by examples.

    Moves: the rule, one of the training or a new one of the same family.
    Matched: how many examples are shown, and their strings.

    Args:
        rules: "trained" or "new".
        examples: how many are shown.
    """
    rule = choice(rng, RULES[rules])
    letters = bits(rng, LENGTH * (examples + 1)).translate({ord("0"): "a", ord("1"): "b"})
    *shown, asked = [letters[first : first + LENGTH] for first in range(0, len(letters), LENGTH)]
    lines = [f"{one} -> {label(rule, one)}" for one in shown] + [f"{asked} -> ?"]
    return Case("One rule gives every string its label. Give the last label.\n" + "\n".join(lines), label(rule, asked))


def tokens(question: str) -> list[int]:
    """Return the numbers of the tokens of a question: a string, the same with its label, the next string, and so on.

    That an example is one token spares a small network the work of putting string and label together.
    """
    shown = [token for letters, label in EXAMPLE.findall(question) for token in (letters, letters + label)]
    return [NUMBERS[token] for token in (*shown, QUESTION.findall(question)[0])]


@dataclass(frozen=True)
class InContext:
    """A decoder that learns to label strings by rules that it has not seen before.

    Attributes:
        steps: how many steps the training takes.
        rate: the highest learning rate.
        batch: questions per step.
    """

    steps: int = 4000
    rate: float = 2e-3
    batch: int = 64

    def init(self, key: jax.Array) -> Weights:
        """Draw the first weights."""
        return decoder.init(key, tokens=len(VOCABULARY))

    def batch_at(self, step: int) -> tuple[np.ndarray, np.ndarray]:
        """Return the questions of a step, all with the most examples [rows, places], and all labels [rows, strings]."""
        params, first = {"rules": "trained", "examples": MOST}, step * self.batch
        cases = [labelled.draw(params, TRAINED_SEED, draw) for draw in range(first, first + self.batch)]
        labels = [[*(label for _, label in EXAMPLE.findall(case.prompt)), case.answer] for case in cases]
        rows = [tokens(case.prompt) for case in cases]
        return np.array(rows), np.array([list(map(LABELS.index, row)) for row in labels])

    def loss(self, weights: Weights, rows: jax.Array, labels: jax.Array) -> jax.Array:
        """Return the mean cross-entropy of all labels: the first string has no example before it, the next one, ..."""
        logits = decoder.logits(weights, rows)[:, ::2, : len(LABELS)]
        return jnp.mean(optax.softmax_cross_entropy_with_integer_labels(logits, labels))

    def accuracy(self, weights: Weights) -> dict[str, float]:
        """Return the shares of labels that are right after the most examples, by trained rules and new ones."""
        found = {}
        for rules in RULES:
            cases = [labelled.draw({"rules": rules, "examples": MOST}, PROBED_SEED, draw) for draw in range(DRAWS)]
            given = _logits(weights, np.array([tokens(case.prompt) for case in cases]))[:, -1, :2].argmax(axis=-1)
            found[rules] = sum(LABELS[one] == case.answer for one, case in zip(given, cases, strict=True)) / DRAWS
        return found

    def model(self, weights: Weights) -> Answering:
        """Return what a probe asks."""

        def answer(messages: Sequence[Message]) -> str:
            row = tokens(messages[-1]["content"])
            # Nothing looks ahead, so that what fills a row up to one length changes nothing.
            filled = np.array([[*row, *[0] * (2 * max(ASKED) + 1 - len(row))]])
            return answers.wrap(VOCABULARY[int(_logits(weights, filled)[0, len(row) - 1, :2].argmax())])

        return answer


@jax.jit
def _logits(weights: Weights, rows: jax.Array) -> jax.Array:
    return decoder.logits(weights, rows)


def best_guess(messages: Sequence[Message]) -> str:
    """Answer as well as anyone can who knows the family: by a vote of all rules that fit the examples."""
    shown, asked = EXAMPLE.findall(messages[-1]["content"]), QUESTION.findall(messages[-1]["content"])[0]
    fitting = [rule for rule in TRIPLES if all(label(rule, one) == given for one, given in shown)]
    votes = [label(rule, asked) for rule in fitting]
    return answers.wrap("b" if 2 * votes.count("b") > len(votes) else "a")


def asked(model: Answering, rules: str) -> dict[int, Arm]:
    """Ask a model with each number of examples."""
    with tempfile.TemporaryDirectory() as folder:
        ask = functools.partial(measure_curve, labelled, model, rules=rules, samples=DRAWS, seed=PROBED_SEED)
        curve = ask(examples=list(ASKED), store=Path(folder) / "store.db")
    return {examples: outcome.arms[-1][1] for examples, outcome in curve}


def law(arms: Mapping[int, Arm]) -> str:
    """Say what each doubling of the examples adds, up to the number that was trained, or that no line fits."""
    points = [
        SizePoint(examples, Counts(arm.correct, arm.n - arm.correct))
        for examples, arm in arms.items()
        if examples <= MOST
    ]
    ladder = Ladder(points, None, Sampling(samples=DRAWS), chance=0.5)
    test, line = misfit(ladder, LINE), log_law(ladder)
    if not test.fits or line is None:
        return f"no line over the logarithm fits (p = {test.p_value:.3f})"
    slope = line.per_doubling
    return f"each doubling adds {slope.median:.3f} [{slope.low:.3f}, {slope.high:.3f}] (p = {test.p_value:.2f})"


def main() -> None:
    """Train, ask, and print a row for the decoder and for the best that anyone could do."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=HERE / "runs" / "in_context")
    training = Training(InContext(), parser.parse_args().out)
    training.run()
    for name, model in (("decoder", InContext().model(training.weights)), ("best possible", best_guess)):
        for rules in RULES:
            arms = asked(model, rules)
            shares = "  ".join(f"{examples}: {arm.correct / arm.n:.3f}" for examples, arm in arms.items())
            print(f"{name:14} {rules:8} {shares}  {law(arms)}")
    print(spent(training))


if __name__ == "__main__":
    main()
