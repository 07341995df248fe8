"""Messages and threads, and what permissions they need."""

from __future__ import annotations

import asyncio
import io
from typing import TYPE_CHECKING

import aiohttp
import discord
import pytest

from tests.discord_emulator import Discord, File
from tests.discord_emulator.probe import Bot, emulated, running

if TYPE_CHECKING:
    from tests.discord_emulator.channels import Channel
    from tests.discord_emulator.people import Person
    from tests.discord_emulator.probe import Interaction


# Messages


def test_content_is_hidden_from_a_bot_that_is_not_mentioned(
    world: Discord, alice: Person, news: Channel, bot: Bot
) -> None:
    bot.do(bot.of(news).send("My own."))
    own = news.messages[0]
    hidden = alice.says(news, "Not for the bot.", attachments=[File("a.txt", b"text")])
    alice.says(news, "<@bot> for the bot.")
    alice.says(news, "A reply that pings.", reply_to=own)
    alice.says(news, "A reply that does not.", reply_to=own, ping=False)
    alice.direct_message("In private.")
    world.wait_until(lambda: len(bot.client.heard) == 5)
    contents = [message.content for message in bot.client.heard]
    assert contents == ["", f"{world.bot.mention} for the bot.", "A reply that pings.", "", "In private."]
    fetched = bot.do(bot.message(hidden).fetch())
    assert (fetched.content, fetched.attachments) == ("", [])


def test_content_is_shown_where_the_intent_was_granted(monkeypatch: pytest.MonkeyPatch) -> None:
    intents = discord.Intents(guilds=True, guild_messages=True, message_content=True)
    with (
        emulated(monkeypatch, Discord(message_content_granted=True)) as world,
        running(Bot(world, intents=intents)) as bot,
    ):
        news = world.server("Newsroom").channel("news")
        bot.connected()
        message = world.owner.says(news, "Not for the bot.")
        world.wait_until(lambda: bot.client.heard)
        assert bot.client.heard[0].content == "Not for the bot."
        assert bot.do(bot.message(message).fetch()).content == "Not for the bot."


@pytest.mark.parametrize(
    ("allowed", "pinged"),
    [
        (discord.AllowedMentions.all(), {"alice", "@everyone"}),
        (discord.AllowedMentions(users=True, everyone=False), {"alice"}),
        (discord.AllowedMentions.none(), set()),
    ],
)
def test_allowed_mentions_decide_who_is_pinged(
    alice: Person, news: Channel, bot: Bot, allowed: discord.AllowedMentions, pinged: set[str]
) -> None:
    sent = bot.do(bot.of(news).send(f"@everyone {alice.mention}", allowed_mentions=allowed))
    assert news.messages[0].pinged == pinged
    assert sent.mention_everyone == ("@everyone" in pinged)
    assert len(sent.mentions) == ("alice" in pinged)


def test_a_repeated_nonce_gives_the_first_message(news: Channel, bot: Bot) -> None:
    first = bot.do(bot.of(news).send("Once.", nonce="n" * 25))
    assert bot.do(bot.of(news).send("Once.", nonce="n" * 25)).id == first.id
    assert len(news.messages) == 1


def test_deleted_messages_are_gone(alice: Person, news: Channel, bot: Bot) -> None:
    message = alice.says(news, "<@bot> forget this.")
    alice.deletes(message)
    assert news.messages == []
    assert bot.fails(bot.message(message).fetch()) == 10008
    assert bot.fails(bot.message(message).reply("What?")) == 50035
    lenient = discord.MessageReference(message_id=int(message.id), channel_id=int(news.id), fail_if_not_exists=False)
    bot.do(bot.of(news).send("What?", reference=lenient))
    assert news.messages[0].reply_to is None


def test_deleted_channels_are_gone(news: Channel, bot: Bot) -> None:
    news.delete()
    assert bot.fails(bot.of(news).send("Anyone?")) == 10003


def test_history_is_told_newest_first(alice: Person, news: Channel, bot: Bot) -> None:
    async def read() -> list[int]:
        return [message.id async for message in bot.of(news).history(limit=2)]

    said = [alice.says(news, str(number)) for number in range(3)]
    assert bot.do(read()) == [int(said[2].id), int(said[1].id)]
    news.deny("read_message_history")
    assert bot.do(read()) == []


def test_files_are_uploaded_and_served(news: Channel, bot: Bot) -> None:
    async def download(url: str) -> bytes:
        async with aiohttp.ClientSession() as session, session.get(url) as answer:
            return await answer.read()

    sent = bot.do(bot.of(news).send("Here.", file=discord.File(io.BytesIO(b"all of it"), "answer.txt")))
    assert bot.do(download(sent.attachments[0].url)) == b"all of it"
    assert bot.do(sent.edit(attachments=[])).attachments == []


# Permissions


@pytest.mark.parametrize(
    ("denied", "code"),
    [("view_channel", 50001), ("send_messages", 50013), ("read_message_history", 160002)],
)
def test_a_reply_needs_permissions(alice: Person, news: Channel, bot: Bot, denied: str, code: int) -> None:
    message = alice.says(news, "<@bot> hello.")
    news.deny(denied)
    assert bot.fails(bot.message(message).reply("Hello.")) == code
    news.allow(denied)
    bot.do(bot.message(message).reply("Hello."))


def test_embeds_vanish_where_they_are_not_allowed(news: Channel, bot: Bot) -> None:
    news.deny("embed_links")
    assert bot.do(bot.of(news).send("Text.", embed=discord.Embed(title="Lost."))).embeds == []
    assert bot.fails(bot.of(news).send(embed=discord.Embed(title="Lost."))) == 50013


def test_only_moderators_delete_what_others_wrote(alice: Person, news: Channel, bot: Bot) -> None:
    message = alice.says(news, "Mine.")
    assert bot.fails(bot.message(message).delete()) == 50013
    assert bot.fails(bot.message(message).edit(content="Yours.")) == 50005
    news.allow("manage_messages")
    bot.do(bot.message(message).delete())
    assert message.deleted


def test_threads_have_permissions_of_their_own(world: Discord, news: Channel, bot: Bot) -> None:
    message = world.owner.says(news, "<@bot> hello.")
    news.deny("create_public_threads", "send_messages_in_threads")
    assert bot.fails(bot.message(message).create_thread(name="Talk")) == 50013
    assert bot.fails(bot.of(news.thread("Talk")).send("Hello.")) == 50013
    bot.do(bot.of(news).send("Hello."))


def test_direct_messages_can_be_refused(world: Discord, news: Channel, bot: Bot) -> None:
    async def write(person: Person) -> None:
        user = await bot.client.fetch_user(int(person.id))
        await user.send("Hello.")

    assert news.server is not None
    stranger, silent = world.person("stranger"), world.person("silent", takes_direct_messages=False)
    news.server.join(silent)
    assert bot.fails(write(stranger)) == 50007
    assert bot.fails(write(silent)) == 50007
    bot.do(write(world.owner))
    assert world.owner.dm.messages[0].text == "Hello."


# Threads


def test_an_archived_thread_wakes_for_a_message_but_not_for_an_edit(news: Channel, bot: Bot) -> None:
    thread = news.thread("Talk")
    sent = bot.do(bot.of(thread).send("Hello."))
    thread.update(archived=True)
    assert bot.fails(sent.edit(content="Changed.")) == 50083
    bot.do(bot.of(thread).send("Anyone?"))
    assert not thread.archived


def test_a_locked_thread_is_for_moderators(alice: Person, news: Channel, bot: Bot) -> None:
    thread = news.thread("Talk", archived=True, locked=True)
    assert bot.fails(bot.of(thread).send("Hello.")) == 50083
    thread.update(archived=False)
    assert bot.fails(bot.of(thread).send("Hello.")) == 160005
    with pytest.raises(ValueError, match="locked"):
        alice.says(thread, "Hello.")
    news.allow("manage_threads")
    bot.do(bot.of(thread).send("Hello."))


def test_an_answer_cannot_be_written_into_a_thread_that_was_archived(
    world: Discord, alice: Person, news: Channel, bot: Bot
) -> None:
    async def waits(interaction: Interaction) -> None:
        await interaction.response.defer()
        await archived.wait()
        await interaction.edit_original_response(content="Too late.")

    archived = asyncio.Event()
    thread = news.thread("Talk")
    bot.client.answer = waits
    alice.slash(thread, "ask", question="Hello?", wait="acknowledged")
    thread.update(archived=True)
    bot.loop.call(archived.set)
    world.wait_until(lambda: bot.refused(50083))


def test_a_forum_post_is_a_thread_with_its_text(world: Discord, alice: Person, news: Channel, bot: Bot) -> None:
    assert news.server is not None
    forum = news.server.forum("help")
    post = alice.posts(forum, "A question", "<@bot> what happened?")
    world.wait_until(lambda: bot.client.heard)
    assert bot.client.heard[0].id == bot.client.heard[0].channel.id
    bot.do(bot.client.heard[0].reply("This."))
    assert [message.text for message in post.messages][1:] == ["This."]
    assert bot.fails(bot.of(forum).send("Not here.")) == 50008
