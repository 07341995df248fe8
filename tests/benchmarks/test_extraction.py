"""The measure of what is found on pages, over the layouts that the tests write: its floor holds."""

from __future__ import annotations

from statistics import fmean
from typing import TYPE_CHECKING

import pytest

from benchmarks.extraction import f1, main, names, outcomes
from tests.sources import unmarked
from tests.sources.layouts import write

if TYPE_CHECKING:
    from pathlib import Path


def test_the_floor_of_quality_holds_over_all_layouts(tmp_path: Path) -> None:
    write(tmp_path)
    found = list(outcomes(tmp_path))
    articles = [one for one in found if one.f1 is not None]
    assert len(articles) >= 25
    assert fmean(one.f1 or 0 for one in articles) >= 0.97
    for name, floor in (("title", 0.95), ("date", 0.95), ("byline", 0.85)):
        assert fmean(bool(getattr(one, name)) for one in articles) >= floor
    assert all(one.refused_right for one in found if one.f1 is None)
    assert not [one.name for one in articles if one.refused]


def test_authors_are_found_on_pages_that_tell_machines_nothing_of_them(tmp_path: Path) -> None:
    unmarked.write(tmp_path)
    found = list(outcomes(tmp_path))
    assert len(found) > 100
    assert fmean(one.f1 for one in found if one.f1 is not None) >= 0.98
    for name, floor in (("title", 0.99), ("date", 0.99), ("byline", 0.97)):
        assert fmean(bool(getattr(one, name)) for one in found) >= floor


def test_the_measures_are_what_they_are_called(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert f1("a b c d", "a b") == pytest.approx(2 / 3)
    assert f1("", "a") == 0
    assert f1("", "") == 1
    assert names("Ida Lund and Bo Aas") == names("Bo Aas, Ida Lund")
    (tmp_path / "a.html").write_text("<title>Empty</title>")
    (tmp_path / "a.json").write_text('{"title": "Ferry", "text": "It ran."}')
    pytest.MonkeyPatch().setattr("sys.argv", ["extraction", str(tmp_path), "--misses"])
    main()
    assert "text F1        0.000" in capsys.readouterr().out
