"""The quotations of the seed article in full, speaker by speaker: as found by the rules, read over, and so kept."""

from __future__ import annotations

import pytest

from retrieval.quotes.extraction import quotes
from retrieval.types import Article, Quote
from tests import SEED

TEXT = SEED.read_text(encoding="utf-8")

SAID: dict[str, list[tuple[str, str]]] = {
    "Xi Jinping": [
        (
            "mixed",
            "the strong-armed dictator had “significantly improved” Russia under his “firm leadership.”",
        ),
        (
            "direct",
            (
                "“It is true that both of our countries share the same, or some similar goals. We have "
                "exerted efforts for the prosperity of our respective countries.. we can cooperate and "
                "work together to achieve our goals,”"
            ),
        ),
        (
            "direct",
            (
                "“I’m very happy that I can visit Russia again, at your invitation. And that Russia is "
                "the first country that I visited after my re-election as China’s President,”"
            ),
        ),
        (
            "direct",
            (
                "“I know that the Russia presidential election is next year. Russia’s development has "
                "significantly improved under your firm leadership. I believe that the Russian people "
                "will continue to strongly support you,”"
            ),
        ),
        (
            "direct",
            "“both countries.. see our relationship as high priority in our diplomacy,”",
        ),
    ],
    "the two leaders": [
        (
            "mixed",
            (
                "how they “share similar goals” and worked to deepen their “no limits” partnership that "
                "they struck up just weeks before the war"
            ),
        ),
        (
            "attitude",
            "their alliance in Russian and Chinese media",
        ),
        (
            "attitude",
            "it over dinner Monday",
        ),
    ],
    "CNN": [
        (
            "mixed",
            (
                "“It is true that both of our countries share the same, or some similar goals. We have "
                "exerted efforts for the prosperity of our respective countries.. we can cooperate and "
                "work together to achieve our goals,” Xi said"
            ),
        ),
    ],
    "Vladimir Putin": [
        (
            "mixed",
            (
                "that China has made a “colossal leap forward” in recent years, which has caused other "
                "countries across the globe to become envious"
            ),
        ),
        (
            "direct",
            (
                "“Symbolically, we met here 10 years during your first visit as an elected "
                "representative of China. In this time, we made progress in relations. We have many "
                "common interests and goals.”"
            ),
        ),
        (
            "mixed",
            "he considered his Chinese counterpart a “good old friend” with whom he shares the “warmest relations.”",
        ),
    ],
    "Antony Blinken": [
        (
            "direct",
            "“diplomatic cover”",
        ),
        (
            "direct",
            (
                "“That President Xi is traveling to Russia days after the International Criminal Court "
                "issued an arrest warrant for President Putin suggests that China feels no "
                "responsibility to hold the Kremlin accountable for the atrocities committed in Ukraine,”"
            ),
        ),
        (
            "direct",
            (
                "“And instead of even condemning them, it would rather provide diplomatic cover for "
                "Russia to continue to commit those very crimes.”"
            ),
        ),
    ],
    "CNBC": [
        (
            "mixed",
            "Xi said “both countries.. see our relationship as high priority in our diplomacy,”",
        ),
    ],
    "Kremlin": [
        (
            "attitude",
            "China’s peace plan for Ukraine",
        ),
        (
            "indirect",
            "the two leaders would discuss it over dinner Monday",
        ),
        (
            "mixed",
            "the move “legally null and void.”",
        ),
    ],
    "Beijing": [
        (
            "indirect",
            "a cease-fire",
        ),
    ],
    "Washington": [
        (
            "attitude",
            "the idea as the effective ratification of the Kremlin’s battlefield gains",
        ),
    ],
    "a woman": [
        (
            "direct",
            "“It’s all lies, it’s all just for show.”",
        ),
    ],
    "China’s foreign ministry": [
        (
            "mixed",
            (
                "the ICC to “respect the jurisdictional immunity” of a head of state and “avoid "
                "politicization and double standards.”"
            ),
        ),
    ],
    "West": [
        (
            "indirect",
            "to sanction China if it helps the Russian military",
        ),
    ],
}


@pytest.fixture(scope="module")
def found() -> list[Quote]:
    return quotes(Article(id="seed", title="Title", text=TEXT))


def words(quote: Quote) -> str:
    return " ... ".join(TEXT[part.start : part.end] for part in quote.content)


@pytest.mark.parametrize(("name", "said"), SAID.items())
def test_the_seed_article_is_read_speaker_by_speaker(
    found: list[Quote], name: str, said: list[tuple[str, str]]
) -> None:
    assert [(quote.kind, words(quote)) for quote in found if quote.name == name and not quote.denied] == said


def test_nobody_else_speaks_in_the_seed_article(found: list[Quote]) -> None:
    assert {quote.name for quote in found if not quote.denied} == SAID.keys()


def test_what_the_seed_article_denies_is_no_ones_words(found: list[Quote]) -> None:
    assert [(quote.name, words(quote)) for quote in found if quote.denied] == [
        ("China", "Russia’s unprovoked attack on Ukraine"),
        ("China", "the conflict as an “invasion.”"),
    ]


def test_the_seed_article_describes_its_speakers(found: list[Quote]) -> None:
    described = {quote.name: quote.description for quote in found if quote.description}
    assert described["Antony Blinken"] == "US Secretary of State"
    assert described["Vladimir Putin"] == "Russian President"
