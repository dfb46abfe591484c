"""A session with probes: the collected items become cells, which are asked while pytest runs the tests.

Read this file first. It makes the cells (`collecting`), starts the run (`asking.run`), waits for the outcome of each
test and puts a row on its report. Each optional feature is a plugin object of its own, which `features` makes if an
option asks for it.
"""

import functools
import itertools
import sys
import traceback
from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NoReturn

import pytest

from pytest_ood.asking.store import Store, StoreError
from pytest_ood.asking.strategies import Strategies, StrategyError
from pytest_ood.dataset.folder import DatasetError
from pytest_ood.dataset.published_seeds import published_with
from pytest_ood.models import IGNORED_WARNINGS
from pytest_ood.models.base import ModelError
from pytest_ood.plugin.collecting import NOT_A_PROBE, CellMaker
from pytest_ood.plugin.features import features
from pytest_ood.plugin.model_states import rows
from pytest_ood.plugin.option_values import OF_TASK, SettingsError
from pytest_ood.plugin.parameters import check_fixture_values
from pytest_ood.plugin.probes import ProbeError
from pytest_ood.plugin.selecting import runs_nothing
from pytest_ood.plugin.settings import Settings, read_settings
from pytest_ood.plugin.stash import CELL, OUTCOME, SESSION
from pytest_ood.plugin.status_line import LiveLine
from pytest_ood.plugin.task_errors import author_traceback
from pytest_ood.plugin.terminal import heading, short
from pytest_ood.plugin.timeouts import exempt_wait
from pytest_ood.plugin.workers import worker_input
from pytest_ood.text.redaction import known_keys, without_keys
from pytest_ood.text.words import counted

if TYPE_CHECKING:
    from pytest_ood.asking.cell import Cell
    from pytest_ood.asking.outcome import Outcome
    from pytest_ood.asking.plan import Planned
    from pytest_ood.asking.run import Run
    from pytest_ood.plugin.baseline import Baseline
    from pytest_ood.plugin.replaying import Replaying

NO_MODEL = "no model to ask; pass --ood-model NAME (any litellm model, local, or fake/oracle to try a probe)"


def session_of(config: pytest.Config) -> "ProbeSession":
    """Return the session; the first probe starts it if no option did.

    Raises:
        pytest.UsageError: An option has an invalid value.
    """
    if SESSION not in config.stash:
        with _usage_errors():
            _begin(ProbeSession(config))
    return config.stash[SESSION]


def start_session(config: pytest.Config) -> None:
    """Start a session that has --ood options, and report now what would otherwise fail at the end.

    Raises:
        pytest.UsageError: An option has an invalid value, or a file that it names cannot be used.
    """
    for line in IGNORED_WARNINGS:
        config.addinivalue_line("filterwarnings", line)
    _make_importable(config)
    with _usage_errors():
        session = ProbeSession(config)
        settings = session.settings
        if settings.replay is not None and not settings.certify:
            from pytest_ood.plugin.replaying import open_replay

            session.replaying = open_replay(config, settings, session.wait)
        if session.asks and settings.baseline is not None:
            from pytest_ood.plugin.baseline import read_baseline

            session.baseline = read_baseline(settings)
        if session.asks and session.worker is None:
            from pytest_ood.asking.batches.batching import run_of
            from pytest_ood.asking.run import new_run_id
            from pytest_ood.plugin.publishing import check_push
            from pytest_ood.plugin.reporting import check_files

            with Store(settings.store) as store:
                rescued = store.picked_up
                begun = None if settings.batch is None else run_of(settings.batch, store)
            check_files(settings)
            check_push(settings)
            session.run_id = begun or new_run_id()
            session.warnings = _warnings(session)
            if rescued:
                session.warnings.append(f"{counted(rescued, 'answer')} rescued by an earlier run are in the store now")
        _begin(session)


def _make_importable(config: pytest.Config) -> None:
    """Make modules of models and strategies importable from the root folder and from the current folder."""
    models, strategies = (
        [*(config.getoption(name) or ()), *(config.getini(name) or ())] for name in ("ood_model", "ood_strategy")
    )
    if any(name.startswith("python:") for name in models) or any(":" in name for name in strategies):
        folders = dict.fromkeys([str(config.rootpath), str(config.invocation_params.dir)])
        sys.path[:0] = [folder for folder in folders if folder not in sys.path]


def _warnings(session: "ProbeSession") -> list[str]:
    # A replay is meant to ask what is published.
    if session.replaying is not None:
        return list(session.replaying.warnings)
    seed, warnings = session.settings.seed, list(session.settings.warnings)
    if where := published_with(seed):
        warnings.append(f"seed {seed} is published with {where}: newer models may know it; use another --ood-seed")
    return warnings


def add_variants(metafunc: pytest.Metafunc) -> None:
    """Make one item of a probe per model and strategy, if there are several of either."""
    # Errors are reported as collection errors when the cells are made.
    with suppress(pytest.UsageError, ProbeError, SettingsError):
        session_of(metafunc.config).cell_maker.add_variants(metafunc)


def _begin(session: "ProbeSession") -> None:
    config = session.config
    plugins = list(features(session))
    config.stash[SESSION] = session
    for plugin in (session, *plugins):
        config.pluginmanager.register(plugin, f"ood-{type(plugin).__name__}")


def _check_strategies(settings: Settings, strategies: Strategies) -> None:
    """Open every strategy that the options name, so that a mistake is reported before anything is asked."""
    for name, model in itertools.product(settings.strategy, settings.model or ("",)):
        try:
            strategies.of(name, settings.arguments_of(name, model))
        except StrategyError as error:
            option = "ood_strategy" if "strategy" not in settings.explicit else "--ood-strategy"
            raise SettingsError(option, error.problem, value=name, fix=error.fix) from error


@contextmanager
def _usage_errors() -> Iterator[None]:
    """Turn errors about options, models and files into pytest's own kind of error."""
    try:
        yield
    except (SettingsError, ModelError, StoreError, DatasetError) as error:
        raise pytest.UsageError(str(error)) from error


class ProbeSession:
    """The plugin object of every session that has probes.

    Attributes:
        asks: whether there is a model to ask.
        worker: the input of a pytest-xdist worker; None elsewhere.
        run: the run that asks the cells; None until all cells are known.
        replaying: the replay, with ``--ood-replay``.
        baseline: the earlier run to compare with, with ``--ood-baseline``.
        warnings: lines shown above the tests and again at the end.
    """

    def __init__(self, config: pytest.Config) -> None:
        """Read the options.

        Raises:
            SettingsError: One of them has an invalid value.
        """
        self.config = config
        root = config.inipath.parent if config.inipath else config.rootpath
        self.settings: Settings = read_settings(config.getoption, config.getini, root, config.invocation_params.dir)
        self.asks = bool(self.settings.model) and not self.settings.certify
        self.worker = worker_input(config)
        self.run_id = (self.worker or {}).get("ood_run_id", "")
        self.run: Run | None = None
        self.replaying: Replaying | None = None
        self.baseline: Baseline | None = None
        self.warnings: list[str] = []
        if self.settings.horizons is not None:
            from pytest_ood.plugin.horizons import read_breaks

            self.settings = replace(self.settings, breaks=read_breaks(self.settings.horizons))
        hook = config.hook
        self.strategies = Strategies(lambda name, args: hook.pytest_ood_strategy(name=name, args=args))
        _check_strategies(self.settings, self.strategies)
        self.cell_maker = CellMaker(self.settings, self.strategies)
        self._places: dict[str, int] = {}
        self._skipped = 0

    def pytest_report_header(self) -> list[str]:
        """Show in one line what matters for comparing runs, and the warnings, if there is a model to ask."""
        settings = self.settings
        if not self.asks:
            return []
        limit = settings.samples or settings.max_samples
        draws = f"{'' if settings.samples else 'up to '}{limit} draw{'' if limit == 1 else 's'} per arm"
        seed = f"seed {settings.seed}"
        if self.replaying is not None:
            seed, draws = f"replay of {counted(self.replaying.cases, 'case')}", self.replaying.described_siblings
        shard = f" | shard {settings.shard[0]}/{settings.shard[1]}" if settings.shard else ""
        line = (
            f"ood: {', '.join(settings.model)} | {seed} | bar {settings.bar:g} | {draws}"
            f" | store {short(settings.store)}{shard}"
        )
        return [line, *(f"ood: {warning}" for warning in self.warnings)]

    # Collection: from items to cells.

    def make_cells(self, probes: list[pytest.Function], report: pytest.CollectReport) -> None:
        """Build a cell for every probe in this collector; one that cannot become a cell is a collection error."""
        problems = self.cell_maker.make_cells(probes)
        if problems:
            report.outcome, report.result = "failed", []
            report.longrepr = "\n".join(problems)

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Skip the probes if there is no model, and exempt the wait for a model from their timeouts."""
        ours = [item for item in items if CELL in item.stash or self.replaying is not None]
        exempt_wait(self.config, ours)
        if not self.settings.model and not self.settings.certify:
            for item in ours:
                item.add_marker(pytest.mark.skip(reason=NO_MODEL))

    def cells(self, items: list[pytest.Item]) -> "list[Cell]":
        """Return the cells of the items, each once."""
        return list({item.stash[CELL].id: item.stash[CELL] for item in items if CELL in item.stash}.values())

    # The tests.

    @functools.cached_property
    def _live_line(self) -> LiveLine:
        return LiveLine(self.config)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> None:
        """Start asking: all cells are known now, and pytest runs the tests in their usual order.

        Not earlier, after the collection: --fixtures, --setup-plan or a collection error may still keep the tests from
        running.
        """
        cells = self.cells(session.items)
        self._places = {cell.id: place for place, cell in enumerate(cells)}
        if cells and self.asks and not runs_nothing(session):
            with _usage_errors():
                # A shard may happen to have new probes only.
                if self.baseline is not None and self.settings.shard is None and self.worker is None:
                    self.baseline.check(cells)
                self._open_run().start(cells)

    def plan(self, cells: "list[Cell]", live: bool = False) -> "list[tuple[Cell, Planned]]":
        """Return what a run would ask, without asking it; with `live`, what it would ask if not in batches.

        Raises:
            pytest.UsageError: A model or the store cannot be used.
        """
        with _usage_errors():
            return (self.run or self._open_run()).plan(cells, live)

    def _open_run(self) -> "Run":
        from pytest_ood.asking.batches.batching import BatchOptions
        from pytest_ood.asking.run import Run, RunOptions

        settings = self.settings
        batch = None
        if settings.batch is not None:
            batch = BatchOptions(settings.batch, settings.batch_waves, settings.batch_submit)
        options = RunOptions(
            self.run_id,
            settings.model,
            settings.store,
            model_args=settings.model_arg,
            api_base=settings.api_base,
            concurrency=settings.concurrency,
            processes=(self.worker or {}).get("workercount", 1),
            budget=settings.budget,
            refresh=settings.refresh,
            compare=settings.compare,
            earlier_draws=None if self.baseline is None else self.baseline.draws,
            patience=settings.patience,
            workers=settings.workers,
            batch=batch,
            ray=settings.ray,
            ray_args=settings.ray_arg,
        )
        self.run = Run(options, self._provided, self.strategies)
        if settings.workers and self.run.not_in_workers:
            names = ", ".join(self.run.not_in_workers)
            self.warnings.append(f"--ood-workers: {names}: asked in this process, not in workers")
        deaf = [name for name, model in self.run.models.items() if not model.takes_args]
        varied = [name for name in settings.vary if not name.startswith(OF_TASK)]
        if varied and deaf:
            fix = "leave that model out, or --ood-vary"
            raise SettingsError("--ood-vary", f"{deaf[0]} takes no arguments", value=", ".join(varied), fix=fix)
        return self.run

    def _provided(self, name: str, args: Mapping[str, Any]) -> Any:
        """Return what a hook of the user's provides for a model; None if no hook knows it."""
        try:
            return self.config.hook.pytest_ood_model(name=name, args=args)
        except Exception as error:
            *_, at = traceback.extract_tb(error.__traceback__)
            problem = f"the hook pytest_ood_model raises {error!r} ({at.filename}:{at.lineno})"
            raise SettingsError(
                "--ood-model", without_keys(problem, known_keys(args)), value=name, fix="mend it"
            ) from error

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:
        """Tell a worker of pytest-xdist which run it belongs to: one run, one store, many processes."""
        node.workerinput["ood_run_id"] = self.run_id

    def outcome(self, item: pytest.Item) -> "Outcome":
        """Return the outcome of a probe's item, which its report will show."""
        __tracebackhide__ = True
        if self.run is None or CELL not in item.stash:
            pytest.fail(NOT_A_PROBE.format(item.nodeid), pytrace=False)
        item.stash[OUTCOME] = self.wait(item, item.stash[CELL])
        return item.stash[OUTCOME]

    def wait(self, item: pytest.Item, cell: "Cell") -> "Outcome":
        """Wait for the outcome of a cell that an item needs, showing a live line, and return it.

        Raises:
            Exception: The error of the task, with its traceback from the author's file on.
        """
        __tracebackhide__ = True
        assert self.run is not None
        with self._live_line as line:
            try:
                return self.run.outcome(cell, line.show)
            except StoreError as error:
                self._end(item.session, f"ood: {error}")
            except Exception as error:
                raise error.with_traceback(author_traceback(error, cell.task) or error.__traceback__) from None

    def _end(self, session: pytest.Session, message: str) -> NoReturn:
        """End the session: no other test can have an outcome."""
        if self.worker is None:
            raise pytest.exit.Exception(message, pytest.ExitCode.USAGE_ERROR) from None
        session.shouldstop = message
        raise pytest.fail.Exception(message, pytrace=False) from None

    @pytest.hookimpl(trylast=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        """Compare the fixtures' values with the parameters that were asked, once they are set up."""
        # --setup-plan sets nothing up.
        if self.run is not None and CELL in item.stash and isinstance(item, pytest.Function):
            check_fixture_values(item)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self, item: pytest.Item, call: pytest.CallInfo[None]) -> Generator[None, Any, Any]:
        """Put the cell's row on the report, which also comes from workers."""
        report = yield
        outcome = item.stash.get(OUTCOME, None)
        if self.run is not None and (models := rows(self.run.progress.models)):
            report.ood_models = [(self.worker or {}).get("workerid", ""), models]
        if outcome is not None and call.when == "call":
            report.ood = [self._places[outcome.cell.id], outcome.row()]
        return report

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Count the probes that were skipped because there is no model."""
        self._skipped += report.skipped and NO_MODEL in str(report.longrepr)

    # The end.

    @pytest.hookimpl(wrapper=True)
    def pytest_sessionfinish(self) -> Generator[None, None, None]:
        """Stop asking before anything is written."""
        if self.run is not None:
            self.run.stop()
        return (yield)

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Say how to run the probes, if they were skipped."""
        if self._skipped:
            heading(terminalreporter, "ood")
            terminalreporter.write_line(f"{counted(self._skipped, 'probe')} skipped: {NO_MODEL}")

    def pytest_unconfigure(self) -> None:
        """Stop asking even if the session ended before its tests began."""
        if self.run is not None:
            self.run.stop()
