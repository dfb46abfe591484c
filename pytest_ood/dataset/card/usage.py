"""How to use a dataset: load it, replay its failures, draw a case again, cite it. Every code block runs as written.

A name from a dataset gets into code only where it can do no harm: as an identifier or a plain path.
"""

import keyword
import re
from collections.abc import Iterator, Sequence

from pytest_ood.dataset.card.contents import Contents, TaskTraces, day
from pytest_ood.dataset.card.markdown import inline, listed

_MOST_FILES = 3
_FILE = re.compile(r"(?![-/~])[A-Za-z0-9_./-]+\.py", re.ASCII)


class Usage:
    """The sections of the card on using the dataset.

    Attributes:
        name: ORG/NAME, if the dataset will be on the Hub under this name.
        outside: the tasks from outside pytest-ood.
    """

    def __init__(self, contents: Contents, name: str | None) -> None:
        self.contents, self.name = contents, name
        tasks = contents.by_traces()
        versions = _bundled_versions()
        self.outside = [one for one in tasks if one.task not in versions]
        self._bundled = [one for one in tasks if versions.get(one.task) == one.version]

    def loading(self) -> Iterator[str]:
        """Yield how to load it, even if nothing failed."""
        contents = self.contents
        yield "## Load it"
        if not contents.traces:
            yield "There is nothing to load yet: no question was asked."
            return
        yield "With [datasets](https://huggingface.co/docs/datasets):"
        configs = [("failures", "the wrong answers")] if contents.failures else []
        configs += [("traces", "every answer"), ("cases", "only the questions, each once")]
        lines = [f'{config} = load_dataset(where, "{config}", split="test")  # {what}' for config, what in configs]
        yield self._code(*lines)
        if not contents.failures:
            yield (
                "No answer was wrong, so the config `failures` has no rows, and `datasets` cannot load a split without"
                " rows. It can stream one, which is then empty:"
            )
            yield self._code('failures = load_dataset(where, "failures", split="test", streaming=True)')
        if self.name is None:
            yield "With pandas alone, in this folder:"
            yield '```python\nimport pandas\n\ntraces = pandas.read_parquet("data/traces")\n```'

    def replaying(self) -> Iterator[str]:
        """Yield how to ask another model the failures."""
        yield "## Replay it"
        if not self.contents.failures:
            yield "There is nothing to replay yet: no answer was wrong."
            return
        yield "With pytest-ood installed, this asks another model the questions that failed:"
        files = self._probe_files()
        where = self.name or ("DIR" if files else ".")
        yield f"```sh\n{' '.join(['pytest', f'--ood-replay={where}', '--ood-model=MODEL', *files])}\n```"
        if files:
            folder = "" if self.name else ", with the path of this folder for `DIR`"
            yield (
                f"The probes define tasks of their own ({_names(self.outside)}): run this in the folder that has them"
                f"{folder}. Without these files, the questions are asked as published, without siblings."
            )
        yield (
            "For each group of failures it also asks 21 fresh *siblings*: cases drawn with the same parameters from a"
            " seed that is not published, none of which is in this dataset. A model that answers both right has learned"
            " the task; one that answers only the published cases has memorised them."
        )

    def drawing(self) -> Iterator[str]:
        """Yield how to draw a case again from its row."""
        yield "## Draw a case again"
        yield (
            "Task, version, parameters, seed and draw determine a case on any machine, and the digest of its question"
            " proves that it is the same."
        )
        if self._bundled:
            yield self._code(
                *_a_row_of(self._bundled[0]),
                "task = next(task for task in tasks() if task.name == name)",
                *_DRAWN,
                standard=_FOR_DRAWING,
                ours=("from pytest_ood.families import tasks",),
            )
        placed = [(one, *where) for one in self.outside if (where := _module_and_name(one.task))]
        if placed:
            one, module, name = placed[0]
            yield (
                f"Tasks from outside pytest-ood ({_names([one for one, *_ in placed])}) are imported from the module"
                " that defines them. Run this where that module can be imported:"
            )
            yield self._code(
                *_a_row_of(one),
                f"task = {module}.{name}",
                *_DRAWN,
                standard=_FOR_DRAWING,
                outside=(f"import {module}",),
            )
        unnamed = [one for one in self.outside if _module_and_name(one.task) is None]
        if unnamed:
            yield (
                f"The name of {_names(unnamed)} does not show where the task is defined: import it from the file of its"
                " probe (field `probe`) and call its method `draw` with the row's parameters, seed and draw."
            )
        if not self._bundled and not self.outside and self.contents.traces:
            yield "Another version of pytest-ood drew these cases: install the one in the field `pytest_ood_version`."

    def citing(self) -> Iterator[str]:
        """Yield how to cite it."""
        yield "## Cite it"
        versions = sorted({version for _, _, _, version in self.contents.models})
        by = f" and the version of pytest-ood ({listed([inline(version) for version in versions])})" if versions else ""
        yield f"Name the dataset, its revision (each published run has a tag){by}."
        if self.name is not None and self.contents.models:
            owner, _, title = self.name.partition("/")
            year = max(day(traces.last) for traces in self.contents.models.values())[:4]
            yield (
                f"```bibtex\n@misc{{{re.sub('[^a-z0-9]+', '_', self.name.lower())},\n  author = {{{{{owner}}}}},\n"
                f"  title = {{{{{title}}}: out-of-distribution failures}},\n  year = {{{year}}},\n"
                f"  url = {{https://huggingface.co/datasets/{self.name}}},\n}}\n```"
            )

    def _code(
        self, *lines: str, standard: Sequence[str] = (), outside: Sequence[str] = (), ours: Sequence[str] = ()
    ) -> str:
        """A block of Python that loads the dataset: these imports by group, the dataset's place, and the lines."""
        here = ["from pathlib import Path"] if self.name is None else []
        first = "".join(f"{line}\n" for line in (*standard, *here))
        second = "\n".join([*outside, "from datasets import load_dataset", *ours])
        where = "str(Path.cwd())  # this folder" if self.name is None else f'"{self.name}"'
        imports = f"{first}\n{second}" if first else second
        return "\n".join(["```python", imports, "", f"where = {where}", *lines, "```"])

    def _probe_files(self) -> list[str]:
        """The files with the probes of tasks from outside the package, as arguments of a command."""
        files = list(dict.fromkeys(file for one in self.outside for file in one.files))
        if all(_FILE.fullmatch(file) for file in files) and len(files) <= _MOST_FILES:
            return files
        return ["PROBES"]


_FOR_DRAWING = ("import hashlib", "import json")
_DRAWN = (
    'case = task.draw(json.loads(row["params"]), row["seed"], row["draw"])',
    "",
    'assert task.version == row["task_version"]',
    'assert hashlib.sha256(case.prompt.encode()).hexdigest() == row["prompt_sha256"]',
    'assert case.answer == row["answer_expected"]',
)


def _a_row_of(task: TaskTraces) -> list[str]:
    return [
        'traces = load_dataset(where, "traces", split="test")',
        f'name, version = "{task.task}", {task.version}',
        'row = next(row for row in traces if (row["task"], row["task_version"]) == (name, version))',
    ]


def _bundled_versions() -> dict[str, int]:
    from pytest_ood.families import tasks

    return {task.name: task.version for task in tasks()}


def _module_and_name(task: str) -> tuple[str, str] | None:
    """The module and name of a task, if its name gives them: it does unless its author has chosen another."""
    module, _, name = task.partition(".")
    if all(part.isascii() and part.isidentifier() and not keyword.iskeyword(part) for part in (module, name)):
        return module, name
    return None


def _names(tasks: Sequence[TaskTraces]) -> str:
    shown = [inline(one.task) for one in tasks[:_MOST_FILES]]
    return listed([*shown, f"{len(tasks) - len(shown)} more"] if len(tasks) > len(shown) else shown)
