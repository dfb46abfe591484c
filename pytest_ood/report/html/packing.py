"""The traces of a report, packed for the page: pairs of twins, cut to a size, compressed.

The page unpacks them itself and writes them as text, never as markup. What could change more than its own place, such
as a control character or one that reverses the direction of writing, is made visible here.
"""

import base64
import json
import zlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from pytest_ood.evidence.trace import Trace
from pytest_ood.report.exchange import Exchange, json_object, params_text
from pytest_ood.report.twins import interest
from pytest_ood.text.canonical import canonical
from pytest_ood.text.printable import clipped
from pytest_ood.text.words import short_line

#: A report has at most about this many bytes, unless its cells alone need more.
MOST_BYTES = 2_900_000
#: So many of them the traces may have in any case.
LEAST_ROOM = 500_000
#: More pairs than this would make the page slow.
MOST_PAIRS = 10_000
# Texts longer than the first of these are cut; if that is not enough, to the next.
_LENGTHS = (12_000, 4_000, 1_500, 500)
# Thoughts are folded away on the page: they may have this share of the length.
_THOUGHTS = 2
_LONGEST_PARAMS = 400
# Of these, 0 is not the same as nothing.
_NUMBERS = ("draw", "seed", "wrong_at")


class PackedCell(NamedTuple):
    """A cell as the page knows it; `place` is its number.

    Attributes:
        key: what the traces of its shift have in common, or those of its only arm.
        entry: what the page shows about it, as JSON types.
        arm: the arm that its traces are of, if those of the other are not shown with it.
    """

    place: int
    key: str
    entry: Mapping[str, Any]
    arm: str | None = None


class Packed(NamedTuple):
    """Packed traces.

    Attributes:
        text: base64 of compressed JSON.
        pairs: how many pairs it has.
        left_out: how many pairs with right answers were left out for want of room.
        longest: the length from which on texts are cut, in characters.
    """

    text: str = ""
    pairs: int = 0
    left_out: int = 0
    longest: int = 0


def cell_key(source: int, row: Mapping[str, Any]) -> str:
    """Return what a cell's traces of the shift, or of the only arm, have in common with it."""
    params = row["control_params"] if row["shift"] is None else row["params"]
    how = row["condition"] if row["condition"] is not None else [row["model"], row["strategy"]]
    return canonical([source, row["task"], row["task_version"], params, how])


def _trace_key(source: int, trace: Trace) -> list[str]:
    params = json_object(trace.params)
    named = [source, trace.task, trace.task_version, params]
    keys = [canonical([*named, [trace.model, trace.strategy]])]
    if trace.condition is not None:
        keys.append(canonical([*named, json_object(trace.condition)]))
    return keys


def _condition(trace: Trace) -> str:
    return "" if trace.condition is None else canonical(json_object(trace.condition))


def _case_key(trace: Trace, condition: str) -> str:
    """What two answers to the same case have in common."""
    named = [trace.task, trace.task_version, json_object(trace.params), trace.arm, trace.seed, trace.draw]
    return canonical([*named, condition])


class _Pair(NamedTuple):
    cell: int
    control: Trace | None
    shift: Trace | None
    # The answer of the first run to the same case.
    earlier: Trace | None = None

    @property
    def interest(self) -> int:
        """How early a pair is shown among those of its cell."""
        return interest(self.control, self.shift)


def pack(
    cells: Sequence[PackedCell],
    traces: Sequence[Iterable[Trace]],
    extra: Mapping[str, Any],
    matched: Sequence[Mapping[str, str]] = (),
    room: int = MOST_BYTES,
) -> Packed:
    """Pack the traces of all sources.

    Args:
        cells: the cells of the report, in order.
        traces: the traces of each source.
        extra: further values for the page, such as names that the cells refer to by number.
        matched: for each source but the first, its conditions with those of the first that they are compared with.
        room: how many bytes there are for them.
    """
    pairs = list(_pairs(cells, traces, matched))
    ranked = _ranked(pairs)

    def packed(count: int, longest: int) -> str:
        kept = sorted(ranked[:count], key=lambda pair: (pair.cell, pair.interest))
        return _packed(cells, kept, extra, longest)

    count = min(len(pairs), MOST_PAIRS)
    for longest in _LENGTHS:
        text = packed(count, longest)
        if len(text) <= room:
            break
    while len(text) > room and count:
        # A little less than in proportion: what compresses best goes last.
        count = count * room * 9 // (len(text) * 10)
        text = packed(count, longest)
    return Packed(text, count, len(pairs) - count, longest)


def _ranked(pairs: Sequence[_Pair]) -> list[_Pair]:
    """Return the pairs in the order in which they are kept: the interesting ones first, of each cell in turn."""
    places: Counter[tuple[int, int]] = Counter()
    ranks = []
    for number, pair in enumerate(pairs):
        kind = pair.interest, pair.cell
        ranks.append((pair.interest, places[kind], number))
        places[kind] += 1
    return [pairs[number] for *_, number in sorted(ranks)]


def _pairs(
    cells: Sequence[PackedCell], traces: Sequence[Iterable[Trace]], matched: Sequence[Mapping[str, str]]
) -> Iterable[_Pair]:
    """Yield each pair of twins, once for every cell that it belongs to."""
    by_key: dict[str, list[PackedCell]] = {}
    for cell in cells:
        by_key.setdefault(cell.key, []).append(cell)
    first: dict[str, Trace] = {}
    for source, of_source in enumerate(traces):
        # What was asked again counts as in the last run.
        known = {trace.id: trace for trace in of_source}
        if source == 0 and matched:
            first = {_case_key(trace, _condition(trace)): trace for trace in known.values()}
        counterparts = matched[source - 1] if source else {}
        for trace in known.values():
            places = [cell for key in _trace_key(source, trace) for cell in by_key.get(key, ())]
            earlier = first.get(_case_key(trace, counterparts.get(_condition(trace), "")))
            for place in dict.fromkeys(cell.place for cell in places):
                if cells[place].arm not in (None, trace.arm):
                    continue
                if cells[place].entry["arms"] == 1:
                    yield _Pair(place, trace, None, earlier)
                elif trace.arm == "shift":
                    twin = None if trace.pair_id is None else known.get(trace.pair_id)
                    yield _Pair(place, twin, trace, earlier)


def _packed(cells: Sequence[PackedCell], pairs: Sequence[_Pair], extra: Mapping[str, Any], longest: int) -> str:
    packed: list[Mapping[str, Any]] = []
    places: dict[int, int] = {}

    def place(trace: Trace | None) -> int:
        if trace is None:
            return -1
        if id(trace) not in places:
            places[id(trace)] = len(packed)
            packed.append(_entry(trace, longest))
        return places[id(trace)]

    rows = [[pair.cell, *map(place, (pair.control, pair.shift, pair.earlier))] for pair in pairs]
    data = {**extra, "cells": [cell.entry for cell in cells], "pairs": rows, "traces": packed}
    raw = json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "backslashreplace")
    return base64.b64encode(zlib.compress(raw, 9)).decode("ascii")


def _entry(trace: Trace, longest: int) -> dict[str, Any]:
    """Return what the page shows about a trace; what is empty is left out."""
    exchange = Exchange.of(trace)
    turns, is_dialogue, detail = exchange.turns, exchange.is_dialogue, exchange.detail
    given, expected = trace.answer_given, trace.answer_expected
    entry = {
        "id": trace.id,
        "draw": trace.draw,
        "seed": trace.seed,
        "arm": trace.arm,
        "params": clipped(params_text(trace.params), _LONGEST_PARAMS),
        "outcome": trace.outcome,
        "lure": short_line(trace.lure or ""),
        "asked": [] if is_dialogue else clipped(turns[0][1], longest),
        "turns": [[role, clipped(text, longest)] for role, text in turns] if is_dialogue else [],
        "system": clipped(exchange.system, longest),
        "response": clipped(trace.response, longest),
        "thoughts": clipped(trace.reasoning or "", longest // _THOUGHTS),
        "read": given is not None,
        "given": clipped(given or "", longest),
        "expected": clipped(expected, longest),
        "several": not trace.answer_unique,
        "detail": clipped(canonical(detail), longest) if detail and trace.outcome != "correct" else "",
        "wrong_at": exchange.wrong_at,
        "wrong_turn": exchange.wrong_turn,
        "served": short_line(trace.served_model or ""),
        "cost": trace.cost_usd,
        "tokens": [trace.input_tokens, trace.output_tokens],
    }
    return {name: value for name, value in entry.items() if value or (name in _NUMBERS and value == 0)}
