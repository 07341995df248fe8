"""Articles to sentences and passages: exact offsets whatever the text, and the splitter's known mistakes repaired."""

from __future__ import annotations

import os
import re
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from retrieval.index.passages import body, embedded_text, passages
from retrieval.sources.files import read_sources
from retrieval.text.boilerplate import is_boilerplate
from retrieval.text.document import MAX_QUOTATION, sentences, sentences_holding
from retrieval.types import Article, Passage, Span
from tests import SEED

if TYPE_CHECKING:
    from collections.abc import Sequence

ROOT = Path(__file__).parents[2]
DATA = Path(os.environ.get("BYLINE_TEST_DATA", ROOT.parent / "shared" / "data"))
NEWS = DATA / "news" / "articles.jsonl.gz"

PIECES = [
    *["The ferry ran again.", "“It’s late. We wait,” she said.", '"No."', "at 3 p.m. Monday", "U.S.", "J. D. Vance"],
    *["“", "”", '"', "'", "’", "(", ")", "«", "?", "!", ".", "...", ",", "a", "3.", "Sen.", "E!", "-", "* * *", "’s"],
    *[" ", "\n", "\n\n", "\r", "\r\n", "\t", "\v", "\f", "\x1c", "\x85", "\xa0", "\u2028", "\u2029", "\u3000"],
    *["👩‍👩‍👧 ok.", "🇺🇦", "e\u0301", "هل هذا صحيح؟ نعم.", "\u202bשלום. כן.\u202c", "市长说。好！"],
    *["\u200b", "\ufeff", "\ud800", "\0", "x" * 300, "word " * 150],
]
texts = st.one_of(
    st.lists(st.sampled_from(PIECES), max_size=60).map("".join),
    st.lists(st.sampled_from(PIECES), max_size=60).map(" ".join),
    st.text(max_size=300),
)


def count_words(texts: Sequence[str]) -> list[int]:
    return [len(re.findall(r"\w+|[^\w\s]", text)) for text in texts]


def article(text: str, title: str = "A title", **fields: str) -> Article:
    return Article(id="1", title=title, text=text, **fields)


def split(text: str) -> list[str]:
    return [text[each.start : each.end] for each in sentences(text)]


def check_sentences(text: str, found: Sequence[Span], within: Span) -> None:
    """In order, disjoint, stripped, never empty, and leaving out nothing but white space."""
    at = within.start
    for each in found:
        assert at <= each.start < each.end <= within.end
        assert not text[at : each.start].strip()
        assert text[each.start : each.end].strip() == text[each.start : each.end]
        at = each.end
    assert not text[at : within.end].strip()


def check_passages(source: Article, found: Sequence[Passage], window: int) -> None:
    """Exact, whole sentences, in order, none of a report left out, and within the window unless it is one sentence."""
    every = sentences(source.text, body(source)) or sentences(source.text)
    whole = [each for each in every if not is_boilerplate(source.text[each.start : each.end])] or every
    starts, ends = {each.start for each in whole}, {each.end for each in whole}
    for passage in found:
        assert source.text[passage.start : passage.end] == passage.text
        assert passage.start in starts
        assert passage.end in ends
        inside = [each for each in whole if passage.start <= each.start and each.end <= passage.end]
        assert len(inside) == 1 or count_words([embedded_text(source, passage)])[0] <= window
    ordered = [whole[0].start] if whole else []
    for one, two in pairwise(found):
        assert not any(one.end <= each.start < two.start for each in whole)
        ordered.append(two.start)
    assert [passage.start for passage in found] == ordered
    assert not whole or found[-1].end == whole[-1].end


@given(texts, st.data())
@settings(deadline=None)
@example("“" * 30, None)
def test_every_character_but_white_space_belongs_to_one_sentence(text: str, data: st.DataObject | None) -> None:
    check_sentences(text, sentences(text), Span(0, len(text)))
    if data:
        start = data.draw(st.integers(0, len(text)))
        part = Span(start, data.draw(st.integers(start, len(text))))
        check_sentences(text, sentences(text, part), part)


@given(texts, st.integers(1, 80), st.sampled_from([None, "2023-03-20"]))
@settings(deadline=None)
def test_passages_are_exact_and_leave_nothing_out(text: str, window: int, published: str | None) -> None:
    source = Article(id="1", title="The ferry ran again.", text=text, byline="Lee", published=published)
    check_passages(source, passages(source, count_words, window), window)


@pytest.mark.skipif(not NEWS.exists(), reason=f"needs {NEWS.name} (BYLINE_TEST_DATA)")
def test_passages_are_exact_in_thousands_of_news_articles() -> None:
    count = 0
    for source in read_sources([str(NEWS)], max_bytes=2_000_000):
        assert isinstance(source, Article)
        check_sentences(source.text, sentences(source.text), Span(0, len(source.text)))
        for passage in passages(source, count_words, 220):
            assert source.text[passage.start : passage.end] == passage.text
            count += 1
    assert count > 40_000


@pytest.mark.parametrize(
    "text",
    [
        "The ferry sails at 3 p.m. Monday. | It was late.",
        "Doors open at 6 p.m. | The show starts later.",
        "It began at 9 a.m. Eastern European Time. | He slept until 9 p.m. March 4.",
        "Rep. Ana Rossi, R-S.C., voted. | Then-Gov. Lee did not.",
        "The hall is at 308 N. Second Ave. in town. | It is open.",
        "“How late?” she asked. | “Very,” he said.",
        '"We wait," she said. | "We always wait. | Come in',
        "He said: “They wait. They always wait.” | She left.",
        "She read ‘It’s over.’’ | He wept.",
        "Yahoo! reported it first. | Others followed.",
        "3. Minnesota won. | 4. Ohio lost.",
        "Table: 1. Holm 24 points, 2. Orva 21, 3. Tarn 18. | It was cold.",
        "Mr. Lee of St. Mary’s Inc. spoke. | Dr. No did not.",
        "Tar is sticky, e.g. Holm tar. | Brig. Gen. Ole Lund, a.k.a. The Owl, met Asst. Mayor Dahl.",
        "It rose 3 percent in Feb. | The bank agreed. | See Lund et al. 2019. | She is from Calif. Lund is not.",
        "They play Utd. Holm on Sat. Nov. 3. | It is closed Mon. | Tuesday is free.",
        "👩‍👩‍👧 Yes! | 🇺🇦 No? | Maybe.",
        "市长说话。 | 他走了。",
    ],
)
def test_sentences_end_where_a_reader_would_say(text: str) -> None:
    expected = text.split(" | ")
    assert split(" ".join(expected)) == expected


@settings(max_examples=50)
@example(text=SEED.read_text(), start=700, length=900)
@given(text=st.text(alphabet="aB .\n“”"), start=st.integers(0, 40), length=st.integers(1, 40))
def test_the_sentences_around_a_span_are_those_of_the_whole_text(text: str, start: int, length: int) -> None:
    parts = [Span(start, start + length), Span(start + 2 * length, start + 3 * length)]
    around = [s for s in sentences(text) if any(s.start < part.end and part.start < s.end for part in parts)]
    assert sentences_holding(text, parts) == around


def test_paragraphs_and_lines_end_sentences() -> None:
    assert split("A title\nBy Keane\nA text, it\n\nseems") == ["A title", "By Keane", "A text, it", "seems"]


def test_lines_broken_by_an_editor_are_one_sentence() -> None:
    text = (
        "Ferry runs again\n\n"
        "The ferry across the harbour ran again on Friday after a week of\n"
        "repairs, the mayor said, and the first to board was a baker of the\n"
        "old town. He had waited since dawn, and carried forty loaves for the\n"
        "island.\n"
        "- The ferry runs daily."
    )
    assert [each.split()[0] for each in split(text)] == ["Ferry", "The", "He", "-"]


def test_a_quotation_longer_than_any_answer_is_cut_at_its_sentence_ends() -> None:
    said = " ".join(f"We wait for the ferry of {day} May." for day in range(1, 31))
    found = split(f"“{said} We go.” Then he left.")
    assert found[0] == "“We wait for the ferry of 1 May."
    assert found[-2:] == ["We go.”", "Then he left."]
    assert max(map(len, found)) < MAX_QUOTATION


def test_an_unclosed_quotation_mark_does_not_stop_the_splitter() -> None:
    text = "“We wait. " * 20_000
    assert len(sentences(text)) == 20_000


def test_a_passage_prefers_to_end_with_a_paragraph() -> None:
    text = "One two three four. Five six seven eight.\n\nNine ten eleven twelve. And the last of all."
    found = passages(article(text, "T"), count_words, 17)
    assert [passage.text for passage in found] == text.split("\n\n")


def test_no_short_passage_is_left_at_the_end() -> None:
    found = passages(article("One two three four. " * 9, "T"), count_words, 41)
    assert [len(sentences(passage.text)) for passage in found] in ([5, 4], [4, 5])


def test_a_sentence_too_long_for_the_window_is_a_passage_alone() -> None:
    text = "Short one. " + "Word " * 40 + "end. Short two."
    found = passages(article(text), count_words, 20)
    assert [passage.text.split()[0] for passage in found] == ["Short", "Word", "Short"]


def test_title_and_date_are_counted_and_embedded_but_not_in_the_passage() -> None:
    text = "One two three. Four five six."
    plain, dated = (
        article(text, "Ferry runs"),
        article(text, "Ferry runs", published="2023-03-20T14:05:00Z"),
    )
    assert len(passages(plain, count_words, 10)) == 1
    first, second = passages(dated, count_words, 14)
    assert embedded_text(dated, first) == "Ferry runs (2023-03-20)\nOne two three."
    assert embedded_text(plain, second) == "Ferry runs\nFour five six."


def test_a_title_of_any_length_leaves_room_for_the_passage() -> None:
    source = article("One two three.", "A long title " * 100)
    [passage] = passages(source, count_words, 256)
    assert embedded_text(source, passage).endswith("One two three.")
    assert len(embedded_text(source, passage)) < 300


@pytest.mark.parametrize(
    ("text", "byline", "kept"),
    [
        ("A title\n\nBy Keane\n\nA text.", "Keane", "A text."),
        ("# A title\nby Keane\nA text.", "Keane", "A text."),
        ("\nBy Keane\n\nA text.", "By Keane", "A text."),
        ("A title\n\nBy Lee\n\nA text.", "Keane", "By Lee\n\nA text."),
        ("A title of more\n\nA text.", "Keane", "A title of more\n\nA text."),
        ("A title ##\n\nA text.", None, "A text."),
        ("A title##\n\nA text.", None, "A title##\n\nA text."),
        ("A title\n\nA title\n\nA text.", None, "A title\n\nA text."),
        ("A text.\n\nA title", None, "A text.\n\nA title"),
    ],
)
def test_a_head_that_repeats_title_and_byline_is_left_out(text: str, byline: str | None, kept: str) -> None:
    source = Article(id="1", title="A title", text=text, byline=byline)
    assert source.text[body(source).start :] == kept
    assert passages(source, count_words, 99)[0].text == kept.removeprefix("By Lee\n\n"), "a byline is no report"


def test_a_run_of_blanks_takes_time_in_proportion() -> None:
    source = Article(id="1", title="A title", text=f"A{' ' * 1_000_000}B\n\nA text.")
    assert body(source).start == 0  # in no time; with a quadratic pattern in more than the test's time limit


def test_a_text_of_only_its_title_is_a_passage() -> None:
    source = article("A title\n")
    assert passages(source, count_words, 99) == [Passage(0, 7, "A title")]


def test_tokens_are_counted_once_for_an_article() -> None:
    calls: list[int] = []

    def counting(texts: Sequence[str]) -> list[int]:
        calls.append(len(texts))
        return count_words(texts)

    passages(article("One. Two. Three. " * 50), counting, 20)
    assert calls == [151]
