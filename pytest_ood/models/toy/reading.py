"""Turn a question into the tokens of a toy, and its tokens into an answer. Nothing is computed here."""

import abc
from collections.abc import Sequence
from typing import ClassVar

from pytest_ood.errors import OodError

END = "end"


class NotTrained(OodError):
    """A toy knows this kind of question but was not trained on it; the message says what it was trained on."""


class Reader(abc.ABC):
    """How questions of one kind become tokens.

    Attributes:
        vocabulary: the tokens; a token's number is its place.
        asks_for: what the questions ask for, as in "trained only on rows of cells".
    """

    vocabulary: ClassVar[tuple[str, ...]]
    asks_for: ClassVar[str]

    @abc.abstractmethod
    def read(self, question: str) -> list[str] | None:
        """Return the tokens of a question; None if it is of another kind.

        Raises:
            NotTrained: it is of this kind, but something in it was never part of the training.
        """

    @abc.abstractmethod
    def tokens(self, answer: str, question: str) -> list[str]:
        """Return the tokens of an answer to a question, without the end: what a toy is trained to give."""

    @abc.abstractmethod
    def write(self, tokens: Sequence[str], question: str) -> str:
        """Return the answer that the tokens stand for, as one to this question."""
