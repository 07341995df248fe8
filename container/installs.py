"""Installs Byline by pip, by pipx and by `uv tool install`, each in an empty home, and asks it a question there.

Run by `make installs`, as it needs a package index, some gigabytes and ten minutes; no test does. What the settings
of pip and uv say holds (PIP_FIND_LINKS, UV_FIND_LINKS, ...). `--torch` constrains the build of torch.
"""
# ruff: noqa: INP001, S603, T201  (a script of the container, in no package; what it runs is written here, and told)

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
QUESTION, TOLD = "How long is Xi's visit to Moscow?", "three-day"


def ways(wheel: Path, home: Path, tools: Path) -> dict[str, tuple[list[list[str]], Path]]:
    """Returns the ways to install a wheel: their commands, and the program that is there afterwards."""
    python, local = sys.executable, home / ".local" / "bin" / "byline"
    venv = home / "venv" / "bin"
    return {
        "pip": (
            [[python, "-m", "venv", str(venv.parent)], [str(venv / "pip"), "install", str(wheel)]],
            venv / "byline",
        ),
        "pipx": ([[str(tools / "pipx"), "install", "--python", python, str(wheel)]], local),
        "uv": ([[str(tools / "uv"), "tool", "install", "--python", python, str(wheel)]], local),
    }


def main() -> None:
    """Exits with what failed, if something did."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--torch", default="torch", help="such as torch==2.13.0")
    parser.add_argument("ways", nargs="*", metavar="WAY", help="pip, pipx, uv; by default all")
    given = parser.parse_args()
    failed = []
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        (work / "constraints.txt").write_text(f"{given.torch}\n")
        settings = os.environ | {name: str(work / "constraints.txt") for name in ("PIP_CONSTRAINT", "UV_CONSTRAINT")}
        tools = work / "tools" / "bin"
        for command in (
            [sys.executable, "-m", "venv", str(tools.parent)],
            [str(tools / "pip"), "install", "--quiet", "pipx", "uv", "hatchling"],
            [str(tools / "hatchling"), "build", "-t", "wheel", "-d", str(work)],
        ):
            subprocess.run(command, check=True, cwd=ROOT)
        wheel = next(work.glob("*.whl"))
        for way in given.ways or ways(wheel, work, tools):
            with tempfile.TemporaryDirectory(dir=work) as home:
                commands, byline = ways(wheel, Path(home), tools)[way]
                own = settings | {"HOME": home}
                started = time.monotonic()
                for command in commands:
                    subprocess.run(command, check=True, env=own, cwd=home)
                asked = [str(byline), "ask", QUESTION]
                answer = subprocess.run(asked, check=False, env=own, cwd=home, capture_output=True, text=True)
                print(f"{way}: {time.monotonic() - started:.0f} s, {answer.stdout.strip() or answer.stderr.strip()}")
                if TOLD not in answer.stdout:
                    failed.append(way)
    sys.exit(f"No answer after installing by {', '.join(failed)}." if failed else 0)


if __name__ == "__main__":
    main()
