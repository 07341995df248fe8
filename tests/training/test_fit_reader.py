"""The fitting of the reader's weights, on made-up features whose answer is known."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import numpy as np

from retrieval.reader.features import Features
from retrieval.reader.scoring import probabilities
from training.fit_reader import (
    FEW,
    SHELF,
    Example,
    fit_sentence,
    hidden_but_few,
    is_right,
    paragraphs_part,
    shelves_part,
)

if TYPE_CHECKING:
    from benchmarks.quality.cases import Case, Part


def made_up(seed: int, *, answerable: bool) -> Example:
    """Six candidates, of which the one with the highest "signal" answers; "noise" tells nothing."""
    rng = np.random.default_rng(seed)
    signal = rng.normal(size=6)
    gold = np.zeros(6, bool)
    if answerable:
        signal[2] += 4
        gold[2] = True
    columns = {"signal": signal, "noise": rng.normal(size=6)}
    columns |= dict.fromkeys(("evidence", "cover_sentence", "kind", "span"), np.zeros(6))
    features = Features(columns, np.arange(6), np.arange(6), np.arange(6), several=False, in_few_words=False)
    return Example("news", f"question {seed}", features, gold, answerable)


def test_the_sentence_model_learns_what_tells_and_when_nothing_does() -> None:
    weights = fit_sentence([made_up(seed, answerable=seed % 2 == 0) for seed in range(200)])
    sentence, none = weights.sentence, weights.no_answer
    assert sentence["signal"] > 5 * abs(sentence["noise"])
    assert np.mean([is_right(weights, made_up(seed, answerable=True)) for seed in range(1000, 1050)]) > 0.9
    refused = [made_up(seed, answerable=False) for seed in range(2000, 2050)]
    answered = [probabilities(sentence["signal"] * e.features.columns["signal"], none).sum() for e in refused]
    assert np.mean(answered) < 0.5


def test_probabilities_leave_the_rest_to_no_answer() -> None:
    shares = probabilities(np.array([0.0, 0.0]), 0.0)
    assert np.allclose(shares, 1 / 3)


ROWS = [
    {
        "id": str(n), "source": "squad-train", "title": f"title_{n % 60}", "question": f"What is {n}?",
        "context": f"Thing {n} is lamp {n} of zinc.", "answerable": n % 3 > 0,
        "answers": [{"text": f"lamp {n}", "start": 10}] if n % 3 else [],
    }
    for n in range(600)
]  # fmt: skip


def is_there(case: Case, part: Part) -> bool:
    """Whether the paragraph of a question is in its library and may be found."""
    thing = f"Thing {case.question[8:-1]} "
    return any(a.text.startswith(thing) and a.id not in case.withheld for a in part.libraries[case.library])


def test_a_paragraph_alone_is_asked_as_often_what_it_does_not_answer() -> None:
    part = paragraphs_part(ROWS)
    assert all(len(articles) == 1 for articles in part.libraries.values())
    assert all(is_there(case, part) for case in part.cases)
    assert 2 * sum(case.answerable for case in part.cases) == len(part.cases) > 0


def test_a_shelf_holds_what_answers_unless_it_is_withheld() -> None:
    part = shelves_part(ROWS)
    assert all(len(articles) <= SHELF for articles in part.libraries.values())
    assert all(is_there(case, part) == case.answerable for case in part.cases)
    assert {case.answerable for case in part.cases} == {True, False}


def test_a_few_articles_are_left_with_the_one_that_a_question_is_about() -> None:
    library = [f"article-{n}" for n in range(40)]
    about: dict[str, object] = {"support": [{"article_id": "article-7"}], "near": None}
    nearly: dict[str, object] = {"support": [], "near": {"article_id": "article-9"}}
    rng = random.Random(1)  # noqa: S311  (reproducible, no secret)
    for row, own in ((about, "article-7"), (nearly, "article-9")):
        left = [set(library) - hidden_but_few(row, library, rng) for _ in range(20)]
        assert all(own in each and len(each) <= max(FEW) + 1 for each in left)
        assert {own} in left
