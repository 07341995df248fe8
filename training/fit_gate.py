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
from retrieval.gate.claims import Claim
from retrieval.gate.evidence import evidence
from retrieval.gate.support import SupportModel, candidates, failed, features

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from benchmarks.support.votes import Judged
    from retrieval.types import Hit

    Column = NDArray[Any]

WEIGHTS = Path(__file__).parent.parent / "retrieval" / "gate" / "weights.json"
C = 0.1  # the inverse strength of the ridge, on standardised features
FOLDS = 10
FEATURES = ("cover", "pieces")
THRESHOLD = 0.45  # the best of five on the fitting half: sentences freely written are more often true than they look


class Votes(NamedTuple):
    """Sentences: their features, whether each is supported, passes the exact checks, and what must not be parted."""

    values: Column
    supported: Column
    passes: Column
    groups: Column

    def where(self, mask: Column) -> Votes:
        return Votes(*(column[mask] for column in self))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--output", type=Path, default=WEIGHTS)
    options = parser.parse_args()
    rows = judged(read_rows(options.data / "support" / "qags_cnndm_dev.jsonl.gz"))
    votes = featurised(rows)
    half = votes.groups % 2 == 0
    fitted = fit(votes.where(half))
    options.output.write_text(json.dumps(asdict(fitted), indent=1) + "\n", encoding="utf-8")
    print(json.dumps(asdict(fitted), indent=1))
    fitting, other = votes.where(half), votes.where(~half)
    print(f"fitting half, cross-validated by article: {measured(fitting, cross_validated(fitting))}")
    print(f"other half: {measured(other, probabilities(other.values, fitted))}")
    print(f"all, cross-validated by article: {measured(votes, cross_validated(votes))}")


def featurised(rows: Sequence[Judged]) -> Votes:
    """Returns the sentences with their features."""
    values, passes = zip(*(best_candidate(Claim.of(row.text), row.hit) for row in rows), strict=True)
    return Votes(*map(np.array, (values, [row.supported for row in rows], passes, [row.group for row in rows])))


def best_candidate(claim: Claim, hit: Hit) -> tuple[list[float], bool]:
    """Returns the features of the evidence that a claim lies over best, of that which passes the checks, if any."""
    tried = candidates(claim, evidence(hit))
    passing = [sentences for sentences in tried if failed(claim, sentences) is None]
    values = max((features(claim, each) for each in passing or tried), key=lambda each: each["cover"] - each["pieces"])
    return [values[name] for name in FEATURES], bool(passing)


def fit(votes: Votes) -> SupportModel:
    """Returns a logistic regression in which supported and unsupported sentences weigh the same."""
    mean, scale = votes.values.mean(axis=0), votes.values.std(axis=0) + 1e-9
    model = LogisticRegression(C=C, class_weight="balanced").fit((votes.values - mean) / scale, votes.supported)
    raw = model.coef_[0] / scale
    bias = float(model.intercept_[0] - raw @ mean)
    return SupportModel({n: round(float(w), 4) for n, w in zip(FEATURES, raw, strict=True)}, round(bias, 4), THRESHOLD)


def cross_validated(votes: Votes) -> Column:
    result = np.zeros(len(votes.groups))
    for inside, unseen in GroupKFold(FOLDS).split(votes.values, groups=votes.groups):
        result[unseen] = probabilities(votes.values[unseen], fit(votes.where(inside)))
    return result


def probabilities(matrix: Column, model: SupportModel) -> Column:
    return np.array([model.probability(dict(zip(FEATURES, row, strict=True))) for row in matrix])


def measured(votes: Votes, given: Column) -> str:
    passed = votes.passes * given
    accuracy = balanced_accuracy_score(votes.supported, passed >= THRESHOLD)
    return f"{len(given)} sentences, balanced accuracy {accuracy:.3f}, AUC {roc_auc_score(votes.supported, passed):.3f}"


if __name__ == "__main__":
    main()
