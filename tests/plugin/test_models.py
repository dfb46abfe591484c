"""--ood-model, --ood-model-arg, --ood-api-base and the hook by which a project provides its own model."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import pytest_ood
from tests.plugin.conftest import COULD_NOT_ASK, PROBE, Suite

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
        return 38
    if name == "mine/raises":
        return lambda messages: 1 / 0
    if name == "mine/none":
        return lambda messages: None
"""


@pytest.mark.parametrize(("kind", "cost"), [("function", None), ("async", 57 * 0.01), ("model", 0.0)])
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
    assert "mine/broken: 38 is not a function" in result.stderr.str() + result.stdout.str()


def test_a_function_that_raises_is_an_error_and_not_a_wrong_answer(suite: Suite) -> None:
    """The model's own code is broken: nothing is shown about the model."""
    suite.write(READS_THE_WORD, "conftest.py")
    suite.run("--ood-model=mine/raises", "--ood-json=out.json")
    assert set(suite.verdicts().values()) == {"undecided"}
    (cell, _) = suite.summary()["cells"]
    assert (cell["control"]["error"], cell["control"]["wrong"]) == (6, 0)


def test_a_function_that_returns_no_text_is_given_up(suite: Suite) -> None:
    """It never will: one call, one message."""
    suite.write(READS_THE_WORD, "conftest.py")
    result = suite.run("--ood-model=mine/none")
    assert result.ret == COULD_NOT_ASK
    assert "returned NoneType; it must return a str or an Answer" in " ".join(result.outlines)
    assert sum(suite.calls().values()) == 1


def test_a_hook_that_gives_nothing_leaves_the_name_to_the_package(suite: Suite) -> None:
    """The package's own models stay reachable, also next to one's own."""
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


def test_a_key_within_an_argument_is_written_nowhere(suite: Suite) -> None:
    """The model gets it all the same; an argument with a key cannot vary."""
    key = "swordfish-and-chips"
    suite.write(READS_THE_WORD.replace("1 / 0", "open(args['extra_body']['nested'][0]['my_secret'])"), "conftest.py")
    body = json.dumps({"nested": [{"my_secret": key}, {"size": 2}], "note": key})
    options = ["--ood-json=out.json", "--ood-export=data"]
    result = suite.run("--ood-model=mine/raises", f"--ood-model-arg=extra_body={body}", *options)
    assert key not in result.stdout.str() + result.stderr.str()
    assert "No such file or directory: 'REDACTED'" in " ".join(result.outlines)
    (cell, *_) = suite.summary()["cells"]
    assert cell["condition"]["args"] == {"extra_body": {"nested": [{}, {"size": 2}], "note": "REDACTED"}}
    for path in suite.path.rglob("*"):
        if path.is_file():
            assert key.encode() not in path.read_bytes(), path
    varied = f'--ood-vary=extra_body={{"my_secret":"{key}"}},2'
    refused = suite.run("--ood-model=mine/raises", varied)
    assert refused.ret == pytest.ExitCode.USAGE_ERROR
    assert key not in refused.stdout.str() + refused.stderr.str()


def test_model_arguments_are_part_of_the_question(suite: Suite) -> None:
    """Another temperature is another question; a delay of a fake is too, as any argument."""
    suite.run("--ood-model=fake/oracle", "-k", "2")
    suite.run("--ood-model=fake/oracle", "-k", "2", "--ood-model-arg=delay=0.0001")
    assert suite.answers() == 2 * 38


def test_how_a_call_travels_is_not_part_of_the_question(suite: Suite) -> None:
    """Timeouts and addresses change no answer."""
    suite.write(READS_THE_WORD, "conftest.py")
    suite.run("--ood-model=mine/function")
    suite.run("--ood-model=mine/function", "--ood-model-arg=timeout=9", "--ood-model-arg=api_base=http://x")
    assert sorted(suite.calls().values()) == [57]


def test_the_models_come_to_their_own_verdicts(suite: Suite) -> None:
    """All fakes in one run."""
    suite.write(PROBE.replace("[2, 3]", "[2]"))
    names = ("oracle", "lured", "copy", "empty", "truncated", "refused", "error", "flaky", "noisy-0.0")
    result = suite.run(*(f"--ood-model=fake/{name}" for name in names), "--ood-json=out.json", "-q", "--ood-patience=6")
    assert result.parseoutcomes() == {"passed": 2, "failed": 3, "undecided": 4}
    assert suite.verdicts() == {
        f"test_spell[fake/{name}-2]": verdict
        for name, verdict in {
            **{"oracle": "robust", "lured": "brittle", "copy": "incapable", "empty": "undecided"},
            **{"truncated": "undecided", "refused": "undecided", "error": "undecided", "flaky": "robust"},
            "noisy-0.0": "incapable",
        }.items()
    }


# A function's code is part of the question.

HOOK = """
import pytest

def reverse(word):
    return word[::-1]

def answer(messages):
    return f"<answer>{reverse(messages[-1]['content'].split()[1])}</answer>"

@pytest.hookimpl(optionalhook=True)
def pytest_ood_model(name):
    return answer if name == "mine" else None
"""


@pytest.mark.parametrize(
    ("old", "new"),
    [("</answer>", " </answer>"), ("word[::-1]", 'word[::-1] + ""')],
    ids=["the function", "what it calls"],
)
def test_a_function_that_was_edited_is_asked_again(suite: Suite, old: str, new: str) -> None:
    """Its old answers say nothing about it; they stay where they are, and a change taken back finds them."""
    suite.write(HOOK, "conftest.py")
    suite.run_apart("--ood-model=mine")
    suite.write(HOOK.replace(old, new), "conftest.py")
    suite.run_apart("--ood-model=mine", "--ood-json=out.json")
    assert suite.summary()["totals"]["calls"] == 57
    assert sorted(suite.calls().values()) == [57, 57]
    suite.write(HOOK, "conftest.py")
    suite.run_apart("--ood-model=mine")
    assert sorted(suite.calls().values()) == [57, 57]


def test_a_function_that_was_not_edited_is_not_asked_again(suite: Suite) -> None:
    """Comments, lines and other functions of its file are not an edit."""
    suite.write(HOOK, "conftest.py")
    suite.run_apart("--ood-model=mine")
    suite.write(f"# A comment.\n\n\ndef other():\n    return 1\n{HOOK}", "conftest.py")
    suite.run_apart("--ood-model=mine", "--ood-json=out.json")
    assert (suite.summary()["totals"]["calls"], suite.summary()["totals"]["from_store"]) == (0, 57)


# --ood-model=python:MODULE:FUNCTION

MODULE = """
import asyncio

def answer(messages):
    return f"<answer>{messages[-1]['content'].split()[1][::-1]}</answer>"

async def later(messages):
    await asyncio.sleep(0)
    return answer(messages)

NUMBER = 38
"""


@pytest.mark.parametrize("name", ["answer", "later"])
def test_a_function_by_its_address(suite: Suite, name: str) -> None:
    """From a module in the root folder, plain or async; asked once, and again when it was edited."""
    suite.write(MODULE, "ood_my_module.py")
    args = [f"--ood-model=python:ood_my_module:{name}", "--ood-json=out.json"]
    for calls in (57, 0):
        assert suite.run_apart(*args).returncode == 0
        assert suite.summary()["totals"]["calls"] == calls
    assert suite.summary()["models"] == [f"python:ood_my_module:{name}"]
    suite.write(MODULE.replace("</answer>", " </answer>"), "ood_my_module.py")
    assert suite.run_apart(*args).returncode == 0
    assert suite.summary()["totals"]["calls"] == 57


@pytest.mark.parametrize("module", ["ood_my_module", "below.ood_my_module", "ood_beside"])
@pytest.mark.parametrize("workers", ["-n0", "-n2"])
def test_the_module_is_found_from_the_root_folder_and_from_here(
    suite: Suite, module: str, workers: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Wherever pytest is started, also in packages, also by the workers of pytest-xdist."""
    for name in ("ood_my_module.py", "below/__init__.py", "below/ood_my_module.py", "tests/ood_beside.py"):
        suite.write(MODULE, name)
    (suite.path / "test_probe.py").rename(suite.path / "tests" / "test_probe.py")
    monkeypatch.chdir(suite.path / "tests")
    monkeypatch.delenv("PYTHONPATH", raising=False)
    # The script and not `python -m pytest`, which puts the current folder on the path.
    command = [str(Path(sys.executable).parent / "pytest"), workers, f"--ood-model=python:{module}:answer"]
    environment = {**os.environ, "PYTHONPATH": str(Path(pytest_ood.__file__).parents[1])}
    ran = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr


@pytest.mark.parametrize(
    ("address", "message"),
    [
        ("ood_my_modul:answer", "no module ood_my_modul; did you mean ood_my_module?"),
        ("ood_my_module", "write python:MODULE:FUNCTION"),
        ("ood_my_module:anwser", "ood_my_module has no anwser; did you mean answer?"),
        ("ood_my_module:NUMBER", "38 is not a function"),
    ],
)
def test_an_address_without_a_function(suite: Suite, address: str, message: str) -> None:
    """A usage error with the address as typed and the fix; nothing is asked."""
    suite.write(MODULE, "ood_my_module.py")
    result = suite.run(f"--ood-model=python:{address}")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    output = result.stderr.str() + result.stdout.str()
    assert f"python:{address}: " in output
    assert message in output
    assert not suite.store.exists() or suite.answers() == 0


def test_a_hook_that_raises_is_named_with_its_line(suite: Suite) -> None:
    """Without the key that its message holds."""
    suite.write(
        "def pytest_ood_model(name, args):\n    if name == 'mine':\n        raise KeyError(f'no {args}')\n",
        "conftest.py",
    )
    result = suite.run("--ood-model=mine", "--ood-model-arg=api_key=sk-very-secret")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    text = "".join(result.stderr.lines)
    assert "--ood-model mine: the hook pytest_ood_model raises KeyError" in text
    assert "conftest.py:3" in text
    assert "very-secret" not in text + result.stdout.str()
