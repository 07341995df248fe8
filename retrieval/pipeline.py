"""The path from a message to its answer: understand it, search, answer.

What kind of message it is gets decided once, and makes a route: small talk, a source of the last answer told further,
or a question on the news, which the reader answers, or a writer where a chat model is set. `retrieval.chain` offers the
same steps as a LangChain Runnable; calling them directly spares a short-lived process the half second that importing
LangChain takes.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Protocol

from prompts import load
from retrieval.dialogue.focus import conversation_focus, in_context, is_within, names_its_subject, read_in_focus
from retrieval.dialogue.last_answer import in_cited_words, last_told, not_shown, shortened, without
from retrieval.dialogue.references import source_reference
from retrieval.dialogue.rewriting import standalone
from retrieval.dialogue.small_talk import news, reply
from retrieval.errors import QuestionTooLong
from retrieval.reader.entities import respelling_note
from retrieval.reader.events import of_days_asked, reported_within
from retrieval.search import nothing_left
from retrieval.spelling import respelling
from retrieval.stories.events import STORY_HITS, chronology
from retrieval.text.follow_ups import Form, follow_up, is_ranked, topic_alone
from retrieval.text.mentions import is_typed_small, name_words, recase
from retrieval.text.messages import (
    Action,
    Intent,
    Recall,
    SmallTalk,
    asks_anew,
    changes_topic,
    picked,
    points_back,
    recall,
    small_talk,
    without_chatter,
)
from retrieval.text.questions import LONGEST
from retrieval.types import Focus, Refusal
from retrieval.watching import Watch

if TYPE_CHECKING:
    from collections.abc import Sequence

    from retrieval.dialogue.references import SourceReference
    from retrieval.spelling import Speller
    from retrieval.store.articles import Articles
    from retrieval.types import Answer, Answerer, Citation, Hit, Question, Retriever, Turn
    from retrieval.writer import Writer
    from retrieval.writer.planning import Plan

_LATEST = 5  # articles that small talk may list


class Route(Protocol):
    """How messages of one kind are answered; `question` is the message made standalone."""

    @property
    def question(self) -> Question: ...

    def search(self) -> tuple[Hit, ...]:
        """Finds what is to be read, best first."""

    def answer(self, hits: tuple[Hit, ...], watch: Watch | None) -> Answer:
        """Answers from what was found; `watch` sees an answer being written, and can stop it."""


@dataclass(frozen=True, slots=True)
class Inquiry:
    """A message on its way: as asked, its route, and what was found; `timings_ms` by step."""

    asked: Question
    route: Route
    started: float
    hits: tuple[Hit, ...] = ()
    timings_ms: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Pipeline:
    """The parts that answer; `limit` is how many hits are read. Without a writer the answerer, a reader, answers.

    Without a speller a question is read as it is typed.
    """

    retriever: Retriever
    answerer: Answerer
    articles: Articles
    limit: int
    writer: Writer | None = None
    speller: Speller | None = None

    def answer(self, question: Question, watch: Watch | None = None) -> Answer:
        """Answers a message; `watch` sees the answer being written, where a writer does, and can stop it."""
        watch = watch or Watch()
        inquiry = self.search(self.understand(question, watch))
        return self.read(inquiry, watch)

    def understand(self, question: Question, watch: Watch | None = None) -> Inquiry:
        """Decides what kind of message it is and makes it standalone.

        Raises:
            QuestionTooLong: it has more than `LONGEST` characters.
        """
        if (length := len(question.text)) > LONGEST:
            raise QuestionTooLong(length, LONGEST)
        started = time.perf_counter()
        route = self._route(_without_small_talk(question), watch)
        asked = route.question if isinstance(route, WriteNews) else question
        return Inquiry(asked, route, started, timings_ms=(("standalone", _milliseconds(started)),))

    def _route(self, question: Question, watch: Watch | None) -> Route:
        if question.wanted == "story":
            return TellStory(_alone(question.text, question), self.retriever)
        if source := source_reference(question.text, question.history, question.libraries):
            return CitedArticle(_alone(source.standalone_question, question), source, self.writer)
        if back := self._going_back(question):
            return back
        is_first = all(turn.answer.kind == "small talk" for turn in question.history)
        is_unclear = is_first and points_back(question.text)  # nothing was said that it could point back to
        if chatted := small_talk(question.text) or (SmallTalk.UNCLEAR if is_unclear else None):
            text = standalone(question.text, question.history)
            return MakeSmallTalk(_alone(text, question), question, chatted, self.articles)
        return self._on_news(question, watch)

    def _on_news(self, question: Question, watch: Watch | None) -> WriteNews | ReadNews | ReadOn:
        if self.writer:
            plan = self.writer.plan(question, watch)
            asked = replace(_alone(plan.question, question), focus=Focus())  # the model has the conversation itself
            return WriteNews(asked, plan, self.retriever, self.writer, self.limit)
        reading, left = self._reading(question), follow_up(question.text)
        if left and left.goes_on and (shown := _cited(question.history)):
            return ReadOn(reading, shown, or_again=left.form is not Form.MORE)
        return reading

    def _going_back(self, question: Question) -> Route | None:
        """Returns the route of a message that asks for the last answer: its sources, itself again, or another.

        None for other messages.
        """
        last = last_told(question.history, question.libraries)
        is_of_rank = last is not None and is_ranked(last.answer.standalone_question)
        wanted = recall(question.text) or (Recall.ANOTHER if picked(question.text) and not is_of_rank else None)
        if wanted is None:
            return None
        chatted = partial(MakeSmallTalk, _alone(question.text, question), question, articles=self.articles)
        if last is None:
            return chatted(kind=small_talk(question.text) or SmallTalk.UNCLEAR)
        if wanted is Recall.ANOTHER:
            return self._reading_on(question) or chatted(kind=SmallTalk.CONFUSION)
        if wanted is Recall.SOURCES:
            if not last.answer.answered:
                return chatted(kind=SmallTalk.UNSOURCED)
            return LastAnswer(_alone(question.text, question), in_cited_words(last.answer))
        asked = _alone(last.answer.standalone_question, question)
        return LastAnswer(asked, shortened(last.answer) if wanted is Recall.SHORTER else last.answer)

    def _reading_on(self, question: Question) -> ReadOn | None:
        """Returns how the last question on the news is read once more, for another answer than were shown to it.

        None where none was shown.
        """
        turns = question.history
        at = next((n for n, turn in reversed([*enumerate(turns)]) if asks_anew(turn.question)), None)
        if at is None:
            return None
        shown = _cited(turns[at:])
        again = replace(question, text=without_chatter(turns[at].question), history=turns[:at])
        return ReadOn(self._reading(again), shown, first_elsewhere=True) if shown else None

    def _reading(self, question: Question) -> ReadNews:
        asked = _alone(standalone(question.text, question.history), question)
        left = follow_up(question.text)
        if is_dated := left is not None and left.form is Form.STILL:  # elsewhere too
            asked = replace(asked, focus=replace(asked.focus, articles=()))
        spelled = self.speller.respelled(asked) if self.speller else asked
        note = respelling(asked.text, spelled.text)
        is_as_typed = bool(question.history) and asked.text == question.text
        if not (is_as_typed and names_its_subject(question.text)):
            spelled = replace(spelled, in_context=_after_history(question))
        return ReadNews(
            spelled, self.retriever, self.answerer, self.limit, note, is_dated=is_dated, may_stand_alone=is_as_typed
        )

    def search(self, inquiry: Inquiry) -> Inquiry:
        """Adds what is to be read."""
        started = time.perf_counter()
        hits = inquiry.route.search()
        return replace(inquiry, hits=hits, timings_ms=(*inquiry.timings_ms, ("search", _milliseconds(started))))

    def read(self, inquiry: Inquiry, watch: Watch | None = None) -> Answer:
        """Answers from what was found, and notes how long each step took."""
        started = time.perf_counter()
        answer = inquiry.route.answer(inquiry.hits, watch)
        if not answer.answered and not inquiry.hits and (left := nothing_left(self.articles, inquiry.asked)):
            answer = replace(answer, note=left)
        timings = {
            **dict(inquiry.timings_ms),
            "read": _milliseconds(started),
            "total": _milliseconds(inquiry.started),
        }
        return replace(
            answer,
            question=inquiry.asked.text,
            standalone_question=inquiry.route.question.text,
            trace=replace(answer.trace, timings_ms=timings),
        )


@dataclass(frozen=True, slots=True)
class MakeSmallTalk:
    """Small talk, answered from prompts and titles; `message` is what was said."""

    question: Question
    message: Question
    kind: SmallTalk
    articles: Articles

    def search(self) -> tuple[Hit, ...]:
        return ()

    def answer(self, hits: tuple[Hit, ...], watch: Watch | None) -> Answer:  # noqa: ARG002  (the protocol's)
        libraries = self.message.libraries
        latest, count = self.articles.latest(libraries, _LATEST), self.articles.count_texts(libraries)
        if self.kind is not SmallTalk.NEWS or not latest:
            return reply(self.kind, self.message, latest, count)
        since = self.message.last_told
        arrived, arrivals = self.articles.arrived(libraries, since, _LATEST) if since else ([], 0)
        return news(self.message, latest, count, arrived, arrivals)


@dataclass(frozen=True, slots=True)
class CitedArticle:
    """A source of the last answer, opened, told further or summed up, by a writer where there is one."""

    question: Question
    source: SourceReference
    writer: Writer | None

    def search(self) -> tuple[Hit, ...]:
        return self.source.passages()

    def answer(self, hits: tuple[Hit, ...], watch: Watch | None) -> Answer:
        in_own_words = self.source.in_its_words(self.question)
        if self.writer is None or self.source.action is Action.OPEN:
            return in_own_words
        return self.writer.answer(self.question, hits, watch=watch, intent=Intent.SUMMARY, fallback=in_own_words)


@dataclass(frozen=True, slots=True)
class ReadNews:
    """A question on the news, answered in the articles' own words, with their day where `is_dated`.

    One that `may_stand_alone`, names its subject as the articles spell it, and is not answered by the conversation is
    asked as if it were the first; of what is asked "about the road", where nothing in the last question was like it,
    the road goes before a refusal.
    """

    question: Question
    retriever: Retriever
    reader: Answerer
    limit: int
    note: str | None = None
    is_dated: bool = False
    may_stand_alone: bool = False

    def search(self) -> tuple[Hit, ...]:
        found = self.retriever.search(self.question, self.limit)
        if narrowed := reported_within(self.question):
            found = [*self.retriever.search(narrowed, self.limit), *found]
        return tuple({(hit.library, hit.article.id, hit.start): hit for hit in reversed(found)}.values())[::-1]

    def answer(self, hits: tuple[Hit, ...], watch: Watch | None) -> Answer:
        question = _with_names_of(self.question, hits)
        answer = self._read(question, hits)
        is_whole = self.may_stand_alone and names_its_subject(question.text)
        if is_whole and not answer.answered and not is_within(question, hits):
            alone = replace(self.question, focus=Focus(), in_context=None)
            first = replace(self, question=alone, may_stand_alone=False)
            return first.answer(first.search(), watch)
        if not answer.answered and (topic := topic_alone(question.text)):
            on_topic = replace(self, question=replace(question, text=topic, in_context=None))
            return on_topic.answer(on_topic.search(), watch)
        days = [day for cited in answer.citations if (day := cited.article.published_on)]
        if self.is_dated and days:
            return replace(answer, note=f"As reported on {max(days):%d %B %Y}, the newest of these.".replace(" 0", " "))
        return _noting_spelling(answer, self.question, hits, self.note)

    def _read(self, question: Question, hits: tuple[Hit, ...]) -> Answer:
        """Returns what the articles of the days asked for answer, or else what all do."""
        of_days = of_days_asked(question, hits)
        if of_days and (answer := read_in_focus(self.reader, question, of_days)).answered:
            return answer
        return read_in_focus(self.reader, question, hits)


@dataclass(frozen=True, slots=True)
class LastAnswer:
    """The last answer, or a part of it, told again."""

    question: Question
    told: Answer

    def search(self) -> tuple[Hit, ...]:
        return self.told.trace.hits

    def answer(self, hits: tuple[Hit, ...], watch: Watch | None) -> Answer:  # noqa: ARG002  (the protocol's)
        return self.told


@dataclass(frozen=True, slots=True)
class ReadOn:
    """A question on the news read for another answer than was `shown`; where there is none it is asked back.

    Where `first_elsewhere` other articles go first. Where `or_again` an answer that was shown goes before none.
    """

    reading: ReadNews
    shown: tuple[Citation, ...]
    first_elsewhere: bool = False
    or_again: bool = False

    @property
    def question(self) -> Question:
        return self.reading.question

    def search(self) -> tuple[Hit, ...]:
        return self.reading.search()

    def answer(self, hits: tuple[Hit, ...], watch: Watch | None) -> Answer:
        told = {(cited.library, cited.article.id) for cited in self.shown}
        others = [hit for hit in hits if self.first_elsewhere and (hit.library, hit.article.id) not in told]
        for left in filter(None, (others, not_shown(hits, self.shown))):
            if (answer := without(self.reading.answer(tuple(left), watch), self.shown)).answered:
                return answer
        if self.or_again:
            return self.reading.answer(hits, watch)
        return Refusal(self.question.text, self.question.text, note=" ".join(load("nothing_else").split()))


@dataclass(frozen=True, slots=True)
class TellStory:
    """What happened in a story, in order of time, in the articles' own words."""

    question: Question
    retriever: Retriever

    def search(self) -> tuple[Hit, ...]:
        return tuple(self.retriever.search(self.question, STORY_HITS))

    def answer(self, hits: tuple[Hit, ...], watch: Watch | None) -> Answer:  # noqa: ARG002  (the protocol's)
        return chronology(self.question, hits)


@dataclass(frozen=True, slots=True)
class WriteNews:
    """A question on the news, answered by a chat model as it planned to."""

    question: Question
    plan: Plan
    retriever: Retriever
    writer: Writer
    limit: int

    def search(self) -> tuple[Hit, ...]:
        from retrieval.writer.planning import search_all  # nothing of a writer is imported without one

        return search_all(self.retriever, self.question, self.plan, self.limit)

    def answer(self, hits: tuple[Hit, ...], watch: Watch | None) -> Answer:
        written = self.writer.answer(self.question, hits, watch=watch, intent=self.plan.intent)
        return _noting_spelling(written, self.question, hits)


def _without_small_talk(question: Question) -> Question:
    """Returns a question without what accompanies it, and without the turns before it or another changed the topic."""
    text = without_chatter(question.text)
    if (other := changes_topic(text)) is not None:
        return replace(question, text=other, history=())
    changed = [changes_topic(without_chatter(turn.question)) is not None for turn in question.history]
    first = len(changed) - 1 - changed[::-1].index(True) if True in changed else 0
    return replace(question, text=text, history=question.history[first:])


def _with_names_of(question: Question, hits: Sequence[Hit]) -> Question:
    """Returns a question typed small with its names spelled as what was found spells them; others as they are."""
    if not is_typed_small(question.text):
        return question
    names = name_words(dict.fromkeys(hit.text for hit in hits), [question.text])
    return replace(question, text=recase(question.text, names))


def _cited(turns: Sequence[Turn]) -> tuple[Citation, ...]:
    """Returns what the answers of some turns cite."""
    return tuple(cited for turn in turns for cited in turn.answer.citations)


def _after_history(question: Question) -> str | None:
    """Returns a question as it is read after those of its conversation; None where there are none."""
    anew = (turn for turn in question.history if turn.answer.kind != "small talk" and asks_anew(turn.question))
    before = [(turn.question, turn.answer.short) for turn in anew]
    return in_context(question.text, before) if before else None


def _alone(text: str, question: Question) -> Question:
    """Returns the question of a text that stands alone, with what the conversation before it was about."""
    return replace(question, text=text, history=(), focus=conversation_focus(text, question))


def _noting_spelling(answer: Answer, question: Question, hits: tuple[Hit, ...], note: str | None = None) -> Answer:
    """Adds as which word of the articles a misspelt one was understood, where nothing else is noted."""
    return answer if answer.note else replace(answer, note=note or respelling_note(question.text, hits))


def _milliseconds(since: float) -> float:
    return round((time.perf_counter() - since) * 1000, 1)
