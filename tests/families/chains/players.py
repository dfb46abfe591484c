"""Scripted players, who read nothing but the messages of a dialogue."""

from collections.abc import Callable, Sequence

from pytest_ood import Case, answers

# From all messages so far to the answer to the last one.
Player = Callable[[Sequence[str]], str]


def played(case: Case, player: Player) -> tuple[str, list[str]]:
    """Return the player's answers in a conversation, joined, and the messages that it was sent."""
    messages: list[str] = []
    given: list[str] = []
    message: str | None = case.prompt
    while message is not None:
        messages.append(message)
        given.append(player(messages))
        message = case.reply(tuple(given)) if case.reply else None
    assert len(given) == case.turns
    return answers.join(given), messages
