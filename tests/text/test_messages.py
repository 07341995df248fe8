"""Small talk is told from questions, and what is asked of the last answer from what is asked of the articles."""

from __future__ import annotations

import gzip
import json
from typing import TYPE_CHECKING

import pytest

from retrieval.dialogue.rewriting import standalone
from retrieval.text.messages import (
    Recall,
    SmallTalk,
    asks_anew,
    changes_topic,
    looks_like_question,
    picked,
    points_back,
    recall,
    small_talk,
    without_chatter,
)

if TYPE_CHECKING:
    from pathlib import Path

SMALL_TALK = [
    (SmallTalk.GREETING, ["hi", "Good morning!", "hi all!", "hey, how are you?", "anyone here?"]),
    (
        SmallTalk.THANKS,
        ["thanks", "Thank you very much!", "great, thanks", "ok", "nice one mate", "lol ty", "thanks, that helps!"],
    ),
    (
        SmallTalk.GREETING,
        ["anyone?", "you up?", "how r u", "happy friday all", "wassup", "hola!", "Byline?", "testing 123"],
    ),
    (SmallTalk.GREETING, ["testing 123", "is this thing on?", "does this work?", "can you hear me"]),
    (SmallTalk.THANKS, ["thanksss", "merci!", "much obliged", "np", "gj bot", "of course", "who cares", "lemme think"]),
    (SmallTalk.SURPRISE, ["hahahaha", "lololol", "LMAOOO", "xD", "nooo wayyy", "facts", "fr fr", "no cap", "holy cow"]),
    (SmallTalk.CONFUSION, ["lol what", "wat", "what the hell", "whaaat?"]),
    (SmallTalk.HELP, ["help pls", "can you help me?", "I have a question", "can I ask you something?", "stop"]),
    (SmallTalk.HELP, ["this bot is great", "who made this bot?", "I love this bot", "what bot is this"]),
    (SmallTalk.HELP, [":D", "<3", "https://example.org/a?b=c", "<https://example.org> :pray:", "@ann"]),
    (SmallTalk.THANKS, ["tysm!!! <3", "thanks \\o/", "ty :)", "cheers ;-)"]),
    (SmallTalk.FAREWELL, ["afk", "cya later"]),
    (SmallTalk.FAREWELL, ["bye", "See you later!", "Great, thanks. Bye!", "that's all for now", "Good night"]),
    (SmallTalk.HELP, ["help", "What can you do?", "who are you?", "How does this bot work?", "???"]),
    (SmallTalk.HELP, ["What is your name, bot?", "whats ur name", "are you a robot?", "Tell us a story"]),
    (
        SmallTalk.SURPRISE,
        [
            "no way!",
            "oh wow",
            "really??",
            "are you sure",
            "hmm",
            "haha ok",
            "that's so sad",
            "lol good for her",
            "Too expensive for me",
            "poor guy",
        ],
    ),
    (SmallTalk.UNABLE, ["translate to german", "in Spanish, please", "remind me on Friday", "whats the weather today"]),
    (SmallTalk.UNABLE, ["what do you think?", "do you think he will win?", "is that a lot?", "can you look it up"]),
    (SmallTalk.CONFUSION, ["wait, what?", "huh", "Sorry?", "what do you mean by that?", "you're wrong"]),
    (
        SmallTalk.ABOUT,
        ["What is this about?", "what articles do you have?", "summarise", "Summarize the articles, please"],
    ),
    (SmallTalk.NEWS, ["What’s new?", "what is new?", "latest news", "Hi, what's the latest?", "any news today?"]),
    (SmallTalk.NEWS, ["What's the news this week?", "What came in since yesterday?", "What's new since I last asked?"]),
]
QUESTIONS = [
    "What is new about the peace plan?",
    "Google fined how much?",
    "What time is it?",
    "What will the weather be like at the fair?",
    "Who translated the book?",
    "What do the unions think?",
    "Hello Kitty's owner is who?",
    "What is the article's view on the tunnel?",
    "What can China do?",
    "What is the latest on the tunnel?",
    "Thanks to whom did she win?",
    "Summarise what Brandt said",
    "No way out of the strike?",
    "Who is your namesake?",
    "And who came second?",
    "Hello Dolly opens when?",
    "So Solid Crew members",
    "Who says thanks?",
    "What did she say about thanks?",
    "Did it win 3?",
    "Who are you quoting?",
    "Is there any news about the tunnel?",
    "Good morning Britain's host is who?",
    "Happy Mondays members",
    "Stop the boats, said who?",
    "Help for farmers",
    "Who is the question for?",
    "Does this bot tax work?",
    "Merci Mercy's lead singer?",
    "Facts on the ferry",
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
        "What did Renn say? 12",
        "thanks, that's great. What did Renn say?",
        "Hey Byline, how are you? What did Renn say?",
        "ok cool thanks, What did Renn say?",
        "What did Renn say? 😀",
        "hi so What did Renn say?",
        "<@1234567890> What did Renn say?",
        "hey <@!1234> What did Renn say? lol",
        "lol yo What did Renn say?",
        "What did Renn say? https://example.com/renn",
        "ok, um What did Renn say?",
        "No, What did Renn say?",
        "What did Renn say, thank you so much?",
        "**What did Renn say?**",
        "> What did Renn say?",
        "Q: What did Renn say?",
        "yo bot What did Renn say? rn",
        "anyway, What did Renn say?",
        "hey! quick q - What did Renn say?",
        "sorry to bother you but What did Renn say?",
        "What did Renn say? please and thank you",
        "What did Renn say? lmaooooo",
        "What did Renn say? fr fr ngl",
        "What did Renn say? asap tysm <3",
        "What did Renn say? idk smh :pray:",
        "What did Renn say? cc @ann",
        "What did Renn say? \\o/ :D",
        "¯\\_(ツ)_/¯ What did Renn say?",
        "guys What did Renn say?",
        "gm folks, What did Renn say?",
        "hello there bot What did Renn say?",
        "sry but pls What did Renn say?",
        "serious question: What did Renn say?",
        "ELI5 What did Renn say?",
        "/ask What did Renn say?",
        "!byline What did Renn say?",
    ],
)
def test_a_question_is_asked_without_what_accompanies_it(message: str) -> None:
    assert without_chatter(message) == standalone(message, []) == "What did Renn say?"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("whos the mayor now", "who's the mayor now"),
        ("Whens the fair, and dont they charge?", "When's the fair, and don't they charge?"),
        ("howd they get down", "how did they get down"),
        ("its theirs as it were", "its theirs as it were"),
    ],
)
def test_an_apostrophe_that_was_not_typed_is_put_in(typed: str, meant: str) -> None:
    assert without_chatter(typed) == meant


@pytest.mark.parametrize("message", ["Thanks!", "lol", "", "@renn", "Who gave thanks?", "Who  asks?", "Who'd sue?"])
def test_a_message_without_chatter_or_without_a_question_is_left_as_it_is(message: str) -> None:
    assert without_chatter(message) == message


@pytest.mark.parametrize("asked", QUESTIONS[:-1])
def test_a_question_is_no_small_talk(asked: str) -> None:
    assert small_talk(asked) is None


def _questions(folder: Path) -> list[str]:
    with gzip.open(folder / "news" / "questions.jsonl.gz", "rt", encoding="utf-8") as lines:
        return [json.loads(line)["question"] for line in lines]


def test_no_question_of_the_news_quizzes_is_small_talk(public_data: Path) -> None:
    assert [asked for asked in _questions(public_data) if small_talk(asked)] == []


@pytest.mark.parametrize(
    "text",
    [
        "why?",
        "When?",
        "so who?",
        "he said what?",
        "did she?",
        "when did he say that?",
        "more",
        "what for?",
        "since when?",
        "to whom?",
        "is it still true?",
        "so?",
    ],
)
def test_what_only_points_back_is_told(text: str) -> None:
    assert points_back(text)


@pytest.mark.parametrize("text", ["Why did Renn resign?", "Who won?", "When is the concert?", "What did Renn say?", ""])
def test_a_question_with_words_of_its_own_points_nowhere(text: str) -> None:
    assert not points_back(text)


@pytest.mark.parametrize(
    ("text", "asks"),
    [
        ("what did Xi say", True),
        ("Rain tomorrow?", True),
        ("is the bridge open yet lol", True),
        ("lol ok", False),
        ("hi there!", False),
        ("I was there on Monday.", False),
        ("", False),
        ("???", False),
    ],
)
def test_a_question_is_told_from_talk(text: str, *, asks: bool) -> None:
    assert looks_like_question(text) is asks


@pytest.mark.parametrize(
    "opening", ["Different topic:", "ok, next question:", "on another note,", "Change of subject."]
)
def test_a_change_of_topic_is_told_from_what_is_asked(opening: str) -> None:
    assert changes_topic(f"{opening} who is Renn?") == "who is Renn?"


@pytest.mark.parametrize("asked", ["What's the next question?", "A different topic was what?", "who is Renn?"])
def test_a_question_on_topics_changes_none(asked: str) -> None:
    assert changes_topic(asked) is None


RECALLED = [
    (Recall.SOURCES, ["source?", "Got a link for that?", "how do you know", "where did you read that?", "says who?"]),
    (Recall.SOURCES, ["really??", "wow, are you sure?", "that's not true", "which paper was that in", "prove it"]),
    (Recall.AGAIN, ["can you repeat that please", "say that again", "come again?", "what did you say?", "once more"]),
    (Recall.SHORTER, ["shorter please", "say that in one sentence", "tl;dr", "can you keep it brief", "sum that up"]),
    (Recall.ANOTHER, ["no, I meant the other one", "not that one", "that's not what I asked", "and the other?"]),
    (Recall.ANOTHER, ["that doesn't answer my question", "wrong one", "no thats not it", "try again"]),
]
ASKED = [
    "What is the source of the river?",
    "Who is the source?",
    "What is the link between the two fires?",
    "Is there any evidence?",
    "What's the address?",
    "What did he say?",
    "How do they know?",
    "Where is it from?",
    "How long is it?",
    "Is it shorter than the old one?",
    "When does the other ferry leave?",
    "and the others?",
    "Who was wrong?",
    "sure",
    "",
]


@pytest.mark.parametrize(("kind", "said"), [(kind, said) for kind, row in RECALLED for said in row])
def test_what_is_asked_of_the_last_answer_is_recognised(kind: Recall, said: str) -> None:
    from retrieval.text.messages import without_chatter

    assert recall(without_chatter(said)) is kind
    assert not asks_anew(without_chatter(said))


@pytest.mark.parametrize("said", ASKED)
def test_what_the_articles_may_tell_is_no_such_thing(said: str) -> None:
    assert recall(said) is None


@pytest.mark.parametrize(
    ("said", "number"),
    [
        ("the second one", 2),
        ("ok, the first one?", 1),
        ("the eleventh one", 11),
        ("2", 2),
        ("[3]", 3),
        ("the second goal", None),
        ("20 crowns", None),
    ],
)
def test_one_of_several_is_picked_by_its_place(said: str, number: int | None) -> None:
    assert picked(said) == number
