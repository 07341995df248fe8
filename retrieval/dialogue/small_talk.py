"""What needs no search: greetings, thanks, "what can you do?", "what is this about?", "what's new?". Pure, by rule."""

from __future__ import annotations

import datetime as dt
import re
from enum import StrEnum
from typing import TYPE_CHECKING

from prompts import load
from retrieval.citations import Excerpt, state
from retrieval.types import Answer, Statement

if TYPE_CHECKING:
    from collections.abc import Sequence

    from retrieval.types import Article, Citation, Question

LISTED = 5


class SmallTalk(StrEnum):
    """The value is also the name of the prompt that replies, where one does."""

    GREETING = "greeting"
    THANKS = "thanks"
    FAREWELL = "farewell"
    HELP = "help"
    ABOUT = "about"
    NEWS = "news"


_YOU = r"(?:you|u)"
_WHOM = r"(?: (?:there|all|again|everyone|everybody|folks|friend|you))?"
_FINE = r"(?:ok|okay|great|perfect|cool|nice|alright|wonderful|excellent|awesome|interesting|well done|got it|i see)"
_THANKS = r"(?:many thanks|thanks|thank you|thx|cheers|much appreciated)"
_KINDS = r"(?:articles?|news|stor(?:y|ies)|texts?|topics?|headlines?)"
_ARTICLES = rf"(?:this|these|everything|(?:(?:all )?(?:of )?(?:the|these|this|those|your) )?{_KINDS})"
_NEWEST = r"(?:latest|newest|most recent|recent|new|top)"
_PLEASE_DO = r"(?:(?:can|could|would|will) you )?"
_NOWADAYS = r"(?:today|now|right now|this week|in the news)"

# What a whole message must look like, once `_plain` has brought it down to its words.
_SAID: dict[SmallTalk, tuple[str, ...]] = {
    SmallTalk.GREETING: (
        rf"(?:hi|hiya|hello|hey|howdy|yo|greetings|(?:good )?(?:morning|afternoon|evening)|good day){_WHOM}",
        rf"(?:(?:hi|hello|hey){_WHOM} )?(?:how are you(?: doing)?|how's it going|what's up)(?: today)?",
    ),
    SmallTalk.THANKS: (
        rf"(?:(?:{_FINE}|no) )?{_THANKS}(?: (?:a lot|so much|very much|again|for (?:your|the|that)(?: \w+)?))*",
        rf"{_FINE}|(?:good|great|nice) (?:job|bot|work)",
    ),
    SmallTalk.FAREWELL: (
        rf"(?:{_FINE} )?(?:bye|bye bye|goodbye|good bye|farewell|good night|ciao|take care){_WHOM}",
        r"see (?:you|ya)(?: (?:later|soon|tomorrow|around))?|have a (?:nice|good|great) \w+",
        r"that(?:'s| is| was| will be) all(?: for (?:now|today))?",
    ),
    SmallTalk.HELP: (
        rf"help(?: me)?|i need help|(?:who|what) (?:are|r) {_YOU}|what's your name|introduce yourself",
        rf"what can {_YOU} do(?: for me)?|how can {_YOU} help(?: me)?|how do {_YOU} work|what is byline",
        rf"what (?:can|may|should) i (?:ask|do)(?: {_YOU})?(?: about| here)?|how do i use (?:you|this)",
        r"(?:what does|how does) (?:this|the) bot (?:do|work)|what is this bot(?: for)?",
    ),
    SmallTalk.ABOUT: (
        rf"what(?:'s| is| are) {_ARTICLES}(?: all)? about|what do you (?:know|have)(?: about)?",
        rf"(?:what|which|how many) {_KINDS} (?:do you (?:have|know|cover)|have you got|are there|are here)(?: about)?",
        rf"(?:list|show|show me|give me|name)(?: all)? {_ARTICLES}|what can you tell me(?: about)?",
        rf"{_PLEASE_DO}(?:summari[sz]e|sum up|recap)(?: (?:it|that|{_ARTICLES}))?(?: for me)?|tl;?dr",
        rf"{_PLEASE_DO}(?:give me |write )?(?:an? |the )?(?:(?:short|brief) )?(?:summary|overview)(?: of {_ARTICLES})?",
    ),
    SmallTalk.NEWS: (
        rf"what's (?:new|the latest)(?: {_NOWADAYS})?|what(?:'s| is) (?:happening|going on|in the news) {_NOWADAYS}",
        rf"(?:is there |have you (?:got )?)?(?:any|anything) (?:news|new)(?: {_NOWADAYS})?|what's in the news",
        rf"what(?:'s| is| are) the {_NEWEST} {_KINDS}(?: {_NOWADAYS})?|what(?:'s| is) the latest",
        rf"(?:(?:show|tell|give)(?: me)? )?(?:the )?(?:{_NEWEST} {_KINDS}|news|headlines)(?: {_NOWADAYS})?",
    ),
}
_SAID_COMPILED = {kind: re.compile("|".join(f"(?:{said})" for said in rows)) for kind, rows in _SAID.items()}
_NOT_WORDS = re.compile(r"[^\w';]+")
_ADDRESS = re.compile(r"^(?:(?:please|hey|hi|hello|so|well|and|ok) )+(?=\S+ \S)|(?: please| byline| bot)+$")


def small_talk(text: str) -> SmallTalk | None:
    """The kind of a message that is small talk as a whole; None for anything that may be a question about the news."""
    plain = _plain(text)
    if not plain:
        return SmallTalk.HELP  # signs alone: nothing to search for
    forms = (plain, _ADDRESS.sub("", plain))
    return next((kind for kind, said in _SAID_COMPILED.items() if any(map(said.fullmatch, forms))), None)


def reply(kind: SmallTalk, question: Question, articles: Sequence[tuple[str, Article]], count: int) -> Answer:
    """The answer to small talk.

    Args:
        kind: what `small_talk` found.
        question: what was asked.
        articles: (library, article), of which up to five are listed; for the news, newest first, undated ones last.
        count: how many articles there are in all.
    """
    if kind not in (SmallTalk.ABOUT, SmallTalk.NEWS):
        return _said(question, kind.value)
    if not articles:
        return _said(question, "empty")
    listed = sorted(articles, key=_newness, reverse=True) if kind is SmallTalk.NEWS else articles
    statements, citations = state([_title(library, article) for library, article in listed[:LISTED]])
    return _certain(question, statements, citations, total=max(count, len(statements)))


def _said(question: Question, prompt: str) -> Answer:
    """A prompt's lines, a statement each: they are about Byline and need no citation."""
    statements = tuple(Statement(line) for line in load(prompt).splitlines())
    return _certain(question, statements, (), total=len(statements))


def _certain(
    question: Question, statements: tuple[Statement, ...], citations: tuple[Citation, ...], total: int
) -> Answer:
    return Answer(question.text, question.text, statements, citations, total=total, confidence=1.0)


def _title(library: str, article: Article) -> Excerpt:
    """The title, or the first line of a text that has none."""
    if article.title.strip():
        return Excerpt(library, article, 0, len(article.title), "title")
    start = len(article.text) - len(article.text.lstrip())
    return Excerpt(library, article, start, (article.text + "\n").index("\n", start))


def _newness(pair: tuple[str, Article]) -> tuple[dt.date, str]:
    article = pair[1]
    return article.published_on or dt.date.min, article.published or ""


def _plain(text: str) -> str:
    words = text.casefold().replace("’", "'").replace("what is new", "what's new")
    return _NOT_WORDS.sub(" ", words).strip(" '")
