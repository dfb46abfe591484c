"""How a case becomes a conversation."""

from collections.abc import Callable

from pytest_ood.answers import wrap
from pytest_ood.call import Message
from pytest_ood.case import Case

Strategy = Callable[[Case], list[Message]]


def _shown(question: str, answer: str) -> list[Message]:
    return [{"role": "user", "content": question}, {"role": "assistant", "content": wrap(answer)}]


# The form of an answer is shown, not only told: small models follow an example where they miss an instruction. The
# three have nothing to do with any task and are the same for both arms, all strategies and all models. Asked like this
# SmolLM2-135M gives readable answers to tasks as different as a sum and a row of cells; an instruction in each of the
# three made it worse.
EXCHANGES: tuple[Message, ...] = (
    *_shown("What is the capital of France?", "Paris"),
    *_shown("Three letters are given:\nk\nb\nt\n\nWrite them in this order, separated by spaces.", "k b t"),
    *_shown("What is 2 + 3? Give its value as a whole number in decimal digits.", "5"),
)


def direct(case: Case) -> list[Message]:
    """Ask for the answer and nothing else."""
    return _conversation(case, "Answer in the form <answer>...</answer>.")


def cot(case: Case) -> list[Message]:
    """Ask for a chain of thought first (Wei et al. 2022; Kojima et al. 2022)."""
    return _conversation(case, "Think step by step. Then answer in the form <answer>...</answer>.")


def _conversation(case: Case, instruction: str) -> list[Message]:
    return [*EXCHANGES, {"role": "user", "content": f"{case.prompt}\n\n{instruction}"}]


STRATEGIES: dict[str, Strategy] = {"direct": direct, "cot": cot}
