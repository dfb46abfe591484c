"""Programs of the small language, read from their text."""

import ast

from pytest_ood.families.operators.small_python import (
    Assignment,
    Element,
    Loop,
    Number,
    Operation,
    Program,
    Statement,
    Swap,
    Variable,
)


def read_program(text: str) -> Program:
    """Read a program as `small_python.written` writes it. Nothing of it is run.

    Raises:
        SyntaxError: it is not Python.
        ValueError: it is, but not a program of the small language.
    """
    match ast.parse(text).body:
        case [
            ast.Assign([ast.Name("numbers")], ast.List(elements)),
            ast.Assign([ast.Name("total")], ast.Constant(int(total))),
            *statements,
            ast.Expr(ast.Call(ast.Name("print"), [ast.Name("total")], [])),
        ]:
            numbers = tuple([ast.literal_eval(element) for element in elements])
            return Program(numbers, total, tuple(map(_statement, statements)))
    raise ValueError("a program begins with `numbers` and `total`, and ends with print(total)")


def _statement(node: ast.stmt) -> Statement:
    match node:
        case ast.For(ast.Name(variable), over, [body]):
            return Loop(Variable(variable), _range(over), _assignment(body))
        case ast.Assign([ast.Tuple([one, other])], ast.Tuple()):
            return Swap(_element(one), _element(other))
    return _assignment(node)


def _assignment(node: ast.stmt) -> Assignment:
    match node:
        case ast.Assign([target], ast.BinOp(left, ast.Add() | ast.Sub() as sign, right)):
            value = Operation(_operand(left), "+" if isinstance(sign, ast.Add) else "-", _operand(right))
            return Assignment(Variable(target.id) if isinstance(target, ast.Name) else _element(target), value)
    raise ValueError(f"{ast.unparse(node)}: not a statement of the small language")


def _operand(node: ast.expr) -> Number | Variable | Element:
    match node:
        case ast.Constant(int(value)):
            return Number(value)
        case ast.Name(name):
            return Variable(name)
    return _element(node)


def _element(node: ast.expr) -> Element:
    match node:
        case ast.Subscript(ast.Name("numbers"), ast.Constant(int(value))):
            return Element(Number(value))
        case ast.Subscript(ast.Name("numbers"), ast.Name(name)):
            return Element(Variable(name))
    raise ValueError(f"{ast.unparse(node)}: not an element of the list")


def _range(node: ast.expr) -> range | None:
    """Return the range that a loop goes over; None if that is the list."""
    match node:
        case ast.Call(ast.Name("range"), [ast.Constant(int(start)), ast.Constant(int(stop))], []):
            return range(start, stop)
        case ast.Name("numbers"):
            return None
    raise ValueError(f"{ast.unparse(node)}: a loop goes over a range or the list")
