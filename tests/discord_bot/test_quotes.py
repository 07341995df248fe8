"""Quotations on Discord, as people list and check them, against the bot's real process."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest

from bot.discord_bot.commands.quotes import CHECK
from tests.discord_bot.process import running
from tests.discord_bot.tables import read
from tests.discord_emulator import Discord, File
from tests.discord_emulator.description import described

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.discord_bot.process import BotProcess
    from tests.discord_emulator.channels import Channel
    from tests.discord_emulator.interactions import Interaction
    from tests.discord_emulator.people import Person
    from tests.discord_emulator.servers import Server

    Room = Callable[..., Channel]

ADDLE = {
    "id": "pier",
    "title": "The pier",
    "published": "2031-05-02",
    "url": "https://example.org/pier",
    "text": "Mayor Rona Blair came to Port Ellen. “The pier is safe,” Rona Blair said. Ann Lee left.\n\n"
    "Rona Blair said that the *old* crane of Lowmoor was @everyone’s worry.\n\n"
    "“The toll is mad,” said Ann Lee, a welder.",
}
BO_LEE = {
    "id": "toll",
    "title": "The toll",
    "published": "2031-05-03",
    "text": "“The toll is fair,” said Bo Lee, a driver. “Norland pays less,” Bo Lee said.",
}
OTHER = {"id": "n", "title": "Far away", "text": "“Our secret is Zanzibar,” said Kit Marlow, a painter."}


@pytest.fixture(scope="module")
def bot(discord: Discord, data: Path) -> Iterator[BotProcess]:
    with running(discord, data) as started:
        yield started


@pytest.fixture(scope="module")
def room(discord: Discord, bot: BotProcess, data: Path) -> Room:
    """Makes the channel of a server of its own, in whose library these articles are ready."""
    assert bot.running

    def made(name: str, *rows: dict[str, str]) -> Channel:
        manager = discord.person(f"manager of {name}")
        server = discord.server(name, members=[manager])
        server.grant(manager, "manage_guild")
        channel = server.channel("news")
        file = File("rows.jsonl", "\n".join(map(json.dumps, rows)).encode())
        assert f"{len(rows)} new" in manager.slash(channel, "add", file=file, timeout=30).text
        discord.wait_until(lambda: ready(data, server) == len(rows), 60, "the articles to be indexed")
        return channel

    return made


def ready(data: Path, server: Server) -> int:
    """How many of a server's articles are ready, as the database has it."""
    query = "select count(*) from articles where library = ? and state = 'ready'"
    return int(read(data, query, f"server-{server.id}")[0][0])


@pytest.fixture(scope="module")
def here(room: Room) -> Channel:
    return room("Newsroom", ADDLE, BO_LEE)


@pytest.fixture
def reader(discord: Discord, here: Channel) -> Person:
    return member(discord, here)


def member(discord: Discord, channel: Channel) -> Person:
    assert channel.server is not None
    person = discord.person("reader")
    channel.server.join(person)
    return person


def plain(text: str) -> str:
    """What is read, without the backslashes and the space that nobody sees."""
    return re.sub(r"\\(?=[^\w\s])", "", text).replace("\u200b", "")


def suggested(person: Person, channel: Channel, option: str, typed: str, **given: Any) -> list[str]:  # noqa: ANN401  (passed through)
    return [choice["value"] for choice in person.autocomplete(channel, "quotes", focused=option, value=typed, **given)]


def listed(person: Person, channel: Channel, **options: Any) -> str:  # noqa: ANN401  (passed through)
    return person.slash(channel, "quotes", **options).text


# Listing


def test_what_somebody_said_is_listed_word_for_word_by_article_with_its_link_for_the_asker_alone(
    reader: Person, here: Channel
) -> None:
    shown = reader.slash(here, "quotes", speaker="Rona Blair")
    assert all(message.ephemeral_for is reader for message in shown.messages)
    assert "2 quotations of Rona Blair" in shown.text
    assert "[The pier](<https://example.org/pier>)" in shown.text
    assert "**Rona Blair, Mayor**" in shown.text
    assert "> “The pier is safe,”\n" in shown.text
    assert "that the *old* crane of Lowmoor was @everyone’s worry — *not word for word*" in plain(shown.text)


def test_words_narrow_the_list_and_without_a_speaker_it_is_everybodys(reader: Person, here: Channel) -> None:
    about = listed(reader, here, about="toll")
    assert about.index("The toll is fair") < about.index("The toll is mad")
    assert "Norland" not in about
    narrowed = listed(reader, here, speaker="Bo Lee", about="Norland")
    assert "1 quotation of Bo Lee about Norland" in narrowed
    assert "toll is fair" not in narrowed
    assert "23 quotations" in listed(reader, here)


def test_what_articles_wrote_shows_as_it_is_and_mentions_nobody(reader: Person, here: Channel) -> None:
    shown = reader.slash(here, "quotes", speaker="Rona Blair")
    assert "*old*" not in shown.text.replace(r"\*old\*", "")
    assert "@everyone" not in shown.text
    hostile = listed(reader, here, speaker="@everyone <@1> **x**", about="[a](https://b.example)")
    assert "@everyone" not in hostile
    assert "](https" not in hostile
    assert all(message.pinged == frozenset() for message in shown.messages)


def test_a_surname_that_several_have_lists_their_full_names(reader: Person, here: Channel) -> None:
    told = listed(reader, here, speaker="Lee")
    assert "Ann Lee" in told
    assert "Bo Lee" in told
    assert "full name" in told
    assert "toll" not in told
    assert suggested(reader, here, "about", "", speaker="Lee") == []


def test_somebody_who_is_not_quoted_is_said_not_to_be(reader: Person, here: Channel) -> None:
    for options in ({"speaker": "Nobody Atall"}, {"about": "quinces"}, {"speaker": "Bo Lee", "about": "quinces"}):
        told = listed(reader, here, **options)
        assert "No quotations" in told
        assert "reference" not in told


# Suggestions


def test_speakers_are_suggested_with_who_they_are_and_found_by_what_is_suggested(reader: Person, here: Channel) -> None:
    choices = reader.autocomplete(here, "quotes", focused="speaker", value="lee")
    assert [(choice["name"], choice["value"]) for choice in choices] == [
        ("Bo Lee, a driver", "Bo Lee"),
        ("Ann Lee, a welder", "Ann Lee"),
    ]
    assert "Antony Blinken" in suggested(reader, here, "speaker", "")
    for speaker in suggested(reader, here, "speaker", ""):
        assert "No quotations" not in listed(reader, here, speaker=speaker), speaker


def test_what_is_suggested_to_be_spoken_about_are_names_that_the_speaker_spoke_of(
    reader: Person, here: Channel
) -> None:
    assert suggested(reader, here, "about", "", speaker="Rona Blair") == ["Lowmoor"]
    assert suggested(reader, here, "about", "nor", speaker="Bo Lee") == ["Norland"]
    assert suggested(reader, here, "about", "x", speaker="Bo Lee") == []
    anybody = suggested(reader, here, "about", "")
    assert {"Lowmoor", "Norland", "China"} <= set(anybody)
    for name in anybody:
        assert "No quotations" not in listed(reader, here, about=name), name


# Pages


@pytest.fixture(scope="module")
def many(room: Room) -> Channel:
    text = "“Bridge {n} cost {n} million crowns, which the council of Lowmoor never expected,” said Ida Solheim."
    rows = [
        {"id": str(n), "title": f"Report {n}", "published": f"2032-03-{n:02}", "text": text.format(n=n)}
        for n in range(1, 29)
    ]
    return room("Bridges", *rows, {"id": "long", "title": "Long", "text": LONG})


LONG = (
    "“" + " ".join(f"The word {n} was given to us all and is kept." for n in range(150)) + " So be it,” Ole Berg said."
)


def turned(person: Person, shown: Interaction) -> list[str]:
    """All pages, turned to the last."""
    assert shown.original is not None
    found = [shown.original.text]
    while any(button.label == "Next ▶" and not button.disabled for button in shown.original.buttons):
        person.presses(shown.original, "Next ▶")
        found.append(shown.original.text)
    return found


def test_a_long_list_is_turned_page_by_page_and_each_names_its_speaker(discord: Discord, many: Channel) -> None:
    reader = member(discord, many)
    shown = reader.slash(many, "quotes", speaker="Solheim", about="council")
    found = turned(reader, shown)
    assert len(found) > 1
    assert all("28 quotations of Ida Solheim about council" in page and "**Ida Solheim**" in page for page in found)
    told = [int(n) for page in found for n in re.findall(r"Bridge (\d+) cost", page)]
    assert told == list(range(28, 0, -1))
    assert shown.original is not None
    reader.presses(shown.original, "◀ Back")
    assert shown.original.text == found[-2]


def test_a_quotation_longer_than_a_page_is_shown_whole(discord: Discord, many: Channel) -> None:
    reader = member(discord, many)
    whole = " ".join(turned(reader, reader.slash(many, "quotes", speaker="Ole Berg")))
    assert [n for n in range(150) if f"The word {n} was given" not in " ".join(whole.replace(">", " ").split())] == []


def test_only_the_asker_turns_the_pages(discord: Discord, many: Channel) -> None:
    asker, other = member(discord, many), member(discord, many)
    shown = asker.slash(many, "quotes", speaker="Solheim").original
    assert shown is not None
    before, shown.ephemeral_for = shown.text, None  # as if it could be seen by all
    refused = other.presses(shown, "Next ▶")
    assert "Only the person who asked" in refused.text
    assert shown.text == before


# Checking


def checked(person: Person, channel: Channel, quotation: str, speaker: str | None = None) -> str:
    given: dict[str, Any] = {"speaker": speaker} if speaker else {}
    shown = person.slash(channel, "verify", quotation=quotation, **given)
    assert all(message.ephemeral_for is person or channel.server is None for message in shown.messages)
    return shown.text.replace("**", "")


@pytest.mark.parametrize(
    ("quotation", "speaker", "told"),
    [
        ("“the PIER is safe”", "Blair", "Yes, word for word, by Rona Blair:"),
        ("The pier is safe", None, "Word for word, by Rona Blair:"),
        ("Norland does pay less", "Bo Lee", "Asked: “Norland does pay less” Said by Bo Lee:\n> “Norland pays less,”"),
        ("The pier is safe", "Bo Lee", "No quotation of Bo Lee has these words; Rona Blair said them:"),
        ("The pier is safe", "Mo Quill", "No quotation of Mo Quill has these words; Rona Blair said them:"),
        ("crane of Lowmoor", "Blair", "word for word, as reported and not in quotation marks, by Rona Blair:"),
        ("The moon is a quince", "Blair", "No article here quotes Rona Blair as saying “The moon is a quince”."),
        ("The moon is a quince", None, "No article here quotes anybody as saying"),
        ("The toll is fair", "Lee", "Several speakers are called Lee: Bo Lee, Ann Lee."),
    ],
)
def test_a_quotation_is_checked(reader: Person, here: Channel, quotation: str, speaker: str | None, told: str) -> None:
    shown = checked(reader, here, quotation, speaker)
    assert told in shown
    assert ("[The pier](<https://example.org/pier>)" in shown) == (", by Rona Blair" in told or "; Rona Blair" in told)


def test_speakers_are_suggested_for_a_check(reader: Person, here: Channel) -> None:
    assert [choice["value"] for choice in reader.autocomplete(here, "verify", focused="speaker", value="rona")] == [
        "Rona Blair"
    ]


def from_menu(person: Person, channel: Channel, text: str) -> str:
    return person.context_menu(CHECK, person.says(channel, text)).text.replace("**", "")


def test_what_a_message_quotes_is_checked_from_its_menu(reader: Person, here: Channel) -> None:
    assert "Word for word, by Rona Blair" in from_menu(reader, here, "Did she say “The pier is safe” or not?")
    assert "Rona Blair said them" in from_menu(reader, here, "“The pier is safe,” said Bo Lee.")
    assert "Word for word, by Bo Lee" in from_menu(reader, here, "“The toll is fair,” Lee said.")
    assert "Word for word, by Rona Blair" in from_menu(reader, here, "> The pier is safe")
    assert "Word for word, by Rona Blair" in from_menu(reader, here, "the pier is safe")
    hostile = from_menu(reader, here, "@everyone **good** morning <@1> [x](https://b.example)")
    assert "No article here quotes" in hostile
    assert "@everyone" not in hostile
    assert "](https" not in hostile
    assert "<@1>" not in hostile


def test_the_three_longest_quotations_of_a_message_are_checked_in_their_order(reader: Person, here: Channel) -> None:
    text = '"The toll is fair" and "Norland pays less" and "It is so" and "The pier is safe", "mad"'
    shown = from_menu(reader, here, text)
    found = re.findall(r"Word for word, by (\w+ \w+):", shown)
    assert found == ["Bo Lee", "Bo Lee", "Rona Blair"]


def test_a_message_without_words_and_one_too_long_are_said_not_to_be_checked(reader: Person, here: Channel) -> None:
    assert "no text" in from_menu(reader, here, "<@bot>")
    assert "1,000 characters" in from_menu(reader, here, "word " * 300)


def test_long_quotations_of_a_message_are_told_in_one_card(reader: Person, here: Channel) -> None:
    text = " ".join(f"“{letter * 3}{'_* ' * 200}”" for letter in "abc")
    shown = reader.context_menu(CHECK, reader.says(here, text))
    assert len(shown.messages) == 1
    assert shown.text.count("No article here quotes") == 3


def test_checks_count_as_questions(discord: Discord, here: Channel) -> None:
    hasty = member(discord, here)
    for _ in range(20):
        assert "Rona Blair" in checked(hasty, here, "The pier is safe")
    assert "20 questions in a minute" in checked(hasty, here, "The pier is safe")


# Isolation


def test_what_a_server_added_is_neither_listed_nor_suggested_anywhere_else(
    discord: Discord, room: Room, here: Channel, reader: Person
) -> None:
    there = room("Neighbour", OTHER)
    assert there.server is not None
    there.server.join(reader)
    stranger = discord.person("stranger", installed=True)
    away = discord.server("Elsewhere", members=[stranger], has_bot=False).channel("away")
    assert suggested(reader, there, "speaker", "kit") == ["Kit Marlow"]
    assert "Zanzibar" in listed(reader, there, speaker="Kit Marlow")
    for person, channel in ((reader, here), (reader, reader.dm), (stranger, away)):
        assert suggested(person, channel, "speaker", "kit") == []
        assert suggested(person, channel, "about", "zan") == []
        assert suggested(person, channel, "about", "", speaker="Kit Marlow") == []
        assert "Zanzibar" not in listed(person, channel, speaker="Kit Marlow") + listed(person, channel)
        assert "Zanzibar" not in checked(person, channel, "Our secret is", "Kit Marlow")
        assert "No article here quotes" in checked(person, channel, "Our secret is Zanzibar")
        assert person.autocomplete(channel, "verify", focused="speaker", value="kit") == []
        assert "Antony Blinken" in suggested(person, channel, "speaker", "bli")


def test_a_speaker_is_told_with_what_they_said_over_time(reader: Person, here: Channel) -> None:
    assert "Rona Blair" in reader.slash(here, "speaker", name="Rona Blair").text
    assert "No article here quotes" in reader.slash(here, "speaker", name="Nobody Unknown").text


def test_the_log_holds_nothing_of_what_was_asked(bot: BotProcess, reader: Person, here: Channel) -> None:
    listed(reader, here, speaker="Quentin Unlogged", about="unlogged words")
    checked(reader, here, "Unlogged words of mine", "Quentin Unlogged")
    from_menu(reader, here, "Unlogged words of mine")
    assert "nlogged" not in bot.log


def test_every_request_is_one_that_discord_describes(discord: Discord) -> None:
    described(discord.exchanges)
