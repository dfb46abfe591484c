"""Chains of elements followed again from the prompt alone, through a table that is written out here."""

import re
from collections import Counter

import pytest

from pytest_ood.families.chains.known_hops import known_hops
from tests.families.drawing import pairs

# Parameters of the shift arm, and the digest of its first cases: one that changes needs a new task version.
CERTIFIED = [
    (known_hops, {"hops": 2}, "c8987cd2d760d3e07a2c24dd8d09a11c84a66a7e809bbd878c583cf308709322"),
    (known_hops, {"hops": 3}, "38816cebd401d2c32229e2b12beb0a5454b67d500b42100a3b996836b6a7ffb5"),
    (known_hops, {"hops": 5}, "049106ca39c20632d59bc65ca026e4cc04e029193aaf68a8ce1145df40e56ea9"),
    (known_hops, {"hops": 8}, "d300fe8c6c12c4b1dc10d5221cd2c085f83280865183f2a62e90a3c310256223"),
]

# Written down a second time, so that a slip in the package's table does not go unnoticed.
NAMES = """
hydrogen helium lithium beryllium boron carbon nitrogen oxygen fluorine neon sodium magnesium aluminium silicon
phosphorus sulfur chlorine argon potassium calcium scandium titanium vanadium chromium manganese iron cobalt nickel
copper zinc gallium germanium arsenic selenium bromine krypton rubidium strontium yttrium zirconium niobium molybdenum
technetium ruthenium rhodium palladium silver cadmium indium tin antimony tellurium iodine xenon caesium barium
lanthanum cerium praseodymium neodymium promethium samarium europium gadolinium terbium dysprosium holmium erbium
thulium ytterbium lutetium hafnium tantalum tungsten rhenium osmium iridium platinum gold mercury thallium lead bismuth
polonium astatine radon francium radium actinium thorium protactinium uranium neptunium plutonium americium curium
berkelium californium einsteinium fermium mendelevium nobelium lawrencium rutherfordium dubnium seaborgium bohrium
hassium meitnerium darmstadtium roentgenium copernicium nihonium flerovium moscovium livermorium tennessine oganesson
"""
TABLE = NAMES.split()
FIRST = re.compile(r"Start at the chemical element with the atomic number ([0-9]+)\.")
NEXT = re.compile(
    r"From there, go (forward|back) in order of atomic number, by as many places as the name of that element has"
    r" letters\."
)


def followed(prompt):
    """The elements that a reader comes through, the last one being the answer."""
    sentences, _, question = prompt.partition("\n\n")
    assert question == "Which element does this lead to? Give its name only."
    first, *others = sentences.split("\n")
    way = [TABLE[int(FIRST.fullmatch(first)[1]) - 1]]
    for sentence in others:
        direction = 1 if NEXT.fullmatch(sentence)[1] == "forward" else -1
        place = TABLE.index(way[-1])
        for _letter in way[-1]:
            place += direction
            assert 0 <= place < len(TABLE)
        way.append(TABLE[place])
    return way


def test_an_example():
    """Iron has the number 26 and four letters; four places after it comes zinc, which has four as well."""
    assert known_hops.solver({"number": 26, "moves": []}) == "iron"
    assert known_hops.solver({"number": 26, "moves": ["forward"]}) == "zinc"
    assert known_hops.solver({"number": 26, "moves": ["back"]}) == "titanium"
    assert list(known_hops.states({"number": 26, "moves": ["forward", "forward"]})) == ["iron", "zinc", "selenium"]


@pytest.mark.parametrize("hops", range(1, 9))
def test_a_reader_comes_to_the_answer(hops):
    """Through as many different elements as there are hops, none of them spelt in two ways."""
    for draw in range(300):
        case = known_hops.draw({"hops": hops}, 3, draw)
        way = followed(case.prompt)
        assert case.answer == way[-1]
        assert len(way) == hops == len(set(way))
        assert {"aluminium", "caesium", "sulfur"}.isdisjoint(way)


@pytest.mark.parametrize("hops", range(2, 9))
def test_bridges_are_lures(hops):
    """The last four of them, nearest first; a last hop that counts its own start is one, too."""
    found = Counter()
    for draw in range(300):
        case = known_hops.draw({"hops": hops}, 3, draw)
        *bridges, answer = followed(case.prompt)
        expected = dict(
            zip(
                ("one_hop_short", "two_hops_short", "three_hops_short", "four_hops_short"),
                reversed(bridges),
                strict=False,
            )
        )
        lures = dict(case.lures)
        counted = lures.pop("start_counted", None)
        assert lures == expected
        # The element one place short of the answer, on the side of the bridge.
        side = 1 if TABLE.index(bridges[-1]) > TABLE.index(answer) else -1
        short = TABLE[TABLE.index(answer) + side]
        assert counted == short or (counted is None and short in expected.values())
        found[counted is not None] += 1
    assert found[True] > 200


def test_one_hop_has_no_bridge():
    """Nor anything else that a shortcut would give."""
    assert all(not known_hops.draw({"hops": 1}, 0, draw).lures for draw in range(100))


def test_pairs_have_the_same_answer():
    """The control asks for it by its own number; the shift ends with the control's element."""
    for control, shift in pairs(known_hops, {"hops": 4}, 300):
        assert control.answer == shift.answer
        assert followed(control.prompt) == followed(shift.prompt)[-1:]


def test_longer_chains_end_like_shorter_ones():
    """A draw has one chain; fewer hops start nearer to its end."""
    for draw in range(100):
        ways = [followed(known_hops.draw({"hops": hops}, 0, draw).prompt) for hops in range(1, 9)]
        assert all(way == ways[-1][-len(way) :] for way in ways)


def test_every_answer_is_equally_likely():
    """All 89 come up, each about as often as the stated chance says."""
    counts = Counter(known_hops.draw({"hops": 2}, 0, draw).answer for draw in range(8900))
    assert len(counts) == 89
    assert known_hops.draw({"hops": 2}, 0, 0).chance == 1 / 89
    assert 60 < min(counts.values()) < max(counts.values()) < 145


def test_numbers_alone_do_not_lead_to_the_answer():
    """Whoever takes every name to have equally many letters is right no more often than the docstring says."""
    for hops, share in ((2, 0.25), (3, 0.1), (5, 0.1)):
        for letters in range(3, 14):
            right = 0
            for draw in range(1000):
                case = known_hops.draw({"hops": hops}, 0, draw)
                signs = [1 if move == "forward" else -1 for move in case.inputs["moves"]]
                right += TABLE[(case.inputs["number"] + letters * sum(signs) - 1) % len(TABLE)] == case.answer
            assert right < 1000 * share, (hops, letters)


def test_wrong_answers_say_how_far_off_they_are():
    """What is not an element is not in the form asked."""
    case = known_hops.draw({"hops": 3}, 0, 0)
    place = TABLE.index(case.answer)
    assert case.check(f" {case.answer.upper()}. ").correct
    assert case.check(TABLE[place - 3]).detail == {"off_by": -3}
    for given in ("Zz", "12", "", f"{case.answer} {case.answer}", case.answer + " " * 200):
        assert not case.check(given).in_form
        assert case.check(given).detail == {"not_an_element": True}


@pytest.mark.parametrize("hops", [0, 9, 2.0, True, "2"])
def test_bad_parameters(hops):
    """The message names the parameter, the value and what is allowed."""
    with pytest.raises(ValueError, match=re.escape(f"hops={hops!r}: must be a whole number from 1 to 8")):
        known_hops.draw({"hops": hops}, 0, 0)
