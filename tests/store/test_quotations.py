"""The stored quotations: exactly those of the ready articles, found by speaker, words, day and kind."""

from __future__ import annotations

import datetime as dt
import time
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from retrieval.library import IndexingProgress, index_quotations, rebuild
from retrieval.quotes.composing import only_reports
from retrieval.quotes.extraction import quotes
from retrieval.quotes.indexing import count_unquoted, index_quotes, unquoted
from retrieval.serving.owner import Keeper
from retrieval.store.articles import Articles, open_engine
from retrieval.store.database import writing
from retrieval.store.quotes import AmbiguousSpeaker, Quotations, QuoteQuery, Speaker
from retrieval.types import Article, Filters
from tests import SEED
from tests.fakes import WordEncoder
from tests.parts import Parts, opened
from tests.parts import publish as add
from tests.store.older import take_back_to_0003

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.usefixtures("each_database")
PORT = Article(
    "port",
    "Harbour to open again",
    "The harbour was empty on Monday. “The harbour will open in May,” said Transport Secretary Ann Lee.\n\n"
    "Lee said that Russian ships must leave.\n\n"
    "“We shall see,” said the Kremlin.",
    publisher="Harbour News",
    published="2031-05-02",
)
CRANE = Article("crane", "A crane", "“The crane is safe,” said Lee.", publisher="Evening Post", published="2031-05-03")
BRIDGE = Article("bridge", "A bridge", "“The bridge is closed,” said Mayor Bo Wu. Wu did not say that it was old.")
LIBRARY = ("public",)


@pytest.fixture
def articles(tmp_path: Path) -> Iterator[Articles]:
    stored = Articles(open_engine(tmp_path))
    add(stored, PORT, CRANE, BRIDGE)
    yield stored
    stored.close()


@pytest.fixture
def quotations(articles: Articles) -> Quotations:
    return Quotations(articles.engine)


def said(quotations: Quotations, *libraries: str, **asked: Any) -> list[str]:  # noqa: ANN401  (passed through)
    query = QuoteQuery(libraries=libraries or LIBRARY, **asked)
    found = quotations.said(query)
    assert quotations.count(query) == len(found)
    return [one.text for one in found]


def rows(articles: Articles) -> int:
    with articles.engine.connect() as connection:
        return len(connection.execute(sa.text("SELECT 1 FROM quotes")).all())


def test_the_newest_article_comes_first_and_the_undated_last_each_in_the_order_of_its_text(
    quotations: Quotations,
) -> None:
    assert said(quotations) == [
        "“The crane is safe,”",
        "“The harbour will open in May,”",
        "that Russian ships must leave",
        "“We shall see,”",
        "“The bridge is closed,”",
    ]


@pytest.mark.parametrize(
    "text", [SEED.read_text(), PORT.text, BRIDGE.text, "", "No word was spoken.", "“Open", "Said “" * 40]
)
def test_what_is_stored_is_exactly_what_the_article_gives(tmp_path: Path, text: str) -> None:
    stored = Articles(open_engine(tmp_path))
    article = Article("a", "Harbour will open, minister says", text, "By Ada Lind")
    add(stored, article)
    found = [
        one
        for denied in (False, True)
        for one in Quotations(stored.engine).said(QuoteQuery(libraries=LIBRARY, denied=denied))
    ]
    known = quotes(article)
    fields = {"text": text, "title": article.title}
    spoken = [one for one in known if one.kind != "attitude" and not only_reports(one, known, fields[one.field])]
    assert sorted((one.quote for one in found), key=str) == sorted(spoken, key=str)
    assert all((one.library, one.article) == ("public", article) for one in found)
    stored.close()


@pytest.mark.parametrize("asked", ["Ann Lee", "ann lee", "Lee", "Secretary Lee", "LEE", "A. Lee"])
def test_a_speaker_is_asked_for_as_one_types_in_whatever_articles(quotations: Quotations, asked: str) -> None:
    assert len(said(quotations, speaker=asked)) == 3


@pytest.mark.parametrize(
    ("asked", "number"), [("kremlin", 1), ("The Kremlin", 1), ("Zed", 0), ("he", 0), ("\ud800", 0)]
)
def test_bodies_are_speakers_and_strangers_are_none(quotations: Quotations, asked: str, number: int) -> None:
    assert len(said(quotations, speaker=asked)) == number


def test_a_likely_misspelling_finds_the_speaker(articles: Articles, quotations: Quotations) -> None:
    add(articles, Article("adler", "Adler", "“No,” said Tom Adler."))
    assert said(quotations, speaker="Addler") == ["“No,”"]


def test_a_surname_of_several_is_an_error_that_lists_them_and_each_is_found_by_full_name(
    articles: Articles, quotations: Quotations
) -> None:
    add(articles, Article("other", "Another Lee", "“The sea is rising,” said the biologist Bo Lee. “Yes,” he said."))
    for ask in (quotations.said, quotations.count):
        with pytest.raises(AmbiguousSpeaker) as caught:
            ask(QuoteQuery(libraries=LIBRARY, speaker="lee"))
        told = "Several speakers are called lee: Ann Lee, Bo Lee. Ask for one by full name."
        assert (str(caught.value), caught.value.names) == (told, ("Ann Lee", "Bo Lee"))
    assert said(quotations, speaker="Bo Lee") == ["“The sea is rising,”", "“Yes,”"]
    assert len(said(quotations, speaker="Ann Lee")) == 2, "Lee of the crane may be either"


def test_an_error_lists_some_of_very_many() -> None:
    error = AmbiguousSpeaker("Lee", [f"A{n} Lee" for n in range(1_012)])
    assert str(error).endswith("A9 Lee and 1,002 more. Ask for one by full name.")


def test_a_family_name_that_stands_first_is_known_across_articles(articles: Articles, quotations: Quotations) -> None:
    add(articles, Article("first", "Wu", "“The sea is blue,” said Chinese leader Yu Haoran. “Indeed,” Yu said."))
    add(articles, Article("second", "Wu", "“The sky is blue,” said Yu."))
    for asked in ("Yu", "Yu Haoran", "Haoran"):
        assert len(said(quotations, speaker=asked)) == 3


@pytest.mark.parametrize(
    ("about", "words"),
    [
        ("harbours", ["“The harbour will open in May,”"]),
        ("empty", []),
        ("monday", []),
        ("Russia", ["that Russian ships must leave"]),
        ("the ships leaving", ["that Russian ships must leave"]),
        ("ships harbour", []),
        ("Lee", []),
        ("said", []),
    ],
)
def test_all_words_must_occur_in_what_was_said_or_its_sentence_speaker_and_cue_apart(
    quotations: Quotations, about: str, words: list[str]
) -> None:
    assert said(quotations, about=about) == words


@pytest.mark.parametrize("about", ["", "%", "the of", "\ud800"])
def test_no_word_that_carries_meaning_is_no_condition(quotations: Quotations, about: str) -> None:
    assert said(quotations, about=about) == said(quotations)


def test_the_words_of_a_sentence_around_count(articles: Articles, quotations: Quotations) -> None:
    add(articles, Article("tax", "Tax", "Asked about the ferry tax, Ada Lind said: “It will rise.”"))
    assert said(quotations, about="taxes on ferries", speaker="Lind") == ["“It will rise.”"]


def test_filters_kinds_and_denials_narrow(quotations: Quotations) -> None:
    day = dt.date(2031, 5, 3)
    assert said(quotations, filters=Filters(since=day)) == ["“The crane is safe,”"]
    assert len(said(quotations, filters=Filters(until=day, source="harbour"))) == 3
    assert said(quotations, speaker="Lee", kind="indirect") == ["that Russian ships must leave"]
    assert said(quotations, kind="mixed") == []


def test_what_was_denied_is_never_told_as_said(articles: Articles, quotations: Quotations) -> None:
    denied = [quote for quote in quotes(BRIDGE) if quote.denied]
    assert [one.quote for one in quotations.said(QuoteQuery(libraries=LIBRARY, speaker="Wu", denied=True))] == denied
    with writing(articles.engine).begin() as connection:
        connection.execute(sa.text("UPDATE quotes SET denied = true"))
    assert said(quotations) == []
    assert quotations.speakers(LIBRARY) == []


@given(offset=st.integers(0, 8), limit=st.integers(0, 8), about=st.sampled_from([None, "the", "ships", "harbour may"]))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
def test_pages_are_slices_of_the_whole(quotations: Quotations, offset: int, limit: int, about: str | None) -> None:
    query = QuoteQuery(libraries=LIBRARY, about=about)
    whole = quotations.said(query)
    assert quotations.said(query, limit=limit, offset=offset) == whole[offset : offset + limit]


@given(speaker=st.text(max_size=30), about=st.text(max_size=30))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
def test_anything_can_be_asked_for(quotations: Quotations, speaker: str, about: str) -> None:
    assert quotations.count(QuoteQuery(libraries=LIBRARY, speaker=speaker, about=about)) <= 5
    assert quotations.count(QuoteQuery(libraries=LIBRARY, about=about)) <= 5
    assert len(quotations.speakers(LIBRARY, speaker)) <= 3


def test_another_library_is_another_world(articles: Articles, quotations: Quotations) -> None:
    add(articles, Article("other", "Another Lee", "“The secret is out,” said Cy Lee."), library="server-1")
    assert said(quotations, "server-1") == said(quotations, "server-1", speaker="Lee") == ["“The secret is out,”"]
    assert len(said(quotations, speaker="Lee")) == 3
    assert said(quotations, "server-2") == []
    assert "Cy Lee" not in {speaker.name for speaker in quotations.speakers(LIBRARY)}
    assert {speaker.name for speaker in quotations.speakers(["server-1"])} == {"Cy Lee"}
    assert len(said(quotations, "server-1", "public")) == 6


def test_speakers_are_listed_with_what_they_are_called_the_most_quoted_first(quotations: Quotations) -> None:
    lee, *others = quotations.speakers(LIBRARY)
    assert (lee.name, lee.quotes, lee.articles) == ("Ann Lee", 3, 2)
    assert "Lee" in lee.aliases
    assert [one.name for one in others] == ["Bo Wu", "Kremlin"]
    assert others[1] == Speaker("Kremlin", None, (), 1, 1), "an article before a name is no other name"
    assert lee.description == next(quote.description for quote in quotes(PORT) if quote.name == "Ann Lee")


@pytest.mark.parametrize(
    ("starting", "names"), [("le", ["Ann Lee"]), ("AN", ["Ann Lee"]), ("k", ["Kremlin"]), ("ann  lee", ["Ann Lee"])]
)
def test_speakers_are_found_by_how_name_or_surname_begins(
    quotations: Quotations, starting: str, names: list[str]
) -> None:
    assert [one.name for one in quotations.speakers(LIBRARY, starting)] == names


def test_only_names_are_listed_and_as_many_as_are_wanted(articles: Articles, quotations: Quotations) -> None:
    add(articles, Article("voter", "Voters", "“It rains,” said a voter. “It pours,” said officials. “So?” he said."))
    assert {one.name for one in quotations.speakers(LIBRARY)} == {"Ann Lee", "Bo Wu", "Kremlin"}
    assert [one.name for one in quotations.speakers(LIBRARY, limit=1)] == ["Ann Lee"]
    assert said(quotations, speaker="Officials") == ["“It pours,”"]


# The write path


def test_quotations_are_not_there_until_their_article_is_and_go_with_it(tmp_path: Path) -> None:
    stored = Articles(open_engine(tmp_path))
    quotations = Quotations(stored.engine)
    stored.stage("public", [PORT])
    pending = stored.pending(1)
    assert index_quotes(stored.engine, pending) == index_quotes(stored.engine, pending) == 3
    assert said(quotations) == []
    assert quotations.speakers(LIBRARY) == []
    assert quotations.people(LIBRARY, "Lee") == []
    stored.publish(pending)
    assert len(said(quotations)) == 3
    stored.withdraw("public", ["port"])
    assert said(quotations) == []
    stored.purge([row.key for row in stored.gone()])
    assert rows(stored) == 0
    assert not any(b"Ann Lee" in file.read_bytes() for file in tmp_path.iterdir())
    stored.close()


def test_a_new_text_brings_its_own_quotations(articles: Articles, quotations: Quotations) -> None:
    changed = Article("crane", "A crane", "“The crane fell,” said Ann Lee.", published="2031-05-03")
    articles.stage("public", [changed])
    assert said(quotations)[0] == "“The crane is safe,”"
    add(articles)
    assert said(quotations)[0] == "“The crane fell,”"
    assert "“The crane is safe,”" not in said(quotations)


def test_with_a_library_go_its_quotations(articles: Articles, quotations: Quotations) -> None:
    articles.withdraw_library("public")
    assert said(quotations) == []
    articles.purge([row.key for row in articles.gone()])
    assert rows(articles) == 0


def test_a_revision_that_is_gone_meanwhile_is_left_out(articles: Articles) -> None:
    articles.stage("mine", [PORT, CRANE])
    under_way = articles.pending(2)
    articles.withdraw("mine", ["port"])
    articles.purge([row.key for row in articles.gone()])
    assert index_quotes(articles.engine, under_way) == 1


def test_the_owner_finds_quotations_while_it_indexes(parts: Parts) -> None:
    parts.articles.stage("public", [PORT])
    parts.library.index()
    assert len(said(Quotations(parts.articles.engine))) == 3
    assert count_unquoted(parts.articles.engine) == 0
    parts.articles.withdraw("public", ["port"])
    parts.library.erase()
    assert rows(parts.articles) == 0


def test_a_reindexed_library_has_its_quotations_once(tmp_path: Path) -> None:
    with opened(tmp_path) as parts:
        parts.articles.stage("public", [PORT])
        parts.library.index()
        rebuild(parts.articles, WordEncoder())
    with opened(tmp_path) as parts:
        assert len(said(Quotations(parts.articles.engine))) == 3


# What an older version stored


def test_a_library_of_an_older_byline_is_brought_up_to_date_without_its_indexes(tmp_path: Path) -> None:
    stored = Articles(open_engine(tmp_path))
    stored.stage("public", [PORT, CRANE])
    stored.publish(stored.pending(9))
    with writing(stored.engine).begin() as connection:
        take_back_to_0003(connection)
    stored.close()
    stored = Articles(open_engine(tmp_path))
    assert count_unquoted(stored.engine) == 2
    told: list[IndexingProgress] = []
    index_quotations(stored, told.append)
    assert told == [IndexingProgress(0, 2, 0, "quotation"), IndexingProgress(2, 2, 4, "quotation")]
    assert len(said(Quotations(stored.engine), speaker="Lee")) == 3
    stored.close()


def test_another_version_of_the_extraction_replaces_what_the_one_before_found(
    articles: Articles, quotations: Quotations, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = quotations.said(QuoteQuery(libraries=LIBRARY))
    with writing(articles.engine).begin() as connection:
        connection.execute(sa.text("UPDATE articles SET quoted = 0"))
        connection.execute(sa.text("UPDATE quotes SET name = 'Nobody'"))
    assert count_unquoted(articles.engine) == 3
    monkeypatch.setattr("retrieval.library._READ_AT_ONCE", 1)
    stops = iter([False, True])
    assert index_quotations(articles, stop=lambda: next(stops)).articles == 1
    assert count_unquoted(articles.engine) == 2, "interrupted, it keeps what it has done"
    index_quotations(articles)
    assert quotations.said(QuoteQuery(libraries=LIBRARY)) == before
    assert index_quotations(articles) == IndexingProgress(0, 0, 0, "quotation")


def test_a_process_that_stays_finds_them_in_the_background(parts: Parts) -> None:
    parts.articles.stage("public", [PORT])
    parts.library.index()
    with writing(parts.articles.engine).begin() as connection:
        connection.execute(sa.text("DELETE FROM quotes"))
        connection.execute(sa.text("UPDATE articles SET quoted = 0"))
    keeper = Keeper(parts.library)
    keeper.start()
    try:
        deadline = time.monotonic() + 60
        while count_unquoted(parts.articles.engine) and time.monotonic() < deadline:
            time.sleep(0.05)
        assert len(said(Quotations(parts.articles.engine))) == 3
    finally:
        keeper.stop()


def test_what_waits_for_the_index_is_not_read_before(articles: Articles) -> None:
    articles.stage("public", [Article("new", "New", "“New,” said Ann Lee.")])
    assert unquoted(articles.engine, 10) == []
