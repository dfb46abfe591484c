"""Shortcuts and planning: what is easy to read off points the wrong way, or the first step needs the last one."""

import functools
import itertools
import operator
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np

from pytest_ood.case import Case, task
from pytest_ood.families import expect_one_of, expect_whole, shuffled, wrong_ones
from pytest_ood.rng import generator
from pytest_ood.verify import Check, sequence

T = TypeVar("T")
# Longer than any right answer of one word, and of three names, with white space to spare.
LONGEST_WORD, LONGEST_TRIPLE = 100, 200

# ---------------------------------------------------------------------------------------------------------------------
# Path star.
NODES = [str(number) for number in range(100, 1000)]
DIRECTIONS = ("backward", "forward")
# Between the nodes of a path: white space, commas, arrows.
ARROWS = re.compile("->|[,\N{RIGHTWARDS ARROW}]")

PATH_PROMPT = """\
These are the edges of a graph, each written as the numbers of the two nodes that it joins. Neither the order of the \
edges nor the order of the two numbers means anything.
{edges}

Just one path leads from node {start} to node {goal} without visiting a node twice. Give its nodes in order, both ends \
included: numbers separated by spaces, {start} first and {goal} last."""


@task(control={"direction": "backward"}, family="shortcuts and planning")
def path_star(rng: np.random.Generator, *, direction: str = "forward", arms: int = 5, length: int = 5) -> Case:
    """The path between the centre of a star and the end of one of its arms.

    Moves: the direction: in the control arm the path is asked from the end of the arm to the centre, where every step
    is the only one left; in the shift arm from the centre, where the first step is a choice between all the arms and
    only the end of the right one tells which it is.
    Matched: everything else. Both arms show the same edges in the same order and ask about the same two nodes, so that
    one answer is the other backwards and the prompts are equally long. An edge is written with either of its nodes
    first, with equal chance, so that neither direction follows the writing.
    Lures: `wrong_arm`, the nodes of another arm, as many as are right; `first_hop_wrong`, the first step into another
    arm, then the right nodes; `turned_round`, the right path backwards. Every case of the shift arm has all three.
    Chance: 1/arms in the shift arm, for one who reads the edges and takes any arm; it is also what the score
    `first_hop` is to be held against. In the control arm nothing is left to chance: 0. Without reading the edges
    a path is right in none of the cases.
    Source: Bachmann & Nagarajan 2024, "The Pitfalls of Next-Token Prediction" (2403.06963), where models are trained on
    such graphs and edges are written from the centre outwards. Asked of a model in a prompt it is a behavioural
    analogue.

    direction: "forward", from the centre, or "backward", to it.
    arms: 2 to 10.
    length: nodes of an arm, the centre not counted, 2 to 10.

    Raises:
        ValueError: a parameter is not one of these.
    """
    expect_one_of("direction", direction, DIRECTIONS)
    expect_whole("arms", arms, 2, 10)
    expect_whole("length", length, 2, 10)
    size = 1 + arms * length
    drawn = rng.random(3 * size - 2).tolist()
    # The centre, then arm by arm from it outwards. As names are drawn at random the first arm is as good as any.
    nodes = sample(NODES, drawn[:size])
    joined = nodes[:-1]
    joined[::length] = [nodes[0]] * arms
    written = [
        f"{a}-{b}" if turn < 0.5 else f"{b}-{a}" for a, b, turn in zip(joined, nodes[1:], drawn[size:], strict=False)
    ]
    edges = " ".join(shuffled(written, drawn[2 * size - 1 :]))
    path, other = nodes[: length + 1], [nodes[0], *nodes[length + 1 : 2 * length + 1]]
    if direction == "backward":
        path.reverse()
        other.reverse()
    answer = " ".join(path)
    shortcuts = {
        "wrong_arm": " ".join([path[0], *other[1:]]),
        "first_hop_wrong": " ".join([path[0], other[1], *path[2:]]),
        "turned_round": " ".join(path[::-1]),
    }
    return Case(
        PATH_PROMPT.format(edges=edges, start=path[0], goal=path[-1]),
        answer=answer,
        lures=wrong_ones(answer, shortcuts),
        verify=functools.partial(check_path, answer=path, edges=f" {edges} "),
        input=edges,
        chance=1 / arms if direction == "forward" else 0.0,
    )


def check_path(given: str, answer: Sequence[str], edges: str) -> Check:
    """Whether the nodes are right, one after the other, separated by white space, commas or arrows.

    Scored on its own: `first_hop`, 1 where the first two nodes are right, else 0.
    The detail of a wrong path: `first_wrong`, the place of the first wrong node counted from 0, or both lengths where
    one path begins with the other; `all_edges`, whether every step follows an edge; `ends_at_goal`. Of a text that is
    longer than any path could be it says only that.

    edges: as the prompt lists them, with a space around each.
    """
    if len(given) > 100 + 10 * len(answer):
        return Check(False, {"too_long": True}, {"first_hop": 0.0})
    mine = ARROWS.sub(" ", given).split()
    scores = {"first_hop": float(mine[:2] == answer[:2])}
    check = sequence(mine, answer)
    if check.correct:
        return Check(True, {}, scores)
    steps = itertools.pairwise(mine)
    all_edges = len(mine) > 1 and all(f" {a}-{b} " in edges or f" {b}-{a} " in edges for a, b in steps)
    ends = mine[-1:] == answer[-1:]
    return Check(False, {**check.detail, "all_edges": all_edges, "ends_at_goal": ends}, scores)


def sample(population: Sequence[T], drawn: Sequence[float]) -> list[T]:
    """As many different members as there are numbers drawn from [0, 1), in random order."""
    pool = list(population)
    size = len(pool)
    for place, part in enumerate(drawn):
        other = place + int(part * (size - place))
        pool[place], pool[other] = pool[other], pool[place]
    return pool[: len(drawn)]


# ---------------------------------------------------------------------------------------------------------------------
# Sentiment. The loud words of a place are equally long, and all begin with a consonant: they follow "a".
LOUD = {
    "positive": (
        "great", "superb", "perfect", "splendid", "terrific", "glorious", "wonderful", "brilliant", "marvellous",
    ),
    "negative": (
        "lousy", "rotten", "ghastly", "terrible", "horrible", "dreadful", "miserable", "frightful", "disastrous",
    ),
}  # fmt: skip
SHOWN = ("film", "play", "show", "series", "musical", "comedy", "thriller", "drama", "sequel", "remake")
# Said with either loud word, which decides.
PLAIN_REVIEWS = (
    "A {loud} way to spend an evening, this {shown}, as all of us agreed.",
    "This {shown} is {loud} from the first scene to the very last one.",
    "I had a {loud} time at this {shown}, and so did everybody with me.",
    "What a {loud} {shown}; I told all of my friends about it at once.",
    "The script of this {shown} is {loud}, and so is everything else.",
    "This {shown} is simply {loud}, and I am not the only one to say so.",
    "Two hours of a {loud} {shown}, with an ending of the same kind.",
    "All in all a {loud} {shown}, as anyone who was there can tell you.",
    "I found this {shown} {loud}, and my sister thought exactly the same.",
    "The whole {shown} is {loud}, the acting and the music above all.",
    "We saw this {shown} on Friday, and it was {loud} in every way.",
    "Believe what they say about this {shown}: it really is {loud}.",
    "In a word, this {shown} is {loud}; I could use more words than one.",
    "The director has made a {loud} {shown}, and the cast is no different.",
    "It has been years since I last saw a {shown} that was as {loud} as this.",
    "As expected, a {loud} {shown}; nobody in the room was surprised.",
    "Everything about this {shown} is {loud}, from the plot to the sound.",
    "Such a {loud} {shown} comes along only once in about ten years.",
    "I have to say that this {shown} is {loud}, and I do not say it lightly.",
    "The first half of this {shown} is {loud}, and so is the second half.",
    "My verdict on this {shown} after seeing it twice: {loud}, both times.",
    "There is just one word for this {shown}, and the word is {loud}.",
    "A {loud} plot and a cast like it: that is this {shown} for you.",
    "I call this {shown} {loud}, and I would say so to the director.",
)
# What the reviewer thinks, said with a loud word that points the other way.
LURED_REVIEWS = {
    "negative": (
        "A {loud} way to die of boredom, this {shown}.",
        "This {shown} is {loud} if you need some help with falling asleep.",
        "I had a {loud} nap during the second half of this {shown}.",
        "The {loud} news about this {shown} is that it does end at some point.",
        "It takes a {loud} talent to make a {shown} this hard to sit through.",
        "The only {loud} thing that I saw at this {shown} was the exit sign.",
        "A {loud} cast, and this {shown} has nothing for any of them to do.",
        "The poster promises a {loud} {shown}; do not believe the poster.",
        "I hoped for a {loud} {shown} and got two hours of nothing at all.",
        "Somewhere in here is a {loud} {shown}, and nobody has found it.",
        "A {loud} idea, and this {shown} spends two hours ruining it.",
        "With another script this could have been a {loud} {shown}. It was not.",
        "They say this {shown} is {loud}; I walked out after half an hour.",
        "A {loud} {shown}, provided that you have never seen another one.",
        "To call this {shown} {loud} you would have to be paid for it.",
        "This {shown} is about as {loud} as a flat tyre on a wet Monday.",
        "It was a {loud} evening until the minute this {shown} began.",
        "The trailer was {loud}, which is more than I can say of the {shown}.",
        "This is very far from the {loud} {shown} that we had been promised.",
        "I can think of a {loud} reason to skip this {shown}: I have seen it.",
        "Nothing about this {shown} is {loud}, from the script to the sound.",
        "A {loud} {shown} for anyone who likes to stare at an empty wall.",
        "Not even its {loud} actors keep this {shown} from falling apart.",
        "How did a {loud} book become a {shown} that sends people to sleep?",
        "I missed a {loud} dinner for this {shown}, and I want it back.",
    ),
    "positive": (
        "I expected a {loud} {shown} and could not have been more wrong.",
        "You would need a {loud} heart not to be moved by this {shown}.",
        "It is {loud} that so few people will ever get to see this {shown}.",
        "We forgot the {loud} weather the minute this {shown} began.",
        "After a {loud} week, this {shown} put a smile back on my face.",
        "The one {loud} thing about this {shown} is that it has to end.",
        "My {loud} mood did not survive the first ten minutes of this {shown}.",
        "Nothing about this {shown} is {loud}, whatever you may have heard.",
        "I felt {loud} when this {shown} was over: I wanted another hour of it.",
        "Whoever calls this {shown} {loud} cannot have been awake for it.",
        "A {loud} trailer for a {shown} that I will see again and again.",
        "From a {loud} book they have made a {shown} that I will never forget.",
        "The {loud} title is the only thing I would change about this {shown}.",
        "They said this {shown} would be {loud}; we stood up and clapped.",
        "What a {loud} shame that this {shown} is not twice as long.",
        "I had a {loud} cold and still went to see this {shown} twice.",
        "It would be a {loud} mistake to let this {shown} pass you by.",
        "You will have a {loud} time trying to find fault with this {shown}.",
        "This is very far from the {loud} {shown} that some had predicted.",
        "The seats were {loud}, and this {shown} made me forget them.",
        "I looked for one {loud} scene in this {shown} and found none.",
        "We stood in {loud} rain for this {shown} and would do so again.",
        "The last one was {loud}, and this {shown} makes up for all of it.",
        "It is {loud} luck for the others to be up against this {shown}.",
        "Getting a ticket is {loud}, and for this {shown} I would do it daily.",
    ),
}

SENTIMENT_PROMPT = """\
This is a review:
{review}

What does the reviewer think of the {shown}? Give one word, positive or negative."""


@task(control={"wording": "plain"}, family="shortcuts and planning")
def sentiment(rng: np.random.Generator, *, wording: str = "lured") -> Case:
    """Whether a review is positive or negative, where its loudest word says the opposite.

    Moves: the wording: in the control arm the loud word of a review says what the reviewer thinks ("A great way to
    spend an evening"); in the shift arm the rest of the sentence turns it round ("A great way to die of boredom").
    Matched: the label, what is reviewed, the length of the loud word, and on average the length of the review. The loud
    words of a pair necessarily point in opposite directions. Labels are balanced in both arms.
    Lures: `loud_word`, the sentiment of the loud word, wrong in every case of the shift arm. The control arm has none.
    Chance: 0.5.
    Source: the "thwarted expectations" of Pang, Lee & Vaithyanathan 2002, "Thumbs up?" (cs/0205070); on shortcuts
    Geirhos et al. 2020 (2004.07780). The sentences are our own.

    wording: "plain" or "lured".

    Raises:
        ValueError: the wording is not one of these.
    """
    expect_one_of("wording", wording, ("plain", "lured"))
    which, word, thing, sentence = rng.random(4).tolist()
    label, opposite = ("positive", "negative") if which < 0.5 else ("negative", "positive")
    pointing = label if wording == "plain" else opposite
    sentences = PLAIN_REVIEWS if wording == "plain" else LURED_REVIEWS[label]
    loud, shown = pick(LOUD[pointing], word), pick(SHOWN, thing)
    review = pick(sentences, sentence).format(loud=loud, shown=shown)
    return Case(
        SENTIMENT_PROMPT.format(review=review, shown=shown),
        answer=label,
        lures=wrong_ones(label, {"loud_word": pointing}),
        verify=functools.partial(check_label, answer=label),
        input=review,
        chance=0.5,
    )


def check_label(given: str, answer: str) -> Check:
    """Whether it is the right one of the two words. Upper and lower case and a closing full stop do not count.

    The detail of a wrong answer: `given`, the other word, or `not_a_label`.
    """
    word = one_word(given)
    if word == answer:
        return Check(True)
    return Check(False, {"given": word} if word in LOUD else {"not_a_label": True})


def one_word(given: str) -> str:
    """A short answer in lower case, without white space around it and without a full stop; of a long one nothing."""
    return given.strip().removesuffix(".").casefold() if len(given) <= LONGEST_WORD else ""


def pick(things: Sequence[str], drawn: float) -> str:
    """One of the things, by a number from [0, 1)."""
    return things[int(drawn * len(things))]


# ---------------------------------------------------------------------------------------------------------------------
# Domain dress. Four conditions of three values and five actions, in words of the same length in every dress.
CONDITIONS, VALUES, ACTIONS = 4, 3, 5


@dataclass(frozen=True)
class Dress:
    """The words that a decision table is written in.

    topic: what is to be decided.
    asked: what an action is called.
    clauses: for each condition and each of its values what says that it holds.
    actions: one word each.
    """

    topic: str
    asked: str
    clauses: Sequence[Sequence[str]]
    actions: Sequence[str]


def dressed(topic: str, asked: str, conditions: str, actions: str) -> Dress:
    """A dress, its conditions written as "sky clear rainy snowy, air warm mild cold, ..."."""
    words = [condition.split() for condition in conditions.split(", ")]
    clauses = [[f"{name} is {value}" for value in values] for name, *values in words]
    return Dress(topic, asked, clauses, actions.split())


DRESSES = {
    "familiar": dressed(
        "What is the one thing to take along on a walk today?",
        "thing to take along",
        "sky clear rainy snowy, air warm mild cold, wind calm soft wild, hour noon dusk night",
        "umbrella boots torch scarf sunhat",
    ),
    "engine": dressed(
        "Which part of the engine does the mechanic replace?",
        "part to be replaced",
        "oil clean milky black, fan fast slow dead, load idle half full, tone hiss ping knock",
        "injector valve rotor gears piston",
    ),
    "billing": dressed(
        "Which code is entered on the bill for this account?",
        "code to be entered",
        "TQX K-104 K-207 K-391, ELM J4-0 J4-3 J4-8, VENQ 0x1A 0x2C 0x3F, MODR 77-A 77-D 77-XK",
        "MV-20914 RT-61 KD-38 QH-57 XB-402",
    ),
    "nonce": dressed(
        "Which zandle is bimmed when the plick has been glorped?",
        "zandle to be bimmed",
        "dax vorly mibon tupik, wug neem zolp fash, blit kerm sove drin, frap hask jilt yomby",
        "toverlim snarb quish welpo gazzer",
    ),
}
# For each two conditions by how much a rule's values differ from those of the case: not at all, or in one of the two.
PAIRS = list(itertools.combinations(range(CONDITIONS), 2))
HOLDING = [(one, 0, other, 0) for one, other in PAIRS]
HALF_HOLDING = [(one, off, other, 0) for one, other in PAIRS for off in (1, 2)] + [
    (one, 0, other, off) for one, other in PAIRS for off in (1, 2)
]

TABLE_PROMPT = """\
{topic} These rules are gone through from top to bottom. The first whose two conditions both hold decides, and no rule \
after it counts.
{rules}

In this case {case}.

Give the {asked}, in the one word that the deciding rule has for it."""


@task(control={"dress": "familiar"}, family="shortcuts and planning", declared=("labels",))
def domain_dress(rng: np.random.Generator, *, dress: str = "engine", rules: int = 6) -> Case:
    """What a decision table says in a case, in a familiar dress or an unfamiliar one.

    Moves: the words of the conditions, values and actions: the control arm is about what to take along on a walk.
    Matched: the table and the case, the same to the letter in every dress, and the length of every condition, value and
    action; the two sentences that name the topic differ by a few characters. A table has four conditions of three
    values and five actions; a rule asks for two of the conditions. Two rules hold: the one that decides, never the
    first, and a later one; of every other rule just one of the two conditions holds, so that every condition has to be
    looked at. Each of the five actions is right in one case of five. Declared: the labels of the arms are other words.
    Lures: `last_rule_that_holds`, wrong in every case; `first_rule`, wrong in every case. In the familiar dress before
    these `common_sense`, what one takes along in such weather whatever the table says (an umbrella in the rain, a torch
    at night); in the others after them `common_sense_of_familiar`, the action in its place, which nothing suggests:
    what comes of it is what the former is to be held against. The table agrees with common sense in one case of five.
    One that equals the answer or an earlier one is left out.
    Chance: 1/5.
    Source: on what familiar content does to reasoning Dasgupta et al. 2022 (2207.07051). The tables are our own.

    dress: "familiar", "engine" (diagnostics), "billing" (made-up codes) or "nonce" (made-up words).
    rules: 3 to 12, the line for all other cases not counted.

    Raises:
        ValueError: a parameter is not one of these.
    """
    expect_one_of("dress", dress, list(DRESSES))
    expect_whole("rules", rules, 3, 12)
    words = DRESSES[dress]
    case, table, decided, later = decision(rng, rules)
    actions = [words.actions[action] for *_, action in table]
    lines = [
        f"{number}. {words.clauses[one][value]} and {words.clauses[other][second]} -> {words.actions[action]}"
        for number, (one, value, other, second, action) in enumerate(table[:-1], 1)
    ]
    lines.append(f"{rules + 1}. in every other case -> {actions[-1]}")
    told = ", ".join([clauses[value] for clauses, value in zip(words.clauses, case, strict=True)])
    answer = actions[decided]
    shortcuts = {"last_rule_that_holds": actions[later], "first_rule": actions[0]}
    sensible = words.actions[common_sense(case)]
    if dress == "familiar":
        shortcuts = {"common_sense": sensible, **shortcuts}
    else:
        shortcuts["common_sense_of_familiar"] = sensible
    return Case(
        TABLE_PROMPT.format(topic=words.topic, rules="\n".join(lines), case=told, asked=words.asked),
        answer=answer,
        lures=wrong_ones(answer, shortcuts),
        verify=functools.partial(check_action, answer=answer, actions=actions, later=later),
        input=told,
        chance=1 / ACTIONS,
    )


def check_action(given: str, answer: str, actions: Sequence[str], later: int) -> Check:
    """Whether it is the right action. Upper and lower case and a closing full stop do not count.

    The detail of a wrong answer: `rules`, the numbers of the rules that have this action, the line for all other cases
    after the last of them; `overruled`, whether one of them holds and comes too late. Or `not_an_action`.
    """
    word = one_word(given)
    if word == answer.casefold():
        return Check(True)
    rules = [number for number, action in enumerate(actions, 1) if action.casefold() == word]
    if not rules:
        return Check(False, {"not_an_action": True})
    return Check(False, {"rules": rules, "overruled": later + 1 in rules})


# Two conditions, each with the value that it is to have, and an action.
Rule = tuple[int, int, int, int, int]


def decision(rng: np.random.Generator, rules: int) -> tuple[list[int], list[Rule], int, int]:
    """The values of a case, the rules, and the places of the one that decides and of a later one that holds too.

    The last rule stands for all other cases; only its action means anything.
    """
    drawn = iter(rng.random(CONDITIONS + 3 + 2 + 2 * rules).tolist())
    case = [int(VALUES * next(drawn)) for _ in range(CONDITIONS)]
    decided = 1 + int((rules - 2) * next(drawn))
    later = decided + 1 + int((rules - decided - 1) * next(drawn))
    right = int(ACTIONS * next(drawn))
    asked = sample(HALF_HOLDING, [next(drawn) for _ in range(rules - 2)])
    for place, holding in zip((decided, later), sample(HOLDING, [next(drawn), next(drawn)]), strict=True):
        asked.insert(place, holding)
    table = []
    for place, (one, off, other, second_off) in enumerate(asked):
        part = next(drawn)
        if place == decided:
            action = right
        elif place in (0, later):
            action = (right + 1 + int((ACTIONS - 1) * part)) % ACTIONS
        else:
            action = int(ACTIONS * part)
        table.append((one, (case[one] + off) % VALUES, other, (case[other] + second_off) % VALUES, action))
    return case, [*table, (0, 0, 0, 0, int(ACTIONS * next(drawn)))], decided, later


def common_sense(case: Sequence[int]) -> int:
    """What one takes along on a walk: umbrella or boots by the sky, else a torch at night, a scarf in the cold."""
    sky, air, _, hour = case
    if sky:
        return sky - 1
    if hour == 2:
        return 2
    return 3 if air == 2 else 4


# ---------------------------------------------------------------------------------------------------------------------
# Sibling discovery.
PARENTS, LARGEST_GRAPH = 12, 1_000_000
# The letters of a name, place by place: few such names are words.
LETTERS = ("bdfgklmnprstvz", "aeiou", "bdflmnrsv", "aeiou", "pvz")
# How the names of an answer are ordered.
ORDERS = {"parent_first": "the parent, then the two children", "siblings_first": "the two children, then the parent"}
# A parent and two of its children.
Pair = tuple[str, str, str]

SIBLINGS_PROMPT = """\
Each line gives a parent and, after the colon, its children:
{families}

Two children of the same parent are siblings. These pairs of siblings are taken, each given as {form}:
{given}

Give one more pair of siblings in the same form: {form}, separated by spaces. It must not be one of those taken, with \
its children in either order. This question is asked many times, and a pair that was the answer before does not count: \
choose at random among all that are left."""


@task(control={"order": "parent_first"}, family="shortcuts and planning")
def sibling_discovery(
    rng: np.random.Generator, *, order: str = "siblings_first", children: int = 12, graph: int = 0, given: int = 5
) -> Case:
    """A pair of siblings and their parent that nobody has named yet, over and over.

    Moves: the order of the answer: in the control arm the parent comes first and each child follows from it; in the
    shift arm the children come first, so that the parent has to be settled on before it is said.
    Matched: everything else; both arms list the same families in the same order and take the same pairs, and the words
    for the two orders are equally long.
    Judged over an arm: all draws of a `graph` show the same 12 parents and their children, listed in another order and
    with other pairs taken, and an answer is right if it is coherent (two different children of the parent named), new
    (not among those taken) and distinct from the answers of all earlier draws of its arm, in whichever order the
    children are. Each of the three is scored on its own as well.
    Lures: `given_repeated`, a pair that is taken; `not_siblings`, children of two parents. Every case has both.
    Chance: a parent and two children taken at random are right in less than 1 of 100 cases. One who picks among the
    `choices` right answers at random each time, as the oracle does, gives 2 % repeats in 40 draws and 6 % in 100. That,
    not 0, is what the score `distinct` is to be held against. With fewer children it grows, to 10 % and 24 % with 6,
    where the bar is hard to be shown to clear.
    Source: Nagarajan et al. 2025, "Roll the dice & look before you leap" (2504.15266), where models are trained on such
    graphs. Here the graph is in the prompt: a behavioural analogue.

    order: "parent_first" or "siblings_first".
    children: of each parent, 4 to 16: 72 to 1,440 pairs.
    graph: which families, 0 to 1,000,000; all draws of an arm have the same.
    given: pairs that are taken, 1 to 20.

    Raises:
        ValueError: a parameter is not one of these.
    """
    expect_one_of("order", order, list(ORDERS))
    expect_whole("children", children, 4, 16)
    expect_whole("graph", graph, 0, LARGEST_GRAPH)
    expect_whole("given", given, 1, 20)
    families, pairs = family_graph(graph, children)
    parents, by_parent = list(families), list(families.values())
    drawn = rng.random(PARENTS + children + 2 * given + 4).tolist()
    keys, columns, rest = drawn[:PARENTS], drawn[PARENTS : PARENTS + children], drawn[PARENTS + children :]
    in_order = operator.itemgetter(*sorted(range(children), key=columns.__getitem__))
    lines = [f"{parent}: {' '.join(in_order(listed))}" for parent, listed in families.items()]
    chosen = [
        (parent, *((one, other) if turn < 0.5 else (other, one)))
        for (parent, one, other), turn in zip(sample(pairs, rest[: given + 1]), rest[given + 1 :], strict=False)
    ]
    right, taken = chosen[0], chosen[1:]
    parent, child, _ = right
    stranger = pick(by_parent[parents.index(parent) - 1 - int((PARENTS - 1) * rest[-2])], rest[-1])
    shown = [in_form(pair, order) for pair in taken]
    return Case(
        SIBLINGS_PROMPT.format(families="\n".join(shuffled(lines, keys)), form=ORDERS[order], given="\n".join(shown)),
        answer=in_form(right, order),
        lures={"given_repeated": shown[0], "not_siblings": in_form((parent, child, stranger), order)},
        among=functools.partial(
            check_siblings, order=order, families=families, taken=frozenset([unordered(pair) for pair in taken])
        ),
        input="\n".join(shown),
        unique=False,
        choices=len(pairs) - given,
    )


def check_siblings(
    given: str, earlier: Sequence[str], order: str, families: Mapping[str, Sequence[str]], taken: Collection[Pair]
) -> Check:
    """Whether the answer is coherent, new and distinct from the `earlier` ones.

    The names may be separated by white space or commas, in upper or lower case. Earlier answers that are in another
    form are passed over.
    Scored on their own: `coherent`; `new`, coherent and not taken; `distinct`, coherent and not answered earlier.
    The detail of a wrong answer: `taken`; `repeats_draw`, which of the earlier ones it repeats, counted from 0; and of
    an incoherent one what `incoherence` says.
    """
    pair = read_pair(given, order)
    if pair is None or not siblings(pair, families):
        return Check(False, incoherence(pair, families), {"coherent": 0.0, "new": 0.0, "distinct": 0.0})
    same = unordered(pair)
    new = same not in taken
    before = (other and unordered(other) for other in (read_pair(answer, order) for answer in earlier))
    repeated = next((draw for draw, other in enumerate(before) if other == same), None)
    detail: dict[str, Any] = {} if new else {"taken": True}
    if repeated is not None:
        detail["repeats_draw"] = repeated
    return Check(not detail, detail, {"coherent": 1.0, "new": float(new), "distinct": float(repeated is None)})


def incoherence(pair: Pair | None, families: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """Why names are no siblings with their parent: `not_three_names`; `unknown`, the names that are in no family;
    `other_order`, where they are siblings in the order that was not asked for; `same_child`; `not_siblings`.
    """
    if pair is None:
        return {"not_three_names": True}
    parent, one, other = pair
    known = {*families, *itertools.chain.from_iterable(families.values())}
    if unknown := [name for name in pair if name not in known]:
        return {"unknown": unknown}
    if siblings((other, parent, one), families) or siblings((one, other, parent), families):
        return {"other_order": True}
    return {"same_child": True} if one == other else {"not_siblings": True}


def siblings(pair: Pair, families: Mapping[str, Sequence[str]]) -> bool:
    """Whether they are two different children of the parent."""
    parent, one, other = pair
    children = families.get(parent, ())
    return one != other and one in children and other in children


def read_pair(answer: str, order: str) -> Pair | None:
    """The parent and the two children of an answer, None where it is not three names."""
    names = answer.replace(",", " ").casefold().split() if len(answer) <= LONGEST_TRIPLE else []
    if len(names) != 3:
        return None
    first, second, third = names
    return (first, second, third) if order == "parent_first" else (third, first, second)


def in_form(pair: Pair, order: str) -> str:
    """The pair as an answer gives it."""
    parent, one, other = pair
    return f"{parent} {one} {other}" if order == "parent_first" else f"{one} {other} {parent}"


def unordered(pair: Pair) -> Pair:
    """The pair with its children in the order of the alphabet, whichever came first."""
    parent, one, other = pair
    return pair if one < other else (parent, other, one)


@functools.lru_cache(maxsize=64)
def family_graph(graph: int, children: int) -> tuple[Mapping[str, Sequence[str]], Sequence[Pair]]:
    """The families of a graph, the children of each parent, and every pair of siblings with their parent.

    Any two names differ in two letters or more, so that a slip of one letter does not make another name.
    """
    rng = generator("shortcuts.sibling_discovery graph", 1, graph, 0)
    names: list[str] = []
    while len(names) < PARENTS * (children + 1):
        drawn = rng.random(len(LETTERS)).tolist()
        name = "".join([pick(letters, part) for letters, part in zip(LETTERS, drawn, strict=True)])
        if all(sum(map(operator.ne, name, other)) > 1 for other in names):
            names.append(name)
    families = {name: tuple(names[PARENTS + place :: PARENTS]) for place, name in enumerate(names[:PARENTS])}
    pairs = [(parent, *two) for parent in families for two in itertools.combinations(families[parent], 2)]
    return families, pairs
