"""Text that was decoded wrongly before it came here ("donâ€™t") made right again. Pure, but for a note in the log.

ftfy knows when text is such; nothing else of it is used, so that what was written right stays as it is.
"""

from __future__ import annotations

import logging
import re
from functools import cache

_log = logging.getLogger("byline")
# A letter that the first byte of UTF-8 gives in a Western encoding, and one that a further byte gives.
_SUSPECT = re.compile("[ÂÃâÅÄÐÑÎÏØÙãäåæçèéìð][\x80-\xbf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ\u00a0 ]")
_FOREIGN = re.compile(r"[^\x00-\x7f]{2,}")
_LOST_BYTE = re.compile(r"â€(?=[\s.,;:!?)'\"]|$)")  # of a closing mark, whose last byte no Western encoding has


def repaired(text: str) -> str:
    """Returns a text with its mojibake undone; any other text as it is.

    Example:
        "The cafÃ© isnâ€™t open." becomes "The café isn’t open."
    """
    if not _SUSPECT.search(text):
        return text
    import ftfy  # 50 ms, and hardly any text is suspect
    from ftfy.badness import is_bad

    if not is_bad(text):
        return text
    _say_once()
    settings = ftfy.TextFixerConfig(unescape_html=False, replace_lossy_sequences=False, explain=False)
    return _FOREIGN.sub(_decoded, ftfy.fix_encoding(_LOST_BYTE.sub("”", text), settings))


def _decoded(run: re.Match[str]) -> str:
    """A run of letters beyond ASCII, decoded again where they are UTF-8 that was read as Windows-1252."""
    try:
        return run[0].encode("sloppy-windows-1252").decode()
    except UnicodeError:
        return run[0]


@cache
def _say_once() -> None:
    _log.warning("Text that had been decoded wrongly (“donâ€™t”) is repaired as it is added.")
