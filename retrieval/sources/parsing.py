"""Strangers' pages, feeds and documents are parsed one by one by a process of their own, in bounds of time and memory.

A hostile one ends that process, which is started again, and nothing else: of an archive the other files are read. The
process runs `main`. It reads requests on standard input, each a line of JSON and then as many bytes as that says, and
answers each with lines of JSON, the last of which is its "end", a "feed", the "next" file of an archive or a "fault".
"""

from __future__ import annotations

import atexit
import contextlib
import datetime as dt
import functools
import json
import os
import resource
import select
import subprocess
import sys
import threading
import time
from dataclasses import asdict, dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING

from retrieval.errors import SourceError
from retrieval.sources.feeds import FeedEntry, ParsedFeed
from retrieval.sources.validation import PAGES, failures_told
from retrieval.types import Article

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any

    from retrieval.sources.documents import Document

_START = "from retrieval.sources.parsing import main; main()"
_IDLE = 60.0  # seconds after which the process ends; it is started again when it is needed
_OUTPUT = 50  # times `max_bytes`, which all the articles of one part may come to
_FEED = "feed"  # for the name of a file
_SLOW_FEED = "reading it takes too long or fails; it is tried again later"
_FAILS = "reading it takes too long or fails; save its text to a file"
_LAST = ("end", "feed", "next", "fault")  # one of these is in the last line of an answer


@dataclass(frozen=True, slots=True)
class ParsingLimits:
    """What may be taken: seconds of processor for a web page and for a document, and bytes of memory.

    What lies in an archive may take as much each; its files are read in turns of some seconds, between which others get
    theirs, for as long as `archive` says. By the clock a turn may take `patience` times its seconds.
    """

    page: int = 8
    document: int = 30
    turn: float = 5.0
    archive: float = 900.0
    patience: float = 3.0
    memory: int = 1 << 30


@dataclass(frozen=True, slots=True)
class Request:
    """What is to be parsed: a file by its name's ending, or what an address gave, with its type.

    `done` counts the files of an archive that were read before.
    """

    name: str
    source: str
    size: int
    max_bytes: int
    limits: ParsingLimits
    url: str | None = None
    content_type: str = ""
    done: int = 0
    now: str | None = None


class ParsingWorker:
    """Parses by a process that is started when it is needed, and again after one that was ended. May be shared."""

    def __init__(self, limits: ParsingLimits = ParsingLimits()) -> None:
        self._limits = limits
        self._process: subprocess.Popen[bytes] | None = None
        self._one_at_a_time = threading.Lock()

    def read(
        self, name: str, data: bytes, source: str, *, max_bytes: int, url: str | None = None, content_type: str = ""
    ) -> Iterator[Article | SourceError]:
        """Yields the articles of a page, document or archive, and an error in the place of each that cannot be read.

        Raises:
            SourceError: the whole cannot be read, or the rest of an archive.
        """
        request: Request | None = Request(name, source, len(data), max_bytes, self._limits, url, content_type)
        end = time.monotonic() + self._limits.archive
        while request is not None:
            with self._one_at_a_time:
                answer = list(self._answered(request, data))
            for line in answer:
                if "article" in line:
                    yield Article(**line["article"])
                elif "error" in line:
                    yield SourceError(line["error"])
            last = answer[-1]
            if "fault" in last:
                raise SourceError(last["fault"])
            if "next" in last and time.monotonic() > end:
                raise SourceError(f"what comes after {last['place']} is left out, since it takes long; add it in parts")
            request = replace(request, done=last["next"]) if "next" in last else None

    def read_feed(self, data: bytes, address: str, *, now: dt.datetime | None = None) -> ParsedFeed:
        """Reads a feed or a sitemap as `feeds.read_feed` does.

        Raises:
            SourceError: it is none, or cannot be read in bounds.
        """
        told = now.isoformat() if now else None
        request = Request(_FEED, address, len(data), 0, self._limits, now=told)
        with self._one_at_a_time:
            *_, last = self._answered(request, data)
        if "fault" in last:
            raise SourceError(_SLOW_FEED if last["fault"] == _FAILS else last["fault"])
        return parsed_feed(last["feed"])

    def close(self) -> None:
        """Ends the process."""
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None

    def _answered(self, request: Request, data: bytes) -> Iterator[Mapping[str, Any]]:
        """Sends a request and yields the lines of the answer; a last one too where the process does not come to it."""
        process = self._process
        if process is None or process.poll() is not None:
            self.close()
            self._process = process = subprocess.Popen(  # noqa: S603  (this Python and a constant)
                [sys.executable, "-P", "-c", _START, str(self._limits.memory)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env={"PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "PATH": os.environ.get("PATH", "")},
            )
        assert process.stdin is not None and process.stdout is not None  # noqa: S101, PT018  (both are pipes)
        deadline = threading.Timer(seconds_for(request) * self._limits.patience, process.kill)
        deadline.start()
        begun: Mapping[str, Any] | None = None
        try:
            with contextlib.suppress(BrokenPipeError):
                process.stdin.write(json.dumps(asdict(request)).encode() + b"\n" + data)
                process.stdin.flush()
            for line in process.stdout:
                if not line.endswith(b"\n"):
                    break
                told: Mapping[str, Any] = json.loads(line)
                begun = told if "begun" in told else begun
                yield told
                if not told.keys().isdisjoint(_LAST):
                    return
        finally:
            deadline.cancel()
        self.close()
        if begun is None:
            yield {"fault": _FAILS}
        else:
            yield {"error": f"{begun['place']}: {_FAILS}."}
            yield {"next": begun["begun"] + 1, "place": begun["place"]}


def seconds_for(request: Request) -> float:
    """Returns how many seconds of processor an answer may take."""
    limits = request.limits
    return limits.page if request.name.lower().endswith(PAGES) else limits.turn + limits.document


@functools.cache
def worker() -> ParsingWorker:
    """Returns the worker of this process."""
    shared = ParsingWorker()
    atexit.register(shared.close)
    return shared


def main() -> None:
    """Answers requests until there are no more, or none has come for a while."""
    memory = int(sys.argv[1])
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints is no answer
    while select.select([sys.stdin], [], [], _IDLE)[0] and (line := sys.stdin.buffer.readline()):
        told = json.loads(line)
        request = Request(**told | {"limits": ParsingLimits(**told["limits"])})
        answers_to = feed_told if request.name == _FEED else answer_to
        for answer in answers_to(request, sys.stdin.buffer.read(request.size)):
            answers.write(json.dumps(answer).encode() + b"\n")
            answers.flush()


def answer_to(request: Request, data: bytes) -> Iterator[dict[str, object]]:
    """Yields the lines of an answer: the articles and errors of what was not read before, until a turn is over."""
    from retrieval.sources.documents import Document, parts

    name, source, limits, place = request.name, request.source, request.limits, request.source
    document = Document(name, source, data, request.max_bytes, request.url, request.content_type)
    begin = bound_time(limits.document)
    try:
        with failures_told():
            for number, part in islice(enumerate(parts(document)), request.done, None):
                if isinstance(part, SourceError):
                    yield {"error": str(part)}
                    continue
                used = bound_time(limits.page if part.name.lower().endswith(PAGES) else limits.document) - begin
                if number > request.done and used > limits.turn:
                    yield {"next": number, "place": place}
                    return
                place = part.source
                yield from lines_of(number, part)
                bound_time(limits.document)  # to unpack the next
    except SourceError as error:
        yield {"fault": str(error)}
    else:
        yield {"end": True}


def feed_told(request: Request, data: bytes) -> Iterator[dict[str, object]]:
    """Yields the one line that tells what a feed holds."""
    from retrieval.sources.feeds import read_feed

    bound_time(request.limits.document)
    try:
        with failures_told():
            feed = read_feed(data, request.source, now=dt.datetime.fromisoformat(request.now) if request.now else None)
    except SourceError as error:
        yield {"fault": str(error)}
    else:
        yield {"feed": asdict(feed) | {"pause": feed.pause.total_seconds() if feed.pause else None}}


def parsed_feed(told: Mapping[str, Any]) -> ParsedFeed:
    """Returns a feed as a line tells it."""
    entries = tuple(FeedEntry(**entry) for entry in told["entries"])
    pause = None if told["pause"] is None else dt.timedelta(seconds=told["pause"])
    return ParsedFeed(told["title"], told["site"], entries, pause, tuple(told["parts"]))


def lines_of(number: int, part: Document) -> Iterator[dict[str, object]]:
    """Yields the articles and errors of one part as lines; before them, of a file of an archive, that it is begun.

    Raises:
        SourceError: it cannot be read, or holds too much.
    """
    from retrieval.sources.documents import read_part

    if part.depth:
        yield {"begun": number, "place": part.source}
    left = _OUTPUT * part.max_bytes
    for item in read_part(part):
        if isinstance(item, SourceError):
            yield {"error": str(item)}
            continue
        left -= len(item.text)
        if left < 0:
            raise SourceError("it holds too much text; add it in parts")
        yield {"article": asdict(item)}


def bound_time(seconds: int) -> float:
    """Lets this process have so many seconds of processor from now on; returns how many it had up to now."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    spent = used.ru_utime + used.ru_stime
    resource.setrlimit(resource.RLIMIT_CPU, (int(spent) + seconds + 1, resource.getrlimit(resource.RLIMIT_CPU)[1]))
    return spent
