"""How well expressions of time are told in days: `python -m benchmarks.times DATA_DIR`.

DATA_DIR holds news/articles.jsonl[.gz]. `benchmarks/data/times.jsonl` has 200 expressions of its articles, drawn at
random, as offsets, each with the days that it means by our reading: from and to, null where it is open; none of one
that means no certain days (a season of a league, the name of a series).
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from benchmarks.quality.cases import labelled_news
from benchmarks.rows import read_rows
from retrieval.text.document import document
from retrieval.text.periods import Period, timed

LABELS = Path(__file__).parent / "data" / "times.jsonl"


def main() -> None:
    news, wrong = labelled_news(__doc__)
    articles = {article.id: article for article in news}
    rows = [row for row in read_rows(LABELS) if row["article"] in articles]
    right = 0
    for row in rows:
        article = articles[row["article"]]
        told = days_at(article.text, row["start"], row["end"], article.published_on or dt.date.max)
        wanted = Period(*(day and dt.date.fromisoformat(day) for day in row["days"])) if row["days"] else None
        right += told == wanted
        if wrong and told != wanted:
            print(article.published_on, repr(article.text[row["start"] - 60 : row["end"] + 20]), told, wanted)
    print(f"{right} of {len(rows)} right ({right / len(rows):.1%})")


def days_at(text: str, start: int, end: int, published: dt.date) -> Period | None:
    """Returns the days that an expression of a text means, as its sentence tells them."""
    for sentence in document(text).excerpts:
        if sentence.start <= start < sentence.end:
            found = timed(text[sentence.start : sentence.end], published)
            at = (t for t in found if t.start < end - sentence.start and start - sentence.start < t.end)
            return next((t.period for t in at), None)
    return None


if __name__ == "__main__":
    main()
