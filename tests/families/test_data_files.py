"""The data files are what the published cases were made from."""

import hashlib

import pytest

from pytest_ood.families.data_files import data_lines
from tests.families.raw_data import DATA, raw

# What is published can be drawn again, and is judged alike, only as long as these stay as they are.
DIGESTS = {
    "data/words.txt": "b88740f71b912a418fdf4d2d529d652eb394de2e10aa726aa66142dc1c1c427d",
    "grids/data/sudoku.txt": "7ad3b7a3f8572caf4698dc79c72699710949d8bc6284bae90a0ff0e39ef8f940",
    "grids/data/words_grids.txt": "96973161a213df02b29bf2b9f465337430729f5dc81b1c9b18ec9ef74bf74cfd",
    "reversal/data/elements.txt": "a393d2c97bb40ad91c3e1f7735e700d6751e5fbc2b475e2e156ae2a1273ff5e0",
    "reversal/data/parents.txt": "e9689762b8617a68df54bfbf1dcdcba9f3503e463bb2c924b254b66707448525",
    "reversal/data/texts.txt": "844a6aa66c749de2e929e62b8f354d0e9920e997541fc7bb4ea340f79d26ca15",
}


@pytest.mark.parametrize("name", DIGESTS)
def test_a_data_file_is_pinned(name):
    """A byte more, less or other would change cases or judgements of the version."""
    assert hashlib.sha256((DATA / name).read_bytes()).hexdigest() == DIGESTS[name]


def test_every_data_file_is_pinned():
    """A file that is added is added to the digests, too."""
    assert {str(path.relative_to(DATA)) for path in DATA.rglob("data/*")} == set(DIGESTS)


def test_comments_are_left_out():
    """The tasks read the lines that are not comments."""
    assert data_lines(DATA / "reversal/data/elements.txt") == raw("reversal/data/elements.txt").splitlines()
