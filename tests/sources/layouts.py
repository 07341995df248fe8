"""Pages that imitate the layouts of real sites, with invented news: `python -m tests.sources.layouts DIR` writes them.

Each is a page and what a reader sees there as `benchmarks.extraction` wants it. The frames (menus, teasers, newsletter
boxes, comments, consent) are those that real sites of the kind have.
"""

from __future__ import annotations

import json
import sys
import textwrap
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from typing import Any

Pages = dict[str, tuple[str, dict[str, Any]]]


@dataclass(frozen=True)
class Story:
    """One invented report, put into many layouts."""

    title: str = "Ferry to Strand runs again after nine weeks"
    byline: str | None = "Ida Lund"
    day: str = "2026-03-20"
    time: str = "2026-03-20T09:15:00+01:00"
    url: str = "https://www.harbournews.example/news/ferry-strand-runs-again-4711"
    site: str = "The Harbour News"
    paragraphs: tuple[str, ...] = field(
        default=(
            "The ferry to Strand ran again on Friday morning, nine weeks after a storm tore away half of the pier.",
            "Ninety people were on board of the first crossing at 6:40 a.m., among them the mayor of the island, Una Sohl.",
            "“We were cut off for a whole winter,” she said. “Children could not go to school, and the shop ran out of flour.”",
            "The harbour office put the cost of the repair at 2.4 million crowns. Half of it is to be paid by the county.",
            "Rona Blair, the harbour master, said the new piles were driven nine metres into the ground, twice as deep as before.",
            "Not all are content. The fishermen’s union called the timetable “a bad joke”, since the last boat leaves at 5 p.m.",
            "The county council will discuss a later crossing on Monday. A vote is expected before Easter, officials said.",
        )
    )

    @property
    def text(self) -> str:
        return "\n\n".join(self.paragraphs)

    @property
    def expected(self) -> dict[str, Any]:
        return {
            "url": self.url, "title": self.title, "byline": self.byline, "published": self.day, "text": self.text
        }  # fmt: skip


STORY = Story()
REFUSED = {"url": "https://www.harbournews.example/x", "refused": True}
TEASERS = "".join(
    f'<li><a href="/news/{n}"><h3>{title}</h3><p>Read the whole report of our correspondents here</p></a></li>'
    for n, title in enumerate(
        ("Council of Orva votes on night buses", "Bakers warn of dearer bread", "Tarn wins the cup for a third time",
         "Library opens on Sundays", "Who pays for the new road?", "Ellby flood: what we know so far")
    )
)  # fmt: skip
MENU = "<ul>" + "".join(f'<li><a href="/{name}">{name.title()}</a></li>' for name in ["home", "news", "sport", "business", "weather", "video"]) + "</ul>"  # fmt: skip
FOOTER = (
    "<footer><p>© 2026 The Harbour News. All rights reserved.</p><ul><li><a href='/privacy'>Privacy Policy</a></li>"
    "<li><a href='/cookies'>Cookie settings</a></li><li><a href='/contact'>Contact us</a></li></ul></footer>"
)
COOKIES = (
    "<div id='cookie-banner' class='cookie-consent' role='dialog'><p>We use cookies and similar technologies to improve "
    "our site.</p><button>Accept all cookies</button></div>"
)


def ld(**data: object) -> str:
    return f'<script type="application/ld+json">{json.dumps({"@context": "https://schema.org"} | data)}</script>'


def article_ld(story: Story, kind: str = "NewsArticle", **more: object) -> str:
    people = [{"@type": "Person", "name": name} for name in (story.byline or "").split(" and ") if name]
    publisher = {"@type": "Organization", "name": story.site, "logo": {"@type": "ImageObject", "url": "/l.png"}}
    data = {
        "@type": kind,
        "headline": story.title,
        "author": people,
        "datePublished": story.time,
        "publisher": publisher,
    }
    return ld(**(data | more))


def head(story: Story, more: str = "", *, site: bool = True) -> str:
    title = f"{story.title} | {story.site}" if site else story.title
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        f'<meta property="og:title" content="{escape(story.title)}"><meta property="og:site_name" content="{story.site}">'
        f'<meta property="og:type" content="article"><link rel="canonical" href="{story.url}">{more}</head><body>'
    )


def ps(story: Story, tag: str = "p", attributes: str = "") -> str:
    return "".join(f"<{tag}{attributes}>{escape(paragraph, quote=False)}</{tag}>" for paragraph in story.paragraphs)


def between(story: Story, inserted: str, at: int = 2) -> str:
    """The paragraphs with something that is none of the report among them."""
    parts = [f"<p>{escape(paragraph, quote=False)}</p>" for paragraph in story.paragraphs]
    return "".join([*parts[:at], inserted, *parts[at:]])


def other(number: int, *, url: str, byline: str | None = "Ida Lund", site: str = "The Harbour News") -> Story:
    """The story as another: so that no layout is read by the words of another."""
    titles = (
        "Bridge of Gorm closes for repairs",
        "Market of Orva moves to the old station",
        "Snow stops trains in Ellby",
    )
    return Story(title=titles[number], byline=byline, url=url, site=site)


def wire() -> tuple[str, dict[str, Any]]:
    story = other(
        0, byline="Ida Lund and Bo Aas", url="https://wire.example/article/gorm-bridge-8ab12", site="Northern Wire"
    )
    body = (
        f'<div class="Page-header">{MENU}</div><main class="Page-main"><div class="Page-headline"><h1>{story.title}</h1>'
        '<div class="Page-byline"><span>By </span><a href="/author/ida">IDA LUND</a> and <a href="/author/bo">BO AAS</a></div>'
        '<div class="Page-dateModified">Updated 9:40 AM GMT+1, March 20, 2026</div></div>'
        '<figure class="Figure"><img src="a.jpg"><figcaption>The bridge on Thursday. (Northern Wire Photo/Jon Holt)</figcaption></figure>'
        f'<div class="RichTextStoryBody RichTextBody">{between(story, "<div class=Advertisement><span>ADVERTISEMENT</span></div>")}'
        "</div>"
        '<div class="Page-relatedStories"><h2>Related Stories</h2><ul>' + TEASERS + "</ul></div></main>" + FOOTER
    )
    return head(story, article_ld(story, dateModified="2026-03-20T09:40:00+01:00")) + body, story.expected


def agency() -> tuple[str, dict[str, Any]]:
    story = other(1, byline="Mira Tolland", url="https://agency.example/world/market-moves-2026-03-20/", site="Agency")
    body = (
        f"<header><nav>{MENU}</nav></header><article><h1 data-testid=Heading>{story.title}</h1>"
        '<div class="info"><a rel="author" href="/authors/mira">By Mira Tolland</a><time datetime="2026-03-20T08:15:00Z">'
        "<span>March 20, 2026</span><span>8:15 AM UTC</span><span>Updated 2 hours ago</span></time></div>"
        + "".join(
            f'<div data-testid="paragraph-{n}" class="text__text paragraph">{escape(p, quote=False)}</div>'
            for n, p in enumerate(story.paragraphs)
        )
        + '<div class="sign-off"><p>Our Standards: The Trust Principles.</p></div>'
        '<div class="read-next"><h2>Read Next</h2><ul>' + TEASERS + "</ul></div></article>" + FOOTER
    )
    return head(story, article_ld(story, datePublished="2026-03-20T08:15:00Z")) + body, story.expected


def broadcaster() -> tuple[str, dict[str, Any]]:
    story = other(
        2, byline="Hal Brenn", url="https://www.broadcaster.example/news/articles/c4711", site="Broadcaster News"
    )
    blocks = "".join(
        f'<div data-component="text-block" class="sc-18fde"><p class="sc-eb7bd">{escape(p, quote=False)}</p></div>'
        for p in story.paragraphs
    )
    body = (
        f"{COOKIES}<header>{MENU}</header><main id=main-content><article>"
        f'<div data-component="headline-block"><h1>{story.title}</h1></div>'
        '<div data-component="byline-block"><time datetime="2026-03-20T08:15:00.000Z">20 March 2026</time><span>Hal Brenn</span>'
        "<span>BBC-like correspondent, Ellby</span></div>"
        '<div data-component="image-block"><figure><img src=a><span>Getty Images</span><figcaption>Trains stood still all day</figcaption></figure></div>'
        f"{blocks}"
        '<div data-component="topic-list"><ul><li><a href=/t/snow>Snow</a></li><li><a href=/t/rail>Rail travel</a></li></ul></div>'
        "</article><section data-component=related><h2>Related</h2><ul>" + TEASERS + "</ul></section></main>" + FOOTER
    )
    return head(story, article_ld(story, "ReportageNewsArticle")) + body, story.expected


def broadsheet() -> tuple[str, dict[str, Any]]:
    story = Story(
        byline="Eva Roos", site="The Broadsheet", url="https://www.broadsheet.example/world/2026/mar/20/ferry-strand"
    )
    rich = '<aside data-component="rich-link"><a href=/x><h3>Storm tears away pier of Strand</h3><span>Read more</span></a></aside>'
    body = (
        f"<header>{MENU}</header><main><h1>{story.title}</h1><div data-gu-name=standfirst><p>First crossing brings ninety people home</p></div>"
        '<address><a rel="author" href="/profile/eva">Eva Roos</a></address><details><summary>Fri 20 Mar 2026 09.15 CET</summary></details>'
        f'<figure><img src=a><figcaption>The ferry. Photograph: Jon Holt/Alamy</figcaption></figure><div class="article-body-viewer">{between(story, rich)}</div>'
        '<section class="newsletter"><h2>Sign up to Morning Mail</h2><p>Our daily briefing tells you what matters. '
        "Privacy Notice: newsletters may contain information about charities.</p></section>"
        "<div>Explore more on these topics<ul><li><a href=/a>Ferries</a></li><li><a href=/b>news</a></li></ul></div></main>"
        + FOOTER
    )
    return head(
        story, article_ld(story) + '<meta property="article:published_time" content="2026-03-20T08:15:00.000Z">'
    ) + body, story.expected


def live_blog() -> tuple[str, dict[str, Any]]:
    story = Story(
        title="Storm over Orva: schools closed, ferries stay in port – live",
        byline="Pia Lund",
        url="https://www.harbournews.example/live/storm-orva",
    )
    times = ("09.15", "08.50", "08.32", "08.10", "07.45", "07.20", "07.02")
    posts = "".join(
        f'<article class="block" id="block-{n}"><time datetime="2026-03-20T{at.replace(".", ":")}:00+01:00">{at} CET</time><p>{escape(p, quote=False)}</p></article>'
        for n, (at, p) in enumerate(zip(times, story.paragraphs, strict=True))
    )
    updates = [
        {"@type": "BlogPosting", "headline": p[:40], "articleBody": p, "datePublished": story.time}
        for p in story.paragraphs
    ]
    body = f"<header>{MENU}</header><main><h1>{story.title}</h1><div class=live-blog-body>{posts}</div></main>{FOOTER}"
    return head(story, article_ld(story, "LiveBlogPosting", liveBlogUpdate=updates)) + body, story.expected


def amp() -> tuple[str, dict[str, Any]]:
    story = other(0, url="https://www.harbournews.example/news/gorm-bridge")
    body = (
        f"<amp-sidebar id=s layout=nodisplay>{MENU}</amp-sidebar><main><h1>{story.title}</h1><p class=byline>By Ida Lund</p>"
        f"<amp-img src=a width=3 height=2></amp-img>{between(story, '<amp-ad type=x><div>Advertisement</div></amp-ad>')}</main>"
        "<amp-consent><div>We value your privacy<button>OK</button></div></amp-consent>"
    )
    return head(story, article_ld(story)).replace("<html ", "<html amp ") + body, story.expected


def questions() -> tuple[str, dict[str, Any]]:
    answers = (
        (
            "How did you begin to play the violin?",
            "I was four, and my grandmother put hers into my hands. It was larger than I was.",
        ),
        (
            "Did you like it at once?",
            "No. I wanted a trumpet. But she did not give up, and after a year I could not imagine a day without it.",
        ),
        (
            "What do you play today?",
            "A violin that was built in Tarn in 1891. It has a deep tone, and it hates the rain as much as I do.",
        ),
        (
            "Why do you stay on the island?",
            "Because it is quiet. In the city I hear everything at once, and here I hear the sea, the wind and nothing else.",
        ),
    )
    intro = "Mira Tolland, 34, has played in the great halls of the world. This week she gives a concert in the church of Strand."
    paragraphs = (intro, *(line for pair in answers for line in pair))
    story = Story(
        title="“I wanted a trumpet”: Mira Tolland on forty years of strings",
        paragraphs=paragraphs,
        url="https://www.harbournews.example/culture/tolland-interview",
    )
    body = (
        f"<nav>{MENU}</nav><article><h1>{story.title}</h1><p class=author>Interview by <a rel=author>Ida Lund</a></p><div class=entry>"
        f"<p>{intro}</p>"
        + "".join(f"<p><strong>{q}</strong></p><p>{a}</p>" for q, a in answers)
        + f"</div></article><aside><ul>{TEASERS}</ul></aside>{FOOTER}"
    )
    return head(story, article_ld(story)) + body, story.expected


def listicle() -> tuple[str, dict[str, Any]]:
    towns = (("Ravel", "The town has 18,204 people and a market hall from 1702, which is open from Monday to Saturday."),
             ("Holm", "Holm is the place for those who like boats: its yard has built them for two hundred years."),
             ("Tarn", "Tarn lies on a lake that freezes in most winters, and then the whole town is on skates."))  # fmt: skip
    intro = "The county has more to show than its capital. These three towns are worth a day each, in any season."
    paragraphs = (intro, *(line for n, (town, words) in enumerate(towns, 1) for line in (f"{n}. {town}", words)))
    story = Story(
        title="3 small towns that are worth a day",
        paragraphs=paragraphs,
        byline="Abby Goodwell",
        url="https://www.harbournews.example/travel/3-towns",
    )
    items = "".join(
        f"<h2>{n}. {town}</h2><figure><img src={n}.jpg><figcaption>{town} in May</figcaption></figure><p>{words}</p>"
        for n, (town, words) in enumerate(towns, 1)
    )
    body = f"<nav>{MENU}</nav><main><article><header><h1>{story.title}</h1><span class=byline>by <a>Abby Goodwell</a></span></header><p>{intro}</p>{items}</article></main><aside>Popular<ul>{TEASERS}</ul></aside>{FOOTER}"
    return head(story, article_ld(story, "Article")) + body, story.expected


def wordpress() -> tuple[str, dict[str, Any]]:
    story = other(1, byline="Bo Aas", site="Orva Weekly", url="https://orvaweekly.example/2026/03/20/market-moves/")
    graph = ld(**{"@graph": [
        {"@type": "Article", "@id": f"{story.url}#article", "headline": story.title, "author": {"name": "Bo Aas", "@id": "https://orvaweekly.example/#/person/1"}, "datePublished": "2026-03-20T08:15:00+00:00", "dateModified": "2026-03-21T10:00:00+00:00", "publisher": {"@id": "https://orvaweekly.example/#organization"}},
        {"@type": "Organization", "@id": "https://orvaweekly.example/#organization", "name": "Orva Weekly"},
        {"@type": "Person", "@id": "https://orvaweekly.example/#/person/1", "name": "Bo Aas"}]})  # fmt: skip
    body = (
        f'<div id=page><header>{MENU}</header><article class="post type-post"><header class=entry-header><h1 class=entry-title>{story.title}</h1>'
        '<div class=entry-meta><span class=posted-on><time class="entry-date published" datetime="2026-03-20T08:15:00+00:00">March 20, 2026</time></span>'
        '<span class=byline>by <span class="author vcard"><a class="url fn n" href=/author/bo>Bo Aas</a></span></span></div></header>'
        f'<div class=entry-content>{ps(story)}<div class="sharedaddy sd-sharing-enabled"><h3>Share this:</h3><ul><li><a>Facebook</a></li><li><a>X</a></li></ul></div>'
        f"<div id=jp-relatedposts><h3>Related</h3><ul>{TEASERS}</ul></div></div><footer class=entry-footer>Posted in <a>News</a></footer></article>"
        "<div id=comments class=comments-area><h2>2 thoughts on this</h2><ol class=comment-list><li class=comment><p>About time that they did something about the old station, it was a shame for all of us.</p></li>"
        f"<li class=comment><p>And who is going to pay for it, may I ask?</p></li></ol></div><aside class=widget-area><h2>Recent posts</h2><ul>{TEASERS}</ul></aside>{FOOTER}</div>"
    )
    return head(story, graph) + body, story.expected


def letter() -> tuple[str, dict[str, Any]]:
    story = other(
        2, byline="Otto Marlow", site="Marlow’s Letter", url="https://marlow.letters.example/p/snow-stops-trains"
    )
    box = '<div class="subscription-widget-wrap"><div class=subscription-widget><p>Marlow’s Letter is a reader-supported publication. To receive new posts and support my work, consider becoming a free or paid subscriber.</p><input placeholder="Type your email…"><button>Subscribe</button></div></div>'
    body = (
        f'<div class=main-menu>Marlow’s Letter <button>Subscribe</button><button>Sign in</button></div><article class="newsletter-post post"><div class=post-header><h1 class="post-title">{story.title}</h1>'
        "<h3 class=subtitle>What the county could learn from it</h3><div class=byline-wrapper><a href=/@otto>Otto Marlow</a><div>Mar 20, 2026</div><div>12</div><div>Share</div></div></div>"
        f'<div class=available-content><div class="body markup">{between(story, box, 3)}</div></div></article>'
        "<div class=comments><h4>Discussion about this post</h4><div>Comments Restacks</div></div><div>Ready for more?<button>Subscribe</button></div>"
        "<footer>© 2026 Otto Marlow Privacy ∙ Terms ∙ Collection notice</footer>"
    )
    return head(story, article_ld(story)) + body, story.expected


def government() -> tuple[str, dict[str, Any]]:
    story = Story(
        title="New rules for small ferries",
        byline=None,
        site="GOV.TARN",
        url="https://www.gov.tarn.example/government/news/new-rules-for-small-ferries",
    )
    body = (
        f"<header role=banner>{MENU}</header><main role=main id=content><span class=context>Press release</span><h1>{story.title}</h1>"
        "<p class=lead>Operators must carry a second radio from May.</p><dl data-module=metadata><dt>From:</dt><dd><a href=/dft>Department for Ports</a></dd><dt>Published</dt><dd>20 March 2026</dd></dl>"
        f"<div class=govspeak>{ps(story)}</div><div class=share><h2>Share this page</h2><a>Share on Facebook</a></div><div class=published-dates>Published 20 March 2026</div></main>"
        "<div class=feedback><h2>Is this page useful?</h2><button>Yes</button><button>No</button></div>" + FOOTER
    )
    expected = story.expected | {"text": "Operators must carry a second radio from May.\n\n" + story.text}
    return head(story, '<meta name="govuk:first-published-at" content="2026-03-20T09:00:00+00:00">') + body, expected


GERMAN = (
    "Die Fähre nach Strand fährt seit Freitag wieder. Neun Wochen lang war die Insel vom Festland abgeschnitten.",
    "An Bord der ersten Fahrt waren neunzig Menschen, unter ihnen die Bürgermeisterin Una Sohl.",
    "„Wir waren einen ganzen Winter lang allein“, sagte sie. „Die Kinder konnten nicht zur Schule gehen.“",
    "Die Reparatur des Anlegers hat nach Angaben des Hafenamts 2,4 Millionen Kronen gekostet.",
)
FRENCH = (
    "Le bac de Strand a repris son service vendredi matin, neuf semaines après la tempête qui avait emporté la jetée.",
    "Quatre-vingt-dix personnes étaient à bord de la première traversée, dont la maire de l’île, Una Sohl.",
    "« Nous étions coupés du monde pendant tout un hiver », a-t-elle déclaré. « Les enfants ne pouvaient plus aller à l’école. »",
    "La réparation a coûté 2,4 millions de couronnes, selon la capitainerie, dont la moitié sera payée par le comté.",
)


def german() -> tuple[str, dict[str, Any]]:
    story = Story(
        title="Fähre nach Strand fährt wieder",
        byline="Anke Lauer",
        paragraphs=GERMAN,
        site="Hafenbote",
        url="https://www.hafenbote.example/politik/faehre-strand-a-4711.html",
    )
    body = f"<nav>{MENU}</nav><main><article><h1><span>Insel</span> </h1><h2>{story.title}</h2><div>Von <a rel=author>Anke Lauer</a></div><time datetime='2026-03-20T09:15:00+01:00'>20.03.2026, 09.15 Uhr</time><div class=article__body>{ps(story)}</div></article></main><aside><ul>{TEASERS}</ul></aside>{FOOTER}"
    return head(story, article_ld(story)).replace('lang="en"', 'lang="de"') + body, story.expected


def french() -> tuple[str, dict[str, Any]]:
    story = Story(
        title="Le bac de Strand reprend son service",
        byline="Luc Moreau",
        paragraphs=FRENCH,
        site="Le Port",
        url="https://www.leport.example/article/2026/03/20/le-bac-de-strand_4711.html",
    )
    body = f"<nav>{MENU}</nav><main><section class=article__wrapper><h1 class=article__title>{story.title}</h1><p class=article__desc></p><span class=meta__author>Par <a>Luc Moreau</a></span><span class=meta__date>Publié le 20 mars 2026 à 09h15</span><article>{ps(story, 'p', ' class=article__paragraph')}<section class=catcher><h4>Lire aussi</h4><a>La tempête emporte la jetée</a></section></article></section></main>{FOOTER}"
    more = (
        article_ld(story)
        + '<meta property="og:article:published_time" content="2026-03-20T09:15:00+01:00"><meta property="og:article:author" content="Luc Moreau">'
    )
    return head(story, more).replace('lang="en"', 'lang="fr"') + body, story.expected


def results() -> tuple[str, dict[str, Any]]:
    rows = (
        ("Team", "Played", "Won", "Points"),
        ("Norrsted", "10", "7", "22"),
        ("Tarn Rovers", "10", "6", "20"),
        ("Ellby United", "10", "2", "8"),
    )
    table = (
        "<table><thead><tr>"
        + "".join(f"<th>{c}</th>" for c in rows[0])
        + "</tr></thead><tbody>"
        + "".join("<tr>" + "".join(f"<td>{c}</td>" for c in row) + "</tr>" for row in rows[1:])
        + "</tbody></table>"
    )
    intro = ("Norrsted leads the league after ten rounds. The team beat Ellby United 4-0 on Saturday before 1,900 people.",
             "Tarn Rovers lost a goal in the last minute and with it two points. Coach Ann Roy spoke of “a gift that we wrapped ourselves”.")  # fmt: skip
    story = Story(
        title="Norrsted stays on top of the league",
        paragraphs=(*intro, "\n".join(" | ".join(row) for row in rows)),
        url="https://www.harbournews.example/sport/league-10",
    )
    body = (
        f"<nav>{MENU}</nav><article><h1>{story.title}</h1><p class=by>By Ida Lund</p>"
        + "".join(f"<p>{p}</p>" for p in intro)
        + f"<h3></h3>{table}</article><aside><ul>{TEASERS}</ul></aside>{FOOTER}"
    )
    return head(story, article_ld(story)) + body, story.expected


def correction() -> tuple[str, dict[str, Any]]:
    note = "Correction, March 21: An earlier version of this article gave the cost of the repair as 24 million crowns. It is 2.4 million."
    story = Story(paragraphs=(*STORY.paragraphs, note), url="https://www.harbournews.example/news/ferry-corrected")
    body = f"<nav>{MENU}</nav><article><h1>{story.title}</h1><div class=meta>By <a rel=author>Ida Lund</a> | <time datetime='{story.time}'>March 20</time> | Updated <time datetime='2026-03-21T08:00:00+01:00'>March 21</time></div>{ps(STORY)}<p><em>{note}</em></p></article><aside><ul>{TEASERS}</ul></aside>{FOOTER}"
    return head(story, article_ld(story, dateModified="2026-03-21T08:00:00+01:00")) + body, story.expected


def table_layout() -> tuple[str, dict[str, Any]]:
    story = other(0, byline="Jon Holt", site="Gorm Gazette", url="http://gormgazette.example/story.asp?id=4711")
    text = "<br><br>".join(escape(p, quote=False) for p in story.paragraphs)
    menu = "".join(
        f"<a href='{n}.asp'><font size=1>{n}</font></a><br>"
        for n in ("News", "Sport", "Classified", "Letters", "Archive")
    )
    page = (
        f"<HTML><HEAD><TITLE>{story.title} - Gorm Gazette</TITLE><META NAME='date' CONTENT='2026-03-20'></HEAD><BODY><TABLE WIDTH=760><TR><TD COLSPAN=3><IMG SRC=logo.gif></TD></TR>"
        f"<TR><TD WIDTH=120 VALIGN=top>{menu}</TD><TD VALIGN=top><FONT SIZE=5><H1>{story.title}</H1></FONT><P><I>By Jon Holt</I></P><P><FONT FACE=Times>{text}</FONT></P></TD>"
        f"<TD WIDTH=140><A HREF=ad.asp>Cheap tyres in Gorm</A></TD></TR><TR><TD COLSPAN=3><FONT SIZE=1>Copyright 2026 Gorm Gazette</FONT></TD></TR></TABLE></BODY></HTML>"
    )
    return page, story.expected


def scripts_with_data() -> tuple[str, dict[str, Any]]:
    story = other(2, url="https://app.example/story/snow", site="App News")
    body = "<div id=root></div><noscript>You need to enable JavaScript to run this app.</noscript><script src=/main.js></script>"
    return head(story, article_ld(story, articleBody="\n".join(story.paragraphs))) + body, story.expected


def promotions() -> tuple[str, dict[str, Any]]:
    story = Story(url="https://www.harbournews.example/news/ferry-promos", byline="Vera Holm")
    box = "<div class=newsletter-signup><h4>Get the Morning Boat</h4><p>Sign up for our free newsletter and get the day’s news in your inbox.</p><form><input type=email><button>Sign up</button></form></div><p><strong>Read more:</strong> <a href=/x>Storm tears away the pier of Strand</a></p>"
    body = f"<nav>{MENU}</nav><main><article><h1>{story.title}</h1><div class=byline-name>Vera Holm</div>{between(story, box, 4)}<div class=author-bio><p>Vera Holm writes about the sea.</p></div></article><div class=recirc><h2>Most read</h2><ol>{TEASERS}</ol></div></main>{FOOTER}"
    return head(story, article_ld(story)) + body, story.expected


def science() -> tuple[str, dict[str, Any]]:
    base = STORY.paragraphs
    story = Story(
        title="Why some piers outlast every storm",
        paragraphs=(*base[:3], "Deeper is better", *base[3:5], "What comes next", *base[5:]),
        byline="Paul Oster",
        site="Shore Science",
        url="https://shorescience.example/features/piers",
    )
    body = (
        f"<nav>{MENU}</nav><article class=feature><p class=kicker>Engineering</p><h1>{story.title}</h1><p class=credit>By <span itemprop=author>Paul Oster</span></p>"
        + "".join(f"<h2>{p}</h2>" if len(p) < 30 else f"<p>{escape(p, quote=False)}</p>" for p in story.paragraphs)
        + f"</article><section class=more-from><h2>More from Shore Science</h2><ul>{TEASERS}</ul></section>{FOOTER}"
    )
    return head(story, article_ld(story)) + body, story.expected


def opinion() -> tuple[str, dict[str, Any]]:
    story = Story(
        title="The island deserves a later boat",
        byline="Ulla Beck",
        url="https://www.harbournews.example/opinion/later-boat",
    )
    quote = f"<figure class=pullquote-wrap><blockquote class=pullquote aria-hidden=true>{STORY.paragraphs[5][:60]}</blockquote></figure>"
    body = f"<nav>{MENU}</nav><main><article><span class=label>Opinion</span><h1>{story.title}</h1><a class=author href=/u>Ulla Beck</a>{between(story, '', 5)}</article><footer class=bio>Ulla Beck directs the library of Orva.</footer></main><aside><ul>{TEASERS}</ul></aside>{FOOTER}"
    assert quote
    return head(story, article_ld(story, "OpinionNewsArticle")) + body, story.expected


def breaking() -> tuple[str, dict[str, Any]]:
    short = (
        "A bus has gone off the road near Ellby, police said. Nobody was hurt, and the road to Orva is closed until noon.",
        "This is a developing story and will be updated.",
    )
    story = Story(
        title="Bus leaves road near Ellby",
        paragraphs=short[:1],
        byline=None,
        url="https://www.harbournews.example/news/bus",
    )
    body = (
        f"{COOKIES}<nav>{MENU}<a href=/login>Already a subscriber? Log in</a></nav><main><article><h1>{story.title}</h1>"
        + "".join(f"<p>{p}</p>" for p in short)
        + f"</article></main><aside><ul>{TEASERS}</ul></aside>{FOOTER}"
    )
    return head(story, article_ld(story)) + body, story.expected


def drupal() -> tuple[str, dict[str, Any]]:
    story = other(
        1, byline="Karl Nilsen", site="Radio Orva", url="https://www.radioorva.example/news/2026-03-20/market-moves"
    )
    body = f"<nav>{MENU}</nav><main><article class='node node--type-article'><h1><span class='field field--name-title'>{story.title}</span></h1><div class=ArtP-byline>Radio Orva | By <a>Karl Nilsen</a></div><div class=published>Published March 20, 2026 at 9:15 AM CET</div><div class=audio><button>Listen</button> • 3:44</div><div class='field field--name-body'>{ps(story)}</div><div class=tags>Tags <a>Markets</a></div></article><div class=support><p>Support local journalism. Donate today.</p></div></main>{FOOTER}"
    more = '<meta property="article:published_time" content="2026-03-20T09:15:00+01:00"><meta name="author" content="Karl Nilsen">'
    return head(story, more) + body, story.expected


def microdata() -> tuple[str, dict[str, Any]]:
    story = Story(byline="Nils Gran", site="Strand Post", url="https://strandpost.example/nyheter/ferry-4711")
    body = f"<nav>{MENU}</nav><article itemscope itemtype='https://schema.org/NewsArticle'><h1 itemprop=headline>{story.title}</h1><span itemprop=author itemscope itemtype='https://schema.org/Person'><span itemprop=name>Nils Gran</span></span><time itemprop=datePublished datetime='2026-03-20T09:15+01:00'>20 Mar</time><div itemprop=articleBody>{ps(story)}</div></article><aside><ul>{TEASERS}</ul></aside>{FOOTER}"
    return head(story) + body, story.expected


def day_in_address() -> tuple[str, dict[str, Any]]:
    story = Story(byline="Tor Vik", site="The Tarn Times", url="https://tarntimes.example/2026/03/20/ferry-runs")
    body = f"<nav>{MENU}</nav><div class=story><h1>{story.title}</h1><p>By Tor Vik</p>{ps(story)}</div>{FOOTER.replace('© 2026', '©')}"
    return head(story).replace(' property="og:type" content="article"', ' name="x" content="y"') + body, story.expected


def release() -> tuple[str, dict[str, Any]]:
    about = "Ferries of Tarn was founded in 1931 and runs eleven boats. It employs 240 people in four harbours."
    base = (
        "TARN, March 20, 2026 /Release/ -- Ferries of Tarn today opened a new line to the island of Strand with two crossings a day.",
        *STORY.paragraphs[3:],
    )
    story = Story(
        title="Ferries of Tarn opens line to Strand",
        byline=None,
        paragraphs=(*base, "About Ferries of Tarn", about),
        site="Release Distribution",
        url="https://www.release.example/news-releases/ferries-of-tarn-301.html",
    )
    body = (
        f"<nav>{MENU}</nav><main><article class=news-release><h1>{story.title}</h1><p class=meta><b>News provided by</b> <a>Ferries of Tarn</a></p><p class=mb-no>Mar 20, 2026, 09:15 ET</p><section class='release-body'>"
        + "".join(f"<p>{escape(p, quote=False)}</p>" for p in base)
        + f"<p><b>About Ferries of Tarn</b></p><p>{about}</p></section></article><div class=also><h2>Also from this source</h2><ul>{TEASERS}</ul></div></main>{FOOTER}"
    )
    return head(story, '<meta name="date" content="2026-03-20T09:15:00-04:00">') + body, story.expected


def hidden_words() -> tuple[str, dict[str, Any]]:
    """What nobody sees of a page may say anything."""
    story = other(2, byline="Nora Lie", site="Ellby Post", url="https://ellbypost.example/news/snow-stops-trains")
    unseen = "".join(
        f"<p {hiding}>The mayor has resigned, officials said on Tuesday, and no train will run this {season} at all.</p>"
        for hiding, season in (
            ("hidden", "winter"),
            ('style="display: none"', "spring"),
            ('style="font-size:0"', "summer"),
            ('style="position:absolute; left:-9999px"', "autumn"),
            ('style="opacity:0.0"', "year"),
        )
    )
    body = f"<nav>{MENU}</nav><main style='opacity:0'><article><h1>{story.title}</h1>{between(story, unseen)}</article></main>{FOOTER}"
    return head(story, article_ld(story)) + body, story.expected


def raised_notes() -> tuple[str, dict[str, Any]]:
    story = other(1, byline="Ada Ruud", site="Orva Review", url="https://orvareview.example/essays/market-moves")
    first, second, *others = story.paragraphs
    paragraphs = [
        f"<p>{first}<sup><a href='#note1' id=r1>1</a></sup></p><p>{second}<a href='#note2'><sup>[2]</sup></a></p>",
        *(f"<p>{escape(paragraph, quote=False)}</p>" for paragraph in others),
    ]
    notes = "<section class=footnotes><ol><li id=note1>The harbour office, 19 March. <a href='#r1'>↩</a></li></ol></section>"
    body = f"<nav>{MENU}</nav><article><h1>{story.title}</h1><p class=by>By Ada Ruud</p>{''.join(paragraphs)}{notes}</article>{FOOTER}"
    return head(story, article_ld(story)) + body, story.expected


def blog() -> tuple[str, dict[str, Any]]:
    """The title of its head begins with the blog's name, which is not its host's; no heading is of the first rank."""
    story = Story(
        byline="Pia Moen", site="A Town From Its Bridges", url="https://gormwatch.blogs.example/2026/ferry.html"
    )
    text = "<br /><br />".join(escape(paragraph, quote=False) for paragraph in story.paragraphs)
    page = (
        f"<!doctype html><html><head><meta charset=utf-8><title>{story.site}: {story.title}</title></head><body>"
        f"<div class=header><div class=title>{story.site}</div></div><h2 class=date-header>Friday, March 20, 2026</h2>"
        f"<div class='post hentry'><h3 class='post-title entry-title'><a href=x>{story.title}</a></h3>"
        f"<div class='post-body entry-content'>{text}</div><div class=post-footer><span class='post-author vcard'>Posted by "
        "<span class=fn>Pia Moen</span></span> <abbr class=published title='2026-03-20T09:04:00+01:00'>9:04</abbr></div></div>"
        "<div class=guestbook><h4>Guest book</h4><p>They will never finish that pier, mark my words, said my father in "
        "1974.</p></div></body></html>"
    )
    return page, story.expected


def makers_named() -> tuple[str, dict[str, Any]]:
    """Links with their labels stand between the paragraphs, and who made the report at their end."""
    story = other(0, byline="Ravi Lund", site="Hindara Times", url="https://hindara.example/cities/bridge-closes-101")
    links = (
        "<p><b>ALSO READ | <a href=/x>Baker closes after 90 years</a></b></p><p>212</p>"
        "<p><em>Also read: <a href=/y>Who pays for the new bridge?</a></em></p>"
        "<blockquote class=twitter-tweet><p>So the bridge is shut. Again. I shall swim.</p>— Egil (@egil)</blockquote>"
    )
    made = "<p>(Reporting by Ravi Lund in Gorm; editing by Ole Berg)</p><p>(With inputs from agencies)</p>"
    body = (
        f"<nav>{MENU}</nav><div class=story><h1>{story.title}</h1><div>20.03.2026 10.14</div><video>Your browser does not "
        f"support the video tag.</video>{between(story, links, 3)}{made}</div>{FOOTER}"
    )
    return head(story).replace('property="og:type"', 'name="x"') + body, story.expected | {"byline": None}


def mailing() -> tuple[str, dict[str, Any]]:
    """A newsletter that its sender shows as a page: a table with a paragraph a row."""
    story = Story(byline=None, site="Island Letter", url="https://mailings.example/archive/island-letter-12")
    parts = ["<img src=l.png>", f"<h1>{story.title}</h1>", "20 March 2026", *story.paragraphs, "© 2026 Island Letter"]
    rows = "".join(f"<tr><td style='padding:9px 18px'>{part}</td></tr>" for part in parts)
    page = (
        f"<!doctype html><html><head><meta charset=utf-8><title>{story.title}</title></head><body>"
        f"<table width=100%><tr><td><table width=600>{rows}</table></td></tr></table></body></html>"
    )
    return page, story.expected


def bulletin() -> tuple[str, dict[str, Any]]:
    """Text as it was typed, in lines of one width."""
    story = Story(
        title="Bulletin 12: Ferry to Strand", byline=None, site="Harbour Office", url="https://office.example/b/12"
    )
    typed = "\n\n".join(textwrap.fill(paragraph, 66) for paragraph in story.paragraphs)
    body = f"<nav>{MENU}</nav><div id=main><h1>{story.title}</h1><pre>\n{typed}\n</pre></div>{FOOTER}"
    return head(story, '<meta name="dcterms.issued" content="2026-03-20">') + body, story.expected


def interview() -> tuple[str, dict[str, Any]]:
    """Headings are boxes that are said to be headings, and classes tell nothing; a kind stands above the headline."""
    story = Story(
        title="“I have it in writing”",
        byline="Jorunn Vik",
        site="Tolm Dagblad",
        url="https://tolm.example/a/in-writing-1881",
    )
    questions = ("Did you expect the boats to be cut?", "What changed?", "Who is hit hardest?")
    said = zip(questions, story.paragraphs, strict=False)
    asked = "".join(
        f"<div class=css-1x><div role=heading aria-level=3><strong>{question}</strong></div></div>"
        f"<div class=css-8h><span class=css-a>{escape(answer, quote=False)}</span></div>"
        for question, answer in said
    )
    rest = "".join(f"<div class=css-8h><span>{escape(one, quote=False)}</span></div>" for one in story.paragraphs[3:])
    body = (
        f"<div id=__next><div class=css-m>{MENU}</div><div class=css-t><div class=css-k>Interview</div><div role=heading "
        f"aria-level=1>{story.title}</div><div class=css-b>Interview by <a href=/jv>Jorunn Vik</a></div></div>"
        f"<div class=css-body>{asked}{rest}</div></div>{FOOTER}"
    )
    text = "\n\n".join(
        [*(part for pair in zip(questions, story.paragraphs, strict=False) for part in pair), *story.paragraphs[3:]]
    )
    return head(story, article_ld(story)) + body, story.expected | {"text": text}


def live_posts() -> tuple[str, dict[str, Any]]:
    """A live report whose posts are articles in a list, their headlines in headers of their own."""
    story = Story(
        title="Ferry to Strand: latest", byline=None, site="NordNews", url="https://nordnews.example/live/ferry-strand"
    )
    headlines = [
        f"{word} of the morning" for word in ("Crossing", "Joy", "Winter", "Cost", "Piles", "Timetable", "Vote")
    ]
    posts = [*zip(headlines, story.paragraphs, strict=True)]
    listed = "".join(
        f"<li class=lx-post><article><header><h3>{headline}</h3><time datetime='{story.time}'>09:15</time></header>"
        f"<div><p>{escape(text, quote=False)}</p></div><ul class=lx-share><li><a href='#'>Share</a></li></ul></article></li>"
        for headline, text in posts
    )
    updates = [{"@type": "BlogPosting", "headline": headline, "articleBody": text} for headline, text in posts]
    data = article_ld(story, "LiveBlogPosting", liveBlogUpdate=updates)
    body = f"<nav>{MENU}</nav><main><h1>{story.title}</h1><ol class=lx-stream>{listed}</ol><button>Load more</button></main>"
    return head(story, data) + body, story.expected | {"text": "\n\n".join(part for post in posts for part in post)}


def posts_with_headers() -> tuple[str, dict[str, Any]]:
    """The same for people alone, a box to sign up among the posts."""
    story = Story(
        title="Ferry to Strand, as it happened", byline="Dan Roe", url="https://sentinel.example/live/ferry-strand"
    )
    headlines = [f"{word} of the day" for word in ("Crossing", "Joy", "Winter", "Cost", "Piles", "Timetable", "Vote")]
    posts = [*zip(headlines, story.paragraphs, strict=True)]
    listed = [
        f"<article id=block-{n}><header><a href='#block-{n}'><time datetime='{story.time}'>09.15 CET</time></a>"
        f"<h2>{headline}</h2></header><p>{escape(text, quote=False)}</p><footer><div>Share</div></footer></article>"
        for n, (headline, text) in enumerate(posts)
    ]
    card = "<div class='kg-card kg-signup-card'><h2>The Sentinel by mail</h2><h3>What the council does, every Saturday</h3></div>"
    body = (
        f"<nav>{MENU}</nav><main><h1>{story.title}</h1><address><a rel=author>Dan Roe</a></address><div id=maincontent>"
        f"{''.join(listed[:3])}{card}{''.join(listed[3:])}</div></main>{FOOTER}"
    )
    text = "\n\n".join(part for post in posts for part in post)
    return head(story, '<meta name="date" content="2026-03-20">') + body, story.expected | {"text": text}


def signed_results() -> tuple[str, dict[str, Any]]:
    """Who wrote it and when stand in one line; a row of the table is its name."""
    story = other(1, byline="Geir Moe", site="Sporten", url="https://sporten.example/running/market-run-20931")
    table = (
        "<table><tr><th colspan=3>Half marathon, women</th></tr><tr><th>Rank</th><th>Name</th><th>Time</th></tr>"
        "<tr><td>1</td><td>Mira Holm</td><td>1:12:04</td></tr><tr><td>2</td><td>Eli Thorsen</td><td>1:12:31</td></tr></table>"
    )
    rows = "Half marathon, women\nRank | Name | Time\n1 | Mira Holm | 1:12:04\n2 | Eli Thorsen | 1:12:31"
    body = (
        f"<div class=page><div class=breadcrumb><a>Sport</a> &gt; <a>Running</a></div><h1>{story.title}</h1>"
        f"<div class=meta>Text: Geir Moe | 20.03.2026, 18:22</div><div class=txt>{between(story, table)}</div></div>{FOOTER}"
    )
    text = "\n\n".join([*story.paragraphs[:2], rows, *story.paragraphs[2:]])
    return head(story, '<meta name="date" content="2026-03-20">') + body, story.expected | {"text": text}


def asked_over() -> tuple[str, dict[str, Any]]:
    """A box over the page asks for consent at length; the author's name stands alone, his role in the data."""
    story = other(
        2, byline="Ola Haug", site="Nordby Tidende", url="https://nordbytidende.example/nyheter/snow/s/12-88-1"
    )
    asks = (
        "<p>We and our 842 partners store and access personal data, like browsing data or unique identifiers, on your "
        "device. Selecting I Accept enables tracking technologies to support the purposes shown.</p><p>You can resurface "
        "this menu to change your choices at any time by clicking the Manage Preferences link below.</p>"
    )
    data = article_ld(story, author=[{"@type": "Person", "name": "By Ola Haug, Senior Reporter"}])
    body = (
        f"<div id=sp_message_container_1><h2>We care about your privacy</h2>{asks}</div><div role=dialog>{asks}</div>"
        f"<div class=site><h1>{story.title}</h1><div class=by>Ola Haug</div>{ps(story)}"
        "<p>Thanks for reading! This post is public so feel free to share it.</p></div>"
    )
    return head(story, data) + body, story.expected


def two_linked_authors() -> tuple[str, dict[str, Any]]:
    """A German page that tells machines nothing of its authors, its town above the headline."""
    story = Story(
        byline="Tobias Merz and Lea Kühn", site="Regionalbote", url="https://regionalbote.example/strand-id8841.html"
    )
    authors = "Von <a rel=author href=/tm>Tobias Merz</a> und <a rel=author href=/lk>Lea Kühn</a>"
    body = (
        f"<div class=navi>{MENU}</div><main><span class=kicker>Strand</span><h1>{story.title}</h1><p>{authors}</p>"
        f"<time datetime='{story.time}'>20.03.2026</time><div class=artikeltext>{ps(story)}</div>"
        "<p>© Regionalbote 2026. Alle Rechte vorbehalten.</p></main>"
    )
    return head(story) + body, story.expected


def listed_answers() -> tuple[str, dict[str, Any]]:
    """Questions are terms of a list, whose answers are paragraphs."""
    story = Story(
        title="The ferry: your questions answered", byline=None, url="https://www.harbournews.example/ferry-questions"
    )
    questions = ("Does the ferry run?", "Who was on board?", "How was the winter?", "What did it cost?")
    answers = story.paragraphs[:4]
    listed = "".join(
        f"<dt>{question}</dt><dd><p>{escape(answer, quote=False)}</p></dd>"
        for question, answer in zip(questions, answers, strict=True)
    )
    body = f"<nav>{MENU}</nav><main><h1>{story.title}</h1><p>{story.paragraphs[4]}</p><dl>{listed}</dl></main>{FOOTER}"
    text = "\n\n".join([story.paragraphs[4], *(part for pair in zip(questions, answers, strict=True) for part in pair)])
    return head(story, '<meta name="date" content="2026-03-20">') + body, story.expected | {"text": text}


def named_parts() -> tuple[str, dict[str, Any]]:
    """Parts of the page are named by attributes of data; links stand alone between the paragraphs."""
    story = other(0, byline="Gwen Parry", site="BCN News", url="https://bcn.example/news/uk-68012345")
    blocks = [f"<div data-component=text-block><p>{escape(one, quote=False)}</p></div>" for one in story.paragraphs]
    links = (
        "<div data-component=unordered-list-block><ul><li><a href=/1>How piers are built</a></li></ul></div>"
        "<div class=inline><h3>Read more</h3><a href=/2>Enrollment falls again</a></div>"
    )
    body = (
        f"<header>{MENU}</header><main><article><h1>{story.title}</h1><div data-component=byline-block><div>Gwen Parry</div>"
        f"<div>BCN Wales</div></div>{''.join(blocks[:3])}{links}{''.join(blocks[3:])}<section data-component=links-block>"
        "<h2>Related internet links</h2><ul><li>Harbour office</li></ul></section></article></main>"
    )
    data = article_ld(story, author={"@type": "NewsMediaOrganization", "name": "BCN News"})
    return head(story, data) + body, story.expected


def crowded_header() -> tuple[str, dict[str, Any]]:
    """Beside the headline stand who sent the release, and who took the pictures in the line of who wrote it."""
    story = other(1, byline="Anne Dahl", site="WireLine", url="https://wireline.example/news/market-302")
    body = (
        f"<nav>{MENU}</nav><article><header><h1>{story.title}</h1><p><b>News provided by</b><br><a><b>Norsk Tang AS</b></a></p>"
        f"</header><div><div class='field__label visually-hidden'>Case number</div></div><div class=by>Words by <b>Anne Dahl</b> Photographs by <b>Per Ås</b></div><ul><li>Companies</li></ul>"
        f"{ps(story)}<p>Anne Dahl covers markets. Reach her at 555-0134.</p></article>{FOOTER}"
    )
    return head(story, '<meta name="date" content="2026-03-20">') + body, story.expected


def refused() -> Pages:
    beginning = f"<p>{STORY.paragraphs[0]}</p><p>{STORY.paragraphs[1]}</p>"
    wall = "<div class='paywall regwall'><h2>Subscribe to continue reading</h2><p>Already a subscriber? Log in.</p><button>See all offers</button></div>"
    pages = {
        "paywall": head(STORY, article_ld(STORY, isAccessibleForFree=False)) + f"<nav>{MENU}</nav><article><h1>{STORY.title}</h1>{beginning}</article>{wall}{FOOTER}",
        "paywall_without_data": head(STORY) + f"<nav>{MENU}</nav><article><h1>{STORY.title}</h1><p>{STORY.paragraphs[0]}</p></article>{wall}{FOOTER}",
        "consent": "<!doctype html><html><head><title>Before you continue</title></head><body><h1>We value your privacy</h1><p>We and our partners store and/or access information on a device.</p><button>Accept all</button><button>Manage your consent</button></body></html>",
        "scripts": "<!doctype html><html><head><title>Harbour News</title></head><body><div id=app></div><noscript>Please enable JavaScript to view this site.</noscript><script src=/a.js></script></body></html>",
        "robot_check": "<!doctype html><html><head><title>Just a moment...</title></head><body><h1>Checking your browser</h1><p>Verify you are human by completing the action below.</p></body></html>",
        "elsewhere": "<!doctype html><html><head><title>Unavailable | The Ledger</title></head><body><h1>451: Unavailable due to legal reasons</h1><p>We recognize you are attempting to access this website from a country of the European Economic Area, and therefore access cannot be granted at this time.</p></body></html>",
        "gallery": head(Story(title="In pictures: the storm")) + f"<nav>{MENU}</nav><article><h1>In pictures: the storm</h1>" + "".join(f"<figure><img src={n}.jpg><figcaption>Photo {n} of 9</figcaption></figure>" for n in range(1, 10)) + f"</article>{FOOTER}",
        "front": "<!doctype html><html><head><title>The Harbour News</title><meta property='og:type' content='website'></head><body><nav>" + MENU + "</nav><main>" + f"<section><ul>{TEASERS}</ul></section>" * 4 + f"</main>{FOOTER}</body></html>",
        "missing": f"<!doctype html><html><head><title>Page not found | The Harbour News</title></head><body><nav>{MENU}</nav><h1>Page not found</h1><p>Sorry, the page that you look for is not here. It may have moved, or it never was. Try our search, or go to the front page.</p><ul>{TEASERS}</ul>{FOOTER}</body></html>",
    }  # fmt: skip
    return {name: (page, REFUSED) for name, page in pages.items()}


MADE = (wire, agency, broadcaster, broadsheet, live_blog, amp, questions, listicle, wordpress, letter, government, german,
        french, results, correction, table_layout, scripts_with_data, promotions, science, opinion, breaking, drupal,
        microdata, day_in_address, release, hidden_words, raised_notes, blog, makers_named, mailing, bulletin, interview,
        live_posts, posts_with_headers, signed_results, asked_over, two_linked_authors, listed_answers, named_parts, crowded_header)  # fmt: skip


def pages() -> Pages:
    """All pages by the names of their layouts, with what is expected of each."""
    return {make.__name__: make() for make in MADE} | refused()


def write(folder: Path) -> None:
    """Writes them as `benchmarks.extraction` reads them."""
    for name, (page, expected) in pages().items():
        encoding = "cp1252" if name == "table_layout" else "utf-8"
        (folder / f"{name}.html").write_bytes(page.encode(encoding))
        (folder / f"{name}.json").write_text(json.dumps(expected, ensure_ascii=False), encoding="utf-8")


if __name__ == "__main__":
    target = Path(sys.argv[1])
    target.mkdir(parents=True, exist_ok=True)
    write(target)
