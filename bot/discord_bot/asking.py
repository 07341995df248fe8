"""A question on its way: counted, remembered, put in the queue, answered, and posted where it was asked.

One that a process which was killed had begun is apologised for as soon as the bot is back.
"""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import logging
import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, ParamSpec

from bot.discord_bot.buttons import answer_buttons, stop_button
from bot.discord_bot.fair_queue import Busy, Closed
from bot.discord_bot.logs import went_wrong
from bot.discord_bot.markdown import escape
from bot.discord_bot.places import libraries
from bot.discord_bot.progress import ProgressNote
from bot.discord_bot.rendering import Part, answer_parts
from bot.discord_bot.replies import ChannelReply, InteractionReply, Undeliverable, edit, write_to
from bot.threads import off_loop
from retrieval.errors import BylineError, refer, referring
from retrieval.text.messages import SmallTalk, small_talk
from retrieval.types import Filters, Question
from retrieval.watching import Watch

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Mapping, Sequence

    from bot.discord_bot.fair_queue import Cooldown, FairQueue
    from bot.discord_bot.places import Place
    from bot.discord_bot.replies import Destination
    from bot.discord_bot.sending import Connection
    from bot.discord_bot.store import Interrupted, Store
    from bot.settings import Settings
    from retrieval.store.articles import Articles
    from retrieval.types import Answer, Turn

MOST_CHARACTERS = 2_000  # of a question
_REMEMBERED = dt.timedelta(days=1)  # how far back a follow-up without a reply reaches
_FINISHING = 0.4  # of the time in which to end: the apologies take longer, for Discord limits them in each channel
_UNSAVED = "This answer could not be saved, so it has no buttons (reference {reference})."
_RESTARTED = Part("I was restarted before I could answer; please ask again.")
_TOKEN_LIFE = dt.timedelta(minutes=14)
_RECENT = dt.timedelta(hours=1)  # later nobody waits any more, and only a note that still stands is replaced

_log = logging.getLogger("byline.discord")

P = ParamSpec("P")
Outcome = Literal["answered", "refused", "small talk", "not taken", "undeliverable", "failed"]


class TooLate(BylineError):
    """There is no time left in which Discord would take the answer."""


@dataclass(frozen=True, slots=True)
class Saved:
    """What became of saving: the answer's id; None where it was forgotten meanwhile, or could not be saved."""

    id: str | None
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class DiscordQuestion:
    """What somebody asks, and where.

    `shown`: the question can be read above the answer. `brief`: the server wishes for brief answers. `follows`: what
    somebody else wrote, that it is about, after the conversation. `watch` stops a chat model that writes. `is_story`:
    its text names a story that is to be told.
    """

    text: str
    person: int
    place: Place
    parent: str | None = None
    filters: Filters = field(default_factory=Filters)
    shown: bool = True
    brief: bool = False
    follows: tuple[Turn, ...] = ()
    is_story: bool = False
    watch: Watch = field(default_factory=Watch, compare=False)


@dataclass(slots=True)
class Asking:
    """Takes questions until `close`."""

    answerer: Callable[[Question, Watch], Answer]
    articles: Articles
    store: Store
    queue: FairQueue
    cooldown: Cooldown
    connection: Connection
    settings: Settings
    observe: Callable[[Outcome, Mapping[str, float]], None] = lambda *_: None  # of each question, and its milliseconds
    _running: set[asyncio.Task[None]] = field(default_factory=set)
    _written: dict[str, DiscordQuestion] = field(default_factory=dict)  # by the answer's id

    def start(self, coroutine: Coroutine[None, None, None]) -> asyncio.Task[None]:
        """Runs something that has to end before the process may, as no task of discord.py's has."""
        task = asyncio.create_task(coroutine)
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return task

    async def close(self, seconds: float) -> None:
        """Takes no more questions; gives those that run a while, and apologises for the others."""
        await self.queue.drain(seconds * _FINISHING)
        if self._running:
            await asyncio.wait(set(self._running), timeout=seconds * (1 - _FINISHING))

    async def ask(self, inquiry: DiscordQuestion, reply: Destination) -> None:
        """Answers in `reply`, or says there in one sentence why not."""
        timings: dict[str, float] = {}
        with referring() as reference:
            try:
                answer = await self._ask(inquiry, reply)
                timings = {} if answer is None else dict(answer.trace.timings_ms)
                outcome = _outcome(answer)
            except Undeliverable as error:
                outcome = "undeliverable"
                refer(error, "an answer could not be posted")
                await self._tell_privately(inquiry, f"{error} (reference {reference})")
            except Exception as error:  # noqa: BLE001  (the person is told, and the bot goes on)
                outcome = "failed"
                await self._say(inquiry, reply, went_wrong(refer(error, "a question failed")))
            _log.info("%s: a question was %s", reference, outcome, extra={"fields": {"milliseconds": timings}})
        self.observe(outcome, timings)

    async def _ask(self, inquiry: DiscordQuestion, reply: Destination) -> Answer | None:
        """Returns the answer that was posted; None where the question was not taken, and it was said why."""
        if not inquiry.text:
            refused: str | None = "Ask a question about the news, for example: What did Blinken say?"
        elif len(inquiry.text) > MOST_CHARACTERS:
            refused = f"A question may have {MOST_CHARACTERS:,} characters, and this one has {len(inquiry.text):,}."
        else:
            refused = self.too_soon(inquiry.person)
        if refused is not None:
            await self._say(inquiry, reply, refused)
            return None
        saved = await self._saved(
            "begin", self.store.begin, inquiry.person, inquiry.place, inquiry.text, inquiry.parent, reply.address
        )
        try:
            answer = await self._answer(inquiry, reply, saved.id)
        except (Busy, Closed, TooLate) as error:
            await self._drop(saved)
            await self._say(inquiry, reply, str(error))
            return None
        except BaseException:
            await self._drop(saved)
            raise
        await self._post(inquiry, reply, answer, saved)
        return answer

    def too_soon(self, person: int) -> str | None:
        """Returns what to say to somebody who asks too often; None, and it counts as a question."""
        wait = self.cooldown.wait(person)
        if wait is None:
            return None
        most = self.settings.discord_questions_a_minute
        return f"You have asked {most} questions in a minute; please ask again in {math.ceil(wait)} seconds."

    def stop(self, answer: str, person: int | None) -> bool:
        """Stops a chat model that writes an answer, whoever asked or for `person` alone; tells whether it wrote one."""
        inquiry = self._written.get(answer)
        if inquiry is None or person not in (None, inquiry.person):
            return False
        inquiry.watch.stop()
        return True

    async def _answer(self, inquiry: DiscordQuestion, reply: Destination, answer: str | None) -> Answer:
        history = await off_loop(
            self.store.history,
            inquiry.place,
            inquiry.person,
            inquiry.parent,
            limit=self.settings.memory,
            since=dt.datetime.now(dt.UTC) - _REMEMBERED,
            articles=self.articles,
        )
        told = None
        if _asks_what_is_new(inquiry.text):
            told = await off_loop(self.store.last_asked, inquiry.person, inquiry.place.server, _asks_what_is_new)
        question = Question(
            text=inquiry.text,
            libraries=libraries(inquiry.place, self.settings.library),
            history=(*history, *inquiry.follows),
            filters=inquiry.filters,
            last_told=told,
            wanted="story" if inquiry.is_story else "answer",
        )
        progress = ProgressNote(reply)
        if answer:
            progress.noted = lambda message: off_loop(self.store.noted, answer, message)
        if answer and self.settings.chat_model:
            self._written[answer] = inquiry
            progress.buttons = lambda: stop_button(answer)
        inquiry.watch.show = progress.wrote
        noting = asyncio.create_task(progress.tell())
        try:
            async with asyncio.timeout(reply.patience):
                return await self.queue.run(
                    lambda: self.answerer(question, inquiry.watch),
                    person=inquiry.person,
                    server=inquiry.place.server,
                    waiting=progress.moved_up,
                )
        except TimeoutError as error:
            raise TooLate("Discord lets me wait no longer for this answer; please ask again later.") from error
        finally:
            inquiry.watch.stop()  # where nobody waits any more, nothing needs to be written
            self._written.pop(answer or "", None)
            progress.over.set()
            await noting

    async def _post(self, inquiry: DiscordQuestion, reply: Destination, answer: Answer, saved: Saved) -> None:
        """Posts an answer. Its row is complete before its buttons can be pressed, and learns its messages later."""
        if saved.id is not None:
            saved = await self._saved("finish", self._finish, saved.id, answer, ())
        notes = (*reply.remarks, *([saved.problem] if saved.problem else []))
        question = None if inquiry.shown else inquiry.text
        parts = answer_parts(answer, quoted_question=question, brief=inquiry.brief, notes=notes)
        has_sources = bool(answer.citations or answer.trace.hits)  # without, as small talk, it is nothing to work with
        messages = await reply.answer(parts, answer_buttons(saved.id) if saved.id and has_sources else None)
        if saved.id is not None:
            await self._saved("finish", self._finish, saved.id, answer, messages)

    async def _say(self, inquiry: DiscordQuestion, reply: Destination, sentence: str) -> None:
        try:
            await reply.answer([Part(escape(sentence))])
        except Exception as error:  # noqa: BLE001  (there is nobody left to tell but the log, or the person alone)
            refer(error, "a reply could not be posted")
            await self._tell_privately(inquiry, escape(sentence))

    async def _tell_privately(self, inquiry: DiscordQuestion, text: str) -> None:
        try:
            await write_to(self.connection, inquiry.person, text)
        except Exception as error:  # noqa: BLE001  (the log is the last resort)
            refer(error, "a person could not be told")

    async def apologise(self, left: Sequence[Interrupted]) -> None:
        """Replaces the notes of questions never answered, replies to those without one, and drops them all."""
        client = await self.connection.client()
        await asyncio.gather(*(self._apologise(question, client.application_id or 0) for question in left))

    async def _apologise(self, question: Interrupted, application: int) -> None:
        age = dt.datetime.now(dt.UTC) - question.asked_at
        channel, token, message = question.place.channel, question.address.token, question.address.message
        try:
            if token is not None and age < _TOKEN_LIFE:
                reply = InteractionReply(self.connection, application, token, question.asked_at, channel, posts=False)
                await reply.answer([_RESTARTED])
            elif question.note is not None:
                await edit(self.connection, channel, question.note, _RESTARTED, None)
            elif message is not None and age < _RECENT:
                await ChannelReply(self.connection, channel, message).answer([_RESTARTED])
        except Exception as error:  # noqa: BLE001  (it is one of several, and there is nobody left to tell)
            refer(error, "a question from before the restart could not be apologised for")
        await off_loop(self.store.drop, question.id)

    # The store, off the event loop. What cannot be saved, as on a full disk, is answered all the same.

    async def _saved(self, what: str, save: Callable[P, str | None], *args: P.args, **kwargs: P.kwargs) -> Saved:
        try:
            return Saved(await off_loop(save, *args, **kwargs))
        except Exception as error:  # noqa: BLE001  (any failure of the store or the machine under it)
            return Saved(None, _UNSAVED.format(reference=refer(error, f"a question could not be saved ({what})")))

    def _finish(self, id_: str, answer: Answer, messages: tuple[int, ...]) -> str | None:
        return id_ if self.store.finish(id_, answer, messages) else None

    async def _drop(self, saved: Saved) -> None:
        if saved.id is not None:
            with contextlib.suppress(Exception):  # a row that stays is removed with the next start
                await off_loop(self.store.drop, saved.id)


def _outcome(answer: Answer | None) -> Outcome:
    if answer is None:
        return "not taken"
    if answer.kind == "small talk":
        return "small talk"
    return "answered" if answer.answered else "refused"


def _asks_what_is_new(text: str) -> bool:
    return small_talk(text) is SmallTalk.NEWS
