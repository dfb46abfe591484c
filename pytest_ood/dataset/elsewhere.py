"""Draw a case in another process first: its parameters come from a dataset, and the task says nothing about them."""

import os
import pickle
import subprocess
import sys
from typing import Any

from pytest_ood import families
from pytest_ood.tasks import Params, Task

PATIENCE_S = 10.0
_MOST_BYTES = 4 * 2**30
_FIX = 'give the task limits, as in @task(limits={"width": (1, 1000)})'
_OUT_OF_MEMORY = 3


def why_not_run(task: Task, params: Params, place: tuple[int, int]) -> str:
    """Return why a task is not run on parameters of a dataset; empty if it may be.

    Args:
        task: the task that the dataset names.
        params: the parameters.
        place: a seed and a draw, which a task without limits is first tried on.
    """
    if task.limits or task.cases is not None or families.find(task.name) is task:
        return task.beyond_limits(params)
    return try_out(task, params, place)


def try_out(task: Task, params: Params, place: tuple[int, int]) -> str:
    """Draw the case of a seed and a draw where it can do no harm.

    Returns:
        Why it should not be drawn in this process; empty if it may be, also where the task raises an error or no other
        process can import it.
    """
    search_path = [str(folder) for folder in sys.path]
    try:
        packed = pickle.dumps((search_path, pickle.dumps(task), dict(params), place))
    except Exception:
        # A task without an address works in this process only; it is one of the user's own, and Ctrl-C ends it.
        return ""
    try:
        ran = subprocess.run(
            [sys.executable, "-c", f"from {__name__} import main; main()"],
            input=packed,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=False,
            timeout=PATIENCE_S,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, search_path))},
        )
    except subprocess.TimeoutExpired:
        return f"it takes more than {PATIENCE_S:g} s to draw a case; if that is how it is, {_FIX}"
    # Killed by a signal, on most systems for the memory that it took.
    if ran.returncode == _OUT_OF_MEMORY or ran.returncode < 0:
        return f"it takes too much memory to draw a case; if that is how it is, {_FIX}"
    return ""


def main() -> None:
    """Run in the other process: read a task, its parameters, a seed and a draw, and draw the case."""
    search_path, packed, params, place = pickle.load(sys.stdin.buffer)
    sys.path[:] = search_path
    task: Any = pickle.loads(packed)
    _limit_memory()
    try:
        task.draw(params, *place)
    except MemoryError:
        os._exit(_OUT_OF_MEMORY)


def _limit_memory() -> None:
    try:
        import resource
    except ImportError:  # Windows
        return
    _, most = resource.getrlimit(resource.RLIMIT_AS)
    least = _MOST_BYTES if most == resource.RLIM_INFINITY else min(_MOST_BYTES, most)
    resource.setrlimit(resource.RLIMIT_AS, (least, most))
