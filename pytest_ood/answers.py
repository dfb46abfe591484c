"""Reading the answer out of a response: from the last ``<answer>...</answer>``, or not at all."""

OPEN, CLOSE = "<answer>", "</answer>"


def wrap(answer: str) -> str:
    """The form in which an answer is shown and expected."""
    return f"{OPEN}{answer}{CLOSE}"


def read(response: str) -> str | None:
    """The text between the last pair of answer tags, stripped; None where there is none to read.

    Nothing is guessed: a response without tags, or one that opens a further answer and never closes it, has no answer.
    """
    close = response.rfind(CLOSE)
    if close < 0 or response.find(OPEN, close) >= 0:
        return None
    start = response.rfind(OPEN, 0, close)
    if start < 0:
        return None
    return response[start + len(OPEN) : close].strip()
