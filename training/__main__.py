"""Makes the reader again: `python -m training DATA_DIR --run RUN_DIR`, some five hours on two cores.

Trains the span model, ships it as retrieval/models/byline-minilm, and fits retrieval/reader/weights.json to it. Each
step can be run alone (training.train_reader, .export_reader, .fit_reader, .fit_speech) and is taken up where it was
left.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--run", type=Path, required=True, help="where checkpoints and indexes are kept")
    options = parser.parse_args()
    for step in (
        ["training.train_reader", str(options.data), "--run", str(options.run)],
        ["training.export_reader", str(options.run)],
        ["training.fit_reader", str(options.data), "--cache", str(options.run / "indexes")],
        ["training.fit_speech", str(options.data), "--cache", str(options.run / "indexes")],
    ):
        subprocess.run([sys.executable, "-m", *step], check=True)


if __name__ == "__main__":
    main()
