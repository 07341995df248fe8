"""A follow-up question made standalone from the conversation, without a chat model. Pure, by rule.

Only what points back is rewritten: an ellipsis ("and Putin?"), and a pronoun with no antecedent in the question itself.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from retrieval.text.dates import written_day
from retrieval.text.follow_ups import (
    Form,
    about,
    asked_by,
    asked_of,
    asked_of_event,
    follow_up,
    is_event,
    is_of_another,
    is_pieced,
    more_of,
    said_about,
    stands_in,
    what_happened_beside,
    whether_going_on,
    with_noun_for_one,
    without_lead,
    without_topic,
)
from retrieval.text.interrogatives import bare_topic, event_of
from retrieval.text.languages import foreign_language
from retrieval.text.mentions import (
    SPEECH_VERBS,
    Mention,
    is_plural,
    is_typed_small,
    mentions,
    name_words,
    names_of,
    recase,
    with_place,
)
from retrieval.text.messages import asks_anew, opens_question, points_back, recall, small_talk, without_chatter
from retrieval.text.names import gender, without_last_title
from retrieval.text.pronouns import (
    asks_doer,
    asks_name,
    asks_which,
    asks_who,
    gender_in,
    is_one,
    is_topic,
    names_answer,
    next_pronoun,
    open_pronouns,
    refers_within,
    tells_what,
    with_owner,
    with_words_said,
    words_said,
)
from retrieval.text.questions import article_field
from retrieval.types import QuotationList, Refusal, Turn

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from retrieval.text.pronouns import Pronoun
    from retrieval.types import Answer

_MEMORY = 6  # turns
_NO_FOLLOW_UP = (small_talk, recall, article_field, foreign_language)  # nor has what is such a follow-up
_LONGEST = 500  # characters: what is longer tells enough by itself


def standalone(text: str, history: Sequence[Turn]) -> str:
    """Returns the question with what it leaves to the conversation written out, and without chatter around it.

    Small talk, and a question that leaves nothing to the conversation, is returned as it is.
    """
    text = without_chatter(text)
    answers = _last_answers(history)
    if not answers or len(text) > _LONGEST or any(is_such(text) for is_such in _NO_FOLLOW_UP):
        return text
    asked = filter(is_typed_small, (text, *(answer.standalone_question for answer in answers)))
    names = name_words(dict.fromkeys(_texts_of(answers)), asked)
    discourse = [(without_lead(recase(answer.standalone_question, names)), answer) for answer in answers]
    spelled = recase(text, names)
    if is_of_another(spelled):
        spelled = resolved(spelled, discourse)
    written = _of_event(spelled, discourse) or written_out(spelled, *discourse[0])
    full = resolved(written or with_noun_for_one(spelled, discourse[0][0]), discourse)
    if full == spelled:
        return text
    full = without_lead(full)
    return full[0].upper() + full[1:]


def _of_event(text: str, discourse: Sequence[tuple[str, Answer]]) -> str | None:
    """Returns "Where is the gala?" of "where?" or "where is it?", and "What channel is the debate?" of "what channel?".

    None where the last question can be asked with the question word, and where no question names an event.
    """
    asked = asked_of_event(text)
    written = written_out(text, *discourse[0]) if asked else None
    if asked is None or (written and not (is_pieced(written) or stands_in(written))):
        return None
    named = (with_place(each, question) for question, _ in discourse for each in mentions(question) if is_event(each))
    event = next(named, None)
    return f"{asked} is {event.text}?" if event else None


def _last_answers(history: Sequence[Turn]) -> list[Answer]:
    """Returns the answers to the last questions on the news, newest first."""
    answers = [turn.answer for turn in history if not any(is_such(turn.question) for is_such in _NO_FOLLOW_UP)]
    return [answer for answer in reversed(answers) if answer.standalone_question.strip()][:_MEMORY]


def _texts_of(answers: Iterable[Answer]) -> Iterator[str]:
    """Gives the texts of the articles that answers cite or were found in."""
    for answer in answers:
        yield from (found.article.text for found in answer.citations)
        yield from (hit.article.text for hit in answer.trace.hits)


def asked_about(text: str, subject: str) -> tuple[str, tuple[Turn, ...]]:
    """Returns what is asked, and the turn that it follows on: the subject, as if that had been asked before.

    A message that asks nothing by itself asks the subject.

    Example:
        ("is that true?", "Xi stays until Friday") asks "Xi stays until Friday"; ("When did he say it?", the same) is
        asked after it; ("anybody?", "What did Xi say?") asks "What did Xi say?".
    """
    own = without_chatter(text).strip()
    if not own or not asks_anew(own):
        return subject, ()
    turns = [Turn(subject, Refusal(subject, said)) for said in (subject, f"What about {subject.rstrip('.?! ')}?")]
    if points_back(own):
        return next(((own, (turn,)) for turn in turns if standalone(own, (turn,)) != own), (subject, ()))
    if opens_question(own):
        return own, (turns[1],)
    return (subject if subject.rstrip().endswith("?") else f"{subject} {own}"), ()


def written_out(text: str, asked: str, answer: Answer) -> str | None:
    """Returns the full question that an elliptical one stands for; None where nothing is left out of it.

    Args:
        text: the follow-up, its names already spelled as names.
        asked: the last standalone question.
        answer: the answer to it.
    """
    left = follow_up(text)
    if left is None:
        return None
    match left.form:
        case Form.MORE:
            full: str | None = more_of(asked, names_of(f"{asked}\n{answer.short or ''}"))
        case Form.STILL:
            full = asked
        case Form.GOING_ON:
            titles = "\n".join(cited.article.title for cited in answer.citations)
            full = whether_going_on(left.words, asked, titles)
        case Form.BEFORE | Form.AFTER:
            day = _day_told(answer, is_first=left.form is Form.BEFORE)
            full = what_happened_beside(left.form.name.lower(), day, asked) if day else None
        case Form.QUESTION_WORD:
            full = asked_by(left.words, asked, _named(answer))
        case Form.PHRASE:
            articles = {cited.article.id: cited.article.text for cited in answer.citations}
            full = _asked_of(left.words, without_topic(asked), "\n\n".join(articles.values()))
    return full


def _day_told(answer: Answer, *, is_first: bool) -> str | None:
    """Returns the first or the last day that the articles cited tell of, as it is written; None where none is known."""
    days = [day for cited in answer.citations if (day := cited.article.published_on)]
    return written_day(min(days) if is_first else max(days)) if days else None


def _named(answer: Answer) -> str | None:
    """Returns the name that an answer gave in short, if it gave one, or whose words it gave."""
    if isinstance(answer, QuotationList):
        return answer.speaker
    return answer.short if answer.short and names_of(answer.short) else None


def _asked_of(phrase: str, asked: str, told: str) -> str:
    """Returns the last question with a phrase in the place of what is like it, else with the phrase in front of it.

    Of what was said, another speaker or topic is asked ("What did Xi say?", "and Putin?"); who is named behind a phrase
    in what was told ("the harbour master, Edda Noor") is somebody.
    """
    if SPEECH_VERBS.isdisjoint(asked.lower().strip(" ?").split()):
        return asked_of(phrase, asked) or about(phrase, asked)
    if "“" in asked:  # the words that were asked about are one speaker's
        return f"What did {phrase} say?"
    named = next((mention for mention in mentions(phrase) if mention.text == phrase), None)
    if named and named.kind == "thing" and re.search(rf"(?i:\b{re.escape(phrase)}),? [A-Z]\w+ [A-Z]", told):
        named = replace(named, kind="person")
    if named is None and (placed := asked_of(phrase, asked)):
        return placed
    replaced = _replaced_by(named, mentions(asked)) if named else None
    if replaced is None:
        return said_about(phrase, asked)
    return f"{without_last_title(asked[: replaced.start])}{phrase}{asked[replaced.end :]}"


def _replaced_by(named: Mention, others: Sequence[Mention]) -> Mention | None:
    """Returns which mention of a question on what was said another takes the place of: a topic like it, or the speaker.

    A place or thing that is no name is only spoken of.
    """
    can_speak = named.kind in ("person", "group")
    alike = [] if can_speak else [other for other in others if other.kind == named.kind]
    speaker = others[:1] if can_speak or named.is_name else []
    return next(iter([*alike, *speaker]), None)


def resolved(text: str, discourse: Sequence[tuple[str, Answer]]) -> str:
    """Returns the text with each pronoun replaced that has an antecedent in the conversation and none in the text.

    An antecedent is looked for in the last question, then in its answer, then in older turns, as centering theory
    (Grosz, Joshi and Weinstein 1995) has it as far as questions show it; where the question asks who, its answer goes
    first.

    Args:
        text: the question, its names already spelled as names.
        discourse: the conversation's standalone questions with their answers, newest first.
    """
    told = (words_said([statement.text for statement in answer.statements]) for _, answer in discourse)
    if said := next(filter(None, told), None):
        text = with_words_said(text, said)
    at = 0
    while pronoun := next_pronoun(text, at):
        at = pronoun.end
        antecedents = [] if refers_within(pronoun, text) else list(_antecedents(pronoun, discourse))
        if asks_name(pronoun, text):
            antecedents.sort(key=lambda mention: mention.is_name)
        new = (mention for mention in antecedents if not re.search(rf"\b{re.escape(mention.text)}\b", text))
        if antecedent := next(new, None):
            text = pronoun.replaced_by(antecedent, text)
            at = pronoun.start + len(antecedent.text)
    return text


def _antecedents(pronoun: Pronoun, discourse: Sequence[tuple[str, Answer]]) -> Iterator[Mention]:
    """Finds what the pronoun may stand for, likeliest first; last whom the answers tell to be "he", or "she"."""
    for question, answer in discourse:
        if pronoun.nominative in open_pronouns(question):
            continue
        found = [mention for mention in _fitting(pronoun, question, answer) if _may_be(pronoun, mention, discourse)]
        yield from found or _only_one_told_of(pronoun, answer, discourse)
        # What is said "about it" may be of what was done before, and a question that names nothing is of that, too.
        if not pronoun.is_personal and (found or (mentions(question) and not pronoun.is_topic)):
            return
    yield from _told_to_be(pronoun.nominative, discourse)


def _only_one_told_of(pronoun: Pronoun, answer: Answer, discourse: Sequence[tuple[str, Answer]]) -> Iterator[Mention]:
    """Finds the one person whom an answer names in full, where a name or the articles tell that they are "he"."""
    told = mentions(answer.statements[0].text) if pronoun.is_personal and answer.statements else ()
    whole = {m.text: m for m in told if m.kind == "person" and m.is_name and " " in m.text}
    if len(whole) == 1:
        yield from (mention for mention in whole.values() if _gender(mention, discourse) == pronoun.nominative)


def _told_to_be(pronoun: str, discourse: Sequence[tuple[str, Answer]]) -> Iterator[Mention]:
    """Finds those in the answers of whom a name or the articles tell that they are "he", or "she"."""
    stated = "\n".join(said.text for _, answer in discourse for said in answer.statements)
    people = (mention for mention in mentions(stated) if mention.kind == "person")
    return (mention for mention in people if _gender(mention, discourse) == pronoun)


def _may_be(pronoun: Pronoun, mention: Mention, discourse: Sequence[tuple[str, Answer]]) -> bool:
    """Tells whether nothing in the conversation says that one is no "he", or no "she"."""
    return not pronoun.is_personal or _gender(mention, discourse) in (pronoun.nominative, None)


def _gender(mention: Mention, discourse: Sequence[tuple[str, Answer]]) -> str | None:
    """Returns "he" or "she" as a name tells, else as the articles that answers cite take it up."""
    if (told := gender(mention.text)) or not mention.is_name:
        return told
    texts = dict.fromkeys(cited.article.text for _, answer in discourse for cited in answer.citations)
    return next(filter(None, (gender_in(text, mention.text) for text in texts)), None)


def _fitting(pronoun: Pronoun, question: str, answer: Answer) -> list[Mention]:
    """Returns what the pronoun may stand for of a question and its answer, then what was done as asked.

    What it stood for in the question it goes on to stand for, even where nobody could tell what that was.
    """
    typed = {*open_pronouns(answer.question)}
    taken_up = _new_in(question, answer.question) if pronoun.nominative in typed else frozenset()
    told = [
        mention if pronoun.is_possessive else with_place(mention, part)
        for mention, part in _spoken_of(pronoun, question, answer)
        if (pronoun.fits(mention) or (len(typed) == 1 and mention.text in taken_up)) and tells_what(mention, part)
    ]
    if topic := bare_topic(question):
        bare = Mention(topic, 0, 0, "thing", is_name=False, is_plural=is_plural(topic))
        told[:0] = [bare] if pronoun.fits(bare) else []
    event = event_of(question, _named(answer)) if pronoun.is_topic else None
    told += [Mention(event, 0, 0, "thing", is_name=False)] if event else []
    is_doer = pronoun.is_personal and asks_doer(question) and names_of(answer.short or "") == (answer.short,)
    first = frozenset({answer.short}) if is_doer else taken_up
    return sorted(told, key=lambda mention: mention.text not in first)


def _new_in(question: str, typed: str) -> frozenset[str]:
    """Returns the mentions of a question that were not typed: what the pronouns stood for."""
    is_new = {*typed.split()}.isdisjoint
    return frozenset(mention.text for mention in mentions(question) if is_new(mention.text.split()))


def _spoken_of(pronoun: Pronoun, question: str, answer: Answer) -> list[tuple[Mention, str]]:
    """Returns what a question mentions and its short answer names, each with the text that it is of.

    The answer goes first where it tells who did what was asked, and counts only where the pronoun can stand for it.
    """
    asked = mentions(question)
    told = [(with_owner(mention, asked), question) for mention in asked]
    is_it = pronoun.nominative == "it"
    if names_answer(question, pronoun):
        goes_first = asks_which(question) if is_it else asks_who(question)
        told[0 if goes_first else len(told) : 0] = _of_short(answer.short or "", is_thing=is_it and goes_first)
    elif pronoun.is_personal and is_one(answer.short or "", pronoun, question):
        told += _of_short(answer.short or "", is_thing=False)
    return [(mention, part) for mention, part in told if not pronoun.is_topic or is_topic(mention, part)]


def _of_short(short: str, *, is_thing: bool) -> list[tuple[Mention, str]]:
    """Returns what a short answer names, with it; what answers "Which film?" is no person."""
    return [(replace(mention, kind="thing") if is_thing else mention, short) for mention in mentions(short)]
