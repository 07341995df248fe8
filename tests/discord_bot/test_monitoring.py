"""What the running bot tells programs that watch it, and what it logs for them."""

from __future__ import annotations

import json
import socket
from contextlib import closing
from typing import TYPE_CHECKING
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.discord_bot.process import BotProcess, running, slow_owner
from tests.discord_emulator import Discord

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def free_port() -> int:
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        port: int = taken.getsockname()[1]
        return port


def get(port: int, path: str) -> tuple[int, str]:
    try:
        with urlopen(f"http://127.0.0.1:{port}{path}", timeout=10) as answer:
            return answer.status, answer.read().decode()
    except HTTPError as error:
        return error.code, error.read().decode()
    except URLError:
        return 0, ""


def metrics(port: int) -> dict[str, float]:
    """Each sample's value, by its name and label."""
    families = text_string_to_metric_families(get(port, "/metrics")[1])
    samples = [sample for family in families for sample in family.samples]
    return {" ".join([sample.name, *sample.labels.values()]): sample.value for sample in samples}


@pytest.fixture
def notified(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[socket.socket]:
    """A socket as systemd gives one to a service, in the abstract namespace."""
    with closing(socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)) as listening:
        name = f"byline-test-{tmp_path.name}"
        listening.bind(f"\0{name}")
        listening.settimeout(20)
        monkeypatch.setenv("NOTIFY_SOCKET", f"@{name}")
        monkeypatch.setenv("WATCHDOG_USEC", str(6_000_000))
        yield listening


def heard(listening: socket.socket, state: str) -> bool:
    """Waits until a state is told, and tells whether it was."""
    return any(listening.recv(100) == state.encode() for _ in range(500))


def test_the_bot_tells_how_it_is_doing_and_logs_as_json(tmp_path: Path, notified: socket.socket) -> None:
    port = free_port()
    settings = {"metrics_port": port, "log_format": "json"}
    with Discord() as discord, slow_owner(tmp_path), running(discord, tmp_path, **settings) as bot:
        assert heard(notified, "READY=1")
        assert heard(notified, "WATCHDOG=1")
        assert get(port, "/healthz") == (200, "ok\n")
        discord.wait_until(lambda: get(port, "/readyz")[0] == 200, what="readiness")
        alice = discord.person("alice")
        channel = discord.server("Newsroom", members=[alice]).channel("news")
        alice.slash(channel, "ask", question="Where are the ferries?")
        alice.says(channel, "<@bot>")
        discord.wait_until(lambda: metrics(port).get("byline_questions_total not taken") == 1, what="the counts")
        told = metrics(port)
        assert told["byline_questions_total answered"] == 1
        assert told["byline_articles ready"] == 1
        assert told["byline_gateway_up"] == 1
        assert told["byline_questions_running"] == told["byline_questions_waiting"] == 0
        assert told["process_resident_memory_bytes"] > 0
        assert "ferries" not in get(port, "/metrics")[1]
        assert bot.terminate() == 0
        assert heard(notified, "STOPPING=1")
    records = [json.loads(line) for line in bot.log.splitlines() if line.startswith("{")]
    answered = next(one for one in records if one["message"].endswith("a question was answered"))
    assert answered["reference"] == answered["message"][:6]
    assert answered["level"] == "INFO"
    assert "ferries" not in bot.log


def test_without_a_connection_it_is_alive_and_not_ready(tmp_path: Path) -> None:
    port = free_port()
    with Discord() as discord:
        discord.fault("GET", "/gateway", 503, times=10_000)
        bot = BotProcess(discord, tmp_path, metrics_port=port)
        try:
            discord.wait_until(lambda: get(port, "/healthz")[0] == 200, 60, "life")
            assert get(port, "/readyz")[0] == 503
            assert get(port, "/metrics")[0] == 200
        finally:
            bot.kill()


def test_a_port_that_is_taken_is_told(tmp_path: Path) -> None:
    with Discord() as discord, closing(socket.create_server(("127.0.0.1", 0))) as taken:
        bot = BotProcess(discord, tmp_path, metrics_port=taken.getsockname()[1])
        assert bot.wait(60) == 1
        assert "BYLINE_METRICS_PORT" in bot.log
        assert "Traceback" not in bot.log
