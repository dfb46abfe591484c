"""Tasks of rows at the top of a module, as another process finds them."""

from collections.abc import Mapping
from typing import Any

from pytest_ood import pairs_task
from pytest_ood.verify import Check

ROWS = [
    {"id": n, "plain": f"What is {n} + 1?", "noop": f"A dog is {n}. What is {n} + 1?", "answer": n + 1, "age": n}
    for n in range(12)
]


def near(given: str, row: Mapping[str, Any]) -> Check:
    """Whether the answer is the row's, give or take one."""
    return Check(given.isdecimal() and abs(int(given) - row["answer"]) <= 1)


sums = pairs_task(
    ROWS, control="plain", shift="noop", answer="answer", name="row_tasks.sums", verify=near, info=("id",),
    lures={"age": "age"}, family="sums", license="CC0-1.0", source="by hand", chance=0.1, declared=("prompt",),
)  # fmt: skip
