"""Answers, sources, articles and lists on Discord: whole, exact, within the limits, and harmless whatever they hold."""

from __future__ import annotations

import json
import runpy
import shutil
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.discord_bot.markdown import width
from bot.discord_bot.rendering import (
    AMBER,
    CARD,
    CONTENT,
    TEAL,
    Card,
    Part,
    QuotedPassage,
    answer_parts,
    article_cards,
    listing_card,
    plain_parts,
    source_cards,
)
from retrieval.citations import nearest_sentence
from retrieval.pipeline import Pipeline
from retrieval.store.quotes import Quotations
from retrieval.store.tables import Listing
from retrieval.types import Answer, Article, Citation, Extract, Field, Hit, Question, Refusal, Span, Statement, Trace
from tests import ROOT, SEED
from tests.discord_bot.display import display, pinged
from tests.discord_bot.hostile import EVIL, harm, packed, seen, texts
from tests.fakes import as_prose, word_reader

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from tests.parts import Parts

OPENED, COST = "The bridge opened on Monday.", "Mayor Solheim said it cost 40 million crowns."
ARTICLE = Article(
    "a1",
    "Bridge opens",
    f"{OPENED}\n\n{COST}\nNobody objected.",
    "By Ada Lind",
    "Harbour News",
    "2031-05-02",
    "https://news.example/bridge",
    "/home/operator/bridge.txt",
)
LINK = "<https://news.example/bridge>"
FACTS = f"[Bridge opens]({LINK}) · By Ada Lind · Harbour News · <t:1935489600:D>"
ORIGIN = f"-# {FACTS}"


def cite(article: Article, quote: str, number: int = 1, field: Field = "text") -> Citation:
    start = getattr(article, field).index(quote)
    return Citation(number, "public", article, field, start, start + len(quote))


ANSWERED = Extract(
    "How much was it?",
    "How much did the bridge cost?",
    (Statement(OPENED, (1,)), Statement(COST, (2, 3))),
    (cite(ARTICLE, OPENED), cite(ARTICLE, COST, 2), cite(ARTICLE, "Bridge opens", 3, "title")),
    short="40 million crowns",
    total=5,
    confidence=0.9,
)
REFUSED = Refusal(
    "Why?", "Why?", trace=Trace(hits=(Hit("public", ARTICLE, 0, 28, 0.1), Hit("public", ARTICLE, 30, 75, 0.05)))
)
NEAREST = "Nearest in the articles"
LONG = Article(
    "a2",
    (EVIL * 40)[:10_000],
    (EVIL * 40)[:10_000] + "\n" + "wordless" * 2_000,
    byline=EVIL,
    publisher=EVIL * 3,
    published=EVIL,
    url="https://evil.example/" + EVIL,
    source="/home/operator/secret.txt",
)


def cards(parts: Sequence[Part]) -> list[Card]:
    return [part.card for part in parts if part.card]


def written(parts: Sequence[Part]) -> list[str]:
    """All the markdown of a message, in the order it is read."""
    return [text for part in parts for text in (part.content, *_of_card(part.card)) if text]


def _of_card(card: Card | None) -> tuple[str, str]:
    return (card.title or "", card.text) if card else ("", "")


def within_limits(parts: Sequence[Part]) -> bool:
    sizes = [(width(c.title or ""), width(c.text), width(c.footer or "")) for c in cards(parts)]
    return all(width(part.content) <= CONTENT for part in parts) and all(
        title <= 256 and 0 < text <= CARD and footer <= 2048 and title + text + footer <= 6000
        for title, text, footer in sizes
    )


def test_a_note_comes_before_the_answer_and_harms_nobody() -> None:
    [part, *_] = answer_parts(replace(ANSWERED, note="Yes, word for word, by **@everyone**:"))
    assert display(part.content).text.startswith("Yes, word for word, by **@\u200beveryone**:\n")
    assert not pinged(part.content)


def test_of_a_long_list_the_first_items_are_shown_with_their_citations() -> None:
    text = " ".join(f"Sentence {n}." for n in range(1, 10))
    article = Article("list", "List", text)
    cited = tuple(cite(article, f"Sentence {n}.", n) for n in range(1, 10))
    said = tuple(Statement(c.quote, (c.number,)) for c in cited)
    content = "".join(part.content for part in answer_parts(Extract("What?", "What?", said, cited, total=9)))
    assert "Sentence 5. [5]" in content
    assert "Sentence 6" not in content
    assert content.endswith("-# … and 4 more.")


def test_an_answer_is_its_statements_and_under_them_where_their_words_are_from() -> None:
    assert answer_parts(ANSWERED) == [
        Part(
            f"{OPENED} [[1]]({LINK})\n"
            f"Mayor Solheim said it cost **40 million crowns**. [[2]]({LINK})[[3]]({LINK})\n"
            "-# … and 3 more.\n"
            "-# Understood as: How much did the bridge cost?",
            Card(
                f"**[1][2]** {FACTS}\n\n"
                "**[3]** “Bridge opens”\n"
                "-# By Ada Lind · Harbour News · <t:1935489600:D> · [link](<https://news.example/bridge>)",
                TEAL,
            ),
        )
    ]


def test_words_that_no_statement_has_are_shown_with_where_they_are_from() -> None:
    said = Statement("It cost 40 million crowns, and was open by Monday.", (1, 2))
    [part] = answer_parts(as_prose(ANSWERED, statements=(said,)))
    assert part.card == Card(f"**[1]** “{OPENED}”\n{ORIGIN}\n\n**[2]** “{COST}”\n{ORIGIN}", TEAL)


def test_titles_that_are_listed_are_not_said_twice() -> None:
    titled = replace(ANSWERED, statements=(Statement("Bridge opens", (3,)),))
    [part] = answer_parts(titled)
    assert part.card
    assert "Bridge opens" not in part.card.text
    assert part.card.text.startswith("**[3]** By Ada Lind")


def test_a_brief_answer_is_its_first_statement_with_its_citations() -> None:
    [part] = answer_parts(ANSWERED, brief=True)
    assert part.content.startswith(f"{OPENED} [[1]]({LINK})\n-# … and 4 more.\n")
    assert part.card == Card(f"**[1]** {FACTS}", TEAL)


def test_a_question_that_people_do_not_see_is_quoted_and_notes_are_small() -> None:
    [part] = answer_parts(
        replace(ANSWERED, standalone_question=ANSWERED.question),
        quoted_question="How\nmuch *was* it?",
        notes=["Of *a*."],
    )
    lines = part.content.splitlines()
    assert (lines[0], lines[-1]) == (r"> How much \*was\* it?", r"-# Of \*a\*.")
    assert "Understood as" not in part.content


def test_a_refusal_differs_at_a_glance_and_shows_the_sentence_that_comes_nearest() -> None:
    assert answer_parts(REFUSED, quoted_question="Why?") == [
        Part("🔍 **The articles do not say.**", Card(f"“{OPENED}”\n\n{ORIGIN}", AMBER, NEAREST))
    ]
    whole = (Hit("public", ARTICLE, 0, len(ARTICLE.text), 0.1),)
    [part] = answer_parts(Refusal("Who?", "Who are the objectors to the crowns?", trace=Trace(hits=whole)))
    assert part.card == Card(f"“{COST}”\n\n{ORIGIN}", AMBER, NEAREST)


def test_a_refusal_without_articles_says_how_to_add_some() -> None:
    [part] = answer_parts(Refusal("Why?", "Why?"))
    assert part.content.startswith("🔍 **The articles do not say.**\n")
    assert "/add" in part.content
    assert part.card is None


def test_small_talk_has_no_card() -> None:
    assert answer_parts(Extract("Hi", "Hi", (Statement("Hello!"), Statement("Ask me.")), total=2)) == [
        Part("Hello!\nAsk me.")
    ]


def test_prose_of_a_writer_flows() -> None:
    assert answer_parts(as_prose(ANSWERED))[0].content.startswith(f"{OPENED} [[1]]({LINK}) Mayor Solheim")


def test_markers_are_no_links_where_that_would_make_it_two_messages() -> None:
    article = replace(ARTICLE, text="Word. " * 300, url=f"https://news.example/{'bridge' * 50}")
    said = tuple(Statement("Word. " * 50 + str(n), (n,)) for n in range(1, 6))
    cited = tuple(Citation(n, "public", article, "text", 0, 5) for n in range(1, 6))
    [part, *_] = answer_parts(Extract("What?", "What?", said, cited, total=5))
    assert part.content.endswith("5 [5]")
    assert article.url is not None
    assert article.url not in part.content


def test_without_cards_all_is_in_the_text() -> None:
    [part] = plain_parts(answer_parts(ANSWERED))
    [original] = answer_parts(ANSWERED)
    assert original.card
    assert part == Part(f"{original.content}\n\n{original.card.text}")
    assert plain_parts(answer_parts(REFUSED))[0].content.endswith(f"\n\n**{NEAREST}**\n\n“{OPENED}”\n\n{ORIGIN}")


def test_a_source_is_its_whole_passage_with_the_quotation_standing_out() -> None:
    start = ARTICLE.text.index(COST)
    source = QuotedPassage(ARTICLE, Span(start, len(ARTICLE.text)), 2, "text", start, start + len(COST))
    other = QuotedPassage(ARTICLE, Span(0, 28), None, "text", 0, 0)
    titled = QuotedPassage(ARTICLE, Span(0, 28), 3, "title", 0, 6)
    assert source_cards([source, other, titled]) == [
        Card(f"**[2]** __**{COST}**__\nNobody objected.\n\n{ORIGIN}", TEAL, footer="Source 1 of 3"),
        Card(f"{OPENED}\n\n{ORIGIN}", TEAL, footer="Source 2 of 3"),
        Card(
            f"**[3]** Title: __**Bridge**__ opens\n\n{OPENED}\n\n"
            "-# By Ada Lind · Harbour News · <t:1935489600:D> · [link](<https://news.example/bridge>)",
            TEAL,
            footer="Source 3 of 3",
        ),
    ]


def test_a_passage_is_shown_once_with_all_its_quotations_marked() -> None:
    whole = Span(0, len(ARTICLE.text))
    starts = {number: ARTICLE.text.index(quote) for number, quote in ((1, OPENED), (2, COST), (4, "cost"))}
    sources = [
        QuotedPassage(ARTICLE, whole, 1, "text", 0, len(OPENED)),
        QuotedPassage(ARTICLE, whole, 3, "title", 0, 6),
        QuotedPassage(ARTICLE, whole, 2, "text", starts[2], starts[2] + len(COST)),
        QuotedPassage(ARTICLE, whole, 4, "text", starts[4], starts[4] + 4),
    ]
    first, titled = source_cards(sources)
    assert first.text == f"**[1][2][4]** __**{OPENED}**__\n\n__**{COST}**__\nNobody objected.\n\n{ORIGIN}"
    assert first.footer == "Source 1 of 2"
    assert titled.text.startswith("**[3]** Title: __**Bridge**__ opens\n\n")


def test_a_quotation_that_runs_past_its_passage_is_shown_whole() -> None:
    [card] = source_cards([QuotedPassage(ARTICLE, Span(5, 20), 1, "text", 0, 28)])
    assert card.text.startswith(f"**[1]** __**{OPENED}**__\n")


def test_an_article_is_shown_with_its_facts_and_its_numbered_passages() -> None:
    start = ARTICLE.text.index(COST)
    assert article_cards(ARTICLE, [Span(0, 28), Span(start, start + len(COST))]) == [
        Card(
            "**Bridge opens**\n"
            "-# By Ada Lind · Harbour News · <t:1935489600:D> · [link](<https://news.example/bridge>)\n\n"
            f"**1.** {OPENED}\n\n**2.** {COST}",
            TEAL,
        )
    ]


def listing(article: Article, state: str = "ready") -> Listing:
    a = article
    return Listing(
        "public", a.id, a.title, a.byline, a.publisher, a.published, a.url, a.source, len(a.text), state, None
    )


def test_a_list_links_titles_and_tells_what_waits() -> None:
    assert listing_card(
        [listing(ARTICLE), listing(Article("b", "Rain", "It rained."), "pending")],
        page=2,
        pages=3,
        total=1_022,
        search=None,
    ) == Card(
        "[Bridge opens](<https://news.example/bridge>) · Harbour News · <t:1935489600:D>\nRain · waiting to be indexed",
        TEAL,
        "Articles",
        "1,022 articles · page 2 of 3",
    )


def test_an_empty_list_says_so() -> None:
    nothing = listing_card([], page=1, pages=1, total=0, search=None)
    assert (nothing.text, nothing.footer) == ("There are no articles here yet; /add adds one.", "0 articles")
    found = listing_card([], page=1, pages=1, total=0, search="*" * 5_000)
    assert found.text == "No article here matches."
    assert width(found.title or "") <= 256


@pytest.mark.parametrize("count", range(1, 26))
def test_a_list_of_any_articles_fits_on_its_card(count: int) -> None:
    card = listing_card([listing(LONG, "pending")] * count, page=1, pages=9, total=225, search=EVIL)
    assert within_limits([Part(card=card)])
    assert harm([card.title or "", card.text], LONG) == []
    assert card.text.count("waiting to be indexed") == count


def hostile_answer(article: Article, field: Field = "text") -> Answer:
    value: str = getattr(article, field) or ""
    cited = Citation(1, "public", article, field, 0, len(value))
    return Extract(EVIL, "Why?", (Statement(value, (1,)),), (cited,), short=value[:9_000], total=1)


@pytest.mark.parametrize("field", ["text", "title", "byline", "published"])
def test_a_hostile_article_is_cited_whole_within_the_limits_and_disarmed(field: Field) -> None:
    parts = answer_parts(hostile_answer(LONG, field), quoted_question=EVIL * 20, notes=[EVIL])
    for shown in (parts, plain_parts(parts)):
        assert within_limits(shown)
        assert harm(written(shown), LONG) == []
        assert packed(getattr(LONG, field)) in seen(written(shown))


def test_a_hostile_refusal_shows_its_sentence_whole_within_the_limits_and_disarmed() -> None:
    hit = Hit("public", LONG, 0, len(LONG.text), 1.0)
    parts = answer_parts(Refusal(EVIL, "wordless" * 2_000, trace=Trace(hits=(hit,))))
    assert [part.card.title for part in parts if part.card][:2] == [NEAREST, f"{NEAREST}, continued"]
    for shown in (parts, plain_parts(parts)):
        assert within_limits(shown)
        assert harm(written(shown), LONG) == []
    near = nearest_sentence("wordless" * 2_000, hit)
    assert packed(LONG.text[near.start : near.end]) in seen([card.text for card in cards(parts)])


def test_a_hostile_source_is_paged_with_its_whole_quotation_marked() -> None:
    quoted = Span(50, len(LONG.text) - 50)
    shown = source_cards([QuotedPassage(LONG, Span(0, len(LONG.text)), 1, "text", quoted.start, quoted.end)])
    pages = range(1, 1 + len(shown))
    assert [card.footer for card in shown] == [f"Source 1 of 1 · page {page} of {pages[-1]}" for page in pages]
    assert within_limits([Part(card=card) for card in shown])
    assert harm([card.text for card in shown], LONG) == []
    assert packed(LONG.text) in seen([card.text for card in shown])
    marked = "".join("".join(display(card.text).of("underlined")) for card in shown)
    assert packed(marked) == packed(LONG.text[quoted.start : quoted.end])


def test_all_of_a_hostile_article_is_shown_within_the_limits_and_disarmed() -> None:
    spans = [Span(at, at + 1_500) for at in range(0, len(LONG.text), 1_500)]
    shown = article_cards(LONG, spans)
    assert within_limits([Part(card=card) for card in shown])
    assert harm([card.text for card in shown], LONG) == []
    text = seen([card.text for card in shown])
    assert all(packed(LONG.text[span.start : span.end]) in text for span in spans)
    assert packed(LONG.title) in text


articles = st.builds(
    Article,
    st.just("x"),
    texts,
    texts,
    st.none() | texts,
    st.none() | texts,
    st.none() | texts,
    st.none() | texts.map("https://n.example/".__add__),
    st.just("/home/operator/x.txt"),
)


@given(articles, st.data(), texts, st.booleans())
def test_any_article_can_be_cited(article: Article, data: st.DataObject, question: str, brief: bool) -> None:
    start = data.draw(st.integers(0, len(article.text)))
    end = data.draw(st.integers(start, len(article.text)))
    quote = article.text[start:end]
    short = quote[: data.draw(st.integers(0, 40))]
    cited = Citation(1, "public", article, "text", start, end)
    answer = Extract(question, question, (Statement(quote, (1,)),) * 2, (cited,), short=short, total=7)
    parts = answer_parts(answer, quoted_question=question, brief=brief)
    for shown in (parts, plain_parts(parts), [Part(card=c) for c in source_cards([_source(cited)])]):
        assert shown
        assert within_limits(shown)
        assert harm(written(shown), article) == []
        assert packed(quote) in seen(written(shown))


def _source(cited: Citation) -> QuotedPassage:
    return QuotedPassage(cited.article, Span(0, len(cited.article.text)), 1, cited.field, cited.start, cited.end)


@given(st.lists(articles, min_size=1, max_size=25), st.none() | texts)
def test_any_articles_can_be_listed(some: list[Article], search: str | None) -> None:
    card = listing_card([listing(article) for article in some], page=1, pages=1, total=len(some), search=search)
    assert within_limits([Part(card=card)])
    assert harm([card.title or "", card.text], *some) == []


@pytest.fixture
def answered(parts: Parts) -> Callable[[str], Answer]:
    """Real answers: found and read in the seed article, with a reader that refuses nothing."""
    text = SEED.read_text(encoding="utf-8")
    article = Article("seed", text.splitlines()[0], text, byline="By Keane", source="/home/operator/seed.txt")
    parts.articles.stage("public", [article])
    parts.library.index()
    pipeline = Pipeline(parts.search, word_reader(0.0, Quotations(parts.articles.engine)), parts.articles, limit=10)
    return lambda question: pipeline.answer(Question(text=question, libraries=("public",)))


@pytest.mark.parametrize(
    "question", ["What did Blinken say?", "When did Xi arrive in Moscow?", "Who wrote this?", "What is this about?"]
)
def test_a_real_answer_shows_every_quotation_verbatim(answered: Callable[[str], Answer], question: str) -> None:
    answer = answered(question)
    parts = answer_parts(answer)
    assert answer.citations
    assert within_limits(parts)
    assert harm(written(parts)) == []
    shown = seen(written(parts))
    for cited in answer.citations:  # the list of sources names a title, too
        assert shown.count(packed(cited.quote)) in ({1, 2} if cited.field == "title" else {1})


def test_real_small_talk_and_a_real_refusal(answered: Callable[[str], Answer]) -> None:
    assert all(part.card is None for part in answer_parts(answered("Hello!")))
    refusal = answered("Where was Petra Lund born?")
    [part] = answer_parts(refusal)
    assert part.card
    quotation, *_ = display(part.card.text).text.splitlines()
    assert quotation.strip("“”") in refusal.trace.hits[0].text


def test_the_samples_in_the_documentation_are_what_is_rendered_today(tmp_path: Path, models_cache: Path) -> None:
    folder = ROOT / "docs" / "discord"
    draw = runpy.run_path(str(folder / "draw.py"))
    samples = draw["answer_samples"](tmp_path, models_cache)
    told = {file.stem: json.loads(file.read_text(encoding="utf-8")) for file in folder.glob("*.json")}
    assert told == {name: [draw["payload"](part) for part in parts] for name, parts in samples.items()}
    page = draw["page"]([samples[name][0] for name in draw["DRAWN"]])
    assert page == (folder / "answer.html").read_text("utf-8"), "draw it again: python docs/discord/draw.py [CHROMIUM]"
    assert (folder / "answer.png").stat().st_size < 150_000


def test_the_picture_in_the_documentation_can_be_drawn_again(tmp_path: Path) -> None:
    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if chromium is None:
        pytest.skip("Chromium is not here")
    folder = ROOT / "docs" / "discord"
    drawn = tmp_path / "answer.png"
    runpy.run_path(str(folder / "draw.py"))["draw"]((folder / "answer.html").read_text("utf-8"), chromium, drawn)
    widths = [int.from_bytes(path.read_bytes()[16:20], "big") for path in (drawn, folder / "answer.png")]
    assert widths == [640, 640]
