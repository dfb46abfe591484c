"""Examples: questions, and the commonest wrong answers."""

import itertools
from collections.abc import Iterator, Mapping
from typing import Any

from pytest_ood.dataset.card.contents import Contents
from pytest_ood.dataset.card.markdown import block, count, inline
from pytest_ood.dataset.folder import read_row
from pytest_ood.evidence.questions import conversation

_MOST_EXAMPLES = 8
_READ = ("model", "messages", "question", "prompt_sha256", "answer_expected", "answer_given", "answer_unique")


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
    lured = [(key, number) for key, number in contents.lures.most_common() if key[1] is not None]
    rest = [(key, number) for key, number in contents.lures.most_common() if key[1] is None]
    for (task, lure), number in itertools.islice(lured + rest, _MOST_EXAMPLES):
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
    if len(turns) == 1:
        return block(turns[0][1])
    names = {"user": "question", "assistant": "answer"}
    return block("\n\n".join(f"[{names.get(role, role)}] {text}" for role, text in turns))
