"""Examples: what was asked, and the commonest wrong answers."""

import itertools
from collections.abc import Iterator, Mapping
from typing import Any

from pytest_ood.dataset.card.contents import Contents
from pytest_ood.dataset.card.markdown import block, count, inline
from pytest_ood.dataset.folder import read_row
from pytest_ood.dataset.questions import conversation

_MOST_EXAMPLES = 8
_READ = ("model", "messages", "question", "prompt_sha256", "answer_expected", "answer_given", "answer_unique")


def asked(contents: Contents) -> Iterator[str]:
    """Yield each task with one of its shifted questions."""
    for one in contents.most_asked()[:_MOST_EXAMPLES]:
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
        yield f"{len(contents.tasks) - _MOST_EXAMPLES} more tasks are in the config `traces`."
    if not contents.tasks:
        yield "Nothing was asked."


def commonest_wrong_answers(contents: Contents) -> Iterator[str]:
    """Yield the commonest wrong answers, those of named shortcuts first, each with an example."""
    named = [(key, number) for key, number in contents.lures.most_common() if key[1] is not None]
    rest = [(key, number) for key, number in contents.lures.most_common() if key[1] is None]
    for (task, lure), number in itertools.islice(named + rest, _MOST_EXAMPLES):
        row = read_row(contents.first_of_lure[task, lure], _READ)
        why = f"by the shortcut {inline(lure)}" if lure is not None else "by no named shortcut"
        yield f"**{inline(task)}**: {count(number, 'wrong answer')} {why}. {inline(row['model'])} was asked:"
        yield _conversation(row)
        yield "It answered:"
        yield block(row["answer_given"] or "")
        yield "Expected:" if row["answer_unique"] else "Expected, for example:"
        yield block(row["answer_expected"])
    if not contents.lures:
        yield "None: every answer that could be scored was right."


def _conversation(row: Mapping[str, Any]) -> str:
    """The question of a case, or all of a dialogue."""
    turns = conversation(row["messages"], row["question"], row["prompt_sha256"])
    if len(turns) == 1:
        return block(turns[0][1])
    names = {"user": "asked", "assistant": "answered"}
    return block("\n\n".join(f"[{names.get(role, role)}] {text}" for role, text in turns))
