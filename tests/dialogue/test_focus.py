"""A follow-up is read in what the conversation is about first."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from retrieval.citations import Excerpt, state
from retrieval.dialogue.focus import (
    circles,
    conversation_focus,
    in_context,
    is_within,
    names_its_subject,
    of_articles,
    read_in_focus,
)
from retrieval.pipeline import ReadNews
from retrieval.search import FOCUS
from retrieval.types import Article, Extract, Focus, Hit, Question, QuotationList, Refusal, Turn

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from retrieval.types import Answer
    from tests.parts import Parts

CONCERT = Article("concert", "Ida Strand sings in Holm", "Ida Strand sings in Holm on 4 May. The hall seats 900.")
FAIR = Article("fair", "Fair opens", "Tickets for the fair of Orne cost nine crowns.")
ENCORE = Article("encore", "Strand sings again", "Ida Strand sings again in June. Tickets cost forty crowns.")


def _cited(article: Article, library: str = "public") -> Extract:
    statements, citations = state([Excerpt(library, article, 0, article.text.index(".") + 1)])
    asked = "When does Ida Strand sing in Holm?"
    return Extract(asked, asked, statements, citations, total=1)


def _hit(article: Article) -> Hit:
    return Hit("public", article, 0, len(article.text), 1.0)


def _asked(text: str, *turns: Answer, libraries: tuple[str, ...] = ("public",)) -> Question:
    return Question(text=text, libraries=libraries, history=tuple(Turn(answer.question, answer) for answer in turns))


class _Prices:
    """Answers from the first hit that tells of crowns, and remembers what it was given."""

    def __init__(self) -> None:
        self.given: list[list[str]] = []

    def answer(self, question: Question, hits: Sequence[Hit]) -> Answer:
        self.given.append([hit.article.id for hit in hits])
        priced = next((hit for hit in hits if "crowns" in hit.text), None)
        if priced is None:
            return Refusal(question.text, question.text)
        statements, citations = state([Excerpt(priced.library, priced.article, priced.start, priced.end)])
        return Extract(question.text, question.text, statements, citations, total=1)


def test_the_focus_are_the_articles_last_cited_and_the_names_last_asked_about() -> None:
    refused = Refusal("Who conducts?", "Who conducts?")
    focus = conversation_focus("How much are the tickets?", _asked("", _cited(CONCERT), refused))
    assert focus == Focus((("public", "concert"),), ("Ida Strand", "Holm"))


def test_a_question_is_about_whom_it_names_itself() -> None:
    assert conversation_focus("Who is Bo Renn?", _asked("", _cited(CONCERT))).names == ("Bo Renn",)
    assert conversation_focus("How old is Strand?", _asked("", _cited(CONCERT))).names == ("Strand",)


def test_names_typed_small_are_told_by_the_articles_cited() -> None:
    typed = replace(_cited(CONCERT), question="when is strand in holm?", standalone_question="when is strand in holm?")
    assert conversation_focus("How much are the tickets?", _asked("", typed)).names == ("Strand", "Holm")


def test_of_the_articles_in_focus_those_about_what_was_asked_go_first() -> None:
    focus = Focus((("public", "fair"), ("public", "concert")), ("Holm",))
    question = replace(_asked("What did the mayor say?"), focus=focus)
    own, _ = circles(question, [_hit(FAIR), _hit(CONCERT)])
    assert [hit.article.id for hit in own] == ["concert", "fair"]


def test_an_article_that_does_not_name_somebody_new_is_not_read_for_them() -> None:
    focus, reader = Focus((("public", "encore"),), ("Bo Renn",)), _Prices()
    question = Question(text="How much does Bo Renn ask?", libraries=("public",), focus=focus)
    assert not read_in_focus(reader, question, [_hit(ENCORE), _hit(FAIR)]).answered
    assert reader.given == [[]]


def test_a_country_is_named_by_what_is_of_it() -> None:
    greek = Article("greek", "Trains", "Two Greek trains collided. Tickets cost forty crowns.")
    focus, reader = Focus((("public", "encore"),), ("Greece",)), _Prices()
    question = Question(text="How much were the tickets in Greece?", libraries=("public",), focus=focus)
    assert read_in_focus(reader, question, [_hit(ENCORE), _hit(FAIR), _hit(greek)]).answered
    assert reader.given == [["greek"]]


class _Lists:
    """Lists the words of one speaker in every article that there is, whatever was found."""

    def answer(self, question: Question, hits: Sequence[Hit]) -> Answer:
        excerpts = [Excerpt("public", article, 0, len(article.text)) for article in (CONCERT, FAIR)]
        statements, citations = state(excerpts if hits else [])
        return QuotationList(question.text, question.text, statements, citations, total=len(excerpts))


def test_what_somebody_said_is_of_the_conversation_where_no_topic_is_told() -> None:
    focus = conversation_focus("What did Bo Renn say?", _asked("", _cited(CONCERT)))
    assert focus.names == ("Ida Strand", "Holm")
    question = Question(text="What did Bo Renn say?", libraries=("public",), focus=focus)
    answer = read_in_focus(_Lists(), question, [_hit(CONCERT), _hit(FAIR)])
    assert [cited.article for cited in answer.citations] == [CONCERT]
    assert not is_within(question, [_hit(CONCERT), _hit(FAIR)])
    assert is_within(replace(question, text="What did Strand say?"), [_hit(CONCERT), _hit(FAIR)])


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Why did Bo Renn resign?", True),
        ("And why did Bo Renn resign?", False),
        ("Why did he leave Holm?", False),
        ("How much is it?", False),
    ],
)
def test_a_question_may_name_its_subject(text: str, *, names: bool) -> None:
    assert names_its_subject(text) is names


def test_a_follow_up_is_read_after_the_last_questions_and_what_answered_them_in_short() -> None:
    before = [("who wrote it?", "Bo Renn"), ("who runs  the pool now?", "Ann Lee"), ("Is it open?", None)]
    assert in_context("how old is she", before) == (
        "Before: who runs the pool now (Ann Lee); Is it open. Now: how old is she"
    )
    assert in_context("How old is Ann Lee?", []) == "How old is Ann Lee?"
    assert len(in_context("why", [("who " * 900, None)])) < 150


def test_the_first_question_has_no_focus() -> None:
    assert conversation_focus("How old is Ida Strand?", _asked("")) == Focus()


def test_what_is_of_a_library_that_is_not_asked_is_no_focus() -> None:
    assert conversation_focus("Where?", _asked("", _cited(CONCERT, "elsewhere"))).articles == ()


def test_the_cited_articles_are_read_first_then_what_holds_the_names() -> None:
    focus, reader = Focus((("public", "concert"),), ("Ida Strand",)), _Prices()
    question = Question(text="How much are the tickets?", libraries=("public",), focus=focus)
    answer = read_in_focus(reader, question, [_hit(FAIR), _hit(ENCORE), _hit(CONCERT)])
    assert reader.given == [["concert"], ["encore", "concert"]]
    assert [cited.article.id for cited in answer.citations] == ["encore"]


def test_what_is_about_others_answers_no_follow_up() -> None:
    focus, reader = Focus((("public", "concert"),), ("Ida Strand",)), _Prices()
    question = Question(text="How much are the tickets?", libraries=("public",), focus=focus)
    assert not read_in_focus(reader, question, [_hit(FAIR), _hit(CONCERT)]).answered


def test_the_focus_holds_what_any_of_the_last_answers_cites_the_newest_first() -> None:
    focus = conversation_focus("How much are the tickets?", _asked("", _cited(CONCERT), _cited(FAIR)))
    assert focus.articles == (("public", "fair"), ("public", "concert"))


def test_nothing_else_is_read_for_what_nobody_named() -> None:
    focus, reader = Focus((("public", "concert"),), ("Ida Strand",)), _Prices()
    question = Question(text="How much does it cost?", libraries=("public",), focus=focus)
    assert not read_in_focus(reader, question, [_hit(ENCORE), _hit(CONCERT)]).answered
    assert reader.given == [["concert"]]


def test_a_refusal_names_the_nearest_even_where_nothing_holds_the_names() -> None:
    question = Question(text="How much is it?", libraries=("public",), focus=Focus(names=("Bo Renn",)))
    answer = read_in_focus(_Prices(), question, [_hit(FAIR)])
    assert [hit.article.id for hit in answer.trace.hits] == ["fair"]


def test_of_quotations_those_of_the_cited_articles_are_shown() -> None:
    statements, citations = state([Excerpt("public", article, 0, 10) for article in (CONCERT, FAIR)])
    answer = of_articles(QuotationList("?", "?", statements, citations, total=2), {("public", "fair")})
    assert [cited.article.id for cited in answer.citations] == ["fair"]
    assert [said.text for said in answer.statements] == [FAIR.text[:10]]
    assert [cited.number for cited in answer.citations] == [1]
    assert isinstance(of_articles(answer, set()), Refusal)


def test_who_wrote_about_somebody_is_asked_of_the_article_headed_so() -> None:
    focus = Focus((("public", "encore"), ("public", "concert")))
    text = Article("talk", "A talk", "Ida Strand and others talk.")
    question = Question(text="Who wrote the article about Ida Strand?", libraries=("public",), focus=focus)
    question = replace(question, focus=Focus((("public", "talk"), *focus.articles)))
    own, _ = circles(question, [_hit(text), _hit(CONCERT), _hit(ENCORE)])
    assert [hit.article.id for hit in own] == ["encore", "concert", "talk"]


def test_of_equal_reports_the_one_in_focus_is_found_first(parts: Parts, article: Callable[..., Article]) -> None:
    parts.articles.stage("public", [article(f"fair {n}", "Tickets for the fair cost nine crowns.") for n in range(4)])
    parts.library.index()
    focus = Focus((("public", "fair 3"), ("public", "gone")))
    question = Question(text="How much are the tickets?", libraries=("public",), focus=focus)
    first, second = parts.search.search(question, 2)
    assert first.article.id == "fair 3"
    assert first.score == pytest.approx(second.score + FOCUS, abs=0.1)


class _OfStrand:
    """Finds both articles, and answers where the one on Ida Strand is among the hits."""

    def search(self, question: Question, limit: int) -> list[Hit]:
        assert question.libraries
        return [_hit(FAIR), _hit(ENCORE)][:limit]

    def answer(self, question: Question, hits: Sequence[Hit]) -> Answer:
        if all(hit.article is not ENCORE for hit in hits):
            return Refusal(question.text, question.text)
        return replace(_cited(ENCORE), question=question.text)


@pytest.mark.parametrize(
    ("text", "is_asked_alone"),
    [("what did ida strand say", True), ("who is for ida strand?", True), ("what did she say", False)],
)
def test_what_names_a_new_subject_in_small_letters_is_asked_alone(text: str, *, is_asked_alone: bool) -> None:
    found = _OfStrand()
    focus = Focus((("public", "fair"),), ("Orne",))
    question = Question(text=text, libraries=("public",), focus=focus, in_context="Before: the fair. Now: " + text)
    reading = ReadNews(question, found, found, 5, may_stand_alone=True)
    assert reading.answer(reading.search(), None).answered is is_asked_alone
