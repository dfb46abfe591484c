"""Experiment g: which memory holds at lengths that were not trained? `python memory.py [LANGUAGE] [NETWORK]`.

An RNN, an LSTM, an RNN with a stack and a transformer learn each language of `languages.py` on strings of 1 to 20
letters and are asked about up to ten times as many. After Delétang et al. 2023 (2207.02098): RNNs hold on regular
languages, LSTMs also where counting is enough, a stack where a stack is needed. As there, the string is followed by
blanks, as many as the answer has tokens, so that no answer is fed back and no network has to find out where to end.
"""

import argparse
import functools
import itertools
import json
import re
import tempfile
from pathlib import Path

import decoder
import jax
import jax.numpy as jnp
import numpy as np
import optax
import recurrent
from experiments import PROBED_DRAWS, PROBED_SEED, TRAINED_SEED
from fitting import Fit, fit
from languages import CONTROL, LANGUAGES, LONGEST

from pytest_ood import Case, Curve, Task, answers, measure_curve

HERE = Path(__file__).parent
NETWORKS = ("rnn", "lstm", "stack", "transformer")
VOCABULARY = ("blank", "=", "a", "b", "even", "odd")
NUMBERS = {token: number for number, token in enumerate(VOCABULARY)}
STRING = re.compile(r"^[ab]+$", re.MULTILINE)
# 2 to 10 times the trained lengths, and the longest of these.
ASKED = (LONGEST, 24, 32, 40, 60, 100, 200)
BATCH, RATE = 64, 2e-3
# Where the trained lengths are not learned in so many steps, other first weights are trained four times as long.
STEPS = (3000, 12_000)
LEARNED = 0.99


def init(network: str, seed: int) -> dict[str, jax.Array]:
    """Draw the weights of a network."""
    key = jax.random.key(seed)
    if network == "transformer":
        return decoder.init(key, tokens=len(VOCABULARY), layers=2)
    return recurrent.init(key, kind=network, tokens=len(VOCABULARY))


def logits(network: str, weights: dict[str, jax.Array], rows: jax.Array) -> jax.Array:
    """Return the logits at every place: [rows, places] -> [rows, places, tokens]."""
    return decoder.logits(weights, rows) if network == "transformer" else recurrent.logits(weights, rows, network)


def loss(network: str, weights: dict[str, jax.Array], rows: jax.Array, right: jax.Array) -> jax.Array:
    """Return the mean cross-entropy of the tokens of the answers; at every other place `right` is blank."""
    losses = optax.softmax_cross_entropy_with_integer_labels(logits(network, weights, rows), right)
    return jnp.sum(losses * (right > 0)) / jnp.sum(right > 0)


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


def batch_at(task: Task, step: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the batch of a step: as many strings of each length as of any other.

    Of the lengths that probes ask, their strings are left out.
    """
    first, rows = step * BATCH, []
    for draw in itertools.count(first):
        length = draw % LONGEST + 1
        case = task.draw({"length": length}, TRAINED_SEED, draw)
        if length not in (CONTROL["length"], LONGEST) or case.prompt not in probed(task, length):
            rows.append(laid_out(case, 2 * LONGEST))
        if len(rows) == BATCH:
            break
    read, due = zip(*rows, strict=True)
    return np.array(read), np.array(due)


class Trained:
    """A trained network that answers questions; as a model, a function from messages to text."""

    def __init__(self, network: str, weights: dict[str, jax.Array], single: bool) -> None:
        self.single = single
        self._logits = jax.jit(functools.partial(logits, network, weights))

    def answers(self, questions: list[str], places: int) -> list[str]:
        """Return the answers, an answer to a string of any length that fits into the places."""
        strings = [string_of(question) for question in questions]
        rows = [[*tokens(letters), NUMBERS["="], *[0] * (places - len(letters) - 1)] for letters in strings]
        given = np.asarray(self._logits(np.array(rows))).argmax(axis=-1)
        spans = [(len(letters), len(letters) + (1 if self.single else len(letters))) for letters in strings]
        return [
            "".join(VOCABULARY[number] for number in row[first:last])
            for row, (first, last) in zip(given, spans, strict=True)
        ]

    def __call__(self, messages: list[dict[str, str]]) -> str:
        """Answer the last message."""
        return answers.wrap(self.answers([messages[-1]["content"]], 2 * ASKED[-1])[0])

    def accuracy(self, task: Task, length: int, draws: int = 100) -> float:
        """Return the share of whole answers that are right, of the first draws of the seed of probes."""
        cases = [task.draw({"length": length}, PROBED_SEED, draw) for draw in range(draws)]
        given = self.answers([case.prompt for case in cases], 2 * length)
        return float(np.mean([case.check(answer).correct for case, answer in zip(cases, given, strict=True)]))


def trained(language: str, network: str) -> tuple[Trained, Fit]:
    """Train until the trained lengths are learned, if need be for longer, and return the network and its training."""
    task = LANGUAGES[language]
    for seed, steps in enumerate(STEPS):
        batches = functools.partial(batch_at, task)
        done = fit(functools.partial(loss, network), init(network, seed), batches, steps=steps, rate=RATE)
        model = Trained(network, done.weights, single=language == "parity")
        if model.accuracy(task, CONTROL["length"]) >= LEARNED:
            break
    return model, done


def judged(task: Task, model: Trained) -> Curve:
    """Ask the lengths as a probe would."""
    with tempfile.TemporaryDirectory() as folder:
        return measure_curve(task, model, length=list(ASKED), store=Path(folder) / "memory.db")


def main() -> None:
    """Train and ask what the command line names; what has a result is not trained again."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("languages", nargs="*", default=[*LANGUAGES])
    parser.add_argument("--networks", nargs="*", default=NETWORKS, choices=NETWORKS)
    parser.add_argument("--out", type=Path, default=HERE / "runs" / "memory")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    for language, network in itertools.product(options.languages, options.networks):
        path = options.out / f"{language}-{network}.json"
        if not path.exists():
            print(f"{language}, {network}")
            model, done = trained(language, network)
            task = LANGUAGES[language]
            row = {
                "accuracy": {length: model.accuracy(task, length) for length in (CONTROL["length"], *ASKED)},
                "verdict": judged(task, model).sentence,
                "steps": done.steps,
                "loss": done.loss,
                "seconds": round(done.seconds),
                "peak_gb": round(done.peak_gb, 2),
                "weights": sum(value.size for value in done.weights.values()),
            }
            path.write_text(json.dumps(row, indent=2) + "\n", encoding="utf-8")
        row = json.loads(path.read_text(encoding="utf-8"))
        shares = "  ".join(f"{length}: {share:.2f}" for length, share in row["accuracy"].items())
        print(f"{language:10} {network:12} {shares}  {row['verdict']}  ({row['seconds']} s, {row['peak_gb']} GB)")


if __name__ == "__main__":
    main()
