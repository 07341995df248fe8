"""Makes retrieval/gate/weights.json again: `python -m training.fit_gate DATA_DIR`.

The exact checks of the gate are rules; what passes them is judged by a logistic model of a few readable features,
fitted to the sentences of QAGS that people judged. There are few, so a half of the articles fits and the other tells
how well; the figures of the fitting half, and of all, are cross-validated by article.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped]  # it ships no types
from sklearn.metrics import balanced_accuracy_score, roc_auc_score  # type: ignore[import-untyped]  # the same
from sklearn.model_selection import GroupKFold  # type: ignore[import-untyped]  # the same

from benchmarks.rows import read_rows
from benchmarks.support.votes import judged
from retrieval.gate.alignment import alignment
from retrieval.gate.claims import Claim
from retrieval.gate.sources import lines
from retrieval.gate.support import Weights, choices, exact

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from retrieval.types import Hit

    Column = NDArray[Any]

WEIGHTS = Path(__file__).parent.parent / "retrieval" / "gate" / "weights.json"
C = 0.1  # the inverse strength of the ridge, on standardised features
FOLDS = 10
FEATURES = ("cover", "pieces")
THRESHOLD = 0.45  # the best of five on the fitting half: sentences freely written are more often true than they look


class Known(NamedTuple):
    """Sentences: their features, whether each is supported, passes the exact checks, and what must not be parted."""

    values: Column
    supported: Column
    passes: Column
    groups: Column

    def where(self, mask: Column) -> Known:
        return Known(*(column[mask] for column in self))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--output", type=Path, default=WEIGHTS)
    options = parser.parse_args()
    rows = judged(read_rows(options.data / "support" / "qags_cnndm_dev.jsonl.gz"))
    votes = known([(Claim.of(one.text), one.hit, one.supported, one.group) for one in rows])
    half = votes.groups % 2 == 0
    weights = fit(votes.where(half))
    options.output.write_text(json.dumps(asdict(weights), indent=1) + "\n", encoding="utf-8")
    print(json.dumps(asdict(weights), indent=1))
    fitting, other = votes.where(half), votes.where(~half)
    print(f"fitting half, cross-validated by article: {measured(fitting, cross_validated(fitting))}")
    print(f"other half: {measured(other, probabilities(other.values, weights))}")
    print(f"all, cross-validated by article: {measured(votes, cross_validated(votes))}")


def known(found: Sequence[tuple[Claim, Hit, bool, int]]) -> Known:
    values, passes = zip(*(best_choice(claim, hit) for claim, hit, _, _ in found), strict=True)
    return Known(*map(np.array, (values, [s for _, _, s, _ in found], passes, [g for *_, g in found])))


def best_choice(claim: Claim, hit: Hit) -> tuple[list[float], bool]:
    """The features of the choice of lines that a claim lies over best, of those that pass the exact checks, if any."""
    tried = choices(claim, lines(hit))
    passing = [chosen for chosen in tried if exact(claim, chosen, (hit,)) is None]
    aligned = [alignment(claim, chosen) for chosen in passing or tried]
    values = max(aligned, key=lambda each: each["cover"] - each["pieces"])
    return [values[name] for name in FEATURES], bool(passing)


def fit(votes: Known) -> Weights:
    """A logistic regression in which supported and unsupported sentences weigh the same."""
    mean, scale = votes.values.mean(axis=0), votes.values.std(axis=0) + 1e-9
    model = LogisticRegression(C=C, class_weight="balanced").fit((votes.values - mean) / scale, votes.supported)
    raw = model.coef_[0] / scale
    bias = float(model.intercept_[0] - raw @ mean)
    return Weights({n: round(float(w), 4) for n, w in zip(FEATURES, raw, strict=True)}, round(bias, 4), THRESHOLD)


def cross_validated(votes: Known) -> Column:
    result = np.zeros(len(votes.groups))
    for inside, unseen in GroupKFold(FOLDS).split(votes.values, groups=votes.groups):
        result[unseen] = probabilities(votes.values[unseen], fit(votes.where(inside)))
    return result


def probabilities(matrix: Column, weights: Weights) -> Column:
    return np.array([weights.probability(dict(zip(FEATURES, row, strict=True))) for row in matrix])


def measured(found: Known, given: Column) -> str:
    passed = found.passes * given
    accuracy = balanced_accuracy_score(found.supported, passed >= THRESHOLD)
    return f"{len(given)} sentences, balanced accuracy {accuracy:.3f}, AUC {roc_auc_score(found.supported, passed):.3f}"


if __name__ == "__main__":
    main()
