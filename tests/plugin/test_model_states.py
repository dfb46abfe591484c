"""What a session says about models that are rate limited or cannot be asked, and its exit status."""

import pytest

from pytest_ood.asking.progress import ModelState, Progress
from pytest_ood.dataset import schema
from pytest_ood.dataset.read import load_failures
from pytest_ood.plugin.model_states import ModelStates, rate_limit, rows
from pytest_ood.plugin.status_line import progress_line
from tests.plugin.conftest import COULD_NOT_ASK, PROBE, Suite

FATAL = "--ood-model=fake/fatal"
LIMITED = """
def pytest_ood_model(name):
    if name == "limited":
        from pytest_ood.models.base import RateLimited
        seen = set()

        def answer(messages):
            word = messages[-1]["content"].split()[1]
            if len(seen) == 3 and word not in seen:
                seen.add(word)
                raise RateLimited("slow down")
            seen.add(word)
            return f"<answer>{word[::-1]}</answer>"

        return answer
"""


@pytest.mark.parametrize(
    ("args", "status", "outcomes"),
    [
        ([FATAL], COULD_NOT_ASK, {"undecided": 2}),
        ([FATAL, "--ood-model=fake/oracle"], COULD_NOT_ASK, {"undecided": 2, "passed": 2}),
        ([FATAL, "--ood-model=fake/lured"], pytest.ExitCode.TESTS_FAILED, {"undecided": 2, "failed": 2}),
        ([FATAL, "--ood-undecided=fail"], COULD_NOT_ASK, {"failed": 2}),
        (["--ood-model=fake/oracle"], pytest.ExitCode.OK, {"passed": 2}),
    ],
    ids=["alone", "another one passes", "another one fails", "undecided fails", "none"],
)
def test_the_exit_status(suite: Suite, args: list[str], status: int, outcomes: dict[str, int]) -> None:
    """What is shown counts more than what could not be asked."""
    result = suite.run(*args)
    assert (result.ret, result.parseoutcomes()) == (status, outcomes)


@pytest.mark.slow
def test_workers_tell_of_a_dead_model(suite: Suite) -> None:
    """One line and one row for both; the other model has its verdicts."""
    result = suite.run_apart("-n2", FATAL, "--ood-model=fake/oracle", "--ood-json=out.json")
    assert result.returncode == COULD_NOT_ASK, result.stdout
    assert result.stdout.count("could not be asked: fake/fatal") == 1
    (state,) = suite.summary()["model_states"]
    assert state["model"] == "fake/fatal"
    assert sorted(suite.verdicts().values()) == ["robust", "robust", "undecided", "undecided"]


DROPS = """
def pytest_ood_model(name):
    if name == "drops":
        from pytest_ood import Answer

        def answer(messages):
            text = f"<answer>{messages[-1]['content'].split()[1][::-1]}</answer>"
            return Answer(text, dropped=("temperature", "seed"))

        return answer
"""


def test_what_a_model_does_not_take_is_said_once(suite: Suite) -> None:
    """Also if all answers come from the store; no row and no card claims it."""
    suite.write(DROPS, "conftest.py")
    args = ["--ood-model-arg=temperature=0", "--ood-model-arg=top_p=1", "--ood-json=out.json"]
    for number in range(2):
        result = suite.run("--ood-model=drops", *args, f"--ood-export=data-{number}")
        assert result.stdout.str().count("drops does not take seed and temperature") == 1
        (state,) = suite.summary()["model_states"]
        assert (state["model"], state["dropped"], state["dead"]) == ("drops", ["seed", "temperature"], None)
        schema.check(suite.summary(), "summary")
        traces = list(load_failures(suite.path / f"data-{number}", config="traces"))
        assert {trace.model_args for trace in traces} == {'{"top_p":1}'}
        assert "temperature" not in (suite.path / f"data-{number}" / "README.md").read_text(encoding="utf-8")


def test_refusals_are_in_the_summary(suite: Suite) -> None:
    """How many, and the pace that was learnt; the session does not fail for it."""
    suite.write(LIMITED, "conftest.py")
    suite.write(PROBE.replace("[2, 3]", "[2]"))
    result = suite.run("--ood-model=limited", "--ood-json=out.json", "--ood-patience=6")
    assert (result.ret, result.parseoutcomes()) == (pytest.ExitCode.OK, {"passed": 1})
    (state,) = suite.summary()["model_states"]
    assert (state["model"], state["refusals"], state["dead"]) == ("limited", 1, None)
    assert suite.summary()["totals"]["calls"] == 38, "a refusal is no attempt"
    result.stdout.re_match_lines([r"limited: rate limited: 1 refusal(, pace .*/s)?$"])
    schema.check(suite.summary(), "summary")


def report(process: str, *states: dict[str, object]) -> pytest.TestReport:
    """The report of a test that passed in this process."""
    made = pytest.TestReport("test", ("", 0, ""), {}, "passed", None, "call")
    made.ood_models = [process, list(states)]
    return made


def test_processes_are_added_up() -> None:
    """Each has a share of the pace; what a process said last counts."""
    states = ModelStates()
    row = {
        "model": "m",
        "refusals": 5,
        "pace": 2.0,
        "dead": None,
        "no_tools": "no",
        "dropped": ["seed", "stop", "user"],
    }
    for one in (
        report("gw0", row),
        report("gw0", {**row, "refusals": 7}),
        report("gw1", {**row, "dead": "gone", "dropped": []}),
    ):
        states.pytest_runtest_logreport(one)
    assert states.rows == [{**row, "refusals": 12, "pace": 4.0, "dead": "gone"}]
    assert [text for text, _ in states.lines()] == [
        "m: rate limited: 12 refusals, pace 4/s",
        "m does not take seed, stop and user: not sent",
        "could not be asked: gone",
        "could not be offered tools: no",
    ]


def test_only_what_has_something_to_tell_is_told() -> None:
    """A model that fares well has no row."""
    states = {"a": ModelState(), "b": ModelState(refusals=31, pace=4.91), "c": ModelState(dead="c: gone")}
    states["d"] = ModelState(dropped={"seed"})
    assert [row["model"] for row in rows(states)] == ["b", "c", "d"]
    assert rate_limit(rows(states)[0]) == "rate limited: 31 refusals, pace 4.91/s"


@pytest.mark.parametrize(
    ("models", "told"),
    [
        ({"m": ModelState()}, ""),
        ({"m": ModelState(refusals=31, pace=4.9)}, " | rate limited: 31 refusals, pace 4.9/s"),
        ({"m": ModelState(refusals=1, trouble="m: slow down")}, " | rate limited: 1 refusal | no answer: m: slow down"),
        ({"m": ModelState(trouble="m: HTTP 503")}, " | no answer: m: HTTP 503"),
        (
            {"m": ModelState(dead="m: gone"), "n": ModelState(refusals=2, pace=1.0)},
            " | n rate limited: 2 refusals, pace 1/s",
        ),
    ],
)
def test_the_live_line_says_why_it_takes_long(models: dict[str, ModelState], told: str) -> None:
    """A limit, or a provider that does not answer."""
    line = progress_line(Progress(at_most=100, models=models), 200)
    assert line == f"ood: 0 of at most 100 answers | 0 in flight | $0.00{told}"
