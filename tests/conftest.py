"""What all tests share."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

from tests.hub import Hub

if TYPE_CHECKING:
    from tests.client import Client

pytest_plugins = ["pytester"]

# A slow machine is no failure; where a change is judged the examples are the same every time.
settings.register_profile("here", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "here")


@pytest.fixture
def hub() -> Iterator[Hub]:
    """A local Hugging Face hub, with nothing in it."""
    with Hub() as serving:
        yield serving


@pytest.fixture
def client(tmp_path: Path, hub: Hub) -> "Client":
    """A machine that may write to the hub, with a dataset of ten traces of one run."""
    from tests.client import Client
    from tests.dataset.making import export, some, summary

    made = Client(tmp_path, hub)
    export(made.folder, some(10), summary())
    return made
