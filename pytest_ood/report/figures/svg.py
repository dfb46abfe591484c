"""SVG as markup: every text and attribute is escaped where it is put in."""

from collections.abc import Iterable

from markupsafe import Markup, escape


def element(name: str, *children: str, **attributes: str | float | None) -> Markup:
    """Return one element.

    Args:
        name: its tag.
        children: markup as it stands, or texts, which are escaped.
        attributes: in pixels or as text; None leaves one out. ``text_anchor`` is ``text-anchor``, and ``class_`` is
            ``class``.
    """
    written = Markup("").join(
        Markup(' {}="{}"').format(key.rstrip("_").replace("_", "-"), _value(value))
        for key, value in attributes.items()
        if value is not None
    )
    return Markup("<{name}{written}>{children}</{name}>").format(
        name=name, written=written, children=Markup("").join(map(escape, children))
    )


def polyline(points: Iterable[tuple[float, float]], class_: str) -> Markup:
    """Return a line through these points, in pixels."""
    return element("polyline", points=_joined(points), class_=class_)


def polygon(points: Iterable[tuple[float, float]], class_: str) -> Markup:
    """Return the area within these points, in pixels."""
    return element("polygon", points=_joined(points), class_=class_)


def _joined(points: Iterable[tuple[float, float]]) -> str:
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in points)


def _value(value: str | float) -> str:
    return value if isinstance(value, str) else f"{value:.5g}"
