"""How well it is told which side a quotation speaks for: `python -m benchmarks.stances DATA_DIR`.

DATA_DIR holds news/articles.jsonl[.gz]. `benchmarks/data/stances.jsonl` has 146 quotations of its articles, drawn at
random from those that the rules of quotation find (of 120 from articles whose title names a law, a plan, a deal or the
like), as offsets, each with what it is on, in our words, and whether it speaks for that, against it, or neither, by our
reading. Words that speak for the other side are worse than words of which nothing is told.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from benchmarks.quality.cases import labelled_news
from benchmarks.rows import read_rows
from retrieval.text.stance import side

LABELS = Path(__file__).parent / "data" / "stances.jsonl"


def main() -> None:
    news, wrong = labelled_news(__doc__)
    articles = {article.id: article for article in news}
    told: Counter[str] = Counter()
    for row in read_rows(LABELS):
        text = articles[row["article"]].text[row["start"] : row["end"]]
        found, wanted = side(text), row["side"]
        told["right" if found == wanted else "opposite" if found and wanted else "told" if found else "not told"] += 1
        if wrong and found != wanted:
            print(f"{wanted}, told as {found}: {row['topic']}: {' '.join(text.split())}")
    number = told.total()
    print(f"{told['right']} of {number} right ({told['right'] / number:.1%})")
    print(f"the opposite of {told['opposite']} ({told['opposite'] / number:.1%})")
    print(f"nothing of {told['not told']} that speak for a side, a side of {told['told']} that speak for none")


if __name__ == "__main__":
    main()
