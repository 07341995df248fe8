"""What small talk is replied to, and with what."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from retrieval.dialogue.small_talk import LISTED, news, reply
from retrieval.text.messages import SmallTalk
from retrieval.types import Article, Question


def _articles() -> list[tuple[str, Article]]:
    dates = [None, "2031-05-02", "2031-05-03T08:00:00Z", None, "2030-01-01", "2031-05-03", "2029-01-01"]
    return [("public", Article(str(n), f" Title {n} ", "Text.", published=date)) for n, date in enumerate(dates)]


def _asked(text: str) -> Question:
    return Question(text=text, libraries=("public",))


def test_a_list_of_articles_cites_their_whole_titles() -> None:
    answer = reply(SmallTalk.ABOUT, _asked("What do you know?"), _articles(), 7)
    assert len(answer.statements) == LISTED
    assert answer.total == 7
    for said, cited in zip(answer.statements, answer.citations, strict=True):
        assert (cited.field, cited.start, cited.end) == ("title", 0, len(cited.article.title))
        assert said.text == cited.quote == cited.article.title
        assert said.citations == (cited.number,)


def test_the_news_comes_newest_first_and_undated_last_each_with_its_day() -> None:
    answer = news(_asked("What's new?"), _articles()[:5], 5)
    assert [cited.article.id for cited in answer.citations] == ["2", "1", "4", "3", "0"]
    assert [said.text for said in answer.statements[::2]] == [
        "Title 2 (3 May 2031)",
        "Title 4 (1 January 2030)",
        "Title 0 (no date)",
    ]


@pytest.mark.parametrize(
    ("asked", "note"),
    [("2031-05-03", None), ("2031-05-09", "The newest article is of 3 May 2031.")],
)
def test_of_which_day_the_newest_article_is_is_told_unless_it_is_today(asked: str, note: str | None) -> None:
    question = replace(_asked("What's new?"), asked=dt.date.fromisoformat(asked))
    assert news(question, _articles(), 7).note == note


def test_what_came_in_since_one_last_asked_is_told_alone() -> None:
    question = replace(_asked("What's new?"), last_told=dt.datetime(2031, 5, 2, tzinfo=dt.UTC))
    answer = news(question, _articles(), 7, _articles()[4:6], 2)
    assert answer.note == "2 articles have come in since you last asked."
    assert [cited.article.id for cited in answer.citations] == ["5", "4"]
    assert answer.total == 2


def test_where_nothing_came_in_that_is_told_with_the_newest_there_is() -> None:
    question = replace(_asked("What's new?"), last_told=dt.datetime(2031, 5, 2, tzinfo=dt.UTC))
    answer = news(replace(question, asked=dt.date(2031, 5, 9)), _articles(), 7)
    assert answer.note == "Nothing has come in since you last asked. The newest there is, of 3 May 2031 and before:"
    assert len(answer.statements) == LISTED


def test_an_article_without_a_title_is_named_by_its_first_line() -> None:
    article = Article("a", "", "\n First line.\nSecond line.")
    cited = reply(SmallTalk.ABOUT, _asked("What is this about?"), [("public", article)], 1).citations[0]
    assert (cited.field, cited.quote) == ("text", "First line.")


def test_an_empty_library_says_how_to_fill_it() -> None:
    answer = reply(SmallTalk.NEWS, _asked("What's new?"), [], 0)
    assert answer.citations == ()
    assert "no articles" in answer.text
    assert "byline add" in answer.text


@pytest.mark.parametrize("kind", [SmallTalk.GREETING, SmallTalk.THANKS, SmallTalk.FAREWELL, SmallTalk.HELP])
def test_talk_about_byline_itself_needs_no_citation(kind: SmallTalk) -> None:
    answer = reply(kind, _asked("Hi"), _articles(), 7)
    assert answer.answered
    assert answer.citations == ()
