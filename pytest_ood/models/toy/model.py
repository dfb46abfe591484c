"""The toys as a model: `toy` is all that ship with the package, `toy/NAME` one of them, `toy:FILE.npz` any other."""

import asyncio
import time
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple

from pytest_ood import answers
from pytest_ood.models.base import Model, ModelError
from pytest_ood.models.request import Answer, Request
from pytest_ood.models.toy.reading import NotTrained
from pytest_ood.models.toy.weights import READERS, Card, Toy
from pytest_ood.text.canonical import digest
from pytest_ood.text.suggestions import did_you_mean

DATA = Path(__file__).parent / "data"
# What `toy` asks where several can read a question. The others are asked by their names.
FIRST = ("automata", "path_star", "arithmetic", "reversal")


def find(name: str) -> list[Card]:
    """Return the cards of the toys behind a name, without loading their weights.

    Raises:
        ModelError: there is no such toy or file.
    """
    if name == "toy":
        return [Card.read(DATA / f"{toy}.json") for toy in FIRST]
    if name.startswith("toy:"):
        return [Card.read(Path(name.removeprefix("toy:")).with_suffix(".json"))]
    path = DATA / f"{name.removeprefix('toy/')}.json"
    known = ["toy", *(f"toy/{card.stem}" for card in sorted(DATA.glob("*.json")))]
    if f"toy/{path.stem}" not in known:
        near = did_you_mean(name, known, 0.75)
        raise ModelError(f"unknown toy{near or '; choose from ' + ', '.join(known)}", model=name)
    return [Card.read(path)]


def read(cards: Iterable[Card], question: str) -> tuple[Card, list[str]]:
    """Return the first toy that reads a question, and the tokens it reads.

    Raises:
        NotTrained: none does.
    """
    kinds = []
    for card in cards:
        reader = READERS[card.reader]
        tokens = reader.read(question)
        if tokens is not None:
            return card, tokens
        kinds.append(reader.asks_for)
    raise NotTrained(f"trained only on {', '.join(kinds)}")


def why_not(name: str, question: str) -> str:
    """Return why the toys of this name cannot read a question: what they were trained on; empty if they can."""
    try:
        read(find(name), question)
    except NotTrained as error:
        return str(error)
    return ""


class _Waiting(NamedTuple):
    """A question that waits for a place in a batch."""

    card: Card
    question: str
    tokens: list[str]
    answer: "asyncio.Future[tuple[str, bool]]"


class ToyModel(Model):
    """Answers questions in batches, on one thread. Of a conversation it reads only the last message.

    It takes no arguments, and gives the same question the same answer.
    """

    takes_args = False
    concurrency = (128, 128)

    def __init__(self, name: str, args: Mapping[str, Any]) -> None:
        super().__init__(name, args)
        self._cards = find(name)
        self._toys: dict[str, Toy] = {}
        self._waiting: list[_Waiting] = []
        self._working: asyncio.Task[None] | None = None
        self._thread: ThreadPoolExecutor | None = None

    @property
    def fingerprint(self) -> str:
        """The digest of all weights."""
        return digest(" ".join(card.sha256 for card in self._cards))

    async def start(self) -> None:
        """Load the weights.

        Raises:
            ModelError: they cannot be read, or are not those of the card.
        """
        self._toys = {card.name: Toy(card.load(), READERS[card.reader]) for card in self._cards}
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="ood toy")

    async def ask(self, request: Request) -> Answer:
        """Answer one request along with all others that wait. What no toy was trained to read, none answers."""
        begun = time.perf_counter()
        try:
            question = request.messages[-1]["content"]
            card, tokens = read(self._cards, question)
        except NotTrained as error:
            text, is_complete, served = f"I cannot read this: {error}.", True, None
        else:
            waiting = _Waiting(card, question, tokens, asyncio.get_running_loop().create_future())
            self._waiting.append(waiting)
            if self._working is None:
                self._working = asyncio.ensure_future(self._work())
            given, is_complete = await waiting.answer
            text, served = answers.wrap(given) if is_complete else f"{answers.OPEN}{given}", card.served_as
        return Answer(
            text,
            finish_reason="stop" if is_complete else "length",
            cost_usd=0.0,
            latency_s=time.perf_counter() - begun,
            created_at=time.time(),
            served_model=served,
        )

    async def _work(self) -> None:
        """Answer batch after batch until nothing waits."""
        # Every other call that is about to be made first gets its turn to join the batch.
        await asyncio.sleep(0)
        while self._waiting:
            batches: dict[tuple[str, int], list[_Waiting]] = {}
            for one in self._waiting:
                batches.setdefault((one.card.name, len(one.tokens)), []).append(one)
            self._waiting = []
            for (name, _), batch in batches.items():
                asked = [one.question for one in batch], [one.tokens for one in batch]
                try:
                    given = await asyncio.get_running_loop().run_in_executor(
                        self._thread, self._toys[name].answers, *asked
                    )
                except Exception as error:
                    # Otherwise these calls would wait for ever.
                    for one in batch:
                        if not one.answer.done():
                            one.answer.set_exception(error)
                    continue
                for one, answer in zip(batch, given, strict=True):
                    # A run that is stopped no longer waits.
                    if not one.answer.done():
                        one.answer.set_result(answer)
        self._working = None

    async def close(self) -> None:
        """Release the weights once the batch in progress is done."""
        thread, self._thread = self._thread, None
        if thread is not None:
            await asyncio.get_running_loop().run_in_executor(None, thread.shutdown)
        self._toys = {}
