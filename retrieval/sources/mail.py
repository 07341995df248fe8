"""Newsletters and other mail to articles."""

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
from retrieval.text.boilerplate import is_boilerplate
from retrieval.types import Article

if TYPE_CHECKING:
    from email.message import MIMEPart

_FEW_WORDS = 40  # with which a message is forwarded
_BLANK = re.compile(r"\n\s*\n")
_SIGNATURE = re.compile(r"(?:\A|\n)-- ?\n")  # of RFC 3676
_QUOTED = re.compile(r"^>.*(?:\n|\Z)", re.MULTILINE)


def read_mail(data: bytes, *, source: str) -> Article:
    """Reads the article of a message: its subject is the title, its sender the publisher, its date when it was sent.

    Of one that was forwarded as a whole, with hardly a word about it, it is that of the other.

    Raises:
        SourceError: it holds no text.
    """
    message = email.message_from_bytes(data, policy=email.policy.default)
    forwarded = [part for part in message.iter_attachments() if part.get_content_type() == "message/rfc822"]
    own = message.get_body(("html", "plain")) if len(forwarded) == 1 else None
    if len(forwarded) == 1 and (own is None or len(_text(own).split()) < _FEW_WORDS):
        message = forwarded[0].get_content()
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


def _text(body: MIMEPart) -> str:
    """Returns a message's paragraphs, those of a newsletter's frame left out."""
    try:
        content = str(body.get_content())
    except (LookupError, ValueError):  # of charsets that are none
        content = (body.get_payload(decode=True) or b"").decode(errors="replace")  # type: ignore[union-attr]
    plain = _QUOTED.sub("", _SIGNATURE.split(content.replace("\r\n", "\n"))[0]).strip()
    text = text_of(content) if body.get_content_subtype() == "html" else plain
    return normalize("\n\n".join(part for part in _BLANK.split(text) if not is_boilerplate(part)))
