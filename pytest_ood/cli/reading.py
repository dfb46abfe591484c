"""The commands that show what a run has found: `report`, `show` and `compare`."""

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from pytest_ood.cli.messages import complain, say, width
from pytest_ood.evidence.outcomes import OUTCOMES

if TYPE_CHECKING:
    from pytest_ood.report.source import Source

_MOST_PAIRS = 20


def add_commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the commands of this module."""
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
    report.add_argument("--png", type=Path, metavar="DIR", help="write each curve as a PNG into this folder")
    report.add_argument(
        "--axis", choices=("log", "linear"), help="the axis of the sizes in these files (default: as the sizes need it)"
    )
    report.set_defaults(do=_report)

    _add_show_command(commands)

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


def _add_show_command(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command `pytest-ood show` with its filters."""
    show = commands.add_parser(
        "show",
        help="show questions and answers of a dataset, each control next to its shift",
        description="Show what was asked, answered and expected: the control twin next to its shift, first those in"
        " which the model collapsed.",
    )
    show.add_argument("dataset", metavar="DATASET", help="a folder, or a dataset on the Hub (with @REVISION)")
    show.add_argument(
        "ids", nargs="*", metavar="ID", help="show the pairs of these rows; the beginning of an id will do"
    )
    for name in ("probe", "task", "model"):
        show.add_argument(f"--{name}", default="", metavar="TEXT", help=f"only where the {name} has this in its name")
    show.add_argument(
        "--outcome",
        choices=(*OUTCOMES, "any"),
        action="append",
        help="only where either answer has this outcome; may be repeated (default: wrong)",
    )
    show.add_argument("--lure", default="", metavar="TEXT", help="only where a shortcut of this name gives the answer")
    show.add_argument(
        "--param",
        type=_param,
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="only where a parameter of the task has this value; may be repeated",
    )
    show.add_argument("--draw", type=int, metavar="N", help="only this draw")
    show.add_argument("--text", default="", metavar="TEXT", help="only where this is in a question or an answer")
    show.add_argument("-n", type=int, default=_MOST_PAIRS, metavar="N", help="at most so many (default: %(default)s)")
    show.add_argument(
        "--whole", action="store_true", help="show long texts, whole responses, thoughts and system messages as well"
    )
    show.add_argument("--no-pager", action="store_true", help="write straight to the terminal")
    show.set_defaults(do=_show)


def _param(typed: str) -> tuple[str, str]:
    name, equals, value = typed.partition("=")
    if not equals:
        raise argparse.ArgumentTypeError(f"{typed}: expected NAME=VALUE, such as size=16")
    return name, value


def _report(args: argparse.Namespace) -> int:
    from pytest_ood.report.figures.png import PngError, check_ready, to_png

    if args.output is None and args.svg is None and args.png is None:
        complain("report: nothing to write; name a file with -o, or a folder with --svg or --png")
        return 2
    if args.png is not None:
        try:
            check_ready()
        except PngError as error:
            return complain(f"report --png: {error}")
    sources = _sources(args.sources)
    if args.output is not None:
        from pytest_ood.report.html import write

        write(args.output, sources)
        say(f"{args.output}: {args.output.stat().st_size:,} bytes")
    for folder, converted in ((args.svg, None), (args.png, to_png)):
        if folder is not None:
            _write_pictures(folder, sources, args.axis, converted)
    return 0


def _write_pictures(
    folder: Path, sources: "list[Source]", axis: str | None, to_png: Callable[[str], bytes] | None
) -> None:
    """Write the curves of all sources, and say how many there are."""
    from pytest_ood.report.figures.sheet import write_each

    logarithmic = None if axis is None else axis == "log"
    named = [source.name if len(sources) > 1 else "" for source in sources]
    pairs = zip(sources, named, strict=True)
    count = sum(len(write_each(folder, source, name, logarithmic, to_png)) for source, name in pairs)
    say(f"{folder}: {count:,} {'curve' if count == 1 else 'curves'}")


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


def _show(args: argparse.Namespace) -> int:
    from pytest_ood.dataset.read import locate, read_traces
    from pytest_ood.report.terminal.choosing import Choice
    from pytest_ood.report.terminal.showing import shown_pairs
    from pytest_ood.report.terminal.writing import write

    folder = locate(args.dataset)
    # Who names a row wants to see it, whatever came of it.
    outcomes = args.outcome or (["any"] if args.ids else ["wrong"])
    choice = Choice(
        ids=args.ids,
        probe=args.probe,
        task=args.task,
        model=args.model,
        outcomes=() if "any" in outcomes else outcomes,
        lure=args.lure,
        params=dict(args.param),
        draw=args.draw,
        text=args.text,
    )
    pairs = choice.of(trace for _, trace in read_traces(folder, "traces"))
    if not pairs:
        anyway = "" if args.outcome or args.ids else "; --outcome=any also shows what is not wrong"
        return complain(f"show: no pair of {args.dataset} matches{anyway}")
    write(shown_pairs(pairs, width(), max(args.n, 1), args.whole), sys.stdout, is_paged=not args.no_pager)
    return 0


def _compare(args: argparse.Namespace) -> int:
    from pytest_ood.report.terminal.comparing import Comparison
    from pytest_ood.report.terminal.writing import write

    comparison = Comparison.of(*_sources([args.before, args.after]))
    write(comparison.lines(width(), shows_all=args.all), sys.stdout)
    return int(comparison.is_worse)
