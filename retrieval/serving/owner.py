"""One process owns the indexes of a data directory and keeps them up to date; the others ask it.

Chroma opens its files for writing even to read them, so a second process beside the owner could ruin the index. The
owner therefore holds a lock that the system drops when it dies, and answers questions on a local socket whose address
and key stand in a file that only the same user can read. Who asks waits as long as the owner gives signs of life.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import secrets
import socket
import stat
import struct
import tempfile
import threading
import time
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout
from pydantic import TypeAdapter

from retrieval.errors import BylineError, DirectoryHeld, ServerAway, explained
from retrieval.memory import give_back
from retrieval.types import Answer, Question
from retrieval.watching import Unfinished, Watch

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import ThreadPoolExecutor
    from multiprocessing.connection import Connection

    from retrieval.library import Library

_LOCK, _FILE, _SOCKET = "owner.lock", "owner.json", "owner.sock"
_LONGEST_ADDRESS = 100  # bytes; a socket's path may have 107
_LONGEST_CARD = 10_000  # bytes
_WAITING = 128  # askers whom the system keeps until they are heard
_AT_ONCE = 4  # answers that are made for others at the same time
_LOOK = 0.05  # seconds between looks at whether the other side says something
_ENDING = 8.0  # seconds that an owner that ends takes at most to answer who was heard
_SIGN = 1.0  # seconds between signs of life, and between looks at whether card and socket are still there
SILENCE = 4.0  # seconds after which who gives no sign of life is given up
_LOOK_AGAIN = 0.5  # seconds between looks at what is pending
_AFTER_FAILURE = 30.0  # seconds
_TIDY = 20.0  # seconds of the processor after which freed memory goes back to the system
_PING = b"?"
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
    """The owner ended, or cannot be reached: try to become the owner, or to reach it once more."""


class Ownership:
    """The right to open the indexes of a data directory, until `close`."""

    def __init__(self, directory: Path, command: str, lock: FileLock) -> None:
        self._directory = directory
        self._owner = Owner(os.getpid(), command, address="", key="")
        self._lock = lock
        self._server: socket.socket | None = None
        self._file: tuple[int, int, int] | None = None  # of the socket
        self._pool: ThreadPoolExecutor | None = None
        self._closing = threading.Event()
        self._askers: list[threading.Thread] = []

    @classmethod
    def take(cls, directory: Path, command: str, *, timeout: float = 0.0) -> Ownership | None:
        """Becomes the owner; returns None if another process still is after `timeout` seconds."""
        lock = FileLock(directory / _LOCK, thread_local=False)
        try:
            lock.acquire(timeout=timeout)
        except Timeout:
            return None
        if is_heard(directory):  # somebody has removed the file of the lock
            lock.release()
            return None
        ownership = cls(directory, command, lock)
        ownership._write_card()
        return ownership

    def serve(self, answer: Callable[[Question, Watch], Answer], *, keeps_up: bool) -> None:
        """Answers the questions of other processes, in threads, until `close`."""
        from concurrent.futures import ThreadPoolExecutor

        if self._pool is not None:
            return
        try:
            self._server = _listen(self._directory)
        except OSError as error:
            _log.warning("Other processes cannot ask meanwhile (%s)", error)
            return
        self._pool = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="answer")
        key = secrets.token_bytes(32)
        self._owner = replace(self._owner, address=self._server.getsockname(), key=key.hex(), keeps_up=keeps_up)
        self._file = _file_of(self._owner.address)
        self._write_card()
        threading.Thread(target=self._accept, args=(self._pool, key, answer), name="owner", daemon=True).start()

    def stop(self) -> None:
        """Hears nobody any more, and answers those who were heard, for a while."""
        self._closing.set()
        if self._server is not None:
            self._server.close()
            Path(self._owner.address).unlink(missing_ok=True)
        give_up = time.monotonic() + _ENDING
        for asker in self._askers:
            asker.join(max(0.0, give_up - time.monotonic()))
        if self._pool is not None:
            self._pool.shutdown(wait=False, cancel_futures=True)

    def close(self) -> None:
        """Lets go of the directory."""
        self.stop()
        (self._directory / _FILE).unlink(missing_ok=True)
        self._lock.release()

    def _write_card(self) -> None:
        fresh = self._directory / f"{_FILE}.{os.getpid()}"
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as file:
            json.dump(asdict(self._owner), file)
        fresh.replace(self._directory / _FILE)

    def _accept(self, pool: ThreadPoolExecutor, key: bytes, answer: Callable[[Question, Watch], Answer]) -> None:
        """Hears each asker in a thread of its own, so that none can keep the others waiting."""
        from multiprocessing.connection import Connection

        while not self._closing.is_set() and self._server is not None:
            self._mend()
            try:
                peer, _ = self._server.accept()
                asker = Connection(_bounded(peer).detach())
                thread = threading.Thread(target=_serve_one, args=(asker, key, pool, answer), daemon=True)
                thread.start()
                self._askers = [one for one in self._askers if one.is_alive()] + [thread]
            except TimeoutError:
                continue
            except (OSError, RuntimeError) as error:  # closed, or there are too many files or threads
                self._closing.wait(_SIGN)
                if not self._closing.is_set():
                    _log.warning("A question of another process could not be taken (%s)", error)

    def _mend(self) -> None:
        """Makes the card and the socket anew, where somebody has removed or replaced them."""
        try:
            if _file_of(self._owner.address) != self._file and not self._closing.is_set():
                self._server, old = _listen(self._directory), self._server
                self._owner = replace(self._owner, address=self._server.getsockname())
                self._file = _file_of(self._owner.address)
                if old is not None:
                    old.close()
            if owner_of(self._directory) != self._owner and not self._closing.is_set():
                self._write_card()
        except OSError as error:
            _log.warning("Other processes cannot ask just now (%s)", error)


def _listen(directory: Path) -> socket.socket:
    """Returns a socket that listens in the data directory, or in a temporary one where that path is too long."""
    address = str((directory / _SOCKET).absolute())
    if len(os.fsencode(address)) > _LONGEST_ADDRESS:
        short = [place for place in (tempfile.gettempdir(), "/tmp") if len(os.fsencode(place)) < _LONGEST_ADDRESS - 40]  # noqa: S108  (a folder of our own is made there)
        address = str(Path(tempfile.mkdtemp(prefix="byline-", dir=short[0])) / _SOCKET)
    server = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    Path(address).unlink(missing_ok=True)  # what a killed owner left
    server.bind(address)
    Path(address).chmod(0o600)
    server.listen(_WAITING)
    server.settimeout(_SIGN)
    return server


def _bounded(peer: socket.socket) -> socket.socket:
    """Lets each reading from and writing to a socket, and connecting it, fail after a while."""
    peer.setblocking(True)
    for limit in (socket.SO_RCVTIMEO, socket.SO_SNDTIMEO):
        peer.setsockopt(socket.SOL_SOCKET, limit, struct.pack("ll", int(SILENCE), 0))
    return peer


def _hang_up(peer: socket.socket) -> None:
    """Lets whoever reads from a socket hear its end."""
    with contextlib.suppress(OSError):  # it was closed meanwhile
        peer.shutdown(socket.SHUT_RDWR)


def _file_of(address: str) -> tuple[int, int, int] | None:
    """Returns what tells a socket's file from another of its name; None where that is no socket."""
    with contextlib.suppress(OSError):
        found = os.lstat(address)
        return (found.st_dev, found.st_ino, found.st_mtime_ns) if stat.S_ISSOCK(found.st_mode) else None
    return None


def _serve_one(
    connection: Connection,
    key: bytes,
    pool: ThreadPoolExecutor,
    answer: Callable[[Question, Watch], Answer],
) -> None:
    """Hears one asker, and gives it signs of life until it has its answer."""
    from concurrent.futures import wait
    from multiprocessing import AuthenticationError
    from multiprocessing.connection import answer_challenge, deliver_challenge

    asker = _Asker(connection)
    unheard = (EOFError, OSError, ValueError, RuntimeError, AssertionError, AuthenticationError, OwnerGone)
    with contextlib.suppress(*unheard), connection:
        deliver_challenge(connection, key)
        answer_challenge(connection, key)
        heard = connection.recv_bytes()
        if heard == _PING:
            asker.send(b"+")
            return
        question = TypeAdapter(Question).validate_json(heard)
        watch = Watch(asker.show)
        reply = pool.submit(_reply_to, question, watch, answer)  # RuntimeError: the owner ends
        signed = time.monotonic()
        while not reply.done():
            wait([reply], _LOOK)
            if not watch.stopped and connection.poll(0):  # it wants no more, or has gone
                watch.stop()
            if time.monotonic() > signed + _SIGN:
                signed = time.monotonic()
                asker.send(b".")
        if not reply.cancelled():
            asker.send(reply.result())


def _reply_to(question: Question, watch: Watch, answer: Callable[[Question, Watch], Answer]) -> bytes:
    try:
        return b"+" + TypeAdapter(Answer).dump_json(answer(question, watch))
    except OwnerGone:  # it never was one: who asks is to try it
        raise
    except BaseException as error:  # noqa: BLE001  (the asker is told; the owner goes on, also after a panic in Rust)
        return b"-" + str(explained(error, "a question of another process failed")).encode()


@dataclass(slots=True)
class _Asker:
    """Sends an asker what is written: each sentence once, with its articles, and the words after it as they come."""

    connection: Connection
    _sent: int = 0
    _sending: threading.Lock = field(default_factory=threading.Lock)

    def send(self, message: bytes) -> None:
        """Sends a whole message at a time, whichever thread it comes from."""
        with self._sending:
            self.connection.send_bytes(message)

    def show(self, unfinished: Unfinished) -> None:
        with contextlib.suppress(OSError):  # an asker that has gone is told by `_serve_one`
            if len(unfinished.statements) != self._sent:
                self._sent = len(unfinished.statements)
                self.send(b"=" + TypeAdapter(Unfinished).dump_json(unfinished))
            else:
                self.send(b"~" + unfinished.tentative.encode(errors="replace"))


def owner_of(directory: Path) -> Owner | None:
    """Returns who holds the directory, as far as it has said; None if nobody has."""
    try:
        descriptor = os.open(directory / _FILE, os.O_RDONLY | os.O_NONBLOCK)  # no pipe is waited for
        with os.fdopen(descriptor, "rb") as card:
            return Owner(**json.loads(card.read(_LONGEST_CARD)))
    except (OSError, ValueError, TypeError):
        return None


def processor_time(owner: Owner | None) -> int:
    """Returns how many ticks of the processor an owner has had, 0 where that is not told; a stopped one has no more."""
    try:
        after_name = Path(f"/proc/{owner.pid}/stat").read_text("ascii", "replace").rpartition(")")[2] if owner else ""
        return sum(map(int, after_name.split()[11:13]))
    except (OSError, ValueError):
        return 0


def is_owned(directory: Path) -> bool:
    """Tells whether a process holds the lock of a data directory."""
    if not (directory / _LOCK).is_file() or not os.access(directory, os.W_OK):
        return False
    lock = FileLock(directory / _LOCK)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        return True
    lock.release()
    return False


def is_heard(directory: Path) -> bool:
    """Tells whether the owner of a data directory gives a sign of life when it is spoken to."""
    try:
        with _connect(directory) as connection:
            connection.send_bytes(_PING)
            return connection.recv_bytes() == b"+"
    except (OwnerGone, OSError, EOFError):
        return False


def ask_owner(directory: Path, question: Question, watch: Watch | None = None) -> Answer:
    """Returns the owner's answer; `watch` sees it being written there, and can stop it.

    Raises:
        OwnerGone: there is none, it ended meanwhile, or gives no sign of life.
        BylineError: the owner's own error.
    """
    try:
        with _connect(directory) as connection:
            connection.send_bytes(TypeAdapter(Question).dump_json(question))
            reply = _reply(connection, watch or Watch())
        if reply[:1] == b"+":
            return TypeAdapter(Answer).validate_json(reply[1:])
    except (OSError, EOFError, ValueError) as error:
        raise OwnerGone from error
    raise BylineError(reply[1:].decode())


def _connect(directory: Path) -> Connection:
    """Returns a connection to the owner, each of whom has shown to know the key.

    Raises:
        OwnerGone: there is none, or it gives no sign of life.
    """
    from multiprocessing import AuthenticationError
    from multiprocessing.connection import Connection, answer_challenge, deliver_challenge

    owner = owner_of(directory)
    if owner is None or not owner.address:
        raise OwnerGone
    try:
        key = bytes.fromhex(owner.key)
        with _bounded(socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)) as peer:
            peer.connect(owner.address)
            connection = Connection(os.dup(peer.fileno()))
            slow = threading.Timer(SILENCE, _hang_up, [peer])  # one that sends a byte now and then is never silent
            slow.start()
            try:
                answer_challenge(connection, key)
                deliver_challenge(connection, key)
            finally:
                slow.cancel()
    except (OSError, EOFError, ValueError, TypeError, AuthenticationError, AssertionError) as error:
        raise OwnerGone from error
    return connection


def _reply(connection: Connection, watch: Watch) -> bytes:
    """Returns what the owner says at last; what it says until then goes to the watch, whose stop goes to the owner.

    Raises:
        TimeoutError: it gives no sign of life.
    """
    so_far, stopped, heard = Unfinished(), False, time.monotonic()
    while True:
        while not connection.poll(_LOOK):
            if time.monotonic() > heard + SILENCE:
                raise TimeoutError
            if watch.stopped and not stopped:
                connection.send_bytes(b"stop")
                stopped = True
        reply, heard = connection.recv_bytes(), time.monotonic()
        if reply[:1] in (b"+", b"-"):
            return reply
        if reply[:1] == b"=":
            so_far = TypeAdapter(Unfinished).validate_json(reply[1:])
        elif reply[:1] == b"~":
            so_far = replace(so_far, tentative=reply[1:].decode())
        else:
            continue  # a sign of life
        watch.show(so_far)


def held_by(directory: Path) -> DirectoryHeld:
    """Returns the error for a directory that another process will not let go of."""
    owner = owner_of(directory)
    who = f"process {owner.pid} (`byline {owner.command}`)" if owner else "another process"
    return DirectoryHeld(
        f"The data directory {directory} is in use by {who}, which gives no answer just now: wait until it ends, or "
        f"end it; if somebody stopped it, `kill -CONT {owner.pid if owner else 'PID'}` lets it go on."
    )


class Keeper:
    """Keeps up with what other processes stage and withdraw, in a thread beside the one that answers.

    It indexes, erases, finds quotations and repeats from `start` until `stop`; holds `working` while it does. What all
    threads have freed goes back to the system now and then.
    """

    def __init__(self, library: Library) -> None:
        self._library = library
        self.working = threading.Lock()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="keeper", daemon=True)

    def start(self) -> None:
        """Begins; what is pending now comes first."""
        self._thread.start()

    def stop(self, timeout: float | None = None) -> bool:
        """Ends after the articles that are being indexed; returns whether that was so within `timeout` seconds."""
        self._stopping.set()
        self._thread.join(timeout)
        return not self._thread.is_alive()

    def _run(self) -> None:
        from retrieval.library import index_quotations, index_repeats  # which one who only asks the owner does without

        articles, pause, tidied = self._library.articles, _LOOK_AGAIN, time.process_time()

        def has_more_urgent_work() -> bool:
            return self._stopping.is_set() or articles.count_everywhere("pending") > 0

        while not self._stopping.wait(pause):
            try:
                with self.working:
                    self._library.erase()
                    self._library.index(stop=self._stopping.is_set)
                    index_quotations(articles, stop=has_more_urgent_work)
                    index_repeats(articles, stop=has_more_urgent_work)
                if time.process_time() > tidied + _TIDY:
                    give_back()
                    tidied = time.process_time()
                pause = _LOOK_AGAIN
            except ServerAway as error:
                _log.warning("%s Trying again in %d s", error, _AFTER_FAILURE)
                pause = _AFTER_FAILURE
            except BaseException:  # noqa: BLE001  (a full disk, a panic in Rust: what is pending stays so)
                _log.exception("Indexing failed; trying again in %d s", _AFTER_FAILURE)
                pause = _AFTER_FAILURE
