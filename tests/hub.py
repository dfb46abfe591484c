"""A local Hugging Face hub that misbehaves on demand: the real `huggingface_hub` and `datasets` talk HTTP to it.

    with Hub() as hub:
        hub.fault("POST", "/commit/", 412)          # the next commit finds that the head has moved
        subprocess.run([...], env={**os.environ, **hub.environment(home)})
        hub.repos["org/name"].head.files            # what lies there now

Clients read where the hub is when they are imported, so that they run in processes of their own. Everything is kept in
memory. By itself, ``python tests/hub.py`` prints the variables to set and serves until its standard input ends.
"""

import argparse
import base64
import contextlib
import hashlib
import itertools
import json
import re
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any, NoReturn
from urllib.parse import parse_qs, unquote, urlsplit

# May do everything; may only read.
WRITER = "hf_" + "Writer" * 6
READER = "hf_" + "Reader" * 6
_LARGE = re.compile(r"\.(parquet|arrow|bin)$")
_DATE = "2026-01-01T00:00:00.000Z"


@dataclass(frozen=True, slots=True)
class File:
    """One file of a commit."""

    content: bytes
    lfs: bool

    @property
    def sha256(self) -> str:
        """The name of its content in large file storage."""
        return hashlib.sha256(self.content).hexdigest()

    @property
    def oid(self) -> str:
        """Its name in git: of the content, or of the pointer to it."""
        kept = self.content
        if self.lfs:
            kept = f"version https://git-lfs.github.com/spec/v1\noid sha256:{self.sha256}\nsize {len(kept)}\n".encode()
        return hashlib.sha1(b"blob %d\0" % len(kept) + kept, usedforsecurity=False).hexdigest()

    def row(self, path: str) -> dict[str, Any]:
        """As a listing shows it."""
        row = {"type": "file", "path": path, "oid": self.oid, "size": len(self.content)}
        return row | ({"lfs": {"oid": self.sha256, "size": len(self.content), "pointerSize": 134}} if self.lfs else {})


@dataclass(frozen=True, slots=True)
class Commit:
    """All files as of one commit. `uploaded`: the bytes of content that were sent for it."""

    oid: str
    title: str
    files: Mapping[str, File]
    uploaded: int = 0


@dataclass
class Repo:
    """One dataset repository: its main branch, oldest commit first, and its tags."""

    private: bool
    commits: list[Commit] = field(default_factory=list)
    tags: dict[str, str] = field(default_factory=dict)

    @property
    def head(self) -> Commit:
        """The newest commit."""
        return self.commits[-1]

    def add(self, files: Mapping[str, File], title: str = "By somebody else", uploaded: int = 0) -> Commit:
        """Commit files, over what is there."""
        oid = hashlib.sha1(f"{id(self)} {len(self.commits)}".encode(), usedforsecurity=False).hexdigest()
        before = self.head.files if self.commits else {}
        self.commits.append(Commit(oid, title, {**before, **files}, uploaded))
        return self.head

    def at(self, revision: str) -> Commit | None:
        """The commit of a branch, a tag or a hash."""
        oid = self.head.oid if revision == "main" else self.tags.get(revision, revision)
        return next((commit for commit in self.commits if commit.oid == oid), None)


@dataclass
class Fault:
    """What goes wrong for the next `times` requests of this kind.

    status: the answer; 0 serves as usual, -1 hangs up instead, -2 serves and hangs up before the answer is sent.
    before: called first, for example to move the head of a repository.
    """

    method: str
    path: str
    status: int
    times: int
    headers: Mapping[str, str]
    message: str
    delay: float
    before: Callable[[], object]


class Answer(Exception):
    """The end of a request: what is sent."""

    def __init__(self, status: int, body: bytes = b"", headers: Mapping[str, str] | None = None) -> None:
        super().__init__(status)
        self.status, self.body, self.headers = status, body, headers or {}


def _say(value: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> NoReturn:
    raise Answer(status, json.dumps(value).encode(), {"Content-Type": "application/json", **(headers or {})})


def _refuse(status: int, message: str, code: str = "", headers: Mapping[str, str] | None = None) -> NoReturn:
    reply = {"X-Error-Message": message, **({"X-Error-Code": code} if code else {}), **(headers or {})}
    _say({"error": message}, status, reply)


class Hub:
    """Serves on a free loopback port while the context lasts."""

    def __init__(self, port: int = 0) -> None:
        self.repos: dict[str, Repo] = {}
        self.faults: list[Fault] = []
        #: Method, path and status of everything that was asked.
        self.requests: list[tuple[str, str, int]] = []
        #: Large files by their hash, those not committed yet too.
        self.stored: dict[str, bytes] = {}
        self.received = 0
        self.lock = threading.RLock()
        self._server = ThreadingHTTPServer(("127.0.0.1", port), type("_Bound", (_Handler,), {"hub": self}))
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=[0.05], name="test hub", daemon=True)

    @property
    def url(self) -> str:
        """The endpoint."""
        return f"http://127.0.0.1:{self._server.server_port}"

    @property
    def storage(self) -> str:
        """Where large files lie: another host, as on the real one."""
        return f"http://localhost:{self._server.server_port}"

    def environment(self, home: Path | str, token: str | None = WRITER) -> dict[str, str]:
        """The variables with which a client talks to this hub, and keeps what it loads in `home`."""
        named = {"HF_ENDPOINT": self.url, "HF_HOME": str(home), "HF_HUB_DISABLE_XET": "1", "NO_PROXY": "*"}
        return named | ({"HF_TOKEN": token} if token else {})

    def fault(
        self,
        method: str,
        path: str,
        status: int = 0,
        *,
        times: int = 1,
        headers: Mapping[str, str] | None = None,
        message: str = "On demand.",
        delay: float = 0.0,
        before: Callable[[], object] = lambda: None,
    ) -> None:
        """Let the next `times` requests whose path matches go wrong; see `Fault`."""
        self.faults.append(Fault(method, path, status, times, headers or {}, message, delay, before))

    def cut(self, method: str, path: str, *, times: int = 1, served: bool = False) -> None:
        """Hang up on the next `times` requests, before or after they are served."""
        self.fault(method, path, -2 if served else -1, times=times)

    def create(self, name: str, private: bool = False) -> Repo:
        """A repository as a new one is: with its .gitattributes."""
        repo = self.repos[name] = Repo(private)
        repo.add({".gitattributes": File(b"*.parquet filter=lfs diff=lfs merge=lfs -text\n", False)}, "initial commit")
        return repo

    def asked(self, method: str, path: str) -> int:
        """How many requests of this kind have come."""
        return sum(one == method and re.search(path, where) is not None for one, where, _ in self.requests)

    def __enter__(self) -> "Hub":
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    # What is served. Each ends by raising an Answer.

    def serve(self, method: str, target: str, headers: Mapping[str, str], body: bytes) -> NoReturn:
        """Find what a request asks for, and do it."""
        url = urlsplit(target)
        asked = {name: values[-1] for name, values in parse_qs(url.query).items()}
        token = headers.get("authorization", "").removeprefix("Bearer ")
        if url.path.startswith("/lfs/"):
            # The address of an upload is signed: it needs no token.
            self._storage(method, url.path.removeprefix("/lfs/"), headers, body)
        if token not in ("", WRITER, READER):
            _refuse(401, "Invalid credentials in Authorization header")
        for pattern, handler in _ROUTES:
            found = re.fullmatch(pattern, f"{method} {url.path}")
            if found:
                with self.lock:
                    handler(self, token, {name: unquote(value or "") for name, value in found.groupdict().items()},
                            {**asked, "range": headers.get("range", "")}, body)  # fmt: skip
        _refuse(404, f"There is no {url.path} here")

    def _storage(self, method: str, oid: str, headers: Mapping[str, str], body: bytes) -> NoReturn:
        if method != "PUT":
            lie = [file for repo in self.repos.values() for commit in repo.commits for file in commit.files.values()]
            content = self.stored.get(oid) or next(
                (file.content for file in lie if file.lfs and file.sha256 == oid), None
            )
            if content is None:
                _refuse(404, "No such object")
            _content(content, headers.get("range", ""), {"ETag": f'"{oid}"'})
        if hashlib.sha256(body).hexdigest() != oid:
            _refuse(400, "The content is not what was announced")
        with self.lock:
            self.stored[oid] = body
            self.received += len(body)
        raise Answer(200)

    def _repo(self, token: str, name: str, write: bool = False) -> Repo:
        repo = self.repos.get(name)
        if repo is None or (repo.private and not token):
            _refuse(404 if token else 401, "Repository not found", "RepoNotFound")
        if write and token != WRITER:
            _refuse(403 if token else 401, "You don't have the rights required to perform this request")
        return repo

    def _commit(self, repo: Repo, revision: str) -> Commit:
        commit = repo.at(revision or "main")
        if commit is None:
            _refuse(404, f"Invalid rev id: {revision}", "RevisionNotFound")
        return commit

    def _whoami(self, token: str, *_: Any) -> NoReturn:
        if not token:
            _refuse(401, "Invalid username or password.")
        _say({"type": "user", "name": "somebody", "orgs": [], "auth": {"type": "access_token"}})

    def _create(self, token: str, _: Any, __: Any, body: bytes) -> NoReturn:
        asked = json.loads(body)
        name = f"{asked.get('organization') or 'somebody'}/{asked['name']}"
        if token != WRITER:
            _refuse(403 if token else 401, f"You don't have the rights to create a dataset under {name}")
        reply = {"url": f"{self.url}/datasets/{name}", "name": name}
        if name in self.repos:
            _say(reply | {"error": "You already created this dataset repo"}, 409)
        self.create(name, asked.get("private", False) or asked.get("visibility") == "private")
        _say(reply)

    def _validate(self, *_: Any) -> NoReturn:
        _say({"errors": [], "warnings": []})

    def _info(self, token: str, names: Mapping[str, str], *_: Any) -> NoReturn:
        repo = self._repo(token, names["repo"])
        commit = self._commit(repo, names.get("rev", ""))
        facts: dict[str, Any] = {"id": names["repo"], "author": names["repo"].partition("/")[0], "sha": commit.oid}
        facts |= {"private": repo.private, "gated": False, "disabled": False, "downloads": 0, "likes": 0}
        facts |= {"createdAt": _DATE, "lastModified": _DATE, "tags": [], "cardData": {}}
        _say(facts | {"siblings": [{"rfilename": path} for path in sorted(commit.files)]})

    def _tree(self, token: str, names: Mapping[str, str], asked: Mapping[str, str], _: bytes) -> NoReturn:
        files = self._commit(self._repo(token, names["repo"]), names["rev"]).files
        under = f"{names['path']}/" if names["path"] else ""
        inside = [path for path in sorted(files) if path.startswith(under)]
        if under and not inside:
            _refuse(404, f"{under} does not exist", "EntryNotFound")
        folders = {str(above) for path in inside for above in Path(path).parents if str(above) != "."}
        rows = [{"type": "directory", "path": path, "oid": "0" * 40, "size": 0} for path in sorted(folders)]
        rows = [row for row in rows if str(row["path"]).startswith(under)] + [files[path].row(path) for path in inside]
        if asked.get("recursive", "").lower() not in ("true", "1"):
            rows = [row for row in rows if "/" not in str(row["path"]).removeprefix(under)]
        _say(rows)

    def _paths(self, token: str, names: Mapping[str, str], _: Any, body: bytes) -> NoReturn:
        files = self._commit(self._repo(token, names["repo"]), names["rev"]).files
        text = body.decode()
        paths = json.loads(text)["paths"] if text.startswith("{") else parse_qs(text)["paths"]
        rows = [files[path].row(path) for path in paths if path in files]
        for path in paths:
            if path not in files and any(name.startswith(f"{path}/") for name in files):
                rows.append({"type": "directory", "path": path, "oid": "0" * 40, "size": 0})
        _say(rows)

    def _refs(self, token: str, names: Mapping[str, str], *_: Any) -> NoReturn:
        repo = self._repo(token, names["repo"])
        branch = {"name": "main", "ref": "refs/heads/main", "targetCommit": repo.head.oid}
        tags = [{"name": name, "ref": f"refs/tags/{name}", "targetCommit": oid} for name, oid in repo.tags.items()]
        _say({"branches": [branch], "converts": [], "tags": tags})

    def _resolve(self, token: str, names: Mapping[str, str], asked: Mapping[str, str], _: bytes) -> NoReturn:
        commit = self._commit(self._repo(token, names["repo"]), names["rev"])
        reply = {"X-Repo-Commit": commit.oid}
        found = commit.files.get(names["path"])
        if found is None:
            _refuse(404, "Entry not found", "EntryNotFound", reply)
        if not found.lfs:
            _content(found.content, asked["range"], {"ETag": f'"{found.oid}"', **reply})
        linked = {"X-Linked-Etag": f'"{found.sha256}"', "X-Linked-Size": str(len(found.content))}
        raise Answer(302, b"", {"Location": f"{self.storage}/lfs/{found.sha256}", **linked, **reply})

    def _preupload(self, token: str, names: Mapping[str, str], _: Any, body: bytes) -> NoReturn:
        files = self._commit(self._repo(token, names["repo"], write=True), names["rev"]).files
        rows = []
        for one in json.loads(body)["files"]:
            mode = "lfs" if _LARGE.search(one["path"]) or one["size"] > 10_000_000 else "regular"
            there = files[one["path"]].oid if one["path"] in files else None
            rows.append({"path": one["path"], "uploadMode": mode, "shouldIgnore": False, "oid": there})
        _say({"files": rows})

    def _batch(self, token: str, names: Mapping[str, str], _: Any, body: bytes) -> NoReturn:
        self._repo(token, names["repo"], write=True)
        objects = []
        for one in json.loads(body)["objects"]:
            upload = {"actions": {"upload": {"href": f"{self.storage}/lfs/{one['oid']}", "header": {}}}}
            objects.append({"oid": one["oid"], "size": one["size"], **({} if one["oid"] in self.stored else upload)})
        _say({"transfer": "basic", "objects": objects})

    def _add(self, token: str, names: Mapping[str, str], _: Any, body: bytes) -> NoReturn:
        repo = self._repo(token, names["repo"], write=True)
        head, *lines = (json.loads(line) for line in body.splitlines())
        if head["value"].get("parentCommit", repo.head.oid) != repo.head.oid:
            _refuse(412, "A commit has happened since. Please refresh and try again.")
        files = {}
        for line in lines:
            value = line["value"]
            if line["key"] == "file":
                content = base64.b64decode(value["content"])
                self.received += len(content)
                files[value["path"]] = File(content, False)
            elif line["key"] == "lfsFile" and value["oid"] in self.stored:
                files[value["path"]] = File(self.stored[value["oid"]], True)
            else:
                _refuse(400, f"Can't do {line['key']} of {value['path']}")
        commit = repo.add(files, head["value"]["summary"], self.received)
        self.received = 0
        url = f"{self.url}/datasets/{names['repo']}/commit/{commit.oid}"
        _say({"success": True, "commitOid": commit.oid, "commitUrl": url})

    def _tag(self, token: str, names: Mapping[str, str], _: Any, body: bytes) -> NoReturn:
        repo = self._repo(token, names["repo"], write=True)
        tag = json.loads(body)["tag"]
        if tag in repo.tags:
            _refuse(409, "Tag reference exists already")
        repo.tags[tag] = self._commit(repo, names["rev"]).oid
        _say({})


def _content(content: bytes, span: str, headers: Mapping[str, str]) -> NoReturn:
    found = re.fullmatch(r"bytes=(\d+)-(\d*)", span)
    if not found:
        raise Answer(200, content, {"Accept-Ranges": "bytes", **headers})
    start, end = int(found[1]), min(int(found[2] or len(content)), len(content) - 1)
    raise Answer(206, content[start : end + 1], {"Content-Range": f"bytes {start}-{end}/{len(content)}", **headers})


_REPO, _REV = r"(?P<repo>[\w.-]+/[\w.-]+)", r"(?P<rev>[^/]+)"
_ROUTES: list[tuple[str, Callable[..., NoReturn]]] = [
    ("GET /api/whoami-v2", Hub._whoami),
    ("POST /api/repos/create", Hub._create),
    ("POST /api/validate-yaml", Hub._validate),
    (rf"GET /api/datasets/{_REPO}", Hub._info),
    (rf"GET /api/datasets/{_REPO}/revision/{_REV}", Hub._info),
    (rf"GET /api/datasets/{_REPO}/tree/{_REV}(?:/(?P<path>.+))?", Hub._tree),
    (rf"POST /api/datasets/{_REPO}/paths-info/{_REV}", Hub._paths),
    (rf"GET /api/datasets/{_REPO}/refs", Hub._refs),
    (rf"(?:GET|HEAD) /datasets/{_REPO}/resolve/{_REV}/(?P<path>.+)", Hub._resolve),
    (rf"POST /api/datasets/{_REPO}/preupload/{_REV}", Hub._preupload),
    (rf"POST /datasets/{_REPO}\.git/info/lfs/objects/batch", Hub._batch),
    (rf"POST /api/datasets/{_REPO}/commit/{_REV}", Hub._add),
    (rf"POST /api/datasets/{_REPO}/tag/{_REV}", Hub._tag),
]


class _Handler(BaseHTTPRequestHandler):
    """One connection."""

    hub: Hub
    protocol_version = "HTTP/1.1"
    # An answer goes out as one packet and at once.
    wbufsize = -1
    disable_nagle_algorithm = True

    def _handle(self) -> None:
        body = b"".join(self._body())
        headers = {name.lower(): value for name, value in self.headers.items()}
        fault = self._fault()
        if fault is not None:
            fault.before()
            time.sleep(fault.delay)
        try:
            if fault is not None and fault.status > 0:
                _refuse(fault.status, fault.message, headers=fault.headers)
            if fault is None or fault.status != -1:
                self.hub.serve(self.command, self.path, headers, body)
            status = -1
        except Answer as answer:
            status = answer.status
            if fault is None or fault.status >= 0:
                self._send(answer)
        self.hub.requests.append((self.command, self.path, status))
        if fault is not None and fault.status < 0:
            self.close_connection = True

    do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = _handle

    def _fault(self) -> Fault | None:
        with self.hub.lock:
            for fault in self.hub.faults:
                if fault.times > 0 and fault.method == self.command and re.search(fault.path, self.path):
                    fault.times -= 1
                    return fault
        return None

    def _body(self) -> Iterator[bytes]:
        if self.headers.get("Transfer-Encoding") == "chunked":
            for _ in itertools.count():
                size = int(self.rfile.readline(), 16)
                yield self.rfile.read(size)
                self.rfile.readline()
                if not size:
                    return
        yield self.rfile.read(int(self.headers.get("Content-Length", 0)))

    def _send(self, answer: Answer) -> None:
        # A client that has given up on a slow answer has hung up.
        with contextlib.suppress(ConnectionError):
            self.send_response(answer.status)
            for name, value in {**answer.headers, "Content-Length": str(len(answer.body))}.items():
                self.send_header(name, value)
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(answer.body)
            self.wfile.flush()

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: what was asked is in `Hub.requests`."""


def main() -> None:
    """Serve until standard input ends."""
    parser = argparse.ArgumentParser(description="A local Hugging Face hub for tests.")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--home", default="hub-home", help="where clients keep what they load")
    options = parser.parse_args()
    with Hub(options.port) as hub, contextlib.suppress(KeyboardInterrupt):
        for name, value in hub.environment(options.home).items():
            sys.stdout.write(f"export {name}={value}\n")
        sys.stdout.flush()
        sys.stdin.read()


if __name__ == "__main__":
    main()
