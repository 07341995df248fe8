"""A follow-up question made standalone from the conversation, without a chat model. Pure, by rule.

Only what points back is rewritten: an ellipsis ("and Putin?"), and a pronoun with no antecedent in the question itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from retrieval.dialogue.coreference import resolved
from retrieval.dialogue.ellipsis import written_out
from retrieval.text.mentions import name_words, recase
from retrieval.text.messages import small_talk, without_chatter

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from retrieval.types import Turn

_MEMORY = 6  # turns
_LONGEST = 500  # characters: what is longer tells enough by itself


def standalone(text: str, history: Sequence[Turn]) -> str:
    """Returns the question with what it leaves to the conversation written out, and without chatter around it.

    Small talk, and a question that leaves nothing to the conversation, is returned as it is.
    """
    text = without_chatter(text)
    asked = [turn for turn in history if turn.answer.standalone_question.strip() and small_talk(turn.question) is None]
    recent = asked[-_MEMORY:]
    if not recent or len(text) > _LONGEST or small_talk(text):
        return text
    names = name_words(dict.fromkeys(_read(recent)))
    discourse = [(recase(turn.answer.standalone_question, names), turn.answer) for turn in reversed(recent)]
    spelled = recase(text, names)
    full = written_out(spelled, *discourse[0]) or resolved(spelled, discourse)
    return text if full == spelled else full[0].upper() + full[1:]


def _read(turns: Iterable[Turn]) -> Iterator[str]:
    """Gives the texts of the articles that the turns cited or found."""
    for turn in turns:
        yield from (citation.article.text for citation in turn.answer.citations)
        yield from (hit.article.text for hit in turn.answer.trace.hits)
