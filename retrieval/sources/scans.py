"""The lines of a scanned PDF, read by tesseract (https://tesseract-ocr.github.io) where that is installed.

Its pages are drawn by pdftoppm, of Poppler. Neither is needed for anything else.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

from retrieval.errors import SourceError

_TOOLS = ("pdftoppm", "tesseract")
_MOST_PAGES = 20
_SECONDS = 80.0  # in all: the process that parses is ended after a little more
_RESOLUTION = "200"  # dots an inch
_REMEDY = "have them read by a text recognition first"


def recognised(data: bytes, pages: int) -> list[list[str]]:
    """Returns the lines of each page of a PDF whose `pages` are pictures.

    Raises:
        SourceError: the tools are not installed, fail, or take too long; or there are more pages than they are given.
    """
    if not all(map(shutil.which, _TOOLS)):
        raise SourceError(f"its pages are pictures without text; {_REMEDY}, or install {' and '.join(_TOOLS)}")
    if pages > _MOST_PAGES:
        raise SourceError(f"it has more than {_MOST_PAGES} pages that are pictures without text; {_REMEDY}")
    end = time.monotonic() + _SECONDS
    with tempfile.TemporaryDirectory() as folder:
        scan = Path(folder, "scan.pdf")
        scan.write_bytes(data)
        _output(end, "pdftoppm", "-gray", "-r", _RESOLUTION, str(scan), f"{folder}/page")
        pictures = sorted(Path(folder).glob("page-*"))
        return [_output(end, "tesseract", str(picture), "stdout").splitlines() for picture in pictures]


def _output(end: float, *command: str) -> str:
    """Returns what a command prints; it may take until `end`."""
    try:
        done = subprocess.run(  # noqa: S603  (one of the tools, and files of our own)
            command,
            capture_output=True,
            check=True,
            timeout=max(end - time.monotonic(), 0),
            env=os.environ | {"OMP_THREAD_LIMIT": "1"},  # threads of tesseract are slower than none
        )
    except (OSError, subprocess.SubprocessError):
        raise SourceError(f"its pages are pictures whose text cannot be read; {_REMEDY}") from None
    return done.stdout.decode(errors="replace")
