"""``examples/paired_rows``: its answers are right, its shortcut is wrong, and it runs as its README says."""

import ast
import json
import operator
import re
import shutil
from pathlib import Path
from typing import Any

import pytest

FOLDER = Path(__file__).parent.parent.parent / "examples" / "paired_rows"
ROWS: list[dict[str, Any]] = [json.loads(line) for line in (FOLDER / "rows.jsonl").read_text("utf-8").splitlines()]
OPERATORS = {ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul}


def value(sum_: str) -> int:
    """The value of a sum of whole numbers; a division must leave no rest."""

    def walk(node: ast.expr) -> int:
        if isinstance(node, ast.Constant) and type(node.value) is int:
            return node.value
        assert isinstance(node, ast.BinOp), ast.dump(node)
        left, right = walk(node.left), walk(node.right)
        if isinstance(node.op, ast.FloorDiv):
            assert left % right == 0, sum_
            return left // right
        return OPERATORS[type(node.op)](left, right)

    return walk(ast.parse(sum_, mode="eval").body)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: str(row["id"]))
def test_a_row_is_right(row: dict[str, Any]) -> None:
    """Its answers are those of their sums, the shortcut is wrong, and one sentence with a number is added."""
    assert value(row["steps"]) == row["answer"] > 0
    assert value(row["distracted_steps"]) == row["distracted"] != row["answer"]
    sentences = [re.split(r"(?<=[.?]) ", row[column]) for column in ("plain", "noop")]
    (added,) = [sentence for sentence in sentences[1] if sentence not in sentences[0]]
    assert [sentence for sentence in sentences[1] if sentence != added] == sentences[0]
    assert re.search(r"\d|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|thirty", added, re.I)


def test_there_are_enough_of_them() -> None:
    """Forty at least, each of them once."""
    assert len({row["plain"] for row in ROWS}) == len(ROWS) >= 40


@pytest.fixture
def example(pytester: pytest.Pytester) -> Path:
    """A copy of the folder, run from above it."""
    shutil.copytree(FOLDER, pytester.path / "paired_rows")
    return pytester.path


def cells(pytester: pytest.Pytester, *args: str) -> list[dict[str, Any]]:
    """The cells of a run on the example."""
    pytester.runpytest_subprocess("--ood-json=out.json", *args, "paired_rows")
    found: list[dict[str, Any]] = json.loads((pytester.path / "out.json").read_text(encoding="utf-8"))["cells"]
    return found


def test_the_oracle_is_robust_on_every_row(pytester: pytest.Pytester, example: Path) -> None:
    """However many samples are asked for, an arm ends with the rows."""
    del example
    (cell,) = cells(pytester, "--ood-model=fake/oracle", "--ood-samples=1000")
    assert cell["verdict"] == "robust"
    assert cell["control"]["n"] == cell["shift"]["n"] == cell["control"]["correct"] == len(ROWS)


def test_the_distracted_are_brittle(pytester: pytest.Pytester, example: Path) -> None:
    """And the verdict names their shortcut."""
    del example
    (cell,) = cells(pytester, "--ood-model=fake/lured")
    assert (cell["verdict"], set(cell["lures"])) == ("brittle", {"used_it"})
