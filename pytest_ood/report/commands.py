"""The command that asks a cell again, put together from the summary of its run."""

import shlex
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from pytest_ood.text.canonical import canonical
from pytest_ood.text.redaction import Secrets
from pytest_ood.text.words import one_line

Row = Mapping[str, Any]

# No longer command can be copied with sense, nor typed.
_LONGEST = 10_000
# What the options are if nobody gives them.
_DEFAULTS: Mapping[str, Any] = {
    "shots_from": "control",
    "exchanges": 3,
    "bar": 0.8,
    "max_samples": 100,
    "samples": None,
}


def reconstructed(summary: Row) -> Callable[[str], str]:
    """Return a function from a node id to a command that asks this cell of the run again.

    The id of a cell depends on which models, strategies and arguments the run had several of, so that the command names
    all of them; the node id then selects one. It says nothing about keys, addresses and other options that a summary
    does not have. A system message, and the run that says where models break, have to be filled in. The result is empty
    where it would hold a key.
    """
    options = list(map(_word, _options(summary)))
    secrets = Secrets()

    def command(node_id: str) -> str:
        text = " ".join(["pytest", _word(node_id), *options])
        return "" if len(text) > _LONGEST or secrets.find(text) else text

    return command


def _word(text: str) -> str:
    # A control character would reach the terminal into which the command is pasted.
    return shlex.quote(one_line(text))


def _options(summary: Row) -> Iterator[str]:
    conditions = [cell["condition"] for cell in summary["cells"] if cell["condition"] is not None]
    for model in summary["models"]:
        yield f"--ood-model={model}"
    args = [name for condition in conditions for name in condition.get("args", {})]
    for name in dict.fromkeys(args):
        values = _distinct([one["args"][name] for one in conditions if name in one.get("args", {})])
        option = "--ood-model-arg" if len(values) == 1 else "--ood-vary"
        yield f"{option}={name}={','.join(map(_typed, values))}"
    for name, usual in (("wording", 0), ("spaced", False)):
        # One wording alone, other than the first, cannot be asked for.
        if len(values := _values(conditions, name, usual)) > 1:
            yield f"--ood-vary=task.{name}={','.join(map(_typed, values))}"
    for strategy in _values(conditions, "strategy", "direct"):
        yield f"--ood-strategy={strategy}"
    yield from dict.fromkeys(option for condition in conditions for option in _strategy_options(condition))
    if shots := _values(conditions, "shots", 0):
        yield f"--ood-shots={','.join(map(_typed, shots))}"
    yield from _single(conditions, "shots_from")
    yield from _single(conditions, "exchanges")
    if any(one.get("system") for one in conditions):
        yield "--ood-system=FILE"
    if summary["seed"]:
        yield f"--ood-seed={summary['seed']}"
    samplings = [cell["sampling"] for cell in summary["cells"] if cell["sampling"] is not None]
    yield from (option for name in ("bar", "max_samples", "samples") for option in _single(samplings, name))


def _strategy_options(condition: Row) -> Iterator[str]:
    for name, value in condition.get("strategy_args", {}).items():
        if (condition["strategy"], name) == ("routed", "breaks"):
            # It comes from a file, which a summary does not name.
            yield "--ood-horizons=FILE"
        else:
            yield f"--ood-strategy-arg={condition['strategy']}.{name}={_typed(value)}"


def _values(rows: Sequence[Row], name: str, default: object) -> list[Any]:
    """Return the values of an axis; none if it has its default everywhere."""
    values = _distinct([row.get(name, default) for row in rows])
    return [] if values == [default] else values


def _single(rows: Sequence[Row], name: str) -> Iterator[str]:
    """Yield the option for an axis that has one value everywhere, and not its default."""
    values = _values(rows, name, _DEFAULTS[name])
    if len(values) == 1 and values[0] is not None:
        yield f"--ood-{name.replace('_', '-')}={_typed(values[0])}"


def _distinct(values: Sequence[Any]) -> list[Any]:
    return list({canonical(value): value for value in values}.values())


def _typed(value: object) -> str:
    return value if isinstance(value, str) else canonical(value)
