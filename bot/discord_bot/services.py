"""All that the client, its commands and its buttons work with."""

from __future__ import annotations

import datetime as dt
import secrets
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import discord

from bot.discord_bot.places import server_library
from bot.discord_bot.store import ServerSettings
from bot.threads import off_loop

if TYPE_CHECKING:
    from bot.discord_bot.announcements import AnnouncementStore
    from bot.discord_bot.asking import Asking
    from bot.discord_bot.digests import DigestStore
    from bot.discord_bot.fair_queue import FairQueue
    from bot.discord_bot.places import Place
    from bot.discord_bot.sending import Connection
    from bot.discord_bot.store import Store
    from bot.settings import Settings
    from retrieval.store.articles import Articles
    from retrieval.store.quotes import Quotations

_MOST_FORMS = 100


@dataclass(slots=True)
class Forms:
    """The newest forms that were refused, as they were filled in, in memory alone: nobody types an article again."""

    _kept: OrderedDict[str, tuple[int, dict[str, str]]] = field(default_factory=OrderedDict)

    def keep(self, person: int, typed: dict[str, str]) -> str:
        """Keeps what a person typed, and returns its id, which nobody can guess."""
        form = secrets.token_urlsafe(12)
        self._kept[form] = (person, typed)
        while len(self._kept) > _MOST_FORMS:
            self._kept.popitem(last=False)
        return form

    def take(self, form: str, person: int) -> dict[str, str] | None:
        """Returns what the same person typed; None where it is not kept."""
        whose, typed = self._kept.get(form, (0, {}))
        return typed if whose == person else None


@dataclass(frozen=True, slots=True)
class Services:
    """Made once in `app`; they outlive a client that has to be replaced."""

    settings: Settings
    articles: Articles
    quotations: Quotations
    store: Store
    queue: FairQueue
    connection: Connection
    asking: Asking
    announcements: AnnouncementStore
    digests: DigestStore
    forms: Forms = field(default_factory=Forms)
    started: dt.datetime = field(default_factory=lambda: dt.datetime.now(dt.UTC))

    async def settings_of(self, place: Place) -> ServerSettings:
        """Returns the settings of the server; the defaults outside of servers."""
        return ServerSettings() if place.server is None else await off_loop(self.store.settings, place.server)

    async def forget_server(self, server: int) -> None:
        """Deletes all that is kept of a server, its library included, which the owner erases from the indexes."""
        await off_loop(self.store.forget_server, server)
        await off_loop(self.announcements.want, server, None)
        await off_loop(self.digests.want, server, None, dt.datetime.now(dt.UTC))
        await off_loop(self.articles.withdraw_library, server_library(server))


def closed(settings: ServerSettings, place: Place, channel: object) -> str | None:
    """Returns what to say where a server does not want answers in a channel, or in the one a thread belongs to."""
    here = {place.channel, channel.parent_id if isinstance(channel, discord.Thread) else None}
    if not settings.channels or here & set(settings.channels):
        return None
    return f"In this server I answer in {' '.join(f'<#{allowed}>' for allowed in settings.channels)}."


def ignores(settings: ServerSettings, person: discord.User | discord.Member, place: Place, channel: object) -> bool:
    """Tells whether those who manage a server do not want somebody answered, by who it is, a role, or where."""
    roles = {role.id for role in getattr(person, "roles", ())}
    here = {place.channel, channel.parent_id if isinstance(channel, discord.Thread) else None}
    return not ({person.id} | roles | here).isdisjoint(settings.ignored)


class ServingClient(discord.AutoShardedClient):
    """A client that works with services, as commands and buttons know it."""

    services: Services

    async def is_owner(self, person: int) -> bool:
        application = self.application
        if application is None:
            return False
        team = {member.id for member in application.team.members} if application.team else set()
        return person in team | {application.owner.id}
