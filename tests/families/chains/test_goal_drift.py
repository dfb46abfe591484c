"""Goals, kept and forgotten by scripted players that read nothing but the messages."""

import re
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_ood import answers
from pytest_ood.families.chains.goal_drift import GOALS, check_goal, goal_drift
from pytest_ood.families.chains.number_forms import FORMS, in_words, judged, roman, written
from pytest_ood.families.chains.station_logs import READINGS, VALUES
from tests.families.chains.players import played

# Parameters of the shift arm, and the digest of its first cases: one that changes needs a new task version.
CERTIFIED = [
    (goal_drift, {"turns": 2}, "eb6eeb72c1b10b2696899a18160b0e11fb29cb1e99e1cc8a33deeb31731a24cd"),
    (goal_drift, {"turns": 8}, "8083e2b1ad9c7ba16e7276cf3efb09a742dd886d9ae7398ba333360abc186f7d"),
    (
        goal_drift,
        {"turns": 8, "orders": "throughout"},
        "1185a76f3c86ff2dda53a99c787d0fadf6fe6e66d1ef2a59a8a8a30817762e26",
    ),
    (goal_drift, {"turns": 64}, "34d1bfbe490d59f44b4aa43c32d5454e42879f734e074a9137c21819f41fe9cb"),
]
WORTH = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100, "D": 500, "M": 1000}
TO_NINETEEN = (
    "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen",
    "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
TENS = ("ten", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
NUMBER_WORDS = {word: 10 * n for n, word in enumerate(TENS, 1)} | {word: n for n, word in enumerate(TO_NINETEEN, 1)}


def from_roman(text):
    """A letter counts negative before a greater one."""
    worth = [WORTH[letter] for letter in text]
    return sum(-one if one < max(worth[i:]) else one for i, one in enumerate(worth))


def from_words(text):
    """Words are added up; what stands before "hundred" counts a hundred times."""
    total = 0
    for word in re.split("[ -]", text):
        total = total * 100 if word == "hundred" else total + NUMBER_WORDS[word]
    return total


READ_BACK = {
    "roman": from_roman,
    "words": from_words,
    "reversed": lambda text: int("".join(reversed(text))),
    "binary": lambda text: int(text, 2),
    "hyphens": lambda text: int(text.replace("-", "")),
    "digits": int,
}


@pytest.mark.parametrize("form", FORMS)
def test_forms_are_read_back(form):
    """Every number up to 999 by an inverse of its own; no two are written alike."""
    texts = [written(form, value) for value in range(1, 1000)]
    assert [READ_BACK[form](text) for text in texts] == list(range(1, 1000))
    assert form == "reversed" or len(set(texts)) == 999
    assert in_words(0) == "zero"
    assert roman(3999) == "MMMCMXCIX"


def test_readings_look_different_in_every_form():
    """No reading is the same in two forms, so that it is always clear which form was meant."""
    assert len(VALUES) == 70
    for value in VALUES:
        assert len({written(form, value) for form in FORMS}) == len(FORMS)


ASKED = {"highest": max, "lowest": min, "first": lambda readings: readings[0], "last": lambda readings: readings[-1]}
FORM_OF = {form.how: name for name, form in FORMS.items()}


def understood(message):
    """The reading that a message asks for, and the form that its note orders, if any."""
    readings = list(map(int, re.search(r"^readings: (.*)$", message, re.MULTILINE)[1].split(", ")))
    assert len(set(readings)) == READINGS
    ordered = re.search(r"^note: .*write every figure (.*)\.$", message, re.MULTILINE)
    question = re.search(r"\n\nGive the (\w+) reading only\.$", message)[1]
    return ASKED[question](readings), ordered and FORM_OF[ordered[1]]


def goal_of(messages):
    """The goal by the first message, its example read back."""
    how, example = re.search(r"write every figure that you give (.*), such as (\S+) for 47\.", messages[0]).groups()
    assert READ_BACK[FORM_OF[how]](example) == 47
    return FORM_OF[how]


def steadfast(messages):
    """Keeps to the goal."""
    return written(goal_of(messages), understood(messages[-1])[0])


def obedient(messages):
    """Does what the newest order says."""
    orders = [understood(message)[1] for message in messages]
    form = next((order for order in reversed(orders) if order), goal_of(messages))
    return written(form, understood(messages[-1])[0])


def forgetful(messages):
    """Gives the figure as the log has it."""
    return str(understood(messages[-1])[0])


@pytest.mark.parametrize("orders", ["last", "throughout"])
@pytest.mark.parametrize("turns", [1, 2, 4, 8, 16, 64])
def test_the_goal_is_kept_by_a_player_who_reads_the_messages(turns, orders):
    """The oracle is what the messages ask for; two players who do not keep to the goal give lures by their names."""
    count = 0
    for draw in range(100 if turns < 64 else 10):
        case = goal_drift.draw({"turns": turns, "orders": orders}, 1, draw)
        kept, messages = played(case, steadfast)
        assert kept == case.answer
        assert messages[0] == case.prompt
        goal = goal_of(messages)
        count += sum(understood(message)[1] is not None for message in messages)
        value, ordered = understood(messages[-1])
        assert ordered not in (None, goal)
        before = answers.split(kept)[:-1]
        expected = {
            "distractor_obeyed": answers.join([*before, written(ordered, value)]),
            "always_obeyed": played(case, obedient)[0],
            "last_turn_form": answers.join([*before, str(value)]),
            "goal_ignored": played(case, forgetful)[0],
        }
        assert set(case.lures.values()) == set(expected.values())
        assert all(expected[name] == lure for name, lure in case.lures.items())
        assert next(iter(case.lures)) == "distractor_obeyed"
        assert case.reply([*messages, "one more"]) is None
    if orders == "last":
        assert count == (100 if turns < 64 else 10)
    elif 1 < turns < 64:
        assert count / 100 - 1 == pytest.approx((turns - 1) / 2, rel=0.25)


def test_drift_pairs_match():
    """The same goal, and a last turn that is the same to the letter; first messages of the same length on average."""
    lengths = []
    for draw in range(1000):
        control = goal_drift.draw({"turns": 1}, 0, draw)
        shift = goal_drift.draw({"turns": 8}, 0, draw)
        last = shift.reply(["x"] * 7)
        assert control.prompt.endswith(last)
        assert control.input == last
        rule = control.prompt.removesuffix(last)
        assert shift.prompt.startswith(rule)
        assert answers.split(shift.answer)[-1] == control.answer
        lengths.append((len(control.prompt), len(shift.prompt)))
    control, shift = (sum(column) / 1000 for column in zip(*lengths, strict=True))
    assert abs(control - shift) < 0.03 * control


def test_goals_orders_and_questions_are_balanced():
    """Each goal is as common as any other; the orders are for all forms but the goal; every question comes up."""
    goals, orders, questions = Counter(), Counter(), Counter()
    for draw in range(3000):
        case = goal_drift.draw({"turns": 1}, 0, draw)
        goal = goal_of([case.prompt])
        goals[goal] += 1
        orders[goal, understood(case.input)[1]] += 1
        questions[case.prompt.split()[-3]] += 1
    assert set(goals) == set(FORMS) - {"digits"}
    assert set(questions) == set(ASKED)
    assert set(orders) == {(goal, form) for goal in goals for form in FORMS if form != goal}
    assert min(goals.values()) > 500
    assert min(orders.values()) > 70
    assert min(questions.values()) > 650


def test_detail_of_drift():
    """What was right about the last answer, and where the form was first lost."""
    check = check_goal(["XII", "13", "XV"], "roman", [12, 13, 14])
    assert dict(check.detail) == {"value_right": False, "form_right": True, "first_drift": 2}
    assert check.scores == {"form": 2 / 3, "value": 2 / 3}
    check = check_goal(["XII", "XIII", "fourteen"], "roman", [12, 13, 14])
    assert dict(check.detail) == {"value_right": True, "form_right": False, "first_drift": 3}
    check = check_goal(["13", "XIV"], "roman", [13, 14])
    assert (check.correct, check.scores) == (True, {"form": 0.5, "value": 1.0})
    check = check_goal(["XII"], "roman", [12, 13, 14])
    assert dict(check.detail) == {"given_turns": 1, "expected_turns": 3}
    assert check.scores == {"form": 1 / 3, "value": 1 / 3}
    assert dict(check_goal(["I" * 4000], "roman", [12, 13, 14]).detail) == {"too_long": True}


def test_digits_that_may_be_read_in_two_forms():
    """Of a number that is to be reversed, the number as it is has the wrong form; any other is a wrong number."""
    assert judged("31", "reversed", 13) == (True, True)
    assert judged("13", "reversed", 13) == (False, True)
    assert judged("14", "reversed", 13) == (True, False)
    assert judged("1101", "binary", 13) == (True, True)
    assert judged("13", "binary", 13) == (False, True)
    assert judged("thirteen", "binary", 14) == (False, False)


@pytest.mark.parametrize(
    ("said", "goal"), [("XLVIII", "roman"), ("xlviii.", "roman"), ("Forty-eight", "words"), ("forty  eight", "words")]
)
def test_spellings_that_do_not_count(said, goal):
    """The case of letters, spaces, a full stop, and the hyphen of words."""
    assert check_goal([said], goal, [48]).correct


@pytest.mark.parametrize(
    ("said", "goal"),
    [
        ("XXXXVIII", "roman"), ("IIL", "roman"), ("XLVIII not", "roman"), ("48", "words"), ("", "words"),
        ("110001", "binary"), ("0110000", "binary"), ("4 8", "hyphens"), ("4-8 4-8", "hyphens"), ("4-8-", "hyphens"),
    ],
)  # fmt: skip
def test_other_ways_to_write_it_are_wrong(said, goal):
    """What is no standard spelling of the number in that form is wrong."""
    assert not check_goal([said], goal, [48]).correct


@given(st.sampled_from(GOALS), st.sampled_from(VALUES), st.text("0123456789IVXLC-onetw ", max_size=9))
def test_only_the_value_in_the_form_is_right(goal, value, said):
    """By reading it back, where it can be read at all."""
    try:
        right = READ_BACK[goal](said.strip()) == value
    except (KeyError, ValueError):
        right = False
    if check_goal([said], goal, [value]).correct:
        assert right
    assert check_goal([written(goal, value)], goal, [value]).correct


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"turns": 0}, "turns=0: must be a whole number from 1 to 64"),
        ({"turns": 65}, "turns=65: must be a whole number from 1 to 64"),
        ({"orders": "none"}, "orders='none': must be one of 'last', 'throughout'"),
    ],
)
def test_bad_parameters(params, message):
    """The message names the parameter, the value and what is allowed."""
    with pytest.raises(ValueError, match=re.escape(message)):
        goal_drift.draw(params, 0, 0)
