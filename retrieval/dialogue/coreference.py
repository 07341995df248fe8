"""The coreference of a question's pronouns with what the conversation mentioned. Pure, by rule.

An antecedent is looked for in the last question, then in its answer, then in older turns, as centering theory (Grosz,
Joshi and Weinstein 1995) has it as far as questions show it; where the question asks who, its answer goes first.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from retrieval.text.mentions import mentions
from retrieval.text.pronouns import asks_who, is_bound, next_pronoun, refers_within, with_words_said, words_said

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from retrieval.text.mentions import Mention
    from retrieval.text.pronouns import Pronoun
    from retrieval.types import Answer


def resolved(text: str, discourse: Sequence[tuple[str, Answer]]) -> str:
    """Returns the text with each pronoun replaced that has an antecedent in the conversation and none in the text.

    Args:
        text: the question, its names already spelled as names.
        discourse: the conversation's standalone questions with their answers, newest first.
    """
    told = (words_said(answer.statements[0].text) for _, answer in discourse if answer.statements)
    if said := next(filter(None, told), None):
        text = with_words_said(text, said)
    at = 0
    while pronoun := next_pronoun(text, at):
        at = pronoun.end
        antecedents = () if refers_within(pronoun, text) else _antecedents(pronoun, text, discourse)
        if antecedent := next(iter(antecedents), None):
            text = pronoun.replaced_by(antecedent, text)
            at = pronoun.start + len(antecedent.text)
    return text


def _antecedents(pronoun: Pronoun, text: str, discourse: Sequence[tuple[str, Answer]]) -> Iterator[Mention]:
    """Finds what the pronoun may stand for, likeliest first; nothing that the text names already."""
    for question, answer in discourse:
        parts = (question, answer.short or "")
        for part in reversed(parts) if asks_who(question) and pronoun.nominative != "it" else parts:
            for mention in mentions(part):
                is_named = re.search(rf"\b{re.escape(mention.text)}\b", text) is not None
                if pronoun.fits(mention) and not is_bound(mention) and not is_named:
                    yield mention
