"""What a chat model is given to work on, clearly apart from what it is told to do. Pure.

Articles and questions come from anywhere: nothing in them can end the part of the prompt that they stand in.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from prompts import load_parts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from retrieval.types import Answer, Article, Hit, Turn

_TAG = re.compile(r"<(?=\s*/?\s*(?:passages?|question|conversation|system|user|assistant)\b|\|)", re.IGNORECASE)
_ANSWER = 400  # characters of an answer that a follow-up is understood by


class Prompt(NamedTuple):
    """The two messages that a chat model is sent: the instructions, and what they are to be applied to."""

    system: str
    user: str


def load_prompt(name: str, **variables: str) -> Prompt:
    """Returns a prompt with its variables filled in."""
    system, user = load_parts(name, **variables)
    return Prompt(system, user)


def numbered(hits: Sequence[Hit]) -> str:
    """Returns the passages, numbered from 1, each with what is known of its article."""
    return "\n".join(
        f'<passage number="{number}">\n{_metadata(hit.article)}Text:\n{harmless(hit.text.strip())}\n</passage>'
        for number, hit in enumerate(hits, start=1)
    )


def _metadata(article: Article) -> str:
    fields = {"Title": article.title, "Outlet": article.publisher, "By": article.byline, "Published": article.published}
    return "".join(f"{name}: {one_line(value)}\n" for name, value in fields.items() if value and value.strip())


def conversation(turns: Sequence[Turn], summary: str = "") -> str:
    """Returns the turns, oldest first, after a summary of those before them."""
    earlier = [f"Earlier: {one_line(summary)}"] if summary else []
    return "\n".join([*earlier, *(f"Question: {one_line(t.question)}\nAnswer: {_cut(t.answer)}" for t in turns)])


def _cut(answer: Answer) -> str:
    text = one_line(answer.text)
    return text if len(text) <= _ANSWER else f"{text[:_ANSWER].rsplit(' ', 1)[0]} …"


def one_line(text: str) -> str:
    """Returns the text on one line, harmless."""
    return harmless(" ".join(text.split()))


def harmless(text: str) -> str:
    """Returns the text with nothing in it that looks like a tag of a prompt."""
    return _TAG.sub("‹", text)
