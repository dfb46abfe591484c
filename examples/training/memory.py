"""Experiment g: which memory holds at lengths that were not trained? `python memory.py [LANGUAGE]`.

An RNN, an LSTM, an RNN with a stack and a transformer learn each language of `languages.py` on strings of 1 to 20
letters and are asked about up to ten times as many. After Delétang et al. 2023 (2207.02098): RNNs hold on regular
languages, LSTMs also where counting is enough, a stack where a stack is needed. As there, the string is followed by
blanks, as many as the answer has tokens, so that no answer is fed back and no network has to find out where to end.
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
import recurrent
from experiment import PROBED_DRAWS, PROBED_SEED, TRAINED_SEED, Weights
from languages import CONTROL, LANGUAGES, LONGEST
from training import Training, spent

from pytest_ood import Case, Message, Task, answers, measure_curve

HERE = Path(__file__).parent
# A step of the transformer takes several times as long.
STEPS = {"rnn": 6000, "lstm": 6000, "stack": 6000, "transformer": 3000}
VOCABULARY = ("blank", "=", "a", "b", "even", "odd")
NUMBERS = {token: number for number, token in enumerate(VOCABULARY)}
STRING = re.compile(r"^[ab]+$", re.MULTILINE)
# 2 to 10 times the trained lengths, and the longest of these.
ASKED = (LONGEST, 24, 32, 40, 60, 100, 200)


@dataclass(frozen=True)
class Memory:
    """A network that learns a language.

    Attributes:
        language: its name.
        network: "rnn", "lstm", "stack" or "transformer".
        steps: how many steps the training takes.
        rate: the highest learning rate.
        batch: strings per step.
    """

    language: str
    network: str
    steps: int = 6000
    rate: float = 2e-3
    batch: int = 64

    @property
    def task(self) -> Task:
        """What draws the questions."""
        return LANGUAGES[self.language]

    def init(self, key: jax.Array) -> Weights:
        """Draw the first weights."""
        if self.network == "transformer":
            return decoder.init(key, tokens=len(VOCABULARY), layers=2)
        return recurrent.init(key, kind=self.network, tokens=len(VOCABULARY))

    def logits(self, weights: Weights, rows: jax.Array) -> jax.Array:
        """Return the logits at every place: [rows, places] -> [rows, places, tokens]."""
        if self.network == "transformer":
            return decoder.logits(weights, rows)
        return recurrent.logits(weights, rows, self.network)

    def loss(self, weights: Weights, rows: jax.Array, due: jax.Array) -> jax.Array:
        """Return the mean cross-entropy of the tokens of the answers; at every other place a blank is due."""
        losses = optax.softmax_cross_entropy_with_integer_labels(self.logits(weights, rows), due)
        return jnp.sum(losses * (due > 0)) / jnp.sum(due > 0)

    def batch_at(self, step: int) -> tuple[np.ndarray, np.ndarray]:
        """Return what is read in a step, and what is due: as many strings of each length as of any other.

        Of the lengths that probes ask, their strings are left out.
        """
        rows = []
        for draw in itertools.count(step * self.batch):
            length = draw % LONGEST + 1
            case = self.task.draw({"length": length}, TRAINED_SEED, draw)
            if length not in (CONTROL["length"], LONGEST) or case.prompt not in probed(self.task, length):
                rows.append(laid_out(case, 2 * LONGEST))
            if len(rows) == self.batch:
                break
        read, due = zip(*rows, strict=True)
        return np.array(read), np.array(due)

    def answers(self, weights: Weights, questions: Sequence[str], places: int) -> list[str]:
        """Return the answers to questions about strings that fit into the places, as long as these should be."""
        strings = [string_of(question) for question in questions]
        rows = [[*tokens(letters), NUMBERS["="], *[0] * (places - len(letters) - 1)] for letters in strings]
        given = np.asarray(_logits(self, weights, np.array(rows))).argmax(axis=-1)
        lengths = [1 if self.language == "parity" else len(letters) for letters in strings]
        spans = [row[len(one) : len(one) + length] for row, one, length in zip(given, strings, lengths, strict=True)]
        return ["".join(VOCABULARY[number] for number in row) for row in spans]

    def right(self, weights: Weights, length: int, draws: int = 100) -> float:
        """Return the share of whole answers that are right, of the first draws of the seed of probes."""
        cases = [self.task.draw({"length": length}, PROBED_SEED, draw) for draw in range(draws)]
        given = self.answers(weights, [case.prompt for case in cases], 2 * length)
        return float(np.mean([case.check(answer).correct for case, answer in zip(cases, given, strict=True)]))

    def accuracy(self, weights: Weights) -> dict[str, float]:
        """Return the shares of whole answers that are right inside and outside the trained lengths."""
        return {str(length): self.right(weights, length) for length in (CONTROL["length"], 2 * LONGEST)}

    def model(self, weights: Weights) -> Callable[[Sequence[Message]], str]:
        """Return what a probe asks."""

        def answer(messages: Sequence[Message]) -> str:
            return answers.wrap(self.answers(weights, [messages[-1]["content"]], 2 * ASKED[-1])[0])

        return answer


@functools.partial(jax.jit, static_argnums=0)
def _logits(experiment: Memory, weights: Weights, rows: jax.Array) -> jax.Array:
    return experiment.logits(weights, rows)


def tokens(text: str) -> list[int]:
    """Return the numbers of the tokens of a string or an answer."""
    return [NUMBERS[token] for token in ([text] if text in NUMBERS else text)]


def laid_out(case: Case, places: int) -> tuple[list[int], list[int]]:
    """Return what a network reads of a case and what it should say at each place, filled up with blanks.

    The string, then "=", at which the first token of the answer is due, then a blank for each further one.
    """
    asked, due = [*tokens(string_of(case.prompt)), NUMBERS["="]], tokens(case.answer)
    blanks = [0] * (len(asked) - 1)
    return [*asked, *[0] * (places - len(asked))], [*blanks, *due, *[0] * (places - len(blanks) - len(due))]


def string_of(question: str) -> str:
    """Return the string that a question is about."""
    return STRING.findall(question)[0]


@functools.cache
def probed(task: Task, length: int) -> frozenset[str]:
    """Return what is asked by the first draws of the seed of probes."""
    return frozenset(task.draw({"length": length}, PROBED_SEED, draw).prompt for draw in range(PROBED_DRAWS))


def judged(experiment: Memory, weights: Weights) -> str:
    """Ask all lengths as a probe would, and return what it says."""
    with tempfile.TemporaryDirectory() as folder:
        store = Path(folder) / "store.db"
        return measure_curve(experiment.task, experiment.model(weights), length=list(ASKED), store=store).sentence


def main() -> None:
    """Train what the command line names, ask it, and print a row for each."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("languages", nargs="*", metavar="LANGUAGE", default=[*LANGUAGES])
    parser.add_argument("--networks", nargs="*", default=[*STEPS], choices=STEPS)
    parser.add_argument("--out", type=Path, default=HERE / "runs" / "memory")
    options = parser.parse_args()
    for language, network in itertools.product(options.languages, options.networks):
        experiment = Memory(language, network, steps=STEPS[network])
        training = Training(experiment, options.out / f"{language}_{network}")
        training.run()
        shares = "  ".join(f"{length}: {experiment.right(training.weights, length):.2f}" for length in ASKED)
        print(f"{language:10} {network:12} {shares}  {judged(experiment, training.weights)}  {spent(training)}")


if __name__ == "__main__":
    main()
