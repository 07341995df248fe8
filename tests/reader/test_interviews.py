"""What an interview asks is answered with what is said to it there."""

from __future__ import annotations

import pytest

from retrieval.reader.attribution import read_interview
from retrieval.types import Article, Hit, Question

LABELLED = Article(
    "reed",
    "Five minutes with Ida Reed",
    "The flautist Ida Reed plays in Holm on Sunday.\n\n"
    "Q: When did you start to play?\n\nA: At nine. I had no choice.\n\n"
    "Q: What did you learn from your first teacher?\n\nA: Silence. She never spoke to me.\n\n"
    "Q: How much does your flute cost?\n\nA: More than my house.",
    byline="By Otto Brand",
)
BARE = Article(
    "roos",
    "Vera Roos and her bread",
    "Vera Roos opens her bakery, Night Rye, in Tarn next week.\n\n"
    "**Why did you choose Tarn?**\n\nThe river. I want to hear it when I work.\n\n"
    "**How many people will work there?**\n\nThree. My sister, my son and I.\n\n"
    "**Who taught you to bake?**\n\nMy aunt Ebba, in one winter.",
)


@pytest.mark.parametrize(
    ("article", "asked", "first", "short"),
    [
        (LABELLED, "What did Ida Reed learn from her teacher?", "Silence.", "Silence"),
        (LABELLED, "When did Reed start to play?", "At nine.", None),
        (BARE, "Why did Vera Roos choose Tarn?", "The river.", "The river"),
        (BARE, "How many people will work at Night Rye?", "Three.", "Three"),
        (BARE, "Who taught Roos to bake?", "My aunt Ebba", "My aunt Ebba, in one winter"),
    ],
)
def test_what_somebody_is_asked_there_is_answered_in_their_words(
    article: Article, asked: str, first: str, short: str | None
) -> None:
    answer = read_interview(Question(text=asked, libraries=("public",)), [_whole(article)], threshold=0.5)
    assert answer is not None
    assert answer.statements[0].text.startswith(first)
    assert answer.short == short


@pytest.mark.parametrize(
    "asked",
    [
        "Where did Ida Reed start to play?",
        "When did Reed start to sing?",
        "When did Vera Roos start to play?",
        "When did you start to play?",
        "How many flutes does Ida Reed have?",
    ],
)
def test_what_nobody_is_asked_there_is_left_to_others(asked: str) -> None:
    question = Question(text=asked, libraries=("public",))
    assert read_interview(question, [_whole(LABELLED)], threshold=0.5) is None


def _whole(article: Article) -> Hit:
    return Hit("public", article, 0, len(article.text), 0.03)
