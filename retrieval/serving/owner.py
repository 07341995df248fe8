"""One process owns the indexes of a data directory and keeps them up to date; the others ask it.

Chroma opens its files for writing even to read them, so a second process beside the owner could ruin the index. The
owner therefore holds a lock that the system drops when it dies, and answers questions on a local socket whose address
and key stand in a file that only the same user can read.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import secrets
import threading
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout
from pydantic import TypeAdapter

from retrieval.errors import BylineError, DirectoryHeld, explained
from retrieval.types import Answer, Question
from retrieval.watching import Unfinished, Watch

if TYPE_CHECKING:
    from collections.abc import Callable
    from multiprocessing.connection import Connection, Listener
    from pathlib import Path

    from retrieval.library import Library

_LOCK = "owner.lock"
_FILE = "owner.json"
_LOOK = 0.05  # seconds between looks at whether the asker still waits
_LOOK_AGAIN = 0.5  # seconds between looks at what is pending
_AFTER_FAILURE = 30.0  # seconds
_log = logging.getLogger("byline")


@dataclass(frozen=True, slots=True)
class Owner:
    """The process that owns a data directory and how to reach it, as it stands in owner.json."""

    pid: int
    command: str
    address: str
    key: str
    keeps_up: bool = False  # it indexes what others stage


class OwnerGone(Exception):
    """The owner ended, or does not answer questions: try to become the owner."""


class Ownership:
    """The right to open the indexes of a data directory, until `close`."""

    def __init__(self, directory: Path, command: str, lock: FileLock) -> None:
        self._directory = directory
        self._command = command
        self._lock = lock
        self._listener: Listener | None = None

    @classmethod
    def take(cls, directory: Path, command: str, *, timeout: float = 0.0) -> Ownership | None:
        """Becomes the owner; returns None if another process still is after `timeout` seconds."""
        lock = FileLock(directory / _LOCK, thread_local=False)
        try:
            lock.acquire(timeout=timeout)
        except Timeout:
            return None
        ownership = cls(directory, command, lock)
        ownership._write(address="", key="")
        return ownership

    def _write(self, address: str, key: str, *, keeps_up: bool = False) -> None:
        owner = Owner(os.getpid(), self._command, address, key, keeps_up)
        fresh = self._directory / f"{_FILE}.{os.getpid()}"
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as file:
            json.dump(asdict(owner), file)
        fresh.replace(self._directory / _FILE)

    def serve(self, answer: Callable[[Question, Watch], Answer], *, keeps_up: bool) -> None:
        """Answers the questions of other processes, in threads, until `close`."""
        from multiprocessing.connection import Listener

        if self._listener is not None:
            return
        key = secrets.token_bytes(32)
        self._listener = Listener(authkey=key)
        self._write(address=str(self._listener.address), key=key.hex(), keeps_up=keeps_up)
        threading.Thread(target=_accept, args=(self._listener, answer), name="owner", daemon=True).start()

    def close(self) -> None:
        (self._directory / _FILE).unlink(missing_ok=True)
        if self._listener is not None:
            self._listener.close()
        self._lock.release()


def _accept(listener: Listener, answer: Callable[[Question, Watch], Answer]) -> None:
    from multiprocessing import AuthenticationError

    while True:
        try:
            connection = listener.accept()
        except (AuthenticationError, EOFError, ConnectionError):
            continue
        except OSError:  # closed
            return
        threading.Thread(target=_serve_one, args=(connection, answer), daemon=True).start()


def _serve_one(connection: Connection, answer: Callable[[Question, Watch], Answer]) -> None:
    with contextlib.suppress(EOFError, OSError), connection:
        question = TypeAdapter(Question).validate_json(connection.recv_bytes())
        watch = Watch(_Broadcast(connection).send)

        def listen() -> None:
            """Stops the answer once the asker sends anything, or goes: it waits no more."""
            with contextlib.suppress(EOFError, OSError):
                connection.recv_bytes()
            watch.stop()

        threading.Thread(target=listen, daemon=True).start()
        try:
            reply = b"+" + TypeAdapter(Answer).dump_json(answer(question, watch))
        except Exception as error:  # noqa: BLE001  (the asker is told; the owner goes on)
            reply = b"-" + str(explained(error, "a question of another process failed")).encode()
        connection.send_bytes(reply)


@dataclass(slots=True)
class _Broadcast:
    """Sends an asker what is written: each sentence once, with its articles, and the words after it as they come."""

    connection: Connection
    _sent: int = 0

    def send(self, unfinished: Unfinished) -> None:
        with contextlib.suppress(OSError):  # an asker that has gone is told by `_serve_one`
            if len(unfinished.statements) != self._sent:
                self._sent = len(unfinished.statements)
                self.connection.send_bytes(b"=" + TypeAdapter(Unfinished).dump_json(unfinished))
            else:
                self.connection.send_bytes(b"~" + unfinished.tentative.encode(errors="replace"))


def owner_of(directory: Path) -> Owner | None:
    """Returns who holds the directory, as far as it has said; None if nobody has."""
    try:
        return Owner(**json.loads((directory / _FILE).read_text()))
    except (OSError, ValueError, TypeError):
        return None


def ask_owner(directory: Path, question: Question, watch: Watch | None = None) -> Answer:
    """Returns the owner's answer; `watch` sees it being written there, and can stop it.

    Raises:
        OwnerGone: there is none, it ended meanwhile, or it is busy with something that answers no questions.
        BylineError: the owner's own error.
    """
    from multiprocessing import AuthenticationError
    from multiprocessing.connection import Client

    owner = owner_of(directory)
    if owner is None or not owner.address:
        raise OwnerGone
    try:
        with Client(owner.address, authkey=bytes.fromhex(owner.key)) as connection:
            connection.send_bytes(TypeAdapter(Question).dump_json(question))
            reply = _reply(connection, watch or Watch())
    except (OSError, EOFError, AuthenticationError) as error:
        raise OwnerGone from error
    if reply[:1] == b"-":
        raise BylineError(reply[1:].decode())
    return TypeAdapter(Answer).validate_json(reply[1:])


def _reply(connection: Connection, watch: Watch) -> bytes:
    """Returns what the owner says at last; what it says until then goes to the watch, whose stop goes to the owner."""
    so_far, stopped = Unfinished(), False
    while True:
        while not connection.poll(_LOOK):
            if watch.stopped and not stopped:
                connection.send_bytes(b"stop")
                stopped = True
        reply = connection.recv_bytes()
        if reply[:1] == b"=":
            so_far = TypeAdapter(Unfinished).validate_json(reply[1:])
        elif reply[:1] == b"~":
            so_far = replace(so_far, tentative=reply[1:].decode())
        else:
            return reply
        watch.show(so_far)


def held_by(directory: Path) -> DirectoryHeld:
    """Returns the error for a directory that another process will not let go of."""
    owner = owner_of(directory)
    who = f"process {owner.pid} (`byline {owner.command}`)" if owner else "another process"
    return DirectoryHeld(f"The data directory {directory} is in use by {who}; wait until it ends, or stop it.")


class Keeper:
    """Keeps up with what other processes stage and withdraw, in a thread beside the one that answers.

    It indexes, erases and finds quotations from `start` until `stop`; holds `working` while it does.
    """

    def __init__(self, library: Library) -> None:
        self._library = library
        self.working = threading.Lock()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="keeper", daemon=True)

    def start(self) -> None:
        """Begins; what is pending now comes first."""
        self._thread.start()

    def stop(self) -> None:
        """Ends after the articles that are being indexed."""
        self._stopping.set()
        self._thread.join()

    def _run(self) -> None:
        from retrieval.library import index_quotations  # which one who only asks the owner does without

        articles, pause = self._library.articles, _LOOK_AGAIN

        def has_more_urgent_work() -> bool:
            return self._stopping.is_set() or articles.count_everywhere("pending") > 0

        while not self._stopping.wait(pause):
            try:
                with self.working:
                    self._library.erase()
                    self._library.index(stop=self._stopping.is_set)
                    index_quotations(articles, stop=has_more_urgent_work)
                pause = _LOOK_AGAIN
            except Exception:  # noqa: BLE001  (a full disk, say: what is pending stays so, and questions are answered)
                _log.exception("Indexing failed; trying again in %d s", _AFTER_FAILURE)
                pause = _AFTER_FAILURE
