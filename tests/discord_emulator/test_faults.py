"""Faults on demand, and Discord's own description of what is sent."""

from __future__ import annotations

import asyncio
import copy
from typing import TYPE_CHECKING

import aiohttp
import discord
import pytest

from tests.discord_emulator.description import described
from tests.discord_emulator.probe import Bot, button, view

if TYPE_CHECKING:
    from tests.discord_emulator import Discord
    from tests.discord_emulator.channels import Channel
    from tests.discord_emulator.people import Person
    from tests.discord_emulator.probe import Fields


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
