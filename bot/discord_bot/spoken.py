"""What somebody wrote, as people read it: Discord's tokens and markdown replaced by the words that they show. Pure."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING

from bot.render import folded

if TYPE_CHECKING:
    from collections.abc import Mapping

_TOKEN = re.compile(r"<(@[!&]?|#|a?:\w{1,32}:|t:|/[^<>:\n]{1,100}:)(-?\d{1,20})(?::\w)?>")
_EVERYONE = re.compile(r"@(?:everyone|here)\b")
_LINK = re.compile(r"\[([^\[\]\n]{1,500})\]\(<?[^\s<>()]+>?\)")
_FENCE = re.compile(r"```(?:\w{1,20}\n)?")
_LINE = re.compile(r"^(?:>>>|>|-#|#{1,3}) +", re.MULTILINE)
_MARKS = re.compile(r"\\([*_`~|>#:\\-])|\*\*\*?|__|~~|\|\||`+|(?<!\w)[*_](?=\w)|(?<=[\w.,!?])[*_](?!\w)")


def with_words(content: str, names: Mapping[int, str]) -> str:
    """Returns a message in its lines, with words in the place of Discord's tokens.

    Args:
        content: as Discord sends it.
        names: of the people and channels that it mentions, by id; others, roles and emoji leave nothing.
    """

    def word(token: re.Match[str]) -> str:
        kind, number = token[1], int(token[2])
        if kind == "t:":
            try:
                return dt.datetime.fromtimestamp(number, dt.UTC).date().isoformat()
            except (ValueError, OverflowError, OSError):
                return ""
        return kind.rstrip(":") if kind.startswith("/") else names.get(number, "")

    return _EVERYONE.sub("", _TOKEN.sub(word, content))


def plain_text(content: str) -> str:
    """Returns a message on one line, without its markdown: links, code, quotations, headings, emphasis, spoilers."""
    text = _LINK.sub(r"\1", _FENCE.sub(" ", content))
    return folded(_MARKS.sub(lambda mark: mark[1] or "", _LINE.sub("", text)))
