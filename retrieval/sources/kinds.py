"""Which kinds of files are read, by the endings of their names."""

from __future__ import annotations

TEXTS = (".txt", ".md")  # one article each
ROWS = (".jsonl", ".jsonl.gz")  # one a line
PAGES = (".html", ".htm", ".xhtml")
DOCUMENTS = (".pdf", ".docx", ".odt", ".epub", ".eml")  # one article each
ARCHIVES = (".mbox", ".zip", ".tar", ".tar.gz", ".tgz", ".warc", ".warc.gz")  # of several
PARSED = PAGES + DOCUMENTS + ARCHIVES  # in a process of their own
KINDS = ", ".join(TEXTS + ROWS + PAGES + DOCUMENTS + ARCHIVES)


def is_readable(name: str) -> bool:
    """Tells whether a file of that name is one of those that are read."""
    return name.lower().endswith(TEXTS + ROWS + PARSED)


def is_wanted(name: str) -> bool:
    """Tells whether a file found in a folder or archive is for articles: readable, not hidden, and no README."""
    return is_readable(name) and not name.lower().startswith((".", "readme", "__"))
