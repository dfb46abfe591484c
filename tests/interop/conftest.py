"""A dataset of every family, with answers of every outcome that a model can give."""

import importlib.util
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from pytest_ood.cli import main
from pytest_ood.dataset.read import read_traces
from pytest_ood.evidence.trace import Trace

ROOT = Path(__file__).parents[2]
Convert = Callable[[str], Path]

# Inspect's model for tests counts tokens by a vocabulary that is downloaded, unless it is found here.
_litellm = importlib.util.find_spec("litellm")
assert _litellm is not None
assert _litellm.origin is not None
_VOCABULARY = Path(_litellm.origin).parent / "litellm_core_utils" / "tokenizers"
os.environ.setdefault("TIKTOKEN_CACHE_DIR", str(_VOCABULARY))


@pytest.fixture(scope="session")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The dataset of a run of all bundled probes."""
    folder = tmp_path_factory.mktemp("run")
    models = [f"--ood-model=fake/{name}" for name in ("noisy-0.6", "lured", "truncated", "refused")]
    options = ["--ood-quick", "--ood-samples=3", "--ood-max-samples=3", "--ood-export=data", "--ood-store=store.db"]
    strategies = ["--ood-strategy=direct", "--ood-strategy=cot"]
    command = [sys.executable, "-m", "pytest", str(ROOT / "probes"), "--rootdir=.", "-c", os.devnull, "--tb=no", "-q"]
    ran = subprocess.run(
        [*command, *models, *strategies, *options], cwd=folder, capture_output=True, text=True, check=False
    )
    assert ran.returncode in (0, 1), ran.stdout + ran.stderr
    return folder / "data"


@pytest.fixture(scope="session")
def traces(dataset: Path) -> list[Trace]:
    """Its traces."""
    found = [trace for _, trace in read_traces(dataset, "traces")]
    assert {trace.outcome for trace in found} == {"correct", "wrong", "unparsed", "truncated", "refused"}
    assert len({trace.task for trace in found}) == 35
    return found


@pytest.fixture(scope="session")
def converted(dataset: Path, tmp_path_factory: pytest.TempPathFactory) -> Convert:
    """Convert the dataset by the command line, once into each format."""
    done: dict[str, Path] = {}

    def convert(to: str) -> Path:
        if to not in done:
            done[to] = tmp_path_factory.mktemp("converted") / to
            assert main(["convert", str(dataset), "--to", to, "-o", str(done[to])]) == 0
        return done[to]

    return convert
