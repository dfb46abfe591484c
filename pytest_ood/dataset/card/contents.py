"""The card's statistics about the rows, read from a few narrow columns of the Parquet files at a time."""

import datetime
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pytest_ood.dataset.folder import CASES, described, parquet_files, scan

#: A file of traces and a row in it.
Place = tuple[Path, int]


@dataclass
class TaskTraces:
    """The traces of one version of a task: how many, where a shifted one is, and the files of the probes."""

    task: str
    version: int
    family: str
    traces: int = 0
    shifted: Place | None = None
    files: dict[str, None] = field(default_factory=dict)


@dataclass
class ModelTraces:
    """Traces of one model with the same arguments, seed and version of pytest-ood: how many, from when to when."""

    traces: int
    first: float
    last: float


@dataclass
class Contents:
    """Statistics of all traces, failures and cases."""

    traces: int = 0
    failures: int = 0
    cases: int = 0
    tasks: dict[tuple[str, int, str], TaskTraces] = field(default_factory=dict)
    # By task and lure.
    lures: "Counter[tuple[str, str | None]]" = field(default_factory=Counter)
    first_of_lure: dict[tuple[str, str | None], Place] = field(default_factory=dict)
    # Those of which the first is a shifted case.
    _shifted: set[tuple[str, str | None]] = field(default_factory=set, repr=False)
    # By model, its arguments, seed and version of pytest-ood.
    models: dict[tuple[str, str, int, str], ModelTraces] = field(default_factory=dict)

    @classmethod
    def of(cls, folders: Sequence[Path]) -> "Contents":
        """Read the statistics of all `folders` together.

        Raises:
            DatasetError: a file cannot be read.
        """
        contents = cls()
        for path in parquet_files(folders, "traces"):
            contents._add_traces(path)
        for path in parquet_files(folders, "failures"):
            contents._add_failures(path)
        contents.cases = sum(described(path)[2] for path in parquet_files(folders, CASES))
        return contents

    def by_traces(self) -> list[TaskTraces]:
        """Return the tasks, those with the most traces first."""
        return sorted(self.tasks.values(), key=lambda one: -one.traces)

    def seeds(self) -> list[int]:
        """Return all seeds."""
        return sorted({seed for _, _, seed, _ in self.models})

    def _add_traces(self, path: Path) -> None:
        start = 0
        for batch in scan(path, ["task", "task_version", "family", "arm", "probe"]):
            for row, (*key, arm, probe) in enumerate(zip(*batch.values(), strict=True), start):
                task, version, family = key
                counts = self.tasks.setdefault((task, version, family), TaskTraces(task, version, family))
                counts.traces += 1
                counts.files.setdefault(probe.partition("::")[0])
                if arm == "shift" and counts.shifted is None:
                    counts.shifted = path, row
            start += len(batch["task"])
        self.traces += start
        for batch in scan(path, ["model", "model_args", "seed", "pytest_ood_version", "created_at"]):
            for *how, when in zip(*batch.values(), strict=True):
                model, args, seed, written_by = how
                of_model = self.models.setdefault((model, args, seed, written_by), ModelTraces(0, when, when))
                of_model.traces += 1
                of_model.first, of_model.last = min(of_model.first, when), max(of_model.last, when)

    def _add_failures(self, path: Path) -> None:
        start = 0
        for batch in scan(path, ["task", "lure", "arm"]):
            for row, (task, lure, arm) in enumerate(zip(*batch.values(), strict=True), start):
                key = task, lure
                self.lures[key] += 1
                # A shifted case shows what the task moves.
                if key not in self.first_of_lure or (arm == "shift" and key not in self._shifted):
                    self.first_of_lure[key] = path, row
                if arm == "shift":
                    self._shifted.add(key)
            start += len(batch["task"])
        self.failures += start


def day(seconds: float) -> str:
    """Return the date in UTC of a time in seconds since the epoch."""
    try:
        return f"{datetime.datetime.fromtimestamp(seconds, datetime.timezone.utc):%Y-%m-%d}"
    except (OverflowError, ValueError, OSError):
        return "unknown"
