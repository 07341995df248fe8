"""Answers as JSON, plain and rich text: exact where it counts, harmless where it is shown."""

from __future__ import annotations

import io
import json
import unicodedata
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from bot.render import NEAREST, article_view, explain, folded, one_line, plain, printable, quoted, rich_answer, to_json
from retrieval.types import (
    Answer,
    Article,
    Citation,
    Extract,
    Hit,
    Prose,
    QuotationList,
    Refusal,
    Span,
    Statement,
    Trace,
)
from tests.fakes import as_prose

KEYS = (
    "question standalone_question answered answer statements total short note speaker about confidence mode dropped"
    " citations"
    " nearest timings_ms"
)
CITED = "quote article_id field start end title byline publisher published url source"
TEXT = "The bridge opened on Monday.\n\nMayor Solheim said it cost 40 million crowns.\nNobody objected."
ARTICLE = Article(
    "a1", "Bridge opens", TEXT, "By Ada Lind", "Harbour News", "2031-05-02", "https://news.example/bridge", "bridge.txt"
)
HOSTILE = Article(
    "a2",
    "\x1b]0;owned\x07[bold red]Title[/bold red]",
    "\x1b[31mRed\x1b[0m text\r\x9b2J with [link=https://evil.example]markup[/link] "
    "and \u202eesrever\u2066.\nNext :smile: \ud800 line.",
    byline="By \x1b[5mEve",
    url="https://evil.example/\x1b[0m",
)


def cite(article: Article, quote: str, number: int = 1) -> Citation:
    start = article.text.index(quote)
    return Citation(number, "public", article, "text", start, start + len(quote))


COST = "Mayor Solheim said it cost 40 million crowns.\nNobody objected."
ANSWERED = Extract(
    "How much was it?",
    "How much did the bridge cost?",
    (Statement("The bridge opened on Monday.", (1,)), Statement(COST, (2, 3))),
    (
        cite(ARTICLE, "The bridge opened on Monday."),
        cite(ARTICLE, COST, 2),
        Citation(3, "public", ARTICLE, "title", 0, 12),
    ),
    short="40 million crowns",
    total=5,
    confidence=0.9,
    trace=Trace(timings_ms={"read": 1.5}),
)
HITS = tuple(Hit("public", ARTICLE, 0, end, 1 / end, 0.5, 1, None, None) for end in (28, 20, 10, 5))
REFUSED = Refusal("Why?", "Why did it rain?", trace=Trace(hits=HITS, why=("kind asked: cause",)))
HOSTILE_ANSWER = Extract(
    "Hi?",
    "Hi?",
    (Statement(HOSTILE.text, (1,)),),
    (Citation(1, "public", HOSTILE, "text", 0, len(HOSTILE.text)),),
    short="Red",
    total=1,
)
HOSTILE_REFUSAL = Refusal(
    "Hi?", "Hi?", trace=Trace(hits=(Hit("public", HOSTILE, 0, len(HOSTILE.text), 1.0),), why=("\x1b[2J",))
)


def shown(renderable: object, *, color: bool = False, width: int = 200) -> str:
    out = io.StringIO()
    console = Console(file=out, width=width, force_terminal=color, color_system="truecolor" if color else None)
    console.print(renderable)
    return out.getvalue()


WRITTEN = as_prose(ANSWERED, trace=Trace(dropped=1))
STOOD_IN = replace(REFUSED, note="The chat model failed.")


def test_what_has_to_be_known_of_an_answer_is_told_wherever_it_is_shown() -> None:
    for tell in (plain, one_line, lambda answer: shown(rich_answer(answer))):
        assert "Left out: 1 sentence of the chat model that the articles do not support." in tell(WRITTEN)
        assert "The chat model failed." in tell(STOOD_IN)
        assert "chat model" not in tell(ANSWERED) + tell(REFUSED)
    told = to_json(STOOD_IN)
    assert (told["note"], told["dropped"], to_json(WRITTEN)["dropped"]) == ("The chat model failed.", 0, 1)


def test_a_follow_up_is_told_as_it_was_understood_but_not_that_chatter_was_left_out() -> None:
    told = "Understood as: How much did the bridge cost?"
    for tell in (plain, one_line, lambda answer: shown(rich_answer(answer))):
        assert told in tell(ANSWERED)
        assert told in tell(Refusal("And how much?", "How much did the bridge cost?"))
        for same in ("how much did the bridge  cost?", "@everyone How much did the bridge cost? thanks lol"):
            assert "Understood" not in tell(replace(ANSWERED, question=same))


def test_json_has_the_keys_that_others_rely_on() -> None:
    told = to_json(ANSWERED)
    assert list(told) == KEYS.split()
    assert told["answer"] == ANSWERED.text
    assert told["statements"] == [
        {"text": "The bridge opened on Monday.", "citations": [1]},
        {"text": COST, "citations": [2, 3]},
    ]
    assert told["nearest"] == []
    citations = told["citations"]
    assert isinstance(citations, list)
    assert [list(cited) for cited in citations] == [["number", *CITED.split(), "also_in"]] * 3
    assert json.loads(json.dumps(told)) == told


@pytest.mark.parametrize("answer", [ANSWERED, REFUSED, HOSTILE_ANSWER, HOSTILE_REFUSAL])
def test_a_quote_in_json_is_the_exact_slice(answer: Answer) -> None:
    told = to_json(answer)
    articles = {article.id: article for article in (ARTICLE, HOSTILE)}
    rows = [*_rows(told["citations"]), *_rows(told["nearest"])]
    assert rows
    for row in rows:
        field = getattr(articles[str(row["article_id"])], str(row["field"]))
        assert row["quote"] == field[row["start"] : row["end"]]


def _rows(value: object) -> list[dict[str, object]]:
    assert isinstance(value, list)
    return value


def listing(number: int) -> Answer:
    text = " ".join(f"Sentence {i}." for i in range(number))
    article = Article("list", "List", text)
    starts = [text.index(f"Sentence {i}.") for i in range(number)]
    cited = tuple(Citation(n, "public", article, "text", at, at + 11) for n, at in enumerate(starts, 1))
    said = tuple(Statement(c.quote, (c.number,)) for c in cited)
    return QuotationList("What?", "What?", said, cited, total=number, speaker="Ann O'Lee", topic="boats")


def test_of_a_long_list_five_are_shown_and_how_to_see_the_rest() -> None:
    answer = listing(8)
    rest = "… and 3 more: byline quotes --speaker 'Ann O'\"'\"'Lee' --about boats"
    assert plain(answer).splitlines()[4:7] == ["Sentence 4. [5]", rest, ""]
    assert plain(answer).splitlines()[-1] == "[1][2][3][4][5] List"
    assert shown(rich_answer(answer)).splitlines()[5] == rest
    in_chat = shown(rich_answer(answer, in_chat=True)).splitlines()
    assert in_chat[5] == "… and 3 more: /quotes Ann O'Lee about boats"
    assert not any("[6]" in line for line in in_chat)
    assert "Sentence 5" not in one_line(answer)
    told = to_json(answer)
    assert (told["total"], len(_rows(told["statements"])), len(_rows(told["citations"]))) == (8, 8, 8)


def test_a_list_of_five_is_shown_whole() -> None:
    assert "more" not in plain(listing(5))


def test_a_note_comes_first_and_is_no_statement() -> None:
    answer = replace(listing(1), note="Yes, word\n for word:")
    assert plain(answer).startswith("Yes, word for word:\nSentence 0. [1]\n")
    assert shown(rich_answer(answer)).startswith("Yes, word for word:\nSentence 0. [1]\n")
    assert one_line(answer).startswith("Yes, word for word: Sentence 0. [1] (")
    assert answer.text == "Yes, word\n for word: Sentence 0. [1]"
    assert to_json(answer)["note"] == "Yes, word\n for word:"
    refusal = replace(REFUSED, note="Wu is mentioned, not quoted.")
    assert plain(refusal).startswith("The articles do not say. Wu is mentioned, not quoted.\n")


def test_a_refusal_in_json_names_the_nearest_passages_with_score_and_library() -> None:
    told = to_json(REFUSED)
    assert told["answered"] is False
    nearest = _rows(told["nearest"])
    assert [list(row) for row in nearest] == [[*CITED.split(), "score", "library"]] * NEAREST
    assert nearest[0]["quote"] == "The bridge opened on Monday."


def test_plain_text_gives_the_answer_and_then_its_sources() -> None:
    origin = "Bridge opens, By Ada Lind, Harbour News, 2031-05-02, https://news.example/bridge"
    assert plain(ANSWERED) == (
        "40 million crowns\n\n"
        "The bridge opened on Monday. [1]\n"
        "Mayor Solheim said it cost 40 million crowns. Nobody objected. [2][3]\n"
        "… and 3 more.\n"
        "Understood as: How much did the bridge cost?\n\n"
        f"[1][2] {origin}\n"
        "[3] “Bridge opens” — By Ada Lind, Harbour News, 2031-05-02, https://news.example/bridge"
    )


def test_each_sentence_is_shown_once_and_other_words_are_quoted_below_the_answer() -> None:
    for tell in (plain, one_line, lambda answer: shown(rich_answer(answer))):
        assert tell(ANSWERED).count("Nobody objected") == 1
        assert tell(ANSWERED).count("“Bridge opens”") == 1
    prose = Prose("A?", "A?", (Statement("It cost a lot.", (2,)),), ANSWERED.citations)
    assert plain(prose).count("Nobody objected") == 1
    assert plain(prose).count("[1]") == 0


def test_each_article_is_named_once_whichever_of_its_fields_are_cited() -> None:
    title = Citation(1, "public", ARTICLE, "title", 0, len(ARTICLE.title))
    cited = (title, cite(HOSTILE, "text", 2), cite(ARTICLE, "The bridge opened on Monday.", 3))
    said = tuple(Statement(citation.quote, (citation.number,)) for citation in cited)
    for tell in (plain, lambda answer: shown(rich_answer(answer))):
        told = tell(Extract("What?", "What?", said, cited))
        assert "[1][3] Bridge opens, By Ada Lind, Harbour News" in told
        assert told.count("Harbour News") == 1


def test_a_few_words_that_answer_come_first_where_nothing_can_stand_out() -> None:
    assert one_line(ANSWERED).startswith("40 million crowns — The bridge opened on Monday. [1]")
    most = replace(ANSWERED, short=COST[:-1])
    assert plain(most).startswith("The bridge opened on Monday. [1]\n")
    assert one_line(most).startswith("The bridge opened on Monday. [1]")


def test_a_refusal_says_so_and_names_the_nearest_passage() -> None:
    assert plain(REFUSED).startswith(
        "The articles do not say.\nUnderstood as: Why did it rain?\n\nNearest: “The bridge opened on Monday.” — "
    )
    assert one_line(REFUSED).startswith(
        "The articles do not say. Understood as: Why did it rain? Nearest: “The bridge opened on Monday.” — "
    )


def test_of_the_nearest_passage_the_sentence_is_shown_that_shares_most_with_the_question() -> None:
    hits = (Hit("public", ARTICLE, 0, len(TEXT), 0.1),)
    refused = Refusal("Who?", "Who paid the crowns that Mayor Solheim wanted?", trace=Trace(hits=hits))
    for text in (plain(refused), one_line(refused), shown(rich_answer(refused))):
        assert "“Mayor Solheim said it cost 40 million crowns.” — Bridge opens," in text
        assert "Nobody objected" not in text


@pytest.mark.parametrize(
    "own", ["“It is open,” she said.", "She said: “It is open.”", "“It is open.”", '"It," she said', "«Oui»", "“", '"']
)
def test_words_with_marks_of_their_own_at_either_end_get_no_others(own: str) -> None:
    assert quoted(own) == own


def test_other_words_are_put_in_marks() -> None:
    assert quoted("She said “yes” at once.") == "“She said “yes” at once.”"
    assert quoted("‘Yes,’ she said.") == "“‘Yes,’ she said.”"


def test_a_refusal_without_any_article_is_one_sentence() -> None:
    assert plain(Refusal("Why?", "Why?")) == one_line(Refusal("Why?", "Why?")) == "The articles do not say."


@pytest.mark.parametrize("answer", [ANSWERED, REFUSED, HOSTILE_ANSWER, HOSTILE_REFUSAL])
def test_one_line_is_one_line(answer: Answer) -> None:
    assert len(one_line(answer).splitlines()) == 1


def test_a_refusal_differs_at_a_glance_with_and_without_color() -> None:
    assert shown(rich_answer(REFUSED)).startswith("✗ The articles do not say.")
    assert "\x1b[1;33m✗" in shown(rich_answer(REFUSED), color=True)
    assert "✗" not in shown(rich_answer(ANSWERED))


def test_the_short_answer_stands_out_where_it_is_stated() -> None:
    lines = shown(rich_answer(ANSWERED), color=True).splitlines()
    assert "\x1b[1;32m40 million crowns\x1b[0m" in lines[1]
    assert "\x1b[1;32m" not in lines[0]


@pytest.mark.parametrize("answer", [HOSTILE_ANSWER, HOSTILE_REFUSAL])
def test_hostile_text_cannot_steer_the_terminal(answer: Answer) -> None:
    views = [rich_answer(answer), article_view(HOSTILE, Span(2, 12))]
    for text in (plain(answer), one_line(answer), explain(answer), *(shown(view) for view in views)):
        assert not [c for c in text if unicodedata.category(c) in ("Cc", "Cs") and c != "\n"]
        assert not set("\u202e\u2066") & set(text)


def test_markup_and_emoji_codes_in_an_article_are_only_text() -> None:
    for text in (shown(rich_answer(HOSTILE_ANSWER)), shown(article_view(HOSTILE))):
        assert "[link=https://evil.example]markup[/link]" in text
        assert ":smile:" in text
        assert "[bold red]Title[/bold red]" in text
    assert "\x1b]8" not in shown(rich_answer(HOSTILE_ANSWER), color=True)


def test_an_article_is_shown_whole_with_the_quote_highlighted() -> None:
    start = TEXT.index("40 million")
    colored = shown(article_view(ARTICLE, Span(start, start + 10)), color=True)
    assert "\x1b[1;30;43m40 million\x1b[0m" in colored
    text = shown(article_view(ARTICLE, Span(start, start + 10)))
    assert text.startswith("Bridge opens\nBy Ada Lind · Harbour News · 2031-05-02 · https://news.example/bridge\n\n")
    assert text.rstrip("\n").endswith(TEXT)


def test_of_a_long_article_what_stands_around_the_quote_is_shown() -> None:
    text = " ".join(f"Word number {n}." for n in range(100))
    article = Article("long", "Long", f"{text} Here it is. {text}")
    start = article.text.index("Here it is.")
    view = shown(article_view(article, Span(start, start + 11), around=30)).splitlines()
    assert view == [
        "Long",
        "",
        "… 294 words before …",
        "Word number 98. Word number 99. Here it is. Word number 0. Word number 1.",
        "… 294 words after …",
    ]
    titled = shown(article_view(article, Span(0, 4), "title", around=30)).splitlines()
    assert titled[2:] == ["Word number 0. Word number 1.", "… 597 words after …"]


def test_a_cited_title_is_highlighted_as_well() -> None:
    assert "43mBridge\x1b" in shown(article_view(ARTICLE, Span(0, 6), "title"), color=True)


def test_an_explanation_shows_every_hit_with_its_scores_and_then_why() -> None:
    header, *rows = explain(REFUSED).splitlines()
    assert header.split() == ["#", "score", "dense", "(rank)", "lexical", "(rank)", "title:", "first", "words"]
    assert rows[0].split()[:5] == ["1", "0.0357", "0.500", "(1)", "-"]
    assert len(rows) == len(HITS) + 1
    assert rows[-1] == "kind asked: cause"


def test_prose_of_a_writer_flows() -> None:
    prose = Prose("A?", "A?", (Statement("One.", (1,)), Statement("Two.", (1,))), ANSWERED.citations[:1])
    assert plain(prose).startswith("One. [1] Two. [1]\n")
    assert shown(rich_answer(prose)).startswith("One. [1] Two. [1]\n")


@given(st.text())
def test_printable_text_keeps_every_visible_character(text: str) -> None:
    kept = printable(text)
    assert printable(kept) == kept
    visible = [c for c in text if unicodedata.category(c)[0] in "LNPS"]
    assert [c for c in kept if unicodedata.category(c)[0] in "LNPS" and c != "\N{REPLACEMENT CHARACTER}"] == [
        c for c in visible if c != "\N{REPLACEMENT CHARACTER}"
    ]
    kept.encode()


@given(st.text(), st.text(min_size=1), st.text())
def test_any_article_can_be_rendered(before: str, quote: str, after: str) -> None:
    article = Article("x", quote, before + quote + after)
    cited = Citation(1, "public", article, "text", len(before), len(before) + len(quote))
    answer = Extract("?", "?", (Statement(quote, (1,)),), (cited,), short=quote[:1], total=1)
    assert len(one_line(answer).splitlines()) == 1
    assert "[1]" in plain(answer)
    assert "[1]" in shown(rich_answer(answer))
    shown(article_view(article, Span(cited.start, cited.end)))


def test_items_below_one_another_are_a_row_and_a_wrapped_line_goes_on() -> None:
    assert folded("Freya\n\nSkua \n \n Puffin") == "Freya; Skua; Puffin"
    assert folded("The boat\nsank.\n\nIt rained") == "The boat sank. It rained"
