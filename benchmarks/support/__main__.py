"""How well the gate tells what passages support: `python -m benchmarks.support DATA_DIR`.

Two measures. Summary sentences of QAGS, each judged by three people, before the whole article: the majority decides.
Sentences of news articles, two of each of ARTICLES drawn at random, before six passages of which one holds them: as
they are and lightly edited, which the gate should keep; falsified or cited wrongly, which it should catch. Caught means
dropped, or, where the right passage is there for a sentence with the wrong citation, cited anew from the right article.

`--ablate` switches the gate's checks and features off, one at a time, and prints what each is worth in both measures.
"""

from __future__ import annotations

import argparse
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from sklearn.metrics import roc_auc_score  # type: ignore[import-untyped]  # it ships no types

from benchmarks.rows import read_rows
from benchmarks.support.cases import PRESENT, Case, cases
from benchmarks.support.rewordings import HELD_OUT, rewordings
from benchmarks.support.votes import judged, judgement
from retrieval.gate import Dropped, Gate, Kept
from retrieval.gate.support import CHECKS, shipped_model

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from benchmarks.support.votes import Judged
    from retrieval.gate.support import Check, SupportModel

ARTICLES, SEED = 60, 7


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--articles", type=int, default=ARTICLES)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--failures", action="store_true", help="show what was judged wrongly, too")
    parser.add_argument("--ablate", action="store_true", help="print what each check and feature is worth")
    options = parser.parse_args()
    rows = judged(read_rows(options.data / "support" / "qags_cnndm_dev.jsonl.gz"))
    made = cases(read_rows(options.data / "news" / "articles.jsonl.gz"), options.articles, options.seed)
    if options.ablate:
        print("| without | QAGS, balanced accuracy | caught | kept |\n|---|--:|--:|--:|")
        for name, model, checks in ablations():
            print(ablation_line(name, rows, made, model, checks), flush=True)
        return
    for name, half in (("fitted on", 0), ("not fitted on", 1)):
        print(f"QAGS, articles {name}: {votes_line([row for row in rows if row.group % 2 == half], shipped_model())}")
    articles = read_rows(options.data / "news" / "articles.jsonl.gz")
    print(table(made, Gate(), show=options.failures))
    print(table(rewordings(articles, options.seed), Gate(), show=options.failures))
    print(f"Rewordings that nothing was chosen by:\n\n{table(rewordings(articles, options.seed, HELD_OUT), Gate())}")


class Measured(NamedTuple):
    """What became of sentences that people judged: the share of each kind that was rightly kept or dropped."""

    balanced: float
    precision: float  # of "unsupported"
    recall: float
    auc: float


def measured(rows: Sequence[Judged], model: SupportModel, checks: Mapping[str, Check] = CHECKS) -> Measured:
    """Returns the measures on QAGS."""
    given = [judgement(row, model, checks) for row in rows]
    truth = [row.supported for row in rows]
    kept = [found is not None and found.reason is None for found in given]
    counts = Counter(zip(truth, kept, strict=True))
    supported, caught = sum(truth), counts[False, False]
    recall = caught / (len(truth) - supported)
    return Measured(
        balanced=(counts[True, True] / supported + recall) / 2,
        precision=caught / max(1, caught + counts[True, False]),
        recall=recall,
        auc=float(roc_auc_score(truth, [found.probability if found else 0.0 for found in given])),
    )


def votes_line(rows: Sequence[Judged], model: SupportModel) -> str:
    """Returns the measures on QAGS as a line."""
    shares = measured(rows, model)
    return (
        f"{len(rows)} sentences, {sum(not row.supported for row in rows)} unsupported; balanced accuracy "
        f"{shares.balanced:.1%}; unsupported: precision {shares.precision:.1%}, recall {shares.recall:.1%}; "
        f"AUC {shares.auc:.3f}"
    )


def ablations() -> Iterator[tuple[str, SupportModel, Mapping[str, Check]]]:
    """Yields the gate whole, then without each check and each feature; one that is off counts as fully supported."""
    whole = shipped_model()
    yield "nothing", whole, CHECKS
    for name in CHECKS:
        yield name, whole, {other: check for other, check in CHECKS.items() if other != name}
    yield "any check", whole, {}
    best = {"alone": 1.0, "in order": 1.0, "held": 10.0, "missing": 0.0}
    for name, weight in whole.weights.items():
        fixed = whole.bias + weight * best[name]
        yield f"the feature “{name}”", replace(whole, weights={**whole.weights, name: 0.0}, bias=fixed), CHECKS
    yield "the judgement", replace(whole, threshold=0.0), CHECKS


def ablation_line(
    name: str, rows: Sequence[Judged], made: Sequence[Case], model: SupportModel, checks: Mapping[str, Check]
) -> str:
    """Returns a row of the table of ablations."""
    gate = Gate(model, checks)
    right = Counter(case.is_good for case in made if judged_rightly(case, gate))
    total = Counter(case.is_good for case in made)
    caught, kept = (f"{right[is_good]} of {total[is_good]}" for is_good in (False, True))
    return f"| {name} | {measured(rows, model, checks).balanced:.1%} | {caught} | {kept} |"


def table(made: Sequence[Case], gate: Gate, *, show: bool = False) -> str:
    """Returns, for each kind of sentence, how many there are and the share that is rightly kept or caught."""
    total, right = Counter[tuple[bool, str]](), Counter[tuple[bool, str]]()
    for case in made:
        is_right = judged_rightly(case, gate)
        total[case.is_good, case.kind] += 1
        right[case.is_good, case.kind] += is_right
        if show and not is_right:
            print(f"{case.kind}: {case.draft.text}\n    {told(gate.check(case.draft, case.passages))}")
    return "\n".join(line for is_good in (True, False) for line in _part(is_good, total, right))


def told(checked: Kept | Dropped) -> str:
    """Returns what became of a sentence: what supports it, or why it fell."""
    if isinstance(checked, Dropped):
        return f"dropped: {checked.reason}"
    return f"kept: {' | '.join(each.article.text[each.start : each.end] for each in checked.excerpts)}"


def judged_rightly(case: Case, gate: Gate) -> bool:
    """Tells whether the gate keeps a good sentence, or catches a bad one."""
    checked = gate.check(case.draft, case.passages)
    if case.kind == PRESENT:
        return not isinstance(checked, Kept) or all(e.article.id == case.article for e in checked.excerpts)
    return isinstance(checked, Kept) == case.is_good


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
