"""The words in which the puzzles of `classic_searches` are told, each in three wordings."""

from pytest_ood.families.shortcuts.classic_sum_tellings import Telling

SEARCH_TELLINGS = {
    "river_crossing": (
        Telling(
            "A {rower} wants to cross a river with a {hunter}, a {prey} and a {food}. The boat holds the {rower} and at"
            " most one of the three. {trap} Each crossing, in either direction, takes {minutes} minutes. How many"
            " minutes does it take at least until all four are on the other side?",
            "If left alone together without the {rower}, the {hunter} would eat the {prey}, and the {prey} would eat"
            " the {food}.",
            "If left alone together without the {rower}, the {hunter} would not eat the {prey}, and the {prey} would"
            " not eat the {food}.",
        ),
        Telling(
            "On one side of a river are a {rower}, a {hunter}, a {prey} and a {food}. There is a boat, which only the"
            " {rower} can row and which has room for one of the others. {trap} Each time the boat crosses the river,"
            " whichever way, takes {minutes} minutes. After how many minutes, at the earliest, can all four be across?",
            "Wherever the {rower} is not with them, the {hunter} eats the {prey} if it is there, and the {prey} eats"
            " the {food}.",
            "Even where the {rower} is not with them, the {hunter} does not eat the {prey}, nor does the {prey} eat"
            " the {food}.",
        ),
        Telling(
            "A {rower} has a boat for two and wants to take a {hunter}, a {prey} and a {food} to the other side of a"
            " river, one at a time. {trap} One way takes {minutes} minutes, with or without a passenger. What is the"
            " least number of minutes until the {rower} and all three are over there?",
            "The {hunter} is going to eat the {prey}, and the {prey} the {food}, if the {rower} leaves them alone"
            " together.",
            "The {hunter} is not going to eat the {prey}, nor the {prey} the {food}, if the {rower} leaves them alone"
            " together.",
        ),
    ),
    "jugs": (
        Telling(
            "There are a tap and {trap} litres. A step is to fill a jug to the brim, to empty a jug, or to pour from"
            " one jug into another until that one is full or the first one is empty. Each step takes {seconds} seconds."
            " How many seconds does it take at least until a jug holds exactly {goal} {litres}?",
            "two empty jugs, which hold {small} and {large}",
            "three empty jugs, which hold {small}, {large} and {goal}",
        ),
        Telling(
            "Somebody has a tap and {trap} litres. In one step, which takes {seconds} seconds, a jug is filled to the"
            " brim from the tap, or emptied, or poured into another one until the first is empty or the other full."
            " What is the least number of seconds until one of the jugs holds exactly {goal} {litres}?",
            "two jugs, both empty, of {small} and {large}",
            "three jugs, all empty, of {small}, {large} and {goal}",
        ),
        Telling(
            "With a tap and {trap} litres, one can fill a jug up, pour it out, or pour from one jug into another until"
            " the one is empty or the other is full, which takes {seconds} seconds each time. What is the shortest time"
            " in seconds after which exactly {goal} {litres} of water can be in a jug?",
            "two empty jugs for {small} and {large}",
            "three empty jugs for {small}, {large} and {goal}",
        ),
    ),
    "bridge": (
        Telling(
            "Four people come to a bridge at night. They have one lamp, and no one can cross without it. The bridge"
            " carries {trap} people at a time. To cross, in minutes, {each_needs}. Those who cross together walk at the"
            " pace of the slowest. How many minutes does it take at least until all four are on the other side?",
            "at most two",
            "all four",
        ),
        Telling(
            "At night, four people want to cross a bridge, which holds {trap} at a time. Whoever crosses has to carry"
            " their only lamp or to walk with someone who does, and those who walk together are as slow as the slowest"
            " of them. These are the minutes that they need: {paces}. In how many minutes, at the least, can all four"
            " get across?",
            "no more than two of them",
            "all four of them",
        ),
        Telling(
            "Four people with one lamp stand before a bridge in the dark. The bridge bears {trap} at once. Nobody may"
            " walk on it without the lamp. Their times to cross, in minutes: {paces}; a group needs as long as the"
            " slowest in it. What is the shortest time, in minutes, in which all of them can reach the other side?",
            "two of them and no more",
            "all four of them",
        ),
    ),
}
