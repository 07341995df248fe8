"""Who said what: the quotations, direct and reported, of an article, each with its speaker. Pure, by rules.

Each word of saying (`cues`) gives what its sentence attributes (`attributions`). A quotation without a cue of its own
goes on with the one before it, is led in by the sentence before it, or was said by nobody: a scare quote.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from retrieval.quotes.attributions import attributions
from retrieval.quotes.clauses import PERSONAL, Range, Sentence
from retrieval.quotes.composing import composed, holds
from retrieval.quotes.descriptions import descriptions
from retrieval.quotes.headlines import headline_quotes
from retrieval.quotes.inner import quoted_within
from retrieval.quotes.people import People
from retrieval.quotes.said import Said
from retrieval.text.document import Document
from retrieval.types import Article, Quote, Span

if TYPE_CHECKING:
    from collections.abc import Iterator

_UTTERANCE_SPACES = 2
_PHRASE_SPACES = 3  # shorter fragments are as likely scare quotes


def quotes(article: Article) -> list[Quote]:
    """All that is quoted or reported as said in an article's title, then in its text, in the order of its contents.

    The spans of contents nest or are disjoint. A quotation parted by its cue or by a paragraph's end is one Quote with
    a span for each part. What the article says was not said is there too, `denied`.
    """
    reading = _Reading(article.text, article.byline)
    in_text = reading.quotes()
    found = [*headline_quotes(article.title, reading.people), *in_text]
    described = descriptions(article.text, reading.marked.narrative, reading.people)
    return [replace(quote, description=described.get(quote.name)) for quote in found]


class _Reading:
    """One pass over an article's sentences, remembering who spoke last."""

    def __init__(self, text: str, author: str | None) -> None:
        self.text = text
        self.marked = Document(text)
        self.people = People(text, self.marked.narrative, self.marked.sentences, author)
        self._paragraph_starts = {span.start for span in self.marked.paragraphs}
        self._open_ends = {quotation.end for quotation in self.marked.quotations if quotation.open}

    def quotes(self) -> list[Quote]:
        said = self._joined()
        self.people.hear(one.speaker for one in said)
        found = composed(said, self.marked, self._name)
        inner = [quote for outer in found for quote in quoted_within(self.text, outer, self.people)]
        return sorted([*found, *inner], key=lambda quote: (quote.start, -quote.content[0].end)) if inner else found

    def _name(self, speaker: Span, around: list[Quote]) -> str:
        """The resolved speaker; "he" within the reported words of another is that other, where the gender fits."""
        reporters = [quote for quote in around if any(holds(part, speaker) for part in quote.content)]
        if reporters and self.people.may_be(speaker, reporters[-1].name):
            return reporters[-1].name
        return self.people.resolve(speaker)

    def _joined(self) -> list[Said]:
        """What is said, of which a quotation that runs on into the next paragraphs is one."""
        joined: list[Said] = []
        for said in self._said():
            if joined and self._runs_on(joined[-1], said):
                joined[-1] = replace(joined[-1], content=(*joined[-1].content, *said.content))
            else:
                joined.append(said)
        return joined

    def _runs_on(self, before: Said, said: Said) -> bool:
        """Whether words without a cue open a paragraph while the speaker's quotation before them is not closed."""
        same = said.cue is None and said.speaker == before.speaker
        return same and before.end in self._open_ends and said.start in self._paragraph_starts

    def _said(self) -> Iterator[Said]:
        last: Said | None = None
        before: Sentence | None = None
        for sentence in self._sentences():
            opens = sentence.span.start in self._paragraph_starts
            found = attributions(sentence)
            going_on = last if last and self._near(last, sentence, opens=opens) else None
            led = before if before and (not opens or before.at(len(before) - 1) == ":") else None
            found += self._uncued(sentence, found, led, going_on)
            last = max(found, key=lambda said: said.end, default=last)
            before = sentence
            yield from found

    def _sentences(self) -> Iterator[Sentence]:
        return (Sentence(self.marked.narrative, span) for span in self.marked.sentences)

    def _near(self, last: Said, sentence: Sentence, *, opens: bool) -> bool:
        """Whether the last words said stand in this paragraph or, with a quotation in them, in the one before it."""
        between = self.text[last.end : sentence.span.start]
        if not opens:
            return "\n" not in between
        return "\n" not in between.strip() and bool(self.marked.quotations_in(last.content[-1]))

    def _uncued(
        self, sentence: Sentence, found: list[Said], before: Sentence | None, going_on: Said | None
    ) -> list[Said]:
        """What the quotations of a sentence that no cue covers are: words of the one who speaks, or nobody's."""
        covered = [part for said in found for part in said.content]
        free = [
            at
            for at, token in enumerate(sentence.tokens)
            if token.quoted and not any(span.start <= token.start < span.end for span in covered)
        ]
        return [said for at in free if (said := self._spoken(sentence, at, found, before, going_on))]

    def _spoken(
        self, sentence: Sentence, at: int, found: list[Said], before: Sentence | None, going_on: Said | None
    ) -> Said | None:
        content = sentence.chars((at, at + 1))
        led = before if before and at == 0 and before.at(len(before) - 1) == ":" else None
        alone = not any(token.word for token in sentence.tokens)
        if led or (alone and not going_on):
            return self._led_in(led or before, content)
        begins = at == 0 or not sentence.tokens[at - 1].word or sentence.at(at - 1).endswith(".")
        if not alone and found and begins and self._is_utterance(content):
            return Said(found[-1].speaker, None, (content,), denied=found[-1].denied)
        phrase = before and self.text.count(" ", content.start, content.end) >= _PHRASE_SPACES
        own = None if alone else self._by_sentence(sentence, at, content)
        return own or (replace(going_on, cue=None, content=(content,)) if going_on and (alone or phrase) else None)

    def _by_sentence(self, sentence: Sentence, at: int, content: Span) -> Said | None:
        """What a sentence without a cue tells of the speaker of its quotation."""
        rules = (self._signed, self._tagged, self._introduced, self._presented)
        speaker = next((found for rule in rules if (found := rule(sentence, at))), None)
        return Said(sentence.chars(speaker), None, (content,)) if speaker else None

    def _is_utterance(self, content: Span) -> bool:
        """Whether a quotation is a sentence of its own: it begins with a capital and has three words."""
        inside = self.text[content.start : content.end].strip("“”\"'`‘’ ")
        return inside[:1].isupper() and inside.count(" ") >= _UTTERANCE_SPACES

    def _led_in(self, before: Sentence | None, content: Span) -> Said | None:
        """A quotation that stands alone, said by whom the sentence before it is about."""
        if not before:
            return None
        speaking = [speaker for cue in reversed(before.cues) if (speaker := before.speaker(cue))]
        lead = speaking[0][0] if speaking else before.first_phrase(len(before))
        return Said(before.chars(lead), None, (content,)) if lead and self._names(before, lead) else None

    def _signed(self, sentence: Sentence, at: int) -> Range | None:
        """The name behind a quotation and a dash: "..." - Ann Lee."""
        if at > 0 or sentence.at(1) not in {"-", "–", "—", "―", "--"}:
            return None
        named = self.people.within(sentence.chars((1, len(sentence))))
        return (2, len(sentence)) if named and named[0].span.start == sentence.tokens[2].start else None

    def _tagged(self, sentence: Sentence, at: int) -> Range | None:
        """The speaker behind a quotation that ends in a comma: "...," Lee smiled."""
        inside = self.text[sentence.tokens[at].start : sentence.tokens[at].end].rstrip("”\"'’")
        if at > 0 or not inside.endswith((",", "!", "?")):
            return None
        phrase = sentence.phrase_after(1)
        return phrase if phrase and self._names(sentence, phrase) else None

    def _introduced(self, sentence: Sentence, at: int) -> Range | None:
        """The subject of a clause that leads to a quotation by a comma or colon: Lee shook his head: "Never."."""
        token = sentence.tokens[at]
        if at < 1 or sentence.lower[at - 1] not in {",", ":"} or not self._is_utterance(Span(token.start, token.end)):
            return None
        label = sentence.phrase_before(at - 1) if sentence.lower[at - 1] == ":" else None
        if label and self._names(sentence, label) and "from" in sentence.lower[slice(*label)]:  # "More from Lee:"
            return sentence.lower.index("from", label[0]) + 1, label[1]
        return next((one for one in (sentence.first_phrase(at), label) if one and self._names(sentence, one)), None)

    def _presented(self, sentence: Sentence, at: int) -> Range | None:
        """The person whom a sentence presents first of all, by title and full name: Mayor Ann Lee fumed at “liars”."""
        inside = self.people.within(Span(sentence.span.start, sentence.tokens[at].start))
        if not inside or inside[0].possessive or inside[0].core == inside[0].text or " " not in inside[0].core:
            return None
        start, end = inside[0].span.start, inside[0].span.end
        opening = self.text[sentence.span.start : start].strip()
        return (0, sum(token.end <= end for token in sentence.tokens)) if opening in {"", "The", "US"} else None

    def _names(self, sentence: Sentence, phrase: Range) -> bool:
        """Whether a phrase is a pronoun or has a name in it."""
        alone = phrase[1] - phrase[0] == 1 and sentence.lower[phrase[0]] in PERSONAL
        return alone or bool(self.people.within(sentence.chars(phrase)))
