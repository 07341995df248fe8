"""What is found on web pages of many layouts, and what is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from benchmarks.extraction import f1, names, words
from retrieval.errors import SourceError
from retrieval.sources.dates import day_of_address, is_later, iso_date
from retrieval.sources.decoding import page_text
from retrieval.sources.pages import read_html
from retrieval.sources.structured_data import person
from tests.sources.layouts import pages

if TYPE_CHECKING:
    from retrieval.types import Article

PAGES = pages()
ARTICLES = [name for name, (_, expected) in PAGES.items() if "refused" not in expected]
WALLS = {
    "paywall": "only subscribers",
    "paywall_without_data": "only subscribers",
    "consent": "consent",
    "scripts": "without scripts",
    "robot_check": "may not be seen",
    "elsewhere": "may not be seen",
    "gallery": "pictures",
    "front": "list of other pages",
    "missing": "no such page",
}


@pytest.mark.parametrize("name", ARTICLES)
def test_the_report_is_found_and_not_the_page_around_it(name: str) -> None:
    page, expected = PAGES[name]
    article = read_html(page.encode(), source=name, url=expected["url"])
    assert words(article.title) == words(expected["title"])
    assert names(article.byline) == names(expected["byline"])
    assert (article.published or "")[:10] == expected["published"]
    assert f1(article.text, expected["text"]) > 0.95
    assert article.url == expected["url"]


@pytest.mark.parametrize("name", WALLS)
def test_a_page_that_shows_no_article_is_refused_with_what_it_shows(name: str) -> None:
    page, expected = PAGES[name]
    with pytest.raises(SourceError, match=WALLS[name]):
        read_html(page.encode(), source=name, url=expected["url"])


def text_of(name: str) -> str:
    page, expected = PAGES[name]
    return read_html(page.encode(), source=name, url=expected["url"]).text


def test_paragraphs_stay_paragraphs() -> None:
    page, expected = PAGES["wire"]
    assert read_html(page.encode(), source="wire", url=expected["url"]).text == expected["text"]


def test_rows_of_a_table_stay_rows_that_can_be_read_with_their_header() -> None:
    assert "Team | Played | Won | Points\nNorrsted | 10 | 7 | 22\n" in text_of("results")


@pytest.mark.parametrize(
    ("name", "furniture"),
    [
        ("wire", "ADVERTISEMENT"),
        ("wire", "Photo/Jon Holt"),
        ("broadsheet", "Sign up to"),
        ("broadsheet", "Storm tears away"),
        ("wordpress", "About time"),
        ("promotions", "inbox"),
        ("promotions", "Read more"),
        ("breaking", "developing story"),
        ("table_layout", "Cheap tyres"),
    ],
)
def test_captions_teasers_boxes_and_comments_stay_out(name: str, furniture: str) -> None:
    assert furniture in PAGES[name][0]
    assert furniture not in text_of(name)


def test_a_box_that_is_said_to_be_a_heading_is_read_as_one() -> None:
    assert "\n\nWhat changed?\n\nNinety people" in text_of("interview")


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("By Elin Dahl, Senior Reporter", "Elin Dahl"),
        ("Live Nes Staff Writer", "Live Nes"),
        ("Anne Dahl Photographs by Per Ås", "Anne Dahl"),
        ("Ida Lund, Bo Aas", "Ida Lund, Bo Aas"),
        ("Staff Reporter", "Staff Reporter"),
        ("Editor", "Editor"),
    ],
)
def test_an_author_is_named_without_what_he_is(written: str, name: str) -> None:
    assert person(written) == name


def test_a_date_that_only_the_address_tells_is_marked_as_such() -> None:
    page, expected = PAGES["day_in_address"]
    assert read_html(page.encode(), source="x", url=expected["url"]).dated_by == "address"
    article = read_html(page.encode(), source="x", url="https://tarntimes.example/ferry")
    assert (article.published, article.dated_by) == (None, None)


def test_when_a_page_was_changed_is_told_apart_from_when_it_was_published() -> None:
    page, expected = PAGES["correction"]
    article = read_html(page.encode(), source="x", url=expected["url"])
    assert (article.published, article.updated) == ("2026-03-20T09:15:00+01:00", "2026-03-21T08:00:00+01:00")


_PARAGRAPHS = "".join(
    f"<p>{words}</p>"
    for words in (
        "The ferry to Strand ran again on Friday morning, nine weeks after a storm tore away half of the pier.",
        "Ninety people were on board of the first crossing, among them the mayor of the island, Una Sohl of Strand.",
    )
)
STORY = "<title>Ferry runs</title><h1>Ferry runs</h1>" + _PARAGRAPHS


def _ld(fields: str) -> str:
    return f'<script type="application/ld+json">{{"@type": "NewsArticle", {fields}}}</script>'


@pytest.mark.parametrize(
    ("link", "url", "known"),
    [
        ("https://example.org/a", "http://www.example.org/a?utm_source=x", "https://example.org/a"),
        ("/a", "https://example.org/amp/a", "https://example.org/a"),
        ("https://example.org/", "https://example.org/news/a", "https://example.org/news/a"),
        ("https://evil.test/a", "https://example.org/news/a", "https://example.org/news/a"),
        ("javascript:1", "https://example.org/news/a", "https://example.org/news/a"),
        ("/", "https://example.org/?p=12", "https://example.org/?p=12"),
        (
            "/news/",
            "https://example.org/news/local/ferry-runs-again",
            "https://example.org/news/local/ferry-runs-again",
        ),
        ("/ferry-runs-again", "https://example.org/ferry-runs-again/print", "https://example.org/ferry-runs-again"),
        ("", "https://m.example.org/news/a/?amp=1", "https://example.org/news/a"),
    ],
)
def test_a_page_is_known_by_its_canonical_address_of_the_same_site(link: str, url: str, known: str) -> None:
    article = read_html(f'<link rel="canonical" href="{link}">{STORY}'.encode(), source="x", url=url)
    assert article.id == known


@pytest.mark.parametrize(
    ("page", "content_type"),
    [
        (f"<meta charset=windows-1252>{STORY}“quoted” café".encode("cp1252"), "text/html"),
        (f"{STORY}<p>“quoted” café".encode("cp1252"), "text/html; charset=ISO-8859-1"),
        (f"{STORY}<p>“quoted” café".encode("utf-16"), "text/html"),
        (f"<meta charset=nonsense>{STORY}<p>“quoted” café".encode(), "text/html"),
        (
            f"<?xml version='1.0' encoding='utf-8'?><html><body>{STORY}<p>“quoted” café</p></body></html>".encode(),
            "text/html",
        ),
    ],
)
def test_a_page_is_decoded_as_its_server_or_itself_says(page: bytes, content_type: str) -> None:
    assert "“quoted” café" in page_text(page, content_type)
    assert "Strand" in read_html(page, source="x", content_type=content_type).text


@pytest.mark.parametrize(
    ("head", "title"),
    [
        ("<title>Ferry runs again | Local | News | Strand Post</title>", "Ferry runs again"),
        ("<title>Strand Post - Ferry runs again</title>", "Ferry runs again"),
        ("<svg><title>Logo</title></svg><title>Ferry runs again</title>", "Ferry runs again"),
        ("<title>Ferry runs &amp;amp; stops</title>", "Ferry runs & stops"),
        ("<title>Strand Post</title><h1>Ferry runs again</h1>", "Ferry runs again"),
        ("<title>Ferry runs again</title><h1>Ferry runs again", "Ferry runs again"),
        ("<title>Ferry: runs again</title>", "Ferry: runs again"),
        (_ld('"headline": "Strand Post"') + "<h1>Strand Post</h1><h1>Ferry runs again</h1>", "Ferry runs again"),
    ],
)
def test_a_title_is_the_headline_without_the_sites_name(head: str, title: str) -> None:
    page = f"{head}{_PARAGRAPHS}<p>{'It was a quiet day at the pier. ' * 9}"
    article = read_html(page.encode(), source="x", url="https://www.strandpost.example/a")
    assert article.title == title
    assert article.text.startswith("The ferry to Strand ran again")


def test_a_page_without_a_title_is_called_by_its_first_words_which_its_text_keeps() -> None:
    article = read_html(_PARAGRAPHS.encode(), source="x")
    assert article.title.startswith("The ferry to Strand ran again")
    assert article.text.startswith("The ferry to Strand ran again")


def test_of_several_articles_in_a_pages_data_that_of_its_address_is_taken() -> None:
    other = _ld('"headline": "Harbour wall falls", "url": "/wall", "author": "Zed Aas", "datePublished": "2025-01-01"')
    own = _ld('"headline": "Ferry runs", "mainEntityOfPage": {"@id": "https://example.org/a?utm_source=x"}')
    article = read_html(f"{other}{own}{STORY}".encode(), source="x", url="https://example.org/a")
    assert (article.title, article.byline, article.published) == ("Ferry runs", None, None)


def test_who_wrote_a_page_is_not_its_publisher_where_the_page_tells_more() -> None:
    data = _ld('"headline": "Ferry runs", "author": {"name": "Strand Post"}, "publisher": {"name": "Strand Post"}')
    line = "<p>By Ida Lund<br>Published: 20 March 2026 21:40</p>"
    article = read_html(f"{data}<h1>Ferry runs</h1>{line}{_PARAGRAPHS}".encode(), source="x")
    assert (article.byline, article.published) == ("Ida Lund", "2026-03-20T21:40:00")


def test_words_are_whole_and_decoded_and_long_lines_are_paragraphs() -> None:
    page = STORY.replace("storm", "st&shy;or\u200bm").replace("half", "&amp;frac12;")
    assert "a storm tore away ½ of the pier" in read_html(page.encode(), source="x").text
    lines = _PARAGRAPHS.replace("</p><p>", "<br>")
    assert read_html(f"<title>A</title>{lines}".encode(), source="x").text.count("\n\n") == 1
    poem = "<title>A</title>" + _PARAGRAPHS + "<p>The ferry runs,<br>the children sing.</p>"
    assert read_html(poem.encode(), source="x").text.endswith("The ferry runs,\nthe children sing.")


def test_the_paragraphs_of_a_text_in_a_pages_data_are_kept() -> None:
    data = _ld('"headline": "Ferry runs", "articleBody": "' + _PARAGRAPHS.replace("</", "<\\/") + '"')
    article = read_html(f"{data}<h1>Ferry runs</h1><div id=app></div>".encode(), source="x")
    assert article.text.count("\n\n") == 1


@pytest.mark.parametrize(
    "data",
    [
        "{",
        "[" * 10_000,
        '{"@type": "NewsArticle", "headline": ["a"], "author": {"name": {"x": 1}}, "datePublished": 5}',
        '{"@type": ["NewsArticle"], "@graph": "x", "author": [null, 1, "https://facebook.com/x"]}',
        '{"@type": "NewsArticle", "author": {"@id": ["x"]}, "publisher": "x"}',
    ],
)
def test_broken_structured_data_does_not_keep_a_page_from_being_read(data: str) -> None:
    page = f'<script type="application/ld+json">{data}</script>{STORY}'
    article = read_html(page.encode(), source="x", url="https://example.org/a")
    assert article.title == "Ferry runs"
    assert article.byline is None


@pytest.mark.parametrize(
    ("written", "iso"),
    [
        ("2026-03-20T10:00:00+0100", "2026-03-20T10:00:00+01:00"),
        ("2026-03-20T09:15:00.000Z", "2026-03-20T09:15:00+00:00"),
        ("2026-03-20", "2026-03-20"),
        ("20260320", "2026-03-20"),
        ("Fri, 20 Mar 2026 09:00:00 GMT", "2026-03-20T09:00:00+00:00"),
        ("March 20, 2026", "2026-03-20"),
        ("20 March 2026, 9:15 EST", "2026-03-20T09:15:00-05:00"),
        ("Mar 20, 2026 at 9:15 XYZ", "2026-03-20T09:15:00"),
        ("March 20th, 2026 9:40pm ET", "2026-03-20T21:40:00-04:00"),
        ("20 Jan 2026, 21:40 PT", "2026-01-20T21:40:00-08:00"),
        ("20 Mar 2026, 21:40 BST", "2026-03-20T21:40:00+01:00"),
        ("Fri Mar 20 2026 21:40:00 GMT+0100 (CET)", "2026-03-20T21:40:00+01:00"),
        ("2026-03-20T21:40:00-07:00[America/Los_Angeles]", "2026-03-20T21:40:00-07:00"),
        ("1773870000", "2026-03-18T21:40:00+00:00"),
        ("1773870000000", "2026-03-18T21:40:00+00:00"),
        ("20/03/2026", "2026-03-20"),
        ("03/20/2026", "2026-03-20"),
        ("04.03.2026 21:40", "2026-03-04T21:40:00"),
        ("04/03/2026", None),
        ("March 2026", None),
        ("2026", None),
        ("yesterday", None),
        ("9:15", None),
        ("1066-10-14", None),
        ("2999-01-01", None),
        ("2026-02-30", None),
        ("", None),
        (None, None),
        ("9" * 5_000, None),
    ],
)
def test_dates_are_read_as_they_are_written_and_never_made_more_exact(written: str | None, iso: str | None) -> None:
    assert iso_date(written) == iso


@pytest.mark.parametrize(
    ("url", "day"),
    [
        ("https://example.org/2026/03/20/ferry", "2026-03-20"),
        ("https://example.org/world/2026/mar/20/ferry", "2026-03-20"),
        ("https://example.org/news/2026-03-20/ferry", "2026-03-20"),
        ("https://example.org/20260320/ferry", "2026-03-20"),
        ("https://example.org/2026/13/45/ferry", None),
        ("https://example.org/2026/ferry", None),
        ("https://example.org/a-20260320x", None),
    ],
)
def test_a_day_is_read_from_an_address(url: str, day: str | None) -> None:
    assert day_of_address(url) == day


def test_times_in_different_zones_are_compared_as_moments() -> None:
    assert is_later("2026-03-20T08:20:00+00:00", "2026-03-20T09:15:00+01:00")
    assert not is_later("2026-03-20T08:10:00+00:00", "2026-03-20T09:15:00+01:00")
    assert not is_later("2026-03-20", "2026-03-20T09:15:00+01:00")
    assert is_later("2026-03-21", "2026-03-20T09:15:00+01:00")


@pytest.mark.parametrize(
    ("head", "heading", "title"),
    [
        ("<title>Ferry runs again - Strand Post</title>", "<h1>Ferry runs again</h1>", "Ferry runs again"),
        ("<title>Ferry runs again - Strand Post</title>", "<h1>News</h1>", "Ferry runs again"),
        ("<title>Ferry runs again | Strand Post</title>", "", "Ferry runs again"),
        ("<title>Ferry runs - again and again</title>", "", "Ferry runs - again and again"),
        ("<title>Strand Post</title>", "<h1>Strand Post</h1><h1>x</h1>", "Strand Post"),
        (
            "<meta property='og:title' content='Ferry runs'><title>x</title>",
            "<h1>Ferry runs, at last</h1>",
            "Ferry runs, at last",
        ),
        ("", "<h1>Ferry runs again</h1>", "Ferry runs again"),
    ],
)
def test_the_title_is_the_headline_and_not_the_sites_name(head: str, heading: str, title: str) -> None:
    body = STORY.partition("</h1>")[2]
    page = f"{head}<body>{heading}{body}"
    assert read_html(page.encode(), source="x", url="https://www.strandpost.example/a").title == title


def test_what_scripts_hold_is_not_taken_for_a_wall() -> None:
    page = f"<title>A</title><script>var x = 'subscribe to continue'</script><div class=paywall></div>{STORY}"
    assert read_html(page.encode(), source="x").title


def read(body: str, head: str = "<title>Ferry runs</title>", url: str = "https://www.strandpost.example/a") -> Article:
    return read_html(f"<html><head>{head}</head><body>{body}</body></html>".encode(), source="x", url=url)


_BODY = STORY.partition("</h1>")[2]
_WHOLE = "Ninety people were on board of the first crossing, among them the mayor of the island, Una Sohl of Strand."


@pytest.mark.parametrize(
    ("line", "byline"),
    [
        (
            "By Elin Dahl, Political Editor, Bo Aas, Health Reporter and Una Sohl in Orva",
            "Elin Dahl, Bo Aas and Una Sohl",
        ),
        ("By Elin Dahl, Post Staff Writer", "Elin Dahl"),
        ("By Elin Dahl<br>Created <em>03/20/2026 - 16:12</em>", "Elin Dahl"),
        ("By ELIN DAHL / STAFF", "ELIN DAHL"),
        ("Words by Elin Dahl. Photographs by Bo Aas.", "Elin Dahl"),
        ("By Elin Dahl, Jr., edahl@strandpost.example", "Elin Dahl, Jr."),
    ],
)
def test_a_line_of_authors_is_read_as_their_names_alone(line: str, byline: str) -> None:
    assert read(f"<h1>Ferry runs</h1><div>{line}</div>{_BODY}").byline == byline


@pytest.mark.parametrize(
    ("data", "byline"),
    [
        ('"author": {"name": ["Elin Dahl", "Bo Aas"]}', "Elin Dahl and Bo Aas"),
        ('"author": {"name": "admin"}', None),
        (
            '"author": {"name": "editor", "@id": "#1"}, "about": {"@type": "Person", "@id": "#1", "name": "Elin Dahl"}',
            "Elin Dahl",
        ),
    ],
)
def test_authors_are_those_whom_the_data_describes_and_no_accounts(data: str, byline: str | None) -> None:
    assert read(STORY, _ld(f'"headline": "Ferry runs", {data}')).byline == byline


def test_the_name_of_a_site_is_no_author_of_its_page() -> None:
    assert (
        read(STORY, "<title>Ferry runs</title><meta name=author content='Elin Dahl, STRANDPOST'>").byline == "Elin Dahl"
    )


def test_the_authors_of_microdata_are_those_of_the_first_article() -> None:
    author = "<span itemprop=author itemscope itemtype=Person><i itemprop=name>{}</i></span>"
    scope = "<div itemscope itemtype='https://schema.org/NewsArticle'>{}</div>"
    own = scope.format(f"{author.format('Elin Dahl')}, {author.format('Bo Aas')}{STORY}")
    assert read(own + scope.format(author.format("Zed Holm"))).byline == "Elin Dahl and Bo Aas"


def test_the_day_of_an_address_goes_before_one_that_is_only_shown_on_the_page() -> None:
    others = "<ul><li>Storm <time datetime=2026-11-28>2d</time><li>Bread <time datetime=2026-11-29>1d</time></ul>"
    article = read(STORY + others, url="https://www.strandpost.example/2026/03/20/ferry")
    assert (article.published, article.dated_by) == ("2026-03-20", "address")
    shown = "<time datetime=2026-03-20T09:15:00+01:00>20 March</time>"
    article = read(shown + STORY, url="https://www.strandpost.example/2026/03/20/ferry")
    assert (article.published, article.dated_by) == ("2026-03-20T09:15:00+01:00", None)


def test_a_headline_in_two_parts_has_blanks_between_and_the_name_above_it_is_the_sites() -> None:
    masthead, head = "<h1><a href='/'>Strand Times</a></h1>", "<title>Strand Times</title>"
    headline = "<h2>Ferry runs<br><small>Half of the pier is new</small></h2>"
    article = read(f"{masthead}<article>{headline}{_BODY}</article>", head)
    assert article.title == "Ferry runs Half of the pier is new"
    assert article.text.startswith("The ferry to Strand")


def test_a_longer_headline_above_the_text_is_none_of_it() -> None:
    article = read(f"<h2>Ferry runs: Ninety go home as the pier stands again</h2>{_BODY}")
    assert (article.title, article.text[:10]) == ("Ferry runs", "The ferry ")


@pytest.mark.parametrize(
    "box",
    [
        "<div><h4>Never miss a boat</h4><p>The week’s news in a letter, every Friday.</p><form><input></form></div>",
        "<div class=signup-form><p>Close</p><p>Strand Post Daily</p></div>",
        "<div class=mol><p class=imageCaption>Una Sohl is pictured on the pier of Strand yesterday</p></div>",
        "<blockquote><p>Ninety people were on board of the first crossing</p><cite>Una Sohl</cite></blockquote>",
        "<aside class='PullQuote'>On board of the first crossing</aside>",
        f"<p>{_WHOLE}</p>",
        "<p>Pupils on the beach in March. Photo by Jon Holt</p>",
        "<p>Links:<br>[1] https://strandpost.example/pier<br>[2] https://strandpost.example/una</p>",
    ],
)
def test_boxes_that_ask_show_or_repeat_stay_out(box: str) -> None:
    article = read(f"{STORY}{box}<p>The county council will discuss a later crossing on Monday, officials said.</p>")
    first, second, last = article.text.split("\n\n")
    assert (first[:9], second, last[:10]) == ("The ferry", _WHOLE, "The county")


def test_a_form_around_the_whole_page_is_no_box() -> None:
    assert "Ninety people" in read(f"<form><div>{STORY}</div><input></form>").text


def test_who_the_author_is_stands_at_the_end_and_is_no_report() -> None:
    line = "<p>By Elin Dahl</p>"
    about = "<p>Elin Dahl has been political editor of the Strand Post since 2019. She has covered four elections.</p>"
    assert read(f"<h1>Ferry runs</h1>{line}{_BODY}{about}").text.endswith(_WHOLE)
    told = "<p>Elin Dahl, who lives on the island, was the first to go on board of the ferry on Friday morning.</p>"
    assert "Elin Dahl" in read(f"<h1>Ferry runs</h1>{line}{told}{_BODY}{about}").text
    assert (
        "Elin Dahl: And" in read(f"<h1>Ferry runs</h1>{line}{_BODY}<p>Elin Dahl: And what comes next for you?</p>").text
    )


def test_the_items_of_a_list_in_a_list_are_read_once() -> None:
    items = "<p>What to do:</p><ul><li>Boil what comes from the tap for three minutes.</li><li>Keep"
    items += "<ul><li>two litres for drinking,</li><li>five to wash.</li></ul></li></ul>"
    last = "<p>The county council will discuss a later crossing on Monday, officials said.</p>"
    assert (
        "\n- Keep\n- two litres for drinking,\n- five to wash.\n\n"
        in read(f"<article>{STORY}{items}{last}</article>").text
    )


@pytest.mark.parametrize(
    "note",
    [
        "<!-- saved from url=(0044)https://www.strandpost.example/2026/03/20/pier -->",
        "<!--\n Page saved with SingleFile \n url: https://www.strandpost.example/2026/03/20/pier \n saved date: x -->",
    ],
)
def test_a_page_that_a_browser_saved_is_known_by_its_address(note: str) -> None:
    article = read_html(f"<!doctype html>{note}<title>Ferry runs - Strandpost</title>{STORY}".encode(), source="x")
    assert article.id == "https://www.strandpost.example/2026/03/20/pier"
    assert (article.title, article.published, article.dated_by) == ("Ferry runs", "2026-03-20", "address")


@pytest.mark.parametrize(
    ("language", "line", "day"),
    [
        ("es", "18 de marzo de 2026 - 16:05 CET", "2026-03-18"),
        ("fr-FR", "le 18 mars 2026 à 16h05", "2026-03-18"),
        ("en", "Posted On: 18 MAR 2026 4:12PM by SIB Strand", "2026-03-18"),
        ("en", "18 de marzo de 2026", None),
        ("tlh", "18 de marzo de 2026", None),
        ("es", "Marzo de 2026", None),
    ],
)
def test_the_only_day_that_a_page_shows_is_read_in_its_language(language: str, line: str, day: str | None) -> None:
    page = f"<html lang={language}><title>Ferry runs</title><h1>Ferry runs</h1><div>{line}</div>{_BODY}</html>"
    assert read_html(page.encode(), source="x").published == day


@pytest.mark.parametrize(
    ("line", "byline"),
    [
        ("<a href='/staff/elin'>Elin Dahl</a><div>The Strand Post</div>", "Elin Dahl"),
        ("<a href='/authors/1'>Elin Dahl</a> <a href='/authors/2'>Bo Aas</a>", "Elin Dahl and Bo Aas"),
        (
            "<div data-testid=byline><time>20 March 2026</time><b>Elin Dahl</b><p>Strand reporter</p></div>",
            "Elin Dahl",
        ),
        ("<a href='/news/ferries'>Ferry News</a>", None),
    ],
)
def test_an_author_without_the_word_by_is_told_by_where_his_name_stands(line: str, byline: str | None) -> None:
    end = "<a href='/authors/3'>Una Sohl</a>"
    assert read(f"<h1>Ferry runs</h1>{line}{_BODY}{end}").byline == byline


_LAST = "The county council will discuss a later crossing on Monday, officials said."


@pytest.mark.parametrize(
    "box",
    [
        "<div class=x1><h3>Siste nytt</h3><ul><li><a href=/1>Tolv lam er borte</a></li></ul></div>",
        "<section class=x2><a href=/1>How a pier is built</a><span>18 March, 12:00</span></section>",
        "<p><b>Baca juga: <a href=/1>Kapal baru tiba di Strand</a></b></p>",
        "<p><strong>Lire aussi | </strong><a href=/1>Comment on construit une jetée</a></p>",
        "<div class=mid-newsletter-box><p>A letter for those who like boats, on Fridays.</p></div>",
        "<div class=kg-cta-card><p>2,100 members pay for this. Will you be next?</p></div>",
        "<div class=media__description><p>The pier, seen from the island yesterday afternoon</p></div>",
        "<div class=pq><q>Ninety people were on board</q></div>",
        "<p>Anzeige</p>",
        "<p>REKLAMA</p>",
    ],
)
def test_boxes_in_any_language_that_lead_away_stay_out(box: str) -> None:
    article = read(f"<article>{STORY}{box}<p>{_LAST}</p></article>")
    assert [block[:9] for block in article.text.split("\n\n")] == ["The ferry", "Ninety pe", "The count"]


def test_a_box_that_holds_all_of_the_text_is_read_whatever_it_is_called() -> None:
    assert "Ninety people" in read(f"<h1>Ferry runs</h1><div class=newsletter-content>{_BODY}</div>").text


def test_a_button_that_opens_an_answer_does_not_take_its_question() -> None:
    question = "<div><h3>Does the ferry run again?</h3><a href='#'>Show</a></div>"
    text = read(f"<article><h1>Ferry</h1><p>{_LAST}</p>{question}{_BODY}</article>").text
    assert "\n\nDoes the ferry run again?\n\n" in text


def test_a_list_of_contents_does_not_take_the_headings_that_it_leads_to() -> None:
    contents = "<div><ul><li><a href='#cost'>What it costs us</a></li></ul></div>"
    body = f"<h1>Ferry runs</h1>{contents}{_BODY}<h2 id=cost>What it costs us</h2><p>{_LAST}</p>"
    assert "\n\nWhat it costs us\n\nThe county" in read(f"<article>{body}</article>").text


def test_the_numbers_of_notes_are_no_part_of_the_words_before_them() -> None:
    note = "<a class=footnote-anchor href='#footnote-1'>1</a>"
    assert read(STORY.replace("half of the pier.", f"half of the pier.{note}")).text.split("\n\n")[0].endswith("pier.")


def test_words_that_stand_loose_between_boxes_are_paragraphs() -> None:
    first, second = (part.removeprefix("<p>") for part in _PARAGRAPHS.split("</p>")[:2])
    loose = f"<h1>Ferry runs</h1><div>{first}<div><img></div>{second}<div><img></div>{_LAST} <b>Really</b>.</div>"
    assert read(loose).text.split("\n\n") == [first, second, f"{_LAST} Really."]


@pytest.mark.parametrize("named", ["article-lead", "teaser-text", "preamble"])
def test_a_lead_in_a_box_of_its_own_begins_the_text(named: str) -> None:
    lead = "Ferjen til Strand gikk igjen fredag morgen, ni uker etter stormen som tok bryggen med seg."
    body = f"<h1>Ferjen går</h1><div class={named}><p>{lead}</p></div><div class=t>{_PARAGRAPHS}<p>{_LAST}</p></div>"
    assert read(body).text.startswith(f"{lead}\n\nThe ferry")
    assert read(body.replace(lead, f"<b>{lead}</b>")).text.startswith(f"{lead}\n\nThe ferry")
    assert read(body.replace(lead, _LAST)).text.count(_LAST) == 1


def test_a_second_heading_below_the_headline_is_none_of_the_text() -> None:
    heading = "<h1>Ferry runs</h1><h2>Ninety go home after a long winter</h2>"
    text = f"{_BODY}<p>{_LAST}</p></article>"
    assert read(f"<article>{heading}<p>By Elin Dahl</p>{text}").text.startswith("The ferry to Strand")
    assert read(f"<article>{heading}{text}").text.startswith("Ninety go home")


@pytest.mark.parametrize(
    ("language", "line", "byline"),
    [
        ("it", "di <b>Giulia Ferri</b>", "Giulia Ferri"),
        ("pl", "Autor: Marek Wilk", "Marek Wilk"),
        ("pt-BR", "Por Ana Souza, g1 — Santos", "Ana Souza"),
        ("fr", "Par Élodie Martin et Luc Roy", "Élodie Martin and Luc Roy"),
        ("en", "di Giulia Ferri", None),
        ("de", "Von der Küste", None),
        ("ja", "<a href='/reporter/1'>山田春子</a>", "山田春子"),
        ("zh-CN", "<span>来源：北山日报</span> <span>作者：林晓雨</span>", "林晓雨"),
        ("nl", f"<p class=intro><b>{_WHOLE}</b></p><div>Door <b>Femke Bos</b></div>", "Femke Bos"),
    ],
)
def test_a_byline_is_read_in_the_language_of_its_page(language: str, line: str, byline: str | None) -> None:
    page = f"<html lang={language}><title>Ferry runs</title><h1>Ferry runs</h1><div>{line}</div>{_BODY}</html>"
    assert read_html(page.encode(), source="x").byline == byline


def test_authors_are_told_by_any_property_of_the_head_and_by_all_whom_the_page_shows() -> None:
    assert read(STORY, "<meta name=content_author content='Budi Hartono'>").byline == "Budi Hartono"
    data = _ld('"headline": "Ferry runs", "author": {"name": "Elin Dahl"}')
    shown = "<h1>Ferry runs</h1><h4><a href=/author/e>Elin Dahl</a>, <a href=/author/b>Bo Aas</a></h4>"
    assert read(f"{shown}{_BODY}", data).byline == "Elin Dahl and Bo Aas"
    assert read(STORY, data.replace("Elin Dahl", "Redakcja")).byline is None


@pytest.mark.parametrize(
    ("language", "line", "day"),
    [
        ("it", "venerdì 20 marzo 2026 – 09:15", "2026-03-20"),
        ("pl", "19 marca 2026, 21:08 · Komentarze: 48", "2026-03-19"),
        ("fr", "Publié le 20 mars 2026 à 09h31, modifié le 21 mars 2026 à 11h02", "2026-03-20"),
        ("ja", "2026年3月20日 9時15分", "2026-03-20"),
        ("ko", "입력 2026.03.20. 오전 9:15", "2026-03-20"),
        ("hu", "2026. március 20.", "2026-03-20"),
        ("pt-br", "04/03/2026 08h15", "2026-03-04"),
        ("en", "04/03/2026 8:15", None),
        ("en", "Updated 5:40 p.m. March 16, 2026", "2026-03-16"),
    ],
)
def test_the_day_under_a_headline_is_its_day_whatever_others_the_page_shows(
    language: str, line: str, day: str | None
) -> None:
    others = "<ul><li>21 November 2026</li><li>22 November 2026</li></ul>"
    body = f"<h1>Ferry runs</h1><div>{line}</div>{_BODY}{others}"
    assert read_html(f"<html lang={language}>{body}</html>".encode(), source="x").published == day


@pytest.mark.parametrize(
    ("body", "title"),
    [
        ("<h1>Ferry runs once more</h1>", "Ferry runs once more"),
        ("<h2>Shop robbed with an anchor</h2>", "Shop robbed with an anchor"),
        ("<font size=5><b>Ferry runs after all</b></font><p>By Elin Dahl<br>Staff</p>", "Ferry runs after all"),
    ],
)
def test_a_head_that_says_only_whose_page_it_is_gives_no_title(body: str, title: str) -> None:
    article = read(f"{body}{_PARAGRAPHS}", "<title>The Marsh Gazette Online</title>")
    assert (article.title, article.text[:9]) == (title, "The ferry")


def test_a_headline_that_data_has_with_the_names_of_site_and_section_is_the_one_shown() -> None:
    data = _ld('"headline": "Ferry runs - The Coast - Blogs"')
    assert read(STORY, data).title == "Ferry runs"


def test_pages_of_languages_that_part_no_words_are_read() -> None:
    said = "北浜市は二十日、老朽化した桟橋を取り壊し、新しい渡船の待合所を建てる計画を発表した。春の完成を目指す。"
    body = "".join(f"<p>{said}{more}</p>" for more in ("総事業費は約四億円。", "市長は会見で期待を述べた。"))
    page = f"<html lang=ja><title>渡船に新しい待合所：北浜新聞</title><h1>渡船に新しい待合所</h1>{body}</html>"
    article = read_html(page.encode(), source="x")
    assert (article.title, article.text.count("\n\n")) == ("渡船に新しい待合所", 1)


def test_a_page_whose_headings_lead_to_other_pages_with_a_few_words_on_each_is_a_list() -> None:
    teaser = "<article><h2><a href='/{0}'>Report {0} of the harbour</a></h2><p>{1} Number {0}.</p></article>"
    teasers = "".join(teaser.format(number, _LAST) for number in range(6))
    with pytest.raises(SourceError, match="list of other pages"):
        read(f"<h1>Harbour</h1>{teasers}", "<title>Harbour</title><meta property=og:type content=article>")
    assert read(f"{STORY}<p>{_LAST}</p>{teasers}", _ld('"headline": "Ferry runs"')).title == "Ferry runs"
