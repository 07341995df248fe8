"""How well the gate tells what passages support: `python -m benchmarks.support DATA_DIR`.

Two measures. Summary sentences of QAGS, each judged by three people, before the whole article: the majority decides.
Sentences of news articles, two of each of ARTICLES drawn at random, before six passages of which one holds them: as
they are and lightly edited, which the gate should keep; falsified or cited wrongly, which it should catch. Caught means
dropped, or, where the right passage is there for a sentence with the wrong citation, cited anew from the right article.
"""

from __future__ import annotations

import argparse
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from sklearn.metrics import roc_auc_score  # type: ignore[import-untyped]  # it ships no types

from benchmarks.rows import read_rows
from benchmarks.support.cases import PRESENT, Case, cases
from benchmarks.support.votes import judged, verdict
from retrieval.gate import Gate, Kept
from retrieval.gate.support import shipped_weights

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from benchmarks.support.votes import Judged
    from retrieval.gate.support import Weights

ARTICLES, SEED = 60, 7


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--articles", type=int, default=ARTICLES)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--failures", action="store_true", help="show what was judged wrongly, too")
    options = parser.parse_args()
    rows = judged(read_rows(options.data / "support" / "qags_cnndm_dev.jsonl.gz"))
    weights = shipped_weights()
    for name, half in (("fitted on", 0), ("not fitted on", 1)):
        print(f"QAGS, articles {name}: {votes_line([one for one in rows if one.group % 2 == half], weights)}")
    made = cases(read_rows(options.data / "news" / "articles.jsonl.gz"), options.articles, options.seed)
    print(table(made, Gate(), show=options.failures))


def votes_line(rows: Sequence[Judged], weights: Weights) -> str:
    """Balanced accuracy, precision and recall of "unsupported", and the area under the curve."""
    given = [verdict(one, weights) for one in rows]
    kept = [found is not None and found.reason is None for found in given]
    points = [found.probability if found else 0.0 for found in given]
    truth = [one.supported for one in rows]
    counts = Counter(zip(truth, kept, strict=True))
    supported, unsupported = sum(truth), len(truth) - sum(truth)
    caught, dropped = counts[False, False], counts[True, False]
    balanced = (counts[True, True] / supported + caught / unsupported) / 2
    return (
        f"{len(rows)} sentences, {unsupported} unsupported; balanced accuracy {balanced:.1%}; unsupported: precision "
        f"{caught / max(1, caught + dropped):.1%}, recall {caught / unsupported:.1%}; "
        f"AUC {roc_auc_score(truth, points):.3f}"
    )


def table(made: Sequence[Case], gate: Gate, *, show: bool = False) -> str:
    """For each kind of sentence, how many there are and the share that is rightly kept or caught."""
    total, right = Counter[tuple[bool, str]](), Counter[tuple[bool, str]]()
    for case in made:
        is_right = judged_rightly(case, gate)
        total[case.is_good, case.kind] += 1
        right[case.is_good, case.kind] += is_right
        if show and not is_right:
            print(f"{case.kind}: {case.draft.text}\n    {gate.check(case.draft, case.passages)}")
    return "\n".join(line for is_good in (True, False) for line in _part(is_good, total, right))


def judged_rightly(case: Case, gate: Gate) -> bool:
    found = gate.check(case.draft, case.passages)
    if case.kind == PRESENT:
        return not isinstance(found, Kept) or all(e.article.id == case.article for e in found.excerpts)
    return isinstance(found, Kept) == case.is_good


def _part(is_good: bool, total: Mapping[tuple[bool, str], int], right: Mapping[tuple[bool, str], int]) -> list[str]:
    kinds = [kind for good, kind in total if good == is_good]
    verb = "kept" if is_good else "caught"
    lines = [
        f"| {kind} | {total[is_good, kind]} | {right[is_good, kind] / total[is_good, kind]:.1%} |" for kind in kinds
    ]
    count, share = sum(total[is_good, k] for k in kinds), sum(right[is_good, k] for k in kinds)
    whole = f"| **{'good' if is_good else 'bad'}** | {count} | **{share / max(1, count):.1%}** |"
    return [f"| {'good' if is_good else 'bad'} sentences | number | {verb} |", "|---|--:|--:|", *lines, whole, ""]


if __name__ == "__main__":
    main()
