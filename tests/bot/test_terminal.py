"""The chat through a pseudo-terminal as a person meets it, and the same conversation through a pipe."""

from __future__ import annotations

import io
import os
import stat
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import pexpect
import pyte
import pytest

from bot.terminal import COMMANDS, piped
from retrieval.store.articles import open_engine
from retrieval.store.quotes import Quotations
from tests import ROOT
from tests.bot.chat_fake import answer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Piped = Callable[..., tuple[int, list[str]]]

FAKE = Path(__file__).with_name("chat_fake.py")
ROWS, COLUMNS = 40, 100
PATIENCE = 20.0
_WHERE_IS_THE_CURSOR = b"\x1b[6n"  # which a terminal answers


class Terminal:
    """A process in a pseudo-terminal, and the screen that a person would see."""

    def __init__(self, history_file: Path, *arguments: str, **environment: str) -> None:
        env = {k: v for k, v in os.environ.items() if k not in ("NO_COLOR", "COLUMNS", "LINES")}
        env |= {"TERM": "xterm-256color", "PYTHONUTF8": "1", **environment}
        command = [str(FAKE), str(history_file), *arguments]
        size = (ROWS, COLUMNS)  # poll, since select knows no file numbered 1,024 or more, as late in a long run
        self.process = pexpect.spawn(sys.executable, command, env=env, dimensions=size, timeout=PATIENCE, use_poll=True)
        self.screen = pyte.HistoryScreen(COLUMNS, ROWS, history=1000)
        self.stream = pyte.ByteStream(self.screen)
        self.raw = b""

    @property
    def text(self) -> str:
        above = ["".join(line[x].data for x in range(COLUMNS)).rstrip() for line in self.screen.history.top]
        return "\n".join([*above, *(line.rstrip() for line in self.screen.display)])

    def read(self) -> bool:
        """Take in what the process wrote; False once it has ended."""
        try:
            chunk: bytes = self.process.read_nonblocking(65_536, timeout=0.1)  # type: ignore[assignment]  # bytes: no encoding is set
        except pexpect.TIMEOUT:
            return True
        except pexpect.EOF:
            return False
        self.raw += chunk
        self.stream.feed(chunk)
        if _WHERE_IS_THE_CURSOR in chunk:
            self.process.send(f"\x1b[{self.screen.cursor.y + 1};{self.screen.cursor.x + 1}R")
        return True

    def wait(self, shows: Callable[[str], bool], what: str) -> str:
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            is_alive = self.read()
            if shows(self.text):
                return self.text
            if not is_alive:
                break
        raise AssertionError(f"no {what} on the screen:\n{self.text}")

    def see(self, words: str) -> str:
        return self.wait(lambda text: words in text, repr(words))

    def ready(self) -> None:
        """Wait for an empty prompt at the end."""
        self.wait(lambda _: self.screen.display[self.screen.cursor.y].rstrip() == ">", "prompt")

    def ask(self, line: str) -> None:
        self.ready()
        self.process.send(f"{line}\r")

    def leave(self) -> int:
        self.ready()
        self.process.sendeof()
        return self.end()

    def end(self) -> int:
        while self.read():
            pass
        self.process.close()
        assert self.process.exitstatus is not None, f"killed by signal {self.process.signalstatus}"
        return int(self.process.exitstatus)


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Callable[..., Terminal]]:
    started: list[Terminal] = []

    def start(*arguments: str, **environment: str) -> Terminal:
        started.append(Terminal(tmp_path / "data" / "history", *arguments, **environment))
        return started[-1]

    yield start
    for each in started:
        with suppress(OSError):
            each.process.close(force=True)


def test_a_question_is_answered_with_its_source_under_it(terminal: Callable[..., Terminal]) -> None:
    chat = terminal()
    banner = chat.see("/help for help.")
    assert "1 article." in banner
    chat.ask("how much?")
    text = chat.see("2031-05-02")
    answer_line = text.index("It cost 40 million crowns. [1]")
    assert text.index("/help for help.") < text.index("> how much?") < answer_line
    assert answer_line < text.index("[1] Bridge opens, By Ada Lind, 2031-05-02")
    assert chat.leave() == 0


def test_turns_are_remembered_until_cleared(terminal: Callable[..., Terminal]) -> None:
    chat = terminal()
    chat.ask("one")
    chat.see("one after 0.")
    chat.ask("two")
    chat.see("two after 1.")
    chat.ask("/clear")
    chat.see("forgotten")
    chat.ask("three")
    chat.see("three after 0.")


def test_a_source_is_opened_with_its_quote_highlighted(terminal: Callable[..., Terminal]) -> None:
    chat = terminal()
    chat.ask("/open 1")
    chat.see("none yet")
    chat.ask("how much?")
    chat.see("2031-05-02")
    chat.ask("/open 7")
    chat.see("the number of a source of the last answer: 1.")
    chat.ask("/open 1")
    chat.see("The bridge opened on Monday.")
    chat.ready()
    rows = [y for y, line in enumerate(chat.screen.display) if line.startswith("It cost 40 million crowns.")]
    assert chat.screen.buffer[rows[-1]][0].bg == "brown"  # as pyte calls the yellow of the eight colours
    chat.ask("/sources")
    chat.wait(lambda text: text.count("[1] Bridge opens") == 2, "sources again")


def test_a_refusal_shows_the_nearest_passage_and_can_be_opened(terminal: Callable[..., Terminal]) -> None:
    chat = terminal()
    chat.ask("why?")
    chat.see("1. “The bridge opened on Monday.”")
    assert "✗ The articles do not say." in chat.text
    chat.ask("/open 1")
    chat.see("By Ada Lind · 2031-05-02")


def test_ctrl_c_cancels_the_question_and_the_chat_goes_on(terminal: Callable[..., Terminal]) -> None:
    chat = terminal()
    chat.ask("sleep")
    chat.see("Reading")
    chat.process.sendintr()
    chat.see("Cancelled.")
    chat.ask("next")
    chat.see("next after 0.")
    assert chat.leave() == 0


def test_ctrl_c_clears_the_line(terminal: Callable[..., Terminal]) -> None:
    chat = terminal()
    chat.ready()
    chat.process.send("never mind")
    chat.see("> never mind")
    chat.process.sendintr()
    chat.ask("next")
    assert "never mind next" not in chat.see("next after 0.")


def test_an_error_is_one_sentence_and_the_chat_goes_on(terminal: Callable[..., Terminal]) -> None:
    chat = terminal()
    chat.ask("fail")
    chat.see("The library is asleep: wake it.")
    chat.ask("next")
    assert "Traceback" not in chat.see("next after 0.")


def test_an_unknown_command_is_answered_with_the_likely_one(terminal: Callable[..., Terminal]) -> None:
    chat = terminal()
    chat.ask("/source")
    chat.see("There is no command /source. Did you mean /sources?")
    chat.ask("/xyzzy")
    chat.see("/help lists the commands.")


def test_help_lists_every_command_and_quit_leaves(terminal: Callable[..., Terminal]) -> None:
    chat = terminal()
    chat.ask("/help")
    text = chat.see("Anything else is a question.")
    assert all(f"\n{command.usage} " in text for command in COMMANDS.values())
    chat.ask("/quit")
    assert chat.end() == 0


def test_commands_are_completed(terminal: Callable[..., Terminal]) -> None:
    chat = terminal()
    chat.ready()
    chat.process.send("/so")
    chat.see("the sources of the last answer again")
    chat.process.send("\t")
    chat.see("> /sources")


def test_a_pasted_paragraph_is_one_question(terminal: Callable[..., Terminal]) -> None:
    chat = terminal()
    chat.ready()
    chat.process.send("\x1b[200~first line\nsecond line\x1b[201~\r")
    chat.see("first line second line after 0.")


def test_what_was_typed_is_kept_for_its_owner_alone(terminal: Callable[..., Terminal], tmp_path: Path) -> None:
    chat = terminal()
    chat.ask("how much?")
    chat.see("how much? after 0.")
    chat.leave()
    file = tmp_path / "data" / "history"
    assert "how much?" in file.read_text()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    again = terminal()
    again.ready()
    again.process.send("\x1b[A")
    again.see("> how much?")


def test_without_color_nothing_is_colored(terminal: Callable[..., Terminal]) -> None:
    chat = terminal("--no-color", NO_COLOR="1")
    chat.ask("how much?")
    chat.see("2031-05-02")
    chat.ask("/open 1")
    chat.see("The bridge opened on Monday.")
    chat.leave()
    colors = {cell.fg for row in chat.screen.buffer.values() for cell in row.values()}
    assert colors == {"default"}


def test_a_dumb_terminal_gets_plain_text(terminal: Callable[..., Terminal]) -> None:
    chat = terminal("--no-color", TERM="dumb")
    chat.ask("how much?")
    chat.see("2031-05-02")
    assert chat.leave() == 0
    assert b"\x1b" not in chat.raw


@pytest.fixture
def ask_through_pipe(tmp_path: Path) -> Piped:
    quotations = Quotations(open_engine(tmp_path))

    def ask(*lines: str, memory: int = 20) -> tuple[int, list[str]]:
        out = io.StringIO()
        status = piped(answer, quotations, [f"{n}\n" for n in lines], libraries=("public",), out=out, memory=memory)
        return status, out.getvalue().splitlines()

    return ask


def test_piped_questions_are_answered_one_a_line_as_one_conversation(ask_through_pipe: Piped) -> None:
    status, lines = ask_through_pipe("how much?", "", "   ", "and then?", "why?")
    assert status == 0
    assert len(lines) == 3
    assert lines[0] == ("It cost 40 million crowns. [1] how much? after 0. ([1] Bridge opens, By Ada Lind, 2031-05-02)")
    assert "and then? after 1." in lines[1]
    assert lines[2].startswith("The articles do not say. Nearest: “The bridge opened on Monday.”")


def test_commands_work_in_a_pipe_and_quit_ends_it(ask_through_pipe: Piped) -> None:
    status, lines = ask_through_pipe(
        "/sources", "/quotes Ada Lind", "/source", "how much?", "/sources", "/open 1", "/quit", "and then?"
    )
    assert status == 0
    assert lines == [
        "There are no sources to show yet.",
        "No quotations of Ada Lind.",
        "There is no command /source. Did you mean /sources?",
        "It cost 40 million crowns. [1] how much? after 0. ([1] Bridge opens, By Ada Lind, 2031-05-02)",
        "[1] Bridge opens, By Ada Lind, 2031-05-02",
        "Bridge opens",
        "By Ada Lind · 2031-05-02",
        "",
        "The bridge opened on Monday.",
        "»It cost 40 million crowns.«",
    ]


def test_a_source_is_opened_in_a_pipe_as_in_the_chat_with_or_without_a_slash(ask_through_pipe: Piped) -> None:
    _, with_slash = ask_through_pipe("how much?", "/open 1")
    status, without = ask_through_pipe("how much?", "open 1")
    assert (status, without) == (0, with_slash)
    _, lines = ask_through_pipe("how much?", "/open 1 twice", "/")
    assert lines[1:] == [
        "/open 1 shows what stands around it, /open 1 all the whole article.",
        "There is no command /. /help lists the commands.",
    ]


def test_a_piped_question_that_fails_is_told_on_its_line_and_in_the_status(ask_through_pipe: Piped) -> None:
    status, lines = ask_through_pipe("fail", "how much?")
    assert status == 1
    assert lines[0] == "Error: The library is asleep: wake it."
    assert "how much? after 0." in lines[1]


def test_only_the_last_turns_of_a_pipe_count(ask_through_pipe: Piped) -> None:
    _, lines = ask_through_pipe(*"aaaa", memory=2)
    assert [f"after {n}." in line for n, line in zip((0, 1, 2, 2), lines, strict=True)] == [True] * 4


def test_a_reader_that_goes_away_is_no_error(tmp_path: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from bot.terminal import piped; from tests.bot.chat_fake import answer;"
        "from retrieval.store.articles import open_engine; from retrieval.store.quotes import Quotations;"
        "quotations, questions = Quotations(open_engine(Path(sys.argv[1]))), iter(lambda: 'how much?', '');"
        "sys.exit(piped(answer, quotations, questions, libraries=('public',), out=sys.stdout))"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script, str(tmp_path)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.readline().startswith(b"It cost")
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(PATIENCE) == 0


def test_an_answer_is_shown_as_it_is_written_and_what_was_dropped_is_gone(
    terminal: Callable[..., Terminal], tmp_path: Path
) -> None:
    chat = terminal()
    chat.ask("write how much")
    assert "mayor" not in chat.see("It cost 40 million crowns. [1] He is …")
    for shown_before in ("Reading", "It cost 40 million …", "The mayor resigned …"):
        assert shown_before.encode() in chat.raw
    chat.process.sendintr()
    text = chat.see("Cancelled.")
    assert "He is" not in text
    chat.wait(lambda _: (tmp_path / "data" / "history.stopped").exists(), "sign that it stopped")
    chat.ask("how much?")
    chat.see("how much? after 0.")
