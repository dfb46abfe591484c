"""The exceptions that pytest-ood raises on purpose. They form one tree, so `except OodError` catches all of them:

    OodError
      + TaskError            a task cannot be used: it has no address, another version, or returns no case
        + CaseError          a task made a case that cannot be asked or judged
      + RowsError            rows.faults: rows cannot be read, asked or kept (also a ValueError)
      + BadCell              rows.faults: one value of a row cannot be used; ends up as a fault of a RowsError
      + RegistryError        registry: no installed task has this name, or two have
      + CellError            asking.making: a task and its parameters do not make a cell
      + ProbeError           plugin.probes: a probe and its task do not fit together
      + SettingsError        plugin.option_values: an option has an invalid value
      + ModelError           models.base: no call to this model can succeed
        + NoTools            models.base: no call that offers tools can
      + CallFailed           models.base: one call failed and would fail again
      + NotTrained           models.toy.reading: a toy was not trained on such a question
      + TryAgain             models.base: one call failed and may succeed later
        + RateLimited        models.base: there were too many calls
        + Dropped            models.base: the connection ended before the response did
          + WorkerEnded      models.pool.calls: the worker ended that had the call
        + TimedOut           models.base: no answer came in time
        + Unreadable         models.base: what came is not an answer
        + Unreachable        models.base: nothing listens at the address
        + NotStarted         models.pool.calls: a model could not be started in a new worker
      + StrategyError        asking.strategies: there is no such strategy, or it does not take an argument
      + StoreError           asking.store: the file cannot be used as a store
      + NotParquet           dataset.pages: a page of a Parquet file is not where the footer says
      + LimitError           dataset.limits: a file of a dataset is not a regular one, or too large
      + DatasetError         dataset.folder: a dataset cannot be read or written
        + HubError           dataset.hub: the Hugging Face Hub refused
        + LicenseError       dataset.licenses: a licence is unknown, or is not the one that the dataset has
      + SchemaError          dataset.schema: a value breaks its schema (also a ValueError)
      + PngError             report.figures.png: pictures cannot be written as PNG on this machine
      + CheckAborted         certify.arms: ends one check early and never leaves certification

Each carries what it knows as attributes, so no caller has to take a message apart.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple


class OodError(Exception):
    """Base class of every exception that pytest-ood raises on purpose.

    Attributes:
        fix: how to fix it; empty if the message already says so.
    """

    def __init__(self, *args: object, fix: str = "") -> None:
        super().__init__(*args)
        self.fix = fix

    def __str__(self) -> str:
        message = super().__str__()
        return f"{message}; {self.fix}" if self.fix else message

    def __reduce__(self) -> tuple[Any, ...]:
        # Works whatever arguments a subclass takes, so that an error can come from another process.
        return _unpickled, (type(self), self.args, self.__dict__)


def _unpickled(kind: type[OodError], args: tuple[Any, ...], attributes: Mapping[str, Any]) -> OodError:
    error = kind.__new__(kind, *args)
    error.__dict__.update(attributes)
    return error


class TaskError(OodError):
    """A task cannot be used.

    Attributes:
        task: the name of the task.
    """

    def __init__(self, *args: object, task: str = "", fix: str = "") -> None:
        super().__init__(*args, fix=fix)
        self.task = task


class Origin(NamedTuple):
    """What a case was drawn from."""

    task: str
    params: Mapping[str, Any]
    seed: int
    draw: int

    def __str__(self) -> str:
        params = ", ".join(f"{name}={value!r}" for name, value in self.params.items())
        return f"task {self.task}({params}), seed {self.seed}, draw {self.draw}"


class CaseError(TaskError):
    """A case cannot be asked or judged.

    Attributes:
        field: the argument of `Case` or `Dialogue` that is wrong.
        origin: the draw that made the case; None for a case that was not drawn from a task.
    """

    def __init__(self, *args: object, field: str = "", fix: str = "", origin: Origin | None = None) -> None:
        super().__init__(*args, fix=fix)
        self.field = field
        self.origin = origin
        if origin is not None:
            self.locate(origin)

    def locate(self, origin: Origin) -> None:
        """Record which draw of which task made the case; the message then starts with it."""
        self.origin, self.task = origin, origin.task

    @property
    def problem(self) -> str:
        """The message and the fix without the draw, for callers that name the draw themselves."""
        return super().__str__()

    def __str__(self) -> str:
        return f"{self.origin}: {self.problem}" if self.origin is not None else self.problem
