"""Who is using a store: each process that asks anything holds a lock file while it lives."""

import threading
import uuid
from pathlib import Path
from typing import Any


class Workers:
    """The processes that use a store, as one of them sees them.

    Attributes:
        mine: the name of this one.
    """

    def __init__(self, store: Path) -> None:
        self.mine = uuid.uuid4().hex
        self._folder = store.with_name(store.name + "-workers")
        self._lock: Any = None
        self._locking = threading.Lock()

    @property
    def holds(self) -> bool:
        """Whether this process holds its lock file."""
        return self._lock is not None

    def hold(self) -> bool:
        """Hold the lock file of this process; return whether it did not before."""
        with self._locking:
            if self.holds:
                return False
            from filelock import FileLock

            # The lock belongs to the process, whichever thread acquired or releases it.
            lock = FileLock(self._path(self.mine), thread_local=False)
            lock.acquire()
            self._lock = lock
            return True

    def release(self) -> None:
        """Let go of the lock file, if it is held."""
        if self._lock is not None:
            self._lock.release()
            self._path(self.mine).unlink(missing_ok=True)
            self._lock = None

    def has_others(self) -> bool:
        """Return whether another living process holds its lock file."""
        return any(_is_locked(path) for path in self._folder.glob("*.lock") if path.stem != self.mine)

    def alive(self, worker: str) -> bool:
        """Return whether a process lives; what a dead one has left is removed."""
        path = self._path(worker)
        if path.exists() and _is_locked(path):
            return True
        path.unlink(missing_ok=True)
        return False

    def _path(self, worker: str) -> Path:
        self._folder.mkdir(exist_ok=True)
        return self._folder / f"{worker}.lock"


def _is_locked(path: Path) -> bool:
    from filelock import FileLock, Timeout

    try:
        with FileLock(path, timeout=0):
            return False
    except Timeout:
        return True
