"""Sums of two two-digit numbers in some base, by where they carry."""

import functools
import itertools

DIGITS = "0123456789ABCDEF"
LEAST_BASE = 8
LETTERS = frozenset("ABCDEF")
# Two numbers as they are written.
Sum = tuple[str, str]
# Whether the units of a sum carry, and whether the tens do.
Carries = tuple[bool, bool]


@functools.cache
def sums_in(base: int) -> list[list[Sum]]:
    """Return the sums that the shift arm draws from, written in digits of the base, in kinds that are equally likely.

    Returns:
        Those whose results have two digits, and those whose results have three; in bases above 10 either of them twice,
        without and with a letter in the result.
    """
    kinds: dict[tuple[int, bool], list[Sum]] = {}
    digits = DIGITS[:base]
    numbers = [tens + units for tens in digits[1:] for units in digits]
    for left, right in itertools.product(numbers, repeat=2):
        if not any(carries(left, right, base)):
            continue
        if base < 10 and carries(left, right, base) != carries(left, right, 10):
            continue
        if base > 10 and LETTERS.isdisjoint(left + right):
            continue
        result = in_base(int(left, base) + int(right, base), base)
        kinds.setdefault((len(result), not LETTERS.isdisjoint(result)), []).append((left, right))
    return [kinds[kind] for kind in sorted(kinds)]


@functools.cache
def sums_by_carries() -> dict[Carries, list[Sum]]:
    """Return the sums of two-digit numbers in base 10, by where they carry."""
    sums: dict[Carries, list[Sum]] = {}
    for left, right in itertools.product(map(str, range(10, 100)), repeat=2):
        sums.setdefault(carries(left, right, 10), []).append((left, right))
    return sums


@functools.cache
def carries(left: str, right: str, base: int) -> Carries:
    """Return whether the units of two two-digit numbers carry, and whether their tens do."""
    units_carry = DIGITS.index(left[1]) + DIGITS.index(right[1]) >= base
    return units_carry, DIGITS.index(left[0]) + DIGITS.index(right[0]) + units_carry >= base


@functools.cache
def commonest_sum(base: int, stated: int) -> float:
    """Return how often the commonest result is right."""
    kinds = sums_in(base)
    likely: dict[Sum, float] = {each: 1 / (len(kinds) * len(sums)) for sums in kinds for each in sums}
    if stated == 10 < base:
        # The control arm has any of the sums that carry in the same places instead.
        places: dict[Carries, float] = {}
        for (left, right), part in likely.items():
            where = carries(left, right, base)
            places[where] = places.get(where, 0) + part
        twins = sums_by_carries()
        likely = {each: part / len(twins[where]) for where, part in places.items() for each in twins[where]}
    results: dict[int, float] = {}
    for (left, right), part in likely.items():
        result = int(left, stated) + int(right, stated)
        results[result] = results.get(result, 0) + part
    return round(max(results.values()), 6)


def as_if_decimal(number: str) -> int:
    """Return the value of a two-digit number as if its digits, ten and more among them, stood in base 10."""
    return 10 * DIGITS.index(number[0]) + DIGITS.index(number[1])


def in_base(value: int, base: int) -> str:
    """Write a whole number, 0 or greater, in a base."""
    written = DIGITS[value % base]
    while value := value // base:
        written = DIGITS[value % base] + written
    return written
