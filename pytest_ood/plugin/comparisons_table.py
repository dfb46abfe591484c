"""The comparisons at the end of a run, in sentences and colours: from the rows of its summary."""

from collections.abc import Iterator, Sequence

from pytest_ood.plugin.layout import Line, Row
from pytest_ood.report.comparison_sentences import comparison_sentence, worse_in
from pytest_ood.text.columns import wrapped
from pytest_ood.text.words import counted, percent

# A line for each task that is shown to have become worse would hide the others.
_MOST_TASKS = 5


def comparison_lines(rows: Sequence[Row], width: int) -> Iterator[Line]:
    """Say of each comparison which side is better, by how much, and how sure that is."""
    for row in rows:
        yield from (Line(line, _color(row)) for line in wrapped(comparison_sentence(row), width))
        if row["baseline"] is not None:
            worse = [task for task in row["tasks"] if task["task"] in row["baseline"]["worse_tasks"]]
            for task in sorted(worse, key=lambda task: -task["evidence_b"])[:_MOST_TASKS]:
                yield from (Line(line, "red") for line in wrapped(worse_in(task), width, "  "))
            if len(worse) > _MOST_TASKS:
                yield Line(f"  and in {counted(len(worse) - _MOST_TASKS, 'more task')}", "red")
    alphas = {row["alpha"] for row in rows}
    if len(alphas) == 1:
        (alpha,) = alphas
        wrong = f"equal ones are told apart in at most {percent(alpha)} of runs"
        note = f"models are compared on the draws that both were asked; {wrong}"
        yield from (Line(line) for line in wrapped(note, width))


def _color(row: Row) -> str | None:
    """Return the colour of a comparison's sentence, if it shows something."""
    if row["baseline"] is not None:
        return "red" if row["baseline"]["is_worse"] else "green" if row["shown"] == "a" else None
    return {None: None, "both": "yellow"}.get(row["shown"], "green")
