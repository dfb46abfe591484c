"""The page without its script: findings, matrix, numbers, and nothing in it but what this package ships."""

import base64
import hashlib
import re
import shlex
from typing import Any

import pytest

from pytest_ood.evidence.trace import Trace
from pytest_ood.report.commands import reconstructed
from pytest_ood.report.html import Source, render, write
from tests.dataset.making import HOSTILE
from tests.report.making import CONDITION, FALLING, Document, arm, cell, pair, report, summary, unpacked


def asked(model: str, number: int, verdict: str, **values: Any) -> dict[str, Any]:
    """A cell of this model."""
    condition = {**CONDITION, "model": model, **values.pop("axes", {})}
    return cell(number, verdict, model=model, condition=condition, **values)


# What it says.


def test_the_first_sentence_counts_the_verdicts() -> None:
    """The worst first."""
    text = Document(report()).text
    assert "Of 3 cells asked of gpt-4o, 1 is brittle and 2 are robust." in text
    assert '12 of 19 wrong answers are those of a named shortcut, most often "copied" (12).' in text
    assert "A gap between control and shift is shown in 3 of 3 cells; the chance that any of them is false" in text


def test_findings_are_sentences_that_lead_to_their_curves() -> None:
    """The same as in the terminal; what holds is no finding."""
    fine = [cell(size, "robust", probe="t.py::test_fine") for size in (4, 8)]
    page = Document(report(cells=[*fine, *FALLING]))
    findings = page.text.partition("Probes and models")[0]
    assert "holds to 16, breaks by 64; horizon" in findings
    assert "test_fine" not in findings
    (link,) = [one.get("href") for one in page.all("a") if (one.get("href") or "").startswith("#curve-")][:1]
    (figure,) = page.all("figure", id=(link or "").removeprefix("#"))
    assert figure["data-probe"] == "probes/test_grids.py::test_larger"


def test_cells_that_cannot_be_decided_are_counted() -> None:
    """If that is because their answers could not be scored."""
    cells = [cell(4, "undecided", "uuu", reason_code="unscored"), cell(8, "robust")]
    sentence = "1 cell cannot be decided because too many answers could not be scored."
    assert sentence in Document(report(cells=cells)).text
    assert "cannot be decided" not in Document(report()).text


def test_a_run_in_which_all_is_well_says_so() -> None:
    """And one in which nothing was asked."""
    assert "Nothing is shown against the model." in Document(report(cells=[cell(4, "robust")])).text
    assert "No cell was judged." in Document(report(cells=[])).text


def test_the_matrix_has_a_square_for_each_probe_and_model() -> None:
    """With the letter of each cell and the word of the worst, and a way to the curve."""
    cells = [
        *(asked("a", size, verdict) for size, verdict in ((4, "robust"), (8, "undecided"), (16, "brittle"))),
        *(asked("b", size, verdict) for size, verdict in ((4, "robust"), (8, "robust"), (16, "degraded"))),
        asked("a", 4, "incapable", probe="t.py::test_other"),
    ]
    html = report(cells=cells)
    (table,) = re.findall(r'<table class="matrix.*?</table>', html, re.DOTALL)
    squares = re.findall(r'<a class="square (\w+)" href="#(curve-\d)".*?class="word">([^<]*)<', table, re.DOTALL)
    assert [(verdict, word) for verdict, _, word in squares] == [
        ("brittle", "brittle"),
        ("degraded", "degraded"),
        ("incapable", "below the bar"),
    ]
    letters = re.findall(r'<span class="letter \w+" title="([^"]*)">(.)</span>', table)
    assert [letter for _, letter in letters] == list("RUBRRDI")
    assert letters[1][0] == "8: undecided"
    assert "not asked" in table
    assert len(Document(html).all("figure")) == len({anchor for _, anchor, _ in squares}) == 3


def test_the_numbers_of_a_curve_are_a_table() -> None:
    """Readable without a script."""
    text = Document(report()).text
    assert "size control shift gap pairs odds verdict" in text
    assert "64 20/20 [.10, .90] 2/20 [.10, .90] +.50 [.20, .80] 20 300 brittle" in text


def test_comparisons_and_replays_are_told() -> None:
    """In the words of the terminal."""
    sides = {name: {"model": name, "label": name} for name in ("a", "b")}
    numbers = {"evidence_a": 1200.0, "evidence_b": 0.1, "estimate": 0.2, "low": 0.1, "high": 0.3, "alpha": 0.05}
    compared = {**sides, "tasks": [{}] * 3, **numbers, "shown": "a", "baseline": None}
    group = {
        **{"task": "t.spell", "params": {"length": 6}, "arm": "shift", "model": "m", "fixed": 3, "published": 7},
        **{"probe": "t.py::test_spell", "task_version": 1, "strategy": "direct", "still": 4},
        **{"siblings": arm("c" * 21), "reading": "learned", "reason": "siblings clear the bar"},
    }
    text = Document(report(comparisons=[compared], replay=[group])).text
    assert "a is better than b: evidence 1,200 to 1 over 3 tasks; +.20 [.10, .30]" in text
    assert "Of 7 published failures asked again of m, 3 are FIXED and 4 STILL wrong." in text
    assert "t.spell length=6 shift m 3 of 7 21/21 [.10, .90] siblings clear the bar" in text


def test_several_runs_stand_side_by_side() -> None:
    """A column for each condition of each."""
    html = render([Source("before", [summary()]), Source("after", [summary([cell(64, "robust")])])])
    (table,) = re.findall(r'<table class="matrix.*?</table>', html, re.DOTALL)
    assert "before: gpt-4o" in table
    assert "after: gpt-4o" in table
    assert len(re.findall('class="square', table)) == 2


def test_summaries_of_older_editions_are_shown() -> None:
    """Without conditions, sampling and judged gaps."""
    gap = {"estimate": 0.5, "low": 0.1, "high": 0.9, "pairs": None, "evidence": None, "alpha": None, "shown": None}
    unjudged = {**arm("c" * 20), "estimate": None, "outcomes": None, "judged": None}
    unknown = {"condition": None, "reason_code": None, "sampling": None, "size": None}
    old = cell(64, "brittle", gap=gap, **unknown, control=unjudged)
    whole = {**summary([old]), "curves": [], "run_id": None, "started_at": None, "gap_alpha": None}
    assert "Of 1 cell asked of gpt-4o, 1 is brittle." in Document(render([Source("old", [whole])])).text


def test_a_cell_of_several_runs_counts_as_in_the_last() -> None:
    """A dataset grows."""
    runs = [summary([cell(64, "brittle")]), summary([cell(64, "robust")])]
    assert "Of 1 cell asked of gpt-4o, 1 is robust." in Document(render([Source("data", runs)])).text


# The command.


@pytest.mark.parametrize(
    ("values", "options"),
    [
        ({}, ["--ood-model=gpt-4o"]),
        ({"seed": 7}, ["--ood-model=gpt-4o", "--ood-seed=7"]),
        (
            {"cells": [asked("a b", 4, "robust"), asked("c", 4, "robust")]},
            ["--ood-model=a b", "--ood-model=c"],
        ),
        (
            {"cells": [cell(4, "robust", condition={**CONDITION, "args": {"n": n, "t": "x"}}) for n in (1, 2)]},
            ["--ood-model=gpt-4o", "--ood-vary=n=1,2", "--ood-model-arg=t=x"],
        ),
        (
            {"cells": [cell(4, "robust", condition={**CONDITION, "strategy": "cot", "shots": 4, "exchanges": 0})]},
            ["--ood-model=gpt-4o", "--ood-strategy=cot", "--ood-shots=4", "--ood-exchanges=0"],
        ),
        (
            {"cells": [cell(4, "robust", condition={**CONDITION, **axes}) for axes in ({}, {"wording": 2})]},
            ["--ood-model=gpt-4o", "--ood-vary=task.wording=0,2"],
        ),
        (
            {
                "cells": [
                    cell(4, "robust", condition={**CONDITION, "strategy": "vote", "strategy_args": {"k": 3}}),
                    cell(4, "robust", condition={**CONDITION, "strategy": "vote", "strategy_args": {"k": 3}}),
                    cell(4, "robust", condition={**CONDITION, "strategy": "routed", "strategy_args": {"breaks": {}}}),
                ]
            },
            [
                *("--ood-model=gpt-4o", "--ood-strategy=vote", "--ood-strategy=routed"),
                *("--ood-strategy-arg=vote.k=3", "--ood-horizons=FILE"),
            ],
        ),
        (
            {"cells": [cell(4, "robust", sampling={**FALLING[0]["sampling"], "bar": 0.9, "samples": 40})]},
            ["--ood-model=gpt-4o", "--ood-bar=0.9", "--ood-samples=40"],
        ),
    ],
)
def test_the_command_asks_the_same_again(values: dict[str, Any], options: list[str]) -> None:
    """The models and axes of the run, since they are part of the node ids."""
    command = reconstructed(summary(**values))("probes/test_grids.py::test_larger[a b]")
    assert shlex.split(command) == ["pytest", "probes/test_grids.py::test_larger[a b]", *options]


def test_the_command_has_no_control_character() -> None:
    """Which would reach the terminal that it is pasted into."""
    command = reconstructed(summary([asked(HOSTILE, 4, "robust")]))(HOSTILE)
    assert command.isprintable()


def test_the_command_is_there_for_each_cell(monkeypatch: pytest.MonkeyPatch) -> None:
    """But not with a key in it."""
    commands = [one["command"] for one in unpacked(report(*pair(0)))["cells"]]
    assert commands == [
        f"pytest 'probes/test_grids.py::test_larger[{size}]' --ood-model=gpt-4o" for size in (4, 16, 64)
    ]
    monkeypatch.setenv("SOME_API_KEY", "gpt-4o-is-a-secret")
    cells = [asked("gpt-4o-is-a-secret", 4, "robust")]
    assert reconstructed(summary(cells))("id") == ""


# What it is made of.


def test_the_policy_allows_our_style_and_script_alone() -> None:
    """By their digests."""
    html = report(*pair(0))
    (policy,) = [one["content"] for one in Document(html).all("meta", **{"http-equiv": "Content-Security-Policy"})]
    for tag in ("style", "script"):
        (text,) = re.findall(rf"<{tag}>(.*?)</{tag}>", html, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in (policy or "")
    assert (policy or "").startswith("default-src 'none';")
    assert "unsafe" not in (policy or "")


def test_it_asks_nothing_of_anybody() -> None:
    """No address but places within the page and the empty icon; no attribute with style or script."""
    page = Document(report(*pair(0)))
    for tag, attributes in page.elements:
        for name, value in attributes.items():
            assert not name.startswith("on"), (tag, name)
            assert name not in ("style", "src", "srcset", "action", "data", "formaction"), (tag, name)
            if name == "href":
                assert (value or "").startswith("#") or value == "data:,", (tag, value)


@pytest.mark.parametrize(
    ("traces", "cells"), [(pair(0), [*FALLING, asked("b", 4, "brittle")]), ([], FALLING), ([], [])]
)
def test_every_place_that_is_linked_exists(traces: list[Trace], cells: list[dict[str, Any]]) -> None:
    """Once."""
    page = Document(report(*traces, cells=cells))
    ids = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    # A point without traces leads nowhere.
    links = {(one["href"] or "").removeprefix("#").partition("?")[0] for one in page.all("a") if "href" in one}
    assert links <= set(ids)


def test_hostile_texts_add_no_element() -> None:
    """In every place that somebody else may write to, they are text."""
    texts = ("probe", "task", "family", "model", "strategy", "reason", "id")

    def elements(text: str) -> tuple[list[tuple[str, list[str]]], str]:
        values: dict[str, Any] = dict.fromkeys(texts, text)
        params = {"params": {text: text}, "control_params": {text: "x"}, "lures": {text: 3}}
        one = cell(
            4, "brittle", "w" * 20, **values, **params, condition={**CONDITION, "system": text, "args": {text: text}}
        )
        whole = summary([one], pytest_ood_version=text, started_at=text, curves=[])
        html = render([Source(text, [whole], lambda: pair(0, lure=text))])
        return [(tag, sorted(attributes)) for tag, attributes in Document(html).elements], html

    benign, _ = elements("benign")
    hostile, html = elements(HOSTILE)
    assert [tag for tag, _ in hostile if tag != "wbr"] == [tag for tag, _ in benign if tag != "wbr"]
    assert [names for tag, names in hostile if tag != "wbr"] == [names for tag, names in benign if tag != "wbr"]
    assert not [sign for sign in html if not sign.isprintable() and sign != "\n"]


def test_it_is_written_as_it_is(tmp_path: Any) -> None:
    """Also where lines end otherwise, and where a text is no valid Unicode; a folder is made."""
    path = tmp_path / "new" / "report.html"
    write(path, [Source("\ud800", [summary()])])
    raw = path.read_bytes()
    assert b"\r" not in raw
    assert raw.decode("utf-8").startswith("<!doctype html>")


def test_huge_names_do_not_make_a_huge_page() -> None:
    """Wherever they stand."""
    texts = ("probe", "task", "family", "model", "strategy", "reason", "id")
    text = "x" * 1_000_000
    values: dict[str, Any] = {**dict.fromkeys(texts, text), "condition": {**CONDITION, "model": text, "system": text}}
    one = cell(4, "brittle", "w" * 20, params={text: text}, control_params={text: "y"}, lures={text: 3}, **values)
    whole = summary([one], pytest_ood_version=text, started_at=text, curves=[])
    assert len(render([Source(text, [whole], lambda: pair(0, lure=text))])) < 200_000


def test_a_report_of_verdicts_alone_says_how_to_get_the_questions_in() -> None:
    """One with questions has no need to, and in one without a cell there is nothing to see."""
    advice = "--ood-export=DIR"
    assert advice in report()
    assert advice not in report(*pair(0, 4))
    assert advice not in report(cells=[])
