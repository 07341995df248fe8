"""The door for Python programs: `from retrieval import open_byline`."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from retrieval import Article, Options, Question, open_byline
from retrieval.errors import DirectoryHeld, LibraryError, SourceError
from retrieval.serving.session import Session, open_articles
from tests import ROOT
from tests.fakes import WordEncoder, WordSpans
from tests.processes import KEPT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from retrieval import Byline

QUICK = Options(encoder=WordEncoder(), span_model=WordSpans(), threshold=0.0)
HARBOUR = Article(
    "harbour", "Harbour closed", "“The zebra crossing at the harbour is closed,” said Rona Blair on Monday."
)


@pytest.fixture
def byline(tmp_path: Path) -> Iterator[Byline]:
    with open_byline(tmp_path / "news", options=QUICK, seeds=False) as opened:
        yield opened


def test_what_is_added_can_be_asked_about_at_once(byline: Byline) -> None:
    assert byline.add([HARBOUR]) == {"new": 1, "changed": 0, "unchanged": 0}
    answer = byline.ask("What is closed at the harbour?")
    assert answer.citations[0].quote in HARBOUR.text
    assert byline.add([HARBOUR])["unchanged"] == 1
    assert byline.remove(["harbour"]) == 1
    assert not byline.ask("What is closed at the harbour?").answered


def test_files_are_added_and_what_cannot_be_read_is_an_error_after_the_rest(byline: Byline, tmp_path: Path) -> None:
    (tmp_path / "ferry.txt").write_text("Ferry sails\n\nThe ferry sails again.")
    with pytest.raises(SourceError, match="missing"):
        byline.add([tmp_path / "missing.txt", str(tmp_path / "ferry.txt"), HARBOUR])
    assert byline.add([tmp_path / "ferry.txt", HARBOUR])["unchanged"] == 2


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"published": "yesterday"}, "ISO 8601"),
        ({"text": "NUL \0"}, "NUL"),
        ({"title": " "}, "no title"),
        ({"id": "a\nb"}, "control characters"),
    ],
)
def test_an_article_that_could_not_be_indexed_is_an_error_and_stops_no_other(
    byline: Byline, given: dict[str, str], reason: str
) -> None:
    with pytest.raises(SourceError, match=reason):
        byline.add([replace(HARBOUR, **({"id": "bad"} | given)), HARBOUR])
    assert [article.id for _, article in byline._session.articles.latest([byline.library], 9)] == ["harbour"]


def test_it_tells_who_said_what(byline: Byline) -> None:
    byline.add([HARBOUR])
    assert [stored.quote.name for stored in byline.quotes("Blair", about="harbour")] == ["Rona Blair"]
    assert byline.quotes(kind="indirect") == []


def test_chain_and_retriever_are_of_its_library(byline: Byline) -> None:
    byline.add([HARBOUR])
    question = "What is closed at the harbour?"
    assert byline.chain.invoke(question).text == byline.ask(question).text
    other = Question(text=question, libraries=("other",))
    assert not byline.chain.invoke(other).trace.hits
    assert [document.metadata["article_id"] for document in byline.retriever.invoke(question)] == ["harbour"]


def test_a_new_directory_has_the_seeds_unless_they_are_not_wanted(tmp_path: Path) -> None:
    with open_byline(tmp_path / "seeded", options=QUICK) as byline:
        assert byline.quotes("Blinken")


def test_a_directory_that_another_holds_is_told_in_a_sentence(
    byline: Byline, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert byline
    monkeypatch.setattr("retrieval.byline.PATIENCE", 0.1)
    with pytest.raises(DirectoryHeld, match="in use"), open_byline(tmp_path / "news", options=QUICK):
        pass


@pytest.mark.parametrize(
    "use",
    [
        lambda byline: byline.ask("What is closed?"),
        lambda byline: byline.add([HARBOUR]),
        lambda byline: byline.remove(["harbour"]),
        lambda byline: byline.quotes(),
        lambda byline: byline.chain,
        lambda byline: byline.retriever,
    ],
    ids=["ask", "add", "remove", "quotes", "chain", "retriever"],
)
def test_one_that_is_closed_says_so(tmp_path: Path, use: Callable[[Byline], object]) -> None:
    with open_byline(tmp_path / "news", options=QUICK, seeds=False) as byline:
        pass
    with pytest.raises(LibraryError, match="is closed here"):
        use(byline)


def test_other_processes_are_answered_and_what_they_stage_is_indexed(byline: Byline, tmp_path: Path) -> None:
    byline.add([HARBOUR])
    directory = tmp_path / "news"
    with Session(directory, "test", QUICK, articles=open_articles(directory, seeds=False)) as other:
        question = Question(text="What is closed at the harbour?", libraries=("public",))
        assert other.answer(question).citations == byline.ask(question).citations
        assert other.index() is not None, "the owner does that"


def run(script: str, folder: Path) -> str:
    """What a script prints, with the models that the tests share, and with settings that it does not read."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("BYLINE_")}
    if KEPT[0] in os.environ:
        (folder / "byline").symlink_to(os.environ[KEPT[0]])
        environment["XDG_CACHE_HOME"] = str(folder)
    environment |= {"BYLINE_DATA_DIR": str(folder / "elsewhere"), "BYLINE_CHAT_MODEL": "nobody:nothing"}
    command = [sys.executable, "-c", script]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=True).stdout


def test_the_readme_s_lines_run_as_they_stand(tmp_path: Path) -> None:
    (script,) = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)
    assert "diplomatic cover" in run(script, tmp_path)
    assert (tmp_path / "news").is_dir()
    assert not (tmp_path / "elsewhere").exists()


def test_importing_retrieval_imports_nothing_else(tmp_path: Path) -> None:
    script = "import sys, retrieval; print([name for name in sys.modules if name.startswith('retrieval.')])"
    assert run(script, tmp_path) == "[]\n"
