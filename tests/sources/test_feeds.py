"""Feeds, sitemaps of news, and lists of feeds."""

from __future__ import annotations

import contextlib
import datetime as dt
import gzip
import json
import time

import pytest

from retrieval.errors import SourceError
from retrieval.sources.feeds import Outline, read_feed, read_opml, write_opml

ADDRESS = "https://herald.example/rss"
NOW = dt.datetime(2031, 5, 4, 12, tzinfo=dt.UTC)


def rss(*items: str, channel: str = "") -> bytes:
    inner = f"<channel><title>The Herald</title>{channel}{''.join(items)}</channel>"
    return f'<rss version="2.0" {_NAMESPACES}>{inner}</rss>'.encode()


_NAMESPACES = (
    'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:content="http://purl.org/rss/1.0/modules/content/" '
    'xmlns:sy="http://purl.org/rss/1.0/modules/syndication/"'
)


def sitemap(*urls: str, root: str = "urlset") -> bytes:
    return (
        f'<?xml version="1.0"?><{root} xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
        f'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">{"".join(urls)}</{root}>'
    ).encode()


def test_an_rss_entry_gives_title_authors_date_with_offset_and_its_longest_text() -> None:
    item = (
        "<item><title>Pier &amp;amp; port</title><link>/2031/pier?a=1&amp;b=2</link><guid isPermaLink='false'>n1</guid>"
        "<dc:creator>Ann Roy</dc:creator><dc:creator>Bo Lund</dc:creator>"
        "<pubDate>Sat, 03 May 2031 10:00:00 +0200</pubDate><description>Short.</description>"
        "<content:encoded><![CDATA[<p>The pier is long.</p>]]></content:encoded></item>"
    )
    feed = read_feed(rss(item), ADDRESS, now=NOW)
    entry = feed.entries[0]
    assert feed.title == "The Herald"
    assert (entry.id, entry.url) == ("n1", "https://herald.example/2031/pier?a=1&b=2")
    assert entry.byline == "Ann Roy, Bo Lund"
    assert entry.published == "2031-05-03T10:00:00+02:00"
    assert entry.markup == "<p>The pier is long.</p>"


@pytest.mark.parametrize(
    "written",
    ["", "yesterday", "Thu, 01 Jan 1970 00:00:00 GMT", "Mon, 03 May 2038 10:00:00 GMT", "0001-01-01T00:00:00Z"],
)
def test_an_entry_whose_date_is_none_or_cannot_be_has_no_date(written: str) -> None:
    feed = read_feed(rss(f"<item><title>A</title><link>/a</link><pubDate>{written}</pubDate></item>"), ADDRESS, now=NOW)
    assert feed.entries[0].published is None


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("2031-05-03", "2031-05-03"),
        ("2031-05-03T10:00:00Z", "2031-05-03T10:00:00+00:00"),
        ("Sat, 03 May 2031 10:00:00 EST", "2031-05-03T10:00:00-05:00"),
        ("3 May 2031 10:00", "2031-05-03T10:00:00"),
        ("Sat, 03 May 2031 10:00:00 BST", "2031-05-03T10:00:00+01:00"),
    ],
)
def test_dates_are_read_as_they_are_written(written: str, read: str) -> None:
    feed = read_feed(rss(f"<item><title>A</title><link>/a</link><pubDate>{written}</pubDate></item>"), ADDRESS, now=NOW)
    assert feed.entries[0].published == read


def test_an_address_of_mail_is_no_byline() -> None:
    feed = read_feed(rss("<item><title>A</title><link>/a</link><author>desk@herald.example</author></item>"), ADDRESS)
    assert feed.entries[0].byline is None


@pytest.mark.parametrize(
    ("author", "byline"),
    [
        ("<author>desk@herald.example (Ann Roy)</author>", "Ann Roy"),
        ("<author>Ann Roy (desk@herald.example)</author>", "Ann Roy"),
        ("<dc:creator>By Ann Roy, Staff Writer</dc:creator>", "Ann Roy"),
        ("<dc:creator>admin</dc:creator>", None),
    ],
)
def test_the_author_of_an_entry_is_named_without_address_account_and_role(author: str, byline: str | None) -> None:
    feed = read_feed(rss(f"<item><title>A</title><link>/a</link>{author}</item>"), ADDRESS)
    assert feed.entries[0].byline == byline


def test_of_the_texts_of_an_entry_that_with_the_most_words_is_taken() -> None:
    link = "<a href='https://herald.example/a-long-address-of-a-page'>More</a>"
    item = f"<description><![CDATA[{link}]]></description><content:encoded>The pier is long.</content:encoded>"
    feed = read_feed(rss(f"<item><title>A</title><link>/a</link>{item}</item>"), ADDRESS)
    assert feed.entries[0].markup == "The pier is long."


def test_atom_is_read_with_its_base_its_page_and_the_day_it_was_updated() -> None:
    data = (
        b'<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://herald.example/x/">'
        b'<entry><id>tag:1</id><title>T</title><link rel="enclosure" href="a.mp3"/><link rel="alternate" href="one"/>'
        b"<updated>2031-01-02T03:04:05Z</updated><author><name>Al</name></author>"
        b'<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>Hi</p></div></content></entry></feed>'
    )
    entry = read_feed(data, ADDRESS, now=NOW).entries[0]
    assert (entry.id, entry.url, entry.byline) == ("tag:1", "https://herald.example/x/one", "Al")
    assert entry.published == "2031-01-02T03:04:05+00:00"
    assert "<p>Hi</p>" in entry.markup


def test_a_json_feed_is_read() -> None:
    item = {"id": 7, "url": "/a", "title": "A", "content_text": "Words.", "authors": [{"name": "Al"}, {"name": "Bo"}]}
    item["date_published"] = "2031-05-03T10:00:00-07:00"
    feed = {"version": "https://jsonfeed.org/version/1.1", "title": "Herald", "items": [item, "no entry", {"id": 8}]}
    read = read_feed(json.dumps(feed).encode(), ADDRESS, now=NOW)
    assert read.title == "Herald"
    (entry,) = read.entries
    assert (entry.id, entry.url, entry.byline) == ("7", "https://herald.example/a", "Al, Bo")
    assert (entry.published, entry.markup) == ("2031-05-03T10:00:00-07:00", "Words.")


def test_the_pages_of_a_news_sitemap_are_entries_and_others_are_not() -> None:
    news = (
        "<url><loc>https://herald.example/a</loc><news:news><news:publication><news:name>Herald</news:name>"
        "</news:publication><news:publication_date>2031-05-03T08:00+01:00</news:publication_date>"
        "<news:title>A &amp; B</news:title></news:news></url>"
    )
    nowhere = news.replace("https://herald.example/a", "https://[herald/a")
    data = sitemap(news, "<url><loc>https://herald.example/about</loc></url>", nowhere)
    for packed in (data, gzip.compress(data, mtime=0)):
        (entry,) = read_feed(packed, ADDRESS, now=NOW).entries
        assert (entry.url, entry.title, entry.publisher) == ("https://herald.example/a", "A & B", "Herald")
        assert entry.published == "2031-05-03T08:00:00+01:00"


def test_an_index_of_sitemaps_names_those_of_news_the_newest_first() -> None:
    parts = [
        f"<sitemap><loc>https://herald.example/{name}.xml.gz</loc><lastmod>2031-05-0{day}</lastmod></sitemap>"
        for name, day in (("news-1", 1), ("pages", 4), ("news-2", 3))
    ]
    feed = read_feed(sitemap(*parts, root="sitemapindex"), ADDRESS)
    assert feed.parts == ("https://herald.example/news-2.xml.gz", "https://herald.example/news-1.xml.gz")


@pytest.mark.parametrize(
    ("item", "title", "url"),
    [
        ("<title>R&D in Q&A &amp; more</title><link>/a?b=1&c=2</link>", "R&D in Q&A & more", "/a?b=1&c=2"),
        ("<title><![CDATA[R&D]]></title><link>/a</link><description>Q&A</description>", "R&D", "/a"),
        ("<title>A</title><link>https://www.google.com/url?rct=j&amp;url=https://herald.example/a</link>", "A", "/a"),
    ],
)
def test_what_feeds_often_write_wrongly_is_read_as_it_is_meant(item: str, title: str, url: str) -> None:
    (entry,) = read_feed(rss(f"<item>{item}</item>"), ADDRESS).entries
    assert (entry.title, entry.url) == (title, f"https://herald.example{url}")


def test_a_feed_in_utf_16_is_read() -> None:
    data = '<?xml version="1.0" encoding="UTF-16"?>' + rss("<item><title>Café</title><link>/a</link></item>").decode()
    assert [entry.title for entry in read_feed(data.encode("utf-16"), ADDRESS).entries] == ["Café"]


def test_the_last_entry_of_a_feed_that_breaks_off_is_left_out() -> None:
    whole = rss("<item><title>A</title><link>/a</link></item>", "<item><title>B</title><link>/b</link></item>")
    broken = whole[: whole.index(b"B</title>") + 1]
    assert [entry.title for entry in read_feed(broken, ADDRESS).entries] == ["A"]


_BOMB = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"<html><body>Hello</body></html>", "no feed"),
        (b"", "no feed"),
        (b'{"a": 1}', "no JSON Feed"),
        (b"{", "no JSON"),
        (_BOMB + rss("<item><title>&b;</title></item>"), "entities"),
        ((_BOMB + rss()).decode().encode("utf-16"), "entities"),
        (_BOMB + sitemap("<url><loc>&b;</loc></url>"), "entities"),
        (sitemap("<url><loc>https://herald.example/about</loc></url>"), "without news"),
        (sitemap(f"<sitemap><loc>{ADDRESS}</loc></sitemap>", root="sitemapindex"), "names only itself"),
        (gzip.compress(rss(), mtime=0)[:-9], "gzip"),
    ],
)
def test_what_is_no_feed_or_an_attack_is_refused_with_the_reason(data: bytes, reason: str) -> None:
    with pytest.raises(SourceError, match=reason):
        read_feed(data, ADDRESS)


def test_a_bomb_of_gzip_is_refused_before_it_is_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("retrieval.sources.feeds.MOST_BYTES", 1_000_000)
    with pytest.raises(SourceError, match="unpacked"):
        read_feed(gzip.compress(b" " * 5_000_000), ADDRESS)


@pytest.mark.parametrize(
    ("channel", "minutes"),
    [
        ("<ttl>45</ttl>", 45),
        ("<ttl>1e300</ttl>", None),
        ("<sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>2</sy:updateFrequency>", 30),
        ("<ttl>5</ttl><sy:updatePeriod>daily</sy:updatePeriod>", 24 * 60),
        ("<ttl>soon</ttl><sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>0</sy:updateFrequency>", None),
    ],
)
def test_how_long_a_feed_wishes_to_be_left_alone_is_read(channel: str, minutes: int | None) -> None:
    pause = read_feed(rss(channel=channel), ADDRESS).pause
    assert pause == (None if minutes is None else dt.timedelta(minutes=minutes))


@pytest.mark.parametrize(
    "attack",
    [
        b"<rss version='2.0'>" + b"<a>" * 20_000,
        b"<rss version='2.0'><channel>" + b"<" * 100_000,
        b"<rss version='2.0'><channel>" + b"<![CDATA[&" * 20_000,
        b"<rss version='2.0'><channel><item><author>" + b"(" * 50_000 + b"a@b.example",
        b"<rss version='2.0'><channel><item><title>" + b"&" * 100_000,
        b"<urlset>" + b"<url>" * 20_000,
        b'{"a":' * 20_000,
    ],
)
def test_a_hostile_feed_takes_little_time_and_fails_with_a_sentence_if_at_all(attack: bytes) -> None:
    begun = time.thread_time()  # what other tests left running is not counted
    with contextlib.suppress(SourceError):
        read_feed(attack, ADDRESS)
    assert time.thread_time() - begun < 3


def test_an_entry_keeps_its_fingerprint_when_its_time_changes_alone() -> None:
    one, other, changed = (
        read_feed(rss(f"<item><title>{title}</title><link>/a</link><pubDate>{day} May 2031</pubDate></item>"), ADDRESS)
        for title, day in (("A", 1), ("A", 2), ("B", 1))
    )
    assert one.entries[0].fingerprint == other.entries[0].fingerprint != changed.entries[0].fingerprint


def test_a_list_of_feeds_that_is_exported_is_imported_the_same() -> None:
    feeds = [
        Outline(
            "https://herald.example/rss", "Herald & Post", "https://herald.example/", ("pier", "the port"), ("golf",)
        ),
        Outline("https://other.example/feed", "https://other.example/feed"),
    ]
    assert read_opml(write_opml(feeds)) == feeds


def test_the_feeds_of_a_list_in_folders_are_read_each_once() -> None:
    data = (
        b'<opml version="1.0"><body><outline text="Local"><outline text="Herald" xmlUrl="https://herald.example/rss"/>'
        b'<outline title="Again" xmlUrl="https://HERALD.example/rss"/><outline text="No feed"/></outline></body></opml>'
    )
    assert read_opml(data) == [Outline("https://herald.example/rss", "Herald")]


@pytest.mark.parametrize("data", [b"", b"<opml/>", b'<!DOCTYPE x [<!ENTITY a "b">]><opml><body>&a;</body></opml>'])
def test_a_list_that_is_none_is_refused(data: bytes) -> None:
    with pytest.raises(SourceError):
        read_opml(data)


@pytest.mark.parametrize("rest", [b"<channel><title>Port & co", b"</channel>"])
def test_a_feed_that_is_broken_before_its_first_entry_is_no_empty_one(rest: bytes) -> None:
    with pytest.raises(SourceError, match="broken"):
        read_feed(b'<?xml version="1.0"?><rss version="2.0">' + rest, ADDRESS)
    empty = b'<?xml version="1.0"?><rss version="2.0"><channel><title>Port</title></channel></rss>'
    assert read_feed(empty, ADDRESS).entries == ()


def test_the_title_of_a_feed_is_text() -> None:
    atom = '<feed xmlns="http://www.w3.org/2005/Atom"><title type="html">The &lt;b&gt;Herald&lt;/b&gt;</title></feed>'
    assert read_feed(atom.encode(), "https://herald.example/feed").title == "The Herald"


@pytest.mark.parametrize(
    ("language", "written", "day"),
    [
        ("", "lun., 5 mars 2026", "2026-03-05"),
        ("", "5. März 2026", "2026-03-05"),
        ("", "zo 1 mrt 2026", "2026-03-01"),
        ("", "dom, 01 mar 2026 08:00:00 -0300", "2026-03-01T08:00:00-03:00"),
        ("en-US", "mar, 10 nov 2026 10:00:00 +0100", "2026-11-10T10:00:00+01:00"),
        ("fr-FR", "5 maggio 2026", "2026-05-05"),
        ("fr", "05/03/2026", "2026-03-05"),
        ("", "05/03/2026", None),
        ("", "05-03-2026 10:00", None),
    ],
)
def test_a_date_in_the_words_of_another_language_is_read_or_unknown(
    language: str, written: str, day: str | None
) -> None:
    told = f"<language>{language}</language>" if language else ""
    item = f"<item><link>https://herald.example/a</link><pubDate>{written}</pubDate></item>"
    feed = f'<rss version="2.0"><channel><title>Herald</title>{told}{item}</channel></rss>'
    now = dt.datetime(2026, 12, 1, tzinfo=dt.UTC)
    assert read_feed(feed.encode(), "https://herald.example/rss", now=now).entries[0].published == day
