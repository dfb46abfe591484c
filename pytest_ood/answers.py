"""Reading the answer out of a response: from the last ``<answer>...</answer>``, or not at all."""

OPEN, CLOSE = "<answer>", "</answer>"


def wrap(answer: str) -> str:
    """The form in which an answer is shown and expected."""
    return f"{OPEN}{answer}{CLOSE}"


def read(response: str) -> str | None:
    """The text between the last pair of answer tags, stripped; None where there is none to read.

    Nothing is guessed: a response without tags, or one that opens a further answer and never closes it, has no answer.
    """
    start = response.rfind(OPEN)
    close = response.find(CLOSE, start) if start >= 0 else -1
    return None if close < 0 else response[start + len(OPEN) : close].strip()
