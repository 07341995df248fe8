"""Who is listed as a speaker: people and bodies, one entry each, and no outlet that only reported their words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from retrieval.store.articles import Articles, open_engine
from retrieval.store.quotes import Quotations
from retrieval.types import Article
from tests.parts import publish

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.usefixtures("each_database")
RELAYED = Article(
    "relayed",
    "Bridge of Holm to close",
    "“The bridge closes on Friday,” said Councillor Ada Frost, according to Radio Holm.\n\n"
    "“I shall walk,” Ada Frost said. Councillor Frost promised a ferry. The Holm Gazette reported that it rained. "
    "Critics said that ferries are late. Presidnet Frost said that it would stay so.\n\n"
    "PAY NOW FROST\n\nPAY NOW FROST says that all will be well.",
)
MISSPELT = Article("misspelt", "Ferry of Holm", "“The ferry is late,” said Ada Forst. A. Frost called that a pity.")


def test_speakers_are_listed_once_and_outlets_that_reported_are_not(tmp_path: Path) -> None:
    stored = Articles(open_engine(tmp_path))
    publish(stored, RELAYED, MISSPELT)
    listed = [(one.name, one.articles) for one in Quotations(stored.engine).speakers(("public",))]
    assert listed == [("Ada Frost", 2)]
    stored.close()
