"""How a case becomes a conversation."""

from collections.abc import Callable

from pytest_ood.answers import wrap
from pytest_ood.call import Message
from pytest_ood.case import Case

Strategy = Callable[[Case], list[Message]]


def _shown(question: str, answer: str) -> list[Message]:
    return [{"role": "user", "content": question}, {"role": "assistant", "content": wrap(answer)}]


# The form of an answer is shown, not only told: small models follow an example where they miss an instruction. The
# three have nothing to do with any task and are the same for both arms, all strategies and all models.
EXCHANGES: tuple[Message, ...] = (
    *_shown("What is the capital of France? Give the answer between <answer> and </answer>.", "Paris"),
    *_shown("Write the letters k, b, t in this order, without spaces, between <answer> and </answer>.", "kbt"),
    *_shown("What is 2 + 3? Give the answer between <answer> and </answer>.", "5"),
)


def direct(case: Case) -> list[Message]:
    """Ask for the answer and nothing else."""
    return _conversation(case, "Give only the answer, between <answer> and </answer>.")


def cot(case: Case) -> list[Message]:
    """Ask for a chain of thought first (Wei et al. 2022; Kojima et al. 2022)."""
    return _conversation(case, "Think step by step. Then give the answer between <answer> and </answer>.")


def _conversation(case: Case, instruction: str) -> list[Message]:
    return [*EXCHANGES, {"role": "user", "content": f"{case.prompt}\n\n{instruction}"}]


STRATEGIES: dict[str, Strategy] = {"direct": direct, "cot": cot}
