"""A local provider with the API for files and batches of OpenAI.

It answers a batch when it is told to (`answer`), and can leave it in any other state before.
"""

import json
import re
import urllib.parse
from collections.abc import Callable, Mapping
from typing import Any

from tests.server import Reply, Server

Line = Callable[[Any], Any]


class BatchServer(Server):
    """The provider.

    Attributes:
        files: what is in each file.
        batches: each batch, as it is given out.
        keys: the keys that it was called with.
        loses_replies: whether a batch is made, and the connection is cut before that is said.
        is_silent: whether a batch is made, and nothing is said.
    """

    def __init__(self) -> None:
        super().__init__()
        self.files: dict[str, bytes] = {}
        self.batches: dict[str, dict[str, Any]] = {}
        self.keys: set[str] = set()
        self.loses_replies = self.is_silent = False

    def questions(self, batch: str) -> list[Any]:
        """The lines of the file of a batch."""
        return [json.loads(line) for line in self.files[self.batches[batch]["input_file_id"]].splitlines()]

    def finish(
        self, batch: str, lines: list[Any], late: list[Any] | None = None, status: str = "completed", **more: Any
    ) -> None:
        """Let a batch be over, with these lines in its files; without any there is no file."""
        ended: dict[str, Any] = {"status": status, **more}
        for name, some in (("output_file_id", lines), ("error_file_id", late or [])):
            if some:
                ended[name] = f"file-{len(self.files)}"
                self.files[ended[name]] = "".join(json.dumps(line) + "\n" for line in some).encode()
        self.batches[batch] |= ended

    def answer(self, path: str, headers: Mapping[str, str], body: bytes) -> Reply:
        """Reply to one request."""
        self.keys.add(headers.get("authorization", headers.get("api-key", "")).removeprefix("Bearer "))
        path, _, query = path.partition("?")
        path = path.removeprefix("/openai").removeprefix("/v1")
        if path == "/files":
            name = f"file-{len(self.files)}"
            # The content of the only part with a file name.
            match = re.search(rb'filename="[^"]*"\r\n(?:[^\r]+\r\n)*\r\n(.*?)\r\n--', body, re.DOTALL)
            assert match is not None, body
            self.files[name] = match[1]
            made = {"id": name, "object": "file", "bytes": len(match[1]), "created_at": 1, "filename": "x.jsonl"}
            return _json({**made, "purpose": "batch", "status": "processed"})
        if path.startswith("/files/"):
            return Reply(self.files[path.split("/")[2]])
        if path == "/batches" and body:
            return self._create(json.loads(body))
        if path == "/batches":
            said = {name: values[-1] for name, values in urllib.parse.parse_qs(query).items()}
            # The latest first.
            names = [*self.batches][::-1]
            names = names[names.index(said["after"]) + 1 :] if "after" in said else names
            page = [self.batches[name] for name in names[: int(said.get("limit", 20))]]
            return _json({"object": "list", "data": page, "has_more": len(page) < len(names)})
        return _json(self.batches[path.split("/")[2]])

    def _create(self, said: Any) -> Reply:
        name = f"batch-{len(self.batches)}"
        self.batches[name] = {
            **{"id": name, "object": "batch", "created_at": 1, "status": "in_progress", "errors": None},
            **{"output_file_id": None, "error_file_id": None, **said},
            "request_counts": {"total": 1, "completed": 0, "failed": 0},
        }
        reply = _json(self.batches[name])
        return Reply(reply.body, cut=0 if self.loses_replies else None, delay=60.0 if self.is_silent else 0.0)


def _json(value: Any) -> Reply:
    return Reply(json.dumps(value).encode())
