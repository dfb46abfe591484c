"""Lines of well-known texts, found again in the raw file."""

import json
import re
from collections import Counter
from statistics import fmean

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_ood.certify import same
from pytest_ood.families.reversal.known_lines import check_line, known_lines, line_pairs, normalized
from tests.families.drawing import pairs
from tests.families.raw_data import raw
from tests.families.reversal.slips import slips_of

# Parameters of the shift arm, and the digest of its first cases: one that changes needs a new task version.
CERTIFIED = [
    (
        known_lines,
        {"direction": "before"},
        "6714a64a370755a6966b2d812c375a7acb41c4453beff87b1a7ae2dadef51c85",
    ),
]


def bare(words):
    """Lower-case words, made in another way than the verifier does."""
    return [word for word in re.split(r"[^a-z]+", words.lower().replace("'", "")) if word]


def texts():
    """From each heading, as a question has it, to the lines as the file has them, other readings cut off."""
    found = {}
    for block in re.split(r"^= ", raw("reversal/data/texts.txt"), flags=re.MULTILINE)[1:]:
        heading, _, body = block.partition("\n")
        title, author, year, unit, source = heading.split("; ")
        assert 1500 < int(year) < 1900
        assert unit in ("line", "sentence")
        assert source
        found[f"In {title} by {author}, which {unit} comes right "] = re.sub(
            r"^~ | \| .*", "", body, flags=re.MULTILINE
        )
    return found


def test_there_are_many_texts_and_pairs():
    """At least 12 texts, 300 pairs, and no text that has most of them."""
    known = line_pairs()
    titles = Counter(pair.heading["title"] for pair in known)
    assert len(titles) == len(texts()) >= 25
    assert len(known) >= 400
    assert max(titles.values()) < len(known) / 5
    assert len({tuple(line.written for line in pair.lines) for pair in known}) == len(known)


@pytest.mark.parametrize("direction", ["after", "before"])
def test_lines_stand_side_by_side(direction):
    """In the raw text, the shown line and the answer follow one another, each there once; so does the lure."""
    known = texts()
    for draw in range(1000):
        case = known_lines.draw({"direction": direction}, 2, draw)
        heading = case.prompt.split(f"{direction} this one?")[0]
        text = known[heading]
        shown = case.prompt.split("\n\n")[1]
        assert shown == case.input == case.lures["the_line_itself"]
        following = [shown, case.answer] if direction == "after" else [case.answer, shown]
        assert "\n".join(following) in text
        lines = [bare(line) for line in text.split("\n") if line]
        assert lines.count(bare(shown)) == lines.count(bare(case.answer)) == 1
        at = lines.index(bare(shown))
        if direction == "before":
            assert bare(case.lures.get("line_after", "")) == (lines[at + 1] if at + 1 < len(lines) else [])
        else:
            assert bare(case.lures.get("line_before", "")) == (lines[at - 1] if at else [])


def test_both_arms_ask_about_the_same_lines():
    """What one arm shows is the other's answer; lengths agree on average."""
    drawn = pairs(known_lines, {"direction": "before"})
    for control, shift in drawn:
        assert (control.input, control.answer) == (shift.answer, shift.input)
        assert len(shift.prompt) - len(shift.input) - len(control.prompt) + len(control.input) == 1
    for measure in (lambda case: len(case.answer), lambda case: len(case.prompt)):
        control, shift = (fmean(measure(pair[arm]) for pair in drawn) for arm in (0, 1))
        assert shift == pytest.approx(control, abs=2)


@given(st.data())
def test_the_form_of_a_line_does_not_count(data):
    """Case, punctuation, diacritics and white space may be anything; a word left out, added or moved is wrong."""
    case = known_lines.draw({}, 5, data.draw(st.integers(0, 500)))
    words = normalized(case.answer).split()
    sign = st.sampled_from([" ", ", ", "\n", " -- ", "; ", ' "', "\N{EM DASH}"])
    given_words = [data.draw(st.sampled_from([word, word.upper(), word.title(), f"'{word}'"])) for word in words]
    joined = "".join(word + data.draw(sign) for word in given_words)
    assert case.check(joined.strip()).correct
    place = data.draw(st.integers(0, len(words) - 1))
    assert not case.check(" ".join(words[:place] + words[place + 1 :])).correct
    assert not case.check(" ".join([*words[:place], "and", *words[place:]])).correct
    assert not case.check(" ".join([*words, "x"])).correct


def test_old_spellings_do_not_count():
    """An apostrophe for a letter, a curly one, "oh" for "o" and missing diacritics are the same words."""
    assert normalized("O\N{RIGHT SINGLE QUOTATION MARK}er the ramparts we watch'd") == "over the ramparts we watched"
    assert normalized("In me thou see'st -- Oh! GROW'ST") == "in me thou seest o growest"
    assert normalized("Thro' tho' & caf\u00e9") == "through though and cafe"
    assert normalized("hail'd") != normalized("haild")
    assert normalized("bored") == normalized("bor'd") == "bored"


def test_other_readings_are_right():
    """Where editions differ each reading is right, and the case does not claim that there is one answer."""
    found = {}
    for draw in range(3000):
        case = known_lines.draw({}, 0, draw)
        found[case.answer] = case
    case = found["On, Comet! on, Cupid! on, Donder and Blitzen!"]
    assert case.check("On, Comet! On Cupid! On, Donner and Blitzen").correct
    assert not case.unique
    assert not case.check("On, Comet! On Cupid! On, Donder and Vixen").correct
    assert found["Rough winds do shake the darling buds of May,"].unique
    assert not found["My mistress' eyes are nothing like the sun;"].unique
    assert sum(case.unique for case in found.values()) > 0.6 * len(found)


@pytest.mark.parametrize(
    ("line", "printed"),
    [
        ("And lose the name of action.", "And lose the name of action.--Soft you now!"),
        ("As He died to make men holy, let us die", "As he died to make men holy, let us live to make men free"),
        ("That was against the rule,", "which was against the rules"),
        ("That was against the rule,", "That was against the rules"),
        ("That time of year thou mayst in me behold", "That time of year thou may'st in me behold,"),
        ("I once was lost", "I once was lost but now I'm found"),
        ("Enfolding sunny spots", "And folding sunny spots of greenery."),
        ("What dread hand? and what dread feet?", "What dread hand form'd thy dread feet?"),
    ],
)
def test_printed_readings_are_right(line, printed):
    """What an edition prints is right, and no more than that."""
    (readings,) = {one.readings for pair in line_pairs() for one in pair.lines if one.written.startswith(line)}
    assert check_line(printed, readings, {}, 0).correct
    assert not check_line(f"{printed} and more", readings, {}, 0).correct


def test_no_question_about_a_line_of_a_chorus():
    """What comes again in a chorus, or in a stanza that the file leaves out, is neither shown nor asked for."""
    asked = {line.written for pair in line_pairs() for line in pair.lines}
    assert not [line for line in asked if "marching on" in line or "home of the brave" in line]
    ambiguous = re.findall(r"^~ (.*)$", raw("reversal/data/texts.txt"), re.MULTILINE)
    assert len(ambiguous) == 6
    assert not asked & set(ambiguous)


def test_detail_of_a_wrong_line():
    """How many lines off, or that it is no line of the text."""
    case = next(
        case
        for case in (known_lines.draw({}, 0, draw) for draw in range(5000))
        if case.answer == "The wretched refuse of your teeming shore."
    )
    assert dict(case.check(case.input).detail) == {"off_by": 1}
    assert dict(case.check("I lift my lamp beside the golden door!").detail) == {"off_by": 2}
    assert dict(case.check('"Keep, ancient lands, your storied pomp!" cries she').detail) == {"off_by": -3}
    assert dict(case.check("And the mome raths outgrabe.").detail) == {"off_by": None}
    assert dict(case.check(f"{case.answer}\n{case.input}").detail) == {"off_by": None}
    assert dict(case.check(case.answer + " " * 2000).detail) == {"off_by": None}


def test_no_letter_of_a_line_is_overlooked():
    """Any single slip in a line that is said to have one reading is wrong, but for spaces and punctuation."""
    known = [line for pair in line_pairs()[::3] for line in pair.lines]
    for line in known:
        if len(line.readings) == 1 and "'" not in line.written:
            for slip in slips_of(line.written):
                assert normalized(slip) not in line.readings or same(slip, line.written), (line.written, slip)


def test_details_are_json():
    """What the verifier says of wrong answers can be written down."""
    case = known_lines.draw({}, 0, 0)
    for wrong in ("", "x", case.input, *case.lures.values()):
        assert json.loads(json.dumps(dict(case.check(wrong).detail))) == case.check(wrong).detail


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"direction": "next"}, "direction='next': must be one of 'after', 'before'"),
    ],
)
def test_bad_parameters(params, message):
    """The message names the parameter, the value and what is allowed."""
    with pytest.raises(ValueError, match=re.escape(message)):
        known_lines.draw(params, 0, 0)
