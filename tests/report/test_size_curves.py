"""The curves of a summary: which cells belong together, what their rows say, and the sentence."""

import json
import re
from typing import Any

import pytest

from pytest_ood.dataset import schema
from pytest_ood.evidence.sampling import Sampling
from pytest_ood.report.size_curves import curve_rows

SAMPLING = Sampling().row()
GAP = {"estimate": 0.5, "low": 0.2, "high": 0.8, "pairs": 20, "evidence": 300.0, "alpha": 0.01, "shown": True}


def arm(outcomes: str, judged: int | None = None, chance: float = 0.0) -> dict[str, Any]:
    """An arm's row, as far as curves need it."""
    right, wrong = outcomes.count("c"), outcomes.count("w")
    begun = outcomes[:judged]
    scored = begun.count("c") + begun.count("w")
    estimate = begun.count("c") / scored if scored else None
    return {
        **{"n": len(outcomes), "correct": right, "wrong": wrong, "outcomes": outcomes, "chance": chance},
        **{"judged": len(outcomes) if judged is None else judged, "estimate": estimate, "low": 0.1, "high": 0.9},
    }


def cell(size: Any, verdict: str, shift: str | None, control: str = "c" * 17, **values: Any) -> dict[str, Any]:
    """A cell's row, as far as curves need it; the control has size 2."""
    probe = values.get("probe", "t.py::test_longer")
    return {
        **{"id": f"{probe}[{size}]", "probe": probe, "task": "t.longer", "task_version": 1, "family": "chaining"},
        **{"params": {"size": size, "rule": 3}, "control_params": {"size": 2, "rule": 3}, "size": "size"},
        **{"model": "m", "strategy": "direct", "condition": {"model": "m"}, "verdict": verdict, "sampling": SAMPLING},
        **{"control": arm(control), "shift": None if shift is None else arm(shift)},
        **{"gap": None if shift is None else GAP, "lures": {}},
        **values,
    }


def letters(right: int, wrong: int, unscored: int = 0) -> str:
    """Outcomes."""
    return "c" * right + "w" * wrong + "u" * unscored


# In any order.
FALLING = [
    cell(64, "brittle", letters(1, 15), lures={"copied": 12}),
    cell(4, "robust", letters(17, 0)),
    cell(16, "robust", letters(44, 3), lures={"copied": 1}),
    cell(32, "degraded", letters(13, 11), lures={"input": 2}),
]


def only(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """The only curve, valid by the schema."""
    (row,) = rows
    spec = schema.load("summary")
    curves = {"$defs": spec["$defs"], **spec["properties"]["curves"]}
    from jsonschema import Draft202012Validator

    Draft202012Validator(curves).validate(json.loads(json.dumps(rows)))
    return row


def test_a_curve_of_four_sizes() -> None:
    """Its points in increasing order, what they show, and the sentence."""
    row = only(curve_rows(FALLING))
    assert [(point["size"], point["verdict"]) for point in row["points"]] == [
        (4, "robust"),
        (16, "robust"),
        (32, "degraded"),
        (64, "brittle"),
    ]
    assert row["points"][3] == {
        **{"size": 64, "id": "t.py::test_longer[64]", "verdict": "brittle", "gap": GAP},
        "control": {"n": 17, "correct": 17, "estimate": 1.0, "low": 0.1, "high": 0.9},
        "shift": {"n": 16, "correct": 1, "estimate": 1 / 16, "low": 0.1, "high": 0.9},
    }
    assert (row["parameter"], row["params"], row["control_size"]) == ("size", {"rule": 3}, 2)
    assert (row["holds_to"], row["breaks_by"], row["holds_again"]) == (16, 64, [])
    assert row["misfit"]["fits"]
    assert row["chain_law"]["reading"] == "worse than p^k"
    assert 16 < row["horizon_at_bar"]["median"] < row["horizon"]["low"] < row["horizon"]["median"] < 64
    assert row["lure"] == {"name": "copied", "count": 13, "wrong": 29}
    assert row["sentence"].startswith("holds to 16, breaks by 64; horizon 33 [")
    assert "mostly" not in row["sentence"]


def test_the_commonest_lure_is_named_if_it_explains_most_wrong_answers() -> None:
    """And only where something falls; its name is not trusted."""
    evil = "cop\x1b[31m\nied"
    falling = [{**row, "lures": {evil: row["shift"]["wrong"]}} for row in FALLING]
    sentence = only(curve_rows(falling))["sentence"]
    assert re.search(r"; all [0-9]+ wrong answers are ", sentence)
    assert "\x1b" not in sentence
    assert "\n" not in sentence
    robust = [{**row, "verdict": "robust"} for row in falling]
    assert "wrong answers" not in only(curve_rows(robust))["sentence"]


def test_only_judged_draws_are_in_the_likelihood() -> None:
    """What a wave asked beyond the deciding draw changes nothing."""
    more = [{**row, "shift": arm(row["shift"]["outcomes"] + "w" * 7, row["shift"]["n"])} for row in FALLING]
    fits = ("horizon", "horizon_at_bar", "misfit", "chain_law", "chain_misfit", "holds_to", "breaks_by")
    one, other = only(curve_rows(FALLING)), only(curve_rows(more))
    assert {name: one[name] for name in fits} == {name: other[name] for name in fits}
    assert other["points"][0]["shift"]["n"] == 24


def test_the_longest_beginning_of_the_shared_control_counts() -> None:
    """A control that fails more often than larger sizes, as the cell shows that asked most of it, fits no curve."""
    longer = [
        {**row, "control": arm(letters(17, 0) + letters(40, 20))} if row["params"]["size"] == 32 else row
        for row in FALLING
    ]
    assert only(curve_rows(FALLING))["misfit"]["fits"]
    assert not only(curve_rows(longer))["misfit"]["fits"]


def test_the_control_may_have_a_cell_of_its_own() -> None:
    """Of one arm, whose size is that of the control."""
    row = only(curve_rows([*FALLING, cell(2, "robust", None)]))
    first = row["points"][0]
    assert (first["size"], first["verdict"], first["shift"], first["gap"]) == (2, "robust", None, None)
    assert (row["control_size"], row["holds_to"]) == (2, 16)
    assert row["horizon"]["median"] == pytest.approx(only(curve_rows(FALLING))["horizon"]["median"])


def test_a_control_that_differs_in_more_than_the_size_is_no_point_of_the_curve() -> None:
    """Each size has a twin of its own."""
    own = [{**row, "control_params": {"size": row["params"]["size"], "rule": 0}} for row in FALLING]
    row = only(curve_rows(own))
    assert row["control_size"] is None
    # Another rule at one size for all of them is not on the curve either.
    other = [{**row, "control_params": {"size": 2, "rule": 0}} for row in FALLING]
    assert only(curve_rows(other))["control_size"] is None


def test_what_is_asked_otherwise_is_another_curve() -> None:
    """Another probe, model, condition, or value of another parameter."""
    moved = [
        {**row, **change}
        for row in FALLING
        for change in (
            {},
            {"probe": "t.py::test_other"},
            {"model": "n", "condition": {"model": "n"}},
            {"strategy": "cot"},
            {"params": {**row["params"], "rule": 9}, "control_params": {"size": 2, "rule": 9}},
        )
    ]
    rows = curve_rows(moved)
    assert len(rows) == 5
    assert {row["sentence"] for row in rows} == {only(curve_rows(FALLING))["sentence"]}


@pytest.mark.parametrize(
    "cells",
    [
        [],
        FALLING[:1],
        [{**row, "size": None} for row in FALLING],
        [{**row, "sampling": None} for row in FALLING],
        [cell("wide", "robust", "c"), cell("narrow", "robust", "c"), cell(True, "robust", "c"), cell(4, "robust", "c")],
    ],
)
def test_no_curve(cells: list[dict[str, Any]]) -> None:
    """Without two sizes that are numbers, or from before their sampling was known."""
    assert curve_rows(cells) == []


def test_a_model_that_holds_again_has_no_horizon() -> None:
    """The sizes at which it does are named."""
    row = only(curve_rows([*FALLING, cell(128, "robust", letters(17, 0)), cell(256, "robust", letters(17, 0))]))
    assert row["holds_again"] == [128, 256]
    assert row["horizon"] is row["horizon_at_bar"] is row["chain_law"] is None
    assert row["sentence"] == "holds to 16, breaks by 64, holds again at 128 and 256"


def test_without_a_fit_there_is_neither_horizon_nor_law() -> None:
    """In their place, the largest size that is shown to hold and the smallest that is shown to break."""
    turning = [
        cell(4, "undecided", letters(5, 45)),
        cell(8, "robust", letters(40, 0)),
        cell(16, "undecided", letters(45, 5)),
        cell(32, "brittle", letters(1, 15)),
    ]
    row = only(curve_rows(turning))
    assert row["misfit"] == row["chain_misfit"] == {"p_value": 0.005, "fits": False}
    assert row["horizon"] is row["horizon_at_bar"] is row["chain_law"] is None
    assert row["sentence"] == (
        "the largest size shown to hold is 8, the smallest shown to break is 32; no size curve fits (p = 0.005)"
    )


@pytest.mark.parametrize(
    ("cells", "sentence"),
    [
        (
            [cell(4, "robust", letters(17, 0)), cell(64, "robust", letters(17, 0))],
            "holds to 64, the largest size asked; horizon > 64",
        ),
        (
            [cell(4, "brittle", letters(0, 11)), cell(64, "brittle", letters(0, 11))],
            "breaks by 4; horizon 2.9 [2.3, 3.6]",
        ),
        (
            [cell(size, "incapable", "", "www") for size in (4, 64)],
            "below the bar at every size, without a gap",
        ),
        (
            [cell(size, "incapable", letters(1, 11), letters(1, 11)) for size in (4, 64)],
            "below the bar at every size, without a gap; horizon < 2",
        ),
        (
            [cell(size, "undecided", letters(80, 20), letters(80, 20)) for size in (4, 8, 16, 64)],
            "no size is shown to hold or to break; horizon > 64",
        ),
    ],
)
def test_the_sentence(cells: list[dict[str, Any]], sentence: str) -> None:
    """What it says at the ends."""
    assert only(curve_rows(cells))["sentence"] == sentence


def test_sizes_below_one_have_no_law_and_sizes_below_zero_no_horizon() -> None:
    """The sentence does without."""
    halves = [cell(size, "robust", letters(17, 0), control_params={"size": 0.25, "rule": 3}) for size in (0.5, 4, 8)]
    row = only(curve_rows(halves))
    assert row["chain_law"] is row["chain_misfit"] is None
    assert row["horizon"] is not None
    negative = [cell(size, "robust", letters(17, 0), control_params={"size": -2, "rule": 3}) for size in (-1, 4, 8)]
    row = only(curve_rows(negative))
    assert row["horizon"] is row["misfit"] is None
    assert row["sentence"] == "holds to 8, the largest size asked"


def test_chance_comes_from_the_arms() -> None:
    """On average over their draws: a level that is hardly above it has no horizon."""
    answers = {4: letters(17, 0), 16: letters(44, 3), 64: letters(26, 24)}
    known, guessing = (
        [
            {**cell(size, "robust", outcomes), "shift": arm(outcomes, chance=chance)}
            for size, outcomes in answers.items()
        ]
        for chance in (0.0, 0.5)
    )
    assert only(curve_rows(known))["horizon"] is not None
    row = only(curve_rows(guessing))
    assert row["horizon"] is None
    assert row["horizon_at_bar"] is not None


def test_chance_is_that_of_most_draws() -> None:
    """Where 96 draws are guessed half the time and 4 are not, so are 48 % of all."""
    easy, hard = letters(90, 6), letters(0, 4)
    cells = [
        {**cell(4, "robust", easy), "shift": arm(easy, chance=0.5)},
        {**cell(64, "undecided", hard), "shift": arm(hard, chance=0.0)},
    ]
    assert only(curve_rows(cells))["horizon"] is None
    known = [{**row, "shift": {**row["shift"], "chance": 0.0}} for row in cells]
    assert only(curve_rows(known))["horizon"] is not None


def test_a_model_that_falls_for_a_lure_does_worse_than_guessing() -> None:
    """Its curve falls below chance, and has a horizon."""
    lured = [
        {**cell(size, "brittle", outcomes), "shift": arm(outcomes, chance=0.4)}
        for size, outcomes in ((8, letters(0, 12)), (32, letters(0, 12)), (64, letters(0, 12)))
    ]
    row = only(curve_rows(lured))
    assert row["misfit"]["fits"]
    assert 2 < row["horizon"]["median"] < 8
