"""The benchmark of the gate, over a few articles and votes of our own."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from benchmarks.rows import read_rows
from benchmarks.support.__main__ import judged_rightly, table, votes_line
from benchmarks.support.cases import ABSENT, PRESENT, Case, cases, people
from benchmarks.support.edits import BAD, GOOD, Subject
from benchmarks.support.rewordings import HELD_OUT, ROWS, rewordings
from benchmarks.support.votes import judged
from retrieval.gate import Gate
from retrieval.gate.support import shipped_model

DATA = Path(__file__).parents[1] / "data" / "support"
SUBJECT = Subject(
    text="But Mayor Ann Lee warned Bo Ek on Monday that she would not pay 12 dollars, which was too much, in 2021.",
    others=["Carl Ost"],
    strangers=["Dora Pell"],
    words=["water", "tower"],
    plain=["The tower is high."],
    published=None,
    said=(),
    speaker="Ann Lee",
    rng=random.Random(1),  # noqa: S311  (no secret)
)


@pytest.fixture(scope="module")
def made() -> list[Case]:
    return cases(read_rows(DATA / "articles.jsonl"), 4, seed=3)


def test_each_edit_of_a_good_sentence_changes_what_it_says_it_does() -> None:
    assert (GOOD["without its first connective"](SUBJECT) or "").startswith("Mayor Ann Lee warned")
    assert "which was too much" not in (GOOD["without a relative clause"](SUBJECT) or "which was too much")


def test_each_falsification_changes_one_thing() -> None:
    other = BAD["another name of the article"](SUBJECT) or ""
    assert "Carl Ost" in other
    assert "Dora Pell" in (BAD["a name of another article"](SUBJECT) or "")
    assert "Mayor Ann Lee" in (BAD["two names exchanged"](SUBJECT) or "").split("warned")[1]
    assert "12 dollars" not in (BAD["another number"](SUBJECT) or "12 dollars")
    assert "would pay" in (BAD["“not” put in or taken out"](SUBJECT) or "")
    assert (BAD["an invented quotation"](SUBJECT)) == "“The tower is high,” Ann Lee said."
    date = BAD["another date"](SUBJECT) or ""
    assert ("Monday" in date) != ("2021" in date)


def test_what_does_not_apply_gives_nothing() -> None:
    assert GOOD["numbers in words, % for percent"](SUBJECT) != SUBJECT.text
    assert BAD["a word of a quotation changed"](SUBJECT) is None


def test_cases_cite_the_passage_that_holds_their_sentence_or_one_that_does_not(made: list[Case]) -> None:
    kinds = {case.kind for case in made}
    assert {"verbatim", "another number", ABSENT, PRESENT} <= kinds
    for case in made:
        cited = case.passages[case.draft.cited[0] - 1]
        assert (cited.article.id == case.article) == (case.kind not in {ABSENT, PRESENT})
        if case.kind == "verbatim":
            assert case.draft.text in cited.text


def test_the_same_seed_makes_the_same_cases(made: list[Case]) -> None:
    assert made == cases(read_rows(DATA / "articles.jsonl"), 4, seed=3)


def test_people_are_names_of_two_words() -> None:
    assert people("Mayor Ann Lee met Bo Ek in Oslo.") == ["Ann Lee", "Bo Ek"]


def test_most_of_our_own_cases_are_judged_rightly_and_the_table_says_so(made: list[Case]) -> None:
    gate = Gate()
    for is_good in (True, False):
        own = [case for case in made if case.is_good == is_good]
        assert sum(judged_rightly(case, gate) for case in own) >= 0.9 * len(own)
    shown = table(made, gate)
    assert "| verbatim | 8 | 100.0% |" in shown
    assert "| **bad** |" in shown


def test_votes_are_counted_by_majority() -> None:
    rows = judged(read_rows(DATA / "votes.jsonl"))
    assert [one.supported for one in rows] == [True, True, False, True, False]
    assert "5 sentences, 2 unsupported" in votes_line(rows, shipped_model())


@pytest.mark.parametrize(("path", "least"), [(ROWS, 150), (HELD_OUT, 50)])
def test_each_rewording_is_of_one_stretch_of_an_article_and_changed_in_one_way(path: Path, least: int) -> None:
    rows = read_rows(path)
    assert len(rows) >= least
    assert {row["change"] for row in rows} - {"negation"} == {"role", "number", "speaker", "hedge"}
    assert all(row["true"] != row["changed"] and row["start"] < row["end"] for row in rows)


def test_no_article_of_a_held_out_rewording_is_one_that_something_was_chosen_by() -> None:
    chosen, held_out = ({row["article"] for row in read_rows(path)} for path in (ROWS, HELD_OUT))
    assert chosen.isdisjoint(held_out)


def test_both_sentences_of_a_row_stand_before_the_passage_that_holds_what_they_tell() -> None:
    row = read_rows(ROWS)[0]
    text = "The fares of the ferry rise again next year. " * 80
    article = {"id": row["article"], "title": "Ferry fares", "text": text, "published": "2023-03-15"}
    true, changed = rewordings([article], seed=1)
    assert (true.is_good, true.draft.text, changed.draft.text) == (True, row["true"], row["changed"])
    assert true.source is not None
    assert true.passages[true.source].start < row["end"]
    assert true.passages == changed.passages
