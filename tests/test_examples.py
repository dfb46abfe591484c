"""The examples are run as a reader would run them."""

import json
import os
import re
import runpy
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path
from typing import Any
from unittest.mock import MagicMock

import pytest
import yaml

from pytest_ood.asking.batches.files import parse_line
from pytest_ood.models.reply import read
from tests import documents
from tests.hub import Hub
from tests.server import Server, fail, ok

EXAMPLES = Path(__file__).parent.parent / "examples"


@pytest.fixture
def downstream(pytester: pytest.Pytester) -> Path:
    """A copy of the repository in miniature, to run in."""
    shutil.copytree(EXAMPLES / "downstream", pytester.path, dirs_exist_ok=True)
    return pytester.path


def test_own_model_falls_for_the_named_shortcut(pytester: pytest.Pytester, downstream: Path) -> None:
    """A clock that knows only the Earth is brittle, and the verdicts name its lure."""
    result = pytester.runpytest_subprocess("--ood-model=clockwork", "--ood-json=verdicts.json")
    result.assert_outcomes(failed=3)
    cells = json.loads((downstream / "verdicts.json").read_text(encoding="utf-8"))["cells"]
    assert [(cell["verdict"], list(cell["lures"])) for cell in cells] == [("brittle", ["earth_clock"])] * 3


def test_own_task_is_robust_under_its_own_answers(pytester: pytest.Pytester, downstream: Path) -> None:
    """The oracle of the task passes its verifier on every size."""
    del downstream
    pytester.runpytest_subprocess("--ood-model=fake/oracle").assert_outcomes(passed=3)


def test_lured_fake_is_brittle(pytester: pytest.Pytester, downstream: Path) -> None:
    """The first lure of the task is a wrong answer on every size."""
    del downstream
    pytester.runpytest_subprocess("--ood-model=fake/lured").assert_outcomes(failed=3)


def test_own_task_is_certified(pytester: pytest.Pytester, downstream: Path) -> None:
    """Its verifier, its lures, its pairs and its chance hold without a model."""
    del downstream
    result = pytester.runpytest_subprocess("--ood-certify")
    assert result.ret == 0
    result.stdout.fnmatch_lines(["3 cells certified"])


def test_thinking_longer_closes_the_gap(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    """The page on conditions shows what the example prints."""
    shutil.copytree(EXAMPLES / "thinking_longer", pytester.path, dirs_exist_ok=True)
    monkeypatch.setenv("COLUMNS", "100")
    command = "--ood-model=thinker --ood-vary=effort=low,high --ood-compare --tb=no"
    result = pytester.runpytest_subprocess(*command.split())
    result.assert_outcomes(failed=3, passed=3)
    assert documents.block("docs/conditions.md", "An example", "text") in result.stdout.str()
    assert pytester.runpytest_subprocess("--ood-certify").ret == 0


def test_a_strategy_of_ones_own(pytester: pytest.Pytester) -> None:
    """It is short, and asks a model for the plan that it needs."""
    shutil.copytree(EXAMPLES / "own_strategy", pytester.path, dirs_exist_ok=True)
    written = (pytester.path / "strategies.py").read_text(encoding="utf-8")
    assert len(written.splitlines()) < 30
    command = "--ood-model=planner --ood-strategy=direct --ood-strategy=strategies:Plan --ood-json=out.json"
    pytester.runpytest_subprocess(*command.split()).assert_outcomes(failed=1, passed=1)
    cells = json.loads((pytester.path / "out.json").read_text(encoding="utf-8"))["cells"]
    (planned,) = [cell for cell in cells if cell["strategy"] == "strategies:Plan"]
    assert planned["shift"]["tally"] == [{"outcome": "correct", "marks": {"planned": True}, "n": planned["shift"]["n"]}]
    assert pytester.runpytest_subprocess("--ood-certify").ret == 0


def test_the_gate_of_the_workflow(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its own commands, asked of a fake: a model as good as the accepted one passes, a worse one does not."""
    shutil.copytree(EXAMPLES / "ci", pytester.path, dirs_exist_ok=True)
    workflow = yaml.safe_load((pytester.path / ".github" / "workflows" / "model.yml").read_text(encoding="utf-8"))
    commands = {step["name"]: step["run"] for step in workflow["jobs"]["gate"]["steps"] if "run" in step}
    assert list(commands) == ["install", "ask", "what changed"]
    written = (pytester.path / "README.md").read_text(encoding="utf-8")
    (accept,) = re.findall(r"^ {7}(pytest .*--ood-json=baseline.json)$", written, re.M)
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(pytester.path / "summary.md"))
    monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")

    def status(command: str, model: str = "") -> int:
        monkeypatch.setenv("MODEL", model)
        return subprocess.run(["sh", "-c", command], cwd=pytester.path, capture_output=True, check=False).returncode

    assert status(accept.replace("gpt-4o", "fake/oracle")) == 0
    assert [status(commands[name], "fake/oracle") for name in ("ask", "what changed")] == [0, 0]
    assert [status(commands[name], "fake/lured") for name in ("ask", "what changed")] == [1, 1]
    made = workflow["jobs"]["gate"]["steps"][-1]["with"]["path"].split()
    assert [name for name in made if not (pytester.path / name).exists()] == []
    summary = (pytester.path / "summary.md").read_text(encoding="utf-8")
    assert summary.count("## pytest-ood") == 3
    assert "- fake/lured is worse than " in summary


@pytest.mark.parametrize(
    ("example", "probes"),
    [
        *[("downstream", 3), ("dataset_loop", 3), ("thinking_longer", 3), ("own_strategy", 1)],
        *[("conditions", 2), ("ci", 3)],
    ],
)
def test_an_example_lives_without_the_plugin(pytester: pytest.Pytester, example: str, probes: int) -> None:
    """Its hook is optional there, and its probes are skipped."""
    shutil.copytree(EXAMPLES / example, pytester.path, dirs_exist_ok=True)
    result = pytester.runpytest_subprocess("-p", "no:ood", "--strict-markers")
    result.assert_outcomes(skipped=probes)
    assert result.ret == 0


@pytest.fixture
def without_pytest_ood(tmp_path: Path) -> Path:
    """A Python with datasets and without pytest-ood: its packages are found, but no editable installation."""
    python = tmp_path / "python"
    packages = sysconfig.get_path("purelib")
    python.write_text(f'#!/bin/sh\nPYTHONPATH="{packages}" exec "{sys.executable}" -S "$@"\n', encoding="utf-8")
    python.chmod(0o755)
    probed = subprocess.run(
        [python, "-c", "import pytest_ood.dataset.read"], cwd=tmp_path, capture_output=True, check=False
    )
    if probed.returncode == 0:
        pytest.skip("pytest-ood is installed as a package, not from the checkout")
    return python


def test_the_dataset_loop(hub: Hub, tmp_path: Path, without_pytest_ood: Path) -> None:
    """A run is pushed, loaded by others and replayed: learned, memorised and still wrong are told apart."""
    loop = shutil.copytree(EXAMPLES / "dataset_loop", tmp_path / "loop") / "loop.sh"
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = hub.environment(tmp_path / "home") | {
        "PATH": path,
        "PLAIN_PYTHON": str(without_pytest_ood),
        "COLUMNS": "100",
    }
    ran = subprocess.run(
        [loop, "org/failures"], env=os.environ | environment, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "33 failures: " in ran.stdout
    for task, reading in (("copy_string", "learned"), ("known_lines", "memorised"), ("linear_formula", "still")):
        assert re.search(rf"{task}.*\n(?:.*\n)*?.*\b{reading}\b", ran.stdout), task
    assert documents.block("docs/dataset.md", "The dataset", "text") in ran.stdout


def test_a_file_of_questions_is_answered_by_a_server(tmp_path: Path) -> None:
    """Each question once, also where a line was cut off; what was refused is asked again by the next start."""
    calls = [
        {"custom_id": f"key{n}", "method": "POST", "url": "/v1/chat/completions", "body": {"model": "m", "n": n}}
        for n in range(6)
    ]
    file, answers = tmp_path / "1-m.jsonl", tmp_path / "1-m.answers.jsonl"
    file.write_text("".join(json.dumps(call) + "\n" for call in calls), encoding="utf-8")

    def lines() -> dict[str, tuple[int, bool]]:
        found = map(json.loads, answers.read_text(encoding="utf-8").splitlines())
        return {one["custom_id"]: (one["response"]["status_code"], one["error"] is None) for one in found}

    with Server(lambda call: (fail(400) if call.body["n"] == 0 else ok())(call)) as server:
        command = [sys.executable, str(EXAMPLES / "batch" / "answer.py"), str(file), "--base", server.url]
        environment = {**os.environ, "OPENAI_API_KEY": "sk-test"}
        subprocess.run(command, env=environment, check=True)
        assert lines() == {"key0": (400, False)} | {f"key{n}": (200, True) for n in range(1, 6)}
        assert {call.headers["authorization"] for call in server.calls} == {"Bearer sk-test"}
        assert {call.path for call in server.calls} == {"/v1/chat/completions"}
        kept = answers.read_text(encoding="utf-8").splitlines(keepends=True)
        cut_off = json.loads(kept[-1])["custom_id"]
        answers.write_text("".join(kept[:-1]) + kept[-1][:30], encoding="utf-8")
        server.behaviour = ok()
        subprocess.run(command, env=environment, check=True)
        assert lines() == {f"key{n}": (200, True) for n in range(6)}
        assert server.count == 6 + len({"key0", cut_off})


def test_the_script_for_ray_puts_questions_and_answers_into_their_forms(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without Ray: its functions that need none."""
    for name in ("ray", "ray.data", "ray.data.llm"):
        monkeypatch.setitem(sys.modules, name, MagicMock())
    code: dict[str, Any] = runpy.run_path(str(EXAMPLES / "batch" / "on_ray" / "answer.py"))
    messages = [{"role": "user", "content": "?"}]
    asked = code["question"]({"model": "m", "messages": messages, "max_completion_tokens": 9, "temperature": 0}, 50)
    assert asked == {"messages": messages, "sampling_params": {"max_tokens": 9, "temperature": 0}}
    with pytest.raises(SystemExit, match="reasoning_effort"):
        code["question"]({"model": "m", "messages": messages, "reasoning_effort": "low"}, 50)
    row = {"custom_id": "key", **asked, "generated_text": "<answer>4</answer>"}
    counts = {"num_input_tokens": 11, "num_generated_tokens": 9}
    line = parse_line(json.dumps(code["line"]({**row, **counts})).encode())
    assert line is not None
    said = read(line.body)
    assert said is not None
    assert (said.text, said.finish_reason, said.input_tokens, said.output_tokens) == (
        *("<answer>4</answer>", "length"),
        *(11, 9),
    )
    failed = parse_line(json.dumps(code["line"]({**row, "__inference_error__": "out of memory"})).encode())
    assert failed is not None
    assert (failed.status, failed.words) == (500, "out of memory")
