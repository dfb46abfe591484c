"""Reviews whose loudest word says the opposite of what the reviewer thinks."""

import functools

import numpy as np

from pytest_ood.case import Case, task
from pytest_ood.drawing import choice
from pytest_ood.families.lures import wrong_answers
from pytest_ood.families.shortcuts.one_word import one_word
from pytest_ood.families.shortcuts.reviews import LOUD, LURED_REVIEWS, PLAIN_REVIEWS, WORKS
from pytest_ood.parameters import expect_one_of
from pytest_ood.verify import Check

PROMPT = """\
This is a review:
{review}

What does the reviewer think of the {work}? Give one word, positive or negative."""


@task(control={"wording": "plain"}, name="shortcuts.sentiment", family="shortcuts and planning")
def sentiment(rng: np.random.Generator, *, wording: str = "lured") -> Case:
    """Whether a review is positive or negative, when its loudest word says the opposite.

    Moves: the wording: in the control arm the loud word of a review says what the reviewer thinks ("A great way to
    spend an evening"); in the shift arm the rest of the sentence turns it round ("A great way to die of boredom").
    Matched: the label, what is reviewed, the length of the loud word, and on average the length of the review. The loud
    words of a pair necessarily point in opposite directions. Labels are balanced in both arms.
    Lures: `loud_word`, the sentiment of the loud word, wrong in every case of the shift arm. The control arm has none.
    Chance: 0.5.
    Source: the "thwarted expectations" of Pang, Lee & Vaithyanathan 2002, "Thumbs up?" (cs/0205070), and Geirhos et al.
    2020 (2004.07780) on shortcuts. The sentences are our own.

    Args:
        wording: "plain" or "lured".

    Raises:
        ValueError: the wording has any other value.
    """
    expect_one_of("wording", wording, ("plain", "lured"))
    label, opposite = ("positive", "negative") if rng.random() < 0.5 else ("negative", "positive")
    loud_label = label if wording == "plain" else opposite
    loud = choice(rng, LOUD[loud_label])
    work = choice(rng, WORKS)
    sentence = choice(rng, PLAIN_REVIEWS if wording == "plain" else LURED_REVIEWS[label])
    review = sentence.format(loud=loud, work=work)
    return Case(
        PROMPT.format(review=review, work=work),
        answer=label,
        lures=wrong_answers(label, {"loud_word": loud_label}),
        verify=functools.partial(check_label, answer=label),
        input=review,
        chance=0.5,
    )


def check_label(given: str, answer: str) -> Check:
    """Check that it is the right one of the two words. Case and a closing full stop do not count.

    The detail of a wrong answer: `given`, the other word, or `not_a_label`.
    """
    word = one_word(given)
    if word == answer:
        return Check(True)
    return Check(False, {"given": word} if word in LOUD else {"not_a_label": True})
