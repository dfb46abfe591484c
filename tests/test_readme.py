"""Whatever the README and the pages under docs/ show was run."""

import dataclasses
import json
import re
import shutil
import sys
from pathlib import Path
from typing import Any

import pytest

from pytest_ood import Task, families
from pytest_ood.certify import certify
from pytest_ood.cli import main
from pytest_ood.registry import GROUP
from tests import documents
from tests.readme_table import BEGIN, END, table

VERDICTS = documents.PAGES["docs/verdicts.md"]
PROBE = documents.block("README.md", "A probe")
TASK, DIALOGUE, PAIRS = (
    documents.block("docs/writing.md", heading)
    for heading in ("A task of your own", "A dialogue", "Paired questions you already have")
)
TUTORIAL = documents.block("docs/tutorial.md", "The file")
SCRIPT = documents.block("docs/scripts.md", "Without pytest")
LOADING = documents.block("docs/dataset.md", "The dataset")
CONVERTED = [block for _, block in documents.blocks("docs/converting.md")]
HOOK = documents.block("docs/models.md", "A hook")
STRATEGY = documents.block("docs/conditions.md", "A strategy of your own")
ROWS = documents.block("docs/paired_rows.md", "The test")
# Those of `test_notebook.py`.
NOTEBOOK = [text for _, text in documents.blocks("docs/notebook.md")]


def test_every_block_of_python_is_run_here() -> None:
    """A new one needs a test below."""
    shown = [block for page in documents.PAGES for _, block in documents.blocks(page)]
    others = [PROBE, TUTORIAL, TASK, DIALOGUE, PAIRS, SCRIPT, LOADING, STRATEGY, HOOK, ROWS]
    assert sorted(shown) == sorted([*others, *CONVERTED, *NOTEBOOK])


def test_the_readme_is_read_in_one_sitting() -> None:
    """The rest is in docs/."""
    assert len(documents.PAGES["README.md"].splitlines()) < 150


def test_the_strategy_is_that_of_the_example() -> None:
    """Which is run by a test of its own."""
    example = Path(__file__).parent.parent / "examples" / "own_strategy" / "strategies.py"
    assert example.read_text(encoding="utf-8").endswith(STRATEGY)


def test_the_probe_runs(pytester: pytest.Pytester) -> None:
    """As it stands, in a folder of its own."""
    pytester.makepyfile(PROBE)
    pytester.runpytest_subprocess("--ood-model=fake/oracle").assert_outcomes(passed=9)


def test_the_task_is_sound() -> None:
    """It is certified, as the page says a task can be."""
    names: dict[str, Any] = {"__name__": "readme"}
    exec(TASK, names)
    assert certify(names["spell_backward"], {"length": 6}, {"length": 3}) == []


def test_the_dialogue_runs(pytester: pytest.Pytester) -> None:
    """It is a probe of its own: certified, robust under its own answers, brittle under its lure."""
    pytester.makepyfile(DIALOGUE)
    result = pytester.runpytest_subprocess("--ood-certify")
    result.stdout.fnmatch_lines(["2 cells certified"])
    assert "not checked in another process" not in result.stdout.str()
    pytester.runpytest_subprocess("--ood-model=fake/oracle").assert_outcomes(passed=2)
    result = pytester.runpytest_subprocess("--ood-model=fake/lured", "--ood-json=out.json")
    result.assert_outcomes(failed=2)
    cells = json.loads((pytester.path / "out.json").read_text(encoding="utf-8"))["cells"]
    assert [(cell["verdict"], list(cell["lures"])) for cell in cells] == [("brittle", ["started_anew"])] * 2


def test_the_tutorial_is_what_happens(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its probe is certified, robust under the oracle, and brittle in the words shown under its lure."""
    monkeypatch.setenv("COLUMNS", "100")
    pytester.makepyfile(test_days=TUTORIAL)
    pytester.runpytest_subprocess("--ood-certify").stdout.fnmatch_lines(["3 cells certified"])
    pytester.runpytest_subprocess("--ood-model=fake/oracle").assert_outcomes(passed=3)
    printed = pytester.runpytest_subprocess("--ood-model=fake/lured", "--tb=short").stdout.str()
    assert documents.block("docs/tutorial.md", "What a verdict looks like", "text") in printed


@pytest.mark.parametrize(
    ("change", "found"),
    [
        (('declared=("prompt", "labels")', 'declared=("labels",)'), "matched: prompts have"),
        (
            ("TELLING[rng.integers(len(TELLING))]", "rng.integers(4), rng.integers(8, 60)"),
            "cases of the shift arm have a",
        ),
    ],
    ids=["declared", "drawn"],
)
def test_what_the_tutorial_says_of_a_mistake(pytester: pytest.Pytester, change: tuple[str, str], found: str) -> None:
    """Certification finds it."""
    assert change[0] in TUTORIAL
    pytester.makepyfile(test_days=TUTORIAL.replace(*change))
    result = pytester.runpytest_subprocess("--ood-certify")
    assert result.ret == 1
    assert found in result.stdout.str()


def test_the_paired_questions_are_asked(pytester: pytest.Pytester) -> None:
    """All of them, in both arms: three are too few to show anything."""
    pytester.makepyfile(PAIRS)
    result = pytester.runpytest_subprocess("--ood-model=fake/oracle", "--ood-json=out.json")
    result.stdout.fnmatch_lines(["*= 1 undecided in *"])
    (cell,) = json.loads((pytester.path / "out.json").read_text(encoding="utf-8"))["cells"]
    assert [cell[arm]["correct"] for arm in ("control", "shift")] == [3, 3]


def test_what_is_converted_is_verified(pytester: pytest.Pytester) -> None:
    """By the reward function, and by the dataset of reasoning-gym."""
    pytester.makepyfile(PROBE)
    pytester.runpytest_subprocess("--ood-model=fake/noisy-0.5", "--ood-samples=2", "--ood-export=DIR")
    rewards, dataset = CONVERTED
    for to, code in (("trl", rewards), ("reasoning-gym", dataset)):
        assert main(["convert", "DIR", "--to", to, "-o", "OUT"]) == 0
        names: dict[str, Any] = {}
        exec(code, names)
        shutil.rmtree("OUT")
        assert names.get("rewards", [0.0, 0.0])[1] == 0.0


def test_the_entry_point_is_the_one_that_is_read() -> None:
    """The group's name is a contract."""
    (block,) = (block for _, block in documents.blocks("docs/writing.md", "toml"))
    assert block.startswith(f"[project.entry-points.{GROUP}]\n")


def test_the_script_measures(pytester: pytest.Pytester) -> None:
    """It prints an outcome and the points of a curve; the first is the control's own, with one arm."""
    path = pytester.makepyfile(measure=SCRIPT)
    result = pytester.run(sys.executable, path)
    assert result.ret == 0, result.stderr.str()
    result.stdout.fnmatch_lines(
        ["brittle: *", "lures    usual_meaning x11", "4 <robust: control *", "16 <robust: *, shift *", "64 <robust: *"]
    )


# Times, and how a test starts pytest.
CHANGING = re.compile(r"=*[ ]?\d+\.\d+ ?s\b.*|python -m (?=pytest)|--basetemp=\S+ |--ood-store=\S+ ")


def test_the_toy_is_shown_as_it_is_printed(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    """The README's picture is of this very run."""
    shutil.copytree(documents.ROOT / "probes", pytester.path / "probes")
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.setenv("HF_HOME", str(pytester.path / "home"))
    path, chosen = "probes/test_grid_scaling.py", "wider and 110"
    assert f"`pytest --ood-model=toy --tb=no -rN {path} -k '{chosen}'`" in documents.PAGES["README.md"]
    printed = pytester.runpytest_subprocess("--ood-model=toy", "--tb=no", "-rN", path, "-k", chosen).outlines
    shown = documents.block("README.md", "Install", "text").splitlines()
    start = next(place for place, line in enumerate(printed) if line.startswith(path))
    assert [CHANGING.sub("", line) for line in shown] == [
        CHANGING.sub("", line) for line in printed[start : start + len(shown)]
    ]


def test_the_failing_probe_is_shown_as_it_is_printed(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Line by line at 100 columns, times aside."""
    shutil.copytree(documents.ROOT / "examples" / "downstream", pytester.path, dirs_exist_ok=True)
    monkeypatch.setenv("COLUMNS", "100")
    # No seed was published from there.
    monkeypatch.setenv("HF_HOME", str(pytester.path / "home"))
    command = ("--ood-model=clockwork", "-k", "20", "--tb=short")
    assert f"`pytest {' '.join(command)}`" in VERDICTS
    printed = pytester.runpytest_subprocess(*command).outlines
    shown = documents.block("docs/verdicts.md", "Reading a verdict", "text").splitlines()
    assert [CHANGING.sub("", line) for line in shown] == [CHANGING.sub("", line) for line in printed[-len(shown) :]]


def test_the_model_answers(pytester: pytest.Pytester) -> None:
    """A function of one's own behind the hook."""
    pytester.makeconftest(f"my_model = lambda messages: 'no tags'\n\n\n{HOOK}")
    pytester.makepyfile(PROBE)
    result = pytester.runpytest_subprocess("--ood-model=mine")
    result.stdout.fnmatch_lines(["*first 6: 6 unparsed*", "*= 9 undecided in *"])


def test_the_dataset_loads(pytester: pytest.Pytester) -> None:
    """With datasets, and with pandas alone."""
    pytester.makepyfile(PROBE)
    pytester.runpytest_subprocess("--ood-model=fake/lured", "--ood-export=DIR")
    folder = f"{pytester.path}/DIR"
    assert "pandas.read_parquet" in documents.PAGES["docs/dataset.md"]
    script = (
        LOADING.replace('"DIR"', repr(folder))
        + f"""
import pandas

assert set(cases.column_names) == {{"question", "answer", "unique", "info"}}
assert 0 < len(cases) <= len(traces)
assert len(failures) == len(pandas.read_parquet({folder + "/data/failures"!r})) == 99
assert set(failures["lure"]) == {{"usual_meaning"}}
assert len(traces) > len(failures)
"""
    )
    path = pytester.makepyfile(load=script)
    result = pytester.run(sys.executable, path)
    assert result.ret == 0, result.stderr.str()


def test_all_verdicts_and_outcomes_are_explained() -> None:
    """Every word that a table of the plugin may show, and every attribute of the fixture."""
    from pytest_ood.asking.outcome import Outcome, Verdict
    from pytest_ood.evidence.outcomes import OUTCOMES

    for word in (*(verdict.value for verdict in Verdict), *OUTCOMES):
        assert re.search(rf"\b{word}\b", VERDICTS), word
    table = VERDICTS.partition("| attribute of `ood` |")[2].partition("\n\n")[0]
    attributes = set(re.findall(r"`(\w+)(?:\(\))?`", "".join(re.findall(r"^\| (.*?) \|", table, re.MULTILINE))))
    internal = {"cell", "finding", "cost_usd", "arms", "row", "each_trace", "strategy"}
    assert (
        attributes
        == {
            name
            for name in {*dir(Outcome), *(field.name for field in dataclasses.fields(Outcome))}
            if not name.startswith("_")
        }
        - internal
    )


def test_the_table_of_tasks_is_what_their_docstrings_say() -> None:
    """Written by ``python -m tests.readme_table``; every task is in it."""
    between = documents.PAGES["docs/tasks.md"].partition(BEGIN)[2].partition(END)[0]
    assert between == table()
    assert between.count("\n") == 2 + len(families.tasks())


@pytest.mark.parametrize("task", families.tasks(), ids=lambda task: task.name)
def test_the_docstring_says_what_a_reader_needs(task: Task) -> None:
    """What moves, what is matched, the lures, chance and where the idea was published."""
    for heading in ("Moves:", "Matched:", "Lures", "Chance:", "Source:", "Raises:"):
        assert heading in (task.__doc__ or ""), heading


def test_every_data_file_is_named_with_its_source() -> None:
    """The file says where it comes from, and the page of tasks names it."""
    house = Path(families.__file__).parent
    paths = list(house.rglob("data/*"))
    assert paths
    for path in paths:
        link = f"[`{path.name}`](../pytest_ood/families/{path.relative_to(house).as_posix()})"
        assert link in documents.PAGES["docs/tasks.md"]
        assert path.read_text(encoding="utf-8").startswith("#")
