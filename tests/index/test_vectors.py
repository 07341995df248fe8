from __future__ import annotations

import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from retrieval.errors import LibraryError
from retrieval.index.embedded import EmbeddedChroma
from retrieval.index.manifest import fresh_name
from retrieval.index.server import ChromaServer, ServedChroma
from retrieval.index.vectors import Vectors, check_library_name
from retrieval.types import PassageRef
from tests import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from tests.index.served import ChromaRun


@pytest.fixture
def embedded(tmp_path: Path) -> Iterator[Vectors]:
    opened = Vectors(EmbeddedChroma(tmp_path))
    yield opened
    opened.close()


@pytest.fixture
def served(tmp_path: Path, chroma_run: ChromaRun) -> Iterator[Vectors]:
    opened = Vectors(ServedChroma(ChromaServer(chroma_run.url), tmp_path / fresh_name()))
    yield opened
    opened.clear()
    opened.close()


@pytest.fixture(params=["embedded", "served"])
def vectors(request: pytest.FixtureRequest) -> Vectors:
    """Each place where vectors may be kept."""
    opened: Vectors = request.getfixturevalue(request.param)
    return opened


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


def test_a_search_among_some_passes_over_those_that_are_not_there(vectors: Vectors) -> None:
    vectors.add("public", REFS, np.stack([towards(1, 0), towards(1, 1), towards(0, 1)]))
    vectors.add("other", [PassageRef(9, 0, 5)], np.stack([towards(1, 0)]))
    among = [REFS[1], PassageRef(9, 0, 5), PassageRef(77, 0, 5)]
    assert [ref for ref, _ in vectors.search("public", towards(1, 0), 10, among)] == REFS[1:2]
    assert vectors.search("public", towards(1, 0), 10, []) == []


def test_a_search_for_more_than_there_are_finds_all_that_are_left(vectors: Vectors) -> None:
    refs = [PassageRef(key, 0, 1) for key in range(1_100)]  # from a thousand on there is a graph in files
    vectors.add("public", refs, np.stack([towards(key, 1) for key in range(1_100)]))
    vectors.delete("public", refs[3:])
    assert {ref for ref, _ in vectors.search("public", towards(1, 0), 100)} == set(refs[:3])
    vectors.delete("public", refs[:3])
    assert vectors.search("public", towards(1, 0), 100) == []


def test_a_process_can_open_and_close_one_directory_after_another(tmp_path: Path) -> None:
    files = Path("/proc/self/fd")
    if not files.exists():
        pytest.skip("the system does not tell which files a process has open")

    def open_here() -> int:
        return sum(os.path.realpath(file).startswith(str(tmp_path)) for file in files.iterdir())

    for number in range(3):
        opened = Vectors(EmbeddedChroma(tmp_path / str(number)))
        opened.add("public", REFS[:1], np.stack([towards(1, 0)]))
        assert open_here() > 0
        opened.close()
        end = time.monotonic() + 10
        while open_here() and time.monotonic() < end:  # Chroma's own threads close them
            time.sleep(0.01)
        assert open_here() == 0


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
    client = EmbeddedChroma(tmp_path).open()
    client.create_collection("passages-public", embedding_function=None)
    with pytest.raises(LibraryError, match="byline reindex"):
        Vectors(EmbeddedChroma(tmp_path)).count("public")


def test_every_start_finds_what_an_exact_search_finds_also_in_a_collection_of_before(tmp_path: Path) -> None:
    """Chroma by itself looks at 100 neighbours and puts its log into the graph anew at every start."""
    rng = np.random.default_rng(1)
    rows = rng.normal(size=(1_500, 64)).astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    refs = [PassageRef(key, 0, 1) for key in range(len(rows))]
    client = EmbeddedChroma(tmp_path).open()
    before = client.create_collection(
        "passages-public", configuration={"hnsw": {"space": "cosine"}}, embedding_function=None
    )
    before.add(ids=[f"{ref.key}:0-1" for ref in refs], embeddings=rows)
    client.close()
    for _ in range(2):
        opened = Vectors(EmbeddedChroma(tmp_path))
        for row in (0, 700, 1_499):
            nearest = {int(key) for key in np.argsort(-(rows @ rows[row]))[:100]}
            assert {ref.key for ref, _ in opened.search("public", rows[row], 100)} == nearest
        opened.close()


@pytest.mark.parametrize("name", ["public", "a", "discord-123", "Years.2020_1", "x" * 102])
def test_a_library_name_that_chroma_takes_is_taken(vectors: Vectors, name: str) -> None:
    assert vectors.count(check_library_name(name)) == 0


@pytest.mark.parametrize("name", ["", "-a", "a.", "a b", "über", "a/b", "x" * 103, "a\n"])
def test_other_library_names_are_refused_with_the_rule(name: str) -> None:
    with pytest.raises(LibraryError, match="letters, digits"):
        check_library_name(name)


def test_searching_and_counting_make_no_collection(vectors: Vectors) -> None:
    assert vectors.search("public", towards(1, 0), 10) == []
    assert vectors.refs("public") == []
    assert vectors.count("public") == 0
    vectors.delete("public", REFS)
    vectors.drop("public")
    assert not [one for one in vectors._opened().list_collections() if one.name.startswith(vectors._chroma.prefix)]


def test_a_dropped_library_leaves_no_folder_and_can_be_made_again(embedded: Vectors, tmp_path: Path) -> None:
    for name in ("one", "two"):
        embedded.add(name, REFS, np.stack([towards(1, 0)] * 3))
        assert embedded.search(name, towards(1, 0), 1)
    folders = sum(1 for path in (tmp_path / "vectors").iterdir() if path.is_dir())
    embedded.drop("one")
    assert sum(1 for path in (tmp_path / "vectors").iterdir() if path.is_dir()) == folders - 1
    assert embedded.count("two") == 3
    embedded.add("one", REFS[:1], np.stack([towards(0, 1)]))
    assert [ref for ref, _ in embedded.search("one", towards(0, 1), 5)] == REFS[:1]
    embedded.clear()
    assert not [path for path in (tmp_path / "vectors").iterdir() if path.is_dir()]


def test_more_libraries_than_may_be_open_at_once_stay_whole(embedded: Vectors, monkeypatch: pytest.MonkeyPatch) -> None:
    """Chroma by itself loses a small collection that it drops from its cache, until the next start."""
    monkeypatch.setattr("retrieval.index.embedded._MOST_OPEN", 3)
    names = [f"server-{n}" for n in range(10)]
    for ref in REFS:
        for name in names:
            embedded.add(name, [ref], towards(1, 0)[None, :])
            assert len(embedded._open) <= 3
    for name in (*names, *reversed(names)):
        assert [ref for ref, _ in embedded.search(name, towards(1, 0), 10)] == REFS
    for name in names:
        embedded.delete(name, REFS[:1])
    assert {tuple(embedded.refs(name)) for name in names} == {tuple(REFS[1:])}


def test_threads_may_search_and_write_while_libraries_are_closed_and_opened(
    vectors: Vectors, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("retrieval.index.embedded._MOST_OPEN", 2)

    def use(n: int) -> int:
        vectors.add(f"server-{n % 5}", [PassageRef(n, 0, 1)], towards(1, 0)[None, :])
        return len(vectors.search(f"server-{(n + 1) % 5}", towards(1, 0), 100))

    with ThreadPoolExecutor(4) as threads:
        assert max(threads.map(use, range(60))) <= 12
    assert [vectors.count(f"server-{n}") for n in range(5)] == [12] * 5


def test_a_check_looks_once_and_is_not_misled_by_what_is_erased_between_two_counts(vectors: Vectors) -> None:
    vectors.add("public", REFS[:1], towards(1, 0)[None, :])
    counts = iter([3, 1, 1])
    vectors.check("public", lambda _: next(counts))
    vectors.check("public", lambda _: 99)
    with pytest.raises(LibraryError, match="0 of the 5 passages of 'other'"):
        vectors.check("other", lambda _: 5)


def test_opening_files_brings_no_grpc_whatever_the_environment_says_of_traces(tmp_path: Path) -> None:
    script = (
        "import sys; from pathlib import Path\n"
        "from retrieval.index.embedded import EmbeddedChroma; from retrieval.index.vectors import Vectors\n"
        "assert Vectors(EmbeddedChroma(Path(sys.argv[1]))).count('public') == 0\n"
        "assert 'grpc' not in sys.modules\n"
        "from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter\n"
        "assert OTLPSpanExporter is not None"
    )
    given = os.environ | {"CHROMA_OTEL_COLLECTION_ENDPOINT": "http://127.0.0.1:9"}
    subprocess.run([sys.executable, "-c", script, str(tmp_path)], check=True, cwd=ROOT, env=given)
