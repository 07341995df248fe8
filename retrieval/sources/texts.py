"""Texts and mail to an article each.

Of a .txt or .md file the first line is the title, a line "By ..." after it the byline. Before a Markdown text may stand
front matter: YAML between lines "---", or TOML between lines "+++".
"""

from __future__ import annotations

import datetime as dt
import email
import email.policy
import json
import re
from dataclasses import replace
from email.utils import parseaddr
from pathlib import PurePath
from typing import TYPE_CHECKING

from retrieval.errors import SourceError
from retrieval.sources.dates import iso_date, stamped
from retrieval.sources.decoding import decode, normalize
from retrieval.sources.markup import plain_markdown, text_of
from retrieval.sources.structured_data import joined, person
from retrieval.text.boilerplate import byline_of, is_boilerplate, is_heading, without_marks
from retrieval.types import Article
from retrieval.watching import ignore

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from email.message import EmailMessage
    from typing import BinaryIO

    from retrieval.sources.validation import Limit

_TOP_LINES = 4  # below the title: byline, date, publisher, and the first paragraph
_MAX_TITLE = 300  # characters; a longer first line is a paragraph
_LONGEST = 50_000  # characters
_BLOCK = re.compile(
    r"\A\s*(?P<fence>---|\+\+\+)[ \t]*\n(?P<told>.*?)^(?:(?P=fence)|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE
)
# A value that YAML takes for another key, as people write titles: "title: Ferry: late again".
_BARE_COLON = re.compile(r"^([\w-]+):[ \t]+(?![\"'\[{|>&*!#])(\S[^#\n]*?:[ \t].*)$", re.MULTILINE)
_WRONG = "its front matter cannot be read; correct it, or put the title on the first line"
_FEW_WORDS = 40  # with which a message is forwarded
_BLANK_LINE = re.compile(r"\n\s*\n")
_SIGNATURE = re.compile(r"(?:\A|\n)-- ?\n")  # of RFC 3676
_QUOTED = re.compile(r"^>.*(?:\n|\Z)", re.MULTILINE)


def read_text(file: BinaryIO, name: str, source: str, limit: Limit, guessed: Callable[[str], None] = ignore) -> Article:
    """Reads the article of one file of that name: the whole file, title and byline included.

    Its date is that of Markdown's front matter, which is no part of the text, or what one of its first lines gives as
    such, alone or before the report ("LONDON, March 5, 2026 (Reuters) -"); else it is unknown. `guessed` is told of its
    encoding where that is not Unicode.

    Raises:
        SourceError: not text, empty or too large.
        OSError: the file cannot be read.
    """
    text, path = decode(limit.read(file), guessed), PurePath(name)
    told: dict[str, str] = {}
    is_markdown = path.suffix.lower() == ".md"
    if is_markdown:
        told, body = parted(text)
        text = plain_markdown(body)
    lines = [line for line in map(str.strip, text.splitlines()) if line.strip("=-*_~ ")]  # no rules
    if not lines:
        raise SourceError("it is empty; write a title and a text")
    first = lines[0]
    title = without_marks(first) if is_markdown and is_heading(first) else first
    is_title = told.get("title", title) == title and len(title) <= _MAX_TITLE and any(map(str.isalnum, title))
    found = Article(
        id=source,
        title=title if is_title else path.stem,
        text=text,
        byline=byline_of([*lines, ""][is_title]),
        published=stamped(lines[is_title : is_title + _TOP_LINES]),
        source=source,
    )
    return replace(found, **told)


def parted(text: str) -> tuple[dict[str, str], str]:
    """Returns what the front matter tells of an article, by the article's field, and the text after it.

    Raises:
        SourceError: it begins with front matter that cannot be read.
    """
    block = _BLOCK.match(text[: _LONGEST + 10])
    if block is None:
        return {}, text
    told = {key.lower(): value for key, value in _parsed(block["told"], block["fence"]).items()}
    found: dict[str, str] = {}
    for field, (keys, shown) in _KEYS.items():
        value = next((told[key] for key in keys if told.get(key)), None)
        if words := shown(value):
            found[field] = words
    return found, text[block.end() :].lstrip("\n")


def _parsed(told: str, fence: str) -> Mapping[str, object]:
    import tomllib

    import yaml

    class NoAliases(yaml.SafeLoader):
        """Refuses aliases, with which a few lines can stand for gigabytes."""

        def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
            if self.check_event(yaml.AliasEvent):
                raise yaml.YAMLError
            node: yaml.Node | None = super().compose_node(parent, index)
            return node

    try:
        quoted = _BARE_COLON.sub(lambda line: f"{line[1]}: {json.dumps(line[2])}", told)
        read = tomllib.loads(told) if fence == "+++" else yaml.load(quoted, NoAliases)  # noqa: S506  (a SafeLoader)
    except (yaml.YAMLError, ValueError, RecursionError):
        raise SourceError(_WRONG) from None
    if not isinstance(read, dict):
        raise SourceError(_WRONG)
    return {str(key): value for key, value in read.items()}


def _words(value: object) -> str | None:
    return " ".join(str(value).split()) if isinstance(value, str | int | float) else None


def _moment(value: object) -> str | None:
    return iso_date(value.isoformat() if isinstance(value, dt.date) else str(value or ""), "")


def _address(value: object) -> str | None:
    words = _words(value) or ""
    return words if words.startswith(("http://", "https://")) else None


def _byline(value: object) -> str | None:
    """Returns the names of authors, each given as words or as a record with a name."""
    authors = value if isinstance(value, list) else [value]
    names = [str((one.get("name") if isinstance(one, dict) else one) or "") for one in authors]
    return joined([*filter(None, map(person, names))])


# The keys that tell a field of an article, the first that is there, and how what it tells is shown.
_KEYS: dict[str, tuple[tuple[str, ...], Callable[[object], str | None]]] = {
    "title": (("title", "headline"), _words),
    "published": (
        (
            "date",
            "published",
            "published_at",
            "publishdate",
            "publish_date",
            "pubdate",
            "pubdatetime",
            "date_published",
        ),
        _moment,
    ),
    "updated": (("updated", "lastmod", "modified", "last_modified_at", "updated_at"), _moment),
    "publisher": (("publisher", "publication", "site"), _words),
    "url": (("canonical_url", "canonicalurl", "canonical", "url", "link"), _address),
    "byline": (("author", "authors", "byline", "by"), _byline),
}


def read_mail(data: bytes, *, source: str) -> Article:
    """Reads the article of a message: its subject is the title, its sender the publisher, its date when it was sent.

    Of one that was forwarded as a whole, with hardly a word about it, it is that of the other.

    Raises:
        SourceError: it holds no text.
    """
    message = _told_by(email.message_from_bytes(data, policy=email.policy.default))
    title = " ".join(str(message["subject"] or "").split())
    text = _body_text(message)
    if not title or not text.strip():
        raise SourceError("it is no message with a subject and a text; save it again")
    name, address = parseaddr(str(message["from"] or ""))
    return Article(
        id=source,
        title=title,
        text=text,
        publisher=name or address or None,
        published=iso_date(str(message["date"] or "")),
        source=source,
    )


def _told_by(message: EmailMessage) -> EmailMessage:
    """Returns the one message that another forwards as a whole, with hardly a word about it; else the other itself."""
    forwarded = [part for part in message.iter_attachments() if part.get_content_type() == "message/rfc822"]
    if len(forwarded) != 1 or len(_body_text(message).split()) >= _FEW_WORDS:
        return message
    told: EmailMessage = forwarded[0].get_content()
    return told


def _body_text(message: EmailMessage) -> str:
    """Returns a message's paragraphs, those of a newsletter's frame left out; "" where it has none."""
    body = message.get_body(("html", "plain"))
    if body is None:
        return ""
    try:
        content = str(body.get_content())
    except (LookupError, ValueError):  # of charsets that are none
        content = (body.get_payload(decode=True) or b"").decode(errors="replace")  # type: ignore[union-attr]
    plain = _QUOTED.sub("", _SIGNATURE.split(content.replace("\r\n", "\n"))[0]).strip()
    text = text_of(content) if body.get_content_subtype() == "html" else plain
    return normalize("\n\n".join(part for part in _BLANK_LINE.split(text) if not is_boilerplate(part)))
