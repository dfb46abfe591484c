"""Programs run by Python itself, and by an interpreter of Python's own syntax trees that follows the prompt."""

import ast
import itertools
import re
from collections import Counter
from statistics import fmean

import pytest

from pytest_ood.families.operators.code_indexing import LANGUAGES, code_indexing
from pytest_ood.families.operators.small_python import (
    Assignment,
    Element,
    Number,
    Operation,
    Program,
    Variable,
    totals,
)
from pytest_ood.families.operators.small_python_reader import read_program
from tests.families.drawing import pairs

# Parameters of the shift arm, and the digest of its first cases: one that changes needs a new task version.
CERTIFIED = [
    (
        code_indexing,
        {"change": "indexing", "statements": 4},
        "8890f8ad05b2ca071485a61898f48966907eebf79e44da2bc90cfc651b6150e8",
    ),
    (
        code_indexing,
        {"change": "indexing", "statements": 32},
        "b6e2ea876fca8e93fdbc914c8789e5ad7c5245c6f05e1bd1f29bf0d37a711cae",
    ),
    (
        code_indexing,
        {"change": "signs", "statements": 2},
        "795e7d61a238ae21b30efc7507ef4c290758b4388425f049e51af055276c7f3c",
    ),
    (code_indexing, {"change": "signs"}, "f1c167a778adca130d93264aef89cc8e9ceb3dd336c025b6aaea6b8bed46bce5"),
    (
        code_indexing,
        {"change": "both", "statements": 16},
        "4386e40c6ef0aa67020438d50661e956fe9d75f8c8ee65449efc7e9d5f50ef3b",
    ),
]


def program_of(prompt):
    """The program, from its first to its last line."""
    return prompt[prompt.index("numbers = [") : prompt.index("print(total)") + len("print(total)")]


def printed_by_python(program):
    """What Python prints. The program is one of ours."""
    shown = []
    exec(program, {"print": shown.append})
    (number,) = shown
    return number


class Reader:
    """Runs a program by its syntax tree, in the language that the prompt describes."""

    def __init__(self, prompt):
        first, second = re.search(r"first .* has index (\d), .* has index (\d)\.", prompt).groups()
        assert int(second) == int(first) + 1
        self.first = int(first)
        plus, minus = re.search(r"\+ means (\w+) and - means (\w+)\.", prompt).groups()
        assert {plus, minus} == {"addition", "subtraction"}
        self.adds = {ast.Add: plus == "addition", ast.Sub: minus == "addition"}
        self.names, self.shown = {}, []
        for node in ast.parse(program_of(prompt)).body:
            self.run(node)

    def run(self, node):
        if isinstance(node, ast.For):
            for value in self.value(node.iter):
                self.put(node.target, value)
                for inner in node.body:
                    self.run(inner)
        elif isinstance(node, ast.Assign):
            self.put(node.targets[0], self.value(node.value))
        else:
            self.shown.append(self.value(node.value.args[0]))

    def value(self, node):
        if isinstance(node, ast.Constant):
            return node.value
        if isinstance(node, ast.Name):
            return self.names[node.id]
        if isinstance(node, (ast.List, ast.Tuple)):
            return [self.value(one) for one in node.elts]
        if isinstance(node, ast.Call):
            return range(*map(self.value, node.args))
        if isinstance(node, ast.Subscript):
            # A dict, so that an element that is not there is an error and not one from the end.
            return dict(enumerate(self.names[node.value.id], self.first))[self.value(node.slice)]
        sign = 1 if self.adds[type(node.op)] else -1
        return self.value(node.left) + sign * self.value(node.right)

    def put(self, target, value):
        if isinstance(target, ast.Tuple):
            for one, new in zip(target.elts, value, strict=True):
                self.put(one, new)
        elif isinstance(target, ast.Subscript):
            self.names[target.value.id][self.value(target.slice) - self.first] = value
        else:
            self.names[target.id] = value


@pytest.mark.parametrize("statements", [2, 5, 40])
def test_python_prints_the_answer_of_the_control(statements):
    """Which is also the first lure of every shift case, since both arms show the same program."""
    for change in ("indexing", "signs", "both"):
        for control, shift in pairs(code_indexing, {"change": change, "statements": statements}, 60):
            number = printed_by_python(program_of(control.prompt))
            assert control.answer == str(number)
            assert next(iter(shift.lures.items())) == ("usual_python", str(number))


@pytest.mark.parametrize("change", list(LANGUAGES))
@pytest.mark.parametrize("statements", [2, 5, 40])
def test_the_answer_follows_the_prompt(change, statements):
    """A reader of the prompt alone comes to it."""
    for draw in range(100):
        case = code_indexing.draw({"change": change, "statements": statements}, 2, draw)
        assert [case.answer] == [str(number) for number in Reader(case.prompt).shown]


def blocks_of(prompt):
    """The statements, a loop with what is in it."""
    return re.findall(r"^\S.*(?:\n    .*)*", program_of(prompt), re.M)


@pytest.mark.parametrize("change", list(LANGUAGES))
def test_lures_take_the_shortcut_they_are_named_after(change):
    """The prompt is changed the way the shortcut reads it, and read again."""
    seen = Counter()
    for draw in range(150):
        case = code_indexing.draw({"change": change, "statements": 4}, 5, draw)
        blocks = blocks_of(case.prompt)
        assert len(blocks) == 2 + 4 + 1
        short = case.prompt.replace(program_of(case.prompt), "\n".join([*blocks[:-2], blocks[-1]]))
        once = re.sub(r"range\((\d), \d\):", lambda found: f"range({found[1]}, {int(found[1]) + 1}):", case.prompt)
        first = re.search(r"has index (\d)", case.prompt)[1]
        once = re.sub(r"for number in numbers:\n    (.*)number$", rf"\1numbers[{first}]", once, flags=re.M)
        expected = {"last_statement_skipped": Reader(short).shown, "loops_run_once": Reader(once).shown}
        for name, wrong in case.lures.items():
            seen[name] += 1
            if name in expected:
                assert expected[name] == [int(wrong)], name
    assert seen["loops_run_once"] > 100
    assert seen["last_statement_skipped"] > 100
    assert seen["usual_python"] == (150 if change else 0)


def test_pairs_show_the_same_program():
    """Only the stated index or the two stated operations differ, and the prompts have the same length."""
    for change, words in (("indexing", 2), ("signs", 2), ("both", 4)):
        for control, shift in pairs(code_indexing, {"change": change}, 100):
            assert program_of(control.prompt) == program_of(shift.prompt) == shift.input
            assert len(control.prompt) == len(shift.prompt)
            assert control.answer != shift.answer
            two = zip(control.prompt.split(), shift.prompt.split(), strict=True)
            assert sum(one != other for one, other in two) == words


def test_every_program_tells_the_languages_apart():
    """The four answers differ, and the last statement always matters."""
    for draw in range(300):
        cases = [code_indexing.draw({"change": change, "statements": 3}, 0, draw) for change in LANGUAGES]
        assert len({case.answer for case in cases}) == 4
        assert len({case.prompt for case in cases}) == 4
        for case in cases:
            blocks = blocks_of(case.prompt)
            short = case.prompt.replace(program_of(case.prompt), "\n".join([*blocks[:-2], blocks[-1]]))
            assert Reader(short).shown != [int(case.answer)]


@pytest.mark.slow
def test_results_have_the_same_size_in_all_languages():
    """Their mean distance from 0, and how many are negative."""
    sizes, negative = [], []
    for change in LANGUAGES:
        numbers = [int(code_indexing.draw({"change": change, "statements": 3}, 1, draw).answer) for draw in range(2000)]
        sizes.append(fmean(map(abs, numbers)))
        negative.append(fmean(number < 0 for number in numbers))
        assert max(Counter(numbers).values()) / 2000 < 0.02
    assert sizes == pytest.approx([fmean(sizes)] * 4, rel=0.05)
    assert negative == pytest.approx([fmean(negative)] * 4, abs=0.03)


def test_all_kinds_of_statements_occur():
    """Each in about a sixth of the lines."""
    cases = [code_indexing.draw({"statements": 20}, 0, draw) for draw in range(30)]
    blocks = [re.sub(r"\d+", "#", block) for case in cases for block in blocks_of(case.prompt)[2:-1]]
    kinds = Counter(re.sub("[+-]", "±", block) for block in blocks)
    assert set(kinds) == {
        "total = total ± numbers[#]",
        "numbers[#] = numbers[#] ± #",
        "numbers[#], numbers[#] = numbers[#], numbers[#]",
        "for i in range(#, #):\n    total = total ± numbers[i]",
        "for i in range(#, #):\n    numbers[i] = numbers[i] ± #",
        "for number in numbers:\n    total = total ± number",
    }
    assert all(count / len(blocks) == pytest.approx(1 / 6, abs=0.06) for count in kinds.values())


@pytest.mark.parametrize(("first_index", "index"), [(0, 3), (1, 0), (1, 4)])
def test_there_are_no_elements_beyond_the_list(first_index, index):
    """Not even from its end, as negative indexes would have it."""
    language = LANGUAGES["indexing" if first_index else ""]
    total = Variable("total")
    assignment = Assignment(total, Operation(total, "+", Element(Number(index))))
    with pytest.raises(IndexError, match=re.escape(f"numbers[{index}]: the list has 3 elements")):
        totals(Program((7, 8, 9), 1, (assignment,)), language)
    inside = [Assignment(total, Operation(total, "+", Element(Number(first_index + place)))) for place in range(3)]
    assert totals(Program((7, 8, 9), 1, tuple(inside)), language) == list(itertools.accumulate([1, 7, 8, 9]))


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"change": "index"}, "change='index': must be one of '', 'indexing', 'signs', 'both'"),
        ({"statements": 1}, "statements=1: must be a whole number from 2 to 100"),
        ({"statements": 101}, "statements=101: must be a whole number from 2 to 100"),
    ],
)
def test_bad_parameters(params, message):
    """The message names the parameter, the value and what is allowed."""
    with pytest.raises(ValueError, match=re.escape(message)):
        code_indexing.draw(params, 0, 0)


def test_a_program_is_read_from_its_text():
    """Every kind of statement, as it was written."""
    for draw in range(20):
        program = code_indexing.draw({"statements": 24}, 2, draw).inputs["program"]
        assert str(read_program(program)) == program


@pytest.mark.parametrize(
    "program",
    [
        "total = 3\nprint(total)",
        "numbers = [1]\ntotal = 3\ntotal = open('x')\nprint(total)",
        "numbers = [1]\ntotal = 3\ntotal = numbers[-1] + 2\nprint(total)",
        "numbers = [1]\ntotal = 3\ntotal = numbers[0] * 2\nprint(total)",
        "numbers = [1]\ntotal = 3\nfor i in range(3):\n    total = total + i\nprint(total)",
        "numbers = [1]\ntotal = 3\nwhile total:\n    total = total - 1\nprint(total)",
    ],
)
def test_other_programs_are_not_read(program):
    """What the language does not have is named, and nothing is run."""
    with pytest.raises(ValueError, match=r"the small language|the list|print\(total\)"):
        read_program(program)
