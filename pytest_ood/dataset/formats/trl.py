"""Questions for TRL, and the reward function that verifies their answers.

from datasets import load_dataset
from trl import GRPOTrainer
from pytest_ood.dataset.formats.trl import reward

prompts = load_dataset("json", data_files="OUT/prompts.jsonl", split="train")
trainer = GRPOTrainer(model=..., reward_funcs=reward, train_dataset=prompts)
"""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from pytest_ood.dataset.formats import Written
from pytest_ood.dataset.formats.lines import write_lines
from pytest_ood.dataset.formats.questions import questions, score
from pytest_ood.dataset.redraw import CaseKey
from pytest_ood.evidence.trace import Trace


def write(traces: Iterable[Trace], out: Path) -> Written:
    """Write `prompts.jsonl` to the folder `out`."""
    written = Written("question")
    written.rows = write_lines(out / "prompts.jsonl", questions(traces, written))
    return written


def reward(prompts: Sequence[Any], completions: Sequence[Any], **columns: Any) -> list[float]:
    """Return 1 for each completion with a right answer, and 0 for each other.

    Args:
        prompts: not read: the case is drawn anew.
        completions: texts, or conversations that end with the response.
        columns: the other columns of the dataset, of which those of `CaseKey` say which cases were asked.

    Raises:
        DatasetError: a case cannot be drawn again.
    """
    del prompts
    keys = zip(*(columns[name] for name in CaseKey._fields), strict=True)
    return [
        score(dict(zip(CaseKey._fields, key, strict=True)), _text(completion))
        for key, completion in zip(keys, completions, strict=True)
    ]


def _text(completion: Any) -> str:
    said = completion if isinstance(completion, str) else completion[-1]["content"]
    return said or ""
