"""Questions as a dataset of reasoning-gym.

from pytest_ood.dataset.formats.reasoning_gym import Config, Questions

questions = Questions(Config("OUT"))
entry = questions[0]
questions.score_answer(answer, entry)
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pytest_ood.answers import wrap
from pytest_ood.asking.strategies import FORM
from pytest_ood.dataset.formats import Written, missing
from pytest_ood.dataset.formats.lines import read_lines, write_lines
from pytest_ood.dataset.formats.questions import questions, score
from pytest_ood.evidence.trace import Trace

FILE = "entries.jsonl"
#: The name under which `register` makes the dataset known.
NAME = "pytest_ood"


def write(traces: Iterable[Trace], out: Path) -> Written:
    """Write `entries.jsonl` to the folder `out`: question, answer and metadata on each line."""
    written = Written("question")
    written.rows = write_lines(out / FILE, (_entry(row) for row in questions(traces, written)))
    return written


def _entry(row: dict[str, Any]) -> dict[str, Any]:
    metadata = {name: value for name, value in row.items() if name not in ("prompt", "question", "answer")}
    return {"question": f"{row['question']}\n\n{FORM}", "answer": row["answer"], "metadata": metadata}


@dataclass
class Config:
    """Where the questions are.

    Attributes:
        path: the folder that `pytest-ood convert --to reasoning-gym` wrote.
        seed: not used: the questions are published ones, in the order of the dataset.
    """

    path: str
    seed: int = 0

    def validate(self) -> None:
        """Check that there are questions.

        Raises:
            FileNotFoundError: there are none.
        """
        if not (Path(self.path) / FILE).is_file():
            raise FileNotFoundError(f"{self.path} has no {FILE}")


class Questions:
    """Questions with the interface of reasoning-gym's `ProceduralDataset`, which need not be installed."""

    category = NAME

    def __init__(self, config: Config) -> None:
        config.validate()
        self.config, self.seed = config, config.seed
        self._entries = list(read_lines(Path(config.path) / FILE))
        self.size = len(self._entries)

    def __len__(self) -> int:
        return self.size

    def __getitem__(self, idx: int) -> dict[str, Any]:
        return self._entries[idx]

    def __iter__(self) -> Iterator[dict[str, Any]]:
        return iter(self._entries)

    def score_answer(self, answer: str | None, entry: dict[str, Any]) -> float:
        """Return 1 if an answer is right, and otherwise 0: there are no points for parts of an answer.

        Args:
            answer: the answer, with or without answer tags around it; None if there is none.
            entry: the question, one of this dataset.

        Raises:
            DatasetError: the case cannot be drawn again.
        """
        if not isinstance(answer, str):
            return 0.0
        return score(entry["metadata"], answer) or score(entry["metadata"], wrap(answer))


def register() -> None:
    """Make the dataset known to reasoning-gym: ``create_dataset("pytest_ood", path="OUT")``.

    Raises:
        DatasetError: reasoning-gym is not installed.
    """
    try:
        from reasoning_gym.dataset import ProceduralDataset
        from reasoning_gym.factory import DATASETS, register_dataset
    except ImportError as error:
        raise missing("reasoning-gym", error) from error
    ProceduralDataset.register(Questions)
    if NAME not in DATASETS:
        register_dataset(NAME, Questions, Config)
