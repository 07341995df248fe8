"""Makes the samples in this folder: answers from seeds/ as message payloads, and a picture of two of them.

Run as `python docs/discord/draw.py [CHROMIUM]`; the picture needs Chromium or Chrome and the fonts of Noto.
"""
# ruff: noqa: INP001  (a script of the documentation, in no package)

from __future__ import annotations

import datetime as dt
import html
import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from bot.bootstrap import open_session, quiet_dependencies
from bot.discord_bot.rendering import Card, Part, answer_parts, plain_parts
from bot.settings import load_settings
from retrieval.types import Question

if TYPE_CHECKING:
    from collections.abc import Callable

    from retrieval.types import Answer

    Payload = dict[str, object]
    Render = Callable[[Answer], list[Part]]

HERE = Path(__file__).resolve().parent
WIDTH = 640
SAMPLES: dict[str, tuple[str, Render]] = {
    "answered": (
        "How long is Xi's visit to Moscow?",
        lambda answer: answer_parts(answer, quoted_question=answer.question),
    ),
    "brief": ("What did Blinken say?", lambda answer: answer_parts(answer, brief=True)),
    "refused": (
        "How many people live in Mariupol?",
        lambda answer: answer_parts(answer, quoted_question=answer.question),
    ),
    "without_cards": ("What did Xi say?", lambda answer: plain_parts(answer_parts(answer))),
}
DRAWN = ("answered", "refused")
BUTTONS = ("Sources", "Follow up", "👍", "👎", "🗑️")
STYLE = """
body { margin: 0; padding: 12px 16px; background: #313338; color: #dbdee1; font: 14px/1.4 "Noto Sans", sans-serif }
.message { display: grid; grid-template-columns: 52px 1fr; padding: 8px 0 }
.face { width: 40px; height: 40px; border-radius: 50%; background: #1abc9c; color: #fff; font: bold 20px/40px serif;
        text-align: center }
.name { color: #fff; font-weight: 600 } .app { background: #5865f2; color: #fff; font-size: 10px; border-radius: 3px;
        padding: 1px 4px; margin-left: 4px }
blockquote { margin: 2px 0; padding-left: 10px; border-left: 4px solid #4e5058 }
.small { color: #949ba4; font-size: 11.5px } p { margin: 2px 0 } .gap { height: 8px }
.card { background: #2b2d31; border-left: 4px solid; border-radius: 4px; padding: 10px 14px; margin: 6px 0;
        font-size: 13px } .title { color: #fff; font-weight: 600; margin-bottom: 6px }
a { color: #00a8fc } strong { color: #fff } .button { display: inline-block; background: #4e5058; color: #fff;
        border-radius: 4px; padding: 5px 12px; margin: 4px 6px 0 0; font-size: 13px } .primary { background: #5865f2 }
"""
_MARKUP = re.compile(
    r"\\([^0-9A-Za-z\s])|\[(\[\d+\]|[^\]]*)\]\(<([^>]*)>\)|<t:(-?\d+):\w>|\*\*((?:\\.|[^\\*])+)\*\*|([^\\\[<*]+|.)",
    re.DOTALL,
)


def payload(part: Part) -> Payload:
    """What is sent for a part, but for its buttons."""
    return {"content": part.content} | ({"embeds": [_embed(part.card)]} if part.card else {})


def _embed(card: Card) -> Payload:
    footer = {"text": card.footer} if card.footer else None
    told = {"title": card.title, "description": card.text, "color": card.colour, "footer": footer}
    return {name: value for name, value in told.items() if value is not None}


def answer_samples(data_dir: Path, cache_dir: Path | None = None) -> dict[str, list[Part]]:
    """The samples by name, answered from seeds/ in a new data directory."""
    with open_session(load_settings(data_dir=data_dir, cache_dir=cache_dir), "docs") as session:
        return {
            name: render(session.answer(Question(text=text, libraries=("public",), asked=dt.date(2023, 3, 21))))
            for name, (text, render) in SAMPLES.items()
        }


def as_json(parts: list[Part]) -> str:
    return json.dumps([payload(part) for part in parts], indent=2, ensure_ascii=False) + "\n"


def page(parts: list[Part]) -> str:
    return f"<!doctype html><meta charset=utf-8><style>{STYLE}</style>{''.join(map(_message, parts))}"


def _message(part: Part) -> str:
    card = part.card
    title = f"<div class=title>{_inline(card.title)}</div>" if card and card.title else ""
    drawn = f'<div class=card style="border-color:#{card.colour:06x}">{title}{_lines(card.text)}</div>' if card else ""
    classes = ("button primary", *(("button",) * (len(BUTTONS) - 1)))
    buttons = "".join(f"<span class='{c}'>{label}</span>" for c, label in zip(classes, BUTTONS, strict=True))
    name = "<div><span class=name>Byline</span><span class=app>APP</span></div>"
    return f"<div class=message><div class=face>B</div><div>{name}{_lines(part.content)}{drawn}{buttons}</div></div>"


def _lines(text: str) -> str:
    return "".join(map(_line, text.split("\n")))


def _line(line: str) -> str:
    if line.startswith("> "):
        return f"<blockquote>{_inline(line[2:])}</blockquote>"
    if line.startswith("-# "):
        return f"<p class=small>{_inline(line[3:])}</p>"
    return f"<p>{_inline(line)}</p>" if line else "<div class=gap></div>"


def _inline(text: str) -> str:
    return "".join(map(_drawn, _MARKUP.finditer(text)))


def _drawn(found: re.Match[str]) -> str:
    sign, label, url, moment, strong, plain = found.groups()
    if label is not None:
        return f'<a href="{html.escape(url)}">{html.escape(label)}</a>'
    if moment is not None:
        return f"{dt.datetime.fromtimestamp(int(moment), dt.UTC):%B %-d, %Y}"
    return f"<strong>{_inline(strong)}</strong>" if strong is not None else html.escape(sign or plain)


def draw(text: str, chromium: str, picture: Path) -> None:
    """A picture of a page at its own height, which a first run of the browser measures."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "page.html")
        file.write_text(text + "<script>document.title = document.documentElement.offsetHeight</script>", "utf-8")
        measured = _browse(chromium, f"--window-size={WIDTH},100", "--dump-dom", file.as_uri())
        height = int(measured.partition("<title>")[2].partition("</title>")[0])
        _browse(chromium, f"--window-size={WIDTH},{height}", f"--screenshot={picture}", file.as_uri())


def _browse(chromium: str, *options: str) -> str:
    command = [chromium, "--headless", "--no-sandbox", "--hide-scrollbars", *options]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout  # noqa: S603  (named by the user)


def main() -> None:
    quiet_dependencies(load_settings())
    with tempfile.TemporaryDirectory() as folder:
        samples = answer_samples(Path(folder))
    for name, parts in samples.items():
        Path(HERE, f"{name}.json").write_text(as_json(parts), "utf-8")
    text = page([samples[name][0] for name in DRAWN])
    draw(text, sys.argv[1] if len(sys.argv) > 1 else "chromium", HERE / "answer.png")
    Path(HERE, "answer.html").write_text(text, "utf-8")  # what the picture shows, for its test


if __name__ == "__main__":
    main()
