"""Experiment h: what does reward add to a model that knows nothing, a little, or much? `python reward.py`.

A decoder is trained on some rows of rule 110, and then by reward alone: it answers each question several times, an
answer that the task's verifier accepts is worth 1 and any other 0, and answers better than those of their group
become likelier. That is group relative policy optimisation (GRPO; Shao et al. 2024, 2402.03300) without its penalty
for leaving the base. Yue et al. 2025 (2504.13837) find that such training sharpens what the base can already do and
adds nothing to it. Here the base is known: what it answers right in none of many samples is asked again after the
reward.
"""

import argparse
import itertools
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import decoder
import jax
import jax.numpy as jnp
import numpy as np
import optax
from experiment import PROBED_DRAWS, PROBED_SEED, Weights
from experiments import automata
from training import Training, peak_gb

from pytest_ood import Case
from pytest_ood.families.grids import elementary_ca
from pytest_ood.models.toy.automata import AutomataReader
from pytest_ood.models.toy.decoder import Cache, Decoder
from pytest_ood.models.toy.reading import END

HERE = Path(__file__).parent
READER = AutomataReader()
NUMBERS = {token: number for number, token in enumerate(READER.vocabulary)}
TAUGHT = (8, 16)
WATCHED = (8, 12, 16, 20)
# Steps of supervised training, each on 64 rows of one of the two widths.
BASES = {"nothing": 0, "little": 100, "much": 200}
# What a base is called, and at which widths it is rewarded.
RUNS = (("nothing", TAUGHT), ("little", TAUGHT), ("much", TAUGHT), ("much", (12,)))
REWARDED_SEED = 2027
QUESTIONS, GROUP, REUSES = 8, 16, 2  # per step: questions, answers to each, and updates by these
STEPS, RATE, CLIP = 800, 3e-4, 0.2
SAMPLES, ASKED = 64, 100  # answers that show what a base can sometimes do, to so many questions
EVERY = 100


class Answers(NamedTuple):
    """Sampled answers.

    Attributes:
        rows: [answers, places], the questions with what was answered.
        given: [answers, places of the answer], whether a token belongs to the answer, its end included.
        reward: [answers], 1 for a right one and 0 for any other.
    """

    rows: np.ndarray
    given: np.ndarray
    reward: np.ndarray


def cases(width: int, seed: int, first: int, count: int) -> list[Case]:
    """Draw cases of rule 110."""
    return [elementary_ca.draw({"rule": 110, "width": width}, seed, draw) for draw in range(first, first + count)]


def unprobed(width: int) -> Iterator[Case]:
    """Yield questions that probes do not ask, without end."""
    probed = {case.prompt for case in cases(width, PROBED_SEED, 0, PROBED_DRAWS)}
    for draw in itertools.count():
        (case,) = cases(width, REWARDED_SEED, draw, 1)
        if case.prompt not in probed:
            yield case


def answered(weights: Weights, asked: Sequence[Case], group: int, rng: np.random.Generator) -> Answers:
    """Let the model answer each question several times, each token drawn with the probability it has."""
    network = Decoder({name: np.asarray(value) for name, value in weights.items()}, decoder.HEADS)
    questions = np.repeat([[NUMBERS[token] for token in READER.read(case.prompt)] for case in asked], group, axis=0)
    cache, tokens, said = Cache(len(weights["query"])), questions, []
    # No right answer is longer than the row and an end.
    for _ in range(len(asked[0].answer) + 1):
        logits = network.logits(tokens, cache)[:, -1]
        tokens = (logits + rng.gumbel(size=logits.shape)).argmax(axis=-1)[:, None]
        said.append(tokens)
    answers = np.hstack(said)
    ended = np.cumsum(answers == NUMBERS[END], axis=1)
    given = (ended == 0) | ((ended == 1) & (answers == NUMBERS[END]))
    rewards = [reward(asked[place // group], row) for place, row in enumerate(answers)]
    return Answers(np.hstack([questions, answers]), given, np.array(rewards))


def reward(case: Case, answer: np.ndarray) -> float:
    """Return 1 if the verifier of the task accepts the answer, which has to end."""
    tokens = [READER.vocabulary[number] for number in answer]
    if END not in tokens:
        return 0.0
    return float(case.check(READER.write(tokens[: tokens.index(END)], case.prompt)).correct)


def advantages(rewards: np.ndarray, group: int) -> np.ndarray:
    """Return how much better each answer is than its group, in standard deviations; 0 where all are alike."""
    groups = rewards.reshape(-1, group)
    return ((groups - groups.mean(axis=1, keepdims=True)) / (groups.std(axis=1, keepdims=True) + 1e-4)).ravel()


def log_probabilities(weights: Weights, rows: jax.Array, places: int) -> jax.Array:
    """Return the log-probability of each of the last tokens of rows: [rows, places of the answer]."""
    logits = decoder.logits(weights, rows[:, :-1])[:, -places:]
    return jnp.take_along_axis(jax.nn.log_softmax(logits), rows[:, -places:, None], axis=-1)[..., 0]


def loss(weights: Weights, rows: jax.Array, given: jax.Array, before: jax.Array, advantage: jax.Array) -> jax.Array:
    """Return the loss of GRPO: minus the mean advantage, weighted by how much likelier an answer has become.

    Beyond `CLIP`, nothing is gained by making a good answer even likelier or a bad one less likely.

    Args:
        weights: of the decoder.
        rows, given: as in `Answers`.
        before: the log-probabilities of the tokens when they were sampled.
        advantage: of each answer.
    """
    ratio = jnp.exp(log_probabilities(weights, rows, given.shape[1]) - before)
    gain = jnp.minimum(ratio * advantage[:, None], jnp.clip(ratio, 1 - CLIP, 1 + CLIP) * advantage[:, None])
    return -jnp.mean(jnp.sum(gain * given, axis=1) / jnp.sum(given, axis=1))


def rewarded(weights: Weights, widths: Sequence[int], steps: int = STEPS) -> Iterator[Weights]:
    """Train by reward alone, and yield the weights after each step."""
    optimizer = optax.chain(optax.clip_by_global_norm(1.0), optax.adam(RATE))
    state, rng = optimizer.init(weights), np.random.default_rng(REWARDED_SEED)
    before = jax.jit(log_probabilities, static_argnums=2)

    @jax.jit
    def update(weights, state, *batch):
        change, state = optimizer.update(jax.grad(loss)(weights, *batch), state, weights)
        return optax.apply_updates(weights, change), state

    questions = [unprobed(width) for width in widths]
    for step in range(steps):
        asked = list(itertools.islice(questions[step % len(widths)], QUESTIONS))
        rows, given, rewards = answered(weights, asked, GROUP, rng)
        # Where all answers to each question are worth the same, nothing can be learned.
        if (advantage := advantages(rewards, GROUP)).any():
            sampled = before(weights, rows, given.shape[1])
            for _ in range(REUSES):
                weights, state = update(weights, state, rows, given, sampled, advantage)
        yield weights


def right(weights: Weights, width: int) -> np.ndarray:
    """Return which of the probed questions are answered right, always taking the likeliest token: [questions]."""
    network = Decoder({name: np.asarray(value) for name, value in weights.items()}, decoder.HEADS)
    asked = cases(width, PROBED_SEED, 0, ASKED)
    questions = np.array([[NUMBERS[token] for token in READER.read(case.prompt)] for case in asked])
    given = network.continued(questions, end=NUMBERS[END], most=2 * width)
    return np.array([reward(case, row) for case, row in zip(asked, given, strict=True)]) > 0


def sometimes(weights: Weights, width: int) -> np.ndarray:
    """Return which of the probed questions are answered right in at least one of many samples: [questions]."""
    rng, asked = np.random.default_rng(PROBED_SEED), cases(width, PROBED_SEED, 0, ASKED)
    rewards = answered(weights, asked, SAMPLES, rng).reward
    return rewards.reshape(ASKED, SAMPLES).any(axis=1)


def shares(weights: Weights) -> dict[int, float]:
    """Return the share of probed questions that are answered right, by width."""
    return means({width: right(weights, width) for width in WATCHED})


def means(found: Mapping[int, np.ndarray]) -> dict[int, float]:
    """Return the shares of questions, by width."""
    return {width: float(one.mean()) for width, one in found.items()}


def main() -> None:
    """Train the bases, reward each, and print how the accuracy at every width changes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=HERE / "runs" / "reward")
    out = parser.parse_args().out
    for name, widths in RUNS:
        training = Training(automata(TAUGHT, rules=(110,)), out / name, steps=BASES[name] or 1)
        if BASES[name]:
            training.run()
        could = {width: sometimes(training.weights, width) for width in WATCHED}
        print(f"{name}, rewarded at {widths}; right in one of {SAMPLES} samples: {means(could)}")
        print("step     0 ", shares(training.weights))
        begun = time.perf_counter()
        for step, weights in enumerate(rewarded(training.weights, widths), 1):
            if step % EVERY == 0:
                print(f"step {step:5} ", shares(weights), flush=True)
        seconds = time.perf_counter() - begun
        print(f"right in one of {SAMPLES} samples: {means({width: sometimes(weights, width) for width in WATCHED})}")
        for width, sometimes_ in could.items():
            now = right(weights, width)
            print(
                f"width {width}: never right before {(~sometimes_).sum()}, of these right now {now[~sometimes_].sum()}"
            )
        print(f"({training.seconds:.0f} s for the base, {seconds:.0f} s for the reward, {peak_gb():.2f} GB)")


if __name__ == "__main__":
    main()
