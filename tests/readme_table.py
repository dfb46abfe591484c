"""The table of tasks in ``docs/tasks.md``, from their docstrings: ``python -m tests.readme_table`` writes it."""

import inspect
import re
from collections.abc import Iterator
from pathlib import Path

from pytest_ood import Task
from pytest_ood.families import tasks

PAGE = Path(__file__).parent.parent / "docs" / "tasks.md"
BEGIN, END = "<!-- tasks: written by python -m tests.readme_table -->\n", "<!-- end of tasks -->\n"
FAMILIES = ("reversal", "operator swap", "grid scaling", "chaining", "shortcuts and planning")


def lines() -> Iterator[str]:
    """The table, by family."""
    yield "| family | task | asked | moves from control to shift |"
    yield "|---|---|---|---|"
    for task in sorted(tasks(), key=lambda task: FAMILIES.index(task.family)):
        yield f"| {task.family} | [`{task.name}`](tasks/{task.name}.md) | {asked(task)} | {moves(task)} |"


def asked(task: Task) -> str:
    """The first sentence of the docstring."""
    return first_sentence(inspect.getdoc(task.function) or "")


def moves(task: Task) -> str:
    """The first sentence after "Moves:"."""
    _, found, after = (inspect.getdoc(task.function) or "").partition("Moves: ")
    assert found, f"{task.name}: its docstring does not say what moves"
    return first_sentence(after)


def first_sentence(text: str) -> str:
    """Up to the first full stop that ends a sentence, on one line, safe in a table."""
    sentence = re.split(r"\.(?=\s|$)|\n\n", text, maxsplit=1)[0]
    return " ".join(sentence.split()).replace("``", "`").replace("|", "\\|")


def table() -> str:
    """What stands between the two marks of the page."""
    return "".join(f"{line}\n" for line in lines())


if __name__ == "__main__":
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(BEGIN)
    PAGE.write_text(f"{before}{BEGIN}{table()}{END}{rest.partition(END)[2]}", encoding="utf-8")
