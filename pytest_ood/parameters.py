"""Checks that a task runs on its parameters before it draws anything."""

from collections.abc import Sequence


def expect_whole(name: str, value: object, least: int, most: int) -> None:
    """Check that a parameter is a whole number from `least` to `most`, both included.

    Raises:
        ValueError: it is not; the message names the parameter, its value and what is allowed.
    """
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        raise ValueError(f"{name}={value!r}: must be a whole number from {least} to {most}")


def expect_one_of(name: str, value: object, allowed: Sequence[str]) -> None:
    """Check that a parameter is one of the strings `allowed`.

    Raises:
        ValueError: it is not; the message names the parameter, its value and what is allowed.
    """
    if not isinstance(value, str) or value not in allowed:
        raise ValueError(f"{name}={value!r}: must be one of {', '.join(map(repr, allowed))}")
