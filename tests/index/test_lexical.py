from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest
import tantivy
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from retrieval.errors import LibraryError
from retrieval.index.lexical import Lexical
from retrieval.types import PassageRef

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path
    from typing import Never

HARBOUR, AIRPORT = PassageRef(1, 0, 10), PassageRef(2, 5, 20)


@pytest.fixture
def lexical(tmp_path: Path) -> Iterator[Lexical]:
    index = Lexical(tmp_path)
    index.add("public", [HARBOUR, AIRPORT], ["The harbour was closed by storms.", "The airport stayed open."])
    index.commit()
    yield index
    index.close()


def refs(lexical: Lexical, text: str, *libraries: str) -> list[PassageRef]:
    return [ref for ref, _ in lexical.search(libraries or ("public",), text, 10)]


def test_words_are_matched_by_stem_without_case_or_accents(lexical: Lexical) -> None:
    assert refs(lexical, "STORMING harboür?") == [HARBOUR]


def test_stop_words_alone_find_nothing(lexical: Lexical) -> None:
    assert refs(lexical, "the was by") == []


@pytest.mark.parametrize("text", ["don't stop", "library:public", "*", '"', "AND OR NOT", "((", ""])
def test_nothing_in_a_question_is_query_syntax(lexical: Lexical, text: str) -> None:
    assert refs(lexical, text) == []


def test_other_libraries_are_not_searched(lexical: Lexical) -> None:
    assert refs(lexical, "harbour", "private") == []
    assert lexical.search([], "harbour", 10) == []


def test_what_is_deleted_is_gone_with_the_commit(lexical: Lexical) -> None:
    lexical.delete([HARBOUR.key])
    lexical.commit()
    assert refs(lexical, "harbour airport") == [AIRPORT]


def test_deleting_and_adding_in_one_commit_replaces(lexical: Lexical) -> None:
    lexical.delete([HARBOUR.key])
    lexical.add("public", [HARBOUR], ["A quay."])
    lexical.commit()
    assert refs(lexical, "harbour") == []
    assert refs(lexical, "quay") == [HARBOUR]


def test_what_was_committed_is_there_when_opened_again(lexical: Lexical, tmp_path: Path) -> None:
    lexical.delete([AIRPORT.key])
    lexical.close()
    again = Lexical(tmp_path)
    assert refs(again, "airport") == [AIRPORT], "an uncommitted deletion is dropped"
    again.clear()
    again.commit()
    assert refs(again, "airport harbour") == []
    again.close()


@given(text=st.text(st.characters(codec="utf-8"), max_size=80))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50, deadline=None)
def test_any_text_can_be_searched(lexical: Lexical, text: str) -> None:
    assert set(refs(lexical, text)) <= {HARBOUR, AIRPORT}


class PanicException(BaseException):
    """As tantivy raises where it meets what it never wrote."""


class Panicking:
    """An index, and its writer, of which nothing can be had."""

    schema = property(lambda _: tantivy.SchemaBuilder().add_text_field("text").add_text_field("library").build())

    def __getattr__(self, name: str) -> Never:
        raise PanicException("assertion failed")


@pytest.mark.parametrize(
    "do",
    [
        lambda lexical: lexical.search(["public"], "harbour", 1),
        lambda lexical: lexical.near(["public"], "harbur", 1),
        lambda lexical: lexical.holds(["public"], "harbour"),
        Lexical.refs,
        lambda lexical: lexical.delete([1]),
        Lexical.clear,
        Lexical.commit,
    ],
)
def test_a_panic_is_told_with_the_remedy(
    lexical: Lexical, monkeypatch: pytest.MonkeyPatch, do: Callable[[Lexical], object]
) -> None:
    lexical.close()
    monkeypatch.setattr(lexical, "_index", Panicking())
    with pytest.raises(LibraryError, match="byline doctor --repair"):
        do(lexical)


def test_a_damaged_file_is_told_by_its_checksum(lexical: Lexical, tmp_path: Path) -> None:
    lexical.check_files()
    file = next(tmp_path.glob("*.idx"))
    content = bytearray(file.read_bytes())
    content[len(content) // 3] ^= 1
    file.write_bytes(content)
    with pytest.raises(LibraryError, match=r"damaged \(.*\.idx\).*byline doctor --repair"):
        lexical.check_files()


def test_what_a_killed_process_left_half_written_is_no_damage(lexical: Lexical, tmp_path: Path) -> None:
    lexical.delete([HARBOUR.key])
    lexical.commit()
    whole = next(tmp_path.glob("*.del"))
    segment, opstamp, _ = whole.name.split(".")
    (tmp_path / f"{'0' * 32}.store").write_bytes(b"half of a segment that nothing was committed of")
    (tmp_path / f"{segment}.{int(opstamp) + 1}.del").write_bytes(b"half of")
    lexical.check_files()
    whole.write_bytes(whole.read_bytes()[:-9])
    with pytest.raises(LibraryError, match=r"damaged \(.*\.del\)"):
        lexical.check_files()


def test_what_a_merge_sweeps_away_while_the_files_are_held_is_no_damage(
    lexical: Lexical, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = []

    def sweeping(content: bytes) -> bool:
        held.append(content)
        for file in tmp_path.glob("*.*"):
            if file.suffix not in {".json", ".lock"}:
                file.unlink()
        return True

    monkeypatch.setattr("retrieval.index.lexical._is_whole", sweeping)
    lexical.check_files()
    assert len(held) == 1


def test_no_file_changes_once_it_is_closed(tmp_path: Path) -> None:
    def written() -> dict[str, bytes]:
        return {file.name: file.read_bytes() for file in tmp_path.iterdir()}

    index = Lexical(tmp_path)
    for key in range(9):  # so many commits that tantivy merges them, beside whoever goes on
        refs = [PassageRef(key * 1000 + n, 0, 10) for n in range(900)]
        index.add("public", refs, [" ".join(f"w{(key + n) * word}" for word in range(60)) for n in range(900)])
        index.commit()
    index.close()
    closed = written()
    time.sleep(0.5)
    assert written() == closed
