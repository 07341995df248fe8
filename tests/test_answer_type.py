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
        ("Since when is it open?", "date"),
        ("It opened when?", "date"),
        ("What did the mayor see when it opened?", "other"),
        ("Why did those who came leave?", "cause"),
        ("What happened in the town where it stands?", "other"),
        ("By whom was it opened?", "name"),
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
        ("When was it built?", "It was built in 75 BC, or in the late 4th century.", ["75 BC", "4th century"]),
        ("Where did they meet?", "They met in Lisbon on Monday.", ["Lisbon"]),
        ("Where do they live?", "They live in the Netherlands now.", ["Netherlands"]),
        ("How old is he?", "The 54-year-old driver has 3 sons.", ["54"]),
        ("How long was it?", "The two-day visit ended.", ["two-day"]),
        ("How many came?", "Some 1,200 people came.", ["1,200"]),
        ("What came?", "Some 1,200 people came.", []),
    ],
)
def test_spans_of_the_kind_that_say_something_new_are_found(question: str, sentence: str, found: list[str]) -> None:
    spans = fitting_spans(kind_asked(question), sentence, question)
    assert [sentence[span.start : span.end] for span in spans] == found
