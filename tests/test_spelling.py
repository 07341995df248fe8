"""Slips of the keyboard in a question: put right by the words of the articles, and nothing else changed."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest

from retrieval.pipeline import Pipeline, ReadNews
from retrieval.spelling import Speller, respelling
from retrieval.types import Article, Hit, Question, Refusal
from tests.fakes import WordEncoder, word_reader
from tests.parts import opened

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from retrieval.types import Answer

CRANE = Article(
    "crane",
    "Crane collapses in Strand",
    "The crane collapsed on Monday, the harbour inspector Anders Quist reported. Fifteen dockers were evacuated, and "
    "the government promised a new one. A minister was heckled.",
)
ORDINARY = {"what", "did", "say", "about", "the", "seat", "seal", "lifted", "who", "crane", "was", "by", "in", "of"}


class Pieces(WordEncoder):
    """Reads ordinary words as one piece, and others as two."""

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return [1 if text.lower() in ORDINARY else 2 for text in texts]


@pytest.fixture(scope="module")
def respelled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], str]]:
    with opened(tmp_path_factory.mktemp("spelling")) as parts:
        parts.articles.stage("public", [CRANE])
        parts.articles.stage("other", [Article("other", "Lighthouse", "The lighthouse keeper evicted Andrea Quirt.")])
        parts.library.index()
        speller = Speller(parts.articles, parts.lexical, Pieces())
        asked = dt.date(2031, 5, 2)
        yield lambda text: speller.respelled(Question(text=text, libraries=("public",), asked=asked)).text


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("wich crane colapsed", "which crane collapsed"),
        ("Waht did Anders Qiust report?", "What did Anders Quist report?"),
        ("who was evacauted by teh inspecter", "who was evacuated by the inspector"),
        ("what did the goverment promise", "what did the government promise"),
        ("how many dockets were there", "how many dockers were there"),
        ("what did quisr report", "what did Quist report"),
    ],
)
def test_a_slip_is_the_word_of_the_articles(respelled: Callable[[str], str], typed: str, meant: str) -> None:
    assert respelled(typed) == meant


@pytest.mark.parametrize(
    "text",
    [
        "what did Anders Quirt say",  # another name of as many letters
        "who lifted the seal",
        "who was the heckler",  # of another ending than "heckled"
        "whos the inspector",
        "what did the keeper of the lighthuose say",  # a word of another library
        "What did NATO say about Strand2?",
        "",
        "?" * 300,
        "collapsedd " * 100,
    ],
)
def test_other_names_ordinary_words_and_other_libraries_are_left_alone(
    respelled: Callable[[str], str], text: str
) -> None:
    assert respelled(text) == text


def test_what_was_taken_for_what_is_told_but_for_small_words() -> None:
    assert respelling("wich crane colapsed", "which crane collapsed") == "“colapsed” is taken for “collapsed”."
    assert respelling("Who fell?", "Who fell?") is None


def test_a_question_is_answered_as_it_was_meant_and_says_so(tmp_path: Path) -> None:
    with opened(tmp_path) as parts:
        parts.articles.stage("public", [CRANE])
        parts.library.index()
        speller = Speller(parts.articles, parts.lexical, Pieces())
        pipeline = Pipeline(parts.search, word_reader(0.0), parts.articles, limit=5, speller=speller)
        answer = pipeline.answer(Question(text="wich crane colapsed", libraries=("public",)))
    assert (answer.question, answer.standalone_question) == ("wich crane colapsed", "which crane collapsed")
    assert answer.note == "“colapsed” is taken for “collapsed”."


class _Reading:
    """An answerer that remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def answer(self, question: Question, hits: Sequence[Hit]) -> Answer:  # noqa: ARG002  (the protocol's)
        self.asked.append(question.text)
        return Refusal(question.text, question.text)


class _Finding:
    """A retriever that finds the same whatever is asked."""

    def __init__(self, hits: Sequence[Hit]) -> None:
        self.hits = list(hits)

    def search(self, question: Question, limit: int) -> list[Hit]:  # noqa: ARG002  (the protocol's)
        return self.hits[:limit]


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("who saw ann lund in holm?", "who saw Ann Lund in Holm?"),
        ("Who saw Ann Lund in holm?", "Who saw Ann Lund in holm?"),  # not typed small
        ("who sold the boat", "who sold the boat"),
    ],
)
def test_names_typed_small_are_read_as_the_articles_spell_them(typed: str, read: str) -> None:
    text = "In Holm a boat was sold. Ann Lund saw it."
    hits = (Hit("public", Article("boat", "Boat sold", text), 0, len(text), 1.0),)
    reader = _Reading()
    ReadNews(Question(text=typed, libraries=("public",)), _Finding(hits), reader, 5).answer(hits, None)
    assert reader.asked == [read]
