"""`byline quotes` and `byline speakers`, and /quotes and /speakers in the chat."""

from __future__ import annotations

import datetime as dt
import io
import json
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner
from rich.console import Console

from bot.cli import main
from bot.quoting import by_article, find, parsed_claim, parsed_query
from bot.terminal import Chat, run_command
from retrieval.library import index_quotations
from retrieval.store.articles import Articles, open_engine
from retrieval.store.quotes import Quotations, QuoteQuery
from retrieval.types import Article
from tests.bot.chat_fake import answer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PORT = Article(
    "port",
    "Harbour opens",
    "“The harbour will open in May,” said Mayor Ann Lee.\n\n"
    "Lee said that the \x1b[31mferry is safe.\n\n"
    "“No,” said Bo Wu.",
    "By Ada Lind",
    "Harbour News",
    "2031-05-02",
    "https://news.example/port",
)
CRANE = Article("crane", "A crane", "“The crane is safe,” said Lee.")
HEADED = "2031-05-02  Harbour opens\n            By Ada Lind, Harbour News, https://news.example/port\n"


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    """A library that an older Byline indexed, so that its quotations are still to be found."""
    articles = Articles(open_engine(tmp_path))
    articles.set_fact("seeded", "yes")
    articles.stage("public", [PORT, CRANE])
    articles.publish(articles.pending(9))
    articles.close()
    return tmp_path


@pytest.fixture
def updated(directory: Path) -> Path:
    byline(directory, "speakers")
    return directory


def add(directory: Path, article: Article) -> None:
    articles = Articles(open_engine(directory))
    articles.stage("public", [article])
    articles.publish(articles.pending(1))
    index_quotations(articles)
    articles.close()


def byline(directory: Path, *arguments: str) -> tuple[int, str, str]:
    ended = CliRunner().invoke(main, ["--data-dir", str(directory), *arguments], catch_exceptions=False)
    return ended.exit_code, ended.stdout, ended.stderr


def test_what_was_said_is_printed_by_article_under_its_speakers_each_described_once(updated: Path) -> None:
    status, out, err = byline(updated, "quotes")
    assert (status, err) == (0, "")
    assert out == (
        "4 quotations.\n\n" + HEADED + "  Ann Lee, Mayor\n"
        "    “The harbour will open in May,”\n"
        "    that the [31mferry is safe — not word for word\n"
        "  Bo Wu\n"
        "    “No,”\n\n"
        "no date     A crane\n"
        "  Lee\n"
        "    “The crane is safe,”\n"
    )


def test_the_quotations_of_an_older_library_are_found_first(directory: Path) -> None:
    _, out, err = byline(directory, "quotes", "--speaker", "wu")
    assert out.startswith("1 quotation of Bo Wu.\n")
    assert err == "Indexed 2 articles, 4 quotations.\n"
    assert byline(directory, "quotes")[2] == ""


def test_options_narrow_and_what_is_cut_is_counted(updated: Path) -> None:
    _, out, _ = byline(updated, "quotes", "--speaker", "lee", "--limit", "1")
    assert out.startswith("3 quotations of Ann Lee.\n")
    assert out.endswith("“The harbour will open in May,”\n\n… and 2 more: --limit 3 shows all.\n")
    assert byline(updated, "quotes", "--about", "harbours")[1].startswith("1 quotation about harbours.\n")
    assert "4 quot" not in byline(updated, "quotes", "--kind", "direct")[1]
    assert byline(updated, "quotes", "--since", "2031-05-02", "--source", "harbour")[1].startswith("3 quotations.\n")
    assert byline(updated, "quotes", "--until", "2031-05-01")[0] == 3


def test_nothing_found_is_said_and_is_status_3(updated: Path) -> None:
    told = "No quotations of Zed about tax. `byline speakers` lists who is quoted.\n"
    assert byline(updated, "quotes", "--speaker", "Zed", "--about", "tax") == (3, told, "")
    assert byline(updated, "quotes", "--library", "other")[:2] == (3, "No quotations.\n")


def test_a_name_of_several_is_an_error_with_the_remedy(updated: Path) -> None:
    add(updated, Article("other", "Other", "“Rain,” said Cy Lee."))
    status, out, err = byline(updated, "quotes", "--speaker", "Lee")
    assert (status, out) == (1, "")
    assert err == ("byline: Several speakers are called Lee: Ann Lee, Cy Lee. Ask for one by full name.\n")


def test_json_is_one_object_with_all_and_its_texts_are_slices(updated: Path) -> None:
    status, out, err = byline(updated, "quotes", "--json", "--speaker", "Ann Lee")
    assert (status, err) == (0, "")
    printed: dict[str, Any] = json.loads(out)
    assert [printed[key] for key in ("speaker", "about", "kind", "total")] == ["Ann Lee", None, None, 3]
    texts = {"port": PORT, "crane": CRANE}
    for quote in printed["quotes"]:
        text = getattr(texts[quote["article_id"]], quote["field"])
        for part in (quote["speaker"], quote["cue"], *quote["content"]):
            assert text[part["start"] : part["end"]] == part["text"]
    first = printed["quotes"][0]
    assert (first["name"], first["description"], first["kind"], first["denied"]) == (
        "Ann Lee",
        "Mayor",
        "direct",
        False,
    )
    assert (first["library"], first["title"], first["published"]) == ("public", "Harbour opens", "2031-05-02")


def test_json_of_nothing_is_an_object_too(updated: Path) -> None:
    status, out, _ = byline(updated, "quotes", "--json", "--speaker", "Zed")
    assert (status, json.loads(out)["total"], json.loads(out)["quotes"]) == (3, 0, [])
    assert len(json.loads(byline(updated, "quotes", "--json", "--limit", "2")[1])["quotes"]) == 2


def test_speakers_are_printed_with_what_else_they_are_called(updated: Path) -> None:
    assert byline(updated, "speakers") == (
        0,
        "     3  Ann Lee, Mayor  (2 articles)\n        also Lee, Mayor Ann Lee\n     1  Bo Wu  (1 article)\n",
        "",
    )
    assert byline(updated, "speakers", "--starting-with", "wu")[1] == "     1  Bo Wu  (1 article)\n"
    rows = [json.loads(line) for line in byline(updated, "speakers", "--json")[1].splitlines()]
    assert rows[1] == {"name": "Bo Wu", "description": None, "aliases": [], "quotes": 1, "articles": 1}


@pytest.mark.parametrize(
    ("options", "told"),
    [((), "Nobody is quoted yet.\n"), (("--starting-with", "z"), "Nobody is quoted by such a name.\n")],
)
def test_that_nobody_is_quoted_is_said(updated: Path, options: tuple[str, ...], told: str) -> None:
    assert byline(updated, "speakers", "--library", "other", *options) == (0, told, "")
    assert byline(updated, "speakers", "--library", "other", "--json", *options) == (0, "", told)


def test_pages_know_what_comes_after_them(updated: Path) -> None:
    engine = open_engine(updated)
    pages = [find(Quotations(engine), QuoteQuery(libraries=("public",)), 3, offset) for offset in (0, 3, 6)]
    assert [(len(page.quotes), page.total, page.left) for page in pages] == [(3, 4, 1), (1, 4, 0), (0, 4, 0)]
    engine.dispose()


# byline verify


@pytest.mark.parametrize(
    ("arguments", "status", "first"),
    [
        (("the harbour will open in may", "--speaker", "lee"), 0, "Yes, word for word, by Ann Lee:"),
        (("“The harbour will open in May”",), 0, "Word for word, by Ann Lee:"),
        (
            ("The harbour will open in May", "--speaker", "Wu"),
            3,
            "No quotation of Bo Wu has these words; Ann Lee said",
        ),
        (("The harbour opens in May",), 3, "Not in these words. Asked: “The harbour opens in May” Said by Ann Lee:"),
        (("It rains",), 3, "No article here quotes anybody as saying “It rains”."),
        (("It rains", "--speaker", "Zed"), 3, "No article here quotes Zed as saying “It rains”."),
        (("The harbour will open in May", "--library", "other"), 3, "No article here quotes anybody"),
        (("The harbour will open in May", "--until", "2031-05-01"), 3, "No article here quotes anybody"),
    ],
)
def test_a_quotation_is_checked(updated: Path, arguments: tuple[str, ...], status: int, first: str) -> None:
    ended, out, err = byline(updated, "verify", *arguments)
    assert (ended, err) == (status, "")
    assert out.startswith(first)


def test_other_words_stand_below_those_asked_about(updated: Path) -> None:
    _, asked, quoted, sentence = byline(updated, "verify", "The harbour opens in May")[1].splitlines()
    assert (asked, quoted) == ("  asked   “The harbour opens in May”", "  quoted  “The harbour will open in May,”")
    assert sentence.startswith("“The harbour will open in May,” said Mayor Ann Lee. — Harbour opens, By Ada Lind, Harb")


def test_a_verdict_as_json_has_slices(updated: Path) -> None:
    printed: dict[str, Any] = json.loads(byline(updated, "verify", "the harbour will open", "--json")[1])
    assert (printed["outcome"], printed["as_asked"], printed["speaker"]) == ("verbatim", True, None)
    assert (printed["found"]["name"], printed["found"]["article_id"]) == ("Ann Lee", "port")
    [one] = printed["sentences"]
    assert one["text"] == PORT.text[one["start"] : one["end"]] == "“The harbour will open in May,” said Mayor Ann Lee."
    nothing: dict[str, Any] = json.loads(byline(updated, "verify", "it rains", "--json")[1])
    assert (nothing["outcome"], nothing["found"], nothing["sentences"]) == ("not found", None, [])


def test_a_quotation_of_a_name_of_several_is_an_error(updated: Path) -> None:
    add(updated, Article("other", "Other", "“Rain,” said Cy Lee."))
    assert byline(updated, "verify", "Rain", "--speaker", "Lee")[0] == 1


# In the chat


@pytest.mark.parametrize(
    ("argument", "speaker", "about"),
    [
        ("Ann Lee", "Ann Lee", None),
        ("Lee about the harbour", "Lee", "the harbour"),
        ("Lee ABOUT  talk about taxes", "Lee", "talk about taxes"),
        ("about taxes", None, "taxes"),
        ("Mr Aboutson", "Mr Aboutson", None),
        ("", None, None),
        ("Lee about", "Lee about", None),
    ],
)
def test_who_and_about_what_are_told_apart(argument: str, speaker: str | None, about: str | None) -> None:
    assert parsed_query(argument, ("public",)) == QuoteQuery(libraries=("public",), speaker=speaker, about=about)


@pytest.fixture
def talk(updated: Path) -> Iterator[Chat]:
    engine = open_engine(updated)
    console = Console(file=io.StringIO(), width=100, highlight=False)
    yield Chat(answer, Quotations(engine), ("public",), lambda: dt.date(2031, 5, 5), console)
    engine.dispose()


def shown(talk: Chat, line: str) -> str:
    assert isinstance(talk.console.file, io.StringIO)
    talk.console.file.seek(0)
    talk.console.file.truncate()
    run_command(talk, line)
    return "\n".join(line.rstrip() for line in talk.console.file.getvalue().splitlines())


def test_the_chat_lists_what_somebody_said(talk: Chat) -> None:
    text = shown(talk, "/quotes lee about safely")
    assert text.startswith("2 quotations of Ann Lee about safely.\n2031-05-02  Harbour opens\n")
    assert "  Ann Lee, Mayor\n    that the [31mferry is safe — not word for word" in text
    assert shown(talk, "/quotes Zed") == "No quotations of Zed."


def test_the_chat_checks_quotations(talk: Chat) -> None:
    assert shown(talk, '/verify "The harbour will open in May" by Lee').startswith("Yes, word for word, by Ann Lee:\n")
    assert shown(talk, "/verify it rains") == "No article here quotes anybody as saying “it rains”."
    assert shown(talk, "/verify").startswith("/verify needs the words")


@pytest.mark.parametrize(
    ("argument", "words", "speaker"),
    [
        ('"I am here" by Ann Lee', "I am here", "Ann Lee"),
        ("“I am here” — Lee", "I am here", "Lee"),
        ("'I stand by you'", "I stand by you", None),
        ("I stand by you", "I stand by you", None),
        ("", "", None),
    ],
)
def test_the_words_and_the_speaker_of_what_is_typed(argument: str, words: str, speaker: str | None) -> None:
    assert parsed_claim(argument) == (words, speaker)


def test_the_chat_cuts_long_lists_and_says_so(talk: Chat, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.terminal._LISTED", 1)
    assert "… and 3 more; /quotes NAME about WORDS shows fewer." in shown(talk, "/quotes")
    assert "… and more; /speakers BEGINNING" in shown(talk, "/speakers")


def test_the_chat_lists_who_is_quoted(talk: Chat) -> None:
    assert shown(talk, "/speakers") == "     3  Ann Lee, Mayor\n     1  Bo Wu"
    assert shown(talk, "/speakers Bo") == "     1  Bo Wu"
    assert shown(talk, "/speakers Z") == "Nobody is quoted whose name begins so."


def test_an_ambiguous_name_in_the_chat_is_a_sentence(talk: Chat, updated: Path) -> None:
    add(updated, Article("other", "Other", "“Rain,” said Cy Lee."))
    assert shown(talk, "/quotes Lee") == "Several speakers are called Lee: Ann Lee, Cy Lee. Ask for one by full name."


def test_a_long_quotation_is_wrapped_below_its_speaker_in_a_terminal(talk: Chat, updated: Path) -> None:
    add(updated, Article("long", "Long", f"“{'Rain and more rain. ' * 20}” said Cy Berg."))
    lines = shown(talk, "/quotes Berg").splitlines()[3:]
    assert len(lines) > 3
    assert all(line.startswith(" " * 4) and len(line) <= 100 for line in lines[1:] if line)


def test_the_words_of_a_headline_are_labelled(updated: Path) -> None:
    add(updated, Article("head", "Cy Berg says: “It rains”", "It rained. Cy Berg was wet."))
    engine = open_engine(updated)
    [group] = by_article(find(Quotations(engine), QuoteQuery(libraries=("public",), speaker="Cy Berg")).quotes)
    assert [(line.manner, line.words) for line in group.quotes] == [("in the headline", "“It rains”")]
    engine.dispose()
