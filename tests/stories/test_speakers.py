from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from bot.cli import main
from bot.stories import profile_json, profile_lines
from retrieval.store.articles import Articles, open_engine
from retrieval.store.quotes import Quotations
from retrieval.stories.speakers import SpeakerProfile, profile
from retrieval.types import Article, Filters
from tests.parts import publish
from tests.stories.agency import CUT, WIRE

if TYPE_CHECKING:
    from pathlib import Path

DEBATE = Article(
    "debate",
    "Council debates tunnel",
    "“The tunnel is a mistake, and we oppose it,” said Councillor Ove Dyer. "
    "“The tunnel is needed, and I support it,” said Mayor Una Sohl.",
    publisher="Post",
    published="2024-05-01",
)
VOTE = Article(
    "vote",
    "Tunnel vote near",
    "“We back the tunnel because it is safe,” said Una Sohl, the mayor of Ellby. “The schools open late,” Sohl said.",
    publisher="Mirror",
    published="2024-05-03",
)


@pytest.fixture
def quotations(tmp_path: Path) -> Quotations:
    articles = Articles(open_engine(tmp_path))
    publish(articles, VOTE, DEBATE, WIRE, CUT)
    articles.set_fact("seeded", "yes")
    return Quotations(articles.engine)


def known(quotations: Quotations, name: str) -> SpeakerProfile:
    found = profile(quotations, ("public",), name, Filters())
    assert found is not None
    return found


def test_what_somebody_said_is_told_in_order_of_time_by_topic(quotations: Quotations) -> None:
    sohl = known(quotations, "Sohl")
    assert (sohl.name, [words for words, _ in sohl.descriptions]) == ("Una Sohl", ["Mayor", "the mayor of Ellby"])
    tunnel, others = sohl.topics
    assert tunnel.word.lower() == "tunnel"
    assert [one.article.id for one in tunnel.quotes] == ["debate", "vote"]
    assert [one.text for one in others.quotes] == ["“The schools open late,”"]


def test_who_takes_the_other_side_is_told_with_the_words_of_both(quotations: Quotations) -> None:
    (against,) = known(quotations, "Sohl").opposed
    assert against.other.quote.name == "Ove Dyer"
    assert against.other.text == "“The tunnel is a mistake, and we oppose it,”"
    assert against.own.quote.name == "Una Sohl"


def test_the_same_words_in_several_articles_are_told_once(quotations: Quotations) -> None:
    krog = known(quotations, "Ida Krog")
    texts = [one.text for one in krog.quotes]
    assert len(texts) == len(set(texts))
    assert krog.opposed == ()


def test_a_name_that_nobody_has_here_is_none(quotations: Quotations) -> None:
    assert profile(quotations, ("public",), "Nobody", Filters()) is None
    assert profile(quotations, ("server-1",), "Sohl", Filters()) is None


def test_it_is_shown_with_days_and_sources_and_as_json_with_offsets(quotations: Quotations) -> None:
    sohl = known(quotations, "Sohl")
    lines = profile_lines(sohl)
    assert lines[:3] == ["Una Sohl", "  Mayor (1 May 2024)", "  the mayor of Ellby (3 May 2024)"]
    assert "  3 May 2024: “We back the tunnel because it is safe,” — Tunnel vote near, Mirror" in lines
    told = json.loads(json.dumps(profile_json(sohl)))
    for quote in told["quotes"]:
        text = {"debate": DEBATE, "vote": VOTE}[quote["article_id"]].text
        assert all(part["text"] == text[part["start"] : part["end"]] for part in quote["content"])


@pytest.mark.usefixtures("quotations")
def test_the_command_prints_it(tmp_path: Path) -> None:
    def byline(*arguments: str) -> tuple[int, str]:
        ended = CliRunner().invoke(main, ["--data-dir", str(tmp_path), *arguments])
        return ended.exit_code, ended.stdout

    status, told = byline("speaker", "Una", "Sohl")
    assert status == 0
    assert "Others speak otherwise" in told
    assert byline("speaker", "Sohl", "--format", "csv")[1].startswith("name,description")
    assert byline("speaker", "Nobody")[0] == 3
