"""What a start of the bot says when it cannot go on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.discord_bot.process import READY_AFTER, BotProcess
from tests.discord_emulator import Discord

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


@pytest.fixture
def started(tmp_path: Path) -> Iterator[Callable[..., BotProcess]]:
    bots: list[BotProcess] = []
    with Discord() as discord:

        def start(**settings: object) -> BotProcess:
            bots.append(BotProcess(discord, tmp_path, **settings))
            return bots[-1]

        yield start
        for bot in bots:
            bot.kill()


@pytest.mark.parametrize("token", ["", "not-a-token", "MTIz.G0od.looks-like-a-token-but-is-none-000"])
def test_without_a_good_token_one_sentence_says_how_to_get_one(started: Callable[..., BotProcess], token: str) -> None:
    bot = started(discord_token=token)
    assert bot.wait(timeout=READY_AFTER) == 1
    assert bot.out == ""
    told = [line for line in bot.log.splitlines() if line.startswith("byline:")]
    assert len(told) == 1
    assert "BYLINE_DISCORD_TOKEN" in told[0]
    assert "Traceback" not in bot.log
    assert not token or token not in bot.log
    if not token:
        assert bot.log.splitlines() == told


def test_an_intent_that_discord_refuses_is_told_in_one_sentence(started: Callable[..., BotProcess]) -> None:
    bot = started(discord_message_content=True)
    assert bot.wait(timeout=READY_AFTER) == 1
    told = [line for line in bot.log.splitlines() if line.startswith("byline:")]
    assert len(told) == 1
    assert "Message Content Intent" in told[0]
    assert "Traceback" not in bot.log
