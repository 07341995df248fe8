"""The usual ways to search passages with four libraries: `PYTHON peers.py PEER index|cold|warm WORK MODEL`.

Run by the interpreter of the environment that has them, so it imports nothing of Byline. WORK holds passages.json and
questions.json; an index is kept in WORK/PEER. Each peer is used as its own first examples do, with the same model and
the same passages; what it is told beyond that is said where it is. The last line of output is an object of measures.
"""

from __future__ import annotations

import json
import sys
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

HITS = 10
WARMING = 5  # questions
_MOST_A_CALL = 5_000  # texts; Chroma refuses more than 5,461


class Peer(Protocol):
    """Opened over a folder, with its model loaded."""

    def index(self, texts: Sequence[str]) -> None:
        """Keeps the texts in the folder."""

    def search(self, question: str) -> Sequence[Any]:
        """Returns the nearest `HITS` of the kept texts."""


class LangChain:
    """Chroma with HuggingFaceEmbeddings."""

    def __init__(self, folder: Path, model: str) -> None:
        from langchain_chroma import Chroma
        from langchain_huggingface import HuggingFaceEmbeddings

        embeddings = HuggingFaceEmbeddings(model_name=model, model_kwargs={"device": "cpu"})
        self._store = Chroma(persist_directory=str(folder), embedding_function=embeddings)

    def index(self, texts: Sequence[str]) -> None:
        for first in range(0, len(texts), _MOST_A_CALL):
            self._store.add_texts(texts[first : first + _MOST_A_CALL])

    def search(self, question: str) -> Sequence[Any]:
        found: list[Any] = self._store.similarity_search(question, k=HITS)
        return found


class LlamaIndex:
    """VectorStoreIndex over ready nodes, since its default parts are four times what the model reads."""

    def __init__(self, folder: Path, model: str) -> None:
        from llama_index.core import StorageContext, load_index_from_storage
        from llama_index.embeddings.huggingface import HuggingFaceEmbedding

        self._folder = str(folder)
        self._embedding = HuggingFaceEmbedding(model_name=model, device="cpu")
        if folder.is_dir():
            stored = StorageContext.from_defaults(persist_dir=self._folder)
            index: Any = load_index_from_storage(stored, embed_model=self._embedding)
            self._retriever = index.as_retriever(similarity_top_k=HITS)

    def index(self, texts: Sequence[str]) -> None:
        from llama_index.core import VectorStoreIndex
        from llama_index.core.schema import TextNode

        index = VectorStoreIndex([TextNode(text=text) for text in texts], embed_model=self._embedding)
        index.storage_context.persist(self._folder)

    def search(self, question: str) -> Sequence[Any]:
        found: list[Any] = self._retriever.retrieve(question)
        return found


class Haystack:
    """ChromaDocumentStore with the SentenceTransformers embedders."""

    def __init__(self, folder: Path, model: str) -> None:
        from haystack.utils import ComponentDevice
        from haystack_integrations.components.embedders.sentence_transformers import (
            SentenceTransformersDocumentEmbedder,
            SentenceTransformersTextEmbedder,
        )
        from haystack_integrations.components.retrievers.chroma import ChromaEmbeddingRetriever
        from haystack_integrations.document_stores.chroma import ChromaDocumentStore

        given = {"model": model, "device": ComponentDevice.from_str("cpu"), "progress_bar": False}
        self._store = ChromaDocumentStore(persist_path=str(folder))
        self._documents = SentenceTransformersDocumentEmbedder(**given)
        self._question = SentenceTransformersTextEmbedder(**given)
        self._retriever = ChromaEmbeddingRetriever(document_store=self._store, top_k=HITS)
        self._question.warm_up()
        self._documents.warm_up()  # the same model, loaded once

    def index(self, texts: Sequence[str]) -> None:
        from haystack import Document

        for first in range(0, len(texts), _MOST_A_CALL):
            documents = [Document(content=text) for text in texts[first : first + _MOST_A_CALL]]
            self._store.write_documents(self._documents.run(documents)["documents"])

    def search(self, question: str) -> Sequence[Any]:
        found: list[Any] = self._retriever.run(self._question.run(question)["embedding"])["documents"]
        return found


class Txtai:
    """Embeddings with words and content beside the vectors, which is what Byline searches and keeps."""

    def __init__(self, folder: Path, model: str) -> None:
        from txtai import Embeddings

        self._folder = str(folder)
        if folder.is_dir():
            self._embeddings = Embeddings()
            self._embeddings.load(self._folder)
        else:
            self._embeddings = Embeddings(path=model, hybrid=True, content=True, gpu=False)

    def index(self, texts: Sequence[str]) -> None:
        self._embeddings.index(texts)
        self._embeddings.save(self._folder)

    def search(self, question: str) -> Sequence[Any]:
        found: list[Any] = self._embeddings.search(question, HITS)
        return found


PEERS: dict[str, Callable[[Path, str], Peer]] = {
    "LangChain": LangChain,
    "LlamaIndex": LlamaIndex,
    "Haystack": Haystack,
    "txtai": Txtai,
}


class Clock:
    """Wall time, and processor time of all threads, in milliseconds, of what it is asked to time."""

    def __init__(self) -> None:
        self._timings: list[tuple[float, float]] = []

    def time(self, run: Callable[[], Any]) -> Any:  # noqa: ANN401  (whatever that returns)
        wall, cpu = time.perf_counter(), time.process_time()
        result = run()
        self._timings.append(((time.perf_counter() - wall) * 1000, (time.process_time() - cpu) * 1000))
        return result

    def measures(self, name: str) -> dict[str, float]:
        """Returns the median and the 95th percentile of either; nothing where nothing was timed."""
        if not self._timings:
            return {}
        walls, cpus = (sorted(values) for values in zip(*self._timings, strict=True))
        return {
            f"{name} {kind} p{share}": values[min(len(values) - 1, len(values) * share // 100)]
            for kind, values in (("wall", walls), ("cpu", cpus))
            for share in (50, 95)
        }


def timed(questions: Sequence[str], ask: Callable[[str], Any], name: str) -> dict[str, float]:
    """Returns what asking the questions takes, after some were asked that do not count."""
    clock = Clock()
    for question in questions[:WARMING]:
        ask(question)
    for question in questions:
        clock.time(partial(ask, question))
    return clock.measures(name)


def main(name: str, step: str, work: str, model: str) -> None:
    passages, questions = (json.loads((Path(work) / f"{file}.json").read_bytes()) for file in ("passages", "questions"))
    peer = PEERS[name](Path(work) / name, model)
    measures: dict[str, float] = {}
    if step == "index":
        clock = Clock()
        clock.time(lambda: peer.index(passages))
        measures = clock.measures("index")
    elif len(peer.search(questions[0])) != min(HITS, len(passages)):
        sys.exit(f"{name} found too little.")
    elif step == "warm":
        measures = timed(questions, peer.search, "search")
    print(json.dumps(measures))


if __name__ == "__main__":
    main(*sys.argv[1:])
