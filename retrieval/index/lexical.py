"""BM25 over passages, in a tantivy index on disk.

A document is a passage with the text that is embedded for it, stemmed, without stop words. Nothing is stored but where
the passage stands.
"""

from __future__ import annotations

import json
import struct
import zlib
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

import tantivy

from retrieval.errors import LibraryError
from retrieval.index.manifest import REBUILD, told_errors
from retrieval.types import PassageRef

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from contextlib import AbstractContextManager
    from pathlib import Path

_ANALYZER = "english"
_BEGINNING = 4  # letters, at least, by which a word is looked for that no other is near
_HEAP_BYTES = 64_000_000
_MAGIC = 1337  # at the end of each file of a segment


def _analyzer() -> tantivy.TextAnalyzer:
    return (
        tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
        .filter(tantivy.Filter.remove_long(60))
        .filter(tantivy.Filter.lowercase())
        .filter(tantivy.Filter.ascii_fold())
        .filter(tantivy.Filter.stopword("english"))
        .filter(tantivy.Filter.stemmer("english"))
        .build()
    )


class Lexical:
    """Writing needs the directory's only writer, which the first write takes; reading needs nothing."""

    _index: tantivy.Index
    _index_writer: tantivy.IndexWriter | None

    def __init__(self, directory: Path) -> None:
        """Opens the index of a directory, or makes it.

        Raises:
            LibraryError: its files are damaged, or cannot be written.
        """
        self._analyzer = _analyzer()
        self.move(directory)

    def move(self, directory: Path) -> None:
        """Opens the index of another directory in place of the one that is open."""
        directory.mkdir(parents=True, exist_ok=True)
        schema = tantivy.SchemaBuilder()
        schema.add_text_field("library", tokenizer_name="raw", index_option="basic")
        schema.add_text_field("text", tokenizer_name=_ANALYZER, index_option="freq")
        # "key" is a text: deleting by number does nothing.
        schema.add_text_field("key", stored=True, tokenizer_name="raw", index_option="basic")
        schema.add_unsigned_field("start", stored=True)
        schema.add_unsigned_field("end", stored=True)
        self._directory = directory
        with self._told():
            index = tantivy.Index(schema.build(), path=str(directory))
        index.register_tokenizer(_ANALYZER, self._analyzer)
        self._index, self._index_writer = index, None

    def _told(self) -> AbstractContextManager[None]:
        return told_errors("lexical", ValueError, self._directory)

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """Drops a writer that failed, which is of no use any more."""
        try:
            with self._told():
                yield
        except LibraryError:
            self._index_writer = None
            raise

    @property
    def _writer(self) -> tantivy.IndexWriter:
        if self._index_writer is None:
            with self._told():
                self._index_writer = self._index.writer(_HEAP_BYTES, num_threads=1)
        return self._index_writer

    def add(self, library: str, refs: Sequence[PassageRef], texts: Sequence[str]) -> None:
        """Adds passages; they are found after `commit`. Adding does not replace: delete first."""
        for ref, text in zip(refs, texts, strict=True):
            document = tantivy.Document()
            document.add_text("library", library)
            document.add_text("text", text)
            document.add_text("key", str(ref.key))
            document.add_unsigned("start", ref.start)
            document.add_unsigned("end", ref.end)
            with self._writing():
                self._writer.add_document(document)

    def delete(self, keys: Iterable[int]) -> None:
        """Deletes all passages of these articles' revisions; they are found until `commit`."""
        with self._writing():
            for key in keys:
                self._writer.delete_documents_by_term("key", str(key))

    def commit(self) -> None:
        with self._writing():
            self._writer.commit()
            self._index.reload()

    def clear(self) -> None:
        """Deletes everything at the next `commit`, down to the terms on disk."""
        with self._writing():
            self._writer.delete_all_documents()

    def search(
        self, libraries: Sequence[str], text: str, limit: int, keys: Sequence[int] | None = None
    ) -> list[tuple[PassageRef, float]]:
        """Returns the passages of these libraries that share a word with the text, with BM25 scores, best first.

        With `keys`, only those of these revisions.
        """
        terms = sorted(set(self._analyzer.analyze(text)))
        if not terms or not libraries:
            return []
        schema = self._index.schema
        words = [(tantivy.Occur.Should, tantivy.Query.term_query(schema, "text", term, "freq")) for term in terms]
        within = tantivy.Query.const_score_query(tantivy.Query.term_set_query(schema, "library", list(libraries)), 0.0)
        parts = [(tantivy.Occur.Must, tantivy.Query.boolean_query(words)), (tantivy.Occur.Must, within)]
        if keys is not None:
            of = tantivy.Query.term_set_query(schema, "key", [str(key) for key in keys])
            parts.append((tantivy.Occur.Must, tantivy.Query.const_score_query(of, 0.0)))
        query = tantivy.Query.boolean_query(parts)
        return sorted(self._found(query, limit), key=lambda pair: (-pair[1], pair[0]))

    def holds(self, libraries: Sequence[str], word: str) -> bool:
        """Tells whether a passage of these libraries has the word in any form; a stop word counts as there."""
        terms = self._analyzer.analyze(word)
        exact = [tantivy.Query.term_query(self._index.schema, "text", term) for term in terms]
        return not terms or bool(self._any(libraries, exact, 1))

    def near(self, libraries: Sequence[str], word: str, limit: int) -> list[PassageRef]:
        """Returns passages of these libraries with a word one slip of the keyboard from this one, or that begins so."""
        schema = self._index.schema
        terms = self._analyzer.analyze(word)
        close = [tantivy.Query.fuzzy_term_query(schema, "text", term, distance=1) for term in terms]
        begins = word.lower()[: max(_BEGINNING, len(word) // 2)]
        refs = self._any(libraries, close, limit)
        return refs or self._any(
            libraries, [tantivy.Query.fuzzy_term_query(schema, "text", begins, prefix=True)], limit
        )

    def _any(self, libraries: Sequence[str], queries: Sequence[tantivy.Query], limit: int) -> list[PassageRef]:
        within = tantivy.Query.term_set_query(self._index.schema, "library", list(libraries))
        either = tantivy.Query.boolean_query([(tantivy.Occur.Should, query) for query in queries])
        both = tantivy.Query.boolean_query([(tantivy.Occur.Must, either), (tantivy.Occur.Must, within)])
        return [ref for ref, _ in self._found(both, limit)]

    def refs(self) -> list[PassageRef]:
        """Returns all passages that are there."""
        return [ref for ref, _ in self._found(tantivy.Query.all_query())]

    def _found(self, query: tantivy.Query, limit: int | None = None) -> list[tuple[PassageRef, float]]:
        """Returns passages with their scores, best first; without a limit all."""
        with self._told():
            searcher = self._index.searcher()
            hits = searcher.search(query, limit=limit or max(1, searcher.num_docs), count=False).hits
            return [(_ref(searcher, address), float(score)) for score, address in hits]

    def check_files(self) -> None:
        """Holds each file of what is committed against the checksum that tantivy has put at its end.

        A process that was killed leaves others, half written; the next commit sweeps them away.

        Raises:
            LibraryError: one was changed by something else.
        """
        for segment in self._segments():
            deletions = segment["deletes"] and f"{segment['deletes']['opstamp']}.del"
            for file in self._directory.glob(f"{segment['segment_id'].replace('-', '')}.*"):
                committed = file.suffix != ".del" or file.name.endswith(f".{deletions}")
                with suppress(FileNotFoundError):  # swept away by a merge since the segments were listed
                    if committed and not _is_whole(file.read_bytes()):
                        raise LibraryError(f"The lexical index is damaged ({file.name}); {REBUILD}.")

    def committed(self) -> tuple[int, int]:
        """Returns how many passages are committed, and how many of them deleted: their words stay until a merge."""
        segments = self._segments()
        deleted = sum(segment["deletes"]["num_deleted_docs"] for segment in segments if segment["deletes"])
        return sum(segment["max_doc"] for segment in segments), deleted

    def _segments(self) -> list[dict[str, Any]]:
        """Returns what tantivy notes of the segments that are committed."""
        segments: list[dict[str, Any]] = json.loads((self._directory / "meta.json").read_bytes())["segments"]
        return segments

    def close(self) -> None:
        """Lets go of the writer's lock, dropping what was not committed, once its merges no longer change files."""
        if writer := self._index_writer:
            self._index_writer = None
            with suppress(ValueError):  # a merge that fails leaves what was to be merged
                writer.wait_merging_threads()


def _is_whole(content: bytes) -> bool:
    """Tells whether a file of tantivy is as it was written, by its footer: JSON, the length of that, a magic number."""
    try:
        length, magic = struct.unpack("<II", content[-8:])
        end = len(content) - 8 - length
        return bool(magic == _MAGIC and json.loads(content[end:-8])["crc"] == zlib.crc32(content[:end]))
    except (struct.error, ValueError, KeyError, TypeError):
        return False


def _ref(searcher: tantivy.Searcher, address: tantivy.DocAddress) -> PassageRef:
    stored = searcher.doc(address).to_dict()
    return PassageRef(*(int(stored[name][0]) for name in PassageRef._fields))
