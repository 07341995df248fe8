"""What a conversation is about, and reading there first: the articles that were cited, the names that were asked about.

A follow-up leaves out what the turns before it told, and more than pronouns: "How much are the tickets?" after a
question on a concert asks for those to that concert. So the articles of the last answers are read first, and beyond
them only what holds the names that the follow-up brings, or else those that the conversation is about.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from retrieval.citations import as_excerpt, state
from retrieval.text.follow_ups import without_lead
from retrieval.text.mentions import is_typed_small, name_words, names_of, recase
from retrieval.text.name_matching import holds_country, holds_name
from retrieval.text.pronouns import leaves_it_open, open_pronouns
from retrieval.text.questions import article_field, leaves_topic_open
from retrieval.text.stance import stance_question
from retrieval.text.values import asks_of_now
from retrieval.text.words import content_stems, stem_set
from retrieval.types import Focus, QuotationList, Refusal

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from retrieval.types import Answer, Answerer, Hit, Question

_MEMORY = 6  # turns
_TOLD, _LONGEST = 2, 120  # how many of the last turns the span model is told, and how much of what was asked in one


def conversation_focus(text: str, question: Question) -> Focus:
    """Returns what the turns before a question were about.

    Args:
        text: the question made standalone.
        question: as it was asked, with its history.
    """
    if not question.history:
        return Focus()
    answers = [turn.answer for turn in reversed(question.history[-_MEMORY:])]
    cited = [citation for answer in answers for citation in answer.citations]
    articles = dict.fromkeys((c.library, c.article.id) for c in cited if c.library in question.libraries)
    told = () if leaves_topic_open(text) else (text,)
    asked = (*told, *(answer.standalone_question for answer in answers))
    names = name_words(dict.fromkeys(citation.article.text for citation in cited), filter(is_typed_small, asked))
    about = (names_of(recase(each, names)) for each in asked)
    return Focus(tuple(articles), next(filter(None, about), ()))


def in_context(text: str, before: Sequence[tuple[str, str | None]]) -> str:
    """Returns a follow-up as it was typed, after what was asked before it and what answered that in short, if anything.

    The span model was taught to find there who "she" is, and to leave what does not matter.

    Example:
        ("how old is she", [("Who runs the pool?", "Ann Lee")]) gives "Before: Who runs the pool (Ann Lee). Now: how old
        is she".
    """
    told = [
        " ".join(asked.split())[:_LONGEST].rstrip(" ?!.") + (f" ({short})" if short else "")
        for asked, short in before[-_TOLD:]
    ]
    return f"Before: {'; '.join(told)}. Now: {text}" if told else text


def read_in_focus(reader: Answerer, question: Question, hits: Sequence[Hit]) -> Answer:
    """Answers a standalone question from the hits in its focus; where these do not say, from those about the same.

    What somebody said who is in the focus, where no topic is asked for, is not what they said on something else. How
    something is by now, a later report may tell than the one cited.
    """
    own, about_the_same = circles(question, hits)
    if own and not (about_the_same and asks_of_now(question.text)):
        answer = of_articles(reader.answer(question, own), question.focus.articles)
        is_settled = article_field(question.text) or leaves_topic_open(question.text)
        if answer.answered or not about_the_same or is_settled:
            return answer
    answer = reader.answer(question, about_the_same)
    if question.focus.articles and leaves_topic_open(question.text):
        answer = of_articles(answer, {(hit.library, hit.article.id) for hit in about_the_same})
    return answer if about_the_same else replace(answer, trace=replace(answer.trace, hits=tuple(hits)))


def is_within(question: Question, hits: Sequence[Hit]) -> bool:
    """Tells whether a question that leaves its topic to the conversation is on somebody in its focus."""
    return leaves_topic_open(question.text) and bool(circles(question, hits)[0])


def names_its_subject(text: str) -> bool:
    """Tells whether a question as it was typed could be the first of a conversation, since it names what it is on.

    One that opens with "And" goes on with the last.
    """
    names_one = names_of(text) or stance_question(text)
    return bool(names_one) and without_lead(text) == text and not any(open_pronouns(text))


def circles(question: Question, hits: Sequence[Hit]) -> tuple[list[Hit], list[Hit]]:
    """Returns the hits of the articles in focus that hold what the question names, and all that are about the same.

    Nothing else is known to be about "it", where nobody could tell what that is. For a question about an article itself
    ("who wrote that?") the one cited last goes first, before it one whose title holds what is named.
    """
    focus, asked = question.focus, names_of(question.text)
    own = [hit for hit in hits if (hit.library, hit.article.id) in focus.articles and holds_all(hit, asked)]
    about_the_same = [hit for hit in hits if holds_all(hit, focus.names)]
    own.sort(key=lambda hit: hit not in about_the_same)  # "the mayor" is that of the town asked about
    if article_field(question.text):
        own.sort(key=lambda hit: (not _is_headed(hit, asked), focus.articles.index((hit.library, hit.article.id))))
    if own and leaves_it_open(question.text):
        return own, []
    return own, about_the_same


def holds_all(hit: Hit, names: Sequence[str]) -> bool:
    """Tells whether a hit's article holds the last word of each of some names, or what is of the same country."""
    stems = stem_set(f"{hit.article.title}\n{hit.article.text}")
    asked = [last for name in names for last in content_stems(name)[-1:]]
    return all(holds_name(last, stems) or holds_country(last, stems) for last in asked)


def _is_headed(hit: Hit, names: Sequence[str]) -> bool:
    title = stem_set(hit.article.title)
    return all(holds_name(last, title) for name in names for last in content_stems(name)[-1:])


def of_articles(answer: Answer, articles: Collection[tuple[str, str]]) -> Answer:
    """Returns what an answer states from some articles, of quotations, which are looked for everywhere.

    Where nothing is left of them it is a refusal.
    """
    if not isinstance(answer, QuotationList):
        return answer
    statements, citations = state([as_excerpt(c) for c in answer.citations if (c.library, c.article.id) in articles])
    if not statements:
        return Refusal(answer.question, answer.standalone_question, trace=answer.trace)
    return replace(answer, statements=statements, citations=citations, total=len(statements))
