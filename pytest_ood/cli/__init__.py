"""The command `pytest-ood`: work with tasks, datasets and stores outside a run.

The exit status is 0 if all is well, 1 if something is wrong, and 2 for wrong usage.
"""

import argparse
import itertools
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from pytest_ood import __version__
from pytest_ood.asking.store import DEFAULT_STORE, Store, StoreError, admin
from pytest_ood.cli import converting, reading
from pytest_ood.cli.messages import complain, say, width
from pytest_ood.dataset.folder import DatasetError
from pytest_ood.dataset.limits import raised
from pytest_ood.dataset.progress import shown
from pytest_ood.text.printable import printable

_MOST_FAULTS = 20
_LICENSE = "licence of the dataset, by its id on the Hub, such as cc-by-4.0; by default the one it has"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line, and return the exit status."""
    args = _parser().parse_args(arguments)
    try:
        with raised(getattr(args, "limits", 1)), shown():
            status: int = args.do(args)
    except BrokenPipeError:
        # The reader has closed the pipe, as in `pytest-ood tasks | head`. Discard what is still buffered.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except (DatasetError, OSError) as error:
        return complain(str(error))
    except KeyboardInterrupt:
        return complain("interrupted")
    return status


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="pytest-ood",
        description="List tasks; publish, validate, merge and convert datasets; write reports; manage a store.",
    )
    parser.add_argument("--version", action="version", version=f"pytest-ood {__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    publish = commands.add_parser("publish", help="publish a dataset on the Hugging Face Hub, or add it to one there")
    publish.add_argument("folder", type=_folder, metavar="DIR", help="a folder written by --ood-export")
    publish.add_argument("name", metavar="ORG/NAME", help="the dataset on the Hub; a new one is private")
    publish.add_argument("--public", action="store_true", help="make the dataset public")
    publish.add_argument("--license", metavar="ID", help=f"{_LICENSE}, or for a new dataset that of DIR")
    publish.add_argument("--yes", action="store_true", help="publish without asking for confirmation")
    publish.add_argument(
        "--dry-run", action="store_true", help="check the dataset and show the card of a new one; send nothing"
    )
    publish.set_defaults(do=_publish)

    validate = commands.add_parser("validate", help="check every row and summary of a dataset against its schema")
    validate.add_argument("dataset", metavar="DIR|ORG/NAME", help="a folder, or a dataset on the Hub (with @REVISION)")
    validate.set_defaults(do=_validate)

    merge = commands.add_parser("merge", help="merge the datasets of several runs or machines into one")
    merge.add_argument("folders", nargs="+", type=_folder, metavar="DIR", help="a dataset; it is not changed")
    merge.add_argument("out", type=Path, metavar="OUT", help="a new folder, or a dataset to add to")
    merge.add_argument("--license", metavar="ID", help=f"{_LICENSE}, or for a new dataset that of the folders")
    merge.set_defaults(do=_merge)

    reading.add_commands(commands)
    converting.add_command(commands)

    tasks = commands.add_parser("tasks", help="list the installed tasks, including those of other packages")
    tasks.add_argument("names", nargs="*", metavar="NAME", help="list only these tasks (default: all)")
    tasks.add_argument("--json", action="store_true", help="write a JSON array instead of text")
    tasks.set_defaults(do=_tasks)

    for name in ("publish", "validate", "merge", "report", "show", "compare", "convert"):
        commands.choices[name].add_argument(
            "--limits",
            type=_factor,
            default=1,
            metavar="N",
            help="let a dataset be N times as large as usual: 256 MiB to unpack at once, 20 million rows a file",
        )
    _add_store_command(commands)
    return parser


def _factor(typed: str) -> int:
    if not typed.isdecimal() or not int(typed):
        raise argparse.ArgumentTypeError(f"{typed}: not a whole number from 1 on")
    return int(typed)


def _folder(typed: str) -> Path:
    if not Path(typed).is_dir():
        raise argparse.ArgumentTypeError(f"{typed}: not a folder; name one written by --ood-export")
    return Path(typed)


def _publish(args: argparse.Namespace) -> int:
    from pytest_ood.dataset import hub
    from pytest_ood.report.curves import draw

    if not args.dry_run:
        hub.check_ready(args.name, args.license)
    visible = "public" if args.public else "private"
    say(f"{args.folder} -> {args.name} ({visible}): {hub.preview(args.folder)}")
    if args.dry_run:
        # A terminal breaks its lines as it likes.
        shown = hub.rehearse(args.folder, args.name, license=args.license, draw_curves=draw).replace("\xa0", " ")
        say(f"Nothing was sent. The card of a new dataset, with its picture:\n\n{printable(shown)}")
        return 0
    if refused := _refused(args, "Publish?", "nothing was sent", "publish"):
        return refused
    published = hub.publish(args.folder, args.name, public=args.public, license=args.license, draw_curves=draw)
    say(str(published))
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
        say(str(fault))
    more = sum(1 for _ in remaining)
    if more:
        say(f"and {more} more")
    if shown:
        count = len(shown) + more
        return complain(f"{args.dataset}: {count} {'fault' if count == 1 else 'faults'}")
    say(f"{args.dataset}: no faults ({hub.preview(folder)})")
    return 0


def _merge(args: argparse.Namespace) -> int:
    from pytest_ood.dataset.merge import merge
    from pytest_ood.report.curves import draw

    merged = merge(args.folders, args.out, license=args.license, draw_curves=draw)
    added = f"{merged.rows:,} traces added, {merged.failures:,} of them failures"
    say(f"{args.out}: {added}; {merged.known:,} traces were already there")
    return 0


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
        return complain(f"tasks: {error}")
    try:
        chosen = [registry.find_task(name, installed) for name in dict.fromkeys(args.names)] or installed
    except registry.RegistryError as error:
        complain(f"tasks {error}")
        return 2
    for warning in broken:
        if issubclass(warning.category, registry.BrokenEntryPoint):
            complain(str(warning.message))
    if args.json:
        say(json.dumps([task_row(one) for one in chosen], indent=2, ensure_ascii=False))
        return 0
    for line in task_lines(chosen, width()):
        say(line)
    say(f"{len(chosen)} task{'' if len(chosen) == 1 else 's'}")
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
    recover = actions.add_parser("recover", help="save the answers of a damaged store in a new one")
    recover.add_argument("new", type=Path, metavar="NEW", help="the file of the new store")
    recover.add_argument("--store", type=Path, default=DEFAULT_STORE, metavar="FILE", help="default %(default)s")
    recover.set_defaults(do=_store_recover)
    forget = actions.choices["forget"]
    forget.add_argument("model", metavar="MODEL", help="the name of the model as passed to --ood-model")
    forget.add_argument("--yes", action="store_true", help="delete without asking for confirmation")


def _with_store(args: argparse.Namespace) -> int:
    try:
        with admin.open_existing(args.store) as store:
            status: int = args.work(args, store)
    except StoreError as error:
        return complain(str(error))
    return status


def _store_stats(_: argparse.Namespace, store: Store) -> int:
    for line in admin.stats_table(store.path, admin.stats(store)):
        say(line)
    return 0


def _store_check(_: argparse.Namespace, store: Store) -> int:
    faults = admin.check(store)
    for fault in faults:
        say(fault)
    if faults:
        return complain(f"{store.path}: {len(faults)} fault{'s' * (len(faults) > 1)}")
    held = admin.stats(store)
    say(f"{store.path}: fine (version {held.version}, {held.answers:,} answers, {held.traces:,} traces)")
    return 0


def _store_vacuum(_: argparse.Namespace, store: Store) -> int:
    say(f"{store.path}: freed {max(0, admin.vacuum(store)):,} bytes")
    return 0


def _store_recover(args: argparse.Namespace) -> int:
    from pytest_ood.asking.store.recovery import recover

    try:
        saved = recover(args.store, args.new)
    except StoreError as error:
        return complain(str(error))
    say(
        f"{args.new}: {saved.answers:,} answers of {saved.runs:,} run{'s' * (saved.runs != 1)};"
        f" the command of a run goes on from there with --ood-store={args.new}"
    )
    return 0


def _store_forget(args: argparse.Namespace, store: Store) -> int:
    held = admin.count_of(store, args.model)
    say(f"{args.model}: {held.answers:,} answers and {held.traces:,} traces in {store.path}")
    if refused := _refused(args, "Delete them?", "nothing was deleted", "delete"):
        return refused
    gone = admin.forget(store, args.model)
    say(f"deleted {gone.answers:,} answers and {gone.traces:,} traces; `pytest-ood store vacuum` frees the space")
    return 0


def _refused(args: argparse.Namespace, question: str, otherwise: str, verb: str) -> int:
    """Ask at a terminal unless ``--yes`` is given; return the exit status of a command that is not to go on, else 0."""
    if args.yes:
        return 0
    if not sys.stdin.isatty():
        complain(f"{otherwise}; add --yes to {verb} without a confirmation")
        return 2
    sys.stdout.write(f"{question} [y/N] ")
    sys.stdout.flush()
    return 0 if sys.stdin.readline().strip().lower() in ("y", "yes") else complain(otherwise)
