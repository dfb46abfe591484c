"""Reading the data files that lie beside the tasks that use them."""

from pathlib import Path


def data_lines(path: Path) -> list[str]:
    """Return the lines of a data file, without its comments: the lines that begin with ``#``."""
    return [line for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
