"""What a question asks for, and which spans of a sentence are of that kind."""

from __future__ import annotations

import pytest

from retrieval.reader.answer_type import fitting_spans, kind_asked


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("Who opened the bridge?", "name"),
        ("when did it open", "date"),
        ("In what year did it open?", "date"),
        ("Where is the bridge?", "place"),
        ("Which European city built it?", "place"),
        ("How old is the mayor?", "age"),
        ("How long did it take?", "duration"),
        ("How many people came?", "number"),
        ("Why was it late?", "cause"),
        ("Did the mayor come?", "truth"),
        ("What did the mayor see?", "other"),
    ],
)
def test_the_kind_is_read_from_the_question(question: str, kind: str) -> None:
    assert kind_asked(question) == kind


@pytest.mark.parametrize(
    ("question", "sentence", "found"),
    [
        ("Who opened it?", "The bridge was opened by Karin Falk.", ["Karin Falk"]),
        ("Who met Karin Falk?", "Karin Falk met Per Dahl.", ["Per Dahl"]),
        ("When did it open?", "It opened on Friday after a delay.", ["Friday"]),
        ("When did it open?", "It opened on 3 March 1998.", ["3 March 1998"]),
        ("Where did they meet?", "They met in Lisbon on Monday.", ["Lisbon"]),
        ("How old is he?", "The 54-year-old driver has 3 sons.", ["54"]),
        ("How long was it?", "The two-day visit ended.", ["two-day"]),
        ("How many came?", "Some 1,200 people came.", ["1,200"]),
        ("What came?", "Some 1,200 people came.", []),
    ],
)
def test_spans_of_the_kind_that_say_something_new_are_found(question: str, sentence: str, found: list[str]) -> None:
    spans = fitting_spans(kind_asked(question), sentence, question)
    assert [sentence[span.start : span.end] for span in spans] == found
