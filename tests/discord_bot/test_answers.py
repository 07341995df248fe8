"""The doors to an answer, the answer, and its buttons: the bot's real process with the real reader and articles."""

from __future__ import annotations

import json
import re
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest

from prompts import load
from tests import SEED
from tests.discord_bot.process import BotProcess
from tests.discord_emulator import Discord, NotOffered
from tests.discord_emulator.description import described
from tests.discord_emulator.people import Person
from tests.discord_emulator.permissions import EVERYONE, names
from tests.processes import run_byline

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.discord_emulator.channels import Channel
    from tests.discord_emulator.interactions import Interaction
    from tests.discord_emulator.messages import Message
    from tests.discord_emulator.servers import Server


PRIMARY = 1  # as a button is styled
TEAL, AMBER = 0x1ABC9C, 0xF0A020
BUTTONS = ["Sources", "Follow up", "👍", "👎", "🗑️"]
NOTE = "Reading the articles"
PATIENCE = 60.0  # seconds for an answer on a busy machine; the first one loads the model

BLINKEN = "What did Blinken say?"
SAID = "And instead of even condemning them, it would rather provide diplomatic cover"
PUTIN = "colossal leap forward"  # what the articles have to "And Putin?" after BLINKEN, and to nothing else
NOT_THERE = "Who won the 2022 World Cup?"
CLOSED = "Why was the harbour of Port Ellen closed?"
COLOUR = "Which colour was the bridge of Kilmory painted?"

PUBLIC = [
    {
        "id": "storm",
        "title": "Storm closes harbour",
        "byline": "Ann Lee",
        "publisher": "The Harbour Post",
        "published": "2022-03-20",
        "url": "https://example.org/storm",
        "text": "The harbour of Port Ellen was closed because of a storm, said its master, Rona Blair. "
        "Three ferries stayed in port.",
    },
    {
        "id": "crane",
        "title": "Crane falls in harbour",
        "byline": "Tom Reid",
        "publisher": "Island Gazette",
        "published": "2024-05-06",
        "url": "https://example.org/crane",
        "text": "The harbour of Port Ellen was closed because of a fallen crane, said its master, Rona Blair. "
        "Nobody was hurt.",
    },
]
OWN = {"title": "A bridge in colour", "text": "The bridge of Kilmory was painted red, said its owner, Zora Quill."}


def add(data_dir: Path, rows: list[dict[str, str]], *options: str) -> None:
    path = data_dir / "rows.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    run_byline(data_dir, "add", str(path), *options)
    path.unlink()


@dataclass
class Newsroom:
    """A server with the bot, whose process can be started anew."""

    discord: Discord
    data_dir: Path
    server: Server
    bot: BotProcess
    starts: list[float] = field(default_factory=list)

    def start(self) -> None:
        begun = time.monotonic()
        self.bot = BotProcess(self.discord, self.data_dir)
        self.bot.wait_ready()
        self.starts.append(time.monotonic() - begun)

    def restart(self) -> None:
        assert self.bot.terminate() == 0, self.bot.log
        self.discord.wait_until(lambda: not self.discord.connected, what="the connection to end")
        self.start()

    def person(self, name: str) -> Person:
        """Somebody new in the server, whose questions nobody has heard."""
        made = self.discord.person(name)
        self.server.join(made)
        return made

    def from_bot(self, channel: Channel) -> list[Message]:
        return [message for message in channel.messages if message.author is self.discord.bot]

    def reply(self, to: Message, channel: Channel | None = None) -> Message:
        """The bot's answer to a message, once its buttons are there."""
        found: list[Message] = []

        def replied() -> bool:
            found[:] = [one for one in self.from_bot(channel or to.channel) if int(one.id) > int(to.id)]
            return bool(found and found[-1].buttons)

        self.discord.wait_until(replied, PATIENCE, f"an answer to {to.content!r}")
        return found[0]

    def asks(self, person: Person, channel: Channel, text: str, reply_to: Message | None = None) -> Message:
        """The answer to a question that mentions the bot."""
        return self.reply(person.says(channel, f"<@bot> {text}", reply_to=reply_to))

    def slash(self, person: Person, channel: Channel, question: str, **options: object) -> Interaction:
        asked = person.slash(channel, "ask", wait="answered", timeout=PATIENCE, question=question, **options)
        self.discord.wait_until(lambda: not asked.text.startswith(NOTE), PATIENCE, f"more than a note to {question!r}")
        return asked


@pytest.fixture(scope="module")
def newsroom(tmp_path_factory: pytest.TempPathFactory, used_once: Callable[[Path], Path]) -> Iterator[Newsroom]:
    """The bot, a public library of the seed article and PUBLIC, and a server that has OWN in its own library."""
    data_dir = used_once(tmp_path_factory.mktemp("newsroom"))
    add(data_dir, PUBLIC)
    with Discord() as discord:
        server = discord.server("Newsroom")
        add(data_dir, [OWN], "--library", f"server-{server.id}")
        begun = time.monotonic()
        bot = BotProcess(discord, data_dir)
        room = Newsroom(discord, data_dir, server, bot)
        try:
            bot.wait_ready()
            room.starts.append(time.monotonic() - begun)
            yield room
        finally:
            room.bot.kill()


@pytest.fixture
def news(newsroom: Newsroom) -> Channel:
    return newsroom.server.channel("news")


@pytest.fixture
def alice(newsroom: Newsroom) -> Person:
    return newsroom.person("alice")


@pytest.fixture
def bob(newsroom: Newsroom) -> Person:
    return newsroom.person("bob")


def colours(message: Message) -> set[int]:
    return {embed["color"] for embed in message.embeds}


def labels(message: Message) -> list[str]:
    return [button.label for button in message.buttons]


# The doors


def test_ask_shows_the_question_the_answer_and_its_citations(newsroom: Newsroom, news: Channel, alice: Person) -> None:
    asked = newsroom.slash(alice, news, BLINKEN)
    assert asked.original is not None
    assert asked.original.ephemeral_for is None
    assert asked.original.content.startswith(f"> {BLINKEN}\n")
    assert SAID in asked.original.content
    assert "[3]" in asked.original.content
    card = asked.original.embeds[0]["description"]
    for told in ("[1]", "[2]", "[3]", "China’s leader Xi in Moscow for meeting with Putin", "Keane"):
        assert told in card
    assert SAID not in card, "what the answer says stands there once"
    assert "seeds/" not in asked.text, "no path of the machine is told"
    assert colours(asked.original) == {TEAL}
    assert labels(asked.original) == BUTTONS
    (row,) = asked.original.components
    assert [button["style"] == PRIMARY for button in row["components"]] == [True, False, False, False, False]


def test_a_citation_has_title_byline_publisher_date_and_link(newsroom: Newsroom, news: Channel, alice: Person) -> None:
    card = newsroom.slash(alice, news, CLOSED, source="Island Gazette").messages[0].embeds[0]["description"]
    for told in ("Crane falls in harbour", "(<https://example.org/crane>)", "Tom Reid", "Island Gazette", "<t:"):
        assert told in card


def test_ask_takes_a_source_that_is_suggested_from_the_library(
    newsroom: Newsroom, news: Channel, alice: Person
) -> None:
    choices = alice.autocomplete(news, "ask", focused="source", value="isl", question=CLOSED)
    assert [choice["name"] for choice in choices] == ["Island Gazette"]
    everything = alice.autocomplete(news, "ask", focused="source", value="", question=CLOSED)
    assert [choice["value"] for choice in everything] == ["Island Gazette", "The Harbour Post"]
    told = newsroom.slash(alice, news, CLOSED, source=choices[0]["value"]).text
    assert "a fallen crane" in told
    assert "a storm" not in told


def test_ask_takes_the_day_since_when(newsroom: Newsroom, news: Channel, alice: Person) -> None:
    told = newsroom.slash(alice, news, CLOSED, since="2023-01-01").text
    assert "a fallen crane" in told
    assert "a storm" not in told
    choices = alice.autocomplete(news, "ask", focused="since", value="year", question=CLOSED)
    assert len(choices) == 1
    assert "do not say" in newsroom.slash(alice, news, CLOSED, since=choices[0]["value"]).text
    assert "2023-03-20" in newsroom.slash(alice, news, CLOSED, since="a while ago").text, "how to write a date"


def test_a_mention_is_answered_with_a_reply(newsroom: Newsroom, news: Channel, alice: Person) -> None:
    question = alice.says(news, f"<@bot> {BLINKEN}")
    answer = newsroom.reply(question)
    assert answer.reply_to is question
    assert not answer.content.startswith(">"), "the question stands above"
    assert SAID in answer.content
    assert labels(answer) == BUTTONS
    assert newsroom.from_bot(news) == [answer]


def test_a_reply_to_an_answer_is_a_follow_up(newsroom: Newsroom, news: Channel, alice: Person) -> None:
    answer = newsroom.asks(alice, news, BLINKEN)
    follow_up = newsroom.reply(alice.says(news, "And Putin?", reply_to=answer))
    assert PUTIN in follow_up.content
    assert "Understood as:" in follow_up.content
    again = newsroom.reply(alice.says(news, "Who called for a cease-fire?", reply_to=follow_up))
    assert "Beijing" in again.content


def test_where_an_answer_stands_is_told_to_who_asks(newsroom: Newsroom, news: Channel, alice: Person) -> None:
    answer = newsroom.asks(alice, news, CLOSED)
    source = newsroom.reply(alice.says(news, "source?", reply_to=answer))
    assert source.embeds == answer.embeds, "its article, publisher, date and address"
    assert load("sourced").strip() in source.content
    assert "Understood as" not in source.content
    other = newsroom.reply(alice.says(news, "no, I meant the other one", reply_to=answer))
    assert other.content != answer.content


def test_the_menu_of_a_message_asks_what_it_says(news: Channel, alice: Person, bob: Person) -> None:
    said = bob.says(news, BLINKEN)
    asked = alice.context_menu("Ask Byline about this", said, timeout=PATIENCE)
    assert asked.text.startswith(f"> {BLINKEN}\n")
    assert SAID in asked.text


def test_a_direct_message_needs_no_mention_and_is_one_conversation(newsroom: Newsroom, alice: Person) -> None:
    assert SAID in newsroom.reply(alice.direct_message(BLINKEN)).content
    assert PUTIN in newsroom.reply(alice.direct_message("And Putin?")).content
    assert newsroom.slash(alice, alice.dm, BLINKEN).text.startswith("> ")


def test_where_only_the_person_has_the_app_the_public_library_answers_in_one_message(newsroom: Newsroom) -> None:
    carol = newsroom.discord.person("carol", installed=True)
    dave = newsroom.discord.person("dave")
    elsewhere = newsroom.discord.server("Elsewhere", members=[carol, dave], has_bot=False)
    add(newsroom.data_dir, [OWN | {"id": "theirs"}], "--library", f"server-{elsewhere.id}")
    channel = elsewhere.channel("general")
    asked = newsroom.slash(carol, channel, BLINKEN)
    assert SAID in asked.text
    assert len(asked.messages) == 1
    assert channel.messages == asked.messages
    assert "Zora Quill" not in newsroom.slash(carol, channel, COLOUR).text
    with pytest.raises(NotOffered):
        dave.slash(channel, "ask", question=BLINKEN)


def test_the_buttons_work_where_only_the_person_has_the_app(newsroom: Newsroom) -> None:
    carol = newsroom.discord.person("carol", installed=True)
    group = newsroom.discord.group(carol, newsroom.discord.person("dave"))
    answer = newsroom.slash(carol, group, BLINKEN).messages[0]
    assert labels(answer) == BUTTONS
    page = carol.presses(answer, "Sources").messages[0]
    carol.presses(page, "Next ▶")
    assert "Source 2 of 2" in page.text
    assert "Noted" in carol.presses(answer, "👍").text
    followed = carol.submits(carol.presses(answer, "Follow up"), question="And Putin?", timeout=PATIENCE)
    assert PUTIN in followed.text
    carol.presses(answer, "🗑️")
    assert answer.deleted


def test_a_post_in_a_forum_is_answered_where_it_stands(newsroom: Newsroom, alice: Person, bob: Person) -> None:
    post = alice.posts(newsroom.server.forum("questions"), "Blinken", f"<@bot> {BLINKEN}")
    newsroom.discord.wait_until(lambda: newsroom.from_bot(post), PATIENCE, "an answer in the post")
    assert SAID in newsroom.from_bot(post)[0].content
    assert PUTIN in newsroom.asks(bob, post, "And Putin?").content


def test_a_servers_own_articles_answer_in_that_server_alone(newsroom: Newsroom, news: Channel, alice: Person) -> None:
    assert "Zora Quill" in newsroom.asks(alice, news, COLOUR).content
    assert "Zora Quill" not in newsroom.reply(alice.direct_message(COLOUR)).text
    other = newsroom.discord.server("Other", members=[alice]).channel("general")
    assert "Zora Quill" not in newsroom.asks(alice, other, COLOUR).text


def test_a_refusal_looks_different_and_shows_what_comes_nearest(
    newsroom: Newsroom, news: Channel, alice: Person
) -> None:
    refusal = newsroom.asks(alice, news, NOT_THERE)
    assert "The articles do not say." in refusal.content
    assert colours(refusal) == {AMBER}
    assert refusal.embeds[0]["title"] == "Nearest in the articles"
    assert labels(refusal) == BUTTONS


def test_small_talk_and_a_refusal_without_hits_have_no_buttons(
    newsroom: Newsroom, news: Channel, alice: Person
) -> None:
    greeting = newsroom.slash(alice, news, "Hello!").original
    nothing = newsroom.slash(alice, news, CLOSED, since="2031-01-01").original
    assert greeting is not None
    assert nothing is not None
    assert "The articles do not say." in nothing.text
    assert CLOSED not in nothing.text, "what was asked is not said again"
    assert greeting.buttons == nothing.buttons == []


# The buttons


def test_sources_are_shown_to_one_person_page_by_page_with_the_quotation_marked(
    newsroom: Newsroom, news: Channel, alice: Person, bob: Person
) -> None:
    answer = newsroom.asks(alice, news, BLINKEN)
    page = bob.presses(answer, "Sources").original
    assert page is not None
    assert page.ephemeral_for is bob
    assert "Source 1 of 2" in page.text, "a passage with two quotations is one source"
    assert "serves as “diplomatic cover”" in page.text
    assert [button.disabled for button in page.buttons] == [True, False]
    bob.presses(page, "Next ▶")
    assert "Source 2 of 2" in page.text
    before, quotation, after = page.embeds[0]["description"].split("__")
    assert SAID in quotation
    assert SAID not in before + after
    assert len(before + after) > len(SEED.name), "the quotation stands in its passage"
    assert [button.disabled for button in page.buttons] == [False, True]
    bob.presses(page, "◀ Back")
    assert "Source 1 of 2" in page.text
    assert newsroom.from_bot(news) == [answer]


def test_the_sources_of_a_refusal_are_the_passages_that_came_near(
    newsroom: Newsroom, news: Channel, alice: Person
) -> None:
    refusal = newsroom.asks(alice, news, NOT_THERE)
    assert "Source 1 of" in alice.presses(refusal, "Sources").text


def test_a_form_takes_a_follow_up_from_anyone(newsroom: Newsroom, news: Channel, alice: Person, bob: Person) -> None:
    answer = newsroom.asks(alice, news, BLINKEN)
    form = bob.presses(answer, "Follow up")
    told = bob.submits(form, question="And Putin?", timeout=PATIENCE)
    assert told.text.startswith("> And Putin?\n")
    assert PUTIN in told.text
    assert told.original is not None
    assert told.original is not answer
    assert labels(told.original) == BUTTONS
    assert SAID in answer.content, "the first answer stays"


def test_each_person_has_one_vote_and_the_feedback_tells_how_many(
    newsroom: Newsroom, news: Channel, alice: Person, bob: Person
) -> None:
    question = "Which court issued an arrest warrant for Putin?"
    answer = newsroom.asks(alice, news, question)
    assert "not useful" in alice.presses(answer, "👎").text
    noted = alice.presses(answer, "👍")
    assert noted.original is not None
    assert noted.original.ephemeral_for is alice
    bob.presses(answer, "👎")
    carol = newsroom.person("carol")
    carol.presses(answer, "👍")
    carol.presses(answer, "👍")
    rows = [json.loads(line) for line in run_byline(newsroom.data_dir, "feedback", "--json").stdout.splitlines()]
    votes = [(row["useful"], row["not_useful"]) for row in rows if row["question"] == question]
    assert votes == [(2, 1)]
    assert not [person for person in (alice, bob, carol) if person.id in json.dumps(rows)]
    assert question in run_byline(newsroom.data_dir, "feedback").stdout


def test_an_answer_is_deleted_by_who_asked_or_manages_messages_and_by_nobody_else(
    newsroom: Newsroom, news: Channel, alice: Person, bob: Person
) -> None:
    first, second = newsroom.asks(alice, news, BLINKEN), newsroom.slash(alice, news, BLINKEN).messages[0]
    refused = bob.presses(first, "🗑️")
    assert "Only the person who asked" in refused.text
    assert refused.original is not None
    assert refused.original.ephemeral_for is bob
    assert not first.deleted
    alice.presses(first, "🗑️")
    assert first.deleted
    newsroom.server.grant(bob, "manage_messages")
    bob.presses(second, "🗑️")
    assert second.deleted
    assert newsroom.from_bot(news) == []


# Over a restart


def test_old_buttons_work_after_a_restart(newsroom: Newsroom, news: Channel, alice: Person, bob: Person) -> None:
    answer = newsroom.asks(alice, news, BLINKEN)
    page = bob.presses(answer, "Sources").original
    form = bob.presses(answer, "Follow up")
    assert page is not None
    newsroom.restart()
    assert PUTIN in bob.submits(form, question="And Putin?", timeout=PATIENCE).text
    bob.presses(page, "Next ▶")
    assert "Source 2 of 2" in page.text
    assert "Source 1 of 2" in bob.presses(answer, "Sources").text
    assert "Noted" in bob.presses(answer, "👍").text
    assert PUTIN in newsroom.reply(alice.says(news, "And Putin?", reply_to=answer)).content
    alice.presses(answer, "🗑️")
    assert answer.deleted


def test_what_was_said_before_a_restart_is_remembered(newsroom: Newsroom, news: Channel, alice: Person) -> None:
    newsroom.asks(alice, news, BLINKEN)
    newsroom.restart()
    assert PUTIN in newsroom.asks(alice, news, "And Putin?").content


def test_commands_are_told_to_discord_once(newsroom: Newsroom) -> None:
    newsroom.restart()
    assert len(newsroom.discord.requests("PUT", r"/applications/\d+/commands$")) == 1


@pytest.mark.usefixtures("opening_threads")
def test_the_permissions_of_the_link_are_all_it_needs(newsroom: Newsroom, alice: Person, bob: Person) -> None:
    """Answering, opening a thread, going on in it, and deleting."""
    link = re.search(r"https://\S+permissions=(\d+)", newsroom.bot.out)
    assert link is not None, newsroom.bot.log
    least = newsroom.server.channel("least", deny=names(EVERYONE & ~int(link[1])))
    question = alice.says(least, f"<@bot> {BLINKEN}")
    newsroom.discord.wait_until(lambda: least.threads and newsroom.from_bot(least.threads[0]), PATIENCE, "a thread")
    thread = least.threads[0]
    assert thread.id == question.id
    answer = newsroom.asks(bob, thread, "And Putin?")
    assert PUTIN in answer.content
    assert answer.embeds
    bob.presses(answer, "🗑️")
    assert answer.deleted
    assert SAID in newsroom.slash(alice, least, BLINKEN).text


def test_it_is_ready_within_five_seconds_and_prints_the_link_that_adds_it(newsroom: Newsroom) -> None:
    assert f"client_id={newsroom.discord.application_id}" in newsroom.bot.out
    assert newsroom.discord.token not in newsroom.bot.log
    if min(newsroom.starts) > 5:  # a busy machine: once more
        newsroom.restart()
    assert min(newsroom.starts) < 5, newsroom.starts


# Conversations


def test_in_a_channel_nobodys_conversation_runs_into_anothers(
    newsroom: Newsroom, news: Channel, alice: Person, bob: Person
) -> None:
    newsroom.asks(alice, news, BLINKEN)
    strangers = newsroom.asks(bob, news, "And Putin?")
    assert "Understood as:" not in strangers.content
    assert PUTIN not in strangers.content
    assert PUTIN in newsroom.asks(alice, news, "And Putin?").content


def test_a_conversation_does_not_follow_a_person_to_another_channel(
    newsroom: Newsroom, news: Channel, alice: Person
) -> None:
    newsroom.asks(alice, news, BLINKEN)
    assert PUTIN not in newsroom.asks(alice, newsroom.server.channel("sports"), "And Putin?").content


def test_a_thread_is_one_conversation_of_all_who_take_part(
    newsroom: Newsroom, news: Channel, alice: Person, bob: Person
) -> None:
    thread = news.thread("Moscow", by=alice)
    newsroom.asks(alice, thread, BLINKEN)
    assert PUTIN in newsroom.asks(bob, thread, "And Putin?").content


def test_who_replies_to_another_persons_answer_follows_up_on_it(
    newsroom: Newsroom, news: Channel, alice: Person, bob: Person
) -> None:
    answer = newsroom.asks(alice, news, BLINKEN)
    newsroom.asks(alice, news, CLOSED)
    assert PUTIN in newsroom.reply(bob.says(news, "And Putin?", reply_to=answer)).content


@pytest.fixture
def opening_threads(newsroom: Newsroom) -> Iterator[None]:
    """The server's own setting, for the while of a test."""
    owner, hall = newsroom.server.owner, newsroom.server.channel("hall")
    assert isinstance(owner, Person)
    open_threads(owner, hall, wished=True)
    yield
    open_threads(owner, hall, wished=False)


def open_threads(owner: Person, channel: Channel, *, wished: bool) -> None:
    told = owner.slash(channel, "settings", wait="answered", timeout=PATIENCE, **{"auto-thread": wished}).text
    assert ("yes" if wished else "no") in told


@pytest.mark.usefixtures("opening_threads")
def test_where_the_server_wishes_it_a_mention_opens_a_thread_for_its_answer(
    newsroom: Newsroom, news: Channel, alice: Person, bob: Person
) -> None:
    question = alice.says(news, f"<@bot> {BLINKEN}")
    newsroom.discord.wait_until(lambda: news.threads and newsroom.from_bot(news.threads[0]), PATIENCE, "a thread")
    (thread,) = news.threads
    assert thread.id == question.id
    assert thread.name == BLINKEN
    assert SAID in newsroom.from_bot(thread)[0].content
    assert newsroom.from_bot(news) == []
    assert PUTIN in newsroom.asks(bob, thread, "And Putin?").content
    assert thread.threads == []


# What it leaves alone


def test_other_bots_and_what_is_not_addressed_to_it_are_ignored(
    newsroom: Newsroom, news: Channel, alice: Person
) -> None:
    robot = newsroom.person("robot")
    robot.bot = True
    robot.says(news, f"<@bot> {BLINKEN}")
    said = alice.says(news, BLINKEN)
    alice.says(news, "And I say so too.", reply_to=said)
    alice.says(news, f"@everyone {BLINKEN}")
    answer = newsroom.asks(alice, news, CLOSED)
    assert newsroom.from_bot(news) == [answer]
    assert "crane" in answer.content


def test_nobody_is_ever_pinged(newsroom: Newsroom, news: Channel, alice: Person, bob: Person) -> None:
    hostile = f"@everyone @here {bob.mention} <@&{newsroom.server.id}> What did Blinken say?"
    answers = [
        newsroom.slash(alice, news, hostile).messages[0],
        newsroom.asks(alice, news, hostile),
        alice.context_menu("Ask Byline about this", bob.says(news, hostile), timeout=PATIENCE).messages[0],
    ]
    form = alice.presses(answers[0], "Follow up")
    answers.append(alice.submits(form, question=hostile, timeout=PATIENCE).messages[0])
    assert len({answer.id for answer in answers}) == 4
    every = [message for channel in newsroom.discord.world.channels.values() for message in newsroom.from_bot(channel)]
    assert set(answers) <= set(every)
    assert not [message.text for message in every if message.pinged]


# Last, for all that was sent above


def test_every_exchange_is_as_discord_describes_it(newsroom: Newsroom) -> None:
    described(newsroom.discord.exchanges)
