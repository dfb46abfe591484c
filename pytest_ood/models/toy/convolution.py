"""A convolution over a ring of cells in NumPy: what `examples/training` trains with JAX."""

import numpy as np

from pytest_ood.models.toy.decoder import Floats, Tokens, Weights


class Convolution:
    """Layers that look at a cell and its neighbours, wherever in the row they are: locality is built in.

    Args:
        weights: `embedding` [tokens, width], `kernel` [layers, span, width, width] and `unembedding` [width, tokens];
            a layer looks at `span` cells, the cell itself in the middle.
    """

    def __init__(self, weights: Weights) -> None:
        self._weights = weights

    def logits(self, prompts: Tokens) -> Floats:
        """Return the logits of the new value of every cell.

        Args:
            prompts: [rows, places]: a rule, the cells, and the token that ends a question.

        Returns:
            [rows, cells, tokens of the vocabulary].
        """
        weights = self._weights
        state: Floats = weights["embedding"][prompts[:, 1:-1]] + weights["embedding"][prompts[:, :1]]
        reach = weights["kernel"].shape[1] // 2
        for kernel in weights["kernel"]:
            seen = np.concatenate([np.roll(state, -offset, axis=1) for offset in range(-reach, reach + 1)], axis=-1)
            state = state + np.maximum(seen @ kernel.reshape(-1, kernel.shape[-1]), np.float32(0))
        logits: Floats = state @ weights["unembedding"]
        return logits

    def continued(self, prompts: Tokens, end: int, most: int) -> list[list[int]]:
        """Return the likeliest new value of every cell; all are found at once, so that an answer always ends."""
        del most
        return [[*row, end] for row in self.logits(prompts).argmax(axis=-1).tolist()]
