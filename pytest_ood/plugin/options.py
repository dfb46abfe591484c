"""The options in one table. Imported in every pytest session, so it imports nothing heavy."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

if TYPE_CHECKING:
    import pytest

#: The marker that `@probe` applies, and the one that selects an item for ``--ood-quick``.
MARKER, QUICK_MARKER = "ood", "ood_quick"

Kind = Literal["list", "str", "int", "float", "flag", "path", "text"]
INI_TYPES: dict[Kind, Any] = {
    "list": "args",
    "str": "string",
    "path": "string",
    "text": "string",
    "int": "int",
    "float": "float",
    "flag": "bool",
}


class Option(NamedTuple):
    """One option: ``--ood-bar`` on the command line, ``ood_bar`` in the ini file.

    The kind `path` names a file or folder to use; `text` names a file whose content is the value.
    """

    name: str
    kind: Kind
    metavar: str
    help: str

    @property
    def flag(self) -> str:
        """The name on the command line."""
        return "--ood-" + self.name.replace("_", "-")

    @property
    def ini(self) -> str:
        """The name in the ini file."""
        return "ood_" + self.name


_ASKED = (
    Option(
        "model",
        "list",
        "NAME",
        "model: a litellm name, python:MODULE:FUNCTION, toy, local, fake/oracle; NAME@7b gives its size (repeatable)",
    ),
    Option("api_base", "str", "URL", "base URL of the model's API, passed to litellm"),
    Option("model_arg", "list", "KEY=VALUE", "argument of every call, such as temperature=0 (repeatable)"),
    Option("vary", "list", "KEY=V1,V2", "argument with several values, one condition each (repeatable)"),
    Option(
        "strategy",
        "list",
        "NAME",
        "how a case is asked: direct, cot, revise, vote, stepwise, solver, routed, program, MODULE:CLASS",
    ),
    Option("strategy_arg", "list", "STRATEGY.NAME=VALUE", "argument of a strategy, such as vote.k=5 (repeatable)"),
    Option("horizons", "path", "RUN.json", "for routed: the --ood-json of a run that says where the model breaks"),
    Option("solver_faulty", "float", "P", "for solver: share of draws in which its tool lies (default 0)"),
    Option("shots", "str", "N,...", "solved examples before a question, one condition each (default 0)"),
    Option("shots_from", "str", "ARM", "where these are drawn: control, shift or mixed (default control)"),
    Option("exchanges", "int", "N", "exchanges that show the form of an answer first, 0 to 3 (default 3)"),
    Option("system", "text", "FILE", "text file with a system message for every conversation"),
)
_SAMPLING = (
    Option("seed", "int", "INT", "seed of the generated cases (default 0)"),
    Option("bar", "float", "P", "accuracy a model must clear (default 0.8)"),
    Option("alpha", "float", "P", "how often a claim at the bar may be wrong; a fifth for gaps (default 0.05)"),
    Option("max_samples", "int", "N", "maximum draws per arm (default 100)"),
    Option("samples", "int", "N", "ask exactly N draws per arm instead of stopping early"),
    Option("quick", "flag", "", "run only probes marked ood_quick, with at most 20 draws per arm"),
)
_FAILING = (
    Option("undecided", "str", "skip|fail", "what an undecided probe counts as (default skip)"),
    Option("baseline", "path", "FILE", "fail only what is shown worse than a run: its --ood-json or dataset"),
    Option("compare", "flag", "", "ask several models on until they are told apart; fails nothing"),
)
_PACE = (
    Option("dry_run", "flag", "", "show what would be asked and what it would cost; ask nothing"),
    Option("budget", "float", "USD", "hard limit on the cost of the run"),
    Option(
        "concurrency", "str", "N", "calls in flight per model: N, or MIN-MAX (default 20-200; 16 without a provider)"
    ),
    Option("workers", "int", "N", "ask the models in N further processes (default: in this one)"),
    Option("ray", "str", "ADDRESS", "the workers are actors of a running Ray cluster: auto, or HOST:PORT"),
    Option("ray_arg", "list", "KEY=VALUE", "what each actor needs, such as num_gpus=1 (repeatable)"),
    Option("patience", "float", "S", "give a model up after S seconds without any answer (default 600)"),
    Option("batch", "path", "DIR", "write the next questions to files in DIR, for a batch API or for vllm run-batch"),
    Option("batch_waves", "int", "N", "ask everything in N batches at most, of one turn each (default 1)"),
    Option("batch_submit", "flag", "", "have the batch API of the model's provider answer these files"),
)
_KEPT = (
    Option("store", "path", "FILE", "file that keeps every answer (default .ood/store.db)"),
    Option("refresh", "flag", "", "ask again even if the store has an answer"),
    Option("shard", "str", "I/N", "run only the I-th of N parts of the cells; auto: as Slurm, GitLab or OOD_SHARD say"),
)
_DATASETS = (
    Option("export", "path", "DIR", "write the failures and all traces to DIR as a dataset"),
    Option("push", "str", "ORG/NAME", "publish it on the Hugging Face Hub (private unless --ood-public)"),
    Option("public", "flag", "", "make a dataset that --ood-push creates public"),
    Option("license", "str", "ID", "licence of that dataset, such as cc-by-4.0 (default cc0-1.0)"),
    Option("replay", "str", "SOURCE", "ask the failures of a dataset again: a folder, or ORG/NAME[@REVISION]"),
    Option("limits", "int", "N", "let a dataset to replay be N times as large as usual (default 1)"),
)
_RESULTS = (
    Option("json", "path", "FILE", "write the verdicts to FILE as JSON"),
    Option("report", "path", "FILE.html", "write a report to look at in a browser: findings, curves, answers"),
)
_WITHOUT = (Option("certify", "flag", "", "check tasks, verifiers and cases without asking a model"),)
#: The options by the headings of ``pytest --help`` and of ``docs/options.md``.
GROUPS: Mapping[str, tuple[Option, ...]] = {
    "what is asked, and how": _ASKED,
    "how much, and how sure": _SAMPLING,
    "what fails": _FAILING,
    "cost and pace": _PACE,
    "the store, and several machines": _KEPT,
    "datasets of failures": _DATASETS,
    "results for programs and people": _RESULTS,
    "without a model": _WITHOUT,
}
OPTIONS = tuple(option for options in GROUPS.values() for option in options)


def add_options(parser: "pytest.Parser") -> None:
    """Register every option and its ini twin with pytest."""
    for heading, options in GROUPS.items():
        group = parser.getgroup(f"ood: {heading}")
        for option in options:
            takes: dict[str, Any] = {
                "metavar": option.metavar,
                "action": "append" if option.kind == "list" else "store",
            }
            if option.kind == "flag":
                takes = {"action": "store_true"}
            group.addoption(option.flag, dest=option.ini, default=None, help=option.help, **takes)
            parser.addini(option.ini, option.help, type=INI_TYPES[option.kind], default=None)
