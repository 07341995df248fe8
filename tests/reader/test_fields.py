"""Questions about the article itself are answered from its fields."""

from __future__ import annotations

import pytest

from retrieval.text.questions import article_field
from retrieval.types import Answer, Article, Hit, Question
from tests.fakes import word_reader

GIVEN = Article("a", "Rain at last", "It rained.", byline="By Mo Lind", published="2031-05-06")
BARE = Article("b", "Rain at last", "It rained.")


def ask(text: str, article: Article) -> Answer:
    hit = Hit("public", article, 0, len(article.text), 0.03)
    return word_reader().answer(Question(text=text, libraries=("public",)), [hit])


@pytest.mark.parametrize(
    ("question", "quote", "short"),
    [
        ("who wrote this?", "By Mo Lind", "Mo Lind"),
        ("Who wrote about the rain?", "By Mo Lind", "Mo Lind"),
        ("Who wrote this article?", "By Mo Lind", "Mo Lind"),
        ("Who is the author of the story?", "By Mo Lind", "Mo Lind"),
        ("When was this article published?", "2031-05-06", None),
        ("What is the headline?", "Rain at last", None),
        ("What's the title of this article?", "Rain at last", None),
    ],
)
def test_a_field_is_cited_whole(question: str, quote: str, short: str | None) -> None:
    answer = ask(question, GIVEN)
    assert [cited.quote for cited in answer.citations] == [quote]
    assert answer.short == short


@pytest.mark.parametrize("question", ["Who wrote this?", "When was this published?"])
def test_what_the_source_does_not_give_is_refused(question: str) -> None:
    answer = ask(question, BARE)
    assert not answer.answered
    assert answer.confidence == 0


@pytest.mark.parametrize(
    "question", ["Who wrote the law?", "When was the novel published?", "What is the title of her book?"]
)
def test_questions_about_other_things_are_not_for_the_fields(question: str) -> None:
    assert article_field(question) is None
