"""The words of saying: which verbs attribute, what may follow them, and all their forms."""

from __future__ import annotations

from typing import Literal

from retrieval.text.lexicon import table, words
from retrieval.text.verbs import Form, inflected

Frame = Literal["say", "tell", "judge", "think", "find"]
FRAMES: tuple[Frame, ...] = ("say", "tell", "judge", "think", "find")


VERB_ADVERBS = words("verb_adverbs")
AUXILIARIES = words("auxiliaries") | VERB_ADVERBS
NOUNS = words("speech_nouns")
REFUSALS = words("refusals")
NOBODY = words("nobody")
NEGATIONS = words("negations")
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


def is_past(word: str) -> bool:
    """Whether a word in lower case is the past form of a verb of saying."""
    known = CUES.get(word)
    return known is not None and known[1] == "past"
