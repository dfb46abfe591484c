"""The items of a replay: one for each failing case and model, and one for the siblings of each group and model."""

import functools
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from pytest_ood.asking.cell import Cell
from pytest_ood.asking.outcome import Outcome
from pytest_ood.dataset.folder import DatasetError
from pytest_ood.dataset.limits import raised
from pytest_ood.dataset.progress import shown
from pytest_ood.dataset.read import locate
from pytest_ood.evidence.sampling import draws_to_clear
from pytest_ood.plugin.option_values import SettingsError
from pytest_ood.plugin.options import MARKER, QUICK_MARKER
from pytest_ood.plugin.selecting import deselect
from pytest_ood.plugin.settings import Settings
from pytest_ood.plugin.stash import CELL
from pytest_ood.plugin.workers import worker_input
from pytest_ood.registry import packaged_tasks
from pytest_ood.replay.groups import Group, read_groups
from pytest_ood.replay.names import plain, unique
from pytest_ood.replay.published import Place, Published
from pytest_ood.replay.reading import UNASKED, describe_case, describe_siblings
from pytest_ood.replay.siblings import SIBLINGS, fresh_seed, published_prompts
from pytest_ood.replay.tasks import with_neighbours

if TYPE_CHECKING:
    from pytest_ood.tasks import Task

NAME = "replay"
# Waits for the outcome of a cell that an item needs.
Ask = Callable[[pytest.Item, Cell], Outcome]


class NotFixed(Exception):
    """A replayed case was not answered right, or siblings are shown to miss the bar. The message is the report."""


@dataclass
class Share:
    """The part of one group that one model is asked: the selected cases and the siblings, a cell each."""

    name: str
    group: Group
    model: str
    place: int
    cases: list[Published] = field(default_factory=list)
    cases_cell: Cell | None = None
    siblings_cell: Cell | None = None
    _became: dict[Place, tuple[str, str]] | None = None
    _reported: bool | None = None

    @property
    def cells(self) -> list[Cell]:
        """The cells of the share."""
        return [cell for cell in (self.cases_cell, self.siblings_cell) if cell is not None]

    def became(self, case: Published, outcome: Outcome | None) -> tuple[str, str] | None:
        """Return the word for what became of a published case, and the case in full; None if it was not asked."""
        if outcome is not None and self._became is None:
            # Of a dataset with many failures, the traces themselves would take too much memory.
            given = {one.place: one.given for one in self.cases}
            traces = ((trace, (trace.seed, trace.draw)) for trace in outcome.control.each_trace())
            self._became = {place: describe_case(trace, given[place], self.model) for trace, place in traces}
        return (self._became or {}).get(case.place)

    def row_once(self, published: Outcome | None, siblings: Outcome | None) -> dict[str, Any] | None:
        """Return the row of the summary; None if one that tells as much was returned before."""
        is_asked = not (published is None and siblings is None)
        if self._reported is not None and self._reported >= is_asked:
            return None
        self._reported = is_asked
        return self.group.row(self.model, self.cases, published, siblings)


def open_replay(config: pytest.Config, settings: Settings, ask: Ask) -> "Replaying":
    """Read the dataset that ``--ood-replay`` names, downloading it from the Hub if it is there.

    Args:
        config: the session's config.
        settings: the settings, which name the dataset.
        ask: waits for the outcome of a cell that an item needs.

    Raises:
        SettingsError: There is no such dataset, it cannot be replayed, or other options are not compatible with it.
    """
    source, worker = settings.replay or "", worker_input(config)
    if "strategy" in settings.explicit:
        raise SettingsError(
            "--ood-strategy",
            "--ood-replay uses the strategy of the published cases",
            value=", ".join(settings.strategy),
            fix="leave --ood-strategy out",
        )
    if settings.vary:
        raise SettingsError(
            "--ood-vary",
            "--ood-replay uses one set of arguments",
            value=", ".join(settings.vary),
            fix="leave --ood-vary out, and replay once per value with --ood-model-arg",
        )
    if any(settings.shots):
        raise SettingsError(
            "--ood-shots",
            "--ood-replay asks the published cases without examples",
            value=",".join(map(str, settings.shots)),
            fix="leave --ood-shots out",
        )
    try:
        if worker is not None:
            folder, with_files = worker["ood_replay"]
        else:
            root = config.inipath.parent if config.inipath else config.rootpath
            folder = locate(source, config.invocation_params.dir if "replay" in settings.explicit else root)
            with_files = config.args_source is pytest.Config.ArgsSource.ARGS
        with raised(settings.limits), shown():
            return Replaying(Path(folder), settings, with_files, ask)
    except DatasetError as error:
        raise SettingsError("--ood-replay", str(error), value=source) from error


class Replaying:
    """The plugin object of a replay. The cells that its items need are asked by the session."""

    def __init__(self, folder: Path, settings: Settings, with_files: bool, ask: Ask) -> None:
        """Read the dataset in `folder`.

        Args:
            folder: the folder of the dataset.
            settings: the models, and how they are judged.
            with_files: whether the user named files, whose probes may have the tasks of the cases.
            ask: waits for the outcome of a cell that an item needs.

        Raises:
            DatasetError: The dataset cannot be read, or has no failures.
        """
        self.folder, self.with_files, self.ask = folder, with_files, ask
        self._settings, self._models = settings, settings.model or ("",)
        self.groups = read_groups(folder)
        self._prompts = published_prompts(folder, {group.name for group in self.groups})
        self.seed = fresh_seed(folder, settings.seed)
        self.shares: list[Share] = []
        # By place: the rows of the summary.
        self.rows: dict[int, dict[str, Any]] = {}

    @property
    def cases(self) -> int:
        """The number of failing cases in the dataset."""
        return sum(len(group.cases) for group in self.groups)

    @property
    def described_siblings(self) -> str:
        """How many siblings are asked, and of which seed."""
        return f"{SIBLINGS} siblings per group from seed {self.seed}"

    @property
    def warnings(self) -> Iterator[str]:
        """Settings that are valid but probably not intended, one line each."""
        settings = self._settings
        # A short run sets the maximum by itself.
        limits = {"samples": settings.samples, "max_samples": None if settings.quick else settings.max_samples}
        for name, value in limits.items():
            if name in settings.explicit and value is not None:
                flag = f"--ood-{name.replace('_', '-')} {value}"
                yield f"{flag}: has no effect on a replay, which asks each published case and {SIBLINGS} siblings once"
        needed = draws_to_clear(settings.bar, settings.alpha)
        if needed > SIBLINGS:
            takes = f"a bar of {settings.bar:g} takes {needed} draws, and a replay asks {SIBLINGS} siblings"
            yield f"--ood-bar {settings.bar:g}: siblings cannot be shown robust; {takes}"

    @pytest.hookimpl(wrapper=True)
    def pytest_make_collect_report(self, collector: pytest.Collector) -> Generator[None, Any, Any]:
        """Collect the dataset after all files, whose probes may have the tasks of the cases."""
        report = yield
        if isinstance(collector, pytest.Session) and report.passed:
            items = collector.items

            def find_tasks() -> "list[Task]":
                return [item.stash[CELL].task for item in items if CELL in item.stash]

            replay = Replay.from_parent(collector, name=NAME, nodeid=NAME, replaying=self, find_tasks=find_tasks)
            report.result = [*report.result, replay]
        return report

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Keep only the items of the replay, and give them their cells, which sharding needs."""
        deselect(items, [item for item in items if not isinstance(item, ReplayItem)])
        self._give_cells(items)

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Give the items their cells again: what a cell asks depends on which items are selected."""
        self._give_cells(session.items)

    def _give_cells(self, items: Sequence[pytest.Item]) -> None:
        for item, cell in self.choose(items):
            if cell is not None:
                item.stash[CELL] = cell
            elif CELL in item.stash:
                del item.stash[CELL]

    def make_items(self, parent: pytest.Collector, tasks: "Iterable[Task]") -> "Iterator[ReplayItem]":
        """Make the items; the tasks that draw their cases are looked for in `tasks` and in installed packages."""
        nearby = with_neighbours(tasks)
        # The code of other packages runs only if a case needs it, and once.
        packaged = functools.cache(lambda: [installed.task for installed in packaged_tasks()])
        for group in self.groups:
            group.find_task(nearby, packaged)
        several = len({group.strategy for group in self.groups}) > 1
        pairs = [(group, model) for group in self.groups for model in self._models]
        names = unique(
            ",".join([group.label, *[plain(group.strategy)] * several, *[plain(model)] * (len(self._models) > 1)])
            for group, model in pairs
        )
        for (group, model), name in zip(pairs, names, strict=True):
            share = Share(name, group, model, len(self.shares))
            self.shares.append(share)
            # In the form of pytest's own ids, which end in the parameters.
            ids = [(f"{name},seed{seed},draw{draw}]", case) for (seed, draw), case in group.cases.items()]
            for full, case in [*ids, (f"{name},siblings]", None)]:
                yield ReplayItem.from_parent(
                    parent, name=full, nodeid=f"{NAME}::{full}", share=share, case=case, ask=self.ask
                )

    def choose(self, items: Sequence[pytest.Item]) -> "list[tuple[ReplayItem, Cell | None]]":
        """Return the replay's own items, each with its cell, which asks no more than the items need.

        The cell is None if there is nothing to ask.
        """
        ours = [item for item in items if isinstance(item, ReplayItem)]
        with_siblings = {id(item.share) for item in ours if item.case is None}
        for share in self.shares:
            share.cases = [item.case for item in ours if item.share is share and item.case is not None]
            condition = self._settings.condition(share.model)
            cell_id = f"{NAME}::{share.name}"
            group, sampling = share.group, self._settings.default_sampling
            share.cases_cell = group.published_cell(f"{cell_id},cases]", condition, share.cases, sampling)
            share.siblings_cell = None
            if id(share) in with_siblings:
                group.find_siblings(self.seed, self._prompts[group.name])
                share.siblings_cell = group.siblings_cell(f"{cell_id},siblings]", condition, sampling)
        return [(item, item.share.siblings_cell if item.case is None else item.share.cases_cell) for item in ours]

    def reading_groups(self) -> list[list[str]]:
        """Return the ids of the cells that belong to the same reading, so that no shard separates them."""
        return [[cell.id for cell in share.cells] for share in self.shares]

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:
        """Tell a worker where the dataset lies on this machine, and whether the user named files."""
        node.workerinput["ood_replay"] = [str(self.folder), self.with_files]

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection(self, session: pytest.Session) -> None:
        """Collect nothing but the dataset if the user named no files."""
        if not self.with_files:
            session.config.args = []

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self, item: pytest.Item, call: pytest.CallInfo[None]) -> Generator[None, Any, Any]:
        """Put the group's row on the report, which also comes from workers, and the word for the item."""
        report = yield
        if call.when == "call" and isinstance(item, ReplayItem):
            share = item.share
            row = share.row_once(item.published, item.siblings)
            report.ood_replay = [share.place, row, item.word]
            if report.skipped and isinstance(report.longrepr, tuple):
                # Otherwise the report would show the line in this file.
                report.longrepr = (str(item.reportinfo()[0]), None, report.longrepr[2])
        return report

    def pytest_report_teststatus(
        self, report: pytest.TestReport
    ) -> tuple[str, str, tuple[str, dict[str, bool]]] | None:
        """Show FIXED, STILL and other words in place of passed and failed."""
        word = getattr(report, "ood_replay", [None, None, ""])[2]
        if not word:
            return None
        if report.passed:
            return "passed", ".", (word, {"green": True})
        if report.skipped:
            return "undecided", word[0], (word, {"cyan": True})
        return ("failed", word[0], (word, {"red": True})) if report.failed else None

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Collect the row of a group. One from before the group was asked never replaces a later one."""
        if hasattr(report, "ood_replay"):
            place, row, word = report.ood_replay
            if row is not None and (word or place not in self.rows):
                self.rows[place] = row

    def summary(self) -> list[dict[str, Any]]:
        """Return the rows, in the order of the items."""
        return [row for _, row in sorted(self.rows.items())]


class Replay(pytest.Collector):
    """The collector of a replay, which comes after the files of the session."""

    def __init__(self, replaying: Replaying, find_tasks: "Callable[[], Iterable[Task]]", **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._replaying, self._find_tasks = replaying, find_tasks

    def collect(self) -> "Iterator[ReplayItem]":
        """Return the items one by one."""
        return self._replaying.make_items(self, self._find_tasks())


class ReplayItem(pytest.Item):
    """One failing case asked of one model, or the siblings of a group if `case` is None.

    Attributes:
        word: the result, such as FIXED; empty if it was not asked (yet).
    """

    def __init__(self, share: Share, case: Published | None, ask: Ask, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.share, self.case, self._ask = share, case, ask
        self.word = ""
        self.published: Outcome | None = None
        self.siblings: Outcome | None = None
        # So that it is selected like a probe.
        self.add_marker(MARKER)
        self.add_marker(QUICK_MARKER)

    @property
    def _why_not(self) -> str:
        """Why the item cannot be asked; empty if it can."""
        if self.case is not None:
            return self.case.why_not
        no_siblings = self.share.group.no_siblings
        return f"no siblings: {no_siblings}" if no_siblings else ""

    def setup(self) -> None:
        """Wait for the model's answers. As for probes, this is not the test's own time."""
        if self._why_not:
            return
        # The reading needs both, whichever of them this item is about.
        if self.share.cases_cell is not None:
            self.published = self._ask(self, self.share.cases_cell)
        if self.share.siblings_cell is not None:
            self.siblings = self._ask(self, self.share.siblings_cell)

    def runtest(self) -> None:
        """Judge the model's answers.

        Siblings that show nothing are skipped, and so are cases whose model cannot be asked: undecided is not failed.

        Raises:
            NotFixed: The answer is not right, or the siblings are shown to miss the bar.
        """
        if self._why_not:
            pytest.skip(self._why_not)
        if self.case is None:
            assert self.siblings is not None
            self.word, why = describe_siblings(self.siblings)
            if self.siblings.undecided:
                pytest.skip(f"undecided: {self.siblings.reason}")
        else:
            became = self.share.became(self.case, self.published)
            self.word, why = became or UNASKED
            if became is None and self.published is not None and self.published.control.is_unasked:
                pytest.skip(f"not asked: {self.published.reason}")
        if self.word not in ("FIXED", "ROBUST"):
            raise NotFixed(why)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], *args: Any, **kwargs: Any) -> Any:
        """Return what became of the case in words; where in this file it was raised is of no interest."""
        if isinstance(excinfo.value, NotFixed):
            return str(excinfo.value)
        return super().repr_failure(excinfo, *args, **kwargs)

    def reportinfo(self) -> tuple[Path, int, str]:
        """Return a location for the reports, and the heading of the item's failure."""
        # Not the name alone: at the end of an id, pytest would replace its dots by colons.
        return self.config.rootpath / NAME, 0, f"{NAME} of {self.name}"
