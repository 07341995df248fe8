"""Printing articles: a line each, or one whole."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from bot.render import printable

if TYPE_CHECKING:
    from collections.abc import Iterable

    from retrieval.articles import Listing
    from retrieval.types import Article


def print_listing(listings: Iterable[Listing], *, as_json: bool) -> None:
    for listing in listings:
        if as_json:
            click.echo(json.dumps(asdict(listing), ensure_ascii=False))
        else:
            waiting = "" if listing.state == "ready" else "  (waiting to be indexed)"
            date = (listing.published or "no date")[:10]
            click.echo(printable(f"{date:10}  {listing.title}{waiting}\n            {listing.id}"))


def print_article(library: str, article: Article, *, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps({"library": library} | asdict(article), ensure_ascii=False))
        return
    facts = (article.byline, article.publisher, article.published, article.url or article.source)
    click.echo(printable(article.title))
    click.echo(printable(" · ".join(fact for fact in facts if fact)))
    click.echo(printable(f"\n{article.text}"))
