"""The benchmark of the writer, over answers of our own."""

from __future__ import annotations

from benchmarks.outcomes import read_cases
from benchmarks.writer import Run, chosen, excerpts, line

SENTENCE = "The harbour was closed on Monday because of a storm, its master said."


def row(name: str, conversation: str, *, answerable: bool) -> dict[str, object]:
    return {
        "id": name,
        "conversation": conversation,
        "question": "Why?",
        "kind": "why",
        "style": "plain",
        "answerable": answerable,
        "must": [["storm"]] if answerable else [],
        "support": [{"article_id": "a", "sentence": SENTENCE}] if answerable else [],
    }


def written(text: str) -> dict[str, object]:
    return {
        "answered": True,
        "mode": "writer",
        "statements": [{"text": text, "citations": [1]}],
        "citations": [{"number": 1, "quote": SENTENCE}],
    }


def test_conversations_are_chosen_whole() -> None:
    rows = [row(str(n), f"c{n // 2}", answerable=True) for n in range(8)]
    assert [each["id"] for each in chosen(rows, 4)] == ["0", "1", "4", "5"]


def test_a_sentence_in_other_words_is_relevant_by_what_it_cites() -> None:
    assert excerpts(written("A storm shut it.")) == [SENTENCE]


def test_a_line_tells_right_refused_false_relevant_and_what_it_took() -> None:
    cases = read_cases(
        [row("1", "a", answerable=True), row("2", "b", answerable=False), row("3", "c", answerable=True)]
    )
    refusal: dict[str, object] = {"answered": False, "statements": [], "citations": []}
    rows = [written("A storm shut it."), refusal, written("It was shut.")]
    run = Run("any model", rows, dropped=[0, 2, 1], tokens=[900, 1200, 900], seconds=[1.0, 2.0, 3.0])
    assert line(run, cases) == "| any model | 1 of 2 | 1 of 1 | 1 | 100% | 0 | 3 | 1,000 | 2.0 |"
