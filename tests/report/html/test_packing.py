"""The traces in a report: which are pairs, what a reader gets of each, and how large all of them may become."""

import json
import random
import time
from collections import Counter
from dataclasses import replace
from typing import Any

import pytest

from pytest_ood.report.html import Source, render
from pytest_ood.report.html.packing import MOST_BYTES
from pytest_ood.text.canonical import canonical
from tests.dataset.making import HOSTILE
from tests.report.making import CONDITION, cell, pair, report, source, summary, twin, unpacked


def shown(html: str) -> list[tuple[str, str, str]]:
    """The size of each pair's cell, and the outcomes of control and shift."""
    data = unpacked(html)

    def outcome(place: int) -> str:
        return str(data["traces"][place]["outcome"]) if place >= 0 else ""

    return [(data["cells"][one]["size"], outcome(control), outcome(shift)) for one, control, shift, _ in data["pairs"]]


def test_twins_are_pairs() -> None:
    """Both halves of a draw, under the cell of the shift; the control of several sizes is there once."""
    control = twin("control", 0, 0)
    html = report(control, twin("shift", 0, 4), twin("shift", 0, 64, "wrong"))
    assert shown(html) == [("size=4", "correct", "correct"), ("size=64", "correct", "wrong")]
    assert len(unpacked(html)["traces"]) == 3


def test_a_collapse_comes_first() -> None:
    """Then other wrong answers, then those that could not be scored."""
    both = [twin("control", 9, 64, "wrong"), twin("shift", 9, 64, "wrong")]
    html = report(*pair(0, outcome="correct"), *pair(1, outcome="unparsed"), *both, *pair(3))
    assert [outcomes for _, *outcomes in shown(html)] == [
        ["correct", "wrong"],
        ["wrong", "wrong"],
        ["correct", "unparsed"],
        ["correct", "correct"],
    ]


def test_a_cell_of_one_arm_has_single_answers() -> None:
    """The control's own value, measured alone."""
    alone = cell(2, "robust", None)
    assert shown(report(twin("control", 0, 2), cells=[alone])) == [("size=2", "correct", "")]


def test_a_shift_whose_control_is_missing_is_shown_alone() -> None:
    """As where a shard has only one of them."""
    assert shown(report(twin("shift", 0, 64, "wrong"))) == [("size=64", "", "wrong")]


def test_conditions_are_told_apart() -> None:
    """The same draw, asked of two models."""
    other = {**CONDITION, "model": "gpt-5"}
    cells = [cell(64, "brittle"), cell(64, "robust", model="gpt-5", condition=other, id="x")]
    html = report(*pair(0), *pair(0, outcome="correct", model="gpt-5", condition=canonical(other)), cells=cells)
    data = unpacked(html)
    assert data["conditions"] == ["gpt-4o", "gpt-5"]
    found = [(data["cells"][one]["condition"], data["traces"][shift]["outcome"]) for one, _, shift, _ in data["pairs"]]
    assert found == [(0, "wrong"), (1, "correct")]


def test_cells_that_ask_the_same_share_their_pairs() -> None:
    """Two probes of the same task and parameters."""
    other = "probes/test_grids.py::test_again"
    html = report(*pair(0), cells=[cell(64, "brittle"), cell(64, "brittle", probe=other)])
    assert len(unpacked(html)["pairs"]) == 2
    assert len(unpacked(html)["traces"]) == 2


def test_traces_of_an_older_edition_are_found() -> None:
    """Without conditions and pairs."""
    old = cell(64, "brittle", condition=None, sampling=None)
    trace = replace(twin("shift", 0, 64, "wrong"), condition=None, pair_id=None, control_params=None)
    assert shown(report(trace, cells=[old])) == [("size=64", "", "wrong")]


def only(html: str) -> dict[str, Any]:
    """The last trace."""
    found: dict[str, Any] = unpacked(html)["traces"][-1]
    return found


def test_what_a_reader_gets_of_a_trace() -> None:
    """What was asked, answered and expected, the shortcut, and what the task says about it."""
    trace = twin(
        *("shift", 3, 64, "wrong"),
        lure="copied",
        reasoning="I copy.",
        answer_given="110",
        answer_expected="011",
        detail='{"first_wrong":0,"scores":{"cells":0.3}}',
    )
    found = only(report(trace))
    assert (found["asked"], found["response"]) == ("Spell 3 backward.", "<answer>3</answer>")
    assert (found["given"], found["expected"], found["lure"]) == ("110", "011", "copied")
    assert (found["thoughts"], found["detail"], found["wrong_at"]) == ("I copy.", '{"first_wrong":0}', 0)
    assert (found["draw"], found["params"], found["system"]) == (3, "size=64", "Be brief.")


def test_a_dialogue_is_there_turn_by_turn() -> None:
    """Without the sentence that a strategy adds."""
    first = twin("shift", 3, 64, "wrong")
    turns = [
        *first.messages,
        {"role": "assistant", "content": "<answer>1</answer>"},
        {"role": "user", "content": "And now?\n\nAnswer in tags."},
    ]
    trace = replace(first, messages=turns, question="And now?", answer_given="1\n\n2", answer_expected="1\n\n3")
    assert only(report(trace))["turns"] == [
        ["user", "Spell 3 backward."],
        ["assistant", "<answer>1</answer>"],
        ["user", "And now?"],
    ]


def test_what_could_change_more_than_its_place_is_made_visible() -> None:
    """Control characters, and those that reverse the direction of writing, in every text."""
    fields = ("response", "reasoning", "answer_given", "answer_expected", "lure", "served_model")
    html = report(*pair(0, **dict.fromkeys(fields, HOSTILE)))
    for text in json.dumps(unpacked(html), ensure_ascii=False), html:
        assert not [sign for sign in text if not sign.isprintable() and sign != "\n"]
    assert "<script>alert(1)</script>" in only(html)["response"]


def test_rows_that_were_edited_by_hand_do_no_harm() -> None:
    """JSON that is none, or something else than an object."""
    trace = twin("shift", 0, 64, "wrong", detail="{nonsense}", lures="{[]}")
    assert "detail" not in only(report(trace))
    assert report(replace(trace, params="{nonsense}", condition="{1}")).endswith("</html>\n")


def test_a_huge_answer_is_cut_in_the_middle() -> None:
    """Its beginning and its end are there."""
    html = report(*pair(0, response=f"begin{'x' * 5_000_000}end", answer_given="y" * 5_000_000))
    response = only(html)["response"]
    assert len(html) < 200_000
    assert response.startswith("begin")
    assert response.endswith("end")
    assert "of 5,000,008 characters cut" in response


@pytest.fixture(scope="module")
def many() -> tuple[str, float]:
    """A report of 5,000 traces with long thoughts, and how long it took."""
    rng = random.Random(5)
    words = ["".join(rng.choices("abcdefghijklmnopqrstuvwxyz", k=rng.randint(2, 9))) for _ in range(3000)]

    def text(length: int) -> str:
        return " ".join(rng.choices(words, k=length // 6))

    traces = [
        trace
        for draw in range(2500)
        for trace in pair(
            draw,
            outcome="wrong" if draw % 5 else "correct",
            reasoning=text(3000),
            response=text(300),
            question=text(900),
        )
    ]
    begun = time.perf_counter()
    html = render([source(traces)])
    return html, time.perf_counter() - begun


def test_five_thousand_traces_are_under_three_megabytes(many: tuple[str, float]) -> None:
    """However long they are; the page says what it lacks."""
    html, seconds = many
    assert MOST_BYTES / 2 < len(html.encode()) < 3_000_000
    assert seconds < 30
    pairs = len(unpacked(html)["pairs"])
    assert pairs == 2500 or f"{2500 - pairs:,} pairs" in html


def test_what_is_left_out_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pairs with right answers first."""
    monkeypatch.setattr("pytest_ood.report.html.packing.MOST_BYTES", 0)
    monkeypatch.setattr("pytest_ood.report.html.packing.LEAST_ROOM", 3000)
    rng = random.Random(7)
    traces = [
        trace
        for draw in range(60)
        for trace in pair(draw, outcome="wrong" if draw < 10 else "correct", response=rng.randbytes(60).hex())
    ]
    html = report(*traces)
    outcomes = [shift for _, _, shift in shown(html)]
    assert outcomes[:10] == ["wrong"] * 10
    assert f"{60 - len(outcomes)} pairs, most of them with right answers, are left out" in html
    assert 10 < len(outcomes) < 60


def test_each_cell_keeps_its_share(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where there are more pairs than a page can show, none takes the place of all others."""
    monkeypatch.setattr("pytest_ood.report.html.packing.MOST_PAIRS", 6)
    many = [trace for draw in range(9) for trace in pair(draw, 4)]
    few = [trace for draw in range(9, 12) for trace in pair(draw, 64)]
    right = [trace for draw in range(20, 30) for trace in pair(draw, 16, "correct")]
    assert Counter(shown(report(*right, *many, *few))) == {
        ("size=4", "correct", "wrong"): 3,
        ("size=64", "correct", "wrong"): 3,
    }


def test_a_case_asked_again_counts_as_in_the_last_run() -> None:
    """A dataset of two runs has it twice."""
    again = [replace(trace, run_id="run-2") for trace in pair(0, outcome="correct")]
    one = Source("data", [summary(), summary()], lambda: [*pair(0), *again])
    assert shown(render([one])) == [("size=64", "correct", "correct")]


def test_a_run_without_traces_has_no_section_for_them() -> None:
    """As from a run's JSON."""
    html = report()
    assert 'id="packed"' not in html
    assert 'href="#traces"' not in html
    assert "test_larger" in html
