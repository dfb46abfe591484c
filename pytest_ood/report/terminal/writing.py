"""Write lines to a terminal: in colours and through a pager if it is one, with the extra `rich` if it is installed."""

import os
import pydoc
import sys
from collections.abc import Iterable, Mapping
from typing import TextIO

from pytest_ood.report.terminal.lines import Line, Style, plain

_STYLES: Mapping[Style, str] = {
    **{"": "", "heading": "bold", "label": "dim", "good": "green", "bad": "red", "doubtful": "yellow"},
    "mark": "bold reverse red",
}
# As git does: show colours, and leave at once if it all fits on one screen.
_LESS = "FRX"


def write(lines: Iterable[Line], stream: TextIO, is_paged: bool = True) -> None:
    """Write lines to a stream; in a terminal through the user's pager.

    Args:
        lines: the lines.
        stream: where to write them.
        is_paged: whether a pager may be used.
    """
    # Characters that the terminal's encoding does not have.
    encoding = stream.encoding or "utf-8"
    text = _rendered(lines, stream).encode(encoding, "backslashreplace").decode(encoding)
    if is_paged and stream is sys.stdout and stream.isatty() and sys.stdin.isatty():
        os.environ.setdefault("LESS", _LESS)
        pydoc.pager(text)
    else:
        stream.write(text)
        stream.flush()


def _rendered(lines: Iterable[Line], stream: TextIO) -> str:
    try:
        from rich.console import Console
        from rich.text import Text
    except ImportError:
        return plain(lines)
    # It knows NO_COLOR, FORCE_COLOR and what the terminal can do; it neither wraps nor reads marks of its own here.
    console = Console(file=stream, highlight=False, markup=False, emoji=False, soft_wrap=True)
    with console.capture() as capture:
        for line in lines:
            spans = [(span.text, _STYLES[span.style]) for span in line.spans]
            text = Text.assemble(*spans)
            text.rstrip()
            console.print(text)
    return capture.get()
