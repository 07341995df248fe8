"""A text as it is compared: straight marks, nothing invisible, contractions apart. Pure."""

from __future__ import annotations

import re
import unicodedata

_PLAIN = str.maketrans({
    "’": "'", "‘": "'", "`": "'", "´": "'", "“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "–": "-", "—": "-",
    "\u00a0": " ", "\u202f": " ", "\u00ad": None, "\u200b": None, "\u200c": None, "\u200d": None, "\ufeff": None,
    "\u2060": None, "…": "...",
})  # fmt: skip
_DOUBLED = re.compile(r"''|``")
_NOT = re.compile(r"\b(ca|wo|sha|[a-z]+)n't\b", re.IGNORECASE)
_WHOLE = {"ca": "can", "wo": "will", "sha": "shall"}
_CANNOT = re.compile(r"\bcannot\b", re.IGNORECASE)


def plain(text: str) -> str:
    """The text with straight marks, without invisible characters, its contractions apart."""
    text = _DOUBLED.sub('"', unicodedata.normalize("NFC", text).translate(_PLAIN))
    return _CANNOT.sub("can not", _NOT.sub(lambda m: f"{_WHOLE.get(m[1].lower(), m[1])} not", text))
