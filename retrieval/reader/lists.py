"""The list that a question asks for, where an article has one as such: bulleted or numbered lines. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from retrieval.citations import Excerpt
from retrieval.text.answer_kinds import asks_for_several, expected_answer
from retrieval.text.document import sentences
from retrieval.text.tables import told_list, told_lists
from retrieval.text.words import content_stems, stem_set

if TYPE_CHECKING:
    from retrieval.reader.candidates import Candidate
    from retrieval.text.tables import ToldList


def list_asked_for(best: Candidate, question: str) -> list[Excerpt]:
    """Returns the line that introduces a list, if any, and its items, where the best candidate is one of these.

    Nothing unless the question asks for several things, or for what no item names: "What did the council reject?" of
    what follows "It rejected two others:". A title is taken for what introduces the one list of its article, where it
    says all that is asked.
    """
    hit, text = best.hit, best.hit.article.text
    told = told_list(text, best.start) if best.field == "text" else _below_title(best, question)
    if told is None or not _is_wanted(question, best, told):
        return []
    if best.field == "text" and told.lead and best.end < told.lead.end:
        return []  # what stands before the sentence that introduces it
    introduction = sentences(text, told.lead)[-1:] if told.lead else []
    return [Excerpt(hit.library, hit.article, span.start, span.end) for span in (*introduction, *told.items)]


def _is_wanted(question: str, best: Candidate, told: ToldList) -> bool:
    """Tells whether a question asks for the items of a list: for several things, or things of which no item names what.

    Where nothing introduces the items, none may name it, but what the title and all above them name is of each.
    """
    several = asks_for_several(question)
    if several and (told.lead or best.field == "title"):
        return True
    if not several and expected_answer(question) not in {"thing", "other"}:
        return False
    text = best.hit.article.text
    own = stem_set("\n".join(text[item.start : item.end] for item in told.items))
    above = "" if told.lead else f"{best.hit.article.title}\n{text[: told.items[0].start]}"
    return own.isdisjoint(set(content_stems(question)) - stem_set(above))


def _below_title(title: Candidate, question: str) -> ToldList | None:
    """Returns the one list of an article, where its title says all that a question asks."""
    told = told_lists(title.hit.article.text)
    return told[0] if len(told) == 1 and set(content_stems(question)) <= stem_set(title.text) else None
