"""Files of public data: an object of JSON a line, gzipped by suffix."""

from __future__ import annotations

import gzip
import json
from typing import TYPE_CHECKING, Any

from retrieval.errors import BylineError

if TYPE_CHECKING:
    from pathlib import Path


def read_rows(path: Path) -> list[dict[str, Any]]:
    opened = gzip.open if path.suffix == ".gz" else open
    with opened(path, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines if line.strip()]


def data_file(data: Path, name: str) -> Path:
    """Returns the file of a name, gzipped or not.

    Raises:
        BylineError: there is none.
    """
    if not (files := sorted(data.glob(f"{name}*"))):
        raise BylineError(f"{data} lacks {name}[.gz]; docs/quality.md tells its layout.")
    return files[0]
