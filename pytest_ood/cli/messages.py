"""What the command says, and how wide it may be."""

import shutil
import sys

from pytest_ood.dataset.progress import clear

# Between these limits a list is as wide as the terminal.
_NARROWEST, _WIDEST = 40, 120


def width() -> int:
    """Return the number of columns for lists."""
    return min(max(shutil.get_terminal_size().columns, _NARROWEST), _WIDEST)


def say(text: str) -> None:
    """Write a line to the standard output."""
    clear()
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def complain(text: str) -> int:
    """Write a message to the standard error, and return the exit status 1."""
    clear()
    sys.stderr.write(f"pytest-ood: {text}\n")
    return 1
