"""An emulator and a client in it, for each test anew."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import pytest

from tests.discord_emulator import Discord
from tests.discord_emulator.probe import Bot, emulated, running

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.discord_emulator.channels import Channel
    from tests.discord_emulator.people import Person


@pytest.fixture(autouse=True)
def quiet() -> None:
    logging.getLogger("discord").setLevel(logging.CRITICAL)


@pytest.fixture
def deadline() -> float:
    """Seconds in which interactions must be acknowledged; tests of lateness have a shorter one."""
    return 3.0


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch, deadline: float) -> Iterator[Discord]:
    with emulated(monkeypatch, Discord(ack_deadline=deadline)) as started:
        yield started


@pytest.fixture
def bot(world: Discord) -> Iterator[Bot]:
    with running(Bot(world)) as started:
        yield started.connected()


@pytest.fixture
def alice(world: Discord) -> Person:
    return world.person("alice")


@pytest.fixture
def news(world: Discord, alice: Person) -> Channel:
    return world.server("Newsroom", members=[alice]).channel("news")
