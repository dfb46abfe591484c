"""`pytest --help` on a terminal of eighty columns."""

import re

import pytest

from pytest_ood.plugin.options import GROUPS, OPTIONS, Option
from tests.documents import PAGES


def test_the_options_stand_under_headings(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    """In the order of the table, each with a text of two lines at most."""
    monkeypatch.setenv("COLUMNS", "80")
    printed = pytester.runpytest_inprocess("--help").outlines
    start = printed.index(f"ood: {next(iter(GROUPS))}:")
    ours = printed[start : next(place for place, line in enumerate(printed) if line.startswith("[pytest]"))]
    assert [line for line in ours if len(line) > 80] == []
    headings = [line.removeprefix("ood: ").removesuffix(":") for line in ours if line.startswith("ood: ")]
    assert headings == list(GROUPS)
    flags = [flag for line in ours for flag in re.findall(r"^  (--ood-[a-z-]+)", line)]
    assert flags == [option.flag for option in OPTIONS]
    texts = re.split(r"^  --ood-[a-z-]+\S*", "\n".join(ours), flags=re.MULTILINE)[1:]
    lines = [sum(bool(line.strip()) for line in re.split(r"\n\n", text)[0].splitlines()) for text in texts]
    assert [flag for flag, count in zip(flags, lines, strict=True) if not 1 <= count <= 2] == []


@pytest.mark.parametrize("option", OPTIONS, ids=lambda option: option.flag)
def test_a_help_text_is_a_line(option: Option) -> None:
    """A phrase, not a sentence; what there is more to say stands on the page of options."""
    text = option.help
    assert 15 <= len(text) <= 112
    assert text == " ".join(text.split())
    assert not text.endswith(".")
    assert text[0].islower()


def test_the_page_of_options_has_the_same_headings() -> None:
    """And the same order below them."""
    page = PAGES["docs/options.md"].partition("## In the ini file")[0]
    tables = re.findall(r"^\| (.+) \| \|\n\|---\|---\|\n((?:\|.*\n)+)", page, re.MULTILINE)
    shown = {heading: re.findall(r"^\| `(--ood-[a-z-]+)", rows, re.MULTILINE) for heading, rows in tables}
    assert shown == {heading: [option.flag for option in options] for heading, options in GROUPS.items()}
    assert list(shown) == list(GROUPS)
