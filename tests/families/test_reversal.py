"""Reversed questions, answered again: from the prompt's own words, the raw text of the data, the standard library."""

import calendar
import hashlib
import json
import re
import string
import unicodedata
from collections import Counter
from statistics import fmean

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_ood.certify import same
from pytest_ood.families import reversal
from tests.families.drawing import pairs

# Task, parameters of the shift arm, and the digest of its first cases: one that changes needs a new task version.
CERTIFIED = [
    (reversal.fictional_facts, {"facts": 2}, "24de3fa1d5c8b5156a50e82fb40687ddf765b19c3fd5300179d41dd2055bcf2d"),
    (
        reversal.fictional_facts,
        {"facts": 16, "direction": "backward"},
        "cec8c5be19c651a37c46e40d4bc69ea16be122ecffd742e188d428e5cb924a54",
    ),
    (
        reversal.known_lines,
        {"direction": "before"},
        "853b2829b0e57698c8cd1d70c580362e7c0d035137d95c2b3d5ae69044aa7042",
    ),
    (reversal.parents, {"ask": "child"}, "01e52bcfc0b63344d67405e3331fb2add78d7fc1f6aeaec277e9c43ee53e3ed3"),
    (reversal.alphabet_order, {}, "f79e421f491126b38c1298bdfe40affe32069e230d5be1347f3567055af7a564"),
    (
        reversal.alphabet_order,
        {"list": "alphabet", "distance": 5},
        "e4aa470f47238a027dcbaa94925da099f472a83048f5f28d8c74cbb2c058c5a8",
    ),
    (
        reversal.alphabet_order,
        {"list": "months", "distance": 3},
        "f59e8e8c758feaad88e55d41d7b2093e2f66240ba6f351422a33587478f69fba",
    ),
    (
        reversal.alphabet_order,
        {"list": "weekdays", "distance": 2},
        "3fe2b9c0357730ad33e85829de5c44574a087d47e9a93ce0ee53157ed1237f48",
    ),
    (
        reversal.alphabet_order,
        {"list": "elements", "distance": 5},
        "d85a3f091bc4ca164226ce4fa984a57e96145d425f35fe59d4888f20dfbf3292",
    ),
]
# What is published can be drawn again only as long as these stay as they are.
DATA = {
    "texts.txt": "dd816c4d3c1183bc1423e235416da8d8993bdca7e56bfc2e17f93e412cc4b503",
    "parents.txt": "9f0a4a9d8a9cd217cea1b387a98f35f73abadd6647f1ec74fabc08e3f3c68c03",
    "elements.txt": "a393d2c97bb40ad91c3e1f7735e700d6751e5fbc2b475e2e156ae2a1273ff5e0",
}
NAME = r"[A-Z][a-z]{5} [A-Z][a-z]{5}"


def raw(name):
    """A data file without its comments."""
    lines = (reversal.DATA / name).read_text(encoding="utf-8").split("\n")
    return "\n".join(line for line in lines if not line.startswith("#"))


def edits(answer):
    """Every answer that is one letter changed, left out, doubled or exchanged with the next away."""
    for place, letter in enumerate(answer):
        before, after = answer[:place], answer[place + 1 :]
        yield from (before + other + after for other in string.ascii_lowercase)
        yield before + after
        yield before + letter + letter + after
        yield before + after[:1] + letter + after[1:]


@pytest.mark.parametrize("name", list(DATA))
def test_data_is_pinned(name):
    """The files are what the digests of cases were made from."""
    assert DATA[name] == hashlib.sha256((reversal.DATA / name).read_bytes()).hexdigest()


# ---------------------------------------------------------------------------------------------------------------------
# Invented facts.


@pytest.mark.parametrize("direction", ["forward", "backward"])
@pytest.mark.parametrize("facts", [2, 8, 50])
def test_answer_and_lures(facts, direction):
    """The name on the other side of the one sentence that holds the name in the question."""
    for draw in range(100):
        case = reversal.fictional_facts.draw({"facts": facts, "direction": direction}, 5, draw)
        stated = re.findall(rf"^({NAME}) is the (\w+) of ({NAME})\.$", case.prompt, re.MULTILINE)
        assert facts == len(stated)
        assert len({relation for _, relation, _ in stated}) == 1
        words = " ".join(left + " " + right for left, _, right in stated).split()
        assert len(words) == len(set(words))
        asked = re.search(rf"^(?:What|Who) .*?({NAME}).*\?", case.prompt, re.MULTILINE)[1]
        answers = {left: right for left, _, right in stated}
        if direction == "backward":
            answers = {right: left for left, right in answers.items()}
        assert answers.pop(asked) == case.answer
        assert case.lures["question_name"] == asked
        assert case.lures["another_fact"] in answers.values()
        assert case.chance == 1 / facts


def test_the_asked_fact_stands_anywhere():
    """No place among the sentences is asked about much more than another."""
    places = [0] * 4
    for draw in range(1000):
        case = reversal.fictional_facts.draw({"facts": 4}, 0, draw)
        places[[case.answer in sentence for sentence in case.input.split("\n")].index(True)] += 1
    assert min(places) > 200


def test_case_and_full_stop_do_not_count():
    """A name is a name in any case, with any white space, and with a full stop after it."""
    case = reversal.fictional_facts.draw({}, 0, 0)
    assert case.check(f"{case.answer.upper()}.").correct
    assert case.check(case.answer.replace(" ", "\n")).correct
    assert not case.check(case.answer.split()[0]).correct
    assert not case.check(f"{case.answer}, {case.lures['another_fact']}").correct


def test_facts_guessed():
    """A model that names anybody from the right side is right as often as the cases say."""
    drawn = [reversal.fictional_facts.draw({"facts": 4}, 1, draw) for draw in range(1000)]
    hits = fmean(case.answer == case.input.split("\n")[0].split(" is the ")[0] for case in drawn)
    assert hits == pytest.approx(0.25, abs=0.05)


# ---------------------------------------------------------------------------------------------------------------------
# Lines of texts.


def bare(words):
    """Lower-case words, made in another way than the verifier does."""
    return [word for word in re.split(r"[^a-z]+", words.lower().replace("'", "")) if word]


def texts():
    """From each heading, as a question has it, to the lines as the file has them, other readings cut off."""
    found = {}
    for block in re.split(r"^= ", raw("texts.txt"), flags=re.MULTILINE)[1:]:
        heading, _, body = block.partition("\n")
        title, author, year, unit, source = heading.split("; ")
        assert 1500 < int(year) < 1900
        assert unit in ("line", "sentence")
        assert source
        found[f"In {title} by {author}, which {unit} comes right "] = re.sub(r" \| .*", "", body)
    return found


def test_there_are_many_texts_and_pairs():
    """At least 12 texts, 300 pairs, and no text that has most of them."""
    known = reversal.line_pairs()
    titles = Counter(pair.heading["title"] for pair in known)
    assert len(titles) == len(texts()) >= 25
    assert len(known) >= 400
    assert max(titles.values()) < len(known) / 5
    assert len({tuple(line.written for line in pair.lines) for pair in known}) == len(known)


@pytest.mark.parametrize("direction", ["after", "before"])
def test_lines_stand_side_by_side(direction):
    """In the raw text, the shown line and the answer follow one another, each there once; so does the lure."""
    known = texts()
    for draw in range(1000):
        case = reversal.known_lines.draw({"direction": direction}, 2, draw)
        heading = case.prompt.split(f"{direction} this one?")[0]
        text = known[heading]
        shown = case.prompt.split("\n\n")[1]
        assert shown == case.input == case.lures["the_line_itself"]
        following = [shown, case.answer] if direction == "after" else [case.answer, shown]
        assert "\n".join(following) in text
        lines = [bare(line) for line in text.split("\n") if line]
        assert lines.count(bare(shown)) == lines.count(bare(case.answer)) == 1
        at = lines.index(bare(shown))
        if direction == "before":
            assert bare(case.lures.get("line_after", "")) == (lines[at + 1] if at + 1 < len(lines) else [])
        else:
            assert bare(case.lures.get("line_before", "")) == (lines[at - 1] if at else [])


def test_both_arms_ask_about_the_same_lines():
    """What one arm shows is the other's answer; lengths agree on average."""
    drawn = pairs(reversal.known_lines, {"direction": "before"})
    for control, shift in drawn:
        assert (control.input, control.answer) == (shift.answer, shift.input)
        assert len(shift.prompt) - len(shift.input) - len(control.prompt) + len(control.input) == 1
    for measure in (lambda case: len(case.answer), lambda case: len(case.prompt)):
        control, shift = (fmean(measure(pair[arm]) for pair in drawn) for arm in (0, 1))
        assert shift == pytest.approx(control, abs=2)


@given(st.data())
def test_the_form_of_a_line_does_not_count(data):
    """Case, punctuation, diacritics and white space may be anything; a word left out, added or moved is wrong."""
    case = reversal.known_lines.draw({}, 5, data.draw(st.integers(0, 500)))
    words = reversal.spelt(case.answer).split()
    sign = st.sampled_from([" ", ", ", "\n", " -- ", "; ", ' "', "\N{EM DASH}"])
    given_words = [data.draw(st.sampled_from([word, word.upper(), word.title(), f"'{word}'"])) for word in words]
    joined = "".join(word + data.draw(sign) for word in given_words)
    assert case.check(joined.strip()).correct
    place = data.draw(st.integers(0, len(words) - 1))
    assert not case.check(" ".join(words[:place] + words[place + 1 :])).correct
    assert not case.check(" ".join([*words[:place], "and", *words[place:]])).correct
    assert not case.check(" ".join([*words, "x"])).correct


def test_old_spellings_do_not_count():
    """An apostrophe for a letter, a curly one, "oh" for "o" and missing diacritics are the same words."""
    assert (
        reversal.spelt("O\N{RIGHT SINGLE QUOTATION MARK}er the ramparts we watch'd") == "over the ramparts we watched"
    )
    assert reversal.spelt("In me thou see'st -- Oh! GROW'ST") == "in me thou seest o growest"
    assert reversal.spelt("Thro' tho' & caf\u00e9") == "through though and cafe"
    assert reversal.spelt("hail'd") != reversal.spelt("haild")
    assert reversal.spelt("bored") == reversal.spelt("bor'd") == "bored"


def test_other_readings_are_right():
    """Where editions differ each reading is right, and the case does not claim that there is one answer."""
    found = {}
    for draw in range(3000):
        case = reversal.known_lines.draw({}, 0, draw)
        found[case.answer] = case
    case = found["On, Comet! on, Cupid! on, Donder and Blitzen!"]
    assert case.check("On, Comet! On Cupid! On, Donner and Blitzen").correct
    assert not case.unique
    assert not case.check("On, Comet! On Cupid! On, Donder and Vixen").correct
    assert found["Rough winds do shake the darling buds of May,"].unique
    assert not found["My mistress' eyes are nothing like the sun;"].unique
    assert sum(case.unique for case in found.values()) > 0.6 * len(found)


def test_detail_of_a_wrong_line():
    """How many lines off, or that it is no line of the text."""
    case = next(
        case
        for case in (reversal.known_lines.draw({}, 0, draw) for draw in range(5000))
        if case.answer == "The wretched refuse of your teeming shore."
    )
    assert dict(case.check(case.input).detail) == {"off_by": 1}
    assert dict(case.check("I lift my lamp beside the golden door!").detail) == {"off_by": 2}
    assert dict(case.check('"Keep, ancient lands, your storied pomp!" cries she').detail) == {"off_by": -3}
    assert dict(case.check("And the mome raths outgrabe.").detail) == {"off_by": None}
    assert dict(case.check(f"{case.answer}\n{case.input}").detail) == {"off_by": None}
    assert dict(case.check(case.answer + " " * 2000).detail) == {"off_by": None}


def test_no_letter_of_a_line_is_overlooked():
    """Any single slip in a line that is said to have one reading is wrong, but for spaces and punctuation."""
    known = [line for pair in reversal.line_pairs()[::3] for line in pair.lines]
    for line in known:
        if len(line.readings) == 1 and "'" not in line.written:
            for slip in edits(line.written):
                assert reversal.spelt(slip) not in line.readings or same(slip, line.written), (line.written, slip)


# ---------------------------------------------------------------------------------------------------------------------
# Parents.


def folded(name):
    """A name in plain lower-case letters, made in another way than the verifier does."""
    name = name.lower().replace("\u0111", "d").replace("\u0142", "l").replace("\u00df", "ss").replace("'", "")
    letters = unicodedata.normalize("NFD", name).encode("ascii", "ignore").decode()
    return " ".join(re.findall(r"[a-z]+", letters))


def rows():
    """The lines of the file of parents, split into lists of people who are lists of names."""
    found = []
    for line in raw("parents.txt").strip().split("\n"):
        fields = [field.strip() for field in line.split(";")]
        assert len(fields) == 11, line
        found.append([[person.split("|") for person in field.split(", ")] if field else [] for field in fields])
    return found


def test_the_file_of_parents_is_consistent():
    """Single, named people with years of death; nobody twice; all children of a line have names of their own."""
    known = rows()
    assert len(known) >= 80
    children = [row[0][0][0] for row in known]
    assert len(children) == len(set(children))
    for row in known:
        child, father, mother = row[0], row[2], row[4]
        assert [len(child), len(father), len(mother)] == [1, 1, 1]
        for year in (row[1], row[3], row[5]):
            assert 1400 < int(year[0][0]) < 1950
        for half in (row[7], row[8]):
            people = [*child, *row[6], *half, *father, *mother]
            names = [{folded(name) for name in person} for person in people]
            shown = [folded(person[0]) for person in people]
            assert len(shown) == len(set(shown)), row
            assert not any("" in person for person in names)
            # The child and each brother or sister are other people than the parents, by the names that are shown.
            for number, person in enumerate(names[:-2]):
                assert not person & {shown[-1], shown[-2]}, row
                for other in names[:number]:
                    assert not person & other, row
        for grandparents in (row[9], row[10]):
            assert len(grandparents) <= 1
    assert all(name == name.strip() for row in known for field in row for person in field for name in person)


@pytest.mark.parametrize("ask", ["parent", "child"])
def test_parents_are_what_the_file_says(ask):
    """Looked up in the raw file: who is asked about, who is right, and whom the lures name."""
    known = {row[0][0][0]: row for row in rows()}
    asked = set()
    for draw in range(2000):
        case = reversal.parents.draw({"ask": ask}, 4, draw)
        twin = reversal.parents.draw({"ask": {"parent": "child", "child": "parent"}[ask]}, 4, draw)
        child = (case if ask == "parent" else twin).input
        row = known[child]
        role = 0 if (case if ask == "child" else twin).input == row[2][0][0] else 1
        parent, other = row[2 + 2 * role][0], row[4 - 2 * role][0]
        asked.add(case.prompt)
        assert other[0] == case.lures["other_parent"] == next(iter(case.lures.values()))
        if ask == "parent":
            year, word = row[1][0][0], ("father", "mother")[role]
            assert case.prompt == f"Who was the {word} of {child} (died {year})? Give the name only."
            right, wrong = [parent], [row[0][0], other, *row[6]]
        else:
            year = row[3 + 2 * role][0][0]
            assert case.prompt == f"Name a child of {parent[0]} (died {year}). Give one child's name only."
            right, wrong = [row[0][0], *row[6], *row[7 + role]], [parent, other, *row[8 - role]]
            grandparent = row[9 + role]
            assert case.lures.get("grandparent") == (grandparent[0][0] if grandparent else None)
        assert case.lures["question_name"] == case.input
        assert folded(case.answer) == folded(right[0][0])
        assert case.answer.isascii()
        assert all(case.check(name).correct and case.check(folded(name)).correct for who in right for name in who)
        # A sister may bear the very name that her mother took when she married.
        names = {folded(name) for who in right for name in who}
        assert not any(case.check(who[0]).correct for who in wrong if folded(who[0]) not in names)
        assert not any(case.check(lure).correct for lure in case.lures.values())
    assert len(asked) == 2 * len(known)


def test_parents_pairs_match():
    """Both arms ask about the same two people; lengths agree; fathers and mothers are asked for alike."""
    drawn = pairs(reversal.parents, {"ask": "child"})
    for control, shift in drawn:
        assert shift.check(control.input).correct
        assert control.check(shift.input).correct
    for measure, most in ((lambda case: len(case.answer), 1.6), (lambda case: len(case.prompt), 4)):
        control, shift = (fmean(measure(pair[arm]) for pair in drawn) for arm in (0, 1))
        assert shift == pytest.approx(control, abs=most)
    assert fmean("mother" in control.prompt for control, _ in drawn) == pytest.approx(0.5, abs=0.06)


def question_about(child, ask):
    """A case about the mother of this child."""
    found = (reversal.parents.draw({"ask": ask}, 0, draw) for draw in range(5000))
    twins = (reversal.parents.draw({"ask": "parent"}, 0, draw) for draw in range(5000))
    return next(case for case, twin in zip(found, twins, strict=True) if f"mother of {child} " in twin.prompt)


def test_forms_of_a_name():
    """Any recorded form of the name of any child, with or without "Sir"; a surname alone or a list is no answer."""
    case = question_about("Charles Darwin", "child")
    for right in (
        "Charles Darwin",
        "charles robert darwin.",
        "Sir Charles Darwin",
        "Erasmus Alvey Darwin",
        "Susan Darwin",
    ):
        assert case.check(right).correct
    for wrong in (
        "Darwin",
        "Charles",
        "Charles Darwin, Susan Darwin",
        "Charles Darwin Susan Darwin",
        "Sir",
        "Robert Darwin",
    ):
        assert not case.check(wrong).correct
    assert not case.unique
    assert case.check("Erasmus\nDarwin").correct
    mother = question_about("Marie Curie", "parent")
    for right in ("Bronis\u0142awa Boguska", "Bronislawa Boguska", "BRONIS\u0141AWA SK\u0141ODOWSKA"):
        assert mother.check(right).correct
    assert not mother.check("Maria Boguska").correct


def test_detail_of_a_wrong_name():
    """Who was named, where that is somebody known."""
    case = question_about("Charles Darwin", "child")
    assert dict(case.check("Robert Waring Darwin").detail) == {"named": "other_parent"}
    assert dict(case.check("Josiah Wedgwood").detail) == {"named": "grandparent"}
    assert dict(case.check("Susannah Darwin").detail) == {"named": "question_name"}
    assert dict(case.check("Isaac Newton").detail) == {"named": None}
    control = question_about("Charles Darwin", "parent")
    assert dict(control.check("Susan Darwin").detail) == {"named": "sibling"}
    assert dict(control.check("Charles Darwin").detail) == {"named": "question_name"}
    assert dict(control.check("x" * 5000).detail) == {"named": None}


def test_few_slips_in_a_name_are_overlooked():
    """Of single slips in a name only those that make another recorded spelling are right: hardly any."""
    asked = [question for ask in ("parent", "child") for question in reversal.questions(ask)]
    slips = [
        (question, slip) for question in asked for slip in edits(question.answer) if not same(slip, question.answer)
    ]
    right = [slip for question, slip in slips if reversal.untitled(slip) in question.right]
    assert len(right) < len(slips) / 1000


# ---------------------------------------------------------------------------------------------------------------------
# Ordered lists.
ORDERED = {
    "alphabet": list(string.ascii_uppercase),
    "months": list(calendar.month_name)[1:],
    "weekdays": list(calendar.day_name),
}
# Atomic numbers by which a name that is missing or in the wrong place would be noticed.
ATOMIC_NUMBERS = {
    "hydrogen": 1, "carbon": 6, "neon": 10, "sodium": 11, "silicon": 14, "chlorine": 17, "argon": 18, "calcium": 20,
    "titanium": 22, "iron": 26, "copper": 29, "zinc": 30, "bromine": 35, "krypton": 36, "zirconium": 40, "silver": 47,
    "tin": 50, "iodine": 53, "xenon": 54, "barium": 56, "cerium": 58, "europium": 63, "lutetium": 71, "tungsten": 74,
    "platinum": 78, "gold": 79, "mercury": 80, "lead": 82, "radon": 86, "radium": 88, "uranium": 92, "plutonium": 94,
    "curium": 96, "einsteinium": 99, "lawrencium": 103, "bohrium": 107, "darmstadtium": 110, "copernicium": 112,
    "flerovium": 114, "livermorium": 116, "oganesson": 118,
}  # fmt: skip


def items(name):
    """A list in its order, elements by the first of their spellings."""
    return ORDERED.get(name) or [line.split()[0] for line in raw("elements.txt").strip().split("\n")]


def test_elements_are_in_order():
    """118 different names, the known ones at their atomic numbers."""
    names = items("elements")
    assert 118 == len(names) == len(set(names))
    assert {name: names.index(name) + 1 for name in ATOMIC_NUMBERS} == ATOMIC_NUMBERS


@pytest.mark.parametrize("direction", ["after", "before"])
@pytest.mark.parametrize("distance", [1, 2, 3, 4, 5])
@pytest.mark.parametrize("name", ["alphabet", "months", "weekdays", "elements"])
def test_order_is_counted_off(name, distance, direction):
    """Counted on one by one through two rounds of the list, from the shown item to the answer and to each lure."""
    order = items(name)
    step = 1 if direction == "after" else -1
    rounds = order * 3 if name in ("months", "weekdays") else order
    for draw in range(100):
        case = reversal.alphabet_order.draw({"list": name, "distance": distance, "direction": direction}, 6, draw)
        places, word, shown = re.match(
            r"Which [a-z ]+ comes (\d) places? (after|before) (\w+) in the", case.prompt
        ).groups()
        assert (str(distance), direction, case.input) == (places, word, shown)
        at = order.index(shown) + (len(order) if len(rounds) > len(order) else 0)
        assert rounds[at + step * distance] == case.answer
        expected = {
            "off_by_one": rounds[at + step * (distance - 1)],
            "one_too_far": rounds[at + step * (distance + 1)],
        }
        if at - step * distance >= 0:
            expected["other_direction"] = rounds[at - step * distance]
        for kind, lure in case.lures.items():
            assert expected[kind] == lure
        assert set(expected.values()) == set(case.lures.values())
        assert direction == "after" or next(iter(case.lures)) == "other_direction"
        assert ("begins again" in case.prompt) == (name in ("months", "weekdays"))


@pytest.mark.parametrize(
    ("name", "distance"), [("alphabet", 1), ("alphabet", 5), ("months", 2), ("weekdays", 3), ("elements", 4)]
)
def test_order_pairs_match(name, distance):
    """The very same answers, prompts alike, and every possible answer as likely as the chance that is stated."""
    drawn = pairs(reversal.alphabet_order, {"list": name, "distance": distance}, 2000)
    for control, shift in drawn:
        assert control.answer == shift.answer
        assert control.chance == shift.chance
    lengths = [fmean(len(pair[arm].prompt) for pair in drawn) for arm in (0, 1)]
    assert lengths[1] == pytest.approx(lengths[0], abs=2)
    counts = Counter(shift.answer for _, shift in drawn)
    assert drawn[0][1].chance == 1 / len(counts)
    assert max(counts.values()) / len(drawn) < 2 * drawn[0][1].chance


def test_forms_and_detail_of_an_item():
    """Case and a full stop do not count, nor does British or American spelling; the detail says how far off."""
    found = {}
    for draw in range(3000):
        case = reversal.alphabet_order.draw({"list": "elements"}, 0, draw)
        found[case.answer] = case
    case = found["aluminium"]
    assert [case.check(right).correct for right in ("Aluminum", "ALUMINIUM.", "aluminium")] == [True, True, True]
    assert not case.unique
    assert found["gold"].unique
    assert found["sulfur"].check("Sulphur").correct
    assert dict(case.check("magnesium").detail) == {"off_by": -1}
    assert dict(case.check("oganesson").detail) == {"off_by": 105}
    assert dict(case.check("phlogiston").detail) == {"off_by": None}
    assert dict(case.check("x" * 5000).detail) == {"off_by": None}
    month = next(
        case
        for case in (reversal.alphabet_order.draw({"list": "months"}, 0, draw) for draw in range(500))
        if case.answer == "January"
    )
    offs = [month.check(name).detail.get("off_by", 0) for name in calendar.month_name[1:]]
    assert offs == [0, 1, 2, 3, 4, 5, -6, -5, -4, -3, -2, -1]


def test_details_are_json():
    """What verifiers say of wrong answers can be written down."""
    for task in (reversal.known_lines, reversal.parents, reversal.alphabet_order):
        case = task.draw({}, 0, 0)
        for wrong in ("", "x", case.input, *case.lures.values()):
            assert json.loads(json.dumps(dict(case.check(wrong).detail))) == case.check(wrong).detail


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"facts": 1}, "facts=1: must be a whole number from 2 to 200"),
        ({"facts": 4.0}, "facts=4.0: must be a whole number"),
        ({"direction": "sideways"}, "direction='sideways': must be one of 'forward', 'backward'"),
    ],
)
def test_bad_parameters(params, message):
    """The message names the parameter, the value and what is allowed."""
    with pytest.raises(ValueError, match=re.escape(message)):
        reversal.fictional_facts.draw(params, 0, 0)


@pytest.mark.parametrize(
    ("task", "params", "message"),
    [
        (reversal.known_lines, {"direction": "next"}, "direction='next': must be one of 'after', 'before'"),
        (reversal.parents, {"ask": "aunt"}, "ask='aunt': must be one of 'parent', 'child'"),
        (reversal.alphabet_order, {"list": "planets"}, "list='planets': must be one of 'alphabet', 'months'"),
        (reversal.alphabet_order, {"distance": 6}, "distance=6: must be a whole number from 1 to 5"),
        (reversal.alphabet_order, {"distance": True}, "distance=True: must be a whole number"),
        (reversal.alphabet_order, {"direction": ""}, "direction='': must be one of 'after', 'before'"),
    ],
)
def test_bad_parameters_of_what_is_known(task, params, message):
    """The message names the parameter, the value and what is allowed."""
    with pytest.raises(ValueError, match=re.escape(message)):
        task.draw(params, 0, 0)


def test_facts_pairs_match():
    """Same sentences, answers of the same length, prompts that differ by the one character that is declared."""
    for control, shift in pairs(reversal.fictional_facts, {"direction": "backward"}):
        assert control.input == shift.input
        assert len(control.answer) == len(shift.answer)
        assert len(control.prompt) == len(shift.prompt) + 1
