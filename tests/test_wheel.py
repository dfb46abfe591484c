"""What is installed by pip alone: the schemas and the probes travel in the wheel."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
TOYS = ("arithmetic", "automata", "convolution", "path_star", "reversal")


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from this checkout and unpacked."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "site")
    return folder / "site"


def test_contents(installed: Path) -> None:
    """The typed package, its schemas and its probes, and nothing that was left lying about."""
    names = {str(path.relative_to(installed)) for path in installed.rglob("*") if path.is_file()}
    probes = {f"pytest_ood/probes/{path.name}" for path in (ROOT / "probes").glob("*.py")}
    schemas = {f"pytest_ood/schemas/{path.name}" for path in (ROOT / "schemas").glob("*.json")}
    data = {str(path.relative_to(ROOT)) for path in (ROOT / "pytest_ood/families").rglob("data/*")}
    assert len(data) == 6
    toys = {f"pytest_ood/models/toy/data/{toy}.{kind}" for toy in TOYS for kind in ("npz", "json")}
    page = {f"pytest_ood/report/html/templates/report.{suffix}" for suffix in ("html.j2", "css", "js")}
    page.add("pytest_ood/report/figures/figure.css")
    assert names >= probes | schemas | data | toys | page | {"pytest_ood/py.typed"}
    assert not [name for name in names if "__pycache__" in name or name.startswith("tests")]


def test_the_wheel_is_small(installed: Path) -> None:
    """The toys take under 3 MB of under 6 MB."""
    (wheel,) = installed.parent.glob("*.whl")
    assert wheel.stat().st_size < 6e6
    assert sum(path.stat().st_size for path in installed.glob("pytest_ood/models/toy/data/*")) < 3e6


def test_probes_run_from_the_wheel(installed: Path, tmp_path: Path) -> None:
    """``pytest --pyargs pytest_ood.probes`` runs our probes where nothing but the wheel is there."""
    environment = {**os.environ, "PYTHONPATH": str(installed), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    run = [sys.executable, "-m", "pytest", "-p", "pytest_ood.plugin", "--pyargs", "pytest_ood.probes"]
    options = ["--ood-model=fake/oracle", "--ood-json=verdicts.json", f"--ood-store={tmp_path / 'store.db'}"]
    done = subprocess.run([*run, *options], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    assert " robust of " in done.stdout
    assert (tmp_path / "verdicts.json").exists()
