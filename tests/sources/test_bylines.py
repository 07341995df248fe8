"""Whom a page names as its authors, where it tells machines nothing."""

from __future__ import annotations

import pytest

from retrieval.sources.pages import read_html

_TEXT = (
    "<p>The ferry to Strand ran again on Friday morning, nine weeks after a storm tore away half of the old pier.</p>"
    "<p>Ninety people were on board of the first crossing, among them the mayor of the island, Una Sohl of Strand.</p>"
    "<p>“We were cut off for a whole winter,” she said. “Children could not go to school, and the shop ran dry.”</p>"
)


def byline(around: str, language: str = "en") -> str | None:
    """Returns the byline of a page; {H} and {T} stand for its headline and its text."""
    page = around.replace("{H}", "<h1>Ferry runs again</h1>").replace("{T}", _TEXT)
    return read_html(f"<html lang={language}><title>Ferry runs again | The Sentinel</title>{page}".encode(), source="x",
                     url="https://www.thesentinel.example/a").byline  # fmt: skip


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("<div><span>By </span><a href=x>Ann Lee</a><span> and </span><a>Bo Ray</a></div>", "Ann Lee and Bo Ray"),
        ("<p>By Ann Lee and Bo Ray, Staff Writers</p>", "Ann Lee and Bo Ray"),
        ("<ul><li>Ann Lee | The Sentinel<li>Apr 8, 2026</ul>", "Ann Lee"),
        ("<p>ANN LEE / AP</p><p>Apr 8, 2026</p>", "ANN LEE"),
        ("<p><b>Ann Lee</b><br>Staff Writer<br>April 8, 2026</p>", "Ann Lee"),
        ("<ul><li>Words: Ann Lee<li>Photography: Ivo Marek</ul>", "Ann Lee"),
        ("<p><em>Guest post by Dr. Ann Lee</em></p>", "Dr. Ann Lee"),
        ("<p>Ann Lee</p><p>5 March 2026</p>", "Ann Lee"),
        ("<div>Written by Ann Lee</div><div>Updated by Marc Bell</div>", "Ann Lee"),
        ("<dl><dt>Date<dd>16 July 2026<dt>Author<dd>Ann Lee</dl>", "Ann Lee"),
        ("<ul class=authors><li>Ann Lee <i>Banking Editor</i><li><a>Zoe Park</a></ul>", "Ann Lee and Zoe Park"),
        ("<p>By LYNN CASTLE with RAY DOLE</p>", "LYNN CASTLE and RAY DOLE"),
        ("<small>By Ann Lee - Apr 9, 2026 - in Schools</small>", "Ann Lee"),
        ("<p>Posted on April 8, 2026 by Ann Lee</p>", "Ann Lee"),
        ("<p>By The Associated Wire</p>", "The Associated Wire"),
        ("<div class=story-byline>Radio 9 | By <a href=/people/a>Ann Lee</a> @annlee</div>", "Ann Lee"),
        ("<p>By Gina Moretti/Staff Photographer</p><p>Ann Lee</p><p>5 March 2026</p>", "Ann Lee"),
        ("<p>FOR IMMEDIATE RELEASE</p><p>March 5, 2026</p>", None),
        ("<p>News Release</p><p>March 5, 2026</p>", None),
        ("<p>Marsh Road</p>", None),
        ("<p>Norvik Bank</p><p>March 5, 2026</p>", None),
        ("<p>Public Safety</p><p>March 5, 2026</p>", None),
        ("<p>Middle East</p><p>March 5, 2026</p>", None),
        ("<p>New York</p><p>March 5, 2026</p>", None),
        ("<p>Tornado Watch Issued</p><p>March 5, 2026</p>", None),
        ("<p>Morning Briefing</p><p>March 5, 2026</p>", None),
        ("<p>Tan Wei Lin</p><p>March 5, 2026</p>", "Tan Wei Lin"),
        ("<p>Grace Young</p><p>March 5, 2026</p>", "Grace Young"),
    ],
)  # fmt: skip
def test_lines_below_a_headline_name_its_authors(line: str, names: str | None) -> None:
    assert byline(f"{{H}}{line}{{T}}") == names


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("<p>Reporting by Sven Aldin in Oslo; Editing by Ruth Gale</p>", "Sven Aldin"),
        ("<div class=author-card><h3>Wes Tanaka</h3><p>Environment reporter</p></div>", "Wes Tanaka"),
        ("<p><i>Bea Walker is a columnist for The Sentinel.</i></p>", "Bea Walker"),
        ("<h3>Read next</h3><a href=/n>Bakers warn</a><div class=author>By Milo Brandt</div>", None),
        ("<div id=comments><cite class=author>Bill Harker</cite><p>Nice, thank you.</p></div>", None),
    ],
)
def test_lines_behind_a_text_name_its_authors(line: str, names: str | None) -> None:
    assert byline(f"{{H}}<p>5 March 2026</p>{{T}}{line}") == names


def test_an_author_may_stand_above_the_headline() -> None:
    assert byline("<a href=/columnists/f>Delia Frost</a>{H}{T}") == "Delia Frost"
