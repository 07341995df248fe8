"""The words of English by class, how its verbs inflect, and what texts are compared by: words, stems and lemmas. Pure.

Kept libraries were measured for lemmas: before its first one simplemma takes 190 ms and lemminflect 230 ms of the
processor, a sixth of a cold `byline ask`; both read "felt" and "left" no better than the table of irregular verbs here
does with Snowball's stemmer, at a hundredth of the price.
"""

from __future__ import annotations

import re
import threading
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from typing import TYPE_CHECKING, Literal

import snowballstemmer  # type: ignore[import-untyped]  # it ships no types

from retrieval.text import lexicon

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Form = Literal["base", "present", "past", "gerund"]

_IRREGULAR = lexicon.table("irregular_verbs")
_KNOWN = lexicon.words("common_verbs") | lexicon.table("speech_verbs").keys()
_ONE_SHORT_SYLLABLE = re.compile(r"(?:[^aeiou]|qu)*[aeiou][b-df-hj-np-tvz]")  # plan, quip


def inflected(lemma: str) -> Mapping[Form, str]:
    """Returns the forms of a verb by its base: "plan" gives plan, plans, planned, planning."""
    past = _IRREGULAR[lemma][0] if lemma in _IRREGULAR else _regular_past(lemma)
    doubled = lemma + lemma[-1]
    if past.startswith(doubled) or _ONE_SHORT_SYLLABLE.fullmatch(lemma):
        gerund = doubled + "ing"
    else:
        gerund = (lemma[:-1] if lemma.endswith("e") and not lemma.endswith("ee") else lemma) + "ing"
    if lemma.endswith("y") and lemma[-2] not in "aeiou":
        present = lemma[:-1] + "ies"
    else:
        present = lemma + ("es" if lemma.endswith(("s", "sh", "ch", "x", "o")) else "s")
    return {"base": lemma, "present": present, "gerund": gerund, "past": past}


def _regular_past(lemma: str) -> str:
    if lemma.endswith("e"):
        return lemma + "d"
    if lemma.endswith("y") and lemma[-2] not in "aeiou":
        return lemma[:-1] + "ied"
    return lemma + (lemma[-1] if _ONE_SHORT_SYLLABLE.fullmatch(lemma) else "") + "ed"


_BASES = {
    form: base
    for name in ("word_families", "irregular_nouns", "irregular_verbs")
    for base, forms in lexicon.table(name).items()
    for form in forms
}


def base(form: str) -> str:
    """Returns the base of a form that no rule makes ("rose": rise; "men": man), and any other word as it is."""
    return _BASES.get(form, form)


_PASTS = {form: base for base, forms in _IRREGULAR.items() for form in forms} | {"has": "have", "does": "do"}
_SILENT_E = re.compile(  # what the base of a past in "-ed" has lost its e behind: move, create, charge, hire
    r".*(?:[cuvz]|[^s]s|(?<!n)g|n[cg]|at|bl|dl|pl|tl|[^aeiou][iou]r)|(?:[^aeiou]|qu)*[aeiou][b-df-hj-np-tvz]"
)


_VOWELS = frozenset("aeiouy")


def base_of(form: str) -> tuple[str, Form] | None:
    """Returns the base of a past or present form with which of them it is; None for what ends like neither.

    Whether there is such a verb is not known: "thing" has no base, "cars" has.

    Example:
        >>> base_of("stopped"), base_of("moved"), base_of("wins")
        (('stop', 'past'), ('move', 'past'), ('win', 'present'))
    """
    if form in _PASTS:
        return _PASTS[form], "present" if form.endswith("s") and form != "was" else "past"
    is_need = form.endswith("eed") and form[:-1] not in _KNOWN
    if form.endswith("ed") and not is_need and not _VOWELS.isdisjoint(form[:-2]):  # "red"
        return _base_of_past(form), "past"
    is_present = form.endswith("s") and not form.endswith(("ss", "us", "is"))
    return (_base_of_present(form), "present") if is_present else None


def _base_of_present(form: str) -> str:
    if form.endswith("ies"):
        return form[:-3] + "y"
    return form.removesuffix("es" if form.endswith(("ses", "shes", "ches", "xes", "oes")) else "s")


def _base_of_past(form: str) -> str:
    stem = form[:-2]
    if (known := next((verb for verb in (stem, f"{stem}e") if verb in _KNOWN), None)) is not None:
        return known
    if stem.endswith("i"):
        return f"{stem[:-1]}y"
    if stem[-2:-1] == stem[-1] and stem[-1] not in "lsz":
        return stem[:-1]
    return f"{stem}e" if _SILENT_E.fullmatch(stem) else stem


Frame = Literal["say", "tell", "judge", "think", "find"]
FRAMES: tuple[Frame, ...] = ("say", "tell", "judge", "think", "find")


VERB_ADVERBS = lexicon.words("verb_adverbs")
AUXILIARIES = lexicon.words("auxiliaries") | VERB_ADVERBS
NOUNS = lexicon.words("speech_nouns")
REFUSALS = lexicon.words("refusals")
NOBODY = lexicon.words("nobody")
BE = lexicon.words("forms_of_be")


# Every form of every verb, with its frame; a past that equals the base ("read") counts as past.
CUES: dict[str, tuple[Frame, Form]] = {
    form: (frame, kind)
    for frame in FRAMES
    for lemma, frames in lexicon.table("speech_verbs").items()
    if frame in frames
    for kind, form in inflected(lemma).items()
}

# Forms that may stand behind what is said, between commas or at the end: "..., records show", "..., Lee warned".
CLOSERS = frozenset(
    form
    for lemma, frames in lexicon.table("speech_verbs").items()
    if {"say", "think", "find"} & set(frames)
    for form in inflected(lemma).values()
)

# The same for verbs with their particle: ("called", "for").
PHRASES: dict[tuple[str, str], tuple[Frame, Form]] = {
    (form, particle): (frame, kind)
    for frame in FRAMES
    for phrase, frames in lexicon.table("speech_phrases").items()
    if frame in frames
    for verb, particle in [phrase.split()]
    for kind, form in inflected(verb).items()
}

# What verbs of saying may be followed by "to" and what is said: promised to come.
TAKE_TO = frozenset(form for lemma in lexicon.words("promising_verbs") for form in inflected(lemma).values())


def _all_forms(name: str) -> frozenset[str]:
    """The forms of a list's verbs, a particle behind each form of its verb: "called for"."""
    parted = (entry.partition(" ") for entry in lexicon.words(name))
    return frozenset(f"{form}{gap}{particle}" for verb, gap, particle in parted for form in inflected(verb).values())


REPORTING = _all_forms("reporting_verbs")
TELLING_TO = _all_forms("telling_somebody_to")
PLAIN_SPEECH = _all_forms("plain_speech_verbs")
ASKING = _all_forms("asking_verbs")
# That somebody says so with these is told by "that" alone: implying, suggesting.
SHOWING = frozenset(inflected(verb)["gerund"] for verb in lexicon.words("showing_verbs"))
SPEECH_ACTS = _all_forms("speech_acts_with_object")


def is_past(word: str) -> bool:
    """Whether a word in lower case is the past form of a verb of saying."""
    known = CUES.get(word)
    return known is not None and known[1] == "past"


_LISTED = lexicon.words("auxiliaries") | BE | CUES.keys() | _PASTS.keys() | _KNOWN


def has_verb(text: str) -> bool:
    """Tells whether words may hold a verb, as lists and endings tell: "Ann Lee, best actress" holds none."""
    tokens = [token.lower() for token in re.findall(r"[\w'’-]+", text)]
    return any(token.endswith("ed") or not _LISTED.isdisjoint({token, token.removesuffix("s")}) for token in tokens)


SUBJECT_PRONOUNS = lexicon.words("subject_pronouns")
OBJECT_PRONOUNS = lexicon.words("object_pronouns")
POSSESSIVES = lexicon.words("possessive_determiners")
DETERMINERS = lexicon.words("determiners", "quantifiers")
POINTING = lexicon.words("pointing_words")
ADVERBIAL_OPENERS = lexicon.words("prepositions", "adverbial_openers")
COORDINATORS = lexicon.words("coordinators")
SUBORDINATORS = lexicon.words("subordinators")
CLAUSE_WORDS = lexicon.words("subordinators", "clause_words")
CONNECTORS = lexicon.words("connectors")
CONTRASTS = lexicon.words("contrasting_words")
PLURAL_SUBJECTS = lexicon.words("plural_subjects")
CLAUSE_SUBJECTS = lexicon.words("clause_subjects")
CONTENT_OPENERS = lexicon.words("content_openers")
TIME_UNITS = lexicon.words("time_units")
IRREGULAR_PASTS = frozenset(forms[0] for forms in lexicon.table("irregular_verbs").values())
CONTRACTED_BE = frozenset({"'s", "'re", "'m"})
NEGATIONS = lexicon.words("negations")
DEGREE_ADVERBS = lexicon.words("adverbs_of_degree")
PRONOUNS = {word: gender for word, (gender,) in lexicon.table("pronouns_of_people").items()}
RELATIVES = frozenset({"who", "which", "that", "whom"})


WORD = re.compile(r"[^\W_]+(?:[.’'-][^\W_]+)*")
# A word in small letters that may well mean somebody by how it ends: "skipper", "economist", "firefolk".
AGENT = re.compile(r"[a-z]{2,}(?:er|or|ist|ian|ee|ant|eer|ate|ive)s?|[a-z]+(?:folk|men|women|people|man|woman|olds?)")
_UNPARTED = re.compile("[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff]")
_POSSESSIVE = re.compile(r"[’']s?$|[’']$")
_NUMBER = re.compile(r"\d[\d,.]*")
_DOTTED = re.compile(r"(?:[a-z]\.)+[a-z]")  # "u.k"


STOP_WORDS = lexicon.words("stop_words")

SHORTEST_FORM = 4  # letters; shorter names are compared as they are
_ENDINGS = lexicon.words("endings") | {""}
_LAST_VOWEL = "aeiouy"  # that a word may lose before an ending: china, chinese

_PLAIN = str.maketrans({
    "’": "'", "‘": "'", "`": "'", "´": "'", "“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "–": "-", "—": "-",
    "\u00a0": " ", "\u202f": " ", "\u00ad": None, "\u200b": None, "\u200c": None, "\u200d": None, "\ufeff": None,
    "\u2060": None, "…": "...",
})  # fmt: skip
_DOUBLED = re.compile(r"''|``")
_NOT = re.compile(r"\b(ca|wo|sha|[a-z]+)n't\b", re.IGNORECASE)
_WHOLE = {"ca": "can", "wo": "will", "sha": "shall"}
_CANNOT = re.compile(r"\bcannot\b", re.IGNORECASE)
_NO_CONTENT = (
    lexicon.words("stop_words", "question_auxiliaries")
    | {"s", "t", "according"}
    | {form for form, (frame, _) in CUES.items() if frame in {"say", "tell"}}
)
_SHORTEST_OF_FAMILY = 5  # letters that two words of one family share
_LONGEST_SUFFIX = 4  # letters: resign, resignation

_STEMMER = snowballstemmer.stemmer("english")
_STEMMING = threading.Lock()  # the stemmer holds the word that it is at: two threads would mix theirs


def count_words(text: str) -> int:
    """Returns how many words a text has; of Chinese and Japanese, which do not part them, two characters are one."""
    return len(text.split()) + len(_UNPARTED.findall(text)) // 2


def plain(text: str) -> str:
    """Returns a text with straight marks, without invisible characters, its contractions apart."""
    text = _DOUBLED.sub('"', unicodedata.normalize("NFC", text).translate(_PLAIN))
    return _CANNOT.sub("can not", _NOT.sub(lambda m: f"{_WHOLE.get(m[1].lower(), m[1])} not", text))


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a plain text, `text[start:end]`, in lower case; `stem` is what it is compared by."""

    text: str
    stem: str
    start: int
    end: int

    @property
    def is_content(self) -> bool:
        return self.text not in _NO_CONTENT


def words(text: str) -> tuple[Word, ...]:
    """Returns the words of a plain text, those of a hyphenated one apart."""
    return _words_of_sentence(text) if len(text) <= _SENTENCE else _words(text)


def _words(text: str) -> tuple[Word, ...]:
    found = []
    for match in WORD.finditer(text):
        at = match.start()
        for part in match[0].split("-"):
            found.append(Word(part.lower(), lemma(part), at, at + len(part)))
            at += len(part) + 1
    return tuple(found)


# What is kept is bounded by its length as well: words take forty times the memory of the text.
_SENTENCE = 1_000  # characters
_words_of_sentence = lru_cache(maxsize=4_096)(_words)


@lru_cache(maxsize=65_536)
def lemma(word: str) -> str:
    """Returns what the forms of a word share: the stem of its base ("rose" and "rises" are "rise")."""
    return stem(base(word.lower().removesuffix("'s")))


def same_family(one: str, other: str) -> bool:
    """Tells whether two stems are equal, or the same but for their ends ("resign", "resignation")."""
    if one == other:
        return True
    short, long = sorted((one, other), key=len)
    begun = max(_SHORTEST_OF_FAMILY, len(short) - 1)
    return (
        len(short) >= _SHORTEST_OF_FAMILY
        and long[:begun] == short[:begun]
        and len(long) - len(short) <= _LONGEST_SUFFIX
    )


@lru_cache(maxsize=65_536)
def holds_family(known: frozenset[str], wanted: str) -> bool:
    """Tells whether a stem, or one of its family, is among some."""
    return wanted in known or any(same_family(wanted, other) for other in known)


@lru_cache(maxsize=65_536)
def stem(word: str) -> str:
    """The word in lower case, without possessive, inflection and dots ("Kremlin’s" and "kremlins" are one)."""
    bare = _POSSESSIVE.sub("", word.lower()).replace("’", "'")
    if _DOTTED.fullmatch(bare):
        return bare.replace(".", "")
    with _STEMMING:
        return str(_STEMMER.stemWord(bare))


def stems(text: str) -> tuple[str, ...]:
    """The stems of all words, in order; the parts of a hyphenated word follow it."""
    return _stems_of(WORD.findall(text))


@lru_cache(maxsize=8_192)
def stem_set(text: str) -> frozenset[str]:
    return frozenset(_stems_of({*WORD.findall(text)}))


def _stems_of(found: Iterable[str]) -> tuple[str, ...]:
    parts = ([word, *word.split("-")] if "-" in word else [word] for word in found)
    return tuple(map(stem, chain.from_iterable(parts)))


def content_stems(text: str) -> list[str]:
    """The distinct stems of the words that carry meaning, in order; "US" among small letters is a name."""
    found, are_capitals = WORD.findall(text), text.isupper()
    is_name = {word for word in found if len(word) > 1 and word.isupper() and not are_capitals}
    kept = (stem(word) for word in found if word in is_name or word.lower().replace("’", "'") not in STOP_WORDS)
    return list(dict.fromkeys(kept))


def name_stems(text: str) -> list[str]:
    """The stems of capitalised words that do not open the text: names, as far as spelling tells."""
    tokens = list(WORD.finditer(text))
    return list(dict.fromkeys(stem(token[0]) for token in tokens if token.start() and token[0][0].isupper()))


def numbers(text: str) -> list[str]:
    return list(dict.fromkeys(match.rstrip(".,") for match in _NUMBER.findall(text)))


def is_form(one: str, other: str) -> bool:
    """Tells whether one of two stems is another form of the other's word (russia, russian)."""
    short, long = sorted((one, other), key=len)
    shared = next((at for at, (a, b) in enumerate(zip(short, long, strict=False)) if a != b), len(short))
    is_begun = shared >= max(SHORTEST_FORM, len(short) - 1) and short[shared:] in _LAST_VOWEL
    rest = long[shared:]
    is_numbered = rest.startswith("-") and rest[1:].isdigit()  # covid-19
    return is_begun and (rest in _ENDINGS or is_numbered)


@lru_cache(maxsize=8_192)
def holds_form(word: str, known: frozenset[str]) -> bool:
    """Whether a stem or another form of its word is among some (china, chines); no slip is excused."""
    if word in known or len(word) < SHORTEST_FORM:
        return word in known
    return any(is_form(word, other) for other in known)


def capitalised(texts: Iterable[str]) -> frozenset[str]:
    """The stems of words written with a capital anywhere in the texts."""
    return frozenset(stem(word) for text in texts for word in WORD.findall(text) if word[0].isupper())


def _table() -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for word, opposites in lexicon.table("opposites").items():
        for opposite in opposites:
            found.setdefault(stem(word), set()).add(stem(opposite))
            found.setdefault(stem(opposite), set()).add(stem(word))
    return {word: frozenset(others) for word, others in found.items()}


OPPOSITES = _table()  # by stem
