"""What is noted of a file, so that it can be told later whether it is still the same one."""

from __future__ import annotations

import hashlib
import json
import os
from contextlib import suppress
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path


class FileNote(NamedTuple):
    """A file's length in bytes, time of change in nanoseconds, inode, and SHA-256."""

    size: int
    changed: int
    inode: int
    digest: str


def sha256(file: Path) -> str:
    """Returns the SHA-256 of a file, in hexadecimal."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def note_of(file: Path, known: FileNote | None = None) -> FileNote:
    """Returns what is to be noted of a file. It is not read where size, time and inode are as in a known note."""
    stat = file.stat()
    seen = (stat.st_size, stat.st_mtime_ns, stat.st_ino)
    return known if known and known[:3] == seen else FileNote(*seen, sha256(file))


def notes_of(files: Iterable[Path], folder: Path, known: Mapping[str, FileNote] | None = None) -> dict[str, FileNote]:
    """Returns the notes of some files by their names in a folder."""
    named = {file.relative_to(folder).as_posix(): file for file in files}
    return {name: note_of(file, (known or {}).get(name)) for name, file in named.items()}


def read_notes(written: Mapping[str, Iterable[Any]]) -> dict[str, FileNote]:
    """Returns notes as JSON has them; raises a TypeError for what are none."""
    return {name: FileNote(*note) for name, note in written.items()}


def write_json(file: Path, content: object) -> None:
    """Writes a file of JSON that other processes find whole or not at all."""
    fresh = file.with_name(f"{file.name}.{os.getpid()}")
    try:
        fresh.write_text(json.dumps(content), encoding="utf-8")
        fresh.replace(file)
    except OSError:
        with suppress(OSError):
            fresh.unlink(missing_ok=True)
        raise
