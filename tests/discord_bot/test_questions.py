"""What the bot asks the reader for each door and place: words, libraries, filters, and the conversation so far."""

from __future__ import annotations

import datetime as dt
from functools import partial
from typing import TYPE_CHECKING

import pytest

from retrieval.dialogue.rewriting import standalone
from retrieval.types import Filters
from tests.discord_bot.desk import Desk, opened
from tests.discord_bot.process import FERRIES, FIRST_SENTENCE, running, slow_owner
from tests.discord_emulator import Discord
from tests.discord_emulator.description import described, find

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from retrieval.types import Question
    from tests.discord_emulator.messages import Message


class Counter(Desk):
    """A bot that remembers two turns."""

    def question(self, ask: Callable[[], object]) -> Question:
        """The next question that the bot asks, once it has answered."""
        before, sent = len(self.owner.answered), len(self._finished())
        ask()
        self.discord.wait_until(lambda: len(self._finished()) > sent, what="an answer with buttons")
        (asked,) = self.owner.answered[before:]
        return asked

    def _finished(self) -> list[Message]:
        channels = self.discord.world.channels.copy().values()
        return [message for channel in channels for message in channel.messages if message.buttons]


@pytest.fixture(scope="module")
def counter(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Counter]:
    with opened(Counter, tmp_path_factory.mktemp("counter"), memory=2) as counter:
        yield counter


def test_the_libraries_of_the_place_are_asked_and_no_other(counter: Counter) -> None:
    alice, channel = counter.alice, counter.server.channel("libraries")
    own = (f"server-{counter.server.id}", "public")
    assert counter.question(lambda: alice.slash(channel, "ask", question="Where?")).libraries == own
    assert counter.question(lambda: alice.says(channel, "<@bot> Where?")).libraries == own
    assert counter.question(lambda: alice.direct_message("Where?")).libraries == ("public",)
    carol = counter.discord.person("carol", installed=True)
    elsewhere = counter.discord.server("Elsewhere", members=[carol], has_bot=False).channel("general")
    assert counter.question(lambda: carol.slash(elsewhere, "ask", question="Where?")).libraries == ("public",)


def test_source_and_since_are_what_articles_are_filtered_by(counter: Counter) -> None:
    channel = counter.server.channel("filters")
    asked = counter.question(
        lambda: counter.alice.slash(
            channel, "ask", question="  Where\n are  they?", source="The Harbour Post", since="2023-03-20"
        )
    )
    assert asked.text == "Where are they?"
    assert asked.filters == Filters(since=dt.date(2023, 3, 20), source="The Harbour Post")


def test_a_story_is_asked_for_as_such(counter: Counter) -> None:
    channel = counter.server.channel("stories")
    asked = counter.question(lambda: counter.alice.slash(channel, "story", about="the ferries", since="2023-03-20"))
    assert (asked.text, asked.wanted, asked.filters.since) == ("the ferries", "story", dt.date(2023, 3, 20))


def test_a_conversation_is_as_long_as_the_setting_says(counter: Counter) -> None:
    for text in ("One?", "Two?", "Three?"):
        counter.question(partial(counter.bob.direct_message, text))
    asked = counter.question(lambda: counter.bob.direct_message("Four?"))
    assert [turn.question for turn in asked.history] == ["Two?", "Three?"]
    assert [turn.answer.text for turn in asked.history] == [f"{FERRIES.text[:FIRST_SENTENCE]} [1]"] * 2


def test_each_person_of_a_channel_has_a_conversation_of_their_own(counter: Counter) -> None:
    channel = counter.server.channel("apart")
    assert counter.question(lambda: counter.alice.says(channel, "<@bot> One?")).history == ()
    assert counter.question(lambda: counter.bob.says(channel, "<@bot> Two?")).history == ()
    third = counter.question(lambda: counter.alice.slash(channel, "ask", question="Three?"))
    assert [turn.question for turn in third.history] == ["One?"]


def test_people_are_called_by_their_names_and_the_bot_is_not_part_of_the_question(counter: Counter) -> None:
    channel = counter.server.channel("names")
    asked = counter.question(lambda: counter.alice.says(channel, f"What did {counter.bob.mention} say, <@bot>?"))
    assert asked.text == "What did Bob say, ?"
    loud = counter.question(lambda: counter.alice.says(channel, f"<@bot> @everyone **What** is in {channel.mention}?"))
    assert loud.text == "What is in #names?"
    menu = counter.question(lambda: counter.bob.context_menu("Ask Byline about this", channel.messages[0]))
    assert menu.text == asked.text


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("**Where** are the ||ferries|| of `Port Ellen`?", "Where are the ferries of Port Ellen?"),
        ("# Where are\n> the [ferries](https://example.org/a)?", "Where are the ferries?"),
        (
            "@everyone Where <:wave:123456789012345678> are the\u200b ferries? https://example.org",
            "Where are the ferries?",
        ),
        ("```\nWhere are they?\n```", "Where are they?"),
        ("Where are they " * 9, "Where are they " * 6 + "Where …"),
    ],
)
def test_a_threads_name_is_its_question_in_plain_text(counter: Counter, written: str, name: str) -> None:
    channel, manager = counter.server.channel("threads"), counter.discord.person("manager")
    counter.server.join(manager)
    counter.server.grant(manager, "manage_guild")
    manager.slash(channel, "settings", wait="answered", timeout=10, **{"auto-thread": True})
    counter.question(lambda: manager.says(channel, f"<@bot> {written}"))
    assert [thread.name for thread in channel.threads] == [name]
    manager.slash(channel, "settings", wait="answered", timeout=10, **{"auto-thread": False})


def test_a_message_without_a_question_is_answered_with_an_example(counter: Counter) -> None:
    channel = counter.server.channel("nothing")
    counter.alice.says(channel, "<@bot>")
    counter.discord.wait_until(lambda: len(channel.messages) == 2, what="a sentence")
    assert "What did Blinken say?" in channel.messages[1].text
    assert "What did Blinken say?" in counter.bob.context_menu("Ask Byline about this", channel.messages[0]).text
    assert channel.messages[1].buttons == []


def test_what_it_was_not_told_it_does_not_answer(counter: Counter) -> None:
    """A reply that does not ping the bot reaches it without its text."""
    channel = counter.server.channel("silence")
    counter.question(lambda: counter.alice.says(channel, "<@bot> One?"))
    counter.alice.says(channel, "Two?", reply_to=channel.messages[-1], ping=False)
    asked = counter.question(lambda: counter.alice.says(channel, "<@bot> Three?"))
    assert asked.text == "Three?"
    assert len(channel.messages) == 5


def test_an_answer_that_was_deleted_is_no_part_of_the_conversation(counter: Counter) -> None:
    channel = counter.server.channel("deleted")
    counter.question(lambda: counter.alice.says(channel, "<@bot> One?"))
    answer = channel.messages[-1]
    form = counter.alice.presses(answer, "Follow up")
    page = counter.bob.presses(answer, "Sources").messages[0]
    assert "Ferries stay in port" in page.text
    counter.alice.presses(answer, "🗑️")
    assert counter.question(lambda: counter.alice.says(channel, "<@bot> Two?")).history == ()
    counter.alice.presses(channel.messages[-1], "🗑️")
    assert counter.question(lambda: counter.alice.submits(form, question="Three?")).history == ()


def test_a_mention_in_reply_to_what_the_bot_may_not_read_says_what_helps(counter: Counter) -> None:
    channel = counter.server.channel("unread")
    said = counter.bob.says(channel, "The ferries stay in port.")
    counter.alice.says(channel, "<@bot>", reply_to=said)
    counter.discord.wait_until(lambda: len(channel.messages) == 3, what="a sentence")
    assert "Ask Byline about this" in channel.messages[2].text


def test_the_title_of_a_post_is_part_of_its_question(counter: Counter) -> None:
    forum = counter.server.forum("questions")
    asked = counter.question(lambda: counter.alice.posts(forum, "Where are the ferries?", "<@bot> anybody?"))
    assert asked.text == "Where are the ferries?"
    follows = counter.question(lambda: counter.alice.posts(forum, "Rona Blair on swell", "<@bot> What did she say?"))
    assert standalone(follows.text, follows.history) == "What did Rona Blair say?"


def test_whom_and_where_a_server_ignores_it_is_silent(counter: Counter) -> None:
    carol = counter.discord.person("carol")
    counter.server.join(carol)
    role = counter.server.grant(carol, "add_reactions")
    channel, manager = counter.server.channel("ignored"), counter.discord.person("manager")
    counter.server.join(manager)
    counter.server.grant(manager, "manage_guild")
    manager.slash(channel, "ignore", who=role)
    carol.says(channel, "<@bot> One?")
    assert "not answer here" in carol.slash(channel, "ask", question="Two?").text
    assert counter.question(lambda: counter.alice.says(channel, "<@bot> Three?")).text == "Three?"
    assert "nobody" in manager.slash(channel, "ignore", who=role, again=True).text
    assert counter.question(lambda: carol.says(channel, "<@bot> Four?")).text == "Four?"
    assert carol.mention in manager.slash(channel, "ignore", who=carol).text
    assert "not answer here" in carol.slash(channel, "ask", question="Not now?").text
    assert "nobody" in manager.slash(channel, "ignore", who=carol, again=True).text
    manager.slash(channel, "ignore", where=channel)
    counter.alice.says(channel, "<@bot> Five?")
    manager.slash(channel, "ignore", where=channel, again=True)
    assert counter.question(lambda: counter.alice.says(channel, "<@bot> Six?")).text == "Six?"
    assert [message.text for message in channel.messages if "ferries" in message.text.lower()] != []


def test_with_the_message_content_intent_follow_ups_in_its_thread_need_no_mention(tmp_path: Path) -> None:
    with (
        Discord(message_content_granted=True) as discord,
        slow_owner(tmp_path) as owner,
        running(discord, tmp_path, discord_message_content=True),
    ):
        alice, bob = discord.person("alice"), discord.person("bob")
        server = discord.server("Newsroom", members=[alice, bob], owner=alice)
        channel = server.channel("news")
        assert "yes" in alice.slash(channel, "settings", wait="answered", timeout=10, **{"auto-thread": True}).text
        alice.says(channel, "<@bot> Where are the ferries?")
        discord.wait_until(lambda: channel.threads and len(channel.threads[0].messages) == 1, what="a thread")
        bob.says(channel, "I wonder, too.")
        bob.says(channel.threads[0], "Until when?")
        discord.wait_until(lambda: len(channel.threads[0].messages) == 3, what="an answer to what has no mention")
        assert [question.text for question in owner.questions] == ["Where are the ferries?", "Until when?"]
        assert [turn.question for turn in owner.questions[1].history] == ["Where are the ferries?"]
        assert len(channel.messages) == 2, "outside of its thread it hears only what mentions it"

        said = bob.says(channel, "The ferries stay in port, says Rona Blair.")
        asked = alice.says(channel, "<@bot> is that true?", reply_to=said)
        discord.wait_until(
            lambda: channel.threads[-1].id == asked.id and channel.threads[-1].messages, what="an answer"
        )
        assert owner.questions[-1].text == "The ferries stay in port, says Rona Blair."

        open_channel = server.channel("open")
        shown = alice.slash(open_channel, "settings", listen=open_channel)
        assert "no" in alice.slash(channel, "settings", wait="answered", timeout=10, **{"auto-thread": False}).text
        assert f"without a mention:** {open_channel.mention}" in shown.text
        before = len(owner.questions)
        alice.says(open_channel, "good morning all")
        alice.says(open_channel, "Where do the ferries lie?")
        discord.wait_until(lambda: any(one.buttons for one in open_channel.messages), what="an answer")
        bob.says(open_channel, "They are in port, I saw them.")
        alice.says(open_channel, "Since when?")
        dora = discord.person("dora")
        server.join(dora)
        dora.says(open_channel, "What did Rona Blair say?")
        discord.wait_until(lambda: len(owner.questions) == before + 2, what="an answer to somebody else")
        assert [question.text for question in owner.questions[before:]] == [
            "Where do the ferries lie?",
            "What did Rona Blair say?",
        ]
        description = find()
        assert description is None or not description.violations(discord.exchanges)


def test_every_exchange_is_as_discord_describes_it(counter: Counter) -> None:
    described(counter.discord.exchanges)
