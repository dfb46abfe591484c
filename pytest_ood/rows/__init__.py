"""Existing paired questions as a task: each row is asked once, in both of its forms."""

from pytest_ood.rows.faults import RowFault, RowsError
from pytest_ood.rows.pairs import pairs_task
from pytest_ood.rows.task import RowsTask

__all__ = ["RowFault", "RowsError", "RowsTask", "pairs_task"]
