"""Examples: a few pairs to understand what happened, questions, and the commonest wrong answers."""

import itertools
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from pytest_ood.dataset.card.contents import Contents, Place
from pytest_ood.dataset.card.markdown import block, count, inline
from pytest_ood.dataset.folder import parquet_files, read_row, scan
from pytest_ood.evidence.questions import conversation
from pytest_ood.report.terminal.lines import wrapped

_MOST_EXAMPLES = 8
_MOST_PAIRS = 3
_WIDEST = 96
_CONVERSATION = ("messages", "question", "prompt_sha256")
_ANSWERED = ("model", "response", "outcome", "answer_expected", "answer_given", "answer_unique")
_READ = (*_CONVERSATION, *_ANSWERED)


def pairs(contents: Contents, folders: Sequence[Path]) -> Iterator[str]:
    """Yield a few wrong answers that can be understood without the code, each after its control twin.

    They are the first answers of the commonest shortcuts, at most one of each task, or just of the first tasks.
    """
    chosen: dict[str, tuple[str | None, Place]] = {}
    for (task, lure), _ in _by_shortcut(contents):
        chosen.setdefault(task, (lure, contents.first_of_lure[task, lure]))
    for number, (task, (lure, place)) in enumerate(itertools.islice(chosen.items(), _MOST_PAIRS), start=1):
        shift = read_row(place, (*_READ, "pair_id", "arm", "params"))
        why = f", the answer of the shortcut {inline(lure)}" if lure is not None else ""
        yield f"### Example {number}: {inline(task)}"
        control = None
        if shift["arm"] == "shift" and shift["pair_id"] is not None:
            control = row_of(folders, shift["pair_id"])
        if control is not None:
            twin = read_row(control, _READ)
            yield f"The control, answered by {inline(twin['model'])}:"
            yield _whole(twin)
            yield f"That is {inline(twin['outcome'])}. The {inline(shift['arm'])}, with {inline(shift['params'])}:"
        else:
            yield f"{inline(shift['model'])} was asked, with {inline(shift['params'])}:"
        yield _whole(shift)
        right = "Right is" if shift["answer_unique"] else "Right is, for example"
        yield f"That is {inline(shift['outcome'])}{why}. {right}:"
        yield block(shift["answer_expected"])
    if not chosen:
        yield "No answer was wrong."


def row_of(folders: Sequence[Path], name: str) -> Place | None:
    """Return where the trace of this id is; None if it is not in the dataset."""
    for path in parquet_files(folders, "traces"):
        start = 0
        for batch in scan(path, ["id"]):
            if name in batch["id"]:
                return path, start + batch["id"].index(name)
            start += len(batch["id"])
    return None


def _whole(row: Mapping[str, Any]) -> str:
    """The question and the answer; of a dialogue every turn, the last one as it was said."""
    turns = conversation(row)
    last = row["response"] if len(turns) > 1 else row["answer_given"] or row["response"]
    return _turns([*turns, ("assistant", last)])


def _by_shortcut(contents: Contents) -> list[tuple[tuple[str, str | None], int]]:
    """The wrong answers by task and shortcut, the commonest first, those of no named shortcut last."""
    return sorted(contents.lures.most_common(), key=lambda item: item[0][1] is None)


def questions(contents: Contents) -> Iterator[str]:
    """Yield each task with one of its shifted questions."""
    for one in contents.by_traces()[:_MOST_EXAMPLES]:
        line = (
            f"**{inline(one.task)}** (version {one.version}, family {inline(one.family)}):"
            f" {count(one.traces, 'question')}."
        )
        if one.shifted is None:
            yield line
        else:
            yield f"{line} A shifted one:"
            yield _conversation(read_row(one.shifted, _READ))
    if len(contents.tasks) > _MOST_EXAMPLES:
        more = len(contents.tasks) - _MOST_EXAMPLES
        yield f"{count(more, 'more task')} {'is' if more == 1 else 'are'} in the config `traces`."
    if not contents.tasks:
        yield "Nothing was asked."


def commonest_wrong_answers(contents: Contents) -> Iterator[str]:
    """Yield the commonest wrong answers, those of named shortcuts first, each with an example."""
    for (task, lure), number in itertools.islice(_by_shortcut(contents), _MOST_EXAMPLES):
        row = read_row(contents.first_of_lure[task, lure], _READ)
        why = f"from the shortcut {inline(lure)}" if lure is not None else "from no named shortcut"
        yield f"**{inline(task)}**: {count(number, 'wrong answer')} {why}. {inline(row['model'])} was asked:"
        yield _conversation(row)
        yield "It answered:"
        yield block(row["answer_given"] or "")
        yield "Expected:" if row["answer_unique"] else "Expected, for example:"
        yield block(row["answer_expected"])
    if not contents.lures:
        yield "None: every answer that could be scored was right."


def _conversation(row: Mapping[str, Any]) -> str:
    """The question of a case, or a whole dialogue."""
    turns = conversation(row)
    return block(turns[0][1]) if len(turns) == 1 else _turns(turns)


def _turns(turns: Sequence[tuple[str, str]]) -> str:
    names = {"user": "question", "assistant": "answer"}
    whole = "\n\n".join(f"[{names.get(role, role)}] {text}" for role, text in turns)
    # A block does not break its lines, and a longer line would have to be scrolled.
    return block("\n".join(line.text for line in wrapped(whole, _WIDEST)))
