"""Texts that would do harm on Discord, and what of them is still alive once they are rendered."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from hypothesis import strategies as st

from bot.render import printable
from tests.discord_bot.display import display, pinged

if TYPE_CHECKING:
    from collections.abc import Sequence

    from retrieval.types import Article

HOSTILE = [
    *("*a*", "**b**", "_c_", "__d__", "~~e~~", "||f||", "`g`", "```h```", "\\", "@everyone", "@here", "<@1>", "<@!2>"),
    *(
        "[click](http://evil.example)",
        "[x \\](http://e.example)",
        "[a]](b)",
        "](",
        "<https://evil.example>",
        "steam://e",
    ),
    *("https://evil.example", "discord.gg/abc", "discord.com/invite/x", "DISCORD.GG/y", "discordapp.com/invite/z"),
    *("<@&3>", "<#4>", "</ask:5>", "<t:0:R>", "<:e:6>", "<a:e:7>", "<id:home>", ":smile:", ":+1:"),
    *("\u202eright", "\u200b", "\ufeff"),
]
HOSTILE_LINES = ["# heading", "### x", "-# small", "- item", "+ item", "* item", "12. item", "> quoted", ">>> all", "#"]
FRAGMENTS = [*HOSTILE, *HOSTILE_LINES, " ", "\n", "\n\n", "  ", "\t", "word", "Nobody said so. ", "😀", "中文。", "é"]
texts = st.lists(st.sampled_from(FRAGMENTS) | st.text(max_size=6), max_size=25).map("".join)
EVIL = " ".join([*HOSTILE, "\n".join(HOSTILE_LINES)]) + "\n"


def packed(text: str) -> str:
    """Without blanks, which a page border may take, and without invisible ones, which rendering may add."""
    return "".join(printable(text).replace("\u200b", "").split())


def seen(texts: Sequence[str]) -> str:
    return packed("".join(display(text).text for text in texts))


def harm(texts: Sequence[str], *articles: Article) -> list[object]:
    """Mentions, links that lead elsewhere than to these articles, paths, and markup that rendering does not make."""
    hosts = {urlsplit(article.url).hostname for article in articles if article.url}
    found = [(kind, what) for text in texts for kind, what in display(text).live]
    return [
        *(mention for text in texts for mention in pinged(text)),
        *(what for kind, what in found if kind == "link" and urlsplit(what).hostname not in hosts),
        *(what for kind, what in found if kind == "token" and not what.startswith("<t:")),
        *(text for text in texts if "operator" in text),
        *(each for each in found if each[0] not in ("strong", "underlined", "small", "quote", "link", "token")),
    ]
