"""How the bot is doing, for programs on this machine that watch it: /metrics for Prometheus, /healthz and /readyz.

systemd is told on its socket that the service is ready, is alive and ends (sd_notify(3)). Nothing of what was asked is
told, nor by whom or where.
"""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import os
import socket
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from aiohttp import web
from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.registry import Collector

from bot.threads import off_loop
from retrieval.errors import SettingsError
from retrieval.store.backup import LAST_BACKUP
from retrieval.store.feeds import Feeds

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator, Mapping

    from prometheus_client.metrics_core import Metric

    from bot.discord_bot.asking import Outcome
    from bot.discord_bot.services import Services

_LOOPBACK = "127.0.0.1"
_SECONDS = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)
_STATES = ("ready", "pending", "gone")
_MICROSECONDS = 1_000_000


class Monitoring:
    """Counts what becomes of questions, and tells of the rest as it is when it is asked."""

    def __init__(self, services: Services, answers: Callable[[], bool]) -> None:
        """Takes whether questions can be answered, which may be slow to tell."""
        self._services = services
        self._answers = answers
        self.registry = CollectorRegistry()
        self._questions = Counter(
            "byline_questions", "Questions by what became of them", ["outcome"], registry=self.registry
        )
        self._steps = Histogram(
            "byline_step_seconds", "Seconds by step of an answer", ["step"], buckets=_SECONDS, registry=self.registry
        )
        ProcessCollector(registry=self.registry)
        self.registry.register(_Now(services))

    def observe(self, outcome: Outcome, timings_ms: Mapping[str, float]) -> None:
        """Counts a question, and how long each step of its answer took."""
        self._questions.labels(outcome).inc()
        for step, milliseconds in timings_ms.items():
            self._steps.labels(step).observe(milliseconds / 1_000)

    @asynccontextmanager
    async def serving(self, port: int) -> AsyncIterator[None]:
        """Serves on a port of this machine.

        Raises:
            SettingsError: another program has the port, or it is kept for the system.
        """
        app = web.Application()
        app.add_routes(
            [web.get("/metrics", self._metrics), web.get("/healthz", self._healthz), web.get("/readyz", self._readyz)]
        )
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        try:
            try:
                await web.TCPSite(runner, _LOOPBACK, port).start()
            except OSError as error:
                raise SettingsError(
                    f"BYLINE_METRICS_PORT={port} cannot be opened ({os.strerror(error.errno or 0)}); choose another."
                ) from error
            yield
        finally:
            await runner.cleanup()

    async def _metrics(self, _: web.Request) -> web.Response:
        text = await off_loop(generate_latest, self.registry)
        return web.Response(body=text, headers={"Content-Type": CONTENT_TYPE_LATEST})

    async def _healthz(self, _: web.Request) -> web.Response:
        """Tells that the event loop runs: who answers this is alive."""
        return web.Response(text="ok\n")

    async def _readyz(self, _: web.Request) -> web.Response:
        missing = [
            *([] if self._services.connection.is_ready else ["no connection to Discord"]),
            *([] if await off_loop(self._answers) else ["no indexes to answer from"]),
        ]
        return web.Response(text=", ".join(missing or ["ready"]) + "\n", status=503 if missing else 200)


class _Now(Collector):
    """What is read when it is asked for."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def describe(self) -> Iterator[Metric]:
        """Yields nothing: what there is need not be collected to be registered."""
        yield from ()

    def collect(self) -> Iterator[Metric]:
        services = self._services
        queue, articles = services.queue, services.articles
        yield _gauge("byline_questions_running", "Questions that are being answered", {"": queue.running})
        yield _gauge("byline_questions_waiting", "Questions that wait for their turn", {"": queue.waiting})
        shards = {str(shard): latency for shard, latency in services.connection.latencies.items()}
        yield _gauge("byline_gateway_latency_seconds", "Round trip to Discord's gateway", shards, "shard")
        yield _gauge("byline_gateway_up", "Whether the bot is ready on Discord", {"": services.connection.is_ready})
        counts = {state: articles.count_everywhere(state) for state in _STATES}
        yield _gauge("byline_articles", "Articles by state", counts, "state")
        yield from self._feeds()
        if (backup := articles.fact(LAST_BACKUP)) is not None:
            moment = dt.datetime.fromisoformat(backup).timestamp()
            yield _gauge("byline_backup_timestamp_seconds", "When the last backup was made", {"": moment})

    def _feeds(self) -> Iterator[Metric]:
        feeds, now = Feeds(self._services.articles.engine).of(), dt.datetime.now(dt.UTC)
        failing = sum(feed.failures > 0 for feed in feeds)
        yield _gauge("byline_feeds", "Feeds by state", {"failing": failing, "well": len(feeds) - failing}, "state")
        read = [feed.last_success for feed in feeds if feed.last_success]
        if read:
            ages = {"newest": max(read), "oldest": min(read)}
            values = {labels: (now - moment).total_seconds() for labels, moment in ages.items()}
            yield _gauge("byline_feed_age_seconds", "Since a feed was read successfully", values, "feed")


def _gauge(name: str, told: str, values: Mapping[str, float], label: str = "") -> GaugeMetricFamily:
    """Returns a gauge, its values by what the label is; without a label one value, by ""."""
    family = GaugeMetricFamily(name, told, labels=[label] if label else [])
    for which, value in values.items():
        family.add_metric([which] if label else [], value)
    return family


def notify(state: str) -> None:
    """Tells systemd of a state, such as "READY=1", where it runs the service; what cannot be told is left out."""
    address = os.environ.get("NOTIFY_SOCKET", "")
    if address[:1] not in {"/", "@"}:
        return
    with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as told:
        told.setblocking(False)  # a reader that has stopped must not stop the event loop
        told.connect(f"\0{address[1:]}" if address.startswith("@") else address)
        told.sendall(state.encode())


async def keep_watchdog_quiet() -> None:
    """Tells systemd twice in each of its periods that the event loop runs; waits for ever without a watchdog."""
    period = os.environ.get("WATCHDOG_USEC", "")
    if not period.isdecimal() or os.environ.get("WATCHDOG_PID", str(os.getpid())) != str(os.getpid()):
        await asyncio.Event().wait()
    while True:
        notify("WATCHDOG=1")
        await asyncio.sleep(int(period) / _MICROSECONDS / 2)
