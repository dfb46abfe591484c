"""--ood-ray, on a real cluster of two nodes that runs on this machine: `make ray`."""

import os
from collections.abc import Iterator
from typing import Any

import pytest

from pytest_ood.models.base import ModelError, RateLimited
from pytest_ood.models.pool.calls import Opening
from pytest_ood.models.pool.ray_actors import ray_pool
from pytest_ood.models.pool.workers import PooledModel
from tests.models.test_pool import failure_of, is_alive, make, open_model, using, wait_for  # noqa: F401 -- a fixture
from tests.plugin.conftest import COULD_NOT_ASK, Suite, suite  # noqa: F401 -- a fixture
from tests.plugin.test_many_processes import calls, cells

ray = pytest.importorskip("ray", reason="Ray is not installed; `make ray` installs it and runs these tests")
pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore:::ray")]

# Right about half of the words; each line of the file is a call, with the node on which it was made.
FUNCTION = """
import os
import pathlib
import re
import time

HERE = pathlib.Path(__file__).parent


def answer(messages):
    import ray

    where = ray.get_runtime_context().get_node_id() if ray.is_initialized() else "here"
    question = messages[-1]["content"].splitlines()[0]
    with (HERE / "calls.txt").open("a") as file:
        file.write(f"{where} {question}\\n")
    with (HERE / "pids.txt").open("a") as file:
        file.write(f"{os.getpid()}\\n")
    time.sleep(0.05)
    word = re.findall(r"Spell (\\w+) backward", question)[-1]
    return f"<answer>{word[::-1] if word < 'd' else word}</answer>"
"""
ARGS = ("--ood-model=python:ood_mine:answer", "--ood-samples=40", "--ood-undecided=fail", "--ood-concurrency=4")
WHOLE = 3 * 40


@pytest.fixture(scope="module")
def cluster() -> Iterator[Any]:
    """Two nodes; the head has room for all actors."""
    from ray.cluster_utils import Cluster

    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    cluster = Cluster(initialize_head=True, head_node_args={"num_cpus": 2, "include_dashboard": False})
    yield cluster
    cluster.shutdown()


@pytest.fixture
def second(cluster: Any) -> Any:
    """The second node."""
    node = cluster.add_node(num_cpus=1)
    yield node
    if node in cluster.list_all_nodes():
        cluster.remove_node(node)


@pytest.fixture
def function(suite: Suite) -> Suite:  # noqa: F811 -- a fixture
    """The suite, and a function to ask."""
    suite.write(FUNCTION, "ood_mine.py")
    return suite


def test_a_node_that_dies_loses_nothing(function: Suite, cluster: Any, second: Any) -> None:
    """Every question has one answer, and only what was on its way is asked twice; the verdicts are the same."""
    args = [*ARGS, "--ood-json=out.json", f"--ood-ray={cluster.address}", "--ood-workers=2"]
    process = function.begin(*args)
    wait_for(lambda: (function.path / "calls.txt").exists() and len({node for node, _ in calls(function)}) == 2)
    cluster.remove_node(second, allow_graceful=False)
    output, _ = process.communicate()
    assert process.returncode == 1, output
    assert "Traceback" not in output
    questions = [question for _, question in calls(function)]
    assert len(set(questions)) == function.answers() == WHOLE
    assert len(questions) <= WHOLE + 4
    assert function.rows("SELECT count(*) FROM answers WHERE error IS NOT NULL") == [(0,)]
    function.run_apart(*ARGS, "--ood-store=here.db", "--ood-json=here.json")
    assert cells(function) == cells(function, "here.json")


def test_no_actor_outlives_who_hired_it(function: Suite, cluster: Any) -> None:
    """The cluster stays, and what was answered is in the store."""
    process = function.begin(*ARGS, f"--ood-ray={cluster.address}", "--ood-workers=1")
    wait_for(lambda: (function.path / "pids.txt").exists() and len(calls(function)) > 20)
    actors = {int(pid) for pid in (function.path / "pids.txt").read_text().split()}
    assert len(actors) == 1
    process.kill()
    process.communicate()
    wait_for(lambda: not any(map(is_alive, actors)))
    assert 0 < function.answers() <= len(calls(function))
    asked = len(calls(function))
    function.run_apart(*ARGS, f"--ood-ray={cluster.address}", "--ood-workers=1")
    questions = [question for _, question in calls(function)]
    assert len(set(questions)) == function.answers() == WHOLE
    assert len(questions) <= WHOLE + 4
    assert asked < WHOLE


def test_an_exception_comes_with_its_data(make: Any, cluster: Any) -> None:  # noqa: F811 -- a fixture
    """As from a process of this machine."""
    del make  # it has written the module
    failure = failure_of(pooled("fail", cluster.address), "RateLimited:{'after': 1.5}")
    assert type(failure) is RateLimited
    assert (str(failure), failure.after) == ("what happened", 1.5)


def test_an_actor_for_which_there_is_no_room(make: Any, cluster: Any) -> None:  # noqa: F811 -- a fixture
    """Says what it needs and what there is."""
    del make
    model = pooled("answer", cluster.address, num_gpus=1)
    with pytest.raises(
        ModelError, match=r"no room for an actor with num_cpus=1, num_gpus=1 in 2 s; the cluster has .*CPU"
    ):
        using(model, lambda model: model.start())


def test_where_there_is_no_cluster(function: Suite) -> None:
    """The model ends at once, with the address."""
    result = function.run_apart(*ARGS, "--ood-ray=127.0.0.1:9", "--ood-workers=1")
    assert result.returncode == COULD_NOT_ASK
    assert "--ood-ray 127.0.0.1:9: no cluster can be reached there" in " ".join(result.stdout.split())


def pooled(name: str, address: str, **options: Any) -> PooledModel:
    """A function of the module, asked in one actor."""
    opening = Opening(f"python:ood_pooled:{name}", {})
    return PooledModel(
        open_model(opening.name, {}), ray_pool(1, [opening], address, options, start_s=2 if options else 60)
    )
