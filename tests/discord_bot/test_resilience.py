"""What goes wrong with Discord and with the machine: everybody still gets one answer, or is told why not."""

from __future__ import annotations

import os
import re
import resource
import signal
import sqlite3
import threading
import time
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest

from bot.discord_bot.store import ServerSettings, open_store
from retrieval.store.articles import Articles, open_engine
from retrieval.types import Statement
from tests.discord_bot.process import FERRIES, FIRST_SENTENCE, BotProcess, SlowOwner, _answer, running, slow_owner
from tests.discord_emulator import Discord
from tests.discord_emulator.description import described, find
from tests.discord_emulator.ids import Snowflakes
from tests.fakes import as_prose

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from retrieval.types import Answer, Question
    from tests.discord_emulator.channels import Channel
    from tests.discord_emulator.interactions import Interaction, Wait
    from tests.discord_emulator.messages import Message
    from tests.discord_emulator.people import Person
    from tests.discord_emulator.servers import Server

SENTENCE = FERRIES.text[:FIRST_SENTENCE]
NOTE = "Reading the articles"
PATIENCE = 30.0
"""Seconds that a test waits for an answer: repeated requests, and other work on the machine, take their time."""
SETTLED = 0.4
"""Seconds after which nothing more is expected to come."""


@dataclass
class World:
    """Discord, a bot in it, and who answers for the bot."""

    discord: Discord
    owner: SlowOwner
    bot: BotProcess
    data_dir: Path
    newsroom: Server = field(init=False)
    answered: list[tuple[str, Scene, Channel, Message]] = field(default_factory=list)
    """Each answer that was seen, with the test that saw it."""

    def __post_init__(self) -> None:
        self.newsroom = self.discord.server("Newsroom")

    def scene(self, server: Server | None = None, *, deny: list[str] | None = None) -> Scene:
        """A person of their own in a channel of their own."""
        server = server or self.newsroom
        person = self.discord.person("alice")
        server.join(person)
        return Scene(self, person, server.channel("news", deny=deny))

    def set(self, server: Server, settings: ServerSettings) -> None:
        with closing(Articles(open_engine(self.data_dir))) as articles:
            open_store(articles.engine).set_settings(int(server.id), settings)

    def wait_until(self, holds: Callable[[], object], what: str) -> None:
        try:
            self.discord.wait_until(holds, PATIENCE, what)
        except AssertionError as error:
            raise AssertionError(f"{error}\n{self.bot.log[-5_000:]}") from error

    def wait_asked(self, count: int) -> None:
        """Until so many questions have come to the owner since the first of all."""
        self.wait_until(lambda: len(self.owner.questions) >= count, f"question {count}")

    def check_answered_once(self) -> None:
        """Nothing came after any of the answers: looked at once, at the end, since only time can tell."""
        time.sleep(SETTLED)
        for test, scene, place, answer in self.answered:
            assert by_bot(place) in ([answer], []), f"{test}: more than an answer\n{self.bot.log[-5_000:]}"
            asked = any(not one.author.bot for one in scene.person.dm.messages)
            assert asked or not scene.told, f"{test}: a private message beside the answer"


@dataclass
class Scene:
    """Somebody who asks, and where."""

    world: World
    person: Person
    channel: Channel

    def asks(self, text: str = "Where are the ferries?") -> Message:
        """By mention."""
        return self.person.says(self.channel, f"<@bot> {text}")

    def commands(self, text: str = "Where are the ferries?", wait: Wait = "answered") -> Interaction:
        return self.person.slash(self.channel, "ask", question=text, wait=wait, timeout=PATIENCE)

    def begins(self, text: str = "Where are the ferries?", *, command: bool = False) -> Interaction | None:
        """Ask what the owner, on hold, does not answer yet."""
        asked = len(self.world.owner.questions)
        begun = self.commands(text, wait="nothing") if command else None
        if not command:
            self.asks(text)
        self.world.wait_asked(asked + 1)
        return begun

    @property
    def replies(self) -> list[Message]:
        """What the bot wrote there."""
        return by_bot(self.channel)

    @property
    def told(self) -> list[Message]:
        """What the bot wrote to the person alone."""
        return by_bot(self.person.dm)

    def is_answered(self, channel: Channel | None = None) -> Message:
        """The answer, the only thing that the bot wrote there."""
        place = channel or self.channel
        self.world.wait_until(lambda: any(SENTENCE in one.content for one in by_bot(place)), "an answer")
        self.world.wait_until(lambda: len(by_bot(place)) == 1 and by_bot(place)[0].buttons, "its buttons, alone")
        (only,) = by_bot(place)
        assert SENTENCE in only.content
        assert not self.told
        test = os.environ["PYTEST_CURRENT_TEST"].rpartition("::")[2]
        self.world.answered.append((test, self, place, only))
        return only

    def is_told(self, sentence: str) -> str:
        """What the bot told the person in private, with its reference; the log has that."""
        self.world.wait_until(lambda: self.told, "a direct message")
        (message,) = self.told
        assert sentence in message.content
        return self.world_knows(message.content)

    def world_knows(self, text: str) -> str:
        """The reference that people were given, which the log has too, without the question."""
        found = re.search(r"reference(?: in the log is)? ([A-Z2-9]{6})", text)
        assert found, text
        assert found[1] in self.world.bot.log
        assert "Where are the ferries" not in self.world.bot.log
        return found[1]


def by_bot(channel: Channel) -> list[Message]:
    return [message for message in channel.messages if message.author.bot]


@contextmanager
def opened(data_dir: Path, discord: Discord, **settings: object) -> Iterator[World]:
    """A bot in a Discord; at the end all that it sent is checked against Discord's description, if that is here."""
    given = {"discord_questions_a_minute": 1_000, **settings}
    with discord, slow_owner(data_dir) as owner, running(discord, data_dir, **given) as bot:
        world = World(discord, owner, bot, data_dir)
        yield world
        world.check_answered_once()
        if find() is not None:
            described(discord.exchanges)


@pytest.fixture(scope="module")
def module_world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with opened(tmp_path_factory.mktemp("resilience"), Discord(heartbeat_interval=1.0)) as world:
        yield world


@pytest.fixture
def world(module_world: World) -> Iterator[World]:
    """The bot of all tests here, which has to be there still after each."""
    yield module_world
    module_world.owner.release()
    for fault in module_world.discord._rest.faults:
        fault.lift()
    assert module_world.bot.running, module_world.bot.log[-5_000:]


@pytest.fixture
def held(world: World) -> Iterator[SlowOwner]:
    """Who answers for the bot, on hold."""
    world.owner.hold()
    yield world.owner
    world.owner.release()


@pytest.fixture
def scene(world: World) -> Scene:
    return world.scene()


# Slow answers


def test_a_progress_note_after_two_seconds_becomes_the_answer(scene: Scene, held: SlowOwner) -> None:
    began = time.monotonic()
    scene.asks()
    scene.world.wait_until(lambda: scene.replies, "the note")
    assert time.monotonic() - began > 1.9
    (note,) = scene.replies
    assert NOTE in note.content
    held.release()
    assert scene.is_answered() is note


def test_somebody_who_waits_sees_within_a_second_that_the_bot_types(scene: Scene, held: SlowOwner) -> None:
    scene.begins()
    scene.world.wait_until(lambda: scene.channel.typing, "the sign")
    assert not scene.replies, "it comes before the note"
    held.release()
    scene.is_answered()


def test_a_sign_that_cannot_be_shown_is_left_out(scene: Scene, held: SlowOwner) -> None:
    scene.world.discord.fault("POST", "/typing$", 403, times=5)
    scene.begins()
    scene.world.wait_until(lambda: scene.replies, "the note")
    held.release()
    scene.is_answered()


def test_a_command_has_its_note_in_the_response(scene: Scene, held: SlowOwner) -> None:
    begun = scene.commands(wait="acknowledged")
    assert begun.acknowledged_after is not None
    assert begun.acknowledged_after < 1
    scene.world.wait_until(lambda: NOTE in begun.text, "the note")
    held.release()
    assert scene.is_answered() is begun.original


def test_a_quick_answer_has_no_note(scene: Scene) -> None:
    scene.asks()
    answer = scene.is_answered()
    time.sleep(SETTLED)
    assert len(answer.versions) == 1


def test_a_hundred_people_are_acknowledged_at_once_and_served_in_turn(world: World) -> None:
    """While answers take long: half of them beyond any deadline of Discord's."""
    servers = [world.discord.server(f"Server {n}") for n in range(4)]
    scenes = [world.scene(servers[n % 4]) for n in range(100)]
    warm = [world.scene() for _ in range(2)]
    world.owner.hold()
    first = len(world.owner.questions)
    for one in warm:
        one.begins("a warm-up")
    before = (len(world.discord.resumes), len(world.discord.identifies))
    began = time.monotonic()
    eager = scenes[0]
    asked = [eager.commands(f"question 0 of eager {n}", wait="nothing") for n in range(3)]
    asked += [one.commands(f"question {n}", wait="nothing") for n, one in enumerate(scenes[1:], 1)]
    world.wait_until(lambda: all(one.acknowledged or one.failed for one in asked), "all acknowledgements")
    acknowledged = sorted(one.acknowledged_after or 99.0 for one in asked)
    time.sleep(max(0.0, began + 5 - time.monotonic()))  # Discord's deadlines, and the notes, pass
    beats = [at for at in world.discord.heartbeats if at > began]
    world.owner.release()
    world.wait_until(lambda: all(one.answered and SENTENCE in one.text for one in asked), "all answers")

    assert acknowledged[int(len(asked) * 0.99) - 1] < 1, acknowledged
    assert len(beats) >= 3
    assert max(later - earlier for earlier, later in pairwise(beats)) < 2
    assert (len(world.discord.resumes), len(world.discord.identifies)) == before
    served = [question.text for question in world.owner.questions[first + 2 :]]
    assert sorted(served) == sorted(
        [*(f"question 0 of eager {n}" for n in range(3)), *(f"question {n}" for n in range(1, 100))]
    )
    last = [one for one in served[-4:] if "eager" in one]
    assert len(last) == 2, served  # one of the three came in its turn, the others after everybody else
    for n, begun in enumerate(asked[3:], 1):
        assert f"> question {n}\n" in begun.text


# The gateway


@pytest.mark.parametrize("code", [None, 1001, 4000], ids=str)
def test_an_answer_outlives_a_drop_of_the_gateway(world: World, held: SlowOwner, code: int | None) -> None:
    by_message, by_command = world.scene(), world.scene()
    by_message.begins()
    by_command.begins(command=True)
    resumed = len(world.discord.resumes)
    world.discord.drop(code)
    world.wait_until(lambda: len(world.discord.resumes) > resumed, "a RESUME")
    held.release()
    by_message.is_answered()
    by_command.is_answered()


def test_what_was_asked_while_the_gateway_was_away_is_answered(scene: Scene) -> None:
    scene.world.discord.drop()
    scene.asks()
    scene.is_answered()


def test_discord_may_ask_to_reconnect(scene: Scene, held: SlowOwner) -> None:
    scene.begins()
    resumed = len(scene.world.discord.resumes)
    scene.world.discord.ask_to_reconnect()
    scene.world.wait_until(lambda: len(scene.world.discord.resumes) > resumed, "a RESUME")
    held.release()
    scene.is_answered()


def test_a_session_that_discord_has_forgotten_is_begun_afresh(scene: Scene, held: SlowOwner) -> None:
    discord = scene.world.discord
    scene.begins()
    identified = len(discord.identifies)
    discord.forget_sessions()
    discord.drop()
    scene.world.wait_until(lambda: len(discord.identifies) > identified and discord.connected, "an IDENTIFY")
    held.release()
    scene.is_answered()
    again = scene.world.scene()
    again.asks()
    again.is_answered()


@pytest.mark.parametrize("event", ["MESSAGE_CREATE", "INTERACTION_CREATE", "GUILD_CREATE", "MESSAGE_DELETE", "NO_SUCH"])
def test_a_malformed_event_does_no_harm(world: World, held: SlowOwner, event: str) -> None:
    before, after = world.scene(), world.scene()
    before.begins(command=True)
    world.discord.send_malformed_event(event)
    time.sleep(SETTLED)
    world.wait_until(lambda: world.discord.connected, "a connection")
    held.release()
    before.is_answered()
    after.asks()
    after.is_answered()


@pytest.mark.parametrize("text", ['{"op": 0, "d', "[]", '{"op": 99, "d": null, "s": null, "t": null}'])
def test_a_malformed_frame_does_no_harm(world: World, held: SlowOwner, text: str) -> None:
    before, after = world.scene(), world.scene()
    before.begins(command=True)

    def send() -> None:
        for connection in world.discord._gateway.connections:
            connection.send_text(text)

    world.discord.loop.call(send)
    time.sleep(SETTLED)
    world.wait_until(lambda: world.discord.connected, "a connection")
    held.release()
    before.is_answered()
    after.asks()
    after.is_answered()


# Failing requests

FAULTS: dict[str, dict[str, Any]] = {
    "429": {"status": 429, "retry_after": 0.3},
    "global 429": {"status": 429, "retry_after": 0.3, "everywhere": True},
    "429 of Cloudflare": {"status": 429, "retry_after": 0.3, "via": False},
    "502": {"status": 502},
    "503": {"status": 503},
    "503 though done": {"status": 503, "processed": True},
    "reset": {"status": "reset"},
    "reset_after": {"status": "reset_after"},
    "malformed": {"status": "malformed"},
}
faults = pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)


@faults
@pytest.mark.parametrize(("method", "path"), [("POST", "/interactions/"), ("PATCH", "/messages/@original$")])
def test_a_command_is_answered_once_whatever_fails(scene: Scene, method: str, path: str, fault: dict[str, Any]) -> None:
    made = scene.world.discord.fault(method, path, **fault)
    begun = scene.commands()
    assert made.times == 0
    assert scene.is_answered() is begun.original


@faults
def test_a_mention_is_answered_once_whatever_fails(scene: Scene, fault: dict[str, Any]) -> None:
    made = scene.world.discord.fault("POST", rf"/channels/{scene.channel.id}/messages$", **fault)
    scene.asks()
    scene.is_answered()
    assert made.times == 0


@faults
def test_a_note_becomes_the_answer_whatever_fails(scene: Scene, held: SlowOwner, fault: dict[str, Any]) -> None:
    scene.asks()
    scene.world.wait_until(lambda: scene.replies, "the note")
    made = scene.world.discord.fault("PATCH", rf"/channels/{scene.channel.id}/messages/\d+$", **fault)
    held.release()
    scene.is_answered()
    assert made.times == 0


@faults
def test_a_note_is_written_once_whatever_fails(scene: Scene, held: SlowOwner, fault: dict[str, Any]) -> None:
    made = scene.world.discord.fault("POST", rf"/channels/{scene.channel.id}/messages$", **fault)
    scene.begins()
    scene.world.wait_until(lambda: made.times == 0, "the fault")
    held.release()
    scene.is_answered()


@faults
def test_a_thread_is_opened_once_whatever_fails(world: World, fault: dict[str, Any]) -> None:
    server = world.discord.server("Threads")
    world.set(server, ServerSettings(auto_thread=True))
    scene = world.scene(server)
    made = world.discord.fault("POST", rf"/channels/{scene.channel.id}/.*threads$", **fault)
    scene.asks()
    world.wait_until(lambda: scene.channel.threads, "a thread")
    scene.is_answered(scene.channel.threads[0])
    assert made.times == 0
    assert len(scene.channel.threads) == 1
    assert not scene.replies


@faults
def test_an_answer_is_deleted_whatever_fails(scene: Scene, fault: dict[str, Any]) -> None:
    scene.commands()
    answer = scene.is_answered()
    made = scene.world.discord.fault("DELETE", rf"/messages/{answer.id}$", **fault)
    pressed = scene.person.presses(answer, "🗑️", timeout=PATIENCE)
    assert "deleted" in pressed.text
    assert answer.deleted
    assert not scene.replies
    assert made.times == 0


@pytest.mark.parametrize("command", [True, False], ids=["command", "mention"])
@faults
def test_each_message_of_a_long_answer_comes_once_whatever_fails(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, fault: dict[str, Any], *, command: bool
) -> None:
    said = [f"Sentence {n} of many: {SENTENCE}" for n in range(100)]

    def long(question: Question) -> Answer:
        statements = tuple(Statement(text, (1,)) for text in said)
        return as_prose(_answer(question), statements=statements, total=len(statements))

    monkeypatch.setattr("tests.discord_bot.process._answer", long)
    made = scene.world.discord.fault("POST", rf"/channels/{scene.channel.id}/messages$", times=2, **fault)
    scene.commands() if command else scene.asks()
    scene.world.wait_until(lambda: scene.replies and scene.replies[-1].buttons, "the last message")
    time.sleep(SETTLED)
    assert made.times == 0
    assert len(scene.replies) > 3
    assert not any(one.buttons for one in scene.replies[:-1])
    written = " ".join(" ".join(one.content for one in scene.replies).split())
    assert re.findall(r"Sentence \d+ of many", written) == [f"Sentence {n} of many" for n in range(100)]


@pytest.mark.parametrize("command", [True, False], ids=["command", "mention"])
def test_an_outage_of_seconds_loses_no_answer(world: World, held: SlowOwner, command: bool) -> None:
    scene = world.scene()
    scene.begins(command=command)
    out = [world.discord.fault(method, "/(channels|webhooks)/", 503, times=1_000) for method in ("POST", "PATCH")]
    held.release()
    time.sleep(4)
    for one in out:
        one.lift()
    scene.is_answered()


def test_commands_are_sent_once_whatever_fails(tmp_path: Path) -> None:
    """The faults come one after the other: each try meets the next."""
    discord = Discord()
    failing = ("429", "global 429", "503", "reset", "reset_after")
    for name in failing:
        discord.fault("PUT", r"/applications/\d+/commands$", **FAULTS[name])
    with opened(tmp_path, discord) as world:
        scene = world.scene()
        world.wait_until(lambda: "ask" in scene.person.offered(scene.channel), "the commands")
        scene.commands()
        scene.is_answered()
        sent = discord.requests("PUT", r"/applications/\d+/commands$")
        assert [one.fault.split()[1] for one in sent if one.fault] == ["429", "429", "503", "reset", "reset_after"]
        assert len(sent) == len(failing) + 1


# Interactions that end early


@contextmanager
def token_life(discord: Discord, seconds: float) -> Iterator[None]:
    clocks = discord.world.clocks
    discord.world.clocks = replace(clocks, token_life=seconds)
    try:
        yield
    finally:
        discord.world.clocks = clocks


@contextmanager
def begun_ago(discord: Discord, seconds: float) -> Iterator[None]:
    """Interactions that begin now have an id of so long ago: as if the event had been on its way all the while."""

    class Past(Snowflakes):
        def take(self) -> str:
            return str(int(super().take()) - (int(seconds * 1_000) << 22))

    ids = discord.world.ids
    discord.world.ids = Past()
    try:
        yield
    finally:
        discord.world.ids = ids


def test_after_the_tokens_end_the_answer_is_a_message(scene: Scene, held: SlowOwner) -> None:
    with token_life(scene.world.discord, 1.0):
        begun = scene.begins(command=True)
        time.sleep(1.2)
        held.release()
        scene.world.wait_until(lambda: len(scene.replies) == 2, "a message in the channel")
    _, answer = scene.replies
    assert begun is not None
    assert answer is not begun.original
    assert SENTENCE in answer.content
    assert answer.buttons


def test_near_the_tokens_end_the_answer_is_a_message(scene: Scene, held: SlowOwner) -> None:
    with begun_ago(scene.world.discord, 15 * 60 - 45.5):
        scene.begins(command=True)
    time.sleep(0.6)
    held.release()
    scene.world.wait_until(lambda: len(scene.replies) == 2, "a message in the channel")
    assert SENTENCE in scene.replies[1].content
    assert scene.replies[1].content.startswith("> Where are the ferries?")


def outsider(world: World) -> Scene:
    """Somebody who has the bot for themselves, in a server that does not have it."""
    person = world.discord.person("bob", installed=True)
    server = world.discord.server("Elsewhere", members=[person], has_bot=False)
    return Scene(world, person, server.channel("talk"))


def test_near_the_tokens_end_it_is_said_where_no_message_can_be_written(world: World, held: SlowOwner) -> None:
    scene = outsider(world)
    with begun_ago(world.discord, 15 * 60 - 45 - 1.0):
        begun = scene.begins(command=True)
    assert begun is not None
    world.wait_until(lambda: "ask again" in begun.text, "the apology")
    held.release()
    time.sleep(SETTLED)
    assert SENTENCE not in begun.text


def test_after_the_tokens_end_it_is_said_in_private_where_no_message_can_be_written(
    world: World, held: SlowOwner
) -> None:
    scene = outsider(world)
    with token_life(world.discord, 0.5):
        scene.begins(command=True)
        time.sleep(0.7)
        held.release()
        scene.is_told("ask again")


# Questions and placeholders that are deleted


@pytest.mark.parametrize("late", [False, True], ids=["before the note", "after the note"])
def test_a_deleted_question_is_answered_and_that_is_said(scene: Scene, held: SlowOwner, late: bool) -> None:
    before = len(held.questions)
    question = scene.asks()
    heard = (lambda: scene.replies) if late else (lambda: len(held.questions) > before)
    scene.world.wait_until(heard, "the question")
    scene.person.deletes(question)
    time.sleep(SETTLED)
    held.release()
    answer = scene.is_answered()
    scene.world.wait_until(lambda: "The question was deleted" in answer.content, "the word that it was deleted")


@pytest.mark.parametrize("command", [True, False], ids=["command", "mention"])
def test_an_answer_whose_placeholder_was_deleted_is_a_new_message(world: World, held: SlowOwner, command: bool) -> None:
    scene = world.scene()
    scene.begins(command=command)
    world.wait_until(lambda: scene.replies and NOTE in scene.replies[0].content, "the note")
    world.newsroom.owner.deletes(scene.replies[0])  # type: ignore[attr-defined]  # the owner is a Person
    held.release()
    scene.is_answered()


def test_nobody_hears_of_an_answer_whose_channel_was_deleted_but_the_asker(scene: Scene, held: SlowOwner) -> None:
    scene.begins()
    scene.channel.delete()
    held.release()
    scene.is_told("That channel is not there any more.")


# Permissions


@pytest.mark.parametrize(
    ("missing", "sentence"),
    [("send_messages", "Send Messages"), ("view_channel", "View Channel"), ("read_message_history", "Message History")],
)
def test_a_permission_that_was_taken_away_is_named_to_the_asker(
    scene: Scene, held: SlowOwner, missing: str, sentence: str
) -> None:
    scene.begins()
    scene.channel.deny(missing)
    held.release()
    if missing == "read_message_history":  # an answer that is no reply does as well
        scene.world.wait_until(lambda: scene.told or scene.replies, "an answer or a word")
        if scene.replies:
            scene.is_answered()
            return
    scene.is_told(sentence)
    assert scene.channel.mention in scene.told[0].content
    assert not scene.replies


@pytest.mark.parametrize("missing", ["send_messages", "read_message_history"])
def test_a_mention_where_the_bot_may_not_reply_is_not_passed_over(world: World, missing: str) -> None:
    scene = world.scene(deny=[missing])
    scene.asks()
    world.wait_until(lambda: scene.told or scene.replies, "an answer or a word")
    if scene.replies:
        assert missing == "read_message_history"
        scene.is_answered()
    else:
        scene.is_told({"send_messages": "Send Messages", "read_message_history": "Message History"}[missing])


def test_somebody_who_takes_no_direct_messages_can_still_be_found_in_the_log(world: World) -> None:
    scene = world.scene(deny=["send_messages"])
    scene.person.takes_direct_messages = False
    scene.asks()
    world.wait_until(lambda: "a person could not be told" in world.bot.log, "the log")
    assert not scene.replies
    assert not scene.told


def test_a_command_is_answered_where_the_bot_may_not_write(world: World) -> None:
    scene = world.scene(deny=["send_messages"])
    scene.commands()
    scene.is_answered()


@pytest.mark.parametrize("command", [True, False], ids=["command", "mention"])
def test_without_embeds_the_citations_are_text(world: World, command: bool) -> None:
    scene = world.scene(deny=["embed_links"])
    scene.commands() if command else scene.asks()
    answer = scene.is_answered()
    assert not answer.embeds
    assert FERRIES.title in answer.content
    assert answer.content.count(SENTENCE) == 1


def test_where_no_thread_can_be_opened_the_answer_stands_in_the_channel(world: World) -> None:
    server = world.discord.server("Threads")
    world.set(server, ServerSettings(auto_thread=True))
    scene = world.scene(server, deny=["create_public_threads"])
    scene.asks()
    scene.is_answered()
    assert not scene.channel.threads


# Threads


@pytest.mark.parametrize("command", [True, False], ids=["command", "mention"])
@pytest.mark.parametrize("noted", [True, False], ids=["noted", "not noted"])
@pytest.mark.parametrize(("archived", "locked"), [(True, False), (False, True), (True, True)])
def test_a_thread_that_was_closed_meanwhile(
    world: World, held: SlowOwner, archived: bool, locked: bool, *, noted: bool, command: bool
) -> None:
    """One that is only archived is opened again; of a locked one the asker is told."""
    scene = world.scene()
    scene.channel = scene.channel.thread("talk", by=scene.person)
    scene.begins(command=command)
    if noted:
        world.wait_until(lambda: scene.replies and NOTE in scene.replies[0].content, "the note")
    scene.channel.update(archived=archived, locked=locked)
    held.release()
    world.wait_until(lambda: scene.told or any(SENTENCE in one.content for one in scene.replies), "an answer or a word")
    if scene.told:
        assert locked
        scene.is_told(f"The thread {scene.channel.mention} is")
        assert not any(SENTENCE in one.content for one in scene.replies)
    else:
        scene.is_answered()


# A full disk


@contextmanager
def full_disk(world: World) -> Iterator[None]:
    """The bot cannot make its database any longer, while its log, which is shorter, can go on."""
    most = 400_000
    with closing(sqlite3.connect(world.data_dir / "articles.sqlite3")) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM sqlite_master").fetchone()  # from here on the write-ahead log only grows
        with closing(sqlite3.connect(world.data_dir / "articles.sqlite3", timeout=30)) as writer:
            writer.execute("CREATE TABLE filler (filling BLOB)")
            writer.execute("INSERT INTO filler VALUES (zeroblob(?))", (most,))
            writer.commit()
            writer.execute("DROP TABLE filler")
            writer.commit()
            assert len(world.bot.log) < most / 2
            _, hard = resource.prlimit(world.bot.process.pid, resource.RLIMIT_FSIZE, (most, resource.RLIM_INFINITY))
            try:
                yield
            finally:
                resource.prlimit(world.bot.process.pid, resource.RLIMIT_FSIZE, (hard, hard))


def test_on_a_full_disk_answers_go_on_and_it_is_said(world: World) -> None:
    by_command, by_message, after = world.scene(), world.scene(), world.scene()
    with full_disk(world):
        text = by_command.commands().text
        by_message.asks()
        world.wait_until(lambda: by_message.replies, "the answer")
        for said in (text, by_message.replies[0].text):
            assert SENTENCE in said
            assert "could not be saved" in said
            by_command.world_knows(said)
    after.asks()
    after.is_answered()


# Stopping


@pytest.fixture
def stopping(tmp_path: Path) -> Iterator[World]:
    with opened(tmp_path, Discord()) as world:
        yield world


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=["SIGTERM", "SIGINT"])
def test_asked_to_stop_it_apologises_for_what_it_has_begun(stopping: World, number: signal.Signals) -> None:
    scenes = [stopping.scene() for _ in range(5)]
    stopping.owner.hold()
    for scene in scenes[:2]:
        scene.begins(command=scene is scenes[0])
    waiting = scenes[2].commands(wait="acknowledged")
    for scene in scenes[3:]:
        scene.asks()
    stopping.wait_until(lambda: all(scene.replies for scene in scenes[3:]), "the notes")
    began = time.monotonic()
    stopping.bot.process.send_signal(number)
    assert stopping.bot.wait() == 0
    assert time.monotonic() - began < 10
    assert "restarting" in waiting.text
    for scene in scenes:
        (reply,) = scene.replies
        assert "restarting; please ask again" in reply.content


def test_asked_to_stop_it_leaves_no_note_of_six_questions_in_one_channel(stopping: World) -> None:
    """Even where Discord slows down the edits of that channel."""
    scene = stopping.scene()
    stopping.owner.hold()
    for _ in range(6):
        person = stopping.discord.person("bob")
        stopping.newsroom.join(person)
        person.says(scene.channel, "<@bot> Where are the ferries?")
    stopping.wait_until(lambda: len(scene.replies) == 6, "the notes")
    stopping.discord.fault("PATCH", rf"/channels/{scene.channel.id}/messages/", 429, times=2, retry_after=1.5)
    began = time.monotonic()
    assert stopping.bot.terminate() == 0
    assert time.monotonic() - began < 10
    assert len(scene.replies) == 6
    assert all("restarting; please ask again" in reply.content for reply in scene.replies)


@pytest.mark.parametrize("noted", [True, False], ids=["noted", "not noted"])
def test_after_a_crash_the_next_start_answers_for_what_was_under_way(tmp_path: Path, *, noted: bool) -> None:
    with opened(tmp_path, Discord()) as world:
        by_message, by_command = world.scene(), world.scene()
        world.owner.hold()
        by_message.begins()
        begun = by_command.begins(command=True)
        assert begun is not None
        if noted:
            world.wait_until(lambda: NOTE in begun.text and by_message.replies, "the notes")
        world.bot.kill()
        with running(world.discord, tmp_path):
            world.wait_until(lambda: by_message.replies and "restarted" in by_message.replies[0].text, "an apology")
            world.wait_until(lambda: "restarted" in begun.text, "another")
        assert len(by_message.replies) == len(by_command.replies) == 1
        with closing(sqlite3.connect(tmp_path / "articles.sqlite3")) as stored:
            assert stored.execute("SELECT count(*) FROM discord_questions").fetchone() == (0,)


def test_asked_to_stop_it_ends_an_answer_that_is_nearly_there(stopping: World) -> None:
    scene = stopping.scene()
    stopping.owner.hold()
    scene.begins(command=True)
    threading.Timer(1.5, stopping.owner.release).start()
    assert stopping.bot.terminate() == 0
    scene.is_answered()


def test_asked_to_stop_with_nothing_to_do_it_is_gone_at_once(stopping: World) -> None:
    began = time.monotonic()
    assert stopping.bot.terminate() == 0
    assert time.monotonic() - began < 5
    assert "Traceback" not in stopping.bot.log
    assert " ERROR " not in stopping.bot.log


def test_asked_to_stop_while_discord_is_away_it_is_gone_all_the_same(stopping: World) -> None:
    scene = stopping.scene()
    stopping.owner.hold()
    scene.begins(command=True)
    for method in ("POST", "PATCH", "GET"):
        stopping.discord.fault(method, "/", 503, times=10_000)
    began = time.monotonic()
    assert stopping.bot.terminate() == 0
    assert time.monotonic() - began < 10


# Shards


def test_two_shards_serve_all_servers(tmp_path: Path) -> None:
    with opened(tmp_path, Discord(shards=2)) as world:
        assert sorted(one.shard for one in world.discord.identifies) == [(0, 2), (1, 2)]
        scenes = [world.scene(world.discord.server(f"Server {n}")) for n in range(4)]
        world.owner.hold()
        for scene in scenes:
            scene.asks()
        world.wait_asked(2)
        world.discord.drop()
        world.owner.release()
        for scene in scenes:
            scene.is_answered()
        scenes[0].person.direct_message("Where are the ferries?")
        world.wait_until(lambda: scenes[0].told, "an answer in private")
        assert SENTENCE in scenes[0].told[0].content
