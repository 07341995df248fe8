"""Answers and articles as JSON, plain text and rich text. Pure.

Article text comes from anywhere: whatever is displayed goes through `printable`, and reaches rich as `Text`, never as
markup. JSON keeps the stored text as it is, so that offsets hold.
"""

from __future__ import annotations

import re
from dataclasses import replace
from shlex import quote
from textwrap import shorten
from typing import TYPE_CHECKING, NamedTuple

from retrieval.citations import nearest_sentence
from retrieval.quotes.verification import cited, told
from retrieval.text.document import sentences
from retrieval.text.follow_ups import is_pieced
from retrieval.text.messages import without_chatter
from retrieval.types import Chronology, QuotationList, Span

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from rich.console import RenderableType
    from rich.text import Text

    from bot.quoting import ArticleQuotes
    from retrieval.quotes.verification import Verification
    from retrieval.types import Answer, Article, Citation, Field, Hit, Statement
    from retrieval.watching import Unfinished

NEAREST = 3
LISTED = 5  # statements of a longer list that are shown
_EXCERPT = 400  # characters of a sentence that only comes near
_FAR_LESS = 2  # times as long is a sentence, at least, whose few words that answer are shown before it
_NAMED = 3  # of those that carry a cited text
_NOTE = 120  # characters of a quote where all is on one line
_MARKS = tuple('“”„«»"')
_COLUMNS = "{:>3}  {:>8}  {:>14}  {:>14}  {}"

# Control characters would steer the terminal, and bidirectional overrides show words in another order than they stand.
_DROPPED = (*range(0x20), *range(0x7F, 0xA0), 0x61C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A))
_SPACES = (0x0B, 0x0C, 0x85, 0x2028, 0x2029)
_SURROGATES = range(0xD800, 0xE000)  # no encoding can write these
_PRINTABLE: dict[int, str | None] = {
    **dict.fromkeys(_DROPPED),
    **dict.fromkeys(_SPACES, " "),
    **dict.fromkeys(_SURROGATES, "\N{REPLACEMENT CHARACTER}"),
    ord("\n"): "\n",
    ord("\t"): "\t",
}


# The end of a line that ends in no mark and has a blank line below it.
_BELOW = re.compile(r"(?<=[^\s.!?,;:…”\"])[^\S\n]*+\n[^\S\n]*+\n\s*+(?=\S)")


def printable(text: str) -> str:
    """Returns the text as it may be shown: without what steers a terminal or reorders words. Newlines and tabs stay."""
    return text.translate(_PRINTABLE)


def abridged(answer: Answer) -> Answer:
    """Returns the answer as it is shown: of a long list the first items, with `total`, and their citations.

    A writer's prose is left whole, and so is a story.
    """
    if answer.mode == "writer" or isinstance(answer, Chronology) or len(answer.statements) <= LISTED:
        return answer
    statements = answer.statements[:LISTED]
    shown = {number for said in statements for number in said.citations}
    citations = tuple(cited for cited in answer.citations if cited.number in shown)
    return replace(answer, statements=statements, citations=citations, total=max(answer.total, len(answer.statements)))


def to_json(answer: Answer) -> dict[str, object]:
    """Returns the object that `byline ask --json` prints; its quotes are exact slices."""
    speaker, topic = (answer.speaker, answer.topic) if isinstance(answer, QuotationList) else (None, None)
    return {
        "question": answer.question,
        "standalone_question": answer.standalone_question,
        "answered": answer.answered,
        "answer": answer.text,
        "statements": [{"text": said.text, "citations": list(said.citations)} for said in answer.statements],
        "total": answer.total,
        "short": answer.short,
        "note": answer.note,
        "speaker": speaker,
        "about": topic,
        "confidence": answer.confidence,
        "mode": answer.mode,
        "dropped": answer.trace.dropped,
        "citations": [
            {"number": c.number}
            | _slice(c.article, c.field, c.start, c.end, c.quote)
            | {"also_in": [repeat._asdict() for repeat in c.also_in]}
            for c in answer.citations
        ],
        "nearest": []
        if answer.answered
        else [
            _slice(hit.article, "text", hit.start, hit.end, hit.text) | {"score": hit.score, "library": hit.library}
            for hit in answer.trace.hits[:NEAREST]
        ],
        "timings_ms": dict(answer.trace.timings_ms),
    }


def plain(answer: Answer) -> str:
    """Returns the answer, then its sources, or for a refusal the sentences that came nearest; a line each.

    A few words that answer alone come first, since nothing can make them stand out.
    """
    answer = abridged(answer)
    short = _short_first(answer)
    if answer.answered:
        sources = [
            source.line(printable(source.words)) for source in cited_sources(answer, answer.statements, source_note)
        ]
    else:
        sources = [f"Nearest: {_near_line(answer, hit)}" for hit in answer.trace.hits[:NEAREST]]
    first = [folded(short), ""] if short else []
    return "\n".join(first + _answer_lines(answer) + remarks(answer) + [""] * bool(sources) + sources)


def one_line(answer: Answer) -> str:
    """Returns all on one line: the answer, then short notes on its sources."""
    answer = abridged(answer)
    if not answer.answered:
        near = [f"Nearest: {_near_line(answer, hit)}" for hit in answer.trace.hits[:1]]
        return folded(" ".join((answer.text, *map(_ended, remarks(answer)), *near)))
    short = _short_first(answer)
    notes = "; ".join(
        source.line(_short(source.words, _NOTE)) for source in cited_sources(answer, answer.statements, source_note)
    )
    parts = (
        f"{short} —" if short else "",
        *_answer_lines(answer),
        *map(_ended, remarks(answer)),
        f"({notes})" if notes else "",
    )
    return folded(" ".join(filter(None, parts)))


def _ended(remark: str) -> str:
    """Returns a remark so that a sentence can follow it."""
    return remark if remark[-1] in ".?!" else f"{remark}."


def _short_first(answer: Answer) -> str:
    """Returns the words that answer alone, where they are far less than the sentence they stand in; else ""."""
    at = first_with(short := answer.short or "", answer)
    return short if at is not None and _FAR_LESS * len(short) < len(answer.statements[at].text) else ""


def explain(answer: Answer) -> str:
    """Returns what was read, best first with its scores, and the reader's reasons."""
    rows = [_COLUMNS.format("#", "score", "dense (rank)", "lexical (rank)", "title: first words")]
    for number, hit in enumerate(answer.trace.hits, 1):
        dense, lexical = _score(hit.dense, hit.dense_rank), _score(hit.lexical, hit.lexical_rank)
        words = f"{_short(hit.article.title, 40)}: {_short(hit.text, 60)}"
        rows.append(_COLUMNS.format(number, f"{hit.score:.4f}", dense, lexical, words))
    return "\n".join([*rows, *map(printable, answer.trace.why)])


def rich_answer(answer: Answer, *, in_chat: bool = False) -> RenderableType:
    """Returns the answer for a terminal, its short span emphasised, its citations under it, or a refusal."""
    from rich.console import Group
    from rich.text import Text

    answer = abridged(answer)
    if not answer.answered:
        told = (Text(remark, "dim") for remark in remarks(answer))
        return Group(Text(f"✗ {answer.text}", "bold yellow"), *told, *rich_sources(answer))
    short = answer.short or ""
    shown = [
        _rich_statement(said, short if i == first_with(short, answer) else "")
        for i, said in enumerate(answer.statements)
    ]
    body = Text("\n" if answer.mode == "reader" else " ").join(shown)
    left = (*_rest(answer, in_chat=in_chat), *remarks(answer))
    body.append("".join(f"\n{line}" for line in left), "dim")
    sources = rich_sources(answer)
    note = [Text(folded(answer.note), "bold")] if answer.note else []
    return Group(*note, body, *([Text()] if sources else []), *sources)


def rich_unfinished(unfinished: Unfinished) -> RenderableType:
    """Returns what is written so far: what stays, and dim what the articles may turn out not to support."""
    from rich.spinner import Spinner
    from rich.text import Text

    if not unfinished.statements and not unfinished.tentative.strip():
        return Spinner("dots", "Reading …")
    stays = [_rich_statement(said, "") for said in unfinished.statements]
    return Text(" ").join([*stays, Text(f"{folded(unfinished.tentative)} …".strip(), "dim")])


class CitedSource(NamedTuple):
    """Where citations of one article are from: "[1][3]", the words they quote, if those are to be shown, and whose.

    The words are "" where the answer itself has said them; `also` names who else carries the text, if anybody does.
    """

    marker: str
    words: str
    origin: str
    also: str = ""

    def line(self, words: str) -> str:
        """Returns all on a line, with these words for its own."""
        return f"{self.marker} {' — '.join(filter(None, (quoted(words) if words else '', self.told)))}".strip()

    @property
    def told(self) -> str:
        """What it is of, and who else carries that."""
        return "; ".join(filter(None, (self.origin, self.also)))


def cited_sources(
    answer: Answer, statements: Sequence[Statement], origin: Callable[[Article, Field], str]
) -> list[CitedSource]:
    """Returns the sources of an answer's statements, or of some of them, each article and each sentence once.

    Args:
        answer: whose citations count.
        statements: those of it that are shown.
        origin: tells of an article what is to be known of it beside the field that was cited.
    """
    said: dict[int, str] = {}
    for statement in statements:
        for number in statement.citations:
            said[number] = f"{said.get(number, '')} {folded(statement.text)}"
    groups: dict[tuple[str, str, str], list[Citation]] = {}
    for citation in answer.citations:
        if (told := said.get(citation.number)) is not None:
            words = "" if folded(citation.quote) in told else citation.quote
            groups.setdefault((words, citation.library, citation.article.id), []).append(citation)
    sources = []
    for (words, *_), some in groups.items():
        field = some[0].field if len({citation.field for citation in some}) == 1 else "text"
        marker = "".join(f"[{citation.number}]" for citation in some)
        sources.append(CitedSource(marker, words, origin(some[0].article, field), also_in(some[0])))
    return sources


def also_in(cited: Citation) -> str:
    """Returns "also in: The Post, Gorm Daily and 2 more", of who else carries a cited text; "" where nobody does."""
    own = cited.article.publisher
    others = dict.fromkeys(folded(repeat.publisher or repeat.title) for repeat in cited.also_in)
    names = [name for name in others if name and name != own] or list(others)
    more = f" and {len(names) - _NAMED:,} more" if len(names) > _NAMED else ""
    return f"also in: {', '.join(names[:_NAMED])}{more}" if names else ""


def rich_sources(answer: Answer) -> list[Text]:
    """Returns an answer's citations, or what is nearest to a refused question, numbered as `/open N` has them."""
    from rich.text import Text

    answer = abridged(answer)
    if answer.answered:
        return [
            Text.assemble(
                (f"{source.marker} ", "cyan"),
                f"{quoted(printable(source.words))} — " if source.words else "",
                (source.told, "dim"),
            )
            for source in cited_sources(answer, answer.statements, source_note)
        ]
    near = [f"  {n}. {_near_line(answer, hit)}" for n, hit in enumerate(answer.trace.hits[:NEAREST], 1)]
    return [Text(line, "dim") for line in (["Nearest in the articles:"] * bool(near) + near)]


def article_view(
    article: Article,
    highlight: Span | None = None,
    field: Field = "text",
    *,
    around: int | None = None,
    marks: tuple[str, str] = ("", ""),
) -> Text:
    """Returns an article, with the highlighted stretch of the field standing out.

    Args:
        article: what is shown, below its title and where it is from.
        highlight: what stands out.
        field: where that is.
        around: how many characters of the text are shown on each side of it, cut between sentences, with how much is
            left out (None: all).
        marks: what stands before and behind it, for where nothing can stand out.
    """
    from rich.text import Text

    mark = highlight or Span(0, 0)
    first, last = _window(article.text, mark if field == "text" else Span(0, 0), around)

    def shown(name: Field, style: str = "", start: int = 0, end: int | None = None) -> Text:
        value: str = (getattr(article, name) or "")[:end]
        if highlight is None or name != field:
            return Text(printable(value[start:]), style)
        cuts = (value[start : mark.start], value[mark.start : mark.end], value[mark.end :])
        before, marked, after = map(printable, cuts)
        return Text.assemble(before, (f"{marks[0]}{marked}{marks[1]}", "bold black on yellow"), after, style=style)

    def left(text: str, where: str) -> list[Text]:
        return [Text(f"… {len(text.split()):,} words {where} …", "dim")] if text.strip() else []

    facts = [
        shown("byline"),
        Text(folded(article.publisher or "")),
        shown("published"),
        Text(folded(article.url or article.source or "")),
    ]
    heading = Text(" · ", "dim").join(fact for fact in facts if fact)
    return Text("\n").join(
        [
            shown("title", "bold"),
            *([heading] if heading else []),
            Text(),
            *left(article.text[:first], "before"),
            shown("text", start=first, end=last),
            *left(article.text[last:], "after"),
        ]
    )


def _window(text: str, mark: Span, around: int | None) -> tuple[int, int]:
    """Returns where the whole sentences around a stretch begin and end; all of the text without a limit."""
    if around is None:
        return 0, len(text)
    seen = [span for span in sentences(text) if span.end > mark.start - around and span.start < mark.end + around]
    return (seen[0].start, seen[-1].end) if seen else (0, len(text))


def plain_quotes(groups: Sequence[ArticleQuotes]) -> str:
    """Returns quotations under their articles and speakers, a line each."""
    parts = []
    for group in groups:
        lines = list(_heading(group.article))
        for said in group.quotes:
            lines += [f"  {folded(said.speaker)}"] if said.speaker else []
            lines.append(f"    {folded(said.words)}{f' — {said.manner}' if said.manner else ''}")
        parts.append("\n".join(lines))
    return "\n\n".join(parts)


def verdict_lines(verdict: Verification) -> list[str]:
    """Returns what became of a quotation; then the article's sentences with where they are from.

    Where the words differ, those asked about and those that are quoted stand one below the other.
    """
    shown = [folded(told(verdict))]
    if verdict.found is not None and not verdict.exact:
        shown += [f"  asked   {quoted(folded(verdict.quoted))}", f"  quoted  {folded(verdict.found.text)}"]
    sentences = cited(verdict)
    return [*shown, *(f"{quoted(folded(said.text))} — {source_note(said.article, said.field)}" for said in sentences)]


def rich_quotes(groups: Sequence[ArticleQuotes]) -> RenderableType:
    """Returns the same for a terminal, where long quotations are wrapped beside their kind."""
    from rich.console import Group
    from rich.padding import Padding
    from rich.text import Text

    parts: list[RenderableType] = []
    for group in groups:
        title, *origin = _heading(group.article)
        parts += [Text(title, "bold"), *(Text(line, "dim") for line in origin)]
        for said in group.quotes:
            if said.speaker:
                parts.append(Padding(Text(folded(said.speaker), "cyan"), (0, 0, 0, 2)))
            manner = (f" — {said.manner}", "dim") if said.manner else ""
            parts.append(Padding(Text.assemble(folded(said.words), manner), (0, 0, 0, 4)))
        parts.append(Text())
    return Group(*parts)


def _heading(article: Article) -> tuple[str, ...]:
    """Returns when and under which title, and below from whom and where; as lists of articles begin."""
    origin = ", ".join(map(folded, filter(None, (article.byline, article.publisher, article.url or article.source))))
    title = f"{(article.published or 'no date')[:10]:10}  {folded(article.title)}"
    return (title, f"{'':12}{origin}") if origin else (title,)


def _slice(article: Article, field: Field, start: int, end: int, quote: str) -> dict[str, object]:
    return {
        "quote": quote,
        "article_id": article.id,
        "field": field,
        "start": start,
        "end": end,
        "title": article.title,
        "byline": article.byline,
        "publisher": article.publisher,
        "published": article.published,
        "url": article.url,
        "source": article.source,
    }


def _answer_lines(answer: Answer) -> list[str]:
    """Returns a refusal, a writer's prose, or each sentence that a reader found on a line of its own; then the rest."""
    if not answer.answered or answer.mode == "writer":
        return [printable(answer.text), *_rest(answer)]
    note = [folded(answer.note)] if answer.note else []
    return [*note, *(folded(f"{said.text} {said.markers}") for said in answer.statements), *_rest(answer)]


def remarks(answer: Answer) -> list[str]:
    """Returns what has to be known of how the answer was made, beside its note: what was asked, what was left out.

    A question that could only be pieced together is not shown, as it was not surely understood.
    """
    asked = tuple(folded(text).casefold() for text in (answer.question, without_chatter(answer.question)))
    standalone, dropped = folded(answer.standalone_question), answer.trace.dropped
    is_plain = any(text.endswith(standalone.casefold()) for text in asked) or is_pieced(standalone)
    told = [] if is_plain else [f"Understood as: {standalone}"]
    count = f"{dropped} sentence{'s' * (dropped != 1)} of the chat model"
    return [*told, *([f"Left out: {count} that the articles do not support."] if dropped else [])]


def _rest(answer: Answer, *, in_chat: bool = False) -> list[str]:
    """Returns how many more there are, and what shows them."""
    left = answer.total - len(answer.statements)
    if not answer.answered or left <= 0:
        return []
    if not isinstance(answer, QuotationList):
        return [f"… and {left:,} more."]
    options = {"--speaker": answer.speaker, "--about": answer.topic}
    words = (f"{option} {quote(folded(value))}" for option, value in options.items() if value)
    return [f"… and {left:,} more: {chat_command(answer) if in_chat else ' '.join(['byline quotes', *words])}"]


def chat_command(answer: Answer) -> str:
    """Returns the chat's command for all quotations of which an answer shows the first; "" for other answers."""
    if not isinstance(answer, QuotationList):
        return ""
    words = [*([answer.speaker] if answer.speaker else []), *(["about", answer.topic] if answer.topic else [])]
    return folded(" ".join(["/quotes", *words]))


def _rich_statement(said: Statement, short: str) -> Text:
    from rich.text import Text

    before, middle, after = said.text.partition(short) if short else (said.text, "", "")
    parts = (folded(before, keep_ends=True), (folded(middle), "bold green"), folded(after, keep_ends=True))
    return Text.assemble(*parts, (f" {said.markers}" if said.citations else "", "cyan"))


def first_with(short: str, answer: Answer) -> int | None:
    """Returns which statement is the first to hold the short answer."""
    return next((i for i, said in enumerate(answer.statements) if short and short in said.text), None)


def _near_line(refusal: Answer, hit: Hit) -> str:
    near = nearest_sentence(refusal.standalone_question, hit)
    return f"{quoted(_short(hit.article.text[near.start : near.end], _EXCERPT))} — {source_note(hit.article, 'text')}"


def source_note(article: Article, cited: Field) -> str:
    """Returns where a quote is from: title, byline, publisher, date, address; not again what was itself cited."""
    facts: dict[str, str | None] = {
        "title": article.title,
        "byline": article.byline,
        "publisher": article.publisher,
        "published": article.published,
        "url": article.url or article.source,
    }
    return ", ".join(folded(fact) for name, fact in facts.items() if fact and name != cited)


def quoted(text: str) -> str:
    """Returns a text in quotation marks, unless it begins or ends with its own, which would then be doubled."""
    return text if text[:1] in _MARKS or text[-1:] in _MARKS else f"“{text}”"


def folded(text: str, *, keep_ends: bool = False) -> str:
    """Returns a text on one line: newlines and runs of blanks become one space, bare items below one another a row."""
    words = " ".join(_BELOW.sub("; ", printable(text)).split())
    if not keep_ends:
        return words
    return f"{' ' * text[:1].isspace()}{words}{' ' * (bool(words) and text[-1:].isspace())}"


def _short(text: str, width: int) -> str:
    return shorten(printable(text), width, placeholder=" …")


def _score(score: float | None, rank: int | None) -> str:
    return "-" if score is None else f"{score:.3f} ({rank})"
