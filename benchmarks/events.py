"""How well reports of one event are put together: `python -m benchmarks.events DATA_DIR`.

DATA_DIR holds news/articles.jsonl[.gz]. The articles of each of the ten months that have most are put together, as a
digest does. `benchmarks/data/event_pairs.jsonl` has 120 pairs of them by their ids, each with whether both report one
event, by our reading of their headlines: 80 drawn at random from those that were together when they were labelled, and
40 of those that were not, though they are as alike as they have to be on average.
"""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.quality.cases import labelled_news
from benchmarks.rows import read_rows
from retrieval.stories.events import events

if TYPE_CHECKING:
    from collections.abc import Sequence

    from retrieval.types import Article

LABELS = Path(__file__).parent / "data" / "event_pairs.jsonl"
MONTHS, MOST = 10, 220  # months, and articles of each that are put together


def main() -> None:
    articles, wrong = labelled_news(__doc__)
    titles, story = {article.id: article.title for article in articles}, stories(articles)
    rows = [row | {"together": story[row["one"]] == story[row["other"]]} for row in read_rows(LABELS)]
    for row in rows if wrong else ():
        if row["together"] != row["one_event"]:
            print(f"{'together' if row['together'] else 'apart'}: {titles[row['one']]} | {titles[row['other']]}")
    together = [row["one_event"] for row in rows if row["together"]]
    one_event = [row["together"] for row in rows if row["one_event"]]
    print(f"of {len(together)} pairs that are together {sum(together)} report one event")
    print(f"of {len(one_event)} pairs that report one event {sum(one_event)} are together")


def stories(articles: Sequence[Article]) -> dict[str, tuple[str, int]]:
    """Returns the story that each article of the largest months is in, by its id."""
    by_month: dict[str, list[Article]] = defaultdict(list)
    for article in articles:
        if day := article.published_on:
            by_month[f"{day:%Y-%m}"].append(article)
    largest = sorted(by_month, key=lambda month: len(by_month[month]), reverse=True)[:MONTHS]
    found = {month: events(by_month[month][:MOST]) for month in largest}
    return {
        by_month[month][at].id: (month, number)
        for month, together in found.items()
        for number, places in enumerate(together)
        for at in places
    }


if __name__ == "__main__":
    main()
