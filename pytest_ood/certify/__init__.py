"""Certification: check that tasks and verifiers are what they claim to be, without asking a model.

Each check is a function from the cases of both arms to the findings about them; `CHECKS` lists them under the names
that the table shows. A task or a verifier that raises is at fault too. The checks are in files by subject: `drawing`,
`cases`, `forms` (with `dresses`), `mutants`, `hostile`, `matching` (with `tokens`), `baselines`, `dialogues`,
`solving`, `wordings`. `elsewhere` runs the other process; all share `arms`. `measures` has figures about both arms for
readers. `wrong_strings` is for tests and benchmarks, which try more strings than there is time for here.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from pytest_ood.certify.arms import (
    Arms,
    CheckAborted,
    Drawn,
    DrawnArms,
    Finding,
    Findings,
    Subject,
    arm_key,
    describe_error,
    draw_arms,
)
from pytest_ood.certify.baselines import chance
from pytest_ood.certify.cases import comprehension, detail, form, lures, oracle, trivial
from pytest_ood.certify.dialogues import dialogue
from pytest_ood.certify.drawing import repeatable, seeds
from pytest_ood.certify.elsewhere import Elsewhere
from pytest_ood.certify.forms import forms
from pytest_ood.certify.hostile import hostile
from pytest_ood.certify.matching import lured_right, matched, moved
from pytest_ood.certify.mutants import mutants, same
from pytest_ood.certify.solving import solving
from pytest_ood.certify.wordings import wordings
from pytest_ood.tasks import Params, Task

__all__ = ["CHECKS", "Certificate", "Drawn", "Fault", "Subject", "certify", "certify_all", "same"]

# The most findings with different texts that one check reports; more would add nothing.
MOST_FINDINGS = 3

CHECKS: dict[str, Callable[[Arms], Findings]] = {
    "repeatable": repeatable,
    "form": form,
    "oracle": oracle,
    "lures": lures,
    "forms": forms,
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
    "solving": solving,
    "wordings": wordings,
}


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a task.

    Attributes:
        check: the name of the check that found it.
        what: one line for a person.
        drawn: a case that shows it, if there is one.
        given: the answer to this case that shows it.
    """

    check: str
    what: str
    drawn: Drawn | None = None
    given: str | None = None


@dataclass(frozen=True, slots=True)
class Certificate:
    """The result of certifying a subject.

    Attributes:
        faults: what is wrong; empty if all is well.
        unchecked: why it could not be drawn in another process; empty if it could.
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
        seed: the seed of the cases.
        progress: called with the number of subjects done so far.

    Returns:
        A certificate for each subject, in their order.
    """
    drawn_arms = DrawnArms()
    certificates = []
    with Elsewhere(subjects, seed) as elsewhere:
        for done, subject in enumerate(subjects):
            progress(done)
            certificates.append(_certificate(subject, seed, drawn_arms))
        findings = elsewhere.findings(subjects)
    # A task that draws something different each time does so in another process too.
    steady = [not {"draws", "repeatable"} & {fault.check for fault in one.faults} for one in certificates]
    certificates = [
        _with_process(certificate, there) if is_steady else certificate
        for certificate, there, is_steady in zip(certificates, findings, steady, strict=True)
    ]
    progress(len(subjects))
    return certificates


def certify(
    task: Task, params: Params, control_params: Params, seed: int = 0, drawn_arms: DrawnArms | None = None
) -> list[Fault]:
    """Certify a task at one set of parameters, in this process.

    Args:
        task: what to certify.
        params: the parameters of its shift arm.
        control_params: those of its control arm; if they are the same, there is one arm and nothing is compared.
        seed: the seed of the cases.
        drawn_arms: arms drawn earlier, to which those drawn here are added.

    Returns:
        What is wrong; an empty list if all is well.
    """
    drawn_arms = DrawnArms() if drawn_arms is None else drawn_arms
    return list(_certificate(Subject(task, params, control_params), seed, drawn_arms).faults)


def _certificate(subject: Subject, seed: int, drawn_arms: DrawnArms) -> Certificate:
    try:
        arms = draw_arms(subject, seed, drawn_arms)
    except CheckAborted as aborted:
        return Certificate((Fault("draws", *aborted.finding),))
    faults = [Fault(name, *finding) for name, check in CHECKS.items() for finding in _findings(check, arms)]
    if not faults:
        drawn_arms.clean.add(arm_key(subject, "control", seed))
    return Certificate(tuple(faults), dropped_lures=lured_right(arms.moved))


def _with_process(certificate: Certificate, there: list[Finding] | str) -> Certificate:
    """The certificate with the findings of the other process, or why there are none."""
    if isinstance(there, str):
        return replace(certificate, unchecked=there)
    return replace(certificate, faults=(*certificate.faults, *(Fault("process", *finding) for finding in there)))


def _findings(check: Callable[[Arms], Findings], arms: Arms) -> list[Finding]:
    """The first findings of a check, one of each kind."""
    findings: dict[str, Finding] = {}
    try:
        for finding in check(arms):
            findings.setdefault(finding.what, finding)
            if len(findings) == MOST_FINDINGS:
                break
    except CheckAborted as aborted:
        findings.setdefault(aborted.finding.what, aborted.finding)
    except Exception as error:
        findings.setdefault("", Finding(f"could not be checked: {describe_error(error)}"))
    return list(findings.values())
