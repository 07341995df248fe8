"""How well quotations and their speakers are found: `python -m benchmarks.attribution FILE [--by-kind] [--ablate]`.

`--ablate` switches the rules and word lists of `retrieval.quotes` off one at a time and prints what each is worth;
`--first N` reads N articles alone.

FILE holds rows {id, text, attributions: [{source, cue, content, direct_quote, source_spans, content_spans}]}, a .jsonl,
gzipped by suffix; spans are groups of [start, end) character offsets, and a cue is given by its words alone.

Every part of a found quotation is assigned to the labelled attribution whose content it shares most characters with
(ties: the one of nearest length, then the first), or to none: what one label holds two quotations may, and the other
way round ("...", she said. "..." is one label and two quotations). Below, a found quotation is such a part.

- direct found: recall is the share of labelled direct quotations of whose characters at least 80 % lie in found
  contents; precision the share of found direct quotations of which any character lies in a labelled content.
- direct, speaker right: of the labelled direct quotations found that way and labelled with a source, the share where
  the assigned quotation (the longest of them) has a speaker mention that overlaps a labelled source span.
- name right: of the 150 direct quotations whose speakers were told by hand (`attribution_names.jsonl`, beside this
  file), the share for which the found part that shares most characters with the quotation is given one of the listed
  names; case and titles apart. A quotation that is not found counts as wrong.
- content overlap: over all attributions, characters shared by assigned quotations and their labels, as a share of
  the characters of all found contents (precision) and of all labelled contents (recall). This is the overlap measure
  of Citron (Newell et al. 2018), in characters instead of tokens.
- source overlap: the same for the source spans of assigned pairs. Source exact: the share of found attributions
  (precision) and of labelled ones that have a source (recall) that are assigned to one another and whose source spans
  are the same, but for punctuation and spaces at the ends. Labels without a source stay out of recall, and what is
  assigned to them out of precision.
- cue: precision and recall of attributions, where an assigned pair counts if their cues share a word.
- by kind: of the labels that are direct, mixed (with quotation marks somewhere in them) and indirect, how many a
  quotation is assigned to, and of these that have a source, for how many a speaker mention overlaps it.
- speed: milliseconds for 5,000 characters, on one thread.
"""

from __future__ import annotations

import argparse
import re
import time
from collections import Counter
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

from benchmarks.ablation import rules, without
from benchmarks.rows import read_rows
from retrieval.quotes import attributions, clauses, coreference, extraction, uncued
from retrieval.quotes.extraction import quotes
from retrieval.text.names import core_name
from retrieval.types import Article, Quote, QuoteKind, Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

_NAMES = Path(__file__).with_name("attribution_names.jsonl")
_COVERED = 0.8
_UNIT = 5_000
_MARK = re.compile("[\"“”]|''|``")


@dataclass(frozen=True)
class Label:
    """A labelled attribution; spans are in characters."""

    source: list[Span]
    content: list[Span]
    cue: str
    direct: bool

    @classmethod
    def of(cls, row: dict[str, Any]) -> Label:
        return cls(_spans(row["source_spans"]), _spans(row["content_spans"]), row["cue"], row["direct_quote"])

    def kind(self, text: str) -> QuoteKind:
        if self.direct:
            return "direct"
        return "mixed" if any(_MARK.search(text, span.start, span.end) for span in self.content) else "indirect"


@dataclass
class Kind:
    """Of the labels of one kind: all, those found, those of these with a source, and those whose speaker is right."""

    labelled: int = 0
    found: int = 0
    sourced: int = 0
    right: int = 0


@dataclass
class Score:
    """Counts of what was found, what is labelled, and what of each is right."""

    found: int = 0
    found_right: int = 0
    labelled: int = 0
    labelled_right: int = 0

    def add(self, found: int, labelled: int, right: int) -> None:
        self.found += found
        self.labelled += labelled
        self.found_right += right
        self.labelled_right += right

    @property
    def precision(self) -> float:
        return self.found_right / self.found if self.found else 0.0

    @property
    def recall(self) -> float:
        return self.labelled_right / self.labelled if self.labelled else 0.0

    @property
    def f1(self) -> float:
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


@dataclass
class Report:
    """The measures over a set of articles."""

    direct: Score = field(default_factory=Score)
    speakers: Counter[bool] = field(default_factory=Counter)
    names: Counter[bool] = field(default_factory=Counter)
    content: Score = field(default_factory=Score)
    source_overlap: Score = field(default_factory=Score)
    source_exact: Score = field(default_factory=Score)
    cue: Score = field(default_factory=Score)
    kinds: dict[QuoteKind, Kind] = field(default_factory=lambda: {kind: Kind() for kind in get_args(QuoteKind)})
    characters: int = 0
    seconds: float = 0.0

    @property
    def speaker_right(self) -> float:
        return self.speakers[True] / max(1, self.speakers.total())

    @property
    def name_right(self) -> float:
        return self.names[True] / max(1, self.names.total())

    @property
    def milliseconds(self) -> float:
        return self.seconds * 1_000 * _UNIT / max(1, self.characters)


def measure(rows: Iterable[dict[str, Any]], named: Iterable[dict[str, Any]] = ()) -> Report:
    """The measures over rows of attributions; `named` are the speakers told by hand, as `attribution_names.jsonl`."""
    report = Report()
    told: dict[str, list[dict[str, Any]]] = {}
    for label in named:
        told.setdefault(label["id"], []).append(label)
    for row in rows:
        start = time.perf_counter()
        found = _parts(quotes(Article(id=row["id"], title="", text=row["text"])))
        report.seconds += time.perf_counter() - start
        report.characters += len(row["text"])
        _compare(row["text"], found, [Label.of(label) for label in row["attributions"]], report)
        report.names.update(is_named_right(found, label) for label in told.get(row["id"], ()))
    return report


def _compare(text: str, found: list[Quote], labels: list[Label], report: Report) -> None:
    parts: list[list[Quote]] = [[] for _ in labels]
    astray: list[Quote] = []
    for quote in found:
        best = _best(quote, labels)
        (astray if best is None else parts[best]).append(quote)
    for label, assigned in zip(labels, parts, strict=True):
        _score_pair(text, label, assigned, report)
    for quote in astray:
        report.content.add(_size(quote.content), 0, 0)
        report.source_overlap.add(_size([quote.speaker]), 0, 0)
        report.source_exact.add(1, 0, 0)
        report.cue.add(1, 0, 0)
    _score_direct(found, labels, parts, report)


def is_named_right(found: Iterable[Quote], label: dict[str, Any]) -> bool:
    """Whether the quote that holds most of a quotation has one of the names that people gave its speaker."""
    span = [Span(label["start"], label["end"])]
    best = max(found, key=lambda quote: _shared(quote.content, span), default=None)
    if best is None or not _shared(best.content, span):
        return False
    return _plain(best.name) in {_plain(name) for name in label["names"]}


def _plain(name: str) -> str:
    return re.sub(r"^(?:the|an?) ", "", (core_name(name) or name).casefold())


def _parts(found: Iterable[Quote]) -> list[Quote]:
    return [replace(quote, content=(part,)) for quote in found for part in quote.content]


def _best(quote: Quote, labels: list[Label]) -> int | None:
    def key(at: int) -> tuple[int, int]:
        size = _size(quote.content)
        return _shared(quote.content, labels[at].content), -abs(_size(labels[at].content) - size)

    best = max(range(len(labels)), key=key, default=None)
    return best if best is not None and key(best)[0] else None


def _score_pair(text: str, label: Label, assigned: list[Quote], report: Report) -> None:
    contents = [part for quote in assigned for part in quote.content]
    kind = report.kinds[label.kind(text)]
    kind.labelled += 1
    kind.found += bool(assigned)
    kind.sourced += bool(assigned and label.source)
    kind.right += bool(_shared([quote.speaker for quote in assigned], label.source))
    report.content.add(_size(contents), _size(label.content), _shared(contents, label.content))
    right = any(_words(text, [quote.cue]) & _words(label.cue) for quote in assigned if quote.cue)
    report.cue.add(bool(assigned), 1, right)
    if not label.source:
        return
    speakers = list({quote.speaker for quote in assigned})
    report.source_overlap.add(_size(speakers), _size(label.source), _shared(speakers, label.source))
    exact = any([_trimmed(text, speaker)] == [_trimmed(text, span) for span in label.source] for speaker in speakers)
    report.source_exact.add(bool(assigned), 1, exact)


def _score_direct(found: list[Quote], labels: list[Label], parts: list[list[Quote]], report: Report) -> None:
    contents = [part for quote in found for part in quote.content]
    labelled = [span for label in labels for span in label.content]
    direct = [quote for quote in found if quote.kind == "direct"]
    report.direct.found += len(direct)
    report.direct.found_right += sum(bool(_shared(quote.content, labelled)) for quote in direct)
    for label, assigned in zip(labels, parts, strict=True):
        if not label.direct:
            continue
        report.direct.labelled += 1
        if _shared(contents, label.content) < _COVERED * _size(label.content):
            continue
        report.direct.labelled_right += 1
        longest = max(assigned, key=lambda quote: _shared(quote.content, label.content), default=None)
        if label.source:
            report.speakers[longest is not None and bool(_shared([longest.speaker], label.source))] += 1


def _spans(groups: list[list[list[int]]]) -> list[Span]:
    return [Span(start, end) for group in groups for start, end in group]


def _size(spans: Iterable[Span]) -> int:
    return sum(span.end - span.start for span in _apart(spans))


def _shared(one: Iterable[Span], other: Iterable[Span]) -> int:
    """How many characters lie in spans of both."""
    others = _apart(other)
    return sum(max(0, min(a.end, b.end) - max(a.start, b.start)) for a in _apart(one) for b in others)


def _apart(spans: Iterable[Span]) -> list[Span]:
    """The same characters in spans that do not overlap."""
    apart: list[Span] = []
    for span in sorted(spans, key=lambda span: span.start):
        start = max(span.start, apart[-1].end) if apart else span.start
        if start < span.end:
            apart.append(Span(start, span.end))
    return apart


def _words(text: str, spans: Iterable[Span] | None = None) -> set[str]:
    pieces = [text] if spans is None else [text[span.start : span.end] for span in spans]
    return {word for piece in pieces for word in re.findall(r"[^\W_]+|[^\w\s]", piece.lower())}


def _trimmed(text: str, span: Span) -> Span:
    piece = text[span.start : span.end]
    core = re.sub(r"^\W+|\W+$", "", piece)
    start = span.start + piece.find(core)
    return Span(start, start + len(core))


def table(report: Report) -> str:
    """The measures in percent, one a line."""
    scores = {
        "direct quotations found": report.direct,
        "content overlap": report.content,
        "source overlap": report.source_overlap,
        "source exact": report.source_exact,
        "cue": report.cue,
    }
    lines = [f"{'':26}{'P':>7}{'R':>7}{'F1':>7}"]
    lines += [f"{name:26}{s.precision:7.1%}{s.recall:7.1%}{s.f1:7.1%}" for name, s in scores.items()]
    lines.append(f"{'direct, speaker right':26}{report.speaker_right:7.1%}  of {report.speakers.total()}")
    if report.names:
        lines.append(f"{'direct, name right':26}{report.name_right:7.1%}  of {report.names.total()}")
    lines.append(f"{'ms per 5,000 characters':26}{report.milliseconds:7.1f}")
    return "\n".join(lines)


def by_kind(report: Report) -> str:
    """How many labels of each kind are found, and how often their speakers are right then."""
    lines = [f"{'':10}{'labelled':>10}{'found':>8}{'speaker right':>15}"]
    for name, kind in report.kinds.items():
        if not kind.labelled:  # no label is an attitude by its kind
            continue
        found, right = kind.found / max(1, kind.labelled), kind.right / max(1, kind.sourced)
        lines.append(f"{name:10}{kind.labelled:10,}{found:8.1%}{right:15.1%}")
    return "\n".join(lines)


def ablation(rows: Sequence[dict[str, Any]], named: Sequence[dict[str, Any]] = ()) -> Iterator[str]:
    """What each rule is worth, a line each: the points of each measure that are lost without it."""
    whole = _figures(measure(rows, named))
    yield f"{'without':44}{''.join(f'{name:>10}' for name in whole)}"
    yield f"{'(all rules)':44}{''.join(f'{value:10.2f}' for value in whole.values())}"
    for rule in rules(attributions, clauses, uncued, extraction, coreference):
        with without(rule):
            try:
                lacking = _figures(measure(rows, named))
            except Exception as error:  # noqa: BLE001 - a step that others build on, and no rule
                yield f"{rule.name:44}  nothing works: {type(error).__name__}"
                continue
        yield f"{rule.name:44}{''.join(f'{lacking[name] - value:+10.2f}' for name, value in whole.items())}"


def _figures(report: Report) -> dict[str, float]:
    """The measures that a rule may be worth, in percent."""
    return {
        "direct P": 100 * report.direct.precision,
        "direct R": 100 * report.direct.recall,
        "content": 100 * report.content.f1,
        "source": 100 * report.source_overlap.f1,
        "speaker": 100 * report.speaker_right,
        **({"names": 100 * report.name_right} if report.names else {}),
    }


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.attribution")
    parser.add_argument("file", type=Path)
    parser.add_argument("--by-kind", action="store_true", help="the labels found, by their kind")
    parser.add_argument("--ablate", action="store_true", help="what each rule is worth")
    parser.add_argument("--first", type=int, metavar="N", help="read N articles alone")
    asked = parser.parse_args()
    rows = read_rows(asked.file)[: asked.first]
    named = [label for label in read_rows(_NAMES) if label["id"] in {row["id"] for row in rows}]
    if asked.ablate:
        for line in ablation(rows, named):
            print(line, flush=True)
        return
    report = measure(rows, named)
    print(table(report))
    if asked.by_kind:
        print("", by_kind(report), sep="\n")


if __name__ == "__main__":
    main()
