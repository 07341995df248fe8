"""The stored quotations: written with the revision of their article, and found by who said what.

Only those of ready articles are ever returned. Beside its spans a row holds what it is found by, which whoever writes
it hands over: see `SearchableQuote`.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from retrieval.errors import LibraryError
from retrieval.store.database import MOST_VARIABLES, batched, position, writing
from retrieval.store.tables import READY, STORED, StoredArticle, articles, passing, quotes, stored_article
from retrieval.text.name_matching import NameUse, Person, is_name, meant, name_key, people, several, tidy
from retrieval.text.names import core_name, surname
from retrieval.text.words import SHORTEST_FORM, content_stems, holds_form
from retrieval.types import Filters, Quote, Span, StoredQuote, encodable

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from retrieval.types import Hit, QuoteKind

_MOST_SHARING = 200
_NESTED = 6  # quotations that may begin between one and another that holds it
_NEWEST_FIRST = (articles.c.published.desc().nulls_last(), articles.c.key, quotes.c.ordinal)
_EVERY_ARTICLE = Filters()
_SPOKEN = quotes.c.kind != "attitude"
_NOT_DENIED = quotes.c.denied.is_(False)
_SAID = sa.and_(_NOT_DENIED, _SPOKEN)


class AmbiguousSpeaker(LibraryError):
    """Several speakers are called so; `names` has their full names, the most quoted first."""

    def __init__(self, asked: str, names: Sequence[str]) -> None:
        super().__init__(several(asked, names))
        self.names = tuple(names)


@dataclass(frozen=True, slots=True)
class SearchableQuote:
    """A quotation with what it is found by, none of which is ever cited.

    Attributes:
        speaker: the key of its name (see `speakers`); None for a pronoun that stayed one.
        surname: where the name is one, and not "a voter".
        alias: the key of the mention, where that is a name.
        mention: the words of that mention.
        words: the stems of what was said and of the sentences it stands in, each between blanks.
    """

    quote: Quote
    speaker: str | None
    surname: str | None
    alias: str | None
    mention: str | None
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class QuoteQuery:
    """Which quotations are asked for.

    Attributes:
        libraries: those that are searched.
        speaker: a name, as people type it.
        about: words that must all occur in what was said or in the sentences it stands in, in any form.
        filters: which articles count.
        kind: of one kind alone; else all but attitudes.
        denied: those that the article says were not said, in place of those that were.
    """

    libraries: tuple[str, ...]
    speaker: str | None = None
    about: str | None = None
    filters: Filters = _EVERY_ARTICLE
    kind: QuoteKind | None = None
    denied: bool = False


@dataclass(frozen=True, slots=True)
class Speaker:
    """Who is quoted.

    Attributes:
        description: who that is, in the words that the articles use most.
        aliases: what else the articles name the speaker, as written, the most frequent first.
        quotes: how many quotations there are, denied ones apart.
        articles: in how many articles.
    """

    name: str
    description: str | None
    aliases: tuple[str, ...]
    quotes: int
    articles: int


@dataclass(slots=True)
class _Tally:
    """What the rows of one speaker add up to."""

    described: Counter[str] = field(default_factory=Counter)
    called: Counter[str] = field(default_factory=Counter)
    keys: set[int] = field(default_factory=set)
    quotes: int = 0


def write_quotes(engine: sa.Engine, quoted: Mapping[int, Sequence[SearchableQuote]], version: int) -> int:
    """Writes the quotations of revisions in place of any that are there; returns how many.

    One transaction, and it can be repeated. A revision whose row is gone meanwhile is left out.

    Args:
        engine: the database.
        quoted: the quotations by the key of their revision, in the order of their contents.
        version: that of the extraction that found them.
    """
    with writing(engine).begin() as connection:
        there = connection.execute(sa.select(articles.c.key).where(articles.c.key.in_(quoted))).scalars().all()
        connection.execute(quotes.delete().where(quotes.c.key.in_(there)))
        rows = [_row(key, ordinal, one) for key in there for ordinal, one in enumerate(quoted[key])]
        if rows:
            connection.execute(quotes.insert(), rows)
        connection.execute(articles.update().where(articles.c.key.in_(there)).values(quoted=version))
    return len(rows)


def count_unquoted(engine: sa.Engine, version: int) -> int:
    """Counts the ready articles without quotations, or with those that an older version of the extraction found."""
    query = sa.select(sa.func.count()).select_from(articles).where(READY, articles.c.quoted < version)
    with engine.connect() as connection:
        return connection.execute(query).scalar_one()


def unquoted(
    engine: sa.Engine, version: int, limit: int | None = None, among: Sequence[Hit] | None = None
) -> list[StoredArticle]:
    """Returns some of those articles: `limit` at most, and those of some hits alone where hits are given."""
    query = STORED.where(READY, articles.c.quoted < version).limit(limit)
    if among is not None:
        query = query.where(_of_hits(among))
    with engine.connect() as connection:
        return [stored_article(row) for row in connection.execute(query)]


def quotes_of(engine: sa.Engine, keys: Sequence[int]) -> dict[int, list[Quote]]:
    """Returns the quotations of some revisions by their keys, as they were found, denied ones too."""
    found: dict[int, list[Quote]] = {key: [] for key in keys}
    query = sa.select(quotes).where(quotes.c.key.in_(keys)).order_by(quotes.c.key, quotes.c.ordinal)
    with engine.connect() as connection:
        for row in connection.execute(query):
            found[row.key].append(_quote(row))
    return found


def damaged_quotes(engine: sa.Engine) -> list[int]:
    """Returns the keys of the revisions of which a quotation is not stored as it was written, by its digest."""
    raw = [
        sa.type_coerce(column, sa.Text).label("content") if column.name == "content" else column for column in quotes.c
    ]
    query = sa.select(*raw).where(quotes.c.digest.is_not(None)).order_by(quotes.c.key)
    with engine.connect() as connection:
        rows = connection.execute(query.execution_options(yield_per=1_000)).mappings()
        return list(dict.fromkeys(row["key"] for row in rows if _digest({**row}) != row["digest"]))


def forget_quotes(engine: sa.Engine) -> None:
    """Deletes all quotations, so that they are to be found again."""
    with writing(engine).begin() as connection:
        connection.execute(quotes.delete())
        connection.execute(articles.update().values(quoted=0))


class Quotations:
    """What was said in the articles of some libraries, and by whom. Any process may ask."""

    def __init__(self, engine: sa.Engine) -> None:
        self.engine = engine

    def said(self, query: QuoteQuery, *, limit: int | None = None, offset: int = 0) -> list[StoredQuote]:
        """Returns the quotations, newest article first and undated ones last, within an article in the text's order.

        Args:
            query: which.
            limit: the most that are returned.
            offset: how many to leave out before.

        Raises:
            AmbiguousSpeaker: several speakers are called so.
        """
        rows = sa.select(quotes).join(articles).where(*self._conditions(query)).order_by(*_NEWEST_FIRST)
        terms = _terms(query.about)
        if not terms:
            rows = rows.limit(limit).offset(offset)
        with self.engine.connect() as connection:
            found = connection.execute(rows.where(*map(_likely, terms))).all()
            if terms:
                found = [row for row in found if _holds(row.words, terms)][offset:][:limit]
            return _with_articles(connection, found)

    def count(self, query: QuoteQuery) -> int:
        """Counts what `said` returns without a limit.

        Raises:
            AmbiguousSpeaker: several speakers are called so.
        """
        terms = _terms(query.about)
        what = quotes.c.words if terms else sa.func.count()
        rows = sa.select(what).select_from(quotes.join(articles)).where(*self._conditions(query), *map(_likely, terms))
        with self.engine.connect() as connection:
            found = connection.execute(rows).scalars()
            return sum(_holds(words, terms) for words in found) if terms else found.one()

    def sharing(
        self, libraries: Sequence[str], words: str, *, filters: Filters = _EVERY_ARTICLE, limit: int = _MOST_SHARING
    ) -> list[StoredQuote]:
        """The quotations and attitudes, denied ones apart, with half of a text's words or more; most first."""
        terms = _terms(words)
        held = sum(
            (sa.cast(position(quotes.c.words, f" {term} ") > 0, sa.Integer) for term in terms), start=sa.literal(0)
        )
        conditions = (*_readable(libraries), *passing(filters), _NOT_DENIED, held * 2 >= len(terms))
        order = (held.desc(), *_NEWEST_FIRST)
        query = sa.select(quotes).join(articles).where(*conditions).order_by(*order).limit(limit if terms else 0)
        with self.engine.connect() as connection:
            return _with_articles(connection, connection.execute(query).all())

    def of(
        self, libraries: Sequence[str], person: Person, *, filters: Filters = _EVERY_ARTICLE, denied: bool = False
    ) -> list[StoredQuote]:
        """Returns all that somebody said, or by the articles did not say, as `said` does, each with those around it.

        Attitudes are among them.
        """
        own = quotes.c.speaker.in_(person.keys)
        return self._with_those_around(*_readable(libraries), *passing(filters), own, quotes.c.denied == denied)

    def in_articles(self, hits: Sequence[Hit]) -> list[StoredQuote]:
        """Returns all that is quoted in the articles of some hits, likewise, attitudes too."""
        return self._with_those_around(READY, _of_hits(hits), _NOT_DENIED)

    def _with_those_around(self, *conditions: sa.ColumnElement[bool]) -> list[StoredQuote]:
        said = sa.select(quotes).join(articles).where(*conditions)
        inner, outer = said.subquery(), quotes.alias()
        before = outer.c.ordinal.between(inner.c.ordinal - _NESTED, inner.c.ordinal - 1)  # as their contents begin
        around = sa.select(outer).join(inner, sa.and_(outer.c.key == inner.c.key, before, outer.c.name != inner.c.name))
        with self.engine.connect() as connection:
            found = _with_articles(connection, connection.execute(said.order_by(*_NEWEST_FIRST)).all())
            others: dict[int, list[Quote]] = {}
            for row in connection.execute(around.distinct()):
                others.setdefault(row.key, []).append(_quote(row))
        return [replace(one, around=tuple(others.get(one.key, ()))) for one in found]

    def people(self, libraries: Sequence[str], asked: str) -> list[Person]:
        """Whom of those who are quoted a name may mean, as people type it; the most quoted first."""
        keys = set(filter(None, (name_key(encodable(asked)), name_key(core_name(encodable(asked))))))
        if not keys:
            return []
        words = keys | {surname(key.split()) for key in keys}
        if first := self._uses(libraries, _called(words)):
            words |= {name_key(use.name) for use in first}.union(*(use.short_forms for use in first))
            return meant(asked, people(self._uses(libraries, _called(words))))
        same_letter = sa.or_(*(quotes.c.surname.startswith(surname(key.split())[0], autoescape=True) for key in keys))
        return meant(asked, people(self._uses(libraries, same_letter)))

    def person(self, libraries: Sequence[str], asked: str) -> Person | None:
        """The one of those who are quoted that a name means.

        Raises:
            AmbiguousSpeaker: several speakers are called so.
        """
        found = self.people(libraries, asked)
        if len(found) > 1:
            raise AmbiguousSpeaker(asked, [person.name for person in found])
        return found[0] if found else None

    def speakers(self, libraries: Sequence[str], starting: str = "", limit: int | None = None) -> list[Speaker]:
        """Who is quoted by name, the most quoted first; `starting` is how a name or surname begins."""
        begins = " ".join(encodable(starting).split()).casefold()
        named: list[sa.ColumnElement[bool]] = [_SAID, quotes.c.surname.is_not(None)]
        if begins:
            columns = (quotes.c.speaker, quotes.c.surname)
            fits = sa.or_(*(column.startswith(begins, autoescape=True) for column in columns))
            named.append(quotes.c.surname.in_(sa.select(quotes.c.surname).where(fits)))
        found = [
            person
            for person in people(self._uses(libraries, *named))
            if is_name(person.name)
            and any(form.startswith(begins) for key in person.keys for form in (key, surname(key.split())))
        ][:limit]
        tallies = self._tallies(libraries, found)
        return [_speaker(person, tally) for person, tally in zip(found, tallies, strict=True)]

    def _conditions(self, query: QuoteQuery) -> list[sa.ColumnElement[bool]]:
        conditions = [*_readable(query.libraries), *passing(query.filters), quotes.c.denied == query.denied]
        conditions.append(quotes.c.kind == query.kind if query.kind else _SPOKEN)
        if query.speaker:
            person = self.person(query.libraries, query.speaker)
            conditions.append(quotes.c.speaker.in_(person.keys if person else ()))
        return conditions

    def _uses(self, libraries: Sequence[str], *conditions: sa.ColumnElement[bool]) -> list[NameUse]:
        # Not a join, which would begin with the articles and read all their quotations.
        readable = sa.exists().where(articles.c.key == quotes.c.key, *_readable(libraries))
        query = (
            sa.select(quotes.c.name, quotes.c.alias, sa.func.count())
            .where(readable, *conditions)
            .group_by(quotes.c.name, quotes.c.alias)
        )
        counts: Counter[str] = Counter()
        aliases: dict[str, set[str]] = {}
        with self.engine.connect() as connection:
            for name, alias, count in connection.execute(query):
                counts[name] += count
                aliases.setdefault(name, set()).update({alias} if alias else ())
        return [NameUse(name, count, frozenset(aliases[name])) for name, count in counts.items()]

    def _tallies(self, libraries: Sequence[str], found: Sequence[Person]) -> list[_Tally]:
        tallies = [_Tally() for _ in found]
        by_key = {key: tally for person, tally in zip(found, tallies, strict=True) for key in person.keys}
        columns = (quotes.c.speaker, quotes.c.name, quotes.c.mention, quotes.c.description, quotes.c.key)
        query = sa.select(*columns).join(articles).where(*_readable(libraries), _SAID)
        with self.engine.connect() as connection:
            for some in batched(by_key, MOST_VARIABLES):
                for key, name, mention, description, article in connection.execute(
                    query.where(quotes.c.speaker.in_(some))
                ):
                    tally = by_key[key]
                    tally.quotes += 1
                    tally.keys.add(article)
                    tally.called.update({called for called in (tidy(name), mention) if called and is_name(called)})
                    tally.described.update([description] if description else ())
        return tallies


def _readable(libraries: Sequence[str]) -> tuple[sa.ColumnElement[bool], ...]:
    return articles.c.library.in_(libraries), READY


def _of_hits(hits: Sequence[Hit]) -> sa.ColumnElement[bool]:
    return sa.tuple_(articles.c.library, articles.c.id).in_({(hit.library, hit.article.id) for hit in hits})


def _called(words: Collection[str]) -> sa.ColumnElement[bool]:
    some = sorted(words)[:MOST_VARIABLES]
    return sa.or_(*(column.in_(some) for column in (quotes.c.speaker, quotes.c.surname, quotes.c.alias)))


def _terms(about: str | None) -> list[str]:
    return content_stems(encodable(about or ""))


def _likely(term: str) -> sa.ColumnElement[bool]:
    """What every row holds that has a form of the word; some hold it that have none."""
    begin = f" {term} " if len(term) < SHORTEST_FORM else f" {term[:SHORTEST_FORM]}"
    return quotes.c.words.contains(begin, autoescape=True)


def _holds(words: str, terms: Sequence[str]) -> bool:
    return all(f" {term} " in words or holds_form(term, frozenset(words.split())) for term in terms)


def _with_articles(connection: sa.Connection, rows: Sequence[sa.Row[Any]]) -> list[StoredQuote]:
    stored = {
        row.key: stored_article(row)
        for some in batched(sorted({row.key for row in rows}), MOST_VARIABLES)
        for row in connection.execute(STORED.where(articles.c.key.in_(some)))
    }
    return [StoredQuote(one.library, one.key, one.article, _quote(row)) for row in rows if (one := stored.get(row.key))]


def _row(key: int, ordinal: int, found: SearchableQuote) -> dict[str, Any]:
    quote, cue = found.quote, found.quote.cue
    row = {
        "key": key,
        "ordinal": ordinal,
        "field": quote.field,
        "speaker_start": quote.speaker.start,
        "speaker_end": quote.speaker.end,
        "cue_start": cue and cue.start,
        "cue_end": cue and cue.end,
        "content": [(span.start, span.end) for span in quote.content],
        "kind": quote.kind,
        "denied": quote.denied,
        "name": quote.name,
        "description": quote.description,
        **{name: getattr(found, name) for name in ("speaker", "surname", "alias", "mention", "words")},
    }
    return row | {"digest": _digest(row)}


def _digest(row: Mapping[str, Any]) -> str:
    """Returns a hash of all columns of a row of quotations but the one that holds it; JSON may be text or read."""
    told = [row[column.name] for column in quotes.c if column.name != "digest"]
    told = [json.dumps(value) if isinstance(value, list) else value for value in told]
    return hashlib.blake2b(json.dumps(told).encode(), digest_size=8).hexdigest()


def _quote(row: sa.Row[Any]) -> Quote:
    return Quote(
        speaker=Span(row.speaker_start, row.speaker_end),
        name=row.name,
        cue=None if row.cue_start is None else Span(row.cue_start, row.cue_end),
        content=tuple(Span(start, end) for start, end in row.content),
        kind=row.kind,
        denied=row.denied,
        description=row.description,
        field=row.field,
    )


def _speaker(person: Person, tally: _Tally) -> Speaker:
    plain = person.name.casefold().removeprefix("the ")
    description = next((words for words, _ in tally.described.most_common(1)), None)
    aliases = (called for called, _ in tally.called.most_common())
    others = tuple(called for called in aliases if called.casefold().removeprefix("the ") != plain)
    return Speaker(person.name, description, others, tally.quotes, len(tally.keys))
