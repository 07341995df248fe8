"""What is true of a data directory in one file, and back: articles and their history, feeds, settings of servers.

The file is a gzipped tar of `manifest.json`, which tells format, schema, sizes and hashes, and of `articles.sqlite3`
without what can be made again (passages, quotations), what is still to be erased, and what people asked on Discord.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import gzip
import hashlib
import io
import json
import os
import shutil
import sqlite3
import tarfile
import tempfile
import time
import zlib
from contextlib import closing
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from retrieval.checksums import sha256
from retrieval.errors import LibraryError, remedy_of_the_machine

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import IO, Any, BinaryIO

FORMAT = 1
LAST_BACKUP = "backup"  # the fact that tells when one was made, in ISO 8601
_DATABASE, _MANIFEST = "articles.sqlite3", "manifest.json"
_NO_ARCHIVE = (
    *(tarfile.TarError, EOFError, zlib.error, gzip.BadGzipFile),
    *(ValueError, KeyError, TypeError, RecursionError),
)
_LONGEST_MANIFEST = 1_000_000  # bytes
_BLOCK = 1 << 20
_LEFT_OUT = ("passages", "quotes", "sketches", "discord_messages", "discord_votes", "discord_questions")
_UNLOCKED = ("byline.log", "owner.lock", "schema.lock", "reindex.lock")
_RESTORING = ".restoring"
_UNFINISHED = ".byline-backup-"
_LONGEST_BACKUP = 86_400  # seconds
_BEFORE = "before-upgrade-"
_KEPT_DAYS = 14  # since what is removed from the library is to go


@dataclass(frozen=True, slots=True)
class Backup:
    """What a backup says of itself."""

    made: str
    byline: str
    articles: int


def make_backup(directory: Path, file: Path) -> Backup:
    """Writes a backup of a data directory, consistent also while other processes write; an older one is replaced.

    Raises:
        LibraryError: there is nothing to back up, or no folder for it, or `file` is there and no backup.
        OSError: it cannot be written.
    """
    database = directory / _DATABASE
    if not database.is_file():
        raise LibraryError(f"There is no library in {directory} to back up; name another with --data-dir.")
    if not file.absolute().parent.is_dir():
        raise LibraryError(f"There is no folder {file.absolute().parent}: make it, or name a file in another.")
    if file.exists():
        try:
            read_manifest(file)
        except LibraryError as error:
            raise LibraryError(f"{file} is there already and no backup of Byline: name another file.") from error
    now = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
    _remove_abandoned(file.absolute().parent, f"{_UNFINISHED}*")
    with tempfile.TemporaryDirectory(dir=file.absolute().parent, prefix=_UNFINISHED) as folder:
        copied, packed = Path(folder) / _DATABASE, Path(folder) / "packed"
        try:
            known = _copy(database, copied)
        except sqlite3.OperationalError as error:
            raise LibraryError(remedy_of_the_machine(error, copied.parent, directory) or str(error)) from error
        manifest = known | {"format": FORMAT, "byline": version("byline"), "made": now}
        manifest["files"] = {_DATABASE: {"bytes": copied.stat().st_size, "sha256": sha256(copied)}}
        with tarfile.open(packed, "w:gz", compresslevel=5) as archive:
            told = json.dumps(manifest, indent=1).encode()
            archive.addfile(_entry(_MANIFEST, len(told)), io.BytesIO(told))
            with copied.open("rb") as content:
                archive.addfile(_entry(_DATABASE, copied.stat().st_size), content)
        packed.chmod(0o600)
        with packed.open("rb") as written:
            os.fsync(written.fileno())
        packed.replace(file)
    with contextlib.suppress(sqlite3.Error), closing(sqlite3.connect(database, timeout=30)) as connection, connection:
        connection.execute("DELETE FROM facts WHERE name = ?", (LAST_BACKUP,))
        connection.execute("INSERT INTO facts SELECT ?, ?", (LAST_BACKUP, now))
    return _told(manifest)


def _remove_abandoned(folder: Path, pattern: str) -> None:
    """Removes what backing up or restoring that was killed has left in a folder, since it holds articles."""
    for left in folder.glob(pattern):
        with contextlib.suppress(OSError):
            if left.stat().st_mtime < time.time() - _LONGEST_BACKUP:
                shutil.rmtree(left) if left.is_dir() else left.unlink()


def _entry(name: str, size: int) -> tarfile.TarInfo:
    """Returns what the archive says of a file: nobody's, and to be read by nobody else."""
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode = size, 0o600
    return entry


def _copy(database: Path, to: Path) -> dict[str, Any]:
    """Copies what is true, as of one moment; returns what there is to say of it."""
    unchanging = "" if os.access(database.parent, os.W_OK) else "?immutable=1"
    uri = f"{database.absolute().as_uri()}{unchanging}"
    with closing(sqlite3.connect(uri, uri=True, timeout=30)) as source, closing(sqlite3.connect(to)) as copy:
        source.backup(copy)
        copy.execute("PRAGMA journal_mode=DELETE")
        tables = {name for (name,) in copy.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        columns = {name for _, name, *_ in copy.execute("PRAGMA table_info(articles)")}
        if not {"articles", "facts", "alembic_version"} <= tables:
            raise LibraryError(f"{database} is no library of Byline; name another --data-dir.")
        with copy:
            for table in tables.intersection(_LEFT_OUT):
                copy.execute(f"DELETE FROM {table}")  # noqa: S608  (one of ours)
            copy.execute("DELETE FROM articles WHERE state = 'gone'")
            copy.execute("DELETE FROM facts WHERE name IN ('fingerprint', 'index', 'index mark')")
            for version in columns.intersection(("quoted", "clustered")):
                copy.execute(f"UPDATE articles SET {version} = 0")  # noqa: S608  (one of ours)
        copy.execute("VACUUM")
        (articles,) = copy.execute("SELECT count(*) FROM articles").fetchone()
        versions = [table for table in ("alembic_version", "discord_version") if table in tables]
        schemas = {name: copy.execute(f"SELECT version_num FROM {name}").fetchone()[0] for name in versions}  # noqa: S608
    return {"articles": articles, "schemas": schemas}


def restore_backup(file: Path, directory: Path) -> Backup:
    """Puts the articles of a backup into an empty directory, where their indexes are then to be made.

    It may be killed at any moment: the articles are there whole, or not at all.

    Raises:
        LibraryError: the file is no whole backup, or the directory is not empty.
        OSError: it cannot be read, or the directory cannot be written.
    """
    try:
        names = [entry.name for entry in directory.iterdir()] if directory.exists() else []
    except OSError as error:
        raise LibraryError(f"{directory} cannot be read ({error.strerror}); name another with --data-dir.") from error
    if not all(name in _UNLOCKED or name.endswith(_RESTORING) for name in names):
        raise LibraryError(f"{directory} is not empty: name an empty directory, or a new one, with --data-dir.")
    manifest = read_manifest(file)
    directory.mkdir(parents=True, exist_ok=True, mode=0o700)
    _remove_abandoned(directory, f"*{_RESTORING}")
    descriptor, name = tempfile.mkstemp(dir=directory, prefix=_DATABASE, suffix=_RESTORING)  # for its owner alone
    restoring = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as copy:
            _unpack(file, manifest["files"][_DATABASE], copy)
        if not _holds_tables_alone(restoring):
            raise LibraryError(f"{file} holds no library of Byline's making: take another copy, or an older backup.")
        _put(restoring, directory / _DATABASE)
    finally:
        restoring.unlink(missing_ok=True)
    return _told(manifest)


def _unpack(file: Path, expected: Mapping[str, Any], copy: BinaryIO) -> None:
    """Writes the database of a backup, held against its size and hash.

    Raises:
        LibraryError: it is not whole, or another.
    """
    try:
        with tarfile.open(file, "r:gz") as archive:
            member = archive.extractfile(_DATABASE)
            digest = _copied(member, copy, int(expected["bytes"])) if member else None
    except _NO_ARCHIVE as error:
        raise LibraryError(f"{file} is no whole backup ({error}): take another copy of it, or an older one.") from error
    copy.flush()
    os.fsync(copy.fileno())
    if digest != expected["sha256"]:
        raise LibraryError(f"{file} is damaged (its hash is another): take another copy of it, or an older backup.")


def _put(restoring: Path, database: Path) -> None:
    """Gives a restored database its name, never in the place of another: somebody might have that open.

    Raises:
        LibraryError: a process has made one meanwhile.
    """
    try:
        os.link(restoring, database)
    except FileExistsError as error:
        raise LibraryError(
            f"Another process has begun to use {database.parent}: end it, and restore into an empty directory."
        ) from error
    except OSError:  # a file system without links
        restoring.replace(database)


def _holds_tables_alone(file: Path) -> bool:
    """Tells whether a file is a sound database of articles, without triggers and views, which act by themselves."""
    with closing(sqlite3.connect(f"file:{quote(str(file))}?mode=ro&immutable=1", uri=True)) as database:
        try:
            kinds = dict(database.execute("SELECT name, type FROM sqlite_master"))
            is_sound = database.execute("PRAGMA quick_check(1)").fetchone() == ("ok",)
        except sqlite3.DatabaseError:
            return False
    return is_sound and "articles" in kinds and {"trigger", "view"}.isdisjoint(kinds.values())


def read_manifest(file: Path) -> dict[str, Any]:
    """Returns what a backup says of itself, checked as far as it is needed to restore it.

    Raises:
        LibraryError: it is no backup, or a newer Byline made it.
    """
    try:
        manifest = _manifest_in(file)
        made, facts = manifest["made"], manifest["files"][_DATABASE]
        known = (
            int(manifest["format"]) <= FORMAT
            and {made, facts["sha256"], int(manifest["articles"])}
            and int(facts["bytes"]) >= 0
        )
    except _NO_ARCHIVE as error:
        raise LibraryError(f"{file} is no backup of Byline; name one that `byline backup` made.") from error
    except OSError as error:
        raise LibraryError(
            f"{file} cannot be read ({error.strerror}); check that it is there, and may be read."
        ) from error
    if not known:
        raise LibraryError(f"{file} was made by a newer Byline; upgrade Byline to restore it.")
    return manifest


def _manifest_in(file: Path) -> dict[str, Any]:
    """Returns what the first member of a backup says; nothing where that is not what tells of a backup."""
    if file.exists() and not file.is_file():  # a pipe, which might never end, or a folder
        raise tarfile.ReadError
    with tarfile.open(file, "r:gz") as archive:
        first = archive.next()
        member = archive.extractfile(first) if first and first.name == _MANIFEST else None
        manifest: dict[str, Any] = json.loads(member.read(_LONGEST_MANIFEST)) if member else {}
    return manifest


def backup_before_upgrade(directory: Path, tables: str, version: str) -> None:
    """Makes a backup that an upgrade of some tables can be taken back with, in place of older ones of that kind.

    Raises:
        OSError: it cannot be written.
    """
    file = directory / f"{_BEFORE}{tables}-{version}.tar.gz"
    make_backup(directory, file)
    for older in directory.glob(f"{_BEFORE}{tables}-*.tar.gz"):
        if older != file:
            older.unlink(missing_ok=True)


def remove_old_backups(directory: Path) -> None:
    """Removes those that upgrades left, after two weeks: what is removed from a library is to be gone."""
    oldest = dt.datetime.now().timestamp() - _KEPT_DAYS * 86_400  # noqa: DTZ005  (as files have it)
    for file in directory.glob(f"{_BEFORE}*.tar.gz"):
        if file.stat().st_mtime < oldest:
            file.unlink(missing_ok=True)


def _told(manifest: dict[str, Any]) -> Backup:
    return Backup(str(manifest["made"]), str(manifest.get("byline")), int(manifest.get("articles", 0)))


def _copied(source: IO[bytes], target: IO[bytes], most: int) -> str | None:
    """Copies at most so many bytes and returns their digest; None where there are more, or fewer."""
    digest, left = hashlib.sha256(), most
    while block := source.read(_BLOCK):
        left -= len(block)
        if left < 0:
            return None
        digest.update(block)
        target.write(block)
    return None if left else digest.hexdigest()
