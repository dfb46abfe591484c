"""The digest of a function's code: it changes with the code, and with nothing else."""

import functools
import importlib.util
import os
import subprocess
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pytest_ood.models.fingerprint import fingerprint

PLAIN = """
import json

SYSTEM = "Be brief."
API_KEY = "sk-one"
LIMITS = {"low": 1, "high": 2}


def helper(text):
    return text + SYSTEM


def not_used():
    return 1


class Client:
    greeting = "Hello"

    def say(self, text):
        return helper(text)


def answer(messages, prefix="<", *, suffix=">"):
    # A comment.
    if messages[-1]["content"] in {"a", "b", "c", "d"}:
        return prefix + Client().say(API_KEY) + suffix
    try:
        return json.dumps([len(message) for message in messages])
    except ValueError:
        return "no"
"""
Load = Callable[..., Any]


@pytest.fixture
def load(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Load:
    """Make a module of a source, in a file of its own, and return something from it."""
    # A compiled file is dated to the second, and the source is written anew within one.
    monkeypatch.setattr(sys, "dont_write_bytecode", True)

    def load(source: str, name: str = "answer", file: str = "module") -> Any:
        path = tmp_path / f"{file}.py"
        path.write_text(textwrap.dedent(source), encoding="utf-8")
        spec = importlib.util.spec_from_file_location(file, path)
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return getattr(module, name)

    return load


def print_of(load: Load, source: str, name: str = "answer", file: str = "module") -> str:
    """The fingerprint of a function in a source."""
    found = fingerprint(load(source, name, file))
    assert found is not None
    return found


EDITS = {
    "constant": ('"no"', '"maybe"'),
    "constant in a set": ('"d"}', '"e"}'),
    "operator": ("prefix + Client", "prefix * Client"),
    "default": ('prefix="<"', 'prefix="["'),
    "keyword default": ('suffix=">"', 'suffix="]"'),
    "argument": ("messages, prefix", "messages, other, prefix"),
    "handler": ("ValueError", "TypeError"),
    "nested": ("len(message)", "str(message)"),
    "method": ("json.dumps", "json.loads"),
    "constant of the module": ("Be brief.", "Be long."),
    "helper of the module": ("text + SYSTEM", "SYSTEM + text"),
    "class of the module": ("return helper(text)", "return text"),
    "class attribute": ('"Hello"', '"Goodbye"'),
}


@pytest.mark.parametrize(("old", "new"), EDITS.values(), ids=EDITS)
def test_an_edit_changes_it(load: Load, old: str, new: str) -> None:
    """Of the function, or of what it uses in its file, directly or not."""
    assert PLAIN.count(old) == 1
    assert print_of(load, PLAIN) != print_of(load, PLAIN.replace(old, new))


NO_EDITS = {
    "comment": ("# A comment.", "# Another one."),
    "lines": ("\n\n\nclass", "\n\n\n\n\n# More.\n\nclass"),
    "moved": ("\ndef not_used():\n    return 1\n", ""),
    "not used": ("return 1\n", "return 2\n"),
    "constant that is not used": ('"low": 1', '"low": 0'),
    "key": ("sk-one", "sk-two"),
}


@pytest.mark.parametrize(("old", "new"), NO_EDITS.values(), ids=NO_EDITS)
def test_what_is_not_an_edit_does_not(load: Load, old: str, new: str) -> None:
    """Comments, lines, other functions, keys; nor where the file lies and what it is called."""
    assert PLAIN.count(old) == 1
    assert print_of(load, PLAIN) == print_of(load, PLAIN.replace(old, new), file="elsewhere")


def test_it_is_the_same_in_every_process(load: Load, tmp_path: Path) -> None:
    """Whatever the hash seed, and however often the function has run."""
    mine = print_of(load, PLAIN)
    code = (
        "import module; from pytest_ood.models.fingerprint import fingerprint\n"
        "first = fingerprint(module.answer)\n"
        "for _ in range(1000): module.answer([{'content': 'x'}])\n"
        "assert fingerprint(module.answer) == first\n"
        "print(first)"
    )
    path = os.pathsep.join([str(Path(__file__).parents[2]), str(tmp_path)])
    for seed in ("0", "1", "2"):
        environment = {**os.environ, "PYTHONPATH": path, "PYTHONHASHSEED": seed}
        command = [sys.executable, "-c", code]
        ran = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
        assert ran.stdout.strip() == mine


CLOSURE = """
def make(**args):
    words = args
    def answer(messages):
        return str(words)
    return answer
"""


def test_values_in_a_closure_count(load: Load) -> None:
    """Those with a JSON form, except for keys and for how a call travels; of others, the type."""
    make = load(CLOSURE, "make")
    plain = fingerprint(make(say="a"))
    assert fingerprint(make(say="a")) == plain
    assert fingerprint(make(say="b")) != plain
    assert fingerprint(make(say={"a": [1, 2]})) != fingerprint(make(say={"a": [1, 3]}))
    assert fingerprint(make(say="a", api_key="sk-1", timeout=3, more={"token": "t"})) == fingerprint(
        make(say="a", api_key="sk-2", timeout=4, more={"token": "u"})
    )
    assert fingerprint(make(say=object())) == fingerprint(make(say=object())) != plain
    assert fingerprint(make(say=lambda: 1)) != plain


def test_functions_in_a_closure_count(load: Load) -> None:
    """As what a decorator has wrapped is."""
    source = """
    import functools

    def twice(function):
        @functools.wraps(function)
        def inner(messages):
            return function(messages) * 2
        return inner

    @twice
    def answer(messages):
        return "a"
    """
    assert print_of(load, source) == print_of(load, source)
    assert print_of(load, source) != print_of(load, source.replace('"a"', '"b"'))
    assert print_of(load, source) != print_of(load, source.replace("* 2", "* 3"))


OBJECT = """
import functools

class Base:
    def tidy(self, text):
        return text.strip()

class Answer(Base):
    system = "Be brief."

    def __init__(self, key):
        self.key = key

    def __call__(self, messages):
        return self.say()

    def say(self):
        return self.tidy(self.system)

answer = Answer("sk-1")
bound = answer.say
cached = functools.cache(lambda messages: "cached")
partial = functools.partial(Answer.tidy, answer, text="x")
"""


@pytest.mark.parametrize("name", ["answer", "bound"])
@pytest.mark.parametrize(
    ("old", "new"),
    [("self.tidy(self.system)", "self.system"), ("text.strip()", "text"), ("Be brief.", "Be long.")],
    ids=["method", "base", "attribute"],
)
def test_the_class_of_an_object_counts(load: Load, name: str, old: str, new: str) -> None:
    """Its functions and values, and those of its bases in the module; the object's own attributes do not."""
    assert print_of(load, OBJECT, name) != print_of(load, OBJECT.replace(old, new), name)
    assert print_of(load, OBJECT, name) == print_of(load, OBJECT.replace("sk-1", "sk-2"), name)


@pytest.mark.parametrize(
    ("name", "old", "new"), [("cached", '"cached"', '"other"'), ("partial", 'text="x"', 'text="y"')]
)
def test_wrappers_are_looked_through(load: Load, name: str, old: str, new: str) -> None:
    """Those of functools, with what a partial holds."""
    assert OBJECT.count(old) == 1
    assert print_of(load, OBJECT, name) == print_of(load, OBJECT, name)
    assert print_of(load, OBJECT, name) != print_of(load, OBJECT.replace(old, new), name)


@pytest.mark.parametrize(
    "function", [len, str.upper, "".join, functools.partial(len)], ids=["builtin", "slot", "bound", "partial"]
)
def test_what_is_not_written_in_python_has_none(function: Any) -> None:
    """It is known by its name alone."""
    assert fingerprint(function) is None


def test_what_refers_to_itself_comes_to_an_end(load: Load) -> None:
    """A function in its own closure, functions that call each other, a class that holds its own instance."""
    source = """
    def make():
        def answer(messages):
            return answer(messages)
        return answer

    class Node:
        def __call__(self, messages):
            return super().__repr__()

    Node.default = Node()
    recursive = make()
    answer = Node()
    """
    for name in ("recursive", "answer"):
        assert print_of(load, source, name) == print_of(load, source, name)


def test_a_function_without_a_file(tmp_path: Path) -> None:
    """Its bytecode is all there is."""
    del tmp_path
    names: list[dict[str, Any]] = [{}, {}, {}]
    for number, scope in zip((1, 1, 2), names, strict=True):
        exec(f"def answer(messages): return {number}", scope)
    one, same, other = (fingerprint(scope["answer"]) for scope in names)
    assert one == same != other


def test_a_file_that_is_broken_by_now(load: Load, tmp_path: Path) -> None:
    """What was imported still has a fingerprint."""
    function = load(PLAIN)
    (tmp_path / "module.py").write_text("def answer(:", encoding="utf-8")
    assert fingerprint(function) is not None
