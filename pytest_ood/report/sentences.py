"""What a block of the table says in words: in the terms of its curve, or of its cells."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from pytest_ood.evidence.outcomes import UNSCORED
from pytest_ood.report.blocks import Block, Row
from pytest_ood.report.claims import shown_gaps
from pytest_ood.text.words import percent

#: The words of the verdicts, as people read them.
WORDS = {
    "robust": "robust",
    "brittle": "brittle",
    "degraded": "degraded",
    "incapable": "below the bar",
    "undecided": "undecided",
}
#: The verdicts, the worst first: where one stands for several cells, it is the worst of theirs.
WORST_FIRST = ("brittle", "degraded", "incapable", "undecided", "robust")


def word(row: Row) -> str:
    """Return the word for a cell's verdict; a robust cell may have a gap all the same."""
    gap = row["gap"]
    has_gap = row["verdict"] == "robust" and gap is not None and gap["shown"]
    return WORDS[row["verdict"]] + (", gap" if has_gap else "")


def number(value: float, sign: str = "") -> str:
    """Return ``.85``, ``-.02`` or ``1``: two decimals, without the zero before the point.

    A value so close to 0 that it would read as ``.00`` is ``>0`` or ``<0``, which is what matters about a bound.

    Args:
        value: from -1 to 1.
        sign: "+" to show that of a positive number.
    """
    text = f"{value:{sign}.2f}".replace("0.", ".", 1).replace("1.00", "1")
    return text if text.strip("+-") != ".00" else ".00" if not value or sign else ">0" if value > 0 else "<0"


def gap_text(row: Row, space: str = "") -> str:
    """Return ``+.85 [.51,.97]``, the estimate of a cell's gap and its bounds; ``-`` without a gap."""
    gap = row["gap"]
    if gap is None:
        return "-"
    if gap["low"] is None or gap["high"] is None:
        return number(gap["estimate"], "+")
    return f"{number(gap['estimate'], '+')} [{number(gap['low'])},{space}{number(gap['high'])}]"


def sentences(block: Block, curves: Mapping[str, str]) -> Iterator[str]:
    """Yield what a block says in words: the most important first, then what stands in the way of a claim.

    Args:
        block: the block.
        curves: the sentences of curves, by the ids of their cells.
    """
    cells = block.cells
    if len(cells) == 1:
        yield _alone(cells[0])
        yield from _remarks(cells[0])
        if remark := cells[0].get("remark"):
            yield remark
        return
    of_curves = list(dict.fromkeys(curves[cell["id"]] for cell in cells if cell.get("id") in curves))
    told = "; ".join(filter(None, of_curves or [_wrong_answers(cells)]))
    undecided = [(label, _why(cell)) for label, cell in _columns(block) if cell["verdict"] == "undecided"]
    is_said_once = block.shared_verdict and not undecided
    yield ": ".join(filter(None, [_everywhere(cells) if is_said_once else "", told]))
    yield from (f"undecided at {labels}: {why}" for labels, why in _by_text(undecided))
    remarks = [(label, remark) for label, cell in _columns(block) for remark in _remarks(cell)]
    yield from (f"at {labels}: {remark}" for labels, remark in _by_text(remarks))
    of_strategy = [(label, str(cell["remark"])) for label, cell in _columns(block) if cell.get("remark")]
    yield from (f"at {labels}: {remark}" for labels, remark in _by_text(of_strategy))


def _columns(block: Block) -> Iterator[tuple[str, Row]]:
    yield from zip(block.labels, block.cells, strict=True)


def _alone(cell: Row) -> str:
    """``brittle: the gap is +.85 [.51, .97]; the wrong answers are mostly "copied" (71 %)``."""
    parts = [_why(cell)] if cell["verdict"] == "undecided" else []
    if cell["gap"] is not None:
        parts.append(f"the gap is {gap_text(cell, ' ')}")
    told = "; ".join(filter(None, [*parts, _wrong_answers([cell])]))
    return word(cell) + (f": {told}" if told else "")


def _wrong_answers(cells: Sequence[Row]) -> str:
    """Say how many of the wrong answers are those of the commonest shortcut; empty if no shortcut was taken."""
    lures: Counter[str] = Counter()
    for cell in cells:
        lures.update(cell["lures"])
    if not lures.total():
        return ""
    (name, count), *_ = lures.most_common(1)
    wrong = sum(arm["wrong"] for cell in cells for arm in (cell["control"], cell["shift"]) if arm is not None)
    if wrong <= count:
        return f'all {count} wrong answers are "{name}"' if count > 1 else f'the wrong answer is "{name}"'
    share = count / wrong
    if share < 0.5:
        return f'{percent(share)} of the wrong answers are "{name}"'
    return f'the wrong answers are mostly "{name}" ({percent(share)})'


def _everywhere(cells: Sequence[Row]) -> str:
    """Return ``all brittle``, the verdict that all cells have."""
    both = "both" if len(cells) == 2 else "all"
    return f"{WORDS[cells[0]['verdict']]} at {both}"


def gaps_shown(cells: Sequence[Row]) -> str:
    """Return ``gaps shown: 2 of 3 (any false: at most 3 %)``; empty if there are none, or a single cell says it."""
    gaps = shown_gaps(cells)
    if gaps.cells == 1 or not gaps.shown:
        return ""
    return f"gaps shown: {gaps.shown} of {gaps.cells} (any false: at most {percent(gaps.chance)})"


def _why(cell: Row) -> str:
    """Return why a cell is undecided, naming the arm that stands in the way."""
    arm, reason = cell["reason_arm"], str(cell["reason"])
    return f"{arm} arm, {reason.removeprefix(f'{arm}: ')}" if arm else reason


def _remarks(cell: Row) -> Iterator[str]:
    """What else a reader has to know about a cell.

    Answers without evidence, arms that may have guessed, how much of the examples was cached, and how far the gap
    depends on the wording.
    """
    arms = [(name, cell[name]) for name in ("control", "shift") if cell[name] is not None]
    unscored = Counter({kind: sum(arm[kind] for _, arm in arms) for kind in UNSCORED})
    if unscored.total() and cell.get("reason_code") != "unscored":
        yield ", ".join(f"{count} {kind}" for kind, count in unscored.items() if count)
    guessing = [name for name, arm in arms if arm["beats_chance"] is False]
    if guessing:
        yield f"{' and '.join(guessing)} not above chance"
    if (cell.get("condition") or {}).get("shots") and (share := _cached(arm for _, arm in arms)) is not None:
        yield f"{percent(share)} of the prompts' tokens came from the provider's cache"
    spread = cell.get("gap_over_wordings")
    # It is the same for all wordings, and said where the first of them is.
    if spread is not None and cell["condition"].get("wording", 0) == spread["wordings"][0]:
        smallest, largest = number(spread["smallest"]), number(spread["largest"])
        yield f"gap over {len(spread['wordings'])} wordings {smallest} to {largest}"


def _cached(arms: Iterable[Row]) -> float | None:
    """Return the share of the tokens of all prompts that the provider had in its cache; None if it does not say."""
    cached = sent = 0.0
    for arm in arms:
        usage = arm.get("usage") or {}
        if usage.get("cached_tokens") is not None and usage.get("input_tokens"):
            cached += usage["cached_tokens"] * arm["n"]
            sent += usage["input_tokens"] * arm["n"]
    return cached / sent if sent else None


def _by_text(labelled: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """Yield each text once, after the labels of all columns that it is about."""
    labels: dict[str, list[str]] = {}
    for label, text in labelled:
        labels.setdefault(text, []).append(label)
    for text, (*first, last) in labels.items():
        yield (f"{', '.join(first)} and {last}" if first else last), text
