"""The traceback of a task's error, from the author's file on."""

import inspect
from types import TracebackType

import pytest

from pytest_ood.tasks import Task


def author_traceback(error: BaseException, task: Task) -> TracebackType | None:
    """Return the traceback of an error from the first frame in the task's file on; None if there is no such frame."""
    code = getattr(inspect.unwrap(task.function), "__code__", None)
    frames = error.__traceback__
    while frames is not None and (code is None or frames.tb_frame.f_code.co_filename != code.co_filename):
        frames = frames.tb_next
    return frames


def author_lines(error: BaseException | None, task: Task) -> str:
    """Return the author's frames and error as pytest shows them, from the end of the chain of causes.

    Returns:
        An empty string if it was not the task that failed.
    """
    frames = None
    while error is not None and frames is None:
        error = error.__cause__
        frames = author_traceback(error, task) if error is not None else None
    if error is None or frames is None:
        return ""
    return str(pytest.ExceptionInfo.from_exception(error.with_traceback(frames)).getrepr(style="short", chain=False))
