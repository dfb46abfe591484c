"""Files of questions and of answers, a line each, in the form of OpenAI's batch API.

A file of questions is `<wave>-<model>.jsonl`, and the answers to it are looked for in `<wave>-<model>.answers.jsonl`,
as whoever answers it left them: nothing in there is taken for granted.
"""

import json
import os
import re
import stat
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pytest_ood.models.batch import URL
from pytest_ood.models.wire import json_int
from pytest_ood.text.canonical import digest

#: OpenAI takes no longer files.
MOST_LINES, MOST_BYTES = 50_000, 200_000_000
_ANSWERS = ".answers.jsonl"
# An answer of more bytes is not read.
_LONGEST_LINE = 64_000_000
_LONGEST_NAME = 80
_SUCCESS = 200
_BROKEN = 500


def file_names(models: Sequence[str]) -> dict[str, str]:
    """Return a part of a file name for each model, safe everywhere and never the same for two of them."""
    slugs = {model: re.sub(r"[^a-z0-9._]+", "-", model.lower()).strip("-.")[:_LONGEST_NAME] for model in models}
    taken = list(slugs.values())
    return {
        model: slug if slug and taken.count(slug) == 1 else f"{slug}-{digest(model)[:8]}".lstrip("-")
        for model, slug in slugs.items()
    }


def last_wave(folder: Path) -> int:
    """Return the greatest wave of the files in a folder; 0 without any."""
    names = [re.match(r"([0-9]{1,9})-", path.name) for path in folder.glob("*.jsonl")]
    return max((int(name[1]) for name in names if name is not None), default=0)


def answers_file(file: str) -> str:
    """Return the name of the file with the answers to a file of questions."""
    return file.removesuffix(".jsonl") + _ANSWERS


def answer_files(folder: Path) -> Iterator[tuple[str, Path]]:
    """Yield each file of answers, with the name of its file of questions. Only regular files are looked at."""
    for path in sorted(folder.glob(f"*{_ANSWERS}")):
        if stat.S_ISREG(path.lstat().st_mode):
            yield path.name.removesuffix(_ANSWERS) + ".jsonl", path


class QuestionFiles:
    """Writes the questions of one model and wave, in as many files as they need.

    Until `publish` the files have other names, so that nobody takes an unfinished one for a whole.

    Attributes:
        names: the names that they will have.
    """

    def __init__(self, folder: Path, stem: str, most_lines: int = MOST_LINES, most_bytes: int = MOST_BYTES) -> None:
        self.names: list[str] = []
        self._folder, self._stem = folder, stem
        self._most_lines, self._most_bytes = most_lines, most_bytes
        self._lines = self._bytes = 0
        self._file: Any = None

    def add(self, key: str, body: Mapping[str, Any]) -> str:
        """Write a question, and return the name of its file.

        Raises:
            OSError: there is no room.
        """
        call = {"custom_id": key, "method": "POST", "url": URL, "body": body}
        line = json.dumps(call, ensure_ascii=False).encode("utf-8", "replace") + b"\n"
        if self._file is None or self._lines == self._most_lines or self._bytes + len(line) > self._most_bytes:
            self._begin()
        self._file.write(line)
        self._lines += 1
        self._bytes += len(line)
        return self.names[-1]

    def _begin(self) -> None:
        self._end()
        part = f".{len(self.names) + 1}" if self.names else ""
        self.names.append(f"{self._stem}{part}.jsonl")
        self._lines = self._bytes = 0
        self._file = self._draft(self.names[-1]).open("wb")

    def _end(self) -> None:
        if self._file is not None:
            self._file.flush()
            os.fsync(self._file.fileno())
            self._file.close()
            self._file = None

    def _draft(self, name: str) -> Path:
        return self._folder / f"{name}.part"

    def finish(self) -> None:
        """Bring everything to the disk.

        Raises:
            OSError: there is no room.
        """
        self._end()

    def publish(self) -> None:
        """Give the files their names."""
        for name in self.names:
            self._draft(name).replace(self._folder / name)

    def discard(self) -> None:
        """Delete what was written."""
        if self._file is not None:
            self._file.close()
            self._file = None
        for name in self.names:
            self._draft(name).unlink(missing_ok=True)


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a file of answers that can be told to be the answer to a question.

    Attributes:
        key: the question.
        status: the status of the response.
        body: its JSON, of any form.
        words: what is said of an error outside of the body; empty if nothing is.
        was_asked: whether the question came as far as the model; it did not where the batch ended before.
    """

    key: str
    status: int
    body: Any = None
    words: str = ""
    was_asked: bool = True


def lines_of(path: Path) -> Iterator[Line | None]:
    """Yield the lines of a file of answers; None for one that makes no sense.

    Raises:
        OSError: the file cannot be read.
    """
    with path.open("rb") as file:
        while text := file.readline(_LONGEST_LINE):
            if not text.endswith(b"\n") and len(text) == _LONGEST_LINE:
                while text and not text.endswith(b"\n"):
                    text = file.readline(_LONGEST_LINE)
                yield None
            elif text.strip():
                yield parse_line(text)


def parse_line(text: bytes) -> Line | None:
    """Return what a line of a file of answers says; None if it makes no sense."""
    try:
        said = json.loads(text, parse_int=json_int)
    except (ValueError, RecursionError):
        return None
    key = said.get("custom_id") if isinstance(said, dict) else None
    if not isinstance(key, str):
        return None
    response, error = said.get("response"), said.get("error")
    if not isinstance(response, dict):
        if not error:
            return None
        code = error.get("code") if isinstance(error, dict) else None
        return Line(key, _BROKEN, None, _words(error), code not in ("batch_expired", "batch_cancelled"))
    status = response.get("status_code", _SUCCESS)
    if isinstance(status, bool) or not isinstance(status, int) or not 100 <= status <= 599:
        return None
    if error and status < 400:
        status = _BROKEN
    return Line(key, status, response.get("body"), _words(error) if error else "")


def _words(error: Any) -> str:
    while isinstance(error, dict):
        error = error.get("message") or error.get("error") or error.get("code")
    return str(error or "no reason is given")
