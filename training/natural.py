"""What people ask of the news, put to what the product's own search finds for it.

DATA_DIR/natural_train and training/data give the questions, with where in DATA_DIR/news/articles.jsonl.gz what helps to
answer them stands, and for those that nothing answers the sentence that must not be taken for an answer. Three of the
24 libraries are kept for calibration (`training.fit_reader`); the model never sees them. Beside them stand libraries of
a few short articles of our own (`benchmarks.small`).
"""

from __future__ import annotations

import datetime as dt
import json
import random
from collections import defaultdict
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.quality.byline import Byline
from benchmarks.quality.cases import Part, news_articles
from benchmarks.rows import in_turn, marked, read_rows
from benchmarks.small import read_small
from retrieval.dialogue.focus import in_context
from retrieval.index.passages import MAX_TITLE, header
from retrieval.serving.parts import HITS
from retrieval.text.document import sentences
from retrieval.types import Question, Span
from training.altered import careless, unanswerable
from training.examples import SEED, Example, overlaps

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from retrieval.types import Article

    Row = dict[str, Any]
    Place = tuple[str, int, int]  # an article's id and where in its text

OWN = Path(__file__).parent / "data"
CALIBRATING = "ghp"
SMALL = 3  # how often a question of a small library comes in an epoch
ALTERED = 0.3  # of the passages with an answer: how many are also put to the question altered to have none
POSITIVE, NEGATIVE, NEGATIVE_OF_NONE = 2, 2, 3  # windows put to a question in an epoch
CHOSEN_AMONG = 8  # of the hits that do not help
UNTOLD = 0.3  # of the questions before a follow-up: how many are read without their answer
DISTRACTED = 0.05  # of the questions that stand alone: how many are read after one that they have nothing to do with


@dataclass(frozen=True, slots=True)
class Natural:
    """Questions with the passages found for each, best first, and the articles by id."""

    rows: Sequence[Row]
    hits: Mapping[str, Sequence[Place]]
    articles: Mapping[str, Article]


def read_natural(data: Path) -> list[tuple[list[Row], Part]]:
    """Returns of each folder the questions, as `in_turn` gives them, and their libraries."""
    articles = {article.id: article for article in news_articles(next((data / "news").glob("articles.jsonl*")))}
    found = []
    for folder in (data / "natural_train", OWN):
        libraries = {
            path.stem.removeprefix("articles_"): [articles[each] for each in path.read_text(encoding="utf-8").split()]
            for path in sorted(folder.glob("articles_*.txt"))
        }
        rows = read_rows(next(folder.glob("questions.jsonl*")))
        found.append((in_turn(rows), Part(folder.name, libraries, ())))
    return found


def calibrating(data: Path) -> Iterator[tuple[list[Row], Part]]:
    """Yields of each folder the questions that stand alone of the libraries kept for calibration, and these."""
    for rows, part in read_natural(data):
        apart = {name: articles for name, articles in part.libraries.items() if name in CALIBRATING}
        yield [row for row in understood(rows) if row["library"] in apart], replace(part, libraries=apart)


def understood(rows: Sequence[Row]) -> list[Row]:
    """Returns the questions that can be understood without another: that stand alone or open a conversation."""
    return [row for row in rows if not row["before"]]


def asked_of(row: Row) -> Question:
    """Returns what is searched for: what a follow-up means, where the row tells, else all that was asked so far."""
    means = row.get("means") or " ".join([*(each["question"] for each in row["before"]), row["question"]])
    return Question(text=means, libraries=(row["library"],), asked=dt.date.fromisoformat(row["asked"]))


def searched(data: Path, run: Path) -> Natural:
    """Returns the questions with what the search finds for them, which is kept in the run's folder."""
    every: list[Row] = []
    hits: dict[str, list[Place]] = {}
    articles: dict[str, Article] = {}
    small, of_small = read_small("train")
    for rows, part in (*read_natural(data), (small, Part("small", of_small, ()))):
        kept = run / f"{part.name}_hits.json"
        if not kept.exists():
            with Byline(run / "indexes").over(part, print) as opened:
                found = {row["id"]: opened.search(asked_of(row), HITS, frozenset()) for row in rows}
            places = {name: [(hit.article.id, hit.start, hit.end) for hit in of_row] for name, of_row in found.items()}
            kept.write_text(json.dumps(places), encoding="utf-8")
        every += rows * (SMALL if rows is small else 1)
        hits |= json.loads(kept.read_text(encoding="utf-8"))
        articles |= {article.id: article for of_library in part.libraries.values() for article in of_library}
    return Natural(every, hits, articles)


def natural_epoch(natural: Natural, number: int) -> list[Example]:
    """Returns the examples of an epoch: each question with a few passages that help and that do not."""
    rng = random.Random(SEED * 1000 + number)  # noqa: S311  (reproducible, no secret)
    rows = [row for row in natural.rows if row["library"] not in CALIBRATING]
    others_of = defaultdict(list)
    for row in rows:
        others_of[row["library"]].append(row)
    examples = []
    for row in rows:
        places = [(str(article), start, end) for article, start, end in natural.hits[row["id"]]]
        helping = [place for place in places if _holds(place, row["support"])]
        near = [place for place in places if row["near"] and _holds(place, [row["near"]])]
        others = [place for place in places if place not in helping and place not in near]
        wrong = NEGATIVE if row["answerable"] else NEGATIVE_OF_NONE
        taken = [
            *rng.sample(helping, min(POSITIVE, len(helping))),
            *near[:1],
            *rng.sample(others[:CHOSEN_AMONG], min(wrong, len(others[:CHOSEN_AMONG]))),
        ]
        before = row["before"]
        if not before and rng.random() < DISTRACTED:
            before = [rng.choice(others_of[row["library"]])]
        question = after(before, careless(row["question"], rng), natural.articles, rng)
        examples += [natural_example(row, question, natural.articles[place[0]], place) for place in taken]
        if helping and not before and rng.random() < ALTERED:
            examples += _altered(row, natural.articles[helping[0][0]], helping[0], rng)
    return examples


def after(before: Sequence[Row], question: str, articles: Mapping[str, Article], rng: random.Random) -> str:
    """Returns a question as it is read after some rows; what answered those in short is often not told."""
    told: list[tuple[str, str | None]] = []
    for row in before:
        is_told = rng.random() >= UNTOLD
        told.append((row["question"], marked(row["answer"], articles) if row["answer"] and is_told else None))
    return in_context(question, told)


def _altered(row: Row, article: Article, place: Place, rng: random.Random) -> list[Example]:
    """Returns the question altered to ask for what a passage that helps does not say; none where it can't be."""
    answer, text = row["answer"], article.text[place[1] : place[2]]
    is_here = answer is not None and answer["article_id"] == article.id
    answers = [marked(answer, {article.id: article})] if is_here else []
    asked = unanswerable(row["question"], text, answers, rng)
    unanswered = {**row, "support": [], "answer": None}
    return [natural_example(unanswered, careless(asked, rng), article, place)] if asked else []


def _holds(place: Place, helpful: Sequence[Row]) -> bool:
    article, start, end = place
    return any(
        each["article_id"] == article and each["field"] == "text" and overlaps(Span(start, end), _span(each))
        for each in helpful
    )


def _span(place: Row) -> Span:
    return Span(place["start"], place["end"])


def natural_example(row: Row, question: str, article: Article, place: Place) -> Example:
    """Returns a question put to a passage below its article's title and date, of which the title is a sentence too."""
    above = f"{header(article)}\n"
    shift = len(above) - place[1]
    support = [each for each in row["support"] if each["article_id"] == article.id]
    in_text = [_span(each) for each in support if each["field"] == "text"]
    title = Span(0, min(len(article.title), MAX_TITLE))
    evidence = [(title, any(each["field"] == "title" for each in support))]
    for span in sentences(article.text, Span(place[1], place[2])):
        helps = any(overlaps(span, each) for each in in_text)
        evidence.append((Span(span.start + shift, span.end + shift), helps))
    answer = None
    if (given := row["answer"]) and given["article_id"] == article.id:
        if given["field"] == "title" and given["end"] <= title.end:
            answer = _span(given)
        elif given["field"] == "text" and place[1] <= given["start"] and given["end"] <= place[2]:
            answer = Span(given["start"] + shift, given["end"] + shift)
    text = above + article.text[place[1] : place[2]]
    return Example(question, text, answer, spanned=not any(helps for _, helps in evidence), evidence=tuple(evidence))
