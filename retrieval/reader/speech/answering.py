"""What answers a question on words: all that somebody said, what they said on a topic, who said it, or whether."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from retrieval.citations import Excerpt, Finding
from retrieval.quotes.composing import reporter
from retrieval.quotes.coreference import who as holder
from retrieval.quotes.indexing import index_quotes_of_hits
from retrieval.quotes.verification import Outcome, Verification, check, cited, told
from retrieval.reader.premise import is_known
from retrieval.reader.selection import select
from retrieval.reader.speech.asking import SpeechQuestion, speech_question
from retrieval.reader.speech.utterances import as_candidates, place, utterances
from retrieval.store.quotes import QuoteQuery
from retrieval.text.names import core_name, matching_names, names
from retrieval.text.speakers import is_name, name_key, several
from retrieval.text.words import content_stems, holds_form, holds_name, numbers, stem, stem_set, word_set

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from retrieval.reader.candidates import Candidate
    from retrieval.reader.scoring import Scorer
    from retrieval.store.quotes import Quotations
    from retrieval.text.speakers import Person
    from retrieval.types import Hit, Question, StoredQuote

ATTRIBUTED = 0.93  # the share of quotations given to their right speaker in PolNeAR's dev part (of 740)
_READ = 30  # sentences that the scorer reads
_FAR_MORE = 5  # times as often quoted, and a surname alone means that one
_MOST_NAMED = 3  # others of the same name
_SENTENCE = 600  # characters, within which a speaker is of the same sentence
_ADDRESSEE = 2  # words after the cue: "told Ann Lee"
_PRONOUNS = word_set("he she it they we you i who")


def read_speech(question: Question, hits: Sequence[Hit], scorer: Scorer, quotations: Quotations) -> Finding | None:
    """Finds what answers a speech question; a refusal where a known name is not quoted so; None where it is none.

    Also None where a description ("the woman") or a deed may be meant, which the sentences at large may tell. In a
    library that is being brought up to date the quotations of the hits' articles are found first.
    """
    wanted = speech_question(question.text)
    if wanted is None or not hits:
        return None
    index_quotes_of_hits(quotations.engine, hits)
    reading = _Reading(question, hits, scorer, quotations)
    if wanted.asks_who:
        return reading.who_said(wanted)
    return reading.said_by(wanted) if wanted.who else reading.said_about(wanted)


@dataclass(frozen=True, slots=True)
class _Speaker:
    """Whom a question asks about, and all of theirs."""

    name: str
    said: Sequence[StoredQuote]
    person: Person | None = None
    note: str | None = None

    @property
    def listed(self) -> str | None:
        """The name under which all is listed."""
        return self.person.name if self.person else None


@dataclass(frozen=True, slots=True)
class _Reading:
    question: Question
    hits: Sequence[Hit]
    scorer: Scorer
    quotations: Quotations

    # Said by

    def said_by(self, wanted: SpeechQuestion) -> Finding | None:
        speaker = self._speaker(wanted)
        if isinstance(speaker, Finding):
            return speaker
        if wanted.quoted:
            return self._whether(wanted, speaker)
        found = self._said(wanted, speaker)
        if found.excerpts or (wanted.is_plain and (speaker.person or is_named(wanted.who))):
            return found
        return None

    def _speaker(self, wanted: SpeechQuestion) -> _Speaker | Finding:
        """Whom a name or a role means, or why nobody can be told."""
        who = wanted.who
        meant = [person for person in self.quotations.people(self.question.libraries, who) if _may_be(who, person)]
        if not meant:
            return self._holder(who) if is_known(who, self.hits) else Finding(why=(f"no article found names “{who}”",))
        first, *others = meant
        if others and first.quotes < _FAR_MORE * others[0].quotes:
            told_apart = several(who, [person.name for person in meant])
            return Finding(why=(told_apart,), refusal=told_apart)
        note = f"{first.name} is meant; {_listed(others)} also quoted by this name." if others else None
        return _Speaker(first.name, self._of(first), first, note)

    def _of(self, person: Person) -> list[StoredQuote]:
        return self.quotations.of(self.question.libraries, person, filters=self.question.filters)

    def _holder(self, who: str) -> _Speaker:
        """Of whom a role or description is in the articles found: one person, or whoever that is in each."""
        articles = {(hit.library, hit.article.id): hit.article for hit in self.hits}
        holders = {key: name for key, article in articles.items() if (name := holder(article, who))}
        if len(held := set(holders.values())) == 1:
            meant = self.quotations.people(self.question.libraries, name := held.pop())
            if len(meant) == 1 and is_name(name):
                return _Speaker(meant[0].name, self._of(meant[0]), meant[0])
        said = self.quotations.in_articles(self.hits)
        written = set(matching_names(who, dict.fromkeys(one.quote.name for one in said)))
        own = [
            one
            for one in said
            if one.quote.name in written or holders.get((one.library, one.article.id)) == one.quote.name
        ]
        return _Speaker(next(iter(holders.values()), who) if is_named(who) else who, own)

    def _said(self, wanted: SpeechQuestion, speaker: _Speaker) -> Finding:
        if not speaker.said:
            why = f"{speaker.name} is mentioned, not quoted."
            return Finding(why=(why,), refusal=why, hits=self._naming(wanted.who))
        own = [one for one in speaker.said if not reporter(one)]
        note = speaker.note if own else f"{speaker.name} is quoted by others only."
        own = own or list(speaker.said)
        terms = _terms(wanted)
        if not terms and wanted.manner:
            own = [one for one in own if stem_set(one.cue) & wanted.manner]
        if not terms and own:
            return _everything(speaker, own, note)
        if not own:
            return self._best(speaker, utterances(speaker.said), f"not that way: “{wanted.verb}”")
        if not _with_all(terms, own) and _with_all(terms, speaker.said):
            own, note = list(speaker.said), f"{speaker.name} is quoted so by others only."
        return replace(self._on_topic(wanted, speaker, own, terms), note=note)

    def _on_topic(
        self, wanted: SpeechQuestion, speaker: _Speaker, own: Sequence[StoredQuote], terms: frozenset[str]
    ) -> Finding:
        """The sentences with every word of the topic, the likeliest answer first; else the likeliest of the others."""
        full = _with_all(terms, own)
        if not full:
            return self._best(speaker, utterances(own), f"not on “{wanted.topic}”", terms)
        ranked = self._ranked(full)
        ordered = sorted(full, key=lambda one: ranked.get(place(one), len(ranked)))
        why = (f"{len(full)} sentences quote {speaker.name} with every word of “{wanted.topic}”",)
        about = " ".join(wanted.topic.split())
        return Finding(tuple(ordered), ATTRIBUTED, None, len(ordered), why, speaker=speaker.listed, about=about)

    def _best(
        self,
        speaker: _Speaker,
        found: Sequence[Excerpt],
        lacking: str,
        terms: frozenset[str] = frozenset(),
    ) -> Finding:
        """Those of some sentences that are likely to answer, if a word of the topic is near."""
        refusal = f"{speaker.name} is quoted, but {lacking}."
        likely = sorted(found, key=lambda one: -_held(terms, one.text))[:_READ]
        near = as_candidates(likely, self.hits)
        pool = [c for c in near if not terms or any(holds_name(term, stem_set(c.context)) for term in terms)]
        if not pool:
            return Finding(why=(refusal,), refusal=refusal)
        return replace(select(self.scorer.score(self.question.text, pool), self.question.text), refusal=refusal)

    def _ranked(self, found: Sequence[Excerpt]) -> dict[tuple[str, str, str, int], int]:
        """How likely each of the first sentences is to answer, as ranks."""
        pool = as_candidates(found[:_READ], self.hits)
        scored = self.scorer.score(self.question.text, pool).ranked if len(pool) > 1 else ()
        return {
            (s.candidate.hit.library, s.candidate.hit.article.id, "text", s.candidate.start): rank
            for rank, s in enumerate(scored)
        }

    def _naming(self, who: str) -> tuple[Hit, ...]:
        """The hits whose passage names somebody."""
        words = content_stems(who)[-1:]
        return tuple(hit for hit in self.hits if words and holds_name(words[0], stem_set(hit.text)))

    # Said so, or not

    def _whether(self, wanted: SpeechQuestion, speaker: _Speaker) -> Finding | None:
        verdict = self._check(wanted.quoted, speaker)
        if verdict.outcome in {Outcome.VERBATIM, Outcome.REWORDED} or verdict.denied or not wanted.is_claim:
            return _judged(verdict)
        claim = replace(wanted, topic=wanted.quoted, quoted="")
        found = self._said(claim, speaker)
        told_apart = [one for one in found.excerpts if _agrees(wanted.quoted, one)]
        if not told_apart:
            return _judged(verdict)
        note = f"Not in these words; {speaker.name} said on it:"
        return replace(found, excerpts=tuple(told_apart), total=len(told_apart), note=note, refusal=told(verdict))

    def _check(self, quoted: str, speaker: _Speaker | None = None) -> Verification:
        known = self.quotations.sharing(self.question.libraries, quoted, filters=self.question.filters)
        if speaker is None:
            return check(quoted, known)
        libraries, filters, person = self.question.libraries, self.question.filters, speaker.person
        denied = self.quotations.of(libraries, person, filters=filters, denied=True) if person else []
        return check(quoted, [*speaker.said, *known], speaker.name, person, denied)

    # Said by whom

    def who_said(self, wanted: SpeechQuestion) -> Finding | None:
        """The quoted sentence that fits best, with its speaker for the short answer; None where nothing fits."""
        if wanted.quoted and (verdict := self._check(wanted.quoted)).found:
            return _judged(verdict)
        words = wanted.quoted or wanted.topic
        known = self.quotations.sharing(self.question.libraries, words, filters=self.question.filters)
        said = self._by_another(wanted, known) if wanted.judges else known
        if known and not said:
            why = f"Nobody else is quoted as having {wanted.verb} {wanted.topic}."
            return Finding(why=(why,), refusal=why)
        terms = frozenset(content_stems(words))
        pool = as_candidates([one for one in utterances(said) if _held(terms, one.text)][:_READ], self.hits)
        if not pool:
            return None
        scores = self.scorer.score(self.question.text, pool)
        best = scores.ranked[0].candidate
        found = select(scores, self.question.text)
        return replace(found, short=_named_in(best, [one for one in said if _overlaps(best, one)]))

    def _by_another(self, wanted: SpeechQuestion, known: Sequence[StoredQuote]) -> list[StoredQuote]:
        """What others said of the first that is named, in the verb asked for if anybody did so."""
        first = next((wanted.topic[span.start : span.end] for span in names(wanted.topic)), "")
        own = self._keys(first)
        others = [one for one in known if name_key(one.quote.name) not in own]
        in_that_verb = [one for one in others if stem(wanted.verb) in stem_set(one.cue)]
        return in_that_verb or others

    def _keys(self, who: str) -> frozenset[str]:
        meant = self.quotations.people(self.question.libraries, who) if who else []
        return frozenset().union(*(person.keys for person in meant))

    # Said about

    def said_about(self, wanted: SpeechQuestion) -> Finding | None:
        """What others said with every word of a topic in it; None where nobody did."""
        terms = _terms(wanted)
        if not terms:
            return None
        own = self._keys(wanted.topic)
        known = self.quotations.said(
            QuoteQuery(libraries=self.question.libraries, about=wanted.topic, filters=self.question.filters)
        )
        others = (one for one in known if name_key(one.quote.name) not in own)
        said = [one for one in others if _held(terms, one.text) == len(terms)]
        if not said:
            return None
        found = [one for one in utterances(said) if _held(terms, one.text)]
        why = (f"{len(found)} sentences quote somebody on “{wanted.topic}”",)
        return Finding(tuple(found), ATTRIBUTED, None, len(found), why, about=wanted.topic)


def _everything(speaker: _Speaker, own: Sequence[StoredQuote], note: str | None) -> Finding:
    found = utterances(own)
    why = (f"{len(found)} sentences quote {speaker.name}",)
    return Finding(tuple(found), ATTRIBUTED, None, len(found), why, note=note, speaker=speaker.listed)


def _judged(verdict: Verification) -> Finding:
    """The sentences where the words stand, below what became of them."""
    note = told(verdict)
    found = cited(verdict)
    if not found or verdict.shown is None:
        return Finding(why=(note,), refusal=note)
    name = verdict.shown.quote.name
    short = name if verdict.speaker is None and any(name in one.text for one in found) else None
    return Finding(found, ATTRIBUTED, short, len(found), (str(verdict.outcome),), note=note)


def _listed(others: Sequence[Person]) -> str:
    some = [person.name for person in others[:_MOST_NAMED]]
    left = len(others) - len(some)
    return f"{', '.join(some)}{f' and {left:,} more' if left else ''} {'is' if len(others) == 1 else 'are'}"


def _may_be(who: str, person: Person) -> bool:
    """Whether somebody has a name, and no abbreviation that only reads like the surname asked for ("Jane Doe", DOE)."""
    return is_name(person.name) and not (" " in core_name(who) and " " not in person.name and person.name.isupper())


def is_named(who: str) -> bool:
    """Whether a speaker is asked for by name, and not by a description ("the woman", "police")."""
    return bool(names(who) and core_name(who))


def _terms(wanted: SpeechQuestion) -> frozenset[str]:
    """The words of a topic by which it is found."""
    return frozenset(content_stems(wanted.topic)) - stem_set(wanted.who)


def _held(terms: Iterable[str], text: str) -> int:
    """How many words of a topic a text has in any form."""
    stems = stem_set(text)
    return sum(holds_form(term, stems) for term in terms)


def _with_all(terms: frozenset[str], said: Iterable[StoredQuote]) -> list[Excerpt]:
    """The sentences of the quotations with all the words, without those that have none."""
    found = utterances(one for one in said if _held(terms, _clause(one)) == len(terms))
    return [one for one in found if _held(terms, one.text)] or found


def _agrees(claim: str, found: Excerpt) -> bool:
    """Whether a sentence has every name and number of a claim."""
    named = " ".join(claim[span.start : span.end] for span in names(claim))
    terms = {*content_stems(named), *numbers(claim)}
    return _held(terms, found.text) == len(terms)


def _clause(one: StoredQuote) -> str:
    """Speaker, cue and what was said, with the next words, as they stand: to whom, and not what others say after."""
    quote, text = one.quote, one.field_text
    spans = [quote.speaker, *([quote.cue] if quote.cue else []), *quote.content]
    near = [span for span in spans if abs(span.start - quote.start) < _SENTENCE]
    end = max(quote.end, *(span.end for span in near))
    after = " ".join(text[end : end + _SENTENCE].split()[:_ADDRESSEE]) if end > quote.end else ""
    return f"{text[min(span.start for span in near) : end]} {after}"


def _overlaps(sentence: Candidate, one: StoredQuote) -> bool:
    same = (sentence.hit.library, sentence.hit.article.id, "text") == (one.library, one.article.id, one.quote.field)
    return same and any(sentence.start < part.end and part.start < sentence.end for part in one.quote.content)


def _named_in(sentence: Candidate, said: Sequence[StoredQuote]) -> str | None:
    """How the sentence itself names the speaker: in full, or as written if that is no pronoun."""
    mentions = (name for one in said for name in (one.quote.name, one.mention))
    return next((name for name in mentions if name in sentence.text and name.lower() not in _PRONOUNS), None)
