"""The tokens of one sentence. A quotation is a single one. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from retrieval.text.names import DAYS_AND_MONTHS
from retrieval.text.quotation_marks import BLANK

if TYPE_CHECKING:
    from retrieval.types import Span

_TOKEN = re.compile(
    rf"""{BLANK}+
    |(?:[A-Z]\.)+(?!\w)
    |(?:Mr|Mrs|Ms|Dr|Sen|Rep|Gov|Gen|Lt|Col|St|Jr|Sr)\.
    |\b(?:I|he|she|they|we|you|it|who|that|there|here|what)(?=[’'](?:s|d|ll|re|ve|m)\b)
    |[’'](?:s|d|ll|re|ve|m)\b
    |[^\W_]+(?:[-’'.&][^\W_]+)*[’']?
    |[“"‘][^\W\d_]+[”"’](?=\s[A-Z])
    |---?
    |\S""",
    re.VERBOSE | re.IGNORECASE,
)
_DATELINE = re.compile(r"[A-Z][\w.,’' -]{1,40}\([A-Z][\w. /]{1,20}\)\s?[–—-]{1,2}\s+")  # New York (AFP) –
_LONGEST = 400  # tokens of a sentence that are read; what is longer is no prose


@dataclass(frozen=True, slots=True)
class Token:
    text: str
    start: int
    end: int

    @property
    def lower(self) -> str:
        return self.text.lower().replace("’", "'")

    @property
    def quoted(self) -> bool:
        return self.text[0] == BLANK

    @property
    def word(self) -> bool:
        return self.text.strip('“"‘')[:1].isalnum()  # of a quotation only a nickname is left: Robert “Bob” Lee

    @property
    def capital(self) -> bool:
        return self.text[0].isupper() and self.lower not in DAYS_AND_MONTHS


def tokens(narrative: str, span: Span) -> list[Token]:
    """Those of a sentence of a narrative, in which quotations are blanked out; an agency's dateline is left out."""
    dateline = _DATELINE.match(narrative, span.start, span.end)
    found = _TOKEN.finditer(narrative, dateline.end() if dateline else span.start, span.end)
    return [Token(m.group(), m.start(), m.end()) for m in islice(found, _LONGEST)]
