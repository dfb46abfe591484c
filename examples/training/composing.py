"""Experiment e, second part: are two known rules applied in a row when the pair is new? `python composing.py`.

A decoder learns what a word becomes under each of twelve rules, and under pairs of ten of them, of which every fifth
pair is held out. Inside the grammar are the held-out pairs: both rules were composed with others, in both places.
Outside are pairs with one of the two rules that were only ever seen alone, and three rules in a row. Rules and words
are those of the task `symbols.rule_composition`. After Lake & Baroni 2018 (1711.00350): networks mix and match what is
near their training, and fail on a verb that they have only seen alone.
"""

import argparse
import functools
import itertools
import re
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import decoder
import jax
import jax.numpy as jnp
import numpy as np
import optax
from experiment import PROBED_DRAWS, PROBED_SEED, TRAINED_SEED, Weights
from training import Training, spent

from pytest_ood import Case, Message, answers, measure, task
from pytest_ood.drawing import choice
from pytest_ood.families.operators.rule_composition import EXAMPLE_SHAPES, invented_word
from pytest_ood.families.operators.word_rules import LIBRARY, stages
from pytest_ood.models.toy.decoder import Decoder

HERE = Path(__file__).parent
# The last two of the library are seen alone, and never in a pair.
*COMPOSED, _, _ = LIBRARY
ALONE = [rule for rule in LIBRARY if rule not in COMPOSED]
PAIRS = list(itertools.permutations(COMPOSED, 2))
# Spread over the square of all pairs, so that each rule is first in a trained pair, and last in another.
HELD_OUT = [(one, other) for one, other in PAIRS if (COMPOSED.index(one) + COMPOSED.index(other)) % 5 == 0]
APPLIED = {
    "one rule": [(rule,) for rule in LIBRARY],
    "trained pair": [pair for pair in PAIRS if pair not in HELD_OUT],
    "held-out pair": HELD_OUT,
    "pair with a rule seen alone": [*itertools.product(ALONE, COMPOSED), *itertools.product(COMPOSED, ALONE)],
    "three rules": list(itertools.permutations(COMPOSED, 3)),
}
TRAINED = ("one rule", "trained pair")
VOCABULARY = ("end", "=", ",", *"abcdefghijklmnopqrstuvwxyz", *LIBRARY)
NUMBERS = {token: number for number, token in enumerate(VOCABULARY)}
ASKED = re.compile(r"^Apply (.+) to the word ([a-z]+)\.")
# Two rules, a word, an equals sign, two words with what divides them, and the end; a word has at most nine letters.
PLACES = 31


@task(
    control={"applied": "trained pair"}, name="laboratory.composing", family="examples", declared=("prompt", "answer")
)
def composing(rng: np.random.Generator, *, applied: str = "held-out pair") -> Case:
    """What a word becomes under rules that are called by their names.

    Moves: which rules are applied, and whether they were ever applied together.
    Matched: the word.
    Lures: `first_only`, what the first rule makes of the word; `last_only`, what the last one does.

    Args:
        applied: one of the names in `APPLIED`.
    """
    word = invented_word(rng, choice(rng, EXAMPLE_SHAPES))
    names = choice(rng, APPLIED[applied])
    steps = stages(word, [LIBRARY[name] for name in names])
    lures = {"first_only": steps[1], "last_only": LIBRARY[names[-1]](word)}
    return Case(
        f"Apply {', then '.join(names)} to the word {word}. Give the resulting word.",
        steps[-1],
        lures={name: wrong for name, wrong in lures.items() if wrong != steps[-1] and len(names) > 1},
        input=word,
    )


def tokens(question: str) -> list[int]:
    """Return the numbers of the tokens of a question: rules, letters, "="."""
    names, word = ASKED.findall(question)[0]
    return [NUMBERS[token] for token in (*names.split(", then "), *word, "=")]


def said(question: str, written_out: bool) -> list[int]:
    """Return the numbers of the tokens of a right answer: the last word, or the word after each rule."""
    names, word = ASKED.findall(question)[0]
    words = stages(word, [LIBRARY[name] for name in names.split(", then ")])[1:]
    return [NUMBERS[token] for token in (*",".join(words if written_out else words[-1:]), "end")]


PROBED = {
    kind: frozenset(composing.draw({"applied": kind}, PROBED_SEED, draw).prompt for draw in range(PROBED_DRAWS))
    for kind in TRAINED
}


@dataclass(frozen=True)
class Composing:
    """A decoder that learns rules and pairs of them.

    Attributes:
        written_out: whether it writes the word after each rule, and not only the last one.
        steps: how many steps the training takes.
        rate: the highest learning rate.
        batch: questions per step, a third of which are about one rule.
    """

    written_out: bool = False
    steps: int = 5000
    rate: float = 2e-3
    batch: int = 64

    def init(self, key: jax.Array) -> Weights:
        """Draw the first weights."""
        return decoder.init(key, tokens=len(VOCABULARY))

    def batch_at(self, step: int) -> tuple[np.ndarray, np.ndarray]:
        """Return the questions of a step with their answers, filled up with ends, and where the answers stand."""
        rows, due = np.zeros((self.batch, PLACES), int), np.zeros((self.batch, PLACES), bool)
        drawn = (
            (kind, composing.draw({"applied": kind}, TRAINED_SEED, draw))
            for draw in itertools.count(step * self.batch)
            for kind in [TRAINED[draw % 3 > 0]]
        )
        kept = (case for kind, case in drawn if case.prompt not in PROBED[kind])
        for place, case in enumerate(itertools.islice(kept, self.batch)):
            asked = tokens(case.prompt)
            answer = said(case.prompt, self.written_out)
            rows[place, : len(asked) + len(answer)] = asked + answer
            due[place, len(asked) : len(asked) + len(answer)] = True
        return rows, due

    def loss(self, weights: Weights, rows: jax.Array, due: jax.Array) -> jax.Array:
        """Return the mean cross-entropy of the letters of the answers and their ends."""
        losses = optax.softmax_cross_entropy_with_integer_labels(decoder.logits(weights, rows[:, :-1]), rows[:, 1:])
        return jnp.sum(losses * due[:, 1:]) / jnp.sum(due)

    def accuracy(self, weights: Weights) -> dict[str, float]:
        """Return the share of whole words that are right, by what is applied, of 40 draws each."""
        model, found = self.model(weights), {}
        for kind in APPLIED:
            cases = [composing.draw({"applied": kind}, PROBED_SEED, draw) for draw in range(40)]
            given = [answers.read(model([{"role": "user", "content": case.prompt}])) for case in cases]
            found[kind] = sum(one == case.answer for one, case in zip(given, cases, strict=True)) / len(cases)
        return found

    def model(self, weights: Weights) -> Callable[[Sequence[Message]], str]:
        """Return what a probe asks."""
        network = Decoder({name: np.asarray(value) for name, value in weights.items()}, decoder.HEADS)

        def answer(messages: Sequence[Message]) -> str:
            (row,) = network.continued(np.array([tokens(messages[-1]["content"])]), end=0, most=2 * PLACES)
            return answers.wrap("".join(VOCABULARY[number] for number in row if number).rpartition(",")[2])

        return answer


def main() -> None:
    """Train, ask, and print a row for each kind of question: first at once, then with every word written out."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=HERE / "runs" / "composing")
    out = parser.parse_args().out
    for name, experiment in (("at_once", Composing()), ("written_out", Composing(written_out=True))):
        training = Training(experiment, out / name)
        training.run()
        model = experiment.model(training.weights)
        print(name, spent(training))
        for kind in APPLIED:
            with tempfile.TemporaryDirectory() as folder:
                ask = functools.partial(measure, composing, model, applied=kind)
                # The share is that of 200 draws; the verdict that of a probe, which ends when it is sure.
                _, arm = ask(samples=200, store=Path(folder) / "shares.db").arms[-1]
                verdict = ask(store=Path(folder) / "verdicts.db").verdict
            print(f"{kind:28} {arm.correct / arm.n:.3f}  {verdict.name.lower():10} {dict(arm.lures)}")


if __name__ == "__main__":
    main()
