"""What the bot remembers and forgets, over the real tables."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from bot.discord_bot.announcements import Announcements, AnnouncementStore
from bot.discord_bot.digests import DigestStore, WantedDigest
from bot.discord_bot.places import Place
from bot.discord_bot.store import ReplyTo, ServerSettings, Store, Votes, metadata, open_store
from retrieval.citations import Excerpt, state
from retrieval.store.articles import Articles, open_engine
from retrieval.types import Answer, Article, Extract, Refusal

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ANN, BEN = 10**18 + 1, 10**18 + 2
SERVER, OTHER_SERVER = 2 * 10**18 + 1, 2 * 10**18 + 2
CHANNEL = Place("channel", 31, SERVER)
OTHER_CHANNEL = Place("channel", 32, SERVER)
THREAD = Place("thread", 33, SERVER)
DIRECT = Place("direct", 34)
ABROAD = Place("channel", 35, OTHER_SERVER)
LONG_AGO = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
ARTICLE = Article("ferry", "The ferry runs", "The ferry ran again.")


@pytest.fixture
def articles(tmp_path: Path) -> Iterator[Articles]:
    table = Articles(open_engine(tmp_path))
    table.stage("public", [ARTICLE])
    table.publish(table.pending(100))
    yield table
    table.close()


@pytest.fixture
def store(articles: Articles) -> Store:
    return open_store(articles.engine)


def answer_to(question: str) -> Answer:
    statements, citations = state([Excerpt("public", ARTICLE, 0, 20)])
    return Extract(question, question, statements, citations, total=1, confidence=0.8)


def ask(
    store: Store, question: str, asker: int = ANN, place: Place = CHANNEL, parent: str | None = None, *, shown: int = 0
) -> str:
    known = store.begin(asker, place, question, parent)
    assert store.finish(known, answer_to(question), [shown] if shown else [])
    return known


def rows(articles: Articles) -> dict[str, int]:
    with articles.engine.connect() as connection:
        return {
            name: connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()
            for name, table in metadata.tables.items()
        }


# Servers


def test_a_server_has_the_defaults_until_it_sets_its_own(store: Store) -> None:
    own = ServerSettings(channels=(SERVER, 5), auto_thread=True, brief=True, adders="role", adder_role=ANN)
    assert store.settings(SERVER) == ServerSettings()
    store.set_settings(SERVER, ServerSettings(brief=True))
    store.set_settings(SERVER, own)
    assert store.settings(SERVER) == own
    assert store.settings(OTHER_SERVER) == ServerSettings()


def test_servers_are_known_for_each_application(store: Store) -> None:
    for _ in range(2):
        store.joined(1, SERVER)
    store.joined(2, OTHER_SERVER)
    assert store.servers(1) == {SERVER}
    assert store.servers(2) == {OTHER_SERVER}
    assert store.servers(3) == set()


def test_a_server_is_forgotten_with_all_that_was_asked_in_it(store: Store, articles: Articles) -> None:
    for place in (CHANNEL, THREAD, ABROAD):
        known = ask(store, "Where is the ferry?", place=place, shown=place.channel)
        store.vote(known, BEN, useful=True)
    announcements, digests = AnnouncementStore(articles.engine), DigestStore(articles.engine)
    for server in (SERVER, OTHER_SERVER):
        store.joined(1, server)
        store.set_settings(server, ServerSettings(brief=True))
        announcements.want(server, Announcements(channel=1))
        digests.want(server, WantedDigest(channel=1), dt.datetime.now(dt.UTC))
    store.forget_server(SERVER)
    announcements.want(SERVER, None)
    digests.want(SERVER, None, dt.datetime.now(dt.UTC))
    assert rows(articles) == {
        "discord_servers": 1,
        "discord_settings": 1,
        "discord_announcements": 1,
        "discord_digests": 1,
        "discord_deliveries": 0,
        "discord_questions": 1,
        "discord_messages": 1,
        "discord_votes": 1,
    }
    assert store.settings(SERVER) == ServerSettings()
    assert [server for server, *_ in announcements.all_wanted()] == [OTHER_SERVER]
    assert store.servers(1) == {OTHER_SERVER}


# Questions and answers


def test_a_question_is_kept_with_its_answer_once_there_is_one(store: Store, articles: Articles) -> None:
    parent = ask(store, "Who?")
    before = dt.datetime.now(dt.UTC)
    known = store.begin(ANN, THREAD, "Where is\nthe ferry?", parent)
    kept = store.kept(known, articles)
    assert kept is not None
    assert before <= kept.asked_at <= dt.datetime.now(dt.UTC)
    assert (kept.id, kept.asker, kept.place, kept.parent, kept.question) == (
        known,
        ANN,
        THREAD,
        parent,
        "Where is\nthe ferry?",
    )
    assert (kept.answer, kept.messages) == (None, ())
    assert store.finish(known, answer_to(kept.question), [9, 7, 8])
    assert store.kept(known, articles) == replace(kept, answer=answer_to(kept.question), messages=(9, 7, 8))
    assert [store.by_message(message) for message in (7, 8, 9, 10)] == [known, known, known, None]


def test_when_a_person_last_asked_something_is_told_for_each_server(store: Store, articles: Articles) -> None:
    del articles
    ask(store, "What's new?")
    between = dt.datetime.now(dt.UTC)
    ask(store, "Who is Ann?")
    last = store.last_asked(ANN, CHANNEL.server, lambda text: "new" in text)
    assert last is not None
    assert last <= between
    assert store.last_asked(ANN, 999, lambda _: True) is None
    assert store.last_asked(ANN + 1, CHANNEL.server, lambda _: True) is None
    store.forget_person(ANN)
    assert store.last_asked(ANN, CHANNEL.server, lambda _: True) is None


def test_finishing_again_shows_the_answer_in_the_messages_of_the_last_time(store: Store, articles: Articles) -> None:
    known = ask(store, "Where?", shown=7)
    assert store.finish(known, answer_to("Where?"), [8])
    kept = store.kept(known, articles)
    assert kept is not None
    assert kept.messages == (8,)
    assert store.by_message(7) is None


def test_ids_are_long_distinct_and_fit_a_button(store: Store) -> None:
    ids = {store.begin(ANN, CHANNEL, "Where?", None) for _ in range(50)}
    assert len(ids) == 50
    assert {len(known) for known in ids} == {16}


def test_what_was_dropped_or_forgotten_meanwhile_is_not_finished(store: Store, articles: Articles) -> None:
    known = store.begin(ANN, CHANNEL, "Where?", None)
    store.drop(known)
    assert not store.finish(known, answer_to("Where?"), [7])
    known = store.begin(ANN, CHANNEL, "Where?", None)
    store.forget_person(ANN)
    assert not store.finish(known, answer_to("Where?"), [7])
    assert store.kept(known, articles) is None
    assert not any(rows(articles).values())


def test_a_lost_parent_is_left_out_and_a_deleted_one_leaves_its_follow_ups(store: Store, articles: Articles) -> None:
    orphan = store.kept(store.begin(ANN, CHANNEL, "And when?", "no such id"), articles)
    assert orphan is not None
    assert orphan.parent is None
    first = ask(store, "Where?")
    second = ask(store, "And when?", parent=first)
    store.drop(first)
    left = store.kept(second, articles)
    assert left is not None
    assert left.parent is None


def test_half_a_surrogate_pair_in_a_question_is_kept_as_a_question_mark(store: Store, articles: Articles) -> None:
    kept = store.kept(store.begin(ANN, CHANNEL, "Where\ud800", None), articles)
    assert kept is not None
    assert kept.question == "Where?"


# Conversations


def asked(store: Store, articles: Articles, place: Place, asker: int = ANN, **given: object) -> list[str]:
    wanted = {"parent": None, "limit": 20, "since": LONG_AGO} | given
    turns = store.history(place, asker, articles=articles, **wanted)  # type: ignore[arg-type]  # as named
    assert all(turn.answer == answer_to(turn.question) for turn in turns)
    return [turn.question for turn in turns]


def test_in_a_shared_channel_each_person_has_a_conversation_of_their_own(store: Store, articles: Articles) -> None:
    for place in (CHANNEL, OTHER_CHANNEL, THREAD, DIRECT, ABROAD):
        for asker in (ANN, BEN):
            ask(store, f"{asker} in {place.channel}", asker, place)
    assert asked(store, articles, CHANNEL) == [f"{ANN} in 31"]
    assert asked(store, articles, CHANNEL, BEN) == [f"{BEN} in 31"]


@pytest.mark.parametrize("place", [THREAD, DIRECT])
def test_a_thread_or_direct_message_is_one_conversation(store: Store, articles: Articles, place: Place) -> None:
    ask(store, "elsewhere", ANN, CHANNEL)
    for n, asker in enumerate((ANN, BEN, ANN)):
        ask(store, str(n), asker, place)
    assert asked(store, articles, place) == ["0", "1", "2"]
    assert asked(store, articles, place, 77) == ["0", "1", "2"]


def test_the_last_answered_turns_since_then_count_oldest_first(store: Store, articles: Articles) -> None:
    for n in range(5):
        ask(store, str(n))
    store.begin(ANN, CHANNEL, "not answered yet", None)
    assert asked(store, articles, CHANNEL, limit=3) == ["2", "3", "4"]
    assert asked(store, articles, CHANNEL, limit=0) == []
    assert asked(store, articles, CHANNEL, since=dt.datetime.now(dt.UTC) + dt.timedelta(seconds=1)) == []
    east = dt.timezone(dt.timedelta(hours=9))
    assert len(asked(store, articles, CHANNEL, since=dt.datetime.now(east) - dt.timedelta(hours=1))) == 5


def test_the_same_channel_without_a_server_is_another_place(store: Store, articles: Articles) -> None:
    """As where a person has installed Byline for themselves, in a server that has not."""
    ask(store, "inside", place=CHANNEL)
    outside = Place("channel", CHANNEL.channel)
    ask(store, "outside", place=outside)
    assert asked(store, articles, CHANNEL) == ["inside"]
    assert asked(store, articles, outside) == ["outside"]


def chain(store: Store, *steps: tuple[str, int, Place]) -> str:
    known: str | None = None
    for question, asker, place in steps:
        known = ask(store, question, asker, place, known)
    assert known is not None
    return known


def test_a_reply_goes_on_from_its_parents_whoever_asked_the_nearest(store: Store, articles: Articles) -> None:
    steps = (("1", ANN, CHANNEL), ("2", BEN, CHANNEL), ("3", ANN, CHANNEL), ("4", BEN, CHANNEL))
    known = chain(store, *steps)
    ask(store, "beside it")
    assert asked(store, articles, CHANNEL, parent=known) == ["1", "3", "4"]
    assert asked(store, articles, CHANNEL, BEN, parent=known) == ["2", "4"]
    assert asked(store, articles, CHANNEL, parent=known, limit=2) == ["3", "4"]
    late = dt.datetime.now(dt.UTC) + dt.timedelta(days=1)
    assert asked(store, articles, CHANNEL, parent=known, since=late) == ["1", "3", "4"], "pointing at it makes it count"


@pytest.mark.parametrize("place", [THREAD, DIRECT])
def test_a_reply_in_a_thread_or_direct_message_has_all_its_parents(
    store: Store, articles: Articles, place: Place
) -> None:
    known = chain(store, ("1", ANN, place), ("2", BEN, place), ("3", ANN, place))
    assert asked(store, articles, place, parent=known) == ["1", "2", "3"]


def test_a_thread_goes_on_from_the_channel_it_was_opened_in_and_no_further(store: Store, articles: Articles) -> None:
    known = chain(store, ("0", ANN, OTHER_CHANNEL), ("1", ANN, CHANNEL), ("2", BEN, CHANNEL), ("3", ANN, THREAD))
    assert asked(store, articles, THREAD, parent=known) == ["1", "3"]
    opened = chain(store, ("a", BEN, CHANNEL))
    assert asked(store, articles, THREAD, parent=opened) == ["a"]


def test_an_unanswered_parent_is_passed_over(store: Store, articles: Articles) -> None:
    first = ask(store, "1")
    assert asked(store, articles, CHANNEL, parent=store.begin(ANN, CHANNEL, "2", first)) == ["1"]


@pytest.mark.parametrize(
    ("here", "there"),
    [
        (ABROAD, CHANNEL),
        (DIRECT, CHANNEL),
        (CHANNEL, DIRECT),
        (OTHER_CHANNEL, CHANNEL),
        (CHANNEL, THREAD),
        (DIRECT, Place("direct", 99)),
        (Place("thread", 99, OTHER_SERVER), CHANNEL),
        (Place("thread", 99), Place("channel", 98)),
        (Place("channel", CHANNEL.channel), CHANNEL),
    ],
)
def test_a_parent_of_another_server_or_channel_yields_nothing(
    store: Store, articles: Articles, here: Place, there: Place
) -> None:
    assert asked(store, articles, here, parent=chain(store, ("1", ANN, there))) == []
    assert asked(store, articles, here, parent="no such id") == []


# Votes


def test_each_person_has_one_vote_and_the_last_counts(store: Store, articles: Articles) -> None:
    known = ask(store, "Where?")
    for person, useful in ((ANN, True), (BEN, True), (ANN, False), (ANN, False)):
        assert store.vote(known, person, useful)
    [feedback] = store.feedback(articles)
    assert (feedback.useful, feedback.not_useful) == (1, 1)
    assert (feedback.question, feedback.answer) == ("Where?", "The ferry ran again. [1]")
    assert feedback.libraries == ("public",)


def test_only_answers_are_voted_on(store: Store, articles: Articles) -> None:
    assert not store.vote("no such id", ANN, useful=True)
    assert not store.vote(store.begin(ANN, CHANNEL, "Where?", None), ANN, useful=True)
    assert store.feedback(articles) == []


def test_feedback_is_in_order_and_tells_of_refusals_and_of_articles_that_are_gone(
    store: Store, articles: Articles
) -> None:
    answered = ask(store, "Where?")
    ask(store, "not voted on")
    refused = store.begin(ANN, CHANNEL, "Who?", None)
    store.finish(refused, Refusal("Who?", "Who?"), [])
    for known in (refused, answered):
        store.vote(known, BEN, useful=False)
    articles.withdraw("public", ["ferry"])
    assert [(row.question, row.answer) for row in store.feedback(articles)] == [
        ("Where?", None),
        ("Who?", "The articles do not say."),
    ]


# Forgetting


def test_a_person_is_forgotten_without_a_row_or_a_trace(store: Store, articles: Articles, tmp_path: Path) -> None:
    mine = ask(store, "Where is the zyzzyva?", shown=7)
    store.vote(mine, BEN, useful=True)
    theirs = ask(store, "And when?", BEN, parent=mine, shown=8)
    store.vote(theirs, ANN, useful=True)
    store.begin(ANN, CHANNEL, "Why a zyzzyva?", mine)
    assert store.forget_person(ANN) == 3
    assert store.forget_person(ANN) == 0
    assert rows(articles) == {
        "discord_servers": 0,
        "discord_settings": 0,
        "discord_announcements": 0,
        "discord_digests": 0,
        "discord_deliveries": 0,
        "discord_questions": 1,
        "discord_messages": 1,
        "discord_votes": 0,
    }
    held = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    assert b"zyzzyva" not in held
    with articles.engine.connect() as connection:
        for table in metadata.tables.values():
            assert ANN not in [value for row in connection.execute(sa.select(table)) for value in row]


def test_what_was_asked_before_a_day_expires(store: Store, articles: Articles) -> None:
    old = ask(store, "old", shown=7)
    store.vote(old, ANN, useful=True)
    between = dt.datetime.now(dt.UTC)
    new = ask(store, "new", parent=old)
    assert store.expire(between) == 1
    assert store.expire(between) == 0
    assert store.kept(old, articles) is None
    assert store.kept(new, articles) is not None
    assert rows(articles)["discord_votes"] == rows(articles)["discord_messages"] == 0


def test_what_a_process_that_died_never_answered_is_known_with_where_it_is_owed(store: Store) -> None:
    lost = store.begin(ANN, CHANNEL, "lost", None, ReplyTo(message=71))
    store.noted(lost, 72)
    by_command = store.begin(ANN, DIRECT, "lost, too", None, ReplyTo(None, "a secret"))
    ask(store, "answered")
    first, second = store.unfinished()
    assert (first.id, first.place, first.address, first.note) == (lost, CHANNEL, ReplyTo(message=71), 72)
    assert (second.id, second.address, second.note) == (by_command, ReplyTo(None, "a secret"), None)
    assert "a secret" not in repr(second)


def test_the_token_of_an_answered_question_is_not_kept(store: Store, articles: Articles) -> None:
    known = store.begin(ANN, CHANNEL, "quick", None, ReplyTo(None, "a secret"))
    store.finish(known, answer_to("quick"), [])
    with articles.engine.connect() as connection:
        assert connection.execute(sa.text("select token from discord_questions")).scalars().all() == [None]


# Reports


def test_a_report_is_due_when_it_was_chosen_and_a_week_has_gone_by(store: Store) -> None:
    now = dt.datetime(2026, 11, 28, tzinfo=dt.UTC)
    week = dt.timedelta(days=7)
    store.set_settings(SERVER, ServerSettings(report=31))
    store.set_settings(OTHER_SERVER, ServerSettings())
    assert store.due_reports(now - week) == [(SERVER, 31, None)]
    store.reported(SERVER, now)
    assert store.due_reports(now - week) == []
    store.set_settings(SERVER, ServerSettings(report=31, brief=True))  # other settings leave it as it was
    assert store.due_reports(now) == [(SERVER, 31, now)]


def test_votes_are_told_by_server_and_never_by_whom(store: Store) -> None:
    good, bad, old = ask(store, "good?"), ask(store, "bad?"), ask(store, "elsewhere?", place=ABROAD)
    for id_, person, useful in ((good, ANN, True), (good, BEN, True), (bad, ANN, False), (bad, BEN, False)):
        store.vote(id_, person, useful)
    store.vote(old, ANN, False)
    assert store.votes(SERVER) == Votes(useful=2, not_useful=("bad?",))
    assert store.votes(SERVER, since=dt.datetime.now(dt.UTC) + dt.timedelta(days=1)) == Votes(0, ())


# Tables


def test_the_migrated_tables_have_the_columns_that_the_code_uses(store: Store, articles: Articles) -> None:
    assert store
    inspector = sa.inspect(articles.engine)
    for table in metadata.tables.values():
        assert {column["name"] for column in inspector.get_columns(table.name)} == set(table.columns.keys())


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * FROM discord_questions WHERE channel = 1 AND server IS 2 ORDER BY key DESC LIMIT 5",
        "SELECT * FROM discord_questions WHERE id = 'a'",
        "SELECT * FROM discord_questions WHERE asker = 1",
        "SELECT * FROM discord_questions WHERE server = 1",
        "SELECT * FROM discord_questions WHERE parent = 'a'",
        "SELECT * FROM discord_questions WHERE asked_at < '2020'",
        "SELECT * FROM discord_messages WHERE message = 1",
        "SELECT * FROM discord_messages WHERE question = 'a'",
        "SELECT * FROM discord_votes WHERE question = 'a'",
        "SELECT * FROM discord_votes WHERE person = 1",
    ],
)
def test_nothing_is_looked_up_by_reading_a_whole_table(store: Store, articles: Articles, query: str) -> None:
    assert store
    with articles.engine.connect() as connection:
        plan = [row.detail for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {query}")]
    assert all(step.startswith("SEARCH") for step in plan), plan
