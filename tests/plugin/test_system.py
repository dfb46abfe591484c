"""--ood-system: a file that cannot be a system message is refused before anything is asked."""

import json

import pytest

from tests.plugin.conftest import Suite

MODEL = "--ood-model=fake/oracle"


@pytest.mark.parametrize(
    ("content", "problem"),
    [(None, "no such file"), (b" \n", "is empty"), (b"h\xf6flich", "is not UTF-8")],
    ids=["missing", "empty", "latin-1"],
)
def test_a_bad_file(suite: Suite, content: bytes | None, problem: str) -> None:
    """A usage error with the option, the file as typed, and what is wrong with it."""
    if content is not None:
        (suite.path / "system.txt").write_bytes(content)
    result = suite.run(MODEL, "--ood-system=system.txt")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert "ERROR: --ood-system system.txt: " in result.stderr.str()
    assert problem in result.stderr.str()
    assert not suite.store.exists()


def test_every_conversation_begins_with_it(suite: Suite) -> None:
    """As a message of its own; and another text is another question."""
    suite.write("Be terse.\n", "system.txt")
    suite.run(MODEL, "-k", "2")
    assert suite.run(MODEL, "--ood-system=system.txt", "-k", "2").parseoutcomes() == {"passed": 1, "deselected": 1}
    first = [json.loads(messages)[0] for (messages,) in suite.rows("SELECT messages FROM answers")]
    assert first.count({"role": "system", "content": "Be terse."}) == 38 == len(first) / 2
