"""What a person sees: one header line, the table, a failing probe explained; safe for a terminal."""

import re

import pytest

from tests.plugin.conftest import PROBE, TASK, Suite

TIMES = re.compile(r"\d+\.\d+ s")
FORBIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069]")


def section(result: pytest.RunResult, title: str) -> str:
    """The lines under a heading, up to the next one; times blanked."""
    lines = result.outlines
    start = next(i for i, line in enumerate(lines) if line.strip("= ") == title)
    # The commands at the end are as long as they are, so that they can be copied.
    end = next(i for i, line in enumerate(lines) if i > start and line.startswith(("=", "to see ", "to draw ")))
    return TIMES.sub("TIME", "\n".join(lines[start + 1 : end]))


TABLE = """\
right/asked; gap: control less shift, each [bound] holds in 99 % of runs

spelling - test_probe.py::test_spell
  fake/oracle
  size         2               3
  control  ██  19/19           19/19
  shift    ██  19/19           19/19
  gap          .00 [-.31,.31]  .00 [-.31,.31]
  robust at both

  fake/lured                                             gaps shown: 2 of 2 (any false: at most 2 %)
  size         2          3
  control  ██  11/11      11/11
  shift    ▁▁  0/11       0/11
  gap          +1 [>0,1]  +1 [>0,1]
  brittle at both: all 22 wrong answers are "copied"

  fake/empty
  size         2          3
  control      0/6        0/6
  shift        not asked  not asked
  undecided at 2 and 3: control arm, first 6: 6 unparsed

fake/oracle is better than fake/lured: evidence 228 to 1 over 1 task; +.67 [.04, .79]
fake/oracle, fake/empty: no difference is shown (1.0 to 1 over 1 task); +.50 [-.57, 1]
fake/lured, fake/empty: no difference is shown (1.0 to 1 over 1 task); +.50 [-.57, 1]
models are compared on the draws that both were asked; equal ones are told apart in at most 5 % of
runs

2 robust, 2 brittle of 6 cells (bar 0.8, seed 0)
2 of 6 cells are undecided
each claim is wrong in at most 5 % of runs (gaps: 1 %); 18 claims looked at
CALLS
unscored answers (counted as wrong in lower and as right in upper bounds): 6 unparsed"""


def test_the_table(suite: Suite) -> None:
    """Word for word, at 100 columns."""
    result = suite.run("--ood-model=fake/oracle", "--ood-model=fake/lured", "--ood-model=fake/empty")
    shown = section(result, "ood").partition("\nto see one failing pair")[0]
    calls = r"^96 calls, 0 answers from the store, [\d,]+ tokens, \$0\.00, TIME$"
    assert re.sub(calls, "CALLS", shown, flags=re.M) == TABLE
    assert max(map(len, shown.splitlines())) <= 100


@pytest.mark.parametrize("columns", ["60", "80", "200"])
def test_the_table_fits_other_widths(suite: Suite, monkeypatch: pytest.MonkeyPatch, columns: str) -> None:
    """A narrow terminal has more lines, and never loses a value or a number."""
    monkeypatch.setenv("COLUMNS", columns)
    suite.write(PROBE.replace("[2, 3]", "['a rather long value of the parameter', 'b\\nc']"))
    shown = section(suite.run("--ood-model=fake/lured"), "ood")
    assert "a rather long value of the parameter" in shown
    assert "b\\nc" in shown
    assert (shown.count("11/11"), shown.count("0/11"), shown.count("+1 [>0,1]")) == (2, 2, 2)
    # A command to copy is never broken.
    assert max(len(line) for line in shown.splitlines() if " -m pytest " not in line) <= int(columns)


def test_a_terminal_that_has_no_blocks(suite: Suite) -> None:
    """Is shown what it can show."""
    done = suite.run_apart("--ood-model=fake/lured", "--tb=no", "-rN", env={"PYTHONIOENCODING": "ascii"})
    assert "  control  ##  11/11" in done.stdout
    assert done.stdout.isascii()


def test_claims_are_counted_in_the_summary(suite: Suite) -> None:
    """As in the terminal."""
    suite.run("--ood-model=fake/oracle", "--ood-json=out.json")
    assert suite.summary()["totals"]["claims"] == 8


def test_the_header(suite: Suite) -> None:
    """One line, with what matters for comparing runs."""
    result = suite.run("--ood-model=fake/oracle", "--ood-model=fake/copy", "--ood-seed=5", "--ood-samples=20")
    lines = [line for line in result.outlines if line.startswith("ood:")]
    assert lines == ["ood: fake/oracle, fake/copy | seed 5 | bar 0.8 | 20 draws per arm | store .ood/store.db"]


EXPLAINED = """\
brittle: a gap is shown, and the shift arm misses the bar 0.8
control  1.00 [0.66, 1.00] of 11 (11 correct)
shift    0.00 [0.00, 0.38] of 11 (11 wrong)
gap      +1.00 [+0.00, +1.00] on 9 pairs (99 % bounds)
lures    copied x11

--- control size=1, draw 0: correct
Spell {word} backward, size 1.
--- answer
{answer}
--- shift size=2, draw 0: wrong, the answer of the shortcut copied
Spell {word} backward, size 2.
--- answer
{word}
--- expected
{answer}
"""


def test_a_failing_probe_is_explained(suite: Suite) -> None:
    """The verdict, the numbers and one failing pair in full: what was asked, answered and expected of both twins."""
    suite.write(PROBE.replace("[2, 3]", "[2]"))
    shown = suite.run("--ood-model=fake/lured", "-vv").stdout.str()
    word = re.findall(r"Spell (\w+) backward, size 2\.", shown)[0]
    assert EXPLAINED.format(word=word, answer=word[::-1]) in shown
    # A plain failing assert explains itself too.
    assert "where False = <brittle" in shown


@pytest.mark.parametrize("assertion", ["assert ood.robust", "assert not ood.brittle"])
def test_the_short_summary_shows_the_outcome(suite: Suite, assertion: str) -> None:
    """Not only that something was false."""
    suite.write(PROBE.replace("assert ood.robust", assertion))
    result = suite.run("--ood-model=fake/lured")
    result.stdout.fnmatch_lines(["BRITTLE test_probe.py::test_spell[[]2] - <brittle: control 11/11, shift 0/11*"])


def test_a_probe_may_ask_for_more_than_robust(suite: Suite) -> None:
    """`explain()` in a message, numbers in an assertion."""
    suite.write(PROBE.replace("assert ood.robust", "assert ood.shift.accuracy > 0.5, ood.explain()"))
    result = suite.run("--ood-model=fake/lured")
    assert result.parseoutcomes() == {"failed": 2}
    result.stdout.fnmatch_lines(["*AssertionError: brittle: a gap is shown, and the shift arm misses the bar 0.8*"])


HOSTILE = {
    "escapes": "\\x1b[2J\\x1b]0;owned\\x07<answer>\\x1b[31mred\\x9b0m\\r</answer>",
    "bidi": "<answer>\\u202egnorw\\u2066\\u200b</answer>",
    "huge": "' + 'x' * 10_000_000 + '<answer>' + 'y' * 10_000_000 + '</answer>",
    "binary": "<answer>\\x00\\x01\\ud800\\uffff\\x7f</answer>",
    "lines": "<answer>' + '\\n' * 5 + '=== 9 passed ===</answer>",
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_hostile_answer_is_shown_safely(suite: Suite, kind: str) -> None:
    """Whatever a model says: the terminal obeys none of it, and the output stays short."""
    suite.write(f"def pytest_ood_model(name, args):\n    return lambda messages: '{HOSTILE[kind]}'\n", "conftest.py")
    result = suite.run("--ood-model=hostile", "--ood-json=out.json", "--ood-export=data")
    assert result.parseoutcomes() == {"failed": 2}
    shown = result.stdout.str()
    assert not FORBIDDEN.search(shown)
    assert len(shown) < 40_000
    assert not FORBIDDEN.search((suite.path / "data" / "README.md").read_text(encoding="utf-8"))


def test_a_hostile_prompt_is_shown_safely(suite: Suite) -> None:
    """Tasks of strangers are no better than models."""
    suite.write(PROBE.replace('f"Spell', '"\\x1b[2J" + f"Spell'))
    result = suite.run("--ood-model=fake/lured")
    assert result.parseoutcomes() == {"failed": 2}
    assert not FORBIDDEN.search(result.stdout.str())


def test_a_probe_whose_task_breaks_in_the_middle(suite: Suite) -> None:
    """That test errors with the task's own exception; the other has its verdict."""
    suite.write(
        TASK.replace('"""Spell a word backward."""', "drawn[size] = drawn.get(size, 0) + 1")
        .replace("    word =", "    if size == 2 and drawn[2] > 10: raise RuntimeError('no more words')\n    word =")
        .replace("@task", "drawn = {}\n\n@task")
        + PROBE.removeprefix(TASK)
    )
    result = suite.run("--ood-model=fake/oracle", "--ood-json=out.json")
    assert result.parseoutcomes() == {"errors": 1, "passed": 1}
    result.stdout.fnmatch_lines(["*RuntimeError: no more words*"])
    assert suite.verdicts() == {"test_spell[3]": "robust"}


def test_quiet_is_quiet(suite: Suite) -> None:
    """No header; the table stays, as it is what one ran it for."""
    result = suite.run("--ood-model=fake/oracle", "-q")
    assert not any(line.startswith("ood:") for line in result.outlines)
    assert "2 robust of 2 cells" in result.stdout.str()
