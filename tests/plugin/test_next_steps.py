"""The commands at the end of a run: they work as they stand, and hold no key."""

import shlex
from collections.abc import Collection
from typing import Any

import pytest

from pytest_ood.plugin.next_steps import Invocation, next_steps
from tests.plugin.conftest import Suite

KEY = "sk-verysecret0123456789"


def row(name: str = "test_a[2]", verdict: str = "undecided", code: str = "too_few_draws", **changes: Any) -> Any:
    """What the lines need of a row of the summary."""
    sampling = {"samples": None, "max_samples": 100}
    arms = {"control": {"truncated": 0}, "shift": {"truncated": 0}}
    return {
        "id": f"tests/test_x.py::{name}",
        "verdict": verdict,
        "reason_code": code,
        "sampling": sampling,
        **arms,
    } | changes


def steps(
    *rows: Any, args: str = "", files: Collection[str] = (), failed: Collection[str] = (), **more: Any
) -> list[str]:
    """The lines, for a command as it was typed."""
    allowed = more.pop("allowed", 0)
    return list(next_steps(rows, failed, Invocation(shlex.split(args), files, **more), allowed))


def test_nothing_is_advised_where_all_is_said() -> None:
    """A robust model needs no next step."""
    assert steps(row(verdict="robust", code="shift_clears"), args="probes") == []
    assert steps() == []


def test_more_draws_for_a_few_undecided_cells() -> None:
    """They are named, in place of the files."""
    assert steps(row(), row("test_a[+*-3]"), args="probes --ood-model=x", files=["probes"]) == [
        "to draw more for 2 undecided cells:",
        "    pytest 'tests/test_x.py::test_a[2]' 'tests/test_x.py::test_a[+*-3]' --ood-model=x --ood-max-samples=200",
    ]


def test_more_draws_for_many() -> None:
    """The same command with twice as many draws."""
    rows = [row(f"test_a[{size}]") for size in range(4)]
    for typed in ("--ood-max-samples 100", "--ood-max-samples=100"):
        assert steps(*rows, args=f"probes {typed} --ood-model=x", files=["probes"]) == [
            "to draw more for 4 undecided cells:",
            "    pytest probes --ood-model=x --ood-max-samples=200",
        ]


def test_a_fixed_number_of_draws_is_doubled() -> None:
    """With the option that fixed it."""
    fixed = row(sampling={"samples": 30, "max_samples": 100})
    assert steps(fixed, args="--ood-samples 30")[1].endswith(" --ood-samples=60")


def test_a_cell_without_more_cases_is_not_mentioned() -> None:
    """It got fewer draws than the command line allowed."""
    finite = row(sampling={"samples": None, "max_samples": 40})
    assert steps(finite, allowed=100) == []
    assert steps(finite, allowed=40) != []


def test_what_selects_by_the_last_run_is_left_out() -> None:
    """Undecided items are not among the last failed; and answers are not asked again."""
    line = steps(*[row()] * 4, args="--lf --ff --sw --ood-refresh --ood-model x")[1]
    assert line == "    pytest --ood-model x --ood-max-samples=200"


def test_the_budget() -> None:
    """How much more is for the user to say; what is paid for is in the store."""
    assert steps(row(code="budget"), args="--ood-budget 2 --ood-model=x") == [
        "the budget ended before 1 cell could be decided; to go on with a larger one:",
        "    pytest --ood-model=x --ood-budget=USD",
    ]


def test_answers_that_were_cut_off() -> None:
    """More draws would be cut off, too."""
    cut = row(code="unscored", shift={"truncated": 3})
    assert steps(cut) == [
        "in 1 undecided cell answers were cut off: allow longer ones with --ood-model-arg=max_tokens=N"
    ]
    assert steps(row(code="unscored")) == []


def test_one_failing_pair() -> None:
    """A collapse before other failures; nothing is overwritten, and -vv counts for itself."""
    rows = [row("test_a[1]", "incapable", ""), row("test_b[2]", "brittle", ""), row("test_c[3]", "brittle", "")]
    failed = [one["id"] for one in rows if one["id"] != "tests/test_x.py::test_c[3]"]
    args = "probes --ood-model x -q --tb no --ood-json out.json --ood-export=set --junitxml=j.xml -rN"
    assert steps(*rows, args=args, files=["probes"], failed=failed) == [
        "to see one failing pair in full, from the store:",
        "    pytest 'tests/test_x.py::test_b[2]' --ood-model x -rN -vv",
    ]


def test_a_value_that_looks_like_a_file_is_kept() -> None:
    """A folder of tests may be a value, too."""
    line = steps(row(), args="probes --ood-store probes", files=["probes"])[1]
    assert line == "    pytest 'tests/test_x.py::test_a[2]' --ood-store probes --ood-max-samples=200"


def test_the_command_is_typed_in_the_current_folder() -> None:
    """pytest's ids begin at its root folder."""
    assert " 'test_x.py::test_a[2]' " in steps(row(), root="../..")[1].replace("../../tests/", "")
    assert " '../../tests/test_x.py::test_a[2]' " in steps(row(), root="../..")[1]
    assert steps(row(), program="python -m pytest")[1].startswith("    python -m pytest ")


@pytest.mark.parametrize(
    "args",
    [
        f"--ood-model-arg=api_key={KEY}",
        f"--ood-model-arg api_key={KEY}",
        "--ood-model-arg=api_key=verysecret",
        f"-o ood_model_arg=api_key={KEY}",
        f"""--ood-model-arg 'extra_headers={{"Authorization": "Bearer {KEY}"}}'""",
        f"""--ood-model-arg 'extra_body={{"nested": {{"api-key": "{KEY}"}}}}'""",
        "--ood-api-base=https://me:verysecret@host/v1",
        "--api-key verysecret",
        f"--ood-model-arg=unusual={KEY}",
    ],
)
def test_keys_are_never_repeated(args: str) -> None:
    """However they were typed."""
    rows = row(), row("test_b", "brittle", "")
    lines = steps(*rows, args=f"{args} --ood-model=x", failed=[rows[1]["id"]])
    assert len(lines) >= 2
    assert "verysecret" not in "\n".join(lines)


def test_keys_that_the_process_knows_are_never_repeated() -> None:
    """Those of the environment and of the ini file, wherever they stand."""
    lines = steps(row(), args="--ood-model=x --custom=plainlookingkey", keys=["plainlookingkey"])
    assert lines[0] == "to draw more for 1 undecided cell: (fill in REDACTED)"
    assert lines[1].count("REDACTED") == 1
    assert "plainlookingkey" not in lines[1]


def test_prices_and_limits_are_no_keys() -> None:
    """Although their names end like those of keys."""
    args = "--ood-model-arg=input_cost_per_token=1e-6 --ood-model-arg=max_tokens=64"
    assert args in steps(row(), args=args)[1]


def test_a_hostile_id_stays_on_its_line() -> None:
    """And within its quotes."""
    line = steps(row("test_a[\n\x1b'; rm -rf x]"))[1]
    assert line.isprintable()
    assert shlex.split(line)[1] == "tests/test_x.py::test_a[\\n\\x1b'; rm -rf x]"


def test_the_commands_do_what_they_say(suite: Suite) -> None:
    """Both, run as they are shown: the one asks on, the other asks nothing."""
    options = (
        "--ood-model=fake/noisy-0.8",
        "--ood-model=fake/lured",
        "--ood-max-samples=20",
        "--ood-model-arg=api_key=no",
    )
    lines = suite.run(*options, "test_probe.py").outlines
    (more,) = [lines[place + 1] for place, line in enumerate(lines) if line.startswith("to draw more for 2 undecided")]
    (look,) = [lines[place + 1] for place, line in enumerate(lines) if line.startswith("to see one failing pair")]
    assert "api_key=no" not in "\n".join(lines)
    before = suite.answers()
    result = suite.run(*_args(look))
    assert result.parseoutcomes() == {"failed": 1}
    result.stdout.fnmatch_lines(["--- control size=1*", "--- shift size=2*"])
    assert suite.answers() == before
    result = suite.run(*_args(more))
    assert sum(result.parseoutcomes().values()) == 2
    assert "up to 40 draws per arm" in result.stdout.str()
    assert suite.answers() > before


def _args(command: str) -> list[str]:
    words = shlex.split(command)
    return words[words.index("pytest") + 1 :]
