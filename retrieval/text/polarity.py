"""What a sentence denies, and words that say the opposite of others. English, by lists. Pure."""

from __future__ import annotations

from retrieval.text.lexicon import table, words
from retrieval.text.words import stem

NEGATIONS = words("negations")


def _table() -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for word, opposites in table("opposites").items():
        for opposite in opposites:
            found.setdefault(stem(word), set()).add(stem(opposite))
            found.setdefault(stem(opposite), set()).add(stem(word))
    return {word: frozenset(others) for word, others in found.items()}


OPPOSITES = _table()  # by stem
