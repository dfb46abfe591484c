"""The only source of randomness: a generator keyed by what names a draw."""

import hashlib
import json

import numpy as np


def generator(task: str, version: int, seed: int, draw: int) -> np.random.Generator:
    """The random generator of one draw, the same on any machine.

    The key is hashed, never added up: with ``seed + draw`` neighbouring seeds would share nearly all their draws.
    Neither the arm nor the parameters enter it, so that a control case and its shifted twin are drawn from the same
    numbers.
    """
    key = json.dumps([task, version, seed, draw], separators=(",", ":"))
    entropy = int.from_bytes(hashlib.sha256(key.encode()).digest(), "big")
    return np.random.Generator(np.random.PCG64(entropy))
