"""What Discord's clients show of a markdown text, and what of it is alive: a small reader that shares no code.

The rules follow simple-markdown as Discord uses it: the first that matches at a place wins, escapes do not count inside
the label of a link, and a label may hold brackets.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

_BLOCKS = {
    "small": r"-# +",
    "heading": r" *#{1,3}\s+",
    "list": r" *(?:[-*+]|\d+\.) +",
    "quote": r" *>(?:>>)? +",
}
_INLINE = {
    "escape": r"\\([^0-9A-Za-z\s])",
    "fence": r"```[\s\S]+?```",
    "code": r"(`+)[\s\S]*?[^`]\1(?!`)",
    "link": r"\[((?:\[[^\]]*\]|[^\[\]]|\](?=[^\[]*\]))*)\]\(\s*<?([^\s>)]*)>?\s*\)",
    "token": r"<[^\s<>]+>",
    "url": r"(?:https?|steam)://[^\s<]+",
    "invite": r"discord(?:app)?\.(?:gg|new|gift|com/invite)/\w+",
    "underlined": r"__((?:\\[\s\S]|[^\\])+?)__(?!_)",
    "strong": r"\*\*((?:\\[\s\S]|[^\\])+?)\*\*(?!\*)",
    "emphasis": r"_((?:\\[\s\S]|[^\\_])+?)_\b|\*(?=\S)((?:\\[\s\S]|[^\\*])+?)\*(?!\*)",
    "struck": r"~~([\s\S]+?)~~",
    "spoiler": r"\|\|([\s\S]+?)\|\|",
    "emoji": r":[\w+-]+:",
    "everyone": r"@(?:everyone|here)",
}
_STYLES = ("underlined", "strong", "emphasis", "struck", "spoiler")
_BLOCK_RULES = {kind: re.compile(rule) for kind, rule in _BLOCKS.items()}
_INLINE_RULES = {kind: re.compile(rule, re.IGNORECASE) for kind, rule in _INLINE.items()}
_MENTIONS = re.compile(r"@everyone|@here|<@[!&]?\d+>")


@dataclass
class Display:
    """The text on the screen, and the markup in effect as (kind, what it is on)."""

    text: str = ""
    live: list[tuple[str, str]] = field(default_factory=list)

    def of(self, kind: str) -> list[str]:
        return [what for name, what in self.live if name == kind]


def display(raw: str) -> Display:
    shown = Display()
    at = 0
    starts_line = True
    while at < len(raw):
        at, starts_line = _step(raw, at, shown, starts_line=starts_line)
    return shown


def pinged(raw: str) -> list[str]:
    """Whom Discord's servers would find mentioned: they look before any markdown is read."""
    return _MENTIONS.findall(raw)


def _step(raw: str, at: int, shown: Display, *, starts_line: bool) -> tuple[int, bool]:
    for kind, rule in _BLOCK_RULES.items() if starts_line else ():
        if found := rule.match(raw, at):
            shown.live.append((kind, raw[found.end() :].partition("\n")[0]))
            return found.end(), True
    for kind, rule in _INLINE_RULES.items():
        if found := rule.match(raw, at):
            _show(kind, found, shown)
            return found.end(), False
    shown.text += raw[at]
    return at + 1, raw[at] == "\n"


def _show(kind: str, found: re.Match[str], shown: Display) -> None:
    groups = [group for group in found.groups() if group is not None]
    if kind == "escape":
        shown.text += groups[0]
    elif kind == "link":
        shown.text += groups[0]
        shown.live.append((kind, groups[1]))
    elif kind in _STYLES:
        inner = display(groups[0])
        shown.text += inner.text
        shown.live += [(kind, inner.text), *inner.live]
    else:
        shown.text += found[0]
        shown.live.append((kind, found[0]))
