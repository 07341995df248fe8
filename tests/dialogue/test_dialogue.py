"""Follow-ups are made standalone; standalone questions are left alone; small talk is told from questions."""

from __future__ import annotations

import gzip
import json
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.dialogue import standalone
from retrieval.dialogue.small_talk import LISTED, reply
from retrieval.text.small_talk import SmallTalk, small_talk, without_chatter
from retrieval.types import Article, Citation, Extract, Question, Refusal, Statement, Turn

if TYPE_CHECKING:
    from pathlib import Path

HARBOUR = Article(
    "harbour",
    "Harbour town votes for a tunnel",
    "The council of Port Ellery voted on Tuesday to build a tunnel under the harbour. Mayor Ingrid Solheim said the "
    "tunnel would cost 40 million crowns. She called it “the largest project in the history of our town.”\n\n"
    "The spokesman of the fishermen, Tobias Renn, said: “Nobody has asked us, and nobody will fish here.” "
    "He threatened to sue the council.\n\n"
    "Marlow Engineering won the contract. President Adela Brandt visited Norway in May.",
)
COST = "Mayor Ingrid Solheim said the tunnel would cost 40 million crowns."
RENN = "The spokesman of the fishermen, Tobias Renn, said: “Nobody has asked us, and nobody will fish here.”"
VOTE = "The council of Port Ellery voted on Tuesday to build a tunnel under the harbour."
WON = "Marlow Engineering won the contract."
TRIP = "President Adela Brandt visited Norway in May."


def turn(question: str, stated: str = "", short: str | None = None) -> Turn:
    """A question that the article answers in the stated words; a refusal without them."""
    if not stated:
        return Turn(question, Refusal(question, question))
    start = HARBOUR.text.index(stated)
    cited = Citation(1, "public", HARBOUR, "text", start, start + len(stated))
    return Turn(question, Extract(question, question, (Statement(stated, (1,)),), (cited,), short=short, total=1))


SAID = turn("What did Renn say?", RENN)
MAYOR = turn("What did Solheim say about the tunnel?", COST)
VISITOR = turn("Who visited Norway?", TRIP, "Adela Brandt")
VISIT = turn("When did Brandt visit Norway?", TRIP, "May")
WINNER = turn("Who won the contract?", WON, "Marlow Engineering")
VOTED = turn("Did the council approve the tunnel?", VOTE)
OFFICE = turn("Who is the president of Iceland?")
SOMEONE = turn("Was someone heckled in Oslo?")
DATED = turn("What did Brandt say in Norway in 2021?")

PRONOUNS = [
    (SAID, "What did he threaten?", "What did Renn threaten?"),
    (SAID, "When did he say it?", "When did Renn say “Nobody has asked us, and nobody will fish here”?"),
    (SAID, "Who said that?", "Who said “Nobody has asked us, and nobody will fish here”?"),
    (SAID, "What is his job?", "What is Renn's job?"),
    (MAYOR, "When did she say that?", "When did Solheim say “the tunnel would cost 40 million crowns”?"),
    (MAYOR, "Who opposes it?", "Who opposes the tunnel?"),
    (VISITOR, "What did she do there?", "What did Adela Brandt do in Norway?"),
    (VISIT, "Why did she go there?", "Why did Brandt go to Norway?"),
    (WINNER, "When will they start?", "When will Marlow Engineering start?"),
    (WINNER, "How much is it worth?", "How much is the contract worth?"),
    (OFFICE, "How old is she?", "How old is the president of Iceland?"),
]
ELLIPSES = [
    (SAID, "and Solheim?", "What did Solheim say?"),
    (SAID, "What about the mayor?", "What did the mayor say?"),
    (SAID, "What about the tunnel?", "What did Renn say about the tunnel?"),
    (SAID, "To whom?", "To whom did Renn say “Nobody has asked us, and nobody will fish here”?"),
    (SAID, "what else?", "What else did Renn say?"),
    (SAID, "Tell me more", "What else did Renn say?"),
    (SAID, "Really?", "What did Renn say?"),
    (MAYOR, "And Renn?", "What did Renn say about the tunnel?"),
    (MAYOR, "and the harbour?", "What did Solheim say about the harbour?"),
    (VISITOR, "Why?", "Why was it that Adela Brandt visited Norway?"),
    (VISITOR, "Who else?", "Who else visited Norway?"),
    (VISIT, "why?", "Why did Brandt visit Norway?"),
    (VISIT, "How long?", "How long did Brandt visit Norway?"),
    (VISIT, "When did she do that?", "When did Brandt visit Norway?"),
    (VISIT, "And Solheim?", "When did Solheim visit Norway?"),
    (VISIT, "And Sweden?", "When did Brandt visit Sweden?"),
    (VISIT, "And in 2022?", "When did Brandt visit Norway in 2022?"),
    (DATED, "and in 2022?", "What did Brandt say in Norway in 2022?"),
    (DATED, "and in Sweden?", "What did Brandt say in Sweden in 2021?"),
    (VOTED, "Why not?", "Why did the council not approve the tunnel?"),
    (VOTED, "Since when?", "Since when did the council approve the tunnel?"),
    (SOMEONE, "Who?", "Who was heckled in Oslo?"),
    (OFFICE, "And Norway?", "Who is the president of Norway?"),
]
STANDALONE = [
    "What did Brandt say?",
    "What did Brandt say about her visit?",
    "Which country lost its seat?",
    "Did the council say it would build a tunnel?",
    "Is it true that the council voted?",
    "How many fishermen are there?",
    "How long does it take to build a tunnel?",
    "Who said “it is his fault”?",
    "Why did Solheim say Renn would lose his boat?",
    "And why did Brandt visit Norway?",
    "Blinken",
]


@pytest.mark.parametrize(("last", "asked", "expected"), PRONOUNS + ELLIPSES)
def test_a_follow_up_is_written_out(last: Turn, asked: str, expected: str) -> None:
    assert standalone(asked, [last]) == expected


@pytest.mark.parametrize("asked", STANDALONE)
@pytest.mark.parametrize("last", [SAID, VISITOR, WINNER, OFFICE])
def test_a_standalone_question_is_left_alone(asked: str, last: Turn) -> None:
    assert standalone(asked, [last]) == asked


def test_he_and_she_find_the_person_they_fit() -> None:
    history = [turn("Who threatened to sue?", RENN, "Tobias Renn"), turn("Who is Ingrid Solheim?", COST, "Mayor")]
    assert standalone("What did she say?", history) == "What did Ingrid Solheim say?"
    assert standalone("What did he say?", history) == "What did Tobias Renn say?"


def test_names_typed_in_small_letters_are_found() -> None:
    assert standalone("when did he say it?", [turn("what did renn say?", RENN)]).startswith("When did Renn say “Nobody")
    assert standalone("and brandt?", [turn("what did renn say?", RENN)]) == "What did Brandt say?"


def test_words_of_one_speaker_are_not_asked_of_another() -> None:
    asked = turn("When did Renn say “Nobody has asked us”?", RENN)
    assert standalone("and Brandt?", [SAID, asked]) == "What did Brandt say?"


def test_small_talk_between_two_questions_is_skipped() -> None:
    assert standalone("and Solheim?", [SAID, turn("Thanks!")]) == "What did Solheim say?"


def test_turns_of_long_ago_are_forgotten() -> None:
    later = [turn("How deep is the harbour?")] * 6
    assert standalone("What did he threaten?", [SAID, *later]) == "What did he threaten?"


@pytest.mark.parametrize("asked", ["When did he say it?", "and Putin?", "why?", "tell me more"])
def test_without_a_conversation_nothing_changes(asked: str) -> None:
    assert standalone(asked, []) == asked


@given(st.text(), st.sampled_from([SAID, MAYOR, VISITOR, OFFICE]))
def test_any_text_gives_a_question(text: str, last: Turn) -> None:
    assert standalone(text, [last]) or not text.strip()


@given(st.text(max_size=80), st.text(max_size=80))
def test_any_last_question_can_be_followed_up(question: str, stated: str) -> None:
    answer = Extract(question, question, (Statement(stated),), short=stated)
    for asked in ("why?", "and Putin?", "when did he say it?", "what about it?", "who else?", "to whom?"):
        assert isinstance(standalone(asked, [Turn("What?", answer)]), str)


SMALL_TALK = [
    (SmallTalk.GREETING, ["hi", "Good morning!", "Hello there", "hey, how are you?"]),
    (SmallTalk.THANKS, ["thanks", "Thank you very much!", "great, thanks", "ok"]),
    (SmallTalk.FAREWELL, ["bye", "See you later!", "that's all for now", "Good night"]),
    (SmallTalk.HELP, ["help", "What can you do?", "who are you?", "How does this bot work?", "???"]),
    (
        SmallTalk.ABOUT,
        ["What is this about?", "what articles do you have?", "summarise", "Summarize the articles, please"],
    ),
    (SmallTalk.NEWS, ["What’s new?", "what is new?", "latest news", "Hi, what's the latest?", "any news today?"]),
]
QUESTIONS = [
    "What is new about the peace plan?",
    "Hello Kitty's owner is who?",
    "What is the article's view on the tunnel?",
    "What can China do?",
    "What is the latest on the tunnel?",
    "Thanks to whom did she win?",
    "Summarise what Brandt said",
    "Who are you quoting?",
    "Is there any news about the tunnel?",
    "Good morning Britain's host is who?",
    "",
]


@pytest.mark.parametrize(("kind", "said"), [(kind, said) for kind, row in SMALL_TALK for said in row])
def test_small_talk_is_recognised(kind: SmallTalk, said: str) -> None:
    assert small_talk(said) is kind


@pytest.mark.parametrize(
    "message",
    [
        "@everyone What did Renn say?",
        "What did Renn say? Thanks!",
        "Hello! What did Renn say? thank you very much",
        "What did Renn say? lol",
        "What did Renn say? pls",
        "`What did Renn say?`",
        "```\nWhat did Renn say?\n```",
        "What did Re\u200bnn\u200f say?",
        "What'd Renn say?",
    ],
)
def test_a_question_is_asked_without_what_accompanies_it(message: str) -> None:
    assert without_chatter(message) == standalone(message, []) == "What did Renn say?"


@pytest.mark.parametrize("message", ["Thanks!", "lol", "", "@renn", "Who gave thanks?", "Who  asks?", "Who'd sue?"])
def test_a_message_without_chatter_or_without_a_question_is_left_as_it_is(message: str) -> None:
    assert without_chatter(message) == message


@pytest.mark.parametrize("said", ["hi there!", "What's new?", "thanks"])
def test_small_talk_is_no_follow_up(said: str) -> None:
    assert standalone(said, [SAID]) == said


@pytest.mark.parametrize("asked", QUESTIONS[:-1])
def test_a_question_is_no_small_talk(asked: str) -> None:
    assert small_talk(asked) is None


def _questions(folder: Path) -> list[str]:
    with gzip.open(folder / "news" / "questions.jsonl.gz", "rt", encoding="utf-8") as lines:
        return [json.loads(line)["question"] for line in lines]


def test_no_question_of_the_news_quizzes_is_small_talk(public_data: Path) -> None:
    assert [asked for asked in _questions(public_data) if small_talk(asked)] == []


def test_hardly_a_question_of_the_news_quizzes_changes_after_another(public_data: Path) -> None:
    asked = _questions(public_data)
    changed = [question for question in asked if standalone(question, [VISITOR]) != question]
    assert len(changed) <= len(asked) / 200, changed


def _articles() -> list[tuple[str, Article]]:
    dates = [None, "2031-05-02", "2031-05-03T08:00:00Z", None, "2030-01-01", "2031-05-03", "2029-01-01"]
    return [("public", Article(str(n), f" Title {n} ", "Text.", published=date)) for n, date in enumerate(dates)]


def _asked(text: str) -> Question:
    return Question(text=text, libraries=("public",))


@pytest.mark.parametrize("kind", [SmallTalk.ABOUT, SmallTalk.NEWS])
def test_a_list_of_articles_cites_their_whole_titles(kind: SmallTalk) -> None:
    answer = reply(kind, _asked("What's new?"), _articles(), 7)
    assert len(answer.statements) == LISTED
    assert answer.total == 7
    for said, cited in zip(answer.statements, answer.citations, strict=True):
        assert (cited.field, cited.start, cited.end) == ("title", 0, len(cited.article.title))
        assert said.text == cited.quote == cited.article.title
        assert said.citations == (cited.number,)


def test_the_news_comes_newest_first_and_undated_last() -> None:
    answer = reply(SmallTalk.NEWS, _asked("What's new?"), _articles()[:5], 5)
    assert [cited.article.id for cited in answer.citations] == ["2", "1", "4", "0", "3"]


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
