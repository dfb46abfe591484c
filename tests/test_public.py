"""What others may rely on: the names of the package, the options, the files that an installation carries."""

import importlib
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import pytest_ood
from pytest_ood.plugin.options import OPTIONS

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
OPTIONS_PAGE = (ROOT / "docs" / "options.md").read_text(encoding="utf-8")
HOUSE = Path(pytest_ood.__file__).parent
MODULES = sorted(
    ".".join(("pytest_ood", *path.relative_to(HOUSE).with_suffix("").parts)).removesuffix(".__init__")
    for path in HOUSE.rglob("*.py")
    # In an installation the probes lie here too; they are a user's.
    if path.relative_to(HOUSE).parts[0] not in ("probes", "schemas")
    # Only other tools can import what builds on them.
    and path.parent.name != "peers"
)

PUBLIC = [
    "Answer",
    "Arm",
    "Ask",
    "Asked",
    "CallFailed",
    "Case",
    "Check",
    "Curve",
    "Dialogue",
    "Done",
    "Message",
    "Model",
    "ModelError",
    "OodError",
    "Outcome",
    "Request",
    "Strategy",
    "Task",
    "Trace",
    "TryAgain",
    "__version__",
    "load_failures",
    "measure",
    "measure_curve",
    "pairs_task",
    "probe",
    "task",
]
FLAGS = [
    "--ood-model",
    "--ood-api-base",
    "--ood-model-arg",
    "--ood-vary",
    "--ood-strategy",
    "--ood-strategy-arg",
    "--ood-horizons",
    "--ood-solver-faulty",
    "--ood-shots",
    "--ood-shots-from",
    "--ood-exchanges",
    "--ood-system",
    "--ood-seed",
    "--ood-bar",
    "--ood-alpha",
    "--ood-max-samples",
    "--ood-samples",
    "--ood-quick",
    "--ood-undecided",
    "--ood-baseline",
    "--ood-compare",
    "--ood-dry-run",
    "--ood-budget",
    "--ood-concurrency",
    "--ood-workers",
    "--ood-ray",
    "--ood-ray-arg",
    "--ood-patience",
    "--ood-batch",
    "--ood-batch-waves",
    "--ood-batch-submit",
    "--ood-store",
    "--ood-refresh",
    "--ood-shard",
    "--ood-export",
    "--ood-push",
    "--ood-public",
    "--ood-license",
    "--ood-replay",
    "--ood-limits",
    "--ood-json",
    "--ood-report",
    "--ood-certify",
]


def test_the_public_names_are_these() -> None:
    """A new one is a decision, and so is an old one's end."""
    assert sorted(pytest_ood.__all__) == PUBLIC == dir(pytest_ood)


@pytest.mark.parametrize("name", PUBLIC)
def test_a_public_name_can_be_had_and_explains_itself(name: str) -> None:
    """Lazily imported, and documented."""
    value = getattr(pytest_ood, name)
    assert name == "__version__" or value.__doc__


def test_another_name_is_an_attribute_error() -> None:
    """Lazy names must not swallow misspelt ones."""
    with pytest.raises(AttributeError, match="module 'pytest_ood' has no attribute 'prob'"):
        pytest_ood.prob  # noqa: B018 -- the access is the test


def test_importing_the_package_costs_nothing() -> None:
    """pytest imports it in every session."""
    heavy = "{'numpy', 'pytest', 'litellm', 'asyncio', 'sqlite3', 'json', 'pytest_ood.case', 'pytest_ood.tasks'}"
    code = f"import sys, pytest_ood; print(sorted({heavy} & set(sys.modules)))"
    # Without coverage, which imports some of these itself.
    variables = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE_")}
    command = [sys.executable, "-I", "-c", code]
    assert subprocess.run(command, env=variables, capture_output=True, text=True, check=True).stdout == "[]\n"


def test_the_options_are_these() -> None:
    """Scripts and ini files are written against them."""
    assert [option.flag for option in OPTIONS] == FLAGS


def test_every_option_has_its_ini_twin_and_help(pytestconfig: pytest.Config) -> None:
    """The twin is registered; both say the same."""
    for option in OPTIONS:
        assert option.ini == option.flag.removeprefix("--").replace("-", "_")
        assert option.help
        # Raises where it is not registered.
        pytestconfig.getini(option.ini)


@pytest.mark.parametrize("option", OPTIONS, ids=FLAGS)
def test_every_option_is_on_its_page(option: object) -> None:
    """A reader finds each of them."""
    flag = re.escape(option.flag)  # type: ignore[attr-defined]
    row = rf"^\| `{flag}( [^`]+)?` \|"
    assert re.search(row, OPTIONS_PAGE, re.MULTILINE), f"no table of docs/options.md has a row for {flag}"


@pytest.mark.parametrize("name", ["robust", "brittle", "degraded", "incapable", "undecided"])
def test_every_verdict_is_in_the_readme(name: str) -> None:
    """A reader finds what each means."""
    assert name in README


def test_the_version_is_the_projects() -> None:
    """Written in two places, the same."""
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert f'version = "{pytest_ood.__version__}"' in project


def test_the_package_is_typed() -> None:
    """Downstream type checkers look for the mark."""
    assert (Path(pytest_ood.__file__).parent / "py.typed").is_file()


@pytest.mark.parametrize("path", sorted((ROOT / "schemas").glob("*.json")), ids=lambda path: path.name)
def test_the_schemas_are_schemas(path: Path) -> None:
    """Valid JSON Schema 2020-12, and every field is described."""
    from jsonschema import Draft202012Validator

    schema = json.loads(path.read_text(encoding="utf-8"))
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    Draft202012Validator.check_schema(schema)


@pytest.mark.parametrize("name", MODULES)
def test_every_public_thing_of_a_module_has_a_docstring(name: str) -> None:
    """Functions, classes and their methods that do not begin with an underscore."""
    module = importlib.import_module(name)
    bare = []
    for thing_name, thing in vars(module).items():
        if thing_name.startswith("_") or getattr(thing, "__module__", None) != module.__name__:
            continue
        members = {thing_name: thing}
        if isinstance(thing, type):
            members |= {f"{thing_name}.{key}": value for key, value in vars(thing).items() if not key.startswith("_")}
        for full, member in members.items():
            function = getattr(member, "fget", member)
            is_hook = full.startswith("pytest_")
            if (callable(function) or isinstance(member, property)) and not is_hook and not function.__doc__:
                bare.append(full)
    assert bare == []
