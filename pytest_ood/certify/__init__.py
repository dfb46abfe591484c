"""Certification: are tasks and verifiers what they claim to be? No model is asked: cases are drawn and answers judged.

Each check is a function from the cases of both arms to what is wrong with them; `CHECKS` has them by the names that the
table shows. A task or a verifier that raises is at fault too. The checks lie in files by what they look at: `drawing`,
`cases`, `mutants`, `hostile`, `matching`, `dialogues`; `elsewhere` is the other process, `arms` what they all share.
"""

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from pytest_ood.case import Params, Task
from pytest_ood.certify.arms import Arms, CheckAborted, Drawn, DrawnArms, Finding, Found, Subject, draw_arms, named
from pytest_ood.certify.cases import comprehension, detail, dropped_lures, form, lures, oracle, trivial
from pytest_ood.certify.dialogues import dialogue
from pytest_ood.certify.drawing import repeatable, seeds
from pytest_ood.certify.elsewhere import drawn_elsewhere
from pytest_ood.certify.hostile import hostile
from pytest_ood.certify.matching import chance, matched, moved
from pytest_ood.certify.mutants import mutants, same

__all__ = ["CHECKS", "Certificate", "Drawn", "Fault", "Subject", "certify", "certify_all", "same"]

# Findings of one check that are told apart by their words; more add nothing.
MOST_FINDINGS = 3

CHECKS: dict[str, Callable[[Arms], Found]] = {
    "repeatable": repeatable,
    "form": form,
    "oracle": oracle,
    "lures": lures,
    "mutants": mutants,
    "trivial": trivial,
    "hostile": hostile,
    "detail": detail,
    "matched": matched,
    "moved": moved,
    "chance": chance,
    "seeds": seeds,
    "dialogue": dialogue,
    "comprehension": comprehension,
}


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a task.

    Attributes:
        check: the name of the check that found it.
        what: one line for a person.
        drawn: a case that shows it, where one does.
        given: the answer to this case that shows it.
    """

    check: str
    what: str
    drawn: Drawn | None = None
    given: str | None = None


@dataclass(frozen=True, slots=True)
class Certificate:
    """What certification found out about a subject.

    Attributes:
        faults: what is wrong; empty where all is well.
        unchecked: why it could not be drawn in another process, where it could not.
        dropped_lures: the share of the shift arm's cases that lost a lure because it was the answer.
    """

    faults: tuple[Fault, ...] = ()
    unchecked: str = ""
    dropped_lures: float = 0.0


def certify_all(
    subjects: Sequence[Subject], seed: int = 0, progress: Callable[[int], None] = lambda _: None
) -> list[Certificate]:
    """Certify subjects, in this process and in another.

    Args:
        subjects: what to certify.
        seed: of the cases.
        progress: called with the number of subjects that are done.

    Returns:
        A certificate for each subject, in their order.
    """
    known: DrawnArms = {}
    certificates = []
    for done, subject in enumerate(subjects):
        progress(done)
        certificates.append(_certificate(subject, seed, known))
    # A task that draws something else each time does so in another process too.
    steady = [not {"draws", "repeatable"} & {fault.check for fault in found.faults} for found in certificates]
    there = iter(drawn_elsewhere(list(itertools.compress(subjects, steady)), seed))
    certificates = [
        _with_process(found, next(there)) if is_steady else found
        for found, is_steady in zip(certificates, steady, strict=True)
    ]
    progress(len(subjects))
    return certificates


def certify(
    task: Task, params: Params, control_params: Params, seed: int = 0, kept: DrawnArms | None = None
) -> list[Fault]:
    """Certify a task at one set of parameters, in this process.

    Args:
        task: what to certify.
        params: of its shift arm.
        control_params: of its control arm; where they are the same there is one arm, and nothing is compared.
        seed: of the cases.
        kept: arms drawn before, to which those drawn here are added.

    Returns:
        What is wrong; nothing if all is well.
    """
    return list(_certificate(Subject(task, params, control_params), seed, {} if kept is None else kept).faults)


def _certificate(subject: Subject, seed: int, known: DrawnArms) -> Certificate:
    try:
        arms = draw_arms(subject, seed, known)
    except CheckAborted as aborted:
        return Certificate((Fault("draws", *aborted.finding),))
    faults = [Fault(name, *finding) for name, check in CHECKS.items() for finding in _findings(check, arms)]
    return Certificate(tuple(faults), dropped_lures=dropped_lures(arms))


def _with_process(found: Certificate, there: list[Finding] | str) -> Certificate:
    """The certificate with what the other process showed, or why it could not."""
    if isinstance(there, str):
        return replace(found, unchecked=there)
    return replace(found, faults=(*found.faults, *(Fault("process", *finding) for finding in there)))


def _findings(check: Callable[[Arms], Found], arms: Arms) -> list[Finding]:
    """The first findings of a check, one of each kind."""
    found: dict[str, Finding] = {}
    try:
        for finding in check(arms):
            found.setdefault(finding.what, finding)
            if len(found) == MOST_FINDINGS:
                break
    except CheckAborted as aborted:
        found.setdefault(aborted.finding.what, aborted.finding)
    except Exception as error:
        found.setdefault("", Finding(f"could not be checked: {named(error)}"))
    return list(found.values())
