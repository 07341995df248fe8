"""A chat model on trial: one question that it has to answer with a citation, and one that it has to refuse."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from retrieval.text.messages import Intent
from retrieval.types import Article, Hit, Question
from retrieval.watching import Watch
from retrieval.writer.writing import WritingRequest, write

if TYPE_CHECKING:
    from retrieval.gate import Gate
    from retrieval.writer.chat_model import AnyChatModel
    from retrieval.writer.writing import DraftAnswer

_ARTICLE = Article(
    "trial",
    "Ferry fares rise in Larnby",
    "The ferry company Nordline raised its fares by 12 percent on Monday. Its director, Ada Brekke, said that the "
    "money would pay for two new ships. The line carried 1.3 million passengers last year.",
    publisher="The Larnby Post",
    published="2023-03-15",
)
_ANSWERED = "By how much did Nordline raise its fares?"
_NOT_ANSWERED = "Who won the football match in Larnby?"


@dataclass(frozen=True, slots=True)
class Trial:
    """What a model made of a question, and in how many seconds."""

    draft: DraftAnswer
    seconds: float

    @property
    def is_silent(self) -> bool:
        """Whether nothing was written that could be read."""
        return not (self.draft.kept or self.draft.dropped or self.draft.refused)

    @property
    def told(self) -> str:
        """What became of it."""
        if self.draft.kept:
            outcome = "answered with a citation that holds"
        elif self.draft.dropped:
            outcome = f"answered with nothing that holds ({self.draft.dropped[0].reason})"
        else:
            outcome = "refused" if self.draft.refused else "left without a sentence"
        return f"{outcome} in {self.seconds:.1f} s"


def trials(chat: AnyChatModel, gate: Gate) -> tuple[Trial, Trial]:
    """Returns how a question with an answer went, and one without, over an article of three sentences.

    Raises:
        ChatModelFailed: no reply, or not all of it.
    """
    return _tried(chat, gate, _ANSWERED), _tried(chat, gate, _NOT_ANSWERED)


def _tried(chat: AnyChatModel, gate: Gate, text: str) -> Trial:
    started = time.perf_counter()
    hit = Hit("trial", _ARTICLE, 0, len(_ARTICLE.text), 1.0)
    request = WritingRequest(Question(text=text, libraries=("trial",)), (hit,), Intent.ANSWER)
    draft = write(chat, gate, request, Watch(), structured=chat.structured)
    return Trial(draft, time.perf_counter() - started)
