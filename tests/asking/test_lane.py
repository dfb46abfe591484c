"""One model's questions in virtual time: what may be asked when, what is given up, and what ends the model."""

import asyncio
import re
from collections.abc import Iterator, Sequence

import pytest

from pytest_ood.asking.lane import PATIENCE_S, Lane, Question
from pytest_ood.models.base import CallFailed, ModelError, NoTools, RateLimited, TimedOut, TryAgain
from pytest_ood.models.fake import FakeModel
from pytest_ood.models.request import Request, Tool

NAME = "fake/oracle"


@pytest.fixture(autouse=True)
def _loop() -> Iterator[None]:
    """The promises of questions belong to an event loop, which need not run."""
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    yield
    asyncio.set_event_loop(None)
    loop.close()


def lane(fewest: int = 20, most: int = 200, patience: float = PATIENCE_S, questions: int = 300) -> Lane:
    """A lane with questions of one arm."""
    made = Lane(FakeModel(NAME, {}), fewest, most, patience)
    for draw in range(questions):
        made.put(question(draw))
    return made


def question(draw: int = 0, place: int = 0, tools: Sequence[Tool] = ()) -> Question:
    """A question."""
    return Question(Request(NAME, [], draw=draw, tools=tools), place, asyncio.get_event_loop().create_future())


def fill(one: Lane, now: float) -> list[Question]:
    """Start as many calls as may be started."""
    started = []
    while one.wait(now) == 0:
        started.append(one.take())
        one.start(now)
    return started


def fails(one: Lane, failed: Question, failure: TryAgain, started: float, now: float) -> float | None:
    """A call in flight comes back without an answer."""
    one.end(started)
    return one.fail(failed, failure, started, now)


def answer_all(one: Lane, started: float, latency: float) -> None:
    """All calls in flight come back, one after another."""
    for _ in range(one.in_flight):
        one.succeed(started, started + latency)
        one.end(started)


def test_one_call_until_the_first_answer_then_more_and_more() -> None:
    """From the fewest on, by one for each answer, up to the most."""
    one, now, sizes = lane(), 0.0, []
    for _ in range(6):
        fill(one, now)
        sizes.append(one.in_flight)
        for _ in range(one.in_flight):
            one.succeed(now, now + 1.0)
            one.end(now)
            fill(one, now + 1.0)
        now += 1.0
        for draw in range(300):
            one.put(question(draw))
    assert sizes[0] == 1
    assert sizes[1:] == sorted(sizes[1:])
    assert 20 <= sizes[1] <= 22
    assert sizes[-1] == 200


def test_a_fixed_number_stays() -> None:
    """N is N."""
    one = lane(8, 8)
    for now in range(5):
        fill(one, float(now))
        assert one.in_flight == (8 if now else 1)
        answer_all(one, float(now), 0.5)


def test_no_more_than_the_provider_does_at_once() -> None:
    """Where more in flight only makes each call take longer, there are not more and more of them."""
    one, now = lane(questions=5000), 0.0
    for _ in range(12):
        fill(one, now)
        # As many at a time as four.
        answer_all(one, now, latency=max(1.0, one.in_flight / 4))
        now += 100.0
    fill(one, now)
    assert one.in_flight < 60


def test_nothing_is_asked_while_the_provider_says_to_wait() -> None:
    """Then one call is made after another, at a pace."""
    one = lane()
    fill(one, 0.0)
    answer_all(one, 0.0, 1.0)
    asked = fill(one, 1.0)
    for refused in asked:
        assert fails(one, refused, RateLimited("slow down", 7.0), 1.0, 1.1) == 0.0
        one.put(refused)
    assert (one.state.refusals, one.in_flight) == (len(asked), 0)
    wait = one.wait(1.1)
    assert wait is not None
    assert 7.0 <= wait <= 7.36
    assert len(fill(one, 1.1 + wait)) == 1
    assert one.state.pace is not None
    assert one.wait(1.1 + wait) == pytest.approx(1 / one.state.pace, rel=0.01)


def test_while_a_provider_is_down_one_call_at_a_time_finds_out() -> None:
    """With longer and longer pauses, up to ten seconds; after an answer there are as many as before."""
    one = lane()
    fill(one, 0.0)
    answer_all(one, 0.0, 1.0)
    for failed in fill(one, 1.0):
        fails(one, failed, TryAgain("HTTP 503"), 1.0, 2.0)
        one.put(failed)
    now, pauses = 2.0, []
    for _ in range(8):
        wait = one.wait(now)
        assert wait is not None
        pauses.append(wait)
        now += wait
        (probe,) = fill(one, now)
        fails(one, probe, TryAgain("HTTP 503"), now, now)
        one.put(probe)
    assert 0.37 <= pauses[0] <= 0.63
    assert 7.5 <= pauses[-1] <= 12.5
    now += 12.5
    fill(one, now)
    answer_all(one, now, 1.0)
    assert len(fill(one, now + 1.0)) >= 20


def test_calls_that_hang_since_an_outage_keep_nobody_from_finding_out() -> None:
    """Some calls failed at once, the others get no answer at all."""
    one = lane()
    fill(one, 0.0)
    answer_all(one, 0.0, 1.0)
    for failed in fill(one, 1.0)[:3]:
        fails(one, failed, TryAgain("dropped"), 1.0, 2.0)
        one.put(failed)
    assert one.in_flight == 17
    wait = one.wait(2.0)
    assert wait is not None
    assert 0 < wait < 1
    assert len(fill(one, 2.0 + wait)) == 1


def test_a_wait_asked_for_in_an_outage_holds_whatever_comes_back() -> None:
    """An answer to an earlier call does not shorten it."""
    one = lane()
    fill(one, 0.0)
    answer_all(one, 0.0, 1.0)
    (first, *_) = fill(one, 1.0)
    fails(one, first, TryAgain("HTTP 503", 30.0), 1.0, 2.0)
    answer_all(one, 1.0, 2.0)
    assert 29.0 <= (one.wait(3.0) or 0.0) <= 30.5


def test_a_short_failure_concerns_its_question_only() -> None:
    """Two in a row are no outage: the others go on, and the question waits a little."""
    one = lane()
    fill(one, 0.0)
    answer_all(one, 0.0, 1.0)
    (first, second, *_) = fill(one, 1.0)
    for failed in (first, second):
        pause = fails(one, failed, TryAgain("HTTP 500"), 1.0, 2.0)
        assert pause is not None
        assert 0.37 <= pause <= 0.63
    assert one.wait(2.0) == 0


def test_questions_that_fail_let_others_find_out() -> None:
    """A question that breaks the provider must not be the only one that is tried."""
    one = lane(questions=2)
    poison = one.take()
    for now in range(2):
        one.start(float(now))
        fails(one, poison, TryAgain("HTTP 500"), float(now), float(now))
    one.put(poison)
    assert one.take().request.draw == 1


def test_the_only_question_left_is_given_up_after_two_minutes() -> None:
    """Long enough for an outage, and not the ten minutes that end a model."""
    one = lane(questions=2)
    one.take()
    one.start(0.0)
    answer_all(one, 0.0, 1.0)
    last, now = one.take(), 1.0
    while (delay := one.fail(last, TryAgain("HTTP 500"), now, now)) is not None:
        one.put(last)
        now += max(delay, one.wait(now) or 0.0)
        one.take()
    assert 120 <= now <= 135
    assert last.failures > 6


@pytest.mark.parametrize("failure", [TryAgain("HTTP 503"), RateLimited("slow down")])
def test_patience(failure: TryAgain) -> None:
    """It begins with the first failure after an answer, and ends the model, not only the question."""
    one = lane(patience=60.0)
    fill(one, 0.0)
    answer_all(one, 0.0, 1.0)
    for now in (100.0, 130.0, 159.9):
        one.fail(question(int(now)), failure, now, now)
    with pytest.raises(
        ModelError, match=rf"^{NAME}: no answer in 60 s \(--ood-patience\): {failure}; the same command"
    ):
        one.fail(question(999), failure, 160.0, 160.0)
    one.succeed(160.0, 160.1)
    one.fail(question(1000), failure, 170.0, 170.0)


def test_a_wait_that_is_longer_than_patience_is_not_waited() -> None:
    """Nobody waits for tomorrow."""
    with pytest.raises(ModelError, match=r"asks to wait for 3600 s, longer than --ood-patience \(600 s\): slow down$"):
        lane().fail(question(), RateLimited("slow down", 3600.0), 0.0, 0.0)


def test_a_time_out_is_tried_once_more() -> None:
    """And stops nobody else."""
    one = lane()
    fill(one, 0.0)
    answer_all(one, 0.0, 1.0)
    slow = one.take()
    assert one.fail(slow, TimedOut("no answer in 60 s"), 1.0, 61.0) == 0.0
    assert one.fail(slow, TimedOut("no answer in 60 s"), 61.0, 121.0) is None
    assert one.wait(121.0) == 0


def test_five_refusals_of_the_same_words() -> None:
    """Of three arms, or before the first answer; an answer between them starts the count again."""
    refusal = CallFailed(f"{NAME}: no such parameter", refused=True)
    one = lane()
    one.opened = True
    for draw in range(20):
        one.refuse(question(draw, place=draw % 2), refusal)
    for draw in range(4):
        one.succeed(0.0, 1.0)
        one.refuse(question(draw, place=draw), refusal)
    for draw in range(4):
        one.refuse(question(draw, place=draw), CallFailed(f"{NAME}: {draw} tokens are too many", refused=True))
    one.succeed(0.0, 1.0)
    for draw in range(4):
        one.refuse(question(draw, place=draw), refusal)
    with pytest.raises(ModelError, match=rf"^{re.escape(NAME)}: no such parameter; 5 calls in a row were refused"):
        one.refuse(question(4, place=4), refusal)


def test_the_same_refusal_of_questions_with_tools_is_about_these() -> None:
    """Others may go on."""
    one = lane()
    refusal = CallFailed(f"{NAME}: no", refused=True)
    for draw in range(4):
        one.refuse(question(draw, place=draw, tools=[{}]), refusal)
    with pytest.raises(NoTools):
        one.refuse(question(4, place=4, tools=[{}]), refusal)


def test_less_patience_means_shorter_pauses() -> None:
    """In proportion; more patience does not mean longer ones."""
    pauses = []
    for patience in (60.0, 600.0, 6000.0):
        one = lane(patience=patience)
        fill(one, 0.0)
        answer_all(one, 0.0, 1.0)
        pause = one.fail(question(), TryAgain("HTTP 500"), 1.0, 1.0)
        assert pause is not None
        pauses.append(pause)
    assert 0.037 <= pauses[0] <= 0.063
    assert 0.37 <= min(pauses[1:]) <= max(pauses[1:]) <= 0.63
