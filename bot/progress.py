"""How far indexing is: a bar in a terminal, a line now and then elsewhere; on standard error, to keep pipes clean."""

from __future__ import annotations

import contextlib
import sys
import time
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.progress import Progress as RichProgress
    from rich.progress import TaskID

    from retrieval.library import IndexingProgress

_LINE_EVERY = 10.0  # seconds, where there is no terminal
_MINUTES_READ_BETTER = 100  # seconds


class ProgressBar(Protocol):
    def say(self, line: str) -> None:
        """Shows a line that concerns the whole."""

    def update(self, progress: IndexingProgress) -> None:
        """Shows how far it is."""


@contextlib.contextmanager
def progress_bar() -> Iterator[ProgressBar]:
    """Shows a bar that appears with its first update; one that is never updated shows nothing."""
    bar = _Bar() if sys.stderr.isatty() else _Lines()
    try:
        yield bar
    finally:
        bar.close()


def describe(progress: IndexingProgress, seconds: float) -> str:
    """Returns a line as "120 of 4,752 articles, 1,903 passages, 3.1 articles/s, 49 passages/s, 24 min left"."""
    speed = progress.articles / seconds if seconds > 0 else 0.0
    seconds_left = (progress.articles_total - progress.articles) / speed if speed else 0.0
    left = f"{seconds_left:.0f} s" if seconds_left < _MINUTES_READ_BETTER else f"{seconds_left / 60:.0f} min"
    return (
        f"{progress.articles:,} of {progress.articles_total:,} articles, {progress.parts:,} {progress.part}s, "
        f"{speed:.1f} articles/s, {progress.parts / max(seconds, 1e-9):.0f} {progress.part}s/s, {left} left"
    )


def counted(number: int, thing: str) -> str:
    """Returns a number as in "1 article" and "4,752 articles"."""
    return f"{number:,} {thing}{'' if number == 1 else 's'}"


class _Teller:
    def say(self, line: str) -> None:
        print(line, file=sys.stderr, flush=True)  # noqa: T201  (this is where the user is told)


class _Lines(_Teller):
    def __init__(self) -> None:
        self._started = self._last = 0.0
        self._latest: IndexingProgress | None = None

    def update(self, progress: IndexingProgress) -> None:
        if self._latest is None or self._latest.part != progress.part:  # quotations come after passages
            self.close()
            self._started = self._last = time.monotonic()
        self._latest = progress
        if (now := time.monotonic()) - self._last >= _LINE_EVERY:
            self._last = now
            self.say(describe(progress, now - self._started))

    def close(self) -> None:
        if self._latest is not None and self._latest.parts:
            made = counted(self._latest.parts, self._latest.part)
            self.say(f"Indexed {counted(self._latest.articles, 'article')}, {made}.")


class _Bar(_Teller):
    def __init__(self) -> None:
        self._started = 0.0
        self._progress: RichProgress | None = None
        self._task: TaskID | None = None

    def update(self, progress: IndexingProgress) -> None:
        if self._progress is None:
            from rich.console import Console
            from rich.progress import BarColumn, Progress, TextColumn

            self._started = time.monotonic()
            columns = TextColumn("Indexing"), BarColumn(), TextColumn("{task.description}")
            self._progress = Progress(*columns, console=Console(stderr=True))
            self._task = self._progress.add_task("", total=progress.articles_total)
            self._progress.start()
        assert self._progress is not None and self._task is not None  # noqa: S101, PT018  (opened above)
        text = describe(progress, time.monotonic() - self._started)
        self._progress.update(self._task, completed=progress.articles, total=progress.articles_total, description=text)

    def close(self) -> None:
        if self._progress is not None:
            self._progress.stop()
