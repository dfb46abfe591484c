"""A small language that looks like Python: its programs as trees, their text, and what they print.

Every program begins with a list, `numbers`, and a number, `total`, and ends by printing `total`. Nothing is
ever run by Python itself.
"""

import itertools
import operator
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Number:
    """A number as it stands: ``3``."""

    value: int


@dataclass(frozen=True, slots=True)
class Variable:
    """The value of a variable: ``total``."""

    name: str


@dataclass(frozen=True, slots=True)
class Element:
    """An element of the list: ``numbers[3]``."""

    index: Number | Variable


@dataclass(frozen=True, slots=True)
class Operation:
    """A plus or minus between two values: ``total + 3``."""

    left: Number | Variable | Element
    sign: str
    right: Number | Variable | Element


@dataclass(frozen=True, slots=True)
class Assignment:
    """``total = total + numbers[3]``, or the same with an element on the left."""

    target: Variable | Element
    value: Operation


@dataclass(frozen=True, slots=True)
class Swap:
    """``numbers[1], numbers[3] = numbers[3], numbers[1]``."""

    one: Element
    other: Element


@dataclass(frozen=True, slots=True)
class Loop:
    """A loop with one assignment in it, over a range or, where that is None, over the list."""

    variable: Variable
    over: range | None
    body: Assignment


Expression: TypeAlias = Number | Variable | Element | Operation
Statement: TypeAlias = Assignment | Swap | Loop


@dataclass(frozen=True, slots=True)
class Program:
    """The list, the number that `total` is at first, and the statements before `total` is printed."""

    numbers: tuple[int, ...]
    total: int
    statements: tuple[Statement, ...]


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


def written(part: Expression | Statement | Program) -> str:
    """Return the text of a program, or of a part of it."""
    match part:
        case Program(numbers, total, statements):
            lines = [f"numbers = {list(numbers)}", f"total = {total}", *map(written, statements), "print(total)"]
            return "\n".join(lines)
        case Loop(variable, over, body):
            values = "numbers" if over is None else f"range({over.start}, {over.stop})"
            return f"for {written(variable)} in {values}:\n    {written(body)}"
        case Swap(one, other):
            return f"{written(one)}, {written(other)} = {written(other)}, {written(one)}"
        case Assignment(target, value):
            return f"{written(target)} = {written(value)}"
        case Operation(left, sign, right):
            return f"{written(left)} {sign} {written(right)}"
        case Element(index):
            return f"numbers[{written(index)}]"
        case Variable(name):
            return name
        case Number(value):
            return str(value)


def totals(program: Program, language: Language, rounds: int | None = None) -> list[int]:
    """Return the value of `total` at first and after each statement. The program prints the last one.

    Args:
        program: the program.
        language: the language that it is written in.
        rounds: at most so many rounds of each loop are run; all by default.

    Raises:
        IndexError: an element is used that the list does not have. There are no negative indexes.
    """
    run = _Run(program, language, rounds)
    values = [program.total]
    for statement in program.statements:
        run.execute(statement)
        values.append(run.variables["total"])
    return values


class _Run:
    """A program that is being run."""

    def __init__(self, program: Program, language: Language, rounds: int | None) -> None:
        self.language, self.rounds = language, rounds
        self.numbers = list(program.numbers)
        self.variables = {"total": program.total}

    def execute(self, statement: Statement) -> None:
        match statement:
            case Assignment(target, value):
                self.assign(target, self.value(value))
            case Swap(one, other):
                first, second = self.value(one), self.value(other)
                self.assign(one, second)
                self.assign(other, first)
            case Loop(variable, over, body):
                for number in itertools.islice(self.numbers if over is None else over, self.rounds):
                    self.assign(variable, number)
                    self.execute(body)

    def value(self, expression: Expression) -> int:
        match expression:
            case Number(value):
                return value
            case Variable(name):
                return self.variables[name]
            case Element(index):
                return self.numbers[self.place(index)]
            case Operation(left, sign, right):
                operation = self.language.plus if sign == "+" else self.language.minus
                return operation(self.value(left), self.value(right))

    def assign(self, target: Variable | Element, value: int) -> None:
        match target:
            case Variable(name):
                self.variables[name] = value
            case Element(index):
                self.numbers[self.place(index)] = value

    def place(self, index: Number | Variable) -> int:
        """Return where an element stands in the list, counted from 0 as in Python itself."""
        place = self.value(index) - self.language.first_index
        if not 0 <= place < len(self.numbers):
            raise IndexError(f"numbers[{self.value(index)}]: the list has {len(self.numbers)} elements")
        return place
