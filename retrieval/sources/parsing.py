"""The process in which strangers' pages and documents are parsed, one by one, in bounds of time and memory.

`python -c "from retrieval.sources.parsing import main; main()"` reads requests on standard input and answers each with
one line of JSON. A request is a line of JSON, then as many bytes as that says.
"""

from __future__ import annotations

import json
import os
import resource
import select
import sys
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from retrieval.errors import SourceError

if TYPE_CHECKING:
    from collections.abc import Iterator

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
