"""The chat in a terminal, and the same conversation over a pipe."""

from __future__ import annotations

import datetime as dt
import os
from collections import deque
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from prompt_toolkit import PromptSession
from prompt_toolkit.completion import Completer, Completion
from prompt_toolkit.history import FileHistory
from prompt_toolkit.output import ColorDepth
from rapidfuzz import process
from rich.console import Console
from rich.live import Live
from rich.text import Text

from bot import quoting
from bot.render import (
    NEAREST,
    abridged,
    article_view,
    folded,
    one_line,
    printable,
    rich_answer,
    rich_quotes,
    rich_sources,
    rich_unfinished,
)
from bot.threads import in_thread
from retrieval.citations import nearest_sentence
from retrieval.dialogue.references import source_reference
from retrieval.errors import BylineError
from retrieval.quotes.verification import verify
from retrieval.serving.failures import explained
from retrieval.text.source_requests import Action
from retrieval.types import Question, Span, Turn
from retrieval.watching import Unfinished, Watch

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path
    from typing import TextIO

    from prompt_toolkit.completion import CompleteEvent
    from prompt_toolkit.document import Document

    from retrieval.store.quotes import Quotations
    from retrieval.types import Answer, Article, Field

MEMORY = 20  # turns
_LISTED = 10  # quotations or speakers
_HINT = " /help   /sources   /open N   Ctrl-C cancels   Ctrl-D leaves "


@dataclass(slots=True)
class _Chat:
    """A conversation under way: what may be searched, and the turns that still count."""

    answer: Callable[[Question, Watch], Answer]
    quotations: Quotations
    libraries: tuple[str, ...]
    asked: Callable[[], dt.date]
    console: Console
    turns: deque[Turn] = field(default_factory=deque)
    goes_on: bool = True


class Command(NamedTuple):
    """A command of the chat: how it is written, what it does, and the function that does it."""

    usage: str
    help: str
    run: Callable[[_Chat, str], None]


def chat(
    answer: Callable[[Question, Watch], Answer],
    quotations: Quotations,
    *,
    libraries: tuple[str, ...],
    history_file: Path,
    no_color: bool,
    banner: str,
    asked: Callable[[], dt.date] = dt.date.today,
    memory: int = MEMORY,
) -> int:
    """Ask and answer until Ctrl-D or /quit; the exit status.

    Args:
        answer: may be slow; runs in a thread, and shows what a chat model writes as it does. Ctrl-C stops the model;
            what is returned after it is dropped.
        quotations: what /quotes and /speakers list.
        libraries: what every question searches.
        history_file: what was typed, for the arrow keys; readable by its owner alone.
        no_color: for terminals and users that want none.
        banner: one line on what can be asked about.
        asked: today's date.
        memory: how many turns count for a follow-up.
    """
    console = Console(no_color=no_color or None, highlight=False)
    talk = _Chat(answer, quotations, libraries, asked, console, deque(maxlen=memory))
    read = _line_reader(console, history_file)
    console.print(Text(f"Byline: answers from the articles, cited to their exact words. {banner} /help for help."))
    while talk.goes_on:
        try:
            _respond(talk, " ".join(read("> ").split()))
        except KeyboardInterrupt:
            console.print(Text("Cancelled. Ctrl-D leaves.", "dim"))
        except EOFError:
            break
        except Exception as error:  # noqa: BLE001  (nor any other must end it)
            console.print(Text(printable(str(explained(error, "a line of the chat failed"))), "red"))
    return 0


def piped(
    answer: Callable[[Question], Answer],
    lines: Iterable[str],
    *,
    libraries: tuple[str, ...],
    out: TextIO,
    asked: Callable[[], dt.date] = dt.date.today,
    memory: int = MEMORY,
) -> int:
    """Answers one conversation's questions, one a line, each on one line; returns 1 where one failed, else 0."""
    turns: deque[Turn] = deque(maxlen=memory)
    failed = False
    for line in filter(None, map(str.strip, lines)):
        try:
            given = answer(Question(text=line, libraries=libraries, asked=asked(), history=tuple(turns)))
            shown = one_line(given)
            turns.append(Turn(line, abridged(given)))
        except Exception as error:  # noqa: BLE001  (one question must not end the conversation)
            failed = True
            shown = f"Error: {folded(str(explained(error, 'a question failed')))}"
        try:
            print(shown, file=out, flush=True)
        except BrokenPipeError:
            _silence(out)
            break
    return int(failed)


def _line_reader(console: Console, history_file: Path) -> Callable[[str], str]:
    """How a line is read: with editing, history and completion, or plainly where the terminal cannot show them."""
    history = FileHistory(str(_private(history_file)))
    if console.is_dumb_terminal or not console.is_terminal:
        return input
    session: PromptSession[str] = PromptSession(
        history=history,
        completer=_CommandCompleter(),
        complete_while_typing=True,
        bottom_toolbar=_HINT,
        color_depth=ColorDepth.DEPTH_1_BIT if console.no_color else None,
    )
    return session.prompt


def _respond(talk: _Chat, line: str) -> None:
    if line.startswith("/"):
        _command(talk, line)
    elif (source := source_reference(line, talk.turns, talk.libraries)) and source.action is Action.OPEN:
        _open(talk, str(source.citation.number))
    elif line:
        _question(talk, line)


def _question(talk: _Chat, text: str) -> None:
    question = Question(text=text, libraries=talk.libraries, asked=talk.asked(), history=tuple(talk.turns))
    given = _watched(talk, question)
    talk.turns.append(Turn(text, abridged(given)))
    talk.console.print(rich_answer(given, in_chat=True))
    talk.console.print()


def _watched(talk: _Chat, question: Question) -> Answer:
    """The answer, shown while it is being written, and taken off the screen again."""
    live = Live(rich_unfinished(Unfinished()), console=talk.console, transient=True, refresh_per_second=12)
    watch = Watch(lambda unfinished: live.update(rich_unfinished(unfinished)))
    try:
        live.start()
        return in_thread(talk.answer, question, watch).result()
    finally:
        watch.stop()
        live.stop()  # also where Ctrl-C came while it was starting, which a `with` would miss


def _command(talk: _Chat, line: str) -> None:
    name, _, argument = line.partition(" ")
    if name in COMMANDS:
        COMMANDS[name].run(talk, argument.strip())
        return
    near = process.extractOne(name, COMMANDS.keys(), score_cutoff=60)
    hint = f"Did you mean {near[0]}?" if near else "/help lists the commands."
    talk.console.print(Text(f"There is no command {printable(name)}. {hint}", "yellow"))


def _show_sources(talk: _Chat, _: str) -> None:
    sources = rich_sources(talk.turns[-1].answer) if talk.turns else []
    for source in sources or [Text("There are no sources to show yet.", "yellow")]:
        talk.console.print(source)


def _open(talk: _Chat, argument: str) -> None:
    places = _places(talk.turns[-1].answer) if talk.turns else {}
    place = places.get(int(argument)) if argument.isdecimal() else None
    if place is None:
        known = ", ".join(map(str, places)) or "none yet"
        talk.console.print(Text(f"/open needs the number of a source of the last answer: {known}.", "yellow"))
        return
    article, span, cited = place
    talk.console.print(article_view(article, span, cited))


def _places(answer: Answer) -> dict[int, tuple[Article, Span, Field]]:
    """What `/open N` can show: the citations by their numbers, or what came nearest to a question that was refused."""
    if answer.answered:
        return {c.number: (c.article, Span(c.start, c.end), c.field) for c in answer.citations}
    near = ((hit, nearest_sentence(answer.standalone_question, hit)) for hit in answer.trace.hits[:NEAREST])
    return {n: (hit.article, span, "text") for n, (hit, span) in enumerate(near, 1)}


def _quotes(talk: _Chat, argument: str) -> None:
    query = quoting.parsed_query(argument, talk.libraries)
    try:
        found = quoting.find(talk.quotations, query, _LISTED)
    except BylineError as error:
        talk.console.print(Text(printable(str(error)), "yellow"))
        return
    talk.console.print(Text(f"{folded(quoting.heading(query, found))}.", "bold" if found.total else "yellow"))
    talk.console.print(rich_quotes(quoting.by_article(found.quotes)))
    if found.left:
        talk.console.print(Text(f"… and {found.left:,} more; /quotes NAME about WORDS shows fewer.", "dim"))


def _verify(talk: _Chat, argument: str) -> None:
    words, speaker = quoting.parsed_claim(argument)
    if not words:
        talk.console.print(Text('/verify needs the words: /verify "WORDS" by NAME.', "yellow"))
        return
    try:
        verdict = verify(talk.quotations, talk.libraries, words, speaker)
    except BylineError as error:
        talk.console.print(Text(printable(str(error)), "yellow"))
        return
    first, *rest = quoting.verdict_lines(verdict)
    talk.console.print(Text(first, "bold" if verdict.found else "yellow"))
    for line in rest:
        talk.console.print(Text(line))


def _speakers(talk: _Chat, argument: str) -> None:
    shown = talk.quotations.speakers(talk.libraries, argument, _LISTED + 1)
    for speaker in shown[:_LISTED]:
        quotes = (f"{speaker.quotes:>6,}  ", "cyan")
        talk.console.print(Text.assemble(quotes, folded(quoting.introduced(speaker))))
    if len(shown) > _LISTED:
        talk.console.print(Text("… and more; /speakers BEGINNING shows those whose name begins so.", "dim"))
    if not shown:
        talk.console.print(Text("Nobody is quoted whose name begins so.", "yellow"))


def _clear(talk: _Chat, _: str) -> None:
    talk.turns.clear()
    talk.console.print(Text("The conversation is forgotten.", "dim"))


def _help(talk: _Chat, _: str) -> None:
    width = max(len(command.usage) for command in COMMANDS.values()) + 2
    for usage, does, _run in COMMANDS.values():
        talk.console.print(Text.assemble((f"{usage:{width}}", "bold"), does))
    talk.console.print(Text("Anything else is a question. Ctrl-C cancels it, Ctrl-D leaves.", "dim"))


def _quit(talk: _Chat, _: str) -> None:
    talk.goes_on = False


COMMANDS = {
    "/sources": Command("/sources", "the sources of the last answer again", _show_sources),
    "/open": Command("/open N", "the article of source N, with the quote highlighted", _open),
    "/quotes": Command("/quotes NAME [about WORDS]", "what somebody said, newest first", _quotes),
    "/verify": Command('/verify "WORDS" [by NAME]', "whether somebody said so", _verify),
    "/speakers": Command("/speakers [BEGINNING]", "who is quoted, the most quoted first", _speakers),
    "/clear": Command("/clear", "forget the conversation", _clear),
    "/help": Command("/help", "this list", _help),
    "/quit": Command("/quit", "leave", _quit),
}


class _CommandCompleter(Completer):
    def get_completions(self, document: Document, complete_event: CompleteEvent) -> Iterable[Completion]:  # noqa: ARG002  (the protocol's)
        typed = document.text_before_cursor
        if typed.startswith("/"):
            found = [(name, command) for name, command in COMMANDS.items() if name.startswith(typed)]
            return [Completion(name, -len(typed), display_meta=command.help) for name, command in found]
        return []


def _private(path: Path) -> Path:
    """The file, made if need be, so that only its owner can read it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    os.close(os.open(path, os.O_CREAT | os.O_APPEND | os.O_WRONLY, 0o600))
    path.chmod(0o600)
    return path


def _silence(out: TextIO) -> None:
    """Nobody reads any more: what is still buffered goes nowhere, instead of raising when the process ends."""
    with suppress(OSError, ValueError):  # a stream without a file descriptor holds nothing back
        os.dup2(os.open(os.devnull, os.O_WRONLY), out.fileno())
