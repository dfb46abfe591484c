"""What the pages for readers name is there: files, headings, options, commands."""

import re
from pathlib import Path

import pytest

from pytest_ood import cli
from pytest_ood.plugin.options import OPTIONS
from tests.documents import ROOT, block
from tests.test_floors import FLOORS

PAGES = sorted(
    [*ROOT.glob("*.md"), ROOT / "CITATION.cff", *ROOT.glob("docs/**/*.md"), *ROOT.glob("examples/*/README.md")]
)
LINK = re.compile(r"\]\(([^)\s]+)\)")
CODE = re.compile(r"^```.*?^```$|`[^`\n]+`", re.MULTILINE | re.DOTALL)
CHANGES = ROOT / "CHANGELOG.md"


def named(path: Path) -> str:
    """The path of a page, as a test's id."""
    return path.relative_to(ROOT).as_posix()


def anchors(path: Path) -> set[str]:
    """The anchors that GitHub makes of a page's headings."""
    headings = re.findall(r"^#+ (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_links_lead_somewhere(page: Path) -> None:
    """To a file of the repository, and to a heading in it."""
    for target in LINK.findall(CODE.sub("", page.read_text(encoding="utf-8"))):
        if target.startswith("https://"):
            continue
        file, _, anchor = target.partition("#")
        path = (page.parent / file).resolve() if file else page
        assert path.exists(), target
        assert path.is_relative_to(ROOT), target
        if anchor:
            assert anchor in anchors(path), target


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_options_and_commands_exist(page: Path) -> None:
    """As they are written; only the changelog may name what is gone."""
    text = page.read_text(encoding="utf-8")
    if page != CHANGES:
        assert set(re.findall(r"--ood-[a-z-]+[a-z]", text)) <= {option.flag for option in OPTIONS}
        assert set(re.findall(r"\bood_[a-z_]+(?= =|`)", text)) <= {*(option.ini for option in OPTIONS), "ood_quick"}
    for first, second in re.findall(r"(?:^ {4}|`)pytest-ood ([a-z]+)(?: ([a-z]+)\b)?", text, re.MULTILINE):
        with pytest.raises(SystemExit) as ended:
            cli.main([first, *([second] if first == "store" else []), "--help"])
        assert ended.value.code == 0, f"pytest-ood {first} {second}"


@pytest.mark.parametrize("page", [ROOT / "docs" / "architecture.md", *ROOT.glob("docs/decisions/*.md")], ids=named)
def test_every_file_that_is_named_exists(page: Path) -> None:
    """From the root, or from the package."""
    files = re.findall(r"[\w/<>.-]*\w\.(?:py|json|md)\b", page.read_text(encoding="utf-8"))
    assert files or page.parent.name == "decisions"
    for file in files:
        assert any((folder / file).is_file() for folder in (ROOT, ROOT / "pytest_ood", page.parent)), file


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_no_page_names_a_place_on_somebodys_machine(page: Path) -> None:
    """They are for strangers."""
    assert not re.findall(r"(?<![\w.])/(?:home|root|tmp|work|Users)/\S+", page.read_text(encoding="utf-8"))


def test_the_index_names_every_page() -> None:
    """And every decision. The pages of the tasks are named in the table of tasks."""
    indexes = [(ROOT / "docs" / name).read_text(encoding="utf-8") for name in ("README.md", "tasks.md")]
    linked = {(ROOT / "docs" / target).resolve() for index in indexes for target in LINK.findall(index)}
    assert set((ROOT / "docs").glob("**/*.md")) - {ROOT / "docs" / "README.md"} <= linked


def test_the_drawing_of_the_floors_is_the_table() -> None:
    """Each folder and file on its floor."""
    drawing = block("docs/architecture.md", "Architecture", "text")
    drawn, floor = {}, -1
    for line in drawing.splitlines():
        floor = int(line[:3].strip() or floor)
        drawn |= dict.fromkeys(re.findall(r"\b([a-z]+)(?:/|\.py)", line[:35]), floor)
    assert drawn == {room: rank for room, rank in FLOORS.items() if room != "__init__"}
