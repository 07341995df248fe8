"""Reports of the same words, one for each server, each with a secret that no other server may see."""

from __future__ import annotations

import re

from retrieval.types import Article


def secret(server: int | str) -> str:
    return f"secret{server}x"


def secrets_in(*shown: object) -> set[str]:
    """Of all that the results hold, down to the texts of their articles."""
    return set(re.findall(r"secret\d+x", repr(shown)))


def report(server: int | str) -> Article:
    """The secret stands in every field that is shown."""
    own = secret(server)
    return Article(
        id="report",
        title=f"Harbour report {own}",
        text=f"The harbour master told the town why the harbour was closed. The secret of the harbour is {own}.",
        byline=f"By {own}",
        publisher=f"Harbour News {own}",
        published="2023-03-20",
        url=f"https://example.org/{own}",
        source=f"upload/{own}.txt",
    )
