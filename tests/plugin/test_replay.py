"""--ood-replay: the failures of a dataset become tests, and their siblings tell learned from memorised."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pyarrow import Table, parquet

from pytest_ood.dataset import schema
from pytest_ood.dataset.folder import VERSION_KEY
from pytest_ood.dataset.tables import arrow_schema
from pytest_ood.plugin.session import NO_MODEL
from tests.hub import Hub
from tests.plugin.conftest import COULD_NOT_ASK, PROBE, TASK, Suite
from tests.plugin.test_mechanics import DIALOGUE, TOGETHER

FAMILY_PROBE = """
import pytest
from pytest_ood import probe
from pytest_ood.families import operators

@probe(operators.arithmetic, control={"swap": ""})
@pytest.mark.parametrize("swap", ["+-", "+*"])
def test_swapped(ood, swap):
    assert ood.robust
"""
# Knows what was published, and nothing else.
PARROT = """
def pytest_ood_model(name):
    if name != "parrot":
        return None
    from pyarrow import parquet
    rows = parquet.read_table("set/data/failures").to_pylist()
    known = {row["messages"][-1]["content"]: row["answer_expected"] for row in rows}
    return lambda messages: f"<answer>{known.get(messages[-1]['content'], 'no idea')}</answer>"
"""
REPLAY = "--ood-replay=set"
ORACLE = ("--ood-model=fake/oracle", REPLAY, "--ood-json=out.json")
Row = dict[str, Any]


@pytest.fixture
def published(suite: Suite) -> Suite:
    """The usual suite, and in `set` what fake/lured failed: three draws at each size."""
    suite.run("--ood-model=fake/lured", "--ood-export=set", "--ood-samples=3")
    return suite


def groups(suite: Suite) -> list[Row]:
    """The rows of the replay, from a summary that fits its schema."""
    summary = suite.summary()
    schema.check(summary, "summary")
    assert summary["cells"] == []
    rows: list[Row] = summary["replay"]
    return rows


def replay_rows(suite: Suite, *names: str) -> list[tuple[Any, ...]]:
    """Some of what the summary says of each group."""
    return [tuple(row[name] for name in names) for row in groups(suite)]


def ids(result: pytest.RunResult) -> list[str]:
    """The ids that --collect-only -q lists."""
    return [line for line in result.outlines if line.startswith("replay::")]


def change(folder: Path, edit: Callable[[Row], object]) -> None:
    """Write the failures of a dataset anew, each row edited in place."""
    (path,) = (folder / "data" / "failures").glob("*.parquet")
    rows = parquet.read_table(path).to_pylist()
    for row in rows:
        edit(row)
    parquet.write_table(Table.from_pylist(rows, arrow_schema()), path)


def test_what_is_fixed_was_learned_where_the_siblings_are_robust(published: Suite) -> None:
    """Every published case and every group's siblings pass; counts and readings are in the summary."""
    result = published.run(*ORACLE, "test_probe.py")
    assert result.parseoutcomes() == {"passed": 8, "deselected": 2}
    assert (
        replay_rows(published, "published", "fixed", "still", "verdict", "reading")
        == [(3, 3, 0, "robust", "learned")] * 2
    )
    (first, _) = groups(published)
    assert (first["task"], first["params"], first["arm"]) == ("test_probe.spell", {"size": 2}, "shift")
    assert (first["source_models"], first["model"]) == (["fake/lured"], "fake/oracle")
    assert (first["siblings"]["n"], first["siblings"]["correct"]) == (21, 21)
    result.stdout.fnmatch_lines(
        [
            "ood: fake/oracle | replay of 6 cases | bar 0.8 | 21 siblings per group from seed 1 | *",
            "replay ........ *",
            " *cases  FIXED  STILL  reading  siblings ?bounds? n  verdict",
            "spelling - test_probe.py::test_spell",
            "  size=2 shift  3      3      0      learned  1.00 ?0.83,1.00? 21  robust",
            "2 learned of 2 groups: 6 FIXED of 6 published cases (bar 0.8)",
        ]
    )


def test_what_is_still_wrong_is_shown_in_full(published: Suite) -> None:
    """STILL, with the case, both answers and the expected one."""
    result = published.run("--ood-model=fake/lured", REPLAY, "--ood-json=out.json", "test_probe.py")
    assert result.parseoutcomes() == {"failed": 8, "deselected": 2}
    assert replay_rows(published, "fixed", "still", "verdict", "reading") == [(0, 3, "incapable", "still")] * 2
    result.stdout.fnmatch_lines(
        [
            "replay SSSISSSI *",
            "*_ replay of test_probe.spell?size:2,shift,seed0,draw0? _*",
            "wrong as before: shift seed 0 draw 0 of test_probe.spell (the answer of the shortcut copied)",
            "Spell * backward, size 2.",
            "--- answer of fake/lured",
            "--- published answer of fake/lured",
            "--- expected",
            "incapable: the only arm misses the bar 0.8",
            "STILL replay::test_probe.spell?size:2,shift,seed0,draw0? - wrong as before*",
            "INCAPABLE replay::test_probe.spell?size:2,shift,siblings? - incapable*",
        ]
    )


def test_what_is_fixed_was_memorised_where_the_siblings_miss_the_bar(published: Suite) -> None:
    """A model that has seen the published answers passes those, and is found out."""
    published.write(PARROT, "conftest.py")
    result = published.run("--ood-model=parrot", REPLAY, "--ood-json=out.json", "test_probe.py")
    assert result.parseoutcomes() == {"passed": 6, "failed": 2, "deselected": 2}
    assert replay_rows(published, "fixed", "still", "verdict", "reading") == [(3, 0, "incapable", "memorised")] * 2
    result.stdout.fnmatch_lines(["2 memorised of 2 groups: 6 FIXED of 6 published cases (bar 0.8)"])


def test_the_tasks_of_the_package_need_no_probes(suite: Suite) -> None:
    """Without files named nothing but the dataset is collected."""
    suite.write(FAMILY_PROBE)
    suite.run("--ood-model=fake/lured", "--ood-export=set", "--ood-samples=3")
    suite.write("raise AssertionError('not to be collected')")
    result = suite.run(*ORACLE)
    assert result.parseoutcomes() == {"passed": 8}
    assert replay_rows(suite, "task", "reading") == [("operators.arithmetic", "learned")] * 2
    (verbose,) = [line for line in suite.run(*ORACLE, "-v").outlines if "swap:+*,shift,seed0,draw2" in line]
    assert verbose.startswith("replay::operators.arithmetic[swap:+*,shift,seed0,draw2] FIXED ")


def test_two_workers_find_what_one_process_finds(published: Suite) -> None:
    """The same rows, every question asked once in all."""
    models = ("--ood-model=fake/oracle", "--ood-model=fake/noisy-0.5", REPLAY, "test_probe.py")
    serial = published.run_apart(*models, "--ood-store=serial.db", "--ood-json=out.json")
    alone = groups(published)
    shared = published.run_apart(*models, "--ood-store=shared.db", "--ood-json=out.json", "-n2")
    assert (serial.returncode, shared.returncode) == (1, 1), shared.stdout
    assert groups(published) == alone
    assert "4 groups" in serial.stdout
    assert re.findall(r"(\d+) calls", serial.stdout) == re.findall(r"(\d+) calls", shared.stdout) != []


def test_workers_collect_nothing_else_either(suite: Suite) -> None:
    """What a worker is told to collect does not say whether a user named it."""
    suite.write(FAMILY_PROBE)
    suite.run("--ood-model=fake/lured", "--ood-export=set", "--ood-samples=3")
    result = suite.run_apart(*ORACLE, "-n2")
    assert "8 passed in" in result.stdout, result.stdout


def test_ids_are_readable_and_name_what_there_are_several_of(published: Suite) -> None:
    """The model is in the ids where there are two."""
    expected = ["seed0,draw0", "seed0,draw1", "seed0,draw2", "siblings"]
    listed = ["--collect-only", "-q", REPLAY, "test_probe.py"]
    assert ids(published.run("--ood-model=fake/oracle", *listed)) == [
        f"replay::test_probe.spell[size:{size},shift,{end}]" for size in (2, 3) for end in expected
    ]
    assert ids(published.run("--ood-model=fake/oracle", "--ood-model=fake/lured", *listed)) == [
        f"replay::test_probe.spell[size:{size},shift,{model},{end}]"
        for size in (2, 3)
        for model in ("fake_oracle", "fake_lured")
        for end in expected
    ]


def test_several_models_are_compared(published: Suite) -> None:
    """Each has its row, in a table with a column for it."""
    result = published.run(*ORACLE, "--ood-model=fake/lured", "test_probe.py")
    assert replay_rows(published, "model", "reading") == [("fake/oracle", "learned"), ("fake/lured", "still")] * 2
    result.stdout.fnmatch_lines(["  size=2 shift  fake/lured   3      0      3      still *"])


def test_a_case_that_two_models_failed_is_one(published: Suite) -> None:
    """Asked once, with the answers of both."""
    published.run("--ood-model=fake/copy", "--ood-export=set", "--ood-samples=3", "-k", "2")
    published.run("--ood-model=fake/lured", REPLAY, "--ood-json=out.json", "test_probe.py", "-k", "size:2 and seed0")
    (row,) = groups(published)
    assert (row["published"], row["source_models"]) == (3, ["fake/copy", "fake/lured"])


def test_k_asks_only_what_it_selects(published: Suite) -> None:
    """One case and no siblings; the reading says so. Then the siblings alone."""
    before = published.answers()
    result = published.run(*ORACLE, "test_probe.py", "-k", "size:2 and draw1")
    assert result.parseoutcomes() == {"passed": 1, "deselected": 9}
    (row,) = groups(published)
    assert (row["published"], row["fixed"], row["siblings"], row["reading"]) == (1, 1, None, "fixed, no siblings")
    assert published.answers() == before + 1
    published.run(*ORACLE, "test_probe.py", "-k", "size:2 and siblings")
    (row,) = groups(published)
    assert (row["published"], row["verdict"], row["reading"]) == (0, "robust", "not scored")


def test_probes_are_selected_by_their_marker(published: Suite) -> None:
    """-m ood takes all of it, and so does --ood-quick, which asks as many siblings."""
    assert published.run(*ORACLE, "test_probe.py", "-m", "ood").parseoutcomes()["passed"] == 8
    published.run(*ORACLE, "test_probe.py", "--ood-quick")
    assert replay_rows(published, "verdict") == [("robust",)] * 2
    assert groups(published)[0]["siblings"]["n"] == 21


def test_stopping_early_and_going_on_with_what_failed(published: Suite) -> None:
    """-x, then --lf: nothing is paid for twice."""
    lured = ("--ood-model=fake/lured", REPLAY, "test_probe.py")
    assert published.run(*lured, "-x").parseoutcomes()["failed"] == 1
    assert published.run(*lured, "--lf").parseoutcomes()["failed"] == 1
    published.run(*lured)
    before = published.answers()
    published.run(*lured)
    assert published.answers() == before


def test_traces_of_a_replay_keep_their_names(published: Suite) -> None:
    """Exported, a replayed case has the arm, seed, draw and prompt that it was published with."""
    published.run("--ood-model=fake/copy", REPLAY, "--ood-export=again", "test_probe.py")
    keep = ("task", "params", "arm", "seed", "draw", "prompt_sha256", "answer_expected", "messages")

    def named(folder: str) -> set[str]:
        rows = parquet.read_table(published.path / folder / "data" / "failures").to_pylist()
        return {json.dumps([row[name] for name in keep]) for row in rows if row["seed"] == 0}

    assert named("again") == named("set") != set()
    card = (published.path / "again" / "README.md").read_text()
    assert "| `test_probe.spell` | `size=2` shift | `fake/copy` | 0 of 3 | 0/21\xa0[.00,.19] | still |" in card
    # The same question of the same model has the same id, in a replay and in a plain run.
    published.run("--ood-model=fake/lured", REPLAY, "--ood-export=set", "test_probe.py", "-k", "seed0")
    assert len(list((published.path / "set" / "data" / "failures").iterdir())) == 1
    # What was exported is a dataset like any other: now there are siblings' failures in it, too.
    published.run("--ood-model=fake/oracle", "--ood-replay=again", "--ood-json=out.json", "test_probe.py")
    assert {row["reading"] for row in groups(published)} == {"learned"}
    assert sum(row["published"] for row in groups(published)) > 6


def test_a_dry_run_asks_nothing(published: Suite) -> None:
    """It counts all published cases, and 21 siblings."""
    before, calls = published.answers(), 2 * (3 + 21)
    result = published.run("--ood-model=fake/oracle", REPLAY, "--ood-dry-run", "test_probe.py")
    assert re.search(rf"^  calls +{calls} .* {calls}$", result.stdout.str(), re.M), result.stdout.str()
    assert published.answers() == before


def test_a_budget_is_kept(published: Suite) -> None:
    """What it forbids is UNASKED, and no evidence."""
    published.write(
        """
def pytest_ood_model(name):
    from pytest_ood import Answer, Model
    class Dear(Model):
        def most(self, request):
            return 1.0
        async def ask(self, request):
            return Answer("<answer>x</answer>", cost_usd=1.0)
    return Dear(name, {})
""",
        "conftest.py",
    )
    options = ("--ood-model=dear", REPLAY, "--ood-json=out.json", "--ood-budget=2", "test_probe.py", "-k", "size:2")
    result = published.run(*options)
    (row,) = groups(published)
    assert (row["still"] + row["unasked"], row["verdict"], row["p_value"]) == (3, "undecided", None)
    assert row["unasked"] >= 1
    result.stdout.fnmatch_lines(["UNASKED replay::*draw2? - not asked: the budget does not allow it"])


def test_a_model_that_cannot_be_asked_fails_no_case(published: Suite) -> None:
    """The end says why; the exit status is the one for it."""
    result = published.run("--ood-model=fake/fatal", REPLAY, "--ood-json=out.json")
    assert result.ret == COULD_NOT_ASK
    assert result.parseoutcomes()["undecided"] == 6
    assert "failed" not in result.parseoutcomes()
    assert {(row["fixed"], row["still"], row["published"] - row["unasked"]) for row in groups(published)} == {(0, 0, 0)}
    result.stdout.fnmatch_lines(["could not be asked: fake/fatal: *"])


def test_answers_that_are_not_evidence_fail_by_their_name(published: Suite) -> None:
    """Neither fixed nor still."""
    result = published.run("--ood-model=fake/refused", REPLAY, "--ood-json=out.json", "test_probe.py", "-k", "size:2")
    assert replay_rows(published, "fixed", "still", "unscored", "verdict", "reading") == [
        (0, 0, 3, "undecided", "not scored")
    ]
    result.stdout.fnmatch_lines(["REFUSED replay::*draw0? - refused*"])
    assert result.parseoutcomes() == {"failed": 3, "undecided": 1, "deselected": 6}


def test_undecided_siblings_have_not_failed(published: Suite) -> None:
    """They are skipped, under a name of their own, with the reason."""
    options = ("--ood-model=fake/oracle", REPLAY, "--ood-bar=0.9", "test_probe.py", "-k", "siblings")
    result = published.run(*options, "-v", "--junitxml=junit.xml")
    assert result.parseoutcomes() == {"undecided": 2, "deselected": 8}
    assert result.ret == pytest.ExitCode.OK
    result.stdout.fnmatch_lines(["replay::test_probe.spell?size:2,shift,siblings? UNDECIDED *"])
    assert "undecided: too few draws to tell (21 draws)" in (published.path / "junit.xml").read_text()


def test_without_a_model_the_items_are_skipped(published: Suite) -> None:
    """They say what to pass, as probes do."""
    result = published.run(REPLAY, "test_probe.py")
    assert result.parseoutcomes() == {"skipped": 8, "deselected": 2}
    result.stdout.fnmatch_lines([f"8 probes skipped: {NO_MODEL}"])


def test_in_the_ini_file(published: Suite) -> None:
    """Relative to it."""
    ini = (published.path / "pytest.ini").read_text()
    published.write(f"{ini}ood_replay = set\n", "pytest.ini")
    (published.path / "below").mkdir()
    result = published.run_apart("--ood-model=fake/oracle", "--rootdir=.", "-c", "pytest.ini", "test_probe.py")
    assert "8 passed" in result.stdout, result.stdout


# Tasks that are not what they were.


def test_without_the_task_the_published_cases_are_asked_as_they_were(published: Suite) -> None:
    """Where the expected answer is the only right one; there are no siblings, and the summary says why."""
    result = published.run(*ORACLE)
    assert result.parseoutcomes() == {"passed": 6, "skipped": 2}
    output = "the task test_probe.spell is not installed"
    assert (
        replay_rows(published, "fixed", "siblings", "reading", "note") == [(3, None, "fixed, no siblings", output)] * 2
    )
    result.stdout.fnmatch_lines([f"in 2 groups: {output}", f"SKIPPED [[]2] replay: no siblings: {output}"])


def test_a_case_of_several_answers_needs_its_task(published: Suite) -> None:
    """It is skipped with the reason."""
    change(published.path / "set", lambda row: row.update(answer_unique=False))
    result = published.run(*ORACLE)
    assert result.parseoutcomes() == {"skipped": 8}
    result.stdout.fnmatch_lines(["SKIPPED * is not installed, and its expected answer is not the only right one"])
    assert replay_rows(published, "published", "skipped", "reading") == [(3, 3, "not scored")] * 2


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ('family="spelling"', 'family="spelling", version=2', "installed in version 2, the cases are of version 1"),
        ("Spell {word} backward", "Write {word} backward", "draws another prompt for seed 0, draw 0"),
        ("def spell(rng, size,", "def spell(rng, sizes=0, size=1,", ""),
        ("def spell(rng, size, mark", "def spell(rng, mark", "fails on seed 0, draw 0: "),
    ],
    ids=["version", "prompt", "the-same", "fails"],
)
def test_a_task_that_is_not_the_one(published: Suite, old: str, new: str, why: str) -> None:
    """Another version, another prompt: the cases are asked as published. What draws the same is the same."""
    task = TASK.replace(old, new)
    assert task != TASK
    if "size" not in new and "mark" in new:
        task = task.replace('control={"size": 1}, ', "control={}, ").replace("{size}", "")
    probe = "@probe(spell, control={'mark': '!'})\ndef test_spell(ood, mark='.'):\n    pass\n"
    published.write(task + (probe if "size}" not in task else PROBE[len(TASK) :]))
    published.run(*ORACLE, "test_probe.py")
    for note, reading in replay_rows(published, "note", "reading"):
        assert why in note
        assert reading == ("fixed, no siblings" if why else "learned")


def test_nothing_is_imported_by_a_name_in_the_dataset(published: Suite) -> None:
    """A module that lies there and has the task's name stays unread."""
    published.write("open('run', 'w').close()", "evil.py")
    change(published.path / "set", lambda row: row.update(task="evil.spell"))
    result = published.run(*ORACLE)
    assert result.parseoutcomes() == {"passed": 6, "skipped": 2}
    assert not (published.path / "run").exists()


def test_a_dialogue_is_held_again(suite: Suite) -> None:
    """Drawn anew it has all its turns; without its task it cannot be."""
    suite.write(DIALOGUE)
    suite.run("--ood-model=fake/lured", "--ood-export=set", "--ood-samples=3")
    suite.run(*ORACLE, "test_probe.py")
    assert replay_rows(suite, "fixed", "reading") == [(3, "learned")]
    suite.run(*ORACLE)
    assert replay_rows(suite, "skipped", "fixed") == [(3, 0)]
    assert "not a single question" in suite.run(*ORACLE).stdout.str()


def test_cases_judged_together_are_left_to_their_siblings(suite: Suite) -> None:
    """A repeated answer is wrong only in view of the answers to other draws."""
    suite.write(TOGETHER)
    suite.run("--ood-model=fake/lured", "--ood-export=set", "--ood-samples=20")
    suite.run(*ORACLE, "test_probe.py", "--ood-bar=0.3", "-k", "word")
    (row,) = groups(suite)
    assert row["skipped"] == row["published"] == 20
    assert (row["verdict"], row["reading"]) == ("robust", "not scored")


# Siblings that are not what they should be.


NUMBERS = """
import pytest
from pytest_ood import Case, probe, task

@task(family="spelling", control={"offset": 0})
def number(rng, offset, kinds=KINDS):
    drawn = int(rng.integers(kinds)) + offset
    return Case(f"Say {drawn}.", str(drawn), lures={"nothing": "-"})

@probe(number)
@pytest.mark.parametrize("offset", [100])
def test_number(ood, offset):
    pass
"""


def test_no_sibling_is_published(suite: Suite) -> None:
    """Neither as a failure nor as a right answer, nor is one asked twice."""
    suite.write(NUMBERS.replace("KINDS", "70"))
    for model in ("fake/lured", "fake/oracle"):
        suite.run(f"--ood-model={model}", "--ood-export=set", "--ood-samples=20")
    suite.run("--ood-model=fake/lured", REPLAY, "--ood-export=again", "test_probe.py", "-k", "shift")
    before = {row["question"] for row in parquet.read_table(suite.path / "set/data/traces").to_pylist()}
    after = parquet.read_table(suite.path / "again/data/traces").to_pylist()
    siblings = [row["question"] for row in after if row["seed"] == 1]
    assert len(siblings) == len(set(siblings)) == 21
    assert before.isdisjoint(siblings)
    assert {row["stopping"] for row in after if row["seed"] == 1} == {'{"samples":21}'}


def test_a_case_space_that_is_used_up(suite: Suite) -> None:
    """The reading says so, and so do the note and the item."""
    suite.write(NUMBERS.replace("KINDS", "24"))
    suite.run("--ood-model=fake/lured", "--ood-export=set", "--ood-samples=20")
    result = suite.run(*ORACLE, "test_probe.py", "-k", "shift")
    assert replay_rows(suite, "siblings", "reading", "reason", "note", "p_value") == [
        (
            *(None, "fixed, no siblings", "fixed, no siblings (the case space is used up)"),
            *("the case space is used up", None),
        )
    ]
    assert result.parseoutcomes()["skipped"] == 1
    result.stdout.fnmatch_lines(["*fixed, no siblings (the case space is used up)*", "SKIPPED *case space is used up"])


def test_learned_says_how_many_are_still_wrong(published: Suite) -> None:
    """In the table and in the summary."""
    published.write(
        """
def pytest_ood_model(name):
    if name != "new":
        return None
    from pyarrow import parquet
    stuck = parquet.read_table("set/data/failures").to_pylist()[0]["messages"][-1]["content"]
    def answer(messages):
        word = messages[-1]["content"].split()[1]
        return f"<answer>{word if messages[-1]['content'] == stuck else word[::-1]}</answer>"
    return answer
""",
        "conftest.py",
    )
    result = published.run("--ood-model=new", REPLAY, "--ood-json=out.json", "test_probe.py")
    assert sorted(replay_rows(published, "reading", "reason", "fixed", "still")) == [
        ("learned", "learned", 3, 0),
        ("learned", "learned, 1 of 3 still wrong", 2, 1),
    ]
    result.stdout.fnmatch_lines(["*learned, 1 of 3 still wrong*"])


@pytest.mark.parametrize(
    ("options", "warning"),
    [
        (
            ["--ood-samples=5"],
            "--ood-samples 5: has no effect on a replay, which asks each published case and 21 siblings once",
        ),
        (["--ood-max-samples=2"], "--ood-max-samples 2: has no effect on a replay*"),
        (
            ["--ood-bar=0.9"],
            "--ood-bar 0.9: siblings cannot be shown robust; a bar of 0.9 takes 37 draws, and *21 siblings",
        ),
        (["--ood-bar=0.999"], "--ood-bar 0.999: siblings cannot be shown robust; *"),
    ],
)
def test_options_that_siblings_do_not_heed(published: Suite, options: list[str], warning: str) -> None:
    """Warned of, at the start and at the end; 21 are asked all the same."""
    result = published.run(*ORACLE, *options, "test_probe.py", "-k", "size:2")
    result.stdout.fnmatch_lines([f"ood: {warning}", warning])
    assert groups(published)[0]["siblings"]["n"] == 21


def test_a_short_run_warns_of_nothing(published: Suite) -> None:
    """Its maximum is not the user's."""
    result = published.run(*ORACLE, "--ood-quick", "test_probe.py", "-k", "size:2")
    assert "no effect" not in result.stdout.str()


# Datasets that are not what they should be.


def usage_error(suite: Suite, *args: str) -> str:
    """What is said before anything is asked."""
    result = suite.run("--ood-model=fake/oracle", *args)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    output = result.stderr.str()
    assert "Traceback" not in output
    return output


@pytest.mark.parametrize(
    ("source", "fix"),
    [
        ("nowhere", "no folder nowhere; name a folder written by --ood-export, or ORG/NAME"),
        ("./no/where", "no folder ./no/where"),
        (".", ". is not a pytest-ood dataset; name a folder written by --ood-export"),
        ("test_probe.py", "is not a pytest-ood dataset"),
        ("org/na me", "cannot be the name of a dataset; write ORG/NAME"),
        ("org/name@a b", "has no valid revision"),
    ],
)
def test_a_source_that_does_not_exist(suite: Suite, source: str, fix: str) -> None:
    """The option, the value and the fix."""
    output = usage_error(suite, f"--ood-replay={source}")
    assert f"--ood-replay {source}: " in output
    assert fix in output
    assert not suite.store.exists()


def test_a_dataset_without_failures(suite: Suite) -> None:
    """There is nothing to replay."""
    suite.run("--ood-model=fake/oracle", "--ood-export=set")
    assert "--ood-replay set: nothing to replay: the dataset has no failures" in usage_error(suite, REPLAY)


def test_a_half_written_dataset(published: Suite) -> None:
    """What finishes it is named."""
    (published.path / "set" / ".ood-done").mkdir()
    assert "incomplete: an export was interrupted; export to it once more" in usage_error(published, REPLAY)


def test_a_newer_dataset(published: Suite) -> None:
    """The fix is an upgrade."""
    (path,) = (published.path / "set" / "data" / "failures").glob("*.parquet")
    table = parquet.read_table(path)
    parquet.write_table(table.replace_schema_metadata({VERSION_KEY: b"99"}), path)
    assert "written by a newer pytest-ood (trace version 99); upgrade pytest-ood" in usage_error(published, REPLAY)


def test_options_that_do_not_go_together(published: Suite) -> None:
    """Which to leave out is said."""
    assert "leave out one of the two" in usage_error(published, REPLAY, "--ood-certify")
    assert "--ood-strategy cot: " in usage_error(published, REPLAY, "--ood-strategy=cot")


def test_a_row_that_breaks_the_schema(published: Suite) -> None:
    """The file, the row and the field, before anything is asked."""
    change(published.path / "set", lambda row: row.update(messages=[{"role": "user", "content": None}]))
    output = usage_error(published, REPLAY)
    assert re.search(r"failures/\S+\.parquet: row 0: messages\[0\]\.content: None is not of type 'string'", output)


def test_hostile_text_reaches_no_terminal(published: Suite) -> None:
    """Escapes and paths in names and answers, an answer of ten million characters: printed as what they are."""
    hostile = "\x1b[2J\x1b]0;owned\x07../../etc/passwd\n::\u202e[x]"

    def spoil(row: Row) -> None:
        row.update(probe=hostile, task=hostile, family=hostile, model=hostile, strategy=hostile)
        row.update(params=json.dumps({hostile: hostile}), answer_given=hostile + "a" * 10**7)

    change(published.path / "set", spoil)
    for options in (["-v"], ["-n2"], ["--collect-only"]):
        result = published.run_apart("--ood-model=fake/lured", REPLAY, *options, "-rA")
        assert "\x1b" not in result.stdout, options
        assert "\u202e" not in result.stdout, options
        assert len(result.stdout) < 100_000
    published.run("--ood-model=fake/copy", REPLAY, "--ood-json=out.json")
    assert replay_rows(published, "probe", "source_models", "still") == [(hostile, [hostile], 3)]
    assert "3 STILL of 3" in published.run("--ood-model=fake/copy", REPLAY, "-k", "seed0").stdout.str()


# From the Hub.


def test_a_dataset_of_the_hub_also_offline(suite: Suite, hub: Hub, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Loaded before the workers begin; a revision by its tag; once loaded, without a network."""
    env = hub.environment(tmp_path_factory.mktemp("home"))
    pushed = suite.run_apart("--ood-model=fake/lured", "--ood-push=org/name", "--ood-samples=3", env=env)
    assert "published: " in pushed.stdout, pushed.stdout
    (tag,) = hub.repos["org/name"].tags
    ask = ("--ood-model=fake/oracle", "test_probe.py")
    for source, options in (("org/name", ["-n2"]), (f"org/name@{tag}", [])):
        result = suite.run_apart(*ask, f"--ood-replay={source}", *options, env=env)
        assert "8 passed" in result.stdout, result.stdout
    missing = suite.run_apart(*ask, "--ood-replay=org/name@nope", env=env)
    assert missing.returncode == pytest.ExitCode.USAGE_ERROR
    assert "--ood-replay org/name@nope: " in missing.stdout
    assert "no such revision" in missing.stdout
    offline = suite.run_apart(*ask, f"--ood-replay=org/name@{tag}", env=env | {"HF_HUB_OFFLINE": "1"})
    assert "8 passed" in offline.stdout, offline.stdout
