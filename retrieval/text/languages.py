"""Whether a text is in a language that the reader does not read, told by its letters and its function words. Pure.

A kept library (lingua, langdetect, py3langid) takes a second and tens of megabytes to load, and is unsure of questions
that are little more than names; closed classes of words settle both.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from functools import lru_cache

from retrieval.text.lexicon import table, words

_ENGLISH = words("stop_words", "question_words", "auxiliaries", "prepositions", "determiners") - words("shared_words")
_READ = 3_000  # characters that tell the language of a text
_WORD = re.compile(r"[^\W\d_]+(?:[’'][^\W\d_]+)*[’']?")
_LATIN = "LATIN"
_MOST_LETTERS = 0.5
_SCRIPTS = {"CJK": "Chinese or Japanese", "HIRAGANA": "Japanese", "KATAKANA": "Japanese", "HANGUL": "Korean"}


@lru_cache(maxsize=512)
def foreign_language(text: str) -> str | None:
    """Returns the likely language of a text that is not in English; None for English, and for nothing but names.

    Example:
        >>> foreign_language("Wer ist der Bürgermeister?")
        'German'
    """
    return _by_letters(text[:_READ]) or _by_function_words(text[:_READ])


def unread_note(languages: Counter[str]) -> str | None:
    """Returns what to say of articles in other languages, by how many are in which; None where there are none."""
    if not languages:
        return None
    number = languages.total()
    few = "1 article seems" if number == 1 else f"{number:,} articles seem"
    named = ", ".join(language for language, _ in languages.most_common())
    return f"{few} to be in {named}; Byline reads English only, and answers from such a text with its quotations alone."


def _by_letters(text: str) -> str | None:
    scripts = Counter(unicodedata.name(letter, _LATIN).split()[0] for letter in text if letter.isalpha())
    script, letters = scripts.most_common(1)[0] if scripts else (_LATIN, 0)
    if script == _LATIN or letters <= _MOST_LETTERS * scripts.total():
        return None
    return _SCRIPTS.get(script, f"a language in {script.capitalize()} letters")


def _by_function_words(text: str) -> str | None:
    """Returns the language whose function words are most, where they outnumber those of English.

    A word with a capital may be a name; one that several languages share tells nothing.
    """
    read = _WORD.findall(text)
    small = [word for at, word in enumerate(read) if word.islower() or (at == 0 and word.istitle())]
    plain = [word.lower().replace("’", "'") for word in small]
    languages = table("foreign_function_words")
    foreign = [languages[word] for word in plain if word in languages]
    english = sum(word in _ENGLISH for word in plain)
    if len(foreign) <= english:
        return None
    return Counter(language for among in foreign for language in among).most_common(1)[0][0].capitalize()
