from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from retrieval.errors import LibraryError
from retrieval.types import PassageRef
from retrieval.vectors import Vectors, check_library_name, open_client

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray


@pytest.fixture
def vectors(tmp_path: Path) -> Vectors:
    return Vectors(open_client(tmp_path))


def towards(*weights: float) -> NDArray[np.float32]:
    vector = np.array(weights, np.float32)
    return vector / np.linalg.norm(vector)


REFS = [PassageRef(1, 0, 10), PassageRef(1, 11, 20), PassageRef(2, 0, 30)]


def test_the_nearest_come_first_with_their_cosine(vectors: Vectors) -> None:
    vectors.add("public", REFS, np.stack([towards(1, 0), towards(1, 1), towards(0, 1)]))
    found = vectors.search("public", towards(1, 0), 10)
    assert [ref for ref, _ in found] == REFS
    assert [score for _, score in found] == pytest.approx([1, 0.5**0.5, 0], abs=1e-6)


def test_equal_scores_are_ordered_by_passage(vectors: Vectors) -> None:
    vectors.add("public", REFS[::-1], np.stack([towards(1, 0)] * 3))
    assert [ref for ref, _ in vectors.search("public", towards(1, 0), 10)] == REFS


def test_deleting_what_is_not_there_is_no_error(vectors: Vectors) -> None:
    vectors.add("public", REFS[:1], np.stack([towards(1, 0)]))
    vectors.delete("public", [])
    vectors.delete("public", REFS)
    assert vectors.count("public") == 0
    assert vectors.search("public", towards(1, 0), 10) == []


def test_more_vectors_than_a_call_takes_are_added_and_deleted(vectors: Vectors) -> None:
    refs = [PassageRef(key, 0, 1) for key in range(6_000)]
    angles = np.linspace(0, 1, len(refs), dtype=np.float32)
    vectors.add("public", refs, np.stack([np.cos(angles), np.sin(angles)], axis=1))
    assert vectors.count("public") == len(refs)
    vectors.delete("public", refs[:5_999])
    assert [ref for ref, _ in vectors.search("public", towards(1, 0), 5)] == refs[-1:]


def test_a_collection_that_measures_otherwise_is_refused(tmp_path: Path) -> None:
    client = open_client(tmp_path)
    client.create_collection("passages-public", embedding_function=None)
    with pytest.raises(LibraryError, match="byline reindex"):
        Vectors(client).count("public")


@pytest.mark.parametrize("name", ["public", "a", "discord-123", "Years.2020_1", "x" * 102])
def test_a_library_name_that_chroma_takes_is_taken(vectors: Vectors, name: str) -> None:
    assert vectors.count(check_library_name(name)) == 0


@pytest.mark.parametrize("name", ["", "-a", "a.", "a b", "über", "a/b", "x" * 103, "a\n"])
def test_other_library_names_are_refused_with_the_rule(name: str) -> None:
    with pytest.raises(LibraryError, match="letters, digits"):
        check_library_name(name)
