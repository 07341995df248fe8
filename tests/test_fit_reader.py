"""The fitting of the reader's weights, on made-up evidence whose answer is known."""

from __future__ import annotations

import numpy as np

from retrieval.reader.scoring import Weights, with_none
from training.fit_reader import Example, fit_sentence, is_right


def made_up(seed: int, *, answerable: bool) -> Example:
    """Six candidates, of which the one with the highest "signal" answers; "noise" tells nothing."""
    rng = np.random.default_rng(seed)
    signal = rng.normal(size=6)
    gold = np.zeros(6, bool)
    if answerable:
        signal[2] += 4
        gold[2] = True
    columns = {"signal": signal, "noise": rng.normal(size=6)}
    return Example("titles", f"title {seed}", columns, gold, answerable)


def test_the_sentence_model_learns_what_tells_and_when_nothing_does() -> None:
    sentence, none = fit_sentence([made_up(seed, answerable=seed % 2 == 0) for seed in range(200)])
    assert sentence["signal"] > 5 * abs(sentence["noise"])
    unseen = [made_up(seed, answerable=True) for seed in range(1000, 1050)]
    assert np.mean([is_right(Weights(sentence, none, {}, 0.0, 0.0), e) for e in unseen]) > 0.9
    refused = [made_up(seed, answerable=False) for seed in range(2000, 2050)]
    answered = [with_none(sentence["signal"] * e.columns["signal"], none).sum() for e in refused]
    assert np.mean(answered) < 0.5


def test_probabilities_leave_the_rest_to_no_answer() -> None:
    shares = with_none(np.array([0.0, 0.0]), 0.0)
    assert np.allclose(shares, 1 / 3)
