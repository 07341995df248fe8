"""A real process is killed at random moments of an add, a replacement or a removal; the next start is consistent."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

from tests import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

KILLS = 24


def run(*arguments: str, directory: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "bot", *arguments, "--data-dir", str(directory)],
        capture_output=True,
        text=True,
        check=False,
        cwd=directory,
    )


@contextmanager
def reporting(directory: Path) -> Iterator[Callable[[], dict[str, Any]]]:
    """Reports of what the stores hold, by an owner that is there for the while of a report."""
    command = [sys.executable, "-m", "tests.store.consistency", str(directory)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
        given, told = process.stdin, process.stdout
        assert given is not None
        assert told is not None

        def report() -> dict[str, Any]:
            given.write("\n")
            given.flush()
            made: dict[str, Any] = json.loads(told.readline())
            return made

        yield report


@dataclass
class World:
    """What was finished, and what was under way when the process died."""

    directory: Path
    chance: random.Random
    finished: dict[str, str] = field(default_factory=dict)
    made: int = 0

    def text(self, name: str) -> str:
        self.made += 1
        count = self.chance.randint(8, 40)
        return "\n\n".join(
            f"Report {self.made} on {name}, part {n}: the harbour was closed, said Ann Lee." for n in range(count)
        )

    def rows(self, names: list[str]) -> dict[str, str]:
        return {name: self.text(name) for name in names}

    def write(self, rows: dict[str, str]) -> str:
        path = self.directory / f"rows-{self.made}.jsonl"
        path.write_text("".join(json.dumps({"id": n, "title": n, "text": t}) + "\n" for n, t in rows.items()))
        return str(path)

    def next_change(self) -> tuple[list[str], dict[str, str | None]]:
        """The arguments of a command, and what it makes of each article (None: removed)."""
        known = sorted(self.finished)
        some = self.chance.sample(known, min(6, len(known)))
        kind = self.chance.choice(["add", "replace", "remove"]) if len(known) > len(some) else "add"
        if kind == "remove":
            return ["remove", *some], dict.fromkeys(some)
        rows = self.rows(some if kind == "replace" else [f"article-{self.made}-{n}" for n in range(12)])
        return ["add", self.write(rows)], dict(rows)


def kill_during(arguments: list[str], world: World, delay: float) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "bot", *arguments, "--data-dir", str(world.directory)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd=world.directory,
    )
    time.sleep(delay)
    with suppress(ProcessLookupError):
        os.kill(process.pid, signal.SIGKILL)
    process.wait()


@pytest.mark.timeout(500)
def test_a_process_killed_at_any_moment_leaves_a_consistent_library(tmp_path: Path) -> None:
    seed = int(os.environ.get("BYLINE_TEST_SEED", time.time_ns() % 10_000))
    world = World(tmp_path, random.Random(seed))  # noqa: S311  (no secret)
    began = time.monotonic()
    first = world.rows([f"first-{n}" for n in range(12)])
    assert run("add", world.write(first), directory=tmp_path).returncode == 0
    usual = time.monotonic() - began
    world.finished = first | {"seeds/000_dbaac4714505962b.txt": (ROOT / "seeds/000_dbaac4714505962b.txt").read_text()}
    with reporting(tmp_path) as report_on:
        for _ in range(KILLS):
            arguments, change = world.next_change()
            kill_during(arguments, world, world.chance.uniform(0.2, 1.1) * usual)
            report = report_on()
            texts = report.pop("texts")
            assert report.pop("waiting") == 0
            assert report == dict.fromkeys(("vectors", "lexical", "sliced", "quoted", "visible"), True)
            for name in world.finished.keys() | change.keys() | texts.keys():
                allowed = [world.finished.get(name)] + ([change[name]] if name in change else [])
                assert texts.get(name) in allowed, f"{name} after {arguments}"
            world.finished = texts
