"""Commands, buttons, menus and forms, and to whom they are offered."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import discord
import pytest

from tests.discord_emulator import Discord, File, NotOffered
from tests.discord_emulator.probe import Bot, Form, button, emulated, field_of, menu, running, view

if TYPE_CHECKING:
    from tests.discord_emulator.channels import Channel
    from tests.discord_emulator.people import Person
    from tests.discord_emulator.probe import Interaction


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
