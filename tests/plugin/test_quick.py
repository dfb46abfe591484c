"""--ood-quick and the marker `ood_quick`: a short run, and nothing of the user's is touched."""

import pytest

from tests.plugin.conftest import PROBE, STRICT, Suite

QUICK = PROBE.replace("[2, 3]", "[pytest.param(2, marks=pytest.mark.ood_quick), 3]")
MODEL = "--ood-model=fake/oracle"
OTHER = """
import pytest

@pytest.mark.quick
def test_quick():
    pass

def test_slow():
    pass
"""


@pytest.fixture
def quick(suite: Suite) -> Suite:
    """The usual probe, with one of its two sizes marked."""
    suite.write(QUICK)
    return suite


def arms(suite: Suite) -> set[tuple[int, int]]:
    """The draws of control and shift of all cells."""
    return {(cell["control"]["n"], cell["shift"]["n"]) for cell in suite.summary()["cells"]}


def test_a_quick_run(quick: Suite) -> None:
    """The marked size, with at most 20 draws per arm, the usual bar, and gaps at its level."""
    result = quick.run(MODEL, "--ood-quick", "--ood-json=out.json")
    assert result.parseoutcomes() == {"passed": 1, "deselected": 1}
    result.stdout.fnmatch_lines(["ood: fake/oracle | seed 0 | bar 0.8 | up to 20 draws per arm*"])
    assert quick.verdicts() == {"test_spell[2]": "robust"}
    assert arms(quick) == {(19, 19)}
    assert (quick.summary()["alpha"], quick.summary()["gap_alpha"]) == (0.05, 0.05)


def test_the_command_line_takes_precedence(quick: Suite) -> None:
    """What is said besides --ood-quick holds."""
    quick.run(MODEL, "--ood-quick", "--ood-bar=0.9", "--ood-max-samples=40", "--ood-json=out.json")
    assert arms(quick) == {(37, 37)}
    assert quick.summary()["bar"] == 0.9


def test_in_the_ini_file(quick: Suite) -> None:
    """There it gives way to the other lines of the file."""
    quick.write(f"{STRICT}ood_quick = true\nood_bar = 0.4\n", "pytest.ini")
    result = quick.run(MODEL)
    assert result.parseoutcomes() == {"passed": 1, "deselected": 1}
    result.stdout.fnmatch_lines(["ood: fake/oracle | seed 0 | bar 0.4 | up to 20 draws per arm*"])


def test_other_tests_run(quick: Suite) -> None:
    """Only probe items without the marker are left out."""
    quick.write(OTHER, "test_other.py")
    quick.write(f"{STRICT}markers = quick\n", "pytest.ini")
    assert quick.run(MODEL, "--ood-quick").parseoutcomes() == {"passed": 3, "deselected": 1}


def test_another_marker_quick_is_the_users(quick: Suite) -> None:
    """`-m quick` selects what pytest selects, and changes neither the bar nor the draws of a probe."""
    quick.write(OTHER, "test_other.py")
    quick.write(PROBE.replace("@probe", "@pytest.mark.quick\n@probe"))
    quick.write(f"{STRICT}markers = quick\n", "pytest.ini")
    result = quick.run(MODEL, "-m", "quick", "--ood-json=out.json")
    assert result.parseoutcomes() == {"passed": 3, "deselected": 1}
    assert arms(quick) == {(19, 19)}


def test_the_marker_alone_only_selects(quick: Suite) -> None:
    """`-m ood_quick` is a selection like any other."""
    result = quick.run(MODEL, "-m", "ood_quick", "--ood-json=out.json")
    assert result.parseoutcomes() == {"passed": 1, "deselected": 1}
    assert arms(quick) == {(19, 19)}


def test_without_a_model(quick: Suite) -> None:
    """What would be asked is skipped, the rest is not mentioned."""
    assert quick.run("--ood-quick").parseoutcomes() == {"skipped": 1, "deselected": 1}


def test_over_two_workers(quick: Suite) -> None:
    """The same items."""
    result = quick.run_apart(MODEL, "--ood-quick", "-n2", "--ood-json=out.json")
    assert "1 passed" in result.stdout, result.stdout
    assert quick.verdicts() == {"test_spell[2]": "robust"}


def test_shards_share_the_quick_items(suite: Suite) -> None:
    """Not all items: two machines have one each."""
    suite.write(QUICK, "test_one.py")
    suite.write(QUICK.replace("{word} backward", "the word {word} backward"), "test_two.py")
    suite.write("", "test_probe.py")
    asked = [
        suite.run(MODEL, "--ood-quick", f"--ood-shard={which}/2").parseoutcomes().get("passed", 0) for which in (1, 2)
    ]
    assert asked == [1, 1]
