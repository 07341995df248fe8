"""The reader: cited sentences in exact words, refusals, and the questions written for the seed article."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from conftest import SEED
from fakes import WordEncoder
from hypothesis import given
from hypothesis import strategies as st

from retrieval.encoder import load_encoder
from retrieval.passages import passages
from retrieval.reader import Reader
from retrieval.reader.scoring import Scored, Scores
from retrieval.reader.selection import MAX_CHARACTERS, MAX_SENTENCES, short_answer
from retrieval.types import Answer, Article, Hit, Question

if TYPE_CHECKING:
    from collections.abc import Sequence

    from retrieval.reader.evidence import Candidate
    from retrieval.types import Encoder

QUESTIONS = [
    json.loads(line)
    for line in (Path(__file__).parent / "data" / "seed_questions.jsonl").read_text(encoding="utf-8").splitlines()
]
HARBOUR = Article(
    "harbour",
    "Ferry strike ends",
    "The ferry strike in Marstad ended on Tuesday after nine days. Unions accepted a rise of 4 percent.\n\n"
    "“We are glad to sail again,” Captain Ida Holm said.\n\n"
    "Mayor Jonas Berg praised the captain. Tourists had waited on the quay.",
    byline="By Lena Vik",
)


class FirstWordsScorer:
    """Prefers sentences in their order, and is as sure as it is told."""

    def __init__(self, confidence: float) -> None:
        self.confidence = confidence

    def score(self, question: str, pool: Sequence[Candidate]) -> Scores:  # noqa: ARG002  (the protocol's)
        return Scores(tuple(Scored(c, -0.1 * i, 0.5, "its place") for i, c in enumerate(pool)), self.confidence)


@pytest.fixture(scope="session")
def encoder(tmp_path_factory: pytest.TempPathFactory) -> Encoder:
    return load_encoder("all-MiniLM-L6-v2", cache_dir=tmp_path_factory.mktemp("models"))


def whole(article: Article) -> Hit:
    return Hit("public", article, 0, len(article.text), 0.03)


def asked(text: str) -> Question:
    return Question(text=text, libraries=("public",))


def read(text: str, article: Article = HARBOUR, confidence: float = 0.9) -> Answer:
    return Reader(WordEncoder(), scorer=FirstWordsScorer(confidence), threshold=0.5).answer(
        asked(text), [whole(article)]
    )


def seed_hits(question: str, encoder: Encoder) -> list[Hit]:
    """The seed article's passages, the nearest to the question first."""
    text = SEED.read_text(encoding="utf-8")
    article = Article("seed", text.splitlines()[0], text, byline="By Keane")
    found = passages(article, encoder.count_tokens, 150)
    cosines = encoder.encode_passages([p.text for p in found]) @ encoder.encode_questions([question])[0]
    return [Hit("public", article, found[i].start, found[i].end, float(cosines[i])) for i in np.argsort(-cosines)[:10]]


def plain(text: str) -> str:
    return text.casefold().replace("’", "'")


def holds(answer: Answer, words: list[list[str]]) -> bool:
    return answer.answered and all(any(plain(w) in plain(answer.text) for w in group) for group in words)


def test_most_seed_questions_are_answered_rightly_and_most_others_refused(encoder: Encoder) -> None:
    reader = Reader(encoder)
    read = [(row, reader.answer(asked(row["question"]), seed_hits(row["question"], encoder))) for row in QUESTIONS]
    right = sum(holds(answer, row["words"]) for row, answer in read if row["words"])
    refused = sum(not answer.answered for row, answer in read if not row["words"])
    for _, answer in read:
        assert [s.text for s in answer.statements] == [c.quote for c in answer.citations]
    assert right >= 36, f"{right} of 40 right"
    assert refused >= 14, f"{refused} of 25 refused"


def test_what_blinken_said_is_his_three_sentences_and_nothing_said_of_him(encoder: Encoder) -> None:
    answer = Reader(encoder).answer(asked("What did Blinken say?"), seed_hits("What did Blinken say?", encoder))
    assert [s.text.split()[0] for s in answer.statements] == ["US", "“That", "“And"]
    assert answer.total == 3


def test_no_hits_are_a_refusal() -> None:
    answer = Reader(WordEncoder()).answer(asked("Who ended the strike?"), [])
    assert not answer.answered
    assert answer.why


def test_below_the_threshold_it_refuses_and_keeps_the_hits() -> None:
    answer = read("When did the strike end?", confidence=0.4)
    assert not answer.answered
    assert answer.citations == ()
    assert answer.short is None
    assert answer.hits == (whole(HARBOUR),)


def test_the_short_answer_is_a_part_of_a_cited_sentence() -> None:
    answer = read("When did the strike end?")
    assert answer.short == "Tuesday"
    assert answer.short in answer.citations[0].quote


def test_sentences_side_by_side_become_one_statement() -> None:
    first = read("When did the strike end?").statements[0].text
    assert first == HARBOUR.text.split("\n\n", maxsplit=1)[0]


def test_a_person_whom_no_article_names_is_refused_by_name() -> None:
    answer = read("Where was Petra Lund born?", confidence=1.0)
    assert not answer.answered
    assert "Petra Lund" in answer.why[-1]


def test_a_misspelt_name_is_still_known() -> None:
    assert read("Where was Jonas Berge born?").answered


def test_every_candidate_is_explained() -> None:
    assert any("Unions accepted" in line and "its place" in line for line in read("What happened?").why)


@given(st.lists(st.text(alphabet="ab. \n“”é", max_size=300), min_size=1, max_size=4))
def test_whatever_the_text_statements_are_exact_slices_within_the_limits(texts: list[str]) -> None:
    hits = [whole(Article(str(i), "T", text)) for i, text in enumerate(texts) if text.strip()]
    answer = Reader(WordEncoder(), scorer=FirstWordsScorer(1.0)).answer(asked("What is b?"), hits)
    assert sum(len(s.text) for s in answer.statements) <= MAX_CHARACTERS
    assert len(answer.statements) <= MAX_SENTENCES
    for statement, citation in zip(answer.statements, answer.citations, strict=True):
        assert statement.text == citation.quote == citation.article.text[citation.start : citation.end]


@pytest.mark.parametrize(
    ("question", "sentence", "short"),
    [
        ("Who opened the bridge?", "The bridge was opened by Karin Falk.", "Karin Falk"),
        ("Who opened the bridge?", "Per Dahl watched as Karin Falk opened the bridge.", None),
        ("When did it open?", "It opened on Friday after a delay.", "Friday"),
        ("When did it open?", "It opened after a delay.", None),
        ("What did it cost?", "It cost Karin Falk 3 million on Friday.", None),
    ],
)
def test_a_short_answer_is_given_only_where_one_span_can_be_meant(
    question: str, sentence: str, short: str | None
) -> None:
    assert short_answer(question, sentence) == short
