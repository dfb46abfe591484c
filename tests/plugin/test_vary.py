"""--ood-vary: an argument with several values, each a condition of its own, compared on the same draws."""

from collections.abc import Sequence

import pytest

from pytest_ood.plugin.settings import SettingsError
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
    assert (row["a"]["label"], row["b"]["label"]) == ('thinker (effort="low")', 'thinker (effort="high")')
    assert row["shown"] == "b"
    result.stdout.fnmatch_lines(['thinker (effort="high") is better than thinker (effort="low"): evidence * to 1*'])


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
