"""Whether lines tell the names, figures and dates of a claim, each where the claim has it. Pure."""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from retrieval.gate.sources import known
from retrieval.text.dates import Moment
from retrieval.text.name_matching import matching_names, same_name
from retrieval.text.numbers import exchanged, scores
from retrieval.text.words import STOP_WORDS, holds_family, plain, stem, word_set, words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from retrieval.gate.claims import Claim, Named
    from retrieval.gate.sources import Line
    from retrieval.text.numbers import Figure

NEAR = 0.5  # the share of a fact's neighbours in the claim that its sentence in the passage holds as well
_SHORTEST_FORM = 4
_PARTICLES = word_set("of the and for de al el la le von van der bin du da")
_ALIASES = (
    ("us", "u.s", "usa", "united states", "america", "american", "americans"),
    ("uk", "u.k", "britain", "united kingdom", "british"), ("eu", "e.u", "european union"),
    ("un", "u.n", "united nations"), ("uae", "united arab emirates"), ("kiev", "kyiv"),
    ("new york", "n.y", "nyc"), ("washington", "d.c", "washington dc"),
)  # fmt: skip
_WEAK = STOP_WORDS | {"said", "says", "say", "according"}  # which stand between names whatever is told
_BY = re.compile(r"\bby\s+(?:\w+\s+){0,3}$")


class _Unit(NamedTuple):
    start: int
    end: int
    told: Callable[[Line], bool]
    what: str


def untold(claim: Claim, chosen: Sequence[Line]) -> str | None:
    """Why the lines do not tell what is exact in a claim; None where they do."""
    for unit in _units(claim):
        telling = [line for line in chosen if unit.told(line)]
        if not telling:
            return unit.what
        if not _is_near(claim, unit, telling, chosen):
            return f"{unit.what} there"
    known_scores = {score for line in chosen for score in scores(line.text)}
    if any(score not in known_scores and score[::-1] in known_scores for score in claim.scores):
        return "the result is another"
    return _changed(claim, chosen)


def tells_name(name: str, line: Line) -> bool:
    """Whether a line is about whom a name means: by the name, by a form of it, or by a word that stands for it."""
    if _is_another(name, line):
        return False
    if any(_same(name, other) for other in line.names) or _written(name, line):
        return _is_whole(name, line)
    if matching_names(name, line.meant):
        return _is_whole(name, line)
    return _is_of_source(name, line) or (line.stands_for and _is_introduced(name, line))


def _is_another(name: str, line: Line) -> bool:
    """Whether a line's own people of that surname have other first names."""
    *first, last = name.split()
    alike = [full for full in line.meant if first and " " in full and full.rsplit(maxsplit=1)[-1] == last]
    return bool(alike) and not matching_names(name, alike)


def _is_whole(name: str, line: Line) -> bool:
    """Whether the article holds each word of a name, so that no first name is made up."""
    article = known(line.hit.article)
    if _alias(name) or name.isupper():
        return True
    parts = [word.stem for word in words(name) if word.text not in _PARTICLES]
    return all(_holds_part(part, article.stems) for part in parts)


def _holds_part(part: str, stems: frozenset[str]) -> bool:
    return part in stems or any(_form(part, other) for other in stems)


def _form(one: str, other: str) -> bool:
    """Whether one stem is a form of another (russia, russian); never a slip apart, as that may be another name."""
    short = min(len(one), len(other))
    return short >= _SHORTEST_FORM and one[: short - 1] == other[: short - 1] and same_name(one, other)


def _same(one: str, other: str) -> bool:
    return one.lower() == other.lower() or bool(_alias(one) and _alias(one) == _alias(other)) or _initials(one, other)


def _alias(name: str) -> tuple[str, ...] | None:
    bare = name.lower().removesuffix("'s").strip(". ").removeprefix("the ")
    return next((group for group in _ALIASES if bare in group), None)


def _initials(one: str, other: str) -> bool:
    """Whether one name is the other's initials: NATO, or N.A.T.O."""
    short, long = sorted((one.replace(".", ""), other), key=len)
    letters = "".join(word[0] for word in long.split() if word[0].isupper())
    return len(short) > 1 and short.isupper() and short == letters


def _written(name: str, line: Line) -> bool:
    """Whether the words of a name stand in a line, whatever spelling makes of them."""
    group = _alias(name)
    if group and any(re.search(rf"\b{re.escape(form)}\b", line.text, re.IGNORECASE) for form in group):
        return True
    parts = [word.stem for word in words(name) if word.text not in _PARTICLES]
    return (
        bool(parts)
        and _holds_part(parts[-1], line.stems)
        and all(_holds_part(part, line.stems) for part in parts if len(parts) > 1 and part not in _first_names(name))
    )


def _first_names(name: str) -> frozenset[str]:
    """The stems of what may be left out of a person's name."""
    return frozenset(word.stem for word in words(name)[:-1])


def _is_of_source(name: str, line: Line) -> bool:
    """Whether a name is that of the outlet or the author."""
    article = line.hit.article
    told = plain(" ".join(filter(None, (article.publisher, article.byline, article.url)))).lower()
    return bool(told) and name.lower() in told


def _is_introduced(name: str, line: Line) -> bool:
    """Whether the title, or the article before a line, has named it."""
    article = line.hit.article
    before = plain(f"{article.title}\n{article.text[: line.start]}")
    return re.search(rf"\b{re.escape(name)}\b", before) is not None


def _units(claim: Claim) -> Iterable[_Unit]:
    for name in claim.names:
        yield _Unit(name.start, name.end, partial(tells_name, name.text), f"{name.text} is not named")
    for figure in claim.figures:
        written = claim.text[figure.start : figure.end].strip()
        yield _Unit(figure.start, figure.end, partial(tells_figure, figure), f"{written} is not said")
    for moment in claim.moments:
        written = claim.text[moment.start : moment.end]
        yield _Unit(moment.start, moment.end, partial(tells_moment, moment), f"{written} is not said")


def tells_figure(figure: Figure, line: Line) -> bool:
    return any(figure.is_told_by(other) for other in line.figures)


def tells_moment(moment: Moment, line: Line) -> bool:
    """Whether a line gives a date, itself or by its article's: a month or year, where the line has no other one."""
    if any(moment.is_told_by(other) for other in line.moments):
        return True
    published = line.hit.article.published_on
    if published is None or moment.day or moment.weekday is not None or moment.word:
        return False
    others = [other for other in line.moments if other.year or other.month]
    return not others and Moment(0, 0, published.year, published.month).has(moment)


def _is_near(claim: Claim, unit: _Unit, telling: Sequence[Line], chosen: Sequence[Line]) -> bool:
    """Whether the lines that tell a fact hold the words around it, too; one line alone always does."""
    if len(chosen) == 1:
        return True
    near = claim.neighbours(unit.start, unit.end)
    return not near or sum(any(holds_family(line.stems, word) for line in telling) for word in near) >= NEAR * len(near)


def _changed(claim: Claim, chosen: Sequence[Line]) -> str | None:
    """What a claim changes of the line that is nearest to it: a name or number in another's place, or two exchanged."""
    line = max(chosen, key=lambda line: _similar(claim, line))
    if names := _exchanged_names(claim, line):
        return f"{names[0]} and {names[1]} are exchanged"
    own = [f for f in line.figures if f.unit != "th"]
    if exchanged([f for f in claim.figures if f.unit != "th"], own):
        return "two numbers are exchanged"
    return _replaced(claim, line)


def _similar(claim: Claim, line: Line) -> float:
    return sum(holds_family(line.stems, word.stem) for word in claim.content) / (1 + 0.01 * len(line.words))


def _replaced(claim: Claim, line: Line) -> str | None:
    """A name or number of the claim that stands where the line has another one, which the claim lacks."""
    matcher = SequenceMatcher(None, [w.stem for w in claim.words], [w.stem for w in line.words], autojunk=False)
    for tag, first, last, start, end in matcher.get_opcodes():
        if tag != "replace":
            continue
        ours = claim.words[first].start, claim.words[last - 1].end
        theirs = line.words[start].start, line.words[end - 1].end
        new = [n.text for n in claim.names if ours[0] <= n.start < ours[1] and not _names(n.text, line.names, line)]
        stretch = line.text[slice(*theirs)]
        lost = [n for n in line.names if n in stretch and not _names(n, [c.text for c in claim.names], None)]
        if new and lost:
            return f"{new[0]} stands for {lost[0]}"
    return None


def _names(name: str, others: Sequence[str], line: Line | None) -> bool:
    """Whether a name, or a form of it, is among others or in a line."""
    if any(_same(name, other) or _overlap(name, other) for other in others):
        return True
    return line is not None and _written(name, line)


def _overlap(one: str, other: str) -> bool:
    first, second = ({w.stem for w in words(n) if w.text not in _PARTICLES} for n in (one, other))
    return bool(first & second) or any(_form(a, b) for a in first for b in second)


def _exchanged_names(claim: Claim, line: Line) -> tuple[str, str] | None:
    """Two names that a claim has in the other order around the same words, unless one of both is in the passive."""
    placed = [(name, at) for name in claim.names if (at := _place(name, line)) is not None]
    for (one, first), (other, second) in pairwise(placed):
        if first <= second or one.text == other.text:
            continue
        ours = {word.stem for word in claim.words if one.end <= word.start and word.end <= other.start}
        theirs = {word.stem for word in line.words if word.text not in _WEAK and second < word.start < first}
        passive = bool(_BY.search(claim.text[: other.start])) != bool(_BY.search(line.text[:first]))
        if ours & theirs and not passive:
            return one.text, other.text
    return None


def _place(name: Named, line: Line) -> int | None:
    """Where the only mention of a name in a line begins."""
    last = stem(name.text.split()[-1])
    found = [word.start for word in line.words if word.stem == last]
    return found[0] if len(found) == 1 else None
