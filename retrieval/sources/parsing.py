"""Strangers' pages and documents are parsed one by one by a process of their own, in bounds of time and memory.

A hostile one ends that process, which is started again, and nothing else. The process runs `main`: it reads requests on
standard input, each a line of JSON and then as many bytes as that says, and answers each with one line of JSON.
"""

from __future__ import annotations

import atexit
import contextlib
import functools
import json
import os
import resource
import select
import subprocess
import sys
import threading
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from retrieval.errors import SourceError
from retrieval.sources.validation import PAGES
from retrieval.types import Article

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any

_START = "from retrieval.sources.parsing import main; main()"
_IDLE = 60.0  # seconds after which the process ends; it is started again when it is needed
_OUTPUT = 50  # times `max_bytes`, which all the articles of one file may come to


@dataclass(frozen=True, slots=True)
class Request:
    """What is to be parsed: a file by its name's ending, or what an address gave, with its type."""

    name: str
    source: str
    size: int
    max_bytes: int
    cpu: int
    url: str | None = None
    content_type: str = ""


@dataclass(frozen=True, slots=True)
class ParsingLimits:
    """What may be taken: seconds of processor for a web page and for a document, and bytes of memory.

    In all it may take `patience` times those seconds.
    """

    page: int = 8
    document: int = 30
    patience: float = 3.0
    memory: int = 1 << 30


class ParsingWorker:
    """Parses by a process that is started when it is needed, and again after one that was ended. May be shared."""

    def __init__(self, limits: ParsingLimits = ParsingLimits()) -> None:
        self._limits = limits
        self._process: subprocess.Popen[bytes] | None = None
        self._one_at_a_time = threading.Lock()

    def read(
        self, name: str, data: bytes, source: str, *, max_bytes: int, url: str | None = None, content_type: str = ""
    ) -> Iterator[Article | SourceError]:
        """Yields the articles of a page or document, and an error in the place of each part that cannot be read.

        Raises:
            SourceError: the whole cannot be read.
        """
        cpu = self._limits.page if name.lower().endswith(PAGES) else self._limits.document
        request = Request(name, source, len(data), max_bytes, cpu, url, content_type)
        with self._one_at_a_time:
            answer = self._exchange(json.dumps(asdict(request)).encode() + b"\n" + data, cpu * self._limits.patience)
        for item in answer:
            if "fault" in item:
                raise SourceError(item["fault"])
            yield SourceError(item["error"]) if "error" in item else Article(**item["article"])

    def close(self) -> None:
        """Ends the process."""
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None

    def _exchange(self, request: bytes, seconds: float) -> list[Mapping[str, Any]]:
        process = self._process
        if process is None or process.poll() is not None:
            self.close()
            self._process = process = self._started()
        assert process.stdin is not None and process.stdout is not None  # noqa: S101, PT018  (both are pipes)
        deadline = threading.Timer(seconds, process.kill)
        deadline.start()
        try:
            with contextlib.suppress(BrokenPipeError):
                process.stdin.write(request)
                process.stdin.flush()
            answer = process.stdout.readline()
        finally:
            deadline.cancel()
        if not answer.endswith(b"\n"):
            self.close()
            raise SourceError("reading it takes too long or fails; save its text to a file")
        parsed: list[Mapping[str, Any]] = json.loads(answer)
        return parsed

    def _started(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen(  # noqa: S603  (this Python and a constant)
            [sys.executable, "-P", "-c", _START, str(self._limits.memory)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={"PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "PATH": os.environ.get("PATH", "")},
        )


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
        request = Request(**json.loads(line))
        data = sys.stdin.buffer.read(request.size)
        _bound_time(request.cpu)
        answers.write(json.dumps(list(_answer(request, data))).encode() + b"\n")
        answers.flush()


def _bound_time(seconds: int) -> None:
    used = resource.getrusage(resource.RUSAGE_SELF)
    most = int(used.ru_utime + used.ru_stime) + seconds + 1
    resource.setrlimit(resource.RLIMIT_CPU, (most, resource.getrlimit(resource.RLIMIT_CPU)[1]))


def _answer(request: Request, data: bytes) -> Iterator[dict[str, object]]:
    from retrieval.sources.documents import read_document
    from retrieval.sources.validation import failures_told

    left = _OUTPUT * request.max_bytes
    try:
        with failures_told():
            for item in read_document(request, data):
                if isinstance(item, SourceError):
                    yield {"error": str(item)}
                    continue
                left -= len(item.text)
                if left < 0:
                    raise SourceError("it holds too much text; add it in parts")  # noqa: TRY301
                yield {"article": asdict(item)}
    except SourceError as error:
        yield {"fault": str(error)}
