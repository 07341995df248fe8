"""/digest and /my-digest: what came in, by story, once a day or a week, to a channel or to one person."""

from __future__ import annotations

import datetime as dt
from typing import Literal

from discord import app_commands

from bot.discord_bot.commands.server import ChannelId  # noqa: TC001  (discord.py reads annotations at run time)
from bot.discord_bot.digests import WantedDigest, delivery_line, described
from bot.discord_bot.interactions import Interaction, everywhere, for_managers, privately, server_of, tell
from bot.threads import off_loop

_LOGGED = 5  # deliveries
_WORDS, _SPEAKER = 100, 100  # characters
_OPTIONS = {
    "every": "Once a day (default), or once a week, on Mondays",
    "hour": "The hour from which on it is sent (default: 8)",
    "about": "Only articles that hold these words, in any form",
    "speaker": "Only articles that quote this person",
    "quoting": "Only articles in which somebody is quoted with these words",
    "quiet_from": "The hour from which nothing is sent",
    "quiet_until": "The hour until which nothing is sent",
    "utc_offset": "Hours that your clock is ahead of UTC",
    "off": "Send none any more",
}
_NAMES = {"quiet_from": "quiet-from", "quiet_until": "quiet-until", "utc_offset": "utc-offset"}
_Every = Literal["day", "week"]
_Hour = app_commands.Range[int, 0, 23]


@app_commands.command(name="digest", description="Send a channel a digest of what came in; off unless one is chosen")
@app_commands.describe(channel="The channel that is sent it", **_OPTIONS)
@app_commands.rename(channel="to", **_NAMES)
@for_managers
async def digests(  # noqa: PLR0917  (an option each; discord.py passes them by name)
    interaction: Interaction,
    channel: app_commands.Transform[int, ChannelId] | None = None,
    every: _Every = "day",
    hour: _Hour = 8,
    about: app_commands.Range[str, 1, _WORDS] | None = None,
    speaker: app_commands.Range[str, 1, _SPEAKER] | None = None,
    quoting: app_commands.Range[str, 1, _WORDS] | None = None,
    quiet_from: _Hour | None = None,
    quiet_until: _Hour | None = None,
    utc_offset: app_commands.Range[int, -12, 14] = 0,
    off: bool = False,
) -> None:
    quiet = None if quiet_from is None or quiet_until is None else (quiet_from, quiet_until)
    wanted = WantedDigest(channel, every, hour, about, speaker, quiet, utc_offset, quoting) if channel else None
    await _choose(interaction, server_of(interaction), wanted, off=off)


@app_commands.command(name="my-digest", description="Send me a digest of what came in, as a direct message")
@app_commands.describe(on="Send it", **_OPTIONS)
@app_commands.rename(**_NAMES)
@everywhere
@privately
async def my_digest(  # noqa: PLR0917  (an option each; discord.py passes them by name)
    interaction: Interaction,
    on: bool = False,
    every: _Every = "day",
    hour: _Hour = 8,
    about: app_commands.Range[str, 1, _WORDS] | None = None,
    speaker: app_commands.Range[str, 1, _SPEAKER] | None = None,
    quoting: app_commands.Range[str, 1, _WORDS] | None = None,
    quiet_from: _Hour | None = None,
    quiet_until: _Hour | None = None,
    utc_offset: app_commands.Range[int, -12, 14] = 0,
    off: bool = False,
) -> None:
    quiet = None if quiet_from is None or quiet_until is None else (quiet_from, quiet_until)
    wanted = WantedDigest(None, every, hour, about, speaker, quiet, utc_offset, quoting) if on else None
    await _choose(interaction, interaction.user.id, wanted, off=off)


async def _choose(interaction: Interaction, reader: int, wanted: WantedDigest | None, *, off: bool) -> None:
    """Changes which digest a reader is sent, where that is chosen; tells which it is, and what became of the last."""
    store = interaction.client.services.digests
    if off or wanted:
        await off_loop(store.want, reader, None if off else wanted, dt.datetime.now(dt.UTC))
    chosen = await off_loop(store.wanted, reader)
    sent = await off_loop(store.deliveries, reader)
    await tell(interaction, "\n".join([described(chosen), *(f"-# {delivery_line(one)}" for one in sent[:_LOGGED])]))
