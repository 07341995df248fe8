"""What happens when somebody presses a button or sends a form. Nothing is remembered between the two."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

import discord

from bot.discord_bot.adding import add_form
from bot.discord_bot.buttons import Pages, article_modal, follow_up_modal, parse, parse_pages, speaker_beside
from bot.discord_bot.commands import asking
from bot.discord_bot.commands.feeds import follow
from bot.discord_bot.interactions import NOT_MANAGER, defer, failed, may_manage, open_form, place_of, posts, tell
from bot.discord_bot.pages import turn
from bot.discord_bot.replies import delete
from bot.discord_bot.sending import persistent
from bot.threads import off_loop

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from bot.discord_bot.interactions import Interaction
    from bot.discord_bot.store import AskedQuestion

    Handler = Callable[[Interaction, str], Awaitable[None]]

_NOT_KEPT = "This answer is not kept any more, so its buttons have nothing to show. Ask again for a new one."
_NOT_YOURS = "Only the person who asked for this list can turn its pages; ask with the same command for your own."
_FORM_GONE = "That form is not kept any more; what you typed is in the file above, which /add takes."
_NOT_STOPPED = "There is nothing to stop here, or it is not yours to stop."
_NOT_ALLOWED = "Only the person who asked, and those who may manage messages, can delete an answer."


async def press(interaction: Interaction) -> None:
    """Handles a button or a form."""
    data: dict[str, Any] = dict(interaction.data or {})
    action, argument = parse(data.get("custom_id", "")) or ("", "")
    handlers = _FORMS if interaction.type is discord.InteractionType.modal_submit else _BUTTONS
    try:
        await handlers.get(action, _unknown)(interaction, argument)
    except Exception as error:  # noqa: BLE001  (the person is told, and the bot goes on)
        await failed(interaction, error, f"the button {action!r}")


async def _unknown(interaction: Interaction, _: str) -> None:
    await defer(interaction, ephemeral=True)
    await tell(interaction, "This button belongs to another version of Byline and does nothing any more.")


async def _sources(interaction: Interaction, answer: str) -> None:
    await defer(interaction, ephemeral=True)
    await turn(interaction, Pages("sources", interaction.user.id, 0, answer))


async def _page(interaction: Interaction, argument: str) -> None:
    pages = parse_pages(argument)
    if pages is None or pages.person != interaction.user.id:
        await defer(interaction, ephemeral=True)
        await tell(interaction, _NOT_YOURS)
    elif pages.what == "unanswered" and not may_manage(interaction):
        await defer(interaction, ephemeral=True)
        await tell(interaction, NOT_MANAGER)
    else:
        await defer(interaction, thinking=False)
        await turn(interaction, replace(pages, speaker=speaker_beside(interaction.message)))


async def _follow(interaction: Interaction, answer: str) -> None:
    await open_form(interaction, follow_up_modal(answer))


async def _vote(interaction: Interaction, answer: str, *, useful: bool) -> None:
    await defer(interaction, ephemeral=True)
    services = interaction.client.services
    kept = await _kept_here(interaction, answer)
    if kept is None or not await off_loop(services.store.vote, answer, interaction.user.id, useful):
        await tell(interaction, _NOT_KEPT)
        return
    await tell(interaction, f"Noted as {'useful' if useful else 'not useful'}, thank you. You can change your mind.")


async def _delete(interaction: Interaction, answer: str) -> None:
    kept = await _kept_here(interaction, answer)
    allowed = _manages_messages(interaction) or (kept is not None and kept.asker == interaction.user.id)
    by_token = allowed and not posts(interaction)  # the message that the button stands under is all there is
    if not await defer(interaction, ephemeral=True, thinking=not by_token):
        return
    if not allowed:
        await tell(interaction, _NOT_ALLOWED if kept else _NOT_KEPT)
        return
    if by_token:
        await persistent(interaction.delete_original_response)
    else:
        await _delete_messages(interaction, kept.messages if kept else ())
        await tell(interaction, "The answer is deleted.")
    if kept:
        await off_loop(interaction.client.services.store.drop, answer)


async def _delete_messages(interaction: Interaction, kept: tuple[int, ...]) -> None:
    """Deletes the message whose button was pressed, and the others of its answer."""
    pressed = [interaction.message.id] if interaction.message else []
    for message in {*pressed, *kept}:
        await delete(interaction.client.services.connection, interaction.channel_id or 0, message)


def _manages_messages(interaction: Interaction) -> bool:
    return interaction.guild_id is not None and interaction.permissions.manage_messages


async def _stop(interaction: Interaction, answer: str) -> None:
    await defer(interaction, ephemeral=True)
    person = None if _manages_messages(interaction) else interaction.user.id
    stopped = interaction.client.services.asking.stop(answer, person)
    await tell(interaction, "I stop writing." if stopped else _NOT_STOPPED)


async def _retry(interaction: Interaction, form: str) -> None:
    typed = interaction.client.services.forms.take(form, interaction.user.id)
    if typed is None:
        await defer(interaction, ephemeral=True)
        await tell(interaction, _FORM_GONE)
    else:
        await open_form(interaction, article_modal(typed))


async def _kept_here(interaction: Interaction, answer: str) -> AskedQuestion | None:
    """Returns the answer, if it was given in this very place: a custom id can be made up."""
    services = interaction.client.services
    kept = await off_loop(services.store.kept, answer, services.articles)
    here = place_of(interaction)
    return kept if kept and (kept.place.server, kept.place.channel) == (here.server, here.channel) else None


async def _asked(interaction: Interaction, answer: str) -> None:
    text = fields(dict(interaction.data or {})).get("question", "")
    await asking.answer(interaction, text, follows=answer)


async def _added(interaction: Interaction, _: str) -> None:
    await defer(interaction, ephemeral=True)
    await add_form(interaction, fields(dict(interaction.data or {})))


def fields(data: Any) -> dict[str, str]:  # noqa: ANN401  (JSON of a form, of whatever layout)
    """Returns what was typed into a form, by the names of its fields."""
    if isinstance(data, list):
        return {name: value for part in data for name, value in fields(part).items()}
    if not isinstance(data, dict):
        return {}
    if "value" in data and "custom_id" in data:
        return {data["custom_id"]: data["value"]}
    return fields(data.get("components")) | fields(data.get("component"))


_BUTTONS: dict[str, Handler] = {
    "sources": _sources,
    "page": _page,
    "follow": _follow,
    "useful": partial(_vote, useful=True),
    "useless": partial(_vote, useful=False),
    "delete": _delete,
    "stop": _stop,
    "retry": _retry,
    "follow_feed": follow,
}
_FORMS: dict[str, Handler] = {"follow": _asked, "add": _added}
