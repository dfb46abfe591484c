"""Find a task again in another process: by its module's name, or by its file where that name leads elsewhere."""

import hashlib
import importlib
import importlib.util
import inspect
import os
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any, NamedTuple

from pytest_ood.errors import TaskError

# The module name of a running script: on its own, and in the processes that multiprocessing spawns.
_SCRIPTS = ("__main__", "__mp_main__")


class Address(NamedTuple):
    """Where a top-level name is defined."""

    file: str
    module: str
    qualname: str

    def __str__(self) -> str:
        return f"{self.file}:{self.qualname}"


def module_name(function: Callable[..., Any]) -> str:
    """Return the last part of the name of a function's module; for a script, the name it has when imported."""
    name, file = function.__module__, _globals(function).get("__file__")
    return Path(file).stem if file and name in _SCRIPTS else name.rpartition(".")[2]


def home(function: Callable[..., Any]) -> Address | None:
    """Return the address that a function's own names give, or None if another process could not find it there."""
    file, qualname = _globals(function).get("__file__"), getattr(function, "__qualname__", "<>")
    return None if file is None or "<" in qualname else Address(_absolute(file), function.__module__, qualname)


def address_of(function: Callable[..., Any], value: object, task: str) -> Address:
    """Return the address of the value that a decorator put in place of a function.

    Args:
        function: the function, whose module and qualified name are looked up.
        value: the value that must be at that address.
        task: the task's name, for messages.

    Raises:
        TaskError: the value has no address, or the address holds another value.
    """
    qualname = getattr(function, "__qualname__", repr(function))
    if "<" in qualname:
        raise TaskError(
            f"task {task} is defined inside a function ({qualname}), where no other process can import it",
            task=task,
            fix="define it at the top level of a module",
        )
    address = home(function)
    if address is None:
        raise TaskError(
            f"task {task} is defined in {function.__module__}, which is not a file that another process can import",
            task=task,
            fix="move it into a .py file and import it from there",
        )
    # Not from sys.modules, where the module's name may lead to another file by now.
    try:
        found = _value(SimpleNamespace(**_globals(function)), qualname)
    except AttributeError:
        found = None
    if found is not value:
        raise TaskError(
            f"task {task}: the name {qualname} in {address.file} does not lead to it",
            task=task,
            fix="decorate the function with @task, and use its name only once in the file",
        )
    return address


def value_at(address: Address) -> Any:
    """Import the module of an address and return the value there.

    The module is imported under its own name if that name leads to this file, and otherwise from the file under a
    private name, so that `a/tasks.py` and `b/tasks.py` do not get in each other's way.

    Raises:
        ImportError, AttributeError: there is no such module, or it has no such name. Anything else that the module
            raises while it is imported is passed on.
    """
    return _value(_module(address), address.qualname)


def _globals(function: Callable[..., Any]) -> dict[str, Any]:
    """The globals of the module that a function was written in, whatever it is decorated with."""
    names: dict[str, Any] = getattr(inspect.unwrap(function), "__globals__", {})
    return names


def _value(module: object, qualname: str) -> Any:
    value: Any = module
    for part in qualname.split("."):
        value = getattr(value, part)
    return value


def _module(address: Address) -> ModuleType:
    loaded = sys.modules.get(address.module)
    if loaded is not None and _is_same(getattr(loaded, "__file__", None), address.file):
        return loaded
    if loaded is None and _is_same(_origin(address.module), address.file):
        return importlib.import_module(address.module)
    return _from_file(address)


def _from_file(address: Address) -> ModuleType:
    digest = hashlib.sha256(os.path.realpath(address.file).encode("utf-8", "surrogateescape")).hexdigest()
    # A task without `name=` takes its name, and with it its seeds, from the last part.
    last = Path(address.file).stem if address.module in _SCRIPTS else address.module.rpartition(".")[2]
    name = f"_pytest_ood_{digest[:16]}.{last}"
    if name in sys.modules:
        return sys.modules[name]
    spec = importlib.util.spec_from_file_location(name, address.file)
    if spec is None or spec.loader is None:
        raise ImportError(f"{address.file} is not a Python module")
    module = sys.modules[name] = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[name]
        raise
    return module


def _origin(module: str) -> str | None:
    """The file that an import of this name would read."""
    try:
        spec = importlib.util.find_spec(module)
    except (ImportError, ValueError):  # its package cannot be found, or it is a script
        return None
    return None if spec is None else spec.origin


def _absolute(file: str) -> str:
    return str(Path(file).absolute())


def _is_same(one: str | None, two: str) -> bool:
    return one is not None and os.path.normcase(os.path.realpath(one)) == os.path.normcase(os.path.realpath(two))
