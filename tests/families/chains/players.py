"""Scripted players, who read nothing but the messages of a dialogue."""

from collections.abc import Callable, Sequence

from pytest_ood import Case, answers

Player = Callable[[Sequence[str]], str]


def played(case: Case, player: Player) -> tuple[str, list[str]]:
    """The answers that a player gives in a conversation, put together, and the messages that it was sent."""
    messages: list[str] = []
    given: list[str] = []
    said: str | None = case.prompt
    while said is not None:
        messages.append(said)
        given.append(player(messages))
        said = case.reply(tuple(given)) if case.reply else None
    assert len(given) == case.turns
    return answers.join(given), messages
