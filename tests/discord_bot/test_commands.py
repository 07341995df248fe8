"""The commands of the bot, as people use them in Discord's app, against its real process."""

from __future__ import annotations

import datetime as dt
import gzip
import json
import re
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from bot.discord_bot.store import ServerSettings, open_store
from retrieval.store.articles import Articles, open_engine
from retrieval.store.unanswered import note
from retrieval.types import Question, Refusal
from tests.discord_bot.process import running, slow_owner
from tests.discord_bot.tables import read, rows_of
from tests.discord_emulator import Discord, File, NotOffered
from tests.discord_emulator.description import described

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.discord_bot.process import BotProcess
    from tests.discord_emulator.channels import Channel
    from tests.discord_emulator.interactions import Interaction
    from tests.discord_emulator.messages import Message
    from tests.discord_emulator.people import Person
    from tests.discord_emulator.servers import Server

MOST_BYTES = 20_000
HARBOUR = "Harbour closed\n\nBy Ann Lee\n\nThe harbour of Port Ellen was closed on Monday, said its master, Rona Blair."
WHO_CLOSED = "Who said that the harbour of Port Ellen was closed?"
NOT_THERE = "Who won the 2022 World Cup?"
SAID = "diplomatic cover"
ALL_CHANNELS: dict[str, Any] = {"all-channels": True}
AUTO_THREAD: dict[str, Any] = {"auto-thread": True}


@dataclass(frozen=True)
class Newsroom:
    server: Server
    channel: Channel
    manager: Person
    reader: Person


@pytest.fixture(scope="module")
def bot(discord: Discord, data: Path) -> Iterator[BotProcess]:
    with running(discord, data, discord_upload_bytes=MOST_BYTES, discord_server_articles=30) as started:
        yield started


@pytest.fixture
def room(discord: Discord, bot: BotProcess) -> Newsroom:
    """A server of its own for each test."""
    assert bot.running
    manager, reader = discord.person("manager"), discord.person("reader")
    server = discord.server("Newsroom", members=[manager, reader])
    server.grant(manager, "manage_guild")
    return Newsroom(server, server.channel("news"), manager, reader)


def reports(count: int, publisher: str = "The Post") -> File:
    rows = [
        {
            "id": f"r{n}",
            "title": f"Report {n:02}",
            "text": f"Mayor Solheim said that bridge {n} cost {n} million crowns.",
            "published": f"2023-03-{n:02}",
            "publisher": publisher,
        }
        for n in range(1, count + 1)
    ]
    return File("reports.jsonl", "\n".join(map(json.dumps, rows)).encode())


def library(data: Path, server: Server) -> list[tuple[str, str]]:
    """Titles and texts of a server's own articles, as they stand in the database."""
    query = "select title, text from articles where library = ? and state != 'gone' order by title"
    return read(data, query, f"server-{server.id}")


def pages(person: Person, shown: Interaction) -> list[str]:
    """All pages of a list, turned over to the last."""
    assert shown.original is not None
    message = shown.original
    found = [message.text]
    while any(button.label == "Next ▶" and not button.disabled for button in message.buttons):
        person.presses(message, "Next ▶")
        found.append(message.text)
    return found


def only_for(person: Person, shown: Interaction) -> bool:
    return bool(shown.messages) and all(message.ephemeral_for is person for message in shown.messages)


@contextmanager
def opened_to_all(discord: Discord, *names: str) -> Iterator[None]:
    """As where an administrator lets everyone use commands, on the page Integrations of a server's settings."""
    commands = [command for command in discord.commands.all() if command["name"] in names]
    before = [command["default_member_permissions"] for command in commands]
    for command in commands:
        command["default_member_permissions"] = None
    yield
    for command, needed in zip(commands, before, strict=True):
        command["default_member_permissions"] = needed


# Reading


def test_articles_are_listed_page_by_page_newest_first_each_once(room: Newsroom) -> None:
    room.manager.slash(room.channel, "add", file=reports(25), timeout=30)
    shown = room.reader.slash(room.channel, "articles")
    assert only_for(room.reader, shown)
    assert "26 articles" in shown.text
    found = pages(room.reader, shown)
    assert len(found) == 3
    titles = [title for page in found for title in re.findall(r"Report \d\d", page)]
    assert titles == [f"Report {n:02}" for n in range(25, 0, -1)]
    assert shown.original is not None
    room.reader.presses(shown.original, "◀ Back")
    assert shown.original.text == found[1]


def test_articles_are_searched_by_title_byline_and_publisher(room: Newsroom) -> None:
    room.manager.slash(room.channel, "add", file=reports(12, "The Herald"), timeout=30)
    assert "1 article" in room.reader.slash(room.channel, "articles", search="report 07").text
    assert len(pages(room.reader, room.reader.slash(room.channel, "articles", search="herald"))) == 2
    assert "No article here matches" in room.reader.slash(room.channel, "articles", search="unheard of").text


def test_the_longest_search_has_pages_like_any_other(room: Newsroom) -> None:
    words = ("😀 " * 25).strip() + "x"
    assert len(words) == 50
    rows = [{"id": str(n), "title": f"{words} {n}", "text": "Nothing happened."} for n in range(11)]
    room.manager.slash(room.channel, "add", file=File("a.jsonl", "\n".join(map(json.dumps, rows)).encode()), timeout=30)
    found = pages(room.reader, room.reader.slash(room.channel, "articles", search=words))
    assert len(found) == 2
    with pytest.raises(ValueError, match="51"):
        room.reader.slash(room.channel, "articles", search=words + "x")


def test_an_article_is_shown_whole_with_where_it_is_from(room: Newsroom) -> None:
    text = "\n\n".join(f"Paragraph {n} tells of bridge {n}. It cost {n} million crowns." for n in range(200))
    row = {"title": "Bridges", "byline": "Ada Lind", "publisher": "The Post", "published": "2023-03-20", "text": text}
    room.manager.slash(room.channel, "add", file=File("b.jsonl", json.dumps(row).encode()), timeout=30)
    [choice] = room.reader.autocomplete(room.channel, "article", focused="article", value="brid")
    shown = room.reader.slash(room.channel, "article", article=choice["value"])
    found = pages(room.reader, shown)
    assert len(found) > 1
    for fact in ("Bridges", "Ada Lind", "The Post", "<t:"):
        assert fact in found[0]
    whole = " ".join("\n".join(found).split())
    assert [n for n in range(200) if f"bridge {n}. It cost {n} million crowns." not in whole] == []


def test_an_article_that_is_not_there_is_said_not_to_be(room: Newsroom) -> None:
    for typed in ("no such thing", "#999999999", f"#{10**30}", "#", "%"):
        assert "There is no such article" in room.reader.slash(room.channel, "article", article=typed).text


# Adding


def test_a_text_in_another_language_is_added_and_told_to_be_so(room: Newsroom) -> None:
    text = "Die Fähre nach Strand fährt seit Montag wieder, und der Hafen ist offen."
    said = room.manager.slash(room.channel, "add", title="Fähre", text=text, timeout=30).text
    assert "1 new" in said
    assert "1 article seems to be in German" in said


def test_a_text_is_added_and_answered_from(room: Newsroom, data: Path) -> None:
    title, text = HARBOUR.split("\n\n", 1)
    said = room.manager.slash(room.channel, "add", title=title, text=text, timeout=30)
    assert only_for(room.manager, said)
    assert "1 new" in said.text
    assert [title for title, _ in library(data, room.server)] == ["Harbour closed"]
    answer = room.reader.slash(room.channel, "ask", question=WHO_CLOSED)
    assert "Rona Blair" in answer.text
    assert "Ann Lee" in answer.text


@pytest.mark.parametrize(
    "file",
    [
        File("harbour.txt", HARBOUR.encode()),
        File("HARBOUR.MD", HARBOUR.encode("utf-8-sig")),
        File("rows.jsonl", json.dumps({"title": "Harbour closed", "text": HARBOUR}).encode()),
        File("rows.jsonl.gz", gzip.compress(json.dumps({"title": "Harbour closed", "text": HARBOUR}).encode())),
    ],
    ids=lambda file: file.name,
)
def test_a_file_of_each_kind_is_added_once(room: Newsroom, data: Path, file: File) -> None:
    assert "1 new" in room.manager.slash(room.channel, "add", file=file, timeout=30).text
    assert "1 unchanged" in room.manager.slash(room.channel, "add", file=file, timeout=30).text
    assert [title for title, _ in library(data, room.server)] == ["Harbour closed"]


@pytest.mark.parametrize(
    ("link", "says"),
    [
        ("http://127.0.0.1/a", "not on the public internet"),
        ("/etc/hosts", "only http and https"),
        ("file:///etc/hosts", "only http and https"),
        ("http://169.254.169.254/latest/", "not on the public internet"),
    ],
)
def test_a_link_that_leads_to_the_bots_own_machine_is_refused(room: Newsroom, data: Path, link: str, says: str) -> None:
    said = room.manager.slash(room.channel, "add", link=link, timeout=30)
    assert says in said.text
    assert library(data, room.server) == []


@pytest.mark.parametrize(
    ("file", "says"),
    [
        (File("photo.png", b"\x89PNG"), r"only .*\.txt.* can be added"),
        (File("rows.jsonl", b'{"title": "No text"}\n'), "the row has no text"),
        (File("rows.jsonl.gz", b"no gzip at all"), "gzip"),
        (File("empty.txt", b""), "empty|no text|nothing"),
    ],
    ids=lambda given: given.name if isinstance(given, File) else "",
)
def test_a_file_that_holds_no_article_is_refused_with_the_reason(
    room: Newsroom, data: Path, file: File, says: str
) -> None:
    said = room.manager.slash(room.channel, "add", file=file)
    assert re.search(says, said.text.replace("\\", "")), said.text
    assert "reference" not in said.text
    assert library(data, room.server) == []


def test_a_file_of_the_largest_size_is_added_and_one_byte_more_is_not(room: Newsroom, data: Path) -> None:
    largest = "Largest\n\n" + "No news today. " * (MOST_BYTES // 15 - 1)
    largest = largest.ljust(MOST_BYTES, "x")
    assert "1 new" in room.manager.slash(room.channel, "add", file=File("a.txt", largest.encode()), timeout=30).text
    said = room.manager.slash(room.channel, "add", file=File("b.txt", f"{largest}x".encode())).text
    assert f"{MOST_BYTES + 1:,} bytes" in said
    lied = File("c.txt", f"{largest}x".encode(), size=10)
    assert f"{MOST_BYTES + 1:,} bytes" in room.manager.slash(room.channel, "add", file=lied).text
    assert len(library(data, room.server)) == 1


def test_a_library_takes_so_many_articles_and_not_one_more(room: Newsroom, data: Path) -> None:
    assert "30 new" in room.manager.slash(room.channel, "add", file=reports(30), timeout=30).text
    said = room.manager.slash(room.channel, "add", title="One more", text="Too much.", timeout=30).text
    assert "at most 30 articles" in said
    assert "0 new" in said
    assert len(library(data, room.server)) == 30
    assert "30 unchanged" in room.manager.slash(room.channel, "add", file=reports(30), timeout=30).text


def test_a_text_of_blanks_is_refused_in_a_sentence(room: Newsroom) -> None:
    said = room.manager.slash(room.channel, "add", text=" \n ").text
    assert said
    assert "reference" not in said


def test_without_options_a_form_takes_the_article(room: Newsroom, data: Path) -> None:
    opened = room.manager.slash(room.channel, "add")
    _, byline, text = HARBOUR.split("\n\n")
    said = room.manager.submits(
        opened, title="Harbour closed", text=text, byline=byline, published="2023-03-20", url="https://example.org/h"
    )
    said.wait("answered", 30)
    assert "1 new" in said.text
    assert library(data, room.server) == [("Harbour closed", text)]
    answer = room.reader.slash(room.channel, "ask", question=WHO_CLOSED)
    assert "Rona Blair" in answer.text
    assert "https://example.org/h" in answer.text


def test_a_form_with_a_date_that_is_none_is_refused_with_the_reason(room: Newsroom, data: Path) -> None:
    opened = room.manager.slash(room.channel, "add")
    refused = room.manager.submits(opened, title="T", text="Some *text*.", published="last week")
    assert "2023-03-20" in refused.text
    assert library(data, room.server) == []
    assert refused.original is not None
    assert [one.file.data.decode() for one in refused.original.attachments] == [
        "T\n\npublished: last week\n\nSome *text*."
    ]
    again = room.manager.presses(refused.original, "Try again")
    assert "1 new" in room.manager.submits(again, published="2023-03-20", timeout=30).text
    assert library(data, room.server) == [("T", "Some *text*.")]


def test_only_those_who_may_add_articles_can(room: Newsroom, data: Path) -> None:
    tries: list[dict[str, Any]] = [{"title": "T", "text": HARBOUR}, {"file": File("h.txt", HARBOUR.encode())}]
    for options in tries:
        assert "may add articles" in room.reader.slash(room.channel, "add", **options).text
    opened = room.reader.slash(room.channel, "add")
    refused = opened if opened.modal is None else room.reader.submits(opened, title="T", text="Some text.")
    assert "may add articles" in refused.text
    assert library(data, room.server) == []


# Removing


def test_an_article_is_removed_with_every_trace(room: Newsroom, discord: Discord, data: Path) -> None:
    room.manager.slash(room.channel, "add", title="Harbour closed", text=HARBOUR, timeout=30)
    assert "Rona Blair" in room.reader.slash(room.channel, "ask", question=WHO_CLOSED).text
    [choice] = room.manager.autocomplete(room.channel, "remove", focused="article", value="harb")
    assert "Removed" in room.manager.slash(room.channel, "remove", article=choice["value"]).text
    assert "Rona Blair" not in room.reader.slash(room.channel, "ask", question=WHO_CLOSED).text
    query = "select key, state from articles where library = ?"
    discord.wait_until(lambda: not read(data, query, f"server-{room.server.id}"), 20, "the rows to be erased")


def test_an_article_of_the_public_library_cannot_be_removed(room: Newsroom) -> None:
    [seed] = room.manager.autocomplete(room.channel, "article", focused="article", value="")
    assert room.manager.autocomplete(room.channel, "remove", focused="article", value="") == []
    assert "There is no such article" in room.manager.slash(room.channel, "remove", article=seed["value"]).text
    assert SAID in room.reader.slash(room.channel, "ask", question="What did Blinken say?").text


def test_a_few_letters_remove_nothing(room: Newsroom, data: Path) -> None:
    room.manager.slash(room.channel, "add", file=reports(2), timeout=30)
    assert "Removed" not in room.manager.slash(room.channel, "remove", article="e").text
    assert len(library(data, room.server)) == 2


def test_only_those_who_manage_the_server_remove_and_set_whatever_discord_lets_through(
    room: Newsroom, discord: Discord, data: Path
) -> None:
    room.manager.slash(room.channel, "add", title="Harbour closed", text=HARBOUR, timeout=30)
    uses: dict[str, dict[str, Any]] = {"remove": {"article": "Harbour closed"}, "settings": {"answers": "brief"}}
    for command, options in uses.items():
        with pytest.raises(NotOffered):
            room.reader.slash(room.channel, command, **options)
        with opened_to_all(discord, command):
            assert "Manage Server" in room.reader.slash(room.channel, command, **options).text
    assert len(library(data, room.server)) == 1
    assert "full" in room.manager.slash(room.channel, "settings").text


# Settings


def test_byline_answers_in_the_allowed_channels_alone(room: Newsroom, discord: Discord) -> None:
    other = room.server.channel("other")
    said = room.manager.slash(room.channel, "settings", allow=room.channel)
    assert only_for(room.manager, said)
    assert room.channel.mention in said.text
    assert SAID in room.reader.slash(room.channel, "ask", question="What did Blinken say?").text
    inside = room.channel.thread("talk", by=room.reader)
    assert SAID in room.reader.slash(inside, "ask", question="What did Blinken say?").text
    refused = room.reader.slash(other, "ask", question="What did Blinken say?")
    assert only_for(room.reader, refused)
    assert SAID not in refused.text
    assert room.channel.mention in refused.text
    room.reader.says(other, "<@bot> What did Blinken say?")
    room.manager.slash(room.channel, "settings", allow=other)
    room.reader.says(other, "<@bot> Who issued the warrant?")
    discord.wait_until(lambda: any("warrant" in m.text for m in answers_in(other, discord)), 10, "an answer")
    assert not any(SAID in m.text and "Blinken" in m.text for m in answers_in(other, discord)[:-1])


def answers_in(channel: Channel, discord: Discord) -> list[Message]:
    return [message for message in channel.messages if message.author is discord.bot]


def test_an_old_answer_takes_no_follow_up_where_answers_are_not_wanted_any_more(room: Newsroom) -> None:
    old = room.reader.slash(room.channel, "ask", question="Who issued the warrant?").original
    assert old is not None
    room.manager.slash(room.channel, "settings", allow=room.server.channel("other"))
    refused = room.reader.submits(room.reader.presses(old, "Follow up"), question="What did Blinken say?")
    assert SAID not in refused.text
    assert "I answer in" in refused.text


def test_all_channels_are_allowed_again(room: Newsroom) -> None:
    other = room.server.channel("other")
    room.manager.slash(room.channel, "settings", allow=room.channel)
    room.manager.slash(room.channel, "settings", **ALL_CHANNELS)
    assert SAID in room.reader.slash(other, "ask", question="What did Blinken say?").text


def test_forbidding_the_only_allowed_channel_does_not_open_all_the_others_in_silence(room: Newsroom) -> None:
    other = room.server.channel("other")
    room.manager.slash(room.channel, "settings", allow=room.channel)
    said = room.manager.slash(room.channel, "settings", forbid=room.channel).text
    answered = SAID in room.reader.slash(other, "ask", question="What did Blinken say?").text
    assert not answered or "all-channels" in said


def test_brief_answers_are_the_first_sentence_and_say_that_there_is_more(room: Newsroom) -> None:
    full = room.reader.slash(room.channel, "ask", question="What did Blinken say?").text
    assert "[3]" in full
    room.manager.slash(room.channel, "settings", answers="brief")
    brief = room.reader.slash(room.channel, "ask", question="What did Blinken say?").text
    assert SAID in brief
    assert "[2]" not in brief
    assert "more" in brief
    room.manager.slash(room.channel, "settings", answers="full")
    assert "[3]" in room.reader.slash(room.channel, "ask", question="What did Blinken say?").text


def test_a_mention_opens_a_thread_where_the_server_wants_that(room: Newsroom, discord: Discord) -> None:
    room.manager.slash(room.channel, "settings", **AUTO_THREAD)
    asked = room.reader.says(room.channel, "<@bot> What did Blinken say?")
    discord.wait_until(lambda: room.channel.threads and answers_in(room.channel.threads[0], discord), 10, "a thread")
    [thread] = room.channel.threads
    assert asked.thread is thread
    discord.wait_until(lambda: SAID in answers_in(thread, discord)[0].text, 10, "the answer")
    assert answers_in(room.channel, discord) == []


def test_everyone_or_those_with_a_role_may_add_where_the_server_wants_that(room: Newsroom, data: Path) -> None:
    with_role: dict[str, Any] = {"adder-role": room.server.grant(room.reader, "send_messages")}
    room.manager.slash(room.channel, "settings", **with_role)
    assert "1 new" in room.reader.slash(room.channel, "add", title="A", text="One thing.", timeout=30).text
    room.manager.slash(room.channel, "settings", adders="managers")
    assert "may add articles" in room.reader.slash(room.channel, "add", title="B", text="Another thing.").text
    room.manager.slash(room.channel, "settings", adders="everyone")
    assert "1 new" in room.reader.slash(room.channel, "add", title="C", text="A third thing.", timeout=30).text
    assert [title for title, _ in library(data, room.server)] == ["A", "C"]


def test_settings_are_those_of_one_server_and_seen_as_they_are(room: Newsroom, discord: Discord) -> None:
    neighbour = discord.server("Neighbour", members=[room.manager])
    neighbour.grant(room.manager, "manage_guild")
    there = neighbour.channel("there")
    before = room.manager.slash(there, "settings").text
    changed = room.manager.slash(room.channel, "settings", allow=room.channel, answers="brief", adders="everyone").text
    assert room.manager.slash(room.channel, "settings").text == changed != before
    assert room.manager.slash(there, "settings").text == before


# About


def test_help_and_privacy_are_said_to_the_person_alone_wherever_they_are(room: Newsroom, discord: Discord) -> None:
    stranger = discord.person("stranger", installed=True)
    away = discord.server("Elsewhere", members=[stranger], has_bot=False).channel("away")
    for person, channel in ((room.reader, room.channel), (room.reader, room.reader.dm), (stranger, away)):
        told = person.slash(channel, "help")
        assert "/ask" in told.text
        assert "/forget-me" in person.slash(channel, "privacy").text
        assert channel.server is None or only_for(person, told)


def test_privacy_tells_for_how_long_questions_are_kept(room: Newsroom) -> None:
    assert "30 days" in room.reader.slash(room.channel, "privacy").text


def test_status_is_for_the_owner_of_the_bot_alone(room: Newsroom, discord: Discord) -> None:
    room.server.join(discord.owner)
    for_owner = discord.owner.slash(room.channel, "status")
    assert only_for(discord.owner, for_owner)
    assert re.search(r"\d+ ready", for_owner.text)
    for person in (room.manager, room.reader):
        refused = person.slash(room.channel, "status")
        assert "owner" in refused.text
        assert "ready" not in refused.text


def test_forget_me_leaves_no_row_of_the_person_and_all_of_the_others(room: Newsroom, data: Path) -> None:
    alice, bob = room.reader, room.manager
    mine = alice.slash(room.channel, "ask", question="What did Blinken say?")
    alice.slash(alice.dm, "ask", question="Who issued the warrant?")
    his = bob.slash(room.channel, "ask", question="What did Blinken say?")
    assert mine.original is not None
    assert his.original is not None
    for person, message in ((alice, his.original), (bob, his.original), (bob, mine.original)):
        person.presses(message, "👍")
    assert len(rows_of(data, alice)) >= 3
    votes_of_bob = [row for row in rows_of(data, bob) if row[0] == "discord_votes"]
    assert len(votes_of_bob) == 2
    told = alice.slash(room.channel, "forget-me")
    assert only_for(alice, told)
    assert "3" in told.text
    assert rows_of(data, alice) == []
    assert [row for row in rows_of(data, bob) if row[0] == "discord_votes"] == [
        row for row in votes_of_bob if row[1] in {kept[1] for kept in rows_of(data, bob)}
    ]
    bob.presses(his.original, "Sources")
    assert "not kept" in alice.presses(mine.original, "👍").text
    assert "Forgotten: 0" in alice.slash(room.channel, "forget-me").text


def test_unanswered_questions_and_votes_are_told_to_those_who_manage_the_server(
    room: Newsroom, discord: Discord
) -> None:
    for _ in range(2):
        answer = room.reader.slash(room.channel, "ask", question=NOT_THERE)
    assert answer.original is not None
    room.reader.presses(answer.original, "👎")
    shown = room.manager.slash(room.channel, "unanswered")
    assert only_for(room.manager, shown)
    first, last = pages(room.manager, shown)
    assert "1 question without an answer" in first
    assert f"{NOT_THERE} (2 times)" in first
    assert f"👎 {NOT_THERE}" in last
    with opened_to_all(discord, "unanswered"):
        refused = room.reader.slash(room.channel, "unanswered")
    assert "Manage Server" in refused.text


def test_a_channel_is_told_once_a_week_what_was_not_answered(tmp_path: Path) -> None:
    with Discord() as discord, slow_owner(tmp_path):
        channel = discord.server("Weekly").channel("desk")
        assert channel.server is not None
        with closing(Articles(open_engine(tmp_path))) as articles:
            store = open_store(articles.engine)
            store.set_settings(int(channel.server.id), ServerSettings(report=int(channel.id)))
            asked = Question(text=NOT_THERE, libraries=(f"server-{channel.server.id}", "public"))
            note(articles.engine, asked, Refusal(NOT_THERE, NOT_THERE))
        with running(discord, tmp_path):
            discord.wait_until(lambda: channel.messages, what="the report")
        assert NOT_THERE in channel.messages[0].text
        assert not channel.messages[0].pinged
        with closing(Articles(open_engine(tmp_path))) as articles:
            week = dt.timedelta(days=7)
            assert open_store(articles.engine).due_reports(dt.datetime.now(dt.UTC) - week) == []


def test_every_command_is_offered_where_it_works(room: Newsroom, discord: Discord) -> None:
    anywhere = {
        "ask",
        "Ask Byline about this",
        "articles",
        "article",
        "quotes",
        "speaker",
        "story",
        "verify",
        "Check this quotation",
        "help",
        "privacy",
        "forget-me",
        "my-digest",
        "status",
    }
    stranger = discord.person("stranger", installed=True)
    away = discord.server("Elsewhere", members=[stranger], has_bot=False).channel("away")
    managing = {"remove", "feeds", "settings", "ignore", "unanswered", "digest"}
    assert set(room.manager.offered(room.channel)) == anywhere | {"add"} | managing
    assert set(room.reader.offered(room.channel)) == anywhere | {"add"}
    assert set(room.reader.offered(room.reader.dm)) == anywhere
    assert set(stranger.offered(away)) == anywhere


# A server that goes


def test_a_server_that_removes_the_bot_is_forgotten_and_one_that_is_down_is_not(
    room: Newsroom, discord: Discord, data: Path
) -> None:
    staying = discord.server("Staying", members=[room.manager])
    staying.grant(room.manager, "manage_guild")
    there = staying.channel("there")
    for channel in (there, room.channel):
        room.manager.slash(channel, "add", title="Harbour closed", text=HARBOUR, timeout=30)
        room.manager.slash(channel, "settings", answers="brief")
        room.manager.slash(channel, "feeds announce", to=channel)
        room.manager.slash(channel, "ask", question=WHO_CLOSED)
        room.manager.slash(channel, "ask", question=NOT_THERE)
    (kept,) = read(data, "select question from unanswered where library = ?", f"server-{room.server.id}")
    assert kept[0] == NOT_THERE
    staying.outage()
    room.server.remove_bot()
    discord.wait_until(lambda: traces(data, room.server) == [], 20, "the server to be forgotten")
    staying.recovers()
    assert "Rona Blair" in room.manager.slash(there, "ask", question=WHO_CLOSED).text
    assert "brief" in room.manager.slash(there, "settings").text


def traces(data: Path, server: Server) -> list[object]:
    """All that the database still holds of a server, down to the rows that wait to be erased."""
    kept = [
        row
        for table in ("discord_servers", "discord_settings", "discord_questions", "discord_announcements")
        for row in read(data, f"select * from {table} where server = ?", int(server.id))  # noqa: S608  (see above)
    ]
    own = (
        "select key, state from articles where library = ?",
        "select key, words from unanswered where library = ?",
        "select key, address from feeds where library = ?",
    )
    return [*kept, *(row for query in own for row in read(data, query, f"server-{server.id}"))]


def test_every_request_is_one_that_discord_describes(discord: Discord) -> None:
    described(discord.exchanges)
