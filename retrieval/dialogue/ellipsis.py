"""A question that leaves out what the last one said ("and Putin?", "why?"), written out in full. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from retrieval.text.follow_ups import Form, about, also_by, follow_up, more_of, said_about, without_topic
from retrieval.text.mentions import SPEECH_VERBS, mentions

if TYPE_CHECKING:
    from retrieval.text.mentions import Mention
    from retrieval.types import Answer


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
            named = [mention for part in (asked, answer.short or "") for mention in mentions(part) if mention.is_name]
            return more_of(asked, list(dict.fromkeys(mention.text for mention in named)))
        case Form.QUESTION_WORD:
            return also_by(left.words, asked)
        case Form.PHRASE:
            return _asked_of(left.words, without_topic(asked))


def _asked_of(phrase: str, asked: str) -> str:
    """Returns the last question with a name in the place of another of its kind, else with the phrase in front of it.

    Of what was said, another speaker or topic is asked ("What did Xi say?", "and Putin?").
    """
    is_said = not SPEECH_VERBS.isdisjoint(asked.lower().strip(" ?").split())
    if is_said and "“" in asked:  # the words that were asked about are one speaker's
        return f"What did {phrase} say?"
    if replaced := _replaced_by(phrase, asked, is_said=is_said):
        return f"{asked[: replaced.start]}{phrase}{asked[replaced.end :]}"
    return said_about(phrase, asked) if is_said else about(phrase, asked)


def _replaced_by(phrase: str, asked: str, *, is_said: bool) -> Mention | None:
    """Finds the first mention of the phrase's kind; of what was said, the speaker makes place for any name."""
    named = next((mention for mention in mentions(phrase) if mention.text == phrase), None)
    if named is None:
        return None
    others = mentions(asked)
    speaker = others[:1] if is_said and named.is_name else []
    alike = [other for other in others if other.kind == named.kind and (is_said or other.is_name == named.is_name)]
    return next(iter([*alike, *speaker]), None)
