"""The same answer in another dress: what a person would call right must be right."""

from collections.abc import Callable, Iterator, Mapping

from pytest_ood import answers
from pytest_ood.case import Case
from pytest_ood.certify.arms import Arms, Drawn, Finding, Findings, judged

# How many cases of each arm are tried in every dress.
_CASES = 10

#: How models dress an answer that is asked for by itself.
DRESSES: Mapping[str, Callable[[str], str]] = {
    "code fence": lambda answer: f"```\n{answer}\n```",
    "code fence with a language": lambda answer: f"```text\n{answer}\n```",
    "backticks": lambda answer: f"`{answer}`",
    "bold": lambda answer: f"**{answer}**",
    "bold with underscores": lambda answer: f"__{answer}__",
    "italics": lambda answer: f"*{answer}*",
    "bold, then a full stop": lambda answer: f"**{answer}**.",
    "bold with a full stop inside": lambda answer: f"**{answer}.**",
    "double quotes": lambda answer: f'"{answer}"',
    "single quotes": lambda answer: f"'{answer}'",
    "curly quotes": lambda answer: f"\N{LEFT DOUBLE QUOTATION MARK}{answer}\N{RIGHT DOUBLE QUOTATION MARK}",
    "single curly quotes": lambda answer: f"\N{LEFT SINGLE QUOTATION MARK}{answer}\N{RIGHT SINGLE QUOTATION MARK}",
    "guillemets": lambda answer: (
        f"\N{LEFT-POINTING DOUBLE ANGLE QUOTATION MARK}{answer}\N{RIGHT-POINTING DOUBLE ANGLE QUOTATION MARK}"
    ),
    "quotes, then a full stop": lambda answer: f'"{answer}".',
    "dollar signs": lambda answer: f"${answer}$",
    "double dollar signs": lambda answer: f"$${answer}$$",
    "round brackets of LaTeX": lambda answer: rf"\({answer}\)",
    "square brackets of LaTeX": lambda answer: rf"\[{answer}\]",
    "a box": lambda answer: rf"\boxed{{{answer}}}",
    "a box in dollar signs": lambda answer: rf"$\boxed{{{answer}}}$",
    "text in a box": lambda answer: rf"\boxed{{\text{{{answer}}}}}",
    "Answer:": lambda answer: f"Answer: {answer}",
    "Answer: in bold": lambda answer: f"**Answer:** {answer}",
    "The answer is": lambda answer: f"The answer is {answer}",
    "The answer is, with a full stop": lambda answer: f"The answer is {answer}.",
    "The final answer is:": lambda answer: f"The final answer is: **{answer}**",
    "x =": lambda answer: f"x = {answer}",
    "a full stop": lambda answer: f"{answer}.",
    "blank lines": lambda answer: f"\n\n{answer}\n\n",
    "line ends of Windows": lambda answer: f"\r\n{answer}\r\n".replace("\r\n", "\n").replace("\n", "\r\n"),
    "blanks that do not break": lambda answer: f"\N{NO-BREAK SPACE}{answer}\N{NO-BREAK SPACE}",
}


def forms(arms: Arms) -> Findings:
    """Check that a right answer is right in every dress, and a lure in every dress that lure."""
    for name in ("control", "shift"):
        for drawn in [one for one in arms.all() if one.arm == name][:_CASES]:
            yield from _right_answer(drawn)
            yield from _lures(drawn)


def _right_answer(drawn: Drawn) -> Findings:
    case = drawn.case
    # What is wrong without any dress is the business of other checks.
    if case.answer == case.answer.strip() and judged(drawn, case.answer).correct:
        for dress, given in _dressed(case, case.answer):
            if not any(judged(drawn, reading).correct for reading in _readings(case, given)):
                yield Finding(f"the right answer is wrong in another dress: {dress}", drawn, given)


def _lures(drawn: Drawn) -> Findings:
    case = drawn.case
    for lure, wrong in case.lures.items():
        if judged(drawn, wrong).correct or case.lure(wrong) != lure:
            continue
        for dress, given in _dressed(case, wrong):
            readings = _readings(case, given)
            if any(judged(drawn, reading).correct for reading in readings):
                yield Finding(f"the lure {lure!r} is right in another dress: {dress}", drawn, given)
            elif case.lure(readings[-1]) != lure:
                yield Finding(f"the lure {lure!r} is not recognised in another dress: {dress}", drawn, given)


def _dressed(case: Case, text: str) -> Iterator[tuple[str, str]]:
    """Yield the name of each dress, and the text in it; of a dialogue each answer."""
    for name, dress in DRESSES.items():
        turns = answers.split(text) if case.reply is not None else [text]
        yield name, answers.join([dress(turn) for turn in turns]) if case.reply is not None else dress(text)


def _readings(case: Case, given: str) -> list[str]:
    """Return what a dressed answer may be meant to be, as it is judged in a run."""
    if case.reply is None:
        return list(answers.layers(given))
    return [given, answers.join([answers.peel(turn) for turn in answers.split(given)])]
