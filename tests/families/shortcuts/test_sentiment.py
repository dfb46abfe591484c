"""Reviews, traced back to the tables that they are made of."""

import re
from collections import Counter
from statistics import fmean

import pytest

from pytest_ood.families.shortcuts.reviews import LOUD, LURED_REVIEWS, PLAIN_REVIEWS, WORKS
from pytest_ood.families.shortcuts.sentiment import check_label, sentiment
from tests.families.drawing import pairs

# Parameters of the shift arm, and the digest of its first cases: one that changes needs a new task version.
CERTIFIED = [
    (sentiment, {"wording": "lured"}, "974f8679b9b1e66e30cd17fc3f0d7ed011fe52af5e064ac247f1214bc831c1da"),
]


def mean_lengths(drawn, part):
    """The mean length of a part of the cases, in the control arm and in the shift arm."""
    return [fmean(len(getattr(pair[arm], part)) for pair in drawn) for arm in (0, 1)]


def understood(review):
    """Wording and label of a review by the tables that it is made of, what is work, the polarity of its loud word."""
    words = re.findall(r"\w+", review)
    (loud,) = [(polarity, word) for polarity, known in LOUD.items() for word in words if word in known]
    ways = []
    for work in WORKS:
        blank = re.sub(rf"\b{loud[1]}\b", "{loud}", re.sub(rf"\b{work}\b", "{work}", review))
        if blank in PLAIN_REVIEWS:
            ways.append(("plain", loud[0], work))
        for label, opposite in (("positive", "negative"), ("negative", "positive")):
            if blank in LURED_REVIEWS[label] and loud[0] == opposite:
                ways.append(("lured", label, work))
    (way,) = ways
    return (*way, loud[0])


@pytest.mark.parametrize("wording", ["plain", "lured"])
def test_labels_by_the_tables(wording):
    """Every review is of one table and has one loud word: of the label's polarity if plain, of the other if lured."""
    for draw in range(1000):
        case = sentiment.draw({"wording": wording}, 3, draw)
        kind, label, work, loud = understood(case.input)
        assert (wording, case.answer) == (kind, label)
        assert f"think of the {work}?" in case.prompt
        assert (loud == label) == (wording == "plain")
        assert dict(case.lures) == ({"loud_word": loud} if wording == "lured" else {})


def test_the_tables_are_large_and_sound():
    """At least 24 sentences a label and 2,000 reviews an arm; words that fit "a", in pairs of the same length."""
    tables = [PLAIN_REVIEWS, *LURED_REVIEWS.values()]
    for sentences in tables:
        assert len(set(sentences)) == len(sentences) >= 24
        assert all(sentence.count("{loud}") == sentence.count("{work}") == 1 for sentence in sentences)
    assert not set(tables[1]) & set(tables[2])
    one, other = LOUD.values()
    assert list(map(len, one)) == list(map(len, other))
    assert not any(word.startswith(tuple("aeiou")) for word in (*one, *other, *WORKS))
    for wording in ("plain", "lured"):
        drawn = {sentiment.draw({"wording": wording}, 0, draw).input for draw in range(6000)}
        assert len(drawn) > 2000


def test_sentiment_pairs_match():
    """The same label on the same thing, balanced, prompts of the same length on average, overall and for each label."""
    drawn = pairs(sentiment, {})
    for control, shift in drawn:
        assert control.answer == shift.answer
        assert control.prompt.splitlines()[-1] == shift.prompt.splitlines()[-1]
        assert control.input != shift.input
    assert Counter(shift.answer for _, shift in drawn)["positive"] / 1000 == pytest.approx(0.5, abs=0.05)
    for label in LOUD:
        control, shift = mean_lengths([pair for pair in drawn if pair[0].answer == label], "prompt")
        assert control == pytest.approx(shift, abs=4)


@pytest.mark.parametrize(
    ("answer", "detail"),
    [
        ("negative", {"given": "negative"}),
        ("Negative.", {"given": "negative"}),
        ("neutral", {"not_a_label": True}),
        ("not positive", {"not_a_label": True}),
        ("positive negative", {"not_a_label": True}),
        ("", {"not_a_label": True}),
        ("positive" + " " * 100, {"not_a_label": True}),
    ],
)
def test_detail_of_a_wrong_label(answer, detail):
    """The other word, or that it is none of the two."""
    check = check_label(answer, "positive")
    assert (False, detail) == (check.correct, dict(check.detail))


@pytest.mark.parametrize("answer", ["positive", "Positive", "POSITIVE.", " positive "])
def test_case_and_full_stop_of_a_label_do_not_count(answer):
    """The word is what counts."""
    assert check_label(answer, "positive").correct


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"wording": "loud"}, "wording='loud': must be one of 'plain', 'lured'"),
    ],
)
def test_bad_parameters(params, message):
    """The message names the parameter, the value and what is allowed."""
    with pytest.raises(ValueError, match=re.escape(message)):
        sentiment.draw(params, 0, 0)
