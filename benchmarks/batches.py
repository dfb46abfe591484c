"""What a question costs that is asked in a batch: ``python benchmarks/batches.py [CELLS]`` (a minute).

Two sessions, of half as many cells and of all of them; the difference is what a question costs beyond the start. Not
part of `run.py`: nothing here has a target. docs/scale.md has the figures.
"""

import json
import sys
import tempfile
from pathlib import Path

from common import python, run

CELLS = 200
DRAWS = 100
PROBE = """
import pytest
from pytest_ood import Case, probe, task

@task(control={"kind": 1}, family="spelling")
def spell(rng, size, kind=0):
    word = "".join(rng.choice(list("abcdefgh"), 8))
    return Case(f"Spell {word} backward, size {size}, kind {kind}.", word[::-1], input=word)

@probe(spell)
@pytest.mark.parametrize("size", range(CELLS))
def test_spell(ood, size):
    assert ood.robust
"""


def main(cells: int) -> None:
    few, many = (measure(count) for count in (cells // 2, cells))
    questions = 2 * DRAWS * (cells - cells // 2)
    for name, unit, factor in (
        ("writing", "us of CPU", 1e6),
        ("reading and judging", "us of CPU", 1e6),
        ("judging once more", "us of CPU", 1e6),
        ("the file of questions", "bytes", 1),
        ("the store, while it waits", "bytes", 1),
        ("the store, with its answer and trace", "bytes", 1),
    ):
        sys.stdout.write(f"{name}: {factor * (many[name] - few[name]) / questions:,.0f} {unit} a question\n")
    sys.stdout.write(f"peak memory with {2 * DRAWS * cells:,} questions: {many['peak'] / 2**20:.0f} MiB\n")


def measure(cells: int) -> dict[str, float]:
    """Return the CPU seconds of each session, and the bytes of each file."""
    with tempfile.TemporaryDirectory() as name:
        home = Path(name)
        (home / "test_batch.py").write_text(PROBE.replace("range(CELLS)", f"range({cells})"), encoding="utf-8")
        (home / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")
        options = ("--ood-model=openai/m", "--ood-batch=batch", f"--ood-max-samples={DRAWS}", "-q")
        session = python("-m", "pytest", *options)
        writing = run(session, home)
        questions, found = home / "batch" / "1-openai-m.jsonl", {}
        found["the file of questions"] = float(questions.stat().st_size)
        found["the store, while it waits"] = stored(home)
        answer(questions)
        reading, again = run(session, home), run(session, home)
        found["the store, with its answer and trace"] = stored(home)
    cpu = {"writing": writing.cpu_s, "reading and judging": reading.cpu_s, "judging once more": again.cpu_s}
    return {**found, **cpu, "peak": float(max(one.peak for one in (writing, reading, again)))}


def stored(home: Path) -> float:
    """Return the size of the store, which a session that has ended has left without a write-ahead log."""
    return float((home / ".ood" / "store.db").stat().st_size)


def answer(questions: Path) -> None:
    """Answer every question right."""
    with questions.with_suffix(".answers.jsonl").open("w", encoding="utf-8") as file:
        for line in questions.read_text(encoding="utf-8").splitlines():
            call = json.loads(line)
            word = call["body"]["messages"][-1]["content"].split("Spell ")[-1].split()[0]
            message = {"role": "assistant", "content": f"<answer>{word[::-1]}</answer>"}
            body = {
                "choices": [{"index": 0, "finish_reason": "stop", "message": message}],
                "usage": {"prompt_tokens": 150, "completion_tokens": 12, "total_tokens": 162},
            }
            response = {"status_code": 200, "body": body}
            file.write(json.dumps({"custom_id": call["custom_id"], "response": response, "error": None}) + "\n")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else CELLS)
