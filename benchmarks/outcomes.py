"""What was shown for a question, held against what its labels ask for. Pure."""

from __future__ import annotations

import difflib
import re
from collections import Counter
from dataclasses import dataclass
from statistics import fmean
from typing import TYPE_CHECKING, Any

from benchmarks.quality.measures import calibration_error
from bot.render import LISTED

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    Row = Mapping[str, Any]

_OVERLAP = 0.6  # of the shorter sentence, that two share in one piece
_SHORT = 12  # characters: a sentence below that counts only where it stands whole


@dataclass(frozen=True, slots=True)
class Case:
    """A question with what a right answer holds.

    Attributes:
        must: strings of which one has to stand in what is shown, for each part of the answer.
        need: how many of the parts suffice.
        support: every sentence that helps.
        turn: whether it stands alone ("single"), opens a conversation ("first") or follows ("later").
    """

    id: str
    kind: str
    style: str
    turn: str
    answerable: bool
    must: tuple[tuple[str, ...], ...] = ()
    need: int = 0
    support: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """A case with what was shown for it: no sentences are a refusal. `helps` tells of each whether it helps."""

    case: Case
    shown: tuple[str, ...]
    right: bool
    helps: tuple[bool, ...]


def read_cases(rows: Sequence[Row]) -> list[Case]:
    """Returns the rows of questions as cases, in order."""
    sizes = Counter(row["conversation"] for row in rows)
    begun: set[str] = set()
    cases = []
    for row in rows:
        name = row["conversation"]
        turn = "single" if sizes[name] == 1 else "later" if name in begun else "first"
        begun.add(name)
        cases.append(
            Case(
                row["id"],
                row["kind"],
                row["style"],
                turn,
                row["answerable"],
                tuple(map(tuple, row["must"])),
                row.get("need") or len(row["must"]),
                tuple(helpful["sentence"] for helpful in row["support"]),
            )
        )
    return cases


def judge(case: Case, shown: Sequence[str]) -> Outcome:
    """Judges the sentences that are shown for a case; a refusal shows none."""
    told = _plain(" ".join(shown))
    parts = sum(any(stands_in(_plain(string), told) for string in strings) for strings in case.must)
    support = [_plain(sentence) for sentence in case.support]
    helps = tuple(any(overlap(_plain(sentence), helpful) for helpful in support) for sentence in shown)
    return Outcome(case, tuple(shown), bool(shown) and case.answerable and parts >= case.need, helps)


def stands_in(string: str, text: str) -> bool:
    """Tells whether a string stands in a text; a number does not stand in a longer one ("34" in "134" or "34,000")."""
    before = r"(?<!\d)(?<!\d[.,])" if string[:1].isdigit() else ""
    after = r"(?!\d)(?![.,]\d)" if string[-1:].isdigit() else ""
    return re.search(before + re.escape(string) + after, text) is not None


def overlap(sentence: str, other: str) -> bool:
    """Tells whether two sentences are the same, or one is most of the other in one piece."""
    short, long = sorted((sentence, other), key=len)
    if len(short) < _SHORT:
        return re.search(rf"(?:^|[.!?][\"”’)]*\s){re.escape(short)}(?:\s|$)", long) is not None
    matcher = difflib.SequenceMatcher(None, short, long, autojunk=False)
    return short in long or matcher.find_longest_match().size >= _OVERLAP * len(short)


def _plain(text: str) -> str:
    return " ".join(text.split()).lower()


@dataclass(frozen=True, slots=True)
class Figures:
    """What became of some questions. Shares are in 0..1; they and the mean are None where nothing counts.

    Attributes:
        right: answerable questions of which all that is needed is shown.
        refused: unanswerable questions that are refused.
        helpful: the share of the sentences shown for answerable questions that help.
        characters: the mean length of what is shown for a question that is answered.
        first_helps: right answers whose first sentence helps.
        first_right: answerable questions that the first sentence alone would answer rightly.
    """

    answerable: int
    right: int
    unanswerable: int
    refused: int
    helpful: float | None
    characters: float | None
    first_helps: int
    first_right: int


def figures(outcomes: Sequence[Outcome]) -> Figures:
    answerable = [outcome for outcome in outcomes if outcome.case.answerable]
    unanswerable = [outcome for outcome in outcomes if not outcome.case.answerable]
    return Figures(
        answerable=len(answerable),
        right=sum(outcome.right for outcome in answerable),
        unanswerable=len(unanswerable),
        refused=sum(not outcome.shown for outcome in unanswerable),
        helpful=_mean(helps for outcome in answerable for helps in outcome.helps),
        characters=_mean(sum(map(len, outcome.shown)) for outcome in outcomes if outcome.shown),
        first_helps=sum(outcome.helps[0] for outcome in answerable if outcome.right),
        first_right=sum(judge(outcome.case, outcome.shown[:1]).right for outcome in answerable),
    )


def _mean(values: Iterable[float]) -> float | None:
    counted = list(values)
    return fmean(counted) if counted else None


def calibration(cases: Sequence[Case], unrefused: Sequence[Row]) -> float | None:
    """Returns the expected calibration error, of the confidence that what would be shown is right.

    Args:
        cases: what nothing answers is never right.
        unrefused: what would be shown of each if nothing were refused. Where there would be nothing to show, there is
            no confidence to judge.
    """
    judged = [
        (row["confidence"], judge(case, shown(row)).right)
        for case, row in zip(cases, unrefused, strict=True)
        if shown(row)
    ]
    return calibration_error(*zip(*judged, strict=True)) if judged else None


def by_group(outcomes: Sequence[Outcome], groups: Mapping[str, Callable[[Case], str]]) -> Iterator[str]:
    """Returns the lines of a table of the figures of groups; `groups` tells, by its heading, what groups a case."""
    yield "| questions | | right | refused, unanswerable | sentences that help | characters | first helps |"
    yield "|---|---|--:|--:|--:|--:|--:|"
    for name, key in groups.items():
        heading = name
        for value in sorted({key(outcome.case) for outcome in outcomes}):
            group = figures([outcome for outcome in outcomes if key(outcome.case) == value])
            cells = (
                share(group.right, group.answerable),
                share(group.refused, group.unanswerable),
                percent(group.helpful),
                whole(group.characters),
                share(group.first_helps, group.right),
            )
            yield f"| {heading} | {value} | {' | '.join(cells)} |"
            heading = ""


GROUPS: dict[str, Callable[[Case], str]] = {
    "by kind": lambda case: case.kind,
    "by style": lambda case: case.style,
    "by turn": lambda case: case.turn,
}


def share(count: int, total: int) -> str:
    return f"{count} of {total}" if total else ""


def percent(value: float | None, total: int = 1) -> str:
    return "" if value is None or not total else f"{100 * value / total:.0f} %"


def whole(value: float | None) -> str:
    return "" if value is None else f"{value:.0f}"


def shown(row: Row) -> list[str]:
    """Returns the sentences that are shown of an answer, which the chat shortens; none of a refusal or an error."""
    return [statement["text"] for statement in row.get("statements", ())][:LISTED]
