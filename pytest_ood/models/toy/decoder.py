"""A small decoder in NumPy: what `examples/training` trains with JAX, run with a cache of keys and values."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Weights = Mapping[str, Floats]
Tokens = NDArray[np.intp]
EPSILON = 1e-6
LONGEST_WAVE = 10_000.0


class Decoder:
    """A stack of attention and feed-forward layers that continues rows of tokens, many at a time.

    Args:
        weights: `embedding` [tokens, width]; for each layer, along the first axis, `query`, `key`, `value`, `output`
            [layers, width, width], `up` [layers, width, hidden], `down` [layers, hidden, width] and the scales
            `attention_norm`, `feed_norm` [layers, width]; `norm` [width]; `unembedding` [width, tokens]; and with
            learned positions `position` [positions, width]. Without them, positions are rotary.
        heads: how many heads share the width.
    """

    def __init__(self, weights: Weights, heads: int) -> None:
        self._weights, self._heads = weights, heads
        self._layers = len(weights["query"])
        self._width = weights["embedding"].shape[1]

    def logits(self, tokens: Tokens, cache: "Cache | None" = None) -> Floats:
        """Return the logits of the next token at every place.

        Args:
            tokens: [rows, places], appended to what the cache holds.
            cache: the keys and values of the places before; it is extended by those of `tokens`.

        Returns:
            [rows, places, tokens of the vocabulary].
        """
        weights, cache = self._weights, Cache(self._layers) if cache is None else cache
        places = np.arange(cache.places, cache.places + tokens.shape[1])
        state = weights["embedding"][tokens]
        if "position" in weights:
            state = state + weights["position"][places]
        for layer in range(self._layers):
            scaled = _normalized(state, weights["attention_norm"][layer])
            state = state + self._attend(scaled, layer, places, cache) @ weights["output"][layer]
            hidden = np.maximum(_normalized(state, weights["feed_norm"][layer]) @ weights["up"][layer], 0)
            state = state + hidden @ weights["down"][layer]
        logits: Floats = _normalized(state, weights["norm"]) @ weights["unembedding"]
        return logits

    def _attend(self, state: Floats, layer: int, places: NDArray[np.intp], cache: "Cache") -> Floats:
        rows, fresh, width = state.shape
        query, key, value = (
            (state @ self._weights[name][layer]).reshape(rows, fresh, self._heads, -1).swapaxes(1, 2)
            for name in ("query", "key", "value")
        )
        if "position" not in self._weights:
            query, key = _rotated(query, places), _rotated(key, places)
        key, value = cache.extend(layer, key, value)
        scores = query @ key.swapaxes(2, 3) / np.float32(np.sqrt(width // self._heads))
        if fresh > 1:
            scores = np.where(places[:, None] >= np.arange(key.shape[2]), scores, np.float32(-1e9))
        shares = np.exp(scores - scores.max(axis=-1, keepdims=True))
        shares /= shares.sum(axis=-1, keepdims=True)
        seen: Floats = (shares @ value).swapaxes(1, 2).reshape(rows, fresh, width)
        return seen

    def continued(self, prompts: Tokens, end: int, most: int) -> list[list[int]]:
        """Return what follows each prompt, always taking the likeliest token.

        Args:
            prompts: [rows, places], all of one length.
            end: the token that ends an answer.
            most: how many tokens an answer may have, with its end; learned positions may allow fewer.

        Returns:
            The tokens up to the first end, which is included. An answer that has none was cut off.
        """
        if "position" in self._weights:
            most = min(most, len(self._weights["position"]) - prompts.shape[1])
        cache, answers = Cache(self._layers), list[NDArray[np.intp]]()
        tokens, is_over = prompts, np.zeros(len(prompts), bool)
        while len(answers) < most and not is_over.all():
            likeliest = self.logits(tokens, cache)[:, -1].argmax(axis=-1)
            answers.append(likeliest)
            is_over |= likeliest == end
            tokens = likeliest[:, None]
        rows = np.stack(answers, axis=1).tolist()
        return [row[: row.index(end) + 1] if end in row else row for row in rows]


class Cache:
    """The keys and values of all places so far, by layer: [rows, heads, places, width of a head]."""

    def __init__(self, layers: int) -> None:
        self._pairs: list[tuple[Floats, Floats] | None] = [None] * layers

    @property
    def places(self) -> int:
        """How many places all layers hold."""
        last = self._pairs[-1]
        return 0 if last is None else last[0].shape[2]

    def extend(self, layer: int, key: Floats, value: Floats) -> tuple[Floats, Floats]:
        """Append to a layer and return all that it holds."""
        before = self._pairs[layer]
        if before is not None:
            key, value = np.concatenate([before[0], key], axis=2), np.concatenate([before[1], value], axis=2)
        self._pairs[layer] = key, value
        return key, value


def _normalized(state: Floats, scale: Floats) -> Floats:
    scaled: Floats = state / np.sqrt(np.mean(state**2, axis=-1, keepdims=True) + EPSILON) * scale
    return scaled


def _rotated(states: Floats, places: NDArray[np.intp]) -> Floats:
    """Turn each pair of numbers by an angle that grows with the place, so that scores depend on distances."""
    half = states.shape[-1] // 2
    angles = places[:, None] * LONGEST_WAVE ** (-np.arange(half) / half)
    cosine, sine = np.cos(angles).astype(np.float32), np.sin(angles).astype(np.float32)
    one, other = states[..., :half], states[..., half:]
    turned: Floats = np.concatenate([one * cosine - other * sine, one * sine + other * cosine], axis=-1)
    return turned
