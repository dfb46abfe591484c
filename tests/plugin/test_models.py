"""--ood-model, --ood-model-arg, --ood-api-base and the hook by which a project provides its own model."""

import pytest

from tests.plugin.conftest import PROBE, Suite

READS_THE_WORD = """
import pytest_ood

def answer(messages):
    word = messages[-1]["content"].split()[1]
    return f"<answer>{word[::-1]}</answer>"

async def answer_later(messages):
    return pytest_ood.Answer(answer(messages), input_tokens=10, output_tokens=5, cost_usd=0.01)

class Mine(pytest_ood.Model):
    async def ask(self, request):
        return pytest_ood.Answer(answer(request.messages), cost_usd=0.0)

def pytest_ood_model(name, args):
    if name == "mine/function":
        return answer
    if name == "mine/async":
        return answer_later
    if name == "mine/model":
        return Mine(name, args)
    if name == "mine/args":
        return lambda messages: f"<answer>{args['say']}</answer>"
    if name == "mine/broken":
        return 42
    if name == "mine/raises":
        return lambda messages: 1 / 0
    if name == "mine/none":
        return lambda messages: None
"""


@pytest.mark.parametrize(("kind", "cost"), [("function", None), ("async", 63 * 0.01), ("model", 0.0)])
def test_a_model_of_ones_own(suite: Suite, kind: str, cost: float | None) -> None:
    """A function, an async function or a `Model`; what it doesn't say about cost is unknown."""
    suite.write(READS_THE_WORD, "conftest.py")
    result = suite.run(f"--ood-model=mine/{kind}", "--ood-json=out.json")
    assert result.parseoutcomes() == {"passed": 2}
    assert suite.summary()["totals"]["cost_usd"] == (cost if cost is None else pytest.approx(cost))


def test_arguments_reach_a_model_of_ones_own(suite: Suite) -> None:
    """As the hook's `args`."""
    suite.write(READS_THE_WORD, "conftest.py")
    result = suite.run("--ood-model=mine/args", "--ood-model-arg=say=hello", "--ood-json=out.json")
    assert result.parseoutcomes() == {"failed": 2}
    assert set(suite.verdicts().values()) == {"incapable"}


def test_a_hook_that_gives_no_model(suite: Suite) -> None:
    """Neither a function nor a model: a usage error that says what it was."""
    suite.write(READS_THE_WORD, "conftest.py")
    result = suite.run("--ood-model=mine/broken")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert "mine/broken: 42 is not a function" in result.stderr.str() + result.stdout.str()


def test_a_function_that_raises_is_an_error_and_not_a_wrong_answer(suite: Suite) -> None:
    """The model's own code is broken: nothing is shown about the model."""
    suite.write(READS_THE_WORD, "conftest.py")
    suite.run("--ood-model=mine/raises", "--ood-json=out.json")
    assert set(suite.verdicts().values()) == {"undecided"}
    (cell, _) = suite.summary()["cells"]
    assert (cell["control"]["error"], cell["control"]["wrong"]) == (6, 0)


def test_a_function_that_returns_no_text_ends_the_run(suite: Suite) -> None:
    """It never will: one call, one message."""
    suite.write(READS_THE_WORD, "conftest.py")
    result = suite.run("--ood-model=mine/none")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert "returned NoneType; it must return a str or an Answer" in result.stdout.str()
    assert sum(suite.calls().values()) == 1


def test_a_hook_that_gives_nothing_leaves_the_name_to_the_package(suite: Suite) -> None:
    """The package's own models stay reachable, also beside one's own."""
    suite.write(READS_THE_WORD, "conftest.py")
    result = suite.run("--ood-model=mine/function", "--ood-model=fake/lured")
    assert result.parseoutcomes() == {"passed": 2, "failed": 2}


def test_a_hook_may_take_the_name_of_a_fake(suite: Suite) -> None:
    """It is asked first."""
    suite.write(READS_THE_WORD.replace('"mine/args"', '"fake/oracle"'), "conftest.py")
    suite.run("--ood-model=fake/oracle", "--ood-model-arg=say=hello", "--ood-json=out.json")
    assert set(suite.verdicts().values()) == {"incapable"}


def test_a_key_among_the_arguments_is_written_nowhere(suite: Suite) -> None:
    """Neither in the output nor in the store, the JSON or the dataset."""
    key = "sk-very-secret-0123456789"
    suite.write(READS_THE_WORD.replace("1 / 0", "open(args['api_key'])"), "conftest.py")
    args = [f"--ood-model-arg=api_key={key}", "--ood-json=out.json", "--ood-export=data"]
    result = suite.run("--ood-model=mine/function", "--ood-model=mine/raises", "-v", *args)
    assert key not in result.stdout.str() + result.stderr.str()
    assert (suite.path / "data" / "README.md").exists()
    for path in suite.path.rglob("*"):
        if path.is_file():
            assert key.encode() not in path.read_bytes(), path


def test_model_arguments_are_part_of_the_question(suite: Suite) -> None:
    """Another temperature is another question; a delay of a fake is too, as any argument."""
    suite.run("--ood-model=fake/oracle", "-k", "2")
    suite.run("--ood-model=fake/oracle", "-k", "2", "--ood-model-arg=delay=0.0001")
    assert suite.answers() == 2 * 42


def test_how_a_call_travels_is_no_part_of_the_question(suite: Suite) -> None:
    """Timeouts and addresses change no answer."""
    suite.write(READS_THE_WORD, "conftest.py")
    suite.run("--ood-model=mine/function")
    suite.run("--ood-model=mine/function", "--ood-model-arg=timeout=9", "--ood-model-arg=api_base=http://x")
    assert sorted(suite.calls().values()) == [63]


def test_the_models_come_to_their_own_verdicts(suite: Suite) -> None:
    """All fakes in one run."""
    suite.write(PROBE.replace("[2, 3]", "[2]"))
    names = ("oracle", "lured", "copy", "empty", "truncated", "refused", "error", "flaky", "noisy-0.0")
    result = suite.run(*(f"--ood-model=fake/{name}" for name in names), "--ood-json=out.json", "-q")
    assert result.parseoutcomes() == {"passed": 2, "failed": 7}
    assert suite.verdicts() == {
        f"test_spell[fake/{name}-2]": verdict
        for name, verdict in {
            **{"oracle": "robust", "lured": "brittle", "copy": "incapable", "empty": "undecided"},
            **{"truncated": "undecided", "refused": "undecided", "error": "undecided", "flaky": "robust"},
            "noisy-0.0": "incapable",
        }.items()
    }
