"""How English words inflect: the forms of a verb, and the base of an irregular form.

Kept libraries were measured for this: before its first lemma simplemma takes 190 ms and lemminflect 230 ms of
the processor, a sixth of a cold `byline ask`; both read "felt" and "left" no better than the table of irregular verbs
here does with Snowball's stemmer, at a hundredth of the price.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal

from retrieval.text.lexicon import table, words

if TYPE_CHECKING:
    from collections.abc import Mapping

Form = Literal["base", "present", "past", "gerund"]

_IRREGULAR = table("irregular_verbs")
_KNOWN = words("common_verbs") | table("speech_verbs").keys()
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
    for base, forms in table(name).items()
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
    if stem[-1] == stem[-2] and stem[-1] not in "lsz":
        return stem[:-1]
    return f"{stem}e" if _SILENT_E.fullmatch(stem) else stem


Frame = Literal["say", "tell", "judge", "think", "find"]
FRAMES: tuple[Frame, ...] = ("say", "tell", "judge", "think", "find")


VERB_ADVERBS = words("verb_adverbs")
AUXILIARIES = words("auxiliaries") | VERB_ADVERBS
NOUNS = words("speech_nouns")
REFUSALS = words("refusals")
NOBODY = words("nobody")
BE = words("forms_of_be")


# Every form of every verb, with its frame; a past that equals the base ("read") counts as past.
CUES: dict[str, tuple[Frame, Form]] = {
    form: (frame, kind)
    for frame in FRAMES
    for lemma, frames in table("speech_verbs").items()
    if frame in frames
    for kind, form in inflected(lemma).items()
}

# Forms that may stand behind what is said, between commas or at the end: "..., records show", "..., Lee warned".
CLOSERS = frozenset(
    form
    for lemma, frames in table("speech_verbs").items()
    if {"say", "think", "find"} & set(frames)
    for form in inflected(lemma).values()
)

# The same for verbs with their particle: ("called", "for").
PHRASES: dict[tuple[str, str], tuple[Frame, Form]] = {
    (form, particle): (frame, kind)
    for frame in FRAMES
    for phrase, frames in table("speech_phrases").items()
    if frame in frames
    for verb, particle in [phrase.split()]
    for kind, form in inflected(verb).items()
}

# What verbs of saying may be followed by "to" and what is said: promised to come.
TAKE_TO = frozenset(form for lemma in words("promising_verbs") for form in inflected(lemma).values())


def _all_forms(name: str) -> frozenset[str]:
    """The forms of a list's verbs, a particle behind each form of its verb: "called for"."""
    parted = (entry.partition(" ") for entry in words(name))
    return frozenset(f"{form}{gap}{particle}" for verb, gap, particle in parted for form in inflected(verb).values())


REPORTING = _all_forms("reporting_verbs")
TELLING_TO = _all_forms("telling_somebody_to")
PLAIN_SPEECH = _all_forms("plain_speech_verbs")
ASKING = _all_forms("asking_verbs")
# That somebody says so with these is told by "that" alone: implying, suggesting.
SHOWING = frozenset(inflected(verb)["gerund"] for verb in words("showing_verbs"))
SPEECH_ACTS = _all_forms("speech_acts_with_object")


def is_past(word: str) -> bool:
    """Whether a word in lower case is the past form of a verb of saying."""
    known = CUES.get(word)
    return known is not None and known[1] == "past"


_LISTED = words("auxiliaries") | BE | CUES.keys() | _PASTS.keys() | _KNOWN


def has_verb(text: str) -> bool:
    """Tells whether words may hold a verb, as lists and endings tell: "Ann Lee, best actress" holds none."""
    tokens = [token.lower() for token in re.findall(r"[\w'’-]+", text)]
    return any(token.endswith("ed") or not _LISTED.isdisjoint({token, token.removesuffix("s")}) for token in tokens)
