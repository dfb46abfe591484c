"""--ood-shard=auto: which shard a machine is, as the variables of its scheduler say."""

import re

import pytest

from pytest_ood.plugin.shard_values import shard_of_environment
from tests.plugin.conftest import Suite


def slurm(task: int, count: int, **more: int) -> dict[str, str]:
    """The variables of a task in a job array."""
    given = {"ID": task, "COUNT": count, **{name.upper(): value for name, value in more.items()}}
    return {f"SLURM_ARRAY_TASK_{name}": str(value) for name, value in given.items()}


@pytest.mark.parametrize(
    ("environ", "shard"),
    [
        ({"OOD_SHARD": "2/3"}, (2, 3)),
        ({"OOD_SHARD": "2/3", **slurm(4, 4)}, (2, 3)),
        # --array=1-4, 0-3, 10-16:2 and 0
        (slurm(4, 4), (4, 4)),
        (slurm(0, 4, min=0, max=3, step=1), (1, 4)),
        (slurm(3, 4, min=0, max=3), (4, 4)),
        (slurm(14, 4, min=10, max=16, step=2), (3, 4)),
        (slurm(0, 1, min=0, max=0, step=0), (1, 1)),
        ({"CI_NODE_INDEX": "1", "CI_NODE_TOTAL": "5"}, (1, 5)),
        ({"CI_NODE_INDEX": "5", "CI_NODE_TOTAL": "5"}, (5, 5)),
        # A job of GitLab that is not parallel.
        ({"CI_NODE_TOTAL": "1"}, (1, 1)),
        ({"CI_NODE_INDEX": "2", "CI_NODE_TOTAL": "4", **slurm(2, 4)}, (2, 4)),
        ({"OOD_SHARD": "", "CI_NODE_INDEX": "1", "CI_NODE_TOTAL": "5"}, (1, 5)),
    ],
)
def test_the_variables_say_which_shard_this_is(environ: dict[str, str], shard: tuple[int, int]) -> None:
    """From 1, wherever the scheduler begins to count."""
    assert shard_of_environment(environ) == shard


@pytest.mark.parametrize("count", [1, 2, 7])
@pytest.mark.parametrize(("first", "step"), [(0, 1), (1, 1), (5, 3)])
def test_the_tasks_of_an_array_are_all_shards(count: int, first: int, step: int) -> None:
    """Each of them once."""
    ids = range(first, first + count * step, step)
    shards = [shard_of_environment(slurm(task, count, min=first, max=ids[-1], step=step)) for task in ids]
    assert shards == [(which, count) for which in range(1, count + 1)]


@pytest.mark.parametrize(
    ("environ", "problem"),
    [
        ({}, "no variable says which shard this is; set OOD_SHARD=I/N"),
        ({"OOD_SHARD": "4/3"}, "OOD_SHARD=4/3 is not I/N"),
        ({"OOD_SHARD": "/"}, "OOD_SHARD=/ is not I/N"),
        ({"CI_NODE_INDEX": "0", "CI_NODE_TOTAL": "5"}, "CI_NODE_INDEX=0 is not from 1 to CI_NODE_TOTAL=5"),
        ({"CI_NODE_INDEX": "1"}, "CI_NODE_TOTAL is not set"),
        ({"CI_NODE_TOTAL": "5"}, "CI_NODE_INDEX is not set"),
        ({"CI_NODE_INDEX": "one", "CI_NODE_TOTAL": "5"}, "CI_NODE_INDEX=one is not a number"),
        ({"SLURM_ARRAY_TASK_ID": "1"}, "SLURM_ARRAY_TASK_COUNT is not set"),
        # --array=1,5,6
        (slurm(5, 3, min=1, max=6, step=1), "SLURM_ARRAY_TASK_ID=5 has no place in an array of 3"),
        (slurm(1, 3, min=1, max=6, step=1), "SLURM_ARRAY_TASK_ID=1 has no place in an array of 3"),
        (slurm(4, 3), "SLURM_ARRAY_TASK_ID=4 has no place in an array of 3"),
        (slurm(0, 3), "SLURM_ARRAY_TASK_ID=0 has no place in an array of 3"),
        (slurm(2, 4, step=2), "SLURM_ARRAY_TASK_ID=2 has no place in an array of 4"),
        ({"CI_NODE_INDEX": "1", "CI_NODE_TOTAL": "4", **slurm(2, 4)}, "Slurm and of GitLab disagree; set OOD_SHARD"),
    ],
)
def test_what_makes_no_sense_is_an_error(environ: dict[str, str], problem: str) -> None:
    """It names the variable and its value: a shard that is asked twice, or by nobody, is worse than none."""
    with pytest.raises(ValueError, match=re.escape(problem)):
        shard_of_environment(environ)


def test_each_job_of_a_matrix_takes_its_part(suite: Suite, monkeypatch: pytest.MonkeyPatch) -> None:
    """On the command line and in the ini file, and with several processes, which inherit the variables."""
    suite.write("[pytest]\nood_shard = auto\n", "pytest.ini")
    for name in ("CI_NODE_INDEX", "CI_NODE_TOTAL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("OOD_SHARD", "1/1")
    assert suite.run("--ood-model=fake/oracle").parseoutcomes() == {"passed": 2}
    monkeypatch.setenv("OOD_SHARD", "2/2")
    # The two cells share a control twin, so the second shard has nothing to ask.
    result = suite.run("--ood-model=fake/oracle", "--ood-shard=auto")
    assert (result.ret, result.parseoutcomes()) == (pytest.ExitCode.OK, {"deselected": 2})
    result.stdout.fnmatch_lines(["*| shard 2/2*"])
    monkeypatch.delenv("OOD_SHARD")
    result = suite.run("--ood-model=fake/oracle", "--ood-shard=auto")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["ERROR: --ood-shard auto: no variable says which shard this is*"])
