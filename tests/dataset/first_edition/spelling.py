"""The tasks that the dataset next to this file was made with.

`spell_on` was a `Case(..., reply=..., turns=...)` then; the questions and answers are the same.
"""

from pytest_ood import Case, Dialogue, task


@task(control={"size": 1}, family="spelling")
def spell(rng, size):
    """Spell a word backward."""
    word = "".join(rng.choice(list("abcdefgh"), 8))
    return Case(f"Spell {word} backward, size {size}.", word[::-1], lures={"copied": word}, input=word)


@task(control={"turns": 1}, family="spelling")
def spell_on(rng, turns):
    """Spell a word backward, then another: a dialogue."""
    words = ["".join(rng.choice(list("abcdefgh"), 4)) for _ in range(turns)]
    answers = [word[::-1] for word in words]

    def reply(given):
        return f"Now spell {words[len(given)]} backward." if len(given) < turns else None

    return Dialogue(
        f"Spell {words[0]} backward.\n\nThere may be more words after it.",
        reply=reply,
        answers=answers,
        lures={"copied": words},
    )
