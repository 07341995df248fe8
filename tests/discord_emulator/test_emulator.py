"""The emulator against the real, unmodified discord.py: what it models is proven here, one behaviour a test."""

from __future__ import annotations

import asyncio
import copy
import io
import logging
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import aiohttp
import discord
import pytest
from discord import app_commands

from tests.discord_emulator import Discord, File, NotOffered
from tests.discord_emulator.description import described, find
from tests.discord_emulator.probe import Bot, point

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.discord_emulator.channels import Channel
    from tests.discord_emulator.people import Person
    from tests.discord_emulator.probe import Interaction

    Fields = dict[str, Any]

REFUSED = 400


@contextmanager
def emulated(patch: pytest.MonkeyPatch, emulator: Discord) -> Iterator[Discord]:
    """The emulator; at the end all that it fulfilled is checked against Discord's description, if that is here."""
    with emulator as world:
        point(patch, world)
        yield world
        description = find()
        fulfilled = [exchange for exchange in world.exchanges if (exchange.status or 0) < REFUSED]
        assert description is None or not description.violations(fulfilled)


@contextmanager
def running(bot: Bot) -> Iterator[Bot]:
    yield bot
    bot.stop()


@pytest.fixture(autouse=True)
def quiet() -> None:
    logging.getLogger("discord").setLevel(logging.CRITICAL)


@pytest.fixture
def deadline() -> float:
    """Seconds in which interactions must be acknowledged; tests of lateness have a shorter one."""
    return 3.0


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch, deadline: float) -> Iterator[Discord]:
    with emulated(monkeypatch, Discord(ack_deadline=deadline)) as started:
        yield started


@pytest.fixture
def bot(world: Discord) -> Iterator[Bot]:
    with running(Bot(world)) as started:
        yield started.connected()


@pytest.fixture
def alice(world: Discord) -> Person:
    return world.person("alice")


@pytest.fixture
def news(world: Discord, alice: Person) -> Channel:
    return world.server("Newsroom", members=[alice]).channel("news")


def view(*rows: list[Fields]) -> discord.ui.View:
    """Any components, past the limits that discord.py has of its own."""
    made = discord.ui.View(timeout=None)
    told = in_rows(*rows)
    made.to_components = lambda: told  # type: ignore[method-assign]  # that is the point
    made.has_components_v2 = lambda: False  # type: ignore[method-assign]  # it counts what it knows of
    return made


def in_rows(*rows: list[Fields]) -> list[Fields]:
    return [{"type": 1, "components": row} for row in rows]


def button(name: str, **more: object) -> Fields:
    return {"type": 2, "style": 1, "label": name, "custom_id": name, **more}


def menu(options: int, **more: object) -> Fields:
    told = [{"label": str(number), "value": str(number)} for number in range(options)]
    return {"type": 3, "custom_id": "menu", "placeholder": "Choose", "options": told, **more}


def field_of(label: str, **more: object) -> Fields:
    return {"type": 18, "label": label, "component": {"type": 4, "custom_id": "q", "style": 1, **more}}


class Form(discord.ui.Modal):
    """Any modal, past the limits that discord.py has of its own."""

    def __init__(self, title: str, *components: Fields, custom_id: str = "form") -> None:
        super().__init__(title=title, custom_id=custom_id)
        self.told = list(components)

    def to_components(self) -> list[Fields]:
        return self.told


# Connecting


def test_a_client_connects_and_knows_its_servers(world: Discord, news: Channel, bot: Bot) -> None:
    assert news.server is not None
    guild = bot.client.get_guild(int(news.server.id))
    assert guild is not None
    assert guild.get_channel(int(news.id)) is not None
    assert [one.shard for one in world.identifies] == [(0, 1)]


def test_servers_are_joined_and_lost_while_the_client_runs(world: Discord, bot: Bot) -> None:
    server = world.server("Later")

    def unavailable() -> bool | None:
        guild = bot.client.get_guild(int(server.id))
        return None if guild is None else guild.unavailable

    world.wait_until(lambda: unavailable() is False, what="the server to be joined")
    server.outage()
    world.wait_until(lambda: unavailable() is True, what="the outage")
    server.recovers()
    world.wait_until(lambda: unavailable() is False, what="the end of the outage")
    server.remove_bot()
    world.wait_until(lambda: unavailable() is None, what="the server to be left")


def test_a_thousand_servers_can_be_there(world: Discord) -> None:
    for number in range(1000):
        world.server(f"Server {number}").channel("news")
    with running(Bot(world)) as bot:
        world.wait_until(lambda: len(bot.client.guilds) == 1000, what="all servers")


def test_servers_are_dealt_to_shards(monkeypatch: pytest.MonkeyPatch) -> None:
    with emulated(monkeypatch, Discord(shards=2)) as world:
        servers = [world.server(f"Server {number}") for number in range(4)]
        with running(Bot(world)) as bot:
            world.wait_until(lambda: len(bot.client.guilds) == 4, what="all servers")
            assert {one.shard for one in world.identifies} == {(0, 2), (1, 2)}
            shards = {int(server.id): (int(server.id) >> 22) % 2 for server in servers}
            assert set(shards.values()) == {0, 1}
            assert {guild.id: guild.shard_id for guild in bot.client.guilds} == shards
            told = [text for session in world._gateway.sessions.values() for text in session.events]
            assert sum('"GUILD_CREATE"' in text for text in told) == 4


def test_a_wrong_token_is_refused(world: Discord) -> None:
    with running(Bot(world, token="wrong")) as bot:  # noqa: S106  (it is no secret)
        bot.ends_with(discord.LoginFailure)


def test_an_intent_that_was_not_granted_is_refused(world: Discord) -> None:
    with running(Bot(world, intents=discord.Intents(guilds=True, message_content=True))) as bot:
        bot.ends_with(discord.PrivilegedIntentsRequired)


def test_heartbeats_are_kept_with_their_times(monkeypatch: pytest.MonkeyPatch) -> None:
    with emulated(monkeypatch, Discord(heartbeat_interval=0.1)) as world, running(Bot(world)):
        world.wait_until(lambda: len(world.heartbeats) > 3, what="heartbeats")
        assert world.heartbeats == sorted(world.heartbeats)


# Losing the connection


@pytest.mark.parametrize("lose", [Discord.drop, lambda world: world.drop(4000), Discord.ask_to_reconnect])
def test_a_lost_connection_is_resumed_and_what_was_missed_is_told(
    alice: Person, news: Channel, bot: Bot, lose: Callable[[Discord], None]
) -> None:
    def lose_it_and_speak_at_once() -> None:
        lose(bot.world)
        alice.says(news, "<@bot> are you there?")

    bot.world.loop.call(lose_it_and_speak_at_once)
    bot.world.wait_until(lambda: bot.client.heard, what="the missed message")
    assert len(bot.world.resumes) == 1
    assert len(bot.world.identifies) == 1
    assert len(bot.client.heard) == 1


def test_a_forgotten_session_is_identified_anew(world: Discord, alice: Person, news: Channel, bot: Bot) -> None:
    world.forget_sessions()
    world.drop(4009)
    world.wait_until(lambda: len(world.identifies) == 2 and world.connected, what="a new session")
    assert len(world.resumes) == 1
    assert alice.slash(news, "ask", question="Still there?").text == "An answer."
    assert bot.client.refused == []


def test_a_malformed_event_ends_discord_py(world: Discord, bot: Bot) -> None:
    world.send_malformed_event()
    bot.ends_with(KeyError)


# Interactions


@pytest.mark.usefixtures("bot")
def test_a_command_is_deferred_and_answered(alice: Person, news: Channel) -> None:
    asked = alice.slash(news, "ask", question="What happened?")
    assert asked.acknowledged_after is not None
    assert asked.original in news.messages
    assert asked.text == "An answer."
    assert [text for _, text in news.messages[0].versions] == ["", "An answer."]


@pytest.mark.parametrize("deadline", [0.3])
def test_an_unanswered_command_fails_as_a_person_sees_it(alice: Person, news: Channel, bot: Bot) -> None:
    async def forgets(_: Interaction) -> None: ...

    bot.client.answer = forgets
    with pytest.raises(AssertionError, match="The application did not respond"):
        alice.slash(news, "ask", question="Hello?")


@pytest.mark.parametrize("deadline", [0.3])
def test_a_late_acknowledgement_is_refused(world: Discord, alice: Person, news: Channel, bot: Bot) -> None:
    async def late(interaction: Interaction) -> None:
        await asyncio.sleep(0.4)
        await interaction.response.defer()

    bot.client.answer = late
    alice.slash(news, "ask", question="Hello?", wait="nothing")
    world.wait_until(lambda: bot.refused(10062))


def test_a_second_acknowledgement_is_refused(world: Discord, alice: Person, news: Channel, bot: Bot) -> None:
    async def twice(interaction: Interaction) -> None:
        await interaction.response.send_message("Once.")
        interaction.response._response_type = None
        await interaction.response.send_message("Twice.")

    bot.client.answer = twice
    alice.slash(news, "ask", question="Hello?")
    world.wait_until(lambda: bot.refused(40060))
    assert [message.text for message in news.messages] == ["Once."]


def test_an_expired_token_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    async def slow(interaction: Interaction) -> None:
        await interaction.response.defer()
        await asyncio.sleep(0.5)
        await interaction.edit_original_response(content="Too late.")

    with emulated(monkeypatch, Discord(token_life=0.3)) as world, running(Bot(world)) as bot:
        news = world.server("Newsroom").channel("news")
        bot.connected().client.answer = slow
        world.owner.slash(news, "ask", question="Hello?", wait="acknowledged")
        world.wait_until(lambda: bot.refused(50027))


def test_an_unknown_token_is_refused(world: Discord, bot: Bot) -> None:
    webhook = discord.Webhook.partial(world.application_id, "unknown", client=bot.client)
    assert bot.fails(webhook.send("Hello.")) == 10015


def test_the_first_follow_up_after_a_deferral_edits_the_original(
    world: Discord, alice: Person, news: Channel, bot: Bot
) -> None:
    async def follows_up(interaction: Interaction) -> None:
        await interaction.response.defer()
        await interaction.followup.send("First.", ephemeral=True)
        await interaction.followup.send("Second.", ephemeral=True)

    bot.client.answer = follows_up
    asked = alice.slash(news, "ask", question="Hello?")
    world.wait_until(lambda: asked.followups)
    assert [message.text for message in news.messages] == ["First."]
    assert [message.text for message in news.messages_for(alice)] == ["First.", "Second."]


def test_an_ephemeral_answer_is_seen_by_one_person_alone(
    world: Discord, alice: Person, news: Channel, bot: Bot
) -> None:
    async def whispers(interaction: Interaction) -> None:
        await interaction.response.send_message("Psst.", ephemeral=True, view=view([button("More")]))

    bot.client.answer = whispers
    whisper = alice.slash(news, "ask", question="Hello?").original
    assert whisper is not None
    assert whisper.ephemeral_for is alice
    assert news.messages == []
    assert news.messages_for(alice) == [whisper]
    assert bot.fails(bot.message(whisper).delete()) == 10008
    with pytest.raises(ValueError, match="does not see"):
        world.owner.presses(whisper, "More")


def test_buttons_open_modals_that_are_submitted(alice: Person, news: Channel, bot: Bot) -> None:
    async def opens(interaction: Interaction) -> None:
        if interaction.type is discord.InteractionType.modal_submit:
            await interaction.response.send_message(f"Asked: {dict(interaction.data or {})['components']}")
        else:
            await interaction.response.send_modal(Form("Ask on", field_of("Question", max_length=10)))

    bot.client.answer = opens
    bot.do(bot.of(news).send("Hello.", view=view([button("More")])))
    opened = alice.presses(news.messages[0], "More")
    assert opened.modal is not None
    assert opened.modal.title == "Ask on"
    with pytest.raises(ValueError, match="characters long"):
        alice.submits(opened, q="Far too long for it")
    assert "'value': 'Why?'" in alice.submits(opened, Question="Why?").text


def test_a_press_changes_or_deletes_the_message(alice: Person, news: Channel, bot: Bot) -> None:
    async def obeys(interaction: Interaction) -> None:
        if dict(interaction.data or {})["custom_id"] == "change":
            await interaction.response.edit_message(content="Changed.")
        else:
            await interaction.response.defer()
            await interaction.delete_original_response()

    bot.client.answer = obeys
    bot.do(bot.of(news).send("Hello.", view=view([button("change"), button("delete"), button("no", disabled=True)])))
    message = news.messages[0]
    alice.presses(message, "change")
    assert message.text == "Changed."
    with pytest.raises(ValueError, match="nothing to press"):
        alice.presses(message, "no")
    alice.presses(message, "delete")
    assert news.messages == []


def test_a_menu_gives_its_values(alice: Person, news: Channel, bot: Bot) -> None:
    async def repeats(interaction: Interaction) -> None:
        await interaction.response.send_message(str(dict(interaction.data or {})["values"]))

    bot.client.answer = repeats
    bot.do(bot.of(news).send("Hello.", view=view([menu(3)])))
    assert alice.selects(news.messages[0], "Choose", "2").text == "['2']"


@pytest.mark.usefixtures("bot")
def test_autocomplete_gives_choices(alice: Person, news: Channel) -> None:
    choices = alice.autocomplete(news, "ask", focused="source", value="Re", question="Why?")
    assert choices == [{"name": "Reuters", "value": "reuters"}]


@pytest.mark.usefixtures("bot")
def test_a_message_command_sees_the_message(world: Discord, alice: Person, news: Channel) -> None:
    message = world.owner.says(news, "A long story.")
    assert alice.context_menu("Explain this", message).text == "About: A long story."


def test_options_carry_people_and_files(world: Discord, alice: Person, news: Channel, bot: Bot) -> None:
    seen: list[object] = []

    async def reads(interaction: Interaction) -> None:
        file = interaction.extras["file"]
        seen.extend([await file.read(), file.content_type, file.size, interaction.extras["about"].name])
        await interaction.response.send_message("Read.")

    bot.client.answer = reads
    file = File("a.txt", b"text", size=9)
    alice.slash(news, "ask", question="What is this?", file=file, about=world.owner)
    assert seen == [b"text", "text/plain; charset=utf-8", 9, "owner"]


# Who may use which command where


@pytest.mark.usefixtures("bot")
def test_commands_are_offered_to_those_who_may_use_them(world: Discord, alice: Person, news: Channel) -> None:
    assert news.server is not None
    assert "settings" in world.owner.offered(news)
    assert "settings" not in alice.offered(news)
    with pytest.raises(NotOffered, match="permissions"):
        alice.slash(news, "settings")
    news.server.grant(alice, "manage_guild")
    assert alice.slash(news, "settings").text == "Set."


@pytest.mark.usefixtures("bot")
def test_commands_keep_to_their_contexts(world: Discord, alice: Person) -> None:
    with pytest.raises(NotOffered, match="context"):
        world.owner.slash(world.owner.dm, "settings")
    assert alice.slash(alice.dm, "ask", question="In private?").text == "An answer."


def test_who_installed_the_application_has_it_everywhere(world: Discord, alice: Person, bot: Bot) -> None:
    owners: list[tuple[bool, bool]] = []

    async def tells(interaction: Interaction) -> None:
        owners.append((interaction.is_guild_integration(), interaction.is_user_integration()))
        await interaction.response.defer()
        for number in range(7):
            await interaction.followup.send(f"Part {number}")

    bob = world.person("bob", installed=True)
    elsewhere = world.server("Elsewhere", members=[alice, bob], has_bot=False).channel("talk")
    with pytest.raises(NotOffered, match="not installed"):
        alice.slash(elsewhere, "ask", question="Here?")
    assert bob.slash(world.group(alice, bob), "ask", question="In a group?").text == "An answer."
    bot.client.answer = tells
    bob.slash(elsewhere, "ask", question="Here?")
    world.wait_until(lambda: bot.refused(40094), what="the sixth follow-up to be refused")
    assert owners == [(False, True)]
    assert len(elsewhere.messages) == 6
    assert bot.fails(bot.of(elsewhere).send("Without being asked.")) == 50001


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


# Limits: what is accepted with nothing more is refused with one more


@pytest.mark.parametrize(
    "message",
    [
        lambda more: {"content": "x" * (2000 + more)},
        lambda more: {"content": "x", "nonce": "n" * (25 + more)},
        lambda more: {"embeds": [{"title": "x"}] * (10 + more)},
        lambda more: {"embeds": [{"title": "x" * (256 + more)}]},
        lambda more: {"embeds": [{"description": "x" * (4096 + more)}]},
        lambda more: {"embeds": [{"footer": {"text": "x" * (2048 + more)}}]},
        lambda more: {"embeds": [{"author": {"name": "x" * (256 + more)}}]},
        lambda more: {"embeds": [{"fields": [{"name": "x" * (256 + more), "value": "x"}]}]},
        lambda more: {"embeds": [{"fields": [{"name": "x", "value": "x" * (1024 + more)}]}]},
        lambda more: {"embeds": [{"fields": [{"name": "x", "value": "x"}] * (25 + more)}]},
        lambda more: {"embeds": [{"description": "x" * 3000}, {"description": "x" * (3000 + more)}]},
        lambda more: {"embeds": [{"title": "x", "url": ("https", "file")[more] + "://example.org"}]},
        lambda more: {"components": in_rows(*[[button(str(number))] for number in range(5 + more)])},
        lambda more: {"components": in_rows([button(str(number)) for number in range(5 + more)])},
        lambda more: {"components": in_rows([button("x", label="x" * (80 + more))])},
        lambda more: {"components": in_rows([button("x", custom_id="x" * (100 + more))])},
        lambda more: {"components": in_rows([button("x"), button("yx"[more])])},
        lambda more: {"components": in_rows([menu(25 + more)])},
        lambda more: {"components": in_rows([menu(1), *[button("x")] * more])},
        lambda more: {"content": "x", "allowed_mentions": {"parse": ["users"], "users": ["1"] * more}},
    ],
)
def test_messages_have_limits(news: Channel, bot: Bot, message: Callable[[int], Fields]) -> None:
    async def send(more: int) -> None:
        route = discord.http.Route("POST", "/channels/{channel_id}/messages", channel_id=int(news.id))
        await bot.client.http.request(route, json=message(more))

    bot.do(send(0))
    assert bot.fails(send(1)) == 50035
    assert len(news.messages) == 1


@pytest.mark.parametrize(
    "form",
    [
        lambda more: Form("x" * (45 + more), field_of("x")),
        lambda more: Form("x", field_of("x" * (45 + more))),
        lambda more: Form("x", field_of("x"), custom_id="x" * (100 + more)),
        lambda more: Form("x", field_of("x", placeholder="x" * (100 + more))),
        lambda more: Form("x", *[field_of("x", custom_id=str(number)) for number in range(5 + more)]),
    ],
)
def test_modals_have_limits(alice: Person, news: Channel, bot: Bot, form: Callable[[int], Form]) -> None:
    async def opens(interaction: Interaction) -> None:
        await interaction.response.send_modal(form(int(interaction.extras["question"])))

    bot.client.answer = opens
    assert alice.slash(news, "ask", question="0").modal is not None
    alice.slash(news, "ask", question="1", wait="nothing")
    bot.world.wait_until(lambda: bot.refused(50035))


@pytest.mark.parametrize(("count", "length"), [(26, 1), (1, 101)])
def test_autocomplete_has_limits(alice: Person, news: Channel, bot: Bot, count: int, length: int) -> None:
    def choices(count: int, length: int) -> list[app_commands.Choice[str]]:
        return [app_commands.Choice(name="x" * length, value="x" * length)] * count

    bot.client.choices = choices(25, 100)
    assert len(alice.autocomplete(news, "ask", focused="source", value="")) == 25
    bot.client.choices = choices(count, length)
    assert alice.autocomplete(news, "ask", focused="source", value="") == []
    bot.world.wait_until(lambda: bot.refused(50035))


@pytest.mark.parametrize(
    "command",
    [
        lambda more: {"name": "x" * (32 + more), "description": "x"},
        lambda more: {"name": "xX"[more], "description": "x"},
        lambda more: {"name": "x", "description": "x" * (100 + more)},
        lambda more: {"name": "x", "type": 3, "description": "x" * more},
        lambda more: {"name": "x", "description": "x", "options": _options(25 + more)},
        lambda more: {"name": "x", "description": "x", "options": _options(2, required=more)},
    ],
)
def test_commands_have_limits(world: Discord, bot: Bot, command: Callable[[int], Fields]) -> None:
    async def sync(more: int) -> None:
        await bot.client.http.bulk_upsert_global_commands(world.application_id, [command(more)])

    bot.do(sync(0))
    assert bot.fails(sync(1)) == 50035


def _options(count: int, *, required: int = 0) -> list[Fields]:
    """Options of which the last must be filled in, where `required`: that is not allowed after one that need not."""
    told = [{"type": 3, "name": f"x{number}", "description": "x"} for number in range(count)]
    told[-1]["required"] = bool(required)
    return told


def test_a_command_that_is_synced_again_keeps_its_id(world: Discord, bot: Bot) -> None:
    before = {command["name"]: command["id"] for command in world.commands.all()}
    bot.do(bot.client.tree.sync())
    assert {command["name"]: command["id"] for command in world.commands.all()} == before


def test_an_empty_message_is_refused(news: Channel, bot: Bot) -> None:
    assert bot.fails(bot.of(news).send("  \n ")) == 50006
    sent = bot.do(bot.of(news).send("Something."))
    assert bot.fails(sent.edit(content="")) == 50006


def test_thread_names_have_limits(world: Discord, news: Channel, bot: Bot) -> None:
    message = world.owner.says(news, "<@bot> let us talk.")
    assert bot.fails(bot.message(message).create_thread(name="x" * 101)) == 50035
    thread = bot.do(bot.message(message).create_thread(name="x" * 100))
    assert str(thread.id) == message.id
    assert bot.fails(bot.message(message).create_thread(name="Again")) == 160004


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


# Faults


def test_a_rate_limit_is_waited_for(world: Discord, news: Channel, bot: Bot) -> None:
    world.fault("POST", r"/messages$", 429, retry_after=0.2)
    bot.do(bot.of(news).send("Patience."))
    first, second = world.requests("POST", r"/messages$")
    assert (first.status, second.status) == (429, 200)
    assert second.at - first.at >= 0.2


def test_a_global_rate_limit_stops_other_routes(world: Discord, news: Channel, bot: Bot) -> None:
    async def both() -> None:
        first = asyncio.create_task(bot.of(news).send("First."))
        await asyncio.sleep(0.1)
        await asyncio.gather(first, bot.client.fetch_user(world.application_id))

    world.fault("POST", r"/messages$", 429, retry_after=0.4, everywhere=True)
    bot.do(both())
    limited, fetched = world.requests("POST", r"/messages$")[0], world.requests("GET", r"/users/\d+$")[0]
    assert fetched.at - limited.at >= 0.4


def test_a_ban_by_cloudflare_is_not_waited_for(world: Discord, news: Channel, bot: Bot) -> None:
    world.fault("POST", r"/messages$", 429, via=False)
    assert bot.fails(bot.of(news).send("Patience.")) == 0


@pytest.mark.parametrize(
    ("fault", "error", "sent"),
    [
        ({"status": "reset"}, aiohttp.ClientError, 0),
        ({"status": "reset_after"}, aiohttp.ClientError, 1),
        ({"status": "malformed"}, ValueError, 1),
        ({"status": 503}, discord.DiscordServerError, 0),
        ({"status": 503, "processed": True}, discord.DiscordServerError, 1),
    ],
)
def test_what_goes_wrong_may_do_so_before_or_after_the_deed(
    news: Channel, bot: Bot, fault: Fields, error: type[Exception], sent: int
) -> None:
    bot.world.fault("POST", r"/messages$", **fault)
    with pytest.raises(error):
        bot.do(bot.of(news).send("Hello."))
    assert len(news.messages) == sent


def test_a_fault_comes_as_often_as_it_is_told_to(world: Discord, news: Channel, bot: Bot) -> None:
    fault = world.fault("POST", r"/messages$", 503, times=3)
    for _ in range(2):
        bot.fails(bot.of(news).send("Hello."))
    fault.lift()
    bot.do(bot.of(news).send("Hello."))


@pytest.mark.parametrize("deadline", [0.3])
def test_a_delay_counts_towards_the_deadline(world: Discord, alice: Person, news: Channel, bot: Bot) -> None:
    world.fault("POST", r"/callback$", delay=0.4)
    alice.slash(news, "ask", question="Hello?", wait="nothing")
    world.wait_until(lambda: bot.refused(10062))


@pytest.mark.usefixtures("bot")
def test_a_failed_wait_tells_the_last_exchanges(world: Discord) -> None:
    with pytest.raises(AssertionError, match=r"(?s)Waited 0\.1 s for a miracle.*GET /gateway/bot -> 200"):
        world.wait_until(lambda: False, 0.1, "a miracle")


# Discord's own description


def test_what_discord_py_sends_is_as_discord_describes_it(
    world: Discord, alice: Person, news: Channel, bot: Bot
) -> None:
    alice.slash(news, "ask", question="What happened?")
    sent = bot.do(bot.of(news).send("Hello.", embed=discord.Embed(title="A title"), view=view([button("x")])))
    bot.do(sent.edit(content="Changed."))
    described(world.exchanges)


def test_the_description_finds_faults_of_requests_and_answers(world: Discord, news: Channel, bot: Bot) -> None:
    bot.do(bot.of(news).send("Hello."))
    sent = copy.deepcopy(world.requests("POST", "/messages$")[0])
    sent.body["contents"] = "misspelt"
    del sent.response["author"]
    with pytest.raises(AssertionError, match=r"(?s)'contents' was unexpected.*'author' is a required property"):
        described([sent])
    sent.path += "/unknown"
    with pytest.raises(AssertionError, match="no such operation"):
        described([sent])
