"""--ood-vary: an argument with several values, each a condition of its own, compared on the same draws."""

import json
from collections.abc import Sequence

import pytest

from pytest_ood.plugin.option_values import SettingsError
from tests.plugin.conftest import PROBE, Suite
from tests.plugin.test_settings import read

JSON = "--ood-json=out.json"
# Right everywhere with high effort, with low effort in the control arm only.
THINKER = """
import re
import pytest
import pytest_ood

class Thinker(pytest_ood.Model):
    async def ask(self, request):
        word, size = re.search(r"Spell (\\w+) backward, size (\\d+)", request.messages[-1]["content"]).groups()
        thinks = size == "1" or request.args["effort"] == "high"
        return pytest_ood.Answer(f"<answer>{word[::-1] if thinks else word}</answer>")

def pytest_ood_model(name, args):
    return Thinker(name, args) if name == "thinker" else None
"""


@pytest.fixture
def thinking(suite: Suite) -> Suite:
    """A suite with a model whose gap closes with effort."""
    suite.write(THINKER, "conftest.py")
    return suite


def test_each_value_is_a_condition(thinking: Suite) -> None:
    """With its name in the ids, its value in the row, and a block of its own."""
    result = thinking.run("--ood-model=thinker", "--ood-vary=effort=low,high", JSON)
    assert thinking.verdicts() == {
        "test_spell[effort=low-2]": "brittle",
        "test_spell[effort=low-3]": "brittle",
        "test_spell[effort=high-2]": "robust",
        "test_spell[effort=high-3]": "robust",
    }
    assert [cell["condition"]["args"] for cell in thinking.summary()["cells"]] == [
        *[{"effort": "low"}] * 2,
        *[{"effort": "high"}] * 2,
    ]
    result.stdout.fnmatch_lines(["*effort=low*", "*effort=high*"])


def test_the_gap_that_closes_is_found_out(thinking: Suite) -> None:
    """On pairs: high effort is better, and by how much."""
    result = thinking.run("--ood-model=thinker", "--ood-vary=effort=low,high", "--ood-compare", JSON)
    (row,) = thinking.summary()["comparisons"]
    assert (row["a"]["label"], row["b"]["label"]) == ("thinker (effort=low)", "thinker (effort=high)")
    assert row["shown"] == "b"
    result.stdout.fnmatch_lines(["thinker (effort=high) is better than thinker (effort=low): evidence * to 1*"])


def test_arguments_and_strategies_are_crossed(thinking: Suite) -> None:
    """Every combination is asked, in the order in which they were given."""
    options = ["--ood-vary=effort=high,low", "--ood-vary=tries=1,2", "--ood-strategy=direct", "--ood-strategy=cot"]
    thinking.run("--ood-model=thinker", *options, JSON, "-k", "2]")
    assert list(thinking.verdicts()) == [
        f"test_spell[{strategy}-effort={effort}-tries={tries}-2]"
        for strategy in ("direct", "cot")
        for effort in ("high", "low")
        for tries in (1, 2)
    ]


def test_the_workers_of_xdist_agree(thinking: Suite) -> None:
    """Each collects the same items."""
    thinking.run_apart("--ood-model=thinker", "--ood-vary=effort=low,high", JSON, "-n2")
    assert sorted(thinking.verdicts().values()) == ["brittle", "brittle", "robust", "robust"]


def test_without_a_model_nothing_is_asked(suite: Suite) -> None:
    """Certification takes one condition as well."""
    assert suite.run("--ood-vary=effort=low,high").parseoutcomes() == {"skipped": 4}
    suite.run("--ood-certify", "--ood-vary=effort=low,high").stdout.fnmatch_lines(["2 cells certified"])


@pytest.mark.parametrize("model", ["fake/oracle", "python:answers:answer"])
def test_a_model_without_arguments_is_refused(suite: Suite, model: str) -> None:
    """Its conditions would all be the same."""
    suite.write("def answer(messages):\n    return ''\n", "answers.py")
    result = suite.run(f"--ood-model={model}", "--ood-vary=effort=low,high")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([f"*--ood-vary effort: {model} takes no arguments*leave that model out*"])


@pytest.mark.parametrize(
    ("given", "what"),
    [
        (["effort"], "NAME=VALUE"),
        (["effort="], "several values"),
        (["effort=low"], "several values"),
        (["effort=low,low"], "several values"),
        (["effort=low,high", "effort=1,2"], "each argument once"),
        (["timeout=1,2"], "not part of the question"),
        (["api_key=sk-one,sk-two"], "not part of the question"),
    ],
)
def test_what_cannot_vary(given: Sequence[str], what: str) -> None:
    """The error says what can, and repeats no key."""
    with pytest.raises(SettingsError, match=what) as raised:
        read({"vary": given})
    assert "sk-" not in str(raised.value)


def test_an_argument_is_fixed_or_varies() -> None:
    """Both is a mistake."""
    with pytest.raises(SettingsError, match="fixed value"):
        read({"vary": ["temperature=0,1"], "model_arg": ["temperature=0"]})


def test_a_replay_has_one_set_of_arguments(suite: Suite) -> None:
    """The published cases are asked once."""
    suite.write(PROBE)
    suite.run("--ood-model=fake/lured", "--ood-export=data")
    result = suite.run("--ood-replay=data", "--ood-model=fake/oracle", "--ood-vary=effort=low,high")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*--ood-vary effort: --ood-replay uses one set of arguments*"])


WORDED = """
from pytest_ood import Case, probe, task

PROMPTS = ("Spell {} backward.", "What is {} from end to beginning?")


@task(control={"size": 2}, wordings=2)
def spell(rng, *, size=3, wording=0, spaced=False):
    word = "".join(rng.choice(list("abcdef"), size))
    return Case(PROMPTS[wording].format(" ".join(word) if spaced else word), word[::-1])


@task(control={"size": 2})
def plain(rng, *, size=3):
    word = "".join(rng.choice(list("abcdef"), size))
    return Case(f"Spell {word} backward.", word[::-1])


@probe(spell)
def test_spell(ood):
    assert ood.robust


@probe(plain)
def test_plain(ood):
    assert ood.robust
"""

READER = """
import re


def reads(messages):
    found = re.search(r"Spell ([a-f ]+) backward", messages[-1]["content"])
    return f"<answer>{found[1].replace(' ', '')[::-1] if found else 'what?'}</answer>"
"""


@pytest.mark.parametrize("plugins", [(), ("-n2",)])
def test_a_question_in_several_wordings(pytester: pytest.Pytester, plugins: tuple[str, ...]) -> None:
    """The same draws in other words, for the tasks that have them; the others are asked once."""
    pytester.makepyfile(test_words=WORDED, reader=READER)
    options = ("--ood-vary=task.wording=0,1,2", "--ood-vary=task.spaced=false,true", "--ood-json=out.json")
    result = pytester.runpytest_subprocess("--ood-model=python:reader:reads", "--ood-samples=20", *options, *plugins)
    result.assert_outcomes(passed=3, failed=2)
    rows = json.loads((pytester.path / "out.json").read_text(encoding="utf-8"))["cells"]
    found = {
        (row["condition"].get("wording", 0), row["condition"].get("spaced", False)): row
        for row in rows
        if row["probe"].endswith("test_spell")
    }
    assert {key: row["control"]["accuracy"] for key, row in found.items()} == {
        (0, False): 1,
        (1, False): 0,
        (0, True): 1,
        (1, True): 0,
    }
    spreads = {key: row.get("gap_over_wordings") for key, row in found.items()}
    assert spreads == {key: {"wordings": [0, 1], "smallest": 0, "largest": 0} for key in found}
    # Both arms get the words.
    assert found[1, True]["control_params"] == {"size": 2, "wording": 1, "spaced": True}
    assert sum(row["probe"].endswith("test_plain") for row in rows) == 1


@pytest.mark.parametrize("given", ["task.wording=0", "task.wording=0,0", "task.wording=a,b", "task.size=1,2"])
def test_only_what_every_task_may_take(pytester: pytest.Pytester, given: str) -> None:
    """Anything else would be another question."""
    pytester.makepyfile(test_words=WORDED)
    result = pytester.runpytest("--ood-model=fake/oracle", f"--ood-vary={given}")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([f"ERROR: --ood-vary {given}: *write task.wording=0,1,2 or task.spaced=false,true"])
