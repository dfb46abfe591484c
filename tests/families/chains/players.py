"""Scripted players, who read nothing but the messages of a dialogue."""

from pytest_ood import answers


def played(case, player):
    """The answers that a player gives in a conversation, put together, and the messages that it was sent."""
    messages, given = [case.prompt], []
    while messages[-1] is not None:
        given.append(player(messages))
        messages.append(case.reply(tuple(given)) if case.reply else None)
    assert len(given) == case.turns
    return answers.join(given), messages[:-1]
