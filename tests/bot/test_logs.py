"""The log of what goes wrong while a person sits at the screen."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from bot.logs import logging_to

FULL = Path("/dev/full")
LOG = logging.getLogger("byline")


def test_it_is_written_beside_the_articles_and_not_on_the_screen(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    with logging_to(tmp_path / "byline.log"):
        LOG.warning("The crane is %s", "lone \ud800")
    assert "WARNING The crane is lone \\ud800" in (tmp_path / "byline.log").read_text()
    assert capfd.readouterr() == ("", "")


def test_it_goes_to_the_screen_where_no_file_can_be_written(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    with logging_to(tmp_path / "missing" / "byline.log"):
        LOG.warning("The crane is closed")
    assert "The crane is closed" in capfd.readouterr().err


@pytest.mark.skipif(not FULL.exists(), reason="needs a device that is always full")
def test_it_goes_to_the_screen_without_a_traceback_where_the_disk_is_full(capfd: pytest.CaptureFixture[str]) -> None:
    with logging_to(FULL):
        LOG.warning("The crane is closed")
        LOG.warning("The ferry is late")
    assert capfd.readouterr().err == "The crane is closed\nThe ferry is late\n"


def test_a_large_one_is_put_aside(tmp_path: Path) -> None:
    path = tmp_path / "byline.log"
    path.write_text("old\n" * 400_000)
    with logging_to(path):
        LOG.warning("new")
    assert (tmp_path / "byline.log.1").read_text().startswith("old")
    assert path.read_text().endswith("WARNING new\n")
    assert "old" not in path.read_text()
