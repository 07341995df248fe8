"""`python -m tests.store.faulty BASE WORK MOST` lets operations on a library's files fail in turn, and reports on each.

BASE is a data directory of `make`; at most MOST operations of each change fail, each with another error. To be started
with `faults.c` loaded before libc. Each try runs in a fork, so that one process imports for all.
"""

from __future__ import annotations

import ctypes
import errno
import importlib
import json
import os
import shutil
import sys
import traceback
from pathlib import Path
from typing import TYPE_CHECKING

from retrieval.errors import LibraryError, Unforeseen, explained
from retrieval.serving.parts import Options
from retrieval.serving.session import Session
from retrieval.store.articles import Articles, open_engine
from retrieval.types import Article
from tests.fakes import WordEncoder, WordSpans

if TYPE_CHECKING:
    from collections.abc import Callable

NAMES = [f"report {n}" for n in range(6)]
HEAVY = (
    "tantivy",
    "retrieval.library",
    "retrieval.search",
    "retrieval.reader",
    "retrieval.serving.owner",
    "alembic.command",
)
ERRORS = (errno.ENOSPC, errno.EIO, errno.EMFILE)
OLD, NEW = "The harbour was closed on the first day.", "The airport was opened on the second day."


def opened(directory: Path) -> Session:
    options = Options(encoder=WordEncoder(), span_model=WordSpans())
    return Session(directory, "faulty", options, articles=Articles(open_engine(directory)))


def change(directory: Path, *, add: list[str], text: str = OLD, remove: list[str] | None = None) -> None:
    with opened(directory) as session:
        session.stage("public", [Article(name, name, text) for name in add], lambda _: None)
        session.articles.withdraw("public", remove or [])
        session.index()


def make(directory: Path) -> None:
    directory.mkdir()
    change(directory, add=NAMES)


def reindex(directory: Path) -> None:
    with opened(directory) as session:
        session.rebuild()
        session.index()


CHANGES: dict[str, tuple[Callable[[Path], None], set[str], dict[str, str]]] = {
    # what is done, which articles it may change, and to what
    "add": (lambda directory: change(directory, add=["late"], text=NEW), {"late"}, {"late": NEW}),
    "replace": (
        lambda directory: change(directory, add=NAMES[:2], text=NEW),
        {*NAMES[:2]},
        dict.fromkeys(NAMES[:2], NEW),
    ),
    "remove": (lambda directory: change(directory, add=[], remove=NAMES[:1]), {*NAMES[:1]}, {}),
    "reindex": (reindex, set(), {}),
}


def in_fork(work: Callable[[], dict[str, object]]) -> dict[str, object]:
    """Returns what a function returns in a process of its own."""
    reading, writing = os.pipe()
    if (child := os.fork()) == 0:
        try:
            told = work()
        except BaseException:  # noqa: BLE001  (reported)
            told = {"crashed": traceback.format_exc()}
        with os.fdopen(writing, "w") as out:
            json.dump(told, out)
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as told_by:
        text = told_by.read()
    _, status = os.waitpid(child, 0)
    report: dict[str, object] = json.loads(text) if text else {"crashed": f"status {status}"}
    return report


def attempt(do: Callable[[Path], None], directory: Path, nth: int, error: int) -> dict[str, object]:
    """Makes a change while one operation fails; reports how it was told."""
    shim = ctypes.CDLL(None)
    shim.fault_disarm.restype = ctypes.c_long
    shim.fault_arm(os.fsencode(directory), ctypes.c_long(nth), error)
    try:
        do(directory)
        outcome: dict[str, object] = {"told": None}
    except Exception as failure:  # noqa: BLE001  (reported)
        told = explained(failure, "a change failed")
        outcome = {"told": str(told), "foreseen": not isinstance(told, Unforeseen)}
        if isinstance(told, Unforeseen):
            outcome["crashed"] = "".join(traceback.format_exception(failure))
    return outcome | {"operations": shim.fault_disarm()}


def state(directory: Path) -> dict[str, object]:
    """Opens a directory as the next process does and reports what it holds, once it is repaired where that is told."""
    repaired = None
    try:
        with opened(directory) as session:
            session.index()
    except LibraryError as error:
        repaired = str(error)
        with opened(directory) as session:
            session.rebuild()
    with opened(directory) as session:
        session.index()
        parts = session.own()
        assert parts is not None
        parts.library.check()
        texts = {row.article.id: row.article.text for row in session.articles.every_ready()}
        return {"texts": texts, "repaired": repaired, "set aside": [row.id for row in session.articles.set_aside()]}


def main(base: Path, work: Path, most: int) -> None:
    for module in ("chromadb.api.client", "chromadb.api.rust", *HEAVY):
        importlib.import_module(module)  # once, for all forks
    for name, (do, changed, to) in CHANGES.items():
        directory = work / name
        shutil.copytree(base, directory)
        total = int(str(in_fork(lambda do=do, at=directory: attempt(do, at, 1 << 40, errno.EIO))["operations"]))  # type: ignore[misc]
        shutil.rmtree(directory)
        for n in range(min(most, total)):
            nth = 1 + n * total // min(most, total)
            shutil.copytree(base, directory)
            tried = in_fork(lambda do=do, at=directory, nth=nth, n=n: attempt(do, at, nth, ERRORS[n % 3]))  # type: ignore[misc]
            after = in_fork(lambda at=directory: state(at))  # type: ignore[misc]
            shutil.rmtree(directory)
            report = {"change": name, "nth": nth, "of": total, "error": errno.errorcode[ERRORS[n % 3]]}
            print(json.dumps(report | tried | {"after": after, "changed": sorted(changed), "to": to}), flush=True)  # noqa: T201


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]))
