"""The bot as its real process, `python -m bot discord`, and a stand-in for a slow answerer beside it.

with Discord() as discord, running(discord, data_dir) as bot:
    ...                         # the bot is READY
    assert bot.terminate() == 0
    assert "token" not in bot.log
"""

from __future__ import annotations

import contextlib
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Self

from retrieval.serving.owner import Ownership
from retrieval.store.articles import Articles, open_engine
from retrieval.types import Answer, Article, Citation, Extract, Statement
from retrieval.watching import Unfinished
from tests.processes import environment

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from retrieval.types import Question
    from retrieval.watching import Watch
    from tests.discord_emulator import Discord

READY_AFTER = 60.0  # seconds that a start may take on a busy machine
STOPPED_AFTER = 15.0
INVITE = "oauth2/authorize"

FERRIES = Article(
    id="ferries",
    title="Ferries stay in port",
    text="The ferries to Port Ellen stay in port until Thursday. The harbour master blamed the swell.",
    byline="Ann Lee",
    publisher="The Harbour Post",
    published="2023-03-20",
    url="https://example.org/ferries",
)
FIRST_SENTENCE = FERRIES.text.index(".") + 1


class BotProcess:
    """One start of the bot. `data_dir` is also its working directory, so that no .env file of a developer is read."""

    start: tuple[str, ...] = ("-m", "bot")  # what Python is given

    def __init__(self, discord: Discord, data_dir: Path, **settings: object) -> None:
        """Start it, pointed at the emulator; `settings` by their names, such as discord_parallel=1."""
        self.discord = discord
        self._files = [data_dir / f"bot-{time.monotonic_ns()}.{name}" for name in ("out", "err")]
        given = {"discord_token": discord.token, "discord_api": discord.api, **settings}
        with contextlib.ExitStack() as opened:
            out, err = (opened.enter_context(path.open("w")) for path in self._files)
            self.process = subprocess.Popen(
                [sys.executable, *self.start, "discord"],
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=err,
                env=environment(data_dir, **given),
                cwd=data_dir,
            )

    @property
    def out(self) -> str:
        """What it has printed for people so far."""
        return self._files[0].read_text()

    @property
    def log(self) -> str:
        """All that it has written so far, printed and logged."""
        return "".join(path.read_text() for path in self._files)

    @property
    def running(self) -> bool:
        return self.process.poll() is None

    def wait_ready(self, timeout: float = READY_AFTER) -> Self:
        """Return as soon as it hears of what happens in Discord, and has printed the link that adds it to a server."""
        end = time.monotonic() + timeout
        while not (self.discord.connected and INVITE in self.log):
            assert self.running, f"The bot ended with {self.process.returncode}.\n{self.log}"
            assert time.monotonic() < end, f"The bot was not ready in {timeout} s.\n{self.log}\n{self.told()}"
            time.sleep(0.01)
        return self

    def terminate(self, timeout: float = STOPPED_AFTER) -> int:
        """Ask it to stop, as a service manager does; its exit status."""
        self.process.terminate()
        return self.wait(timeout)

    def wait(self, timeout: float = STOPPED_AFTER) -> int:
        """Its exit status, once it ends."""
        try:
            return self.process.wait(timeout)
        except subprocess.TimeoutExpired as error:
            raise AssertionError(f"The bot did not end in {timeout} s.\n{self.log}\n{self.told()}") from error

    def kill(self) -> None:
        """End it as a lost machine does; what was ended already stays so."""
        self.process.kill()
        self.process.wait()

    def told(self) -> str:
        return self.discord.transcript()


@contextmanager
def running(discord: Discord, data_dir: Path, **settings: object) -> Iterator[BotProcess]:
    """A bot that is ready; it is killed with the end of the block."""
    bot = BotProcess(discord, data_dir, **settings)
    try:
        yield bot.wait_ready()
    finally:
        bot.kill()


@dataclass
class SlowOwner:
    """Answers the bot's questions, each with the first sentence of FERRIES, as fast or slow as a test wishes.

    Attributes:
        seconds: that each answer takes.
        writes: sentences that are told before the answer, `pause` seconds apart, unless it is stopped; each counts as
            supported.
        questions: those that arrived, in order; `answered` those of them that are answered.
    """

    seconds: float = 0.0
    writes: tuple[str, ...] = ()
    pause: float = 0.0
    stopped: bool = False
    questions: list[Question] = field(default_factory=list)
    answered: list[Question] = field(default_factory=list)
    _go: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self._go.set()

    def hold(self) -> None:
        """Answer nothing until `release`."""
        self._go.clear()

    def release(self) -> None:
        self._go.set()

    def answer(self, question: Question, watch: Watch) -> Answer:
        self.questions.append(question)
        for written in range(1, len(self.writes) + 1):
            time.sleep(self.pause)
            if watch.stopped:
                self.stopped = True
                break
            watch.show(_written(self.writes[:written]))
        time.sleep(self.seconds)
        self._go.wait()
        self.answered.append(question)
        return _answer(question)


def _written(texts: tuple[str, ...]) -> Unfinished:
    cited = Citation(1, "public", FERRIES, "text", 0, FIRST_SENTENCE)
    return Unfinished(tuple(Statement(text, (1,)) for text in texts), (cited,), "and perhaps")


def _answer(question: Question) -> Extract:
    cited = Citation(1, "public", FERRIES, "text", 0, FIRST_SENTENCE)
    return Extract(question.text, question.text, (Statement(cited.quote, (1,)),), (cited,), total=1, confidence=0.9)


@contextmanager
def slow_owner(data_dir: Path) -> Iterator[SlowOwner]:
    """This process owns the data directory, with FERRIES as its only article: a bot started in it asks this one."""
    data_dir.mkdir(parents=True, exist_ok=True)
    articles = Articles(open_engine(data_dir))
    articles.set_fact("seeded", "yes")
    articles.stage("public", [FERRIES])
    articles.publish(articles.pending(1))
    articles.close()
    ownership = Ownership.take(data_dir, "test")
    assert ownership is not None, f"{data_dir} is owned by another process"
    owner = SlowOwner()
    ownership.serve(owner.answer, keeps_up=True)
    try:
        yield owner
    finally:
        owner.release()
        ownership.close()
