"""Where an index stands; and its files' sizes, times and hashes, noted when it is closed and checked when it is opened.

The note is taken away while the index is open, so that one that was not closed has none, and is looked at thoroughly.
"""

from __future__ import annotations

import contextlib
import json
import shutil
from typing import TYPE_CHECKING

from retrieval.checksums import note_of, notes_of, read_notes, write_json
from retrieval.errors import LibraryError, one_line, remedy_of_the_machine

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

PREFIX = "index-"  # of folders of the data directory that each hold an index
REBUILDING = "reindex.lock"  # held by who makes another index
VECTORS, LEXICAL = "vectors", "lexical"  # folders of an index
NOTE = "index.json"
KEPT = "kept"  # folder of a graph of vectors with its files as they were before they were last written
REBUILD = "`byline doctor --repair` makes it anew from the stored articles"


@contextlib.contextmanager
def told_errors(what: str, errors: type[Exception], directory: Path | None = None) -> Iterator[None]:
    """Raises the errors of what keeps an index, also its panics in Rust, as a `LibraryError` with the remedy."""
    try:
        yield
    except BaseException as error:
        if not isinstance(error, errors) and type(error).__name__ != "PanicException":  # which is no Exception
            raise
        remedy = remedy_of_the_machine(error, *([directory] if directory else []))
        damaged = f"The {what} index cannot be used ({one_line(error)}); if its files are damaged, {REBUILD}."
        raise LibraryError(remedy or damaged) from error


def take_note(folder: Path, mark: str | None, *, thorough: bool = False) -> bool:
    """Checks an index against its note, and takes the note away; returns whether there was one.

    Args:
        folder: of the index.
        mark: what the articles' table has noted of the index when it was last changed.
        thorough: whether also files are read whose sizes and times are as they were noted.

    Raises:
        LibraryError: a file was changed by somebody else, or index and articles are not of the same time.
    """
    if not (folder / NOTE).is_file():  # a pipe would be waited for
        return False
    try:
        note = json.loads((folder / NOTE).read_bytes())
        marked, files = note["mark"], read_notes(note["files"])
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        (folder / NOTE).unlink(missing_ok=True)
        return False
    if marked != mark:
        raise LibraryError(
            f"Articles and index are not of the same time, as after copying one of them back; {REBUILD}."
        )
    for name, noted in files.items():
        file = folder / name
        if not file.is_file():
            raise LibraryError(f"The index is damaged ({name} is missing); {REBUILD}.")
        if note_of(file, None if thorough else noted).digest != noted.digest:
            raise LibraryError(f"The index is damaged ({name} was changed by something else); {REBUILD}.")
    (folder / NOTE).unlink()
    return True


def write_note(folder: Path, mark: str | None) -> None:
    """Notes the files of an index that was closed; it needs no copies any more."""
    for kept in (folder / VECTORS).glob(f"*/{KEPT}"):
        shutil.rmtree(kept, ignore_errors=True)
    inside = (file for part in (VECTORS, LEXICAL) for file in (folder / part).rglob("*"))
    files = [file for file in inside if file.is_file() and file.stat().st_size]  # an empty one is a lock
    write_json(folder / NOTE, {"mark": mark, "files": notes_of(files, folder)})


def fresh_name() -> str:
    """Returns the name of an index that no other has, here or on a server that several share."""
    import secrets  # takes longer than what most commands do

    return f"{PREFIX}{secrets.token_hex(4)}"


def remove_unused(directory: Path, used: str, forget: Callable[[Path], None]) -> None:
    """Removes the indexes of a data directory that are not in use, unless one is just being made.

    To be called by the owner alone. They are what was replaced, and what nobody lived to finish.

    Args:
        directory: the data directory.
        used: the folder of the index in use.
        forget: deletes what an index has elsewhere; while that fails its folder stays.
    """
    from filelock import FileLock, Timeout

    unused = [folder for folder in directory.glob(f"{PREFIX}*") if folder.is_dir() and folder.name != used]
    if used.startswith(PREFIX):  # in the place of those in the data directory itself
        unused += [folder for part in (VECTORS, LEXICAL) if (folder := directory / part).is_dir()]
    if unused:
        with contextlib.suppress(Timeout), FileLock(directory / REBUILDING, timeout=0):
            for folder in unused:
                forget(folder)
                shutil.rmtree(folder, ignore_errors=True)
