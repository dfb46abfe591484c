"""The options in one table. Imported in every pytest session, so it imports nothing heavy."""

from typing import Literal, NamedTuple

Kind = Literal["list", "str", "int", "float", "flag", "path"]


class Option(NamedTuple):
    """One option: ``--ood-bar`` on the command line, ``ood_bar`` in the ini file."""

    name: str
    kind: Kind
    metavar: str
    help: str

    @property
    def flag(self) -> str:
        """As written on the command line."""
        return "--ood-" + self.name.replace("_", "-")

    @property
    def ini(self) -> str:
        """As written in the ini file."""
        return "ood_" + self.name


OPTIONS = (
    Option(
        "model",
        "list",
        "NAME",
        "model to ask: any litellm name, python:MODULE:FUNCTION, local, fake/oracle (repeatable)",
    ),
    Option("api_base", "str", "URL", "address of the model's API, passed to litellm"),
    Option("model_arg", "list", "KEY=VALUE", "argument of every call: temperature=0, max_tokens=500, ... (repeatable)"),
    Option("seed", "int", "INT", "seed of the cases (default 0)"),
    Option("samples", "int", "N", "ask exactly N draws of both arms, without stopping early"),
    Option("max_samples", "int", "N", "most draws of an arm (default 40)"),
    Option("bar", "float", "P", "accuracy that a model must clear (default 0.8)"),
    Option("strategy", "list", "NAME", "how a case is asked: direct, cot (repeatable; default direct)"),
    Option("concurrency", "int", "N", "calls in flight (default 16)"),
    Option("budget", "float", "USD", "hard cap on what the run may cost"),
    Option("dry_run", "flag", "", "say what would be asked and what it would cost; ask nothing"),
    Option("certify", "flag", "", "check tasks, verifiers and cases without asking a model"),
    Option("store", "path", "FILE", "where every answer is kept (default .ood/store.db)"),
    Option("refresh", "flag", "", "ask again what the store already answers"),
    Option("export", "path", "DIR", "write the failures and all traces as a dataset"),
    Option("push", "str", "ORG/NAME", "publish that dataset on the Hugging Face Hub, privately, or add the run to it"),
    Option("public", "flag", "", "what --ood-push publishes is for everybody to see"),
    Option("replay", "str", "SOURCE", "ask the failures of a dataset again: a folder, or ORG/NAME[@REV] of the Hub"),
    Option("shard", "str", "I/N", "ask the I-th of N parts of the cells, as on one of N machines"),
    Option("json", "path", "FILE", "write the verdicts as JSON"),
)
