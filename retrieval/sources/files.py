"""Targets to files, and files to articles. Errors are values here, so that one bad file does not end a long reading."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING

from retrieval.errors import SourceError
from retrieval.sources.bounds import Limit
from retrieval.sources.kinds import KINDS, is_readable, is_text
from retrieval.sources.naming import checked, located
from retrieval.sources.rows import plain_rows, read_rows
from retrieval.sources.texts import read_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from retrieval.types import Article


def read_sources(targets: Iterable[str], *, max_bytes: int) -> Iterator[Article | SourceError]:
    """The articles of files and folders in order, and an error in the place of each that cannot be read.

    `max_bytes` bounds a text file and a row, decompressed. A file is known by its real path, so that one file has one
    identity under whatever name it was given.
    """
    for found in _files(targets):
        if isinstance(found, SourceError):
            yield found
        else:
            yield from _read_file(found, max_bytes)


def source_of(target: str) -> str:
    """What a file is known by: its absolute path without symbolic links; id and source of a text file's article."""
    return Path(os.path.realpath(target)).as_posix()


def _read_file(path: Path, max_bytes: int) -> Iterator[Article | SourceError]:
    limit = Limit(max_bytes, "BYLINE_MAX_FILE_BYTES")
    try:
        source = _checked_source(path)
        with path.open("rb") as file:
            if is_text(path.name):
                yield read_text(file, path.name, source, limit)
            else:
                yield from read_rows(plain_rows(file, path.name), source, limit)
    except SourceError as error:
        yield error
    except OSError as error:
        yield _unreadable(path, error)


def _checked_source(path: Path) -> str:
    try:
        return checked("path", source_of(str(path)))
    except SourceError as error:
        raise located(str(path), error) from None


def _files(targets: Iterable[str]) -> Iterator[Path | SourceError]:
    for target in targets:
        try:
            yield from _files_of(target)
        except (OSError, ValueError) as error:  # ValueError: NUL in a path
            yield _unreadable(Path(target), error)


def _files_of(target: str) -> Iterator[Path | SourceError]:
    path = Path(target)
    if target.lower().startswith(("http://", "https://")):
        yield located(target, SourceError("web pages cannot be added yet; save the text to a .txt file and add that"))
    elif target and path.is_dir():
        yield from _files_in(path)
    elif not target or not path.exists():
        yield located(target or '""', SourceError("there is no such file or folder; check its spelling"))
    elif not path.is_file() or not is_readable(path.name):
        yield located(target, SourceError(f"only {KINDS} files and folders of them can be added; convert it to one"))
    else:
        yield path


def _files_in(folder: Path) -> Iterator[Path | SourceError]:
    """The readable files of a folder and the folders in it, sorted; links to folders, which may loop, are not followed.

    Hidden files are skipped, and README files, which tell of the articles beside them and are none themselves. A
    README given by its own name is read.
    """
    empty = True
    errors: list[OSError] = []
    for name, folders, files in os.walk(folder, onerror=errors.append):
        folders[:] = sorted(inner for inner in folders if not inner.startswith("."))
        for file in sorted(files):
            path = Path(name, file)
            if is_readable(file) and not file.lower().startswith((".", "readme")) and not _is_endless(path):
                empty = False
                yield path
    for error in errors:
        empty = False
        yield _unreadable(Path(os.fsdecode(error.filename or folder)), error)
    if empty:
        yield located(str(folder), SourceError(f"the folder holds no {KINDS} files; add another"))


def _is_endless(path: Path) -> bool:
    """Whether it is a pipe or a device, which might never end. Where it cannot be told, reading will tell why."""
    try:
        return not stat.S_ISREG(path.stat().st_mode)
    except OSError:
        return False


def _unreadable(path: Path, error: OSError | ValueError) -> SourceError:
    reason = (isinstance(error, OSError) and error.strerror) or str(error)
    return located(str(path), SourceError(f"it cannot be read ({reason}); check that it exists and may be read"))
