"""Pictures as PNG, for slides and for whatever does not take SVG. Needs the extra ``png``."""

import importlib.util

from pytest_ood.errors import OodError
from pytest_ood.report.figures import style

# Pixels of a PNG for each of the SVG.
_SCALE = 2
# The first that is installed is used. The converter knows nothing of generic families such as sans-serif.
FAMILIES = "Arial, Helvetica, Liberation Sans, DejaVu Sans, Noto Sans, Segoe UI, Roboto, Open Sans, Ubuntu, FreeSans"
_LETTER = '<svg xmlns="http://www.w3.org/2000/svg" width="20" height="20"><text y="18" font-family="{}">H</text></svg>'


class PngError(OodError):
    """Pictures cannot be written as PNG on this machine."""


def check_ready(families: str = FAMILIES) -> None:
    """Make sure that pictures can be converted, their text included.

    Args:
        families: the names of fonts of which one must be installed, separated by commas.

    Raises:
        PngError: the converter or a font is missing.
    """
    if importlib.util.find_spec("resvg_py") is None:
        raise PngError("PNG needs the package resvg-py", fix="pip install 'pytest-ood[png]'")
    from resvg_py import svg_to_bytes

    letter = _LETTER.format(families)
    if svg_to_bytes(letter) == svg_to_bytes(letter, skip_system_fonts=True):
        raise PngError("there is no font for the text", fix=f"install one of {families}")


def to_png(svg: str) -> bytes:
    """Return a picture of `sheet.picture` as PNG, in light colours and twice as large."""
    from resvg_py import svg_to_bytes

    return svg_to_bytes(svg.replace(style.FAMILY, FAMILIES), zoom=_SCALE)
