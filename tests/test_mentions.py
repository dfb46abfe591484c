"""Whatever a user can name is named on the pages for readers. What there is comes from the code, not from a list."""

import contextlib
import dataclasses
import importlib
import json
import pkgutil
import re
from collections.abc import Iterator
from typing import Any, get_args

import pytest

import pytest_ood
from pytest_ood import cli
from pytest_ood.errors import OodError
from pytest_ood.evidence.outcomes import OUTCOMES
from pytest_ood.evidence.verdict import ReasonCode, Verdict
from pytest_ood.plugin import hooks
from pytest_ood.plugin.options import OPTIONS, QUICK_MARKER
from tests import documents

TEXT = "\n\n".join(documents.PAGES.values())
#: What stands in blocks and spans of code: a word of prose is not a mention of a name that happens to be the same.
CODE = "\n".join(re.findall(r"^```.*?^```$|`[^`\n]+`|^ {4}\S.*$", TEXT, re.MULTILINE | re.DOTALL))

SCHEMAS = documents.ROOT / "schemas"


def unmentioned(names: Iterator[str] | list[str], where: str = CODE) -> set[str]:
    """The names that do not stand there as whole words."""
    wanted = set(names)
    assert wanted
    return {name for name in wanted if not re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", where)}


def test_every_option_and_ini_key() -> None:
    """Of the plugin, and the marker."""
    assert unmentioned([option.flag for option in OPTIONS]) == set()
    assert unmentioned([QUICK_MARKER, *(option.ini for option in OPTIONS)]) == set()


def test_the_example_of_an_ini_file_has_every_key(pytester: pytest.Pytester) -> None:
    """With a value of the type that pytest reads."""
    block = documents.block("docs/options.md", "In the ini file", "toml")
    # These values are the same in TOML and in JSON.
    keys = {key: json.loads(value) for key, value in re.findall(r"^(\w+) = (.+)$", block, re.MULTILINE)}
    assert sorted(keys) == sorted(option.ini for option in OPTIONS)
    pytester.path.joinpath("pyproject.toml").write_text(block, encoding="utf-8")
    config = pytester.parseconfig()
    assert {key: config.getini(key) for key in keys} == keys


def test_every_command_and_its_options(capsys: pytest.CaptureFixture[str]) -> None:
    """As their own help lists them."""

    def helped(*command: str) -> str:
        with pytest.raises(SystemExit):
            cli.main([*command, "--help"])
        return capsys.readouterr().out

    def below(*command: str) -> list[str]:
        listed = helped(*command).partition("COMMAND" if not command else "ACTION")[2]
        return re.findall(r"^ {4}([a-z]+)(?: {2}|$)", listed, re.MULTILINE)

    commands = [(name,) for name in below()]
    assert len(commands) > 5
    actions = [("store", action) for action in below("store")]
    assert len(actions) > 2
    flags = set(re.findall(r"(?<![\w-])--?[a-z][a-z-]*", "".join(helped(*one) for one in [(), *commands, *actions])))
    assert {"--version", "--whole"} <= flags
    assert unmentioned([" ".join(["pytest-ood", *one]) for one in [*commands, *actions]]) == set()
    assert unmentioned(list(flags)) == set()


def test_every_hook() -> None:
    """And there is at least one."""
    assert unmentioned([name for name in vars(hooks) if name.startswith("pytest_ood_")]) == set()


def test_every_public_name() -> None:
    """By hand, not only in the reference that is made of the docstrings."""
    assert unmentioned(pytest_ood.__all__) == set()


@pytest.mark.parametrize("name", [name for name in pytest_ood.__all__ if isinstance(getattr(pytest_ood, name), type)])
def test_the_reference_names_every_attribute(name: str) -> None:
    """Of a public class: it has a docstring, or is described by that of its class, from which the reference is made."""
    cls = getattr(pytest_ood, name)
    fields = {field.name for field in dataclasses.fields(cls)} if dataclasses.is_dataclass(cls) else set()
    members = {key for key in vars(cls) if not key.startswith("_")} | fields
    bare = {key for key in members if key in fields or not getattr(vars(cls).get(key), "__doc__", None)}
    texts = [text for above in cls.__mro__ for text in (above.__doc__, above.__init__.__doc__) if text]
    # Before the colon of an attribute or argument; there may be several.
    listed = re.findall(r"^ +(\w+(?:, \w+)*): ", "\n".join(texts), re.MULTILINE)
    described = {word for words in listed for word in words.split(", ")}
    if cls is pytest_ood.Trace:
        # Another test holds that the schema describes each of its properties.
        described = set(json.loads((SCHEMAS / "trace.schema.json").read_text(encoding="utf-8"))["properties"])
    assert bare - described == set()


def errors(base: type[OodError] = OodError) -> Iterator[str]:
    """The names of an exception and of all below it, of every module of the package."""
    yield base.__name__
    for kind in base.__subclasses__():
        if kind.__module__.startswith("pytest_ood."):
            yield from errors(kind)


def test_every_error() -> None:
    """Wherever it is defined."""
    for module in pkgutil.walk_packages(pytest_ood.__path__, "pytest_ood."):
        if not re.search(r"__main__|\.(probes|schemas)\b", module.name):
            # What is loaded by another program needs that program.
            with contextlib.suppress(ModuleNotFoundError):
                importlib.import_module(module.name)
    assert unmentioned(errors()) == set()


def test_every_verdict_outcome_and_reason() -> None:
    """The words of tables and summaries."""
    assert unmentioned([*(verdict.value for verdict in Verdict), *OUTCOMES]) == set()
    assert unmentioned(list(get_args(ReasonCode))) == set()


@pytest.mark.parametrize("path", sorted(SCHEMAS.glob("*.json")), ids=lambda path: path.name)
def test_every_value_that_a_schema_lists(path: Any) -> None:
    """A program that reads a summary or a row meets them."""

    def values(schema: Any) -> Iterator[str]:
        if isinstance(schema, dict):
            yield from (value for value in schema.get("enum", ()) if isinstance(value, str))
            schema = list(schema.values())
        if isinstance(schema, list):
            for part in schema:
                yield from values(part)

    listed = list(values(json.loads(path.read_text(encoding="utf-8"))))
    if path.name != "case.schema.json":
        assert unmentioned(listed, TEXT) == set()
