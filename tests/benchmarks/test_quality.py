"""The harness that measures quality: its parts, and the whole command over a small sample of our own."""

from __future__ import annotations

import datetime as dt
import json
import math
import os
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.quality import measures
from benchmarks.quality.__main__ import outcomes, run
from benchmarks.quality.byline import Byline
from benchmarks.quality.cases import PARTS, Case, Part, read_part
from benchmarks.quality.figure import risk_coverage_svg
from benchmarks.quality.report import BEGIN, END, Row, report, write_between
from benchmarks.quality.scores import AGES, SCORED_BY, Outcome, best_f1, calibration, curve
from benchmarks.quality.systems import Reply, part_digest
from retrieval.errors import BylineError, FingerprintMismatch, SettingsError
from retrieval.types import Article
from tests import ROOT
from tests.fakes import WordEncoder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from benchmarks.quality.measures import Wanted
    from benchmarks.quality.scores import Unit
    from benchmarks.quality.systems import Say

SAMPLE = ROOT / "tests" / "data" / "quality"
CONFIDENCES = st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=60)


def part(name: str, limit: int | None = None) -> Part:
    found = read_part(name, SAMPLE, limit)
    assert found is not None
    return found


# Measures


@pytest.mark.parametrize(
    ("prediction", "wanted", "exact", "f1"),
    [
        ("The Lantern Prize.", (("lantern prize",),), 1.0, 1.0),
        ("“Low Water”", (("Low Water",),), 1.0, 1.0),
        ("in 1911", (("1911",), ("the year 1911",)), 0.0, 2 / 3),
        ("a storm", (("storm surge",), ("rain",)), 0.0, 2 / 3),
        ("", (), 1.0, 1.0),
        ("", (("1911",),), 0.0, 0.0),
        ("1911", (), 0.0, 0.0),
    ],
)
def test_exact_match_and_f1_are_those_of_squad(prediction: str, wanted: Wanted, exact: float, f1: float) -> None:
    assert measures.exact(prediction, wanted) == exact
    assert measures.f1(prediction, wanted) == pytest.approx(f1)


@pytest.mark.parametrize(
    ("text", "wanted", "held"),
    [
        ("It was Vall’s third book.", (("Vall",),), True),
        ("The five-year plan", (("five",),), True),
        ("The U.S. team", (("US",),), True),
        ("Trained by Andreas Schutz", (("Andreas Schütz",),), True),
        ("They counted 104 ships.", (("10",),), False),
        ("A start was made.", (("art",),), False),
        ("It froze in 1963 and in 2010.", (("1963", "2010"),), True),
        ("It froze in 1963.", (("1963", "2010"),), False),
        ("It froze in 1963.", (("2010",), ("1963",)), True),
        ("Three ships sank.", (("3",),), True),
        ("They sank 3 ships.", (("three ships",),), True),
        ("It cost $1,600,000.", (("1.6 million",),), True),
        ("The twenty-five came third.", (("25", "3rd"),), True),
        ("One of the ships sank.", (("1",),), False),
        ("Anything", (("!",),), False),
        ("Anything", (), False),
    ],
)
def test_an_answer_is_contained_as_whole_words_all_of_them_for_one_of_the_alternatives(
    text: str, wanted: Wanted, *, held: bool
) -> None:
    assert measures.contains(text, wanted) is held


@pytest.mark.parametrize(
    ("prediction", "wanted", "equal"),
    [
        ("Vasse and Orrin", (("Orrin", "Vasse"),), True),
        ("Torvik, Vasse, and the Orrin", (("Orrin", "Vasse", "Torvik"),), True),
        ("Vasse", (("Orrin", "Vasse"),), False),
        ("Orrin, Vasse and Vasse", (("Orrin", "Vasse"),), False),
        ("seven", (("7",),), True),
        ("7 ships", (("seven",),), False),
        ("José Vall", (("Jose Vall",), ("Quist",)), True),
        ("", (("7",),), False),
    ],
)
def test_a_short_answer_of_the_news_may_list_in_any_order_and_write_numbers_in_words(
    prediction: str, wanted: Wanted, *, equal: bool
) -> None:
    assert measures.same(prediction, wanted) is equal


def test_the_answer_to_a_news_question_may_be_a_list() -> None:
    assert measures.items("Orrin, Vasse, and Port Torvik") == ("Orrin", "Vasse", "Port Torvik")
    assert measures.items("Bed & Breakfast of 1,000") == ("Bed & Breakfast of 1,000",)


def test_an_answer_of_four_sentences_or_601_characters_does_not_fit() -> None:
    assert measures.fits("One came. Two left. Three stayed.")
    assert not measures.fits("One came. Two left. Three stayed. Four slept.")
    assert measures.fits("x" * 600)
    assert not measures.fits("x" * 601)


def test_ranking_measures_of_a_known_ranking() -> None:
    ranking = [False, True, False, True]
    assert measures.reciprocal_rank(ranking) == 0.5
    assert measures.ndcg(ranking, 2) == pytest.approx((0.63093 + 0.43068) / (1 + 0.63093), abs=1e-5)
    assert measures.reciprocal_rank([False]) == measures.ndcg([False], 0) == 0.0


@given(st.lists(st.booleans(), max_size=12), st.integers(0, 20))
def test_ndcg_is_one_for_the_best_ranking_alone(ranking: list[bool], unfound: int) -> None:
    value = measures.ndcg(ranking, sum(ranking) + unfound)
    best = sorted(ranking, reverse=True) == ranking and (not unfound or all(ranking)) and any(ranking)
    assert 0 <= value <= 1 + 1e-9
    assert (value > 1 - 1e-9) is best


TEXTS = st.lists(st.text(alphabet="ab the.'2", max_size=20), max_size=8)
STRINGS = st.lists(st.text(alphabet="ab the.'2", max_size=6), min_size=1, max_size=2).map(tuple)


@given(TEXTS, st.lists(STRINGS, min_size=1, max_size=2).map(tuple), st.integers(1, 5))
def test_relevant_texts_are_counted_as_one_by_one(texts: list[str], wanted: Wanted, most: int) -> None:
    one_by_one = sum(measures.contains(text, wanted) for text in texts)
    assert measures.count_relevant(texts, [wanted], most) == [min(most, one_by_one)]


def test_the_calibration_error_is_the_mean_gap_of_the_bins() -> None:
    assert measures.calibration_error([0.5, 0.5, 1.0], [True, False, True]) == 0
    assert measures.calibration_error([0.9, 0.9, 0.1, 0.1], [True, False, False, False]) == pytest.approx(0.25)


@given(CONFIDENCES)
def test_the_calibration_error_is_at_most_that_of_each_single_confidence(pairs: list[tuple[float, bool]]) -> None:
    confidences, right = [c for c, _ in pairs], [r for _, r in pairs]
    single = sum(abs(c - r) for c, r in pairs) / len(pairs)
    assert 0 <= measures.calibration_error(confidences, right) <= single + 1e-9


@given(CONFIDENCES, st.integers(0, 5))
def test_each_point_of_the_curve_is_what_its_threshold_gives(pairs: list[tuple[float, bool]], silent: int) -> None:
    total = len(pairs) + silent
    points = measures.risk_coverage([c for c, _ in pairs], [r for _, r in pairs], total)
    assert [point[0] for point in points] == sorted({c for c, _ in pairs}, reverse=True)
    for threshold, coverage, risk in points:
        shown = [right for confidence, right in pairs if confidence >= threshold]
        assert coverage == pytest.approx(len(shown) / total)
        assert risk == pytest.approx(1 - sum(shown) / len(shown))


# Cases


def test_the_documents_of_a_row_are_dated_only_by_calendar_dates() -> None:
    dates = {name: [a.published for a in articles] for name, articles in part("recency").libraries.items()}
    assert dates == {
        "0": ["2023-11-16", None, "2019-05-02", None],
        "1": ["2023-11-19", None],
        "2": [None, "1999-01-03"],
    }
    assert [case.asked for case in part("recency").cases] == [dt.date(2023, 11, 20)] * 2 + [dt.date(2024, 1, 1)]


def test_answers_are_alternatives_or_all_needed_as_each_source_has_it() -> None:
    assert part("refusal").cases[0].wanted == (("March 3, 1902",), ("3 March 1902",))
    assert part("refusal").cases[1].wanted == (("Orrin", "Torvik"), ("Orrin", "Port Torvik"))
    assert [case.wanted for case in part("recency").cases[1:]] == [
        (("collapsed",), ("fell down",)),
        (("1963", "2010"),),
    ]


def test_questions_that_no_article_answers_are_left_out_of_news_and_the_others_asked_twice() -> None:
    cases = part("news").cases
    assert [case.id for case in cases] == ["n1", "n2", "n3", "n4"] * 2
    assert [case.withheld for case in cases[:4]] == [frozenset()] * 4
    assert cases[5].withheld == {"ferry", "ferry-again"}
    assert [case.age for case in cases] == [2, 5, 4, 3] * 2


def test_a_part_whose_files_are_absent_is_none(tmp_path: Path) -> None:
    assert [read_part(name, tmp_path) for name in PARTS] == [None] * len(PARTS)
    (tmp_path / "news").mkdir()
    (tmp_path / "news" / "questions.jsonl").write_text("")
    assert read_part("news", tmp_path) is None


def test_a_limit_takes_rows_from_the_whole_file() -> None:
    assert [case.id for case in part("reader", 3).cases] == ["r1", "r3", "r5"]
    assert len(part("reader", 3).libraries) == 2
    assert len(part("reader", 100).cases) == 6


def test_the_digest_tells_articles_and_their_libraries_apart() -> None:
    one = Part("p", {"a": [Article("1", "T", "Text.")]}, [])
    others = [
        replace(one, libraries={"b": [Article("1", "T", "Text.")]}),
        replace(one, libraries={"a": [Article("1", "T", "Text!")]}),
    ]
    assert len({part_digest(each) for each in (one, *others)} | {part_digest(one, "model")}) == 4
    assert part_digest(one) == part_digest(replace(one, name="q"))


# Scores, of systems whose worth is known


@dataclass
class FakeSystem:
    """Replies by a function, with the articles as passages."""

    replies: Callable[[Case, Part], Reply]
    name: str = "fake"
    threshold: float | None = 0.5

    @contextmanager
    def over(self, part: Part, say: Say) -> Iterator[FakeOpened]:
        say(f"open {part.name}")
        yield FakeOpened(part, self.replies)


@dataclass
class FakeOpened:
    part: Part
    replies: Callable[[Case, Part], Reply]

    def reply(self, case: Case) -> Reply:
        return self.replies(case, self.part)

    def passages(self) -> list[str]:
        return [f"{a.title}\n{a.text}" for articles in self.part.libraries.values() for a in articles]


def all_knowing(case: Case, part: Part) -> Reply:
    """Answers what can be answered from what it may see, and is sure of it."""
    seen = [article for article in part.libraries[case.library] if article.id not in case.withheld | case.astray]
    hits = sorted((f"{a.title}\n{a.text}" for a in seen), key=lambda text: not measures.contains(text, case.wanted))
    text = " and ".join(case.wanted[0]) if case.answerable else "Whatever."
    short = text if case.answerable else None
    return Reply((text,), short, float(case.answerable), sources=(seen[0].id,), hits=tuple(hits))


def silent(_case: Case, _part: Part) -> Reply:
    return Reply()


def measured(system: FakeSystem, parts: Sequence[str] = tuple(PARTS)) -> dict[tuple[str, str], float | None]:
    _, figures = report(run(SAMPLE, parts, [system], None), [system])
    return {(row["part"], row["measure"]): row["values"]["fake"] for row in figures["rows"]}


def test_one_who_knows_all_reaches_everything_that_is_to_be_reached() -> None:
    found = {key: value for key, value in measured(FakeSystem(all_knowing)).items() if "characters" not in key[1]}
    low = {key for key in found if key[1].endswith(("report", "error", "refused")) and "withheld" not in key[1]}
    low -= {("refusal", "only negatives: refused")}
    assert {found[key] for key in low} == {0.0}
    assert {key: value for key, value in found.items() if key not in low and value != 1.0} == {}


def test_one_who_refuses_everything_is_right_only_where_nothing_answers() -> None:
    found = measured(FakeSystem(silent))
    assert found["reader", "F1"] == found["reader", "F1 at its best threshold"] == 0.5  # three of six have no answer
    assert found["reader", "F1, answerable"] == found["news", "answer contained"] == found["conflict", "right"] == 0.0
    assert found["reader", "refused, unanswerable"] == found["refusal", "only negatives: refused"] == 1.0
    assert found["reader", "expected calibration error"] is found["news", "expected calibration error"] is None


def test_one_that_never_refuses_is_spared_what_only_refusals_answer() -> None:
    never = FakeSystem(all_knowing, threshold=None)
    assert [o.case.withheld for o in outcomes(never, part("refusal"))] == [frozenset()] * 3
    found = measured(never)
    assert found["news", "answering articles withheld: refused"] is None
    assert ("reader", "F1 at its best threshold") not in found


def test_systems_stand_side_by_side_and_only_the_first_against_the_targets() -> None:
    systems = [FakeSystem(silent), FakeSystem(all_knowing, name="other", threshold=None)]
    table, figures = report(run(SAMPLE, ["conflict", "refusal"], systems, None), systems)
    rows = {row["measure"]: row for row in figures["rows"]}
    assert rows["with positives: right"]["values"] == {"fake": 0.0, "other": 1.0}
    assert rows["with positives: right"]["reached"] == "below"
    assert rows["right, never refusing"]["values"] == {"fake": 0.0, "other": None}
    assert len({line.count("|") for line in table.splitlines()}) == 1


def test_a_threshold_hides_an_answer_but_not_what_would_be_shown() -> None:
    doubtful = FakeSystem(lambda case, _: Reply((case.wanted[0][0],), None, 0.4, hits=("Nothing",)))
    found = measured(replace(doubtful, threshold=0.5), ["conflict"])
    assert found["conflict", "right"] == 0.0
    assert found["conflict", "refused"] == found["conflict", "right, never refusing"] == 1.0
    assert measured(replace(doubtful, threshold=0.4), ["conflict"])["conflict", "right"] == 1.0


def test_an_answer_that_is_too_long_is_wrong() -> None:
    wordy = FakeSystem(lambda case, _: Reply((f"{case.wanted[0][0]} {'and so on ' * 60}",), None, 1.0))
    assert measured(wordy, ["conflict"])["conflict", "right"] == 0.0


def outcome(confidence: float, *, right: bool, answerable: bool = True, withheld: bool = False) -> Outcome:
    hidden = frozenset({"a"}) if withheld else frozenset[str]()
    case = Case("1", "Who?", "a", (("Vall",),) if answerable else (), withheld=hidden)
    reply = Reply(("Vall" if right else "Quist",), None, confidence)
    return Outcome(case, reply, reply)


def test_the_best_f1_is_that_of_the_best_threshold() -> None:
    found = [
        outcome(0.9, right=True),
        outcome(0.6, right=True),
        outcome(0.6, right=False, answerable=False),
        outcome(0.3, right=False, answerable=False),
    ]
    assert best_f1(found).value == 0.75  # a threshold of 0.7 or 0.5: the two in the middle stand or fall together
    assert best_f1([outcome(0.1, right=False, answerable=False)]).value == 1.0


def test_what_is_longer_is_told_beside_what_its_first_sentence_holds() -> None:
    case = Case("1", "Who?", "a", (("Vall",),))
    replies = [
        Reply(("Vall won.", "It rained.")),
        Reply(("It rained.", "Vall won.")),
        Reply(("Vall won. " * 4,)),
        Reply(),
    ]
    scores = SCORED_BY["conflict"]([Outcome(case, reply, reply) for reply in replies])
    assert {name: (score.value, score.of) for name, score in scores.items() if name.startswith("right,")} == {
        "right, first sentence alone": (0.25, 4),
        "right, mean characters shown": (pytest.approx((20 + 20 + 40) / 3), 3),
        "right, never refusing": (0.5, 4),
    }


def test_news_are_told_by_the_age_of_the_nearest_answer_and_refusing_is_right_where_that_is_old() -> None:
    right, silent = Reply(("Vall",), "Vall"), Reply()
    ages = (0, 7, 8, 60, 61, 365, 366, math.inf)
    cases = [Case(str(age), "Who?", "a", (("Vall",),), age=age) for age in ages]
    scores = SCORED_BY["news"]([Outcome(case, reply, reply) for case in cases for reply in (right, silent)])
    for age in AGES:
        measures = ("answer contained", "short answer, exact", "refused")
        assert {(scores[f"{age}: {measure}"].value, scores[f"{age}: {measure}"].of) for measure in measures} == {
            (0.5, 4)
        }
    assert scores["contained, or refused where no article of 60 days answers"].value == (4 + 8) / 16


def test_the_calibration_error_counts_an_answer_to_what_nothing_answers_as_wrong() -> None:
    assert calibration([outcome(0.8, right=True), outcome(0.8, right=False, answerable=False)]).value == pytest.approx(
        0.3
    )


def test_confidence_is_not_judged_by_questions_whose_answer_is_withheld() -> None:
    found = [outcome(1.0, right=True), outcome(1.0, right=False, withheld=True)]
    assert calibration(found).value == 0.0
    assert curve(found) == [(1.0, 1.0, 0.0)]


# Byline and the recipe over the sample


def test_withheld_articles_are_never_read_and_others_take_their_place(tmp_path: Path) -> None:
    news = part("news")
    with Byline(tmp_path, encoder=WordEncoder()).over(news, lambda _: None) as opened:
        passages = set(opened.passages())
        for asked, withheld in zip(news.cases[1:4], news.cases[5:], strict=True):  # the first asks of its week alone
            hidden = tuple(a.title for a in news.libraries["public"] if a.id in withheld.withheld)
            assert set(opened.reply(asked).hits) == passages
            assert set(opened.reply(withheld).hits) == {text for text in passages if not text.startswith(hidden)}
            assert hidden


def test_an_index_is_kept_for_the_model_it_was_made_with(tmp_path: Path) -> None:
    told: list[str] = []
    for fingerprint in ("one", "one", "two", "one"):
        with Byline(tmp_path, encoder=WordEncoder(fingerprint)).over(part("conflict"), told.append) as opened:
            assert len(opened.reply(part("conflict").cases[0]).hits) == 4
        told.append(fingerprint)
    assert [line for line in told if not line.startswith("indexed 0")] == [
        *["indexed 8 of 8 articles", "one", "one"],
        *["indexed 8 of 8 articles", "two", "one"],
    ]


def test_an_index_of_another_byline_is_refused_with_the_remedy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    byline = Byline(tmp_path, encoder=WordEncoder())
    with byline.over(part("conflict"), lambda _: None):
        pass
    monkeypatch.setattr("retrieval.library._EMBEDDED", "whole articles")
    with pytest.raises(FingerprintMismatch, match="delete it"), byline.over(part("conflict"), lambda _: None):
        pass


class WordEmbeddings:
    """A WordEncoder in the form of LangChain."""

    def __init__(self) -> None:
        self._encoder = WordEncoder()
        self.embedded: list[str] = []

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        self.embedded += texts
        return [list(map(float, vector)) for vector in self._encoder.encode_passages(texts)]

    def embed_query(self, text: str) -> list[float]:
        return self.embed_documents([text])[0]


def test_the_recipe_shows_three_sentences_of_the_question_s_own_documents(tmp_path: Path) -> None:
    pytest.importorskip("langchain_chroma", reason="the recipe needs the extra 'benchmarks'")
    pytest.importorskip("langchain_text_splitters", reason="the recipe needs the extra 'benchmarks'")
    from benchmarks.quality.recipe import Recipe

    asked = part("refusal")
    embeddings = WordEmbeddings()
    with Recipe(tmp_path, embeddings).over(asked, lambda _: None) as opened:  # type: ignore[arg-type]  # two methods do
        for case in (case for case in asked.cases if not case.withheld):
            reply = opened.reply(case)
            own = {article.id: article.text for article in asked.libraries[case.library]}
            assert {hit.split("\n", 1)[1] for hit in reply.hits} == set(own.values())
            assert measures.fits(reply.text)
            assert len(reply.sources) == 3
            assert set(reply.sources) <= set(own)
    told: list[str] = []
    with Recipe(tmp_path, embeddings).over(asked, told.append):  # type: ignore[arg-type]  # the same
        assert told == []


# The command


@dataclass
class Made:
    """What the command left behind."""

    status: int
    table: str
    said: str
    folder: Path

    @property
    def figures(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads((self.folder / "quality.json").read_text())
        return found


def command(*arguments: str) -> tuple[int, str, str]:
    process = subprocess.run(
        [sys.executable, "-m", "benchmarks.quality", *arguments],
        cwd=ROOT,
        env=os.environ | {"BYLINE_THRESHOLD": ""},
        capture_output=True,
        text=True,
        timeout=250,
        check=False,
    )
    return process.returncode, process.stdout, process.stderr


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    folder = tmp_path_factory.mktemp("quality")
    (folder / "doc.md").write_text(f"# Before\n{BEGIN}\nold\n{END}\nAfter\n")
    options = ["--no-recipe", "--cache", str(folder / "cache"), "--output", str(folder)]
    details = ["--into", str(folder / "doc.md"), "--details", str(folder / "details.jsonl")]
    status, out, err = command(str(SAMPLE), *options, *details)
    assert status == 0, err
    return Made(status, out, err, folder)


def test_the_command_measures_every_part(made: Made) -> None:
    rows = made.figures["rows"]
    assert list(dict.fromkeys(row["part"] for row in rows)) == list(PARTS)
    assert all(0 <= row["values"]["Byline"] <= (600 if row["unit"] == "characters" else 1) for row in rows)
    assert {row["measure"]: row["values"]["Byline"] for row in rows}["hits@10"] == 1.0  # six articles
    assert sum(row["floor"] is not None for row in rows) == 14


def test_the_table_is_printed_written_and_put_into_the_document(made: Made) -> None:
    assert (made.folder / "quality.md").read_text() == made.table
    assert len(made.table.splitlines()) == len(made.figures["rows"]) + 2
    assert (made.folder / "doc.md").read_text() == f"# Before\n{BEGIN}\n\n{made.table.strip()}\n\n{END}\nAfter\n"


def test_the_details_tell_of_each_question(made: Made) -> None:
    rows = [json.loads(line) for line in (made.folder / "details.jsonl").read_text().splitlines()]
    assert len(rows) == sum(len(part(name).cases) for name in PARTS)
    by_measure = {row["measure"]: row["values"]["Byline"] for row in made.figures["rows"] if row["part"] == "news"}
    asked = [row for row in rows if row["part"] == "news" and not row["withheld"]]
    assert by_measure["answer contained"] == sum(row["right"] for row in asked) / len(asked)


def test_a_second_run_indexes_nothing_and_finds_the_same(made: Made, tmp_path: Path) -> None:
    assert "indexed 6 of 6" in made.said
    status, out, err = command(
        str(SAMPLE), "--no-recipe", "--cache", str(made.folder / "cache"), "--output", str(tmp_path)
    )
    assert (status, out) == (0, made.table)
    assert "indexed" not in err


def test_without_any_part_the_command_says_where_the_layout_is_told(tmp_path: Path) -> None:
    status, out, err = command(str(tmp_path), "--no-recipe", "--cache", str(tmp_path), "--output", str(tmp_path))
    assert (status, out) == (1, "")
    assert "docs/quality.md tells its layout" in err.splitlines()[-1]


def test_a_document_without_room_for_the_table_is_told_before_anything_is_measured(tmp_path: Path) -> None:
    (tmp_path / "doc.md").write_text("No markers.\n")
    into = ["--into", str(tmp_path / "doc.md")]
    status, out, err = command(str(SAMPLE), "--no-recipe", "--cache", str(tmp_path), "--output", str(tmp_path), *into)
    assert (status, out) == (1, "")
    assert len(err.splitlines()) == 1
    assert "lacks the lines" in err


# Table and figure


@pytest.mark.parametrize(
    ("unit", "value", "reached"),
    [
        ("share", 0.699, "goal"),
        ("share", 0.56, "floor"),
        ("share", 0.5599, "below"),
        ("share", None, ""),
        ("error", 0.5, "goal"),
        ("error", 0.56, "floor"),
        ("error", 0.7, "below"),
    ],
)
def test_a_row_is_held_against_its_targets(unit: Unit, value: float | None, reached: str) -> None:
    floor, goal = (0.6, 0.5) if unit == "error" else (56.0, 69.9)
    assert Row("news", "measure", 10, unit, (value,), floor, goal).reached == reached


def test_shares_are_shown_in_percent_and_lengths_in_characters() -> None:
    assert Row("news", "held", 1200, "share", (0.5, None), 56.0).cells() == [
        "held",
        "1,200",
        "50.0",
        "",
        "56.0",
        "",
        "below",
    ]
    assert Row("news", "long", 9, "characters", (299.6,), 300.0).cells() == ["long", "9", "300", "300", "", "floor"]


def test_a_document_without_markers_is_left_as_it_is(tmp_path: Path) -> None:
    document = tmp_path / "doc.md"
    document.write_text(f"{END} {BEGIN}")
    with pytest.raises(BylineError, match="lacks the lines"):
        write_between(document, "table")
    assert document.read_text() == f"{END} {BEGIN}"


def test_the_figure_is_xml_with_a_line_for_each_part_and_a_dot_at_the_threshold() -> None:
    curves = {"news": [(0.9, 0.2, 0.0), (0.4, 0.7, 0.3), (0.1, 1.0, 0.5)], "a < b": [(0.3, 1.0, 0.1)]}
    drawn = ET.fromstring(risk_coverage_svg(curves, 0.4))  # noqa: S314  (our own)
    names = [element.tag.rpartition("}")[2] for element in drawn.iter()]
    assert names.count("polyline") == 2
    assert names.count("circle") == 1
    texts = [element.text for element in drawn.iter() if element.text]
    assert "news: 70% answered, 30% of them wrong at the shipped threshold" in texts
    assert "a < b" in texts


def test_the_sample_is_laid_out_as_the_public_data(public_data: Path) -> None:
    for name in PARTS:
        for pattern in PARTS[name][0]:
            found = [[*folder.glob(each)] for folder in (SAMPLE, public_data) for each in pattern.split("|")]
            assert sum(map(bool, found)) >= 2, pattern


def test_a_writer_is_measured_where_there_is_a_chat_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("BYLINE_CHAT_MODEL", raising=False)
    with pytest.raises(SettingsError, match="--mode writer needs a chat model: set BYLINE_CHAT_MODEL"):
        Byline(tmp_path, "writer")
    monkeypatch.setenv("BYLINE_CHAT_MODEL", "ollama:any")
    assert (Byline(tmp_path, "writer").name, Byline(tmp_path).name) == ("Byline, ollama:any", "Byline")
