"""The command `pytest-ood`: work with tasks, datasets and stores outside a run.

The exit status is 0 if all is well, 1 if something is wrong, and 2 for wrong usage.
"""

import argparse
import itertools
import os
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from pytest_ood import __version__
from pytest_ood.asking import store_admin
from pytest_ood.asking.store import DEFAULT_STORE, Store, StoreError
from pytest_ood.dataset.folder import DatasetError

if TYPE_CHECKING:
    from pytest_ood.report.source import Source

_MOST_FAULTS = 20
# Between these limits a list is as wide as the terminal.
_NARROWEST, _WIDEST = 40, 120
_LICENSE = "licence of the dataset, by its id on the Hub, such as cc-by-4.0; by default the one it has"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line, and return the exit status."""
    args = _parser().parse_args(arguments)
    try:
        status: int = args.do(args)
    except BrokenPipeError:
        # The reader has closed the pipe, as in `pytest-ood tasks | head`. Discard what is still buffered.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except (DatasetError, OSError) as error:
        return _complain(str(error))
    except KeyboardInterrupt:
        return _complain("interrupted")
    return status


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="pytest-ood",
        description="List tasks; publish, validate and merge datasets of failures; write reports; manage a store.",
    )
    parser.add_argument("--version", action="version", version=f"pytest-ood {__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    publish = commands.add_parser("publish", help="publish a dataset on the Hugging Face Hub, or add it to one there")
    publish.add_argument("folder", type=_folder, metavar="DIR", help="a folder written by --ood-export")
    publish.add_argument("name", metavar="ORG/NAME", help="the dataset on the Hub; a new one is private")
    publish.add_argument("--public", action="store_true", help="make the dataset public")
    publish.add_argument("--license", metavar="ID", help=f"{_LICENSE}, or for a new dataset that of DIR")
    publish.add_argument("--yes", action="store_true", help="publish without asking for confirmation")
    publish.set_defaults(do=_publish)

    validate = commands.add_parser("validate", help="check every row and summary of a dataset against its schema")
    validate.add_argument("dataset", metavar="DIR|ORG/NAME", help="a folder, or a dataset on the Hub (with @REVISION)")
    validate.set_defaults(do=_validate)

    merge = commands.add_parser("merge", help="merge the datasets of several runs or machines into one")
    merge.add_argument("folders", nargs="+", type=_folder, metavar="DIR", help="a dataset; it is not changed")
    merge.add_argument("out", type=Path, metavar="OUT", help="a new folder, or a dataset to add to")
    merge.add_argument("--license", metavar="ID", help=f"{_LICENSE}, or for a new dataset that of the folders")
    merge.set_defaults(do=_merge)

    report = commands.add_parser("report", help="write a report for a browser or the curves as pictures")
    report.add_argument(
        "sources",
        nargs="+",
        metavar="DATASET|JSON",
        help="a folder written by --ood-export, a dataset on the Hub, or a file written by --ood-json, which has no"
        " questions and answers; two of them are compared",
    )
    report.add_argument("-o", "--output", type=Path, metavar="FILE.html", help="write a report to this file")
    report.add_argument("--svg", type=Path, metavar="DIR", help="write each curve as an SVG into this folder")
    report.add_argument(
        "--axis", choices=("log", "linear"), help="the axis of the sizes in these SVGs (default: as the sizes need it)"
    )
    report.set_defaults(do=_report)

    compare = commands.add_parser(
        "compare",
        help="show what changed from one run to another: what is shown to be fixed or broken",
        description="Compare two runs on the draws that both were asked. The exit status is 1 if the later one is shown"
        " to be worse in anything.",
    )
    for name, which in (("before", "the earlier run"), ("after", "the later run")):
        compare.add_argument(
            name, metavar=f"{name.upper()}", help=f"{which}: a dataset, or a file written by --ood-json"
        )
    compare.add_argument("--all", action="store_true", help="list also the cells in which no change is shown")
    compare.set_defaults(do=_compare)

    tasks = commands.add_parser("tasks", help="list the installed tasks, including those of other packages")
    tasks.add_argument("names", nargs="*", metavar="NAME", help="list only these tasks (default: all)")
    tasks.add_argument("--json", action="store_true", help="write a JSON array instead of text")
    tasks.set_defaults(do=_tasks)

    _add_store_command(commands)
    return parser


def _folder(typed: str) -> Path:
    if not Path(typed).is_dir():
        raise argparse.ArgumentTypeError(f"{typed}: not a folder; name one written by --ood-export")
    return Path(typed)


def _publish(args: argparse.Namespace) -> int:
    from pytest_ood.dataset import hub
    from pytest_ood.report.curves import draw

    hub.check_ready(args.name, args.license)
    visible = "public" if args.public else "private"
    _say(f"{args.folder} -> {args.name} ({visible}): {hub.preview(args.folder)}")
    if refused := _refused(args, "Publish?", "nothing was sent", "publish"):
        return refused
    published = hub.publish(args.folder, args.name, public=args.public, license=args.license, draw_curves=draw)
    _say(str(published))
    return 0


def _validate(args: argparse.Namespace) -> int:
    from pytest_ood.dataset import hub
    from pytest_ood.dataset.validate import faults

    folder = Path(args.dataset)
    if not folder.is_dir():
        folder = hub.fetch(args.dataset)
    remaining = faults(folder)
    shown = list(itertools.islice(remaining, _MOST_FAULTS))
    for fault in shown:
        _say(str(fault))
    more = sum(1 for _ in remaining)
    if more:
        _say(f"and {more} more")
    if shown:
        count = len(shown) + more
        return _complain(f"{args.dataset}: {count} {'fault' if count == 1 else 'faults'}")
    _say(f"{args.dataset}: no faults ({hub.preview(folder)})")
    return 0


def _merge(args: argparse.Namespace) -> int:
    from pytest_ood.dataset.merge import merge
    from pytest_ood.report.curves import draw

    merged = merge(args.folders, args.out, license=args.license, draw_curves=draw)
    added = f"{merged.rows:,} traces added, {merged.failures:,} of them failures"
    _say(f"{args.out}: {added}; {merged.known:,} traces were already there")
    return 0


def _report(args: argparse.Namespace) -> int:
    if args.output is None and args.svg is None:
        _complain("report: nothing to write; name a file with -o, a folder with --svg, or both")
        return 2
    sources = _sources(args.sources)
    if args.output is not None:
        from pytest_ood.report.html import write

        write(args.output, sources)
        _say(f"{args.output}: {args.output.stat().st_size:,} bytes")
    if args.svg is not None:
        from pytest_ood.report.figures.sheet import write_each

        logarithmic = None if args.axis is None else args.axis == "log"
        named = [source.name if len(sources) > 1 else "" for source in sources]
        written = [write_each(args.svg, *pair, logarithmic) for pair in zip(sources, named, strict=True)]
        count = sum(map(len, written))
        _say(f"{args.svg}: {count:,} {'curve' if count == 1 else 'curves'}")
    return 0


def _sources(typed: Sequence[str]) -> "list[Source]":
    """Open datasets and summaries, each under a short name."""
    from pytest_ood.dataset.read import locate, read_traces
    from pytest_ood.dataset.summaries import read_summary, summaries
    from pytest_ood.report.source import Source

    # The names of files and folders alone, unless two are the same.
    short = [Path(one).name if Path(one).exists() else one for one in typed]
    names = short if len(set(short)) == len(short) else typed

    def source(one: str, name: str) -> Source:
        if Path(one).is_file():
            return Source(name, [read_summary(Path(one))])
        folder = locate(one)
        return Source(name, summaries(folder), lambda: (trace for _, trace in read_traces(folder, "traces")))

    return [source(*pair) for pair in zip(typed, names, strict=True)]


def _compare(args: argparse.Namespace) -> int:
    from pytest_ood.report.terminal.comparing import Comparison
    from pytest_ood.report.terminal.writing import write

    comparison = Comparison.of(*_sources([args.before, args.after]))
    write(comparison.lines(_width(), shows_all=args.all), sys.stdout)
    return int(comparison.is_worse)


def _tasks(args: argparse.Namespace) -> int:
    import json
    import warnings

    from pytest_ood import registry
    from pytest_ood.report.task_list import task_lines, task_row

    try:
        with warnings.catch_warnings(record=True) as broken:
            warnings.simplefilter("always", registry.BrokenEntryPoint)
            installed = registry.installed_tasks()
    except registry.RegistryError as error:
        return _complain(f"tasks: {error}")
    try:
        chosen = [registry.find_task(name, installed) for name in dict.fromkeys(args.names)] or installed
    except registry.RegistryError as error:
        _complain(f"tasks {error}")
        return 2
    for warning in broken:
        if issubclass(warning.category, registry.BrokenEntryPoint):
            _complain(str(warning.message))
    if args.json:
        _say(json.dumps([task_row(one) for one in chosen], indent=2, ensure_ascii=False))
        return 0
    for line in task_lines(chosen, _width()):
        _say(line)
    _say(f"{len(chosen)} task{'' if len(chosen) == 1 else 's'}")
    return 0


def _add_store_command(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command `pytest-ood store` with its actions."""
    store = commands.add_parser("store", help="inspect or check a store, or delete answers from it")
    actions = store.add_subparsers(required=True, metavar="ACTION")
    for name, do, text in (
        ("stats", _store_stats, "count the answers, tokens and costs of each model"),
        ("check", _store_check, "look for damage and for traces without answers"),
        ("vacuum", _store_vacuum, "return the space of deleted answers to the file system"),
        ("forget", _store_forget, "delete the answers of a model and the traces that depend on them"),
    ):
        action = actions.add_parser(name, help=text, description=text)
        action.add_argument("--store", type=Path, default=DEFAULT_STORE, metavar="FILE", help="default %(default)s")
        action.set_defaults(do=_with_store, work=do)
    forget = actions.choices["forget"]
    forget.add_argument("model", metavar="MODEL", help="the name of the model as passed to --ood-model")
    forget.add_argument("--yes", action="store_true", help="delete without asking for confirmation")


def _with_store(args: argparse.Namespace) -> int:
    try:
        with store_admin.open_existing(args.store) as store:
            status: int = args.work(args, store)
    except StoreError as error:
        return _complain(str(error))
    return status


def _store_stats(_: argparse.Namespace, store: Store) -> int:
    for line in store_admin.stats_table(store.path, store_admin.stats(store)):
        _say(line)
    return 0


def _store_check(_: argparse.Namespace, store: Store) -> int:
    faults = store_admin.check(store)
    for fault in faults:
        _say(fault)
    if faults:
        return _complain(f"{store.path}: {len(faults)} fault{'s' * (len(faults) > 1)}")
    held = store_admin.stats(store)
    _say(f"{store.path}: fine (version {held.version}, {held.answers:,} answers, {held.traces:,} traces)")
    return 0


def _store_vacuum(_: argparse.Namespace, store: Store) -> int:
    _say(f"{store.path}: freed {max(0, store_admin.vacuum(store)):,} bytes")
    return 0


def _store_forget(args: argparse.Namespace, store: Store) -> int:
    held = store_admin.count_of(store, args.model)
    _say(f"{args.model}: {held.answers:,} answers and {held.traces:,} traces in {store.path}")
    if refused := _refused(args, "Delete them?", "nothing was deleted", "delete"):
        return refused
    gone = store_admin.forget(store, args.model)
    _say(f"deleted {gone.answers:,} answers and {gone.traces:,} traces; `pytest-ood store vacuum` frees the space")
    return 0


def _refused(args: argparse.Namespace, question: str, otherwise: str, verb: str) -> int:
    """Ask at a terminal unless ``--yes`` is given; return the exit status of a command that is not to go on, else 0."""
    if args.yes:
        return 0
    if not sys.stdin.isatty():
        _complain(f"{otherwise}; add --yes to {verb} without a confirmation")
        return 2
    sys.stdout.write(f"{question} [y/N] ")
    sys.stdout.flush()
    return 0 if sys.stdin.readline().strip().lower() in ("y", "yes") else _complain(otherwise)


def _width() -> int:
    return min(max(shutil.get_terminal_size().columns, _NARROWEST), _WIDEST)


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def _complain(text: str) -> int:
    sys.stderr.write(f"pytest-ood: {text}\n")
    return 1


if __name__ == "__main__":
    sys.exit(main())
