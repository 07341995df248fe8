"""The plain LangChain recipe, for comparison: RecursiveCharacterTextSplitter, HuggingFaceEmbeddings, Chroma.

It reads as many chunks as Byline reads passages, with the same weights, and shows the three sentences of them nearest
to the question by cosine, as far as 600 characters take them. It never refuses. Needs the extra "benchmarks".
"""

from __future__ import annotations

from contextlib import contextmanager
from itertools import count
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.quality.measures import MOST_CHARACTERS, MOST_SENTENCES
from benchmarks.quality.systems import Reply, part_digest
from bot.settings import load_settings
from retrieval.models.files import packaged_folder
from retrieval.store.database import batched
from retrieval.text.document import sentences

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from langchain_chroma import Chroma
    from langchain_core.documents import Document
    from langchain_core.embeddings import Embeddings
    from numpy.typing import NDArray

    from benchmarks.quality.cases import Case, Part
    from benchmarks.quality.systems import Say

CHUNK, OVERLAP = 1_000, 200  # characters: the values of LangChain's own examples
_AT_ONCE = 512  # chunks: what an interruption costs


def default_embeddings() -> Embeddings:
    from langchain_huggingface import HuggingFaceEmbeddings

    embeddings: Embeddings = HuggingFaceEmbeddings(model_name=str(packaged_folder()), model_kwargs={"device": "cpu"})
    return embeddings


class Recipe:
    """Chunks and their vectors are kept in a Chroma directory for each part under `cache`."""

    name = "LangChain recipe"
    threshold = None

    def __init__(self, cache: Path, embeddings: Embeddings) -> None:
        self._cache = cache
        self._embeddings = embeddings

    @contextmanager
    def over(self, part: Part, say: Say) -> Iterator[OpenedRecipe]:
        from langchain_chroma import Chroma

        directory = self._cache / f"{part.name}-recipe-{part_digest(part, f'{CHUNK} {OVERLAP}')}"
        store = Chroma("chunks", self._embeddings, persist_directory=str(directory))
        _fill(store, _chunks(part), say)
        yield OpenedRecipe(store, self._embeddings, load_settings().hits, shared=len(part.libraries) > 1)


def _chunks(part: Part) -> list[Document]:
    from langchain_core.documents import Document
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    documents = [
        Document(article.text, metadata={"library": library, "article": article.id, "title": article.title})
        for library, articles in part.libraries.items()
        for article in articles
    ]
    splitter = RecursiveCharacterTextSplitter(chunk_size=CHUNK, chunk_overlap=OVERLAP)
    chunks: list[Document] = splitter.split_documents(documents)
    return chunks


def _fill(store: Chroma, chunks: Sequence[Document], say: Say) -> None:
    """Add what is not there yet; chunks come in the same order each time, so an interrupted run is taken up again."""
    done = len(store.get(include=[])["ids"])
    for batch in batched(range(done, len(chunks)), _AT_ONCE):
        store.add_documents([chunks[n] for n in batch], ids=[str(n) for n in batch])
        say(f"embedded {batch[-1] + 1} of {len(chunks)} chunks")


class OpenedRecipe:
    def __init__(self, store: Chroma, embeddings: Embeddings, limit: int, *, shared: bool) -> None:
        """`shared`: the store holds several libraries. A filter costs a tenth of a second, so one alone has none."""
        self._store = store
        self._embeddings = embeddings
        self._limit = limit
        self._shared = shared

    def reply(self, case: Case) -> Reply:
        within = {"library": case.library} if self._shared else None
        found = self._store.similarity_search(case.question, k=self._limit, filter=within)
        source = {text: chunk.metadata["article"] for chunk in reversed(found) for text in _sentences(chunk)}
        shown = _as_many_as_fit(self._nearest(case.question, list(source)))
        return Reply(
            sentences=tuple(shown),
            confidence=1.0,
            sources=tuple(source[text] for text in shown),
            hits=tuple(_with_title(chunk.metadata["title"], chunk.page_content) for chunk in found),
        )

    def _nearest(self, question: str, texts: Sequence[str]) -> list[str]:
        if not texts:
            return []
        vectors = _unit(self._embeddings.embed_documents(list(texts)))
        cosines = vectors @ _unit([self._embeddings.embed_query(question)])[0]
        return [texts[n] for n in np.argsort(-cosines, kind="stable")]

    def passages(self) -> Iterator[str]:
        for first in count(0, _AT_ONCE):  # the rows of a large store are too many for one query of SQLite
            stored = self._store.get(include=["documents", "metadatas"], limit=_AT_ONCE, offset=first)
            if not stored["ids"]:
                return
            for text, about in zip(stored["documents"], stored["metadatas"], strict=True):
                yield _with_title(about["title"], text)


def _sentences(chunk: Document) -> list[str]:
    text: str = chunk.page_content
    return [text[span.start : span.end] for span in sentences(text)]


def _with_title(title: str, text: str) -> str:
    return f"{title}\n{text}"


def _unit(vectors: Sequence[Sequence[float]]) -> NDArray[np.float64]:
    rows = np.asarray(vectors)
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True))


def _as_many_as_fit(ranked: Sequence[str]) -> list[str]:
    shown: list[str] = []
    for text in ranked:
        if len(" ".join([*shown, text])) <= MOST_CHARACTERS:
            shown.append(text)
        if len(shown) == MOST_SENTENCES:
            break
    return shown
