"""What a model is given to work on, clearly apart from what it is told to do. Pure.

Articles and questions come from anywhere: nothing in them can end the part of the prompt that they stand in.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from retrieval.types import Answer, Article, Hit, Turn

_TAG = re.compile(r"<(?=\s*/?\s*(?:passages?|question|conversation|system|user|assistant)\b|\|)", re.IGNORECASE)
_ANSWER = 400  # characters of an answer that a follow-up is understood by


def numbered(hits: Sequence[Hit]) -> str:
    """The passages, numbered from 1, each with what is known of its article."""
    return "\n".join(_passage(number, hit) for number, hit in enumerate(hits, start=1))


def _passage(number: int, hit: Hit) -> str:
    return f'<passage number="{number}">\n{_facts(hit.article)}Text:\n{harmless(hit.text.strip())}\n</passage>'


def _facts(article: Article) -> str:
    told = {"Title": article.title, "Outlet": article.publisher, "By": article.byline, "Published": article.published}
    return "".join(f"{name}: {one_line(value)}\n" for name, value in told.items() if value and value.strip())


def conversation(turns: Sequence[Turn], memory: str = "") -> str:
    """The turns, oldest first, after a summary of those before them."""
    earlier = [f"Earlier: {one_line(memory)}"] if memory else []
    return "\n".join([*earlier, *(f"Question: {one_line(t.question)}\nAnswer: {_answer(t.answer)}" for t in turns)])


def _answer(answer: Answer) -> str:
    text = one_line(answer.text)
    return text if len(text) <= _ANSWER else f"{text[:_ANSWER].rsplit(' ', 1)[0]} …"


def one_line(text: str) -> str:
    return harmless(" ".join(text.split()))


def harmless(text: str) -> str:
    """The text with nothing in it that looks like a tag of a prompt."""
    return _TAG.sub("‹", text)
