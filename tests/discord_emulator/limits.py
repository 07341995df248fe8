"""The limits of messages: text, embeds, mentions, attachments. Nothing but refusals."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .components import LAYOUT, check_components
from .refusals import EMPTY_MESSAGE, TOO_LARGE, Refusal, check_count, check_length, invalid

if TYPE_CHECKING:
    from .exchanges import Upload
    from .refusals import Json

CONTENT = 2000
EMBEDS = 10
EMBED_TEXT = {"title": 256, "description": 4096}
EMBED_PARTS = {("footer", "text"): 2048, ("author", "name"): 256, ("provider", "name"): 256}
FIELDS = 25
FIELD_TEXT = {"name": 256, "value": 1024}
ALL_EMBEDS = 6000
"""Characters in all embeds of a message together."""
NONCE = 25
URL = 2048
FILES = 10
UPLOAD = 10 * 1024 * 1024
"""Bytes of all files of a message together, in a server without boosts."""
THREAD_NAME = 100


def check_message(body: Json, files: list[Upload]) -> None:
    """Refuse what Discord refuses in a new message, an edit, or an interaction's answer.

    Raises:
        Refusal: 50035 with the field at fault, or 40005 for too many bytes.
    """
    check_length("content", body.get("content"), CONTENT)
    check_length("nonce", str(body.get("nonce") or ""), NONCE)
    check_embeds(body.get("embeds") or [])
    check_mentions(body.get("allowed_mentions") or {})
    check_components(body.get("components") or [], layout=is_layout(body))
    if is_layout(body) and (body.get("content") or body.get("embeds")):
        raise invalid(
            "flags",
            "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2",
            "The 'content' and 'embeds' fields cannot be used with MessageFlags.IS_COMPONENTS_V2",
        )
    check_count("attachments", len(files), FILES)
    if sum(len(file.data) for file in files) > UPLOAD:
        raise Refusal(TOO_LARGE)


def is_layout(body: Json) -> bool:
    """Whether the message is made of Components V2."""
    return bool((body.get("flags") or 0) & LAYOUT)


def check_not_empty(*parts: object) -> None:
    if not any(parts):
        raise Refusal(EMPTY_MESSAGE)


def check_embeds(embeds: list[Json]) -> None:
    check_count("embeds", len(embeds), EMBEDS)
    for index, embed in enumerate(embeds):
        _check_embed(f"embeds.{index}", embed)
    if sum(map(_size, embeds)) > ALL_EMBEDS:
        raise invalid("embeds", "MAX_EMBED_SIZE_EXCEEDED", f"Embed size exceeds maximum size of {ALL_EMBEDS}")


def _check_embed(where: str, embed: Json) -> None:
    for name, most in EMBED_TEXT.items():
        check_length(f"{where}.{name}", embed.get(name), most)
    for (part, name), most in EMBED_PARTS.items():
        check_length(f"{where}.{part}.{name}", (embed.get(part) or {}).get(name), most)
    fields = embed.get("fields") or []
    check_count(f"{where}.fields", len(fields), FIELDS)
    for index, field in enumerate(fields):
        for name, most in FIELD_TEXT.items():
            check_length(f"{where}.fields.{index}.{name}", field.get(name, "").strip(), most, least=1)
    _check_links(where, embed)


def _check_links(where: str, embed: Json) -> None:
    links = {"url": embed.get("url")}
    links |= {f"{part}.url": (embed.get(part) or {}).get("url") for part in ("author", "image", "thumbnail")}
    links |= {f"{part}.icon_url": (embed.get(part) or {}).get("icon_url") for part in ("author", "footer")}
    for name, link in links.items():
        check_link(f"{where}.{name}", link, ("http", "https", "attachment"))


def check_link(where: str, link: str | None, schemes: tuple[str, ...], most: int = URL) -> None:
    """Refuse a link that is too long, of another scheme, or without a host."""
    if link is None:
        return
    check_length(where, link, most)
    scheme, separator, rest = link.partition("://")
    if not separator or not rest or " " in link:
        raise invalid(where, "URL_TYPE_INVALID_URL", "Not a well formed URL.")
    if scheme.lower() not in schemes:
        raise invalid(where, "URL_TYPE_INVALID_SCHEME", f"Scheme must be one of {schemes}.")


def _size(embed: Json) -> int:
    texts = [embed.get(name) for name in EMBED_TEXT]
    texts += [(embed.get(part) or {}).get(name) for part, name in EMBED_PARTS]
    texts += [field.get(name) for field in embed.get("fields") or [] for name in FIELD_TEXT]
    return sum(len(text) for text in texts if text)


def check_mentions(allowed: Json) -> None:
    for kind in ("users", "roles"):
        check_count(f"allowed_mentions.{kind}", len(allowed.get(kind) or []), 100)
        if kind in (allowed.get("parse") or []) and allowed.get(kind):
            raise invalid(
                "allowed_mentions", "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE", f"parse:[{kind!r}] excludes {kind}"
            )


def check_thread_name(name: str) -> None:
    check_length("name", name.strip(), THREAD_NAME, least=1)
