"""A small language that looks like Python: its programs as trees, their text, and what they print.

Every program begins with a list, `numbers`, and a number, `total`, and ends by printing `total`. Nothing is
ever run by Python itself. The text of a part is its `str`.
"""

import itertools
import operator
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Language:
    """In what a language may differ from Python, with what holds in Python.

    Attributes:
        first_index: the index of the first element of a list.
        plus, minus: what the two signs do with the values on their left and right.
    """

    first_index: int = 0
    plus: Callable[[int, int], int] = operator.add
    minus: Callable[[int, int], int] = operator.sub


class Run:
    """A program that is being run: the values of its variables so far.

    Attributes:
        language: the language that the program is written in.
        rounds: at most so many rounds of each loop are run; None for all.
        numbers: the list.
        variables: the other variables, by name.
    """

    def __init__(self, program: "Program", language: Language, rounds: int | None) -> None:
        self.language, self.rounds = language, rounds
        self.numbers = list(program.numbers)
        self.variables = {"total": program.total}


@dataclass(frozen=True, slots=True)
class Number:
    """A number as it stands: ``3``."""

    number: int

    def __str__(self) -> str:
        return str(self.number)

    def value(self, _: Run) -> int:
        """Return the number."""
        return self.number


@dataclass(frozen=True, slots=True)
class Variable:
    """The value of a variable: ``total``."""

    name: str

    def __str__(self) -> str:
        return self.name

    def value(self, run: Run) -> int:
        """Return the value it has."""
        return run.variables[self.name]

    def assign(self, value: int, run: Run) -> None:
        """Give it another value."""
        run.variables[self.name] = value


@dataclass(frozen=True, slots=True)
class Element:
    """An element of the list: ``numbers[3]``."""

    index: Number | Variable

    def __str__(self) -> str:
        return f"numbers[{self.index}]"

    def place(self, run: Run) -> int:
        """Return where it stands in the list, counted from 0 as in Python itself."""
        index = self.index.value(run)
        place = index - run.language.first_index
        if not 0 <= place < len(run.numbers):
            raise IndexError(f"numbers[{index}]: the list has {len(run.numbers)} elements")
        return place

    def value(self, run: Run) -> int:
        """Return the value it has."""
        return run.numbers[self.place(run)]

    def assign(self, value: int, run: Run) -> None:
        """Give it another value."""
        run.numbers[self.place(run)] = value


@dataclass(frozen=True, slots=True)
class Operation:
    """A plus or minus between two values: ``total + 3``."""

    left: Number | Variable | Element
    sign: str
    right: Number | Variable | Element

    def __str__(self) -> str:
        return f"{self.left} {self.sign} {self.right}"

    def value(self, run: Run) -> int:
        """Return what the sign makes of both values."""
        operation = run.language.plus if self.sign == "+" else run.language.minus
        return operation(self.left.value(run), self.right.value(run))


@dataclass(frozen=True, slots=True)
class Assignment:
    """``total = total + numbers[3]``, or the same with an element on the left."""

    target: Variable | Element
    expression: Operation

    def __str__(self) -> str:
        return f"{self.target} = {self.expression}"

    def execute(self, run: Run) -> None:
        """Assign the value."""
        self.target.assign(self.expression.value(run), run)


@dataclass(frozen=True, slots=True)
class Swap:
    """``numbers[1], numbers[3] = numbers[3], numbers[1]``."""

    one: Element
    other: Element

    def __str__(self) -> str:
        return f"{self.one}, {self.other} = {self.other}, {self.one}"

    def execute(self, run: Run) -> None:
        """Exchange the values."""
        first, second = self.one.value(run), self.other.value(run)
        self.one.assign(second, run)
        self.other.assign(first, run)


@dataclass(frozen=True, slots=True)
class Loop:
    """A loop with one assignment in it, over a range or, where that is None, over the list."""

    variable: Variable
    over: range | None
    body: Assignment

    def __str__(self) -> str:
        values = "numbers" if self.over is None else f"range({self.over.start}, {self.over.stop})"
        return f"for {self.variable} in {values}:\n    {self.body}"

    def execute(self, run: Run) -> None:
        """Go through the values."""
        for number in itertools.islice(run.numbers if self.over is None else self.over, run.rounds):
            self.variable.assign(number, run)
            self.body.execute(run)


Statement: TypeAlias = Assignment | Swap | Loop


@dataclass(frozen=True, slots=True)
class Program:
    """The list, the number that `total` is at first, and the statements before `total` is printed."""

    numbers: tuple[int, ...]
    total: int
    statements: tuple[Statement, ...]

    def __str__(self) -> str:
        first = [f"numbers = {list(self.numbers)}", f"total = {self.total}"]
        return "\n".join([*first, *map(str, self.statements), "print(total)"])


def totals(program: Program, language: Language, rounds: int | None = None) -> list[int]:
    """Return the value of `total` at first and after each statement. The program prints the last one.

    Args:
        program: the program.
        language: the language that it is written in.
        rounds: at most so many rounds of each loop are run; all by default.

    Raises:
        IndexError: an element is used that the list does not have. There are no negative indexes.
    """
    run = Run(program, language, rounds)
    values = [program.total]
    for statement in program.statements:
        statement.execute(run)
        values.append(run.variables["total"])
    return values
