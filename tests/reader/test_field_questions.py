"""Questions about the article itself are answered from its fields."""

from __future__ import annotations

import pytest

from retrieval.reader.field_questions import field_asked, read_field
from retrieval.types import Article, Hit

GIVEN = Article("a", "Rain at last", "It rained.", byline="By Mo Lind", published="2031-05-06")
BARE = Article("b", "Rain at last", "It rained.")


def hits(article: Article) -> list[Hit]:
    return [Hit("public", article, 0, len(article.text), 0.03)]


@pytest.mark.parametrize(
    ("question", "quote", "short"),
    [
        ("who wrote this?", "By Mo Lind", "Mo Lind"),
        ("Who wrote this article?", "By Mo Lind", "Mo Lind"),
        ("Who is the author of the story?", "By Mo Lind", "Mo Lind"),
        ("When was this article published?", "2031-05-06", None),
        ("What is the headline?", "Rain at last", None),
        ("What's the title of this article?", "Rain at last", None),
    ],
)
def test_a_field_is_cited_whole(question: str, quote: str, short: str | None) -> None:
    found = read_field(question, hits(GIVEN))
    assert found is not None
    assert found.excerpts[0].text == quote
    assert found.short == short


@pytest.mark.parametrize("question", ["Who wrote this?", "When was this published?"])
def test_what_the_source_does_not_give_is_refused(question: str) -> None:
    found = read_field(question, hits(BARE))
    assert found is not None
    assert not found.excerpts
    assert found.confidence == 0


@pytest.mark.parametrize(
    "question", ["Who wrote the law?", "When was the novel published?", "What is the title of her book?"]
)
def test_questions_about_other_things_are_not_for_the_fields(question: str) -> None:
    assert field_asked(question) is None
