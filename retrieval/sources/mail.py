"""Newsletters and other mail to articles: .eml, one each, and .mbox, of many."""

from __future__ import annotations

import email
import email.policy
import re
from email.utils import parseaddr
from typing import TYPE_CHECKING

from retrieval.errors import SourceError
from retrieval.sources.dates import iso_date
from retrieval.sources.decoding import normalize
from retrieval.sources.markup import text_of
from retrieval.sources.validation import failures_told, located
from retrieval.text.boilerplate import is_boilerplate
from retrieval.types import Article

if TYPE_CHECKING:
    from collections.abc import Iterator
    from email.message import MIMEPart

_BEGIN = re.compile(rb"(?:\A|\n)From [^\n]*\d{4}[^\n]*\n")
_BLANK = re.compile(r"\n\s*\n")


def read_mail(data: bytes, *, source: str) -> Article:
    """Reads the article of a message: its subject is the title, its sender the publisher, its date when it was sent.

    Raises:
        SourceError: it holds no text.
    """
    message = email.message_from_bytes(data, policy=email.policy.default)
    title = " ".join(str(message["subject"] or "").split())
    body = message.get_body(("html", "plain"))
    text = _text(body) if body is not None else ""
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


def read_mailbox(data: bytes, *, source: str) -> Iterator[Article | SourceError]:
    """Yields the articles of all messages in a mailbox, and an error for each that has none."""
    begins = list(_BEGIN.finditer(data))
    if not begins:
        raise SourceError("it holds no messages; save it again")
    ends = [*(begin.start() for begin in begins[1:]), len(data)]
    for number, (begin, end) in enumerate(zip(begins, ends, strict=True), 1):
        place = f"{source}/{number}"
        try:
            with failures_told():
                yield read_mail(data[begin.end() : end].replace(b"\n>From ", b"\nFrom "), source=place)
        except SourceError as error:
            yield located(place, error)


def _text(body: MIMEPart) -> str:
    """Returns a message's paragraphs, those of a newsletter's frame left out."""
    try:
        content = str(body.get_content())
    except (LookupError, ValueError):  # of charsets that are none
        content = (body.get_payload(decode=True) or b"").decode(errors="replace")  # type: ignore[union-attr]
    text = text_of(content) if body.get_content_subtype() == "html" else content.replace("\r\n", "\n").strip()
    return normalize("\n\n".join(part for part in _BLANK.split(text) if not is_boilerplate(part)))
