"""Tests of Byline, in folders that mirror its plan. What several folders share stands here, what one needs in it."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SEED = ROOT / "seeds" / "000_dbaac4714505962b.txt"
