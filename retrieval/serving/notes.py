"""What is said with an answer of the library it comes from: that it is out of date, that an article was corrected."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from retrieval.feeds.freshness import out_of_date
from retrieval.store.revisions import corrections

if TYPE_CHECKING:
    from retrieval.store.articles import Articles
    from retrieval.types import Answer, Question


def notes(articles: Articles, question: Question, answer: Answer) -> list[str]:
    """Returns a sentence for each; none with a reply that needs no articles."""
    found = corrections(articles.engine, answer.citations)
    if answer.citations or not answer.answered:
        told = out_of_date(articles, question.libraries, dt.datetime.now(dt.UTC))
        found += [told] if told else []
    return found
