"""Whether a message asks, and what of something that somebody else wrote."""

from __future__ import annotations

import pytest

from retrieval.dialogue import standalone
from retrieval.dialogue.subjects import asked_about, looks_like_question


@pytest.mark.parametrize(
    ("text", "asks"),
    [
        ("what did Xi say", True),
        ("Rain tomorrow?", True),
        ("is the bridge open yet lol", True),
        ("lol ok", False),
        ("hi there!", False),
        ("I was there on Monday.", False),
        ("", False),
        ("???", False),
    ],
)
def test_a_question_is_told_from_talk(text: str, *, asks: bool) -> None:
    assert looks_like_question(text) is asks


@pytest.mark.parametrize(
    ("text", "subject", "asked"),
    [
        ("", "The ferry sank on Monday.", "The ferry sank on Monday."),
        ("is that true?", "The ferry sank on Monday.", "The ferry sank on Monday."),
        ("?", "The ferry sank on Monday.", "The ferry sank on Monday."),
        ("anybody know?", "What did Rona Blair say?", "What did Rona Blair say?"),
        ("thanks!", "What did Rona Blair say?", "What did Rona Blair say?"),
        ("What did she say?", "Rona Blair on tolls", "What did Rona Blair say?"),
        ("why?", "the harbour of Port Ellen is closed", "The harbour of Port Ellen is closed, and why?"),
        ("tolls and fares", "Ferries in Port Ellen", "Ferries in Port Ellen tolls and fares"),
    ],
)
def test_what_is_asked_of_what_somebody_else_wrote(text: str, subject: str, asked: str) -> None:
    question, turns = asked_about(text, subject)
    assert standalone(question, turns) == asked
