"""Did somebody say that: word for word, in other words, somebody else, or nobody."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from retrieval.quotes.verification import Outcome, cited, told, verify
from retrieval.store.articles import Articles, open_engine
from retrieval.store.quotes import AmbiguousSpeaker, Quotations
from retrieval.types import Article
from tests.parts import publish

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from retrieval.quotes.verification import Verification

PORT = Article(
    "port",
    "Mayor Lee: “The harbour is ours”",
    "Mayor Ann Lee spoke on Monday. “We don’t need 40 new cranes in the harbour. The ferry to Oslo stays,” Lee "
    "said.\n\n"
    "Lee said that the bridge would open in spring.\n\n"
    "“The budget is a ‘work of fiction’ from start to end,” said Bo Wu, an engineer. “Lee told me: ‘Nobody counts the "
    "boats,’” Wu said.\n\n"
    "Wu did not say that the tunnel was flooded.",
    published="2031-05-02",
)
LIBRARY = ("public",)


@pytest.fixture
def articles(tmp_path: Path) -> Iterator[Articles]:
    stored = Articles(open_engine(tmp_path))
    publish(stored, PORT)
    yield stored
    stored.close()


def check(articles: Articles, quoted: str, speaker: str | None = None, library: str = "public") -> Verification:
    return verify(Quotations(articles.engine), (library,), quoted, speaker)


@pytest.mark.parametrize(
    "quoted",
    [
        "We don’t need 40 new cranes in the harbour.",
        "we don't need 40 NEW cranes in the harbour",
        "“The ferry to Oslo stays”",
        "'40 new cranes in the harbour. The ferry to Oslo'",
        "the bridge would open in spring",
        "The harbour is ours",
    ],
)
def test_the_same_words_are_found_whatever_their_case_and_marks(articles: Articles, quoted: str) -> None:
    verdict = check(articles, quoted, "lee")
    assert (verdict.outcome, verdict.speaker, verdict.exact) == (Outcome.VERBATIM, "Ann Lee", True)
    assert verdict.found
    assert verdict.found.quote.name == "Ann Lee"


def test_words_that_go_on_behind_who_said_them_are_found(articles: Articles) -> None:
    two = Article(
        "two", "Two", "“The sea rises every year,” said Cy Berg.\n\n“Nobody here listens,” Berg said. He left."
    )
    publish(articles, two)
    verdict = check(articles, "The sea rises every year. Nobody here listens", "Berg")
    assert verdict.outcome is Outcome.VERBATIM
    assert [one.text for one in cited(verdict)] == [
        "“The sea rises every year,” said Cy Berg.",
        "“Nobody here listens,” Berg said.",
    ]


@pytest.mark.parametrize(
    "quoted",
    [
        "We do not need 40 more cranes in the harbour",
        "we don't need forty new cranes in our harbour",
        "In spring the bridge opens",
        "The ferry to Oslo will stay",
    ],
)
def test_close_words_are_found_as_other_words(articles: Articles, quoted: str) -> None:
    verdict = check(articles, quoted, "Ann Lee")
    assert (verdict.outcome, verdict.exact) == (Outcome.REWORDED, False)
    assert told(verdict).startswith(f"Not in these words. Asked: “{quoted}”")


@pytest.mark.parametrize(
    "quoted",
    [
        "We don’t need 14 new cranes in the harbour",  # another number
        "We don’t need fifty new cranes in the harbour",
        "We don’t need new cranes in 40 harbours of Bergen",  # another name
        "The ferry to Bergen stays",
        "the ferry to bergen stays",
        "We need 40 new cranes in the harbour",  # not negated
        "The ferry to Oslo never stays",  # negated
        "Mayor Ann Lee spoke on Monday",  # nobody's words
        "We build a new airport",
        "ghostly new cranes",  # few words, of which one is missing
        "the",
        "?!",
        "",
    ],
)
def test_what_was_not_said_is_not_found(articles: Articles, quoted: str) -> None:
    for speaker in ("Lee", "Wu", None):
        verdict = check(articles, quoted, speaker)
        assert (verdict.outcome, verdict.found) == (Outcome.NOT_FOUND, None)
        assert cited(verdict) == ()


@pytest.mark.parametrize(
    ("quoted", "speaker", "exact"),
    [
        ("The budget is a ‘work of fiction’ from start to end", "Lee", True),
        ("This budget is a work of fiction from the start", "Lee", False),
        ("The ferry to Oslo stays", "Bo Wu", True),
        ("The ferry to Oslo stays", "Cy Zed", True),
        ("Nobody counts the boats", "Wu", True),  # he quotes her
    ],
)
def test_the_words_of_another_are_that_others(articles: Articles, quoted: str, speaker: str, exact: bool) -> None:
    verdict = check(articles, quoted, speaker)
    assert verdict.found
    assert (verdict.outcome, verdict.exact) == (Outcome.ELSEWHERE, exact)
    assert verdict.found.quote.name != verdict.speaker
    assert verdict.found.quote.name in told(verdict)


def test_what_the_article_says_was_not_said_is_told_as_that(articles: Articles) -> None:
    verdict = check(articles, "the tunnel was flooded", "Wu")
    assert (verdict.outcome, verdict.found) == (Outcome.NOT_FOUND, None)
    assert told(verdict) == "No: by the article, Bo Wu did not say so."
    assert [one.text for one in cited(verdict)] == ["Wu did not say that the tunnel was flooded."]
    for other in ("Lee", None):
        assert cited(check(articles, "the tunnel was flooded", other)) == ()


def test_nobody_in_particular_may_be_asked_about(articles: Articles) -> None:
    verdict = check(articles, "a work of fiction")
    assert verdict.found
    assert (verdict.outcome, verdict.found.quote.name, verdict.speaker) == (Outcome.VERBATIM, "Bo Wu", None)


def test_a_role_is_whoever_has_it_in_the_article(articles: Articles) -> None:
    verdict = check(articles, "The ferry to Oslo stays", "the mayor")
    assert (verdict.outcome, verdict.speaker) == (Outcome.VERBATIM, "Ann Lee")


def test_the_words_in_the_article_are_cited_by_their_sentences(articles: Articles) -> None:
    verdict = check(articles, "the harbour. The ferry")
    assert verdict.part
    assert PORT.text[verdict.part.start : verdict.part.end] == "the harbour. The ferry"
    [one] = cited(verdict)
    assert one.text == "“We don’t need 40 new cranes in the harbour. The ferry to Oslo stays,” Lee said."
    [title] = cited(check(articles, "The harbour is ours"))
    assert (title.field, title.text) == ("title", PORT.title)


def test_reported_words_are_told_from_quoted_ones(articles: Articles) -> None:
    assert told(check(articles, "the bridge would open in spring", "Lee")) == (
        "Yes, word for word, as reported and not in quotation marks, by Ann Lee:"
    )
    assert told(check(articles, "The ferry to Oslo stays", "Lee")) == "Yes, word for word, by Ann Lee:"


def test_a_quotation_of_an_ambiguous_name_cannot_be_checked(articles: Articles) -> None:
    publish(articles, Article("other", "Other", "“Rain,” said Cy Lee."))
    with pytest.raises(AmbiguousSpeaker):
        check(articles, "The ferry to Oslo stays", "Lee")


def test_no_other_library_and_no_removed_article_is_looked_at(articles: Articles) -> None:
    assert check(articles, "The ferry to Oslo stays", library="other").outcome is Outcome.NOT_FOUND
    articles.withdraw("public", ["port"])
    assert check(articles, "The ferry to Oslo stays").outcome is Outcome.NOT_FOUND
