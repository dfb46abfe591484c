"""Draw cases in another process, with another hash seed: they must be the same.

A subject is sent as a pickle, its task as an address. All go to one process, because each process costs its imports.
"""

import itertools
import json
import os
import pickle
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from typing import Any

from pytest_ood.certify.arms import Drawn, Finding, Subject, describe_error, draw_case
from pytest_ood.certify.drawing import fingerprint
from pytest_ood.errors import TaskError
from pytest_ood.text.canonical import canonical, digest

# Cases of each arm that are compared.
CASES = 10


class Elsewhere:
    """Another process that draws the cases of subjects, while this one goes on."""

    def __init__(self, subjects: Sequence[Subject], seed: int) -> None:
        """Start it."""
        self._seed = seed
        self._pickles = [_pickled(subject) for subject in subjects]
        sent = [packed for packed in self._pickles if isinstance(packed, bytes)]
        self._process = _started(sent, seed) if sent else None

    def __enter__(self) -> "Elsewhere":
        return self

    def __exit__(self, *_: object) -> None:
        """End it, if nobody has waited for what it finds."""
        if self._process is not None and self._process.returncode is None:
            self._process.kill()
            self._process.communicate()

    def findings(self, subjects: Sequence[Subject]) -> list[list[Finding] | str]:
        """Compare the cases of the same subjects with those that it has drawn.

        Returns:
            For each subject its findings, or why it could not be drawn there.
        """
        results = iter(self._read())
        there = [packed if isinstance(packed, str) else next(results) for packed in self._pickles]
        return [
            digests if isinstance(digests, str) else _compared(subject, self._seed, digests)
            for subject, digests in zip(subjects, there, strict=True)
        ]

    def _read(self) -> Sequence[Any]:
        if self._process is None:
            return []
        output, errors = self._process.communicate()
        try:
            results: list[Any] = json.loads(output.rpartition(b"\n")[2])
        except ValueError:
            last = errors.decode(errors="replace").strip().rpartition("\n")[2]
            why = f"the other process ended early: {last or f'exit status {self._process.returncode}'}"
            return [why] * len(self._pickles)
        return results


def _pickled(subject: Subject) -> bytes | str:
    """The subject as a pickle, or why it has none. Each is pickled alone, so that one cannot spoil the others."""
    try:
        return pickle.dumps(subject)
    except TaskError as error:
        return str(error)
    except Exception as error:
        return f"task {subject.task.name} cannot be pickled: {describe_error(error)}"


def _started(pickles: Sequence[bytes], seed: int) -> subprocess.Popen[bytes]:
    search_path = [str(place) for place in sys.path]
    # Any other than this process's own, if it has one.
    hash_seed = "4242" if os.environ.get("PYTHONHASHSEED") != "4242" else "4243"
    # A file and not a pipe: nobody waits until it has been read.
    with tempfile.TemporaryFile() as file:
        pickle.dump((search_path, seed, pickles), file)
        file.seek(0)
        return subprocess.Popen(
            [sys.executable, "-c", f"from {__name__} import main; main()"],
            stdin=file,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={**os.environ, "PYTHONHASHSEED": hash_seed, "PYTHONPATH": os.pathsep.join(filter(None, search_path))},
        )


def _compared(subject: Subject, seed: int, there: Any) -> list[Finding]:
    here = _digests(subject, seed)
    for arm, draw in itertools.product(subject.arms, range(subject.draws(CASES))):
        if here[arm][draw] != there[arm][draw]:
            raised = f"; there it raises {there['raised']}" if there["raised"] else ""
            what = f"in another process, with another hash seed, the same draw gives another case{raised}"
            return [Finding(what, Drawn(arm, draw, draw_case(subject, arm, seed, draw)))]
    return []


def _digests(subject: Subject, seed: int) -> dict[str, Any]:
    """The digests of the first cases of both arms; empty from the case on at which the task raises."""
    digests: dict[str, Any] = {"control": [""] * CASES, "shift": [""] * CASES, "raised": ""}
    try:
        for arm, draw in itertools.product(subject.arms, range(subject.draws(CASES))):
            case = subject.task.draw(subject.arm_params(arm), seed, draw)
            digests[arm][draw] = digest(canonical(fingerprint(case)))
    except Exception as error:
        digests["raised"] = describe_error(error)
    return digests


def main() -> None:
    """Run in the other process: read pickled subjects, and write the digests of their cases or why there are none."""
    search_path, seed, pickles = pickle.load(sys.stdin.buffer)
    sys.path[:] = search_path
    # Whatever the tasks' modules print must not get into the output.
    output, sys.stdout = sys.stdout, sys.stderr
    results: list[Any] = []
    for packed in pickles:
        try:
            subject: Subject = pickle.loads(packed)
        except (Exception, SystemExit) as error:
            results.append(str(error) if isinstance(error, TaskError) else describe_error(error))
        else:
            results.append(_digests(subject, seed))
    output.write("\n" + json.dumps(results))
