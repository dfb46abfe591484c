"""A toy on disk: NAME.npz holds its weights, and the card NAME.json says what they are and how they were made."""

import hashlib
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from pytest_ood.models.base import ModelError
from pytest_ood.models.toy.arithmetic import ArithmeticReader
from pytest_ood.models.toy.automata import AutomataReader
from pytest_ood.models.toy.convolution import Convolution
from pytest_ood.models.toy.decoder import Decoder, Tokens
from pytest_ood.models.toy.facts import FactsReader
from pytest_ood.models.toy.path_star import PathStarReader
from pytest_ood.models.toy.reading import END, Reader

READERS: Mapping[str, Reader] = {
    "automata": AutomataReader(),
    "path_star": PathStarReader(),
    "arithmetic": ArithmeticReader(),
    "facts": FactsReader(),
}


class Network(Protocol):
    """What continues rows of tokens; see `Decoder.continued`."""

    def continued(self, prompts: Tokens, end: int, most: int) -> list[list[int]]:
        """Return what follows each prompt."""
        ...


@dataclass(frozen=True)
class Card:
    """What a toy is.

    Attributes:
        name: its name, the part after ``toy/``.
        path: the file of the card; that of the weights lies beside it.
        sha256: the digest of the file of weights.
        network: "decoder" or "convolution".
        reader: the name of what reads its questions.
        heads: how many heads share the width of a decoder.
    """

    name: str
    path: Path
    sha256: str
    network: str
    reader: str
    heads: int

    @classmethod
    def read(cls, path: Path) -> "Card":
        """Read a card.

        Raises:
            ModelError: there is none, or it is not one of a toy that can be run.
        """
        try:
            row: Mapping[str, Any] = json.loads(path.read_text(encoding="utf-8"))
            card = cls(path.stem, path, row["sha256"], row["network"], row["reader"], row["heads"])
        except OSError as error:
            raise ModelError(f"cannot read the card {path}: {error.strerror}") from None
        except (ValueError, KeyError, TypeError) as error:
            raise ModelError(f"{path} is not the card of a toy ({error!r})") from None
        if card.network not in ("decoder", "convolution") or card.reader not in READERS:
            raise ModelError(f"{path}: there is no network {card.network!r} with the reader {card.reader!r}")
        return card

    @property
    def served_as(self) -> str:
        """The name under which its answers are kept: ``toy/automata@0123456789ab``."""
        return f"toy/{self.name}@{self.sha256[:12]}"

    def load(self) -> Network:
        """Read the weights, which are stored with half precision and used with single precision.

        Raises:
            ModelError: they cannot be read, or are not those that the card describes.
        """
        path = self.path.with_suffix(".npz")
        try:
            content = path.read_bytes()
        except OSError as error:
            raise ModelError(f"cannot read the weights {path}: {error.strerror}") from None
        if (found := hashlib.sha256(content).hexdigest()) != self.sha256:
            raise ModelError(f"{path} has the SHA-256 {found}, not {self.sha256} as its card says; install it again")
        with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
            weights = {name: arrays[name].astype(np.float32) for name in arrays.files}
        return Decoder(weights, self.heads) if self.network == "decoder" else Convolution(weights)


class Toy:
    """A network with its reader: a question in, an answer out."""

    def __init__(self, network: Network, reader: Reader) -> None:
        self._network, self._reader = network, reader
        self._numbers = {token: number for number, token in enumerate(reader.vocabulary)}

    def numbers(self, tokens: Sequence[str]) -> list[int]:
        """Return the numbers of tokens."""
        return [self._numbers[token] for token in tokens]

    def answers(self, questions: Sequence[str], prompts: Sequence[Sequence[str]]) -> list[tuple[str, bool]]:
        """Return the answer to each question, and whether it is complete.

        Args:
            questions: as they are asked.
            prompts: the tokens of the questions, all of one length.
        """
        rows = np.array([self.numbers(prompt) for prompt in prompts])
        end = self._numbers[END]
        continued = self._network.continued(rows, end, most=2 * rows.shape[1] + 16)
        vocabulary = self._reader.vocabulary
        return [
            (self._reader.write([vocabulary[number] for number in row if number != end], question), row[-1] == end)
            for question, row in zip(questions, continued, strict=True)
        ]
