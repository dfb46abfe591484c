"""Every invalid value of an option: the option, the value and the fix, before anything is asked."""

import sqlite3
from contextlib import closing

import pytest

from pytest_ood.plugin.options import OPTIONS
from tests.plugin.conftest import Suite

NUMBERS = {
    "seed": (["-1", "x", "1.5", str(2**63)], "use a value such as 0"),
    "samples": (["0", "-3", "x", "1.5"], "use a value such as 100"),
    "max-samples": (["0", "many"], "use a value such as 100"),
    "bar": (["0", "1", "1.5", "-0.1", "nan", "high"], "use a value such as 0.8"),
    "concurrency": (["0", "-1", "x", "5-2", "0-9", "1-"], "use a value such as 16 or 20-200"),
    "patience": (["0", "-1", "x"], "use a value such as 600"),
    "workers": (["0", "-1", "257", "x", "1.5"], "use a value such as 2"),
    "budget": (["-1", "nan", "x", "$5"], "use a value such as 2.50"),
}
BAD = [
    *((f"--ood-{name}={value}", fix) for name, (values, fix) in NUMBERS.items() for value in values),
    ("--ood-strategy=shout", "choose from direct, cot"),
    ("--ood-strategy=cott", "did you mean cot?"),
    *((f"--ood-shard={value}", "use a value such as 2/3") for value in ("0/3", "4/3", "a/b", "1", "1/0", "-1/3")),
    *((f"--ood-license={value}", "the Hugging Face Hub lists") for value in ("CC BY", "MIT License", "-", "mine")),
    ("--ood-license=MIT", "did you mean mit"),
    ("--ood-model-arg=temperature", "write NAME=VALUE"),
    ("--ood-ray-arg=num_gpu=1", "did you mean num_gpus"),
    ("--ood-model-arg==3", "write NAME=VALUE"),
    ("--ood-model-arg=a b=3", "write NAME=VALUE"),
    ("--ood-model=fake/unicorn", "choose from fake/oracle"),
    ("--ood-model=fake/noisy-2", "a probability"),
    ("--ood-model=", "is empty"),
    ("--ood-model=local:nowhere.gguf", "nowhere.gguf"),
    *((f"{option.flag}=", f"give {option.metavar}") for option in OPTIONS if option.kind not in ("flag", "list")),
]


@pytest.mark.parametrize(("option", "fix"), BAD, ids=[option for option, _ in BAD])
def test_a_bad_value_on_the_command_line(suite: Suite, option: str, fix: str) -> None:
    """Exit code 4 and one message with the option, the value and the fix; no store is made."""
    result = suite.run("--ood-model=fake/oracle", option)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    output = result.stderr.str()
    name, _, value = option.partition("=")
    # What these are given may be a key.
    assert (
        name if name in ("--ood-model-arg", "--ood-ray-arg") else f"ERROR: {name} {value}".rstrip() + ": "
    ) in output
    assert fix in output
    assert "Traceback" not in output
    assert not suite.store.exists()


INI = [
    ("ood_seed", "x"),
    ("ood_seed", "-1"),
    ("ood_samples", "0"),
    ("ood_max_samples", "many"),
    ("ood_bar", "1.5"),
    ("ood_bar", "high"),
    ("ood_strategy", "shout"),
    ("ood_quick", "perhaps"),
    ("ood_license", "CC BY"),
    ("ood_system", "nowhere.txt"),
    ("ood_shard", "4/3"),
    ("ood_concurrency", "0"),
    ("ood_budget", "-1"),
    ("ood_dry_run", "perhaps"),
    ("ood_refresh", "perhaps"),
    ("ood_model_arg", "temperature"),
    ("ood_model", "fake/unicorn"),
]


@pytest.mark.parametrize(("name", "value"), INI, ids=["=".join(pair) for pair in INI])
def test_a_bad_value_in_the_ini_file(suite: Suite, name: str, value: str) -> None:
    """The same, with the name that it has there."""
    suite.write(f"[pytest]\n{name} = {value}\n", "pytest.ini")
    result = suite.run(*(["--ood-model=fake/oracle"] if name != "ood_model" else []))
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    output = result.stderr.str()
    assert name in output
    assert value in output
    assert "Traceback" not in output


def test_a_bad_ini_value_is_found_without_a_model(suite: Suite) -> None:
    """Where there is a probe, the values are read: nobody wants to learn of them in the paid run."""
    suite.write("[pytest]\nood_bar = 1.5\n", "pytest.ini")
    result = suite.run()
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert "ood_bar 1.5: not a number between 0 and 1; use a value such as 0.8" in result.stderr.str()


def test_a_value_of_the_wrong_type_in_toml(suite: Suite) -> None:
    """Native TOML is strictly typed: pytest's own words name the option."""
    (suite.path / "pytest.ini").unlink()
    suite.write('[tool.pytest]\nood_seed = "three"\n', "pyproject.toml")
    result = suite.run("--ood-model=fake/oracle")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert "ood_seed" in result.stderr.str()


def test_a_misspelt_ini_name_is_an_error_where_pytest_is_strict(suite: Suite) -> None:
    """Every name is registered, so that pytest knows which are not."""
    suite.write("[pytest]\nstrict = true\nood_modell = fake/oracle\n", "pytest.ini")
    result = suite.run()
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert "ood_modell" in result.stderr.str()


@pytest.mark.parametrize("option", ["--ood-store", "--ood-json", "--ood-export"])
@pytest.mark.parametrize("path", ["test_probe.py/x", "/proc/x"])
def test_a_path_that_cannot_be_written(suite: Suite, option: str, path: str) -> None:
    """Found before anything is asked."""
    result = suite.run("--ood-model=fake/oracle", f"{option}={path}")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert path in result.stderr.str()
    assert "Traceback" not in result.stderr.str()
    assert not suite.store.exists() or suite.answers() == 0


@pytest.mark.parametrize("option", ["--ood-store", "--ood-json"])
def test_a_folder_where_a_file_is_wanted(suite: Suite, option: str) -> None:
    """As above."""
    (suite.path / "folder").mkdir()
    result = suite.run("--ood-model=fake/oracle", f"{option}=folder")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert "folder" in result.stderr.str()


def test_a_file_that_is_not_a_store(suite: Suite) -> None:
    """It is named and left as it is."""
    suite.store.parent.mkdir()
    suite.store.write_bytes(b"not a database, by any means\n" * 100)
    result = suite.run("--ood-model=fake/oracle")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert f"{suite.store}: cannot be used as a store" in result.stderr.str()
    assert "name another file, or move this one away" in result.stderr.str()
    assert suite.store.read_bytes() == b"not a database, by any means\n" * 100


def test_a_database_of_another_program(suite: Suite) -> None:
    """As above."""
    suite.store.parent.mkdir()
    with closing(sqlite3.connect(suite.store)) as db:
        db.execute("CREATE TABLE mine (x)")
    result = suite.run("--ood-model=fake/oracle")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert "belongs to another program" in result.stderr.str()


def test_an_export_folder_of_something_else(suite: Suite) -> None:
    """A dataset is not written among somebody's files."""
    suite.write("precious", "data/notes.txt")
    result = suite.run("--ood-model=fake/oracle", "--ood-export=data")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert "notes.txt" in result.stderr.str()


def test_a_model_argument_that_cannot_be(suite: Suite) -> None:
    """What only the model knows is said before a call, too."""
    result = suite.run("--ood-model=fake/oracle", "--ood-model-arg=delay=-1")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert "fake/oracle: delay=-1 is not a number of seconds" in result.stderr.str() + result.stdout.str()
    assert suite.answers() == 0


@pytest.mark.parametrize("option", OPTIONS, ids=[option.flag for option in OPTIONS])
def test_an_option_without_its_value(suite: Suite, option: object) -> None:
    """argparse says so for all that take one; flags take none."""
    flag, kind = option.flag, option.kind  # type: ignore[attr-defined]
    result = suite.run(f"{flag}=x" if kind == "flag" else flag)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert flag in result.stderr.str()
