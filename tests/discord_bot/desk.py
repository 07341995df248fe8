"""A bot among people, whose questions a stand-in answers as fast or slow as a test wishes."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from tests.discord_bot.process import BotProcess, SlowOwner, running, slow_owner
from tests.discord_emulator import Discord

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.discord_emulator.people import Person
    from tests.discord_emulator.servers import Server


@dataclass
class Desk:
    """A bot that asks `owner`, in a server of which `alice` and `bob` are members."""

    discord: Discord
    owner: SlowOwner
    bot: BotProcess
    server: Server
    alice: Person
    bob: Person


D = TypeVar("D", bound=Desk)


@contextmanager
def opened(kind: type[D], data_dir: Path, **settings: object) -> Iterator[D]:
    """Opens a desk of a kind in a Discord of its own, with settings of the bot."""
    with Discord() as discord, slow_owner(data_dir) as owner, running(discord, data_dir, **settings) as bot:
        alice, bob = discord.person("alice"), discord.person("bob")
        yield kind(discord, owner, bot, discord.server("Newsroom", members=[alice, bob]), alice, bob)
