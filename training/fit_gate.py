"""Makes retrieval/gate/weights.json again: `python -m training.fit_gate DATA_DIR`.

The exact checks of the gate are rules; what passes them is judged by a logistic model of a few readable features,
fitted to the sentences of QAGS that people judged and to short rewordings of our own. There are few, so a half of the
articles fits and the other tells how well; the figures of all are cross-validated by article.
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
from benchmarks.support.rewordings import rewordings
from benchmarks.support.votes import judged
from retrieval.gate.claims import Claim, analysed, evidence
from retrieval.gate.support import SupportModel, candidates, failed, features

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from benchmarks.support.cases import Case
    from benchmarks.support.votes import Judged
    from retrieval.types import Hit

    Column = NDArray[Any]

WEIGHTS = Path(__file__).parent.parent / "retrieval" / "gate" / "weights.json"
C = 0.3  # the inverse strength of the ridge, on standardised features
FOLDS = 10
FEATURES = ("in order", "alone", "held", "missing")
THRESHOLD = 0.38  # catches nine in ten changed rewordings, cross-validated over all of them and QAGS
ROUNDS = 3  # of fitting and choosing again which evidence each sentence lies over best
SEED = 7


class Sentences(NamedTuple):
    """Judged sentences: the features of the evidence that each may lie over, whether it passes the checks, and so on.

    Attributes:
        group: what must not be parted; even ones fit.
    """

    candidates: list[Column]
    passes: Column
    supported: Column
    group: Column
    is_reworded: Column

    def where(self, mask: Column) -> Sentences:
        candidates = [values for values, chosen in zip(self.candidates, mask, strict=True) if chosen]
        return Sentences(candidates, *(column[mask] for column in self[1:]))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--output", type=Path, default=WEIGHTS)
    options = parser.parse_args()
    rows = judged(read_rows(options.data / "support" / "qags_cnndm_dev.jsonl.gz"))
    made = rewordings(read_rows(options.data / "news" / "articles.jsonl.gz"), SEED)
    found = featurised(rows, made)
    half = found.group % 2 == 0
    fitted = fit(found.where(half))
    options.output.write_text(json.dumps(asdict(fitted), indent=1) + "\n", encoding="utf-8")
    print(json.dumps(asdict(fitted), indent=1))
    print(f"fitting half: {measured(found.where(half), probabilities(found.where(half), fitted))}")
    print(f"other half: {measured(found.where(~half), probabilities(found.where(~half), fitted))}")
    print(f"all, cross-validated by article: {measured(found, cross_validated(found))}")


def featurised(rows: Sequence[Judged], made: Sequence[Case]) -> Sentences:
    """Returns the sentences of both kinds with their features."""
    tried = [(Claim.of(row.text), row.hit, row.supported, row.group, False) for row in rows]
    for number, case in enumerate(made):  # two cases a row
        hit = case.passages[case.source or 0]
        claim = Claim.of(case.draft.text, analysed(hit.article).lower_case)
        tried.append((claim, hit, case.is_good, number // 2, True))
    values, passes = zip(*(valued(claim, hit) for claim, hit, *_ in tried), strict=True)
    return Sentences([*values], np.array(passes), *(np.array(column) for column in [*zip(*tried, strict=True)][2:]))


def valued(claim: Claim, hit: Hit) -> tuple[Column, bool]:
    """Returns the features of the evidence that passes the checks, of all where none does, and whether any does."""
    tried = candidates(claim, evidence(hit))
    passing = [sentences for sentences in tried if failed(claim, sentences) is None]
    rows = [features(claim, sentences) for sentences in passing or tried]
    return np.array([[row[name] for name in FEATURES] for row in rows]), bool(passing)


def fit(found: Sentences) -> SupportModel:
    """Returns a logistic regression in which supported and unsupported sentences weigh the same.

    What the checks catch is left to them.
    """
    learned = found.where(found.passes | found.supported)
    chosen = np.array([values[np.argmax(values[:, 0])] for values in learned.candidates])
    mean, scale = chosen.mean(axis=0), chosen.std(axis=0) + 1e-9
    for _ in range(ROUNDS):
        model = LogisticRegression(C=C, class_weight="balanced").fit((chosen - mean) / scale, learned.supported)
        raw = model.coef_[0] / scale
        chosen = np.array([values[np.argmax(values @ raw)] for values in learned.candidates])
    bias = float(model.intercept_[0] - raw @ mean)
    return SupportModel({n: round(float(w), 4) for n, w in zip(FEATURES, raw, strict=True)}, round(bias, 4), THRESHOLD)


def cross_validated(found: Sentences) -> Column:
    result = np.zeros(len(found.group))
    for _, unseen in GroupKFold(FOLDS).split(found.group, groups=found.group):
        mask = np.isin(np.arange(len(found.group)), unseen)
        result[mask] = probabilities(found.where(mask), fit(found.where(~mask)))
    return result


def probabilities(found: Sentences, model: SupportModel) -> Column:
    """Returns for each sentence the probability over the evidence that it lies over best; 0 where the checks fail."""
    best = (
        max(model.probability(dict(zip(FEATURES, row, strict=True))) for row in values) for values in found.candidates
    )
    return np.where(found.passes, [*best], 0.0)


def measured(found: Sentences, given: Column) -> str:
    """Returns the balanced accuracy on QAGS, and the shares of true rewordings kept and of changed ones caught."""
    votes, kept = ~found.is_reworded, given >= THRESHOLD
    accuracy = balanced_accuracy_score(found.supported[votes], kept[votes])
    true, changed = (found.is_reworded & (found.supported == is_true) for is_true in (True, False))
    return (
        f"{sum(votes)} sentences of QAGS, balanced accuracy {accuracy:.3f}, "
        f"AUC {roc_auc_score(found.supported[votes], given[votes]):.3f}; "
        f"rewordings: {kept[true].mean():.3f} kept, {1 - kept[changed].mean():.3f} of the changed caught"
    )


if __name__ == "__main__":
    main()
