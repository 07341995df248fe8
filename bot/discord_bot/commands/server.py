"""/settings, /ignore and /unanswered: how Byline behaves in a server, whom it does not answer, and what it cannot."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal

import discord
from discord import app_commands

from bot.discord_bot.buttons import Pages
from bot.discord_bot.interactions import Interaction, for_managers, server_of, tell
from bot.discord_bot.pages import turn
from bot.threads import off_loop

if TYPE_CHECKING:
    from bot.discord_bot.store import ServerSettings

_NO_OTHER = "That is the only channel I answer in. Allow another first, or give all-channels to open all."
_HEARS_NOTHING = (
    "Discord hands me only messages that mention me. Whoever runs this bot can switch on the Message Content Intent and"
    " set BYLINE_DISCORD_MESSAGE_CONTENT=true."
)
_MOST_IGNORED = 100
_FORBIDS_NONE = "I answer in all channels. Allow those you want instead, and the others are closed."


class ChannelId(app_commands.Transformer):
    """A channel that people write in, by its id."""

    @property
    def type(self) -> discord.AppCommandOptionType:
        return discord.AppCommandOptionType.channel

    @property
    def channel_types(self) -> list[discord.ChannelType]:
        kinds = discord.ChannelType
        return [kinds.text, kinds.news, kinds.voice, kinds.forum]

    async def transform(self, _: Interaction, value: Any) -> int:  # noqa: ANN401  (of discord.py, by its type)
        return int(value.id)


@app_commands.command(description="See or change how Byline behaves in this server")
@app_commands.describe(
    allow="Answer in this channel, and in no other that is not allowed",
    forbid="Take a channel out of the allowed ones",
    all_channels="Answer in all channels",
    auto_thread="Open a thread for the answer to a mention",
    answers="How long answers are: brief is the first sentence",
    adders="Who may add articles",
    adder_role="The role that may add articles",
    listen="Answer questions in this channel without a mention, until a person has answered",
    only_mentions="Answer in this channel only when mentioned, again",
    report="Tell this channel once a week what was not answered",
    no_report="Tell no channel",
)
@app_commands.rename(
    all_channels="all-channels",
    auto_thread="auto-thread",
    adder_role="adder-role",
    only_mentions="only-mentions",
    no_report="no-report",
)
@for_managers
async def settings(  # noqa: PLR0917  (an option each; discord.py passes them by name)
    interaction: Interaction,
    allow: app_commands.Transform[int, ChannelId] | None = None,
    forbid: app_commands.Transform[int, ChannelId] | None = None,
    all_channels: bool | None = None,
    auto_thread: bool | None = None,
    answers: Literal["full", "brief"] | None = None,
    adders: Literal["managers", "everyone"] | None = None,
    adder_role: discord.Role | None = None,
    listen: app_commands.Transform[int, ChannelId] | None = None,
    only_mentions: app_commands.Transform[int, ChannelId] | None = None,
    report: app_commands.Transform[int, ChannelId] | None = None,
    no_report: bool | None = None,
) -> None:
    services, server = interaction.client.services, server_of(interaction)
    if listen is not None and not services.settings.discord_message_content:
        await tell(interaction, _HEARS_NOTHING)
        return
    store, before = services.store, await off_loop(services.store.settings, server)
    channels = ({allow} | set(() if all_channels else before.channels)) - {None}
    if forbid is not None and channels <= {forbid}:
        await tell(interaction, _NO_OTHER if channels else _FORBIDS_NONE)
        return
    listens = ({listen} | set(before.listens)) - {None, only_mentions}
    after = replace(
        before,
        channels=tuple(sorted(channels - {forbid})),
        listens=tuple(sorted(listens)),
        report=report or (None if no_report else before.report),
        **_changes(auto_thread, answers, adders, adder_role),
    )
    if after != before:
        await off_loop(store.set_settings, server, after)
    await tell(interaction, _described(after))


@app_commands.command(description="See or choose whom Byline does not answer in this server, and where")
@app_commands.describe(
    who="A person or a role",
    where="A channel with its threads",
    again="Answer them again",
)
@for_managers
async def ignore(
    interaction: Interaction,
    who: discord.Member | discord.Role | None = None,
    where: app_commands.Transform[int, ChannelId] | None = None,
    again: bool = False,
) -> None:
    store, server = interaction.client.services.store, server_of(interaction)
    before = await off_loop(store.settings, server)
    meant = {who.id if who else None, where} - {None}
    ignored = set(before.ignored) - meant if again else set(before.ignored) | meant
    if len(ignored) > _MOST_IGNORED:
        await tell(interaction, f"At most {_MOST_IGNORED} can be ignored; give a role in the place of many people.")
        return
    after = replace(before, ignored=tuple(sorted(ignored)))
    if after != before:
        await off_loop(store.set_settings, server, after)
    guild = interaction.guild
    names = [_mention(guild, one) for one in after.ignored]
    await tell(interaction, f"**Not answered here:** {' '.join(names) or 'nobody, so everybody is answered'}")


def _mention(guild: discord.Guild | None, ignored: int) -> str:
    """Returns the mention of a role, a channel, or else a person; nobody is pinged by it."""
    if guild and guild.get_role(ignored):
        return f"<@&{ignored}>"
    return f"<#{ignored}>" if guild and guild.get_channel(ignored) else f"<@{ignored}>"


def _changes(
    auto_thread: bool | None,
    answers: Literal["full", "brief"] | None,
    adders: Literal["managers", "everyone"] | None,
    role: discord.Role | None,
) -> dict[str, Any]:
    """Returns the settings that were given; of who may add articles, a role counts for more than a group."""
    changes: dict[str, Any] = {}
    if auto_thread is not None:
        changes["auto_thread"] = auto_thread
    if answers is not None:
        changes["brief"] = answers == "brief"
    if role is not None:
        changes |= {"adders": "role", "adder_role": role.id}
    elif adders is not None:
        changes |= {"adders": adders, "adder_role": None}
    return changes


def _described(now: ServerSettings) -> str:
    who = {
        "managers": "those who manage the server",
        "everyone": "everyone",
        "role": f"those who manage the server, and <@&{now.adder_role}>",
    }
    return "\n".join(
        (
            f"**Channels:** {' '.join(f'<#{channel}>' for channel in now.channels) or 'all'}",
            f"**A thread for each mention:** {'yes' if now.auto_thread else 'no'}",
            f"**Answers:** {'brief' if now.brief else 'full'}",
            f"**Articles are added by:** {who[now.adders]}",
            f"**Answered without a mention:** {' '.join(f'<#{one}>' for one in now.listens) or 'nowhere'}",
            f"**Told once a week what was not answered:** {f'<#{now.report}>' if now.report else 'nobody'}",
            f"**Not answered (/ignore):** {len(now.ignored) or 'nobody'}",
        )
    )


@app_commands.command(description="See what was asked here without an answer, and how answers were judged")
@for_managers
async def unanswered(interaction: Interaction) -> None:
    await turn(interaction, Pages("unanswered", interaction.user.id, 0, "here"))
