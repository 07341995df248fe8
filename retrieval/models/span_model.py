"""A question and windows of text to how well an answer starts and ends at each token, and how well each helps.

`load_span_model` finds the model that reads: the one that Byline ships, or any extractive question answering model of
the transformers kind, exported to ONNX.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import as_file, files
from itertools import chain, islice
from typing import TYPE_CHECKING, NamedTuple, Protocol

import numpy as np

from retrieval.errors import ModelError
from retrieval.models.files import check_sums, locate_span_model
from retrieval.models.onnx import ExportFailed, OnnxGraph, open_or_export, usable_threads
from retrieval.types import Span

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray
    from tokenizers import Encoding

MAX_ANSWER_TOKENS = 30
SHIPPED = "byline-minilm"
_KEPT = 128  # windows, of some 5 kB each
STRIDE = 64  # tokens that two parts of a long window share, where the model reads enough at once
_EXPORT_FORMAT = 1  # of the cached folders; with another number every model is exported again


class BestSpan(NamedTuple):
    """A span and its score: the log-odds that it answers, against nothing in its window doing so."""

    score: float
    span: Span


@dataclass(frozen=True, slots=True)
class Reading:
    """The tokens of a window, or of a part of one that is too long to be read at once.

    Attributes:
        offsets: (tokens, 2), where each stands in the window, in characters.
        starts, ends: (tokens,), logits less that of the first token, which stands for no answer.
        evidence: (tokens,), logits whose mean over a sentence is the log-odds that it helps to answer; None where the
            model has none.
    """

    offsets: NDArray[np.int64]
    starts: NDArray[np.float32]
    ends: NDArray[np.float32]
    evidence: NDArray[np.float32] | None = None

    def best(self, start: int = 0, end: int | None = None) -> BestSpan | None:
        """Returns the best span between two characters of the window; None where no token stands there."""
        inside = self.offsets[:, 0] >= start
        if end is not None:
            inside &= self.offsets[:, 1] <= end
        rows = np.flatnonzero(inside)
        if not len(rows):
            return None
        scores = self.starts[rows][:, None] + self.ends[rows][None, :]
        scores[_no_spans(len(rows))] = -np.inf
        first, last = divmod(int(scores.argmax()), len(rows))
        span = Span(int(self.offsets[rows[first], 0]), int(self.offsets[rows[last], 1]))
        return BestSpan(float(scores[first, last]), span)

    def mean_evidence(self, start: int, end: int) -> tuple[int, float]:
        """Returns how many tokens stand between two characters of the window, and the mean of their evidence."""
        inside = (self.offsets[:, 0] < end) & (self.offsets[:, 1] > start)
        count = int(inside.sum())
        return count, float(self.evidence[inside].mean()) if count and self.evidence is not None else 0.0


@lru_cache(maxsize=64)
def _no_spans(count: int) -> NDArray[np.bool_]:
    """Returns which pairs of so many tokens begin and end no span, since it would end first or be too long."""
    length = np.arange(count)[None, :] - np.arange(count)[:, None]
    return np.asarray((length < 0) | (length >= MAX_ANSWER_TOKENS))


def mean_evidence(readings: Sequence[Reading], start: int, end: int) -> float | None:
    """Returns the log-odds that a stretch of a window helps to answer, by the part that holds most of it.

    None where no token stands there, or the model tells nothing of evidence.
    """
    count, evidence = max(reading.mean_evidence(start, end) for reading in readings)
    return evidence if count and readings[0].evidence is not None else None


def best_span(readings: Sequence[Reading], start: int = 0, end: int | None = None) -> BestSpan | None:
    """Returns the best span of a window, or of a stretch of it, over all its parts; of equals the first."""
    spans = filter(None, (reading.best(start, end) for reading in readings))
    return max(spans, key=lambda best: (best.score, -best.span.start), default=None)


class SpanModel(Protocol):
    """A question and windows of text to readings, at least one for each window."""

    @property
    def describe(self) -> str:
        """One line for people: which model, and how it is run."""

    @property
    def reads_turns(self) -> bool:
        """Whether it was taught to read a follow-up below the turns before it."""

    def read(self, question: str, windows: Sequence[str]) -> list[tuple[Reading, ...]]: ...


def load_span_model(
    model: str = SHIPPED,
    *,
    cache_dir: Path,
    threads: int | None = None,
    progress: Callable[[str], None] = lambda _: None,
) -> OnnxSpanModel:
    """Returns `SHIPPED`, or the model of a folder made by `save_pretrained` or of a name on the Hugging Face hub.

    Others than the shipped one are exported to ONNX once. `progress` is told before something that takes seconds.

    Raises:
        ModelError: the model cannot be found, loaded or exported, or is none that answers questions.
    """
    threads = threads or usable_threads()
    if model == SHIPPED:
        with as_file(files("retrieval.models") / SHIPPED) as folder:
            try:
                check_sums(folder, cache_dir)
                return OnnxSpanModel(folder, threads)
            except Exception as error:  # each library has errors of its own for a damaged file
                raise ModelError(f"The reader's model in {folder} is missing or damaged; reinstall Byline.") from error
    source = locate_span_model(model, cache_dir)
    target = cache_dir.absolute() / f"reader-{source.digest[:16]}-{_EXPORT_FORMAT}"
    try:
        return open_or_export("span_model", source, target, lambda: OnnxSpanModel(target, threads), progress)
    except ExportFailed as failure:
        raise ModelError(
            f"The reader model {source.name} cannot be used ({failure}): set BYLINE_READER_MODEL to another extractive "
            "question answering model, or leave it unset."
        ) from failure


@dataclass(frozen=True, slots=True)
class AboutSpanModel:
    """What there is to know of an exported span model beside its graph and tokenizer.

    Attributes:
        name: as people know it.
        precision: of its weights, "int8" or "fp32".
        max_tokens: of question, window and special tokens together.
        reads_turns: whether it was taught to read a follow-up below the turns before it.
    """

    name: str
    precision: str
    max_tokens: int
    reads_turns: bool = False


class OnnxSpanModel:
    """An exported question answering model, which reads one window a run.

    With dynamic quantisation a window's logits would depend on those beside it in a batch.
    """

    def __init__(self, folder: Path, threads: int) -> None:
        """Opens an export; raises whatever the libraries raise for a missing or damaged file."""
        self._graph = OnnxGraph(folder, threads)
        self._about = AboutSpanModel(**self._graph.about)
        self._kept: dict[tuple[str, str], tuple[Reading, ...]] = {}  # of question and window, the oldest first
        self._keeping = threading.Lock()
        self._room = self._about.max_tokens - self._graph.tokenizer.num_special_tokens_to_add(is_pair=True)
        self.read("Who?", ["Somebody."])  # so that a damaged graph is noticed here

    @property
    def describe(self) -> str:
        return f"{self._about.name}, ONNX {self._about.precision}, {self._about.max_tokens} tokens at once"

    @property
    def reads_turns(self) -> bool:
        return self._about.reads_turns

    def read(self, question: str, windows: Sequence[str]) -> list[tuple[Reading, ...]]:
        known = {window: read for window in windows if (read := self._kept.get((question, window)))}
        new = [window for window in dict.fromkeys(windows) if window not in known]
        parts = [self._parts(question, window) for window in new]
        encodings = list(chain.from_iterable(parts))
        logits = self._graph.run([[encoding] for encoding in encodings]) if encodings else []
        readings = (_reading(encoding, *run) for encoding, run in zip(encodings, logits, strict=True))
        known |= {window: tuple(next(readings) for _ in some) for window, some in zip(new, parts, strict=True)}
        self._keep(question, {window: known[window] for window in new})
        return [known[window] for window in windows]

    def _keep(self, question: str, read: Mapping[str, tuple[Reading, ...]]) -> None:
        """Keeps what was read of some windows, since a question may be read first in some articles and then in all."""
        with self._keeping:
            self._kept |= {(question, window): readings for window, readings in read.items()}
            for oldest in [*islice(self._kept, max(0, len(self._kept) - _KEPT))]:
                del self._kept[oldest]

    def _parts(self, question: str, window: str) -> list[Encoding]:
        """Returns question and window together, in parts where they are too long; the question takes a third."""
        asked, text = self._graph.tokens(question), self._graph.tokens(window)
        if len(asked.ids) > (most := self._room // 3):
            asked = self._graph.tokens(question[: asked.offsets[most - 1][1]])
        room = self._room - len(asked.ids)
        text.truncate(room, stride=min(STRIDE, room // 2))
        whole = self._graph.tokenizer.post_process(asked, text)
        return [whole, *whole.overflowing]


def _reading(
    encoding: Encoding,
    starts: NDArray[np.float32],
    ends: NDArray[np.float32],
    evidence: NDArray[np.float32] | None = None,
) -> Reading:
    """Returns the tokens of the window from the logits of all, each of shape (1, tokens)."""
    rows = np.array([sequence == 1 for sequence in encoding.sequence_ids])
    offsets = np.array(encoding.offsets, dtype=np.int64)
    of_window = None if evidence is None else evidence[0][rows]
    return Reading(offsets[rows], starts[0][rows] - starts[0][0], ends[0][rows] - ends[0][0], of_window)
