"""The options in one table. Imported in every pytest session, so it imports nothing heavy."""

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


OPTIONS = (
    Option(
        "model",
        "list",
        "NAME",
        "model to ask: a litellm name, python:MODULE:FUNCTION, local, fake/oracle; NAME@7b has a size (repeatable)",
    ),
    Option("api_base", "str", "URL", "base URL of the model's API, passed to litellm"),
    Option("model_arg", "list", "KEY=VALUE", "argument of every call, such as temperature=0 (repeatable)"),
    Option("vary", "list", "KEY=V1,V2", "argument with several values, a condition for each of them (repeatable)"),
    Option("seed", "int", "INT", "seed of the generated cases (default 0)"),
    Option("samples", "int", "N", "ask exactly N draws per arm instead of stopping early"),
    Option("max_samples", "int", "N", "maximum draws per arm (default 100)"),
    Option("bar", "float", "P", "accuracy a model must clear (default 0.8)"),
    Option("alpha", "float", "P", "probability of a wrong claim at the bar; a fifth for gaps (default 0.05)"),
    Option("undecided", "str", "FATE", "what an undecided probe counts as: skip or fail (default skip)"),
    Option("quick", "flag", "", "run only probes marked ood_quick, with at most 20 draws per arm"),
    Option(
        "strategy",
        "list",
        "NAME",
        "how a case is asked: direct, cot, revise, vote, stepwise, solver, routed, program, MODULE:CLASS",
    ),
    Option("strategy_arg", "list", "STRATEGY.NAME=VALUE", "argument of a strategy, such as vote.k=5 (repeatable)"),
    Option("horizons", "path", "RUN.json", "for the strategy routed: where the model breaks, by an earlier --ood-json"),
    Option("solver_faulty", "float", "P", "for the strategy solver: how often its tool lies on purpose (default 0)"),
    Option("exchanges", "int", "N", "how many exchanges that show the form of an answer come first (default 3)"),
    Option("shots", "str", "N,...", "how many solved examples precede a question, a condition for each (default 0)"),
    Option("shots_from", "str", "ARM", "where examples are drawn: control, shift or mixed (default control)"),
    Option("system", "text", "FILE", "text file with a system message to begin every conversation"),
    Option("compare", "flag", "", "ask several models on, on the same draws, until they are told apart; fails nothing"),
    Option(
        "baseline", "path", "FILE", "fail only what is shown worse than an earlier run: its --ood-json, or a dataset"
    ),
    Option(
        "concurrency", "str", "N", "calls in flight per model: N, or MIN-MAX (default 20-200; 16 without a provider)"
    ),
    Option("workers", "int", "N", "ask the models in N further processes (default: in this one)"),
    Option("patience", "float", "S", "give a model up after S seconds without any answer (default 600)"),
    Option("budget", "float", "USD", "hard limit on the cost of the run"),
    Option("dry_run", "flag", "", "show what would be asked and what it would cost, without asking anything"),
    Option("certify", "flag", "", "check tasks, verifiers and cases without asking a model"),
    Option("store", "path", "FILE", "file that keeps every answer (default .ood/store.db)"),
    Option("refresh", "flag", "", "ask again even if the store has an answer"),
    Option("export", "path", "DIR", "write the failures and all traces to DIR as a dataset"),
    Option("push", "str", "ORG/NAME", "publish that dataset on the Hugging Face Hub (private unless --ood-public)"),
    Option("public", "flag", "", "make a dataset that --ood-push creates public"),
    Option("license", "str", "ID", "licence of the exported or published dataset, such as cc-by-4.0"),
    Option("replay", "str", "SOURCE", "ask the failures of a dataset again: a folder, or ORG/NAME[@REVISION]"),
    Option("limits", "int", "N", "let a dataset to replay be N times as large as usual (default 1)"),
    Option("shard", "str", "I/N", "run only the I-th of N parts of the cells, to share a run between N machines"),
    Option("json", "path", "FILE", "write the verdicts to FILE as JSON"),
    Option("report", "path", "FILE.html", "write a report to look at in a browser: findings, curves, answers"),
)


def add_options(parser: "pytest.Parser") -> None:
    """Register every option and its ini twin with pytest."""
    group = parser.getgroup("ood", "out-of-distribution probes of language models")
    for option in OPTIONS:
        takes: dict[str, Any] = {"metavar": option.metavar, "action": "append" if option.kind == "list" else "store"}
        if option.kind == "flag":
            takes = {"action": "store_true"}
        group.addoption(option.flag, dest=option.ini, default=None, help=option.help, **takes)
        parser.addini(option.ini, option.help, type=INI_TYPES[option.kind], default=None)
