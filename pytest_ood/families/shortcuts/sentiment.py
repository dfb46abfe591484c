"""Reviews whose loudest word often says the opposite of what the reviewer thinks."""

import functools

import numpy as np

from pytest_ood.case import Case
from pytest_ood.drawing import choice
from pytest_ood.families.one_word import one_word
from pytest_ood.families.shortcuts.reviews import LOUD, REVIEWS, WORKS
from pytest_ood.parameters import expect_one_of
from pytest_ood.tasks import task
from pytest_ood.verify import Check

# In the shift arm.
SHARE_OF_RIGHT_LOUD_WORDS = 1 / 3

PROMPTS = (
    """\
This is a review:
{review}

What does the reviewer think of the {work}? Give one word: positive or negative.""",
    """\
Decide whether the author of this review has a positive or a negative opinion of the {work}. Write just that one word.

{review}""",
    """\
{review}

In what it says about the {work}, is this review positive or negative? Answer with one of these two words.""",
)


@task(
    control={"words": "plain"},
    name="shortcuts.sentiment",
    family="shortcuts and planning",
    version=3,
    wordings=len(PROMPTS),
)
def sentiment(rng: np.random.Generator, *, words: str = "lured", wording: int = 0) -> Case:
    """Whether a review is positive or negative, when its loudest word is no guide to it.

    Moves: one word: in the control arm the loud word of a review agrees with what the reviewer thinks ("A lousy way to
    die of boredom"); in the shift arm it says the opposite in two cases of three ("A great way to die of boredom").
    Matched: everything else: the sentence around the loud word, which decides by itself; the label; what is reviewed;
    the length of the loud word. Labels are balanced in both arms. In the third of the cases in which the loud word is
    right in the shift arm, too, both arms ask the same question.
    Lures: `loud_word`, the sentiment of the loud word where it is wrong; `opposite_of_loud_word` where it is right.
    Every case has one of them.
    Chance: in the control arm 1/2, though the loud word is always right: that is what makes it familiar. In the shift
    arm 2/3, for saying the opposite of the loud word.
    Source: the "thwarted expectations" of Pang, Lee & Vaithyanathan 2002, "Thumbs up?" (cs/0205070), and Geirhos et al.
    2020 (2004.07780) on shortcuts. The sentences are our own.

    Args:
        words: "plain", where the loud word agrees with the reviewer, or "lured".
        wording: the wording of the question, 0 to 2.

    Raises:
        ValueError: a parameter has any other value.
    """
    expect_one_of("words", words, ("plain", "lured"))
    label, opposite = ("positive", "negative") if rng.random() < 0.5 else ("negative", "positive")
    is_loud_word_right = rng.random() < SHARE_OF_RIGHT_LOUD_WORDS or words == "plain"
    loud_label = label if is_loud_word_right else opposite
    loud = choice(rng, LOUD[loud_label])
    work = choice(rng, WORKS)
    review = choice(rng, REVIEWS[label]).format(loud=loud, work=work)
    return Case(
        PROMPTS[wording].format(review=review, work=work),
        answer=label,
        lures={"opposite_of_loud_word" if is_loud_word_right else "loud_word": opposite},
        verify=functools.partial(check_label, answer=label),
        input=review,
        chance=1 / 2 if words == "plain" else 1 - SHARE_OF_RIGHT_LOUD_WORDS,
    )


def check_label(given: str, answer: str) -> Check:
    """Check that it is the right one of the two words. Case and a closing full stop do not count.

    The detail of a wrong answer: `given`, the other word, or `not_a_label`.
    """
    word = one_word(given)
    if word == answer:
        return Check(True)
    return Check(False, {"given": word}) if word in LOUD else Check.unparsed(not_a_label=True)
