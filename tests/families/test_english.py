"""The list of words, read again line by line."""

import re

from pytest_ood.families.english import frequent_words, is_word, word_list
from tests.families.grids.looked_up import COMMON, FURTHER, KNOWN
from tests.families.raw_data import DATA


def test_the_list_of_words():
    """Sorted words of 3 to 5 letters a to z, each once; roman numerals are no words."""
    for section in (COMMON, FURTHER):
        assert section == sorted(section, key=lambda word: (len(word), word))
        assert all(re.fullmatch("[a-z]{3,5}", word) for word in section)
    assert len(KNOWN) == len(COMMON) + len(FURTHER)
    for size, common, further in [(3, 481, 349), (4, 1902, 1338), (5, 3530, 3093)]:
        assert common == sum(len(word) == size for word in COMMON)
        assert further == sum(len(word) == size for word in FURTHER)
    assert KNOWN.isdisjoint({"xii", "xvii", "xviii", "mfg", "bldg", "asst"})
    assert {"cat", "tree", "house", "ill", "civil", "aloe", "qadi", "zloty"} <= KNOWN


def test_slurs_are_left_out():
    """Neither shown nor accepted; these stood in the lists or in their sources."""
    slurs = {
        "dagos",
        "darky",
        "dyke",
        "dyked",
        "fagot",
        "gook",
        "gypsy",
        "jew",
        "kike",
        "queer",
        "sissy",
        "spic",
        "wog",
    }
    assert KNOWN.isdisjoint(slurs)


def test_frequent_words():
    """Common words of five letters in alphabetical order, without the rare ones, names and spellings of speech."""
    words = frequent_words()
    assert len(words) == 1594
    assert list(words) == sorted(set(words))
    assert set(words) <= set(word_list(5))
    assert {"about", "house", "women", "zones"} <= set(words)
    assert {"haler", "uteri", "celli", "peter", "china", "gonna", "horny"}.isdisjoint(words)


def test_the_notice_of_the_list():
    """The terms on which the list may be passed on are passed on with it."""
    header = (DATA / "data" / "words.txt").read_text("utf-8").split("\n# common\n")[0]
    assert all(line.startswith("#") for line in header.splitlines())
    flat = " ".join(header.replace("#", " ").split())
    assert "Copyright 2000-2011 by Kevin Atkinson Permission to use, copy, modify, distribute and sell" in flat
    assert "WordNet 1.6 Copyright 1997 by Princeton University" in flat
    assert "Copyright 1993, Geoff Kuenning" in flat
    assert "Modified: only words of 3, 4 and 5 letters" in flat
    assert "wordfreq 3.1.1 (Robyn Speer; its data is under CC BY-SA 4.0)" in flat


def test_words_by_length():
    """What other files may use: the common words by length, and whether any text is a word."""
    for length in (3, 4, 5):
        assert word_list(length) == tuple(word for word in COMMON if len(word) == length)
    assert all(is_word(word) for word in KNOWN)
    assert not any(map(is_word, ["", "Cat", "cat ", "catt", "#", "common", "ct", "cat\nace"]))
