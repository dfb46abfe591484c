"""From the command line and the ini file to checked values, and which of them goes first."""

import math
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from pytest_ood.asking.conversation import STRATEGIES
from pytest_ood.evidence.sampling import Sampling
from pytest_ood.plugin.options import OPTIONS
from pytest_ood.plugin.settings import Settings, SettingsError, read_settings

ROOT, HERE = Path("/root/of/ini"), Path("/where/invoked")


def lookup(values: Mapping[str, Any]) -> Callable[[str], Any]:
    """What pytest gives: None for what nobody said."""
    return lambda name: values.get(name.removeprefix("ood_"))


def read(command_line: Mapping[str, Any] | None = None, ini: Mapping[str, Any] | None = None) -> Settings:
    """Settings from both sources."""
    return read_settings(lookup(command_line or {}), lookup(ini or {}), ROOT, HERE)


# For each option: as on the command line, as pytest gives it from the ini file, and the value.
VALUES: dict[str, tuple[Any, Any, Any]] = {
    "model": (["fake/oracle", "openai/x"], ["fake/oracle", "openai/x"], ("fake/oracle", "openai/x")),
    "api_base": ("http://localhost", "http://localhost", "http://localhost"),
    "model_arg": (["temperature=0", "stop=END"], ["temperature=0", "stop=END"], {"temperature": 0, "stop": "END"}),
    "seed": ("7", 7, 7),
    "samples": ("100", 100, 100),
    "max_samples": ("80", 80, 80),
    "bar": ("0.9", 0.9, 0.9),
    "strategy": (["cot", "direct"], ["cot", "direct"], ("cot", "direct")),
    "concurrency": ("3", 3, 3),
    "budget": ("2.5", 2.5, 2.5),
    "dry_run": (True, True, True),
    "certify": (True, True, True),
    "refresh": (True, True, True),
    "store": ("a/store.db", "a/store.db", "a/store.db"),
    "export": ("data", "data", "data"),
    "push": ("org/name", "org/name", "org/name"),
    "public": (True, True, True),
    "replay": ("org/name", "org/name", "org/name"),
    "shard": ("2/3", "2/3", (2, 3)),
    "json": ("out.json", "out.json", "out.json"),
}


def test_every_option_is_tested_here() -> None:
    """And every one is a field of the settings."""
    assert set(VALUES) == {option.name for option in OPTIONS}
    assert set(VALUES) | {"explicit"} == set(Settings.__dataclass_fields__)


@pytest.mark.parametrize("name", VALUES)
def test_each_option_reads_the_same_from_both_places(name: str) -> None:
    """But for paths: those are relative to where they were written."""
    typed, written, value = VALUES[name]
    if name in ("store", "export", "json"):
        assert (getattr(read({name: typed}), name), getattr(read(ini={name: written}), name)) == (
            HERE / value,
            ROOT / value,
        )
    else:
        assert getattr(read({name: typed}), name) == value == getattr(read(ini={name: written}), name)


@pytest.mark.parametrize("name", VALUES)
def test_the_command_line_goes_before_the_ini_file(name: str) -> None:
    """And is remembered as explicit."""
    typed, _, _ = VALUES[name]
    settings = read({name: typed}, {"seed": 3, "bar": 0.5, "samples": 9, "store": "other", "model": ["fake/copy"]})
    assert settings.explicit == {name}
    assert getattr(settings, name) == getattr(read({name: typed}), name)


def test_defaults() -> None:
    """Nothing said: no model, and the store beside the ini file."""
    settings = read()
    assert settings == Settings(store=ROOT / ".ood/store.db")
    assert (settings.bar, settings.max_samples, settings.samples, settings.strategy) == (0.8, 40, None, ("direct",))


def test_home_in_a_path_is_expanded(monkeypatch: pytest.MonkeyPatch) -> None:
    """A shell does not do so after an equals sign."""
    monkeypatch.setenv("HOME", "/home/someone")
    assert read({"store": "~/store.db"}).store == Path("/home/someone/store.db")


def test_an_absolute_path_is_itself() -> None:
    """Wherever it was written."""
    assert read(ini={"store": "/tmp/store.db"}).store == Path("/tmp/store.db")


@pytest.mark.parametrize(
    ("text", "value"),
    [("0", 0), ("0.5", 0.5), ("true", True), ("null", None), ("hello", "hello"), ('["a"]', ["a"]), ("a=b", "a=b")],
)
def test_a_model_argument_is_json_where_it_can_be(text: str, value: Any) -> None:
    """Otherwise a string."""
    assert read({"model_arg": [f"x={text}"]}).model_arg == {"x": value}


def test_a_bad_model_argument_does_not_repeat_its_value() -> None:
    """It may be a key."""
    with pytest.raises(SettingsError) as raised:
        read({"model_arg": ["api key=sk-secret"]})
    assert "sk-secret" not in str(raised.value)


def test_repeated_names_count_once() -> None:
    """In the order of their first mention."""
    settings = read({"model": ["fake/lured", "fake/oracle", "fake/lured"], "strategy": ["cot", "cot"]})
    assert (settings.model, settings.strategy) == (("fake/lured", "fake/oracle"), ("cot",))


@pytest.mark.parametrize(
    ("name", "value", "fix"),
    [
        ("seed", "-1", "a whole number from 0 on"),
        ("samples", "0", "a whole number from 1 on"),
        ("max_samples", "1e3", "a whole number from 1 on"),
        ("bar", "nan", "a number between 0 and 1"),
        ("bar", "1", "a number between 0 and 1"),
        ("budget", "-0.01", "US dollars"),
        ("concurrency", "0", "a whole number from 1 on"),
    ],
)
def test_a_bad_value_is_named_with_its_place_and_the_fix(name: str, value: str, fix: str) -> None:
    """For the command line with the flag, for the ini file with the name that it has there."""
    flag = "--ood-" + name.replace("_", "-")
    with pytest.raises(SettingsError, match=rf"^{flag} {value}: give {fix}"):
        read({name: value})
    with pytest.raises(SettingsError, match=rf"^ood_{name} in the ini file, {value}: give {fix}"):
        read(ini={name: value})


def test_what_pytest_says_about_an_ini_value_gets_its_name() -> None:
    """pytest converts numbers and flags, and its words need not say which option it was."""

    def ini(name: str) -> Any:
        if name == "ood_seed":
            raise ValueError("invalid literal for int(): 'x'")
        return None

    with pytest.raises(SettingsError, match=r"^ood_seed in the ini file: invalid literal .*: seed of the cases"):
        read_settings(lookup({}), ini, ROOT, HERE)


def test_sampling_takes_what_the_probe_says_before_the_ini_file() -> None:
    """Each value by itself."""
    settings = read(ini={"bar": 0.5, "max_samples": 50})
    assert settings.sampling(bar=0.9, samples=None, max_samples=None) == Sampling(0.9, None, 50)


def test_sampling_takes_the_command_line_before_what_the_probe_says() -> None:
    """Who runs the probes has the last word."""
    settings = read({"bar": "0.5", "samples": "10"})
    assert settings.sampling(bar=0.9, samples=99, max_samples=60) == Sampling(0.5, 10, 60)


def test_strategies_by_the_same_precedence() -> None:
    """As above."""
    assert read(ini={"strategy": ["direct"]}).strategies(["cot"]) == ("cot",)
    assert read({"strategy": ["direct"]}).strategies(["cot"]) == ("direct",)
    assert read().strategies(None) == ("direct",)


@pytest.mark.parametrize("given", [[], "cot", ["shout"], 3, ["cot", "shout"]])
def test_bad_strategies_of_a_probe(given: Any) -> None:
    """The message lists those there are."""
    with pytest.raises(SettingsError, match=f"in @probe: give any of {', '.join(STRATEGIES)}"):
        read().strategies(given)


@pytest.mark.parametrize("given", [2.5, "x", None, True, math.nan, math.inf])
def test_a_number_of_samples_is_whole(given: Any) -> None:
    """Half a sample is not rounded away."""
    if given is None:
        assert read().sampling(samples=given) == Sampling()
        return
    with pytest.raises(SettingsError, match="in @probe: give a whole number"):
        read().sampling(samples=given)


def test_too_few_draws_to_decide_anything() -> None:
    """The message says how many would do, and what else could be meant."""
    with pytest.raises(SettingsError, match=r"max_samples=2 can decide nothing .* at least 3, or ask exactly 2 with"):
        read().sampling(max_samples=2)
    assert read().sampling(max_samples=3).max_samples == 3
    assert read().sampling(max_samples=2, samples=2).samples == 2
