"""The chat over scripted answers, as a process: `python tests/bot/chat_fake.py HISTORY_FILE [--no-color]`."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from retrieval.errors import LibraryError
from retrieval.types import Answer, Article, Citation, Extract, Hit, Refusal, Statement, Trace
from retrieval.watching import Unfinished

if TYPE_CHECKING:
    from retrieval.types import Question
    from retrieval.watching import Watch

BRIDGE = Article(
    "bridge",
    "Bridge opens",
    "The bridge opened on Monday.\nIt cost 40 million crowns.",
    "By Ada Lind",
    published="2031-05-02",
)


def answer(question: Question, watch: Watch | None = None) -> Answer:
    """Slow for "sleep", an error for "fail", a refusal for "why", else the cost, and how many turns came before.

    "write" writes the cost word by word, and a second sentence that is dropped again, until it is stopped.
    """
    if watch and "write" in question.text:
        _write(watch)
    asked = f"{question.text} after {len(question.history)}"
    if "sleep" in question.text:
        time.sleep(60)
    if "fail" in question.text:
        raise LibraryError("The library is asleep: wake it.")
    if "why" in question.text:
        return Refusal(asked, asked, trace=Trace(hits=(Hit("public", BRIDGE, 0, 28, 0.5),)))
    start = BRIDGE.text.index("It cost")
    said = (Statement("It cost 40 million crowns.", (1,)), Statement(f"{asked}."))
    cited = Citation(1, "public", BRIDGE, "text", start, len(BRIDGE.text))
    return Extract(asked, asked, said, (cited,), short="40 million crowns", total=2)


def _write(watch: Watch) -> None:
    """Where it is stopped, a file beside the history says so."""
    said = (Statement("It cost 40 million crowns.", (1,)),)
    steps = [((), "It cost"), ((), "It cost 40 million"), (said, ""), (said, "The mayor resigned"), (said, "")]
    for statements, tentative in [*steps, *[(said, "He is")] * 300]:
        time.sleep(0.4)
        watch.show(Unfinished(statements, (), tentative))
        if watch.stopped:
            Path(sys.argv[1]).with_suffix(".stopped").touch()
            break


def main() -> int:
    from bot.terminal import chat
    from retrieval.store.articles import open_engine
    from retrieval.store.quotes import Quotations

    history_file = Path(sys.argv[1])
    history_file.parent.mkdir(exist_ok=True)
    return chat(
        answer,
        Quotations(open_engine(history_file.parent)),
        libraries=("public",),
        history_file=history_file,
        no_color="--no-color" in sys.argv,
        banner="1 article.",
    )


if __name__ == "__main__":
    sys.exit(main())
