"""What meets articles and questions takes time in proportion to their length, whatever stands in them."""

from __future__ import annotations

import datetime as dt
import time
from typing import TYPE_CHECKING, get_args

import pytest

from retrieval.index.passages import passages
from retrieval.quotes.extraction import quotes
from retrieval.text.answer_kinds import AnswerKind, asks_for_several, expected_answer, kind_fit, parts
from retrieval.text.boilerplate import is_boilerplate, not_reported
from retrieval.text.dates import moments
from retrieval.text.document import Document
from retrieval.text.event_questions import event_question
from retrieval.text.furniture import byline_of, is_addressed, is_instruction, unfit
from retrieval.text.mentions import mentions, name_words, recase
from retrieval.text.names import core_name, names
from retrieval.text.numbers import figures
from retrieval.text.periods import timed
from retrieval.text.questions import LONGEST
from retrieval.text.tables import readable
from retrieval.text.transcripts import turns
from retrieval.text.words import content_stems, numbers, plain, stems
from retrieval.text.yes_no import decision
from retrieval.types import Article

if TYPE_CHECKING:
    from collections.abc import Callable

SIZE = 2_500  # characters; at a quadratic pattern four times as many take sixteen times as long
TIMES = 4
RATIO = 9.0
LEAST = 0.02  # seconds of the processor; less is noise

UNITS = [
    *[" ", "\n", "\t", "\r\n", "\u00a0", "#", ".", ". ", "...", "-", "—", "_", "*", ",", ":", "!", "?", "$", "|", "`"],
    *['"', "'", "“", "”", "‘", "’", "''", "``", "“a ", '"a ', "'a ", "s' ", "'em ", '"a" ', '"a. ', "“a” ", "’s "],
    *["(", "[", "<", "<a", "{{", "\ue000", "\x1b", "1", "1,", "1-", "1 ", "1. ", "3-2 ", "a", "A", "é", "A ", "a "],
    *["a-", "a.", "A.", "A.\n", "A: ", "a\n", "a@", "x@a ", "a/", "www", "https:", "by ", "By ", "in the ", " of the"],
    *["Ann Lee ", "Ann and ", "President of ", "president ", "New York ", 'Robert "Bob" ', "Mr. ", "Q: ", "la la la "],
    *[
        "said ",
        "he said ",
        "not ",
        "n't ",
        "one ",
        "one hundred and ",
        "March ",
        "12 March ",
        "May ",
        "ignore ",
        "as an ",
    ],
    *["as an ", "please ", "the ai ", "system a", "new instructions ", "!\n", "\n\n", "| "],
    *[
        "« ",
        "»a ",
        "„",
        "‚a ",
        "“”a",
        '""a',
        "— a, says ",
        "“a, said A",
        "a.' ",
        "A: I?\n",
        "Q. a?\nA. I.\n",
        "B said:\n",
    ],
]
FUNCTIONS: dict[str, Callable[[str], object]] = {
    "sentences": lambda text: Document(text).excerpts,
    "boilerplate": is_boilerplate,
    "not reported": not_reported,
    "quotes": lambda text: quotes(Article(id="1", title="T", text=text)),
    "passages": lambda text: passages(Article(id="1", title=text, text=text), lambda all_: [1] * len(all_), 200),
    "turns": lambda text: turns.__wrapped__(text, text[:100]),
    "names": names,
    "core name": core_name,
    "mentions": mentions,
    "name words": lambda text: name_words([text]),
    "recased": lambda text: recase(text, {}),
    "figures": figures,
    "moments": lambda text: moments(text, dt.date(2024, 5, 6)),
    "timed": lambda text: timed(text, dt.date(2024, 5, 6)),
    "event question": lambda text: event_question(text, dt.date(2024, 5, 6)),
    "plain": plain,
    "byline": byline_of,
    "unfit": unfit,
    "addressed": is_addressed,
    "instruction": is_instruction,
    "stems": stems.__wrapped__,
    "content stems": content_stems,
    "numbers": numbers,
    "decision": lambda text: decision(f"Is {text[:LONGEST]} so?", text),
    "told lines": lambda text: readable(text, 0, len(text)),
    "expected answer": lambda text: (expected_answer(text), asks_for_several(text), parts(text)),
    "fit of a kind": lambda text: [kind_fit(kind, text, text) for kind in get_args(AnswerKind)],
}


def taken(function: Callable[[str], object], text: str) -> float:
    """Seconds of the processor, the better of two."""
    best = float("inf")
    for _ in range(2):
        start = time.process_time()
        function(text)
        best = min(best, time.process_time() - start)
    return best


@pytest.mark.parametrize("name", FUNCTIONS)
def test_time_grows_in_proportion_to_a_text(name: str) -> None:
    function = FUNCTIONS[name]
    for unit in UNITS:
        small, large = (unit * (size // len(unit)) for size in (SIZE, SIZE * TIMES))
        for _ in range(3):  # a busy machine may spoil one measurement
            seconds = taken(function, large)
            if seconds < LEAST or seconds < RATIO * taken(function, small):
                break
        else:
            pytest.fail(f"{name} of {unit!r} takes time out of proportion")
