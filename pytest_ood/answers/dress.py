"""Take off what stands around an answer and is not part of it."""

import re
from collections.abc import Iterator

# What stands around an answer and is not part of it. The longer of two marks that begin alike comes first.
_AROUND = (
    ("$$", "$$"),
    ("$", "$"),
    (r"\(", r"\)"),
    (r"\[", r"\]"),
    (r"\boxed{", "}"),
    (r"\text{", "}"),
    (r"\mathrm{", "}"),
    ("**", "**"),
    ("__", "__"),
    ("*", "*"),
    ("`", "`"),
    ('"', '"'),
    ("'", "'"),
    ("\N{LEFT DOUBLE QUOTATION MARK}", "\N{RIGHT DOUBLE QUOTATION MARK}"),
    ("\N{LEFT SINGLE QUOTATION MARK}", "\N{RIGHT SINGLE QUOTATION MARK}"),
    ("\N{LEFT-POINTING DOUBLE ANGLE QUOTATION MARK}", "\N{RIGHT-POINTING DOUBLE ANGLE QUOTATION MARK}"),
)
_QUOTES = ('"', "'")
_FENCE = "```"
# The name of a language, after the beginning of a fence.
_LANGUAGE = re.compile(r"[\w+-]{0,20}[ \t]*\n")
# The words of a label are few and its length is bounded, so that a hostile answer costs no time.
_LABEL = re.compile(
    r"[*_]{0,2}(?:(?:so |therefore,? |thus,? )?(?:the |my )?(?:final )?answer(?: is:?|:)|[a-z] ?=)[*_]{0,2}\s?",
    re.IGNORECASE,
)
# More layers than this are no dress.
_MOST_LAYERS = 12


def layers(answer: str) -> Iterator[str]:
    r"""Yield an answer as it stands, and then with one layer of its dress after the other taken off.

    The dress is what stands around an answer without being part of it: a code fence, marks of Markdown and LaTeX,
    quotation marks, a label such as "The answer is" or "x =", and a final full stop, in any order and number:
    ``**Answer: $\boxed{23}$.**`` is 23. Which layers are dress depends on the question, so each is to be judged.
    """
    yield answer
    # Blanks that look like others, and line ends of other systems.
    text = answer.replace("\r\n", "\n").replace("\N{NO-BREAK SPACE}", " ").strip()
    if text != answer:
        yield text
    for _ in range(_MOST_LAYERS):
        peeled = _without_layer(text).strip()
        if peeled == text or not peeled:
            break
        text = peeled
        yield text


def peel(answer: str) -> str:
    """Return an answer without any dress, see `layers`."""
    *_, text = layers(answer)
    return text


def _without_layer(text: str) -> str:
    """Return the text without its outermost layer."""
    if text.startswith(_FENCE) and text.endswith(_FENCE) and len(text) > 2 * len(_FENCE):
        inner = text[len(_FENCE) : -len(_FENCE)]
        language = _LANGUAGE.match(inner)
        return inner[language.end() :] if language else inner
    for before, after in _AROUND:
        if text.startswith(before) and text.endswith(after) and len(text) > len(before) + len(after):
            inner = text[len(before) : -len(after)]
            # Two parts in bold are not one; but a quotation may have quotation marks and apostrophes of its own.
            if before != after or before in _QUOTES or before not in inner:
                return inner
    if text.endswith(".") and not text.endswith("..."):
        return text[:-1]
    label = _LABEL.match(text)
    return text[label.end() :] if label else text
