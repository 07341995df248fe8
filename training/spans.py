"""Examples to token ids, and batches of like length. Pure but for the tokenizer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import random
    from collections.abc import Sequence

    from numpy.typing import NDArray
    from tokenizers import Encoding, Tokenizer

    from retrieval.types import Span
    from training.examples import Example

QUESTION_TOKENS = 64  # the last ones, since a follow-up stands after the questions before it
WINDOW_TOKENS = 240  # of the text; longer ones are cut to a stretch that holds the answer
IGNORED = -100  # the label of a span that is not learned, as PyTorch's cross entropy has it
EVIDENCE = ("sentence_rows", "sentence_firsts", "sentence_lasts", "sentence_helps")  # arrays of a batch
BATCH_TOKENS = 6_144
BATCH_EXAMPLES = 64


@dataclass(frozen=True, slots=True)
class Encoded:
    """Token ids of `[CLS] question [SEP] window [SEP]`.

    Attributes:
        start, end: tokens of the answer, inclusive; 0 for no answer, `IGNORED` where no span is learned.
        evidence: the first and last token of each sentence, and whether it helps to answer.
    """

    ids: tuple[int, ...]
    question_length: int
    start: int
    end: int
    evidence: tuple[tuple[int, int, bool], ...] = ()


def encode(examples: Sequence[Example], tokenizer: Tokenizer, rng: random.Random) -> list[Encoded]:
    questions = tokenizer.encode_batch([e.question for e in examples], add_special_tokens=False)
    texts = tokenizer.encode_batch([e.text for e in examples], add_special_tokens=False)
    cls, sep = (tokenizer.token_to_id(token) or 0 for token in ("[CLS]", "[SEP]"))
    found = []
    for example, question, text in zip(examples, questions, texts, strict=True):
        head = (cls, *question.ids[-QUESTION_TOKENS:], sep)
        first = last = -1
        if example.answer:
            inside = _tokens_of(example.answer, text)
            if inside is None:
                continue
            first, last = inside
        begin = _begin(len(text.ids), first, last, rng)
        window = text.ids[begin : begin + WINDOW_TOKENS]
        at, stop = len(head) - begin, len(head) + len(window)
        start, end = (first + at, last + at) if example.answer else (0, 0) if example.spanned else (IGNORED, IGNORED)
        evidence = [(*tokens, helps) for span, helps in example.evidence if (tokens := _tokens_of(span, text))]
        read = tuple((a + at, b + at, helps) for a, b, helps in evidence if a >= begin and b + at < stop)
        if end < stop:
            found.append(Encoded((*head, *window, sep), len(head), start, end, read))
    return found


def _tokens_of(span: Span, text: Encoding) -> tuple[int, int] | None:
    """Returns the first and the last token that a span touches."""
    inside = [i for i, (a, b) in enumerate(text.offsets) if a < span.end and b > span.start]
    return (inside[0], inside[-1]) if inside else None


def _begin(length: int, first: int, last: int, rng: random.Random) -> int:
    """Where a window begins that holds the tokens from first to last, or any (first < 0)."""
    if length <= WINDOW_TOKENS:
        return 0
    low, high = 0, length - WINDOW_TOKENS
    if first >= 0:
        low, high = min(max(low, last + 1 - WINDOW_TOKENS), high), min(high, first)
    return rng.randint(min(low, high), high)


def batches(encoded: Sequence[Encoded], rng: random.Random) -> list[list[int]]:
    """Rows of like length together, within the limits, in a random order."""
    order = sorted(range(len(encoded)), key=lambda i: (len(encoded[i].ids), rng.random()))
    found: list[list[int]] = [[]]
    for i in order:  # from short to long, so that the newest row is the longest
        batch = found[-1]
        if batch and (len(batch) == BATCH_EXAMPLES or (len(batch) + 1) * len(encoded[i].ids) > BATCH_TOKENS):
            found.append([])
        found[-1].append(i)
    rng.shuffle(found)
    return found


def padded(batch: Sequence[Encoded]) -> dict[str, NDArray[np.int64]]:
    """The model's inputs, (rows, longest) each; the labels, (rows,) each; and of all sentences (sentences,) each."""
    longest = max(len(row.ids) for row in batch)
    ids, mask, types = (np.zeros((len(batch), longest), dtype=np.int64) for _ in range(3))
    for i, row in enumerate(batch):
        ids[i, : len(row.ids)] = row.ids
        mask[i, : len(row.ids)] = 1
        types[i, row.question_length : len(row.ids)] = 1
    evidence = np.array([(i, *each) for i, row in enumerate(batch) for each in row.evidence], dtype=np.int64)
    return {
        "input_ids": ids,
        "attention_mask": mask,
        "token_type_ids": types,
        "start_positions": np.array([row.start for row in batch]),
        "end_positions": np.array([row.end for row in batch]),
        **dict(zip(EVIDENCE, evidence.reshape(-1, len(EVIDENCE)).T, strict=True)),
    }
