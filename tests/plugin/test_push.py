"""--ood-push and --ood-public through the whole plugin, to a local hub."""

import subprocess
from pathlib import Path

import pytest

from tests.dataset.making import contents
from tests.hub import READER, WRITER, Hub
from tests.plugin.conftest import COULD_NOT_ASK, PROBE, Suite

NAME = "org/failures"
LURED = ("--ood-model=fake/lured", f"--ood-push={NAME}")


class Pushing:
    """The suite, run where the hub is known."""

    def __init__(self, suite: Suite, hub: Hub) -> None:
        self.suite, self.hub = suite, hub

    def run(self, *args: str, token: str | None = WRITER, **env: str) -> "subprocess.CompletedProcess[str]":
        """A run in a process of its own; its output never holds the token."""
        named = self.hub.environment(self.suite.path / "home", token) | env
        done = self.suite.run_apart(*args, env={"HF_TOKEN": "", **named})
        assert "Traceback" not in done.stdout
        assert WRITER not in done.stdout
        return done

    def folder(self) -> Path:
        """Where the dataset of the one run lies that was not asked to be exported."""
        (folder,) = (self.suite.path / ".ood" / "push").iterdir()
        return folder


@pytest.fixture
def pushing(suite: Suite, hub: Hub) -> Pushing:
    """The usual probe, and a hub."""
    return Pushing(suite, hub)


def test_a_run_is_published_at_its_end(pushing: Pushing, hub: Hub) -> None:
    """Privately, from a folder next to the store; what is uploaded and where is reported."""
    done = pushing.run(*LURED)
    assert done.returncode == pytest.ExitCode.TESTS_FAILED, done.stdout
    repo, folder = hub.repos[NAME], pushing.folder()
    assert repo.private
    assert set(repo.tags) == {f"run-{folder.name}"}
    assert set(contents(folder)) == set(repo.head.files) - {".gitattributes"}
    starts = ("dataset: ", "to publish: ", "published: ")
    dataset, preview, published = (line for line in done.stdout.splitlines() if line.startswith(starts))
    assert dataset == f"dataset: .ood/push/{folder.name} (22 failures, 33 traces)"
    assert preview.startswith("to publish: 22 failures, 33 traces, 1 run, fake/lured, ")
    assert published.startswith(f"published: {hub.url}/datasets/{NAME} (run-{folder.name}, 6 files, ")


def test_a_second_run_adds_what_is_new(pushing: Pushing, hub: Hub) -> None:
    """From a folder of its own, or from the one that has both; the control arm is shared and sent once."""
    pushing.run(*LURED, "--ood-export=data")
    first = hub.repos[NAME].head.files
    done = pushing.run("--ood-model=fake/copy", f"--ood-push={NAME}", "--ood-export=data", "--ood-public")
    assert f"--ood-push {NAME}: {NAME}: it is private; leave out --public" in done.stdout
    done = pushing.run("--ood-model=fake/copy", f"--ood-push={NAME}")
    assert "published: " in done.stdout
    after = hub.repos[NAME].head.files
    new = after.keys() - first.keys()
    assert len(new) == 3
    assert hub.repos[NAME].head.uploaded == sum(len(after[name].content) for name in (*new, "README.md", "curves.svg"))


def test_a_public_one_by_the_ini_file_and_over_two_workers(pushing: Pushing, hub: Hub) -> None:
    """Published once, by the process that hands out the tests."""
    ini = (pushing.suite.path / "pytest.ini").read_text()
    pushing.suite.write(f"{ini}ood_push = {NAME}\nood_public = true\n", "pytest.ini")
    done = pushing.run("--ood-model=fake/lured", "-n2")
    assert done.stdout.count("published: ") == 1, done.stdout
    assert not hub.repos[NAME].private
    assert len(hub.repos[NAME].commits) == 2


def test_the_same_again_sends_nothing(pushing: Pushing, hub: Hub) -> None:
    """The store answers all of it: a new run with no new row, of which only its summary is news."""
    pushing.run(*LURED, "--ood-export=data")
    files = hub.repos[NAME].head.files
    done = pushing.run(*LURED, "--ood-export=data")
    assert "dataset: data (0 failures, 0 traces)" in done.stdout
    new = hub.repos[NAME].head.files.keys() - files.keys()
    assert [name.partition("/")[0] for name in new] == ["runs"]


# What can be said before anything is asked is.


@pytest.mark.parametrize(
    ("args", "env", "why"),
    [
        (
            ["--ood-push=cats"],
            {},
            "--ood-push cats: 'cats' cannot be the name of a dataset; write ORG/NAME, for example my-org/failures",
        ),
        (
            [f"--ood-push={NAME}"],
            {"HF_TOKEN": ""},
            f"--ood-push {NAME}: no token for the Hub; log in with `hf",
        ),
        ([f"--ood-push={NAME}"], {"HF_HUB_OFFLINE": "1"}, f"--ood-push {NAME}: HF_HUB_OFFLINE is set; unset it"),
    ],
)
def test_what_cannot_be_pushed_is_reported_at_the_start(
    pushing: Pushing, hub: Hub, args: list[str], env: dict[str, str], why: str
) -> None:
    """Nothing is asked of a model, nor of the hub."""
    done = pushing.run("--ood-model=fake/oracle", *args, **env)
    assert done.returncode == pytest.ExitCode.USAGE_ERROR
    assert f"ERROR: {why}" in done.stdout
    assert not pushing.suite.store.exists() or not pushing.suite.answers()
    assert hub.requests == []


# What goes wrong at the end leaves the folder, and says how to go on.


def test_a_push_that_fails_fails_the_session_and_leaves_the_folder(pushing: Pushing, hub: Hub) -> None:
    """With the command that publishes it later, which works."""
    hub.fault("GET", "/api/datasets/", 403, times=99, message="Not today")
    done = pushing.run("--ood-model=fake/oracle", f"--ood-push={NAME}", "--ood-public")
    assert done.returncode == pytest.ExitCode.INTERNAL_ERROR
    folder = f".ood/push/{pushing.folder().name}"
    later = f"publish {folder} {NAME} --public"
    assert f"dataset: {folder} (0 failures, 57 traces)" in done.stdout
    assert f"--ood-push {NAME}: {NAME}: the token is not allowed to do this (403, Not today)" in done.stdout
    assert f"the dataset is kept; publish it with: pytest-ood {later}\n" in done.stdout
    assert "2 robust of 2 cells" in done.stdout
    hub.faults.clear()
    code = f"import sys; from pytest_ood.cli import main; sys.exit(main({later.split()!r} + ['--yes']))"
    script = pushing.suite.write(code, "later.py")
    with pytest.MonkeyPatch.context() as patch:
        for name, value in hub.environment(pushing.suite.path / "home").items():
            patch.setenv(name, value)
        assert pushing.suite.pytester.runpython(script).ret == 0
    assert set(contents(pushing.suite.path / folder)) == set(hub.repos[NAME].head.files) - {".gitattributes"}


def test_a_token_without_the_right(pushing: Pushing, hub: Hub) -> None:
    """Known only at the end: the answers are paid for, and kept."""
    done = pushing.run(*LURED, token=READER)
    assert done.returncode == pytest.ExitCode.INTERNAL_ERROR
    assert "403" in done.stdout
    assert len(contents(pushing.folder())) == 6
    assert hub.repos == {}


def test_an_answer_with_a_key_in_it_stays_here(pushing: Pushing, hub: Hub) -> None:
    """The row is named, the key is not, and nothing is sent."""
    pushing.suite.write(
        "def pytest_ood_model(name):\n    if name == 'mine':\n        return lambda messages: 'sk-' + 'a1B2' * 8\n",
        "conftest.py",
    )
    done = pushing.run("--ood-model=mine", f"--ood-push={NAME}")
    assert done.returncode == pytest.ExitCode.INTERNAL_ERROR
    assert "row 0: response: contains what looks like a key (sk-...); nothing was sent" in done.stdout
    assert hub.repos == {}


def test_a_run_without_an_answer_is_not_published(pushing: Pushing, hub: Hub) -> None:
    """There is nothing to publish."""
    done = pushing.run("--ood-model=fake/fatal", f"--ood-push={NAME}")
    assert f"nothing was asked, so there is nothing to publish in {NAME}" in done.stdout
    assert done.returncode == COULD_NOT_ASK
    assert hub.requests == []


def test_a_run_that_was_cut_short_is_not_published(pushing: Pushing, hub: Hub) -> None:
    """By Ctrl-C: the message says how to publish what there is."""
    pushing.suite.write(PROBE.replace("assert ood.robust", "raise KeyboardInterrupt"))
    done = pushing.run("--ood-model=fake/oracle", f"--ood-push={NAME}")
    cut = f"--ood-push {NAME}: the run was interrupted and nothing was sent; publish it with: pytest-ood publish .ood/"
    assert cut in done.stdout
    assert done.returncode == pytest.ExitCode.INTERRUPTED
    assert hub.requests == []


@pytest.mark.parametrize("args", [["--ood-dry-run"], ["--ood-certify"]])
def test_where_nothing_is_asked_nothing_is_published(pushing: Pushing, hub: Hub, args: list[str]) -> None:
    """A dry run, a certification."""
    pushing.run(*LURED, *args)
    assert hub.requests == []


def test_a_published_seed_is_used_up(pushing: Pushing) -> None:
    """A later run with it is warned, before it asks and in the end; one with another seed, or a replay, is not."""
    warning = f"seed 0 is published with {NAME} ("
    assert warning not in pushing.run(*LURED).stdout
    assert pushing.run("--ood-model=fake/oracle").stdout.count(warning) == 2
    assert warning not in pushing.run("--ood-model=fake/oracle", "--ood-seed=1").stdout
    assert warning not in pushing.run("--ood-model=fake/oracle", f"--ood-replay={NAME}").stdout
