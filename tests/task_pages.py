"""A page for each bundled task in ``docs/tasks/``, from the code: ``python -m tests.task_pages`` writes them."""

import functools
import importlib
import inspect
import itertools
import pkgutil
import re
import textwrap
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

import pytest

import probes
from pytest_ood import Task
from pytest_ood.case import Case
from pytest_ood.certify import Subject
from pytest_ood.certify.measures import Measures, measure
from pytest_ood.certify.tokens import ENCODINGS, tokenizers
from pytest_ood.families import tasks
from pytest_ood.report.published_figures import PublishedFigure, all_figures
from pytest_ood.text.canonical import canonical
from tests import readme_table

FOLDER = readme_table.PAGE.parent / "tasks"
DRAWS = 200
# Longer texts are cut.
LONGEST_PROMPT, LONGEST_ANSWER = 3000, 600
# What a docstring says under these names, in the order of a page. Where a name is missing, so is the section.
SECTIONS = {"Matched": "Held equal", "Lures": "Lures", "Chance": "Chance", "Source": "Source"}
# A word or three and a colon, at the beginning of a paragraph or of a line after one that ends a sentence.
HEADING = re.compile(
    r"(?:\A|(?<=\.\n)|(?<=\n\n))([A-Z][A-Za-z]+(?: [a-z]+){0,2})(?: \(([^)]*)\))?:(?: |$)", re.MULTILINE
)


class Ladder(NamedTuple):
    """A bundled probe of a task: its name, its twin, and the parameters of each cell."""

    probe: str
    control: Mapping[str, Any]
    cells: list[dict[str, Any]]
    quick: int


def page(task: Task) -> str:
    """The page of a task."""
    return "\n\n".join(sections(task)) + "\n"


def sections(task: Task) -> Iterator[str]:
    """What stands on the page, piece by piece."""
    document = sections_of(task)
    yield f"# {task.name}"
    yield "<!-- written by python -m tests.task_pages -->"
    yield markdown(document[""])
    yield f"Family: {task.family}. Version {task.version}. Defined in [{where(task)}](../../{where(task)})."
    if conditions := "".join(conditions_of(task)):
        yield markdown(conditions)
    yield "## What moves"
    yield markdown(document.get("Moves") or task.moves)
    for name, heading in SECTIONS.items():
        # An argument of @task, or what the docstring says; a chance that is a number is a number.
        stated = getattr(task, name.lower(), None)
        if text := document.get(name) or ("" if stated is None else f"{stated}"):
            yield f"## {heading}\n\n{markdown(text)}"
    for name in document:
        if name and name not in SECTIONS and name not in ("Moves", "Args", "Raises", "Returns"):
            yield f"## {name}\n\n{markdown(document[name])}"
    ladders = ladders_by_task().get(task.name, [])
    if not ladders:
        return
    yield "## Ladder"
    yield "\n".join(map(ladder_line, ladders))
    subject = subject_of(task)
    yield from example(subject)
    figures = [figure for figure in all_figures() if figure.task == task.name]
    if figures:
        yield "## Published figures"
        yield "Accuracies on control and shift, from other questions than ours."
        yield "\n".join(map(figure_line, figures))
    yield "## Measured"
    yield measured_text(subject)


def conditions_of(task: Task) -> Iterator[str]:
    """In what words and in what ways it can be asked besides the plain one."""
    if task.wordings > 1:
        yield f"Asked in {task.wordings} wordings (`--ood-vary=task.wording=0,1,2`)."
    if "spaced" in task.parameters:
        yield " Its letters can be set apart (`--ood-vary=task.spaced=false,true`)."
    if task.solver is not None:
        yield " It has a solver (`--ood-strategy=solver`)."
    if task.step is not None:
        yield " It can be asked step by step (`--ood-strategy=stepwise`)."


def subject_of(task: Task) -> Subject:
    """The cell that the page shows: the first of the first probe."""
    first, *_ = ladders_by_task()[task.name]
    params = first.cells[0]
    return Subject(task, params, {**params, **first.control})


def sections_of(task: Task) -> dict[str, str]:
    """The docstring by its headings; what stands before the first is under ""."""
    text = inspect.getdoc(task.function) or ""
    marks = list(HEADING.finditer(text))
    found = {"": text[: marks[0].start()] if marks else text}
    for mark, following in itertools.zip_longest(marks, marks[1:]):
        end = following.start() if following else len(text)
        remark = f"{mark[2]}: " if mark[2] else ""
        found.setdefault(mark[1], remark + text[mark.end() : end].strip())
    return found


def markdown(text: str) -> str:
    """A text of a docstring: paragraphs of one line each, wrapped, beginning with a capital letter."""
    paragraphs = [" ".join(each.split()).replace("``", "`") for each in text.strip().split("\n\n")]
    wrapped = "\n\n".join(
        textwrap.fill(each, 120, break_long_words=False, break_on_hyphens=False) for each in paragraphs
    )
    return wrapped[:1].upper() + wrapped[1:]


def where(task: Task) -> str:
    """The file of a task, from the root."""
    return (inspect.getsourcefile(task.function) or "").removeprefix(f"{readme_table.PAGE.parent.parent}/")


@functools.cache
def ladders_by_task() -> dict[str, list[Ladder]]:
    """The bundled probes by the names of their tasks."""
    found: dict[str, list[Ladder]] = {}
    for info in pkgutil.iter_modules(probes.__path__):
        module = importlib.import_module(f"{probes.__name__}.{info.name}")
        for name, function in vars(module).items():
            marks = {mark.name: mark for mark in getattr(function, "pytestmark", [])}
            if "ood" in marks:
                probe = marks["ood"].args[0]
                cells = list(cells_of(function))
                control = probe.task.control if probe.control is None else probe.control
                ladder = Ladder(name, control, [params for params, _ in cells], sum(quick for _, quick in cells))
                found.setdefault(probe.task.name, []).append(ladder)
    return found


def cells_of(function: Any) -> Iterator[tuple[dict[str, Any], bool]]:
    """The parameters of each item of a probe, and whether it is one of the quick ones."""
    axes = []
    for mark in function.pytestmark:
        if mark.name == "parametrize":
            names = mark.args[0].replace(" ", "").split(",") if isinstance(mark.args[0], str) else list(mark.args[0])
            axes.append([one_cell(names, value) for value in mark.args[1]])
    for parts in itertools.product(*axes):
        yield {name: value for params, _ in parts for name, value in params.items()}, any(quick for _, quick in parts)


def one_cell(names: list[str], value: Any) -> tuple[dict[str, Any], bool]:
    """One row of a parametrization; ``pytest.param`` carries its marks."""
    quick = False
    if isinstance(value, type(pytest.param())):
        quick = any(mark.name == "ood_quick" for mark in value.marks)
        values = value.values
    else:
        values = (value,) if len(names) == 1 else value
    return dict(zip(names, values, strict=True)), quick


def ladder_line(ladder: Ladder) -> str:
    """A probe, its twin and its cells: the values of what varies most, for each value of the rest."""
    if not ladder.cells[0]:
        return f"- `{ladder.probe}`: {named(ladder.control)}"
    values: dict[str, dict[str, None]] = {}
    for cell in ladder.cells:
        for name, value in cell.items():
            values.setdefault(name, {})[canonical(value)] = None
    axis = max(values, key=lambda name: len(values[name]))
    groups: dict[str, list[str]] = {}
    for cell in ladder.cells:
        rest = named({name: value for name, value in cell.items() if name != axis})
        groups.setdefault(rest, []).append(repr(cell[axis]))
    cells = "; ".join(f"`{axis}` {', '.join(each)}{f' at {rest}' if rest else ''}" for rest, each in groups.items())
    quick = f" ({ladder.quick} in a quick run)" if ladder.quick else ""
    return f"- `{ladder.probe}`: {named(ladder.control)} -> {cells}{quick}"


def named(params: Mapping[str, Any]) -> str:
    """Parameters as a reader writes them."""
    return ", ".join(f"`{name}={value!r}`" for name, value in params.items())


def figure_line(figure: PublishedFigure) -> str:
    """A figure with what is known about it."""
    facts = [figure.condition, f"n = {figure.n}" if figure.n else None]
    known = "; ".join(filter(None, facts))
    place = f", {figure.where}" if figure.where else ""
    return f"- {named(figure.params)}: {figure}{f' ({known})' if known else ''}. {figure.paper}{place}."


def example(subject: Subject) -> Iterator[str]:
    """The pair of draw 0."""
    yield "## An example"
    yield f"Draw 0 of seed 0, {named(subject.params) or 'without parameters'}."
    for arm in subject.arms:
        case = subject.task.draw(subject.arm_params(arm), 0, 0)
        yield f"The {arm}:\n\n{fenced(case.prompt, LONGEST_PROMPT)}\n\n{expected(case)}"


def expected(case: Case) -> str:
    """The answer, and the lures."""
    lures = ", ".join(f"`{name}`" for name in case.lures) or "none"
    which = "Its answer" if case.unique else "One of its right answers"
    return f"{which} (lures: {lures}):\n\n{fenced(case.answer, LONGEST_ANSWER)}"


def fenced(text: str, longest: int) -> str:
    """A block that the text cannot break out of."""
    shown = text if len(text) <= longest else f"{text[:longest]}\n... ({len(text) - longest:,} more characters)"
    fence = "`" * max(3, 1 + max(map(len, re.findall("`+", shown)), default=0))
    return f"{fence}text\n{shown}\n{fence}"


def measured_text(subject: Subject) -> str:
    """The table of measures."""
    arms = measure(subject, DRAWS, tokenizers=tokenizers())
    draws = ", ".join(f"{one.cases} of the {one.arm}" for one in arms)
    lines = [
        f"Cases: {draws}. Lengths are means. In the control arm a shortcut may well be right.",
        "",
        "| | " + " | ".join(one.arm for one in arms) + " |",
        "|---|" + "---|" * len(arms),
        *[f"| {name} | " + " | ".join(map(show, arms)) + " |" for name, show in rows()],
    ]
    return "\n".join(lines)


def rows() -> list[tuple[str, Callable[[Measures], str]]]:
    """The rows of the table: a name, and what it shows of an arm."""
    tokens: list[tuple[str, Callable[[Measures], str]]] = [
        (f"tokens of the prompt, {name}", functools.partial(_tokens, name=name)) for name in ENCODINGS
    ]
    return [
        ("characters of the prompt", lambda one: f"{one.prompt_characters:.1f}"),
        *tokens,
        ("characters of the answer", lambda one: f"{one.answer_characters:.1f}"),
        (
            "digits of the answer",
            lambda one: "not numbers" if one.answer_digits is None else f"{one.answer_digits:.2f}",
        ),
        ("share of the commonest answer", lambda one: f"{one.commonest:.3f}"),
        ("chance stated", lambda one: f"{one.chance:.3f}"),
        ("best answer without thought", _best),
        ("cases in which a lure is right", lambda one: f"{one.lured_right:.3f}"),
    ]


def _tokens(one: Measures, name: str) -> str:
    return f"{one.prompt_tokens[name]:.1f}"


def _digits(one: Measures) -> str:
    return "not numbers" if one.answer_digits is None else f"{one.answer_digits:.2f}"


def _best(one: Measures) -> str:
    return f"{one.baseline_right:.3f}, {one.baseline}" if one.baseline_right else "none is ever right"


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    written = {f"{task.name}.md": page(task) for task in tasks()}
    for path in FOLDER.glob("*.md"):
        if path.name not in written:
            path.unlink()
    for name, text in written.items():
        (FOLDER / name).write_text(text, encoding="utf-8")
