"""Whether what a claim lets somebody say was said, by whom, and in these words. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from retrieval.gate.facts import tells_name
from retrieval.gate.sources import known
from retrieval.gate.terms import stems_of
from retrieval.text.cues import CUES
from retrieval.text.document import Document
from retrieval.text.function_words import PRONOUNS, RELATIVES
from retrieval.text.name_matching import matching_names
from retrieval.text.names import core_name, names, word_set
from retrieval.text.words import holds_family, plain, words

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from retrieval.gate.claims import Claim
    from retrieval.gate.sources import Line
    from retrieval.types import Article, Hit, Quote

_SAME_WORDS = 0.5  # the share of a claim's words of content that a quotation which it may tell of holds
_OUTLETS = word_set(
    "article articles report reports passage passages outlet newspaper source sources story paper piece text"
)
_UNTOLD = word_set("it they we you i one who which that this these those some others many")
_BREAK = re.compile(r"\s*(?:\.\.\.|\[[^\]]*\]|\([^)]*\))\s*")
_DEEDS = word_set(
    """seek seeks sought seeking plan plans planned planning decide decides decided deciding forecast project projects
    read reads post posts posted request requests requested refuse refuses refused decline declines declined hope hopes
    hoped think thinks thought believe believes believed agree agrees agreed offer offers offered sing sang write
    wrote"""
)
_LETTERS = re.compile(r"[^\W_]+")


def misattributed(claim: Claim, chosen: Sequence[Line]) -> str | None:
    """Why the lines do not give a claim's words to its speakers; None where they do."""
    spoken = [quote for line in chosen for quote in line.quotes]
    for said in claim.said:
        speaker = claim.text[said.speaker.start : said.speaker.end]
        plainly = said.cue is None or is_saying(claim.text[said.cue.start : said.cue.end])
        if plainly and not _is_untold(speaker) and not _said_so(claim, said, speaker, spoken, chosen):
            return f"the passage does not let {core_name(said.name) or said.name} say so"
    return None


def misquoted(claim: Claim, hits: Iterable[Hit], chosen: Sequence[Line]) -> str | None:
    """Why the words that a claim has between quotation marks are not the passage's; None where they are."""
    cited = list(hits)
    for quoted in claim.quotations:
        if not any(_stands_in(quoted, plain(hit.text)) for hit in cited):
            return "the passage has no such words"
        speakers = [s for s in claim.said if any(quoted in claim.text[p.start : p.end] for p in s.content)]
        speaker = claim.text[speakers[0].speaker.start : speakers[0].speaker.end] if speakers else ""
        if speaker and not _is_untold(speaker) and not _is_quoted(quoted, speakers[0], cited, chosen):
            return f"these are no words of {speaker}"
    return None


def _is_untold(speaker: str) -> bool:
    """Whether a mention leaves open who speaks, or means the article itself."""
    found = {word.text for word in words(plain(speaker))}
    return bool(found & (_OUTLETS | RELATIVES)) or found <= _UNTOLD | PRONOUNS.keys()


def is_saying(cue: str) -> bool:
    """Whether words of saying can mean nothing but words, as "found" or "plans" do not."""
    known_cues = (CUES.get(word.text) for word in words(plain(cue)) if word.text not in _DEEDS)
    return any(cue and cue[0] in {"say", "tell"} for cue in known_cues) or "according" in cue.lower()


def _said_so(claim: Claim, said: Quote, speaker: str, spoken: Sequence[Quote], chosen: Sequence[Line]) -> bool:
    """Whether a quotation of the lines that tells the same is by the same speaker.

    Where none tells the same, as none was recognised, a line has to be about the speaker and speak of saying.
    """
    content = " ".join(claim.text[part.start : part.end] for part in said.content)
    wanted = [word.stem for word in words(content) if word.is_content]
    article = chosen[0].hit.article
    same = [q for q in spoken if _shares(wanted, _content(q, article, chosen))]
    if same:
        return any(_is_speaker(said, speaker, quote, chosen) for quote in same)
    name = core_name(speaker) or speaker
    return any(tells_name(name, line) or _describes(speaker, line.text) for line in chosen) and not spoken


def _content(quote: Quote, article: Article, chosen: Sequence[Line]) -> str:
    """The words of a quotation that stand in the lines' own articles."""
    articles = {line.hit.article.id: line.hit.article for line in chosen}
    text = next((a.text for a in articles.values() if quote in known(a).quotes), article.text)
    return plain(" ".join(text[part.start : part.end] for part in quote.content))


def _shares(wanted: Sequence[str], content: str) -> bool:
    held = stems_of(words(content))
    return bool(wanted) and sum(holds_family(held, stem) for stem in wanted) >= _SAME_WORDS * len(wanted)


def _is_speaker(said: Quote, speaker: str, quote: Quote, chosen: Sequence[Line]) -> bool:
    articles = {line.hit.article.id: line.hit.article for line in chosen}
    text = next((a.text for a in articles.values() if quote in known(a).quotes), chosen[0].hit.article.text)
    mention = plain(text[quote.speaker.start : quote.speaker.end])
    theirs = [plain(quote.name), mention]
    name = core_name(speaker) or speaker
    if not (names(speaker) and core_name(speaker)):
        return _describes(speaker, " ".join([*theirs, quote.description or ""]))
    if matching_names(name, theirs) or matching_names(said.name, theirs):
        return True
    about = " ".join([*theirs, plain(quote.description or "")])
    if _describes(name, about):
        return True
    lines = [line for line in chosen if any(p.start < line.end and line.start < p.end for p in quote.content)]
    unnamed = not (names(theirs[0]) and core_name(theirs[0]))
    return unnamed and any(tells_name(name, line) for line in lines)


def _describes(speaker: str, about: str) -> bool:
    """Whether the last word of a mention, or all of its words, stand in what an article calls a speaker."""
    own = [word for word in words(plain(speaker)) if word.is_content]
    held = stems_of(words(plain(about)))
    return bool(own) and holds_family(held, own[-1].stem)


def _stands_in(quoted: str, text: str) -> bool:
    """Whether a quotation stands in a text, word by word; "..." and [brackets] may leave out or explain."""
    rest = _spaced(text)
    for part in _BREAK.split(quoted):
        wanted = _spaced(part)
        if wanted.strip():
            at = rest.find(f" {wanted.strip()} ")
            if at < 0:
                return False
            rest = rest[at + len(wanted) - 1 :]
    return True


def _spaced(text: str) -> str:
    """The words of a text in lower case, a space around each."""
    return " " + " ".join(_LETTERS.findall(text.lower())) + " "


def _is_quoted(quoted: str, said: Quote, hits: Sequence[Hit], chosen: Sequence[Line]) -> bool:
    """Whether the same speaker is quoted with these words, between quotation marks.

    Where nobody was recognised as their speaker, a line has to hold them and name the speaker.
    """
    holding = [
        (hit, quote) for hit in hits for quote in known(hit.article).quotes if _is_in(quoted, quote, hit.article)
    ]
    for hit, quote in holding:
        same = [line for line in chosen if line.hit.article.id == hit.article.id]
        if same and _is_speaker(said, said.name, quote, same):
            return True
    return not holding and any(_marks(quoted, line) and _describes(said.name, line.text) for line in chosen)


def _is_in(quoted: str, quote: Quote, article: Article) -> bool:
    """Whether words stand in a quotation of an article's text that has quotation marks."""
    if quote.field != "text" or quote.kind == "indirect":
        return False
    return _stands_in(quoted, plain(" ".join(article.text[part.start : part.end] for part in quote.content)))


def _marks(quoted: str, line: Line) -> bool:
    return any(_stands_in(quoted, line.text[q.start : q.end]) for q in Document(line.text).quotations)
