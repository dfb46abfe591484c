"""Histories, followed again sentence by sentence."""

import re

import pytest

from pytest_ood.families.chains.boxes import updated
from pytest_ood.families.chains.state_tracking import check_final, state_tracking
from tests.families.drawing import pairs

# Parameters of the shift arm, and the digest of its first cases: one that changes needs a new task version.
CERTIFIED = [
    (state_tracking, {"steps": 4}, "454032c6b5762406ebd904a3a21821d7770706fdf1a5c5b8aa3d44cd7dfb851e"),
    (
        state_tracking,
        {"steps": 32, "registers": 3},
        "2bca27bf859173e3cc345b8294ef32ffeed680af9b4a5b9143a17e5184e86072",
    ),
    (
        state_tracking,
        {"steps": 8, "report": "every"},
        "ee614d4aa717cf801f65735f37440648ba9b27f6d80da3f86a28f808e94ba26e",
    ),
]


def told(prompt):
    """What the boxes hold at the start and after each numbered sentence, box by box."""
    boxes = dict(re.findall(r"^Box ([A-H]): (\w+)$", prompt, re.MULTILINE))
    history = [list(boxes.values())]
    for number, sentence in enumerate(re.findall(r"^\d+\. .*$", prompt, re.MULTILINE), 1):
        if swap := re.fullmatch(rf"{number}\. Swap what is in box (.) with what is in box (.)\.", sentence):
            boxes[swap[1]], boxes[swap[2]] = boxes[swap[2]], boxes[swap[1]]
        else:
            box, thing = re.fullmatch(rf"{number}\. Replace what is in box (.) with the (\w+)\.", sentence).groups()
            assert thing not in boxes.values()
            boxes[box] = thing
        history.append(list(boxes.values()))
    return history


def lines(states):
    """States as an answer gives them."""
    return "\n".join(" ".join(state) for state in states)


@pytest.mark.parametrize("registers", [3, 5, 8])
@pytest.mark.parametrize("steps", [1, 2, 8, 32])
def test_tracking_follows_the_sentences(steps, registers):
    """Both reports are what the sentences say; no sentence leaves all as it was; the lures are what they are called."""
    for draw in range(50):
        params = {"steps": steps, "registers": registers}
        final = state_tracking.draw({**params, "report": "final"}, 2, draw)
        every = state_tracking.draw({**params, "report": "every"}, 2, draw)
        start, *states = told(final.prompt)
        assert [start, *states] == told(every.prompt)
        assert (steps, registers) == (len(states), len(start))
        assert all(old != new for old, new in zip([start, *states], states, strict=False))
        assert lines(states[-1:]) == final.answer
        assert lines(states) == every.answer
        assert final.lures["start"] == lines([start])
        assert every.lures["start"] == lines([start] * steps)
        assert every.lures.get("one_step_short", lines([start])) == lines([start, *states[:-1]])
        if steps > 1:
            assert "last_update_only" in every.lures
            assert final.lures.get("one_step_short", lines([start])) == lines([states[-2]])


def test_detail_of_every_state():
    """After a wrong step the later ones are judged by the line before them, wrong as it is."""
    case = state_tracking.draw({"steps": 8, "report": "every"}, 0, 1)
    start, *states = told(case.prompt)
    updates = case.verify.keywords["updates"]
    given = [tuple(state) for state in states[:3]]
    given[2] = (given[2][1], given[2][0], *given[2][2:])
    for update in updates[3:]:
        given.append(updated(given[-1], update))
    wrong = sum(mine != tuple(theirs) for mine, theirs in zip(given, states, strict=True))
    assert dict(case.check(lines(given)).detail) == {
        "first_wrong_step": 3,
        "state_accuracy": 1 - wrong / 8,
        "step_accuracy": 7 / 8,
        "later_step_accuracy": 1.0,
    }
    assert dict(case.check(lines(given[:4])).detail) == {"given_steps": 4, "expected_steps": 8}
    last = [*map(tuple, states[:7]), tuple(start)]
    assert case.check(lines(last)).detail["later_step_accuracy"] is None
    assert case.check(lines(states).upper().replace("\n", "\n\n")).correct
    assert not case.check(lines([state[:2] for state in states])).correct


def test_scores_of_states():
    """The share of boxes at the end, of states and of steps; what is missing is not right."""
    assert check_final("Bell book", ("bell", "book")).scores == {"boxes": 1.0}
    assert check_final("bell coat", ("bell", "book")).scores == {"boxes": 0.5}
    assert check_final("bell", ("bell", "book")).scores == {"boxes": 0.5}
    case = state_tracking.draw({"steps": 4, "report": "every"}, 0, 1)
    start, *states = told(case.prompt)
    assert case.check(lines(states)).scores == {"states": 1.0, "steps": 1.0}
    assert case.check(lines(states[:3])).scores == {"states": 0.75, "steps": 0.75}
    assert case.check(lines([*states, start])).scores == {"states": 1.0, "steps": 1.0}
    assert case.check(lines([*states[:2], start, states[3]])).scores["states"] == 0.75
    assert case.check("").scores == {"states": 0.0, "steps": 0.0}


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"steps": 0}, "steps=0: must be a whole number from 1 to 100"),
        ({"registers": 9}, "registers=9: must be a whole number from 3 to 8"),
        ({"report": "all"}, "report='all': must be one of 'final', 'every'"),
    ],
)
def test_bad_tracking_parameters(params, message):
    """The message names the parameter, the value and what is allowed."""
    with pytest.raises(ValueError, match=re.escape(message)):
        state_tracking.draw(params, 0, 0)


def test_tracking_pairs_match():
    """Same boxes and start, answers of the same length, and a line more for each update, which is declared."""
    for control, shift in pairs(state_tracking, {"steps": 8}):
        assert control.input == shift.input
        assert len(control.answer) == len(shift.answer)
        assert shift.prompt.count("\n") - control.prompt.count("\n") == 6
