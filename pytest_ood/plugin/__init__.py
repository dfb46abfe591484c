"""The pytest plugin: options, the fixture, progress and the summary.

pytest imports this file in every session, so that it imports only pytest and the table of options at the top; the rest
comes with the first probe.
"""

import contextlib
import functools
import itertools
import pathlib
import sys
import time
from collections.abc import Generator
from typing import TYPE_CHECKING, Any, NoReturn

import pytest

from pytest_ood.plugin.options import OPTIONS, Kind

if TYPE_CHECKING:
    from pathlib import Path

    from pytest_ood.asking.cell import Cell
    from pytest_ood.asking.outcome import Outcome
    from pytest_ood.asking.plan import Planned
    from pytest_ood.asking.run import Run
    from pytest_ood.case import Task
    from pytest_ood.certify import Certificate
    from pytest_ood.dataset.write import Exported
    from pytest_ood.plugin.probes import Probe
    from pytest_ood.plugin.replaying import Replaying
    from pytest_ood.plugin.settings import Settings
    from pytest_ood.plugin.task_names import TaskNames

MARKER, QUICK = "ood", "quick"
PLUGIN = pytest.StashKey["Plugin"]()
CELL = pytest.StashKey["Cell"]()
OUTCOME = pytest.StashKey["Outcome"]()
NO_MODEL = "no model to ask: pass --ood-model=NAME (a litellm name, local, or fake/oracle to try the probe)"
NO_PROBE_TO_CERTIFY = "no probe to certify: name files with probes, or probes/"
NO_PROBE = "{}: takes the fixture `ood` but is no probe: put @probe(task) on it"
INI_TYPES: dict[Kind, Any] = {
    "list": "args",
    "str": "string",
    "path": "string",
    "int": "int",
    "float": "float",
    "flag": "bool",
}


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("ood", "out-of-distribution probes of language models")
    for option in OPTIONS:
        takes: dict[str, Any] = {"metavar": option.metavar, "action": "append" if option.kind == "list" else "store"}
        if option.kind == "flag":
            takes = {"action": "store_true"}
        group.addoption(option.flag, dest=option.ini, default=None, help=option.help, **takes)
        parser.addini(option.ini, option.help, type=INI_TYPES[option.kind], default=None)


def pytest_addhooks(pluginmanager: pytest.PytestPluginManager) -> None:
    from pytest_ood.plugin import hooks

    pluginmanager.add_hookspecs(hooks)


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "ood(...): an out-of-distribution probe, applied by @pytest_ood.probe")
    config.addinivalue_line("markers", f"{QUICK}: a size for a short run (-m {QUICK}: 9 draws an arm, bar 0.5)")
    in_ini = config.getini("ood_model") or config.getini("ood_certify")
    if in_ini or any(config.getoption(option.ini) for option in OPTIONS):
        _make_importable(config)
        _plugin(config).check()
        from pytest_ood.models import IGNORED_WARNINGS

        for line in IGNORED_WARNINGS:
            config.addinivalue_line("filterwarnings", line)


def _make_importable(config: pytest.Config) -> None:
    """Let a model ``python:MODULE:FUNCTION`` be in the root folder, or where pytest was started."""
    names = [*(config.getoption("ood_model") or ()), *(config.getini("ood_model") or ())]
    if any(name.startswith("python:") for name in names):
        folders = [str(config.rootpath), str(config.invocation_params.dir)]
        sys.path[:0] = [folder for folder in dict.fromkeys(folders) if folder not in sys.path]


@pytest.hookimpl(tryfirst=True)
def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    marker = metafunc.definition.get_closest_marker(MARKER)
    if marker is not None and "ood" in metafunc.fixturenames:
        _plugin(metafunc.config).parametrize(metafunc, marker)


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(collector: pytest.Collector) -> Generator[None, Any, Any]:
    report = yield
    probes = [item for item in report.result if _concerns_us(item)] if report.passed else []
    if probes:
        _plugin(collector.config).make_cells(probes, report)
    return report


@pytest.fixture
def ood(request: pytest.FixtureRequest) -> "Outcome":
    """The outcome of the probe's cell: verdict, arms, gap, lures, failures, explain()."""
    return _plugin(request.config).outcome(request.node)


def _plugin(config: pytest.Config) -> "Plugin":
    """The session's plugin; there is none before an option or a probe asks for it."""
    if PLUGIN not in config.stash:
        config.stash[PLUGIN] = Plugin(config)
        config.pluginmanager.register(config.stash[PLUGIN], "ood-session")
    return config.stash[PLUGIN]


class Plugin:
    """The session's side of a run."""

    def __init__(self, config: pytest.Config) -> None:
        self.config = config
        # Set by the process that hands out the tests, where pytest-xdist runs several.
        self.worker: dict[str, Any] | None = getattr(config, "workerinput", None)
        self.run_id = ""
        self.run: Run | None = None
        self.began = time.monotonic()
        self.places: dict[str, int] = {}
        self.planned: list[tuple[Cell, Planned]] = []
        # With --ood-certify: the cells and what was found, and nothing else happens.
        self.certified: list[tuple[Cell, Certificate]] | None = None
        # By node id: the cell's place among the tests, and its row of the summary.
        self.rows: dict[str, tuple[int, dict[str, Any]]] = {}
        self.skipped = 0
        # Said where the seed of the run is published; of what is replayed, that is the point.
        self.burned: list[str] = []
        # With --ood-replay.
        self.replaying: Replaying | None = None
        self.summary: dict[str, Any] | None = None
        self.exported: Exported | None = None
        # What --ood-push has to say, and whether it is bad.
        self.pushed: list[tuple[str, bool]] = []
        self.trouble = ""

    @functools.cached_property
    def task_names(self) -> "TaskNames":
        """The tasks that the session's probes name."""
        from pytest_ood.plugin.task_names import TaskNames

        return TaskNames()

    @functools.cached_property
    def settings(self) -> "Settings":
        """The options' values.

        Raises:
            pytest.UsageError: one of them can't be.
        """
        from pytest_ood.plugin.settings import SettingsError, read_settings

        config = self.config
        root = config.inipath.parent if config.inipath else config.rootpath
        try:
            quick = config.getoption("markexpr") == QUICK
            return read_settings(config.getoption, config.getini, root, config.invocation_params.dir, quick)
        except SettingsError as error:
            raise pytest.UsageError(str(error)) from error

    def check(self) -> None:
        """Say now what would otherwise go wrong at the end: bad values, files that can't be written.

        Raises:
            pytest.UsageError: with the option, the value and the fix.
        """
        settings = self.settings
        if settings.certify and getattr(self.config.option, "numprocesses", None):
            raise pytest.UsageError("--ood-certify counts in one process: add -n0")
        if settings.replay is not None:
            self._read_replay(settings.replay)
        if self.worker is not None or not settings.model or settings.certify:
            return
        from pytest_ood.asking.run import new_run_id
        from pytest_ood.asking.store import Store, StoreError
        from pytest_ood.dataset.folder import DatasetError
        from pytest_ood.dataset.published_seeds import published_with
        from pytest_ood.dataset.write import check_target

        try:
            Store(settings.store).close()
            if settings.export is not None:
                check_target(settings.export)
            if settings.push is not None:
                _check_push(settings.push)
            if settings.json is not None:
                _check_writable(settings.json)
        except (StoreError, DatasetError) as error:
            raise pytest.UsageError(str(error)) from error
        except OSError as error:
            raise pytest.UsageError(
                f"--ood-json {settings.json} can't be written ({error}): name another file"
            ) from error
        if settings.dry_run and getattr(self.config.option, "numprocesses", None):
            raise pytest.UsageError("--ood-dry-run counts in one process: add -n0")
        self.run_id = new_run_id()
        where = "" if self.replaying is not None else published_with(settings.seed)
        if where:
            self.burned = [
                f"seed {settings.seed} is published with {where}: newer models may know it; try another seed"
            ]

    def _read_replay(self, source: str) -> None:
        """Read what is to be replayed, loaded from the Hub first if it lies there.

        Raises:
            pytest.UsageError: with the option, the value and the fix.
        """
        from pytest_ood.dataset.folder import DatasetError
        from pytest_ood.dataset.read import locate
        from pytest_ood.plugin.replaying import Replaying
        from pytest_ood.plugin.settings import SettingsError

        config, settings = self.config, self.settings
        if settings.certify:
            raise pytest.UsageError("--ood-certify asks no model, and --ood-replay does: leave out one of them")
        if "strategy" in settings.explicit:
            raise pytest.UsageError(
                "--ood-strategy: what --ood-replay asks is asked as it was published; leave --ood-strategy out"
            )
        try:
            if self.worker is not None:
                folder, named = self.worker["ood_replay"]
            else:
                root = config.inipath.parent if config.inipath else config.rootpath
                folder = locate(source, config.invocation_params.dir if "replay" in settings.explicit else root)
                named = config.args_source is pytest.Config.ArgsSource.ARGS
            self.replaying = Replaying(pathlib.Path(folder), settings, named, self.ask)
        except (DatasetError, SettingsError) as error:
            raise pytest.UsageError(f"--ood-replay={source}: {error}") from error
        config.pluginmanager.register(self.replaying, "ood-replay")

    def pytest_report_header(self) -> str | list[str] | None:
        """One line, where there is a model to ask or tasks are certified; another where the seed is published."""
        settings = self.settings
        if settings.certify:
            return f"ood: certification, no model is asked | seed {settings.seed}"
        if not settings.model:
            return None
        draws = f"{settings.samples}" if settings.samples else f"up to {settings.max_samples}"
        seed, arm = f"seed {settings.seed}", "draws an arm"
        if self.replaying is not None:
            seed = f"replay of {self.replaying.cases} cases, siblings of seed {self.replaying.seed}"
            arm = "siblings a group"
        shard = f" | shard {settings.shard[0]}/{settings.shard[1]}" if settings.shard else ""
        line = (
            f"ood: {', '.join(settings.model)} | {seed} | bar {settings.bar:g} |"
            f" {draws} {arm} | store {_short(settings.store)}{shard}"
        )
        return [line, *(f"ood: {warning}" for warning in self.burned)]

    # Collection: from items to cells.

    def parametrize(self, metafunc: pytest.Metafunc, marker: pytest.Mark) -> None:
        """One item per model and strategy, where there are several."""
        try:
            models, strategies = self._models, self._strategies(_probe(marker, metafunc.definition.nodeid))
        except Exception:
            return  # said when the cell is made, in the words of the collection error
        if len(models) * len(strategies) > 1:
            pairs = list(itertools.product(models, strategies))
            names = [[model] * (len(models) > 1) + [strategy] * (len(strategies) > 1) for model, strategy in pairs]
            metafunc.parametrize("ood", pairs, ids=["-".join(name) for name in names], indirect=True)

    def make_cells(self, probes: list[pytest.Function], report: pytest.CollectReport) -> None:
        """Make the cells of a collector's probes; what can't be one is an error of the collection."""
        from pytest_ood.plugin.probes import ProbeError

        faults = []
        for item in probes:
            try:
                item.stash[CELL] = self._cell(item)
            except ProbeError as fault:
                faults.append(str(fault))
        if faults:
            report.outcome, report.result = "failed", []
            report.longrepr = "\n".join(dict.fromkeys(faults))

    def _cell(self, item: pytest.Function) -> "Cell":
        from pytest_ood.plugin.probes import ProbeError, make_cell

        marker = item.get_closest_marker(MARKER)
        if marker is None:
            raise ProbeError(NO_PROBE.format(item.nodeid))
        if "ood" not in item.fixturenames:
            raise ProbeError(f"{item.nodeid}: is a probe but does not take the fixture `ood`: add it as an argument")
        probe = _probe(marker, item.nodeid)
        values: dict[str, Any] = dict(item.callspec.params) if hasattr(item, "callspec") else {}
        model, strategy = values.get("ood") or (self._models[0], None)
        params = {name: values[name] for name in _parametrized(item)}
        self.task_names.check(item.nodeid, probe.task)
        return make_cell(item.nodeid, probe, params, model, strategy, self.settings)

    @property
    def _models(self) -> tuple[str, ...]:
        return self.settings.model or ("",)

    def _strategies(self, probe: "Probe") -> tuple[str, ...]:
        return self.settings.strategies(probe.strategies)

    @pytest.hookimpl(wrapper=True)
    def pytest_make_collect_report(self, collector: pytest.Collector) -> Generator[None, Any, Any]:
        """What is replayed is collected after all files."""
        report = yield
        if self.replaying is not None and isinstance(collector, pytest.Session) and report.passed:
            report.result = [*report.result, self.replaying.collector(collector, lambda: _tasks(collector.items))]
        return report

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Of a replay only its own items stay, of a shard only its cells; without a model the probes are skipped.

        Before -k, -m and --lf choose: no cell moves to another shard by what they leave out.
        """
        if self.replaying is not None:
            self._deselect(items, [item for item in items if not self.replaying.owns(item)])
        if self.settings.shard is not None:
            self._deselect(items, self._elsewhere(items, *self.settings.shard))
        if not self.settings.model:
            for item in items:
                if CELL in item.stash or self.replaying is not None:
                    item.add_marker(pytest.mark.skip(reason=NO_MODEL))

    def _elsewhere(self, items: list[pytest.Item], which: int, count: int) -> list[pytest.Item]:
        """The items of the other shards. Tests that are no probes belong to all of them."""
        from pytest_ood.asking.shard import shard_of

        cells = self._cells(items)
        together = [] if self.replaying is None else self.replaying.kept_together()
        shards = dict(zip((cell.id for cell in cells), shard_of(cells, count, together), strict=True))
        # What of a replay can't be asked says so in one place.
        default = which if self.replaying is None else 1
        placed = [shards[item.stash[CELL].id] if CELL in item.stash else default for item in items]
        return [item for item, shard in zip(items, placed, strict=True) if shard != which]

    def _deselect(self, items: list[pytest.Item], deselected: list[pytest.Item]) -> None:
        if deselected:
            gone = set(deselected)
            items[:] = [item for item in items if item not in gone]
            self.config.hook.pytest_deselected(items=deselected)

    def _cells(self, items: list[pytest.Item]) -> "list[Cell]":
        """The cells of the items, each once; in a replay a cell depends on which items there are."""
        if self.replaying is not None:
            for item, cell in self.replaying.choose(items):
                if cell is not None:
                    item.stash[CELL] = cell
                elif CELL in item.stash:
                    del item.stash[CELL]
        return list({item.stash[CELL].id: item.stash[CELL] for item in items if CELL in item.stash}.values())

    # The tests.

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool | None:
        """Everything a run will ask is known now: begin to ask, while pytest runs tests in its usual order.

        Not as soon as the tests are collected: --fixtures, --setup-plan or a collection error may yet keep them from
        running. A dry run counts, and runs no test; nor does certification.
        """
        cells = self._cells(session.items)
        self.places = {cell.id: place for place, cell in enumerate(cells)}
        options = self.config.option
        ends_here = options.collectonly or getattr(options, "setupplan", False)
        if session.testsfailed and not options.continue_on_collection_errors:
            ends_here = True
        if self.settings.certify and not ends_here:
            self._certify(cells)
            return True
        if not cells or not self.settings.model or ends_here:
            return None
        from pytest_ood.asking.run import Run, RunOptions
        from pytest_ood.asking.store import StoreError
        from pytest_ood.models.base import ModelError

        given = self.worker or {}
        run_id = given.get("ood_run_id", self.run_id)
        hook = self.config.hook
        try:
            settings = self.settings
            options_of_run = RunOptions(
                run_id,
                settings.model,
                settings.store,
                settings.model_arg,
                settings.api_base,
                settings.concurrency,
                given.get("workercount", 1),
                settings.budget,
                settings.refresh,
            )
            self.run = Run(options_of_run, lambda name, args: hook.pytest_ood_model(name=name, args=args))
            if self.settings.dry_run:
                self.planned = self.run.plan(cells)
            else:
                self.run.start(cells)
        except (ModelError, StoreError) as error:
            raise pytest.UsageError(str(error)) from error
        return True if self.planned else None

    def _certify(self, cells: "list[Cell]") -> None:
        """Check the cells, those of several models or strategies once."""
        from pytest_ood.certify import Subject, certify_all
        from pytest_ood.plugin.status_line import LiveLine
        from pytest_ood.text.canonical import canonical

        once: dict[tuple[str, str], Cell] = {}
        for cell in cells:
            once.setdefault((cell.probe, canonical([dict(arm.params) for arm in cell.arms])), cell)
        kept = list(once.values())
        subjects = [Subject(cell.task, dict(cell.params), dict(cell.control.params)) for cell in kept]
        with LiveLine(self.config) as line:
            found = certify_all(
                subjects, self.settings.seed, lambda done: line.say(f"ood: certified {done} of {len(kept)}")
            )
        self.certified = list(zip(kept, found, strict=True))

    # Under pytest-xdist: one run, one store, many processes.

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:
        """Tell a worker which run it belongs to."""
        node.workerinput["ood_run_id"] = self.run_id

    def outcome(self, item: pytest.Item) -> "Outcome":
        """The outcome of an item's cell, waited for under a live line."""
        if CELL not in item.stash:
            pytest.fail(NO_PROBE.format(item.nodeid), pytrace=False)
        item.stash[OUTCOME] = self.ask(item, item.stash[CELL])
        return item.stash[OUTCOME]

    def ask(self, item: pytest.Item, cell: "Cell") -> "Outcome":
        """The outcome of a cell that an item needs, waited for under a live line."""
        import sqlite3

        from pytest_ood.models.base import ModelError
        from pytest_ood.plugin.status_line import LiveLine

        if self.run is None:
            pytest.fail(NO_PROBE.format(item.nodeid), pytrace=False)
        with LiveLine(self.config) as line:
            try:
                return self.run.outcome(cell, line.show)
            except (ModelError, sqlite3.Error) as error:
                self._end(item.session, f"ood: {error}")

    def _end(self, session: pytest.Session, message: str) -> NoReturn:
        """The run can't go on: say so once."""
        if self.worker is None:
            raise pytest.exit.Exception(message, pytest.ExitCode.USAGE_ERROR) from None
        session.shouldstop = message
        raise pytest.fail.Exception(message, pytrace=False) from None

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self, item: pytest.Item, call: pytest.CallInfo[None]) -> Generator[None, Any, Any]:
        """The cell's row travels on the report, also from a worker; a failing probe is explained."""
        report = yield
        outcome = item.stash.get(OUTCOME, None)
        if outcome is not None and call.when == "call":
            report.ood = [self.places[outcome.cell.id], outcome.row()]
            if report.failed:
                report.sections.append(("ood", outcome.explain()))
                # The line of the short summary, which else reads "assert False".
                crash = getattr(report.longrepr, "reprcrash", None)
                if crash is not None and crash.message.startswith("assert False"):
                    crash.message = repr(outcome)
        return report

    def pytest_report_teststatus(
        self, report: pytest.TestReport
    ) -> tuple[str, str, tuple[str, dict[str, bool]]] | None:
        """A failed probe shows the letter and the word of its verdict."""
        verdict = getattr(report, "ood", [None, {}])[1].get("verdict")
        # A robust cell can fail a test that asks for more; that is pytest's to report.
        if verdict in (None, "robust") or not report.failed:
            return None
        return "failed", verdict[0].upper(), (verdict.upper(), {"red": True})

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Collect the rows where the summary is written."""
        if hasattr(report, "ood"):
            place, row = report.ood
            self.rows[row["id"]] = (place, row)
        self.skipped += report.skipped and NO_MODEL in str(report.longrepr)

    # The end.

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Stop asking; where the session ends write what was asked for."""
        if self.run is not None:
            self.run.stop()
        if self.certified is not None:
            if not self.certified:
                session.exitstatus = pytest.ExitCode.NO_TESTS_COLLECTED
            elif any(found.faults for _, found in self.certified):
                session.exitstatus = pytest.ExitCode.TESTS_FAILED
            return
        if self.settings.shard is not None and session.exitstatus == pytest.ExitCode.NO_TESTS_COLLECTED:
            # There are fewer cells than shards.
            session.exitstatus = pytest.ExitCode.OK
        replayed = None if self.replaying is None else self.replaying.summary()
        if self.worker is not None or self.planned or not (self.run or self.rows or replayed):
            return
        from pytest_ood.dataset.folder import DatasetError
        from pytest_ood.plugin.reporting import conclude

        rows = [row for _, row in sorted(self.rows.values(), key=lambda pair: pair[0])]
        try:
            wall_s = time.monotonic() - self.began
            self.summary, self.exported = conclude(self.settings, self.run_id, rows, wall_s, replayed)
        except (OSError, DatasetError) as error:
            self.trouble = f"{error}; every answer is kept in {self.settings.store}"
            session.exitstatus = pytest.ExitCode.INTERNAL_ERROR
            return
        if self.settings.push is not None:
            self._push(session, self.settings.push)

    def _push(self, session: pytest.Session, name: str) -> None:
        """Publish what was exported. What goes wrong leaves the folder, fails the session and says how to go on."""
        from pytest_ood.dataset import hub
        from pytest_ood.dataset.folder import DatasetError
        from pytest_ood.plugin.status_line import LiveLine

        folder = self.settings.dataset(self.run_id)
        assert folder is not None
        assert self.exported is not None
        later = f"pytest-ood publish {_short(folder)} {name}{' --public' if self.settings.public else ''}"
        if not self.exported.rows + self.exported.skipped:
            self.pushed.append((f"nothing was asked: nothing to publish in {name}", False))
            return
        if session.exitstatus not in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED):
            self.pushed.append(
                (f"--ood-push={name}: the run was cut short, nothing was sent; to publish: {later}", True)
            )
            return
        try:
            self.pushed.append((f"to publish: {hub.preview(folder)}", False))
            with LiveLine(self.config) as line:
                line.say(f"ood: publishing {name}")
                published = hub.publish(folder, name, public=self.settings.public)
            self.pushed.append((f"published: {published}", False))
        except (OSError, DatasetError) as error:
            self.pushed.append((f"--ood-push={name}: {error}; the dataset is kept, to publish it: {later}", True))
            session.exitstatus = pytest.ExitCode.INTERNAL_ERROR

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """The table of verdicts, or of what a dry run counted."""
        # Else the first line written after a heading ends the line of the last test file once more.
        terminalreporter.ensure_newline()
        write, width = terminalreporter.write_line, self.config.get_terminal_writer().fullwidth
        if self.skipped:
            terminalreporter.section("ood")
            write(f"{self.skipped} probes skipped: {NO_MODEL}")
        if self.planned:
            from pytest_ood.plugin.tables import plan_table

            terminalreporter.section("ood: dry run, nothing was asked")
            for text in plan_table(self.planned, width):
                write(text)
        if self.certified is not None:
            from pytest_ood.plugin.tables import certify_table

            terminalreporter.section("ood: certification")
            for line in certify_table(self.certified, width) if self.certified else ():
                write(line.text, **({line.color: True} if line.color else {}))
            if not self.certified:
                write(NO_PROBE_TO_CERTIFY)
        if self.trouble:
            terminalreporter.section("ood")
            write(self.trouble, red=True)
        if self.summary is None:
            return
        from pytest_ood.plugin.tables import replay_table, totals_lines, verdict_table

        terminalreporter.section("ood")
        for table, rows in ((verdict_table, self.summary["cells"]), (replay_table, self.summary.get("replay"))):
            for line in table(rows, width) if rows else ():
                write(line.text, **({line.color: True} if line.color else {}))
            if rows:
                write("")
        for text in totals_lines(self.summary):
            write(text)
        for warning in self.burned:
            write(warning, yellow=True)
        if self.settings.json is not None:
            write(f"verdicts: {_short(self.settings.json)}")
        if self.exported is not None:
            counts = f"{self.exported.failures} failures, {self.exported.rows} traces"
            write(f"dataset: {_short(self.settings.dataset(self.run_id))} ({counts})")
        for text, bad in self.pushed:
            write(text, red=bad)

    def pytest_unconfigure(self) -> None:
        """Also after a session that ended before it began."""
        if self.run is not None:
            self.run.stop()


def _tasks(items: list[pytest.Item]) -> "list[Task]":
    """The tasks of the probes among the items."""
    return [item.stash[CELL].task for item in items if CELL in item.stash]


def _concerns_us(item: object) -> bool:
    return isinstance(item, pytest.Function) and (
        "ood" in item.fixturenames or item.get_closest_marker(MARKER) is not None
    )


def _probe(marker: pytest.Mark, node_id: str) -> "Probe":
    """What `@probe` put on the marker."""
    from pytest_ood.plugin.probes import Probe, ProbeError

    if len(marker.args) == 1 and isinstance(marker.args[0], Probe):
        return marker.args[0]
    raise ProbeError(f"{node_id}: the marker `ood` is applied by @pytest_ood.probe(task, ...), not by itself")


def _parametrized(item: pytest.Function) -> list[str]:
    """The arguments that `parametrize` gives directly: those of parametrized fixtures are not the task's."""
    names = []
    for marker in item.iter_markers("parametrize"):
        given = marker.args[0] if marker.args else marker.kwargs["argnames"]
        some = [name.strip() for name in given.split(",")] if isinstance(given, str) else list(given)
        indirect = marker.kwargs.get("indirect", False)
        names += [name for name in some if indirect is not True and name not in (indirect or ())]
    return names


def _check_push(name: str) -> None:
    """Raises DatasetError where nothing could be published, as far as that can be told without a call."""
    from pytest_ood.dataset.folder import DatasetError
    from pytest_ood.dataset.hub import HubError, check_ready

    try:
        check_ready(name)
    except HubError as error:
        raise DatasetError(f"--ood-push={name}: {error}") from error


def _check_writable(path: "Path") -> None:
    """Raises OSError where the file could not be written; leaves none behind."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists():
        path.open("ab").close()
    else:
        path.touch()
        path.unlink()


def _short(path: "Path | None") -> str:
    """The path as a person would type it here."""
    assert path is not None
    with contextlib.suppress(ValueError):
        return str(path.relative_to(pathlib.Path.cwd()))
    return str(path)
