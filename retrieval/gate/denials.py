"""Whether a claim denies what lines affirm, affirms what they deny, or says the opposite. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from retrieval.text.polarity import DENYING, NEGATIONS, OPPOSITES
from retrieval.text.words import same_family

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from retrieval.gate.claims import Claim
    from retrieval.gate.sources import Line
    from retrieval.text.words import Word

_REACH = 5  # words between a denial and what it denies
_SCOPE = 2  # words of content
_NOT_ALONE = frozenset({"only", "just", "merely", "simply", "necessarily"})


def contradicted(claim: Claim, chosen: Sequence[Line]) -> str | None:
    """Why the lines speak against a claim; None where they do not."""
    texts = [line.words for line in chosen]
    if any(not any(_is_denied(stem, text) for stem in scope for text in texts) for scope in _scopes(claim.words)):
        return "it denies what the passage says"
    for text in texts:
        for scope in _scopes(text):
            shared = [stem for stem in scope if any(same_family(stem, word.stem) for word in claim.content)]
            if shared == scope and not any(_is_denied(stem, claim.words) for stem in shared):
                return "the passage denies it"
    return _opposite(claim, texts)


def _scopes(text: Sequence[Word]) -> Iterator[list[str]]:
    """For each "not", the words of content that follow it closely; else the one before it."""
    for at, word in enumerate(text):
        if word.text not in NEGATIONS or (at + 1 < len(text) and text[at + 1].text in _NOT_ALONE):
            continue
        after = [w.stem for w in text[at + 1 : at + 1 + _REACH] if w.is_content or w.stem in OPPOSITES][:_SCOPE]
        before = [w.stem for w in text[max(0, at - _REACH) : at] if w.is_content][-1:]
        if scope := after or before:
            yield scope


def _is_denied(stem: str, text: Sequence[Word]) -> bool:
    """Whether a denial stands close to a word."""
    places = [at for at, word in enumerate(text) if same_family(word.stem, stem)]
    around = (text[max(0, at - _REACH - 1) : at + _REACH] for at in places)
    return any(word.text in NEGATIONS or word.text in DENYING for some in around for word in some)


def _opposite(claim: Claim, texts: Sequence[Sequence[Word]]) -> str | None:
    known = {word.stem for text in texts for word in text}
    own = {word.stem for word in claim.words}
    for word in claim.words:
        against = OPPOSITES.get(word.stem, frozenset()) & known
        if word.stem not in known and against - own:
            return f"the passage says the opposite of “{word.text}”"
    return None
