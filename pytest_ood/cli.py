"""The command `pytest-ood`: what is done with datasets outside a run.

Its exit status: 0 if all went well, 1 if something went wrong or is wrong with a dataset, 2 for wrong usage.
"""

import argparse
import itertools
import sys
from collections.abc import Sequence
from pathlib import Path

from pytest_ood.dataset.folder import DatasetError

_MOST_FAULTS = 20
_LICENSE = "licence of the dataset, by its id on the Hub, such as cc-by-4.0; by default the one it has"


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what the command line says, and return the exit status."""
    asked = _parser().parse_args(arguments)
    try:
        status: int = asked.do(asked)
    except (DatasetError, OSError) as error:
        return _complain(str(error))
    except KeyboardInterrupt:
        return _complain("interrupted")
    return status


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="pytest-ood", description="Publish, check and merge datasets of failures.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    publish = commands.add_parser("publish", help="put a dataset on the Hugging Face Hub, or add it to one there")
    publish.add_argument("folder", type=_folder, metavar="DIR", help="a folder that --ood-export has written")
    publish.add_argument("name", metavar="ORG/NAME", help="the dataset on the Hub; a new one is private")
    publish.add_argument("--public", action="store_true", help="publish for everybody to see")
    publish.add_argument("--license", metavar="ID", help=f"{_LICENSE}, or for a new dataset that of DIR")
    publish.add_argument("--yes", action="store_true", help="publish without asking first")
    publish.set_defaults(do=_publish)

    validate = commands.add_parser("validate", help="check every row and summary of a dataset against its schema")
    validate.add_argument("dataset", metavar="DIR|ORG/NAME", help="a folder, or a dataset on the Hub, with @REVISION")
    validate.set_defaults(do=_validate)

    merge = commands.add_parser("merge", help="merge the datasets of several runs or machines into one")
    merge.add_argument("folders", nargs="+", type=_folder, metavar="DIR", help="a dataset; it is left as it is")
    merge.add_argument("out", type=Path, metavar="OUT", help="a new folder, or a dataset to add to")
    merge.add_argument("--license", metavar="ID", help=f"{_LICENSE}, or for a new dataset that of the folders")
    merge.set_defaults(do=_merge)
    return parser


def _folder(given: str) -> Path:
    if not Path(given).is_dir():
        raise argparse.ArgumentTypeError(f"{given}: not a folder; name one that --ood-export has written")
    return Path(given)


def _publish(asked: argparse.Namespace) -> int:
    from pytest_ood.dataset import hub
    from pytest_ood.report.curves import draw

    hub.check_ready(asked.name, asked.license)
    visible = "public" if asked.public else "private"
    _say(f"{asked.folder} -> {asked.name} ({visible}): {hub.preview(asked.folder)}")
    if not asked.yes:
        if not sys.stdin.isatty():
            _complain("nothing was sent; add --yes to publish without being asked")
            return 2
        sys.stdout.write("Publish? [y/N] ")
        sys.stdout.flush()
        if sys.stdin.readline().strip().lower() not in ("y", "yes"):
            return _complain("nothing was sent")
    published = hub.publish(asked.folder, asked.name, public=asked.public, license=asked.license, draw_curves=draw)
    _say(str(published))
    return 0


def _validate(asked: argparse.Namespace) -> int:
    from pytest_ood.dataset import hub
    from pytest_ood.dataset.validate import faults

    folder = Path(asked.dataset)
    if not folder.is_dir():
        folder = hub.fetch(asked.dataset)
    found = faults(folder)
    shown = list(itertools.islice(found, _MOST_FAULTS))
    for fault in shown:
        _say(str(fault))
    more = sum(1 for _ in found)
    if more:
        _say(f"and {more} more")
    if shown:
        count = len(shown) + more
        return _complain(f"{asked.dataset}: {count} {'fault' if count == 1 else 'faults'}")
    _say(f"{asked.dataset}: no faults ({hub.preview(folder)})")
    return 0


def _merge(asked: argparse.Namespace) -> int:
    from pytest_ood.dataset.merge import merge
    from pytest_ood.report.curves import draw

    merged = merge(asked.folders, asked.out, license=asked.license, draw_curves=draw)
    added = f"{merged.rows:,} traces added, {merged.failures:,} of them failures"
    _say(f"{asked.out}: {added}; {merged.known:,} traces were there already")
    return 0


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def _complain(text: str) -> int:
    sys.stderr.write(f"pytest-ood: {text}\n")
    return 1


if __name__ == "__main__":
    sys.exit(main())
