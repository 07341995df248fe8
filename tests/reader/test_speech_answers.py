"""Questions on what somebody said, asked of libraries: as their quotations are stored, and before they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from bot.render import LISTED, plain
from retrieval.store.articles import Articles, open_engine
from retrieval.store.database import writing
from retrieval.store.quotes import Quotations
from retrieval.types import Answer, Article, Filters, Hit, Question, QuotationList
from tests import SEED
from tests.parts import publish
from tests.reader.shipped import shipped_reader

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    Ask = Callable[..., Answer]

HARBOUR = Article(
    "harbour",
    "Harbour to open",
    "“The harbour opens in May,” said Mayor Ann Lee. The engineer Bo Wu praised the cranes.\n\n"
    "“We have waited long. We shall wait no longer,” Lee told Otto Brand.\n\n"
    "Lee denied that the ferry was unsafe. She promised to repair the bridge.\n\n"
    "“Lee never listens to engineers,” Wu said. “She told me: ‘Cranes are toys,’” he said.\n\n"
    "Wu called Lee a danger to the harbour. Wu did not say that the tunnel leaks.\n\n"
    "Nina Reyes watched from the pier.",
    publisher="Harbour News",
    published="2031-05-02",
)
CRANES = Article(
    "cranes",
    "Cranes arrive",
    "“The cranes are here,” said Lee, the mayor. “I am glad,” she said.\n\nThe harbour was loud.",
    publisher="Evening Post",
    published="2031-05-09",
)
UNDATED = Article("undated", "Tax", "“The tax on boats must fall,” Ann Lee said.")
LIBRARY = (HARBOUR, CRANES, UNDATED)
CRANES_ARRIVED = "“The cranes are here,” said Lee, the mayor. “I am glad,” she said."
SAID_BY_LEE = [
    "“The cranes are here,” said Lee, the mayor.",
    "“I am glad,” she said.",
    "“The harbour opens in May,” said Mayor Ann Lee.",
    "“We have waited long. We shall wait no longer,” Lee told Otto Brand.",
    "Lee denied that the ferry was unsafe.",
    "She promised to repair the bridge.",
    "“The tax on boats must fall,” Ann Lee said.",
]


@pytest.fixture
def articles(tmp_path: Path) -> Iterator[Articles]:
    stored = Articles(open_engine(tmp_path))
    yield stored
    stored.close()


def hits(some: Sequence[Article], library: str = "public") -> list[Hit]:
    return [Hit(library, article, 0, len(article.text), 0.03) for article in some]


@pytest.fixture(params=["stored", "still to be found"])
def ask(request: pytest.FixtureRequest, articles: Articles) -> Ask:
    """Ask a library, of which every article is among the hits."""

    def asking(text: str, *some: Article, threshold: float | None = None) -> Answer:
        known = some or LIBRARY
        publish(articles, *known)
        if request.param != "stored":
            with writing(articles.engine).begin() as connection:
                connection.execute(sa.text("DELETE FROM quotes"))
                connection.execute(sa.text("UPDATE articles SET quoted = 0"))
        reader = shipped_reader(Quotations(articles.engine), threshold=threshold)
        return reader.answer(Question(text=text, libraries=("public",)), hits(known))

    return asking


def told(answer: Answer) -> list[str]:
    for cited in answer.citations:
        assert getattr(cited.article, cited.field)[cited.start : cited.end] == cited.quote
    assert [said.text for said in answer.statements] == [cited.quote for cited in answer.citations]
    return [said.text for said in answer.statements]


# Said by


@pytest.mark.parametrize("asked", ["What did Lee say?", "what did ann lee say", "Tell me everything Ann Lee said"])
def test_all_that_somebody_said_comes_by_article_the_newest_first_and_the_undated_last(ask: Ask, asked: str) -> None:
    answer = ask(asked)
    assert told(answer) == SAID_BY_LEE
    assert isinstance(answer, QuotationList)
    assert (answer.total, answer.speaker, answer.note) == (7, "Ann Lee", None)


def test_five_are_shown_and_how_to_see_the_rest(ask: Ask) -> None:
    lines = plain(ask("What did Lee say?")).splitlines()
    assert [line.rsplit(" [", 1)[0] for line in lines[:LISTED]] == SAID_BY_LEE[:LISTED]
    assert lines[LISTED] == "… and 2 more: byline quotes --speaker 'Ann Lee'"
    assert [line.partition(" ")[0] for line in lines[LISTED + 2 :]] == ["[1][2]", "[3][4][5]"]


@pytest.mark.parametrize(
    ("asked", "first", "number"),
    [
        ("What did Lee say about the cranes?", CRANES_ARRIVED, 1),
        ("What did Lee tell Otto Brand?", "“We have waited long. We shall wait no longer,” Lee told Otto Brand.", 1),
        ("What did Lee promise?", "She promised to repair the bridge.", 1),
        ("What did Lee deny?", "Lee denied that the ferry was unsafe.", 1),
        ("What does Lee think of the tax?", "“The tax on boats must fall,” Ann Lee said.", 1),
        ("Lee's view on the tax on boats", "“The tax on boats must fall,” Ann Lee said.", 1),
        ("What is Ann Lee’s opinion about the harbour?", "“The harbour opens in May,” said Mayor Ann Lee.", 1),
        ("Did Lee comment on the cranes?", CRANES_ARRIVED, 1),
        (
            "Has Lee said anything about the bridge?",
            "Lee denied that the ferry was unsafe. She promised to repair the bridge.",
            1,
        ),
        ("How did Lee respond to the tax?", "“The tax on boats must fall,” Ann Lee said.", 1),
        ("Show me quotes by Ann Lee about boats", "“The tax on boats must fall,” Ann Lee said.", 1),
        ("What did the mayor say about the tax?", "“The tax on boats must fall,” Ann Lee said.", 1),
    ],
)
def test_what_somebody_said_on_a_topic_or_in_a_way(ask: Ask, asked: str, first: str, number: int) -> None:
    answer = ask(asked)
    assert told(answer)[0] == first
    assert answer.total == number


def test_who_declines_to_comment_on_a_topic_is_shown_with_what_is_said_on_it_elsewhere(ask: Ask) -> None:
    toll = Article(
        "toll", "Toll", "Asked about the toll, Kaj Moe declined to comment.\n\n“The toll is dear,” said Kaj Moe."
    )
    assert told(ask("What did Kaj Moe say about the toll?", toll))[0] == "“The toll is dear,” said Kaj Moe."
    pier = Article("pier", "Pier", "Ole Berg praised the pier.\n\n“The pier is our best street,” Ole Berg said.")
    assert (
        told(ask("What did Ole Berg say about the pier?", pier))[0] == "“The pier is our best street,” Ole Berg said."
    )
    bids = Article("bids", "Bids", "Pia Roe of Holm declined to comment on the fee. “I wait for the bids,” she added.")
    assert told(ask("What did Pia Roe say about the fee?", bids)) == [bids.text]


def test_a_topic_that_somebody_is_not_quoted_on_is_refused(ask: Ask) -> None:
    answer = ask("What did Lee say about the airport?")
    assert (answer.answered, answer.note) == (False, "Ann Lee is quoted, but not on “the airport”.")


def test_a_weak_match_is_refused_as_not_on_the_topic(ask: Ask) -> None:
    answer = ask("What did Lee say about airport cranes?", threshold=0.999)
    assert answer.text == "The articles do not say. Ann Lee is quoted, but not on “airport cranes”."


def test_what_others_say_of_somebody_or_quote_them_with_is_not_said_by_them(ask: Ask) -> None:
    answer = ask("What did Lee say?")
    assert not any("listens" in text or "toys" in text or "danger" in text for text in told(answer))


def test_what_somebody_is_only_quoted_with_by_others_is_told_as_that(ask: Ask) -> None:
    only = Article("only", "Only", "“Cy Berg told me: ‘I am tired,’” said Bo Wu.")
    answer = ask("What did Cy Berg say?", only)
    assert told(answer) == [only.text]
    assert answer.note == "Cy Berg is quoted by others only."


def test_what_somebody_did_not_say_is_not_said(ask: Ask) -> None:
    answer = ask("What did Wu say?")
    assert answer.answered
    assert not any("tunnel" in text for text in told(answer))
    assert not any("leaks" in text for text in told(ask("What did Wu say about the tunnel?")))


@pytest.mark.parametrize("asked", ["Did Wu say that the tunnel leaks?", "Did Bo Wu say “the tunnel leaks”?"])
def test_whether_somebody_said_what_the_article_says_they_did_not(ask: Ask, asked: str) -> None:
    answer = ask(asked)
    assert answer.note == "No: by the article, Bo Wu did not say so."
    assert told(answer) == ["Wu did not say that the tunnel leaks."]


def test_somebody_named_and_not_quoted_is_refused_with_the_passage(ask: Ask) -> None:
    answer = ask("What did Nina Reyes say?")
    assert answer.text == "The articles do not say. Nina Reyes is mentioned, not quoted."
    assert "Nina Reyes" in answer.trace.hits[0].text


def test_somebody_whom_no_article_names_is_refused(ask: Ask) -> None:
    answer = ask("What did Zed say?")
    assert (answer.answered, answer.note) == (False, None)


def test_of_two_of_a_surname_the_most_quoted_is_meant_and_the_other_is_told(ask: Ask) -> None:
    other = Article("other", "Sea", "“The sea is rising,” said the biologist Cy Lee. “It rains,” he said.")
    answer = ask("What did Lee say?", HARBOUR, other)
    assert answer.note == "Ann Lee is meant; Cy Lee is also quoted by this name."
    assert told(answer) == SAID_BY_LEE[2:6]
    assert told(ask("What did Cy Lee say?", HARBOUR, other)) == [
        "“The sea is rising,” said the biologist Cy Lee.",
        "“It rains,” he said.",
    ]


def test_of_two_of_a_surname_the_one_of_the_hits_is_meant(articles: Articles) -> None:
    other = Article("other", "Sea", "“The sea is rising,” said the biologist Cy Lee. “It rains,” he said.")
    publish(articles, *LIBRARY, other)
    answer = answered(articles, Question(text="What did Lee say?", libraries=("public",)), hits([other]))
    assert answer.note == "Cy Lee is meant; Ann Lee is also quoted by this name."
    assert len(told(answer)) == 2


def test_a_surname_means_who_is_quoted_far_more_often_and_the_others_are_told(ask: Ask) -> None:
    many = Article("many", "Many", "\n\n".join(f"“This is promise {i} to you,” Ann Lee said." for i in range(9)))
    other = Article("other", "Sea", "“The sea is rising,” said Cy Lee.")
    answer = ask("What did Lee say?", many, other)
    assert (answer.total, answer.note) == (9, "Ann Lee is meant; Cy Lee is also quoted by this name.")


def test_a_quotation_over_several_sentences_gives_each_of_them(ask: Ask) -> None:
    long = "“" + " ".join(f"Sentence {word} is long enough to stand alone here." for word in ["one"] * 20) + "”"
    answer = ask("What did Lee say?", Article("long", "Long", f"{long} said Ann Lee."))
    assert answer.total > 1
    assert all(text in long + " said Ann Lee." for text in told(answer))


def test_the_words_of_a_headline_are_cited_as_the_title(ask: Ask) -> None:
    head = Article("head", "Cy Berg says: “It rains”", "It rained all day. Cy Berg was wet.")
    answer = ask("What did Cy Berg say?", head)
    assert [(cited.field, cited.quote) for cited in answer.citations] == [("title", head.title)]


# Said by whom, said about, and whether


@pytest.mark.parametrize(
    ("asked", "short"),
    [
        ("Who said that Lee never listens?", "Wu"),
        ("Who said 'the harbour opens in May'?", "Ann Lee"),
        ("Who said “the tax on boats must fall”?", "Ann Lee"),
        ("Who called Lee a danger?", "Wu"),
        ("Which mayor said that the harbour opens in May?", "Ann Lee"),
        ("Which engineer said that Lee never listens?", "Wu"),
        ("Who promised to repair the bridge?", "Lee"),
    ],
)
def test_who_said_it_is_the_speaker_as_the_sentence_names_them_or_one_before(ask: Ask, asked: str, short: str) -> None:
    answer = ask(asked)
    assert answer.answered
    assert answer.short == short


@pytest.mark.parametrize(
    ("asked", "first"),
    [
        ("What did Wendel's CEO say?", "“Prices rise in the autumn,” said CEO Todd Pane of Wendel."),
        ("What did Wendel say?", "A Wendel spokesman said that every shop stays open."),
    ],
)
def test_a_role_or_a_body_is_known_by_how_the_articles_call_its_speaker(ask: Ask, asked: str, first: str) -> None:
    firm = Article(
        "firm",
        "Prices",
        "“Prices rise in the autumn,” said CEO Todd Pane of Wendel.\n\nA Wendel spokesman said that every shop stays "
        "open.\n\n“We shall see,” said CEO Ida Holm of Marstad Mills.",
    )
    assert told(ask(asked, firm)) == [first]


@pytest.mark.parametrize(
    ("asked", "first", "note"),
    [
        ("What did the mayor say about the bridge?", "The planks", "Lea Holst is meant; Ida Marr is also called so."),
        ("What did the mayor say about the pool?", "The pool", "Ida Marr is meant; Lea Holst is also called so."),
    ],
)
def test_a_role_in_several_towns_is_one_holder_and_the_others_are_named(
    ask: Ask, asked: str, first: str, note: str
) -> None:
    tarn = Article("tarn", "Tarn", "Tarn’s mayor, Lea Holst, was late. “The planks of the bridge rot,” the mayor said.")
    holm = Article("holm", "Holm", "“The pool is warm,” said the mayor of Holm, Ida Marr. “It is full,” Marr said.")
    answer = ask(asked, tarn, holm)
    assert (told(answer)[0].startswith(f"“{first}"), answer.note) == (True, note)


def test_of_two_bodies_one_is_shown(ask: Ask) -> None:
    tarn = Article("tarn", "Tarn", "The pilots met. The union said pay was low. They said no plane would fly.")
    holm = Article("holm", "Holm", "The bakers met. The union said bread was dear.")
    said = ["The union said pay was low.", "They said no plane would fly."]
    assert told(ask("What did the union say?", tarn, holm)) == said


def test_who_is_called_something_is_not_who_called_them_so(ask: Ask) -> None:
    friend = Article("friend", "Friend", "Bo Wu called Otto Brand a good friend.")
    assert ask("Who called Otto Brand a good friend?", friend).answered
    answer = ask("Who called Bo Wu a good friend?", friend)
    assert (answer.answered, answer.note) == (
        False,
        "Nobody else is quoted as having called Bo Wu a good friend.",
    )


@pytest.mark.parametrize(
    "asked", ["What has been said about the cranes?", "What was said about cranes?", "What do people say about cranes?"]
)
def test_what_is_said_about_something_is_by_whomever(ask: Ask, asked: str) -> None:
    assert told(ask(asked)) == [
        "“The cranes are here,” said Lee, the mayor.",
        "“She told me: ‘Cranes are toys,’” he said.",
    ]


def test_who_said_it_said_all_of_it_where_somebody_did(ask: Ask) -> None:
    bins = Article(
        "bins",
        "Bins",
        "“The bins have not been emptied since July,” said Tom Abbot.\n\n"
        "“They were emptied twice, the bins,” said Sue Marr.",
    )
    answer = ask("Who said the bins were emptied twice?", bins)
    assert (told(answer)[0], answer.short) == ("“They were emptied twice, the bins,” said Sue Marr.", "Sue Marr")


def test_of_several_it_is_told_who_said_what_and_who_nothing(ask: Ask) -> None:
    both = ask("What did Lee and Otto Brand say about the harbour?")
    assert (told(both), both.note) == (
        ["“The harbour opens in May,” said Mayor Ann Lee."],
        "Ann Lee [1]; nothing of Otto Brand:",
    )


def test_what_several_disagree_on_is_not_what_they_said_on_anything(ask: Ask) -> None:
    assert ask("What did Lee and Wu disagree on?").note is None  # no "Ann Lee [1]; Bo Wu [2]:"


def test_what_is_said_about_somebody_is_not_what_they_say(ask: Ask) -> None:
    assert told(ask("What has been said about Lee?")) == [
        "“Lee never listens to engineers,” Wu said.",
    ]


@pytest.mark.parametrize(
    ("asked", "note", "first"),
    [
        (
            "Did Lee say 'the harbour opens in May'?",
            "Yes, word for word, by Ann Lee:",
            "“The harbour opens in May,” said Mayor Ann Lee.",
        ),
        (
            "Did Ann Lee really say that “the harbour will open in May”?",
            "Not in these words. Asked: “the harbour will open in May” Said by Ann Lee:",
            "“The harbour opens in May,” said Mayor Ann Lee.",
        ),
        (
            "Did Wu say “the harbour opens in May”?",
            "No quotation of Bo Wu has these words; Ann Lee said them:",
            "“The harbour opens in May,” said Mayor Ann Lee.",
        ),
        (
            "Did Lee say that the tax on boats must fall?",
            "Yes, word for word, by Ann Lee:",
            "“The tax on boats must fall,” Ann Lee said.",
        ),
    ],
)
def test_whether_somebody_said_so_is_told_above_the_articles_words(ask: Ask, asked: str, note: str, first: str) -> None:
    answer = ask(asked)
    assert answer.note == note
    assert told(answer) == [first]
    assert plain(answer).startswith(f"{note}\n{first} [1]\n")
    assert answer.text == f"{note} {first} [1]"


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ("Did Lee say 'we surrender the harbour'?", "we surrender the harbour"),
        ("Did Lee say 'the harbour opens in 2040'?", "the harbour opens in 2040"),
        ("Did Lee say that the harbour opens in Oslo?", "the harbour opens in Oslo"),
        ("Did Lee say 'the harbour does not open in May'?", "the harbour does not open in May"),
    ],
)
def test_what_nobody_said_is_refused(ask: Ask, asked: str, words: str) -> None:
    answer = ask(asked)
    assert (answer.answered, answer.note) == (False, f"No article here quotes Ann Lee as saying “{words}”.")


def test_a_capital_speaks_for_its_country_too(ask: Ask) -> None:
    visit = Article("visit", "Visit", "China said that the visit was a mistake. Beijing warned that it would answer.")
    assert told(ask("What did Beijing say?", visit)) == visit.text.replace(". ", ".|").split("|")


# The seed article


@pytest.mark.parametrize(
    ("who", "begins"),
    [
        ("Blinken", ["US Secretary of State", "“That President Xi is traveling", "“And instead of even"]),
        (
            "Xi",
            [
                "Chinese leader Xi Jinping",
                "“It is true that both",
                "“I’m very happy",
                "“I know that the",
                "Xi said “both",
            ],
        ),
        ("Putin", ["Putin told Xi that China", "“Symbolically, we met here", "Xi said “both countries"]),
        ("the Kremlin", ["The Kremlin has welcomed", "The Kremlin ignored the authority"]),
        ("Beijing", ["Beijing has called for"]),
        ("Washington", ["Beijing has called for a cease-fire, but Washington"]),
        ("the Secretary of State", ["US Secretary of State", "“That President Xi is", "“And instead of even"]),
        ("the woman", ["On Sunday, the Russian President was supposedly"]),
        ("China’s foreign ministry", ["China’s foreign ministry on Monday called"]),
    ],
)
def test_the_seed_article_is_told_in_full_speaker_by_speaker(ask: Ask, who: str, begins: list[str]) -> None:
    title, text = SEED.read_text().split("\n", 1)
    answer = ask(f"What did {who} say?", Article("seed", title, text, "Keane"))
    assert answer.total == len(begins)
    assert all(text.startswith(begin) for text, begin in zip(told(answer), begins, strict=True))


@pytest.mark.parametrize("who", ["Mariupol", "Keane", "ICC", "CNN"])
def test_who_is_only_named_in_the_seed_article_is_not_quoted(ask: Ask, who: str) -> None:
    title, text = SEED.read_text().split("\n", 1)
    answer = ask(f"What did {who} say?", Article("seed", title, text, "Keane"))
    assert (answer.answered, answer.note) == (False, f"{who} is mentioned, not quoted.")


# Which quotations are asked


def answered(articles: Articles, question: Question, found: Sequence[Hit]) -> Answer:
    return shipped_reader(Quotations(articles.engine)).answer(question, found)


def test_articles_that_are_no_hits_are_asked_too(articles: Articles) -> None:
    publish(articles, *LIBRARY)
    question = Question(text="What did Lee say?", libraries=("public",))
    assert told(answered(articles, question, hits([UNDATED]))) == SAID_BY_LEE
    topic = Question(text="What did Lee say about the cranes?", libraries=("public",))
    assert answered(articles, topic, hits([UNDATED])).answered


def test_no_other_library_is_asked(articles: Articles) -> None:
    publish(articles, HARBOUR)
    publish(articles, CRANES, library="secret")
    for text in ("What did Lee say?", "What has been said about cranes?", "Did Lee say 'the cranes are here'?"):
        answer = answered(articles, Question(text=text, libraries=("public",)), hits([HARBOUR]))
        assert all(cited.library == "public" for cited in answer.citations)
        assert "The cranes are here" not in answer.text.replace("the cranes", "")
    both = Question(text="What did Lee say?", libraries=("public", "secret"))
    assert {c.library for c in answered(articles, both, hits([HARBOUR])).citations} == {"public", "secret"}


def test_only_articles_that_pass_the_filters_are_asked(articles: Articles) -> None:
    publish(articles, *LIBRARY)
    filters = Filters(source="evening")
    question = Question(text="What did Lee say?", libraries=("public",), filters=filters)
    assert told(answered(articles, question, hits([CRANES]))) == SAID_BY_LEE[:2]
    whether = Question(text="Did Lee say 'the harbour opens in May'?", libraries=("public",), filters=filters)
    assert not answered(articles, whether, hits([CRANES])).answered


def test_what_was_removed_or_replaced_is_said_no_more(articles: Articles) -> None:
    publish(articles, *LIBRARY)
    articles.withdraw("public", ["cranes"])
    question = Question(text="What did Lee say?", libraries=("public",))
    assert told(answered(articles, question, hits([HARBOUR]))) == SAID_BY_LEE[2:]
    publish(articles, Article("undated", "Tax", "“The tax on boats must rise,” Ann Lee said."))
    assert told(answered(articles, question, hits([HARBOUR])))[-1] == "“The tax on boats must rise,” Ann Lee said."


def test_as_long_as_quotations_are_still_to_be_found_the_hits_are_read(articles: Articles) -> None:
    articles.stage("public", [UNDATED])
    articles.publish(articles.pending(1))
    question = Question(text="What did Lee say?", libraries=("public",))
    assert told(answered(articles, question, hits([UNDATED]))) == SAID_BY_LEE[-1:]
