"""A question's slips of the keyboard, put right by the words of the articles: "wich ferry ran agruond"."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from rapidfuzz.distance import OSA

from retrieval.text.lexicon import words
from retrieval.text.name_matching import is_misspelling
from retrieval.text.words import WORD

if TYPE_CHECKING:
    from retrieval.index.lexical import Lexical
    from retrieval.store.articles import Articles
    from retrieval.types import Encoder, Question

_LOOKED_AT = 30  # passages with a word that is near
_MOST_WORDS = 40  # of a message that is looked at
_SHORTEST, _LONG = 4, 5  # letters
_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_FUNCTION_WORDS = words("question_words", "auxiliaries", "stop_words", "subject_pronouns")
_BESIDE = {
    key: "".join(row[max(0, at - 1) : at + 2] for row in _ROWS[max(0, line - 1) : line + 2])
    for line, keys in enumerate(_ROWS)
    for at, key in enumerate(keys)
}
_LETTERS = re.compile(r"[^\W\d_]{3,}")


class Speller:
    """Knows the words of the articles, and by its pieces whether the encoder knows a word as an ordinary one."""

    def __init__(self, articles: Articles, lexical: Lexical, encoder: Encoder) -> None:
        self._articles = articles
        self._lexical = lexical
        self._encoder = encoder

    def respelled(self, question: Question) -> Question:
        """Returns the question with each word that no article holds replaced by the one that it is a slip of.

        A word that the encoder reads as one piece is an ordinary one, and stays.

        Example:
            "wich ferry ran agruond" becomes "which ferry ran aground", where an article has "aground".
        """
        typed = [match for match in WORD.finditer(question.text) if _LETTERS.fullmatch(match[0])]
        if not typed or len(typed) > _MOST_WORDS:
            return question
        pieces = self._encoder.count_tokens([match[0] for match in typed])
        text = question.text
        for match in reversed([match for match, number in zip(typed, pieces, strict=True) if number > 1]):
            if right := self._meant(match[0], question, opens=match.start() == typed[0].start()):
                text = text[: match.start()] + right + text[match.end() :]
        return replace(question, text=text)

    def _meant(self, word: str, question: Question, *, opens: bool) -> str | None:
        """Returns the word that is meant; None where the articles hold the word, or none is near."""
        forms = (word.lower(), word.lower().removesuffix("s"))  # "whos", "thats"
        if not (word.islower() or word.istitle()) or forms[1] in _FUNCTION_WORDS:
            return None
        if any(self._lexical.holds(question.libraries, form) for form in forms):
            return None
        is_name = word[0].isupper() and not opens
        if not is_name and (usual := _function_word(word, opens=opens)):
            return usual
        return None if len(word) < _SHORTEST else self._nearest(word, question, is_name=is_name)

    def _nearest(self, word: str, question: Question, *, is_name: bool) -> str | None:
        """Returns the word of the articles that a word is a slip of: the likeliest, as large, the most frequent."""
        refs = self._lexical.near(question.libraries, word, _LOOKED_AT)
        stored = self._articles.ready({ref.key for ref in refs}, question.libraries, question.filters)
        texts = "\n".join(f"{row.article.title}\n{row.article.text}" for row in stored.values())
        held = Counter(WORD.findall(texts))
        near = [
            (kind, own[0].isupper() != word[0].isupper(), -times, own)
            for own, times in held.items()
            if (own[0].isupper() or not is_name)
            and _is_slip(word.lower(), own.lower())
            and (kind := _kind(word.lower(), own.lower(), is_name=is_name)) is not None
        ]
        return min(near)[-1] if near else None


def respelling(asked: str, corrected: str) -> str | None:
    """Returns a sentence on the words that were taken for others, small ones apart; None where none was.

    Example:
        "“agruond” is taken for “aground”."
    """
    pairs = zip(WORD.findall(asked), WORD.findall(corrected), strict=False)
    changed = [f"“{one}” is taken for “{two}”" for one, two in pairs if one != two and two not in _FUNCTION_WORDS]
    return f"{', '.join(changed)}." if changed else None


def _function_word(word: str, *, opens: bool) -> str | None:
    """Returns the function word that a word is a slip of; one that opens a question can only be a question word."""
    usual = words("question_words") if opens else _FUNCTION_WORDS
    near = min((own for own in usual if _is_slip(word.lower(), own)), default=None)
    return near.capitalize() if near and word.istitle() else near


def _is_slip(word: str, own: str) -> bool:
    """Tells whether two words in small letters are a slip apart: one letter more, less or other, or two exchanged.

    What has another ending is another form or word: "heckler" and "heckled".
    """
    are_forms = word[:-1] == own[:-1] and word[-2] == "e" and {word[-1], own[-1]} <= {"d", "r", "s"}
    return word[0] == own[0] and word != own and not are_forms and OSA.distance(word, own, score_cutoff=1) == 1


def _kind(word: str, own: str, *, is_name: bool) -> int | None:
    """Returns what kind of slip parts two words, the likeliest 0; None for one that makes another word or name.

    Letters exchanged; a vowel, an h or a doubling; a key beside the right one; of ordinary words also any letter more
    or less.
    """
    if sorted(word) == sorted(own):
        return 0
    if is_misspelling(word, own):
        return 1
    if len(word) == len(own) >= _LONG:
        typed, meant = next((one, two) for one, two in zip(word, own, strict=True) if one != two)
        return 2 if meant in _BESIDE.get(typed, "") else None
    return 3 if not is_name and len(word) > _LONG and len(word) != len(own) else None
