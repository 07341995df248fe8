"""The chat in a terminal, and the same conversation over a pipe."""

from __future__ import annotations

import datetime as dt
import io
import os
from collections import deque
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from prompt_toolkit import PromptSession
from prompt_toolkit.completion import Completer, Completion
from prompt_toolkit.history import FileHistory, InMemoryHistory
from prompt_toolkit.output import ColorDepth
from rapidfuzz import fuzz, process
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
    verdict_lines,
)
from bot.settings import MEMORY
from bot.stories import profile_lines
from bot.threads import in_thread
from retrieval.citations import nearest_sentence
from retrieval.dialogue.references import source_reference
from retrieval.errors import BylineError, explained
from retrieval.quotes.verification import verify
from retrieval.stories.speakers import profile
from retrieval.text.messages import Action
from retrieval.types import Filters, Question, Span, Turn
from retrieval.watching import Unfinished, Watch

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path
    from typing import TextIO

    from prompt_toolkit.completion import CompleteEvent
    from prompt_toolkit.document import Document
    from prompt_toolkit.history import History

    from retrieval.store.quotes import Quotations
    from retrieval.types import Answer, Article, Field

_ALL = "all"
_AROUND = 500  # characters of an article on each side of what is opened
_LISTED = 10  # quotations or speakers
_UNWRAPPED = 10_000  # columns
_HINT = " /help   /sources   /open N   Ctrl-C cancels   Ctrl-D leaves "


@dataclass(slots=True)
class Chat:
    """A conversation under way: what may be searched, and the turns that still count."""

    answer: Callable[[Question, Watch], Answer]
    quotations: Quotations
    libraries: tuple[str, ...]
    asked: Callable[[], dt.date]
    console: Console
    turns: deque[Turn] = field(default_factory=deque)
    goes_on: bool = True

    def say(self, text: str, style: str = "") -> None:
        """Prints a text as it may be shown."""
        self.console.print(Text(printable(text), style))


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
    """Asks and answers until Ctrl-D or /quit, and returns the exit status.

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
    talk = Chat(answer, quotations, libraries, asked, console, deque(maxlen=memory))
    read = _line_reader(console, history_file)
    console.print(Text(f"Byline: answers from the articles, cited to their exact words. {banner} /help for help."))
    while talk.goes_on:
        try:
            line = " ".join(read("> ").split())
            if line and not is_done(talk, line):
                _question(talk, line)
        except KeyboardInterrupt:
            talk.say("Cancelled. Ctrl-D leaves.", "dim")
        except EOFError:
            break
        except Exception as error:  # noqa: BLE001  (nor any other must end it)
            talk.say(str(explained(error, "a line of the chat failed")), "red")
    return 0


def piped(
    answer: Callable[[Question], Answer],
    quotations: Quotations,
    lines: Iterable[str],
    *,
    libraries: tuple[str, ...],
    out: TextIO,
    asked: Callable[[], dt.date] = dt.date.today,
    memory: int = MEMORY,
) -> int:
    """Answers one conversation's questions, one a line, each on one line; returns 1 where one failed, else 0.

    The commands of the chat work, too, and may print several lines.
    """
    console = Console(file=io.StringIO(), no_color=True, highlight=False, width=_UNWRAPPED)
    talk = Chat(lambda question, _: answer(question), quotations, libraries, asked, console, deque(maxlen=memory))
    failed = False
    for line in filter(None, map(str.strip, lines)):
        try:
            with console.capture() as printed:
                if not is_done(talk, line):
                    talk.say(one_line(_answered(talk, line, Watch())))
            shown = "".join(f"{line.rstrip()}\n" for line in printed.get().splitlines())
        except Exception as error:  # noqa: BLE001  (one question must not end the conversation)
            failed = True
            shown = f"Error: {folded(str(explained(error, 'a question failed')))}\n"
        try:
            print(shown, end="", file=out, flush=True)
        except BrokenPipeError:
            # Nobody reads any more: what is still buffered goes nowhere, instead of raising when the process ends.
            with suppress(OSError, ValueError):  # a stream without a file descriptor holds nothing back
                os.dup2(os.open(os.devnull, os.O_WRONLY), out.fileno())
            break
        if not talk.goes_on:
            break
    return int(failed)


def _answered(talk: Chat, text: str, watch: Watch) -> Answer:
    """Answers a question of the conversation, and remembers both."""
    question = Question(text=text, libraries=talk.libraries, asked=talk.asked(), history=tuple(talk.turns))
    answer = in_thread(talk.answer, question, watch).result()
    talk.turns.append(Turn(text, abridged(answer)))
    return answer


def _line_reader(console: Console, history_file: Path) -> Callable[[str], str]:
    """Returns how a line is read: with editing, history and completion, or plainly where the terminal shows none.

    The file of the history is made if need be, so that only its owner can read it; where it cannot be written, what was
    typed is remembered until the chat ends.
    """
    history: History = InMemoryHistory()
    with suppress(OSError):
        history_file.parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(history_file, os.O_CREAT | os.O_APPEND | os.O_WRONLY | os.O_NONBLOCK, 0o600))
        history_file.chmod(0o600)
        history = _History(str(history_file))
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


def _question(talk: Chat, text: str) -> None:
    """Answers a question, shown while it is being written, and then in the place of that."""
    live = Live(rich_unfinished(Unfinished()), console=talk.console, transient=True, refresh_per_second=12)
    watch = Watch(lambda unfinished: live.update(rich_unfinished(unfinished)))
    try:
        live.start()
        answer = _answered(talk, text, watch)
    finally:
        watch.stop()
        live.stop()  # also where Ctrl-C came while it was starting, which a `with` would miss
    talk.console.print(rich_answer(answer, in_chat=True))
    talk.console.print()


# The commands of the chat


class Command(NamedTuple):
    """A command of the chat: how it is written, what it does, and the function that does it."""

    usage: str
    help: str
    run: Callable[[Chat, str], None]


COMMANDS: dict[str, Command] = {}


def command(usage: str, does: str) -> Callable[[Callable[[Chat, str], None]], Callable[[Chat, str], None]]:
    """Makes a function a command of the chat; it is called with what was typed after the command's name."""

    def register(run: Callable[[Chat, str], None]) -> Callable[[Chat, str], None]:
        COMMANDS[usage.split(maxsplit=1)[0]] = Command(usage, does, run)
        return run

    return register


def is_done(talk: Chat, line: str) -> bool:
    """Runs the command that a line is, be it "open 2" without a slash; tells whether it is one, and no question."""
    if line.startswith("/"):
        run_command(talk, line)
        return True
    source = source_reference(line, talk.turns, talk.libraries)
    if source is None or source.action is not Action.OPEN:
        return False
    open_source(talk, str(source.citation.number))
    return True


def run_command(talk: Chat, line: str) -> None:
    """Runs the command that a line begins with, or says which one may be meant."""
    name, _, argument = line.partition(" ")
    if name not in COMMANDS:
        near = process.extractOne(name, COMMANDS.keys(), scorer=fuzz.ratio, score_cutoff=50)
        hint = f"Did you mean {near[0]}?" if near else "/help lists the commands."
        talk.say(f"There is no command {name}. {hint}", "yellow")
        return
    try:
        COMMANDS[name].run(talk, argument.strip())
    except BylineError as error:
        talk.say(str(error), "yellow")


@command("/sources", "the sources of the last answer again")
def show_sources(talk: Chat, _: str) -> None:
    sources = rich_sources(talk.turns[-1].answer) if talk.turns else []
    for source in sources:
        talk.console.print(source)
    if not sources:
        talk.say("There are no sources to show yet.", "yellow")


@command("/open N [all]", "source N of the last answer, marked in what stands around it, or in the whole article")
def open_source(talk: Chat, argument: str) -> None:
    places = _places(talk.turns[-1].answer) if talk.turns else {}
    number, _, extent = argument.partition(" ")
    place = places.get(int(number)) if number.isdecimal() else None
    if extent not in ("", _ALL):
        talk.say(f"/open {number} shows what stands around it, /open {number} {_ALL} the whole article.", "yellow")
        return
    if place is None:
        numbers = ", ".join(map(str, places)) or "none yet"
        talk.say(f"/open needs the number of a source of the last answer: {numbers}.", "yellow")
        return
    article, span, cited = place
    marks = ("", "") if talk.console.is_terminal else ("»", "«")
    talk.console.print(article_view(article, span, cited, around=None if extent else _AROUND, marks=marks))
    if not extent and len(article.text) > span.end - span.start + 2 * _AROUND:
        talk.say(f"/open {number} {_ALL} shows the whole article.", "dim")


def _places(answer: Answer) -> dict[int, tuple[Article, Span, Field]]:
    """Returns what `/open N` can show: the citations by their numbers, or what came nearest to a refused question."""
    if answer.answered:
        return {c.number: (c.article, Span(c.start, c.end), c.field) for c in answer.citations}
    near = ((hit, nearest_sentence(answer.standalone_question, hit)) for hit in answer.trace.hits[:NEAREST])
    return {n: (hit.article, span, "text") for n, (hit, span) in enumerate(near, 1)}


@command("/quotes NAME [about WORDS]", "what somebody said, newest first")
def show_quotes(talk: Chat, argument: str) -> None:
    query = quoting.parsed_query(argument, talk.libraries)
    found = quoting.find(talk.quotations, query, _LISTED)
    talk.say(f"{folded(quoting.heading(query, found))}.", "bold" if found.total else "yellow")
    talk.console.print(rich_quotes(quoting.by_article(found.quotes)))
    if found.left:
        talk.say(f"… and {found.left:,} more; /quotes NAME about WORDS shows fewer.", "dim")


@command('/verify "WORDS" [by NAME]', "whether somebody said so")
def check_quotation(talk: Chat, argument: str) -> None:
    words, speaker = quoting.parsed_claim(argument)
    if not words:
        talk.say('/verify needs the words: /verify "WORDS" by NAME.', "yellow")
        return
    checked = verify(talk.quotations, talk.libraries, words, speaker)
    first, *rest = verdict_lines(checked)
    talk.say(first, "bold" if checked.found else "yellow")
    for line in rest:
        talk.say(line)


@command("/speakers [BEGINNING]", "who is quoted, the most quoted first")
def show_speakers(talk: Chat, argument: str) -> None:
    speakers = talk.quotations.speakers(talk.libraries, argument, _LISTED + 1)
    for speaker in speakers[:_LISTED]:
        quotes = (f"{speaker.quotes:>6,}  ", "cyan")
        talk.console.print(Text.assemble(quotes, folded(quoting.introduced(speaker))))
    if len(speakers) > _LISTED:
        talk.say("… and more; /speakers BEGINNING shows those whose name begins so.", "dim")
    if not speakers:
        talk.say("Nobody is quoted whose name begins so.", "yellow")


@command("/speaker NAME", "what somebody said over time, and who speaks otherwise")
def show_speaker(talk: Chat, argument: str) -> None:
    known = profile(talk.quotations, talk.libraries, argument, Filters()) if argument.strip() else None
    for line in profile_lines(known) if known else []:
        talk.say(line)
    if known is None:
        talk.say("Nobody is quoted by such a name; /speakers lists who is.", "yellow")


@command("/clear", "forget the conversation")
def clear(talk: Chat, _: str) -> None:
    talk.turns.clear()
    talk.say("The conversation is forgotten.", "dim")


@command("/help", "this list")
def show_help(talk: Chat, _: str) -> None:
    width = max(len(command.usage) for command in COMMANDS.values()) + 2
    for usage, does, _run in COMMANDS.values():
        talk.console.print(Text.assemble((f"{usage:{width}}", "bold"), does))
    talk.say("Anything else is a question. Ctrl-C cancels it, Ctrl-D leaves.", "dim")


@command("/quit", "leave")
def leave(talk: Chat, _: str) -> None:
    talk.goes_on = False


class _History(FileHistory):
    def store_string(self, string: str) -> None:
        with suppress(OSError):  # on a full disk one can go on asking
            super().store_string(string)


class _CommandCompleter(Completer):
    def get_completions(self, document: Document, complete_event: CompleteEvent) -> Iterable[Completion]:  # noqa: ARG002  (the protocol's)
        typed = document.text_before_cursor
        if typed.startswith("/"):
            fitting = [(name, command) for name, command in COMMANDS.items() if name.startswith(typed)]
            return [Completion(name, -len(typed), display_meta=command.help) for name, command in fitting]
        return []
