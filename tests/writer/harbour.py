"""Two articles, a question about them, and what a scripted model says of them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from retrieval.types import Article, Question
from tests.writer.chat_models_server import Request, Says

if TYPE_CHECKING:
    from collections.abc import Callable

    from retrieval.types import Answer

HARBOUR = Article(
    "harbour",
    "Harbour of Port Ellen shut by storm",
    "The harbour of Port Ellen was closed on Monday because of a storm, said its master, Rona Blair. "
    "Three ferries stayed in port. “We expect to open the harbour again on Thursday,” Blair said.",
    byline="Ann Lee",
    publisher="The Harbour Post",
    published="2023-03-20",
)
CRANE = Article(
    "crane",
    "Crane falls in harbour",
    "A crane fell in the harbour of Kilmory on Tuesday. Nobody was hurt, the police of Kilmory said.",
    publisher="Island Gazette",
    published="2023-03-21",
)
ASKED = "Why was the harbour of Port Ellen closed?"
CLOSED = "The harbour of Port Ellen was closed on Monday because of a storm, said its master, Rona Blair."
FERRIES = "Three ferries stayed in port."
INVENTED = "The mayor of Glasgow resigned over 400 stolen bicycles."


def asking(text: str = ASKED) -> Question:
    return Question(text=text, libraries=("public",))


def number_of(request: Request, title: str) -> int:
    """The number under which the model was given the passage of an article."""
    return 1 + [block.split("Title: ")[1].split("\n")[0] for block in request.given.split("<passage ")[1:]].index(title)


def prose(*sentences: str, **given: object) -> Callable[[Request], Says]:
    """A model that cites the article of the harbour, in prose or in fields as it is asked."""

    def says(request: Request) -> Says:
        number = number_of(request, HARBOUR.title)
        if request.schema:
            rows = [{"text": sentence, "passages": [number]} for sentence in sentences]
            return Says(json.dumps({"sentences": rows}), **given)  # type: ignore[arg-type]  # of Says
        return Says(" ".join(f"{sentence[:-1]} [{number}]." for sentence in sentences), **given)  # type: ignore[arg-type]  # of Says

    return says


def texts(answer: Answer) -> list[str]:
    return [statement.text for statement in answer.statements]
