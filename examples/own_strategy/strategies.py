"""A strategy of one's own: first a plan, then the answer."""

from collections.abc import Sequence

from pytest_ood import Answer, Ask, Asked, Done, Message, Strategy


class Plan(Strategy):
    """The model says in a sentence what it will do, and then does it."""

    calls = 2

    def turns(self, asked: Asked, history: Sequence[Answer]) -> Ask | Done:
        """Ask for a plan, then for the answer."""
        question = asked.messages("Say in one sentence how you will find the answer. Do not give it yet.")
        if not history:
            return Ask(question)
        if len(history) == 1:
            plan: Message = {"role": "assistant", "content": history[0].text}
            return Ask([*question, plan, {"role": "user", "content": f"Go ahead. {self.instruction}"}])
        return Done(history[1], {"planned": bool(history[0].text.strip())})
