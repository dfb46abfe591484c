"""A task of your own: telling the time on a planet whose day is not 24 hours long."""

import numpy as np

from pytest_ood import Case, task


@task(control={"hours": 24}, family="operator swap")
def later(rng: np.random.Generator, hours: int) -> Case:
    """What does the clock show some hours later? Familiar: the day has 24 hours. Shifted: it has fewer.

    Both twins start at the same time and wait equally long, past midnight on either clock, so that every hour is
    equally likely. Lure `earth_clock`: the time on a 24-hour clock. Lure `no_wrap`: the sum, as if there were no
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
    # On a 24-hour clock the first lure is the answer; a lure that equals the answer is dropped.
    lures = {"earth_clock": str((start + wait) % 24), "no_wrap": str(start + wait)}
    return Case(prompt, answer=str(answer), lures=lures, chance=1 / hours)
