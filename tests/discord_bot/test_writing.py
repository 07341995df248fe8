"""An answer that a chat model writes, on Discord: shown sentence by sentence, at a pace, and stopped by who asked."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from tests.discord_bot.desk import Desk, opened
from tests.discord_bot.process import FERRIES, FIRST_SENTENCE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.discord_emulator.channels import Channel
    from tests.discord_emulator.messages import Message

FINAL = f"{FERRIES.text[:FIRST_SENTENCE]} [[1]](<{FERRIES.url}>)"
SENTENCES = tuple(f"Sentence {number} of the writer." for number in range(1, 40))
TENTATIVE = "and perhaps"  # what the owner tells beside each sentence


class WritingDesk(Desk):
    """A bot with a chat model."""

    def written_in(self, channel: Channel) -> Message:
        """The message in which an answer has begun to be written."""
        self.discord.wait_until(lambda: any("of the writer" in m.text for m in channel.messages), what="a sentence")
        return channel.messages[-1]

    def answered(self, channel: Channel) -> Message:
        self.discord.wait_until(lambda: FINAL in channel.messages[-1].text, what="the answer")
        return channel.messages[-1]


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WritingDesk]:
    model = {"chat_model": "openai:any", "chat_base_url": "http://127.0.0.1:9/v1"}
    with opened(WritingDesk, tmp_path_factory.mktemp("desk"), **model) as desk:
        desk.owner.pause = 0.3
        yield desk


def test_sentences_appear_as_they_are_written_a_second_apart_and_the_answer_takes_their_place(
    desk: WritingDesk,
) -> None:
    channel = desk.server.channel("pace")
    desk.owner.writes = SENTENCES[:18]
    desk.alice.says(channel, "<@bot> Where are they?")
    message = desk.answered(channel)
    sent = desk.discord.requests("POST", rf"/channels/{channel.id}/messages$")
    edits = desk.discord.requests("PATCH", rf"/channels/{channel.id}/messages/{message.id}$")
    assert len(sent) == 1
    assert len(edits) >= 3
    assert all(later.at - sooner.at >= 0.95 for sooner, later in pairwise([*sent, *edits]))
    assert all(TENTATIVE not in str(each.body) for each in (*sent, *edits))
    assert message.buttons[0].label == "Sources"


def test_privacy_tells_of_the_model(desk: WritingDesk) -> None:
    channel = desk.server.channel("privacy")
    told = desk.alice.slash(channel, "privacy").text
    assert "the chat model openai:any" in told
    assert "What Byline keeps" in told


def test_who_asked_stops_the_model_by_the_button(desk: WritingDesk) -> None:
    channel = desk.server.channel("stop")
    desk.owner.writes = SENTENCES
    desk.alice.says(channel, "<@bot> Where are they?")
    message = desk.written_in(channel)
    assert "not yours" in desk.bob.presses(message, "Stop").text
    desk.alice.presses(message, "Stop")
    assert desk.answered(channel).id == message.id
    assert desk.owner.stopped


def test_a_question_that_is_deleted_stops_the_model(desk: WritingDesk) -> None:
    channel = desk.server.channel("deleted")
    desk.owner.writes, desk.owner.stopped = SENTENCES, False
    desk.alice.says(channel, "<@bot> Where are they?")
    desk.written_in(channel)
    desk.alice.deletes(channel.messages[0])
    assert "deleted meanwhile" in desk.answered(channel).text
    assert desk.owner.stopped
