"""Text for Discord: escaped so that it shows as it is, linked, dated, split; and read as people read it. Pure.

Discord's markdown is its own. A backslash shows the sign after it, but not inside the label of a masked link, where it
shows itself; and nothing in brackets before "](" is safe from becoming a label, backslashes or not, so it is the
parenthesis that is escaped. Mentions are found before markdown is: they are broken, not only hidden.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

from bot.render import folded, printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

_LONGEST_LABEL = 256
_LONGEST_URL = 1500
_LONGEST_STYLED = 500
LEAST_LIMIT = 32  # of a page: under it, what is repeated on a page might leave no room for what is new

_SIGNS = re.compile(
    r"""
      [*_`\\]                                            # emphasis, code, and the backslash itself
    | ([~|])(?=\1)                                       # strikethrough, spoilers
    | <(?!\s)                                            # mentions, timestamps, emoji, addresses in angle brackets
    | (?<=\])\(                                          # masked links
    | \[(?![^\[\]\n]*\])                                 # one that is not closed would open a link that follows
    | (?<=:)/(?=/)                                       # bare addresses
    | (?:(?<=discord)|(?<=discordapp))\.(?=\w+/)         # invites and gifts, which need no scheme
    | @(?=[!&]?\d)                                       # people and roles
    | :(?=[\w+-]+:)                                      # emoji by name
    """,
    re.VERBOSE | re.IGNORECASE,
)
# Quotes, headings, lists and small print start a line, after blanks of any kind.
_BLANK = r"[^\S\n]|[\u200b\ufeff]"
_LINE_START = re.compile(
    rf"^((?:{_BLANK})*)(>|\#(?=\#*(?:\s|$))|[+-](?=[\s\#]|$))|^((?:{_BLANK})*\d+)(\.)(?=\s|$)", re.MULTILINE
)
_EVERYONE = re.compile(r"@(?=everyone|here)", re.IGNORECASE)
_ENDS_A_LINK = re.compile(r"[^\w!#$%&+,\-./:;=?@\[\]~]|@(?=everyone|here)", re.IGNORECASE)
_STYLED = re.compile(rf"\S(?:.{{0,{_LONGEST_STYLED - 2}}}\S)?(?!\S)|(\S{{1,{_LONGEST_STYLED}}})")

# What a page border may not fall into: an escaped sign, a disarmed mention, a masked link, a <...> token, a styled run.
_ATOM = re.compile(
    r"\\.|@\u200b|\[(?:\[\d+\]|[^\[\]\n]*)\]\(<[^<>\s]*>\)|<[^<>\s]+>|(__)?\*\*(?:\\.|[^\\*])+\*\*(?(1)__)|.", re.DOTALL
)
_PREFIX = re.compile(r"> |-# ")
# Where to cut, best first. A marker such as [1] stays with its sentence.
_CUTS = (
    re.compile(r"\n\s*\n"),
    re.compile(r"\n"),
    re.compile(r"[.!?…][\"”’'»)\]*_]*\s+(?!\[)|[。！？][”」』]?"),
    re.compile(r"\s+(?!\[)"),
)


# What people wrote: Discord's tokens, and its markdown
_TOKEN = re.compile(r"<(@[!&]?|#|a?:\w{1,32}:|t:|/[^<>:\n]{1,100}:)(-?\d{1,20})(?::\w)?>")
_PINGS_ALL = re.compile(r"@(?:everyone|here)\b")
_LINK = re.compile(r"\[([^\[\]\n]{1,500})\]\(<?[^\s<>()]+>?\)")
_FENCE = re.compile(r"```(?:\w{1,20}\n)?")
_LINE = re.compile(r"^[ \t]*(?:(?:>>>|>|-#|#{1,3}|[-*+]) +)+", re.MULTILINE)  # a mention may stand before
_MARKS = re.compile(r"\\([*_`~|>#:\\[-])|\*\*\*?|__|~~|\|\||`+|(?<!\w)[*_](?=\w)|(?<=[\w.,!?])[*_](?!\w)")


def escape(text: str) -> str:
    """Returns markdown that shows `printable(text)`, nothing of it interpreted and nobody mentioned."""
    escaped = _SIGNS.sub(r"\\\g<0>", printable(text))
    return _EVERYONE.sub("@\u200b", _LINE_START.sub(r"\1\3\\\2\4", escaped))


def strong(text: str, *, underlined: bool = False) -> str:
    """Returns the escaped text in bold, in runs of one line and bounded length, so that pages can part between them.

    Runs that nothing parts are told apart by an invisible space: "**a****b**" is one run, with stars in it.
    """
    start, end = ("__**", "**__") if underlined else ("**", "**")
    return _STYLED.sub(lambda run: f"{start}{escape(run[0])}{end}" + "\u200b" * bool(run[1]), printable(text))


def marked(text: str, *stretches: tuple[int, int], underlined: bool = False) -> str:
    """Returns the escaped text with `text[start:end]` of each stretch in bold."""
    shown, at = "", 0
    for start, end in sorted(stretches):
        bold = strong(text[max(at, start) : end], underlined=underlined)
        if bold.strip():  # where nothing visible is marked, both sides could join to what neither is
            shown += (escape(text[at:start]) or "\u200b" * bool(shown)) + bold
            at = end
    return shown + escape(text[at:])


def marker(number: int, url: str | None = None) -> str:
    """Returns "[1]", linked if the address is a plain one of the web."""
    target = _target(url)
    return f"[[{number}]](<{target}>)" if target else f"[{number}]"


def link(text: str, url: str | None) -> str:
    """Returns the text, linked if the address is a plain one of the web.

    A text that needs escaping cannot be a label: it stands before the link, and the label is a word.
    """
    target, label = _target(url), escape(text)
    if target is None:
        return label
    if text == label and text.strip() and not set("[]\n") & set(text) and width(text) <= _LONGEST_LABEL:
        return f"[{text}](<{target}>)"
    return f"{label} ([link](<{target}>))" if label.strip() else f"[link](<{target}>)"


def _target(url: str | None) -> str | None:
    """Returns the address, what could end a link percent-encoded; None if it is not http(s), or names a user."""
    target = _ENDS_A_LINK.sub(lambda sign: quote(sign[0], safe="", errors="replace"), (url or "").strip())
    try:
        parts = urlsplit(target)
        plain = parts.scheme in ("http", "https") and bool(parts.hostname) and "@" not in parts.netloc
    except ValueError:
        return None
    return target if plain and len(target) <= _LONGEST_URL else None


def timestamp(published: str | None) -> str:
    """Returns when it was, told in each reader's own zone and language; as it is written if it cannot be read.

    A date without a time is noon UTC, which is that date from twelve hours west to eleven east.
    """
    written = published or ""
    is_date = len(written) <= len("2026-11-28")
    try:
        moment = dt.datetime.fromisoformat(written)
        moment = moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)
        moment += dt.timedelta(hours=12 * is_date)
        return f"<t:{int(moment.timestamp())}:{'D' if is_date else 'f'}>"
    except (ValueError, OverflowError):
        return escape(written)


def width(text: str) -> int:
    """Returns length in UTF-16 code units, as Discord's clients count; never less than in code points."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def split(paragraphs: Iterable[str], limit: int, *, joint: str = "\n\n") -> list[str]:
    """Paragraphs of markdown joined into pages no wider than `limit`; one that is too long goes on in the next page.

    Nothing but blanks is dropped. What goes on repeats the "> " or "-# " of its line.

    Raises:
        ValueError: the limit is under LEAST_LIMIT.
    """
    if limit < LEAST_LIMIT:
        raise ValueError(f"a page of {limit} is too small")
    pages: list[str] = []
    for piece in (piece for paragraph in paragraphs for piece in _pieces(paragraph, limit)):
        if pages and width(pages[-1]) + width(joint) + width(piece) <= limit:
            pages[-1] += joint + piece
        else:
            pages.append(piece)
    return pages


def _pieces(paragraph: str, limit: int) -> Iterator[str]:
    rest = paragraph.strip()
    while width(rest) > limit:
        cut = _cut(rest, limit)
        head, tail = rest[:cut].rstrip(), rest[cut:].lstrip()
        yield head
        if "\n" not in rest[len(head) : len(rest) - len(tail)]:
            # A line that was parted goes on as it started; none of its words starts a list.
            prefix = _PREFIX.match(head, head.rfind("\n") + 1)
            line, newline, others = tail.partition("\n")
            tail = (prefix[0] if prefix else "") + _LINE_START.sub(r"\1\3\\\2\4", line) + newline + others
        rest = tail
    if rest:
        yield rest


def _cut(text: str, room: int) -> int:
    """Returns where to part a text: late in the room, after a paragraph, line, sentence or word if it can be."""
    # The ends of the atoms that fit; of the characters, if the first atom alone does not.
    borders = _ends(_ATOM.finditer(text), room) or _ends(re.finditer(r"(?s:.)", text), room)
    furthest = borders[-1]
    allowed = {border for border in borders if border > furthest // 2}
    for kind in _CUTS:
        if ends := [m.end() for m in kind.finditer(text, 0, furthest) if m.end() in allowed]:
            return ends[-1]
    return furthest


def _ends(parts: Iterable[re.Match[str]], room: int) -> list[int]:
    ends: list[int] = []
    for part in parts:
        room -= width(part[0])
        if room < 0:
            break
        ends.append(part.end())
    return ends


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

    return _PINGS_ALL.sub("", _TOKEN.sub(word, content))


def plain_text(content: str) -> str:
    """Returns a message on one line, without its markdown: links, code, quotations, headings, lists, emphasis."""
    text = _LINK.sub(r"\1", _FENCE.sub(" ", content))
    return folded(_MARKS.sub(lambda mark: mark[1] or "", _LINE.sub("", text)))
