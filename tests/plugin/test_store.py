"""--ood-store and --ood-refresh: nothing is asked twice, and nothing is lost, however a run ends."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing

import pytest

from tests.asking.store.test_rescue import enlarge, small_disk
from tests.plugin.conftest import PROBE, Suite
from tests.server import Server, ok

PROVIDER = "--ood-model=openai/some-model"


@pytest.fixture
def server() -> Iterator[Server]:
    """A server whose answers are all wrong, and as slow as a small model's."""
    with Server(ok("<answer>wrong</answer>", delay=0.05)) as made:
        yield made


def distinct(server: Server) -> int:
    """How many different questions the server has heard."""
    return len({request["messages"][-1]["content"] for request in server.requests})


def test_the_same_run_twice_asks_nothing_and_loads_no_litellm(suite: Suite, server: Server) -> None:
    """The second run is answered by the store alone, also while the provider is gone."""
    suite.write("import sys\ndef pytest_unconfigure():\n    print('litellm' in sys.modules)\n", "conftest.py")
    args = [PROVIDER, "--ood-model-arg=api_key=sk-0123456789", "--ood-json=out.json", "-p", "no:anyio"]
    one = suite.run_apart(*args, f"--ood-api-base={server.url}")
    assert one.stdout.endswith("True\n"), one.stdout
    first, calls = suite.summary(), server.count
    two = suite.run_apart(*args, "--ood-api-base=http://127.0.0.1:9")
    assert two.stdout.endswith("False\n"), two.stdout
    second = suite.summary()
    assert (server.count, second["totals"]["calls"]) == (calls, 0)
    assert second["totals"]["from_store"] == first["totals"]["calls"] == calls
    for cell in (*first["cells"], *second["cells"]):
        del cell["cost_usd"]  # of this run: unknown in the first, nothing in the second
    assert first["cells"] == second["cells"]


def test_a_store_of_ones_own(suite: Suite) -> None:
    """Where the option says; its folders are made."""
    suite.run("--ood-model=fake/oracle", "--ood-store=deep/down/answers.db")
    assert (suite.path / "deep" / "down" / "answers.db").exists()
    assert not suite.store.exists()


def test_refresh_asks_everything_again(suite: Suite) -> None:
    """And the earlier answers are kept as well."""
    suite.run("--ood-model=fake/oracle")
    result = suite.run("--ood-model=fake/oracle", "--ood-refresh", "--ood-json=out.json")
    assert result.parseoutcomes() == {"passed": 2}
    assert sorted(suite.calls().values()) == [57, 57]
    assert (suite.summary()["totals"]["calls"], suite.summary()["totals"]["from_store"]) == (57, 0)


def test_another_probe_on_the_same_task_shares_the_answers(suite: Suite) -> None:
    """The question is what counts, not who asks."""
    suite.run("--ood-model=fake/oracle")
    suite.write(PROBE.replace("test_spell", "test_renamed"), "test_probe.py")
    suite.run("--ood-model=fake/oracle")
    assert sorted(suite.calls().values()) == [57]


def test_a_changed_case_is_asked_anew(suite: Suite) -> None:
    """A prompt that differs is another question."""
    suite.run("--ood-model=fake/oracle")
    suite.write(PROBE.replace("Spell {word}", "Please spell {word}"))
    suite.run("--ood-model=fake/oracle")
    assert sorted(suite.calls().values()) == [57, 57]


def test_a_damaged_answer_is_named_and_asked_again(suite: Suite) -> None:
    """A changed digit changes no verdict, and the summary says what happened."""
    suite.run("--ood-model=fake/oracle", "--ood-json=out.json")
    before = suite.verdicts()
    with closing(sqlite3.connect(suite.store)) as db, db:
        db.execute("UPDATE answers SET text = replace(text, 'answer', 'anzwer') WHERE rowid <= 2")
    result = suite.run("--ood-model=fake/oracle", "--ood-json=out.json")
    result.stdout.fnmatch_lines(["2 stored answers were damaged on the disk and asked again (*"])
    assert (suite.verdicts(), suite.summary()["totals"]["calls"]) == (before, 2)
    assert {row["run_id"] for row in suite.summary()["damaged"]} < set(suite.calls())
    result = suite.run("--ood-model=fake/oracle", "--ood-json=out.json")
    result.stdout.no_fnmatch_line("*stored answer*")
    assert suite.summary()["damaged"] == []


def test_killed_twenty_times(suite: Suite, server: Server) -> None:
    """kill -9 at any moment: no stored answer is asked again, and at most the calls in flight are lost."""
    in_flight = 4
    suite.write(PROBE.replace("[2, 3]", "range(2, 90)"))
    args = [
        *("-q", "-p", "no:anyio", "-p", "no:hypothesispytest", "-p", "no:cacheprovider", "--ood-samples=3"),
        *("--ood-model=mine", f"--ood-concurrency={in_flight}", "--ood-json=out.json"),
    ]
    # Straight over HTTP: litellm's import would make twenty starts a minute and a half.
    suite.write(HTTP_MODEL.format(port=server.url.rpartition(":")[2].partition("/")[0]), "conftest.py")
    kills, kept = 0, 0
    while kills < 20:
        process = suite.begin(*args)
        heard = server.count
        # Each time a little later after the first request.
        while server.count <= heard + 2 * in_flight + kills % 5 and process.poll() is None:
            time.sleep(0.002)
        time.sleep(0.003 * kills)
        assert process.poll() is None, process.communicate()[0]
        process.kill()
        process.communicate()
        kills += 1
        assert suite.answers() >= kept, "an answer was lost"
        kept = suite.answers()
    end = suite.run_apart(*args)
    assert end.returncode == 1, end.stdout
    whole = 3 + 88 * 3  # the shared control arm, and every shift arm
    assert (suite.answers(), distinct(server)) == (whole, whole)
    assert server.count - whole <= kills * in_flight, "more was asked again than could be on its way"
    assert {cell["shift"]["n"] for cell in suite.summary()["cells"]} == {3}
    # And nothing is left to ask.
    asked = server.count
    suite.run_apart(*args)
    assert server.count == asked


HTTP_MODEL = """
import asyncio
import json

import pytest_ood


class Mine(pytest_ood.Model):
    async def ask(self, request):
        body = json.dumps({{"messages": request.messages}}).encode()
        reader, writer = await asyncio.open_connection("127.0.0.1", {port})
        writer.write(b"POST /v1 HTTP/1.1\\r\\ncontent-length: %d\\r\\n\\r\\n" % len(body) + body)
        head = await reader.readuntil(b"\\r\\n\\r\\n")
        length = int(head.lower().partition(b"content-length: ")[2].split()[0])
        answer = json.loads(await reader.readexactly(length))
        writer.close()
        await writer.wait_closed()
        return pytest_ood.Answer(answer["choices"][0]["message"]["content"], cost_usd=0.0)


def pytest_ood_model(name, args):
    return Mine(name, args) if name == "mine" else None
"""


LONG_ANSWERS = """
import pathlib

CALLS = pathlib.Path(__file__).with_name("calls.txt")


def answer(messages):
    with CALLS.open("a") as file:
        file.write(repr(messages[-1]["content"]) + "\\n")
    return "x" * 300_000


def pytest_ood_model(name, args):
    return answer if name == "mine" else None
"""


def test_a_full_disk_loses_nothing_and_says_so(suite: Suite) -> None:
    """No traceback: the file, how many answers there are, where they are, and what to do; then the same command."""
    suite.write(PROBE.replace("[2, 3]", "range(2, 12)"))
    suite.write(LONG_ANSWERS, "conftest.py")
    calls = suite.path / "calls.txt"
    with small_disk(suite.path / "disk", 24) as disk:
        args = ["--ood-model=mine", "--ood-samples=4", "--ood-store=disk/store.db", "--ood-json=disk/out.json"]
        full = suite.run_apart(*args)
        assert full.returncode == pytest.ExitCode.USAGE_ERROR, full.stdout
        assert "Traceback" not in full.stdout
        assert "free some space, and run the same command again" in full.stdout
        asked = calls.read_text().splitlines()
        assert suite.summary("disk/out.json")["totals"]["calls"] == len(asked) < 80
        enlarge(disk, 100)
        assert suite.run_apart(*args).returncode == pytest.ExitCode.OK
        again = calls.read_text().splitlines()
        assert again[: len(asked)] == asked
        totals = suite.summary("disk/out.json")["totals"]
        assert (totals["from_store"], totals["calls"]) == (len(asked), len(again) - len(asked))
        assert len(again) == len(set(again))
