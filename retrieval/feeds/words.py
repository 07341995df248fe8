"""Which articles hold some words. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from retrieval.text.lexicon import any_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from retrieval.store.feeds import WordFilter


def holds(words: Sequence[str], text: str) -> bool:
    """Tells whether a text holds one of the words or phrases, as whole words; case does not matter."""
    return bool(words) and re.search(rf"(?<!\w)(?:{any_of(words)})(?!\w)", text, re.IGNORECASE) is not None


def passes(words: WordFilter, text: str) -> bool:
    """Tells whether a text holds one of the words that it must, where there are any, and none that it must not."""
    return (not words.must or holds(words.must, text)) and not holds(words.must_not, text)
