"""Measure how often per second something runs on one core; needs only Python."""

import time
from collections.abc import Callable


def per_second(work: Callable[[int], object], count: int, repeats: int) -> float:
    """Return the rate of the fastest of a few repeats: other load on the machine can only slow them down.

    No number is passed twice, so that nothing can be remembered: `repeats` times `count` of them.
    """
    fastest = float("inf")
    for repeat in range(repeats):
        began = time.process_time()
        for n in range(repeat * count, (repeat + 1) * count):
            work(n)
        fastest = min(fastest, time.process_time() - began)
    return count / fastest
