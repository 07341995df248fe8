"""What the benchmark of attributions counts, on rows of our own."""

from __future__ import annotations

import re
from typing import Any

from benchmarks.ablation import rules, without
from benchmarks.attribution import by_kind, measure, table
from retrieval.quotes import attributions
from retrieval.quotes.extraction import quotes
from retrieval.types import Article

TEXT = (
    "“The pier is safe,” Ruth Adler said. Tom Bauer said that it was “quite mad.” Mo Quill thinks it leaks. Rain fell, "
    "and the works, by all accounts of Ned Hall, stopped."
)


def label(source: str, cue: str, content: str, *, direct: bool = False) -> dict[str, Any]:
    spans = {
        name: [[[TEXT.index(text), TEXT.index(text) + len(text)]]] for name, text in (("s", source), ("c", content))
    }
    return {"cue": cue, "direct_quote": direct, "source_spans": spans["s"], "content_spans": spans["c"]}


ROW = {
    "id": "a",
    "text": TEXT,
    "attributions": [
        label("Ruth Adler", "said", "“The pier is safe,”", direct=True),
        label("Ruth Adler", "said", "that it was “quite mad.”"),  # another's, so that this speaker is wrong
        label("Mo Quill", "thinks", "it leaks"),
        label("Ned Hall", "by all accounts of", "stopped"),
    ],
}


def test_labels_are_counted_by_kind_with_those_found_and_their_speakers() -> None:
    lines = {line.split()[0]: line.split()[1:] for line in by_kind(measure([ROW])).splitlines()[1:]}
    assert lines == {
        "direct": ["1", "100.0%", "100.0%"],
        "indirect": ["2", "50.0%", "100.0%"],
        "mixed": ["1", "100.0%", "0.0%"],
    }


def test_direct_quotations_are_scored_with_names_told_by_hand() -> None:
    start = TEXT.index("“")
    named = [{"id": "a", "start": start, "end": start + 10, "names": ["Ruth Adler"]}]
    shown = table(measure([ROW], named))
    assert re.search(r"direct quotations found +100.0% +100.0%", shown)
    assert re.search(r"direct, name right +100.0%  of 1", shown)


def test_a_rule_that_is_switched_off_finds_nothing_and_is_on_again_afterwards() -> None:
    article = Article("a", "A pier", "The pier is safe, according to Ruth Adler.")
    rule = next(rule for rule in rules(attributions) if rule.name == "attributions._according")
    whole = quotes(article)
    with without(rule):
        assert quotes(article) == []
    assert quotes(article) == whole != []


def test_word_lists_are_rules_too_and_public_functions_are_none() -> None:
    names = {rule.name for rule in rules(attributions)}
    assert "attributions._SHOWING" in names
    assert "attributions.attributions" not in names
