"""Checks that a task runs on its parameters before it draws anything."""

from collections.abc import Iterator, Sequence


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


def sizes(value: object) -> Iterator[float]:
    """Yield the sizes of a parameter: a number, or the length of a text or a list and the sizes of what is in it."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        yield value
    elif isinstance(value, (str, list, tuple, dict)):
        yield len(value)
        for inner in value.values() if isinstance(value, dict) else value if not isinstance(value, str) else ():
            yield from sizes(inner)
