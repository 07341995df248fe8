"""What the bot remembers, in SQL: servers' settings, questions with their answers, and votes.

It stands in the same file as the articles, in tables of its own; no article's text is kept here (see `keeping`).
"""

from __future__ import annotations

import datetime as dt
import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

import sqlalchemy as sa
from pydantic import TypeAdapter

from bot.discord_bot.keeping import from_json, restore, to_json
from bot.discord_bot.places import Place
from retrieval.store.database import Schema, checkpoint, migrate, seal, writing
from retrieval.types import Turn, encodable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from retrieval.store.articles import Articles
    from retrieval.types import Answer

SCHEMA = "0005"
_LOOKED_THROUGH = 500  # of a person's questions

metadata = sa.MetaData()
_servers = sa.Table(
    "discord_servers",
    metadata,
    sa.Column("application", sa.BigInteger, primary_key=True),
    sa.Column("server", sa.BigInteger, primary_key=True),
)
_settings = sa.Table(
    "discord_settings",
    metadata,
    sa.Column("server", sa.BigInteger, primary_key=True),
    sa.Column("settings", sa.Text),
    *(sa.Column(name, sa.Text) for name in ("reported_at", "seal")),
)
_questions = sa.Table(
    "discord_questions",
    metadata,
    sa.Column("key", sa.Integer, primary_key=True),
    sa.Column("asker", sa.BigInteger),
    sa.Column("channel", sa.BigInteger),
    sa.Column("server", sa.BigInteger),
    *(sa.Column(name, sa.BigInteger) for name in ("asked_in", "note")),
    *(sa.Column(name, sa.Text) for name in ("id", "kind", "asked_at", "parent", "question", "answer", "token")),
)
_messages = sa.Table(
    "discord_messages",
    metadata,
    sa.Column("message", sa.BigInteger, primary_key=True),
    sa.Column("question", sa.Text, sa.ForeignKey("discord_questions.id")),
    sa.Column("position", sa.Integer),
)
_votes = sa.Table(
    "discord_votes",
    metadata,
    sa.Column("question", sa.Text, sa.ForeignKey("discord_questions.id"), primary_key=True),
    sa.Column("person", sa.BigInteger, primary_key=True),
    sa.Column("useful", sa.Boolean),
)


@dataclass(frozen=True, slots=True)
class ServerSettings:
    """How Byline behaves in a server.

    Attributes:
        channels: where it answers; without any, in all.
        auto_thread: whether it opens a thread for a mention.
        brief: whether answers are brief.
        adders: who may add articles; with "role", those who have `adder_role`.
        adder_role: that role.
        listens: channels where questions are answered without a mention.
        ignored: ids of people, roles and channels that are not answered.
        report: the channel that is told once a week what was not answered.
    """

    channels: tuple[int, ...] = ()
    auto_thread: bool = False
    brief: bool = False
    adders: Literal["managers", "everyone", "role"] = "managers"
    adder_role: int | None = None
    listens: tuple[int, ...] = ()
    ignored: tuple[int, ...] = ()
    report: int | None = None


@dataclass(frozen=True, slots=True)
class ReplyTo:
    """Where an answer is owed: the message that asks, or the token of the interaction."""

    message: int | None = None
    token: str | None = field(default=None, repr=False)


_NOWHERE = ReplyTo()


@dataclass(frozen=True, slots=True)
class Interrupted:
    """A question that a process which was killed had begun; `note` is the message that says that it is under way."""

    id: str
    place: Place
    asked_at: dt.datetime
    address: ReplyTo
    note: int | None


@dataclass(frozen=True, slots=True)
class Votes:
    """What people of a server thought of answers: how many were useful, and the questions of those that were not."""

    useful: int
    not_useful: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AskedQuestion:
    """A question that was asked, its answer once there is one, and the messages that show it, in order."""

    id: str
    asker: int
    place: Place
    asked_at: dt.datetime
    parent: str | None
    question: str
    answer: Answer | None
    messages: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Feedback:
    """How many found an answer useful, and not; never who. `answer` is None where the articles it cited are gone."""

    question: str
    answer: str | None
    useful: int
    not_useful: int
    asked_at: dt.datetime
    libraries: tuple[str, ...]


def open_store(engine: sa.Engine) -> Store:
    """Returns the store in the database of a data directory (`Articles.engine`), its tables brought to SCHEMA.

    Raises:
        LibraryError: a newer Byline made them.
    """
    migrate(engine, Schema("bot:discord_bot/migrations", SCHEMA, "discord_version"))
    return Store(engine)


class Store:
    """Reads and writes the tables. Each writing method is one transaction; what is deleted leaves the disk at once."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine
        self._writer = writing(engine)

    # Servers

    def settings(self, server: int) -> ServerSettings:
        """Its settings; the defaults where none are stored."""
        with self._engine.connect() as connection:
            stored = connection.execute(sa.select(_settings.c.settings).where(_settings.c.server == server)).scalar()
        return _SETTINGS.validate_json(stored) if stored else ServerSettings()

    def set_settings(self, server: int, settings: ServerSettings) -> None:
        chosen = _SETTINGS.dump_json(settings).decode()
        values = {"settings": chosen, "seal": seal((server, chosen))}
        with self._writer.begin() as connection:
            if not connection.execute(_settings.update().where(_settings.c.server == server).values(values)).rowcount:
                connection.execute(_settings.insert().values(server=server, **values))

    def due_reports(self, before: dt.datetime) -> list[tuple[int, int, dt.datetime | None]]:
        """Returns each server that is told what was not answered, in which channel, and since when, if that is due.

        The moment is None where nothing was told yet.
        """
        with self._engine.connect() as connection:
            rows = connection.execute(sa.select(_settings.c.server, _settings.c.settings, _settings.c.reported_at))
            chosen = [(server, _SETTINGS.validate_json(settings).report, told) for server, settings, told in rows]
        moments = [
            (server, channel, dt.datetime.fromisoformat(told) if told else None) for server, channel, told in chosen
        ]
        return [(s, channel, told) for s, channel, told in moments if channel and (told is None or told <= before)]

    def reported(self, server: int, moment: dt.datetime) -> None:
        """Writes down when a server was told."""
        with self._writer.begin() as connection:
            connection.execute(
                _settings.update().where(_settings.c.server == server).values(reported_at=_stamp(moment))
            )

    def servers(self, application: int) -> set[int]:
        """Returns those known to have this application installed."""
        with self._engine.connect() as connection:
            query = sa.select(_servers.c.server).where(_servers.c.application == application)
            return set(connection.execute(query).scalars())

    def joined(self, application: int, server: int) -> None:
        """Writes down that a server has the application installed; doing so again changes nothing."""
        with self._writer.begin() as connection:
            same = sa.and_(_servers.c.application == application, _servers.c.server == server)
            connection.execute(_servers.delete().where(same))
            connection.execute(_servers.insert().values(application=application, server=server))

    def forget_server(self, server: int) -> None:
        """Deletes its settings and what was asked in it. Its library is withdrawn by `Articles.withdraw_library`."""
        self._delete(*(table.delete().where(table.c.server == server) for table in (_servers, _settings, _questions)))

    # Questions and answers

    def begin(self, asker: int, place: Place, question: str, parent: str | None, address: ReplyTo = _NOWHERE) -> str:
        """Keeps a question under way; returns its id, which nobody can guess. A lost parent is left out."""
        new = secrets.token_urlsafe(12)
        with self._writer.begin() as connection:
            connection.execute(
                _questions.insert().values(
                    id=new,
                    asker=asker,
                    kind=place.kind,
                    channel=place.channel,
                    server=place.server,
                    asked_at=_stamp(dt.datetime.now(dt.UTC)),
                    parent=sa.select(_questions.c.id).where(_questions.c.id == parent).scalar_subquery(),
                    question=encodable(question),
                    asked_in=address.message,
                    token=address.token,
                )
            )
        return new

    def noted(self, id_: str, message: int) -> None:
        """Keeps which message says that a question is under way."""
        with self._writer.begin() as connection:
            connection.execute(_questions.update().where(_questions.c.id == id_).values(note=message))

    def finish(self, id_: str, answer: Answer, messages: Sequence[int]) -> bool:
        """Keeps the answer and the messages that show it; returns False if the question was forgotten meanwhile."""
        rows = [{"question": id_, "message": message, "position": n} for n, message in enumerate(messages)]
        with self._writer.begin() as connection:
            kept = _questions.update().where(_questions.c.id == id_).values(answer=to_json(answer), token=None)
            if not connection.execute(kept).rowcount:
                return False
            connection.execute(_messages.delete().where(_messages.c.question == id_))
            if rows:
                connection.execute(_messages.insert(), rows)
        return True

    def drop(self, id_: str) -> None:
        """Deletes a question that failed, or whose answer was deleted."""
        self._delete(_questions.delete().where(_questions.c.id == id_))

    def kept(self, id_: str, articles: Articles) -> AskedQuestion | None:
        with self._engine.connect() as connection:
            row = _question(connection, id_)
            query = sa.select(_messages.c.message).where(_messages.c.question == id_).order_by(_messages.c.position)
            messages = tuple(connection.execute(query).scalars())
        if row is None:
            return None
        answer = restore(from_json(row.answer), row.question, articles) if row.answer else None
        asked_at = dt.datetime.fromisoformat(row.asked_at)
        return AskedQuestion(row.id, row.asker, _place(row), asked_at, row.parent, row.question, answer, messages)

    def by_message(self, message: int) -> str | None:
        """Returns the id of the question that a message of the bot answers."""
        with self._engine.connect() as connection:
            return connection.execute(sa.select(_messages.c.question).where(_messages.c.message == message)).scalar()

    def history(
        self, place: Place, asker: int, parent: str | None, *, limit: int, since: dt.datetime, articles: Articles
    ) -> tuple[Turn, ...]:
        """Returns the conversation that a question belongs to, oldest turn first.

        Without a parent, the last turns of the place since then: all of a thread or direct message, those of the same
        person in a shared channel. With one, it and its ancestors, however old; of those in a shared channel the
        parent, which was pointed at, and what the same person asked.
        """
        if limit < 1:
            return ()
        of_place = sa.and_(
            _questions.c.channel == place.channel,
            _questions.c.server.is_not_distinct_from(place.server),
            _questions.c.answer.is_not(None),
            _questions.c.asked_at >= _stamp(since),
            *([_questions.c.asker == asker] if place.shared else []),
        )
        with self._engine.connect() as connection:
            if parent is None:
                newest = sa.select(_questions).where(of_place).order_by(_questions.c.key.desc()).limit(limit)
                rows = connection.execute(newest).all()
            else:
                rows = list(_ancestors(connection, place, asker, parent, limit))
        return tuple(
            Turn(row.question, restore(from_json(row.answer), row.question, articles)) for row in reversed(rows)
        )

    def last_asked(self, asker: int, server: int | None, fits: Callable[[str], bool]) -> dt.datetime | None:
        """Returns when a person last asked, and was answered there, what fits; None where they did not lately."""
        query = (
            sa.select(_questions.c.question, _questions.c.asked_at)
            .where(_questions.c.asker == asker, _questions.c.answer.is_not(None))
            .where(_questions.c.server.is_not_distinct_from(server))
            .order_by(_questions.c.key.desc())
            .limit(_LOOKED_THROUGH)
        )
        with self._engine.connect() as connection:
            rows = connection.execute(query).all()
        return next((dt.datetime.fromisoformat(asked_at) for question, asked_at in rows if fits(question)), None)

    def forget_person(self, person: int) -> int:
        """Deletes all they asked and how they voted; returns how many questions and votes that were."""
        return self._delete(
            _votes.delete().where(_votes.c.person == person), _questions.delete().where(_questions.c.asker == person)
        )

    def expire(self, before: dt.datetime) -> int:
        """Deletes what was asked before then; returns how many questions."""
        return self._delete(_questions.delete().where(_questions.c.asked_at < _stamp(before)))

    def unfinished(self) -> list[Interrupted]:
        """Returns the questions that a process which died never answered; to be called before the first is begun."""
        with self._engine.connect() as connection:
            rows = connection.execute(sa.select(_questions).where(_questions.c.answer.is_(None)))
            return [
                Interrupted(
                    row.id,
                    _place(row),
                    dt.datetime.fromisoformat(row.asked_at),
                    ReplyTo(row.asked_in, row.token),
                    row.note,
                )
                for row in rows
            ]

    # Votes

    def vote(self, id_: str, person: int, useful: bool) -> bool:
        """Counts a person's vote on an answer, the last if there were others; returns False without such an answer."""
        with self._writer.begin() as connection:
            row = _question(connection, id_)
            if row is None or row.answer is None:
                return False
            connection.execute(_votes.delete().where(_votes.c.question == id_, _votes.c.person == person))
            connection.execute(_votes.insert().values(question=id_, person=person, useful=useful))
        return True

    def votes(self, server: int, since: dt.datetime | None = None) -> Votes:
        """Returns how the answers in a server were judged, of those that were asked for since then."""
        query = (
            sa.select(_questions.c.question, _votes.c.useful)
            .join(_votes, _votes.c.question == _questions.c.id)
            .where(_questions.c.server == server, _questions.c.asked_at >= (_stamp(since) if since else ""))
            .order_by(_questions.c.key.desc())
        )
        with self._engine.connect() as connection:
            rows = [tuple(row) for row in connection.execute(query)]
        useless = dict.fromkeys(question for question, useful in rows if not useful)
        return Votes(sum(useful for _, useful in rows), tuple(useless))

    def feedback(self, articles: Articles) -> list[Feedback]:
        """Returns the answers that were voted on, in the order in which they were asked for."""
        useful = sa.func.count().filter(_votes.c.useful)
        query = (
            sa.select(_questions.c.question, _questions.c.answer, _questions.c.asked_at, useful, sa.func.count())
            .join(_votes, _votes.c.question == _questions.c.id)
            .group_by(_questions.c.key)
            .order_by(_questions.c.key)
        )
        with self._engine.connect() as connection:
            rows = [tuple(row) for row in connection.execute(query).all()]
        feedback = []
        for question, answer, asked_at, useful_votes, votes in rows:
            kept = from_json(answer)
            restored = restore(kept, question, articles)
            said = None if kept.statements and not restored.answered else restored.text
            moment = dt.datetime.fromisoformat(asked_at)
            feedback.append(Feedback(question, said, useful_votes, votes - useful_votes, moment, kept.libraries))
        return feedback

    def _delete(self, *statements: sa.Delete) -> int:
        """Deletes rows, also from the write-ahead log; messages and votes go with their question."""
        with self._writer.begin() as connection:
            count = sum(connection.execute(statement).rowcount for statement in statements)
        if count:
            checkpoint(self._engine)
        return count


_SETTINGS = TypeAdapter(ServerSettings)


def _stamp(moment: dt.datetime) -> str:
    """Returns a moment as text that sorts by time."""
    return moment.astimezone(dt.UTC).isoformat(timespec="microseconds")


def _place(row: sa.Row[Any]) -> Place:
    return Place(row.kind, row.channel, row.server)


def _question(connection: sa.Connection, id_: str | None) -> sa.Row[Any] | None:
    return connection.execute(sa.select(_questions).where(_questions.c.id == id_)).first()


def _ancestors(connection: sa.Connection, place: Place, asker: int, parent: str, limit: int) -> Iterator[sa.Row[Any]]:
    """Yields the answered questions of one conversation that one leads back to, the nearest first."""
    at, next_, count = place, parent, 0
    while next_ and count < limit and (row := _question(connection, next_)) and at.leads_back_to(_place(row)):
        if row.answer and (next_ == parent or not _place(row).shared or row.asker == asker):
            count += 1
            yield row
        at, next_ = _place(row), row.parent
