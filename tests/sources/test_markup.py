"""Markup to text."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING

import pytest

from retrieval.sources.files import read_sources
from retrieval.sources.markup import plain_markdown, plain_text, text_of
from retrieval.types import Article

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<p>Ann&rsquo;s pier</p><p>is\nlong.</p>", "Ann’s pier\n\nis long."),
        ("<p>&#8220;Not one,&#8221; <b>she</b>\xa0said.</p>", "“Not one,” she said."),
        ("one<br>two<br/>three", "one\ntwo\nthree"),
        ("<ul><li>a<li>b</ul>end", "a\nb\n\nend"),
        ("<table><tr><td>Orva</td><td>3</td></tr><tr><td>Tarn</td></tr></table>", "Orva | 3\nTarn"),
        ("<table><tr><td></td><td>Orva</td><td><p>It ran.</p></td></tr></table>", "Orva\n\nIt ran."),
        ("before <script>if (a<b) {}</script><style>p {}</style>after", "before after"),
        ("a &lt;b&gt; c &amp;amp; d", "a <b> c &amp; d"),
        ("5 < 6 & so on", "5 < 6 & so on"),
        ("no markup\nat all ", "no markup\nat all"),
        ("<p></p><!-- nothing -->", ""),
        ("cut off <a href='x", "cut off"),
    ],
)
def test_blocks_become_paragraphs_and_entities_characters(markup: str, text: str) -> None:
    assert text_of(markup) == text


@pytest.mark.parametrize("attack", ["<div>", "<", "<a ", "<!--", "<p a='", "&", "</p>", "<![CDATA[", "<script>"])
def test_broken_markup_takes_no_time(attack: str) -> None:
    begun = time.thread_time()
    text_of(attack * 100_000)
    assert time.thread_time() - begun < 2


@pytest.mark.parametrize(
    ("written", "text"),
    [
        (
            "<p>12&nbsp;hectares</p>\n<p>&#8220;Not one,&#8221; said <a href='x'>Petra Voss</a>.</p>",
            "12 hectares\n\n“Not one,” said Petra Voss.",
        ),
        ("<script>track()</script>One.\n\nTwo.<br>Three.", "One.\n\nTwo.\nThree."),
        ("The <em>pier</em>\nis &quot;long&quot;.\n\n  R&D ", 'The pier\nis "long".\n\n  R&D '),
        ("Orva&amp;#8217;s mayor", "Orva’s mayor"),
        (
            "&lt;p&gt;Orva &amp;amp; its caf&amp;eacute;&lt;/p&gt;&lt;p&gt;reopened.&lt;/p&gt;",
            "Orva & its café\n\nreopened.",
        ),
        ("The tag &lt;p&gt; begins a paragraph.", "The tag <p> begins a paragraph."),
        ("  AT&T; x < y > z, a<b, R&D; <3\n", "  AT&T; x < y > z, a<b, R&D; <3\n"),
        ("The tag <blink> is &unknown; to us.", "The tag <blink> is &unknown; to us."),
        ("\u201cQuoted\u201d\xa0text\r\nstays.", "\u201cQuoted\u201d\xa0text\r\nstays."),
    ],
)
def test_a_field_of_a_row_becomes_what_its_readers_saw(written: str, text: str) -> None:
    assert plain_text(written) == text


@pytest.mark.parametrize("attack", ["<p", "<p ", "<a ", "&#", "&amp;", "<b>", "\n \n", "<script>"])
def test_a_hostile_field_takes_no_time(attack: str) -> None:
    begun = time.thread_time()
    plain_text(attack * 50_000)
    assert time.thread_time() - begun < 2


def test_rows_are_stored_as_text(tmp_path: Path) -> None:
    row = {
        "title": "Orva&#8217;s mayor: <b>no</b>",
        "byline": "Ida&nbsp;Lund",
        "text": "<p>&ldquo;Not one tree,&rdquo; she said.</p>",
    }
    file = tmp_path / "rows.jsonl"
    file.write_text(json.dumps(row))
    [article] = read_sources([str(file)], max_bytes=10_000)
    assert isinstance(article, Article)
    assert (article.title, article.byline, article.text) == (
        "Orva’s mayor: no",
        "Ida Lund",
        "“Not one tree,” she said.",
    )


@pytest.mark.parametrize(
    ("written", "text"),
    [
        (
            "# The **old** pier\n\n[Ida Lund](https://example.org/a_(b)) wrote _this_ and ***that***.",
            "# The old pier\n\nIda Lund wrote this and that.",
        ),
        ("![The pier](a.jpg) It is *long*, “**very** long”.", " It is long, “very long”."),
        (
            "* one\n* two\n- 2 * 3 * 4\nsnake_case_name and __init__",
            "* one\n* two\n- 2 * 3 * 4\nsnake_case_name and init",
        ),
        ("[1] and (2) and [not a link] (x) **open", "[1] and (2) and [not a link] (x) **open"),
    ],
)
def test_marks_within_the_lines_of_markdown_are_not_stored(written: str, text: str) -> None:
    assert plain_markdown(written) == text


@pytest.mark.parametrize("attack", ["**a", "_a", "[a](", "![", "*", "[a](b "])
def test_hostile_markdown_takes_no_time(attack: str) -> None:
    begun = time.thread_time()
    plain_markdown(attack * 50_000)
    assert time.thread_time() - begun < 2
