"""`pairs_task`: a task from rows and the names of their columns."""

import difflib
import json
import os
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from pytest_ood.rows.faults import BadCell, RowFault, RowsError
from pytest_ood.rows.reading import HUB, Row, RowSource, describe, read_rows
from pytest_ood.rows.task import Pair, RowsTask, RowVerifier, make_task
from pytest_ood.rows.values import answer_text, is_missing, question_text
from pytest_ood.tasks import MEASURES
from pytest_ood.text.canonical import canonical

# The name of a column, or a function of the row.
Column = str | Callable[[Row], Any]


def pairs_task(
    rows: RowSource,
    *,
    control: Column,
    shift: Column,
    answer: Column | tuple[Column, Column],
    name: str,
    verify: RowVerifier | None = None,
    lures: Mapping[str, Column] | None = None,
    info: Sequence[str] = (),
    family: str = "paired questions",
    license: str | None = None,
    source: str | None = None,
    chance: float = 0.0,
    declared: Sequence[str] = (),
) -> RowsTask:
    """Make a task from paired questions that already exist.

    Each row is one pair. Both of its questions are asked once, in an order keyed by the seed; an arm ends when the rows
    run out. The version of the task is derived from the rows: change a row, and the version changes.

    Args:
        rows: A list of dicts, a `datasets.Dataset` or any other iterable of mappings; the path of a JSONL, CSV or
            Parquet file, relative to the file that calls this function or else to the current directory; or a dataset
            on the Hugging Face Hub, as ``hub:ORG/NAME[@REVISION][:CONFIG][/SPLIT]``.
        control: The column with the familiar question, or a function from the row to its text.
        shift: The same for the question in which one thing moved.
        answer: The column with the right answer, or a function of the row; a pair of these if the two questions have
            different answers. Numbers are written in plain decimal digits: 18 and 18.0 become ``18``.
        name: The name of the task, unique in a session. The order in which a seed asks the rows depends on it.
        verify: A function ``(given, row) -> bool | Check``, for answers that are right in more than one form. By
            default an answer is right if it equals the row's, ignoring white space around it. With `verify`, the values
            of a row must be valid as JSON.
        lures: Wrong answers to the shifted question, by the name of the shortcut that gives them: columns, or functions
            of the row. A row without one leaves its cell empty.
        info: Columns to keep with every wrong answer, in the detail of its trace.
        family: What the task moves.
        license: The licence of the rows, as an SPDX identifier.
        source: Where the rows come from, for readers; by default the name of the file or of the Hub dataset.
        chance: The accuracy of guessing.
        declared: The measures in which the arms differ by design, as for `pytest_ood.task`.

    Raises:
        RowsError: The rows cannot be read, or some of them cannot be asked: each fault with its row, column and fix.
        TypeError: An argument has the wrong type.
    """
    caller = sys._getframe(1)
    file = caller.f_globals.get("__file__")
    answers = answer if isinstance(answer, tuple) else (answer, answer)
    if len(answers) != 2:
        raise TypeError(f"answer={answer!r}: give one column, or a pair of columns for control and shift")
    lures = dict(lures or {})
    columns = [("control", control), ("shift", shift), *(("answer", column) for column in answers)]
    _check_columns([*columns, *((_lure(key), column) for key, column in lures.items())])
    _check_others(name, info, chance, declared)
    reader = _Reader(control, shift, answers, lures, tuple(info), verify is not None)
    label = describe(rows)
    return make_task(
        _read_pairs(label, rows, Path(file).parent if file else Path(), reader),
        name,
        str(caller.f_globals.get("__name__", "")),
        verify=verify,
        family=family,
        declared=tuple(declared),
        chance=chance,
        license=license,
        source=_source(rows) if source is None else source,
        place=f"{caller.f_code.co_filename}:{caller.f_lineno}",
    )


def _source(rows: RowSource) -> str:
    """The name of a Hub dataset or of a file, without its folders, which mean nothing to anybody else."""
    if not isinstance(rows, str | os.PathLike):
        return ""
    return describe(rows) if describe(rows).startswith(HUB) else Path(rows).name


def _lure(name: str) -> str:
    """The name of a lure's column in messages."""
    return f"lures[{name!r}]"


def _check_columns(columns: Iterable[tuple[str, object]]) -> None:
    for argument, column in columns:
        if not isinstance(column, str) and not callable(column):
            raise TypeError(f"{argument}={column!r}: give the name of a column or a function of the row")


def _check_others(name: str, info: Sequence[str], chance: float, declared: Sequence[str]) -> None:
    if not isinstance(name, str) or not name.strip():
        raise TypeError(f"name={name!r}: give the task a name, for example name='noop'")
    if isinstance(info, str) or not all(isinstance(column, str) for column in info):
        raise TypeError(f"info={info!r}: give a tuple of columns")
    if isinstance(chance, bool) or not isinstance(chance, int | float) or not 0 <= chance <= 1:
        raise TypeError(f"chance={chance!r}: give a number from 0 to 1")
    if isinstance(declared, str) or not set(declared) <= set(MEASURES):
        raise TypeError(f"declared={declared!r}: give a tuple of any of {', '.join(map(repr, MEASURES))}")


def _read_pairs(label: str, rows: RowSource, folder: Path, reader: "_Reader") -> list[Pair]:
    """Read all rows; every row that cannot be asked is a fault."""
    pairs: list[Pair] = []
    faults: list[RowFault] = []
    # By arm: the first row with each question.
    first_rows: tuple[dict[str, str], dict[str, str]] = ({}, {})
    for place, row in read_rows(rows, folder):
        try:
            pair = reader.pair(row)
        except BadCell as bad:
            faults.append(RowFault(bad.what, bad.fix, place, bad.column))
            continue
        texts = (pair.control, pair.shift)
        repeats = {
            column: questions[text]
            for column, questions, text in zip(("control", "shift"), first_rows, texts, strict=True)
            if questions.setdefault(text, place) != place
        }
        for column, first in repeats.items():
            faults.append(RowFault(f"repeats the question of {first}", "keep one of the two rows", place, column))
        pairs.append(pair)
    if faults:
        raise RowsError(label, *faults)
    if not pairs:
        raise RowsError(label, RowFault("no rows", "give at least one row"))
    return pairs


class _Reader:
    """Turns a row into a `Pair`."""

    def __init__(
        self,
        control: Column,
        shift: Column,
        answers: tuple[Column, Column],
        lures: Mapping[str, Column],
        info: tuple[str, ...],
        whole: bool,
    ) -> None:
        self._control, self._shift, self._answers = control, shift, answers
        self._lures, self._info, self._whole = lures, info, whole

    def pair(self, row: Row) -> Pair:
        """Read one row.

        Raises:
            BadCell: One of its values is missing or cannot be used.
        """
        control = _read(row, "control", self._control, question_text)
        shift = _read(row, "shift", self._shift, question_text)
        if control == shift:
            raise BadCell("the same question as control", "leave the row out, or name another column", "shift")
        one, two = (_read(row, "answer", column, answer_text) for column in self._answers)
        lures = {}
        for name, column in self._lures.items():
            wrong = _value(row, _lure(name), column)
            if not is_missing(wrong):
                lures[name] = _text(_lure(name), column, wrong, answer_text)
        info = {name: _json(name, _value(row, "info", name)) for name in self._info}
        whole = {str(name): _json(str(name), value) for name, value in row.items()} if self._whole else None
        return Pair(control, shift, (one, two), lures, info, whole)


def _value(row: Row, argument: str, column: Column) -> Any:
    if isinstance(column, str):
        if column in row:
            return row[column]
        names = [str(name) for name in row]
        near = difflib.get_close_matches(column, names, 1)
        fix = f"did you mean {near[0]!r}?" if near else f"choose from {', '.join(map(repr, names))}"
        raise BadCell(f"no column {column!r}", fix, argument)
    try:
        return column(row)
    except Exception as error:
        what = f"the function {getattr(column, '__name__', column)!s} raises {type(error).__name__}: {error}"
        raise BadCell(what, "make it work for every row", argument) from error


def _read(row: Row, argument: str, column: Column, convert: Callable[[Any], str]) -> str:
    return _text(argument, column, _value(row, argument, column), convert)


def _text(argument: str, column: Column, value: Any, convert: Callable[[Any], str]) -> str:
    try:
        return convert(value)
    except BadCell as bad:
        bad.column = f"{argument} ({column!r})" if isinstance(column, str) and column != argument else argument
        raise


def _json(column: str, value: Any) -> Any:
    """The value as JSON reads it back."""
    try:
        text = canonical(value)
        text.encode()
    except (TypeError, ValueError, RecursionError) as error:
        fix = "convert it to text or numbers first, or leave the column out"
        raise BadCell(f"cannot be written as JSON ({error})", fix, repr(column)) from error
    return json.loads(text)
