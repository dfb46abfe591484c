"""The last lines of a run: the commands that a person is likely to want next."""

import os
import re
import shlex
import sys
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from pytest_ood.plugin.layout import Line
from pytest_ood.plugin.options import OPTIONS
from pytest_ood.plugin.terminal import write_lines
from pytest_ood.text.redaction import STRUCK_OUT, Secrets, is_secret, known_keys, without_keys
from pytest_ood.text.words import counted, one_line

if TYPE_CHECKING:
    from pytest_ood.plugin.reporting import Reporting
    from pytest_ood.plugin.session import ProbeSession

Row = Mapping[str, Any]
# So many undecided items are named; more are not worth a long command.
_FEW = 3
# pytest's own that may be left out, and ours: their values may follow as arguments of their own.
_VALUED = {"--tb", "--junitxml", "--junit-xml", *(option.flag for option in OPTIONS if option.kind != "flag")}
# A repeated run takes what it can from the store, and selects by itself.
_NEVER = {
    *("--ood-refresh", "--lf", "--last-failed", "--ff", "--failed-first", "--nf", "--new-first"),
    *("--sw", "--stepwise", "--sw-skip", "--stepwise-skip"),
}
#: A look at one item must not overwrite what the run has written, and must show everything.
NOT_FOR_A_LOOK = {
    *("--ood-export", "--ood-push", "--ood-public", "--ood-license", "--ood-json", "--ood-report"),
    *("--ood-shard", "--ood-batch", "--ood-batch-waves", "--ood-batch-submit"),
    *("--tb", "--junitxml", "--junit-xml"),
}
_VERBOSITY = re.compile(r"-(?:v+|q+)|--(?:verbose|quiet)")
# The name in ``api_key=...``, also within ``--ood-model-arg=api_key=...`` and within JSON.
_NAMES = re.compile(r"""([A-Za-z_][\w-]*)["']?\s*[=:]\s*""")
# These are numbers, although they end like the name of a key.
_PRICE = re.compile(r"(?:input|output)_cost_\w+")
_LOGIN = re.compile(r"//[^/@\s]+@")


class Invocation(NamedTuple):
    """How pytest was started.

    Attributes:
        args: the arguments as typed.
        files: those of them that name files, folders or items.
        program: what the command begins with.
        root: how pytest's root folder is reached from the current folder.
        keys: keys that the process knows, which are never repeated.
    """

    args: Sequence[str]
    files: Collection[str] = ()
    program: str = "pytest"
    root: str = "."
    keys: Sequence[str] = ()

    @classmethod
    def of(cls, config: pytest.Config, model_args: Mapping[str, Any]) -> "Invocation":
        """Return how this session was started."""
        typed = config.args_source is pytest.Config.ArgsSource.ARGS
        started_as_module = Path(sys.argv[0]).name == "__main__.py"
        return cls(
            args=config.invocation_params.args if _are_texts(config.invocation_params.args) else (),
            files=config.args if typed else (),
            program="python -m pytest" if started_as_module else "pytest",
            root=os.path.relpath(config.rootpath, config.invocation_params.dir),
            keys=known_keys(model_args),
        )

    def item(self, node_id: str) -> str:
        """Return a node id as it is typed in the current folder."""
        file, colons, name = node_id.partition("::")
        return os.path.normpath(Path(self.root) / file) + colons + name

    def command(self, *added: str, without: Collection[str] = (), items: Sequence[str] = ()) -> str:
        """Return the command once more, quoted for a shell, with no key in it; empty if one cannot be told apart.

        Args:
            added: arguments at its end.
            without: options to leave out, with their values.
            items: the node ids to run in place of the files.
        """
        kept = list(self._kept({*without, *_NEVER}, without_files=bool(items)))
        words = [*map(self.item, items), *_without_secrets(kept, self.keys), *added]
        text = " ".join([self.program, *(shlex.quote(one_line(word)) for word in words)])
        return "" if Secrets().find(text) else text

    def _kept(self, without: Collection[str], without_files: bool) -> Iterator[str]:
        """Yield the arguments to repeat."""
        args = iter(self.args)
        for arg in args:
            name, equals, _ = arg.partition("=")
            values = [next(args, "")] if name in _VALUED and not equals else []
            is_left_out = name in without or (arg in self.files and without_files)
            if not is_left_out:
                yield from (arg, *values)


def _are_texts(args: Sequence[object]) -> bool:
    return all(isinstance(arg, str) for arg in args)


def _without_secrets(args: Sequence[str], keys: Sequence[str]) -> Iterator[str]:
    """Yield the arguments with every key, token and password struck out."""
    before = ""
    for arg in args:
        text = STRUCK_OUT if before.startswith("--") and "=" not in before and _is_secret(before, arg) else arg
        for match in _NAMES.finditer(text):
            if _is_secret(match[1], text[match.end() :]):
                text = text[: match.end()] + STRUCK_OUT
                break
        yield without_keys(_LOGIN.sub(f"//{STRUCK_OUT}@", text), keys)
        before = arg


def _is_secret(name: str, value: str) -> bool:
    name = name.lstrip("-").replace("-", "_")
    is_price = _PRICE.fullmatch(name) is not None and re.fullmatch(r"[\d.eE+-]+", value) is not None
    return is_secret(name) and not is_price


def next_steps(rows: Sequence[Row], failed: Collection[str], invocation: Invocation, allowed: int = 0) -> Iterator[str]:
    """Say which commands draw more for what is undecided, and show one failing pair in full.

    Args:
        rows: the cells of the summary.
        failed: the ids of the cells whose items failed.
        invocation: how pytest was started.
        allowed: how many draws per arm the command line asked for, if it did. A cell that was limited to fewer has no
            more cases, and nothing is said about it.
    """
    undecided = [row for row in rows if row["verdict"] == "undecided"]
    yield from _draw_more([row for row in undecided if _could_draw_more(row, allowed)], invocation)
    yield from _spend_more([row for row in undecided if row["reason_code"] == "budget"], invocation)
    truncated = [row for row in undecided if row["reason_code"] == "unscored" and _is_truncated(row)]
    if truncated:
        cells = counted(len(truncated), "undecided cell")
        yield f"in {cells} answers were cut off: allow longer ones with --ood-model-arg=max_tokens=N"
    shown = sorted((row for row in rows if row["id"] in failed), key=_interest)
    if shown:
        command = invocation.command("-vv", without=NOT_FOR_A_LOOK, items=[shown[0]["id"]])
        yield from _lines("to see one failing pair in full, from the store:", _verbosely(command))


def _could_draw_more(row: Row, allowed: int) -> bool:
    return row["reason_code"] == "too_few_draws" and row["sampling"] is not None and _limit(row) >= allowed


def _limit(row: Row) -> int:
    samples: int | None = row["sampling"]["samples"]
    most: int = row["sampling"]["max_samples"]
    return most if samples is None else samples


def _draw_more(rows: Sequence[Row], invocation: Invocation) -> Iterator[str]:
    if not rows:
        return
    flag = "--ood-max-samples" if rows[0]["sampling"]["samples"] is None else "--ood-samples"
    draws = 2 * max(map(_limit, rows))
    items = [row["id"] for row in rows] if len(rows) <= _FEW else []
    command = invocation.command(f"{flag}={draws}", without={"--ood-samples", "--ood-max-samples"}, items=items)
    yield from _lines(f"to draw more for {counted(len(rows), 'undecided cell')}:", command)


def _spend_more(rows: Sequence[Row], invocation: Invocation) -> Iterator[str]:
    if rows:
        command = invocation.command("--ood-budget=USD", without={"--ood-budget"})
        cells = counted(len(rows), "cell")
        yield from _lines(f"the budget ended before {cells} could be decided; to go on with a larger one:", command)


def _lines(purpose: str, command: str) -> Iterator[str]:
    if not command:
        yield f"{purpose} the same command again (not repeated here, as it seems to hold a key)"
        return
    yield f"{purpose}{f' (fill in {STRUCK_OUT})' if STRUCK_OUT in command else ''}"
    yield f"    {command}"


def _verbosely(command: str) -> str:
    """Return the command without the verbosity that was typed, which would be added to the one at its end."""
    words = command.split(" ")
    return " ".join([word for word in words[:-1] if not _VERBOSITY.fullmatch(word)] + words[-1:])


def _is_truncated(row: Row) -> bool:
    return any(row[arm] is not None and row[arm]["truncated"] for arm in ("control", "shift"))


def _interest(row: Row) -> int:
    """Return how early a failing cell is shown: a collapse first."""
    order = ("brittle", "degraded", "incapable")
    return order.index(row["verdict"]) if row["verdict"] in order else len(order)


class NextSteps:
    """Shows the next steps below everything else that the plugin writes."""

    def __init__(self, session: "ProbeSession", reporting: "Reporting") -> None:
        self._session, self._reporting = session, reporting
        self._failed: set[str] = set()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note which cells failed their items."""
        if report.failed and hasattr(report, "ood"):
            self._failed.add(report.ood[1]["id"])

    @pytest.hookimpl(trylast=True)
    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Write the lines."""
        settings = self._session.settings
        is_asked_for = settings.explicit & {"samples", "max_samples"}
        allowed = settings.default_sampling.limit if is_asked_for else 0
        invocation = Invocation.of(self._session.config, settings.model_arg)
        lines = next_steps(self._reporting.rows, self._failed, invocation, allowed)
        write_lines(terminalreporter, (Line(text) for text in lines))
