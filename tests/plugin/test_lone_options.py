"""--ood-public, --ood-license, --ood-ray: on the command line they need the option that they are about."""

import pytest

from tests.plugin.conftest import STRICT, Suite

MODEL = "--ood-model=fake/oracle"


@pytest.mark.parametrize("option", ["--ood-public", "--ood-license=mit", "--ood-ray=auto", "--ood-ray-arg=num_gpus=1"])
def test_alone_it_is_an_error(suite: Suite, option: str) -> None:
    """Nothing would come of it, so nothing is asked."""
    name, _, value = option.partition("=")
    # Of a list that may hold keys no value is repeated.
    shown = name if name == "--ood-ray-arg" else f"{name} {value}".rstrip()
    result = suite.run(MODEL, option)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert f"ERROR: {shown}: has no effect by itself" in result.stderr.str()
    assert not suite.store.exists()


def test_in_the_ini_file_it_waits(suite: Suite) -> None:
    """It says how to publish, not to publish."""
    suite.write(f"{STRICT}ood_public = true\nood_license = cc-by-4.0\n", "pytest.ini")
    assert suite.run(MODEL).parseoutcomes() == {"passed": 2}


def test_a_license_goes_with_an_export(suite: Suite) -> None:
    """The card of the dataset names it."""
    assert suite.run(MODEL, "--ood-license=cc-by-4.0", "--ood-export=data").parseoutcomes() == {"passed": 2}
    card = (suite.path / "data" / "README.md").read_text(encoding="utf-8")
    assert "\nlicense: cc-by-4.0\n" in card


def test_another_license_than_that_of_the_dataset(suite: Suite) -> None:
    """Refused before anything is asked."""
    suite.run(MODEL, "--ood-license=cc-by-4.0", "--ood-export=data", "-k", "2")
    before = suite.answers()
    result = suite.run(MODEL, "--ood-license=mit", "--ood-export=data")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert "cc-by-4.0" in result.stderr.str()
    assert suite.answers() == before
