"""A question that leaves out what the last one said ("and Putin?", "why?"), written out in full. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from retrieval.text.follow_ups import Form, about, also_by, follow_up, more_of, said_about, without_topic
from retrieval.text.mentions import SPEECH_VERBS, mentions

if TYPE_CHECKING:
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
    others = mentions(asked)
    for named in mentions(phrase)[:1]:
        alike = [m for m in others if m.kind == named.kind and (is_said or m.is_name == named.is_name)]
        speaker = others[:1] if is_said and named.is_name else []
        for other in [*alike, *speaker] if named.text == phrase else []:
            return f"{asked[: other.start]}{phrase}{asked[other.end :]}"
    return said_about(phrase, asked) if is_said else about(phrase, asked)
