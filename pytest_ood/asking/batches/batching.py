"""A run that asks in batches: what came back is read before the engine runs, what it needs next is written after.

batching = Batching(...)         takes up the run of a folder
await batching.receive()         answers of files and of providers into the store
engine.run() with batching.gathering()
await batching.finish()          files into the folder, and to the provider if that is wanted
"""

import contextlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pytest_ood.asking.batches.files import answers_file
from pytest_ood.asking.batches.gathering import Gathering
from pytest_ood.asking.batches.receiving import Receiving
from pytest_ood.asking.batches.records import Batches, BatchFile, run_in
from pytest_ood.asking.callers import Terms
from pytest_ood.asking.progress import ModelState
from pytest_ood.asking.store import Store, StoreError
from pytest_ood.models.base import CallFailed, ModelError, TryAgain
from pytest_ood.models.batch import BatchModel

# Says in a folder which run its files belong to.
_RUN = "run.json"
_LOCK = ".lock"
_RUN_ID = re.compile(r"[0-9A-Za-z-]{1,64}")


@dataclass(frozen=True, slots=True)
class BatchOptions:
    """How a run asks in batches.

    Attributes:
        folder: where the files are.
        waves: in how many batches everything has to be asked.
        submits: whether to use the batch API of the models' providers.
    """

    folder: Path
    waves: int = 1
    submits: bool = False


@dataclass
class BatchReport:
    """What a person should know at the end of a session.

    Attributes:
        folder: where the files are.
        files: those with questions that wait for an answer.
        notes: what was odd, a line each.
        half_price: the models that answer at the price of a batch API, which the costs of their files are.
        trouble: why the next files could not be written; empty if they could.
    """

    folder: Path
    files: list[BatchFile] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    half_price: set[str] = field(default_factory=set)
    trouble: str = ""

    def rows(self) -> list[dict[str, Any]]:
        """Return the files as in the summary: JSON types only."""
        return [
            {
                **{"file": one.file, "model": one.model, "wave": one.wave, "state": one.state},
                **{"questions": one.questions, "left": one.left, "most_usd": one.most_usd},
            }
            for one in self.files
        ]


def run_of(folder: Path, store: Store) -> str | None:
    """Return the run that the files of a folder belong to; None if there is none yet.

    A folder that is new on this machine belongs to the run whose batches a provider still has.

    Raises:
        StoreError: the file that says so is of something else.
    """
    path = folder / _RUN
    if not path.exists():
        return run_in(store, folder.name)
    run_id = None
    with contextlib.suppress(OSError, ValueError, RecursionError):
        said = json.loads(path.read_text("utf-8"))
        run_id = said.get("run_id") if isinstance(said, dict) else None
    if not isinstance(run_id, str) or not _RUN_ID.fullmatch(run_id):
        raise StoreError(f"{path}: does not say which run the folder belongs to", fix="use another folder")
    return run_id


@contextlib.contextmanager
def in_use(folder: Path, run_id: str) -> Iterator[None]:
    """Hold a folder, which becomes that of this run if it is of none yet.

    Raises:
        StoreError: it cannot be written, or another process holds it.
    """
    from filelock import FileLock, Timeout

    lock = FileLock(folder / _LOCK, timeout=0, thread_local=False)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock.acquire()
        if not (folder / _RUN).exists():
            (folder / _RUN).write_text(json.dumps({"run_id": run_id}) + "\n", "utf-8")
    except Timeout:
        raise StoreError(f"{folder}: another run uses this folder of batches; wait until it has ended") from None
    except OSError as error:
        raise StoreError(f"{folder}: cannot be written ({error.strerror})", fix="name another folder") from None
    try:
        yield
    finally:
        lock.release()


class Batching:
    """The batches of one run.

    Attributes:
        report: what a person should know, complete after `finish`.
        states: how the models fare.
    """

    def __init__(self, options: BatchOptions, store: Store, terms: Terms, models: Mapping[str, BatchModel]) -> None:
        self.report = BatchReport(options.folder)
        self.states = {name: ModelState() for name in models}
        self._options, self._store, self._terms, self._models = options, store, terms, models
        self._batches = Batches(store, terms.run_id, options.folder.name)
        # Of a process that died.
        for part in options.folder.glob("*.jsonl.part"):
            part.unlink()

    async def receive(self) -> None:
        """Store what has come in since the last session.

        Raises:
            StoreError: the store or the folder cannot be used.
        """
        for name, model in self._models.items():
            try:
                await model.prepare()
                if self._options.submits:
                    await model.check_api()
                    self.report.half_price |= {name} if model.discount < 1 else set()
            except ModelError as failure:
                self.states[name].dead = str(failure)
        over = []
        for one in self._batches.files():
            with self._tolerant(one):
                if one.state == "sent":
                    over += [one.file] if await self._fetch(one) else []
                elif one.state == "written" and not (self._options.folder / one.file).exists():
                    await self._miss(one)
        receiving = Receiving(self._store, self._batches, self._terms.run_id, self._ready(), self.states)
        receiving.read(self._options.folder)
        self.report.notes += receiving.notes
        # Only now: what is left has no answer.
        for file in over:
            self._batches.over(file)

    def _ready(self) -> dict[str, BatchModel]:
        """Return the models that could be prepared."""
        return {name: model for name, model in self._models.items() if not self.states[name].dead}

    @contextlib.contextmanager
    def _tolerant(self, one: BatchFile) -> Iterator[None]:
        """Go on with the other files if a provider cannot be asked about one."""
        try:
            yield
        except ModelError as failure:
            self.states[one.model].dead = self.states[one.model].dead or str(failure)
        except (CallFailed, TryAgain) as failure:
            self.report.notes.append(f"{one.file}: {failure}; the same command tries again")

    async def _fetch(self, one: BatchFile) -> bool:
        """Fetch the answers to a file from its provider; return whether no more will come."""
        model = self._ready().get(one.model)
        if model is None or one.handle is None:
            return False
        state = await model.state(one.handle)
        if not state.is_over:
            self.report.notes.append(f"{one.file}: the provider says {state.status}, {state.answered} answered so far")
            return False
        parts = [await model.content(file) for file in state.files]
        path = self._options.folder / answers_file(one.file)
        part = path.with_name(f"{path.name}.part")
        part.write_bytes(b"".join(content if content.endswith(b"\n") else content + b"\n" for content in parts))
        part.replace(path)
        if state.problem:
            self.states[one.model].dead = f"{one.model}: the batch of {one.file} failed: {state.problem}"
        elif state.status != "completed":
            self.report.notes.append(f"{one.file}: the provider says {state.status}; what has no answer is asked again")
        return True

    async def _miss(self, one: BatchFile) -> None:
        """Give up a file that is gone, unless its provider has it."""
        model = self._ready().get(one.model)
        if model is not None and one.input_file is not None and self._options.submits:
            known = await model.find(self._label(one))
            if known is not None:
                self._batches.sent(one.file, known.handle)
                return
        self._batches.over(one.file)

    def _label(self, one: BatchFile) -> str:
        return f"{self._terms.run_id}/{one.file}"

    def gathering(self) -> Gathering:
        """Return what stands in for the callers of the engine."""
        options = self._options
        return Gathering(
            self._store, self._batches, options.folder, self._terms, self._models, self.states, options.submits
        )

    async def finish(self, gathering: Gathering, complete: bool) -> None:
        """Write the next files, and submit them if that is wanted; what was not `complete` is written next time."""
        try:
            if complete:
                gathering.finish()
            else:
                gathering.discard()
        except (OSError, StoreError) as error:
            self.report.trouble, complete = str(error), False
        if complete and self._options.submits:
            for one in self._batches.files():
                # A file with some answers has been given to somebody else.
                if one.state == "written" and one.left and one.left == one.questions:
                    with self._tolerant(one):
                        await self._submit(one)
        self.report.files = [one for one in self._batches.files() if one.left]

    async def _submit(self, one: BatchFile) -> None:
        """Have a provider answer a file, once: a process may have died after it had been submitted."""
        model = self._ready().get(one.model)
        if model is None:
            return
        known = None if one.input_file is None else await model.find(self._label(one))
        if known is None:
            input_file = one.input_file
            if input_file is None:
                input_file = await model.upload(self._options.folder / one.file)
                self._batches.uploaded(one.file, input_file)
            known = await model.submit(input_file, self._label(one))
        self._batches.sent(one.file, known.handle)

    async def close(self) -> None:
        """Close the models."""
        for model in self._models.values():
            await model.close()
