"""The only source of randomness: a generator keyed by task, version, seed and draw."""

import hashlib
from typing import Any

import numpy as np
from numpy.random.bit_generator import ISeedSequence


def generator(task: str, version: int, seed: int, draw: int) -> np.random.Generator:
    """Return the random generator of one draw, the same on any machine.

    The key is hashed, never summed: with ``seed + draw``, neighbouring seeds would share nearly all their draws.
    Neither the arm nor the parameters are part of it, so that a control case and its shifted twin are drawn from the
    same numbers.
    """
    digest = _Digest(hashlib.sha256(f"{task} {version} {seed} {draw}".encode()).digest())
    # The type hints allow only NumPy's own SeedSequence; the documentation allows any ISeedSequence.
    return np.random.Generator(np.random.PCG64(digest))  # type: ignore[arg-type]


class _Digest(ISeedSequence):
    """A SHA-256 digest as the 256-bit state of PCG64: as uniform as NumPy's own hash, in a tenth of the time."""

    def __init__(self, digest: bytes) -> None:
        self._digest = digest

    def generate_state(self, n_words: int, dtype: Any = np.uint32) -> "np.ndarray[Any, Any]":
        """Return the first words of the digest, read the same way on any machine."""
        words = np.frombuffer(self._digest, np.dtype(dtype).newbyteorder("<"), n_words)
        return words.astype(dtype)
