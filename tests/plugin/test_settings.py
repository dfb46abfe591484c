"""From the command line and the ini file to checked values, and which of them goes first."""

import math
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from pytest_ood.asking.strategies import BUNDLED
from pytest_ood.evidence import stats
from pytest_ood.evidence.sampling import Sampling, draws_to_clear
from pytest_ood.plugin.option_values import SettingsError
from pytest_ood.plugin.options import OPTIONS
from pytest_ood.plugin.settings import QUICK, Settings, read_settings

ROOT, HERE = Path("/root/of/ini"), Path("/where/invoked")


def lookup(values: Mapping[str, Any]) -> Callable[[str], Any]:
    """What pytest gives: None for what nobody set."""
    return lambda name: values.get(name.removeprefix("ood_"))


def read(command_line: Mapping[str, Any] | None = None, ini: Mapping[str, Any] | None = None) -> Settings:
    """Settings from both sources."""
    return read_settings(lookup(command_line or {}), lookup(ini or {}), ROOT, HERE)


# For each option: as on the command line, as pytest gives it from the ini file, and the value.
VALUES: dict[str, tuple[Any, Any, Any]] = {
    "model": (["fake/oracle", "openai/x"], ["fake/oracle", "openai/x"], ("fake/oracle", "openai/x")),
    "api_base": ("http://localhost", "http://localhost", "http://localhost"),
    "model_arg": (["temperature=0", "stop=END"], ["temperature=0", "stop=END"], {"temperature": 0, "stop": "END"}),
    "vary": (["effort=low,high", "n=1,2"], ["effort=low,high", "n=1,2"], {"effort": ("low", "high"), "n": (1, 2)}),
    "seed": ("7", 7, 7),
    "samples": ("100", 100, 100),
    "max_samples": ("80", 80, 80),
    "bar": ("0.7", 0.7, 0.7),
    "undecided": ("fail", "fail", "fail"),
    "alpha": ("0.1", 0.1, 0.1),
    "quick": (True, True, True),
    "strategy_arg": (["vote.k=3", "m.n:C.x=a"], ["vote.k=3", "m.n:C.x=a"], {"vote": {"k": 3}, "m.n:C": {"x": "a"}}),
    "strategy": (["cot", "direct"], ["cot", "direct"], ("cot", "direct")),
    "horizons": ("before.json", "before.json", "before.json"),
    "solver_faulty": ("0.2", 0.2, 0.2),
    "exchanges": ("0", 0, 0),
    "shots": ("0,4", "0,4", (0, 4)),
    "shots_from": ("shift", "shift", "shift"),
    "compare": (True, True, True),
    "baseline": ("before.json", "before.json", "before.json"),
    "concurrency": ("3-40", "3-40", (3, 40)),
    "workers": ("3", 3, 3),
    "ray": ("auto", "auto", "auto"),
    "ray_arg": (["num_gpus=1"], ["num_gpus=1"], {"num_gpus": 1}),
    "patience": ("60", 60.0, 60.0),
    "budget": ("2.5", 2.5, 2.5),
    "batch": ("batch", "batch", "batch"),
    "batch_waves": ("3", 3, 3),
    "batch_submit": (True, True, True),
    "dry_run": (True, True, True),
    "certify": (True, True, True),
    "refresh": (True, True, True),
    "store": ("a/store.db", "a/store.db", "a/store.db"),
    "export": ("data", "data", "data"),
    "push": ("org/name", "org/name", "org/name"),
    "public": (True, True, True),
    "limits": ("4", 4, 4),
    "license": ("cc-by-4.0", "cc-by-4.0", "cc-by-4.0"),
    "replay": ("org/name", "org/name", "org/name"),
    "shard": ("2/3", "2/3", (2, 3)),
    "json": ("out.json", "out.json", "out.json"),
    "report": ("out.html", "out.html", "out.html"),
}


# Options that need another one on the command line.
WITH = {
    "shots_from": {"shots": "4"},
    "public": {"push": "org/name"},
    "license": {"export": "data"},
    "batch_waves": {"batch": "batch"},
    "batch_submit": {"batch": "batch"},
    "ray": {"workers": "3"},
    "ray_arg": {"workers": "3", "ray": "auto"},
}


def test_every_option_is_tested_here() -> None:
    """And every one is a field of the settings."""
    assert set(VALUES) | {"system"} == {option.name for option in OPTIONS}
    assert set(VALUES) | {"system", "explicit", "breaks", "model_sizes"} == set(Settings.__dataclass_fields__)


@pytest.mark.parametrize("name", VALUES)
def test_each_option_reads_the_same_from_both_places(name: str) -> None:
    """But for paths: those are relative to where they were written."""
    typed, written, value = VALUES[name]
    with_it = WITH.get(name, {})
    if name in ("store", "export", "json", "report", "baseline", "horizons", "batch"):
        assert (getattr(read({name: typed}), name), getattr(read(ini={name: written}), name)) == (
            HERE / value,
            ROOT / value,
        )
    else:
        assert getattr(read({name: typed, **with_it}), name) == value == getattr(read(ini={name: written}), name)


@pytest.mark.parametrize("name", VALUES)
def test_the_command_line_takes_precedence_over_the_ini_file(name: str) -> None:
    """And is remembered as explicit."""
    typed, _, _ = VALUES[name]
    given = {name: typed, **WITH.get(name, {})}
    settings = read(given, {"seed": 3, "bar": 0.5, "samples": 9, "store": "other", "model": ["fake/copy"]})
    assert settings.explicit == given.keys() | (QUICK.keys() if name == "quick" else set())
    assert getattr(settings, name) == getattr(read(given), name)


def test_defaults() -> None:
    """No option: no model, and the store next to the ini file."""
    settings = read()
    assert settings == Settings(store=ROOT / ".ood/store.db")
    assert (settings.bar, settings.max_samples, settings.samples, settings.strategy) == (0.8, 100, None, ("direct",))


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
    ("name", "value"),
    [
        ("seed", "-1"),
        ("samples", "0"),
        ("max_samples", "1e3"),
        ("bar", "nan"),
        ("bar", "1"),
        ("budget", "-0.01"),
        ("concurrency", "0"),
        ("shard", "3/2"),
        ("license", "CC BY"),
    ],
)
def test_an_error_carries_the_option_the_value_and_the_fix(name: str, value: str) -> None:
    """The flag of the command line or the name in the ini file, as typed; and it says all three."""
    flag = "--ood-" + name.replace("_", "-")
    for option, arguments in ((flag, ({name: value}, {})), (f"ood_{name}", ({}, {name: value}))):
        with pytest.raises(SettingsError) as raised:
            read(*arguments)
        assert (raised.value.option, raised.value.value) == (option, value)
        assert raised.value.fix
        assert str(raised.value).startswith(f"{option} {value}: ")
        assert str(raised.value).endswith(f"; {raised.value.fix}")


def test_what_pytest_says_about_an_ini_value_gets_its_name() -> None:
    """pytest converts numbers and flags, and its words need not say which option it was."""

    def ini(name: str) -> Any:
        if name == "ood_seed":
            raise ValueError("invalid literal for int(): 'x'")
        return None

    with pytest.raises(SettingsError, match=r"^ood_seed: invalid literal .*; the type is int"):
        read_settings(lookup({}), ini, ROOT, HERE)


def test_sampling_takes_what_the_probe_says_before_the_ini_file() -> None:
    """Each value by itself."""
    settings = read(ini={"bar": 0.5, "max_samples": 60})
    assert settings.sampling(bar=0.9, samples=None, max_samples=None) == Sampling(0.9, None, 60)


def test_sampling_takes_the_command_line_before_what_the_probe_says() -> None:
    """Who runs the probes has the last word."""
    settings = read({"bar": "0.5", "samples": "10"})
    assert settings.sampling(bar=0.9, samples=99, max_samples=60) == Sampling(0.5, 10, 60)


def test_strategies_by_the_same_precedence() -> None:
    """As above."""
    assert read(ini={"strategy": ["direct"]}).strategies(["cot"]) == ("cot",)
    assert read({"strategy": ["direct"]}).strategies(["cot"]) == ("direct",)
    assert read().strategies(None) == ("direct",)


@pytest.mark.parametrize("given", [[], "cot", [3], 3, ["cot", None]])
def test_bad_strategies_of_a_probe(given: Any) -> None:
    """The fix lists those there are."""
    with pytest.raises(SettingsError) as raised:
        read().strategies(given)
    assert (raised.value.option, raised.value.value) == ("@probe", f"strategy={given!r}")
    assert raised.value.fix.startswith(f"choose from {', '.join(BUNDLED)}")


@pytest.mark.parametrize("given", [2.5, "x", None, True, math.nan, math.inf])
def test_a_number_of_samples_is_whole(given: Any) -> None:
    """Half a sample is not rounded away."""
    if given is None:
        assert read().sampling(samples=given) == Sampling()
        return
    with pytest.raises(SettingsError, match=r"^@probe samples=.*: not a whole number"):
        read().sampling(samples=given)


@pytest.mark.parametrize(("bar", "draws"), [(0.5, 6), (0.8, 17), (0.9, 37), (0.95, 75), (0.99, 384)])
def test_the_draws_that_a_bar_takes(bar: float, draws: int) -> None:
    """All of them correct: with one less the bar is not shown cleared."""
    assert draws_to_clear(bar) == draws
    assert stats.clears(draws, 0, bar) >= 20 > stats.clears(draws - 1, 0, bar)


def test_the_draws_that_the_highest_bar_takes() -> None:
    """Found without trying each number."""
    assert draws_to_clear(1 - 1e-9) > 10**9


@pytest.mark.parametrize(
    ("command_line", "ini", "named"),
    [
        ({"bar": "0.99"}, {}, ("--ood-bar", "0.99", 384)),
        ({}, {"bar": 0.99}, ("ood_bar", "0.99", 384)),
        ({"max_samples": "16"}, {}, ("--ood-max-samples", "16", 17)),
        ({"bar": "0.95"}, {"max_samples": 50}, ("--ood-bar", "0.95", 75)),
        ({"bar": "0.9", "quick": True}, {}, ("--ood-bar", "0.9", 37)),
        ({"max_samples": "5", "quick": True}, {"bar": 0.5}, ("ood_bar", "0.5", 6)),
        ({"alpha": "0.001", "max_samples": "20"}, {}, ("--ood-alpha", "0.001", draws_to_clear(0.8, 0.001))),
    ],
)
def test_a_bar_that_nobody_could_clear(
    command_line: dict[str, Any], ini: dict[str, Any], named: tuple[str, str, int]
) -> None:
    """The error names what the user gave, and how many draws would do; those are accepted."""
    option, value, needed = named
    with pytest.raises(SettingsError) as raised:
        read(command_line, ini)
    assert (raised.value.option, raised.value.value) == (option, value)
    assert raised.value.fix == f"use --ood-max-samples {needed} or more"
    assert read({**command_line, "max_samples": str(needed)}, ini).max_samples == needed


def test_a_fixed_number_of_draws_is_asked_whatever_it_can_show() -> None:
    """With a warning where it cannot show the bar cleared, and without where it can."""
    (warning,) = read({"samples": "16"}).warnings
    assert warning.startswith("--ood-samples 16: cannot be shown robust")
    assert "17 draws" in warning
    assert read({"samples": "17"}).warnings == read().warnings == ()


@pytest.mark.parametrize(
    ("command_line", "of_probe", "value", "fix"),
    [
        ({}, {"bar": 0.99}, "bar=0.99", "use max_samples=384 or more"),
        ({}, {"bar": 0.9, "max_samples": 36}, "bar=0.9, max_samples=36", "use max_samples=37 or more"),
        ({}, {"max_samples": 2}, "max_samples=2", "use max_samples=17 or more"),
        ({"max_samples": "30"}, {"bar": 0.9, "max_samples": 90}, None, "use --ood-max-samples 37 or more"),
    ],
)
def test_a_bar_of_a_probe_that_nobody_could_clear(
    command_line: dict[str, Any], of_probe: dict[str, Any], value: str | None, fix: str
) -> None:
    """The same for what `@probe` says; the command line takes precedence, and then has to change."""
    with pytest.raises(SettingsError) as raised:
        read(command_line).sampling(**of_probe)
    assert (raised.value.option, raised.value.fix) == ("@probe", fix)
    assert value is None or raised.value.value == value
    assert read(command_line).sampling(**of_probe, samples=5).samples == 5


def test_quick_on_the_command_line() -> None:
    """Its draws take precedence over the ini file and the probe; the command line's own over them."""
    settings = read({"quick": True}, {"bar": 0.7, "max_samples": 100})
    assert (settings.bar, settings.max_samples, settings.gap_alpha) == (0.7, 20, 0.05)
    assert settings.sampling(bar=0.6, max_samples=30) == Sampling(0.6, None, 20, gap_alpha=0.05)
    assert read({"quick": True, "max_samples": "30"}).max_samples == 30


def test_quick_in_the_ini_file() -> None:
    """There it only sets what neither the ini file nor the probe says."""
    settings = read(ini={"quick": True, "max_samples": 18})
    assert (settings.max_samples, read(ini={"quick": True}).max_samples) == (18, 20)
    assert settings.sampling(bar=0.4, max_samples=50) == Sampling(0.4, None, 50, gap_alpha=0.05)
    assert read({"max_samples": "30"}, {"quick": True}).max_samples == 30
    assert read(ini={"quick": False}).max_samples == 100


def test_the_level_of_gaps() -> None:
    """A fifth of that of claims at the bar, except in a short run."""
    assert read().gap_alpha == pytest.approx(0.01)
    assert read({"alpha": "0.1"}).gap_alpha == pytest.approx(0.02)
    assert read({"alpha": "0.1"}).sampling().alpha == 0.1
    assert read({"alpha": "0.1", "quick": True}).gap_alpha == 0.1


@pytest.mark.parametrize(("name", "value", "needed"), [("public", True, "push"), ("license", "mit", "export")])
def test_an_option_without_effect(name: str, value: Any, needed: str) -> None:
    """Alone on the command line it is an error; an ini file may hold it for the day when the other is given."""
    with pytest.raises(SettingsError) as raised:
        read({name: value})
    assert raised.value.option == f"--ood-{name}"
    assert f"--ood-{needed}" in raised.value.fix
    assert getattr(read(ini={name: value}), name) == value
    assert getattr(read({name: value}, {needed: "org/name"}), name) == value


def test_the_system_message_is_read(tmp_path: Path) -> None:
    """From both places, without the white space around it or a byte-order mark."""
    (tmp_path / "terse.txt").write_bytes("\ufeffBe terse.\nPlease: \u201cyes\u201d or \u201cno\u201d.\n\n".encode())
    text = "Be terse.\nPlease: \u201cyes\u201d or \u201cno\u201d."
    assert read({"system": str(tmp_path / "terse.txt")}).system == text
    assert read(ini={"system": str(tmp_path / "terse.txt")}).system == text
    assert read().system is None


def test_the_system_message_is_found_where_it_was_named(tmp_path: Path) -> None:
    """As other paths are: relative to where pytest was started, or to the ini file."""
    for folder in ("root", "here"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "system.txt").write_text(folder, encoding="utf-8")
    folders = (tmp_path / "root", tmp_path / "here")
    assert read_settings(lookup({"system": "system.txt"}), lookup({}), *folders).system == "here"
    assert read_settings(lookup({}), lookup({"system": "system.txt"}), *folders).system == "root"


SYSTEM_FILES: dict[str, bytes] = {
    "empty": b"",
    "blank": b" \n\t\n",
    "latin-1": "Sei h\u00f6flich".encode("latin-1"),
    "UTF-16": "Be terse".encode("utf-16"),
    "huge": b"x" * 1_000_001,
}


@pytest.mark.parametrize("kind", [*SYSTEM_FILES, "missing", "folder"])
def test_a_system_message_that_cannot_be_read(tmp_path: Path, kind: str) -> None:
    """The error has the option, the file as typed and the fix."""
    path = tmp_path / "system.txt"
    if kind in SYSTEM_FILES:
        path.write_bytes(SYSTEM_FILES[kind])
    elif kind == "folder":
        path.mkdir()
    with pytest.raises(SettingsError) as raised:
        read({"system": str(path)})
    assert (raised.value.option, raised.value.value) == ("--ood-system", str(path))
    assert raised.value.fix
