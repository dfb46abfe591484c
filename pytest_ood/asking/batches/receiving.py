"""Answers that come back in files: into the store, line by line, whoever wrote them.

A line may be anything. What is an answer to a question that waits is stored as if it had come over the wire; an error
becomes another attempt or an `error`, by the rules of live calls; everything else is counted and said.
"""

import dataclasses
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

from pytest_ood.asking.batches.files import Line, answer_files, lines_of
from pytest_ood.asking.batches.records import Batches, Waiting
from pytest_ood.asking.parts import parts
from pytest_ood.asking.progress import ModelState
from pytest_ood.asking.store import Store, StoreError
from pytest_ood.models.base import CallFailed, ModelError, NoTools, RateLimited, TimedOut, TryAgain, Unreadable
from pytest_ood.models.batch import BatchModel
from pytest_ood.models.request import Answer
from pytest_ood.text.printable import printable
from pytest_ood.text.words import counted

# Lines looked up together.
_TOGETHER = 500
# A question is asked so often, where asking again may help; after what may be its own fault, once more.
_MOST_ATTEMPTS, _FEW_ATTEMPTS = 6, 2
# So many refusals with the same words, and not one answer, are about the model and not about the questions.
_SAME_REFUSALS = 5
# So many of what is unknown are named.
_FEW = 3


class Receiving:
    """Reads all files of answers in a folder.

    Attributes:
        notes: what a person should know of the files, a line each.
    """

    def __init__(
        self,
        store: Store,
        batches: Batches,
        run_id: str,
        models: Mapping[str, BatchModel],
        states: Mapping[str, ModelState],
    ) -> None:
        self.notes: list[str] = []
        self._store, self._batches, self._run_id = store, batches, run_id
        self._models, self._states = models, states
        self._discounts = {
            one.file: models[one.model].discount
            for one in batches.files()
            if one.handle is not None and one.model in models
        }
        # By model and key: what was refused, and with which words.
        self._refused: dict[str, dict[str, tuple[Waiting, str]]] = {}

    def read(self, folder: Path) -> None:
        """Store what is in the files.

        Raises:
            StoreError: the store cannot be used.
        """
        for file, path in answer_files(folder):
            try:
                self._read(file, path)
            except OSError as error:
                self.notes.append(f"{path.name}: cannot be read ({error.strerror})")
        for model, refused in self._refused.items():
            # Another line may have answered it.
            self._conclude(model, [refused[key] for key in self._batches.find(refused)])

    def _read(self, file: str, path: Path) -> None:
        seen: set[str] = set()
        broken, repeated, unknown = 0, 0, list[str]()
        for lines in parts(lines_of(path), _TOGETHER):
            readable = [line for line in lines if line is not None]
            broken += len(lines) - len(readable)
            waiting = self._batches.find({line.key for line in readable})
            stored = self._store.answers([line.key for line in readable], self._run_id)
            answered, again = list[tuple[Waiting, Answer, float]](), list[tuple[str, bool]]()
            for line in readable:
                question = waiting.get(line.key)
                if line.key in seen:
                    repeated += 1
                elif question is not None and question.model in self._models:
                    if self._take(line, question, question.file == file, answered, again):
                        seen.add(line.key)
                elif question is None and line.key in stored:
                    seen.add(line.key)
                elif question is None:
                    unknown.append(line.key)
            self._save(answered)
            self._batches.again(again)
        self._note(path.name, broken, repeated, unknown)

    def _note(self, name: str, broken: int, repeated: int, unknown: Sequence[str]) -> None:
        if broken:
            self.notes.append(f"{name}: {counted(broken, 'line')} cannot be read as an answer")
        if repeated:
            self.notes.append(f"{name}: {counted(repeated, 'line')} with an answer given before; the first one counts")
        if unknown:
            some = ", ".join(printable(key[:20]) or "''" for key in unknown[:_FEW])
            more = ", ..." if len(unknown) > _FEW else ""
            self.notes.append(f"{name}: {counted(len(unknown), 'line')} with an unknown custom_id ({some}{more})")

    def _take(
        self,
        line: Line,
        question: Waiting,
        is_its_file: bool,
        answered: list[tuple[Waiting, Answer, float]],
        again: list[tuple[str, bool]],
    ) -> bool:
        """Decide what becomes of a line; return whether it has an answer.

        An error counts in the file that its question is in: those in others are older.
        """
        model = self._models[question.model]
        try:
            answer = model.read(line.status, line.body, line.words, question.has_tools)
        except ModelError as failure:
            if is_its_file:
                state = self._states[question.model]
                if isinstance(failure, NoTools):
                    state.no_tools = state.no_tools or str(failure)
                else:
                    state.dead = state.dead or str(failure)
                again.append((question.key, False))
        except TryAgain as failure:
            if is_its_file:
                counts = line.was_asked and not isinstance(failure, RateLimited)
                most = _FEW_ATTEMPTS if isinstance(failure, TimedOut | Unreadable) else _MOST_ATTEMPTS
                if counts and question.attempts >= most:
                    answered.append(self._failed(question, f"{failure} ({question.attempts} attempts)"))
                else:
                    again.append((question.key, counts))
        except CallFailed as failure:
            if is_its_file:
                self._refused.setdefault(question.model, {})[question.key] = question, str(failure)
        else:
            answered.append(self._answered(question, answer))
            return True
        return False

    def _answered(self, question: Waiting, answer: Answer) -> tuple[Waiting, Answer, float]:
        """Return an answer as it is stored, with the US dollars that it is charged."""
        discount = self._discounts.get(question.file or "", 1.0)
        cost = None if answer.cost_usd is None else answer.cost_usd * discount
        stored = dataclasses.replace(
            answer, run_id=self._run_id, created_at=time.time(), dropped=question.dropped, cost_usd=cost
        )
        return question, stored, (question.most_usd or 0.0) if cost is None else cost

    def _failed(self, question: Waiting, why: str) -> tuple[Waiting, Answer, float]:
        """Return an error as it is stored. Providers do not bill them."""
        return question, Answer(error=why, run_id=self._run_id, created_at=time.time()), 0.0

    def _conclude(self, model: str, refused: Sequence[tuple[Waiting, str]]) -> None:
        """Store refusals as errors, unless they can only be about the model."""
        words = Counter(why for _, why in refused)
        if len(words) == 1 and len(refused) >= _SAME_REFUSALS and not self._batches.has_answers_of(model):
            ((why, count),) = words.items()
            state = self._states[model]
            state.dead = state.dead or f"{why}; {count} calls in a row were refused with these words"
            self._batches.again([(question.key, False) for question, _ in refused])
        else:
            self._save([self._failed(question, why) for question, why in refused])

    def _save(self, answered: Sequence[tuple[Waiting, Answer, float]]) -> None:
        self._store.save(answered)
        if self._store.rescue.error is not None:
            raise StoreError(str(self._store.rescue))
