"""A task of one's own: telling the time on a day that is not 24 hours long."""

import numpy as np

from pytest_ood import Case, task


@task(control={"hours": 24}, family="operator swap")
def later(rng: np.random.Generator, hours: int) -> Case:
    """What does the clock show some hours later? Familiar: the day has 24 hours. Shifted: it has another number.

    Both twins start at the same time and wait equally long, past midnight on either clock, so that every hour is as
    likely as any other. Lure `earth_clock`: the time on a day of 24 hours. Lure `no_wrap`: the sum, as if there were no
    midnight.
    """
    if not 13 <= hours <= 24:
        raise ValueError(f"hours={hours}: a day here has 13 to 24 hours")
    start = int(rng.integers(1, 13))
    wait = int(rng.integers(24, 96))
    answer = (start + wait) % hours
    prompt = (
        f"On this planet a day has {hours} hours; the clock runs from 0 to {hours - 1} and then starts again at 0."
        f" It is {start} o'clock. What does the clock show {wait} hours later? Give the number only."
    )
    # On a day of 24 hours the first lure is the answer; a lure that is the answer is dropped.
    lures = {"earth_clock": str((start + wait) % 24), "no_wrap": str(start + wait)}
    return Case(prompt, answer=str(answer), lures=lures, chance=1 / hours)
