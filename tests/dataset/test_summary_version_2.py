"""A dataset with summaries of version 2 is checked, added to and merged; its summaries stay as they are."""

import shutil
from pathlib import Path

import pytest

from pytest_ood.dataset.summaries import summaries
from pytest_ood.dataset.validate import faults, leaks
from tests.dataset.making import contents, export, merge, some, summary

HERE = Path(__file__).parent / "summary_version_2" / "dataset"
TRACES = 122


@pytest.fixture
def second(tmp_path: Path) -> Path:
    """A copy of the dataset."""
    return Path(shutil.copytree(HERE, tmp_path / "second"))


def test_it_has_no_fault_and_no_key(second: Path) -> None:
    """As any dataset of today."""
    assert list(faults(second)) == list(leaks(second)) == []


def test_a_run_of_today_is_added_to_it(second: Path) -> None:
    """The card tells the runs apart; the old summaries are not rewritten."""
    old = contents(second / "runs")
    export(second, some(4), summary())
    assert list(faults(second)) == []
    assert {name: content for name, content in contents(second / "runs").items() if name in old} == old
    assert [run["schema_version"] for run in summaries(second)] == [3, 3, 3]
    card = (second / "README.md").read_text(encoding="utf-8").replace("\xa0", " ")
    assert "bar 0.8, judged by an earlier version; " in card
    assert "bar 0.8, at most 100 questions per arm; " in card
    # Estimate and bounds, without evidence that nobody asked for.
    assert "| spell | `size=2` | 21/21 [.81,1] | 0/3 [.00,.74] | +1 [-.02,1] | brittle |" in card
    assert "| `spelling.spell` | `size=2` shift | `fake/oracle` | 3 of 3 | 21/21 [.81,1] | learned |" in card


def test_a_merge_knows_it_again(second: Path, tmp_path: Path) -> None:
    """Nothing is there twice."""
    assert merge([second], tmp_path / "out").rows == TRACES
    assert merge([second], tmp_path / "out").runs == ()
    assert merge([second], second).rows == 0
    assert list(faults(tmp_path / "out")) == []
