"""The words in which the puzzles of `classic_sums` are told, each in three wordings."""

from collections.abc import Mapping
from typing import Any, NamedTuple


class Telling(NamedTuple):
    """One wording of a puzzle.

    Attributes:
        text: the puzzle with its question; `{trap}` is the place in which both versions differ.
        classic, altered: what stands in that place.
    """

    text: str
    classic: str
    altered: str

    def tell(self, told: str, words: Mapping[str, Any]) -> str:
        """Return the puzzle, "classic" or "altered", with everything else filled in from `words`."""
        trap = self.classic if told == "classic" else self.altered
        return self.text.format(trap=trap.format(**words), **words)


SUM_TELLINGS = {
    "bat_and_ball": (
        Telling(
            "A {dear} and a {cheap} cost {total} cents together. The {dear} costs {amount} cents{trap}. How many cents"
            " does the {cheap} cost?",
            " more than the {cheap}",
            "",
        ),
        Telling(
            "Together, a {dear} and a {cheap} are {total} cents. The price of the {dear} is {amount} cents{trap}. What"
            " is the price of the {cheap}, in cents?",
            " higher than that of the {cheap}",
            "",
        ),
        Telling(
            "Somebody paid {total} cents for a {dear} and a {cheap}. For the {dear} it was {amount} cents{trap}. How"
            " many cents was it for the {cheap}?",
            " more than for the {cheap}",
            "",
        ),
    ),
    "lily_pond": (
        Telling(
            "The {plant} on a pond {trap}. After {days} days the whole pond is covered. After how many days is half of"
            " the pond covered?",
            "cover an area that doubles every day",
            "cover nothing at first and the same area more every day",
        ),
        Telling(
            "A pond is slowly being covered with {plant}. {trap} After {days} days all of it is covered. After how many"
            " days is it half covered?",
            "Every day twice as much of it is covered as the day before.",
            "At first none of it is covered, and every day the same area is added.",
        ),
        Telling(
            "How many days does it take until half of a pond is covered with {plant}? {trap} The whole pond takes"
            " {days} days.",
            "The covered area is twice as large each day as on the day before.",
            "The covered area is zero at first and becomes larger by the same amount each day.",
        ),
    ),
    "snail": (
        Telling(
            "A {climber} sits at the bottom of a well that is {depth} metres deep. Every day it climbs {climb} metres,"
            " and every night it {trap}. On which day does it reach the top? The first day is day 1.",
            "slides back {slide} metres",
            "rests where it is and does not slide back",
        ),
        Telling(
            "A well is {depth} metres deep, and a {climber} starts from its bottom. By day it climbs {climb} metres; by"
            " night it {trap}. On which day, counted from day 1, is it at the top for the first time?",
            "slides back {slide} metres",
            "stays where it is, without sliding back",
        ),
        Telling(
            "By day a {climber} in a well climbs {climb} metres, and by night it {trap}. The well is {depth} metres"
            " deep, and the {climber} starts from the bottom on day 1. On which day does it come to the top?",
            "slips down {slide} metres",
            "rests and does not slip down at all",
        ),
    ),
    "machines": (
        Telling(
            "{some} machines take {some} minutes to make {some} {product}. How many minutes {trap} to make {others}"
            " {product}?",
            "do {others} such machines take",
            "does a single such machine take",
        ),
        Telling(
            "In {some} minutes {some} machines make {some} {product}. In how many minutes {trap} make {others}"
            " {product}?",
            "do {others} machines of this kind",
            "does one machine of this kind alone",
        ),
        Telling(
            "It takes {some} machines {some} minutes to make {some} {product}. How many minutes does it take {trap} to"
            " make {others} {product}?",
            "{others} of these machines",
            "a single one of these machines",
        ),
    ),
    "sheep": (
        Telling(
            "A {owner} has {count} {animals}. {trap} of them run away. How many {animals} does the {owner} still have?",
            "All but {some}",
            "{some}",
        ),
        Telling(
            "Of the {count} {animals} of a {owner}, {trap} get lost. How many {animals} are left?",
            "all but {some}",
            "{some}",
        ),
        Telling(
            "A {owner} had {count} {animals}, and {trap} of them were sold. How many of the {animals} were not sold?",
            "all except {some}",
            "{some}",
        ),
    ),
    "three_doors": (
        Telling(
            "A {prize} is hidden behind one of {doors} doors, each with the same chance. A player picks a door, which"
            " stays closed. The host {trap}. Then the player switches to the one other door that is still closed and"
            " gets what is behind it. In {games} games that come so far, how often does the player win the {prize} on"
            " average?",
            "knows where the {prize} is and opens {opened}, never one that hides it",
            "does not know where the {prize} is and opens {opened} at random; if the {prize} shows, the game is void",
        ),
        Telling(
            "In a game, a {prize} is behind one of {doors} closed doors, every door being equally likely. The player"
            " chooses a door, which is not opened yet. Then the host {trap}. The player now takes the only other closed"
            " door and gets what is behind it. Out of {games} games that come to this point, in how many does the"
            " player get the {prize} on average?",
            "opens {opened}, knowing where the {prize} is and never showing it",
            "opens {opened} at random, not knowing where the {prize} is; a game in which the {prize} shows is void",
        ),
        Telling(
            "A {prize} has been put behind one of {doors} doors, drawn by lot. A player points at one door. After that,"
            " {trap}. One door besides the player's is still closed; the player changes to it and has what is behind"
            " it. Of {games} games that get so far, what is the average number in which the player has the {prize}?",
            "the host, who remembers where the {prize} is, opens {opened} and never shows the {prize}",
            "a guest, who has no idea where the {prize} is, opens {opened} at random, and the game is void if the"
            " {prize} is seen",
        ),
    ),
}
