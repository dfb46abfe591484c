"""Which shard a machine is: as ``I/N`` says, or as schedulers and CI systems tell their jobs in variables."""

import re
from collections.abc import Mapping

#: The variable that takes precedence over all others.
VARIABLE = "OOD_SHARD"
_SLURM = "SLURM_ARRAY_TASK_"
_KNOWN = f"{VARIABLE}=I/N, {_SLURM}ID and {_SLURM}COUNT, or CI_NODE_INDEX and CI_NODE_TOTAL"


def parse_shard(text: str) -> tuple[int, int]:
    """Return I and N of ``I/N``.

    Raises:
        ValueError: that is not what the text is.
    """
    match = re.fullmatch(r"([0-9]{1,9})/([0-9]{1,9})", text)
    which, count = map(int, match.groups()) if match else (0, 0)
    if not 1 <= which <= count:
        raise ValueError("not I/N with I from 1 to N")
    return which, count


def shard_of_environment(environ: Mapping[str, str]) -> tuple[int, int]:
    """Return which shard of how many the variables of a machine say it is.

    Raises:
        ValueError: they say nothing, or nothing that makes sense; the message names them.
    """
    if own := environ.get(VARIABLE):
        try:
            return parse_shard(own)
        except ValueError as error:
            raise ValueError(f"{VARIABLE}={own} is {error}") from None
    found = {shard for shard in (_slurm(environ), _gitlab(environ)) if shard is not None}
    if not found:
        raise ValueError(f"no variable says which shard this is; set {_KNOWN}")
    if len(found) > 1:
        raise ValueError(f"the variables of Slurm and of GitLab disagree; set {VARIABLE}=I/N")
    return found.pop()


def _slurm(environ: Mapping[str, str]) -> tuple[int, int] | None:
    """The place in a job array, which need not begin at 1."""
    if not environ.get(f"{_SLURM}ID"):
        return None
    task, count = _number(environ, f"{_SLURM}ID"), _number(environ, f"{_SLURM}COUNT")
    first, step = (_number(environ, f"{_SLURM}{name}", default) for name, default in (("MIN", 1), ("STEP", 1)))
    last = _number(environ, f"{_SLURM}MAX", first + (count - 1) * step)
    place, rest = divmod(task - first, max(1, step))
    # In an array such as 1,5,6 a task does not know its place.
    if rest or not 0 <= place < count or last != first + (count - 1) * step:
        raise ValueError(f"{_SLURM}ID={task} has no place in an array of {count}; use --array=1-N, or {VARIABLE}=I/N")
    return place + 1, count


def _gitlab(environ: Mapping[str, str]) -> tuple[int, int] | None:
    """The place among parallel jobs, from 1. A job that is not parallel has a total of 1 and no index."""
    if not environ.get("CI_NODE_INDEX") and environ.get("CI_NODE_TOTAL") in (None, "", "1"):
        return (1, 1) if environ.get("CI_NODE_TOTAL") else None
    index, total = _number(environ, "CI_NODE_INDEX"), _number(environ, "CI_NODE_TOTAL")
    if not 1 <= index <= total:
        raise ValueError(f"CI_NODE_INDEX={index} is not from 1 to CI_NODE_TOTAL={total}")
    return index, total


def _number(environ: Mapping[str, str], name: str, default: int | None = None) -> int:
    value = environ.get(name, "")
    if not value and default is not None:
        return default
    if not re.fullmatch("[0-9]{1,9}", value):
        raise ValueError(f"{name}={value} is not a number" if value else f"{name} is not set")
    return int(value)
