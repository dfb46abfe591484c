"""Shortcuts and planning, worked out again from the words of the prompt: searches, interpreters, brute force."""

import itertools
import json
import re
from collections import Counter, deque
from statistics import fmean

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_ood.evidence import stats
from pytest_ood.families import shortcuts
from tests.families.drawing import pairs

# Task, parameters of the shift arm, and the digest of its first cases: one that changes needs a new task version.
CERTIFIED = [
    (shortcuts.path_star, {"arms": 2, "length": 2}, "0f96874bdf050203181446eb5efa70efa4574cf2f1196cb5aa38e3227ddee380"),
    (shortcuts.path_star, {"arms": 5, "length": 5}, "b6b2fda908765d00ef6e3e5830f5fb9029d8aa62c159a45c0736d0f0bc4d97a4"),
    (
        shortcuts.path_star,
        {"arms": 10, "length": 10},
        "9aec3d346fb454ce0ef60d516d928a4cd0ce419acc3e6c105f295520a21f410c",
    ),
    (shortcuts.sentiment, {"wording": "lured"}, "974f8679b9b1e66e30cd17fc3f0d7ed011fe52af5e064ac247f1214bc831c1da"),
    (
        shortcuts.domain_dress,
        {"dress": "billing", "rules": 3},
        "aaae9e8e310c203675b1514839ba92a9481ece988cdd764d8e0b3e7264bfb40b",
    ),
    (
        shortcuts.domain_dress,
        {"dress": "engine", "rules": 6},
        "a0a20c14668934775d849bf0bfbf1c611bbdfd5881f666a74af49896f4720da0",
    ),
    (
        shortcuts.domain_dress,
        {"dress": "nonce", "rules": 12},
        "48bd5aa900b1f61bb986a186487511cd0b9cc0ad094320931a4bc3af2f0ca859",
    ),
    (
        shortcuts.sibling_discovery,
        {"children": 4, "given": 1},
        "cd82a87c4f368aceebcc6208f561e254d41879052fa7f5a5a64cfebe58f91023",
    ),
    (
        shortcuts.sibling_discovery,
        {"order": "siblings_first"},
        "1f667cc8208a3b9fbb33331051f0f4ccdcb48ecfde95ed9311c2489f4b6520ec",
    ),
    (
        shortcuts.sibling_discovery,
        {"children": 16, "graph": 3, "given": 20},
        "8c6a3abb1bdd4de1b0c8c3f90b257e94b789a5b3cd8f2fe952c5b4e0739139f0",
    ),
]


def mean_lengths(drawn, part):
    """The mean length of a part of the cases, in the control arm and in the shift arm."""
    return [fmean(len(getattr(pair[arm], part)) for pair in drawn) for arm in (0, 1)]


# ---------------------------------------------------------------------------------------------------------------------
# Path star.


def graph_of(prompt):
    """The neighbours of each node, the start and the goal, as a prompt states them."""
    neighbours = {}
    for a, b in re.findall(r"\b(\d+)-(\d+)\b", prompt):
        neighbours.setdefault(a, []).append(b)
        neighbours.setdefault(b, []).append(a)
    ((start, goal),) = re.findall(r"leads from node (\d+) to node (\d+) ", prompt)
    return neighbours, start, goal


def breadth_first(neighbours, start, goal):
    """The shortest path."""
    came_from, queue = {start: None}, deque([start])
    while queue:
        here = queue.popleft()
        for there in neighbours[here]:
            if there not in came_from:
                came_from[there] = here
                queue.append(there)
    path = [goal]
    while came_from[path[-1]] is not None:
        path.append(came_from[path[-1]])
    return path[::-1]


def simple_paths(neighbours, path, goal):
    """Every path that begins with this one, visits no node twice and ends at the goal."""
    if path[-1] == goal:
        return [path]
    following = [[*path, node] for node in neighbours[path[-1]] if node not in path]
    return [found for longer in following for found in simple_paths(neighbours, longer, goal)]


@pytest.mark.parametrize("direction", ["backward", "forward"])
@pytest.mark.parametrize(("arms", "length"), [(2, 2), (2, 10), (3, 4), (5, 5), (10, 2), (10, 10)])
def test_the_path_is_found_by_searching(arms, length, direction):
    """Breadth first the answer is found, depth first no other is; the graph is a star with such arms."""
    for draw in range(25):
        case = shortcuts.path_star.draw({"direction": direction, "arms": arms, "length": length}, 1, draw)
        neighbours, start, goal = graph_of(case.prompt)
        path = case.answer.split()
        assert path == breadth_first(neighbours, start, goal)
        assert [path] == simple_paths(neighbours, [start], goal)
        assert length + 1 == len(path)
        assert arms * length == sum(map(len, neighbours.values())) / 2
        centre = start if direction == "forward" else goal
        # A centre of two arms looks like any node between two others.
        assert arms == len(neighbours[centre])
        assert arms == sum(len(found) == 1 for found in neighbours.values())
        assert all(len(found) <= 2 for node, found in neighbours.items() if node != centre)
        assert case.chance == (1 / arms if direction == "forward" else 0)


@pytest.mark.parametrize(("arms", "length"), [(2, 2), (5, 5)])
def test_path_lures(arms, length):
    """A wrong arm is a path of the right length to another end; a wrong first hop is wrong in that place only."""
    for draw in range(200):
        case = shortcuts.path_star.draw({"arms": arms, "length": length}, 2, draw)
        neighbours, start, goal = graph_of(case.prompt)
        path, lures = case.answer.split(), {name: lure.split() for name, lure in case.lures.items()}
        assert list(lures) == ["wrong_arm", "first_hop_wrong", "turned_round"]
        end = lures["wrong_arm"][-1]
        assert lures["wrong_arm"] == breadth_first(neighbours, start, end)
        assert len(path) == len(lures["wrong_arm"])
        assert end != goal
        assert len(neighbours[end]) == 1
        wrong = [place for place, node in enumerate(lures["first_hop_wrong"]) if node != path[place]]
        assert wrong == [1]
        assert lures["first_hop_wrong"][1] in neighbours[start]
        assert path[::-1] == lures["turned_round"]


@pytest.mark.parametrize(("arms", "length"), [(2, 2), (5, 5), (10, 10)])
def test_path_pairs_match(arms, length):
    """The same edges, the same two nodes, prompts of the same length, and one answer is the other backwards."""
    for control, shift in pairs(shortcuts.path_star, {"arms": arms, "length": length}, 300):
        assert control.input == shift.input
        assert len(control.prompt) == len(shift.prompt)
        assert control.answer.split() == shift.answer.split()[::-1]
        assert control.prompt != shift.prompt


def test_neither_direction_follows_the_writing():
    """Half of the edges have the inner node first; the right arm's are nowhere in particular."""
    first = places = steps = 0
    for _, case in pairs(shortcuts.path_star, {}, 300):
        edges, path = case.input.split(), case.answer.split()
        for step in itertools.pairwise(path):
            steps += 1
            first += "-".join(step) in edges
            places += (
                edges.index("-".join(step)) if "-".join(step) in edges else edges.index("-".join(step[::-1]))
            ) / 24
    assert first / steps == pytest.approx(0.5, abs=0.05)
    assert places / steps == pytest.approx(0.5, abs=0.05)


PATH, EDGES = ["111", "222", "333"], " 222-111 222-333 111-444 555-444 "


@pytest.mark.parametrize(
    ("answer", "detail", "hop"),
    [
        ("111 444 555", {"first_wrong": 1, "all_edges": True, "ends_at_goal": False}, 0),
        ("111 444 333", {"first_wrong": 1, "all_edges": False, "ends_at_goal": True}, 0),
        ("111 222", {"given_length": 2, "expected_length": 3, "all_edges": True, "ends_at_goal": False}, 1),
        ("111 222 333 333", {"given_length": 4, "expected_length": 3, "all_edges": False, "ends_at_goal": True}, 1),
        ("222 333", {"first_wrong": 0, "all_edges": True, "ends_at_goal": True}, 0),
        ("111", {"given_length": 1, "expected_length": 3, "all_edges": False, "ends_at_goal": False}, 0),
        ("", {"given_length": 0, "expected_length": 3, "all_edges": False, "ends_at_goal": False}, 0),
        ("222-111 222-333", {"first_wrong": 0, "all_edges": False, "ends_at_goal": False}, 0),
        ("111 222 333" + " " * 200, {"too_long": True}, 0),
    ],
)
def test_detail_of_a_wrong_path(answer, detail, hop):
    """The first wrong node, whether all steps are edges, whether it ends at the goal; the first hop is scored."""
    check = shortcuts.check_path(answer, PATH, EDGES)
    assert (False, detail, {"first_hop": hop}) == (check.correct, dict(check.detail), dict(check.scores))


@pytest.mark.parametrize("between", [" ", "\n", ",", ", ", "->", " -> ", " \N{RIGHTWARDS ARROW} "])
def test_nodes_may_be_separated_by_arrows_and_commas(between):
    """What stands between the nodes does not count; a right path has the first hop right."""
    check = shortcuts.check_path(between.join(PATH), PATH, EDGES)
    assert check.correct
    assert check.scores == {"first_hop": 1}


@given(st.lists(st.sampled_from(["111", "222", "333", "444", "555", "11", "9", "x"]), max_size=6))
def test_any_list_of_nodes_is_judged_as_a_search_would(nodes):
    """Right if it is the path, and the detail holds whatever the nodes."""
    edges = {frozenset(edge.split("-")) for edge in EDGES.split()}
    check = shortcuts.check_path(" ".join(nodes), PATH, EDGES)
    assert check.correct == (nodes == PATH)
    assert check.scores["first_hop"] == (nodes[:2] == PATH[:2])
    if not check.correct:
        steps = [frozenset(step) for step in itertools.pairwise(nodes)]
        assert check.detail["all_edges"] == (bool(steps) and edges >= set(steps))
        assert check.detail["ends_at_goal"] == (nodes[-1:] == ["333"])


@given(st.text(alphabet="0123456789 ->,\n\x00\ud800x", max_size=40))
def test_any_text_is_judged(text):
    """Nothing raises, and what is found is JSON."""
    json.dumps(dict(shortcuts.check_path(text, PATH, EDGES).detail))


# ---------------------------------------------------------------------------------------------------------------------
# Sentiment.


def understood(review):
    """Wording and label of a review by the tables that it is made of, what is shown, the polarity of its loud word."""
    words = re.findall(r"\w+", review)
    (loud,) = [(polarity, word) for polarity, known in shortcuts.LOUD.items() for word in words if word in known]
    ways = []
    for shown in shortcuts.SHOWN:
        blank = re.sub(rf"\b{loud[1]}\b", "{loud}", re.sub(rf"\b{shown}\b", "{shown}", review))
        if blank in shortcuts.PLAIN_REVIEWS:
            ways.append(("plain", loud[0], shown))
        for label, opposite in (("positive", "negative"), ("negative", "positive")):
            if blank in shortcuts.LURED_REVIEWS[label] and loud[0] == opposite:
                ways.append(("lured", label, shown))
    (way,) = ways
    return (*way, loud[0])


@pytest.mark.parametrize("wording", ["plain", "lured"])
def test_labels_by_the_tables(wording):
    """Every review is of one table and has one loud word: of the label's polarity if plain, of the other if lured."""
    for draw in range(1000):
        case = shortcuts.sentiment.draw({"wording": wording}, 3, draw)
        kind, label, shown, loud = understood(case.input)
        assert (wording, case.answer) == (kind, label)
        assert f"think of the {shown}?" in case.prompt
        assert (loud == label) == (wording == "plain")
        assert dict(case.lures) == ({"loud_word": loud} if wording == "lured" else {})


def test_the_tables_are_large_and_sound():
    """At least 24 sentences a label and 2,000 reviews an arm; words that fit "a", in pairs of the same length."""
    tables = [shortcuts.PLAIN_REVIEWS, *shortcuts.LURED_REVIEWS.values()]
    for sentences in tables:
        assert len(set(sentences)) == len(sentences) >= 24
        assert all(sentence.count("{loud}") == sentence.count("{shown}") == 1 for sentence in sentences)
    assert not set(tables[1]) & set(tables[2])
    one, other = shortcuts.LOUD.values()
    assert list(map(len, one)) == list(map(len, other))
    assert not any(word.startswith(tuple("aeiou")) for word in (*one, *other, *shortcuts.SHOWN))
    for wording in ("plain", "lured"):
        drawn = {shortcuts.sentiment.draw({"wording": wording}, 0, draw).input for draw in range(6000)}
        assert len(drawn) > 2000


def test_sentiment_pairs_match():
    """The same label on the same thing, balanced, prompts of the same length on average, overall and for each label."""
    drawn = pairs(shortcuts.sentiment, {})
    for control, shift in drawn:
        assert control.answer == shift.answer
        assert control.prompt.splitlines()[-1] == shift.prompt.splitlines()[-1]
        assert control.input != shift.input
    assert Counter(shift.answer for _, shift in drawn)["positive"] / 1000 == pytest.approx(0.5, abs=0.05)
    for label in shortcuts.LOUD:
        control, shift = mean_lengths([pair for pair in drawn if pair[0].answer == label], "prompt")
        assert control == pytest.approx(shift, abs=4)


@pytest.mark.parametrize(
    ("answer", "detail"),
    [
        ("negative", {"given": "negative"}),
        ("Negative.", {"given": "negative"}),
        ("neutral", {"not_a_label": True}),
        ("not positive", {"not_a_label": True}),
        ("positive negative", {"not_a_label": True}),
        ("", {"not_a_label": True}),
        ("positive" + " " * 100, {"not_a_label": True}),
    ],
)
def test_detail_of_a_wrong_label(answer, detail):
    """The other word, or that it is none of the two."""
    check = shortcuts.check_label(answer, "positive")
    assert (False, detail) == (check.correct, dict(check.detail))


@pytest.mark.parametrize("answer", ["positive", "Positive", "POSITIVE.", " positive "])
def test_case_and_full_stop_of_a_label_do_not_count(answer):
    """The word is what counts."""
    assert shortcuts.check_label(answer, "positive").correct


# ---------------------------------------------------------------------------------------------------------------------
# Domain dress.


def interpreted(prompt):
    """The rules of a prompt as (conditions, action), with what holds in the case, and the action of all other cases."""
    rules = [
        (set(conditions.split(" and ")), action)
        for conditions, action in re.findall(r"^\d+\. (.* is .* and .* is .*) -> (\S+)$", prompt, re.MULTILINE)
    ]
    ((number, otherwise),) = re.findall(r"^(\d+)\. in every other case -> (\S+)$", prompt, re.MULTILINE)
    assert len(rules) + 1 == int(number)
    (told,) = re.findall(r"^In this case (.*)\.$", prompt, re.MULTILINE)
    return rules, set(told.split(", ")), otherwise


@pytest.mark.parametrize("dress", list(shortcuts.DRESSES))
@pytest.mark.parametrize("rules", [3, 6, 12])
def test_the_table_decides(rules, dress):
    """The first rule that holds gives the answer; two hold; of the others one condition does; the lures are theirs."""
    for draw in range(100):
        case = shortcuts.domain_dress.draw({"dress": dress, "rules": rules}, 4, draw)
        table, told, _ = interpreted(case.prompt)
        holding = [place for place, (conditions, _) in enumerate(table) if conditions <= told]
        assert rules == len(table)
        assert len({frozenset(conditions) for conditions, _ in table}) == rules
        assert all(len(conditions & told) == 1 for place, (conditions, _) in enumerate(table) if place not in holding)
        first, last = holding
        assert first > 0
        assert table[first][1] == case.answer
        assert table[last][1] in case.lures.values()
        assert table[0][1] in case.lures.values()
        named = {"last_rule_that_holds": table[last][1], "first_rule": table[0][1]}
        assert all(case.lures[name] == named[name] for name in named if name in case.lures)


SENSE = (
    ("sky is rainy", "umbrella"),
    ("sky is snowy", "boots"),
    ("hour is night", "torch"),
    ("air is cold", "scarf"),
    ("sky is clear", "sunhat"),
)


def test_common_sense_takes_an_umbrella_in_the_rain():
    """The lure of the familiar dress is what the weather suggests; it is right in one case of five."""
    agreed = 0
    for draw in range(1000):
        case = shortcuts.domain_dress.draw({"dress": "familiar"}, 5, draw)
        _, told, _ = interpreted(case.prompt)
        sensible = next(thing for condition, thing in SENSE if condition in told)
        agreed += sensible == case.answer
        assert case.lures.get("common_sense", case.answer) == sensible
    assert agreed / 1000 == pytest.approx(0.2, abs=0.05)


@pytest.mark.parametrize("dress", [dress for dress in shortcuts.DRESSES if dress != "familiar"])
def test_dress_pairs_match(dress):
    """Word for word the control prompt is the shifted one: the table, the case, the answer and the lures."""
    drawn = pairs(shortcuts.domain_dress, {"dress": dress})
    words = [
        [*itertools.chain.from_iterable(worn.clauses), *worn.actions]
        for worn in (shortcuts.DRESSES["familiar"], shortcuts.DRESSES[dress])
    ]
    assert list(map(len, words[0])) == list(map(len, words[1]))
    translation = dict(zip(*words, strict=True))
    for control, shift in drawn:
        (table, told, otherwise), shifted = interpreted(control.prompt), interpreted(shift.prompt)
        translated = [({translation[one] for one in conditions}, translation[action]) for conditions, action in table]
        assert (translated, {translation[one] for one in told}, translation[otherwise]) == shifted
        assert translation[control.answer] == shift.answer
        assert len(control.answer) == len(shift.answer)
        assert abs(len(control.prompt) - len(shift.prompt)) <= 4
    shares = Counter(shift.answer for _, shift in drawn)
    assert all(shares[action] / 1000 == pytest.approx(0.2, abs=0.05) for action in shortcuts.DRESSES[dress].actions)


def test_words_of_a_dress_are_told_apart():
    """No clause and no action of a dress comes twice, upper and lower case aside."""
    for worn in shortcuts.DRESSES.values():
        clauses = [clause.casefold() for values in worn.clauses for clause in values]
        assert shortcuts.CONDITIONS * shortcuts.VALUES == len(set(clauses)) == len(clauses)
        assert shortcuts.ACTIONS == len({action.casefold() for action in worn.actions}) == len(worn.actions)


@pytest.mark.parametrize(
    ("answer", "detail"),
    [
        ("boots", {"rules": [1, 4], "overruled": False}),
        ("Scarf.", {"rules": [3], "overruled": True}),
        ("gloves", {"not_an_action": True}),
        ("umbrella boots", {"not_an_action": True}),
        ("rule 2", {"not_an_action": True}),
        ("", {"not_an_action": True}),
    ],
)
def test_detail_of_a_wrong_action(answer, detail):
    """The rules that have the action, and whether the one that was overruled is among them."""
    check = shortcuts.check_action(answer, "umbrella", ["boots", "umbrella", "scarf", "boots"], 2)
    assert (False, detail) == (check.correct, dict(check.detail))


def test_codes_are_read_in_upper_and_lower_case():
    """A made-up code is the same code in small letters."""
    assert shortcuts.check_action("rt-61", "RT-61", ["QH-57", "RT-61"], 1).correct


# ---------------------------------------------------------------------------------------------------------------------
# Sibling discovery.


def families_of(prompt):
    """The children of each parent, as a prompt lists them."""
    return {parent: names.split() for parent, names in re.findall(r"^(\w+): (.+)$", prompt, re.MULTILINE)}


def coherent_answers(prompt, order):
    """Every coherent answer and every taken one, by brute force over the names in the prompt."""
    families = families_of(prompt)
    two = [(parent, *both) for parent, names in families.items() for both in itertools.permutations(names, 2)]
    taken = {tuple(line.split()) for line in re.findall(r"^\w+ \w+ \w+$", prompt, re.MULTILINE)}
    if order == "siblings_first":
        return {f"{a} {b} {parent}" for parent, a, b in two}, {
            text for a, b, parent in taken for text in (f"{a} {b} {parent}", f"{b} {a} {parent}")
        }
    return {f"{parent} {a} {b}" for parent, a, b in two}, {
        text for parent, a, b in taken for text in (f"{parent} {a} {b}", f"{parent} {b} {a}")
    }


@pytest.mark.parametrize("order", list(shortcuts.ORDERS))
@pytest.mark.parametrize(("children", "taken"), [(4, 1), (6, 20), (12, 5), (16, 5)])
def test_right_answers_by_brute_force(children, taken, order):
    """Right are all coherent ones but those taken: twice as many as `choices`, with the children in either order."""
    params = {"children": children, "given": taken, "order": order}
    for draw in range(5):
        case = shortcuts.sibling_discovery.draw(params, 1, draw)
        coherent, given_pairs = coherent_answers(case.prompt, order)
        assert given_pairs <= coherent
        assert 2 * taken == len(given_pairs)
        assert 2 * case.choices == len(coherent - given_pairs)
        assert case.answer in coherent - given_pairs
        for text in coherent:
            check = case.check(text)
            assert check.correct == (text not in given_pairs)
            assert check.scores == {"coherent": 1, "new": float(check.correct), "distinct": 1}


@pytest.mark.parametrize("order", list(shortcuts.ORDERS))
def test_no_other_three_names_are_right(order):
    """Of all triples of the names of three families, twins and strangers among them, only coherent ones are."""
    case = shortcuts.sibling_discovery.draw({"children": 4, "order": order}, 2, 0)
    coherent, given_pairs = coherent_answers(case.prompt, order)
    families = families_of(case.prompt)
    names = [name for parent in list(families)[:3] for name in (parent, *families[parent])]
    right = {text for text in map(" ".join, itertools.product(names, repeat=3)) if case.check(text).correct}
    some = {text for text in coherent - given_pairs if set(text.split()) <= set(names)}
    assert right == some
    assert some


def test_all_draws_of_an_arm_share_one_graph():
    """The families are the same in both arms and in every draw and seed, listed otherwise; another graph has others."""
    drawn = pairs(shortcuts.sibling_discovery, {}, 50)
    drawn.append((drawn[0][0], shortcuts.sibling_discovery.draw({}, 9, 0)))
    families = [
        {parent: frozenset(names) for parent, names in families_of(case.prompt).items()}
        for pair in drawn
        for case in pair
    ]
    assert all(found == families[0] for found in families)
    assert len({tuple(families_of(shift.prompt)) for _, shift in drawn}) > 45
    other = families_of(shortcuts.sibling_discovery.draw({"graph": 1}, 0, 0).prompt)
    assert len(set(other) & set(families[0])) < 3


def test_sibling_pairs_match():
    """The same listing and the same pairs taken; only the order within a triple and its two names differ."""
    for control, shift in pairs(shortcuts.sibling_discovery, {}):
        assert control.prompt.split("\n\n")[0] == shift.prompt.split("\n\n")[0]
        assert len(control.prompt) == len(shift.prompt)
        assert len(control.answer) == len(shift.answer)
        turned = [" ".join([*line.split()[1:], line.split()[0]]) for line in control.input.splitlines()]
        assert turned == shift.input.splitlines()
        assert [*control.answer.split()[1:], control.answer.split()[0]] == shift.answer.split()


def test_names_differ_in_two_letters():
    """A slip of one letter, or two neighbouring ones exchanged, is no name of the largest graph."""
    families, known = shortcuts.family_graph(3, 16)
    names = [*families, *itertools.chain.from_iterable(families.values())]
    assert 12 * 17 == len(set(names)) == len(names)
    assert len(set(known)) == 12 * 16 * 15 / 2
    for one, other in itertools.combinations(names, 2):
        assert sum(a != b for a, b in zip(one, other, strict=True)) > 1
    assert all(re.fullmatch("([^aeiou][aeiou]){2}[^aeiou]", name) for name in names)


@pytest.mark.parametrize("order", list(shortcuts.ORDERS))
def test_sibling_lures(order):
    """One repeats the first pair taken; one has a child of another family."""
    for draw in range(200):
        case = shortcuts.sibling_discovery.draw({"order": order}, 3, draw)
        coherent, given_pairs = coherent_answers(case.prompt, order)
        assert case.lures["given_repeated"] == case.input.splitlines()[0]
        assert case.lures["given_repeated"] in given_pairs
        strangers = case.lures["not_siblings"]
        assert strangers not in coherent
        assert len(set(strangers.split()) & set(case.answer.split())) == 2
        assert dict(case.check(strangers).detail) == {"not_siblings": True}


FAMILIES = {"bob": ("kim", "lea", "max"), "zoe": ("pat", "sue", "tom")}


def siblings_check(answer, earlier=(), order="siblings_first"):
    """A check against two families and one pair that is taken."""
    return shortcuts.check_siblings(answer, earlier, order, FAMILIES, {("bob", "kim", "lea")})


@pytest.mark.parametrize(
    ("answer", "earlier", "detail", "scores"),
    [
        ("kim max bob", [], {}, (1, 1, 1)),
        ("MAX, kim, bob", ["", "kim", "sue tom zoe"], {}, (1, 1, 1)),
        ("max kim bob", ["rubbish", "kim\nmax,bob"], {"repeats_draw": 1}, (1, 1, 0)),
        ("kim max bob", ["bob kim max", "x" * 1000, "kim max zoe"], {}, (1, 1, 1)),
        ("lea kim bob", [], {"taken": True}, (1, 0, 1)),
        ("lea kim bob", ["lea kim bob"], {"taken": True, "repeats_draw": 0}, (1, 0, 0)),
        ("bob kim max", [], {"other_order": True}, (0, 0, 0)),
        ("kim bob max", [], {"other_order": True}, (0, 0, 0)),
        ("kim kim bob", [], {"same_child": True}, (0, 0, 0)),
        ("kim tom bob", [], {"not_siblings": True}, (0, 0, 0)),
        ("kim max zoe", [], {"not_siblings": True}, (0, 0, 0)),
        ("kim eve bob", [], {"unknown": ["eve"]}, (0, 0, 0)),
        ("kim max", [], {"not_three_names": True}, (0, 0, 0)),
        ("kim max bob bob", [], {"not_three_names": True}, (0, 0, 0)),
        ("", [], {"not_three_names": True}, (0, 0, 0)),
        ("kim max bob" + " " * 200, [], {"not_three_names": True}, (0, 0, 0)),
    ],
)
def test_coherent_new_and_distinct(answer, earlier, detail, scores):
    """All three make it right; each is scored; the detail says what is missing."""
    check = siblings_check(answer, earlier)
    assert check.correct == (not detail)
    assert dict(check.detail) == detail
    assert tuple(check.scores[name] for name in ("coherent", "new", "distinct")) == scores


def test_the_order_asked_for_is_the_one_that_counts():
    """What is right in one arm is wrong in the other."""
    assert siblings_check("bob kim max", order="parent_first").correct
    assert dict(siblings_check("kim max bob", order="parent_first").detail) == {"other_order": True}


names_or_rubbish = st.lists(st.sampled_from(["bob", "zoe", "kim", "lea", "max", "pat", "eve", ","]), max_size=4)


@given(names_or_rubbish, st.lists(names_or_rubbish, max_size=5))
def test_any_names_are_judged_as_brute_force_would(names, before):
    """Whatever was answered earlier: right if the pair is in a family, free, and not among the earlier ones."""

    def pair(words):
        words = [word for word in words if word != ","]
        return (words[2], frozenset(words[:2])) if len(words) == 3 else None

    known = {
        (parent, frozenset(two)) for parent, all_of in FAMILIES.items() for two in itertools.combinations(all_of, 2)
    }
    check = siblings_check(" ".join(names), [" ".join(words) for words in before])
    free = pair(names) in known - {("bob", frozenset({"kim", "lea"}))}
    assert check.correct == (free and pair(names) not in map(pair, before))
    json.dumps(dict(check.detail))


def test_the_oracle_clears_the_bar_as_an_even_sampler_does():
    """About one in 40 answers repeats an earlier one; nearly every arm is shown to clear the bar within 40 draws."""
    decided, repeats = 0, []
    for seed in range(40):
        earlier, wrong, cleared = [], 0, False
        for draw in range(40):
            case = shortcuts.sibling_discovery.draw({}, seed, draw)
            wrong += not case.check(case.answer, earlier).correct
            earlier.append(case.answer)
            cleared = cleared or stats.clears(draw + 1 - wrong, wrong, 0.8) >= stats.DECISIVE
        decided += cleared
        repeats.append(wrong)
    expected = 40 - case.choices * (1 - (1 - 1 / case.choices) ** 40)
    assert fmean(repeats) == pytest.approx(expected, abs=0.6)
    assert decided >= 34


# ---------------------------------------------------------------------------------------------------------------------
# What they share.


def test_samples_are_even():
    """Every member comes to every place equally often, and none twice."""
    grid = [(i + 0.5) / 12 for i in range(12)]
    found = Counter(tuple(shortcuts.sample("abcd", drawn)) for drawn in itertools.product(grid, repeat=2))
    assert set(found) == set(itertools.permutations("abcd", 2))
    assert set(found.values()) == {12}


@pytest.mark.parametrize(
    ("task", "params"),
    [
        (shortcuts.path_star, {}),
        (shortcuts.sentiment, {}),
        (shortcuts.domain_dress, {}),
        (shortcuts.sibling_discovery, {}),
    ],
)
def test_hostile_answers_are_wrong_at_once(task, params):
    """10 MB of the right answer, of separators or of digits is wrong."""
    case = task.draw(params, 0, 0)
    for unit in (case.answer + " ", case.answer + "\n", "->", ", ", " ", "\n", "9", "."):
        hostile = unit * (10_000_000 // len(unit))
        assert not case.check(hostile).correct
        assert not case.check(case.answer + hostile, [hostile]).correct


# ---------------------------------------------------------------------------------------------------------------------
# Parameters.


@pytest.mark.parametrize(
    ("task", "params", "message"),
    [
        (shortcuts.path_star, {"direction": "up"}, "direction='up': must be one of 'backward', 'forward'"),
        (shortcuts.path_star, {"arms": 1}, "arms=1: must be a whole number from 2 to 10"),
        (shortcuts.path_star, {"length": 11}, "length=11: must be a whole number from 2 to 10"),
        (shortcuts.path_star, {"length": 5.0}, "length=5.0: must be a whole number"),
        (shortcuts.sentiment, {"wording": "loud"}, "wording='loud': must be one of 'plain', 'lured'"),
        (
            shortcuts.domain_dress,
            {"dress": "sea"},
            "dress='sea': must be one of 'familiar', 'engine', 'billing', 'nonce'",
        ),
        (shortcuts.domain_dress, {"rules": 2}, "rules=2: must be a whole number from 3 to 12"),
        (shortcuts.sibling_discovery, {"order": "any"}, "order='any': must be one of 'parent_first', 'siblings_first'"),
        (shortcuts.sibling_discovery, {"children": 3}, "children=3: must be a whole number from 4 to 16"),
        (shortcuts.sibling_discovery, {"graph": -1}, "graph=-1: must be a whole number from 0 to 1000000"),
        (shortcuts.sibling_discovery, {"given": 0}, "given=0: must be a whole number from 1 to 20"),
    ],
)
def test_bad_parameters(task, params, message):
    """The message names the parameter, the value and what is allowed."""
    with pytest.raises(ValueError, match=re.escape(message)):
        task.draw(params, 0, 0)
