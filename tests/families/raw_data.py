"""The data files as they are, read apart from the code that reads them for the tasks."""

from pathlib import Path

from pytest_ood import families

DATA = Path(families.__file__).parent


def raw(name: str) -> str:
    """Return a data file without its comments."""
    lines = (DATA / name).read_text(encoding="utf-8").split("\n")
    return "\n".join(line for line in lines if not line.startswith("#"))
