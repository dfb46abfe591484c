"""Experiment h's own tests, in the laboratory's environment. Where there is no JAX, nothing is collected."""

import itertools

import numpy as np
import pytest

jax = pytest.importorskip("jax")

import decoder  # noqa: E402 -- needs JAX, as the next one does
import reward  # noqa: E402

TOKENS = len(reward.READER.vocabulary)
CASE = reward.cases(8, 0, 0, 1)[0]


def numbers(text):
    """Return the numbers of the tokens of an answer with its end."""
    return np.array([reward.NUMBERS[token] for token in [*text, "end"]])


@pytest.fixture
def batch():
    """A tiny decoder and four answers that it might have sampled, of different lengths."""
    random = np.random.default_rng(1)
    weights = decoder.init(jax.random.key(1), tokens=TOKENS, width=8, layers=1)
    rows = random.integers(0, TOKENS, (4, 9))
    given = np.arange(4) < np.array([[4], [2], [3], [4]])
    before = np.asarray(reward.log_probabilities(weights, rows, 4))
    return weights, rows, given, before, np.array([1.5, -0.5, -1.5, 0.5])


def test_the_verifier_is_the_reward():
    """A right answer that ends is worth 1; one that is wrong, or does not end, nothing."""
    wrong = CASE.answer[::-1] if CASE.answer != CASE.answer[::-1] else CASE.lures["copied"]
    assert reward.reward(CASE, numbers(CASE.answer)) == 1
    assert reward.reward(CASE, numbers(wrong)) == 0
    assert reward.reward(CASE, numbers(CASE.answer)[:-1]) == 0


def test_advantages_are_those_within_a_group():
    """In standard deviations from the group's mean; where all are alike, none has any."""
    found = reward.advantages(np.array([1, 0, 0, 0, 1, 1, 1, 1, 0, 0, 0, 0]), 4)
    np.testing.assert_allclose(found[:4], [3**0.5, *[-(3**-0.5)] * 3], rtol=1e-3)
    np.testing.assert_array_equal(found[4:], 0)


def test_the_gradient_is_that_of_finite_differences(batch):
    """Away from the base, where some answers are clipped and some are not."""
    weights, rows, given, before, advantage = batch
    with jax.enable_x64(True):
        moved = {
            name: np.asarray(value, np.float64) + 0.05 * np.random.default_rng(2).normal(size=value.shape)
            for name, value in weights.items()
        }
        ratios = np.exp(reward.log_probabilities(moved, rows, 4) - before)
        assert (ratios > 1 + reward.CLIP).any() or (ratios < 1 - reward.CLIP).any()
        slope = jax.grad(reward.loss)(moved, rows, given, before, advantage)
        for name in ("embedding", "unembedding", "query", "up"):
            aside = np.random.default_rng(3).normal(size=moved[name].shape)
            ahead, behind = (
                float(reward.loss({**moved, name: moved[name] + step * aside}, rows, given, before, advantage))
                for step in (1e-6, -1e-6)
            )
            assert float(np.sum(slope[name] * aside)) == pytest.approx((ahead - behind) / 2e-6, rel=1e-4, abs=1e-8)


def test_at_the_base_the_gradient_is_the_plain_policy_gradient(batch):
    """That of the log-probabilities of the answers, each weighted by its advantage."""
    weights, rows, given, before, advantage = batch

    def plain(weights):
        chances = reward.log_probabilities(weights, rows, 4)
        return -(advantage * (chances * given).sum(axis=1) / given.sum(axis=1)).mean()

    found = jax.grad(reward.loss)(weights, rows, given, before, advantage)
    for name, value in jax.grad(plain)(weights).items():
        np.testing.assert_allclose(found[name], value, atol=1e-5)


def test_an_answer_that_is_far_likelier_already_gains_nothing(batch):
    """A good one beyond the clip has no slope; a bad one that became likelier still has."""
    weights, rows, given, before, _ = batch
    for advantage, is_flat in ((1.0, True), (-1.0, False)):
        slope = jax.grad(reward.loss)(weights, rows, given, before - 1, np.full(4, advantage))
        assert all(bool((np.abs(one) < 1e-9).all()) for one in slope.values()) == is_flat


def test_answers_are_drawn_with_the_probabilities_of_the_model():
    """The first token of 4,000 answers to one question, each within four standard errors."""
    weights = decoder.init(jax.random.key(1), tokens=TOKENS, width=16, layers=1)
    sampled = reward.answered(weights, [CASE], 4000, np.random.default_rng(1))
    question = sampled.rows[:1, :10]
    shares = np.asarray(jax.nn.softmax(decoder.logits(weights, question)[0, -1]))
    found = np.bincount(sampled.rows[:, 10], minlength=TOKENS) / 4000
    assert (np.abs(found - shares) < 4 * np.sqrt(shares * (1 - shares) / 4000)).all()
    ends = (sampled.rows[:, 10:] == reward.NUMBERS["end"]) & sampled.given
    assert (ends.sum(axis=1) <= 1).all()
    assert ends.any()


def test_no_probed_question_is_rewarded():
    """Of narrow rings there are few rows, so that the two seeds draw the same ones."""
    probed = {case.prompt for case in reward.cases(8, 0, 0, 200)}
    drawn = {case.prompt for case in reward.cases(8, reward.REWARDED_SEED, 0, 300)}
    rewarded = {case.prompt for case in itertools.islice(reward.unprobed(8), 100)}
    assert drawn & probed
    assert rewarded
    assert not rewarded & probed


def test_without_a_right_answer_nothing_moves():
    """Of fresh weights no answer is right, and reward alone leaves them as they are."""
    weights = decoder.init(jax.random.key(0), tokens=TOKENS)
    for after in reward.rewarded(weights, (16,), steps=2):
        assert all((after[name] == value).all() for name, value in weights.items())
