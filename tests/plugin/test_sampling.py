"""--ood-seed, --ood-samples, --ood-max-samples, --ood-bar, --ood-strategy: typed, in @probe and in the ini file."""

import pytest

from tests.plugin.conftest import PROBE, STRICT, Suite

JSON = "--ood-json=out.json"


def arms(suite: Suite) -> set[tuple[int, int]]:
    """The draws of control and shift of all cells."""
    return {(cell["control"]["n"], cell["shift"]["n"]) for cell in suite.summary()["cells"]}


def prompts(suite: Suite) -> set[str]:
    """What was asked, over all runs."""
    return {row[0] for row in suite.rows("SELECT messages FROM answers")}


def test_samples_asks_exactly_so_many(suite: Suite) -> None:
    """On both arms, with no early stop; the verdict's rules stay."""
    suite.run("--ood-model=fake/lured", "--ood-samples=25", JSON)
    assert arms(suite) == {(25, 25)}
    assert set(suite.verdicts().values()) == {"brittle"}


def test_a_few_samples_show_nothing(suite: Suite) -> None:
    """Two right answers are not evidence, and the reason says so."""
    result = suite.run("--ood-model=fake/oracle", "--ood-samples=2", JSON)
    assert result.parseoutcomes() == {"undecided": 2}
    assert {cell["reason"] for cell in suite.summary()["cells"]} == {"too few draws to tell (2 pairs)"}


def test_max_samples_bounds_an_arm(suite: Suite) -> None:
    """What was not shown by then is undecided."""
    suite.run("--ood-model=fake/noisy-0.5", "--ood-bar=0.5", "--ood-max-samples=10", JSON)
    assert {control for control, _ in arms(suite)} == {10}
    assert "undecided" in suite.verdicts().values()


def test_a_lower_bar_is_cleared_sooner(suite: Suite) -> None:
    """And stands in the summary."""
    suite.run("--ood-model=fake/oracle", "--ood-bar=0.5", JSON)
    (draws,) = arms(suite)
    assert max(draws) < 17
    assert suite.summary()["bar"] == 0.5


def test_another_seed_asks_other_questions(suite: Suite) -> None:
    """Neighbouring seeds share none."""
    suite.run("--ood-model=fake/oracle", "--ood-seed=1")
    one = prompts(suite)
    suite.run("--ood-model=fake/oracle", "--ood-seed=2", JSON)
    both = prompts(suite)
    assert len(both) == 2 * len(one) == 114
    assert suite.summary()["seed"] == 2


def test_the_default_seed_is_0(suite: Suite) -> None:
    """Saying so changes nothing."""
    suite.run("--ood-model=fake/oracle")
    suite.run("--ood-model=fake/oracle", "--ood-seed=0")
    assert len(suite.calls()) == 1


def test_strategies_ask_differently(suite: Suite) -> None:
    """The conversation names what is wanted."""
    suite.run("--ood-model=fake/oracle", "--ood-strategy=cot")
    assert {"Think step by step" in prompt for prompt in prompts(suite)} == {True}


INI = {
    "ood_model": ('["fake/oracle"]', "fake/oracle"),
    "ood_model_arg": ('["delay=0"]', "delay=0"),
    "ood_api_base": ('"http://localhost"', "http://localhost"),
    "ood_seed": ("7", "7"),
    "ood_max_samples": ("30", "30"),
    "ood_bar": ("0.5", "0.5"),
    "ood_strategy": ('["cot"]', "cot"),
    "ood_concurrency": ('"3"', "3"),
    "ood_patience": ("60", "60"),
    "ood_budget": ("1.5", "1.5"),
    "ood_dry_run": ("false", "false"),
    "ood_refresh": ("true", "true"),
    "ood_store": ('"kept/answers.db"', "kept/answers.db"),
    "ood_export": ('"data"', "data"),
    "ood_json": ('"verdicts.json"', "verdicts.json"),
}


@pytest.mark.parametrize("file", ["pytest.ini", "pyproject.toml"])
def test_every_option_in_the_ini_file(suite: Suite, file: str) -> None:
    """In the words of an ini file and in native TOML: the run is that of the command line."""
    (suite.path / "pytest.ini").unlink()
    toml = file == "pyproject.toml"
    lines = [f"{name} = {values[0] if toml else values[1]}" for name, values in INI.items()]
    suite.write("\n".join(["[tool.pytest]" if toml else "[pytest]", "strict = true", *lines]) + "\n", file)
    result = suite.run()
    assert result.parseoutcomes() == {"passed": 2}
    result.stdout.fnmatch_lines(
        ["ood: fake/oracle | seed 7 | bar 0.5 | up to 30 draws per arm | store kept/answers.db"]
    )
    summary = suite.summary("verdicts.json")
    assert (summary["seed"], summary["bar"], summary["models"]) == (7, 0.5, ["fake/oracle"])
    assert {cell["strategy"] for cell in summary["cells"]} == {"cot"}
    assert (suite.path / "data" / "README.md").exists()
    assert (suite.path / "kept" / "answers.db").exists()
    assert not suite.store.exists()


def test_samples_in_the_ini_file(suite: Suite) -> None:
    """Its own test, as it replaces early stopping."""
    suite.write(f"{STRICT}ood_samples = 5\n", "pytest.ini")
    suite.run("--ood-model=fake/lured", JSON)
    assert arms(suite) == {(5, 5)}


def test_a_dry_run_in_the_ini_file(suite: Suite) -> None:
    """Nothing is asked."""
    suite.write(f"{STRICT}ood_dry_run = true\n", "pytest.ini")
    result = suite.run("--ood-model=fake/oracle")
    result.stdout.fnmatch_lines(["*dry run, nothing was asked*"])
    assert suite.answers() == 0


def test_paths_in_the_ini_file_are_relative_to_it(suite: Suite) -> None:
    """And those on the command line to where one is."""
    suite.write(f"{STRICT}ood_json = from_ini.json\n", "pytest.ini")
    below = suite.path / "below"
    below.mkdir()
    suite.pytester.chdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(below)
        suite.run("--ood-model=fake/oracle", "..")
        suite.run("--ood-model=fake/oracle", "..", JSON)
    assert (suite.path / "from_ini.json").exists()
    assert (below / "out.json").exists()
    assert suite.store.exists()


@pytest.mark.parametrize(
    ("in_probe", "command_line", "draws"),
    [("", [], 30), (", max_samples=10", [], 10), (", max_samples=10", ["--ood-max-samples=20"], 20)],
)
def test_command_line_then_probe_then_ini(suite: Suite, in_probe: str, command_line: list[str], draws: int) -> None:
    """The command line takes precedence over the probe, and the probe over the ini file."""
    suite.write(f"{STRICT}ood_max_samples = 30\nood_bar = 0.5\n", "pytest.ini")
    suite.write(PROBE.replace("@probe(spell)", f"@probe(spell{in_probe})"))
    # A model that is right half of the time goes on to the end.
    suite.run("--ood-model=fake/noisy-0.5", JSON, *command_line)
    assert {control for control, _ in arms(suite)} == {draws}


def test_precedence_of_strategies(suite: Suite) -> None:
    """Also where they make tests."""
    suite.write(f"{STRICT}ood_strategy = direct\n", "pytest.ini")
    suite.write(PROBE.replace("@probe(spell)", "@probe(spell, strategies=['direct', 'cot'])"))
    suite.run("--ood-model=fake/oracle", JSON)
    assert {cell["strategy"] for cell in suite.summary()["cells"]} == {"direct", "cot"}
    suite.run("--ood-model=fake/oracle", JSON, "--ood-strategy=cot")
    assert {cell["strategy"] for cell in suite.summary()["cells"]} == {"cot"}
