"""Writes requirements.txt beside this file: what Byline runs with, each package with its hashes; run by `make lock`.

What only exporting a model needs is left out (torch and its company; a container brings the exported model), and what
Chroma needs in a cluster alone. No address of an index is written. `make lock CONSTRAINTS=FILE` keeps to versions.
"""
# ruff: noqa: INP001  (a script of the container, in no package)

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
LEFT_OUT = ("torch", "sentence-transformers", "onnx", "kubernetes")
HEADING = "# Made by `make lock` from pyproject.toml. To be installed with --no-deps --require-hashes.\n"
OPTIONS = (
    *("--quiet", "--python-version=3.11", "--generate-hashes", "--no-annotate", "--no-header"),
    *("--no-emit-index-url", "--no-emit-find-links"),
)


def main() -> None:
    """Writes the list; arguments are handed on to `uv pip compile`, such as --constraint FILE."""
    with tempfile.TemporaryDirectory() as folder:
        overrides, locked = Path(folder, "overrides.txt"), Path(folder, "locked.txt")
        overrides.write_text("".join(f"{name} ; sys_platform == 'never'\n" for name in LEFT_OUT))
        source = HERE.parent / "pyproject.toml"
        files = ("--override", str(overrides), "--output-file", str(locked), str(source))
        subprocess.run([sys.executable, "-m", "uv", "pip", "compile", *OPTIONS, *sys.argv[1:], *files], check=True)  # noqa: S603  (this Python, and what the caller gave)
        (HERE / "requirements.txt").write_text(HEADING + locked.read_text())


if __name__ == "__main__":
    main()
