"""--ood-strategy with tools: the real litellm against servers that speak OpenAI's and Anthropic's format."""

import json
import re
import signal
import subprocess
import sys
import time
from typing import Any

import pytest

from tests.plugin.conftest import COULD_NOT_ASK, Suite
from tests.server import Call, Reply, Server, fail

PROBE = '''
import pytest
from pytest_ood import Case, probe, task


def solve(inputs):
    """Return a word backward."""
    return inputs["word"][::-1]


@task(control={"size": 3}, solver=solve, size="size", declared=("prompt", "answer"))
def spell(rng, *, size):
    word = "".join(rng.permutation(list("abcdefghijk"))[:size])
    return Case(f"Spell {word} backward.", word[::-1], lures={"copied": word}, inputs={"word": word})


@task(control={"size": 3}, declared=("prompt", "answer"))
def unsolved(rng, *, size):
    word = "".join(rng.permutation(list("abcdefghijk"))[:size])
    return Case(f"Write {word} from its end.", word[::-1])


@probe(spell)
@pytest.mark.parametrize("size", [4, 9])
def test_spell(ood, size):
    assert not ood.brittle


@probe(unsolved)
@pytest.mark.parametrize("size", [9])
def test_unsolved(ood, size):
    assert not ood.brittle
'''
SAMPLES = "--ood-samples=20"


def word_of(text: str) -> str:
    """The word in a question."""
    return re.findall(r"Spell (\w+) backward", text)[-1]


def openai(call: Call) -> Reply:
    """A model that spells up to four letters, and calls the solver for more."""
    message, reason = _openai(call.body)
    choice = {"index": 0, "finish_reason": reason, "message": {"role": "assistant", **message}}
    usage = {"prompt_tokens": 11, "completion_tokens": 7, "total_tokens": 18}
    body = {"id": "1", "object": "chat.completion", "created": 1, "model": "m", "choices": [choice], "usage": usage}
    return Reply(json.dumps(body).encode(), delay=0.02)


def _openai(body: Any) -> tuple[dict[str, Any], str]:
    last = body["messages"][-1]
    if last["role"] == "tool":
        return {"content": f"<answer>{last['content']}</answer>"}, "stop"
    word = word_of(last["content"])
    if body.get("tools") and len(word) > 4:
        (tool,) = body["tools"]
        assert tool["function"]["parameters"]["required"] == ["word"]
        call = {"name": tool["function"]["name"], "arguments": json.dumps({"word": word})}
        return {
            "content": None,
            "tool_calls": [{"id": f"c-{word}", "type": "function", "function": call}],
        }, "tool_calls"
    return {"content": f"<answer>{word[::-1] if len(word) <= 4 else word}</answer>"}, "stop"


def anthropic(call: Call) -> Reply:
    """The same model, as Anthropic's messages."""
    last = call.body["messages"][-1]["content"]
    parts = last if isinstance(last, list) else [{"type": "text", "text": last}]
    result = next((part for part in parts if part["type"] == "tool_result"), None)
    if result is not None:
        inner = result["content"]
        text = inner if isinstance(inner, str) else inner[0]["text"]
        content = [{"type": "text", "text": f"<answer>{text}</answer>"}]
    else:
        word = word_of("".join(part["text"] for part in parts))
        if call.body.get("tools") and len(word) > 4:
            (tool,) = call.body["tools"]
            assert tool["input_schema"]["required"] == ["word"]
            content = [{"type": "tool_use", "id": f"c_{word}", "name": tool["name"], "input": {"word": word}}]
        else:
            content = [{"type": "text", "text": f"<answer>{word[::-1] if len(word) <= 4 else word}</answer>"}]
    reason = "tool_use" if content[0]["type"] == "tool_use" else "end_turn"
    body = {
        "id": "msg_1",
        "type": "message",
        "role": "assistant",
        "model": "claude-sonnet-4-5",
        "content": content,
        "stop_reason": reason,
        "stop_sequence": None,
        "usage": {"input_tokens": 11, "output_tokens": 7},
    }
    return Reply(json.dumps(body).encode())


@pytest.fixture
def solving(suite: Suite) -> Suite:
    """Two probes, of one task with a solver and one without."""
    suite.write(PROBE)
    return suite


def options(server: Server, model: str, *more: str) -> list[str]:
    """A run against a server."""
    key = "--ood-model-arg=api_key=sk-0123456789"
    return [f"--ood-model={model}", f"--ood-api-base={server.url}", key, SAMPLES, "--ood-json=out.json", *more]


@pytest.mark.parametrize(
    ("behaviour", "model", "cost"),
    [
        (openai, "openai/some-model", None),
        # Two turns with the tool in twenty draws, at $3 and $15 a million tokens.
        (anthropic, "anthropic/claude-sonnet-4-5", pytest.approx(20 * 2 * (11 * 3e-6 + 7 * 15e-6))),
    ],
)
def test_a_tool_is_offered_called_and_believed(solving: Suite, behaviour: Any, model: str, cost: Any) -> None:
    """On the same draws, the gap is there alone and gone with the solver; a task without one is skipped."""
    with Server(behaviour) as server:
        both = ("--ood-strategy=direct", "--ood-strategy=solver")
        result = solving.run_apart(*options(server, model, *both), "-k", "test_spell or solver", "-rs")
    cells = {(cell["strategy"], cell["params"]["size"]): cell for cell in solving.summary()["cells"]}
    assert [cells["direct", size]["shift"]["correct"] for size in (4, 9)] == [20, 0]
    assert [cells["solver", size]["shift"]["correct"] for size in (4, 9)] == [20, 20]
    (tally,) = cells["solver", 9]["shift"]["tally"]
    assert tally == {
        "outcome": "correct",
        "marks": {"alone": "wrong", "call": "right", "planted": False, "used": "yes"},
        "n": 20,
        "further": {"tokens": 20 * 2 * 18, "cost_usd": cost},
    }
    assert re.search("strategy solver: the task \\S*unsolved has no solver", result.stdout)
    assert "calls the solver in 20 of 20 [" in result.stdout


def refusing(words: str, status: int = 400) -> Any:
    """The same model, served without tools."""

    def behave(call: Call) -> Reply:
        return fail(status, words)(call) if call.body.get("tools") else openai(call)

    return behave


@pytest.mark.parametrize(
    ("behaviour", "model", "calls"),
    [
        # Where litellm knows it, without a call that has them.
        (openai, "perplexity/sonar", 0),
        (refusing("registry.ollama.ai/library/some-model does not support tools"), "openai/some-model", 1),
    ],
)
def test_a_provider_without_tools_says_so_at_once(solving: Suite, behaviour: Any, model: str, calls: int) -> None:
    """One draw finds out; what needs no tools is asked as ever."""
    both = ("--ood-strategy=solver", "--ood-strategy=direct")
    with Server(behaviour) as server:
        solver = solving.run_apart(*options(server, model, "--ood-strategy=solver"), "-k", "test_spell")
        alone = server.count - calls
        result = solving.run_apart(*options(server, model, *both), "-k", "test_spell")
    assert alone == 1
    assert len([request for request in server.requests if request.get("tools")]) == 2 * calls
    assert (solver.returncode, result.returncode) == (COULD_NOT_ASK, pytest.ExitCode.TESTS_FAILED)
    assert result.stdout.count("could not be offered tools: ") == 1
    (state,) = solving.summary()["model_states"]
    assert (state["model"], state["dead"]) == (model, None)
    assert re.search("takes no tools|does not support tools", state["no_tools"])
    for cell in solving.summary()["cells"]:
        expected = (0, "provider") if cell["strategy"] == "solver" else (20, cell["reason_code"])
        assert (cell["shift"]["n"], cell["reason_code"]) == expected
        assert cell["strategy"] == "direct" or state["no_tools"] in cell["reason"]


def test_the_route_is_known_from_an_earlier_run(solving: Suite) -> None:
    """The solver answers where the model broke, and only there; the model is asked nothing anew."""
    with Server(openai) as server:
        solving.run_apart(*options(server, "openai/some-model"), "-k", "test_spell")
        (solving.path / "out.json").rename(solving.path / "before.json")
        before = server.count
        routed = ("--ood-strategy=routed", "--ood-horizons=before.json")
        solving.run_apart(*options(server, "openai/some-model", *routed), "-k", "test_spell")
        assert server.count == before
    cells = {cell["params"]["size"]: cell for cell in solving.summary()["cells"]}
    assert [cells[size]["shift"]["correct"] for size in (4, 9)] == [20, 20]
    assert cells[9]["remark"] == "routed 20 answers to the solver, 0 of which the model gets right alone"
    assert cells[4]["remark"] == ""


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (["--ood-strategy=routed"], "add --ood-horizons RUN.json"),
        (["--ood-strategy=solver", "--ood-strategy-arg=solver.choice=maybe"], "choose from offered, forced"),
        (["--ood-strategy=vote", "--ood-strategy-arg=vote.n=3"], "it takes vote.k"),
        (["--ood-strategy=solver", "--ood-solver-faulty=1.2"], "not a share from 0 to 1"),
        (
            ["--ood-strategy=solver", "--ood-solver-faulty=.2", "--ood-strategy-arg=solver.faulty=.3"],
            "gives solver.faulty another value",
        ),
        (["--ood-strategy=vote", "--ood-strategy-arg=k=3"], "write STRATEGY.NAME=VALUE"),
        (["--ood-strategy=no_such:Thing"], "cannot be imported"),
        (["--ood-strategy=json:dumps"], "not a strategy"),
        (["--ood-strategy=routed", "--ood-horizons=none.json"], "none.json"),
    ],
)
def test_what_cannot_be_is_said_before_anything_is_asked(solving: Suite, given: list[str], words: str) -> None:
    """With the option and the fix."""
    result = solving.run("--ood-model=fake/oracle", *given)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([f"ERROR: --ood-*{words}*"])


HOOK = """
import pytest
import pytest_ood

class Twice(pytest_ood.Strategy):
    calls = 2
    def __init__(self, note=""):
        self.note = note
    def turns(self, asked, history):
        if len(history) < 2:
            return pytest_ood.Ask(asked.messages(f"Take {len(history)}."))
        return pytest_ood.Done(history[1], {"note": self.note})

@pytest.hookimpl(optionalhook=True)
def pytest_ood_strategy(name, args):
    return Twice(**args) if name == "twice" else None
"""


def test_a_strategy_of_a_conftest(solving: Suite) -> None:
    """By its hook, with its arguments."""
    solving.write(HOOK, "conftest.py")
    given = ("--ood-strategy=twice", "--ood-strategy-arg=twice.note=hello")
    solving.run("--ood-model=fake/oracle", *given, SAMPLES, "--ood-json=out.json", "-k", "test_spell")
    for cell in solving.summary()["cells"]:
        assert cell["shift"]["tally"][0]["marks"] == {"note": "hello"}
        assert cell["condition"]["strategy_args"] == {"note": "hello"}


def test_killed_in_the_middle_of_a_tool_conversation(solving: Suite) -> None:
    """kill -9: no stored answer is asked again, and at most the calls in flight are asked twice."""
    in_flight, kills = 4, 2
    with Server(openai) as server:
        args = options(server, "openai/some-model", "--ood-strategy=solver", f"--ood-concurrency={in_flight}")
        command = [sys.executable, "-m", "pytest", "-q", "-k", "test_spell", *args]
        for _ in range(kills):
            before = server.count
            process = subprocess.Popen(command, cwd=solving.path, stdout=subprocess.DEVNULL)
            until = time.monotonic() + 30
            while server.count < before + 15 and process.poll() is None and time.monotonic() < until:
                time.sleep(0.01)
            process.send_signal(signal.SIGKILL)
            process.wait()
        done = subprocess.run(command, cwd=solving.path, capture_output=True, text=True, check=False)
        asked = server.count
    assert done.returncode == 0, done.stdout
    cells = solving.summary()["cells"]
    assert [cell["shift"]["correct"] for cell in cells] == [20, 20]
    # Alone and with the tool for each draw, and once more after each of the twenty calls; the control arm is shared.
    assert asked <= 2 * 60 + 20 + kills * in_flight


def test_a_solver_that_is_wrong_on_purpose(solving: Suite) -> None:
    """By an option of its own, which may repeat the argument and leaves the others as they are."""
    with Server(openai) as server:
        faulty = (
            "--ood-solver-faulty=1",
            "--ood-strategy-arg=solver.faulty=1",
            "--ood-strategy-arg=solver.choice=forced",
        )
        both = ("--ood-strategy=solver", "--ood-strategy=direct")
        solving.run_apart(*options(server, "openai/some-model", *both, *faulty), "-k", "test_spell and 9")
    solver, direct = solving.summary()["cells"]
    assert solver["condition"]["strategy_args"] == {"choice": "forced", "faulty": 1}
    assert direct["condition"]["strategy_args"] == {}
    (tally,) = solver["shift"]["tally"]
    assert (tally["outcome"], tally["marks"]["planted"], tally["marks"]["used"]) == ("wrong", True, "yes")
    assert re.search(r"; repeats a wrong result of the solver in 20 of 20 \[\.\d\d, 1\]$", solver["remark"])


TALK = """
import pytest
from pytest_ood import Dialogue, probe, task


@task(control={"size": 1}, solver=lambda inputs: "1", size="size", declared=("prompt", "answer"))
def talk(rng, *, size):
    answers = ["1"] * size
    reply = lambda given: "And now?" if len(given) < size else None
    return Dialogue(f"What is {rng.random()} rounded up?", reply=reply, answers=answers, inputs={"size": size})


@probe(talk)
@pytest.mark.parametrize("size", [4])
def test_talk(ood, size):
    assert not ood.brittle
"""


@pytest.mark.parametrize("strategy", ["solver", "program"])
def test_a_dialogue_is_skipped_by_what_needs_all_of_its_messages(suite: Suite, strategy: str) -> None:
    """The solver answers it whole, which no turn of it can take; nothing is asked."""
    suite.write(TALK)
    result = suite.run("--ood-model=openai/some-model", f"--ood-strategy={strategy}", "-rs")
    result.assert_outcomes(skipped=1)
    result.stdout.fnmatch_lines([f"*strategy {strategy}: it cannot ask the turns of a dialogue, which the task *talk*"])
