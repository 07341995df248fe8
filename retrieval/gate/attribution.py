"""Whether what a claim lets somebody say was said, by whom, and in these words. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from retrieval.text import lexicon
from retrieval.text.boilerplate import is_saying, leaves_speaker_open
from retrieval.text.document import document
from retrieval.text.name_matching import matching_names
from retrieval.text.names import core_name, names
from retrieval.text.verbs import CUES
from retrieval.text.words import holds_family, plain, words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from retrieval.gate.claims import Claim
    from retrieval.gate.evidence import Evidence
    from retrieval.types import Quote, Span

_SAME_WORDS = 0.5  # the share of a claim's words that a quotation which it may tell of holds; less where none has it,
_FEWEST_WORDS = 0.25  # yet so many of what is said: a stance ("opposed the plan") may be told in quite other words
_PREPOSITIONS = lexicon.words("prepositions")
_PREPOSITION = re.compile(rf"\s(?:{'|'.join(_PREPOSITIONS)})\s", re.IGNORECASE)
_LETTERS = re.compile(r"[^\W_]+")


def misquoted(claim: Claim, evidence: Sequence[Evidence]) -> str | None:
    """Returns that the passages do not have, word by word, what the claim has between quotation marks."""
    passages = [_spaced(plain(hit.text)) for hit in dict.fromkeys(sentence.hit for sentence in evidence)]
    if any(_spaced(quoted) not in passage for quoted in claim.quoted for passage in passages):
        return "the passage has no such words"
    return None


def _spaced(text: str) -> str:
    """Returns the words of a text in lower case, a space around each."""
    return " " + " ".join(_LETTERS.findall(text.lower())) + " "


def misattributed(claim: Claim, evidence: Sequence[Evidence]) -> str | None:
    """Returns that the evidence does not give the claim's words to their speaker."""
    for quote in claim.quotes:
        mention = frozenset(word.text for word in words(claim.text[quote.speaker.start : quote.speaker.end]))
        if _is_speech(claim, quote) and not leaves_speaker_open(mention) and not _said_so(claim, quote, evidence):
            return f"the passage does not let {core_name(quote.name) or quote.name} say so"
    return None


def _is_speech(claim: Claim, quote: Quote) -> bool:
    """Tells whether an attribution is of words: "said", "called it unreasonable", but not "called for an inquiry"."""
    cue = _cue(claim, quote)
    is_judging = cue.lower() in CUES and CUES[cue.lower()][0] == "judge"
    opening = words(_joined(claim.text, quote.content))[:1]
    is_deed = bool(opening) and opening[0].text in _PREPOSITIONS
    return _is_said(claim, quote) or bool(claim.quoted) or (is_judging and not is_deed) or " of" in cue


def _is_said(claim: Claim, quote: Quote) -> bool:
    cue = _cue(claim, quote)
    return not cue or is_saying(cue)


def _cue(claim: Claim, quote: Quote) -> str:
    return claim.text[quote.cue.start : quote.cue.end] if quote.cue else ""


def _said_so(claim: Claim, claimed: Quote, evidence: Sequence[Evidence]) -> bool:
    """Tells whether a quotation in the evidence that tells the same, or comes nearest to it, is by the same speaker.

    Where no quotation was recognised there, a sentence has to be about the speaker, and have quotation marks where the
    claim has some: what the article tells by itself nobody has said in these words.
    """
    speaker = claim.text[claimed.speaker.start : claimed.speaker.end]
    said = _joined(claim.text, claimed.content)
    spoken = [(quote, sentence) for sentence in evidence for quote in sentence.quotes]
    if not spoken:
        name = core_name(speaker) or speaker
        if claim.quoted and not any('"' in each.text or document(each.text).quotations for each in evidence):
            return False
        return any(each.tells_name(name, speaks=True) or _describes(speaker, each.text) for each in evidence)
    shares = [_shared(said, _joined(sentence.hit.article.text, quote.content)) for quote, sentence in spoken]
    least = min(_SAME_WORDS, max(*shares, _FEWEST_WORDS if _is_said(claim, claimed) else 0.0))
    return any(
        share >= least and _is_speaker(speaker, claimed.name, quote, sentence)
        for share, (quote, sentence) in zip(shares, spoken, strict=True)
    )


def _joined(text: str, spans: Sequence[Span]) -> str:
    return plain(" ".join(text[span.start : span.end] for span in spans))


def _shared(said: str, content: str) -> float:
    """Returns the share of the words of content of a quotation that another one holds."""
    wanted, stems = [word.stem for word in words(said) if word.is_content], _stems(content)
    return sum(holds_family(stems, stem) for stem in wanted) / len(wanted) if wanted else 0.0


def _is_speaker(speaker: str, full_name: str, quote: Quote, sentence: Evidence) -> bool:
    """Tells whether a mention, which means who is called `full_name`, means the speaker of a quotation."""
    mention = _joined(sentence.hit.article.text, [quote.speaker])
    called = [plain(quote.name), mention]
    if _describes(speaker, " ".join([*called, plain(quote.description or "")])):
        return True
    if not _is_name(speaker):
        return False
    name = core_name(speaker)
    if matching_names(name, called) or matching_names(full_name, called):
        return True
    return not _is_name(called[0]) and sentence.tells_name(name, speaks=True)


def _is_name(mention: str) -> bool:
    return bool(names(mention) and core_name(mention))


def _describes(speaker: str, text: str) -> bool:
    """Tells whether the head of a mention ("the mayor" of a town) stands in what an article calls a speaker."""
    before = _PREPOSITION.split(plain(speaker), maxsplit=1)[0]
    content = [word for word in words(before) if word.is_content]
    return bool(content) and content[-1].stem in _stems(text)


def _stems(text: str) -> frozenset[str]:
    return frozenset(word.stem for word in words(text))
