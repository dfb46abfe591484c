"""A machine whose Hugging Face clients talk to the local hub."""

import os
import re
import subprocess
import sys
from pathlib import Path

from tests.dataset.making import contents
from tests.hub import WRITER, File, Hub, Repo

NAME = "org/failures"
# What the command does, without the pauses between attempts.
QUICKLY = """
import sys
from pytest_ood import cli
from pytest_ood.dataset import hub_retries
hub_retries.PAUSE_S = 0.01
{}
sys.exit(cli.main(sys.argv[1:]))
"""


class Client:
    """A machine: its folders, what it has loaded, and the command run on it."""

    def __init__(self, path: Path, hub: Hub, token: str | None = WRITER) -> None:
        self.path, self.hub, self.token = path, hub, token
        self.folder = path / "data"

    def environment(self, **more: str) -> dict[str, str]:
        """Nobody's variables but those of the system, and the hub's."""
        kept = {name: value for name, value in os.environ.items() if not re.search("TOKEN|KEY|SECRET|^HF_", name)}
        return kept | self.hub.environment(self.path / "home", self.token) | more

    def run(self, *arguments: object, patch: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
        """`pytest-ood` with these arguments."""
        return self.python(QUICKLY.format(patch), *arguments, **environment)

    def python(self, code: str, *arguments: object, **environment: str) -> subprocess.CompletedProcess[str]:
        """Python with these arguments."""
        command = [sys.executable, "-c", code, *map(str, arguments)]
        done = subprocess.run(
            command, env=self.environment(**environment), stdin=subprocess.DEVNULL, capture_output=True, text=True,
            timeout=60, check=False,
        )  # fmt: skip
        assert "Traceback" not in done.stderr, done.stderr
        assert WRITER not in done.stdout + done.stderr
        return done

    def put(self, *, public: bool = False) -> Repo:
        """Have the folder on the hub as `publish` leaves it, except for the card, without a process for it."""
        repo = self.hub.create(NAME, private=not public)
        named = {path: File(content, path.endswith(".parquet")) for path, content in contents(self.folder).items()}
        oid = repo.add(named, "Add run-1").oid
        repo.tags |= {f"run-{path.stem}": oid for path in (self.folder / "runs").iterdir()}
        return repo

    def publish(self, *arguments: object, patch: str = "", **environment: str) -> "subprocess.CompletedProcess[str]":
        """`pytest-ood publish` of the folder, without a confirmation."""
        before = contents(self.folder)
        done = self.run("publish", self.folder, NAME, "--yes", *arguments, patch=patch, **environment)
        assert before == contents(self.folder), "the folder is not as it was"
        return done

    def published(self, *arguments: object, patch: str = "", **environment: str) -> str:
        """What a publication says that has to go well."""
        done = self.publish(*arguments, patch=patch, **environment)
        assert done.returncode == 0, done.stderr
        return done.stdout.splitlines()[-1]

    def refused(self, *arguments: object, patch: str = "", **environment: str) -> str:
        """What a publication says that has to fail; nothing of the dataset has changed."""
        before = {name: list(repo.commits) for name, repo in self.hub.repos.items()}
        done = self.publish(*arguments, patch=patch, **environment)
        assert done.returncode == 1, done.stdout
        for name, repo in self.hub.repos.items():
            assert before.get(name, repo.commits[:1]) == repo.commits
        return done.stderr
