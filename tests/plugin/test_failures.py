"""What is shown of failing probes: one pair for each probe and model, and everything with -vv."""

import re

import pytest

from tests.documents import ROOT
from tests.plugin.conftest import PROBE, TASK, Suite

# As in a suite that does not ask for pytest's short summary.
PLAIN = "[pytest]\naddopts = -p no:hypothesispytest -p no:anyio\n"
TWO_PROBES = PROBE + PROBE.removeprefix(TASK).replace("test_spell", "test_again")
SECTION = "(-vv shows all)"
HEADS = re.compile(r"^_+ (test_probe\.py::\S+) _+$", re.MULTILINE)


@pytest.fixture(autouse=True)
def plain(suite: Suite) -> None:
    """No -ra."""
    suite.write(PLAIN, "pytest.ini")


def shown(result: pytest.RunResult) -> list[str]:
    """The node ids above the pairs."""
    return HEADS.findall(result.stdout.str())


def test_one_pair_of_each_probe_and_model(suite: Suite) -> None:
    """The first size that fails, both twins of the same draw, and no traceback."""
    suite.write(TWO_PROBES)
    result = suite.run("--ood-model=fake/lured", "--ood-model=fake/oracle", "--ood-model=fake/copy")
    assert result.parseoutcomes() == {"failed": 8, "passed": 4}
    assert shown(result) == [
        f"test_probe.py::test_{name}[fake/{model}-2]" for name in ("spell", "again") for model in ("lured", "copy")
    ]
    text = result.stdout.str()
    for absent in ("FAILURES", "short test summary", "assert ood.robust"):
        assert absent not in text
    word = re.findall(r"^shift     Spell (\w+) backward, size 2\.$", text, re.MULTILINE)[0]
    result.stdout.fnmatch_lines(
        [
            "=* 4 failing pairs of 8 failing items (-vv shows all) =*",
            "brittle at size=2 (control: size=1), draw 0: wrong (copied)",
            f"control   Spell {word} backward, size 1.",
            f"answered  {word[::-1]}",
            f"shift     Spell {word} backward, size 2.",
            f"answered  {word}",
            f"right     {word[::-1]}",
            "incapable at size=1 (the control), draw 0: wrong (copied)",
        ],
        consecutive=False,
    )


def test_a_single_failing_item(suite: Suite) -> None:
    """Said in the singular."""
    suite.run("--ood-model=fake/lured", "-k", "2").stdout.fnmatch_lines(
        ["=* the first failing pair of 1 failing item (-vv shows all) =*"]
    )


def test_vv_shows_everything(suite: Suite) -> None:
    """Every item with its traceback and the whole explanation, as pytest shows any test."""
    result = suite.run("--ood-model=fake/lured", "-vv")
    text = result.stdout.str()
    assert SECTION not in text
    assert text.count("assert ood.robust") == text.count("--- expected") == 2
    assert text.count("\nBRITTLE test_probe.py::test_spell") == 2


def test_without_tracebacks_there_are_no_pairs(suite: Suite) -> None:
    """--tb=no means that only the table is wanted."""
    text = suite.run("--ood-model=fake/lured", "--tb=no").stdout.str()
    assert SECTION not in text
    assert "--- expected" not in text


def test_the_short_summary_is_there_if_asked_for(suite: Suite) -> None:
    """-r names every item; the pairs stay, and nothing is shown twice."""
    result = suite.run("--ood-model=fake/lured", "-ra")
    assert len(shown(result)) == 1
    text = result.stdout.str()
    assert len(re.findall(r"^BRITTLE test_probe\.py::test_spell\[[23]\] - <brittle: ", text, re.MULTILINE)) == 2
    assert "FAILURES" not in text


@pytest.mark.parametrize(
    ("body", "pairs"),
    [
        ("assert ood.robust", 1),
        ("assert not ood.brittle", 1),
        ("assert ood.robust or ood.degraded", 1),
        ("assert ood.verdict == 'robust'", 1),
        ("assert (\n        ood.robust\n    )", 1),
        ("assert ood.robust, 'my own words'", 0),
        ("assert ood.shift.accuracy > 0.5", 0),
        ("assert ood.robust and size == 3", 0),
        ("assert all([ood.robust])", 0),
        ("raise ValueError('my own words')", 0),
    ],
)
def test_only_a_plain_assertion_about_the_verdict_is_replaced(suite: Suite, body: str, pairs: int) -> None:
    """Whatever has more to say is shown by pytest, with the explanation."""
    suite.write(PROBE.replace("assert ood.robust", body))
    result = suite.run("--ood-model=fake/lured")
    assert result.parseoutcomes() == {"failed": 2}
    text = result.stdout.str()
    assert text.count(SECTION) == pairs
    assert text.count("--- expected") == (0 if pairs else 2)


def test_other_failures_are_shown_by_pytest(suite: Suite) -> None:
    """Only ours are left out of its sections."""
    suite.write(PROBE + "\n\ndef test_plain():\n    assert 'left' == 'right'\n")
    result = suite.run("--ood-model=fake/lured")
    assert result.parseoutcomes() == {"failed": 3}
    result.stdout.fnmatch_lines(["=* FAILURES =*", "_* test_plain _*"])
    result.stdout.fnmatch_lines(
        ["=* short test summary info =*", "FAILED test_probe.py::test_plain - *", "=* 3 failed*"]
    )


def test_what_the_test_printed_is_shown(suite: Suite) -> None:
    """Next to its pair, as pytest would show it."""
    suite.write(PROBE.replace("assert ood.robust", "print('of size', size)\n    assert ood.robust"))
    text = suite.run("--ood-model=fake/lured").stdout.str()
    assert re.findall(r"^of size .$", text, re.MULTILINE) == ["of size 2"]
    assert "of size" not in suite.run("--ood-model=fake/lured", "--show-capture=no").stdout.str()


def test_undecided_items_that_count_as_failures_have_a_pair(suite: Suite) -> None:
    """Also those whose body passes."""
    suite.write(TWO_PROBES.replace("assert ood.robust", "assert not ood.brittle", 1))
    result = suite.run("--ood-model=fake/noisy-0.8", "--ood-max-samples=20", "--ood-undecided=fail")
    assert result.parseoutcomes() == {"failed": 4}
    assert len(shown(result)) == 2
    assert "FAILURES" not in result.stdout.str()


def test_a_collapse_is_shown_before_a_smaller_size_that_is_not_one(suite: Suite) -> None:
    """A model that cannot do the control of the first size is no example of a collapse."""
    suite.write(
        """
def pytest_ood_model(name, args):
    def say(messages):
        word, size, mark = messages[-1]["content"].split()[1::3][0], *messages[-1]["content"].split("size ")[1][:2]
        able = mark == "!" and size == "1"
        return f"<answer>{word[::-1] if able else word}</answer>"
    return say
""",
        "conftest.py",
    )
    suite.write(
        PROBE.replace('"size", [2, 3]', '"size, mark", [(2, "."), (3, "!")]').replace(
            "(ood, size)", "(ood, size, mark)"
        )
    )
    assert shown(suite.run("--ood-model=mine")) == ["test_probe.py::test_spell[3-!]"]


def test_hostile_answers_are_shown_safely(suite: Suite) -> None:
    """Escaped, and shortened."""
    answer = "<answer>\\x1b[31mred\\u202e' + '\\n=== 9 passed ===' * 1000 + '</answer>"
    suite.write(f"def pytest_ood_model(name, args):\n    return lambda messages: '{answer}'\n", "conftest.py")
    text = suite.run("--ood-model=hostile").stdout.str()
    assert not {"\x1b", "\u202e"} & set(text)
    assert text.count("9 passed") < 70


@pytest.mark.slow
def test_workers_send_their_pairs(suite: Suite) -> None:
    """One pair of each probe, in the order of the tests."""
    suite.write(TWO_PROBES)
    result = suite.run_apart("--ood-model=fake/lured", "-n2")
    assert HEADS.findall(result.stdout) == [f"test_probe.py::test_{name}[2]" for name in ("spell", "again")]
    assert "4 failed" in result.stdout


@pytest.mark.slow
def test_all_bundled_probes_fail_in_fewer_than_250_lines(suite: Suite) -> None:
    """And each of these lines is about something else."""
    result = suite.run_apart("--ood-model=fake/lured", "--rootdir=.", "-c", "pytest.ini", str(ROOT / "probes"))
    lines = result.stdout.splitlines()
    start = next(place for place, line in enumerate(lines) if SECTION in line)
    end = next(place for place, line in enumerate(lines) if line.strip("= ") == "ood")
    assert 100 < end - start < 250
    (left_out,) = (line for line in lines[start:end] if "more failing pair" in line)
    assert re.fullmatch(r"and \d+ more failing pairs", left_out)
    assert not any(line.startswith("E  ") for line in lines)
