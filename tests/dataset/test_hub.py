"""Publishing and fetching with the real clients, against a local hub that misbehaves on demand."""

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pyarrow
import pytest
from pyarrow import parquet

from pytest_ood.dataset.folder import CONFIGS
from pytest_ood.dataset.hub import HubError, Preview, Published, check_ready, preview, size
from pytest_ood.dataset.tables import COLUMNS
from pytest_ood.text.canary import CANARY
from tests.client import NAME, Client
from tests.dataset.making import HOSTILE, contents, export, some, summary, trace
from tests.hub import READER, WRITER, File, Hub, Repo


def files(repo: Repo) -> dict[str, bytes]:
    """What lies in a repository, without what every new one has."""
    return {path: file.content for path, file in repo.head.files.items() if path != ".gitattributes"}


def data(there: Mapping[str, bytes]) -> dict[str, bytes]:
    """All files but the card, which says where the dataset is."""
    return {path: content for path, content in there.items() if path != "README.md"}


def rows(repo: Repo, config: str) -> list[dict[str, Any]]:
    """All rows of a published config."""
    names = sorted(path for path in repo.head.files if path.startswith(f"data/{config}/"))
    return [
        row
        for path in names
        for row in parquet.read_table(pyarrow.BufferReader(repo.head.files[path].content)).to_pylist()
    ]


# What is said of it.


@pytest.mark.parametrize(
    ("count", "output"), [(0, "0 B"), (999, "999 B"), (27_874, "27.9 kB"), (5_000_000, "5 MB"), (7.2e12, "7,200 GB")]
)
def test_sizes_are_readable(count: int, output: str) -> None:
    """Three figures and a unit."""
    assert output == size(count).replace("7.2e+03", "7,200")


def test_a_preview_says_what_would_go_up(tmp_path: Path) -> None:
    """Rows, failures, runs, models and bytes; hostile model names are tamed."""
    export(tmp_path, [trace(n, outcome="wrong" if n else "correct", model=HOSTILE[:20]) for n in range(3)], summary())
    seen = preview(tmp_path)
    size_of_all = sum(len(content) for content in contents(tmp_path).values())
    assert Preview(3, 2, ("run-1",), (HOSTILE[:20],), size_of_all) == seen
    assert str(seen).startswith("2 failures, 3 traces, 1 run, \\x1b[2J")
    assert "\x1b" not in str(seen)


def test_a_publication_says_what_went_up() -> None:
    """Or that nothing did."""
    published = Published("https://hub/datasets/org/x", "0" * 40, "run-1", 4, 2000)
    assert str(published) == "https://hub/datasets/org/x (run-1, 4 files, 2 kB sent)"
    assert "nothing was sent" in str(Published("https://hub/datasets/org/x", "0" * 40, "run-1", 0, 0))


@pytest.mark.parametrize(
    "name", ["", "x", "a/b/c", "/x", "org/", "org/a b", "org/..", "org/a--b", "-a/b", "o/x.git", "./x"]
)
def test_a_name_is_an_organisation_and_a_name(name: str) -> None:
    """The message says how to write it."""
    with pytest.raises(HubError, match="write ORG/NAME"):
        check_ready(name)


# Publishing.


def test_a_new_dataset_is_private_and_complete(client: Client, hub: Hub) -> None:
    """Every file byte for byte, one commit, one tag; the bytes sent are those of the files."""
    output = client.published()
    repo = hub.repos[NAME]
    assert repo.private
    assert data(contents(client.folder)) == data(files(repo))
    assert NAME in files(repo)["README.md"].decode()
    assert [commit.title for commit in repo.commits] == ["initial commit", "Add run-1"]
    assert {"run-run-1": repo.head.oid} == repo.tags
    assert repo.head.uploaded == sum(map(len, files(repo).values()))
    assert output == f"{hub.url}/datasets/{NAME} (run-run-1, 6 files, {size(repo.head.uploaded)} sent)"


def test_plain_datasets_loads_it_from_the_hub(client: Client) -> None:
    """With nothing of ours imported, a run of ours and one that has come to it."""
    load = (
        "import sys, datasets\ndatasets.disable_progress_bars()\n"
        f"failures, traces = (datasets.load_dataset({NAME!r}, name, split='test') for name in ('failures', 'traces'))\n"
        "assert 'pytest_ood' not in sys.modules\nprint(failures.num_rows, traces.num_rows, traces.column_names)"
    )
    client.put()
    export(client.folder, some(15, "run-2"), summary(probe="test_other"))
    client.published()
    assert client.python(load).stdout == f"5 15 {list(COLUMNS)}\n"


def test_the_same_again_sends_nothing(client: Client, hub: Hub) -> None:
    """No commit, no byte, and it says so."""
    client.published()
    assert "already has all of it (run-run-1); nothing was sent" in client.published()
    assert len(hub.repos[NAME].commits) == 2
    assert hub.received == 0


def test_a_second_run_sends_only_what_is_new(client: Client, hub: Hub) -> None:
    """Its own files and the card; what was there keeps every byte."""
    before = files(client.put())
    export(client.folder, some(15, "run-2"), summary(probe="test_other"))
    client.published()
    after = files(hub.repos[NAME])
    new = {*(f"data/{config}/run-2.parquet" for config in CONFIGS), "runs/run-2.json"}
    assert new == after.keys() - before.keys()
    assert {path for path, content in before.items() if after[path] != content} == {"README.md", "curves.svg"}
    assert hub.repos[NAME].head.uploaded == sum(len(after[path]) for path in (*new, "README.md", "curves.svg"))
    assert set(hub.repos[NAME].tags) == {"run-run-1", "run-run-2"}
    assert data(contents(client.folder)) == data(after)


def test_another_machine_adds_its_run(client: Client, hub: Hub, tmp_path: Path) -> None:
    """From a folder that has never seen the first run; rows that are published are not published twice."""
    client.put()
    other = Client(tmp_path / "other", hub)
    export(other.folder, some(15, "run-2"), summary(probe="test_other"))
    other.published()
    repo = hub.repos[NAME]
    assert sorted(row["draw"] for row in rows(repo, "traces")) == list(range(15))
    assert sorted(row["draw"] for row in rows(repo, "failures")) == [0, 3, 6, 9, 12]
    card = files(repo)["README.md"].decode()
    assert "| spelling |" in card
    assert "| other |" in card
    assert "nothing was sent" in other.published()
    assert "nothing was sent" in client.published()


def test_files_of_others_stay(client: Client, hub: Hub) -> None:
    """A licence that somebody has put next to the data is theirs."""
    client.put().add({"LICENSE": File(b"CC0", False)})
    export(client.folder, some(12, "run-2"), summary(probe="test_other"))
    client.published()
    assert files(hub.repos[NAME])["LICENSE"] == b"CC0"
    assert len(rows(hub.repos[NAME], "traces")) == 12


def test_public_has_to_be_repeated(client: Client, hub: Hub) -> None:
    """Once to make it so, and each time again: nothing becomes public by accident."""
    client.published("--public")
    assert not hub.repos[NAME].private
    assert "it is public; add --public" in client.refused()
    hub.repos[NAME].private = True
    assert "it is private; leave out --public" in client.refused("--public")


def test_a_lost_tag_is_made_up_for(client: Client, hub: Hub) -> None:
    """Killed between the commit and the tag, the same command sets it."""
    client.put().tags.clear()
    assert "nothing was sent" in client.published()
    assert set(hub.repos[NAME].tags) == {"run-run-1"}


# Others are writing too.


def test_a_head_that_moves_is_not_a_conflict(client: Client, hub: Hub, tmp_path: Path) -> None:
    """Between the look and the commit another machine adds rows, some of them ours: all is done again on top of it."""
    client.put()
    export(client.folder, some(12, "run-2"), summary(probe="test_second"))
    other = Client(tmp_path / "other", hub)
    export(other.folder, some(15, "run-3"), summary(probe="test_third"))
    hub.fault("POST", "/commit/", before=lambda: other.published())
    client.published()
    repo = hub.repos[NAME]
    assert sorted(row["draw"] for row in rows(repo, "traces")) == list(range(15))
    card = files(repo)["README.md"].decode()
    assert [f"| {name} |" in card for name in ("spelling", "second", "third")] == [True] * 3
    assert [status for method, path, status in hub.requests if "/commit/" in path].count(412) == 1


def test_a_conflict_is_retried_and_not_for_ever(client: Client, hub: Hub) -> None:
    """Twice is fine, of whichever kind; always is an error that says so."""
    for status in (409, 412):
        hub.fault("POST", "/commit/", status)
    client.published()
    assert hub.asked("POST", "/commit/") == 3
    export(client.folder, some(12, "run-2"), summary())
    hub.fault("POST", "/commit/", 412, times=99)
    assert "others keep writing to it at the same time (412); try again later" in client.refused()
    assert hub.asked("POST", "/commit/") == 8


# Faults of the hub: each leaves the folder as it was and the dataset whole.


def test_without_a_token(client: Client, hub: Hub) -> None:
    """Said before anything is sent."""
    client.token = None
    assert "no token for the Hub; log in with `hf auth login`, or set HF_TOKEN" in client.refused()
    assert hub.requests == []


def test_with_a_wrong_token(client: Client) -> None:
    """The message does not repeat it."""
    client.token = "hf_" + "Wrong" * 7
    output = client.refused()
    assert "the Hub does not accept the token (401); log in with `hf auth login`" in output
    assert client.token not in output


@pytest.mark.parametrize("there", [False, True])
def test_with_a_token_that_may_only_read(client: Client, hub: Hub, there: bool) -> None:
    """Neither to make a dataset nor to add to one."""
    if there:
        hub.create(NAME, private=True)
    client.token = READER
    assert "the token is not allowed to do this (403, You don't have the rights" in client.refused()


def test_a_message_of_the_hub_that_repeats_the_token(client: Client, hub: Hub) -> None:
    """Is repeated without it, and without what a terminal obeys."""
    hub.fault("POST", "/repos/create", 403, message=f"Bad: {WRITER}")
    assert "(403, Bad: REDACTED)" in client.refused()


def test_no_network(client: Client) -> None:
    """Nobody listens there: said at once."""
    output = client.refused(HF_ENDPOINT="http://127.0.0.1:9")
    assert "org/failures: the Hub cannot be reached; check the network, HF_ENDPOINT and HF_HUB_OFFLINE" in output
    assert "HF_HUB_OFFLINE is set; unset it" in client.refused(HF_HUB_OFFLINE="1")


def test_a_rate_limit_is_waited_for_if_it_is_short(client: Client, hub: Hub) -> None:
    """As long as the hub says, in either way of saying it; an hour is not waited for but said, also in an upload."""
    hub.fault("GET", "/api/datasets/", 429, headers={"RateLimit": '"api";r=0;t=1'})
    began = time.monotonic()
    client.published()
    assert time.monotonic() - began > 1
    export(client.folder, some(12, "run-2"), summary())
    hub.fault("POST", "/preupload/", 429, headers={"Retry-After": "3600"}, times=99)
    assert "too many requests (429); try again in 3600 s" in client.refused()
    assert hub.asked("POST", "/preupload/") == 2


def test_a_hub_that_falters_is_asked_again(client: Client, hub: Hub) -> None:
    """500, whatever it was about: in the end it is all there, once."""
    for path in ("/api/repos/create", "/commit/", "/commit/", "/tag/"):
        hub.fault("POST", path, 500)
    client.published()
    assert len(hub.repos[NAME].commits) == 2
    assert set(hub.repos[NAME].tags) == {"run-run-1"}


def test_a_hub_that_is_down(client: Client, hub: Hub) -> None:
    """Said after a few attempts, with its own words."""
    hub.fault("GET", "/api/datasets/", 503, times=99, message="Maintenance")
    assert "the Hub answered 503 (Maintenance); try again later" in client.refused()
    assert hub.asked("GET", "/api/datasets/") == 5


@pytest.mark.parametrize("served", [False, True], ids=["before", "after"])
def test_a_line_that_is_cut(client: Client, hub: Hub, served: bool) -> None:
    """Before the hub did anything, or after it did all of it: in the end it is all there, once."""
    hub.cut("GET", "/api/datasets/", served=served)
    for path in ("/repos/create", "/commit/", "/tag/"):
        hub.cut("POST", path, served=served)
    client.published()
    assert len(hub.repos[NAME].commits) == 2
    assert data(contents(client.folder)) == data(files(hub.repos[NAME]))
    assert set(hub.repos[NAME].tags) == {"run-run-1"}


def test_a_line_that_is_cut_in_an_upload(client: Client, hub: Hub) -> None:
    """The client sends that file again."""
    hub.cut("PUT", "/lfs/")
    client.published()
    assert data(contents(client.folder)) == data(files(hub.repos[NAME]))


def test_an_upload_that_is_refused(client: Client, hub: Hub) -> None:
    """What the storage says arrives through all that the client wraps it in."""
    hub.fault("PUT", "/lfs/", 403, times=99, message="Quota exceeded")
    assert "(403, Quota exceeded)" in client.refused()


def test_a_slow_hub(client: Client, hub: Hub) -> None:
    """A little is waited for; a commit that takes longer than the client waits is there once all the same."""
    hub.fault("POST", "/preupload/", delay=0.3)
    hub.fault("POST", "/commit/", delay=1.2)
    client.published(patch="hub_retries.TIMEOUT_S = 0.8")
    assert len(hub.repos[NAME].commits) == 2
    assert data(contents(client.folder)) == data(files(hub.repos[NAME]))
    hub.fault("GET", "/refs", delay=0.5, times=99)
    assert "the Hub did not answer in time; try again later" in client.refused(patch="hub_retries.TIMEOUT_S = 0.3")
    assert hub.asked("POST", "/commit/") >= 2


# What is there is not ours, or not of our kind.


def _newer(version: int) -> Callable[[Mapping[str, File]], dict[str, File]]:
    def change(there: Mapping[str, File]) -> dict[str, File]:
        table = parquet.read_table(pyarrow.BufferReader(there["data/traces/run-1.parquet"].content))
        return _written(table.replace_schema_metadata({"pytest_ood.trace_version": str(version)}))

    return change


def _more_columns(there: Mapping[str, File]) -> dict[str, File]:
    table = parquet.read_table(pyarrow.BufferReader(there["data/traces/run-1.parquet"].content))
    return _written(table.append_column("mood", pyarrow.array(["good"] * table.num_rows)))


def _written(table: Any) -> dict[str, File]:
    sink = pyarrow.BufferOutputStream()
    parquet.write_table(table, sink)
    return {"data/traces/run-1.parquet": File(sink.getvalue().to_pybytes(), True)}


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda _: {"README.md": File(b"# Our own", False)}, "not a pytest-ood dataset, so nothing was done"),
        (_more_columns, "org/failures/data/traces/run-1.parquet: mood: this pytest-ood does not know this column"),
        (_newer(3), "written by a newer pytest-ood (trace version 3); upgrade pytest-ood"),
        (_newer(0), "its trace version is 0, which pytest-ood has never written"),
        (lambda _: {"runs/run-1.json": File(b"{", False)}, "cannot be read as JSON"),
        (lambda _: {"data/traces/run-1.parquet": File(b"PAR1", True)}, "not a file of a pytest-ood dataset"),
    ],
    ids=["card", "columns", "newer", "never", "summary", "parquet"],
)
def test_what_is_there_and_not_of_our_kind_is_left_alone(
    client: Client, change: Callable[[Mapping[str, File]], dict[str, File]], why: str
) -> None:
    """Nothing is added to it, and nothing overwritten."""
    repo = client.put()
    repo.add(change(repo.head.files))
    export(client.folder, some(12, "run-2"), summary())
    assert why in client.refused()


def test_a_dataset_of_somebody_else_is_not_even_downloaded(client: Client, hub: Hub) -> None:
    """It may be huge, and it may have no card."""
    hub.create(NAME, private=True).add({"data/train.parquet": File(b"x" * 100, True)})
    assert "not a pytest-ood dataset" in client.refused()
    assert hub.asked("GET", "/lfs/") == 0


# What may not go out.


@pytest.mark.parametrize(
    ("fields", "where"),
    [
        (
            {"detail": '{"said":"my-own-secret-value"}'},
            "row 0: detail: contains the value of the environment variable MY_API_KEY",
        ),
        (
            {"messages": [{"role": "user", "content": f"token {WRITER}?"}]},
            "row 0: messages: contains the value of the environment variable HF_TOKEN",
        ),
    ],
)
def test_a_row_with_a_key_is_not_published(client: Client, hub: Hub, fields: dict[str, Any], where: str) -> None:
    """The message names file, row and field, and not the key; nothing is asked of the hub."""
    export(client.folder, [trace(50, "run-2", **fields)], summary())
    output = client.refused(MY_API_KEY="my-own-secret-value")
    assert where in output
    assert "; nothing was sent; remove it" in output
    assert "my-own" not in output
    assert "abcdefghijklmnop" not in output
    assert hub.requests == []


def test_a_folder_with_faults_is_not_published(client: Client, hub: Hub) -> None:
    """A row that breaks the schema, and a folder that is half-written."""
    path = client.folder / "data" / "traces" / "run-1.parquet"
    table = parquet.read_table(path)
    place = table.column_names.index("outcome")
    parquet.write_table(table.set_column(place, "outcome", pyarrow.array(["maybe"] * 10)), path)
    assert "data/traces/run-1.parquet row 0: outcome: 'maybe' is not one of" in client.refused()
    (client.folder / ".ood-done").mkdir()
    assert "incomplete: an export was interrupted" in client.refused()
    assert hub.requests == []


def test_hostile_text_goes_up_as_it_is(client: Client, hub: Hub) -> None:
    """Nothing in it is obeyed: not in the card, and not on the way."""
    row = trace(50, "run-2", "wrong", response=HOSTILE, model=HOSTILE, probe="../../etc/passwd", answer_given=None)
    export(client.folder, [row], summary())
    output = client.published()
    assert (HOSTILE, "../../etc/passwd") in {(row["response"], row["probe"]) for row in rows(hub.repos[NAME], "traces")}
    assert "\x1b" not in output
    assert all(
        re.fullmatch(r"(README\.md|curves\.svg|runs/[\w-]+\.json|data/\w+/[\w-]+\.parquet)", path)
        for path in files(hub.repos[NAME])
    )


# Fetching.

FETCH = """
import sys
from pytest_ood.dataset.folder import DatasetError
from pytest_ood.dataset.hub import fetch
try:
    print(fetch(sys.argv[1]))
except DatasetError as error:
    print("error:", error)
"""


def fetched(client: Client, name: str, **environment: str) -> dict[str, bytes]:
    """The files of a dataset that has been fetched."""
    where = client.python(FETCH, name, **environment).stdout.strip()
    assert not where.startswith("error:"), where
    return {str(path.relative_to(where)): path.read_bytes() for path in Path(where).rglob("*") if path.is_file()}


def test_a_dataset_is_fetched_and_then_there(client: Client, hub: Hub) -> None:
    """As it is, or as it was at a revision; offline and with the hub gone once it was loaded."""
    first = data(contents(client.folder))
    client.published()
    export(client.folder, some(12, "run-2"), summary(probe="test_other"))
    client.published()
    hub.repos[NAME].add({"huge.bin": File(b"x", True)})
    assert data(contents(client.folder)) == data(fetched(client, NAME))
    assert first == data(fetched(client, f"{NAME}@run-run-1"))
    assert first == data(fetched(client, f"{NAME}@run-run-1", HF_HUB_OFFLINE="1"))
    assert data(contents(client.folder)) == data(fetched(client, NAME, HF_ENDPOINT="http://127.0.0.1:9"))
    assert hub.asked("GET", "huge") == 0


@pytest.mark.parametrize(
    ("name", "environment", "why"),
    [
        ("org/none", {}, "no such dataset, or it is private; check the name"),
        (f"{NAME}@none", {}, "the dataset has no such revision; name a tag, a branch or a commit of it"),
        (f"{NAME}@", {}, "has no valid revision; write ORG/NAME@REVISION"),
        ("nonsense", {}, "'nonsense' cannot be the name of a dataset; write ORG/NAME"),
        ("org/other", {}, "not a pytest-ood dataset; give another name"),
        (NAME, {"HF_HUB_OFFLINE": "1"}, "the Hub cannot be reached, and the dataset is not fully cached"),
        (NAME, {"HF_ENDPOINT": "http://127.0.0.1:9"}, "the Hub cannot be reached, and the dataset is not fully cached"),
        (NAME, {"HF_TOKEN": ""}, "no such dataset, or it is private"),
        (NAME, {"HF_TOKEN": "hf_wrong"}, "the Hub does not accept the token (401)"),
    ],
)
def test_what_cannot_be_fetched(hub: Hub, tmp_path: Path, name: str, environment: dict[str, str], why: str) -> None:
    """Each has its own words."""
    hub.create(NAME, private=True).add({"README.md": File(CANARY.encode(), False)})
    hub.create("org/other").add({"README.md": File(b"Another", False)})
    output = Client(tmp_path, hub).python(FETCH, name, **environment).stdout
    assert output.startswith("error: ")
    assert why in output


def test_a_download_that_broke_off_is_not_taken_for_whole(client: Client, hub: Hub) -> None:
    """Online it goes on; offline it is refused."""
    client.put()
    hub.fault("GET", "/lfs/", 403, times=1)
    hub.fault("GET", "/lfs/", 403, times=1)
    assert client.python(FETCH, NAME).stdout.startswith("error: ")
    assert client.python(FETCH, NAME, HF_HUB_OFFLINE="1").stdout.startswith("error: ")
    assert data(contents(client.folder)) == data(fetched(client, NAME))


def test_the_hub_by_hand(tmp_path: Path) -> None:
    """`python tests/hub.py` says what to set, and serves until its input ends."""
    script = Path(__file__).parents[1] / "hub.py"
    with subprocess.Popen(
        [sys.executable, script, "--home", tmp_path], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        lines = [process.stdout.readline().strip() for _ in range(5)]
        variables = dict(line.removeprefix("export ").split("=", 1) for line in lines)
        code = "import json, huggingface_hub as hub; print(json.dumps(hub.HfApi().whoami()['name']))"
        done = subprocess.run(
            [sys.executable, "-c", code], env=os.environ | variables, capture_output=True, text=True, check=True
        )
        assert json.loads(done.stdout) == "somebody"
        process.communicate("")
    assert process.returncode == 0
