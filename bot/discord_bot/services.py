"""All that the client, its commands and its buttons work with."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import discord

from bot.discord_bot.places import server_library
from bot.threads import off_loop

if TYPE_CHECKING:
    from bot.discord_bot.asking import Asking
    from bot.discord_bot.cooldown import Cooldown
    from bot.discord_bot.fair_queue import FairQueue
    from bot.discord_bot.line import Line
    from bot.discord_bot.places import Place
    from bot.discord_bot.store import Store
    from bot.settings import Settings
    from retrieval.articles import Articles


@dataclass(frozen=True, slots=True)
class Services:
    """Made once in `app`; they outlive a client that has to be replaced."""

    settings: Settings
    articles: Articles
    store: Store
    queue: FairQueue
    cooldown: Cooldown
    line: Line
    asking: Asking
    started: dt.datetime = field(default_factory=lambda: dt.datetime.now(dt.UTC))

    async def closed(self, place: Place, parent: int | None) -> str | None:
        """What to say where a server does not want answers in a channel, or the one a thread belongs to."""
        if place.server is None:
            return None
        allowed = (await off_loop(self.store.settings, place.server)).channels
        if not allowed or {place.channel, parent} & set(allowed):
            return None
        return f"In this server I answer in {' '.join(f'<#{channel}>' for channel in allowed)}."

    async def forget_server(self, server: int) -> None:
        """Delete all that is kept of a server, its library included; the owner of the indexes erases that from them."""
        await off_loop(self.store.forget_server, server)
        await off_loop(self.articles.withdraw_library, server_library(server))


class ServingClient(discord.AutoShardedClient):
    """A client that works with services, as commands and buttons know it."""

    services: Services

    async def is_owner(self, person: int) -> bool:
        application = self.application
        if application is None:
            return False
        team = {member.id for member in application.team.members} if application.team else set()
        return person in team | {application.owner.id}
