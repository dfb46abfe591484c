"""What changed from one run to another: only what both were asked counts, and a claim needs evidence."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from pytest_ood.report.changes import Change, changes, comparisons
from pytest_ood.report.comparison_sentences import comparison_sentence
from pytest_ood.report.html import Source, render
from pytest_ood.text.canonical import canonical
from tests.report.making import CONDITION, Document, cell, summary, twin, unpacked


def changed(before: Sequence[dict[str, Any]], after: Sequence[dict[str, Any]], **values: Any) -> list[Change]:
    """The changes from one run with these cells to another."""
    return changes(Source("a", [summary(before)]).cells(), Source("b", [summary(after, **values)]).cells())


def told(before: Sequence[dict[str, Any]], after: Sequence[dict[str, Any]]) -> list[str]:
    """The sentences about them."""
    sources = [Source(name, [summary(cells)]).cells() for name, cells in (("old", before), ("new", after))]
    return list(map(comparison_sentence, comparisons(("old", "new"), *sources)))


def test_a_cell_that_was_fixed() -> None:
    """All its wrong draws are right now."""
    (change,) = changed([cell(64, "brittle", "w" * 20)], [cell(64, "robust", "c" * 20)])
    assert (change.before, change.after, change.shown) == ("brittle", "robust, gap", "FIXED")
    assert (change.fixed, change.broken, change.pairs) == (20, 0, 20)


def test_a_cell_that_broke() -> None:
    """The other way round."""
    (change,) = changed([cell(64, "robust", "c" * 20)], [cell(64, "brittle", "w" * 20)])
    assert (change.fixed, change.broken, change.shown) == (0, 20, "BROKEN")


def test_few_draws_show_nothing() -> None:
    """Also where the verdict is another one; both verdicts are told."""
    (change,) = changed([cell(64, "brittle", "wwc")], [cell(64, "robust", "ccc")])
    assert (change.fixed, change.broken, change.shown) == (2, 0, "")
    assert change.before != change.after


def test_an_unscored_answer_counts_as_neither() -> None:
    """It may have been right or wrong."""
    (change,) = changed([cell(64, "brittle", "w" * 20)], [cell(64, "undecided", "u" * 20)])
    assert (change.fixed, change.broken, change.shown) == (0, 0, "")


def test_only_common_draws_count() -> None:
    """As far as the shorter run went."""
    (change,) = changed([cell(64, "brittle", "w" * 20)], [cell(64, "undecided", "ccc")])
    assert (change.fixed, change.pairs) == (3, 3)


def test_the_more_cells_the_more_evidence_it_takes() -> None:
    """Eight draws suffice for one cell, and not for fifty."""
    one = ([cell(4, "brittle", "w" * 10)], [cell(4, "robust", "c" * 10)])
    assert [change.shown for change in changed(*one)] == ["FIXED"]
    more = [cell(size, "robust", "c" * 10) for size in range(5, 54)]
    assert [change.shown for change in changed(one[0] + more, one[1] + more)] == [""]


def test_what_broke_comes_first() -> None:
    """Then what was fixed, then what is not shown; what did not change is left out."""
    before = [cell(size, "brittle", letters) for size, letters in ((3, "w" * 30), (4, "c" * 30), (5, "wc"), (6, "c"))]
    after = [cell(size, "brittle", letters) for size, letters in ((3, "c" * 30), (4, "w" * 30), (5, "cc"), (6, "c"))]
    assert [change.shown for change in changed(before, after)] == ["BROKEN", "FIXED", ""]


def test_more_evidence_comes_first() -> None:
    """Four draws one way say more than four one way and three the other."""
    before = [cell(3, "brittle", "wwwwccc"), cell(4, "brittle", "wwww")]
    after = [cell(3, "brittle", "ccccwww"), cell(4, "brittle", "cccc")]
    assert [(change.fixed, change.broken) for change in changed(before, after)] == [(4, 0), (4, 3)]


@pytest.mark.parametrize(
    "values", [{"task_version": 2}, {"probe": "t.py::test_other"}, {"params": {"size": 9}}, {"control_params": {}}]
)
def test_other_cells_are_not_compared(values: dict[str, Any]) -> None:
    """They ask something else."""
    assert changed([cell(64, "brittle", "w" * 20)], [cell(64, "robust", **values)]) == []


def test_another_seed_has_other_draws() -> None:
    """The same parameters, but no draw in common."""
    assert changed([cell(64, "brittle", "w" * 20)], [cell(64, "robust")], seed=1) == []


def asked(model: str, verdict: str, outcomes: str) -> dict[str, Any]:
    """A cell of this model."""
    return cell(64, verdict, outcomes, model=model, condition={**CONDITION, "model": model})


def test_two_models_are_compared() -> None:
    """If each run has one; with several, a model with itself."""
    (change,) = changed([asked("a", "brittle", "w" * 20)], [asked("b", "robust", "c" * 20)])
    assert change.fixed == 20
    before = [asked("a", "brittle", "w" * 20), asked("b", "robust", "c" * 20)]
    after = [asked("b", "brittle", "w" * 20), asked("c", "robust", "c" * 20)]
    assert [(one.fixed, one.broken) for one in changed(before, after)] == [(0, 20)]


def test_the_sentences_name_the_runs() -> None:
    """And the condition, if there are several."""
    better = told([asked("a", "brittle", "w" * 20)], [asked("a", "robust", "c" * 20)])
    assert better[0].startswith("new is better than old: evidence ")
    both = [asked("a", "brittle", "w" * 20), asked("b", "brittle", "w" * 20)]
    first, second = told(both, both)
    assert first.startswith("new, a, old, a: no difference is shown")
    assert second.startswith("new, b, old, b: no difference is shown")


def test_the_page_shows_what_changed() -> None:
    """A table; each answer has the earlier one to the same case next to it."""
    old, new = cell(64, "brittle", "w" * 20), cell(64, "robust", "c" * 20)
    before = [twin("control", 0, 64), twin("shift", 0, 64, "wrong"), twin("shift", 1, 64, "wrong")]
    after = [twin("control", 0, 64), twin("shift", 0, 64)]
    html = render([Source("old", [summary([old])], lambda: before), Source("new", [summary([new])], lambda: after)])
    text = Document(html).text
    assert "old: Of 1 cell asked of gpt-4o, 1 is brittle." in text
    assert "new: Of 1 cell asked of gpt-4o, 1 is robust." in text
    assert "new is better than old: evidence" in text
    assert "test_larger 64 FIXED brittle → robust, gap 20 0 20" in text
    data = unpacked(html)
    outcomes = [
        [data["traces"][place]["outcome"] if place >= 0 else "" for place in pair[1:]] for pair in data["pairs"]
    ]
    assert outcomes == [["correct", "wrong", ""], ["", "wrong", ""], ["correct", "correct", "wrong"]]
    assert canonical(data["conditions"]) == '["old: gpt-4o","new: gpt-4o"]'


def test_an_earlier_answer_is_one_to_the_same_case() -> None:
    """The same draw of another seed is another case."""
    earlier = replace(twin("shift", 0, 64, "wrong"), seed=1)
    sources = [
        Source(name, [summary()], lambda one=one: [one]) for name, one in (("a", earlier), ("b", twin("shift", 0, 64)))
    ]
    assert [pair[3] for pair in unpacked(render(sources))["pairs"]] == [-1, -1]


def test_runs_with_nothing_in_common_say_so() -> None:
    """Instead of an empty table."""
    html = render([Source("old", [summary()]), Source("new", [summary(seed=1)])])
    assert "old and new have no draws in common." in Document(html).text
    assert 'id="changes"' not in html
