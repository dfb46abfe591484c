"""A report for a browser: one HTML file that holds all it needs and asks nothing of any server.

`page` puts the contents together from the rows of summaries, `figure` draws the curves, `packing` packs the traces, and
the template writes everything down. All texts come from models, from datasets of strangers or from probes: the template
escapes them, the script of the page writes them as text only, and the policy in the page allows no script, style, image
or address but those that this package ships.
"""

import base64
import hashlib
from collections.abc import Sequence
from pathlib import Path

from pytest_ood import __version__
from pytest_ood.report.figures.style import for_page
from pytest_ood.report.source import Source
from pytest_ood.text.canary import CANARY
from pytest_ood.text.words import short_line

__all__ = ["Source", "render", "write"]

# A sentence is shorter; what a stranger has put into a name may not be.
_LONGEST = 2000
_FOLDER = Path(__file__).parent / "templates"


def render(sources: Sequence[Source]) -> str:
    """Return the report as HTML.

    Args:
        sources: one run, or several that are read side by side.
    """
    # Loaded only where a report is made.
    import jinja2

    from pytest_ood.report.html.packing import LEAST_ROOM, MOST_BYTES, Packed, pack
    from pytest_ood.report.html.page import MOST_FINDINGS, page

    style, script = for_page() + _read("report.css"), _read("report.js")
    shown = page(sources)
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_FOLDER),
        autoescape=True,
        finalize=_visible,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["breakable"] = _breakable
    values = {"policy": _policy(style, script), "style": style, "script": script, "most_findings": MOST_FINDINGS}
    template = environment.get_template("report.html.j2")

    def written(packed: Packed) -> str:
        return template.render(page=shown, packed=packed, version=__version__, canary=CANARY, **values)

    # The traces get the room that all else leaves.
    room = max(MOST_BYTES - len(written(Packed()).encode("utf-8", "backslashreplace")), LEAST_ROOM)
    return written(pack(shown.packed, [source.traces() for source in sources], shown.names, shown.matched, room))


def write(path: Path, sources: Sequence[Source]) -> None:
    """Write the report to a file.

    Raises:
        OSError: it cannot be written.
    """
    text = render(sources)
    path.parent.mkdir(parents=True, exist_ok=True)
    # A browser would count another end of line into the digest of the script.
    path.write_text(text, encoding="utf-8", errors="backslashreplace", newline="\n")


def _visible(value: object) -> object:
    """Make control characters, and those that reverse the direction of writing, visible in every text; and cut it."""
    return short_line(value, _LONGEST) if isinstance(value, str) and not hasattr(value, "__html__") else value


def _breakable(name: str) -> str:
    """Let a long name be broken after each underscore."""
    from markupsafe import Markup, escape

    return escape(short_line(name)).replace("_", Markup("_<wbr>"))


def _read(name: str) -> str:
    return (_FOLDER / name).read_text(encoding="utf-8")


def _policy(style: str, script: str) -> str:
    """Return the Content-Security-Policy: this style and this script, and nothing else from anywhere."""
    return "; ".join(
        [
            "default-src 'none'",
            f"style-src 'sha256-{_digest(style)}'",
            f"script-src 'sha256-{_digest(script)}'",
            # An empty icon, so that no browser asks a server for one.
            "img-src data:",
            "base-uri 'none'",
            "form-action 'none'",
            "require-trusted-types-for 'script'",
        ]
    )


def _digest(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode("utf-8")).digest()).decode("ascii")
