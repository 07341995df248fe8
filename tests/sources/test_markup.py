"""Markup to text."""

from __future__ import annotations

import time

import pytest

from retrieval.sources.markup import text_of


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<p>Ann&rsquo;s pier</p><p>is\nlong.</p>", "Ann’s pier\n\nis long."),
        ("<p>&#8220;Not one,&#8221; <b>she</b>\xa0said.</p>", "“Not one,” she said."),
        ("one<br>two<br/>three", "one\ntwo\nthree"),
        ("<ul><li>a<li>b</ul>end", "a\nb\n\nend"),
        ("<table><tr><td>Orva</td><td>3</td></tr><tr><td>Tarn</td></tr></table>", "Orva 3\nTarn"),
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
    begun = time.process_time()
    text_of(attack * 100_000)
    assert time.process_time() - begun < 2
