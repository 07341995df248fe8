"""What meets articles and questions takes time in proportion to their length, whatever stands in them.

Without more being said this takes a minute or two of the processor. BYLINE_TEST_CHARACTERS=1000000 tries texts of a
million characters, which takes hours; `-k` chooses among the functions.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import gc
import importlib
import inspect
import os
import pkgutil
import time
from typing import TYPE_CHECKING, Any, get_args

import pytest

from retrieval import text as english
from retrieval import trial
from retrieval.text.answer_kinds import AnswerKind, kind_fit
from retrieval.text.boilerplate import (
    byline_of,
    is_addressed,
    is_boilerplate,
    is_instruction,
    is_roundup,
    not_reported,
    unfit,
)
from retrieval.text.dates import moments
from retrieval.text.document import Document
from retrieval.text.lexicon import table
from retrieval.text.mentions import mentions, name_words, recase
from retrieval.text.names import core_name, names
from retrieval.text.numbers import figures
from retrieval.text.periods import is_of_other_year, timed
from retrieval.text.questions import LONGEST, event_question
from retrieval.text.tables import readable
from retrieval.text.transcripts import turns
from retrieval.text.values import tells_of_none
from retrieval.text.words import content_stems, numbers, plain, stems
from retrieval.text.yes_no import decision
from retrieval.types import Article, Span
from tests import ROOT, SEED

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

DAY = dt.date(2024, 5, 6)
SIZE = int(os.environ.get("BYLINE_TEST_CHARACTERS", "5000"))
TIMES = 4  # at a quadratic pattern four times as many characters take sixteen times as long
RATIO = 9.0
LEAST = 0.02  # seconds of the processor; less is noise
LONGEST_TIME = 0.25  # for a question, or a sentence of that length
PROSE = 20  # times `SIZE`, of texts of which little time is needed for a character

UNITS = [
    *[" ", "\n", "\t", "\r\n", "\u00a0", "#", ".", ". ", "...", "-", "—", "_", "*", ",", ":", "!", "?", "$", "|", "`"],
    *['"', "'", "“", "”", "‘", "’", "''", "``", "“a ", '"a ', "'a ", "s' ", "'em ", '"a" ', '"a. ', "“a” ", "’s "],
    *["(", "[", "<", "<a", "{{", "\ue000", "\x1b", "1", "1,", "1-", "1 ", "1. ", "3-2 ", "a", "A", "é", "A ", "a "],
    *["a-", "a.", "A.", "A.\n", "A: ", "a\n", "a@", "x@a ", "a/", "www", "https:", "by ", "By ", "in the ", " of the"],
    *["Ann Lee ", "Ann and ", "President of ", "president ", "New York ", 'Robert "Bob" ', "Mr. ", "Q: ", "la la la "],
    *[
        "this year ",
        "in 2024 ",
        "2019 ",
        "Monday, March 4 ",
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
LISTS = {file.stem: " ".join(table(file.stem)) + " " for file in sorted(ROOT.glob("retrieval/text/lexicon/*.txt"))}
ARTICLE = {
    "an article": SEED.read_text(encoding="utf-8"),
    "quotations": "“It is late,” said Ann Lee, the mayor of Zell. Tom Bauer said she was right, according to CNN. ",
    "roles": "The president said no. The mayor, Ann Lee, told President Tom Bauer that a teacher had come. ",
    "one surname": "Ann Lee came. Tom Lee left. Lee said: “No.” Mr. Lee and Mrs. Lee agreed. ",
}
FUNCTIONS: dict[str, Callable[[str], object]] = {
    "indexing": lambda text: trial.read(Article(id="1", title=text[:LONGEST], text=text)),
    "excerpts": lambda text: Document(text).excerpts,
    "boilerplate": is_boilerplate,
    "not reported": not_reported,
    "turns": lambda text: turns.__wrapped__(text, text[:100]),
    "names": names,
    "core name": core_name,
    "mentions": mentions,
    "name words": lambda text: name_words([text], ["who is ann lee"]),
    "recased": lambda text: recase(text, {}),
    "figures": figures,
    "moments": lambda text: moments(text, DAY),
    "timed": lambda text: timed(text, DAY),
    "other year": lambda text: is_of_other_year("How many this year?", DAY, text, DAY),
    "none left": lambda text: tells_of_none("How many are missing?", text),
    "event question": lambda text: event_question(text, DAY),
    "plain": plain,
    "byline": byline_of,
    "unfit": unfit,
    "addressed": is_addressed,
    "instruction": is_instruction,
    "roundup": is_roundup,
    "stems": stems,
    "content stems": content_stems,
    "numbers": numbers,
    "decision": lambda text: decision("Is that so?", text),
    "told lines": lambda text: readable(text, 0, len(text)),
    "fit of a kind": lambda text: [kind_fit(kind, text, text[:LONGEST]) for kind in get_args(AnswerKind)],
}


def taken(function: Callable[[str], object], text: str) -> float:
    """Seconds of the processor in this thread: what other tests left running or to be collected is not counted."""
    gc.disable()
    start = time.thread_time()
    with contextlib.suppress(IndexError):  # a function of a name's words need not take none
        function(text)
    seconds = time.thread_time() - start
    gc.enable()
    return seconds


def repeated(unit: str, size: int) -> str:
    return (unit * (size // len(unit) + 1))[:size]


def is_a_moment(function: Callable[[str], object], text: str) -> bool:
    return any(taken(function, text) <= LONGEST_TIME for _ in range(3))


def is_proportionate(function: Callable[[str], object], unit: str, size: int) -> bool:
    small, large = (repeated(unit, length) for length in (size // TIMES, size))
    for _ in range(3):  # a busy machine may spoil one measurement
        seconds = taken(function, large)
        if seconds < LEAST or seconds < RATIO * min(taken(function, small) for _ in range(2)):
            return True
    return False


@pytest.mark.timeout(0 if "BYLINE_TEST_CHARACTERS" in os.environ else 900)
@pytest.mark.parametrize("name", FUNCTIONS)
def test_time_grows_in_proportion_to_a_text(name: str) -> None:
    spoilt = [unit[:40] for unit in (*UNITS, *LISTS.values()) if not is_proportionate(FUNCTIONS[name], unit, SIZE)]
    assert not spoilt


@pytest.mark.parametrize("kind", ARTICLE)
def test_what_is_read_of_an_article_grows_in_proportion_to_it(kind: str) -> None:
    assert is_proportionate(FUNCTIONS["indexing"], ARTICLE[kind], SIZE * PROSE)


def reading_functions() -> Iterator[tuple[str, Callable[..., object]]]:
    """All public functions of the room that take a text, but those of the lists."""
    for module in pkgutil.iter_modules(english.__path__):
        room = importlib.import_module(f"{english.__name__}.{module.name}")
        for name, function in vars(room).items():
            own = getattr(function, "__module__", None) == room.__name__ and not name.startswith("_")
            if own and callable(function) and not inspect.isclass(function) and module.name != "lexicon":
                yield f"{module.name}.{name}", inspect.unwrap(function)


def arguments(function: Callable[..., object], text: str) -> list[Any] | None:
    """What a function is given for each parameter without a default, by its type; None where one is no text's."""
    made: dict[object, Any] = {
        "str": text,
        "int": 0,
        "dt.date": dt.date(2024, 5, 6),
        "Span": Span(0, len(text)),
        "Iterable[str]": [text],
        "Sequence[str]": text.split(),
        "list[str]": text.split(),
        "frozenset[str]": frozenset(text.split()),
    }
    wanted = [one for one in inspect.signature(function).parameters.values() if one.default is one.empty]
    given = [made.get(one.annotation) for one in wanted]
    return None if any(one is None for one in given) else given


@pytest.mark.parametrize("name", [name for name, _ in reading_functions()])
def test_a_question_of_any_words_takes_a_moment(name: str) -> None:
    function = dict(reading_functions())[name]
    if arguments(function, "a") is None:
        pytest.skip("takes what others have made of a text")
    slow = [
        unit[:40]
        for unit in (*UNITS, *LISTS.values())
        for text in [repeated(unit, LONGEST)]
        if not is_a_moment(lambda given: function(*(arguments(function, given) or ())), text)
    ]
    assert not slow
