"""Which texts are told to be in another language; questions of names and English ones with foreign names are none."""

from __future__ import annotations

from collections import Counter

import pytest

from retrieval.text.languages import foreign_language, unread_note

FERRY = "Die Fähre fährt wieder, sagte die Reederei am Montag. Wann der Hafen öffnet, ist noch nicht klar. "


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Wann fährt die Fähre nach Strand?", "German"),
        ("Pourquoi le bac est-il en retard ?", "French"),
        ("¿Cuándo sale el ferry?", "Spanish"),
        ("Perché il traghetto è in ritardo?", "Italian"),
        ("Quando parte a balsa, e quem disse isso?", "Portuguese"),
        ("Hoeveel kost de veerboot?", "Dutch"),
        ("Varför är färjan sen?", "Swedish"),
        ("Dlaczego prom jest spóźniony?", "Polish"),
        ("Когда отходит паром?", "a language in Cyrillic letters"),
        ("渡輪何時出發？", "Chinese or Japanese"),
        (FERRY * 10, "German"),
    ],
)
def test_a_text_in_another_language_is_told_with_its_language(text: str, language: str) -> None:
    assert foreign_language(text) == language


@pytest.mark.parametrize(
    "text",
    [
        "Scholz NATO?",
        "Ursula von der Leyen Kyiv",
        "lula bolsonaro runoff",
        "who won la vuelta",
        "wat did she say",
        "What is Bundesliga?",
        "Who sang “La vie en rose”?",
        "When did Путин visit Minsk?",
        "Peña Nieto y Calderón",
        "OU Texas score",
        "",
        "?!",
        "The paper wrote “Die Fähre ist wieder da”, and the owner was glad of it.",
    ],
)
def test_names_and_foreign_words_within_english_are_none(text: str) -> None:
    assert foreign_language(text) is None


def test_what_is_said_of_such_articles_counts_them() -> None:
    assert unread_note(Counter()) is None
    assert (unread_note(Counter({"German": 1})) or "").startswith("1 article seems to be in German; Byline reads")
    assert (unread_note(Counter({"Dutch": 1, "German": 2})) or "").startswith("3 articles seem to be in German, Dutch;")
