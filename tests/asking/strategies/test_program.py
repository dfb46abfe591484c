"""Programs that a model writes: what they answer, how far they reach, and that none of them gets out."""

import itertools
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from pytest_ood import Message, Outcome, measure
from pytest_ood.asking.strategies.program import program_of, run
from pytest_ood.case import Case
from pytest_ood.tasks import task
from tests.asking.strategies.hostile import VARIABLE, programs

ROOT = Path(__file__).parents[3]


def solve(inputs: dict[str, str]) -> str:
    """Return a word backward."""
    return inputs["word"][::-1]


@task(control={"length": 3}, solver=solve, size="length")  # type: ignore[arg-type]
def backward(rng: np.random.Generator, *, length: int = 6) -> Case:
    """A word to be spelt backward."""
    word = "".join(rng.choice(list("abcdefghijk"), length))
    return Case(f"Spell {word} backward.", word[::-1], inputs={"word": word})


def asked(store: Path, body: str) -> Outcome:
    """What comes of a model whose program has this body; WORD stands for the word in the question."""

    def model(messages: Sequence[Message]) -> str:
        word = messages[-1]["content"].split()[1]
        return f"Here it is:\n```python\ndef answer(inputs):\n    {body.replace('WORD', word)}\n```\nI hope it helps."

    return measure(backward, model, store=store, samples=6, strategy="program")


@pytest.mark.parametrize(
    ("body", "outcome", "reach", "fault"),
    [
        ("return inputs['word'][::-1]", "correct", "larger", "none"),
        ("return inputs['word'][::-1] if len(inputs['word']) < 7 else ''", "correct", "its size", "none"),
        ("return {'WORD': 'WORD'[::-1]}.get(inputs['word'], '')", "correct", "this case", "none"),
        ("return inputs['word'] + '?'", "wrong", "none", "none"),
        ("return inputs['letters']", "unparsed", "none", "error"),
        ("return inputs", "unparsed", "none", "error"),
        ("return (", "unparsed", "none", "error"),
    ],
)
def test_how_far_a_program_reaches(tmp_path: Path, body: str, outcome: str, reach: str, fault: str) -> None:
    """Memorised, right at its size, or an algorithm."""
    shift = asked(tmp_path / "store.db", body).shift
    assert shift is not None
    rows = shift.tally.rows()
    assert rows == [{"outcome": outcome, "marks": {"reach": reach, "fault": fault}, "n": 6}]


def test_a_program_that_never_ends_is_wrong_and_stops_nobody(tmp_path: Path) -> None:
    """The other calls go on meanwhile."""
    beats: list[float] = []
    stop = threading.Event()

    def beat() -> None:
        while not stop.wait(0.05):
            beats.append(time.monotonic())

    def model(_: Sequence[Message]) -> str:
        return "```python\ndef answer(inputs):\n    while True:\n        pass\n```"

    thread = threading.Thread(target=beat)
    thread.start()
    outcome = measure(
        backward,
        model,
        store=tmp_path / "store.db",
        samples=1,
        strategy="program",
        strategy_args={"seconds": 1},
    )
    stop.set()
    thread.join()
    assert outcome.shift is not None
    assert outcome.shift.tally.rows() == [{"outcome": "wrong", "marks": {"reach": "none", "fault": "timeout"}, "n": 1}]
    (trace,) = outcome.shift.traces
    assert '"fault":"timeout"' in trace.detail
    assert max(later - earlier for earlier, later in itertools.pairwise(beats)) < 0.5


AT_ONCE = """
from concurrent.futures import ThreadPoolExecutor
from pytest_ood.asking.strategies.program import run
program = "def answer(inputs):\\n    return inputs['word']"
with ThreadPoolExecutor(32) as threads:
    ran = list(threads.map(lambda _: run(program, {"word": "abc"}).text, range(64)))
print(ran.count("abc"))
"""


def test_the_first_programs_of_a_process_run_at_once() -> None:
    """They share one sandbox, whichever of them makes it."""
    done = subprocess.run([sys.executable, "-c", AT_ONCE], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "64"


def test_a_response_without_a_program_is_unparsed(tmp_path: Path) -> None:
    """An answer is not one."""
    outcome = measure(backward, "fake/oracle", store=tmp_path / "store.db", samples=2, strategy="program")
    assert outcome.control.tally.count("unparsed", fault="no program") == 2


def test_the_last_block_that_defines_it_counts() -> None:
    """Other blocks are examples or tests."""
    blocks = ["def answer(x):\n    return 1\n", "def answer(x):\n    return 2\n", "answer({})\n"]
    text = "".join([f"```python\n{block}```\n" for block in blocks])
    assert program_of(text) == "def answer(x):\n    return 2\n"
    assert program_of("def answer(x): return 1") is None


SECRET = "the secret that no program may read"
ESCAPES = [
    "return open({path!r}).read()",
    "import os\n    return os.environ['OOD_SECRET']",
    "import os\n    return os.popen('cat {path}').read()",
    "import subprocess\n    return subprocess.run(['cat', {path!r}], capture_output=True, text=True).stdout",
    "import pathlib\n    return pathlib.Path({path!r}).read_text()",
    "import socket\n    socket.create_connection(('127.0.0.1', 80))",
    "import urllib.request\n    return urllib.request.urlopen('file://{path}').read().decode()",
    "import importlib\n    return importlib.import_module('os').getcwd()",
    "import sys\n    return str(sys.modules)",
    "import ctypes\n    return ctypes.string_at(0)",
    "return __import__('os').getcwd()",
    "return eval('open({path!r}).read()')",
    "exec('x = open({path!r}).read()')\n    return x",
    "return str(().__class__.__base__.__subclasses__())",
    "return answer.__globals__['__builtins__']",
    "return (lambda: 0).__code__.co_filename",
    "return globals()['__loader__'].name",
    "return getattr(str, '__sub' + 'classes__')()",
    "return '{{0.__class__.__mro__}}'.format(inputs)",
    "return f'{{inputs.__class__.__init__.__globals__}}'",
    "open({path!r}, 'w').write('gone')\n    return 'x'",
    "import os\n    os.remove({path!r})\n    return 'x'",
    "import os\n    os._exit(3)",
    "raise SystemExit",
    "raise KeyboardInterrupt",
]
BOMBS = [
    "x = [0]\n    while True:\n        x = x + x",
    "return 'x' * 10**10",
    "return str(9**9**9)",
    "print('x' * 10**9)\n    return 'x'",
    "return answer(inputs)",
    "x = {{}}\n    for i in range(10**9):\n        x[i] = 'x' * 1000",
]


# Runs the programs in plain Python, and says which of them do not give the secret away.
IN_PYTHON = """
import contextlib, io, os, sys
from tests.asking.strategies.hostile import VARIABLE, programs
for name, program in programs(sys.argv[1]):
    names = {}
    with contextlib.redirect_stdout(io.StringIO()):
        exec(program, names)
        found = names["answer"]({})
    if os.environ[VARIABLE] not in found:
        print(name)
"""


def test_hundreds_of_programs_that_give_a_secret_away_in_python(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every way to it in every dress: in the sandbox none finds it or writes anything."""
    path = tmp_path / "secret.txt"
    path.write_text(SECRET, encoding="utf-8")
    monkeypatch.setenv(VARIABLE, SECRET)
    hostile = dict(programs(str(path)))
    assert len(set(hostile.values())) >= 500
    # They are real: plain Python gives it away each time.
    command = [sys.executable, "-c", IN_PYTHON, str(path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == ""
    Path(f"{path}2").unlink()
    escaped = [name for name, program in hostile.items() if SECRET in str(run(program, {"word": "abc"}, 1.0))]
    assert escaped == []
    assert [(found.name, found.read_text(encoding="utf-8")) for found in tmp_path.iterdir()] == [(path.name, SECRET)]
    assert run("def answer(inputs):\n    return inputs['word']", {"word": "abc"}).text == "abc"


@pytest.mark.parametrize("form", ["{}", "try:\n        {nested}\n    except Exception:\n        return 'caught'"])
@pytest.mark.parametrize("body", [*ESCAPES, *BOMBS])
def test_no_program_gets_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, body: str, form: str) -> None:
    """No file is read, written or removed, nothing is told about this process, and it lives on."""
    path = tmp_path / "secret.txt"
    path.write_text(SECRET, encoding="utf-8")
    monkeypatch.setenv("OOD_SECRET", SECRET)
    text = body.format(path=str(path))
    text = form.format(text, nested=text.replace("\n    ", "\n        "))
    begun = time.monotonic()
    ran = run(f"def answer(inputs):\n    {text}\n", {"word": "abc"}, 0.5)
    assert time.monotonic() - begun < 5
    assert SECRET not in f"{ran.text}{ran.fault}"
    assert path.read_text(encoding="utf-8") == SECRET
    assert "pytest" not in (ran.text or "")
    assert len(ran.text or "") < 1000
    assert run("def answer(inputs):\n    return inputs['word']", {"word": "abc"}).text == "abc"
