"""How well passages are found, and what each part of the search brings: `python -m benchmarks.search DATA_DIR`.

The news part of `benchmarks.quality`: all its articles in one library, the questions that an article answers. A passage
is relevant if it or its title holds the answer as whole words. Both indexes are asked once for each question; what is
compared is how their lists are ranked, in the table `RANKINGS`. A re-ranker is a function in `RERANKERS`.

- hits@k: the share of questions with a relevant passage in the first k. MRR@10 and nDCG@10 with gain 1 for each; the
  ideal ranking of nDCG begins with as many relevant passages as the library has.
- first half, second half: MRR@10 of two halves of the questions, parted by a hash of their ids. What is chosen is
  chosen on the first; the second tells whether it holds.
- a year on: hits@1 and hits@10 when each question is dated 365 days later: what it costs to prefer recent reports where
  the question is about old ones.

The index is that of `benchmarks.quality`, kept in the same cache.
"""

from __future__ import annotations

import argparse
import datetime as dt
import hashlib
import json
import re
import sys
import tempfile
from dataclasses import asdict, dataclass, replace
from functools import cache
from pathlib import Path
from statistics import fmean
from typing import TYPE_CHECKING

from benchmarks.quality.byline import Byline
from benchmarks.quality.cases import NEWS_LIBRARY, read_part
from benchmarks.quality.measures import contains, count_relevant, ndcg, reciprocal_rank
from bot.bootstrap import options_of, quiet_dependencies
from bot.settings import load_settings
from retrieval.index.lexical import Lexical
from retrieval.index.passages import embedded_text, passages
from retrieval.reader.candidates import candidates as sentences_of
from retrieval.reader.scoring import LinearScorer
from retrieval.search import DEPTH, best_first, fuse, hits, rank, recency
from retrieval.serving.parts import HITS
from retrieval.types import Hit, PassageRef, Question

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from benchmarks.quality.cases import Case, Part
    from benchmarks.quality.measures import Wanted
    from bot.settings import Settings
    from retrieval.reader.scoring import Scorer
    from retrieval.search import Candidates, Scored, Search
    from retrieval.types import Article

    Ranking = Callable[[Candidates, dt.date], list[Scored]]
    Reranker = Callable[[Question, Sequence[Hit]], Sequence[Hit]]

FIRST = 10  # places that are looked at
REREAD = HITS  # hits that a re-ranker puts in order
_RRF = 60  # the constant of Cormack, Clarke and Büttcher (2009)
_YEAR = dt.timedelta(days=365)
_WORD = re.compile(r"\w+")
SIZES = (60, 120, 240)  # words of a passage, with its title and date
COLUMNS = (
    *("hits@1", "hits@3", "hits@10", "MRR@10", "nDCG@10"),
    *("MRR, first half", "second half", "a year on: hits@1", "hits@10"),
)


@dataclass(frozen=True, slots=True)
class Row:
    """The measures of one ranking, in 0..1; None where they were not taken."""

    name: str
    hits_at_1: float
    hits_at_3: float
    hits_at_10: float
    mrr: float
    ndcg: float | None
    first_half: float
    second_half: float
    later_at_1: float | None = None
    later_at_10: float | None = None


@dataclass(frozen=True, slots=True)
class Judge:
    """Knows the answers. `totals` is how many passages of the library hold each; empty if none were counted."""

    cases: Sequence[Case]
    totals: Sequence[int]

    def row(self, name: str, found: Sequence[Sequence[str]], later: Sequence[Sequence[str]] | None = None) -> Row:
        """Of the texts that were found for each question, best first, and of those a year on."""
        relevant = self._relevance(found)
        ranks = [reciprocal_rank(places) for places in relevant]
        halves = [[mrr for mrr, case in zip(ranks, self.cases, strict=True) if _half(case) == n] for n in (0, 1)]
        on = self._relevance(later) if later else None
        return Row(
            name=name,
            hits_at_1=_share(relevant, 1),
            hits_at_3=_share(relevant, 3),
            hits_at_10=_share(relevant, FIRST),
            mrr=_mean(ranks),
            ndcg=_mean([ndcg(*pair) for pair in zip(relevant, self.totals, strict=True)]) if self.totals else None,
            first_half=_mean(halves[0]),
            second_half=_mean(halves[1]),
            later_at_1=_share(on, 1) if on else None,
            later_at_10=_share(on, FIRST) if on else None,
        )

    def _relevance(self, found: Sequence[Sequence[str]]) -> list[list[bool]]:
        pairs = zip(found, self.cases, strict=True)
        return [[_holds(text, case.wanted) for text in texts[:FIRST]] for texts, case in pairs]


@cache
def _holds(text: str, wanted: Wanted) -> bool:
    return contains(text, wanted)


def _half(case: Case) -> int:
    return hashlib.sha256(case.id.encode()).digest()[-1] % 2


def _share(relevant: Iterable[Sequence[bool]], k: int) -> float:
    return _mean([any(places[:k]) for places in relevant])


def _mean(values: Sequence[float]) -> float:
    return fmean(values) if values else 0.0


# Rankings


def reciprocal_ranks(rankings: Sequence[Sequence[Scored]]) -> list[Scored]:
    """Reciprocal rank fusion, times its constant plus one: a first place counts 1."""
    fused: dict[PassageRef, float] = {}
    for ranking in rankings:
        for place, (ref, _) in enumerate(ranking, start=1):
            fused[ref] = fused.get(ref, 0.0) + (_RRF + 1) / (_RRF + place)
    return sorted(fused.items(), key=best_first)


def by_rank(recent: float) -> Ranking:
    return lambda found, asked: _dated(reciprocal_ranks([found.dense, found.lexical]), found, asked, recent)


def by_score(recent: float) -> Ranking:
    return lambda found, asked: _dated(fuse([found.dense, found.lexical], found.depth), found, asked, recent)


def _dated(ranked: Iterable[Scored], found: Candidates, asked: dt.date, recent: float) -> list[Scored]:
    dates = {key: stored.article.published_on for key, stored in found.articles.items()}
    return sorted([(ref, score + recent * recency(dates[ref.key], asked)) for ref, score in ranked], key=best_first)


def one_an_article(found: Candidates, asked: dt.date) -> list[Scored]:
    best: dict[int, Scored] = {}
    for pair in rank(found, asked):
        best.setdefault(pair[0].key, pair)
    return list(best.values())


def looking_down(depth: int) -> Ranking:
    def ranked(found: Candidates, asked: dt.date) -> list[Scored]:
        return rank(replace(found, lexical=found.lexical[:depth], dense=found.dense[:depth], depth=depth), asked)

    return ranked


RANKINGS: dict[str, Ranking] = {
    "BM25": lambda found, _: list(found.lexical),
    "vectors": lambda found, _: list(found.dense),
    "reciprocal ranks": by_rank(0),
    "reciprocal ranks, recency ½": by_rank(0.5),
    "reciprocal ranks, recency 1": by_rank(1),
    "sum of scores": by_score(0),
    "sum of scores, recency ½": by_score(0.5),
    "**sum of scores, recency 1 (as shipped)**": rank,
    "sum of scores, recency 1½": by_score(1.5),
    "as shipped, 50 deep": looking_down(50),
    "as shipped, one passage an article": one_an_article,
}


def by_reading(scorer: Scorer) -> Reranker:
    """Hits as the reader orders them; those of which no sentence was scored follow as they were."""

    def reranked(question: Question, found: Sequence[Hit]) -> list[Hit]:
        return list(dict.fromkeys([*scorer.score(question, sentences_of(found)).hits, *found]))

    return reranked


RERANKERS: dict[str, Callable[[Settings], Reranker]] = {
    "reading": lambda given: by_reading(LinearScorer(options_of(given).load_span_model())),
}


# Measuring


def rows(search: Search, judge: Judge, rerankers: Sequence[str] = ()) -> list[Row]:
    questions = [asked_of(case) for case in judge.cases]
    found = [search.candidates(question, DEPTH) for question in questions]

    def texts(ranking: Ranking, shift: dt.timedelta) -> list[list[str]]:
        return [
            [_text(hit) for hit in hits(ranking(each, question.asked + shift)[:FIRST], each)]
            for each, question in zip(found, questions, strict=True)
        ]

    measured = [judge.row(name, texts(r, dt.timedelta()), texts(r, _YEAR)) for name, r in RANKINGS.items()]
    for name in rerankers:
        rerank = RERANKERS[name](load_settings())
        reread = [rerank(question, search.search(question, REREAD)) for question in questions]
        again = [[_text(hit) for hit in some[:FIRST]] for some in reread]
        measured.append(judge.row(f"as shipped, the first {REREAD} re-ordered by {name}", again))
    return measured


def asked_of(case: Case) -> Question:
    return Question(text=case.question, libraries=(case.library,), asked=case.asked)


def _text(hit: Hit) -> str:
    return f"{hit.article.title}\n{hit.text}"


def sized(articles: Sequence[Article], judge: Judge, words: int, *, header: bool = True) -> Row:
    """BM25 alone over passages of so many words; without the header, neither title nor date is indexed with them."""
    refs: list[PassageRef] = []
    indexed: list[str] = []
    for key, article in enumerate(articles):
        for passage in passages(article, lambda texts: [len(_WORD.findall(text)) for text in texts], words):
            refs.append(PassageRef(key, passage.start, passage.end))
            indexed.append(embedded_text(article, passage) if header else passage.text)
    with tempfile.TemporaryDirectory() as directory:
        lexical = Lexical(Path(directory))
        lexical.add(NEWS_LIBRARY, refs, indexed)
        lexical.commit()
        found = [
            [_cut(articles[ref.key], ref) for ref, _ in lexical.search([NEWS_LIBRARY], case.question, FIRST)]
            for case in judge.cases
        ]
        lexical.close()
    name = f"BM25, {len(refs):,} passages of {words} words{'' if header else ', without title and date'}"
    return replace(judge, totals=()).row(name, found)


def _cut(article: Article, ref: PassageRef) -> str:
    return f"{article.title}\n{article.text[ref.start : ref.end]}"


def table(measured: Iterable[Row], of: int) -> str:
    columns = (f"{of} questions", *COLUMNS)
    lines = [f"| {' | '.join(columns)} |", f"|---|{'--:|' * len(COLUMNS)}"]
    for row in measured:
        name, *values = asdict(row).values()
        cells = ["" if value is None else f"{100 * value:.1f}" for value in values]
        lines.append(f"| {' | '.join([name, *cells])} |")
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> None:
    given = _parser().parse_args(arguments)
    settings = load_settings()
    quiet_dependencies(settings)
    part = read_part("news", given.data, given.limit)
    if part is None:
        sys.exit(
            f"{given.data} has no news/articles*.jsonl and news/questions*.jsonl; docs/quality.md tells its layout."
        )
    measured, of = measure(part, given.cache or settings.cache_dir / "quality", given.rerank, sizes=given.sizes)
    given.output.mkdir(parents=True, exist_ok=True)
    result = {"questions": of, "limit": given.limit, "rows": [asdict(row) for row in measured]}
    (given.output / "search.json").write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    (given.output / "search.md").write_text(table(measured, of) + "\n", encoding="utf-8")
    print(table(measured, of))


def measure(part: Part, cache: Path, rerankers: Sequence[str], *, sizes: bool) -> tuple[list[Row], int]:
    """The rows, and of how many questions: those of which nothing is withheld."""
    cases = [case for case in part.cases if case.answerable]
    with Byline(cache).over(part, lambda line: print(line, file=sys.stderr, flush=True)) as opened:
        judge = Judge(cases, count_relevant(opened.passages(), [case.wanted for case in cases], FIRST))
        measured = rows(opened.parts.search, judge, rerankers)
    articles = part.libraries[NEWS_LIBRARY]
    if sizes:
        measured += [sized(articles, judge, words) for words in SIZES]
        measured.append(sized(articles, judge, SIZES[1], header=False))
    return measured, len(cases)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, metavar="DATA_DIR")
    parser.add_argument("--limit", type=int, metavar="N", help="only N questions, evenly spread: a quick look")
    parser.add_argument("--cache", type=Path, help="where indexes are kept (default: in the user's cache)")
    parser.add_argument("--output", type=Path, default=Path("build", "quality"), help="folder for what is written")
    parser.add_argument("--rerank", nargs="+", choices=RERANKERS, default=[], help="also re-ordered by these (slow)")
    parser.add_argument("--sizes", action="store_true", help="also BM25 over passages of other sizes, a minute each")
    return parser


if __name__ == "__main__":
    main()
