"""Datasets in the formats of other tools: each has a module with a function `write`.

No tool needs to be installed to write its format, unless the format has no other writer than the tool itself.
"""

import contextlib
import importlib
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pytest_ood.dataset.folder import DatasetError
from pytest_ood.evidence.trace import Trace
from pytest_ood.text.words import counted, short_line

_MOST_REASONS = 10


@dataclass(frozen=True, slots=True)
class Format:
    """A format.

    Attributes:
        module: the module of this package that writes it.
        is_folder: whether it is a folder; otherwise it is one file.
        about: what it is, for the command line.
    """

    module: str
    is_folder: bool
    about: str


#: The formats by the names that users type.
FORMATS: Mapping[str, Format] = {
    "inspect": Format(
        "inspect", True, "logs of Inspect (.eval), one for each arm and condition; needs `pip install inspect-ai`"
    ),
    "trl": Format("trl", True, "prompts.jsonl for TRL, with the reward function pytest_ood.dataset.formats.trl.reward"),
    "verifiers": Format("verifiers", True, "an environment of verifiers, as a package that can be installed"),
    "reasoning-gym": Format(
        "reasoning_gym", True, "entries.jsonl, for the dataset pytest_ood.dataset.formats.reasoning_gym.Questions"
    ),
    "every-eval-ever": Format("every_eval_ever", True, "results and samples by the schema of Every Eval Ever"),
    "jsonl": Format("jsonl", False, "one file with a JSON object on each line, a row of the dataset"),
}


@dataclass
class Written:
    """What was written.

    Attributes:
        rows: how many traces or questions.
        noun: what a row is.
        left_out: how many traces were left out, by the reason.
    """

    noun: str
    rows: int = 0
    left_out: Counter[str] = field(default_factory=Counter)

    def __str__(self) -> str:
        reasons = self.left_out.most_common(_MOST_REASONS)
        lines = [f"left out: {counted(n, 'trace')} ({short_line(why)})" for why, n in reasons]
        if more := self.left_out.total() - sum(n for _, n in reasons):
            lines.append(f"left out: {counted(more, 'trace')} for other reasons")
        return "\n".join([counted(self.rows, self.noun), *lines])


def convert(traces: Iterable[Trace], to: str, out: Path) -> Written:
    """Write traces in another format.

    Args:
        traces: the traces of one dataset.
        to: one of `FORMATS`.
        out: a new or empty folder, or for a format that is one file a file, which is replaced.

    Raises:
        DatasetError: nothing was written: `out` is taken, the tool is missing, or there is nothing to write.
        OSError: it cannot be written.
    """
    chosen = FORMATS[to]
    with _prepared(out, chosen) as part:
        written: Written = importlib.import_module(f"{__name__}.{chosen.module}").write(traces, part)
        if not written.rows:
            raise DatasetError(f"nothing to write\n{written}" if written.left_out else "the dataset has no such rows")
    return written


def missing(package: str, error: ImportError) -> DatasetError:
    """Return the error for a tool that is not installed, or fails when it is imported."""
    return DatasetError(f"{package} cannot be imported ({error})", fix=f"pip install {package}")


@contextlib.contextmanager
def _prepared(out: Path, chosen: Format) -> Iterator[Path]:
    """Provide a path next to `out`, whose contents become `out` at the end, all or nothing."""
    # What a link leads to is replaced, and not the link: it may be that to a terminal.
    target = out.resolve()
    if chosen.is_folder and target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise DatasetError(f"{out} is not an empty folder", fix="name a new one")
    if not chosen.is_folder and target.exists() and not target.is_file():
        raise DatasetError(f"{out} is not a file", fix="name a new one")
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".ood-", dir=target.parent) as room:
        part = Path(room) / "part"
        if chosen.is_folder:
            part.mkdir()
        yield part
        if chosen.is_folder and target.exists():
            target.rmdir()
        part.replace(target)
