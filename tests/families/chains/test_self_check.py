"""Finding the wrong line, with every line of the prompt worked out again."""

import re
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_ood.families.chains.self_check import check_line, self_check

# Parameters of the shift arm, and the digest of its first cases: one that changes needs a new task version.
CERTIFIED = [
    (self_check, {"lines": 2}, "e545e42a4a3181f607b3b8be1e8e07749f4c21fa032d051199b7ec4feff989ad"),
    (self_check, {"lines": 8}, "96448678f1c1f8465fa01c6796278e4729fffda38110f663f728aebc6d01e372"),
    (self_check, {"lines": 32}, "0f95b1d340f3d1f2bb372e8ffa4f9152651a62eaaf2c33bb53e54d5973f59ffc"),
    (self_check, {"lines": 200}, "2cca22440b1ef08dd245f46c38091a4b4581d2e8db7cfbeeb73adb2b77b6b71f"),
]


def drawn(lines, count=1000):
    """The first cases of a size."""
    return [self_check.draw({"lines": lines}, 0, draw) for draw in range(count)]


def lines_of(prompt):
    """The numbered lines of a prompt: old value, sign, number, stated result."""
    found = re.findall(r"^(\d+)\. (\d+) ([+-]) (\d+) = (\d+)$", prompt, re.MULTILINE)
    assert [str(number) for number in range(1, len(found) + 1)] == [number for number, *_ in found]
    return [(int(old), sign, int(by), int(result)) for _, old, sign, by, result in found]


def off(old, sign, by, result):
    """By how much a stated result differs from its line's own."""
    return result - (old + by if sign == "+" else old - by)


@pytest.mark.parametrize("lines", [2, 3, 4, 8, 32, 200])
def test_one_line_is_wrong_or_none(lines):
    """Every line starts from the result before it; the one line that does not hold is the answer."""
    seen = Counter()
    for case in drawn(lines, 300 if lines < 200 else 30):
        worked = lines_of(case.prompt)
        assert len(worked) == lines
        assert [result for *_, result in worked[:-1]] == [old for old, *_ in worked[1:]]
        wrong = [number for number, line in enumerate(worked, 1) if off(*line)]
        assert ([str(number) for number in wrong] or ["none"]) == [case.answer]
        for old, sign, by, result in worked:
            true = result - off(old, sign, by, result)
            assert by > 0
            assert result != old
            assert {10 <= old <= 99, 10 <= result <= 99, 10 <= true <= 99} == {True}
            seen[off(old, sign, by, result)] += 1
    assert set(seen) == {0, -10, -1, 1, 10}


@pytest.mark.parametrize("lines", [2, 4, 8, 16])
def test_the_wrong_line_is_anywhere(lines):
    """One case in five has none; otherwise each line is as often wrong as any other. The chance says so."""
    counts = Counter(case.answer for case in drawn(lines, 4000))
    assert set(counts) == {"none", *map(str, range(1, lines + 1))}
    assert counts.pop("none") / 4000 == pytest.approx(0.2, abs=0.025)
    for count in counts.values():
        assert count / 4000 == pytest.approx(0.8 / lines, abs=0.03)
    assert self_check.draw({"lines": lines}, 0, 0).chance == max(0.2, 0.8 / lines)


@pytest.mark.parametrize("lines", [4, 8])
def test_lures(lines):
    """Whoever never looks is named: always none, always the first line, always the last; and who is one line late."""
    for case in drawn(lines, 300):
        expected = {"says_none": "none", "last_line": str(lines), "first_line": "1"}
        if case.answer != "none" and int(case.answer) + 1 < lines:
            expected["line_after"] = str(int(case.answer) + 1)
        assert case.lures == {name: said for name, said in expected.items() if said != case.answer}
        if case.answer == "none":
            assert next(iter(case.lures)) == "last_line"


def test_pairs_match():
    """The control lines begin the shifted ones up to a wrong line; no wrong line in one arm is none in the other."""
    alike = 0
    for draw in range(1000):
        control = self_check.draw({"lines": 4}, 0, draw)
        shift = self_check.draw({"lines": 16}, 0, draw)
        assert (control.answer == "none") == (shift.answer == "none")
        one, two = ([(old, result) for old, *_, result in lines_of(case.prompt)] for case in (control, shift))
        assert one == two[:4]
        alike += control.input in shift.input
        assert control.prompt.replace(control.input, "") == shift.prompt.replace(shift.input, "")
    assert alike > 200


def test_detail_of_a_wrong_answer():
    """Missed, raised for nothing, off by some lines, or no line at all."""
    assert dict(check_line("none", 3).detail) == {"missed": True}
    assert dict(check_line("5", 3).detail) == {"off_by": 2}
    assert dict(check_line("5", 0).detail) == {"false_alarm": 5}
    assert all(check_line(said, 3).correct for said in ("3", "03", "line 3", "Line 3."))
    for said in ("", "lines 3", "0", "1000", "3 x", "3\n4", "\N{SUPERSCRIPT THREE}", "-3"):
        assert dict(check_line(said, 3).detail) == {"not_a_line": True}


@pytest.mark.parametrize(("said", "wrong"), [("3", 3), ("3.", 3), ("None.", 0), ("NONE", 0)])
def test_forms_of_a_right_answer(said, wrong):
    """A closing full stop and the case of letters do not count."""
    assert check_line(said, wrong).correct


@given(st.text("0123none. "), st.integers(0, 33))
def test_nothing_else_is_right(said, wrong):
    """Only the number itself, or none, by a reading of its own."""
    right = re.fullmatch(rf"\s*{wrong or 'none'}\.?\s*", said) is not None
    assert check_line(said, wrong).correct == right


@pytest.mark.parametrize("lines", [1, 201, "8", True])
def test_bad_parameters(lines):
    """The message names the parameter, the value and what is allowed."""
    with pytest.raises(ValueError, match=re.escape(f"lines={lines!r}: must be a whole number from 2 to 200")):
        self_check.draw({"lines": lines}, 0, 0)
