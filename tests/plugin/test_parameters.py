"""Parameters reach the task by name, wherever they come from; none of them is left out of what is asked."""

from typing import Any

import pytest

from tests.plugin.conftest import PROBE, TASK, Suite

MODEL, JSON = "--ood-model=fake/oracle", "--ood-json=out.json"
FIXTURE = """
@pytest.fixture(params=[2, 3])
def size(request):
    return request.param
"""
DECORATED = """
@probe(spell)
def test_spell(ood, size):
    assert ood.robust and size in (2, 3)
"""
# Each gives the sizes 2 and 3 to the test.
SOURCES = {
    "parametrize": PROBE,
    "parametrized fixture": TASK + FIXTURE + DECORATED,
    "fixture in a conftest": TASK + DECORATED,
    "indirect": TASK
    + FIXTURE.replace("params=[2, 3]", "")
    + DECORATED.replace("@probe", '@pytest.mark.parametrize("size", [2, 3], indirect=True)\n@probe'),
    "indirect list": TASK
    + FIXTURE.replace("params=[2, 3]", "")
    + DECORATED.replace(
        "@probe", '@pytest.mark.parametrize(("size", "mark"), [(2, "."), (3, ".")], indirect=["size"])\n@probe'
    ).replace("ood, size", "ood, size, mark"),
    "hook": TASK + "\ndef pytest_generate_tests(metafunc):\n    metafunc.parametrize('size', [2, 3])\n" + DECORATED,
    "indirect hook": TASK
    + FIXTURE.replace("params=[2, 3]", "")
    + "\ndef pytest_generate_tests(metafunc):\n    metafunc.parametrize('size', [2, 3], indirect=True)\n"
    + DECORATED,
    "module": f"{TASK}\npytestmark = pytest.mark.parametrize('size', [2, 3])\n{DECORATED}",
    "class": f"""{TASK}
@pytest.mark.parametrize("size", [2, 3])
class TestSpelling:
    @probe(spell)
    def test_spell(self, ood, size):
        assert ood.robust
""",
    "used, not named": TASK
    + FIXTURE.replace("params=[2, 3]", "params=[2, 3], autouse=True")
    + DECORATED.replace("ood, size", "ood").replace(" and size in (2, 3)", ""),
    "a fixture of the fixture": TASK
    + FIXTURE
    + "\n@pytest.fixture\ndef doubled(size):\n    return 2 * size\n"
    + DECORATED.replace("ood, size", "ood, doubled").replace("size in (2, 3)", "doubled in (4, 6)"),
}


def params(suite: Suite) -> list[dict[str, Any]]:
    """The parameters of the cells that were asked."""
    return [cell["params"] for cell in suite.summary()["cells"]]


@pytest.mark.parametrize("source", SOURCES)
def test_every_source_of_parameters(suite: Suite, source: str) -> None:
    """Two sizes are two cells, each asked about its own size."""
    suite.write(SOURCES[source])
    if source == "fixture in a conftest":
        suite.write(f"import pytest\n{FIXTURE}", "conftest.py")
    result = suite.run(MODEL, JSON)
    assert result.parseoutcomes() == {"passed": 2}
    assert [cell["size"] for cell in params(suite)] == [2, 3]
    # Twenty-one draws of the control they share, and of each size.
    assert suite.answers() == 3 * 19


def test_a_tuple_is_asked_as_a_list(suite: Suite) -> None:
    """As it is written down; the fixture's value may be either."""
    suite.write(
        TASK
        + FIXTURE.replace("[2, 3]", "[(1, 2), (3, 4)]").replace("request.param", "list(request.param)")
        + DECORATED.replace("size in (2, 3)", "size in ([1, 2], [3, 4])")
    )
    assert suite.run(MODEL, JSON).parseoutcomes() == {"passed": 2}
    assert params(suite) == [{"size": [1, 2]}, {"size": [3, 4]}]


def test_sources_multiply(suite: Suite) -> None:
    """Stacked decorators, a fixture and a hook: every combination is a cell of its own."""
    suite.write(
        TASK.replace('mark="."', 'mark=".", tail="", loud=False').replace("{mark}", "{mark}{tail}{loud}")
        + FIXTURE
        + """
def pytest_generate_tests(metafunc):
    metafunc.parametrize("loud", [False, True])

@probe(spell)
@pytest.mark.parametrize("mark", [".", "!"])
@pytest.mark.parametrize("tail", ["a", "b"])
def test_spell(ood, size, mark, tail, loud):
    assert ood.robust
"""
    )
    assert suite.run(MODEL, JSON).parseoutcomes() == {"passed": 16}
    assert len({str(sorted(cell.items())) for cell in params(suite)}) == 16


def test_ids_name_tests_and_not_parameters(suite: Suite) -> None:
    """Whatever they are, the task gets the values."""
    suite.write(
        TASK
        + FIXTURE.replace("params=[2, 3]", "params=[2, 3], ids=['small', 'large']")
        + DECORATED.replace("@probe", '@pytest.mark.parametrize("mark", ["!"], ids=["loud"])\n@probe').replace(
            "ood, size", "ood, size, mark"
        )
    )
    suite.run(MODEL, JSON)
    assert suite.verdicts() == {"test_spell[small-loud]": "robust", "test_spell[large-loud]": "robust"}
    assert params(suite) == [{"size": 2, "mark": "!"}, {"size": 3, "mark": "!"}]


def test_over_two_workers(suite: Suite) -> None:
    """The same cells, and each question once in all."""
    suite.write(SOURCES["parametrized fixture"])
    result = suite.run_apart(MODEL, JSON, "-n2")
    assert "2 passed" in result.stdout, result.stdout
    assert params(suite) == [{"size": 2}, {"size": 3}]
    assert suite.answers() == 3 * 19


FLAVOUR = """
@pytest.fixture(params=["one", "two"]{})
def flavour(request):
    return request.param
"""
SPELL = """
@probe(spell)
@pytest.mark.parametrize("size", [2])
def test_spell(ood, size{}):
    assert ood.robust
"""
# Each would ask the same questions in several tests.
NOT_TAKEN = {
    "parametrized fixture": TASK + FLAVOUR.format("") + SPELL.format(", flavour"),
    "autouse fixture": TASK + FLAVOUR.format(", autouse=True") + SPELL.format(""),
    "indirect": TASK
    + FLAVOUR.format("").replace('params=["one", "two"]', "")
    + SPELL.format(", flavour").replace(
        "@probe", '@pytest.mark.parametrize("flavour", ["one", "two"], indirect=True)\n@probe'
    ),
    "hook": TASK
    + "\ndef pytest_generate_tests(metafunc):\n    metafunc.parametrize('flavour', ['one', 'two'])\n"
    + SPELL.format(", flavour"),
}


@pytest.mark.parametrize("source", NOT_TAKEN)
def test_what_the_task_does_not_take_is_a_collection_error(suite: Suite, source: str) -> None:
    """It names the test, the fixture with its value, the task and two ways out; nothing is asked."""
    suite.write(NOT_TAKEN[source])
    result = suite.run(MODEL)
    assert result.ret == pytest.ExitCode.INTERRUPTED
    message = result.stdout.str()
    for part in (
        "test_spell[",
        "flavour='one'",
        "flavour='two'",
        "add flavour to spell(rng",
        "define a fixture flavour",
    ):
        assert part in message
    assert not suite.store.exists() or suite.answers() == 0


def test_a_task_that_takes_anything_takes_a_fixture(suite: Suite) -> None:
    """As its signature says."""
    suite.write(
        TASK.replace('mark="."', 'mark=".", **more').replace("{mark}", "{mark}{more}")
        + FLAVOUR.format("")
        + SPELL.format(", flavour")
    )
    assert suite.run(MODEL, JSON).parseoutcomes() == {"passed": 2}
    assert [cell["flavour"] for cell in params(suite)] == ["one", "two"]


def test_a_fixture_without_parameters_is_nobodys_business(suite: Suite) -> None:
    """It multiplies nothing."""
    suite.write(TASK + FLAVOUR.format("").replace('params=["one", "two"]', "").replace("request.param", "7"))
    suite.write(suite.path.joinpath("test_probe.py").read_text() + SPELL.format(", flavour, tmp_path"))
    assert suite.run(MODEL, JSON).parseoutcomes() == {"passed": 1}
    assert params(suite) == [{"size": 2}]


def test_the_fix_that_the_error_names(suite: Suite) -> None:
    """A fixture of the same name without params, next to the probe."""
    suite.write(f"import pytest\n{FLAVOUR.format(', autouse=True')}", "conftest.py")
    suite.write(TASK + "\n@pytest.fixture\ndef flavour():\n    return 'one'\n" + SPELL.format(""))
    assert suite.run(MODEL).parseoutcomes() == {"passed": 1}


@pytest.mark.parametrize("value", ["object()", "{2, 3}", "float('inf')", "b'x'"])
def test_a_fixture_parameter_that_is_not_json(suite: Suite, value: str) -> None:
    """A collection error, as with `parametrize`."""
    suite.write(SOURCES["parametrized fixture"].replace("params=[2, 3]", f"params=[{value}]"))
    result = suite.run(MODEL)
    assert result.parseoutcomes() == {"errors": 1}
    assert "cannot be written as JSON" in result.stdout.str()


@pytest.mark.parametrize("made", ["request.param * 10", "str(request.param)", "object()", "None"])
def test_a_fixture_that_makes_something_else_of_its_parameter(suite: Suite, made: str) -> None:
    """The model was asked about the parameter, so the test errors, and names direct parametrization."""
    suite.write(SOURCES["parametrized fixture"].replace("return request.param", f"return {made}"))
    result = suite.run(MODEL, JSON)
    assert result.parseoutcomes() == {"errors": 2}
    result.stdout.fnmatch_lines(["size: the model was asked with the parameter 2, *@pytest.mark.parametrize('size', *"])
    assert suite.verdicts() == {}


def test_a_value_that_cannot_be_compared_differs(suite: Suite) -> None:
    """As that of an array may."""
    suite.write(SOURCES["parametrized fixture"].replace("return request.param", "import numpy; return numpy.arange(3)"))
    assert suite.run(MODEL).parseoutcomes() == {"errors": 2}


def test_ood_is_not_a_parameter(suite: Suite) -> None:
    """Somebody who parametrizes it gets no fixture, and is told so."""
    suite.write(f"{TASK}\n@probe(spell)\n@pytest.mark.parametrize('ood', [1, 2])\ndef test_spell(ood):\n    pass\n")
    result = suite.run(MODEL)
    assert result.parseoutcomes() == {"errors": 1}
    assert "INTERNALERROR" not in result.stdout.str() + result.stderr.str()
    assert "test_spell[1]: `ood` is the fixture" in result.stdout.str()
