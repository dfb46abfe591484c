"""The first message of `wordle` in three wordings, and its two questions in each."""

PROMPTS = (
    """\
There is a secret word: a common English word of five letters, in American spelling. Each guess gets feedback on its \
letters:
green: the secret word has this letter in this place.
yellow: the secret word has this letter in another place.
gray: neither.
Green letters are marked first, then yellow ones from left to right. Each letter of the secret word accounts for one \
mark only: if a letter occurs twice in a guess and once in the secret word, one of the two is green or yellow, and the \
other is gray. A guess counts as a word if it is in the public word list SCOWL up to size 70; names, abbreviations and \
vulgar words do not count.

The first guess and its feedback:
{feedback}

{question}""",
    """\
Someone has chosen a secret word, a common English word of five letters in American spelling, and answers each guess \
by marking its letters. A letter is marked green if the secret word has it in the same place, yellow if the secret \
word has it in another place, and gray otherwise. Green letters are marked before yellow ones, and the yellow ones \
from left to right. No letter of the secret word is used for more than one mark: if a guess has a letter twice and the \
secret word has it once, only one of the two is green or yellow, and the other is gray. Words are those in the public \
word list SCOWL up to size 70, except names, abbreviations and vulgar words.

This is how the first guess was marked:
{feedback}

{question}""",
    """\
{question}

The first guess got this feedback:
{feedback}

The rules of the game: The secret word is a common English word of five letters, in American spelling. Every letter of \
a guess is marked. Green means that the secret word has the letter in that very place, yellow that it has the letter \
in some other place, and gray that neither is so. Green marks come first, then yellow ones from left to right, and \
each letter of the secret word is good for one mark only: when a guess has a letter twice and the secret word has it \
once, one of the two is green or yellow and the other one gray. What counts as a word is what the public word list \
SCOWL has up to size 70; names, abbreviations and vulgar words do not.""",
)

# By the mode.
QUESTIONS = {
    "one_round": (
        """\
Find a word of five letters that could be the secret word: if it were, the first guess would get exactly this \
feedback. Any such word will do. Give one, the word only.""",
        """\
Which word of five letters could be the secret word? The first guess must get exactly these marks if it is; every word \
for which this holds is right. Answer with one such word and nothing else.""",
        """\
Write down a word of five letters, and nothing else, that could be the secret word of this game: if it were, the first \
guess below would get exactly the feedback below. You may choose any such word.""",
    ),
    "play": (
        """\
You have five more guesses to find the secret word, and you will get feedback on each of them. A guess that is not a \
word gets none, but is used up. Give your next guess, the word only.""",
        """\
Five more guesses are left to find the secret word, and each of them will be marked. A guess that is not a word is \
lost without being marked. What is your next guess? Answer with the word and nothing else.""",
        """\
Write down a guess, one word and nothing else, to find the secret word of this game. It is the first of five more that \
you have. Each will get feedback, except one that is not a word, which is used up all the same.""",
    ),
}
