"""Fits how sure Byline is of what it shows a speaker to have said, after fit_reader.

`python -m training.fit_speech DATA_DIR --cache DIR` puts the questions on somebody's words of the libraries that the
span model never saw to the whole product, without a threshold. Those of small libraries are also put to single articles
of theirs, the one that they are about and another. Of each it is learned whether the sentence that it puts first helps
to answer; the result is `speech` in retrieval/reader/weights.json.
"""

from __future__ import annotations

import argparse
import json
import random
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from unittest.mock import patch

import numpy as np

from benchmarks.quality.byline import Byline
from benchmarks.quality.cases import Part
from benchmarks.quality.measures import calibration_error
from benchmarks.small import read_small
from retrieval.citations import as_excerpt
from retrieval.reader import attribution
from retrieval.reader.scoring import shipped_weights
from retrieval.text.questions import speech_question
from retrieval.text.stance import stance_question
from training.fit_reader import SEED, WEIGHTS, fit_logistic, helps_with
from training.natural import asked_of, calibrating, understood

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from benchmarks.quality.byline import OpenedByline
    from training.examples import Row

FEATURES = ("points", "own", "named", "few_read")


class Judged(NamedTuple):
    """What told of the sentence that an answer begins with, and whether that helps."""

    values: Mapping[str, float]
    helps: bool


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--cache", type=Path, required=True, help="where indexes are kept, as for training.fit_reader")
    parser.add_argument("--output", type=Path, default=WEIGHTS)
    options = parser.parse_args()
    byline, judged = Byline(options.cache), []
    for rows, part in [*calibrating(options.data), *of_small_libraries()]:
        with byline.over(part, print) as opened:
            judged += [each for row in rows for each in judge(row, opened)]
    matrix = np.array([[each.values[name] for name in FEATURES] for each in judged])
    helps = np.array([each.helps for each in judged])
    speech = fit_logistic(FEATURES, matrix, helps, np.ones(len(judged)))
    weights = asdict(replace(shipped_weights(), speech=speech))
    options.output.write_text(json.dumps(weights, indent=1) + "\n", encoding="utf-8")
    confidence = [speech.probability(each.values) for each in judged]
    error = calibration_error(confidence, helps.tolist())
    print(f"{len(judged)} answers, {helps.mean():.3f} right, calibration error in the sample {error:.3f}: {speech}")


def of_small_libraries() -> Iterator[tuple[list[Row], Part]]:
    """Yields the questions of small libraries that stand alone, put to the whole and to single articles."""
    rng = random.Random(SEED)  # noqa: S311  (reproducible, no secret)
    rows, libraries = read_small("calibration")
    rows = understood(rows)
    yield rows, Part("small", libraries, ())
    single = {_alone(article.id): [article] for library in libraries.values() for article in library}
    alone = []
    for row in rows:
        about = next(place["article_id"] for place in (*row["support"], row["near"]) if place)
        others = [article.id for article in libraries[row["library"]] if article.id != about]
        one_by_one = (about, *rng.sample(others, min(1, len(others))))
        alone += [{**row, "library": _alone(article)} for article in one_by_one]
    yield alone, Part("alone", single, ())


def _alone(article: str) -> str:
    """Returns the name of the library of an article alone, by its id, which may hold a slash."""
    return article.replace("/", "-")


def judge(row: Row, opened: OpenedByline) -> Iterator[Judged]:
    """Yields what tells of the answer to a question on somebody's words; nothing of other questions."""
    if not (speech_question(row["question"]) or stance_question(row["question"])):
        return
    told: list[Mapping[str, float]] = []

    def noted(values: Mapping[str, float]) -> float:
        told.append(values)
        return 1.0

    with patch.object(attribution, "confidence_off_topic", noted):
        answer = opened.parts.pipeline.answer(asked_of(row))
    if told and answer.citations:
        yield Judged(told[-1], helps_with(as_excerpt(answer.citations[0]), row["support"]))


if __name__ == "__main__":
    main()
