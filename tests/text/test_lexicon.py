"""The word lists: in order, said what they are, and used."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from retrieval.text import lexicon
from tests import ROOT

LISTS = sorted(Path(lexicon.__file__).parent.glob("*.txt"))


def entries(path: Path) -> list[str]:
    return [line for line in path.read_text("utf-8").splitlines() if not line.startswith("#")]


@pytest.mark.parametrize("path", LISTS, ids=lambda path: path.stem)
def test_a_list_says_what_it_is_and_is_sorted_without_repeats(path: Path) -> None:
    lines = path.read_text("utf-8").splitlines()
    assert re.match(r"# \w.{15,}", lines[0])
    keys = [entry.partition(":")[0] for entry in entries(path)]
    assert keys == sorted(set(keys))
    assert all(entry == entry.strip().lower() and entry for entry in entries(path))


def test_every_list_is_loaded_by_somebody() -> None:
    sources = "".join(path.read_text("utf-8") for path in (ROOT / "retrieval").rglob("*.py")).replace("'", '"')
    assert [path.stem for path in LISTS if f'"{path.stem}"' not in sources] == []


def test_a_list_is_given_as_words_as_a_table_and_as_a_pattern() -> None:
    assert "friday" in lexicon.words("weekdays")
    assert lexicon.table("weekdays")["monday"] == ("0",)
    assert re.fullmatch(lexicon.alternatives("weekdays"), "Sunday", re.IGNORECASE)
