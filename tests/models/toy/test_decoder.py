"""The networks in NumPy, against what JAX gave and against themselves."""

import json

import numpy as np
import pytest

from pytest_ood.models.toy.decoder import Cache, Decoder
from pytest_ood.models.toy.model import DATA
from pytest_ood.models.toy.weights import Card

TOYS = sorted(path.stem for path in DATA.glob("*.json"))


def random_decoder(*, learned: bool) -> Decoder:
    """A decoder of 2 layers whose weights are drawn."""
    rng = np.random.default_rng(3)

    def drawn(*shape: int) -> np.ndarray:
        return rng.normal(0, 0.4, shape).astype(np.float32)

    weights = {
        "embedding": drawn(7, 16),
        **{name: drawn(2, 16, 16) for name in ("query", "key", "value", "output")},
        "up": drawn(2, 16, 64),
        "down": drawn(2, 64, 16),
        "attention_norm": drawn(2, 16),
        "feed_norm": drawn(2, 16),
        "norm": drawn(16),
        "unembedding": drawn(16, 7),
    }
    return Decoder({**weights, "position": drawn(30, 16)} if learned else weights, heads=2)


@pytest.mark.parametrize("name", TOYS)
def test_the_logits_are_those_of_jax(name: str) -> None:
    """To 1e-4, on the question that the card keeps."""
    card = Card.read(DATA / f"{name}.json")
    reference = json.loads(card.path.read_text(encoding="utf-8"))["reference"]
    logits = card.load().logits(np.array([reference["tokens"]]))[0]
    answered = logits[-1] if card.network == "decoder" else logits[0]
    assert len(reference["logits"]) == len(answered)
    np.testing.assert_allclose(answered, reference["logits"], atol=1e-4)


@pytest.mark.parametrize("learned", [False, True])
def test_a_cache_changes_nothing(learned: bool) -> None:
    """Token by token, or all at once."""
    decoder, cache = random_decoder(learned=learned), Cache(2)
    tokens = np.random.default_rng(5).integers(0, 7, (3, 12))
    parts = [decoder.logits(tokens[:, :5], cache)]
    parts += [decoder.logits(tokens[:, place : place + 1], cache) for place in range(5, 12)]
    np.testing.assert_allclose(np.concatenate(parts, axis=1), decoder.logits(tokens), atol=1e-4)


@pytest.mark.parametrize("learned", [False, True])
def test_order_matters(learned: bool) -> None:
    """Both kinds of positions tell a sequence from the same tokens in another order."""
    decoder = random_decoder(learned=learned)
    one, other = (decoder.logits(np.array([row]))[0, -1] for row in ([1, 2, 3, 4], [3, 2, 1, 4]))
    assert np.abs(one - other).max() > 0.01


def test_later_tokens_do_not_change_earlier_logits() -> None:
    """Nothing looks ahead."""
    decoder = random_decoder(learned=False)
    one, other = decoder.logits(np.array([[1, 2, 3, 4]])), decoder.logits(np.array([[1, 2, 6, 0]]))
    np.testing.assert_allclose(one[:, :2], other[:, :2], atol=1e-5)


def test_a_continuation_is_what_is_likeliest_at_each_place() -> None:
    """Of every row of a batch, up to its end or to as many tokens as are allowed."""
    decoder = random_decoder(learned=False)
    prompts = np.random.default_rng(8).integers(1, 7, (6, 4))
    rows = decoder.continued(prompts, end=0, most=9)
    assert {len(row) for row in rows} != {9}
    for prompt, row in zip(prompts.tolist(), rows, strict=True):
        expected: list[int] = []
        while len(expected) < 9 and 0 not in expected:
            expected.append(int(decoder.logits(np.array([prompt + expected]))[0, -1].argmax()))
        assert row == expected
