"""The pages for readers, and the blocks of code in them."""

import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent
#: The pages that explain how to use the package, by their paths from the root.
PAGES = {
    path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8")
    for path in (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))
}
_HEADING_OR_BLOCK = re.compile(
    r"^#+ (?P<heading>[^\n]+)$|^```(?P<language>\w*)\n(?P<block>.*?)^```$", re.MULTILINE | re.DOTALL
)


def blocks(page: str, language: str = "python") -> Iterator[tuple[str, str]]:
    """Yield the heading above each block of code in a language, and the block."""
    heading = ""
    for found in _HEADING_OR_BLOCK.finditer(PAGES[page]):
        if found["heading"] is not None:
            heading = found["heading"]
        elif found["language"] == language:
            yield heading, found["block"]


def block(page: str, heading: str, language: str = "python") -> str:
    """Return the first block under a heading, whatever the heading's level."""
    return next(text for above, text in blocks(page, language) if above == heading)
