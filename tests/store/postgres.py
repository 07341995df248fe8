"""A PostgreSQL server of the tests' own on loopback, where its programs are installed."""

from __future__ import annotations

import hashlib
import os
import pwd
import shutil
import subprocess
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from retrieval.store.articles import open_engine
from tests.index.served import free_port

if TYPE_CHECKING:
    from collections.abc import Iterator

_DEBIAN = "/usr/lib/postgresql/*/bin"
_PATIENCE = 60.0  # seconds


def _programs() -> Path:
    """Returns the folder of the server's programs, or skips with what is missing."""
    pytest.importorskip("psycopg", reason='psycopg is missing: pip install "byline[postgres]"')
    found = [*Path("/").glob(_DEBIAN[1:]), Path(shutil.which("postgres") or "none").resolve().parent]
    for folder in found:
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            return folder
    pytest.skip("PostgreSQL is missing: apt-get install postgresql")


class PostgresRun:
    """A server over a folder of its own, run by a user who is not root, as it demands."""

    def __init__(self) -> None:
        self._programs = _programs()
        self.folder = Path(tempfile.mkdtemp(prefix="byline-postgres-"))
        self.port = free_port()
        self._made = set[str]()
        self.process: subprocess.Popen[bytes] | None = None
        self._user = "postgres" if os.geteuid() == 0 else None
        if self._user:
            owner = pwd.getpwnam(self._user)
            os.chown(self.folder, owner.pw_uid, owner.pw_gid)
        # Ordered by code point, lower case as Unicode has it.
        options = ("-A", "trust", "-U", "byline", "-E", "UTF8", "--lc-collate=C", "--lc-ctype=C.UTF-8", "--no-sync")
        self._run("initdb", "-D", str(self.folder / "data"), *options)

    def _run(self, program: str, *arguments: str) -> None:
        command = [str(self._programs / program), *arguments]
        subprocess.run(command, user=self._user, cwd=self.folder, check=True, capture_output=True)

    def start(self) -> None:
        command = [str(self._programs / "postgres"), "-D", str(self.folder / "data"), "-p", str(self.port), "-F"]
        command += ["-c", "listen_addresses=127.0.0.1", "-c", f"unix_socket_directories={self.folder}"]
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(command, user=self._user, cwd=self.folder, stdout=log, stderr=log)
        end = time.monotonic() + _PATIENCE
        while time.monotonic() < end:
            ready = [str(self._programs / "pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(self.port)]
            if subprocess.run(ready, check=False).returncode == 0:
                return
            assert self.process.poll() is None, (self.folder / "log").read_text()
            time.sleep(0.05)
        raise TimeoutError

    def stop(self) -> None:
        """Ends it at once, as the loss of its machine would."""
        if self.process is not None:
            self._run("pg_ctl", "stop", "-D", str(self.folder / "data"), "-m", "immediate")
            self.process.wait()
            self.process = None

    def database(self, name: str = "postgres") -> str:
        return f"postgresql://byline@127.0.0.1:{self.port}/{name}"

    def database_of(self, directory: Path) -> str:
        """Returns the address of the database of a data directory, which is made when it is asked for first.

        It has the tables already, copied from one that was brought up to date once.
        """
        if not self._made:
            self.execute("CREATE DATABASE migrated")
            open_engine(self.folder, self.database("migrated")).dispose()
            self._made.add("migrated")
        name = f"byline_{hashlib.sha256(str(directory.absolute()).encode()).hexdigest()[:16]}"
        if name not in self._made:
            self.execute(f"CREATE DATABASE {name} TEMPLATE migrated")
            self._made.add(name)
        return self.database(name)

    def execute(self, statement: str) -> None:
        import psycopg

        with psycopg.connect(self.database(), autocommit=True) as connection:
            connection.execute(statement.encode())


@contextmanager
def postgres_run() -> Iterator[PostgresRun]:
    run = PostgresRun()
    try:
        run.start()
        yield run
    finally:
        run.stop()
        shutil.rmtree(run.folder, ignore_errors=True)
