"""What the card says about the rows, read from the Parquet files a few narrow columns at a time."""

import datetime
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pytest_ood.dataset.folder import CASES, described, parquet_files, scan

#: A file of traces and a row in it.
Place = tuple[Path, int]


@dataclass
class Asked:
    """One version of a task: how many traces, where a shifted one is, and the files of the probes that asked."""

    task: str
    version: int
    family: str
    traces: int = 0
    shifted: Place | None = None
    files: dict[str, None] = field(default_factory=dict)


@dataclass
class Made:
    """Traces of one model, with its arguments, seed and version of pytest-ood: how many, from when to when."""

    traces: int
    first: float
    last: float


@dataclass
class Contents:
    """Of all traces, failures and cases."""

    traces: int = 0
    failures: int = 0
    cases: int = 0
    tasks: dict[tuple[str, int, str], Asked] = field(default_factory=dict)
    # By task and lure.
    lures: "Counter[tuple[str, str | None]]" = field(default_factory=Counter)
    first_of_lure: dict[tuple[str, str | None], Place] = field(default_factory=dict)
    # By model, its arguments, seed and version of pytest-ood.
    made: dict[tuple[str, str, int, str], Made] = field(default_factory=dict)

    @classmethod
    def of(cls, folders: Sequence[Path]) -> "Contents":
        """Read what all `folders` together hold.

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

    def most_asked(self) -> list[Asked]:
        """Return the tasks, those with the most traces first."""
        return sorted(self.tasks.values(), key=lambda asked: -asked.traces)

    def seeds(self) -> list[int]:
        """Return all seeds."""
        return sorted({seed for _, _, seed, _ in self.made})

    def _add_traces(self, path: Path) -> None:
        start = 0
        for batch in scan(path, ["task", "task_version", "family", "probe", "arm"]):
            rows = list(zip(*batch.values(), strict=True))
            for one, number in Counter(rows).items():
                task, version, family, probe, arm = one
                asked = self.tasks.setdefault((task, version, family), Asked(task, version, family))
                asked.traces += number
                asked.files.setdefault(probe.partition("::")[0])
                if arm == "shift" and asked.shifted is None:
                    asked.shifted = path, start + rows.index(one)
            start += len(rows)
        self.traces += start
        for batch in scan(path, ["created_at", "model", "model_args", "seed", "pytest_ood_version"]):
            times: dict[tuple[str, str, int, str], list[float]] = {}
            for when, *how in zip(*batch.values(), strict=True):
                times.setdefault(tuple(how), []).append(when)
            for key, found in times.items():
                made = self.made.setdefault(key, Made(0, found[0], found[0]))
                made.traces += len(found)
                made.first, made.last = min(made.first, *found), max(made.last, *found)

    def _add_failures(self, path: Path) -> None:
        start = 0
        for batch in scan(path, ["task", "lure"]):
            rows = list(zip(*batch.values(), strict=True))
            for key, number in Counter(rows).items():
                self.lures[key] += number
                if key not in self.first_of_lure:
                    self.first_of_lure[key] = path, start + rows.index(key)
            start += len(rows)
        self.failures += start


def day(seconds: float) -> str:
    """Return the date, in UTC, of some seconds since the epoch."""
    try:
        return f"{datetime.datetime.fromtimestamp(seconds, datetime.timezone.utc):%Y-%m-%d}"
    except (OverflowError, ValueError, OSError):
        return "unknown"
