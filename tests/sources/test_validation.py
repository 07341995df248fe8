"""One address for one article."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from retrieval.sources.validation import article_address, canonical_url, with_or_without_www
from retrieval.store.articles import Articles, open_engine
from retrieval.types import Article

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("url", "canonical"),
    [
        ("HTTPS://Example.ORG:443/A/b?Q=1#part", "https://example.org/A/b?Q=1"),
        ("http://example.org", "http://example.org/"),
        ("http://example.org:/a/", "http://example.org/a/"),
        ("http://example.org:443/a", "http://example.org:443/a"),
        ("http://[::1]:8080/a", "http://[::1]:8080/a"),
        ("https://example.org/a?utm_source=x&b=2&fbclid=y&a=1&UTM_id=z", "https://example.org/a?b=2&a=1"),
        ("https://example.org/a?gclid=x", "https://example.org/a"),
        ("https://example.org/a?utm=1&q=utm_source", "https://example.org/a?utm=1&q=utm_source"),
        ("https://example.org/%7Ea?q=a+b%20c&&flag", "https://example.org/%7Ea?q=a+b%20c&&flag"),
    ],
)
def test_a_canonical_address_has_one_spelling(url: str, canonical: str) -> None:
    assert canonical_url(url) == canonical
    assert canonical_url(canonical) == canonical


@pytest.mark.parametrize(
    "url",
    [
        "http://news.example/a-4711/",
        "https://m.news.example/a-4711",
        "https://amp.news.example/a-4711?amp=1",
        "https://news.example/amp/a-4711",
        "https://news.example/a-4711/amp/?utm_source=x",
        "https://news-example.cdn.ampproject.org/c/s/news.example/a-4711",
        "https://www.google.com/amp/s/news.example/a-4711",
        "https://news.example/a-4711?at_medium=RSS&at_campaign=K&ns_mchannel=social&CMP=share_btn#top",
        "https://news.example/a-4711?smid=tw-share&guccounter=1&xtor=RSS-1&ref_src=x&igsh=1",
    ],
)
def test_an_article_has_one_address(url: str) -> None:
    assert article_address(url) == "https://news.example/a-4711"


def test_parameters_that_choose_a_page_stay() -> None:
    url = "https://news.example/story?id=7&page=2&cmpx=1&atlas=3&spmx=4"
    assert article_address(url) == url


def test_an_article_is_known_with_www_and_without(tmp_path: Path) -> None:
    assert with_or_without_www(with_or_without_www("https://www.news.example/a")) == "https://www.news.example/a"
    first = Article("https://www.news.example/a", "A pier", "The pier is closed.")
    with closing(Articles(open_engine(tmp_path))) as articles:
        assert articles.stage("public", [first]) == ["new"]
        assert articles.stage("public", [replace(first, id="https://news.example/a")]) == ["unchanged"]
        changed = replace(first, id="https://news.example/a", text="The pier is open.")
        assert articles.stage("public", [changed]) == ["changed"]
        assert articles.stage("other", [changed]) == ["new"]
        assert [one.article.id for one in articles.pending(9)] == [first.id, changed.id]
