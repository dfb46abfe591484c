"""--ood-certify: the faults, the table, the exit status and the last line; no model, no test body."""

import re

import pytest

from tests.plugin.conftest import PROBE, STRICT, Suite
from tests.plugin.test_output import FORBIDDEN, section

CERTIFY = "--ood-certify"
ANY = 'Case(f"Spell {word} backward, size {size}{mark}", word[::-1], lures={"copied": word}, input=word)'
# What takes the place of the usual case, the check that finds it, and its words.
BROKEN = [
    (f'replace({ANY}, verify=lambda given: given in ("", word[::-1]))', "trivial", "an empty answer is right in 100"),
    # Not in the first draw, where it is an error of the collection.
    (
        f'replace({ANY}, verify=lambda given: given == word[::-1] and word.count("a") < 3)',
        "oracle",
        "the case's own answer is wrong",
    ),
    (f"replace({ANY}, prompt=f'{{word}}, {{size}}: <answer>')", "form", "the prompt mentions the answer tags"),
    (
        'Case(f"{size}" + "".join({word + c for c in "abcdefghij"}), word, lures={"copied": "x"})',
        "process",
        "in another process, with another hash seed, the same draw gives another case",
    ),
    (f"replace({ANY}, prompt=f'{{word}}' * size)", "matched", "prompts have 8.0 characters on average in the control"),
]


def broken(case: str) -> str:
    """The usual probe with another case."""
    assert ANY in PROBE
    return "from dataclasses import replace\n" + PROBE.replace(ANY, case)


def test_sound_probes_are_certified(suite: Suite) -> None:
    """Without a model, and the exit is a good one; no test runs."""
    suite.write(PROBE.replace("assert ood.robust", "raise AssertionError"))
    result = suite.run(CERTIFY)
    assert result.ret == pytest.ExitCode.OK
    assert section(result, "ood: certification") == "\n".join(
        [
            "spelling - test_probe.py::test_spell",
            "  size=2  ok",
            "  size=3  ok",
            "",
            "2 cells certified",
        ]
    )
    assert result.parseoutcomes() == {"certified": 2}
    assert "ood: certification, no model is asked | seed 0" in result.outlines
    assert not suite.store.exists()


@pytest.mark.parametrize(("case", "check", "what"), BROKEN, ids=[check for _, check, _ in BROKEN])
def test_a_broken_task_is_red(suite: Suite, case: str, check: str, what: str) -> None:
    """The failure is the fault with a case, the table names the check, the last line counts, and the exit is 1."""
    suite.write(broken(case))
    result = suite.run(CERTIFY)
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    assert result.parseoutcomes() == {"failed": 2}
    result.stdout.fnmatch_lines(
        [
            "*_ test_spell?2? _*",
            f"{check}: {what}*",
            "*_ test_spell?3? _*",
            "spelling - test_probe.py::test_spell",
            f"  size=2  {check}",
            f"  size=3  {check}",
            "2 of 2 cells failed certification",
            f"FAILED test_probe.py::test_spell?2? - {check}: *",
        ]
    )


def test_one_fault_in_full(suite: Suite) -> None:
    """What is wrong, the case, the answer to it and what was expected."""
    suite.write(broken(BROKEN[0][0]).replace("[2, 3]", "[2]").replace('list("abcdefgh"), 8', '["q"], 8'))
    shown = section(suite.run(CERTIFY), "FAILURES").splitlines()
    what = "lures: only 0 of 200 cases of the shift arm have a lure: give `lures=`"
    start = next(place for place, line in enumerate(shown) if line.startswith(what))
    assert shown[start + 1 : start + 6] == [
        "--- shift draw 0 of test_probe.spell",
        "Spell qqqqqqqq backward, size 2.",
        "--- expected",
        "qqqqqqqq",
        "",
    ]
    start = next(place for place, line in enumerate(shown) if line.startswith("trivial: "))
    assert shown[start + 1 : start + 6] == [
        "--- control draw 0 of test_probe.spell",
        "Spell qqqqqqqq backward, size 1.",
        "--- answer",
        "(empty)",
        "--- expected",
    ]


def test_the_exit_is_bad_where_one_of_several_is_broken(suite: Suite) -> None:
    """Also together with sound ones, whose rows say so."""
    suite.write(broken(BROKEN[1][0]), "test_broken.py")
    result = suite.run(CERTIFY)
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    assert result.parseoutcomes() == {"certified": 2, "failed": 2}
    result.stdout.fnmatch_lines(["  size=3  ok", "2 of 4 cells failed certification"])


def test_selected_with_k_and_m(suite: Suite) -> None:
    """What is deselected is not certified; another test is not run."""
    suite.write("def test_other():\n    raise AssertionError\n", "test_other.py")
    assert suite.run(CERTIFY, "-k", "spell and 2").parseoutcomes() == {"certified": 1, "deselected": 2}
    assert suite.run(CERTIFY, "-m", "ood").parseoutcomes() == {"certified": 2, "deselected": 1}


def test_without_a_probe_nothing_is_certified(suite: Suite) -> None:
    """And that is not a success."""
    suite.write("def test_other():\n    raise AssertionError\n", "test_other.py")
    result = suite.run(CERTIFY, "test_other.py")
    assert result.ret == pytest.ExitCode.NO_TESTS_COLLECTED
    assert "no probe to certify; name files that have probes, such as probes/" in result.outlines


def test_only_collecting(suite: Suite) -> None:
    """--collect-only keeps its meaning."""
    result = suite.run(CERTIFY, "--collect-only", "-q")
    assert result.ret == pytest.ExitCode.OK
    assert "test_probe.py::test_spell[2]" in result.outlines
    assert "certified" not in result.stdout.str()


def test_a_probe_that_cannot_be_collected(suite: Suite) -> None:
    """It is an error of the collection, as in any run."""
    suite.write(PROBE.replace('"size", [2, 3]', '"length", [2, 3]').replace("(ood, size)", "(ood, length)"))
    result = suite.run(CERTIFY)
    assert result.ret == pytest.ExitCode.INTERRUPTED
    assert "certified" not in result.stdout.str()


def test_models_and_strategies_make_no_further_cells(suite: Suite) -> None:
    """None of them is asked."""
    result = suite.run(CERTIFY, "--ood-model=fake/oracle", "--ood-model=fake/copy", "--ood-strategy=cot")
    assert result.ret == pytest.ExitCode.OK
    assert result.parseoutcomes() == {"certified": 2}
    assert not suite.store.exists()


def test_a_task_in_a_conftest(suite: Suite) -> None:
    """A downstream author's, imported by the probe; drawn in another process too."""
    task, _, probe = PROBE.partition("@probe(spell)")
    suite.write(task.replace('"".join(', '"".join({*"abcdefghij"}) + "".join('), "below/conftest.py")
    suite.write(f"{task.partition('@task')[0]}from conftest import spell\n@probe(spell){probe}", "below/test_below.py")
    result = suite.run(CERTIFY, "below")
    result.stdout.fnmatch_lines(["spelling - below/test_below.py::test_spell", "  size=2  process"])


def test_files_that_are_not_modules(suite: Suite) -> None:
    """With --import-mode=importlib a test file cannot be imported by its name: it is found by its path."""
    suite.write(broken(BROKEN[3][0]), "some/test_it.py")
    result = suite.run(CERTIFY, "--import-mode=importlib", "some")
    result.stdout.fnmatch_lines(["  size=2  process"])


def test_a_task_inside_a_function_is_reported_as_unchecked_elsewhere(suite: Suite) -> None:
    """No fault of its author's, but worth a line."""
    task, _, probe = PROBE.partition("@task")
    made, _, probe = ("@task" + probe).partition("@probe")
    lines = "\n".join("    " + line for line in made.splitlines())
    suite.write(f"{task}\ndef make():\n{lines}\n    return spell\n\nspell = make()\n@probe{probe}")
    result = suite.run(CERTIFY)
    assert result.ret == pytest.ExitCode.OK
    result.stdout.fnmatch_lines(["2 cells not checked in another process: *spell is defined inside a function*"])


def test_cases_that_lost_a_lure_are_counted(suite: Suite) -> None:
    """A lure that is the answer is dropped; the row says in how many cases."""
    suite.write(broken(f"replace({ANY}, lures={{'copied': word, 'right': word[::-1]}})").replace("[2, 3]", "[2]"))
    result = suite.run(CERTIFY)
    assert "  size=2  matched (100% of shifted cases lost a lure that was the answer)" in result.outlines
    result.stdout.fnmatch_lines(["matched: a shortcut gives the right answer in 100% of the shift arm: *"])


def test_tasks_of_two_files_with_one_name(suite: Suite) -> None:
    """Each is drawn in the other process from its own file."""
    suite.write(PROBE.replace("spell(", "spell_a(").replace("probe(spell)", "probe(spell_a)"), "a/test_it.py")
    suite.write(
        broken(BROKEN[3][0]).replace("spell(", "spell_b(").replace("probe(spell)", "probe(spell_b)"), "b/test_it.py"
    )
    result = suite.run(CERTIFY, "--import-mode=importlib", "a", "b")
    result.stdout.fnmatch_lines(["  size=2  ok", "  size=3  ok", "  size=2  process", "  size=3  process"])


def test_another_seed(suite: Suite) -> None:
    """--ood-seed says which cases are drawn."""
    suite.write(broken(BROKEN[1][0]))
    one, two = (section(suite.run(CERTIFY, f"--ood-seed={seed}"), "FAILURES") for seed in (1, 2))
    assert one != two


def test_in_the_ini_file(suite: Suite) -> None:
    """The twin does the same."""
    suite.write(f"{STRICT}ood_certify = true\n", "pytest.ini")
    assert "2 cells certified" in suite.run().outlines


@pytest.mark.parametrize("ini", ["", "ood_certify = true\n"])
def test_in_one_process_only(suite: Suite, ini: str) -> None:
    """Several would certify everything several times: the message says what to add."""
    suite.write(f"{STRICT}{ini}", "pytest.ini")
    result = suite.run(*([] if ini else [CERTIFY]), "-n2")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert re.search("^ERROR: --ood-certify: .*; add -n0$", result.stderr.str(), re.M)


def test_what_a_task_says_cannot_command_the_terminal(suite: Suite) -> None:
    """Names, prompts and errors are made printable, a million characters are cut."""
    suite.write(
        broken(f"replace({ANY}, prompt=f'{{word}}, {{size}}: \\x1b[2J<answer>' + 'y' * 100_000)").replace(
            "[2, 3]", "['\\x1b]0;owned\\x07', 3]"
        )
    )
    result = suite.run(CERTIFY)
    assert not FORBIDDEN.search(result.stdout.str())
    assert "\\x1b[2J<answer>" in section(result, "FAILURES")
    assert len(result.stdout.str()) < 20_000
