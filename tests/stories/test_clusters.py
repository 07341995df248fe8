from __future__ import annotations

import datetime as dt
import tarfile
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from retrieval.library import IndexingProgress, index_repeats
from retrieval.store.articles import Articles, open_engine
from retrieval.store.database import writing
from retrieval.store.tables import articles as table
from retrieval.store.tables import sketches
from retrieval.stories.copies import count_unclustered, index_clusters
from tests import ROOT
from tests.parts import opened, publish
from tests.stories.agency import CUT, ELSEWHERE, LONGER, OTHER_WORDS, WIRE

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def articles(tmp_path: Path) -> Iterator[Articles]:
    opened = Articles(open_engine(tmp_path))
    yield opened
    opened.close()


def clusters(articles: Articles) -> dict[str, int]:
    with articles.engine.connect() as connection:
        rows = connection.execute(sa.select(table.c.id, table.c.cluster).where(table.c.state == "ready"))
        return {row.id: row.cluster for row in rows}


def test_articles_of_one_text_are_one_cluster_and_others_their_own(articles: Articles) -> None:
    publish(articles, WIRE, ELSEWHERE, CUT)
    publish(articles, OTHER_WORDS, LONGER)
    found = clusters(articles)
    assert found["wire"] == found["cut"] == found["longer"]
    assert len({found["wire"], found["ferry"], found["own"]}) == 3


def test_the_text_is_known_again_in_another_library(articles: Articles) -> None:
    publish(articles, WIRE)
    publish(articles, CUT, library="server-1")
    assert len(set(clusters(articles).values())) == 1


def test_a_cluster_outlives_the_article_that_came_first(articles: Articles) -> None:
    publish(articles, WIRE, CUT)
    before = clusters(articles)["cut"]
    articles.withdraw("public", ["wire"])
    articles.purge([row.key for row in articles.gone()])
    publish(articles, LONGER)
    assert clusters(articles) == {"cut": before, "longer": before}


def test_with_an_article_goes_its_sketch(articles: Articles) -> None:
    publish(articles, WIRE)
    articles.withdraw("public", ["wire"])
    articles.purge([row.key for row in articles.gone()])
    with articles.engine.connect() as connection:
        assert connection.execute(sa.select(sa.func.count()).select_from(sketches)).scalar_one() == 0


def test_a_new_text_in_place_of_another_leaves_its_cluster(articles: Articles) -> None:
    publish(articles, WIRE, CUT)
    publish(articles, replace(ELSEWHERE, id="cut"))
    found = clusters(articles)
    assert found["cut"] != found["wire"]


def test_a_revision_that_is_gone_meanwhile_is_left_out(articles: Articles) -> None:
    articles.stage("public", [WIRE])
    under_way = articles.pending(1)
    articles.withdraw("public", ["wire"])
    articles.purge([row.key for row in articles.gone()])
    assert index_clusters(articles.engine, under_way) == 0


def test_what_is_new_has_each_text_once(articles: Articles) -> None:
    publish(articles, WIRE, CUT, LONGER, OTHER_WORDS)
    before = dt.datetime.now(dt.UTC) - dt.timedelta(minutes=1)
    assert [article.id for _, article in articles.latest(["public"], 9)] == ["longer", "own"]
    newest, number = articles.arrived(["public"], before, 9)
    assert ([article.id for _, article in newest], number) == (["own", "longer"], 2)


def test_the_owner_finds_repeats_while_it_indexes(tmp_path: Path) -> None:
    with opened(tmp_path) as parts:
        parts.articles.stage("public", [WIRE, CUT])
        parts.library.index()
        assert len(set(clusters(parts.articles).values())) == 1
        assert count_unclustered(parts.articles.engine) == 0


def test_articles_of_an_older_version_are_put_into_clusters_without_their_indexes(articles: Articles) -> None:
    publish(articles, WIRE, ELSEWHERE, CUT)
    before = clusters(articles)
    with writing(articles.engine).begin() as connection:
        connection.execute(sketches.delete())
        connection.execute(table.update().values(cluster=None, clustered=0))
    assert count_unclustered(articles.engine) == 3
    told: list[IndexingProgress] = []
    index_repeats(articles, told.append)
    assert told == [IndexingProgress(0, 3, 0, "repeat"), IndexingProgress(3, 3, 1, "repeat")]
    assert clusters(articles) == before


def test_a_library_that_an_earlier_byline_made_has_clusters_afterwards(tmp_path: Path) -> None:
    with tarfile.open(ROOT / "tests" / "data" / "library_2026_11.tar.gz") as archive:
        archive.extractall(tmp_path, filter="data")
    articles = Articles(open_engine(tmp_path))
    assert (waiting := count_unclustered(articles.engine)) > 0
    assert index_repeats(articles).articles == waiting
    assert None not in clusters(articles).values()
    articles.close()
