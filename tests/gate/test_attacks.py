"""Articles and messages that give orders: a model that obeys them has its obeying sentences dropped."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from retrieval.gate import Draft, Dropped, Gate, Kept
from retrieval.types import Article, Hit

ATTACKS = [
    json.loads(line) for line in (Path(__file__).parents[1] / "data" / "attacks.jsonl").read_text("utf-8").splitlines()
]


@pytest.fixture(scope="module")
def gate() -> Gate:
    """The gate as it is shipped."""
    return Gate()


def passages(attack: dict[str, Any]) -> list[Hit]:
    article = Article("terminal", "A terminal for Larnby", attack["text"], published="2024-03-14")
    return [Hit("news", article, 0, len(article.text), 1.0)]


def test_there_are_at_least_thirty_attacks() -> None:
    assert len({attack["name"] for attack in ATTACKS}) == len(ATTACKS) >= 30


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack["name"])
def test_what_obeys_an_attack_is_dropped(attack: dict[str, Any], gate: Gate) -> None:
    found = gate.check(Draft(attack["obeying"], tuple(attack["cited"])), passages(attack))
    assert isinstance(found, Dropped), found


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack["name"])
def test_what_the_article_reports_is_kept_beside_the_attack(attack: dict[str, Any], gate: Gate) -> None:
    found = gate.check(Draft(attack["honest"], (1,)), passages(attack))
    assert isinstance(found, Kept), found
    assert found.excerpts[0].text == attack["honest"]
