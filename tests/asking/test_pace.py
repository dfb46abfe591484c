"""The pace that is learnt from refusals, against providers of several kinds, in virtual time."""

import heapq
import itertools
import random
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from pytest_ood.asking.pace import Pace

# The time of a call; whether it is let through.
Provider = Callable[[float], bool]
DRAWS = 120


def bucket(rate: float, burst: int = 1) -> Provider:
    """So many calls a second, and a few saved up."""
    tokens, last = float(burst), 0.0

    def allow(now: float) -> bool:
        nonlocal tokens, last
        tokens, last = min(burst, tokens + (now - last) * rate), now
        allowed = tokens >= 1 - 1e-9
        tokens -= allowed
        return allowed

    return allow


def windows(calls: int, seconds: float) -> Provider:
    """So many calls in each second (or minute) of the clock."""
    used = dict[int, int]()

    def allow(now: float) -> bool:
        window = int(now // seconds)
        used[window] = used.get(window, 0) + 1
        return used[window] <= calls

    return allow


def sliding(calls: int, seconds: float, counts_refused: bool = False) -> Provider:
    """So many calls in any second; some providers count what they refuse as well."""
    times: list[float] = []

    def allow(now: float) -> bool:
        times[:] = [time for time in times if time > now - seconds]
        allowed = len(times) < calls
        if allowed or counts_refused:
            times.append(now)
        return allowed

    return allow


@dataclass
class Ran:
    """What became of a run."""

    seconds: float
    calls: int
    pace: Pace


def run(
    provider: Provider,
    *,
    draws: int = DRAWS,
    after: float | Callable[[float], float] | None = None,
    latency: float = 0.05,
    refused_in: float = 0.01,
) -> Ran:
    """Ask until every draw is answered: one call first, then up to twenty in flight, as the engine does."""
    random.seed(0)
    pace, now, calls, waiting, answered = Pace(0.05, 10.0), 0.0, 0, draws, 0
    in_flight: list[tuple[float, int, bool, float]] = []
    while answered < draws:
        wait = pace.wait(now) if waiting and len(in_flight) < (20 if answered else 1) else None
        if wait is not None and wait <= 1e-9:
            pace.start(now)
            calls, waiting = calls + 1, waiting - 1
            allowed = provider(now)
            heapq.heappush(in_flight, (now + (latency if allowed else refused_in), calls, allowed, now))
            continue
        now = min([*([] if wait is None else [now + wait]), *([in_flight[0][0]] if in_flight else [])])
        while in_flight and in_flight[0][0] <= now:
            _, _, allowed, started = heapq.heappop(in_flight)
            if allowed:
                answered += 1
            else:
                waiting += 1
                pace.refuse(started, now, after(now) if callable(after) else after)
    return Ran(now, calls, pace)


@pytest.mark.parametrize(
    ("make", "after", "most"),
    [
        (lambda: bucket(1), None, 1.2 * 119),
        (lambda: bucket(1), 5.0, 1.3 * 119),
        (lambda: windows(1, 1), None, 1.2 * 119),
        (lambda: windows(1, 1), 5.0, 1.3 * 119),
        (lambda: bucket(5, 5), None, 1.2 * 23),
        (lambda: bucket(5), None, 1.2 * 24),
        (lambda: windows(5, 1), None, 1.2 * 23),
        (lambda: sliding(5, 1), None, 1.2 * 23),
        (lambda: sliding(5, 1, counts_refused=True), None, 1.2 * 23),
        (lambda: bucket(5, 5), 1.0, 1.2 * 23),
        (lambda: bucket(1, 60), None, 1.2 * 60),
    ],
    ids=[
        *("1/s", "1/s, Retry-After 5", "1 in each second", "1 in each second, Retry-After 5", "5/s", "5/s, no burst"),
        *("5 in each second", "5 in any second", "5 in any second, refused ones count", "5/s, Retry-After 1", "60/min"),
    ],
)
def test_a_limit_costs_little(make: Callable[[], Provider], after: float | None, most: float) -> None:
    """At most 1.2 times what a caller needs who knows the limit, and half as many calls again as there are draws.

    Each refusal costs the whole wait that the provider asks for, so one that asks for 5 gaps may cost a little more.
    """
    ran = run(make(), after=after)
    assert ran.seconds <= most
    assert ran.calls <= 1.5 * DRAWS
    assert ran.pace.refusals == ran.calls - DRAWS


def test_a_provider_that_counts_by_the_minute_and_says_when_it_begins_anew() -> None:
    """All that a minute allows is used, in a burst at first and more evenly later."""
    ran = run(windows(60, 60), draws=300, after=lambda now: 60 - now % 60)
    assert ran.seconds <= 1.3 * 240
    assert ran.calls <= 1.1 * 300


def test_the_gap_is_that_of_the_provider() -> None:
    """In a long run it stays close to it."""
    assert run(bucket(50, 50), draws=2000).pace.gap == pytest.approx(1 / 50, rel=0.1)


def test_slow_refusals_make_no_storm() -> None:
    """A call is not followed by others before it could be known to be refused."""
    assert run(bucket(5, 5), refused_in=0.5).calls <= 1.5 * DRAWS


def test_without_a_refusal_nothing_waits() -> None:
    """Nor is there a gap."""
    ran = run(lambda _: True)
    assert (ran.calls, ran.pace.gap, ran.pace.refusals) == (DRAWS, 0.0, 0)
    assert ran.seconds == pytest.approx(0.05 * (1 + (DRAWS - 1 + 19) // 20))


def test_a_limit_that_is_raised_is_found_out() -> None:
    """A faster pace is tried now and then."""
    slow, fast = bucket(2), bucket(20)
    ran = run(lambda now: (slow if now < 30 else fast)(now), draws=600)
    assert ran.seconds < 220, "at the old pace it would be 300"
    assert 0.95 / 20 < ran.pace.gap < 1.4 / 20


def test_all_calls_wait_as_long_as_the_provider_asks() -> None:
    """And a little longer, each process differently."""
    pace = Pace(0.05, 10.0)
    for _ in range(3):
        pace.start(0.0)
    for now in (0.1, 0.2, 0.3):
        pace.refuse(0.0, now, after=5.0)
    assert 5.3 <= 0.3 + pace.wait(0.3) <= 5.3 + 0.26
    waits = set()
    for _ in range(5):
        other = Pace(0.05, 10.0)
        other.start(0.0)
        other.refuse(0.0, 0.0, after=5.0)
        waits.add(other.wait(0.0))
    assert len(waits) == 5


def test_pauses_grow_to_the_longest() -> None:
    """While a provider refuses everything, it is asked less and less often."""
    pace, now = Pace(0.05, 10.0), 0.0
    pauses = []
    for _ in range(20):
        pace.start(now)
        pace.refuse(now, now)
        pauses.append(pace.wait(now))
        now += pauses[-1]
    assert pauses[0] <= 0.055
    assert all(later > earlier for earlier, later in itertools.pairwise(pauses[:12]))
    assert 9.0 <= pauses[-1] <= 11.0
