"""The wordings of the task to decode or encode a message."""

_RULE = """\
Rot-{shift} is a cipher that replaces each letter with the one {places} further on in the alphabet, with a \
following z. For example, "{sample}" becomes "{coded_sample}". To decode a message, go {places} back instead.

"""
_BELOW = """\

In rot-{shift}, every letter of a text is replaced with the letter {places} later in the alphabet, where z is followed \
by a. So "{sample}" is turned into "{coded_sample}". Going {places} back instead decodes a message."""
_ABOVE = """\
To encode a message in the cipher called rot-{shift}, move each of its letters {places} forward in the alphabet; after \
z comes a. To decode one, move them {places} back. Thus "{sample}" is encoded as "{coded_sample}".

"""

# For each wording, the question by what is asked for.
PROMPTS = (
    {
        "decode": _RULE
        + """\
This message is written in rot-{shift}:
{message}

Give the decoded message in lower case, with spaces between the words.""",
        "encode": _RULE
        + """\
This message is in plain English:
{message}

Give the message in rot-{shift}, in lower case, with spaces between the words.""",
    },
    {
        "decode": """\
Decode this message, which is in rot-{shift}:
{message}
"""
        + _BELOW
        + " Write the decoded message in lower case, with spaces between the words.",
        "encode": """\
Put this message, which is in plain English, into rot-{shift}:
{message}
"""
        + _BELOW
        + " Write the message in rot-{shift} in lower case, with spaces between the words.",
    },
    {
        "decode": _ABOVE
        + """\
How does this message in rot-{shift} read once it is decoded? Answer in lower case, with spaces between the words.

{message}""",
        "encode": _ABOVE
        + """\
How does this message in plain English read in rot-{shift}? Answer in lower case, with spaces between the words.

{message}""",
    },
)
SPACED = """

In the message, one space stands between the letters of a word and three spaces between words. Leave out the spaces \
within words."""
