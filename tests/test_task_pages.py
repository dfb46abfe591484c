"""The pages of the tasks are those that the code gives."""

import importlib
import pkgutil

import pytest

import probes
from pytest_ood import Task, families
from tests import task_pages
from tests.task_pages import FOLDER, Ladder, fenced, ladder_line, ladders_by_task, page, sections_of


@pytest.mark.parametrize("task", families.tasks(), ids=lambda task: task.name)
def test_a_page_is_what_the_code_says(task: Task) -> None:
    """To the letter, its table of measures included: ``python -m tests.task_pages`` writes it."""
    assert (FOLDER / f"{task.name}.md").read_text(encoding="utf-8") == page(task)


def test_there_is_a_page_for_each_task_and_no_other() -> None:
    """One that is left over belongs to a task that is gone."""
    assert {path.stem for path in FOLDER.iterdir()} == {task.name for task in families.tasks()}


def test_every_page_has_the_same_sections() -> None:
    """The ladder and the measures need a bundled probe."""
    needed = ["What moves", "Held equal", "Lures", "Chance", "Source", "Ladder", "An example", "Measured"]
    for path in FOLDER.iterdir():
        text = path.read_text(encoding="utf-8")
        assert [heading for heading in needed if f"\n## {heading}\n" not in text] == [], path.name


def test_every_bundled_probe_is_in_a_ladder() -> None:
    """By its name."""
    modules = [
        importlib.import_module(f"{probes.__name__}.{info.name}") for info in pkgutil.iter_modules(probes.__path__)
    ]
    there = {name for module in modules for name in vars(module) if name.startswith("test_")}
    assert {ladder.probe for ladders in ladders_by_task().values() for ladder in ladders} == there != set()


def test_a_ladder_shows_what_varies_most() -> None:
    """For each value of the rest."""
    cells = [{"rule": 90, "width": 16}, {"rule": 90, "width": 32}, {"rule": 28, "width": 64}]
    line = "- `test_it`: `width=8` -> `width` 16, 32 at `rule=90`; `width` 64 at `rule=28` (1 in a quick run)"
    assert ladder_line(Ladder("test_it", {"width": 8}, cells, 1)) == line
    assert ladder_line(Ladder("test_it", {"width": 8}, cells[:1], 0)) == (
        "- `test_it`: `width=8` -> `rule` 90 at `width=16`"
    )


def test_a_heading_begins_a_sentence() -> None:
    """A line that happens to begin with a word and a colon goes on."""

    def function() -> None:
        """The first sentence, which goes on after
        Feedback: it is no heading.

        Moves: this. Then
        That: not a heading either.
        Lures (all of them): one.
        """

    found = sections_of(Task(function, "t", "f", {}, 1))  # type: ignore[arg-type]
    assert list(found) == ["", "Moves", "Lures"]
    assert found["Lures"] == "all of them: one."


def test_a_task_without_a_probe_has_a_page_too() -> None:
    """What its arguments say takes the place of what the docstring leaves out."""

    def function() -> None:
        """A question.

        Moves: this.
        """

    text = page(Task(function, "t", "f", {}, 1, moves="that", matched="the rest", chance=0.5))  # type: ignore[arg-type]
    headings = [line for line in text.splitlines() if line.startswith("#")]
    assert headings == ["# t", "## What moves", "## Held equal", "## Chance"]
    assert "\nThis.\n" in text
    assert text.endswith("The rest\n\n## Chance\n\n0.5\n")


def test_no_text_breaks_out_of_its_block() -> None:
    """The fence is longer than any in the text; what is too long is cut, and says so."""
    assert fenced("a ``` b", 100) == "````text\na ``` b\n````"
    assert fenced("abcdef", 4) == "```text\nabcd\n... (2 more characters)\n```"


def test_tokens_are_counted_as_the_models_count_them() -> None:
    """Two public encodings, which differ; a text that looks like a special token is text."""
    counts = task_pages.tokenizers()
    text = "नमस्ते दुनिया"
    assert {name: (count("hello world"), count("<|endoftext|>")) for name, count in counts.items()} == {
        "o200k_base": (2, 7),
        "cl100k_base": (2, 7),
    }
    assert counts["o200k_base"](text) < counts["cl100k_base"](text)
