"""What somebody wrote, as people read it; and which messages without a mention are for the bot."""

from __future__ import annotations

import pytest

from bot.discord_bot.markdown import plain_text, with_words
from bot.discord_bot.messages import Listening

NAMES = {10: "", 11: "Bob", 12: "#harbour"}
ALICE, BOB, CHANNEL, THREAD = 1, 2, 5, 6


@pytest.mark.parametrize(
    ("content", "shown"),
    [
        ("<@10> what did <@!11> say in <#12>?", " what did Bob say in #harbour?"),
        ("<@&77> @everyone @here why?", "   why?"),
        ("<:wave:123456> hi <a:dance:99>", " hi "),
        ("since <t:1679313600:R>", "since 2023-03-20"),
        ("since <t:99999999999999999:R>", "since "),
        ("use </ask:123456>", "use /ask"),
        ("1 < 2 and <b>", "1 < 2 and <b>"),
    ],
)
def test_tokens_of_discord_become_words(content: str, shown: str) -> None:
    assert with_words(content, NAMES) == shown


@pytest.mark.parametrize(
    ("content", "shown"),
    [
        ("**What** did *Putin* __say__?", "What did Putin say?"),
        ("```\nWhat did Putin say?\n```", "What did Putin say?"),
        ("```txt\nWhat did Putin say?```", "What did Putin say?"),
        ("> quoted\n# What\n-# now?", "quoted What now?"),
        (" # What\n- did he\n  * say?\n> - Then?", "What did he say? Then?"),
        ("-5 degrees - or +5?\n#news", "-5 degrees - or +5? #news"),
        ("||secret|| ~~old~~ `code`", "secret old code"),
        ("see [this page](https://example.org/a) please", "see this page please"),
        ("snake_case, 5*3 and a_b", "snake_case, 5*3 and a_b"),
        (r"\*not bold\*", "*not bold*"),
    ],
)
def test_markdown_is_taken_off(content: str, shown: str) -> None:
    assert plain_text(content) == shown


class Clock:
    now = 1_000.0

    def __call__(self) -> float:
        return self.now


def test_a_question_is_for_the_bot_and_chatter_is_not() -> None:
    listening = Listening(Clock())
    assert listening.is_for_bot(CHANNEL, ALICE, asks=True)
    assert not listening.is_for_bot(CHANNEL, ALICE, asks=False)


@pytest.mark.parametrize("replies", [True, False], ids=["as a reply", "right after"])
def test_whom_a_person_has_answered_the_bot_leaves_alone_for_a_while(*, replies: bool) -> None:
    clock = Clock()
    listening = Listening(clock)
    assert listening.is_for_bot(CHANNEL, ALICE, asks=True)
    assert not listening.is_for_bot(CHANNEL, BOB, asks=replies, replies_to=ALICE if replies else None)
    assert not listening.is_for_bot(CHANNEL, ALICE, asks=True)
    assert listening.is_for_bot(CHANNEL, BOB, asks=True), "others can ask"
    clock.now += 700
    assert listening.is_for_bot(CHANNEL, ALICE, asks=True)


def test_a_thread_in_which_another_person_has_written_is_theirs() -> None:
    listening = Listening(Clock())
    assert listening.is_for_bot(THREAD, ALICE, asks=True, opener=ALICE)
    assert listening.is_for_bot(THREAD, ALICE, asks=True, opener=ALICE)
    assert not listening.is_for_bot(THREAD, BOB, asks=False, opener=ALICE)
    assert not listening.is_for_bot(THREAD, ALICE, asks=True, opener=ALICE)


def test_what_is_remembered_is_bounded() -> None:
    listening = Listening(Clock())
    for channel in range(3_000):
        listening.is_for_bot(channel, ALICE, asks=True)
        listening.is_for_bot(channel, BOB, asks=False, opener=ALICE)
    assert [len(listening._asked), len(listening._among_people), len(listening._taken)] == [1_000] * 3
