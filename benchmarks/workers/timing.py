"""How often a second something is done on one core; needs nothing but Python."""

import time
from collections.abc import Callable


def per_second(work: Callable[[int], object], count: int, repeats: int) -> float:
    """Of a few repeats the fastest counts: what else the machine does can only slow them down."""
    fastest = float("inf")
    for _ in range(repeats):
        began = time.process_time()
        for n in range(count):
            work(n)
        fastest = min(fastest, time.process_time() - began)
    return count / fastest
