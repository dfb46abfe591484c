"""The suite and the command that wrote `store.db`. Run as a module on a checkout of the first edition to write one."""

import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.server import Server, ok

HERE = Path(__file__).parent
STORE = HERE / "store.db"

# Every kind of request: a single question, one with a question on its rule besides, and a dialogue.
TASKS = '''
from pytest_ood import Case, task


@task(control={"size": 1}, family="spelling")
def spell(rng, size):
    """Spell a word backward."""
    word = "".join(rng.choice(list("abcdefgh"), 8))
    rule = Case("In which order are the letters of a word spelled backward?", "last to first")
    lures = {"copied": word}
    return Case(f"Spell {word} backward, size {size}. Größe!", word[::-1], lures=lures, input=word, comprehension=rule)


@task(control={"size": 1}, family="spelling")
def two_turns(rng, size):
    """Spell a word backward, then forward."""
    word = "".join(rng.choice(list("abcdefgh"), 6))

    def reply(given):
        return "And forward?" if len(given) == 1 else None

    prompt, answer = f"Spell {word} backward, size {size}.", f"{word[::-1]}\\n{word}"
    try:
        from pytest_ood import Dialogue
    except ImportError:  # in the first edition
        return Case(prompt, answer, reply=reply, turns=2)
    return Dialogue(prompt, reply=reply, answers=[answer], turns=2)
'''
TESTS = """
import pytest
import spelling

from pytest_ood import probe


@probe(spelling.spell, strategies=["direct", "cot"])
@pytest.mark.parametrize("size", [2])
def test_spell(ood, size):
    assert ood.control.n == 3


@probe(spelling.two_turns)
@pytest.mark.parametrize("size", [2])
def test_two_turns(ood, size):
    assert ood.control.n == 3
"""
CONFTEST = """
def answer(messages):
    return f"<answer>{len(messages)}</answer>"


def pytest_ood_model(name, args):
    return answer if name == "mine" else None
"""
FAKE, PROVIDER, FUNCTION = "fake/noisy-0.6", "openai/some-model", "mine"


def write(folder: Path) -> None:
    """Write the suite into a folder."""
    for name, text in (("spelling.py", TASKS), ("test_spelling.py", TESTS), ("conftest.py", CONFTEST)):
        (folder / name).write_text(text, encoding="utf-8")


def command(models: Sequence[str], api_base: str) -> list[str]:
    """The arguments of pytest that ask these models."""
    return [
        *(f"--ood-model={name}" for name in models),
        f"--ood-api-base={api_base}",
        *("--ood-model-arg=temperature=0", "--ood-model-arg=api_key=sk-0123456789"),
        *("--ood-samples=3", "--ood-seed=7", "--ood-json=out.json", "--ood-store=store.db"),
    ]


def _say(body: Any) -> str:
    return f"<answer>{len(body['messages'])}</answer>"


def main() -> None:
    """Write `store.db` with the pytest-ood that is on the path."""
    with tempfile.TemporaryDirectory() as name, Server(ok(_say)) as server:
        folder = Path(name)
        write(folder)
        asked = [sys.executable, "-m", "pytest", *command([FAKE, PROVIDER, FUNCTION], server.url)]
        subprocess.run(asked, cwd=folder, check=True)
        STORE.unlink(missing_ok=True)
        # Into one file without a write-ahead log beside it.
        with sqlite3.connect(folder / "store.db") as db:
            db.execute("VACUUM INTO ?", (str(STORE),))
        db.close()


if __name__ == "__main__":
    main()
