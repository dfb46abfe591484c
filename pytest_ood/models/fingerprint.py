"""A digest of a function's code: to the store, an edited function is a different model."""

import ast
import functools
import inspect
import linecache
import types
from collections.abc import Callable, Mapping
from typing import Any

from pytest_ood.models.request import is_recorded
from pytest_ood.text.canonical import canonical, digest


def fingerprint(function: Callable[..., Any]) -> str | None:
    """Return a digest of what a function does, as far as its code shows.

    The digest covers the function's bytecode, constants and defaults, the values in its closure that have a JSON form,
    and every function, class and variable from the top level of its file that it refers to, directly or through
    another one. For an object with ``__call__``, and for a bound method, it covers the class but not the attributes of
    the object. It ignores comments, line numbers, the file's path, imported modules, and values whose names say that
    they are secrets or transport settings (``api_key``, ``timeout``).

    Returns:
        64 hexadecimal digits, equal in every process of one Python version. None if the function is not written in
        Python: a builtin is identified by its name alone.
    """
    reader = _Reader()
    described = reader.describe(function)
    return None if described is None else digest(canonical([described, reader.files()]))


class _Reader:
    """Turns callables into JSON, each function and class once, and collects the names they use by file."""

    def __init__(self) -> None:
        self._places: dict[types.FunctionType | type, int] = {}
        self._names: dict[str, set[str]] = {}

    def describe(self, thing: Any) -> Any:
        """Return the code of a callable; None if it has no Python code."""
        if isinstance(thing, types.FunctionType):
            return self._function(thing)
        if isinstance(thing, types.MethodType):
            owner = thing.__self__
            return [self.describe(thing.__func__), self._class(owner if isinstance(owner, type) else type(owner))]
        if isinstance(thing, functools.partial):
            inner = self.describe(thing.func)
            return inner and [inner, [self._value(value) for value in thing.args], self._named(thing.keywords)]
        # functools.cache and similar wrappers. Looked up without running any __getattr__.
        wrapped = inspect.getattr_static(thing, "__wrapped__", None)
        if wrapped is not None:
            return self.describe(wrapped)
        call = inspect.getattr_static(type(thing), "__call__", None)
        return [self._function(call), self._class(type(thing))] if isinstance(call, types.FunctionType) else None

    def files(self) -> list[list[str]]:
        """Return the top-level statements that the described functions use, by file."""
        return [_statements(file, names) for file, names in self._names.items()]

    def _function(self, function: types.FunctionType) -> Any:
        if function in self._places:
            return self._places[function]
        self._places[function] = len(self._places)
        code = function.__code__
        self._names.setdefault(code.co_filename, set()).update(_names(code))
        cells = zip(code.co_freevars, function.__closure__ or (), strict=True)
        return {
            "code": _code(code),
            "defaults": [self._value(value) for value in function.__defaults__ or ()],
            "named": self._named(function.__kwdefaults__ or {}),
            "closure": self._named({name: _content(cell) for name, cell in cells}),
        }

    def _class(self, cls: type) -> Any:
        """The functions and values of a class and of its bases in the same module."""
        if cls in self._places:
            return self._places[cls]
        self._places[cls] = len(self._places)
        return [
            self._named(
                {
                    name: value
                    for name, value in vars(base).items()
                    if isinstance(value, types.FunctionType) or not name.endswith("__")
                }
            )
            for base in cls.__mro__
            if base.__module__ == cls.__module__
        ]

    def _named(self, values: Mapping[str, Any]) -> dict[str, Any]:
        return {name: self._value(value) for name, value in values.items() if is_recorded(name)}

    def _value(self, value: Any) -> Any:
        """The code of a value if it has any, otherwise its JSON or, failing that, its type."""
        described = self.describe(value) if callable(value) else None
        if described is not None:
            return {"code": described}
        try:
            return {"json": canonical(_recorded(value))}
        except (TypeError, ValueError, RecursionError):
            return {"type": type(value).__qualname__}


def _content(cell: types.CellType) -> Any:
    try:
        return cell.cell_contents
    except ValueError:  # not assigned yet
        return None


def _recorded(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(name): _recorded(item) for name, item in value.items() if is_recorded(str(name))}
    if isinstance(value, list | tuple):
        return [_recorded(item) for item in value]
    return value


def _code(code: types.CodeType) -> Any:
    """Everything in a code object except its location and its name."""
    return {
        "code": code.co_code.hex(),
        "handlers": getattr(code, "co_exceptiontable", b"").hex(),  # since Python 3.11
        "takes": [code.co_argcount, code.co_posonlyargcount, code.co_kwonlyargcount, code.co_flags],
        "names": [code.co_names, code.co_varnames, code.co_freevars, code.co_cellvars],
        "constants": [_constant(constant) for constant in code.co_consts],
    }


def _constant(constant: Any) -> Any:
    if isinstance(constant, types.CodeType):
        return _code(constant)
    if isinstance(constant, tuple):
        return [_constant(item) for item in constant]
    if isinstance(constant, frozenset):  # its order depends on the hash seed of the process
        return {"set": sorted(canonical(_constant(item)) for item in constant)}
    return repr(constant)


def _names(code: types.CodeType) -> set[str]:
    """The names that code uses, including attributes and those in nested functions."""
    inner = (_names(constant) for constant in code.co_consts if isinstance(constant, types.CodeType))
    return set(code.co_names).union(*inner)


def _statements(file: str, names: set[str]) -> list[str]:
    """The top-level statements of a file that define these names, and those that define what they use in turn."""
    linecache.checkcache(file)
    try:
        body = ast.parse("".join(linecache.getlines(file))).body
    except SyntaxError:  # edited and broken since it was imported
        return []
    defined = [set(filter(is_recorded, _defined(statement))) for statement in body]
    used: set[int] = set()
    while new := {place for place, own in enumerate(defined) if place not in used and own & names}:
        used |= new
        names = {node.id for place in new for node in ast.walk(body[place]) if isinstance(node, ast.Name)}
    return [ast.unparse(body[place]) for place in sorted(used)]


def _defined(statement: ast.stmt) -> list[str]:
    """The names to which a statement gives a value."""
    if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return [statement.name]
    if isinstance(statement, ast.Assign | ast.AnnAssign | ast.AugAssign):
        names = (node for node in ast.walk(statement) if isinstance(node, ast.Name))
        return [name.id for name in names if isinstance(name.ctx, ast.Store)]
    return []
