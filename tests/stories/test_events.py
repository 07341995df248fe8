"""Which articles report one event."""

from __future__ import annotations

from retrieval.stories.events import beginning, events
from retrieval.types import Article


def report(name: str, title: str, text: str) -> Article:
    return Article(name, title, text, published="2031-05-06")


CRANE = "A crane fell into the harbour of Strand in a storm and shut it. "


def test_reports_of_one_event_in_other_words_are_put_together() -> None:
    found = events(
        [
            report("a", "Crane shuts harbour of Strand", CRANE),
            report("b", "Herring is back", "Fishermen of Ellby landed herring again after five years. "),
            report("c", "Storm brings down crane", "The harbour of Strand is shut, since a crane fell in the storm. "),
        ]
    )
    assert found == [[0, 2], [1]]


def test_what_tells_of_many_events_is_in_no_story() -> None:
    roundups = ["5 things to know for May 6: Crane, Herring ...", "Crane, Herring, New mayor", "News from around Norr"]
    found = events([report(title, title, CRANE) for title in ("Crane shuts Strand", "Crane falls", *roundups)])
    assert found == [[0, 1], [2], [3], [4]]


def test_a_report_begins_behind_its_headline_marked_as_heading_or_not() -> None:
    for headline in ("Crane shuts Strand's port", "# Crane shuts Strand's port"):
        article = report("a", "Crane shuts Strand's port", f"{headline}\n\n{CRANE}")
        first = beginning(article)[0]
        assert article.text[first.start : first.end] == CRANE.strip()
