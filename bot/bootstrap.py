"""The composition root: settings to a session, whose every part can be handed in instead."""

from __future__ import annotations

import contextlib
import os
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from bot.logs import LOG_FILE, logging_to
from retrieval.memory import keep_together
from retrieval.serving.parts import Options
from retrieval.serving.session import Session
from retrieval.serving.session import open_articles as open_articles_in

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from bot.settings import Settings
    from retrieval.feeds.refreshing import Refresher
    from retrieval.fetching.fetcher import Fetched, Fetcher
    from retrieval.index.server import ChromaServer
    from retrieval.models.served import Endpoint
    from retrieval.models.span_model import SpanModel
    from retrieval.store.articles import Articles
    from retrieval.store.feeds import Feeds
    from retrieval.types import Encoder
    from retrieval.writer.providers import ChatSettings


def quiet_dependencies(settings: Settings) -> None:
    """Lets nothing open a connection unasked. To be called before the libraries concerned are imported."""
    os.environ["ANONYMIZED_TELEMETRY"] = "False"
    os.environ["HF_HUB_DISABLE_TELEMETRY"] = os.environ["DO_NOT_TRACK"] = "1"
    os.environ["TOKENIZERS_PARALLELISM"] = "false"
    if settings.offline:
        os.environ["HF_HUB_OFFLINE"] = os.environ["TRANSFORMERS_OFFLINE"] = "1"
    if not settings.tracing:
        # Either variable alone makes LangChain connect, whatever the other says.
        os.environ["LANGSMITH_TRACING"] = os.environ["LANGCHAIN_TRACING_V2"] = "false"


@contextlib.contextmanager
def open_session(
    settings: Settings,
    command: str,
    *,
    stays: bool = False,
    on_screen: bool = False,
    encoder: Encoder | None = None,
    span_model: SpanModel | None = None,
    articles: Articles | None = None,
) -> Iterator[Session]:
    """Holds the library that the settings name.

    Args:
        settings: which library, with which models.
        command: what other processes are told of who owns the data directory.
        stays: the process keeps the indexes up to date, and answers for others.
        on_screen: what is logged goes to where the process has it, and not to the file in the data directory.
        encoder: in the place of the embedding model.
        span_model: in the place of the reader's model.
        articles: in the place of the stored ones.
    """
    if stays:
        keep_together()
    options = replace(options_of(settings), encoder=encoder, span_model=span_model)
    with (
        contextlib.nullcontext() if on_screen else logging_to(settings.data_dir / LOG_FILE),
        Session(settings.data_dir, command, options, stays=stays, articles=articles) as session,
    ):
        yield session


def fetching(settings: Settings) -> Callable[[str], Fetched]:
    """Returns what fetches an address as the settings say; nothing is loaded, nor opened, before it is called."""
    fetchers: list[Fetcher] = []

    def fetch(url: str) -> Fetched:
        if not fetchers:
            fetchers.append(open_fetcher(settings))
        return fetchers[0].get(url)

    return fetch


def open_fetcher(settings: Settings) -> Fetcher:
    """Returns the fetcher that the settings describe."""
    from retrieval.fetching.fetcher import Fetcher

    return Fetcher(contact=settings.fetch_contact, allow=settings.fetch_allow)


def open_refresher(
    settings: Settings, feeds: Feeds, stop: Callable[[], bool] = lambda: False, *, strangers: bool = False
) -> Refresher:
    """Returns what reads feeds, and the pages of their entries.

    Args:
        settings: who servers are told it is, and how long a page may be.
        feeds: where what it reads is kept.
        stop: tells that it is to end.
        strangers: the feeds are those of servers on Discord: hosts of one's own network are not for them, and a
            server's library holds no more articles than the settings say.
    """
    from retrieval.feeds.refreshing import Refresher
    from retrieval.sources.files import read_page

    if strangers:
        settings = settings.model_copy(update={"fetch_allow": ()})
    get = open_fetcher(settings).get
    page = partial(read_page, max_bytes=settings.max_file_bytes)
    most = settings.discord_server_articles if strangers else None
    return Refresher(feeds=feeds, get=get, page=lambda url: page(get(url)), stop=stop, most_articles=most)


def open_articles(settings: Settings) -> Articles:
    """Returns the article table of the data directory, for what needs no index."""
    return open_articles_in(settings.data_dir, database_url=options_of(settings).database_url)


def options_of(settings: Settings) -> Options:
    """Returns which parts the settings name."""
    return Options(
        embedding_model=settings.embedding_model,
        embedding_endpoint=embedding_endpoint(settings),
        reader_model=settings.reader_model,
        cache_dir=settings.cache_dir,
        threads=settings.threads,
        hits=settings.hits,
        threshold=settings.threshold,
        database_url=None if settings.database_url is None else settings.database_url.get_secret_value(),
        chroma=chroma_server(settings),
        chat=chat_settings(settings),
        prompts_dir=settings.prompts_dir,
        keep_unanswered=settings.keep_unanswered,
        traced=settings.tracing,
    )


def embedding_endpoint(settings: Settings) -> Endpoint | None:
    """Returns where a served embedding model is, and what it reads; None where the settings say neither."""
    if settings.embedding_base_url is None and settings.embedding_window is None:
        return None
    from retrieval.models.served import WINDOW, Endpoint

    return Endpoint(settings.embedding_base_url, settings.embedding_window or WINDOW)


def chroma_server(settings: Settings) -> ChromaServer | None:
    """Returns which server keeps the vectors, and how it is reached; None where the settings name none."""
    if settings.chroma_url is None:
        return None
    from retrieval.index.server import ChromaServer

    header = None if settings.chroma_header is None else settings.chroma_header.get_secret_value()
    return ChromaServer(settings.chroma_url, header, settings.chroma_tenant, settings.chroma_database)


def chat_settings(settings: Settings) -> ChatSettings | None:
    """Returns which chat model the settings name, and how it is asked; None where they name none."""
    if settings.chat_model is None:
        return None
    from retrieval.writer.providers import ChatSettings, Limits

    return ChatSettings(
        model=settings.chat_model,
        base_url=settings.chat_base_url,
        structured=settings.chat_structured,
        timeout=settings.chat_timeout,
        retries=settings.chat_retries,
        parallel=settings.chat_parallel,
        answer_tokens=settings.chat_answer_tokens,
        context=settings.chat_context,
        limits=Limits(
            settings.chat_tokens_a_day,
            settings.chat_cost_a_day,
            settings.chat_input_price or 0.0,
            settings.chat_output_price or 0.0,
        ),
    )
