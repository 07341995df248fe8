"""Whether a text is in a language that the reader does not read, told by its letters and its function words. Pure.

A kept library (lingua, langdetect, py3langid) takes a second and tens of megabytes to load, and is unsure of questions
that are little more than names; closed classes of words settle both.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from functools import lru_cache
from itertools import chain

from retrieval.text.lexicon import table, words

_ENGLISH = words("stop_words", "question_words", "auxiliaries", "prepositions", "determiners") - words("shared_words")
_READ = 3_000  # characters that tell the language of a text
_WORD = re.compile(r"[^\W\d_]+(?:[’'][^\W\d_]+)*[’']?")
_LATIN = "LATIN"
_MOST_LETTERS = 0.5
_SCRIPTS = {"CJK": "Chinese or Japanese", "HIRAGANA": "Japanese", "KATAKANA": "Japanese", "HANGUL": "Korean"}


@lru_cache(maxsize=128)
def foreign_language(text: str) -> str | None:
    """Returns the likely language of a text that is not in English; None for English, and for nothing but names.

    Example:
        >>> foreign_language("Wer ist der Bürgermeister?")
        'German'
    """
    text = text[:_READ]
    scripts: Counter[str] = Counter()
    for letter, times in Counter(filter(str.isalpha, text)).items():
        scripts[unicodedata.name(letter, _LATIN).split()[0]] += times
    script, letters = scripts.most_common(1)[0] if scripts else (_LATIN, 0)
    if script == _LATIN or letters <= _MOST_LETTERS * scripts.total():
        return _by_function_words(text)
    return _SCRIPTS.get(script, f"a language in {script.capitalize()} letters")


def unread_note(languages: Counter[str]) -> str | None:
    """Returns what to say of articles in other languages, by how many are in which; None where there are none."""
    if not languages:
        return None
    number = languages.total()
    few = "1 article seems" if number == 1 else f"{number:,} articles seem"
    named = ", ".join(language for language, _ in languages.most_common())
    return f"{few} to be in {named}; Byline reads English only, and answers from such a text with its quotations alone."


def _by_function_words(text: str) -> str | None:
    """Returns the language whose function words are most, where they outnumber those of English.

    A word with a capital may be a name; one that several languages share tells nothing.
    """
    first, *others = _WORD.findall(text) or [""]
    read = [first.lower()] * first.istitle() + [word for word in [first, *others] if word.islower()]
    plain = [word.replace("’", "'") for word in read]
    languages = table("foreign_function_words")
    foreign = [languages[word] for word in plain if word in languages]
    if len(foreign) <= sum(word in _ENGLISH for word in plain):
        return None
    return Counter(chain.from_iterable(foreign)).most_common(1)[0][0].capitalize()
