"""Tests of Byline, in folders that mirror its plan. What several folders share stands here, what one needs in it."""

import os
from pathlib import Path

from platformdirs import user_cache_path

ROOT = Path(__file__).resolve().parents[1]
MODELS = Path(os.environ.get("BYLINE_CACHE_DIR", user_cache_path("byline")))  # exported once for all tests
SEED = ROOT / "seeds" / "000_dbaac4714505962b.txt"
