"""How long a shard waits before it connects again, whatever went before."""

from __future__ import annotations

import discord.shard

from bot.discord_bot import client


def test_a_shard_connects_again_within_a_minute_however_often_it_was_cut_off() -> None:
    backoff = vars(discord.shard)["ExponentialBackoff"]()
    assert isinstance(backoff, client.PatientBackoff)
    assert 8 < max(backoff.delay() for _ in range(500)) <= 60
