"""Why nothing is left to answer from, where a question was narrowed to some articles."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from retrieval.store.articles import Articles
    from retrieval.types import Question

_NAMED = 3  # titles of articles without a date
_TITLE = 80  # characters


def nothing_left(articles: Articles, question: Question) -> str | None:
    """Returns a sentence on filters that no article passes, naming those that only lack a date; else None.

    Example:
        "No article here is from “Island Gazette” and of 2024-05-01 or later. 1 has no date, and so cannot count: ..."
    """
    filters = question.filters
    if not filters or articles.count_passing(question.libraries, filters):
        return None
    wanted = (
        f"from “{filters.source}”" if filters.source else "",
        f"of {filters.since} or later" if filters.since else "",
        f"of {filters.until} or earlier" if filters.until else "",
    )
    said = f"No article here is {' and '.join(filter(None, wanted))}."
    titles, count = articles.undated(question.libraries, filters, limit=_NAMED)
    if not count or not (filters.since or filters.until):
        return said
    named = ", ".join(f"“{' '.join(title.split())[:_TITLE]}”" for title in titles)
    rest = f" and {count - len(titles):,} more" if count > len(titles) else ""
    has = "1 has" if count == 1 else f"{count:,} have"
    return f"{said} {has} no date, and so cannot count: {named}{rest}."
