"""The buttons under messages, and their custom ids, in which all they need to know stands: they outlive restarts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeVar, get_args

import discord

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Action = Literal["sources", "follow", "useful", "useless", "delete", "page", "stop"]
What = Literal["sources", "articles", "article", "quotes", "unanswered"]
V = TypeVar("V", discord.ui.View, discord.ui.Modal)

_PREFIX = "byline"
_DIGITS = 20
_LISTS: tuple[What, ...] = get_args(What)
_LABELS: dict[Action, str] = {"sources": "Sources", "follow": "Follow up"}
_EMOJI: dict[Action, str] = {"useful": "👍", "useless": "👎", "delete": "🗑️"}  # so that all fit beside them on a phone


@dataclass(frozen=True, slots=True)
class Pages:
    """A list that is turned over page by page: which list, of what, and who may turn it."""

    what: What
    person: int
    page: int
    of: str  # the answer's id, the article's key, or what was searched for
    speaker: str = ""  # of quotations; in the id of a button of its own, as one id has no room for both


def answer_buttons(answer: str) -> discord.ui.View:
    """Returns the buttons for what can be done with an answer, in one row on a phone."""
    sources, *others = (_button(_id(action, answer), label) for action, label in _LABELS.items())
    sources.style = discord.ButtonStyle.primary
    emoji = (
        discord.ui.Button[discord.ui.View](custom_id=_id(action, answer), emoji=sign) for action, sign in _EMOJI.items()
    )
    return _view([sources, *others, *emoji])


def stop_button(answer: str) -> discord.ui.View:
    """Returns the button under an answer that is being written."""
    return _view([_button(_id("stop", answer), "Stop")])


def pager(shown: Pages, pages: int) -> discord.ui.View | None:
    """Returns the buttons that turn pages; None where there is one page."""
    if pages == 1:
        return None
    back, onward = (
        _button(_id("page", f"{shown.what}:{shown.person}:{page}:{shown.of}"), label, disabled=not 0 <= page < pages)
        for page, label in ((shown.page - 1, "◀ Back"), (shown.page + 1, "Next ▶"))
    )
    of = [_button(_id("speaker", shown.speaker), f"{shown.page + 1:,} of {pages:,}", disabled=True)]
    return _view([back, *(of if shown.speaker else []), onward])


def follow_up_modal(answer: str) -> discord.ui.Modal:
    """Returns a form for a question that follows on an answer."""
    modal = discord.ui.Modal(title="Ask a follow-up", custom_id=_id("follow", answer))
    question: discord.ui.TextInput[discord.ui.View] = discord.ui.TextInput(
        custom_id="question", style=discord.TextStyle.paragraph, max_length=1_000
    )
    return _stateless(modal.add_item(discord.ui.Label(text="Your question", component=question)))


def follow_feed_button(form: str) -> discord.ui.View:
    """Returns the button that adds the feed that was previewed."""
    return _view([_button(_id("follow_feed", form), "Follow")])


def retry_button(form: str) -> discord.ui.View:
    """Returns the button that opens a refused form again, as it was filled in."""
    return _view([_button(_id("retry", form), "Try again")])


def article_modal(typed: Mapping[str, str] | None = None) -> discord.ui.Modal:
    """Returns a form for an article, with what was typed before."""
    modal = discord.ui.Modal(title="Add an article", custom_id=_id("add", "article"))
    for name, label, style, needed, most in _ARTICLE:
        modal.add_item(
            discord.ui.Label(
                text=label,
                component=discord.ui.TextInput(
                    custom_id=name, style=style, required=needed, max_length=most, default=(typed or {}).get(name)
                ),
            )
        )
    return _stateless(modal)


_LINE, _TEXT = discord.TextStyle.short, discord.TextStyle.paragraph
_ARTICLE = (
    ("title", "Title", _LINE, True, 300),
    ("text", "Text", _TEXT, True, 4_000),
    ("byline", "Author", _LINE, False, 100),
    ("published", "Date, such as 2023-03-20", _LINE, False, 30),
    ("url", "Link", _LINE, False, 1_000),
)


def parse(custom_id: str) -> tuple[str, str] | None:
    """Returns the action and its argument; None for what is not ours."""
    prefix, _, rest = custom_id.partition(":")
    action, _, argument = rest.partition(":")
    return (action, argument) if prefix == _PREFIX and argument else None


def parse_pages(argument: str) -> Pages | None:
    what, _, rest = argument.partition(":")
    person, _, rest = rest.partition(":")
    page, _, of = rest.partition(":")
    if not (_is_number(person) and _is_number(page)):
        return None
    return next((Pages(kind, int(person), int(page), of) for kind in _LISTS if kind == what), None)


def speaker_beside(message: discord.Message | None) -> str:
    """Returns whose quotations a list has, by the ids of all buttons of its message; "" where it is nobody's."""
    rows = message.components if message else []
    buttons = (part for row in rows if isinstance(row, discord.ActionRow) for part in row.children)
    ids = (button.custom_id for button in buttons if isinstance(button, discord.Button) and button.custom_id)
    return next((argument for action, argument in filter(None, map(parse, ids)) if action == "speaker"), "")


def _is_number(text: str) -> bool:
    """Tells whether it is a number of a size that a database takes: an id can be made up."""
    return text.isascii() and text.isdecimal() and len(text) < _DIGITS


def _id(action: str, argument: str) -> str:
    return f"{_PREFIX}:{action}:{argument}"


def _button(custom_id: str, label: str, *, disabled: bool = False) -> discord.ui.Button[discord.ui.View]:
    return discord.ui.Button(custom_id=custom_id, label=label, disabled=disabled)


def _view(buttons: Iterable[discord.ui.Button[discord.ui.View]]) -> discord.ui.View:
    view = discord.ui.View(timeout=None)
    for button in buttons:
        view.add_item(button)
    return _stateless(view)


def _stateless(view: V) -> V:
    """Finishes a view before it is shown, so that discord.py does not keep it: `presses` handles what is pressed."""
    view.stop()
    return view
