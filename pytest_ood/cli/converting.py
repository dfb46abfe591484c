"""The command `pytest-ood convert`."""

import argparse
from pathlib import Path

from pytest_ood.cli.messages import say
from pytest_ood.dataset.folder import TRACE_CONFIGS
from pytest_ood.dataset.formats import FORMATS

_WIDEST = max(map(len, FORMATS))


def add_command(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command."""
    formats = "\n".join(f"  {name:{_WIDEST}}  {form.about}" for name, form in FORMATS.items())
    convert = commands.add_parser(
        "convert",
        help="write a dataset in the format of another tool: Inspect, TRL, verifiers, reasoning-gym, ...",
        description="Write a dataset in the format of another tool.",
        epilog=f"formats:\n{formats}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    convert.add_argument("dataset", metavar="DIR|ORG/NAME", help="a folder, or a dataset on the Hub (with @REVISION)")
    convert.add_argument("--to", required=True, choices=FORMATS, metavar="FORMAT", help="one of those below")
    convert.add_argument(
        "-o",
        "--output",
        required=True,
        type=Path,
        metavar="OUT",
        help="a new or empty folder; for jsonl a file, which is replaced",
    )
    convert.add_argument(
        "--config", choices=TRACE_CONFIGS, default="traces", help="the rows to convert (default: %(default)s)"
    )
    convert.set_defaults(do=_convert)


def _convert(args: argparse.Namespace) -> int:
    from pytest_ood.dataset.formats import convert
    from pytest_ood.dataset.read import locate, read_traces

    traces = (trace for _, trace in read_traces(locate(args.dataset), args.config))
    written = convert(traces, args.to, args.output)
    say(f"{args.output}: {written}")
    return 0
