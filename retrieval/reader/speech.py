"""Questions on what somebody said, answered from that speaker's own quotations and never from what others say of them.

Pure but for the scorer that finds the quotations that answer.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

from retrieval.citations import Finding
from retrieval.language.names import core_name, matching_names, names
from retrieval.language.words import content_stems, holds_name, stem_set, word_set
from retrieval.passages import sentences
from retrieval.quotes import quotes
from retrieval.quotes.cues import CUES
from retrieval.quotes.people import who as holder
from retrieval.reader.candidates import Candidate
from retrieval.reader.premise import is_known
from retrieval.reader.selection import excerpt, select

if TYPE_CHECKING:
    from collections.abc import Sequence

    from retrieval.reader.scoring import Scorer
    from retrieval.types import Article, Hit, Quote, Span

LIST_LENGTH = 5
ATTRIBUTED = 0.93  # the share of quotations given to their right speaker in PolNeAR's dev part (of 740)

# Verbs that can only mean words: who is not quoted so has not said it. Others may be deeds as well ("announce").
_PLAIN = "say|said|saying|tell|told|telling|think|comment|commented|speak|spoken|talk|talked|talking|mention|mentioned"
_DEEDS = word_set("find show see read sing want demand stress support favor signal believe post write")
_ACTS = "|".join(
    sorted(
        form
        for form, (frame, shape) in CUES.items()
        if frame in ("say", "tell") and shape in ("base", "past") and form not in _DEEDS
    )
)
_SAYING = rf"(?:(?P<plain>{_PLAIN})|{_ACTS})\b"
_SAID = "|".join(sorted(form for form, (_, shape) in CUES.items() if shape == "past"))
# A position, a reaction or a response may be a deed, too.
_WORDS = "views?|opinions?|comments?|message|words|statements?|remarks?"
_VIEW = rf"(?:(?P<plain>{_WORDS})|position|stance|reactions?|response)\b"
_WHO = r"(?P<who>.+?)(?<! of)(?<! the)(?<! and)"  # "the Secretary of State say": "state" is no verb there
_LINK = r"(?: (?:about|on|of|regarding|concerning|to|for|towards?|over))?\b"
_DO = "(?:did|does|do|has|have|had|was|is|will|would)"
_PATTERNS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"what (?:else )?{_DO} {_WHO} (?:be |been )?{_SAYING}{_LINK}(?P<topic>.*)",
        rf"what (?:is|are|was|were) (?P<who>.+?)(?:[’']s|[’']) {_VIEW}{_LINK}(?P<topic>.*)",
        rf"what (?:is|are|was|were) the {_VIEW} (?:of|by|from) (?P<who>.+?)(?: (?:on|about|to) (?P<topic>.*))?",
        rf"{_DO} {_WHO} (?P<plain>{_PLAIN}){_LINK}(?P<topic>.*)",
        rf"how {_DO} {_WHO} (?:{_ACTS}|react|describe)\b{_LINK}(?P<topic>.*)",
    )
)
_REQUEST = r"(?:(?:please|can you|could you|would you|do you know|tell me|show me),? )+"
_REQUESTED = re.compile(
    rf"{_REQUEST}what (?P<who>.+?) (?:has |had |have )?(?:(?P<plain>{_PLAIN})|{_SAID})\b{_LINK}(?P<topic>.*)",
    re.IGNORECASE,
)
_WHO_SAID = re.compile(rf"who (?:has |had |also )?(?:{_SAID})\b(?: that\b)?(?P<topic>.+)", re.IGNORECASE)
_NOBODY = word_set("he she it they we you i who anyone anybody someone somebody people everyone this that")


@dataclass(frozen=True, slots=True)
class SpeechQuestion:
    """A question on words.

    Attributes:
        who: the speaker as written in the question, "" where the speaker is asked for.
        topic: "" where anything said answers.
        is_plain: whether nothing but words can be meant.
    """

    who: str
    topic: str
    is_plain: bool = True


@dataclass(frozen=True, slots=True)
class Utterance:
    """A sentence that holds words of a quotation, with the quotation."""

    candidate: Candidate
    quote: Quote


def speech_question(text: str) -> SpeechQuestion | None:
    plain = text.strip(" ?!.")
    if match := _WHO_SAID.fullmatch(plain):
        return SpeechQuestion("", match["topic"].strip(), is_plain=False)
    for pattern in (*_PATTERNS, _REQUESTED):
        match = pattern.fullmatch(plain)
        if match and match["who"].lower() not in _NOBODY:
            is_plain = bool(match.groupdict().get("plain"))
            return SpeechQuestion(match["who"], (match["topic"] or "").strip(), is_plain)
    return None


def read_speech(question: str, hits: Sequence[Hit], scorer: Scorer) -> Finding | None:
    """What answers a speech question; a refusal where a known name is not quoted so; None where it is no such question.

    Also None where a description ("the woman") or a deed may be meant, which the sentences at large may tell.
    """
    wanted = speech_question(question)
    if wanted is None or not hits:
        return None
    spoken = utterances(hits)
    if not wanted.who:
        return _who_said(question, wanted, spoken, scorer)
    if not is_known(wanted.who, hits):
        return Finding(why=(f"no article found names “{wanted.who}”",))
    found = _said(question, wanted, said_by(wanted.who, spoken), scorer)
    return found if found.excerpts or (wanted.is_plain and is_named(wanted.who)) else None


def _said(question: str, wanted: SpeechQuestion, own: Sequence[Utterance], scorer: Scorer) -> Finding:
    if not own:
        return Finding(why=(f"“{wanted.who}” is named but not quoted",))
    if not content_stems(wanted.topic):
        return _everything(wanted.who, own)
    fitting = on_topic(wanted, distinct(own))
    if not fitting:
        return Finding(why=(f"“{wanted.who}” is quoted, but not on “{wanted.topic}”",))
    return select(scorer.score(question, fitting), question)


def utterances(hits: Sequence[Hit]) -> list[Utterance]:
    """Every quoted sentence of the hits' articles, article by article in the hits' order, in the order of the text."""
    first: dict[tuple[str, str], tuple[int, Hit]] = {}
    for rank, hit in enumerate(hits, start=1):
        first.setdefault((hit.library, hit.article.id), (rank, hit))
    return [said for rank, hit in first.values() for said in _utterances(hit, rank)]


def said_by(who: str, spoken: Sequence[Utterance]) -> list[Utterance]:
    """The utterances of the speakers that `who` may mean, by name or by a role that one person holds in an article."""
    meant = set(matching_names(who, dict.fromkeys(said.quote.name for said in spoken)))
    if not meant:
        articles = {said.candidate.hit.article.id: said.candidate.hit.article for said in spoken}
        meant = {name for article in articles.values() if (name := holder(article, who))}
    return [said for said in spoken if said.quote.name in meant]


def distinct(spoken: Sequence[Utterance]) -> list[Candidate]:
    """Each quoted sentence once, in order."""
    return list({(s.candidate.hit.article.id, s.candidate.start): s.candidate for s in spoken}.values())


def _everything(who: str, own: Sequence[Utterance]) -> Finding:
    found = distinct(own)
    why = (f"{len(found)} sentences quote “{who}”", *(f"{s.quote.name}: {s.candidate.text}" for s in own))
    return Finding(tuple(map(excerpt, found[:LIST_LENGTH])), ATTRIBUTED, None, len(found), why)


def _who_said(question: str, wanted: SpeechQuestion, spoken: Sequence[Utterance], scorer: Scorer) -> Finding | None:
    """The quoted sentence that fits best, with its speaker for the short answer; None where nothing is on the topic."""
    fitting = on_topic(wanted, distinct(spoken))
    if not fitting:
        return None
    scores = scorer.score(question, fitting)
    best = scores.ranked[0].candidate
    return replace(select(scores, question), short=_speaker(best, [s.quote for s in spoken if s.candidate == best]))


def _speaker(candidate: Candidate, said: Sequence[Quote]) -> str | None:
    """How the sentence itself names the speaker: in full, or as written if that is no pronoun."""
    text = candidate.hit.article.text
    mentions = (name for q in said for name in (q.name, text[q.speaker.start : q.speaker.end]))
    return next((name for name in mentions if name in candidate.text and name.lower() not in _NOBODY), None)


def is_named(who: str) -> bool:
    """Whether a speaker is asked for by name, and not by a description ("the woman", "police")."""
    return bool(names(who) and core_name(who))


def on_topic(wanted: SpeechQuestion, pool: Sequence[Candidate]) -> list[Candidate]:
    """Those that share a word of the topic, themselves or their neighbours; all where the topic has no content."""
    terms = set(content_stems(wanted.topic)) - stem_set(wanted.who)
    return [c for c in pool if not terms or any(holds_name(term, stem_set(c.context)) for term in terms)]


def _utterances(hit: Hit, rank: int) -> list[Utterance]:
    spans = _sentences(hit.article)
    text = hit.article.text
    around = ["", *(text[span.start : span.end] for span in spans), ""]
    whole = [Candidate(hit, rank, span.start, span.end, around[i], around[i + 2]) for i, span in enumerate(spans)]
    return [
        Utterance(candidate, quote)
        for quote in _quotes(hit.article)
        for candidate in whole
        if any(candidate.start < part.end and part.start < candidate.end for part in quote.content)
    ]


@lru_cache(maxsize=64)
def _quotes(article: Article) -> list[Quote]:
    return quotes(article)


@lru_cache(maxsize=64)
def _sentences(article: Article) -> list[Span]:
    return sentences(article.text)
