"""Reports that give different answers: which contradict each other, which is the newest, and what is said of it."""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from retrieval.reader.answers import best_extract
from retrieval.reader.candidates import Candidate
from retrieval.reader.scoring import ScoredCandidate, Scores
from retrieval.reader.versions import confidence_in, versions
from retrieval.types import Article, Hit, Question, Span

if TYPE_CHECKING:
    from retrieval.types import Extract, Refusal

PAIRS = Path(__file__).parents[1] / "data" / "report_pairs.jsonl"
ASKED = dt.date(2031, 12, 31)


def report(
    name: str, title: str, text: str, answer: str, day: str | None, *, publisher: str | None = None, points: float = 6.0
) -> ScoredCandidate:
    """Returns the last sentence of an article, with the span that answers."""
    article = Article(name, title, text, published=day, publisher=publisher)
    before, _, sentence = text.rpartition("\n")
    start = text.index(sentence)
    at = text.index(answer, start)
    candidate = Candidate(Hit("public", article, 0, len(text), 1.0), 1, start, len(text), before)
    return ScoredCandidate(candidate, points, 0.9, 0.5, "", Span(at, at + len(answer)), 4.0)


def question(text: str) -> Question:
    return Question(text=text, libraries=("public",), asked=ASKED)


def answered(text: str, *ranked: ScoredCandidate) -> Extract | Refusal:
    asked = question(text)
    return best_extract(asked, Scores(ranked, 0.9), threshold=0.0, found=versions(asked, ranked))


def relation(row: dict[str, Any]) -> str:
    one, other = (report(name, *row[name], points=points) for name, points in (("one", 6.0), ("other", 5.0)))
    found = versions(question(row["question"]), [one, other])
    if found is None:
        return "none"
    if len(found.told) > 1:
        return "replaced" if found.replaced else "differ"
    return "same" if len(found.told[0].reports) > 1 else "apart"


def test_nine_pairs_of_ten_are_told_as_one_answer_two_events_a_newer_report_or_a_contradiction() -> None:
    rows = [json.loads(line) for line in PAIRS.read_text(encoding="utf-8").splitlines()]
    told = Counter(relation(row) == row["relation"] for row in rows)
    assert told[True] / len(rows) >= 0.9


def test_an_answer_without_a_word_of_what_is_asked_is_no_other_version_unless_it_surely_answers() -> None:
    text = "Who was named best baker of the year at the spring fair in Ellby?"
    best = report("a", "Bakers", "Ada Frost was named best baker of the year in Ellby.", "Ada Frost", None, points=8)
    jury = report("b", "Bakers", "The jury in Ellby was led by Bo Wu.", "Bo Wu", None)
    crown = report("b", "Bakers", "Ellby's crown of bread went to Bo Wu.", "Bo Wu", None)
    assert answered(text, best, replace(jury, span_score=-1.0)).note is None
    assert "“Bo Wu”" in (answered(text, best, crown).note or "")


def test_a_report_that_gives_both_answers_contradicts_neither() -> None:
    answer = answered(
        "Who won the chess open in Ellby?",
        report("a", "Chess", "Ada Frost won the chess open in Ellby.", "Ada Frost", None, points=8),
        report("b", "Chess", "Bo Wu lost the chess open in Ellby, which Ada Frost won.", "Bo Wu", None),
    )
    assert answer.note is None


MISSING = "How many people are missing in Ellby?"


def test_the_newest_count_goes_first_and_what_it_replaces_is_told_with_its_day() -> None:
    answer = answered(
        MISSING,
        report("a", "Flood", "Three people are missing in Ellby.", "Three", "2031-05-06", points=8),
        report("b", "Flood", "One was found; two are missing in Ellby.", "two", "2031-05-07"),
    )
    assert answer.text == (
        "As of 7 May 2031; a day earlier: “Three”. One was found; two are missing in Ellby. [1] "
        "Three people are missing in Ellby. [2]"
    )
    assert answer.short == "two"


def test_the_last_of_a_number_leaves_none_and_is_no_short_answer() -> None:
    answer = answered(
        MISSING,
        report("a", "Flood", "Two people are missing in Ellby.", "Two", "2031-05-07", points=8),
        report("b", "Flood", "The last two missing people were found dead in Ellby.", "two", "2031-05-09"),
    )
    assert answer.statements[0].text == "The last two missing people were found dead in Ellby."
    assert (answer.short, answer.note) == (None, "As of 9 May 2031; two days earlier: “Two”.")


def test_that_nobody_is_missing_any_more_replaces_how_many_were_however_little_it_says() -> None:
    answer = answered(
        MISSING,
        report("a", "Flood", "Two people are missing in Ellby.", "Two", "2031-05-07", points=8),
        report("b", "Flood", "Ellby: Nobody is missing any more.", "Nobody", "2031-05-09", points=-8),
    )
    assert answer.statements[0].text == "Ellby: Nobody is missing any more."
    assert answer.note == "As of 9 May 2031; two days earlier: “Two”."


def test_that_nobody_is_missing_any_more_goes_before_how_many_were_in_the_same_report() -> None:
    counted = report("a", "Flood", "Nobody is missing any more.\nOn Monday two were missing.", "two", "2031-05-09")
    end = len("Nobody is missing any more.")
    over = replace(counted, candidate=replace(counted.candidate, start=0, end=end, before=""), span=None, points=-4.0)
    answer = answered(MISSING, counted, over)
    assert (answer.statements[0].text, answer.short) == ("Nobody is missing any more.", None)
    assert answered("How many people were missing in Ellby on Monday?", counted, over).short == "two"


def test_the_last_that_are_found_leave_nothing_of_what_was_not_asked_about() -> None:
    found = report("a", "Flood", "The last two were found alive in Ellby.", "two", "2031-05-07")
    assert answered("How many were found alive in Ellby?", found).short == "two"


def test_a_newer_count_in_other_words_for_the_same_replaces_the_older() -> None:
    answer = answered(
        "How many people were hurt in the Orva fire?",
        report("a", "Six hurt in Orva fire", "Six people were hurt in a fire in Orva.", "Six", "2031-05-05", points=8),
        report("b", "Fire at the mill", "ORVA - Pia Lund spoke.\nNine are injured.", "Nine", "2031-05-07", points=4),
        report("c", "Mill", "Smoke was seen.\nAbout 90 firefighters took part.", "90", "2031-05-08", points=4),
    )
    assert answer.text.startswith("As of 7 May 2031; two days earlier: “Six”. Nine are injured. [1]")


@pytest.mark.parametrize(
    ("later", "span", "begins"),
    [
        (
            "A sixth victim has died of the fire.",
            "A sixth victim",
            "As of 7 May 2031; two days earlier: “Five”. A sixth victim has died",
        ),
        ("A sixth man was hurt in the fire.", "A sixth man", "Five people died"),
    ],
)
def test_a_sixth_that_died_makes_six_and_one_that_was_hurt_does_not(later: str, span: str, begins: str) -> None:
    answer = answered(
        "How many people died in the Orva fire?",
        report("a", "Fire in Orva", "Five people died in the fire in Orva.", "Five", "2031-05-05", points=8),
        report("b", "Fire in Orva", later, span, "2031-05-07"),
    )
    assert answer.text.startswith(begins)


def test_a_third_that_died_replaces_no_higher_count_and_a_sixth_elsewhere_none() -> None:
    ten = report("a", "Fire in Orva", "Ten people died in the fire in Orva.", "Ten", "2031-05-05", points=8)
    third = report("b", "Fire in Orva", "A third victim has died of the fire.", "A third victim", "2031-05-07")
    other = report("c", "Fire in Gorm", "A sixtieth died.\nA sixth victim died in Gorm.", "sixth", "2031-05-07")
    for later in (third, other):
        assert answered("How many people died in the Orva fire?", ten, later).text.startswith("Ten people died")


def test_a_fire_in_the_same_town_a_month_later_is_another() -> None:
    found = versions(
        question("How many died in the Orva fire?"),
        [
            report("a", "Fire in Orva", "Pia Lund spoke.\nFive died in the fire in Orva.", "Five", "2031-05-05"),
            report("b", "Fire in Orva", "Ove Holt spoke.\nTwo died in the fire in Orva.", "Two", "2031-06-07"),
        ],
    )
    assert found is not None
    assert len(found.told) == 1


def test_that_a_road_was_reopened_replaces_that_it_was_closed_however_little_it_says() -> None:
    answer = answered(
        "Is the Orva road still closed?",
        report("a", "Flood", "The Orva road remains closed.", "closed", "2031-05-05", points=8),
        report("b", "Flood", "The Orva road was reopened.", "reopened", "2031-05-07", points=-3),
    )
    assert answer.text.startswith("No. As of 7 May 2031; two days earlier: “yes”. The Orva road was reopened. [1]")


def test_a_number_of_something_else_is_no_other_version() -> None:
    answer = answered(
        "How deep was the snow in Ellby?",
        report("a", "Ellby", "The snow was three metres deep.", "three metres", "2031-05-09", points=8),
        report("b", "Avalanche", "It was 300 metres wide.", "300 metres", "2031-05-07"),
    )
    assert (answer.short, answer.note) == ("three metres", None)


def test_what_was_planned_is_no_other_version_of_what_happened() -> None:
    answer = answered(
        "When did the Ellby pier open?",
        report("a", "Pier", "The Ellby pier opened on 3 March 2031.", "3 March 2031", "2031-03-04", points=8),
        report("b", "Pier", "The Ellby pier will open on 1 March 2031.", "1 March 2031", "2031-02-11"),
    )
    assert (answer.short, answer.note) == ("3 March 2031", None)


def test_a_correction_stands_alone() -> None:
    wrong = "An earlier version of our report said that the damage of the Ellby flood was 40 million."
    answer = answered(
        "How much damage did the Ellby flood do?",
        report(
            "a", "Flood", "The damage of the Ellby flood is put at 40 million.", "40 million", "2031-05-09", points=8
        ),
        report("b", "Ellby flood", f"{wrong}\nIt is 14 million.", "14 million", "2031-05-10"),
    )
    assert [said.text for said in answer.statements] == [wrong, "It is 14 million."]
    assert answer.short == "14 million"


def test_what_stands_behind_a_retraction_of_the_best_answer_corrects_it_however_little_it_says() -> None:
    wrong = "Correction: An earlier version of our report said that the damage was put at 40 million."
    answer = answered(
        "How much damage did the Ellby flood do?",
        report("a", "Flood", "Damage is put at 40 million.", "40 million", "2031-05-09", points=8),
        report("b", "Ellby flood", f"{wrong}\nThe insurer says 14 million.", "14 million", "2031-05-10", points=-3),
    )
    assert answer.short == "14 million"


def test_contradicting_reports_are_all_shown_the_better_attested_first_and_none_is_the_short_answer() -> None:
    reports = [
        report("a", "Vote", "Pia Lund won the vote in Tarn.", "Pia Lund", "2031-05-05", publisher="Post", points=8),
        report("b", "Vote", "Ove Holt won the vote in Tarn.", "Ove Holt", "2031-05-05", publisher="Norr News"),
        report("c", "Vote", "In Tarn Holt won the vote.", "Holt", "2031-05-06", publisher="Ellby Post", points=5),
    ]
    answer = answered("Who won the vote in Tarn?", *reports)
    assert answer.note == (
        "Reports differ: “Ove Holt” (Norr News, Ellby Post, 6 May 2031); “Pia Lund” (Post, 5 May 2031)."
    )
    assert [said.text for said in answer.statements] == [
        "Ove Holt won the vote in Tarn.",
        "Pia Lund won the vote in Tarn.",
    ]
    assert answer.short is None


def test_a_report_from_after_the_day_asked_is_no_newer_state() -> None:
    asked = replace(question("Who is the mayor of Tarn?"), asked=dt.date(2030, 1, 1))
    found = versions(
        asked,
        [
            report("a", "Tarn", "Signe Dahl is the mayor of Tarn.", "Signe Dahl", "2029-12-01"),
            report("b", "Tarn", "Pia Lund is the mayor of Tarn.", "Pia Lund", "2031-05-01"),
        ],
    )
    assert found is not None
    assert found.told[0].value.text == "Signe Dahl"


def test_words_that_a_report_writes_small_too_are_no_names_in_its_headline() -> None:
    found = versions(
        question("Which lake flooded?"),
        [
            report("a", "Flood Damages Boats", "A flood at Lake Tarn did damage to boats.", "Lake Tarn", "2031-05-06"),
            report("b", "Water Rises in Norr", "Lake Vasse in Norr flooded.", "Lake Vasse", "2031-05-06"),
        ],
    )
    assert found is not None
    assert found.differ


def test_among_many_articles_only_what_surely_answers_contradicts() -> None:
    one = report("a", "Vote", "Pia Lund won the vote in Tarn.", "Pia Lund", "2031-05-05", points=8)
    other = report("b", "Vote", "Ove Holt won votes in Tarn.", "Ove Holt", "2031-05-05", points=7)
    unsure = replace(other, span_score=-2.0)
    rest = [report(f"more-{n}", "Weather", "It rained in Tarn.", "rained", "2031-05-05", points=0) for n in range(12)]
    asked = question("Who won the vote in Tarn?")
    told = [versions(asked, [one, *others, *rest]) for others in ([other], [unsure])]
    assert [found.differ for found in told if found] == [True, False]


def test_where_a_name_answers_the_names_that_come_with_another_make_it_no_other_event() -> None:
    answer = answered(
        "Which summer festival left its young guests stranded in the mud?",
        report("a", "Mud", "Young guests were stranded at the Lake Festival of Ravel.", "Lake Festival", None),
        report("b", "Rain", "Guests of Desert Light were stranded by mud near Norr.", "Desert Light", None, points=3),
    )
    assert answer.note == "Reports differ: “Lake Festival” (1 report, undated); “Desert Light” (1 report, undated)."


@pytest.mark.parametrize(
    ("suing", "differ"), [("FTC", True), ("Baltic Dock Company", False)], ids=["its initials", "another"]
)
def test_a_name_of_the_question_may_stand_as_initials(suing: str, differ: bool) -> None:
    answer = answered(
        "Which seller of tickets is the Federal Trade Commission suing this week?",
        report("a", "Suit", "The Federal Trade Commission is suing Oldgate over tickets.", "Oldgate", None),
        report("b", "Suit", f"The {suing} is suing Norrtix over its tickets.", "Norrtix", None, points=3),
    )
    assert ("differ" in (answer.note or "")) is differ


def test_of_what_is_held_in_turn_the_latest_goes_first_however_long_after_the_last() -> None:
    answer = answered(
        "Who hosted the latest Tarn Film Awards?",
        report("a", "Awards", "Ann Lee hosted the Tarn Film Awards.", "Ann Lee", "2029-03-09", points=8),
        report("b", "Awards", "Bo Wu hosted the Tarn Film Awards.", "Bo Wu", "2031-03-11"),
    )
    assert answer.note == "As of 11 March 2031; two years earlier: “Ann Lee”."
    assert answer.statements[0].text == "Bo Wu hosted the Tarn Film Awards."


def test_of_reports_that_name_the_same_that_is_shown_which_names_it_in_full() -> None:
    answer = answered(
        "Who won the Gorm race?",
        report("a", "Race", "Miller won the Gorm race.", "Miller", "2031-05-06", points=8),
        report("b", "Race", "Jeremy Miller won the Gorm race.", "Jeremy Miller", "2031-05-06"),
    )
    assert answer.short == "Jeremy Miller"


@pytest.mark.parametrize(("day", "first"), [("2031-12-20", "Bo Wu"), ("2025-01-06", "Ann Lee")])
def test_only_what_is_fresh_goes_before_what_has_no_date(day: str, first: str) -> None:
    answer = answered(
        "Who is the town clerk of Ellby?",
        report("a", "Clerk", "Ann Lee is the town clerk of Ellby.", "Ann Lee", None, points=8),
        report("b", "Clerk", "Bo Wu is the town clerk of Ellby.", "Bo Wu", day),
    )
    assert first in answer.statements[0].text


def test_what_many_reports_tell_of_is_answered_more_surely() -> None:
    reports = [report(str(at), "Mayor", "Ann Lee is mayor of Ellby.", "Ann Lee", None) for at in range(5)]
    found = versions(question("Who is mayor of Ellby?"), reports)
    assert confidence_in(found, Scores(tuple(reports), 0.3)) > confidence_in(None, Scores(tuple(reports), 0.3)) + 0.2


def test_who_left_an_office_is_no_answer_to_who_holds_it() -> None:
    answer = answered(
        "Who is the town clerk of Ellby?",
        report("a", "Clerk", "Ann Lee was the town clerk of Ellby.", "Ann Lee", None, points=8),
        report("b", "Clerk", "Bo Wu became town clerk of Ellby.", "Bo Wu", "2031-01-06"),
    )
    assert (answer.short, answer.note) == ("Bo Wu", None)


def test_what_names_an_earlier_year_is_older_than_its_article() -> None:
    answer = answered(
        "Who won the Gorm Prize most recently?",
        report("a", "Prize", "Ann Lee won the Gorm Prize in 2029.", "Ann Lee", "2031-11-01", points=8),
        report("b", "Prize", "Bo Wu won the Gorm Prize.", "Bo Wu", "2031-05-01"),
    )
    assert answer.statements[0].text == "Bo Wu won the Gorm Prize."


def test_of_what_happens_again_and_again_the_latest_goes_first() -> None:
    answer = answered(
        "Which ferry recently ran aground?",
        report("a", "Strand", "The ferry Ingrid recently ran aground off Strand.", "Ingrid", "2031-05-01", points=8),
        report("b", "Vasse", "The ferry Aurora ran aground at Vasse.", "Aurora", "2031-12-01"),
    )
    assert answer.statements[0].text == "The ferry Aurora ran aground at Vasse."


def test_counts_against_others_contradict_nothing() -> None:
    answer = answered(
        "How many counts does Holt face?",
        report("a", "Holt charged", "Holt faces 34 counts of fraud in Norr.", "34", "2031-05-05", points=8),
        report("b", "Holt charged", "Norr's office filed 117 counts against 29 firms.", "117", "2031-05-06"),
    )
    assert (answer.short, answer.note) == ("34", None)


def test_what_is_named_otherwise_contradicts_where_it_surely_answers() -> None:
    text = "Which popular lake in Norland was flooded by the heavy rain?"
    best = report("a", "Rain", "Lake Tarn, a popular lake in Norland, was flooded by heavy rain.", "Lake Tarn", None)
    other = report("b", "Storm", "A storm with heavy rain made Lake Vasse in Holm flood.", "Lake Vasse", None, points=3)
    assert "“Lake Vasse”" in (answered(text, best, other).note or "")
    assert answered(text, best, replace(other, span_score=-1.0)).note is None


def test_a_sentence_contradicts_only_with_all_words_of_the_question_that_the_first_has() -> None:
    best = report("a", "Cup", "Pia Lund won the sailing cup in Tarn.", "Pia Lund", "2031-05-05", points=8)
    other = report("b", "Cup", "In Tarn Ove Holt won a race.", "Ove Holt", "2031-05-05", points=7)
    found = versions(question("Who won the sailing cup in Tarn?"), [best, other])
    assert found is not None
    assert not found.differ


def test_an_occasion_that_has_a_name_is_none_of_another_name_in_an_earlier_year() -> None:
    def told(older: str) -> list[int]:
        text = f"In spring the hall is full.\n{older} is on 5 May."
        old = report("old", "Norby's ball", text, "5 May", "2030-04-02", points=5.0)
        found = versions(question("When is the Spring Gala?"), [new, old])
        return [len(version.reports) for version in found.told] if found else []

    text = "Tickets are out.\nThe Spring Gala is on 7 June."
    new = report("new", "Holm readies its Spring Gala", text, "7 June", "2031-05-02")
    assert (told("The gala"), told("The Spring Gala")) == ([1], [1, 1])
